//! The driver against the simulated printer: what counts as printed is whole on paper, whatever goes wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use support::{Bench, last_is_whole, not_printed, picture, whole};
use urna_printer::{Event, PrinterFault, Roll, StartError, State};
use urna_printer_sim::{End, Manners, Options, What};
use urna_receipt::{Bitmap, Width};

const PRINTED: Event = Event::Printed(Roll::Fine);

#[test]
fn a_report_comes_out_dot_for_dot_and_is_cut_off() {
    for (width, dots) in [(Width::Mm80, 576), (Width::Mm58, 384)] {
        let mut bench = Bench::connected(Options { dots, ..Options::default() }, "");
        assert_eq!(bench.events, [Event::Connected]);
        let info = bench.printer.info().unwrap();
        assert_eq!((info.name.as_str(), info.serial.as_str()), ("EPSON TM-SIM", "SIM0001"));
        let report = picture(width, 500);
        for number in 1..=3 {
            assert_eq!(bench.print(&report), PRINTED);
            assert_eq!(whole(&bench.sim, &report), number);
        }
        // What an earlier session may have left comes first, and white paper hangs out last.
        let pieces = bench.sim.pieces();
        assert_eq!(pieces.len(), 5, "{pieces:?}");
        assert!(pieces[0].is_blank() && pieces[4].is_blank() && pieces[4].end == End::Hanging);
        assert_eq!((bench.sim.rubbish(), bench.sim.stray()), (0, 0));
    }
}

#[test]
fn progress_is_what_the_printer_has_dealt_with() {
    let mut bench = Bench::connected(Options::default(), "");
    bench.printer.print(picture(Width::Mm80, 400)).unwrap();
    let mut seen = Vec::new();
    while let State::Printing { done, of } = bench.printer.state() {
        assert_eq!(of, 400);
        if seen.last() != Some(&done) {
            // 12 mm went to the knife before.
            let on_paper = usize::try_from(bench.sim.moved_mm() * 8).unwrap();
            assert!(done == 0 || on_paper + 8 >= done + 96, "{done} and {on_paper}");
            seen.push(done);
        }
        bench.step();
    }
    assert_eq!(seen, [0, 56, 112, 168, 224, 280, 336, 392, 400]);
}

/// Each fault of the printer, each few millimetres of a report and of the cut after it.
#[test]
fn each_fault_at_each_place_is_named_and_the_report_is_whole_or_void() {
    let faults = [
        ("paper-out", PrinterFault::PaperOut),
        ("cover-open", PrinterFault::CoverOpen),
        ("offline", PrinterFault::Offline),
        ("hot", PrinterFault::Hot),
        ("broken", PrinterFault::Hardware),
        ("cutter-jam", PrinterFault::Cutter),
        ("unplug", PrinterFault::Gone),
        ("silent", PrinterFault::NoAnswer),
        ("endless", PrinterFault::Protocol),
    ];
    let report = picture(Width::Mm80, 200);
    // 12 mm to the knife before, 25 mm of report, 12 mm to the knife after it.
    let all_mm = 12 + 25 + 12;
    for (what, fault) in faults {
        for mm in (0..=all_mm).step_by(2) {
            let mut bench = Bench::connected(Options::default(), &format!("mm {mm}: {what}"));
            let context = format!("{what} after {mm} mm");
            let before = matches!(bench.printer.state(), State::Faulted(_) | State::Disconnected);
            if before {
                // What happens at once is seen before anything is printed.
                assert_eq!(mm, 0, "{context}");
                bench.help();
            }
            let end = bench.print(&report);
            match end {
                Event::Printed(_) => {
                    // The knife jams at the next cut only, and what comes with the cut may come too late.
                    assert!(before || mm >= all_mm - 2 || what == "cutter-jam", "{context}");
                }
                Event::NotPrinted(named) => assert_eq!(named, fault, "{context}"),
                Event::Connected => unreachable!(),
            }
            let printed = usize::from(end == PRINTED);
            assert!(whole(&bench.sim, &report) >= printed, "{context}: {:?}", bench.sim.pieces());
            bench.help();
            let had = whole(&bench.sim, &report);
            assert_eq!(bench.print(&report), PRINTED, "again: {context}");
            assert_eq!(
                whole(&bench.sim, &report),
                had + 1,
                "again: {context}: {:?}",
                bench.sim.pieces()
            );
            assert_eq!(bench.sim.stray(), 0, "{context}");
        }
    }
}

/// Each mishap of the wire at each transfer.
#[test]
fn each_mishap_of_the_wire_leaves_a_report_whole_or_void() {
    let report = picture(Width::Mm80, 150);
    let mut clean = Bench::connected(Options::default(), "");
    let first = clean.sim.transfers();
    clean.print(&report);
    let last = clean.sim.transfers();
    assert!(last > first + 20);
    for mishap in
        ["stall", "slow 1000", "slow 20000", "lost", "zero-length", "garbage", "twice", "unplug"]
    {
        for transfer in first..=last {
            let script = format!("transfer {transfer}: {mishap}");
            let mut bench = Bench::connected(Options::default(), &script);
            let end = match bench.printer.print(report.clone()) {
                Ok(()) => bench.until_ended(),
                Err(_) => not_printed(PrinterFault::Gone),
            };
            let printed = usize::from(end == PRINTED);
            let context = format!("{script}: {end:?}, {:?}", bench.sim.pieces());
            assert!(whole(&bench.sim, &report) >= printed, "{context}");
            bench.help();
            let had = whole(&bench.sim, &report);
            assert_eq!(bench.print(&report), PRINTED, "again: {context}");
            assert_eq!(whole(&bench.sim, &report), had + 1, "again: {context}");
        }
    }
}

/// What a person puts right the machine sees by itself, and what was torn off is no part of the next report.
#[test]
fn after_a_new_roll_the_same_report_is_printed_again_whole() {
    let report = picture(Width::Mm80, 400);
    let mut bench = Bench::connected(Options::default(), "mm 40: paper-out");
    assert_eq!(bench.print(&report), not_printed(PrinterFault::PaperOut));
    assert_eq!(bench.printer.state(), State::Faulted(PrinterFault::PaperOut));
    assert_eq!(
        bench.printer.print(report.clone()),
        Err(StartError::Faulted(PrinterFault::PaperOut))
    );
    // Minutes may pass until somebody comes.
    bench.run_for(300_000);
    assert_eq!(bench.printer.state(), State::Faulted(PrinterFault::PaperOut));
    bench.sim.happen(&What::Load);
    bench.until(|printer| matches!(printer.state(), State::Ready(_)));
    assert_eq!(bench.print(&report), PRINTED);
    assert_eq!(whole(&bench.sim, &report), 1, "{:?}", bench.sim.pieces());
}

#[test]
fn little_paper_is_said_and_keeps_nobody_from_printing() {
    let mut bench = Bench::connected(Options::default(), "mm 20: near-end");
    assert_eq!(bench.print(&picture(Width::Mm80, 200)), Event::Printed(Roll::NearEnd));
    assert_eq!(bench.printer.state(), State::Ready(Roll::NearEnd));
}

/// A printer that answers before it prints is not believed before it had the time.
#[test]
fn a_hasty_printer_is_not_believed() {
    let hasty = Options { manners: Manners::Hasty, buffer: 1 << 20, ..Options::default() };
    let report = picture(Width::Mm80, 800);
    for mm in [20, 60, 100, 115] {
        let mut bench = Bench::connected(hasty, &format!("mm {mm}: paper-out"));
        assert_eq!(bench.print(&report), not_printed(PrinterFault::PaperOut), "{mm}");
    }
    let mut bench = Bench::connected(Options { speed: 60, ..hasty }, "");
    assert_eq!(bench.print(&report), PRINTED);
    assert_eq!(whole(&bench.sim, &report), 1);
}

#[test]
fn a_small_buffer_and_a_slow_head_make_it_slow_and_nothing_else() {
    let options = Options { buffer: 128, speed: 20, ..Options::default() };
    let report = picture(Width::Mm80, 300);
    let mut bench = Bench::connected(options, "");
    assert_eq!(bench.print(&report), PRINTED);
    assert_eq!(whole(&bench.sim, &report), 1);
    // Nothing gets through any more when it stops with a full buffer: the port says why.
    let mut bench = Bench::connected(options, "mm 30: paper-out");
    assert_eq!(bench.print(&report), not_printed(PrinterFault::PaperOut));
    bench.run_for(20_000);
    assert_eq!(bench.printer.state(), State::Faulted(PrinterFault::PaperOut));
    bench.sim.happen(&What::Load);
    bench.until(|printer| matches!(printer.state(), State::Ready(_)));
    assert_eq!(bench.print(&report), PRINTED);
    assert_eq!(whole(&bench.sim, &report), 1, "{:?}", bench.sim.pieces());
}

#[test]
fn who_can_not_say_whether_it_printed_is_not_supported() {
    let of = |manners| Bench::connected(Options { manners, ..Options::default() }, "");
    assert_eq!(of(Manners::NoTurn).printer.state(), State::Faulted(PrinterFault::Unsupported));
    let office = of(Manners::Office);
    assert_eq!(office.printer.state(), State::Faulted(PrinterFault::Unsupported));
    assert_eq!(office.sim.rubbish(), 0, "nothing was sent to it");
    let mut nameless = of(Manners::Nameless);
    assert_eq!(nameless.printer.info().unwrap().name, "");
    assert_eq!(nameless.print(&picture(Width::Mm80, 100)), PRINTED);
}

#[test]
fn a_report_can_be_stopped_and_the_next_one_is_whole() {
    let report = picture(Width::Mm80, 400);
    let mut bench = Bench::connected(Options::default(), "");
    bench.printer.print(report.clone()).unwrap();
    assert_eq!(bench.printer.print(report.clone()), Err(StartError::Busy));
    bench.until(|printer| matches!(printer.state(), State::Printing { done, .. } if done > 100));
    bench.printer.stop();
    assert_eq!(bench.until_ended(), not_printed(PrinterFault::Stopped));
    bench.settle();
    assert_eq!(bench.print(&report), PRINTED);
    assert_eq!(whole(&bench.sim, &report), 1);
    assert_eq!(bench.printer.print(Bitmap::new(Width::Mm80)), Err(StartError::Empty));
}

/// A page that was loaded anew in the midst of a band: the next session completes the band, and cuts it off.
#[test]
fn what_an_earlier_session_left_is_no_part_of_a_report() {
    let report = picture(Width::Mm80, 300);
    for steps in (100..400).step_by(7) {
        let mut bench = Bench::connected(Options { speed: 30, ..Options::default() }, "");
        bench.printer.print(report.clone()).unwrap();
        for _ in 0..steps {
            bench.step();
        }
        let mut later = Bench::new(Options::default(), "");
        later.sim = bench.sim;
        later.printer.connect();
        later.settle();
        let cut = later.sim.pieces().len();
        assert_eq!(later.print(&report), PRINTED, "{steps}");
        // What hung out, whole by chance or not, and the report.
        assert_eq!(later.sim.pieces().len(), cut + 2, "{steps}: {:?}", later.sim.pieces());
        assert!(last_is_whole(&later.sim, &report), "{steps}: {:?}", later.sim.pieces());
    }
}

#[test]
fn a_printer_that_says_nonsense_for_ever_is_given_up() {
    for what in [What::Silent, What::Endless] {
        let mut bench = Bench::connected(Options::default(), "");
        bench.sim.happen(&what);
        bench.run_for(200_000);
        assert!(matches!(bench.printer.state(), State::Faulted(_)), "{what:?}");
        let (before, end) = (bench.sim.transfers(), bench.now_ms + 60_000);
        while bench.now_ms < end {
            bench.step();
        }
        assert_eq!(bench.sim.transfers(), before, "nobody talks to it any more");
        bench.sim.happen(&What::Cured);
        bench.printer.connect();
        bench.settle();
        assert_eq!(bench.print(&picture(Width::Mm80, 60)), PRINTED);
    }
}
