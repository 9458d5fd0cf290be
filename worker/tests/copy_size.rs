//! How large a copy is: it is written anew after each sheet, so it must stay small.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use support::Station;
use support::stick::Stick;
use urna_core::vault_api::Command;

const SHEETS: usize = 400;

#[test]
fn a_copy_grows_by_the_records_and_events_alone() {
    let marks = ["general a d e yes", "lists p2 no-3", "general b ?d no", "general"];
    let sheets: Vec<&'static str> = marks.into_iter().cycle().take(SHEETS).collect();
    let mut station = Station::new(1, &sheets);
    let size = |station: &mut Station| {
        let mut stick = Stick::default();
        stick.keep_up(station).unwrap();
        stick.copy.len()
    };
    station.work(|status| status.sheets == 0 && status.zero_printed);
    let empty = size(&mut station);
    station.work(|status| status.sheets == 400 && !status.drop_to_confirm);
    station.ask(Command::Pause, vec![]).unwrap();
    // A record of this election is a slot of 348 bytes and its number, an event of a sheet some 70.
    let each = (size(&mut station) - empty) / SHEETS;
    assert!((300..480).contains(&each), "{each} bytes for each sheet");
    assert!(empty < 20 << 10, "{empty} bytes");
}
