//! Both drivers against the device simulator: each fault at each moment of a sheet, and the truth that the
//! device kept of its paper.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::cast_possible_truncation,
    reason = "tests"
)]

mod support;

use support::simulator::Plugged;
use support::{Bench, Fed};
use urna_core::recognition::decode;
use urna_scanner::{Event, NoSheet, Pixels, ScannerFault, Settings, State};
use urna_scanner_sim::{
    Delivery, EsclOptions, Script, Simulator, What, escl_scanner, fi_scanner, generated_sheets,
};

const SETTINGS: Settings = Settings {
    dpi: 200,
    width_mm: 60,
    length_mm: 80,
    pixels: Pixels::Raw,
    delivery: urna_scanner::Delivery::Parts,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Fi,
    Escl(u8),
}

const KINDS: [Kind; 3] = [Kind::Fi, Kind::Escl(1), Kind::Escl(2)];

fn connected(kind: Kind, sheets: u32, script: &str) -> Bench<Plugged> {
    let sheets = generated_sheets(sheets, 400, 560, 200);
    let script: Script = script.parse().expect("a script");
    let device: Box<dyn Simulator> = match kind {
        Kind::Fi => Box::new(fi_scanner(sheets, script)),
        Kind::Escl(pairs) => Box::new(escl_scanner(sheets, script, EsclOptions { pairs })),
    };
    Bench::connected(Plugged(device), SETTINGS)
}

/// A person takes the paper out of everywhere, closes the cover, puts the cable back, and lays in a sheet.
fn help(bench: &mut Bench<Plugged>) {
    let device = &mut bench.device.0;
    if !device.is_plugged() {
        device.happen(&What::Plug);
    }
    for what in [What::JamRemoved, What::CoverClosed, What::Empty] {
        device.happen(&what);
    }
    bench.run_for(2_000);
    bench.device.0.happen(&What::Load(1));
}

#[test]
fn a_sheet_comes_with_the_pixels_that_the_device_saw() {
    for kind in KINDS {
        let mut bench = connected(kind, 1, "");
        assert_eq!(bench.driver.state(), State::Ready, "{kind:?}");
        let Fed::Done(frames) = bench.feed() else { panic!("not done: {kind:?}") };
        let sheet = &generated_sheets(1, 400, 560, 200)[0];
        for (frame, picture) in frames.iter().zip([&sheet.front, &sheet.back]) {
            let page = decode(&frame.bytes).unwrap();
            let pixels = picture.grey.chunks_exact(picture.width as usize);
            let wide = page.width() as usize;
            let seen = page.pixels().chunks_exact(wide);
            let off: u64 = pixels
                .zip(seen)
                .flat_map(|(is, was)| {
                    is.iter().zip(was).map(|(is, was)| u64::from(is.abs_diff(*was)))
                })
                .sum();
            let mean = off / u64::from(picture.width * picture.height);
            assert!(mean <= if kind == Kind::Fi { 0 } else { 4 }, "{kind:?}: {mean}");
        }
        bench.settle();
        assert_eq!(bench.device.0.truth().delivered(), 1, "{kind:?}");
    }
}

#[test]
fn the_front_is_given_while_the_back_still_comes_and_pixels_as_they_come() {
    for kind in KINDS {
        let mut bench = connected(kind, 1, "");
        bench.events.clear();
        bench.driver.start_sheet().unwrap();
        let (mut parts, mut front) = (0, None);
        while front.is_none() {
            bench.step();
            bench.collect();
            for event in std::mem::take(&mut bench.events) {
                match event {
                    Event::Part(part) => {
                        assert!(part.bytes.len() <= (256 << 10) + 19, "{part:?}");
                        parts += 1;
                    }
                    Event::SideScanned(frame) => front = Some(frame),
                    other => panic!("{kind:?}: {other:?}"),
                }
            }
        }
        let fate = bench.device.0.truth().sheets[0].clone();
        assert_eq!(fate.front, Delivery::Whole, "{kind:?}");
        assert_ne!(fate.back, Delivery::Whole, "{kind:?}");
        // A device's own file is short, and given whole.
        assert_eq!(parts > 0, kind == Kind::Fi, "{kind:?}");
        let Fed::Done(rest) = bench.feed_going() else { panic!("not done: {kind:?}") };
        assert_eq!(rest.len(), 1, "{kind:?}");
    }
}

#[test]
fn an_fi_scanner_takes_one_sheet_of_a_stack_after_another() {
    let mut bench = connected(Kind::Fi, 3, "");
    for number in 1..=3 {
        assert!(matches!(bench.feed(), Fed::Done(_)), "{number}");
        let truth = bench.device.0.truth();
        assert_eq!(truth.sheets.iter().filter(|fate| fate.left_hopper).count(), number);
    }
    bench.settle();
    assert_eq!(bench.driver.state(), State::Empty);
}

#[test]
fn a_stack_in_one_job_is_void() {
    let mut bench = connected(Kind::Escl(2), 3, "");
    assert_eq!(bench.feed(), Fed::Fault(ScannerFault::ManySheets));
    help(&mut bench);
    assert!(matches!(bench.feed(), Fed::Done(_)));
}

/// Each fault of the paper at each moment: it has its name, and a sheet that is done came whole.
#[test]
fn each_fault_at_each_moment_has_its_name_and_voids_the_sheet() {
    let faults = [
        ("jam", ScannerFault::Jam),
        ("double-feed", ScannerFault::DoubleFeed),
        ("cover-open", ScannerFault::CoverOpen),
        ("unplug", ScannerFault::Gone),
    ];
    let moments = ["before-feed", "during-front", "between-sides", "after-back"];
    for kind in KINDS {
        for (what, fault) in faults {
            for moment in moments {
                let script = format!("sheet 1 {moment}: {what}");
                let mut bench = connected(kind, 1, &script);
                let fed = bench.feed();
                let context = format!("{kind:?}, {script}: {fed:?}, {:?}", bench.device.0.truth());
                match &fed {
                    Fed::Done(_) => {
                        let fate = &bench.device.0.truth().sheets[0];
                        assert_eq!(
                            (fate.front, fate.back),
                            (Delivery::Whole, Delivery::Whole),
                            "{context}"
                        );
                    }
                    Fed::Fault(said) => assert_eq!(*said, fault, "{context}"),
                    Fed::None(why) => assert_eq!(*why, NoSheet::Empty, "{context}"),
                }
                help(&mut bench);
                assert!(matches!(bench.feed(), Fed::Done(_)), "again: {context}");
            }
        }
    }
}

/// Each mishap of the wire at each transfer.
#[test]
fn each_mishap_of_the_wire_counts_the_sheet_once_or_not_at_all() {
    let mishaps = [
        "stall",
        "zero-length",
        "short 3",
        "split 7",
        "long 5",
        "garbage",
        "slow 20000",
        "busy 3",
        "unplug",
    ];
    for kind in KINDS {
        let mut clean = connected(kind, 1, "");
        let first = clean.device.0.transfers();
        clean.feed();
        let last = clean.device.0.transfers();
        assert!(last > first + 10, "{kind:?}");
        for mishap in mishaps {
            for transfer in first + 1..=last {
                let script = format!("transfer {transfer}: {mishap}");
                let mut bench = connected(kind, 1, &script);
                let fed = bench.feed();
                let truth = bench.device.0.truth();
                let context = format!("{kind:?}, {script}: {fed:?}, {truth:?}");
                if let Fed::Done(frames) = &fed {
                    let fate = truth.sheets.iter().rfind(|fate| fate.left_hopper).expect("a sheet");
                    let whole = (fate.front, fate.back) == (Delivery::Whole, Delivery::Whole);
                    // Noise in a block of pixels looks like pixels.
                    let damaged = mishap == "garbage" && frames.len() == 2;
                    assert!(whole || damaged, "{context}");
                }
                help(&mut bench);
                let again = bench.feed();
                assert!(matches!(again, Fed::Done(_)), "{context}, again {again:?}");
            }
        }
    }
}
