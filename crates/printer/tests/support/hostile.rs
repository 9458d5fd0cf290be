//! A wire on which anything comes: what the machine must bear, whatever the bytes.

use urna_printer::{Event, Printer, State, printer_for};
use urna_receipt::{Bitmap, Width};
use urna_usb::{Alternate, Completion, Descriptors, MAX_TRANSFER, Machine, Request, Transfer};

/// Steps that one input is worth.
const MOST_STEPS: usize = 4_000;

/// Verbs; a smaller number is an answer of so many of the bytes that follow.
pub const GOOD: u8 = 200;
pub const QUIET: u8 = 201;
pub const STALLED: u8 = 202;
pub const FAILED: u8 = 203;
pub const GONE: u8 = 204;
pub const TICK: u8 = 210;
const LAST_TICK: u8 = 219;
pub const PRINT: u8 = 220;
pub const CONNECT: u8 = 221;
pub const STOP: u8 = 222;

/// Plays bytes as completions, times and commands; how often it got connected and how many reports were
/// printed. Each report must end once at most, and none may end that was not begun.
///
/// # Panics
/// If the machine breaks that.
pub fn printer(bytes: &[u8]) -> (usize, usize) {
    let mut play = Play::new();
    let mut bytes = bytes.iter().copied();
    for _ in 0..MOST_STEPS {
        let Some(verb) = bytes.next() else { break };
        match verb {
            0..=199 => {
                let answer = bytes.by_ref().take(usize::from(verb)).collect();
                play.end(Completion::Done(answer));
            }
            GOOD => play.end_well(),
            QUIET => play.end(Completion::TimedOut),
            STALLED => play.end(Completion::Stalled),
            FAILED => play.end(Completion::Failed),
            GONE => play.end(Completion::Gone),
            TICK..=LAST_TICK => play.printer.elapsed(u32::from(verb - TICK) * 400 + 1),
            CONNECT => play.printer.connect(),
            STOP => play.printer.stop(),
            _ => play.print(),
        }
        play.look();
    }
    (play.connected, play.printed)
}

struct Play {
    printer: Printer,
    flying: Vec<Request>,
    /// What was sent last.
    sent: Vec<u8>,
    is_printing: bool,
    connected: usize,
    printed: usize,
}

impl Play {
    fn new() -> Self {
        let alternate =
            Alternate { interface: 0, alternate: 0, class: [7, 1, 2], bulk: vec![0x01, 0x82] };
        let device =
            Descriptors { vendor: 1, product: 2, configuration: 1, alternates: vec![alternate] };
        let mut printer = printer_for(&device).expect("a printer");
        printer.connect();
        let (flying, sent) = (Vec::new(), Vec::new());
        let mut play = Play { printer, flying, sent, is_printing: false, connected: 0, printed: 0 };
        play.look();
        play
    }

    /// Takes requests and events.
    fn look(&mut self) {
        for _ in 0..MOST_STEPS {
            let Some(request) = self.printer.request() else { break };
            match &request.transfer {
                Transfer::Out { bytes, .. } => {
                    assert!(bytes.len() <= 5_000);
                    self.sent.clone_from(bytes);
                }
                Transfer::In { length, .. } => assert!(*length <= MAX_TRANSFER),
                // With these a device is taken anew: the machine has forgotten what it asked before.
                Transfer::Configure { .. } | Transfer::Reset | Transfer::Claim { .. } => {
                    self.flying.clear();
                }
                _ => {}
            }
            assert!(request.timeout_ms > 0);
            self.flying.push(request);
            assert!(self.flying.len() <= 4, "one after another");
        }
        while let Some(event) = self.printer.poll() {
            match event {
                Event::Connected => self.connected += 1,
                Event::Printed(_) | Event::NotPrinted(_) => {
                    assert!(self.is_printing, "a report ended that was not begun");
                    self.is_printing = false;
                    self.printed += usize::from(matches!(event, Event::Printed(_)));
                }
            }
        }
        let says = matches!(self.printer.state(), State::Printing { .. });
        assert!(!says || self.is_printing);
        // Whatever it waits for ends: by a transfer, or by time.
        let waits_for_nobody = matches!(
            self.printer.state(),
            State::Connecting | State::Printing { .. } | State::Ready(_)
        );
        assert!(!waits_for_nobody || !self.flying.is_empty() || self.printer.due().is_some());
    }

    fn end(&mut self, end: Completion) {
        if !self.flying.is_empty() {
            let request = self.flying.remove(0);
            self.printer.completed(request.id, end);
        }
    }

    /// What a printer that is well would answer.
    fn end_well(&mut self) {
        let Some(request) = self.flying.first() else { return };
        let end = match request.transfer {
            Transfer::In { .. } => match self.sent.as_slice() {
                [0x10, 0x04, _] => Completion::Done(vec![0x12]),
                [.., 0x1d, b'r', 1] => {
                    self.sent.clear();
                    Completion::Done(vec![0])
                }
                [0x1d, b'I', _] => Completion::Done(b"_X\0".to_vec()),
                _ => Completion::TimedOut,
            },
            _ => Completion::Done(Vec::new()),
        };
        self.end(end);
    }

    fn print(&mut self) {
        let mut bitmap = Bitmap::new(Width::Mm58);
        bitmap.grow(200);
        if self.printer.print(bitmap).is_ok() {
            assert!(!self.is_printing, "two reports at once");
            self.is_printing = true;
        }
    }
}
