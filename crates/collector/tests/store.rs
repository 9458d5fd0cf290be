//! Both databases: the same figures after a restart, and what happens when someone edits a table.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod support;

use sqlx::Connection;
use support::{Collector, Device, campaign_of, election};
use urna_collector::http::Settings;
use urna_core::report::{Count, CountPurpose, Report, ReportKind};
use urna_core::seal::Digest;

async fn on(url: &str) -> Collector {
    Collector::on(url, vec![campaign_of(&election())], Settings::default()).await
}

async fn survives_a_restart(url: &str) {
    let device = Device::new(&election(), "d-1", "1", 2);
    let before = on(url).await;
    let zero = device.report(ReportKind::Zero, 1, &device.zero());
    assert_eq!(before.post(device.seal(&zero).to_bytes().unwrap()).await.status, 201);
    assert_eq!(before.post(device.final_bytes(2, [5, 3, 1, 1])).await.status, 201);
    assert_eq!(before.post(device.final_bytes(3, [4, 4, 1, 1])).await.status, 409);
    assert_eq!(before.post("rubbish").await.status, 400);
    // Another collector on the same database follows.
    let beside = on(url).await;
    let second = Device::new(&election(), "d-2", "1", 3);
    assert_eq!(before.post(second.final_bytes(2, [1, 0, 0, 0])).await.status, 201);
    // A re-scan of its one sheet, and one that names what nobody knows: both are kept, each in its place.
    let one_sheet = second.president([1, 0, 0, 0]);
    let replaced = second.digest(&second.report(ReportKind::Final, 2, &one_sheet));
    for (number, names) in [(2, replaced), (3, Digest::of(b"unknown"))] {
        let tally = second.president([0, 1, 0, 0]);
        let mut again = second.report(ReportKind::Final, number + 2, &tally);
        let count = Count { number, purpose: CountPurpose::Rescan, replaces: vec![names] };
        (again.version, again.count) = (Report::version_for(Some(&count)), Some(count));
        assert_eq!(before.post(second.seal(&again).to_bytes().unwrap()).await.status, 201);
        again.number += 10;
        assert_eq!(before.post(second.seal(&again).to_bytes().unwrap()).await.status, 409);
    }
    beside.board.catch_up().await.unwrap();
    let places = before.get("/test-2027/data/counts.csv").await.text();
    for words in [",d-2,1,polls,replaced,d-2,2,", ",d-2,2,rescan,counted,", ",d-2,3,rescan,held,"] {
        assert!(places.contains(words), "{places}");
    }
    let mut pages = Vec::new();
    for path in
        ["/test-2027?lang=ky", "/test-2027/precincts/1?lang=ru", "/test-2027/data/results.json"]
    {
        let page = before.get(path).await;
        let tag = page.header("etag").to_owned();
        pages.push((path, tag, without_seq(&page.text())));
    }
    for other in [&beside, &on(url).await] {
        for (path, tag, text) in &pages {
            let page = other.get(path).await;
            assert_eq!((page.header("etag"), &without_seq(&page.text())), (tag.as_str(), text));
        }
    }
    assert_eq!(
        before.get("/test-2027/data/results.json").await.json()["precincts"][0]["disputed"],
        true
    );
    let counts = before.board.store().counts().await.unwrap();
    assert_eq!((counts.accepted, counts.conflict, counts.refused), (5, 3, 1));
    before.board.store().close().await;
    beside.board.store().close().await;
}

/// The number of changes since the start is the one thing on a page that a restart changes.
fn without_seq(page: &str) -> String {
    let (before, behind) = page.split_once("data-seq=\"").unwrap_or((page, ""));
    format!("{before}{}", behind.trim_start_matches(|c: char| c.is_ascii_digit()))
}

#[tokio::test]
async fn sqlite_survives_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    survives_a_restart(&format!("sqlite:{}", dir.path().join("results.sqlite").display())).await;
}

#[tokio::test]
async fn postgres_survives_a_restart() {
    let Ok(server) = std::env::var("URNA_TEST_POSTGRES") else {
        eprintln!("URNA_TEST_POSTGRES is not set: NOT tested on PostgreSQL");
        return;
    };
    let name = format!("urna_test_{}", std::process::id());
    let mut admin = sqlx::PgConnection::connect(&server).await.unwrap();
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(create).execute(&mut admin).await.unwrap();
    let base = server.rsplit_once('/').unwrap().0;
    survives_a_restart(&format!("{base}/{name}")).await;
    let drop = sqlx::AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"));
    sqlx::query(drop).execute(&mut admin).await.unwrap();
}

#[tokio::test]
async fn an_edited_database_is_found_out() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", dir.path().join("results.sqlite").display());
    let device = Device::new(&election(), "d-1", "1", 2);
    let honest = on(&url).await;
    honest.post(device.final_bytes(2, [5, 3, 1, 1])).await;
    honest.board.store().close().await;
    let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let sealed: Vec<u8> =
        sqlx::query_scalar("SELECT sealed FROM report").fetch_one(&mut connection).await.unwrap();
    let at = sealed.windows(8).position(|w| w == b"test 0.1").unwrap();
    let mut edited = sealed.clone();
    edited[at + 7] = b'2';
    sqlx::query("UPDATE report SET sealed = $1")
        .bind(edited)
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    let after = on(&url).await;
    assert_eq!(after.board.snapshot().unverifiable, 1);
    assert_eq!(after.board.snapshot().campaigns[0].total.reported(), 0);
    assert_eq!(after.get("/healthz").await.status, 503);
    assert!(after.get("/test-2027?lang=en").await.text().contains("no longer verifies"));
}
