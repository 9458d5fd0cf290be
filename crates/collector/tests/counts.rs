//! Several devices and several counts of one precinct: added once each, replaced where a re-scan says so, and never
//! chosen where that is in doubt.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod support;

use serde_json::Value;
use support::{Collector, Device, election};
use urna_core::report::{Count, CountPurpose, Report, ReportKind};
use urna_core::seal::Digest;

/// A report of a count besides the day, of sheets with one vote each for a, b, against all, none.
fn report(
    device: &Device,
    kind: ReportKind,
    number: u32,
    count: Option<Count>,
    president: [usize; 4],
) -> Report {
    let mut report = device.report(kind, number, &device.president(president));
    report.version = Report::version_for(count.as_ref());
    report.count = count;
    report
}

fn count(number: u32, purpose: CountPurpose, replaces: &[Digest]) -> Option<Count> {
    Some(Count { number, purpose, replaces: replaces.to_vec() })
}

/// Sends it; its digest, and how it was taken.
async fn send(collector: &Collector, device: &Device, report: &Report) -> (Digest, u16) {
    let answer = collector.post(device.seal(report).to_bytes().unwrap()).await;
    let digest = Digest::try_from(answer.json()["digest"].as_str().unwrap().to_owned()).unwrap();
    (digest, answer.status.as_u16())
}

async fn precinct(collector: &Collector, id: &str) -> Value {
    collector.get(&format!("/test-2027/data/precincts/{id}.json")).await.json()
}

/// State, sheets in the sum, votes for a and b; whether it is disputed.
fn seen(precinct: &Value) -> (String, u64, Option<[u64; 2]>, bool) {
    let votes = &precinct["results"][0]["contests"][0]["votes"];
    let votes = votes["a"].as_u64().zip(votes["b"].as_u64()).map(|(a, b)| [a, b]);
    let sheets = precinct["turnout"][0]["sheets"].as_u64().unwrap();
    let state = precinct["state"].as_str().unwrap().to_owned();
    (state, sheets, votes, precinct["disputed"].as_bool().unwrap())
}

fn places(precinct: &Value) -> Vec<(String, u64, String)> {
    let devices = precinct["devices"].as_array().unwrap().iter();
    let place = |d: &Value| {
        let word = |name: &str| d[name].as_str().unwrap().to_owned();
        (word("device"), d["number"].as_u64().unwrap(), word("place"))
    };
    devices.map(place).collect()
}

fn complete(sheets: u64, votes: [u64; 2]) -> (String, u64, Option<[u64; 2]>, bool) {
    ("complete".to_owned(), sheets, Some(votes), false)
}

#[tokio::test]
async fn devices_and_late_boxes_are_added() {
    let collector = Collector::new().await;
    let first = Device::new(&election(), "d-1", "1", 2);
    let second = Device::new(&election(), "d-2", "1", 3);
    let late = count(2, CountPurpose::LateBox, &[]);
    send(&collector, &first, &report(&first, ReportKind::Final, 2, None, [5, 3, 0, 0])).await;
    send(&collector, &second, &report(&second, ReportKind::Final, 2, None, [1, 0, 0, 0])).await;
    let box_ = report(&first, ReportKind::Final, 4, late.clone(), [0, 2, 0, 0]);
    assert_eq!(send(&collector, &first, &box_).await.1, 201);
    assert_eq!(seen(&precinct(&collector, "1").await), complete(11, [6, 5]));
    // A count of the same number that says something else is a conflict, like a second final result.
    let other = report(&first, ReportKind::Final, 5, late, [2, 0, 0, 0]);
    assert_eq!(send(&collector, &first, &other).await.1, 409);
    let now = precinct(&collector, "1").await;
    assert_eq!(seen(&now).2, Some([6, 5]), "the first one stays in the sum");
    assert!(seen(&now).3);
    let disputed: Vec<_> =
        now["devices"].as_array().unwrap().iter().map(|d| d["disputed"].clone()).collect();
    assert_eq!(disputed, [false, true, false]);
    let csv = collector.get("/test-2027/data/counts.csv").await.text();
    let rows: Vec<_> = csv.lines().collect();
    assert_eq!(rows.len(), 4);
    assert!(
        rows[2].starts_with("test-2027,") && rows[2].contains(",1,d-1,2,late_box,counted,,,1,2,")
    );
    let turnout = collector.get("/test-2027/data/turnout.csv").await.text();
    assert!(turnout.lines().nth(1).unwrap().ends_with(",11,2,3,0"), "{turnout}");
    let page = collector.get("/test-2027/precincts/1?lang=en").await.text();
    assert!(page.contains("another box of this station"));
}

#[tokio::test]
async fn a_device_may_count_for_two_precincts_with_an_enrolment_for_each() {
    let collector = Collector::new().await;
    let home = Device::new(&election(), "d-1", "1", 2);
    let there = Device::new(&election(), "d-1", "2", 2);
    send(&collector, &home, &report(&home, ReportKind::Final, 2, None, [5, 3, 0, 0])).await;
    let other = count(2, CountPurpose::OtherStation, &[]);
    let other = report(&there, ReportKind::Final, 4, other, [1, 1, 0, 0]);
    assert_eq!(send(&collector, &there, &other).await.1, 201);
    assert_eq!(seen(&precinct(&collector, "1").await), complete(8, [5, 3]));
    assert_eq!(seen(&precinct(&collector, "2").await), complete(2, [1, 1]));
    // The day's own number for the second precinct is what it always was: two results of one count.
    let again = report(&there, ReportKind::Final, 6, None, [1, 1, 0, 0]);
    assert_eq!(send(&collector, &there, &again).await.1, 409);
    assert!(seen(&precinct(&collector, "1").await).3);
}

#[tokio::test]
async fn a_rescan_replaces_in_whatever_order_reports_come() {
    for order in [[0, 1, 2], [2, 1, 0], [2, 0, 1], [1, 2, 0]] {
        let collector = Collector::new().await;
        let first = Device::new(&election(), "d-1", "1", 2);
        let second = Device::new(&election(), "d-2", "1", 3);
        let day = report(&first, ReportKind::Final, 2, None, [5, 3, 0, 0]);
        let beside = report(&second, ReportKind::Final, 2, None, [1, 0, 0, 0]);
        let names = [first.digest(&day), second.digest(&beside)];
        let again = count(2, CountPurpose::Rescan, &names);
        let again = report(&first, ReportKind::Final, 4, again, [4, 4, 1, 0]);
        let all = [(&first, &day), (&second, &beside), (&first, &again)];
        for (sent, at) in order.into_iter().enumerate() {
            let (device, report) = all[at];
            assert_eq!(send(&collector, device, report).await.1, 201);
            let now = precinct(&collector, "1").await;
            // Never more sheets than there are, whatever has come.
            assert!(seen(&now).1 <= 9, "{order:?} after {sent}: {now}");
        }
        let now = precinct(&collector, "1").await;
        assert_eq!(seen(&now), complete(9, [4, 4]), "{order:?}");
        let place = |d: &str, n, p: &str| (d.to_owned(), n, p.to_owned());
        assert_eq!(
            places(&now),
            [place("d-1", 1, "replaced"), place("d-1", 2, "counted"), place("d-2", 1, "replaced")]
        );
        assert_eq!(now["devices"][0]["replaced_by"]["number"], 2);
        // What was replaced stays to be seen.
        let page = collector.get("/test-2027/precincts/1?lang=en").await.text();
        assert!(page.contains("Replaced by count 2 of device d-1"));
        assert!(page.contains("counted again, in place of earlier figures"));
        let total = collector.get("/test-2027/data/results.json").await.json();
        assert_eq!(total["total"]["turnout"][0]["sheets"], 9);
        assert_eq!(total["precincts"][0]["records"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_rescan_that_names_something_unknown_is_shown_and_not_added() {
    let collector = Collector::new().await;
    let first = Device::new(&election(), "d-1", "1", 2);
    let elsewhere = Device::new(&election(), "d-7", "2", 7);
    let day = report(&first, ReportKind::Final, 2, None, [5, 3, 0, 0]);
    let (day, _) = send(&collector, &first, &day).await;
    let other = report(&elsewhere, ReportKind::Final, 2, None, [1, 1, 0, 0]);
    let (other, _) = send(&collector, &elsewhere, &other).await;
    for (number, unknown) in [(2, Digest::of(b"never sent")), (3, other)] {
        let names = count(number, CountPurpose::Rescan, &[day, unknown]);
        let again = report(&first, ReportKind::Final, 2 * number, names, [4, 4, 0, 0]);
        assert_eq!(send(&collector, &first, &again).await.1, 201, "it is kept");
        let now = precinct(&collector, "1").await;
        assert_eq!(seen(&now), ("partial".to_owned(), 8, Some([5, 3]), true));
        let notice = &now["notices"][number as usize - 2];
        assert_eq!(notice["type"], "rescan_held", "{now}");
        assert_eq!(notice["because"], "names_unknown");
    }
    assert_eq!(seen(&precinct(&collector, "2").await), complete(2, [1, 1]));
    let page = collector.get("/test-2027/precincts/1?lang=en").await.text();
    assert!(page.contains("replaces a report that is not here"));
}

#[tokio::test]
async fn of_two_rescans_of_one_count_the_first_stays_until_one_names_both() {
    let collector = Collector::new().await;
    let first = Device::new(&election(), "d-1", "1", 2);
    let second = Device::new(&election(), "d-2", "1", 3);
    let day = report(&first, ReportKind::Final, 2, None, [5, 3, 0, 0]);
    let (day, _) = send(&collector, &first, &day).await;
    let names = count(2, CountPurpose::Rescan, &[day]);
    let again = report(&first, ReportKind::Final, 4, names, [4, 4, 0, 0]);
    let (again, _) = send(&collector, &first, &again).await;
    let names = count(1, CountPurpose::Rescan, &[day]);
    let rival = report(&second, ReportKind::Final, 2, names, [3, 5, 0, 0]);
    let (rival, _) = send(&collector, &second, &rival).await;
    let now = precinct(&collector, "1").await;
    assert_eq!(seen(&now), ("partial".to_owned(), 8, Some([4, 4]), true));
    assert_eq!(now["notices"][0]["because"], "place_taken");
    let names = count(3, CountPurpose::Rescan, &[again, rival]);
    let last = report(&first, ReportKind::Final, 6, names, [6, 2, 0, 0]);
    send(&collector, &first, &last).await;
    assert_eq!(seen(&precinct(&collector, "1").await), complete(8, [6, 2]));
}

#[tokio::test]
async fn a_lost_device_is_replaced_by_the_name_of_its_zero_report() {
    let collector = Collector::new().await;
    let lost = Device::new(&election(), "d-1", "1", 2);
    let fresh = Device::new(&election(), "d-2", "1", 3);
    let zero = report(&lost, ReportKind::Zero, 1, None, [0, 0, 0, 0]);
    let (zero, _) = send(&collector, &lost, &zero).await;
    let slip = report(&lost, ReportKind::Turnout, 2, None, [4, 0, 0, 0]);
    send(&collector, &lost, &slip).await;
    let names = count(1, CountPurpose::Rescan, &[zero]);
    // As long as it goes on, its sheets are those of the lost device.
    let going = report(&fresh, ReportKind::Turnout, 2, names.clone(), [3, 0, 0, 0]);
    send(&collector, &fresh, &going).await;
    assert_eq!(seen(&precinct(&collector, "1").await), ("voting".to_owned(), 4, None, false));
    let again = report(&fresh, ReportKind::Final, 3, names, [5, 3, 0, 0]);
    send(&collector, &fresh, &again).await;
    assert_eq!(seen(&precinct(&collector, "1").await), complete(8, [5, 3]));
    // The lost one is found and reports after all: that changes nothing.
    let found = report(&lost, ReportKind::Final, 3, None, [4, 0, 0, 0]);
    send(&collector, &lost, &found).await;
    assert_eq!(seen(&precinct(&collector, "1").await), complete(8, [5, 3]));
}

#[tokio::test]
async fn rescans_that_name_each_other_are_in_no_sum() {
    let collector = Collector::new().await;
    let one = Device::new(&election(), "d-1", "1", 2);
    let two = Device::new(&election(), "d-2", "1", 3);
    let three = Device::new(&election(), "d-3", "1", 4);
    let zero = |device: &Device| report(device, ReportKind::Zero, 1, None, [0, 0, 0, 0]);
    let (zero_one, _) = send(&collector, &one, &zero(&one)).await;
    let (zero_two, _) = send(&collector, &two, &zero(&two)).await;
    for (device, names) in [(&one, zero_two), (&two, zero_one)] {
        let names = count(1, CountPurpose::Rescan, &[names]);
        send(&collector, device, &report(device, ReportKind::Final, 2, names, [5, 3, 0, 0])).await;
    }
    send(&collector, &three, &report(&three, ReportKind::Final, 2, None, [1, 0, 0, 0])).await;
    let now = precinct(&collector, "1").await;
    assert_eq!(seen(&now), ("partial".to_owned(), 1, Some([1, 0]), true));
    assert_eq!(now["notices"][0]["because"], "names_itself");
}

#[tokio::test]
async fn a_report_says_by_its_version_that_it_may_replace() {
    let collector = Collector::new().await;
    let device = Device::new(&election(), "d-1", "1", 2);
    let late = count(2, CountPurpose::LateBox, &[]);
    let mut old = report(&device, ReportKind::Final, 2, late, [1, 0, 0, 0]);
    old.version = 1;
    let mut new = report(&device, ReportKind::Final, 2, None, [1, 0, 0, 0]);
    new.version = 2;
    let first = count(1, CountPurpose::LateBox, &[]);
    let many = count(7, CountPurpose::LateBox, &[]);
    let nothing = count(2, CountPurpose::Rescan, &[]);
    let twice = count(2, CountPurpose::Rescan, &[Digest::of(b"a"), Digest::of(b"a")]);
    let names = count(2, CountPurpose::LateBox, &[Digest::of(b"a")]);
    let bad = [first, many, nothing, twice, names]
        .map(|count| report(&device, ReportKind::Final, 2, count, [1, 0, 0, 0]));
    for report in [old, new].into_iter().chain(bad) {
        let answer = collector.post(device.seal(&report).to_bytes().unwrap()).await;
        assert_eq!(answer.refusal(), (422, "figures".to_owned()), "{:?}", report.count);
    }
}
