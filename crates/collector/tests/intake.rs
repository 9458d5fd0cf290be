//! What the collector takes, what it refuses and by which stable code, and that it keeps everything.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod support;

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use support::{Collector, Device, campaign_of, election, key};
use urna_collector::http::{MAX_BODY, Settings};
use urna_core::definition::ElectionMode;
use urna_core::report::{Report, ReportKind};
use urna_core::seal::{Digest, SealedReport, to_qr_texts};
use urna_core::tally::Sensitivity;

fn device() -> Device {
    Device::new(&election(), "d-1", "1", 2)
}

#[tokio::test]
async fn a_report_is_taken_once_and_welcome_again() {
    let collector = Collector::new().await;
    let bytes = device().final_bytes(3, [5, 3, 1, 1]);
    let first = collector.post(bytes.clone()).await;
    assert_eq!(first.status, 201);
    assert_eq!(first.json()["status"], "accepted");
    let again = collector.post(bytes.clone()).await;
    assert_eq!(again.status, 200);
    assert_eq!(again.json()["status"], "already");
    assert_eq!(again.json()["digest"], first.json()["digest"]);
    // The same report by another way: its identity is the signed payload.
    let texts = to_qr_texts(&bytes).unwrap().join("\r\n");
    let request =
        Request::post("/api/v1/reports").header("content-type", "text/plain; charset=utf-8");
    let by_qr = collector.send(request.body(Body::from(texts)).unwrap()).await;
    assert_eq!(by_qr.json()["status"], "already");
    let counts = collector.board.store().counts().await.unwrap();
    assert_eq!((counts.accepted, counts.already, counts.refused), (1, 2, 0));
}

#[tokio::test]
async fn what_is_sent_back_is_what_came() {
    let collector = Collector::new().await;
    let bytes = device().final_bytes(3, [5, 3, 1, 1]);
    let digest = collector.post(bytes.clone()).await.json()["digest"].as_str().unwrap().to_owned();
    let sealed = collector.get(&format!("/api/v1/reports/{digest}")).await;
    assert_eq!(sealed.body, bytes);
    assert!(sealed.header("cache-control").contains("immutable"));
    assert!(sealed.header("content-disposition").contains("test-2027-1-d-1-3.urna-report"));
    let qr = collector.get(&format!("/api/v1/reports/{digest}/qr")).await;
    assert_eq!(urna_core::seal::from_qr_texts(&qr.text()).unwrap(), bytes);
    let json = collector.get(&format!("/api/v1/reports/{digest}/json")).await.json();
    assert_eq!(json["report"]["precinct"], "1");
    assert_eq!(collector.get(&format!("/api/v1/reports/{}", "0".repeat(64))).await.status, 404);
    assert_eq!(collector.get("/api/v1/reports/zz").await.status, 404);
}

#[tokio::test]
async fn every_broken_chain_has_its_code() {
    let collector = Collector::new().await;
    let device = device();
    let tally = device.president([5, 3, 1, 1]);
    let report = device.report(ReportKind::Final, 3, &tally);
    let good = device.seal(&report);

    // One bit anywhere inside the signed payload.
    let mut tampered = good.clone();
    let at = tampered.report.windows(8).position(|w| w == b"test 0.1").unwrap();
    tampered.report[at] ^= 1;
    let foreign = SealedReport::seal(&report, device.sealed_enrolment.clone(), &key(9)).unwrap();
    let stolen = device.enrolment.seal(&key(8)).unwrap();
    let stolen = SealedReport::seal(&report, stolen, &device.key).unwrap();
    let swapped = SealedReport { enrolment: good.report.clone(), report: good.enrolment.clone() };
    let mut elsewhere = report.clone();
    elsewhere.precinct = "2".into();
    let mut other_package = Device::enrolled(&election(), Digest::of(b"other"), "d-1", "1", 2);
    other_package.enrolment.package = Digest::of(b"other");
    let mut later = election();
    later.id = "later-2028".into();
    let later = Device::new(&later, "d-1", "1", 2);
    let mut training = election();
    training.mode = ElectionMode::Training;
    let training = Device::new(&training, "d-1", "1", 2);

    for (sealed, expected) in [
        (tampered, (403, "bad_signature")),
        (foreign, (403, "wrong_key")),
        (stolen, (403, "wrong_key")),
        (swapped, (400, "wrong_kind")),
        (device.seal(&elsewhere), (422, "mismatch")),
        (
            other_package.seal(&other_package.report(ReportKind::Final, 3, &tally)),
            (422, "mismatch"),
        ),
        (later.seal(&later.report(ReportKind::Final, 3, &tally)), (404, "unknown_election")),
        (training.seal(&training.report(ReportKind::Final, 3, &tally)), (422, "training")),
    ] {
        let answer = collector.post(sealed.to_bytes().unwrap()).await;
        assert_eq!(answer.refusal(), (expected.0, expected.1.to_owned()), "{}", answer.text());
    }
    let counts = collector.board.store().counts().await.unwrap();
    assert_eq!((counts.accepted, counts.refused), (0, 8));
    assert_eq!(collector.board.snapshot().campaigns[0].total.reported(), 0);
}

#[tokio::test]
async fn a_device_that_signs_false_figures_is_refused() {
    let collector = Collector::new().await;
    let device = device();
    let honest = device.president([5, 3, 1, 1]);
    let forged: [fn(&mut urna_core::tally::Tally); 4] = [
        |tally| tally.votes[0].contests[0].choices[0].votes += 1,
        |tally| tally.votes[0].valid += 1,
        |tally| tally.votes[0].styles[0].sheets += 1,
        // All identities hold, and one option has more votes than there are ballots.
        |tally| {
            let council = &mut tally.votes[0].contests[1];
            council.choices[0].votes += 10;
            council.choices[1].votes -= 10;
        },
    ];
    for forge in forged {
        let mut tally = honest.clone();
        forge(&mut tally);
        let report = device.report(ReportKind::Final, 3, &tally);
        let answer = collector.post(device.seal(&report).to_bytes().unwrap()).await;
        assert_eq!(answer.refusal(), (422, "figures".to_owned()), "{}", answer.text());
    }
    let mut early = device.report(ReportKind::Turnout, 2, &honest);
    early.tally = Some(honest.clone());
    let answer = collector.post(device.seal(&early).to_bytes().unwrap()).await;
    assert_eq!(answer.refusal().1, "figures", "choices on a turnout slip");
    let zero = device.report(ReportKind::Zero, 1, &honest);
    let answer = collector.post(device.seal(&zero).to_bytes().unwrap()).await;
    assert_eq!(answer.refusal().1, "figures", "a zero report that is not zero");
}

#[tokio::test]
async fn a_band_that_does_not_add_up_is_refused() {
    let collector = Collector::new().await;
    let device = device();
    let mut honest = device.report(ReportKind::Final, 3, &device.president([5, 3, 1, 1]));
    device.make_faint(&mut honest, 2);
    let forged: [fn(&mut Report); 6] = [
        |report| report.sensitivity.as_mut().unwrap().contests[0].at[0].blank += 1,
        |report| report.sensitivity.as_mut().unwrap().contests[0].at[0].votes[0].votes += 1,
        |report| report.sensitivity.as_mut().unwrap().contests[0].contest = "mayor".into(),
        |report| report.sensitivity = None,
        |report| report.thresholds.band_permille.push(500),
        // All identities hold, and one option would have more votes than there would be ballots.
        |report| {
            let mut band = report.band().unwrap().unwrap();
            let votes = &mut band.contests[1].at[0].votes;
            (votes[0].votes, votes[1].votes) = (20, 0);
            report.sensitivity = Some(Sensitivity::of(&band, report.tally.as_ref().unwrap()));
        },
    ];
    for forge in forged {
        let mut report = honest.clone();
        forge(&mut report);
        let answer = collector.post(device.seal(&report).to_bytes().unwrap()).await;
        assert_eq!(answer.refusal(), (422, "figures".to_owned()), "{}", answer.text());
    }
    let mut slip = device.report(ReportKind::Turnout, 2, &device.zero());
    slip.sensitivity = Some(Sensitivity::default());
    let answer = collector.post(device.seal(&slip).to_bytes().unwrap()).await;
    assert_eq!(answer.refusal().1, "figures", "a band on a turnout slip");
    let answer = collector.post(device.seal(&honest).to_bytes().unwrap()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
}

#[tokio::test]
async fn a_second_final_result_is_kept_and_shown_and_not_counted() {
    let collector = Collector::new().await;
    let device = device();
    assert_eq!(collector.post(device.final_bytes(3, [5, 3, 1, 1])).await.status, 201);
    let other = device.final_bytes(4, [3, 5, 1, 1]);
    for _ in 0..2 {
        let answer = collector.post(other.clone()).await;
        assert_eq!(answer.refusal(), (409, "conflict".to_owned()));
        assert!(answer.json()["digest"].is_string());
    }
    let snapshot = collector.board.snapshot();
    let figures = &snapshot.campaigns[0];
    assert_eq!(figures.total.disputed, 1);
    assert_eq!(figures.total.tally.votes[0].contests[0].choices[0].votes, 5, "the first one stays");
    let page = collector.get("/test-2027/precincts/1?lang=en").await.text();
    assert!(page.contains("Disputed: came first"), "{page}");
    assert!(page.contains("Disputed: came later"));
    assert!(collector.get("/test-2027?lang=en").await.text().contains("1 precinct has a disputed"));
    let digest = collector.post(other.clone()).await.json()["digest"].as_str().unwrap().to_owned();
    assert_eq!(collector.get(&format!("/api/v1/reports/{digest}")).await.body, other);
}

#[tokio::test]
async fn rubbish_is_refused_in_bounded_time_and_remembered() {
    let settings = Settings { body_timeout: Duration::from_millis(50), ..Settings::default() };
    let collector =
        Collector::on("sqlite::memory:", vec![campaign_of(&election())], settings).await;
    for rubbish in [&b""[..], b"\xff\xff\xff", b"URNA1:AB", &[0x5b; 4_000], b"\x82\x40\x40"] {
        let answer = collector.post(rubbish.to_vec()).await;
        assert_eq!(answer.refusal(), (400, "not_sealed".to_owned()));
    }
    let huge = collector.post(vec![0; MAX_BODY + 1]).await;
    assert_eq!(huge.refusal(), (413, "too_large".to_owned()));
    let slow = Body::from_stream(tokio_stream::pending::<Result<Vec<u8>, std::io::Error>>());
    assert_eq!(collector.post(slow).await.refusal(), (408, "timeout".to_owned()));
    for (text, code) in [
        ("hello", "qr_foreign"),
        ("URNA1:!!", "qr_damaged"),
        ("URNA1/1/2/ABCD1234:AAA", "qr_incomplete"),
        ("URNA1/1/2/ABCD1234:AAA\nURNA1/2/2/FFFF1234:AAA", "qr_mixed"),
    ] {
        let request = Request::post("/api/v1/reports").header("content-type", "text/plain");
        let answer = collector.send(request.body(Body::from(text)).unwrap()).await;
        assert_eq!(answer.refusal(), (400, code.to_owned()), "{text}");
    }
    let request = Request::post("/api/v1/reports").header("content-type", "image/png");
    let answer = collector.send(request.body(Body::from("x")).unwrap()).await;
    assert_eq!(answer.refusal(), (415, "unsupported_type".to_owned()));
    let counts = collector.board.store().counts().await.unwrap();
    assert_eq!(counts.refused, 12);
}

#[tokio::test]
async fn any_origin_may_send() {
    let collector = Collector::new().await;
    let preflight = Request::options("/api/v1/reports")
        .header("origin", "http://127.0.0.1:8090")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type")
        .header("access-control-request-private-network", "true");
    let answer = collector.send(preflight.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("access-control-allow-private-network"), "true");
    assert!(answer.header("access-control-allow-methods").contains("POST"));
    assert_eq!(answer.header("access-control-allow-headers"), "content-type");
    let request = Request::post("/api/v1/reports").header("origin", "http://127.0.0.1:8090");
    let answer = collector.send(request.body(Body::from("x")).unwrap()).await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn a_report_can_be_pasted_into_the_page() {
    let collector = Collector::new().await;
    let texts = to_qr_texts(&device().final_bytes(3, [5, 3, 1, 1])).unwrap().join("\n");
    let form = |codes: &str| {
        let body: String = codes.bytes().map(|byte| format!("%{byte:02x}")).collect();
        Request::post("/submit?lang=en")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(format!("codes={body}")))
            .unwrap()
    };
    let answer = collector.send(form(&texts)).await;
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("has been published"));
    assert!(answer.text().contains("/test-2027/precincts/1?lang=en"));
    let refused = collector.send(form("<b>no</b>")).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("not the text of a report"));
}
