//! Captures for bug reports: no page in them unless asked, no serial number unless asked, and a driver to which
//! one is played does what it did.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::cast_possible_truncation,
    reason = "tests"
)]

mod support;

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

use proptest::prelude::*;
use support::simulator::Plugged;
use support::{Bench, Device, Fed};
use urna_core::recognition::decode;
use urna_core::seal::Digest;
use urna_scanner::{
    Capabilities, Capture, CaptureFault, Completion, Event, Images, Info, MAX_CAPTURE_BYTES,
    Machine, Pixels, Protocol, Recorder, Recording, ReplayFault, Request, Scanner, Serials,
    Settings, StartError, State, Strings, Subject, driver_as, driver_for, replay,
};
use urna_scanner_sim::{EsclOptions, Picture, Script, Sheet, What, escl_scanner, fi_scanner};

const SETTINGS: Settings = Settings {
    dpi: 200,
    width_mm: 40,
    length_mm: 50,
    pixels: Pixels::Raw,
    delivery: urna_scanner::Delivery::Whole,
};
/// A page is recognised by so many of its bytes in a row.
const WINDOW: usize = 6;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Fi,
    Escl,
}

const KINDS: [Kind; 2] = [Kind::Fi, Kind::Escl];

/// Sheets of noise: no six bytes of them stand anywhere else.
fn noise(count: u32) -> Vec<Sheet> {
    let mut state = 88_u64;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    let mut page = || Picture::new(300, 380, 200, (0..300 * 380).map(|_| next()).collect());
    (0..count).map(|_| Sheet { front: page(), back: page() }).collect()
}

fn device(kind: Kind, sheets: u32, script: &str) -> Plugged {
    let script: Script = script.parse().expect("a script");
    Plugged(match kind {
        Kind::Fi => Box::new(fi_scanner(noise(sheets), script)),
        Kind::Escl => Box::new(escl_scanner(noise(sheets), script, EsclOptions { pairs: 2 })),
    })
}

fn subject(device: &Plugged, images: Images, serials: Serials) -> Subject {
    let strings = Strings {
        maker: "Maker".to_owned(),
        product: "Scanner SIM0001".to_owned(),
        serial: "SIM0001".to_owned(),
    };
    Subject {
        device: device.descriptors(),
        strings,
        software: "Urna test".to_owned(),
        settings: SETTINGS,
        images,
        serials,
    }
}

/// A recorder whose events are written down beside it, with what came of each side.
struct Listening(Recorder, Rc<RefCell<Vec<String>>>);

fn told(event: &Event) -> String {
    match event {
        Event::SideScanned(frame) => format!("{frame:?} {}", Digest::of(&frame.bytes)),
        other => format!("{other:?}"),
    }
}

impl Machine for Listening {
    fn request(&mut self) -> Option<Request> {
        self.0.request()
    }
    fn completed(&mut self, id: u32, completion: Completion) {
        self.0.completed(id, completion);
    }
    fn elapsed(&mut self, ms: u32) {
        self.0.elapsed(ms);
    }
    fn due(&self) -> Option<u32> {
        self.0.due()
    }
}

impl Scanner for Listening {
    fn connect(&mut self) {
        self.0.connect();
    }
    fn info(&self) -> Option<&Info> {
        self.0.info()
    }
    fn capabilities(&self) -> Option<&Capabilities> {
        self.0.capabilities()
    }
    fn state(&self) -> State {
        self.0.state()
    }
    fn start_sheet(&mut self) -> Result<(), StartError> {
        self.0.start_sheet()
    }
    fn poll(&mut self) -> Option<Event> {
        let event = self.0.poll()?;
        self.1.borrow_mut().push(told(&event));
        Some(event)
    }
    fn cancel(&mut self) {
        self.0.cancel();
    }
    fn clear_fault(&mut self) {
        self.0.clear_fault();
    }
}

struct Session {
    bench: Bench<Plugged>,
    recording: Recording,
    events: Rc<RefCell<Vec<String>>>,
}

/// A device that is recorded from the beginning.
fn session(kind: Kind, sheets: u32, script: &str, images: Images, serials: Serials) -> Session {
    let device = device(kind, sheets, script);
    let subject = subject(&device, images, serials);
    let mut bench = Bench::new(device, SETTINGS);
    let plain = driver_for(&subject.device, SETTINGS).unwrap();
    let (recorder, recording) = Recorder::new(plain, subject);
    let events = Rc::new(RefCell::new(Vec::new()));
    bench.driver = Box::new(Listening(recorder, events.clone()));
    bench.driver.connect();
    bench.settle();
    Session { bench, recording, events }
}

/// All bytes that a file shows.
fn shown(file: &[u8]) -> Vec<u8> {
    fn walk(value: &serde_json::Value, bytes: &mut Vec<u8>) {
        match value {
            serde_json::Value::Object(fields) => {
                for (name, value) in fields {
                    match (name.as_str(), value.as_str()) {
                        ("text", Some(text)) => bytes.extend(text.as_bytes()),
                        ("hex", Some(hex)) => bytes.extend(hex.as_bytes().chunks(2).map(|two| {
                            u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap()
                        })),
                        _ => walk(value, bytes),
                    }
                }
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| walk(item, bytes)),
            _ => {}
        }
    }
    let mut bytes = Vec::new();
    for line in file.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        walk(&serde_json::from_slice(line).unwrap(), &mut bytes);
    }
    bytes
}

/// Every few bytes in a row of the pages, as they go over the wire.
fn of_pages(kind: Kind) -> HashSet<Vec<u8>> {
    let mut session = session(kind, 1, "", Images::LeftOut, Serials::Masked);
    let Fed::Done(frames) = session.bench.feed() else { panic!("{kind:?}") };
    let mut windows = HashSet::new();
    for frame in frames {
        let wire: Vec<u8> = match kind {
            Kind::Escl => frame.bytes,
            // An fi scanner sends the negative.
            Kind::Fi => decode(&frame.bytes).unwrap().pixels().iter().map(|p| 255 - p).collect(),
        };
        let varied = |window: &&[u8]| window.iter().collect::<HashSet<_>>().len() >= WINDOW - 1;
        windows.extend(wire.windows(WINDOW).filter(varied).map(<[u8]>::to_vec));
    }
    assert!(windows.len() > 50_000, "{kind:?}: {}", windows.len());
    windows
}

fn pages_in(file: &[u8], pages: &HashSet<Vec<u8>>) -> usize {
    shown(file).windows(WINDOW).filter(|window| pages.contains(*window)).count()
}

#[test]
fn a_scan_leaves_no_byte_of_the_page_and_all_of_the_protocol() {
    for kind in KINDS {
        let pages = of_pages(kind);
        let mut quiet = session(kind, 1, "", Images::LeftOut, Serials::Masked);
        assert!(matches!(quiet.bench.feed(), Fed::Done(_)));
        quiet.bench.settle();
        let file = quiet.recording.file();
        assert_eq!(pages_in(&file, &pages), 0, "{kind:?}");
        let text = String::from_utf8(file).unwrap();
        assert!(text.contains("\"images\":\"left out\""), "{kind:?}");
        assert!(text.contains("{\"image\":"), "{kind:?}");
        assert!(text.len() < 200_000, "{kind:?}: {}", text.len());
        let expected: &[&str] = match kind {
            Kind::Escl => {
                &["GET /eSCL/ScannerStatus", "NextDocument", "ScannerCapabilities>", "200 OK"]
            }
            Kind::Fi => &[
                "\"event\":\"sheet_done\"",
                "\"event\":{\"front\":",
                "\"hex\":\"43",
                "\"hex\":\"53",
            ],
        };
        expected.iter().for_each(|part| assert!(text.contains(part), "{kind:?} without {part}"));
        // The same with the pages, so that the search is known to find some.
        let mut full = session(kind, 1, "", Images::Kept, Serials::Masked);
        assert!(matches!(full.bench.feed(), Fed::Done(_)));
        assert!(pages_in(&full.recording.file(), &pages) > 50_000, "{kind:?}");
    }
}

#[test]
fn no_mishap_brings_a_byte_of_the_page_into_the_file() {
    for kind in KINDS {
        let pages = of_pages(kind);
        let moments = ["before-feed", "during-front", "between-sides", "after-back"];
        let whats = ["jam", "double-feed", "cover-open", "unplug"];
        let faults = moments
            .iter()
            .flat_map(|when| whats.iter().map(move |what| format!("sheet 1 {when}: {what}")));
        let wire = ["stall", "zero-length", "short 3", "split 7", "slow 20000", "long 5"];
        let mishaps = (20..120)
            .step_by(3)
            .flat_map(|at| wire.iter().map(move |what| format!("transfer {at}: {what}")));
        for script in faults.chain(mishaps) {
            let mut session = session(kind, 1, &script, Images::LeftOut, Serials::Masked);
            session.bench.feed();
            if !session.bench.device.0.is_plugged() {
                session.bench.device.0.happen(&What::Plug);
            }
            for what in [What::JamRemoved, What::CoverClosed, What::Empty, What::Load(1)] {
                session.bench.device.0.happen(&what);
            }
            session.bench.run_for(2_000);
            session.bench.feed();
            assert_eq!(pages_in(&session.recording.file(), &pages), 0, "{kind:?}, {script}");
        }
    }
}

#[test]
fn a_sheet_that_is_given_up_leaves_no_byte_of_the_page() {
    for kind in KINDS {
        let pages = of_pages(kind);
        for steps in 0..60 {
            let mut session = session(kind, 2, "", Images::LeftOut, Serials::Masked);
            session.bench.driver.start_sheet().unwrap();
            (0..steps).for_each(|_| session.bench.step());
            session.bench.driver.cancel();
            session.bench.settle();
            assert_eq!(pages_in(&session.recording.file(), &pages), 0, "{kind:?} after {steps}");
        }
    }
}

#[test]
fn a_driver_to_which_a_capture_is_played_does_the_same() {
    for kind in KINDS {
        for script in [
            "",
            "sheet 1 during-front: jam",
            "sheet 1 between-sides: double-feed",
            "transfer 40: stall",
            "transfer 45: split 7",
        ] {
            // An eSCL device takes all that lies there in one go, and the driver voids that.
            let stack = if kind == Kind::Escl { 1 } else { 4 };
            let mut session = session(kind, stack, script, Images::Kept, Serials::Kept);
            session.bench.feed();
            session.bench.device.0.happen(&What::JamRemoved);
            session.bench.device.0.happen(&What::Load(1));
            session.bench.feed();
            session.bench.settle();
            let capture = Capture::read(&session.recording.file()).unwrap();
            assert_eq!(capture.settings, SETTINGS);
            assert_eq!(capture.device, session.bench.device.descriptors());
            let mut driver = driver_for(&capture.device, capture.settings).unwrap();
            let events = replay(&capture, &mut *driver)
                .unwrap_or_else(|fault| panic!("{kind:?}, {script}: {fault}"));
            let events: Vec<String> = events.iter().map(told).collect();
            // Some mishaps leave no whole sheet; without any there is one.
            let has_sheet = events.iter().any(|event| event.contains("Frame(Back"));
            assert!(has_sheet || !script.is_empty(), "{kind:?}: {events:?}");
            assert_eq!(events, *session.events.borrow(), "{kind:?}, {script}");
        }
    }
}

#[test]
fn another_driver_or_another_byte_shows_where_it_differs() {
    let mut session = session(Kind::Fi, 1, "", Images::Kept, Serials::Kept);
    session.bench.feed();
    let file = session.recording.file();
    let capture = Capture::read(&file).unwrap();
    let other = Settings { dpi: 300, ..SETTINGS };
    let mut driver = driver_for(&capture.device, other).unwrap();
    assert!(matches!(replay(&capture, &mut *driver), Err(ReplayFault::Differs { .. })));
    let mut driver = driver_as(Protocol::Escl, &capture.device, SETTINGS).unwrap();
    assert!(matches!(replay(&capture, &mut *driver), Err(ReplayFault::Differs { .. })));
    let text = String::from_utf8(file).unwrap();
    // A status that says "busy" where it said "good".
    let changed =
        text.replacen("\"53000000000000000000000000\"", "\"53000000000000000008000000\"", 1);
    assert_ne!(changed, text);
    let capture = Capture::read(changed.as_bytes()).unwrap();
    let mut driver = driver_for(&capture.device, SETTINGS).unwrap();
    assert!(matches!(replay(&capture, &mut *driver), Err(ReplayFault::Differs { .. })));
}

#[test]
fn an_fi_capture_without_its_pages_replays_too() {
    let mut session = session(Kind::Fi, 1, "", Images::LeftOut, Serials::Masked);
    session.bench.feed();
    let capture = Capture::read(&session.recording.file()).unwrap();
    let mut driver = driver_for(&capture.device, SETTINGS).unwrap();
    let events = replay(&capture, &mut *driver).unwrap();
    let short = |told: &str| told.split(" bytes").next().unwrap_or_default().to_owned();
    let events: Vec<String> = events.iter().map(|event| short(&told(event))).collect();
    let recorded: Vec<String> = session.events.borrow().iter().map(|told| short(told)).collect();
    assert_eq!(events, recorded);
}

#[test]
fn serial_numbers_are_masked_unless_asked_for() {
    for kind in KINDS {
        for (serials, is_there) in [(Serials::Masked, false), (Serials::Kept, true)] {
            let mut session = session(kind, 1, "", Images::LeftOut, serials);
            session.bench.feed();
            let file = session.recording.file();
            let (text, bytes) = (String::from_utf8(file.clone()).unwrap(), shown(&file));
            let has = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
            assert_eq!(text.contains("SIM0001"), is_there, "{kind:?}");
            assert!(text.contains(if is_there {
                "\"serials\":\"kept\""
            } else {
                "\"serials\":\"masked\""
            }));
            match kind {
                Kind::Escl => assert_eq!(has(b"5ca15ca1-0000"), is_there),
                Kind::Fi => assert_eq!(has(&[0, 5, 0xca, 0x15]), is_there),
            }
            // Whatever frames an answer is as it was: it can still be played.
            let capture = Capture::read(&file).unwrap();
            let mut driver = driver_for(&capture.device, SETTINGS).unwrap();
            if kind == Kind::Fi {
                replay(&capture, &mut *driver).unwrap();
            }
        }
    }
}

#[test]
fn a_device_that_nobody_knows_leaves_its_descriptors_and_what_it_answers() {
    // An eSCL device under a foreign name: neither its class nor its maker is known.
    let plugged = device(Kind::Escl, 1, "");
    let mut unknown = subject(&plugged, Images::LeftOut, Serials::Masked);
    unknown.device.vendor = 0x1209;
    unknown.device.alternates.iter_mut().for_each(|setting| setting.class = [0xff, 1, 1]);
    assert!(driver_for(&unknown.device, SETTINGS).is_none());
    let text = String::from_utf8(Recording::of_descriptors(unknown.clone()).file()).unwrap();
    assert!(text.contains("\"vendor\":4617") && text.contains("\"class\":[255,1,1]"), "{text}");
    assert_eq!(text.lines().count(), 1);
    for protocol in [Protocol::Escl, Protocol::Fi] {
        let driver = driver_as(protocol, &unknown.device, SETTINGS).unwrap();
        let (recorder, recording) = Recorder::new(driver, unknown.clone());
        let mut bench = Bench::new(device(Kind::Escl, 1, ""), SETTINGS);
        bench.driver = Box::new(recorder);
        bench.driver.connect();
        bench.settle();
        let text = String::from_utf8(recording.file()).unwrap();
        assert!(text.lines().count() > 5, "{protocol:?}: {text}");
        assert!(text.contains("\"call\":\"connect\""));
    }
    let nothing = urna_scanner::Descriptors { alternates: Vec::new(), ..unknown.device };
    assert!(driver_as(Protocol::Fi, &nothing, SETTINGS).is_none());
}

#[test]
fn a_capture_is_bounded_and_says_where_it_ends() {
    let mut session = session(Kind::Escl, 1, "", Images::LeftOut, Serials::Masked);
    // Watching for paper, for hours.
    session.bench.run_for(12_000_000);
    assert!(session.recording.is_full());
    assert!(session.recording.len() <= MAX_CAPTURE_BYTES);
    let file = session.recording.file();
    assert!(file.len() < 8 * MAX_CAPTURE_BYTES, "{}", file.len());
    assert!(file.ends_with(b"\"full\"\n"));
    Capture::read(&file).unwrap();
    // The driver goes on all the same.
    assert!(matches!(session.bench.feed(), Fed::Done(_)));
    assert_eq!(session.recording.file(), file);
}

#[test]
fn what_is_no_capture_is_refused() {
    assert!(matches!(Capture::read(b""), Err(CaptureFault::Line { line: 1, .. })));
    assert!(matches!(Capture::read(b"\"full\"\n"), Err(CaptureFault::Line { line: 1, .. })));
    assert!(matches!(
        Capture::read(b"{\"call\":\"dance\"}"),
        Err(CaptureFault::Line { line: 1, .. })
    ));
    let session = session(Kind::Fi, 1, "", Images::LeftOut, Serials::Masked);
    let text = String::from_utf8(session.recording.file()).unwrap();
    let later = text.replacen("\"version\":1", "\"version\":2", 1);
    assert_eq!(Capture::read(later.as_bytes()).unwrap_err(), CaptureFault::Version(2));
    let long = text
        .replacen("{\"image\":", "{\"image\":9", 1)
        .replace("{\"unknown\":", "{\"unknown\":99999999");
    if let Ok(capture) = Capture::read(long.as_bytes()) {
        let mut driver = driver_for(&capture.device, SETTINGS).unwrap();
        // Never more memory than a transfer can have.
        let _ = replay(&capture, &mut *driver);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_change_of_a_file_is_read_or_refused_without_harm(at in any::<prop::sample::Index>(), byte: u8, cut in any::<prop::sample::Index>()) {
        let mut file = short_file();
        let (at, cut) = (at.index(file.len()), cut.index(file.len()));
        file[at] = byte;
        for file in [&file[..], &file[..cut]] {
            if let Ok(capture) = Capture::read(file)
                && let Some(mut driver) = driver_for(&capture.device, capture.settings)
            {
                let _ = replay(&capture, &mut *driver);
            }
        }
    }
}

fn short_file() -> Vec<u8> {
    session(Kind::Fi, 0, "", Images::LeftOut, Serials::Kept).recording.file()
}
