//! The simulated scanner, step by step.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use urna_scanner::{
    DoubleFeedCheck, FaultPoint, Frame, FrameFormat, Heard, MAX_SIDE_BYTES, MAX_TRAY_SHEETS,
    ScanSettings, Scanner, ScannerError, ScannerEvent, ScannerFault, ScannerState, Sheet,
    SheetFate, SheetInProgress, Side, Sides, SimulatedScanner, TrayError,
};

const SETTINGS: ScanSettings =
    ScanSettings { sides: Sides::Both, dpi: 200, length_mm: 356, double_feed: DoubleFeedCheck::On };

fn picture(text: &str) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n", text.as_bytes()].concat()
}

fn sheet(name: &str) -> Sheet {
    Sheet { name: name.to_owned(), sides: vec![picture("front"), picture("back")] }
}

fn frame(side: Side, text: &str) -> Frame {
    Frame { side, format: FrameFormat::Png, bytes: picture(text), dpi: None }
}

fn with_paper(names: &[&str]) -> SimulatedScanner {
    let mut scanner = SimulatedScanner::new();
    for name in names {
        scanner.put(sheet(name)).unwrap();
    }
    assert_eq!(scanner.poll(), Some(ScannerEvent::PaperPresent));
    scanner
}

fn events(scanner: &mut SimulatedScanner) -> Vec<ScannerEvent> {
    std::iter::from_fn(|| scanner.poll()).collect()
}

#[test]
fn a_sheet_gives_front_back_and_done_one_poll_each() {
    let mut scanner = SimulatedScanner::new();
    assert_eq!((scanner.state(), scanner.poll()), (ScannerState::Idle, None));
    scanner.put(sheet("one")).unwrap();
    assert_eq!(scanner.state(), ScannerState::Ready);
    assert_eq!(scanner.poll(), Some(ScannerEvent::PaperPresent));
    assert_eq!(scanner.poll(), None);

    scanner.start_sheet(&SETTINGS).unwrap();
    assert_eq!(scanner.state(), ScannerState::Scanning);
    assert_eq!(scanner.in_path(), Some("one"));
    assert_eq!(scanner.poll(), Some(ScannerEvent::SideScanned(frame(Side::Front, "front"))));
    assert_eq!(scanner.poll(), Some(ScannerEvent::SideScanned(frame(Side::Back, "back"))));
    assert_eq!(scanner.poll(), Some(ScannerEvent::SheetDone));
    assert_eq!(scanner.state(), ScannerState::Idle);
    assert_eq!(scanner.poll(), Some(ScannerEvent::PaperGone));
    assert_eq!(scanner.poll(), None);
}

#[test]
fn the_front_only_is_given_when_only_the_front_is_asked_for_or_there() {
    let mut scanner = with_paper(&["both"]);
    scanner.put(Sheet { name: "single".into(), sides: vec![picture("only")] }).unwrap();
    scanner.start_sheet(&ScanSettings { sides: Sides::Front, ..SETTINGS }).unwrap();
    assert_eq!(
        events(&mut scanner),
        [ScannerEvent::SideScanned(frame(Side::Front, "front")), ScannerEvent::SheetDone]
    );
    scanner.start_sheet(&SETTINGS).unwrap();
    assert_eq!(
        events(&mut scanner),
        [
            ScannerEvent::SideScanned(frame(Side::Front, "only")),
            ScannerEvent::SheetDone,
            ScannerEvent::PaperGone
        ]
    );
}

#[test]
fn a_start_is_refused_without_paper_while_busy_and_in_a_fault() {
    let mut scanner = SimulatedScanner::new();
    assert_eq!(scanner.start_sheet(&SETTINGS), Err(ScannerError::NoPaper));
    let mut scanner = with_paper(&["one", "two"]);
    scanner.inject(ScannerFault::Jam);
    scanner.start_sheet(&SETTINGS).unwrap();
    assert_eq!(scanner.start_sheet(&SETTINGS), Err(ScannerError::Busy));
    events(&mut scanner);
    assert_eq!(scanner.start_sheet(&SETTINGS), Err(ScannerError::Faulted(ScannerFault::Jam)));
    assert_eq!(scanner.tray(), ["two"]);
}

#[test]
fn settings_beyond_the_device_are_refused_by_name() {
    let mut scanner = with_paper(&["one"]);
    for (settings, setting) in [
        (ScanSettings { dpi: 1200, ..SETTINGS }, "dpi"),
        (ScanSettings { length_mm: 900, ..SETTINGS }, "length_mm"),
        (ScanSettings { length_mm: 0, ..SETTINGS }, "length_mm"),
    ] {
        assert_eq!(scanner.start_sheet(&settings), Err(ScannerError::Unsupported { setting }));
        assert_eq!(scanner.state(), ScannerState::Ready);
    }
    let mut can = scanner.capabilities();
    can.duplex = false;
    can.double_feed_sensor = false;
    assert_eq!(SETTINGS.check(&can), Err(ScannerError::Unsupported { setting: "sides" }));
    let front = ScanSettings { sides: Sides::Front, ..SETTINGS };
    assert_eq!(front.check(&can), Err(ScannerError::Unsupported { setting: "double_feed" }));
}

#[test]
fn each_fault_tells_where_the_sheet_is_and_clearing_it_puts_the_sheet_back() {
    for (fault, fate, sides) in [
        (ScannerFault::Jam, SheetFate::InPath, 1),
        (ScannerFault::DoubleFeed, SheetFate::Ejected, 1),
        (ScannerFault::CoverOpen, SheetFate::InTray, 0),
        (ScannerFault::Gone, SheetFate::NotKnown, 1),
        (ScannerFault::Protocol, SheetFate::NotKnown, 2),
    ] {
        let mut scanner = with_paper(&["one", "two"]);
        scanner.inject(fault);
        assert_eq!(scanner.injected(), Some(fault));
        scanner.start_sheet(&SETTINGS).unwrap();
        let heard = events(&mut scanner);
        assert_eq!(heard.len(), sides + 1, "{fault:?}");
        assert_eq!(heard.last(), Some(&ScannerEvent::Fault { fault, fate }));
        assert_eq!(scanner.state(), ScannerState::Fault(fault));
        assert_eq!(scanner.injected(), None);

        scanner.clear_fault();
        assert_eq!(scanner.state(), ScannerState::Ready);
        assert_eq!(scanner.tray(), ["one", "two"]);
        scanner.start_sheet(&SETTINGS).unwrap();
        assert_eq!(events(&mut scanner).last(), Some(&ScannerEvent::SheetDone));
    }
}

#[test]
fn a_fault_strikes_where_it_was_asked_to() {
    for (at, sides) in
        [(FaultPoint::BeforeFront, 0), (FaultPoint::AfterFront, 1), (FaultPoint::AfterAllSides, 2)]
    {
        let mut scanner = with_paper(&["one"]);
        scanner.inject_at(ScannerFault::Jam, at);
        scanner.start_sheet(&SETTINGS).unwrap();
        assert_eq!(events(&mut scanner).len(), sides + 1, "{at:?}");
        assert_eq!(scanner.state(), ScannerState::Fault(ScannerFault::Jam));
    }
}

#[test]
fn cancel_puts_the_sheet_back_and_says_so_before_the_next_start() {
    let mut scanner = with_paper(&["one", "two"]);
    scanner.cancel();
    assert_eq!(scanner.poll(), None);
    scanner.start_sheet(&SETTINGS).unwrap();
    assert!(matches!(scanner.poll(), Some(ScannerEvent::SideScanned(_))));
    scanner.cancel();
    assert_eq!(scanner.tray(), ["one", "two"]);
    assert_eq!(scanner.start_sheet(&SETTINGS), Err(ScannerError::Busy));
    assert_eq!(scanner.poll(), Some(ScannerEvent::Cancelled { fate: SheetFate::InTray }));
    assert_eq!(scanner.start_sheet(&SETTINGS), Ok(()));
}

#[test]
fn the_tray_takes_only_what_can_be_scanned() {
    let mut scanner = SimulatedScanner::new();
    let mut put = |sides| scanner.put(Sheet { name: "x".into(), sides });
    assert_eq!(put(vec![]), Err(TrayError::NoSides));
    assert_eq!(put(vec![picture("a"); 3]), Err(TrayError::TooManySides { sides: 3 }));
    assert_eq!(
        put(vec![picture("a"), b"%PDF".to_vec()]),
        Err(TrayError::UnknownFormat { side: Side::Back })
    );
    assert_eq!(put(vec![vec![]]), Err(TrayError::UnknownFormat { side: Side::Front }));
    let mut long = picture("");
    long.resize(MAX_SIDE_BYTES, 0);
    assert_eq!(put(vec![long.clone()]), Ok(()));
    long.push(0);
    let bytes = long.len();
    assert_eq!(put(vec![long]), Err(TrayError::SideTooLong { side: Side::Front, bytes }));
    assert_eq!(scanner.tray().len(), 1);
}

#[test]
fn the_tray_holds_two_hundred_with_the_sheet_on_its_way() {
    let mut scanner = SimulatedScanner::new();
    for n in 0..MAX_TRAY_SHEETS {
        scanner.put(sheet(&n.to_string())).unwrap();
    }
    assert_eq!(scanner.put(sheet("more")), Err(TrayError::Full));
    scanner.start_sheet(&SETTINGS).unwrap();
    assert_eq!(scanner.put(sheet("more")), Err(TrayError::Full));
    scanner.cancel();
    assert_eq!(scanner.tray().len(), MAX_TRAY_SHEETS);
    scanner.poll();
    assert_eq!(scanner.remove(1).map(|sheet| sheet.name).as_deref(), Some("1"));
    assert_eq!(scanner.remove(500), None);
    scanner.empty();
    assert_eq!(scanner.tray(), Vec::<&str>::new());
    assert_eq!(scanner.state(), ScannerState::Idle);
}

#[test]
fn only_a_whole_sheet_is_handed_over() {
    let front = || ScannerEvent::SideScanned(frame(Side::Front, "f"));
    let back = || ScannerEvent::SideScanned(frame(Side::Back, "b"));
    let protocol = Heard::Fault { fault: ScannerFault::Protocol, fate: SheetFate::Ejected };
    let mut sheet = SheetInProgress::default();
    let mut hear = |events: Vec<ScannerEvent>| {
        events.into_iter().map(|event| sheet.hear(event)).last().unwrap()
    };

    assert_eq!(hear(vec![front()]), Heard::Nothing);
    let jam = ScannerEvent::Fault { fault: ScannerFault::Jam, fate: SheetFate::InPath };
    hear(vec![jam]);
    assert_eq!(
        hear(vec![front(), back(), ScannerEvent::SheetDone]),
        Heard::Sheet(vec![frame(Side::Front, "f"), frame(Side::Back, "b")])
    );
    for broken in [
        vec![],
        vec![back()],
        vec![front(), front()],
        vec![front(), back(), back()],
        vec![back(), front()],
    ] {
        let all = broken.into_iter().chain([ScannerEvent::SheetDone]).collect();
        assert_eq!(hear(all), protocol);
    }
    hear(vec![front(), ScannerEvent::Cancelled { fate: SheetFate::InTray }]);
    assert_eq!(hear(vec![ScannerEvent::SheetDone]), protocol);
}
