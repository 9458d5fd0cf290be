//! A device that the authority has revoked: its reports are kept and shown, and in no sum, on both databases.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod support;

use axum::body::Body;
use axum::http::Request;
use serde_json::Value;
use sqlx::Connection;
use support::{AUTHORITY, Answer, Collector, Device, campaign_of, election, key};
use urna_collector::http::Settings;
use urna_core::report::ReportKind;
use urna_core::seal::{Digest, Revocation, RevocationReason, Signer};

fn revocation(device: &str) -> Revocation {
    Revocation {
        election: election().id,
        device: device.into(),
        fingerprint: None,
        reason: RevocationReason::Stolen,
        since: None,
        made_at: 1_800_000_000,
    }
}

fn sealed(revocation: &Revocation) -> Vec<u8> {
    revocation.seal(&key(AUTHORITY)).unwrap()
}

async fn revoke(collector: &Collector, bytes: impl Into<Body>) -> Answer {
    let request = Request::post("/api/v1/revocations").body(bytes.into()).unwrap();
    collector.send(request).await
}

async fn precinct(collector: &Collector, id: &str) -> Value {
    collector.get(&format!("/test-2027/data/precincts/{id}.json")).await.json()
}

/// Sheets of the general vote in the whole country.
async fn counted(collector: &Collector) -> u64 {
    let json = collector.get("/test-2027/data/results.json").await.json();
    json["total"]["turnout"][0]["sheets"].as_u64().unwrap_or_else(|| panic!("{json:#}"))
}

fn slip(device: &Device, number: u32, sheets: usize) -> Vec<u8> {
    let report = device.report(ReportKind::Turnout, number, &device.president([sheets, 0, 0, 0]));
    device.seal(&report).to_bytes().unwrap()
}

async fn leaves_every_sum(url: &str) {
    let on = |url: String| async move {
        Collector::on(&url, vec![campaign_of(&election())], Settings::default()).await
    };
    let before = on(url.to_owned()).await;
    let (lost, kept) =
        (Device::new(&election(), "d-1", "1", 2), Device::new(&election(), "d-2", "1", 3));
    assert_eq!(before.post(slip(&lost, 2, 3)).await.status, 201);
    let answer = before.post(lost.final_bytes(3, [5, 3, 1, 1])).await;
    let digest = answer.json()["digest"].as_str().unwrap().to_owned();
    assert_eq!(before.post(kept.final_bytes(3, [2, 0, 0, 0])).await.status, 201);
    assert_eq!(counted(&before).await, 12);

    let bytes = sealed(&revocation("d-1"));
    let first = revoke(&before, bytes.clone()).await;
    assert_eq!((first.status.as_u16(), first.json()["status"].as_str()), (201, Some("accepted")));
    let again = revoke(&before, bytes.clone()).await;
    assert_eq!((again.status.as_u16(), again.json()["status"].as_str()), (200, Some("already")));

    // What comes later is kept and shown too, and the sender hears why it does not count.
    let late = before.post(slip(&lost, 4, 9)).await;
    assert_eq!(late.refusal(), (409, "revoked".to_owned()));
    assert_eq!(before.post(slip(&lost, 4, 9)).await.refusal(), (409, "revoked".to_owned()));
    assert_eq!(before.post(lost.final_bytes(3, [5, 3, 1, 1])).await.refusal().1, "revoked");

    let after = on(url.to_owned()).await;
    for collector in [&before, &after] {
        assert_eq!(counted(collector).await, 2, "only the other device is in the sums");
        let json = precinct(collector, "1").await;
        assert_eq!(json["state"], "complete", "a revoked device is not waited for: {json:#}");
        let notice = &json["notices"][0];
        let told = (notice["type"].as_str(), notice["device"].as_str(), notice["reason"].as_str());
        assert_eq!(told, (Some("revoked"), Some("d-1"), Some("stolen")));
        let report = collector.get(&format!("/api/v1/reports/{digest}/json")).await.json();
        assert_eq!(report["standing"], "revoked");
        let record = report["revocation"].as_str().unwrap().to_owned();
        assert_eq!(collector.get(&format!("/api/v1/revocations/{record}")).await.body, bytes);
        let page = collector.get("/test-2027/precincts/1?lang=en").await.text();
        assert!(page.contains("has revoked device d-1: stolen"), "{page}");
        assert_eq!(page.matches("Revoked: not in the sums").count(), 3, "each of its reports");
    }
    let told = before.get("/test-2027/data/results.json").await.json();
    assert_eq!(told["revocations"][0]["device"], "d-1");
    assert_eq!(told["revocations"][0]["reason"], "stolen");
    let tag = |answer: Answer| answer.header("etag").to_owned();
    let path = "/test-2027/data/results.json";
    assert_eq!(
        tag(before.get(path).await),
        tag(after.get(path).await),
        "a restart changes nothing"
    );
    before.board.store().close().await;
    after.board.store().close().await;
}

#[tokio::test]
async fn on_sqlite_a_revoked_device_leaves_every_sum() {
    let dir = tempfile::tempdir().unwrap();
    leaves_every_sum(&format!("sqlite:{}", dir.path().join("results.sqlite").display())).await;
}

#[tokio::test]
async fn on_postgres_a_revoked_device_leaves_every_sum() {
    let Ok(server) = std::env::var("URNA_TEST_POSTGRES") else {
        eprintln!("URNA_TEST_POSTGRES is not set: NOT tested on PostgreSQL");
        return;
    };
    let name = format!("urna_revoked_{}", std::process::id());
    let mut admin = sqlx::PgConnection::connect(&server).await.unwrap();
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(create).execute(&mut admin).await.unwrap();
    let base = server.rsplit_once('/').unwrap().0;
    leaves_every_sum(&format!("{base}/{name}")).await;
    let drop = sqlx::AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"));
    sqlx::query(drop).execute(&mut admin).await.unwrap();
}

#[tokio::test]
async fn a_key_or_a_moment_may_be_named() {
    let collector = Collector::new().await;
    let now = u64::try_from(collector.board.clock().now()).unwrap();
    let device = Device::new(&election(), "d-1", "2", 2);
    assert_eq!(collector.post(device.final_bytes(3, [5, 0, 0, 0])).await.status, 201);
    let of_other_key =
        Revocation { fingerprint: Some(key(9).public_key().fingerprint()), ..revocation("d-1") };
    let of_later = Revocation { since: Some(now + 3_600), ..revocation("d-1") };
    for harmless in [of_other_key, of_later, revocation("d-2")] {
        assert_eq!(revoke(&collector, sealed(&harmless)).await.status, 201);
        assert_eq!(counted(&collector).await, 5, "{harmless:?}");
    }
    let own_key = Some(device.key.public_key().fingerprint());
    let of_now = Revocation { fingerprint: own_key, since: Some(now), ..revocation("d-1") };
    assert_eq!(revoke(&collector, sealed(&of_now)).await.status, 201);
    assert_eq!(counted(&collector).await, 0);
}

#[tokio::test]
async fn a_dispute_ends_when_the_later_result_is_revoked() {
    let collector = Collector::new().await;
    let device = Device::new(&election(), "d-1", "2", 2);
    assert_eq!(collector.post(device.final_bytes(3, [5, 0, 0, 0])).await.status, 201);
    // The same name with a key of somebody else's.
    let other = Device::new(&election(), "d-1", "2", 7);
    assert_eq!(collector.post(other.final_bytes(3, [9, 0, 0, 0])).await.status, 409);
    assert!(precinct(&collector, "2").await["disputed"].as_bool().unwrap());
    let fingerprint = Some(other.key.public_key().fingerprint());
    let revoked = Revocation { fingerprint, ..revocation("d-1") };
    assert_eq!(revoke(&collector, sealed(&revoked)).await.status, 201);
    assert!(!precinct(&collector, "2").await["disputed"].as_bool().unwrap());
    assert_eq!(counted(&collector).await, 5);
}

#[tokio::test]
async fn only_the_authority_of_the_election_revokes() {
    let collector = Collector::new().await;
    let device = Device::new(&election(), "d-1", "2", 2);
    assert_eq!(collector.post(device.final_bytes(3, [5, 0, 0, 0])).await.status, 201);
    let good = sealed(&revocation("d-1"));
    let mut changed = good.clone();
    *changed.last_mut().unwrap() ^= 1;
    let foreign = Revocation { election: "other".into(), ..revocation("d-1") };
    let table = [
        (b"rubbish".to_vec(), (400, "not_sealed")),
        (Vec::new(), (400, "not_sealed")),
        (device.sealed_enrolment.clone(), (400, "wrong_kind")),
        (revocation("d-1").seal(&device.key).unwrap(), (403, "wrong_key")),
        (changed, (403, "bad_signature")),
        (sealed(&foreign), (404, "unknown_election")),
        (vec![0; 5_000], (413, "too_large")),
    ];
    for (bytes, (status, code)) in table {
        assert_eq!(revoke(&collector, bytes).await.refusal(), (status, code.to_owned()));
    }
    // Nor does a report pass for one, or one for a report.
    assert_eq!(collector.post(good).await.status, 400);
    assert_eq!(counted(&collector).await, 5);
    let counts = collector.board.store().counts().await.unwrap();
    assert_eq!(counts.refused, 8, "each was written down");
}

#[tokio::test]
async fn a_build_that_the_authority_did_not_publish_is_flagged() {
    let published = Digest::of(b"published");
    let mut campaign = campaign_of(&election());
    campaign.builds = Some([published].into());
    let collector = Collector::on("sqlite::memory:", vec![campaign], Settings::default()).await;
    let device = Device::new(&election(), "d-1", "2", 2);
    let mut report = device.report(ReportKind::Zero, 1, &device.zero());
    report.build = Some(published);
    let good = device.seal(&report).to_bytes().unwrap();
    assert_eq!(collector.post(good).await.status, 201);
    let json = precinct(&collector, "2").await;
    assert_eq!(json["notices"], serde_json::json!([]));
    let page = collector.get("/test-2027/precincts/2?lang=en").await.text();
    let words = urna_core::software::build_words(&published, urna_core::Lang::En).join(" ");
    assert!(page.contains(&words), "{page}");
    for (number, build) in [(2, None), (3, Some(Digest::of(b"home-made")))] {
        let mut report = device.report(ReportKind::Turnout, number, &device.zero());
        report.build = build;
        let bytes = device.seal(&report).to_bytes().unwrap();
        assert_eq!(collector.post(bytes).await.status, 201, "it is shown, not refused");
    }
    let json = precinct(&collector, "2").await;
    assert_eq!(json["notices"][0]["type"], "unlisted_build", "{json:#}");
    let page = collector.get("/test-2027/precincts/2?lang=en").await.text();
    assert_eq!(page.matches("not in the authority's list").count(), 1 + 2);
}
