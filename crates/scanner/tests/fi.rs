//! fi-series scanners over a device with knobs: each sheet once or not at all.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::cast_possible_truncation,
    reason = "tests"
)]

mod support;

use support::fi::{Fi, When, number_of};
use support::{Bench, Fed, MISHAPS, SMALL, numbered};
use urna_scanner::{Event, NoSheet, ScannerFault, State};

fn connected(device: Fi) -> Bench<Fi> {
    Bench::connected(device, SMALL)
}

/// The numbers of the pictures of that pass.
fn pass(number: u32) -> Vec<u32> {
    vec![number * 2, number * 2 + 1]
}

fn done(fed: &Fed) -> Option<Vec<u32>> {
    match fed {
        Fed::Done(frames) => Some(numbered(frames, number_of)),
        _ => None,
    }
}

#[test]
fn a_sheet_ends_where_its_paper_ends() {
    for padded in [true, false] {
        for empties in [true, false] {
            let mut bench = connected(Fi { padded, empties, ..Fi::new(3) });
            let info = bench.driver.info().unwrap();
            let said = [&info.name[..], &info.firmware, &info.serial];
            assert_eq!(said, ["FUJITSU fi-7160", "0C00", "12345"]);
            let can = bench.driver.capabilities().unwrap();
            assert!(can.duplex && can.detects_double_feed && can.longest_mm == 846, "{can:?}");
            for sheet in 2..5 {
                let Fed::Done(frames) = bench.feed() else { panic!("not done") };
                assert_eq!(frames[0].said.size, Some((156, 200)));
                assert_eq!(numbered(&frames, number_of), pass(sheet));
            }
            bench.settle();
            assert_eq!(bench.driver.state(), State::Empty);
        }
    }
}

#[test]
fn commands_are_what_the_scanner_knows() {
    let mut bench = connected(Fi::new(1));
    bench.feed();
    let sent: Vec<String> =
        bench.device.commands.iter().map(|command| hex(&command[..10])).collect();
    let before = |first: &str, second: &str| {
        let at = |what: &str| sent.iter().position(|one| one.starts_with(what)).expect(what);
        assert!(at(first) < at(second), "{first} before {second}: {sent:?}");
    };
    let order = [
        "000000000000",
        "120000006000",
        "1201f000cc00",
        "1d0000001000",
        "1c0000000a00",
        "151000000c00",
        "24000000000000008800",
        "f1050000000000000000",
        "c2000000000000000c00",
        "31010000000000000000",
        "1b0000000200",
        "28008000000000002000",
        "f110000000",
        "280000000000",
    ];
    for pair in order.windows(2) {
        if let [first, second] = pair {
            before(first, second);
        }
    }
    let windows = &bench.device.windows;
    assert_eq!(hex(&windows[..8]), "0000000000000040");
    assert_eq!((windows.len(), windows[8], windows[72]), (136, 0x00, 0x80));
    // 156 by 236 pixels at 200 dpi, in 1/1200 inch; grey, 8 bits.
    assert_eq!(windows[8 + 0x0e..8 + 0x1b], [0, 0, 3, 0xa8, 0, 0, 5, 0x88, 0x80, 0, 0x80, 2, 8]);
    assert_eq!(windows[8 + 0x35], 0xc0);
    assert!(windows[72 + 0x35..].iter().all(|byte| *byte == 0));
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn each_fault_has_its_name_at_each_moment() {
    let table = [
        ((3, 0x80, 1), ScannerFault::Jam),
        ((3, 0x80, 2), ScannerFault::CoverOpen),
        ((3, 0x80, 7), ScannerFault::DoubleFeed),
        ((4, 0x80, 1), ScannerFault::Hardware),
        ((0xb, 0x80, 1), ScannerFault::Protocol),
    ];
    for (sense, fault) in table {
        for when in [When::Feed, When::Scan, When::Read(1), When::Read(2)] {
            let mut bench = connected(Fi { fault: Some((when, sense)), ..Fi::new(1) });
            assert_eq!(bench.feed(), Fed::Fault(fault), "{sense:x?} {when:?}");
            assert_eq!(bench.driver.state(), State::Faulted(fault));
            bench.run_for(3_000);
            let stopped = bench.device.commands.iter().any(|command| command[..2] == [0xf1, 4]);
            assert!(stopped, "the scan goes on: {sense:x?} {when:?}");
            bench.device.help();
            let again = bench.feed();
            assert_eq!(
                done(&again),
                Some(pass(bench.device.pass)),
                "{sense:x?} {when:?} {again:?}"
            );
        }
    }
    let mut bench = connected(Fi { fault: Some((When::Status, (0, 0, 0))), ..Fi::new(1) });
    assert_eq!(bench.feed(), Fed::Fault(ScannerFault::DoubleFeed));
}

#[test]
fn an_open_cover_is_a_trouble_while_nothing_moves() {
    let mut bench = connected(Fi::new(1));
    bench.events.clear();
    bench.device.cover_open = true;
    bench.run_for(3_000);
    assert_eq!(bench.events, [Event::Trouble(ScannerFault::CoverOpen)]);
    bench.driver.clear_fault();
    bench.run_for(1_000);
    assert_eq!(bench.driver.state(), State::Faulted(ScannerFault::CoverOpen));
    bench.device.help();
    assert_eq!(done(&bench.feed()), Some(pass(2)));
}

#[test]
fn no_paper_and_the_button_are_no_faults() {
    let mut bench = connected(Fi::new(1));
    bench.device.sheets = 0;
    assert_eq!(bench.feed_started(), Fed::None(NoSheet::Empty));
    for when in [When::Scan, When::Read(1)] {
        let mut bench = connected(Fi { fault: Some((when, (3, 0x80, 0x20))), ..Fi::new(1) });
        assert_eq!(bench.feed(), Fed::None(NoSheet::Cancelled));
        bench.device.help();
        assert_eq!(done(&bench.feed()), Some(pass(bench.device.pass)));
    }
}

#[test]
fn busy_is_waited_for_and_does_not_last_for_ever() {
    let mut bench = connected(Fi { busy: 20, ..Fi::new(1) });
    bench.device.busy = 20;
    assert_eq!(done(&bench.feed()), Some(pass(2)));
    bench.device.busy = u32::MAX;
    bench.driver.clear_fault();
    bench.until(|driver| driver.state() == State::Faulted(ScannerFault::Busy));
}

#[test]
fn settings_that_were_lost_are_made_again_before_the_sheet() {
    let mut bench = connected(Fi::new(1));
    bench.device.attention = 1;
    bench.device.settings_kept = false;
    // The device asserts that double feeds are noticed whenever it scans.
    assert_eq!(done(&bench.feed_started()), Some(pass(2)));
}

#[test]
fn settings_that_were_lost_while_nothing_moved_are_made_again_too() {
    let mut bench = connected(Fi::new(1));
    bench.device.attention = 1;
    bench.device.settings_kept = false;
    bench.run_for(1_000);
    assert_eq!(bench.device.attention, 0);
    assert_eq!(done(&bench.feed()), Some(pass(2)));
}

#[test]
fn long_sides_come_in_blocks_by_turns() {
    let device = Fi { paper_lines: 3_000, ..Fi::new(1) };
    let mut bench = Bench::connected(device, urna_scanner::Settings::default());
    let Fed::Done(frames) = bench.feed() else { panic!("not done") };
    assert_eq!(frames[0].said.size, Some((1_700, 3_000)));
    assert_eq!(numbered(&frames, number_of), pass(2));
    let reads =
        bench.device.commands.iter().filter(|command| command[0] == 0x28 && command[2] == 0);
    let reads: Vec<&Vec<u8>> = reads.collect();
    assert!(reads.len() > 30, "{}", reads.len());
    for (at, read) in reads.iter().enumerate() {
        assert_eq!(read[5], if at % 2 == 0 { 0x00 } else { 0x80 });
        let bytes = u32::from_be_bytes([0, read[6], read[7], read[8]]);
        assert!(bytes <= 256 << 10 && bytes.is_multiple_of(2 * 1_700), "{bytes}");
    }
}

#[test]
fn what_can_not_scan_grey_from_a_feeder_is_refused() {
    for product in ["ScanSnap iX500", "iX100"] {
        let bench = connected(Fi { product, ..Fi::new(1) });
        assert_eq!(bench.driver.state(), State::Faulted(ScannerFault::Unsupported));
    }
}

#[test]
fn a_cancelled_sheet_is_void_at_each_moment() {
    let mut moment = 0;
    loop {
        let mut bench = connected(Fi::new(1));
        bench.driver.start_sheet().unwrap();
        bench.events.clear();
        (0..moment).for_each(|_| bench.step());
        bench.driver.cancel();
        let fed = bench.feed_going();
        if done(&fed).is_some() {
            break;
        }
        assert_eq!(fed, Fed::None(NoSheet::Cancelled), "{moment}");
        bench.device.help();
        bench.events.clear();
        let again = bench.feed();
        assert_eq!(done(&again), Some(pass(bench.device.pass)), "{moment}: {again:?}");
        moment += 1;
    }
    assert!(moment > 20, "{moment}");
}

/// The matrix, as for eSCL.
#[test]
fn each_mishap_at_each_transfer_counts_the_sheet_once_or_not_at_all() {
    let mut clean = connected(Fi::new(1));
    let start = clean.ended;
    clean.feed();
    let transfers = clean.ended - start;
    assert!(transfers > 30, "{transfers}");
    for mishap in MISHAPS {
        for at in 0..transfers {
            let mut bench = connected(Fi::new(1));
            bench.mishap = Some((bench.ended + at, mishap.clone()));
            let context = format!("{mishap:?} at {at} of {transfers}");
            let fed = bench.feed();
            match &fed {
                // A byte that changed on the way is not noticed where all bytes are pixels.
                Fed::Done(_) if mishap == support::Mishap::Changed => {}
                Fed::Done(frames) => {
                    assert_eq!(numbered(frames, number_of), pass(bench.device.pass), "{context}");
                    assert!(
                        frames.iter().all(|frame| frame.said.size == Some((156, 200))),
                        "{context}"
                    );
                }
                Fed::Fault(_) => {}
                Fed::None(why) => panic!("{why:?}: {context}"),
            }
            bench.device.help();
            let again = bench.feed();
            assert_eq!(
                done(&again),
                Some(pass(bench.device.pass)),
                "{context}, {fed:?}, {again:?}"
            );
        }
    }
}
