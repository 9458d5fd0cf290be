//! eSCL over IPP-USB against a device with knobs: each sheet once or not at all.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::cast_possible_truncation,
    reason = "tests"
)]

mod support;

use support::escl::{Escl, number_of};
use support::{Bench, Fed, MISHAPS, numbered};
use urna_scanner::{Event, NoSheet, ScannerFault, Settings, Side, State, Transfer};

fn connected(device: Escl) -> Bench<Escl> {
    Bench::connected(device, Settings::default())
}

fn done(fed: &Fed) -> Option<Vec<u32>> {
    match fed {
        Fed::Done(frames) => Some(numbered(frames, number_of)),
        _ => None,
    }
}

#[test]
fn a_sheet_comes_with_both_sides_and_its_job_is_ended() {
    for pairs in [1, 2] {
        let mut bench = connected(Escl { pairs, ..Escl::new(1) });
        assert_eq!(bench.driver.info().unwrap().name, "Test ADF 1");
        let can = bench.driver.capabilities().unwrap();
        assert_eq!((can.duplex, can.longest_mm, &can.dpi[..]), (true, 381, &[75, 200, 300][..]));
        let Fed::Done(frames) = bench.feed() else { panic!("not done") };
        assert_eq!(numbered(&frames, number_of), [10, 11]);
        assert_eq!(
            frames.iter().map(|frame| frame.side).collect::<Vec<_>>(),
            [Side::Front, Side::Back]
        );
        assert_eq!((frames[0].said.dpi, frames[0].said.size), (200, Some((1_700, 2_200))));
        bench.settle();
        assert_eq!(bench.driver.state(), State::Empty);
        let asked = &bench.device.asked;
        assert_eq!(
            asked.iter().filter(|line| line.starts_with("DELETE /eSCL/ScanJobs/1 ")).count(),
            1
        );
    }
}

#[test]
fn the_job_asks_for_grey_duplex_of_the_set_size() {
    let mut bench = connected(Escl::new(1));
    bench.feed();
    let post = bench.log.iter().find_map(|transfer| match transfer {
        Transfer::Out { bytes, .. } => {
            String::from_utf8(bytes.clone()).ok().filter(|text| text.starts_with("POST"))
        }
        _ => None,
    });
    let post = post.unwrap();
    // 216 mm by 420 mm, cut to what the device takes.
    for part in [
        "<pwg:Width>2550</pwg:Width><pwg:Height>4500</pwg:Height>",
        "<scan:ColorMode>Grayscale8</scan:ColorMode>",
        "<scan:XResolution>200</scan:XResolution>",
        "<scan:Duplex>true</scan:Duplex>",
        "<pwg:InputSource>Feeder</pwg:InputSource>",
        "Content-Type: text/xml\r\nContent-Length: ",
    ] {
        assert!(post.contains(part), "{part} is not in {post}");
    }
    assert!(!post.contains("Connection") && !post.contains("Expect"), "{post}");
}

#[test]
fn the_same_bytes_give_the_same_sheet_however_they_are_cut() {
    for (chunked, interim) in [(true, false), (false, true)] {
        for most in [1, 2, 3, 7, 511, 512, 513, 4_096, 16_384] {
            for empties in [false, true] {
                if empties && most < 511 {
                    continue;
                }
                let device = Escl { chunked, interim, most, empties, ..Escl::new(1) };
                assert_eq!(
                    done(&connected(device).feed()),
                    Some(vec![10, 11]),
                    "{chunked} {most} {empties}"
                );
            }
        }
    }
}

#[test]
fn a_busy_device_is_asked_again_at_the_time_it_names() {
    let mut bench = connected(Escl { busy: 3, ..Escl::new(1) });
    assert!(bench.now_ms >= 6_000, "{}", bench.now_ms);
    bench.device.busy = 4;
    assert_eq!(done(&bench.feed()), Some(vec![10, 11]));
}

#[test]
fn a_device_that_stays_busy_is_a_fault_and_never_a_hang() {
    let mut bench = connected(Escl { busy: u32::MAX, ..Escl::new(1) });
    assert_eq!(bench.driver.state(), State::Faulted(ScannerFault::Busy));
    bench.device.busy = 0;
    assert_eq!(done(&bench.feed()), Some(vec![10, 11]));
}

#[test]
fn a_device_that_works_for_somebody_else_is_not_ready() {
    let mut bench = connected(Escl::new(1));
    bench.device.foreign = true;
    bench.run_for(1_000);
    assert_eq!(bench.driver.state(), State::Connecting);
    bench.events.clear();
    bench.run_for(70_000);
    assert_eq!(bench.events, [Event::Trouble(ScannerFault::Busy)]);
    bench.device.foreign = false;
    assert_eq!(done(&bench.feed()), Some(vec![10, 11]));
}

#[test]
fn empty_transfers_are_neither_an_end_nor_a_storm() {
    let mut bench = connected(Escl::new(1));
    bench.driver.start_sheet().unwrap();
    let before = bench.ended;
    bench.device.only_empties = true;
    assert_eq!(bench.feed_going(), Fed::Fault(ScannerFault::NoAnswer));
    assert!(bench.ended - before < 200, "{} transfers", bench.ended - before);
    bench.until(|driver| driver.state() == State::Faulted(ScannerFault::NoAnswer));
}

#[test]
fn a_device_that_never_falls_silent_can_not_be_taken() {
    let bench = connected(Escl { only_empties: true, ..Escl::new(1) });
    assert_eq!(bench.driver.state(), State::Faulted(ScannerFault::Protocol));
    assert!(bench.ended < 2_000, "{} transfers", bench.ended);
}

#[test]
fn bytes_that_overtook_others_void_the_sheet() {
    let mut bench = connected(Escl { pairs: 1, chunked: false, ..Escl::new(1) });
    bench.overtaking = true;
    assert_eq!(bench.feed_started(), Fed::Fault(ScannerFault::Protocol));
}

#[test]
fn a_halt_is_cleared_and_nothing_is_lost_by_it() {
    for pairs in [1, 2] {
        for halt in 1..10 {
            let mut bench = connected(Escl { pairs, ..Escl::new(1) });
            bench.device.halt_in = Some(halt);
            let fed = bench.feed_started();
            assert_eq!(done(&fed), Some(vec![10, 11]), "{pairs} pairs, {halt}: {fed:?}");
            let cleared =
                bench.log.iter().filter(|one| matches!(one, Transfer::ClearHalt { .. })).count();
            assert_eq!(cleared, 1, "{pairs} pairs, {halt}");
        }
    }
}

#[test]
fn no_more_too_early_is_asked_again() {
    let mut bench = connected(Escl { early: 3, ..Escl::new(1) });
    assert_eq!(done(&bench.feed()), Some(vec![10, 11]));
}

#[test]
fn more_than_one_sheet_voids_all_and_one_side_is_no_sheet() {
    let mut two = connected(Escl::new(2));
    assert_eq!(two.feed(), Fed::Fault(ScannerFault::ManySheets));
    let mut half = Escl::new(0);
    half.sheets.push_back(1);
    let mut half = connected(half);
    assert_eq!(half.feed(), Fed::Fault(ScannerFault::Protocol));
    half.device.help();
    assert_eq!(done(&half.feed()), Some(vec![20, 21]));
}

#[test]
fn each_fault_of_the_feeder_has_its_name_at_each_moment() {
    let table = [
        ("ScannerAdfJam", ScannerFault::Jam),
        ("ScannerAdfDoorOpen", ScannerFault::CoverOpen),
        ("ScannerAdfHatchOpen", ScannerFault::CoverOpen),
        ("ScannerAdfMispick", ScannerFault::Misfeed),
        ("ScannerAdfMultipickDetected", ScannerFault::DoubleFeed),
        ("ScannerAdfDuplexPageTooLong", ScannerFault::PaperForm),
        ("ScannerAdfInputTrayFailed", ScannerFault::Hardware),
        ("ScannerAdfInputTrayOverloaded", ScannerFault::ManySheets),
    ];
    for (adf, fault) in table {
        for given in 0..=2 {
            let mut bench = connected(Escl { adf_after: Some((given, adf)), ..Escl::new(1) });
            assert_eq!(bench.feed(), Fed::Fault(fault), "{adf} after {given}");
            assert_eq!(bench.driver.state(), State::Faulted(fault));
            bench.run_for(5_000);
            assert_eq!(bench.device.deleted, 1, "the job is ended");
            bench.device.help();
            assert_eq!(done(&bench.feed()), Some(vec![20, 21]), "{adf} after {given}");
        }
        // While nothing moves it is a trouble, said once, until a person has helped.
        let mut bench = connected(Escl::new(1));
        bench.device.adf = Some(adf);
        bench.events.clear();
        bench.run_for(3_000);
        assert_eq!(bench.events, [Event::Trouble(fault)]);
        bench.device.help();
        assert_eq!(done(&bench.feed()), Some(vec![10, 11]));
    }
}

#[test]
fn a_jam_is_seen_on_the_second_pair_while_the_image_never_comes() {
    let mut bench = connected(Escl { silent: true, ..Escl::new(1) });
    bench.driver.start_sheet().unwrap();
    bench.device.adf = Some("ScannerAdfJam");
    let before = bench.now_ms;
    bench.until(|driver| driver.state() == State::Faulted(ScannerFault::Jam));
    assert!(bench.now_ms - before < 3_000);
    bench.device.help();
    assert_eq!(done(&bench.feed()), Some(vec![20, 21]));
}

#[test]
fn no_paper_after_all_is_no_fault() {
    let mut bench = connected(Escl::new(1));
    bench.device.sheets.clear();
    assert_eq!(bench.feed_started(), Fed::None(NoSheet::Empty));
}

#[test]
fn what_an_earlier_session_left_is_thrown_away() {
    let stale = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 5\r\n\r\nstale";
    for end in 1..=stale.len() {
        let mut device = Escl::new(1);
        device.leave_over(0, &stale[stale.len() - end..]);
        device.leave_over(1, &stale[..end]);
        assert_eq!(done(&connected(device).feed()), Some(vec![10, 11]), "{end}");
    }
}

#[test]
fn what_stands_behind_an_answer_is_never_taken_for_the_next() {
    for (trailing, fine) in [(&b"\r\n"[..], true), (b"HTTP/1.1 200 OK\r\n", false), (b"x", false)] {
        let bench = connected(Escl { trailing, ..Escl::new(1) });
        let expected = if fine { State::Ready } else { State::Faulted(ScannerFault::Protocol) };
        assert_eq!(bench.driver.state(), expected, "{trailing:?}");
    }
}

#[test]
fn hosts_are_invented_and_paths_are_kept() {
    for location_host in ["", "https://[fe80::1", "ipp://x:631"] {
        assert_eq!(
            done(&connected(Escl { location_host, ..Escl::new(1) }).feed()),
            Some(vec![10, 11])
        );
    }
}

#[test]
fn a_cancelled_sheet_is_void_at_each_moment() {
    for pairs in [1, 2] {
        let mut moment = 0;
        loop {
            let mut bench = connected(Escl { pairs, ..Escl::new(1) });
            bench.driver.start_sheet().unwrap();
            bench.events.clear();
            (0..moment).for_each(|_| bench.step());
            bench.driver.cancel();
            let fed = bench.feed_going();
            if moment > 0 && done(&fed).is_some() {
                break;
            }
            assert_eq!(fed, Fed::None(NoSheet::Cancelled), "{moment}");
            bench.device.help();
            bench.events.clear();
            let again = done(&bench.feed()).expect("a sheet after it");
            assert!(again == [10, 11] || again == [20, 21], "{again:?}");
            moment += 1;
        }
        assert!(moment > 10, "{moment}");
    }
}

/// The matrix: each mishap at each transfer of a sheet. The sheet is counted once or not at all; what was
/// void never comes again; and the device works again after help.
#[test]
fn each_mishap_at_each_transfer_counts_the_sheet_once_or_not_at_all() {
    for (pairs, chunked) in [(1, true), (2, true), (2, false)] {
        let make = || connected(Escl { pairs, chunked, ..Escl::new(1) });
        let mut clean = make();
        let start = clean.ended;
        clean.feed();
        clean.settle();
        let transfers = clean.ended - start;
        assert!(transfers > 15, "{transfers}");
        for mishap in MISHAPS {
            for at in 0..transfers {
                let mut bench = make();
                bench.mishap = Some((bench.ended + at, mishap.clone()));
                let context = format!("{mishap:?} at {at} of {transfers}, {pairs} pairs");
                let fed = bench.feed();
                match &fed {
                    Fed::Done(frames) => {
                        assert_eq!(numbered(frames, number_of), [10, 11], "{context}");
                    }
                    Fed::Fault(_) => {}
                    Fed::None(why) => panic!("{why:?}: {context}"),
                }
                bench.device.help();
                let again = bench.feed();
                let pass = bench.device.pass - 1;
                let whole = Some(vec![pass * 10, pass * 10 + 1]);
                assert_eq!(done(&again), whole, "{context}, first {fed:?}, then {again:?}");
            }
        }
    }
}
