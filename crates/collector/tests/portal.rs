//! What the public sees: the sums, the languages, the headers, and the same after a restart.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod support;

use axum::body::Body;
use axum::http::Request;
use support::{Collector, Device, campaign_of, election};
use urna_collector::http::Settings;
use urna_core::report::ReportKind;

/// Precinct 1: two devices, party lists on the first. Precinct 2: a turnout slip. Precinct 3: silent.
async fn fill(collector: &Collector) {
    let definition = election();
    let first = Device::new(&definition, "d-1", "1", 2);
    let mut tally = first.president([50, 30, 10, 10]);
    first.lists(&mut tally, 0, Some(3), 7);
    first.lists(&mut tally, 0, None, 2);
    first.lists(&mut tally, 1, Some(1), 4);
    let slip = first.report(ReportKind::Turnout, 2, &first.president([20, 0, 0, 0]));
    let zero = first.report(ReportKind::Zero, 1, &first.zero());
    let last = first.report(ReportKind::Final, 3, &tally);
    for report in [zero, slip, last] {
        let answer = collector.post(first.seal(&report).to_bytes().unwrap()).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
    let second = Device::new(&definition, "d-2", "1", 3);
    assert_eq!(collector.post(second.final_bytes(2, [5, 25, 0, 0])).await.status, 201);
    let third = Device::new(&definition, "d-3", "2", 4);
    let slip = third.report(ReportKind::Turnout, 2, &third.president([400, 0, 0, 0]));
    assert_eq!(collector.post(third.seal(&slip).to_bytes().unwrap()).await.status, 201);
}

#[tokio::test]
async fn two_devices_of_a_precinct_are_one_result() {
    let collector = Collector::new().await;
    fill(&collector).await;
    let precinct = collector.get("/test-2027/data/precincts/1.json").await.json();
    assert_eq!(precinct["state"], "complete");
    assert_eq!(precinct["tally"]["votes"][0]["sheets"], 130);
    let president = &precinct["tally"]["votes"][0]["contests"][0];
    let votes: Vec<_> =
        president["choices"].as_array().unwrap().iter().map(|c| c["votes"].as_u64()).collect();
    assert_eq!(votes, [Some(55), Some(55), Some(10)]);
    assert_eq!(president["blank"], 10);
    let party = &precinct["tally"]["votes"][1]["contests"][0]["choices"][0];
    assert_eq!(party["preferences"], serde_json::json!([0, 0, 7, 0, 0]));
    assert_eq!(party["without_preference"], 2);
    assert_eq!(precinct["devices"].as_array().unwrap().len(), 2);
    assert_eq!(precinct["records"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_band_is_shown_and_added_up() {
    let collector = Collector::new().await;
    let devices = [("d-1", "1", 2, [50, 30, 10, 10], 3), ("d-2", "1", 3, [5, 25, 0, 0], 4)];
    let elsewhere = [("d-3", "2", 4, [7, 0, 0, 0], 0), ("d-4", "3", 5, [20, 0, 0, 0], 20)];
    for (name, precinct, seed, president, faint) in devices.into_iter().chain(elsewhere) {
        let device = Device::new(&election(), name, precinct, seed);
        let mut report = device.report(ReportKind::Final, 2, &device.president(president));
        device.make_faint(&mut report, faint);
        let answer = collector.post(device.seal(&report).to_bytes().unwrap()).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
    // Votes for a and blank ballots at 40 ‰ and at 120 ‰.
    let shown = |body: &serde_json::Value| {
        let president = &body["band"]["contests"][0];
        assert_eq!(president["contest"], "president");
        let figure = |at: usize| {
            let figures = &president["at"][at];
            let [votes, blank] = [&figures["votes"][0]["votes"], &figures["blank"]];
            (figures["permille"].as_u64(), votes.as_u64(), blank.as_u64())
        };
        [figure(0), figure(1)]
    };
    let some = |a, b, c| (Some(a), Some(b), Some(c));
    let precinct = collector.get("/test-2027/data/precincts/1.json").await.json();
    assert_eq!(shown(&precinct), [some(40, 55, 10), some(120, 48, 17)]);
    assert_eq!(shown(&precinct["devices"][1]), [some(40, 5, 0), some(120, 1, 4)]);
    let results = collector.get("/test-2027/data/results.json").await.json();
    assert_eq!(shown(&results["total"]), [some(40, 82, 10), some(120, 55, 37)]);
    assert_eq!(shown(&results["regions"][0]["figures"]), [some(40, 62, 10), some(120, 55, 17)]);
    assert_eq!(results["thresholds"]["band_permille"], serde_json::json!([40, 120]));

    let page = collector.get("/test-2027/precincts/1?lang=en").await.text();
    let table = page.split("<details id=\"band-president\">").nth(1).unwrap();
    let table = table.split("</details>").next().unwrap();
    assert!(table.contains("At other thresholds: 40, 120 ‰"), "{table}");
    let row = table.split("<tr>").find(|row| row.contains("&quot;a&quot;")).unwrap();
    let cells: Vec<&str> = row.split("<td class=\"n\">").skip(1).collect();
    assert!(
        cells[0].contains(">55<") && cells[1].starts_with("55<") && cells[2].starts_with("48<")
    );
    assert!(!table.contains("&quot;b&quot;"), "what would be the same is not listed");
    assert!(page.contains("At 40, 120 ‰ of ink the figures would be the same."), "the council");
    let quiet = collector.get("/test-2027/precincts/2?lang=en").await.text();
    assert!(!quiet.contains("At other thresholds"));
}

#[tokio::test]
async fn without_a_band_there_is_none() {
    let mut definition = election();
    definition.thresholds.band_permille.clear();
    definition.version = 1;
    let campaigns = vec![campaign_of(&definition)];
    let collector = Collector::on("sqlite::memory:", campaigns, Settings::default()).await;
    let device = Device::new(&definition, "d-1", "1", 2);
    let mut report = device.report(ReportKind::Final, 2, &device.president([5, 3, 1, 1]));
    report.sensitivity = None;
    let answer = collector.post(device.seal(&report).to_bytes().unwrap()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let results = collector.get("/test-2027/data/results.json").await.json();
    assert!(results["total"]["band"].is_null());
    let precinct = collector.get("/test-2027/data/precincts/1.json").await.json();
    assert!(precinct["band"].is_null());
    let page = collector.get("/test-2027/precincts/1?lang=en").await.text();
    assert!(!page.contains("‰"));
}

#[tokio::test]
async fn pages_show_the_sums() {
    let collector = Collector::new().await;
    fill(&collector).await;
    let page = collector.get("/test-2027?lang=en").await.text();
    assert!(page.contains("530 of 3,030 voters"), "sheets of all precincts with the general vote");
    assert!(page.contains("17.49%"));
    assert!(page.contains("13 of 1,000 voters"), "party lists are given out in precinct 1 only");
    assert!(page.contains("Shares of 130 ballots"));
    assert!(page.contains("42.31%"), "55 of 130");
    assert!(page.contains("№ 3"), "preferences are folded, and there");
    assert!(page.contains("preliminary count by machine"));
    assert!(page.contains("10:00"), "a slip of 9:58 is that of ten o'clock");
    let russian = collector.get("/test-2027?lang=ru").await.text();
    assert!(russian.contains("530 из 3\u{a0}030 избирателей"));
    assert!(russian.contains("17,49\u{a0}%"));
    let north = collector.get("/test-2027/regions/north?lang=en").await.text();
    assert!(north.contains("530 of 3,000 voters"));
    let option = collector.get("/test-2027/options/president/a?lang=en").await.text();
    assert!(option.contains(">55<") && option.contains("NORTH") && !option.contains("SOUTH"));
    let by_precinct = collector.get("/test-2027/options/president/a?region=north&lang=en").await;
    assert!(by_precinct.text().contains("/test-2027/precincts/1?lang=en"));
    let found = collector.get("/test-2027/precincts?q=3&lang=en").await.text();
    assert!(found.contains("1 precinct found") && found.contains("No report yet"));
    assert!(collector.get("/").await.text().contains("Бүгүн"), "Kyrgyz unless asked otherwise");
}

#[tokio::test]
async fn open_data_add_up_to_the_registers() {
    let collector = Collector::new().await;
    fill(&collector).await;
    let csv = collector.get("/test-2027/data/results.csv").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(csv.header("access-control-allow-origin"), "*");
    let json = collector.get("/test-2027/data/results.json").await.json();
    let text = csv.text();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|l| l.split(',').collect()).collect();
    assert!(rows.iter().all(|row| row.len() == 9));
    let sum = |contest: &str, register: &str| -> u64 {
        let of = rows.iter().filter(|row| row[5] == contest && row[6] == register);
        of.map(|row| row[8].parse::<u64>().unwrap()).sum()
    };
    let mut contests = 0;
    for vote in json["total"]["tally"]["votes"].as_array().unwrap() {
        for contest in vote["contests"].as_array().unwrap() {
            contests += 1;
            let id = contest["contest"].as_str().unwrap();
            for register in ["ballots", "valid", "blank", "overvoted", "undervotes"] {
                assert_eq!(contest[register], sum(id, register), "{id} {register}");
            }
            let choices = contest["choices"].as_array().unwrap();
            let votes: u64 = choices.iter().map(|c| c["votes"].as_u64().unwrap()).sum();
            assert_eq!(votes, sum(id, "votes"));
            let lost = contest["undervotes"].as_u64().unwrap()
                + contest["votes_allowed"].as_u64().unwrap()
                    * contest["overvoted"].as_u64().unwrap();
            let possible =
                contest["votes_allowed"].as_u64().unwrap() * contest["ballots"].as_u64().unwrap();
            assert_eq!(votes + lost, possible, "{id}");
        }
    }
    assert_eq!(contests, 3);
    let turnout = collector.get("/test-2027/data/turnout.csv").await.text();
    assert!(turnout.contains("test-2027,north,1,general,1000,130,2,2,1\r\n"));
    assert!(turnout.contains("test-2027,north,2,general,2000,400,1,0,1\r\n"));
    assert!(turnout.contains("test-2027,south,3,general,30,0,0,0,0\r\n"));
    assert!(!turnout.contains(",2,lists,"), "no party lists in precinct 2");
}

#[tokio::test]
async fn names_can_not_become_markup() {
    let collector = Collector::new().await;
    fill(&collector).await;
    for path in [
        "/",
        "/test-2027",
        "/test-2027/options/president/a",
        "/test-2027/precincts/1",
        "/test-2027/precincts?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/%3Cscript%3Ealert(1)",
    ] {
        let sign = if path.contains('?') { '&' } else { '?' };
        let page = collector.get(&format!("{path}{sign}lang=en")).await;
        assert!(!page.text().contains("<script>alert"), "{path}");
        assert!(!page.text().contains("Trial <b>"), "{path}");
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("script-src 'self'") && !policy.contains("unsafe"),
            "{path} {policy}"
        );
    }
}

#[tokio::test]
async fn unchanged_pages_are_not_sent_again() {
    let collector = Collector::new().await;
    let ask = |path: &str, tag: &str| {
        Request::get(path).header("if-none-match", tag).body(Body::empty()).unwrap()
    };
    for path in ["/?lang=ky", "/test-2027?lang=ky", "/test-2027/data/results.json"] {
        let first = collector.get(path).await;
        assert_eq!(first.header("cache-control"), "public, max-age=5, stale-while-revalidate=30");
        let again = collector.send(ask(path, first.header("etag"))).await;
        assert_eq!((again.status.as_u16(), again.body.len()), (304, 0), "{path}");
    }
    let tag = collector.get("/test-2027?lang=ky").await.header("etag").to_owned();
    assert_eq!(collector.send(ask("/test-2027?lang=ru", &tag)).await.status, 200);
    fill(&collector).await;
    assert_eq!(collector.send(ask("/test-2027?lang=ky", &tag)).await.status, 200);
    let zipped = Request::get("/test-2027").header("accept-encoding", "gzip");
    let zipped = collector.send(zipped.body(Body::empty()).unwrap()).await;
    assert_eq!(zipped.header("content-encoding"), "gzip");
}

#[tokio::test]
async fn what_is_not_there_is_said_in_the_readers_language() {
    let collector = Collector::new().await;
    let ask = |path: &str, lang: &str| {
        Request::get(path).header("accept-language", lang).body(Body::empty()).unwrap()
    };
    for path in [
        "/nowhere",
        "/test-2027/regions/x",
        "/test-2027/precincts/99",
        "/a/b/c/d/e",
        "/test-2027/options/president/x",
        "/verify",
        "/test-2027/data/precincts/1.xml",
    ] {
        let answer = collector.send(ask(path, "ru-RU,en;q=0.5")).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text().contains("Не найдено"), "{path}");
    }
    let submit = collector.send(ask("/submit", "ky")).await.text();
    assert!(submit.contains("Отчет тапшыруу") && submit.contains("lang=\"ky\""));
}

#[tokio::test]
async fn odd_reports_are_pointed_out() {
    let collector = Collector::new().await;
    let device = Device::new(&election(), "d-9", "3", 5);
    for (number, sheets) in [(2, 20), (3, 10), (3, 12)] {
        let slip = device.report(ReportKind::Turnout, number, &device.president([sheets, 0, 0, 0]));
        assert_eq!(collector.post(device.seal(&slip).to_bytes().unwrap()).await.status, 201);
    }
    assert_eq!(collector.post(device.final_bytes(5, [31, 0, 0, 0])).await.status, 201);
    let page = collector.get("/test-2027/precincts/3?lang=en").await.text();
    assert!(page.contains("Report 3 of device d-9 has fewer sheets"));
    assert!(page.contains("two different reports with the number 3"));
    assert!(page.contains("More sheets than registered voters (general)"));
    let list = collector.get("/test-2027/precincts?show=noticed&lang=en").await.text();
    assert!(list.contains("1 precinct found"));
}

#[tokio::test]
async fn campaigns_are_past_current_and_coming() {
    let dated = |id: &str, date: &str| {
        let mut definition = election();
        (definition.id, definition.date) = (id.into(), date.to_owned());
        campaign_of(&definition)
    };
    let campaigns =
        vec![dated("old", "2021-11-28"), dated("now", "2027-01-24"), dated("next", "2027-11-28")];
    let collector = Collector::on("sqlite::memory:", campaigns, Settings::default()).await;
    let page = collector.get("/?lang=en").await.text();
    let at = |text: &str| page.find(text).unwrap();
    assert!(at(">Today<") < at("/now?") && at("/now?") < at(">Coming<"));
    assert!(
        at(">Coming<") < at("/next?") && at("/next?") < at(">Past<") && at(">Past<") < at("/old?")
    );
    assert_eq!(collector.get("/healthz").await.json()["well"], true);
}
