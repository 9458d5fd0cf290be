//! A bench: the driver on one side, the simulated printer on the other, and time that only passes when
//! nothing else happens.
#![allow(dead_code, reason = "each test file uses its part")]

use urna_printer::{Event, Printer, PrinterFault, State, printer_for};
use urna_printer_sim::{End, Options, Piece, PrinterSim, Script, What};
use urna_receipt::{Bitmap, Width};
use urna_scanner_sim::{Answer, Device};
use urna_usb::{Alternate, Completion, Descriptors, Machine, Request, Transfer};

pub struct Bench {
    pub printer: Printer,
    pub sim: PrinterSim,
    pub events: Vec<Event>,
    pub now_ms: u64,
    flying: Vec<(Request, u32)>,
}

/// More than anything may take.
const DEADLINE_MS: u64 = 600_000;

impl Bench {
    pub fn new(options: Options, script: &str) -> Self {
        let sim = PrinterSim::new(options, script.parse::<Script>().expect("a script"));
        let printer = printer_for(&descriptors(&sim)).expect("a printer");
        Bench { printer, sim, events: Vec::new(), now_ms: 0, flying: Vec::new() }
    }

    /// Connects, and waits until it is ready or can't be.
    pub fn connected(options: Options, script: &str) -> Self {
        let mut bench = Bench::new(options, script);
        bench.printer.connect();
        bench.settle();
        bench
    }

    pub fn settle(&mut self) {
        self.until(|printer| {
            matches!(printer.state(), State::Ready(_) | State::Faulted(_) | State::Disconnected)
        });
    }

    pub fn until(&mut self, enough: impl Fn(&Printer) -> bool) {
        let deadline = self.now_ms + DEADLINE_MS;
        while !enough(&self.printer) {
            self.step();
            assert!(self.now_ms < deadline, "it never ends: {:?}", self.printer.state());
        }
    }

    pub fn run_for(&mut self, ms: u64) {
        let end = self.now_ms + ms;
        while self.now_ms < end {
            self.step();
        }
    }

    /// Prints, and waits for the end.
    pub fn print(&mut self, bitmap: &Bitmap) -> Event {
        self.printer.print(bitmap.clone()).expect("it is ready");
        self.events.clear();
        self.until_ended()
    }

    pub fn until_ended(&mut self) -> Event {
        let deadline = self.now_ms + DEADLINE_MS;
        loop {
            let ended = |event: &&Event| !matches!(event, Event::Connected);
            if let Some(end) = self.events.iter().find(ended).copied() {
                assert!(!matches!(self.printer.state(), State::Printing { .. }));
                self.events.clear();
                return end;
            }
            self.step();
            assert!(self.now_ms < deadline, "the report never ends: {:?}", self.printer.state());
        }
    }

    /// Somebody puts everything right, and connects if that is needed.
    pub fn help(&mut self) {
        for what in [
            What::Cured,
            What::Load,
            What::CoverClosed,
            What::Online,
            What::CutterFreed,
            What::Cool,
        ] {
            self.sim.happen(&what);
        }
        // Long enough for what was late.
        self.run_for(30_000);
        if !matches!(self.printer.state(), State::Ready(_)) {
            self.sim.happen(&What::Restart);
            self.sim.happen(&What::Plug);
            self.printer.connect();
            self.settle();
        }
        assert!(matches!(self.printer.state(), State::Ready(_)), "{:?}", self.printer.state());
    }

    /// One transfer, or, if all wait, a little time.
    pub fn step(&mut self) {
        while let Some(request) = self.printer.request() {
            if matches!(request.transfer, Transfer::Reset | Transfer::Claim { .. }) {
                self.flying.clear();
            }
            let left = request.timeout_ms;
            self.flying.push((request, left));
        }
        for at in 0..self.flying.len() {
            if let Some(end) = self.attempt(at) {
                let (request, _) = self.flying.remove(at);
                self.printer.completed(request.id, end);
                return self.collect();
            }
        }
        let timeouts = self.flying.iter().map(|(_, left)| *left);
        let ms = timeouts.chain(self.printer.due()).min().unwrap_or(100).clamp(1, 20);
        self.now_ms += u64::from(ms);
        self.sim.advance(ms);
        self.flying.iter_mut().for_each(|(_, left)| *left = left.saturating_sub(ms));
        if let Some(at) = self.flying.iter().position(|(_, left)| *left == 0) {
            let (request, _) = self.flying.remove(at);
            self.printer.completed(request.id, Completion::TimedOut);
        }
        self.printer.elapsed(ms);
        self.collect();
    }

    fn collect(&mut self) {
        while let Some(event) = self.printer.poll() {
            self.events.push(event);
        }
    }

    fn attempt(&mut self, at: usize) -> Option<Completion> {
        let (request, _) = self.flying.get(at)?;
        match &request.transfer {
            Transfer::Out { endpoint, bytes } => {
                completion(self.sim.bulk_out(*endpoint, bytes), usize::MAX)
            }
            Transfer::In { endpoint, length } => {
                let most = usize::try_from(*length).expect("a length");
                completion(self.sim.bulk_in(*endpoint, most), most)
            }
            Transfer::Ask { request, value, index, length, .. } => {
                let [value, index, length] = [value, index, length].map(|word| word.to_le_bytes());
                let setup =
                    [0xa1, *request, value[0], value[1], index[0], index[1], length[0], length[1]];
                completion(self.sim.control(setup, &[]), usize::MAX)
            }
            Transfer::ClearHalt { endpoint } => {
                self.sim.clear_halt(*endpoint);
                Some(Completion::Done(Vec::new()))
            }
            Transfer::Reset => {
                self.sim.reset();
                Some(Completion::Done(Vec::new()))
            }
            Transfer::Configure { .. } | Transfer::Claim { .. } => {
                Some(Completion::Done(Vec::new()))
            }
        }
    }
}

fn completion(answer: Answer, most: usize) -> Option<Completion> {
    match answer {
        Answer::Done(bytes) if bytes.len() > most => Some(Completion::Failed),
        Answer::Done(bytes) => Some(Completion::Done(bytes)),
        Answer::Wait => None,
        Answer::Stall => Some(Completion::Stalled),
        Answer::Gone => Some(Completion::Gone),
    }
}

/// What the transport would pass on.
pub fn descriptors(sim: &PrinterSim) -> Descriptors {
    let said = sim.descriptors();
    let alternates =
        said.interfaces().expect("interfaces").into_iter().map(|interface| Alternate {
            interface: interface.number,
            alternate: interface.alternate,
            class: [interface.class.0, interface.class.1, interface.class.2],
            bulk: interface.endpoints.iter().map(|endpoint| endpoint.address).collect(),
        });
    Descriptors {
        vendor: said.vendor(),
        product: said.product(),
        configuration: 1,
        alternates: alternates.collect(),
    }
}

/// A picture in which each row is another one, and every byte occurs.
pub fn picture(width: Width, rows: usize) -> Bitmap {
    let mut bitmap = Bitmap::new(width);
    bitmap.grow(rows);
    for y in 0..rows {
        for x in 0..bitmap.width() {
            let mixed = (x / 8 * 37 + y * 101) % 251;
            if mixed >> (x % 8) & 1 == 1 {
                bitmap.blacken(x, y);
            }
        }
        bitmap.blacken(y % bitmap.width(), y);
    }
    bitmap.tame();
    bitmap
}

/// Whether the last piece with something on it is this report and nothing else, cut off.
pub fn last_is_whole(sim: &PrinterSim, bitmap: &Bitmap) -> bool {
    let last = sim.pieces().iter().rfind(|piece| !piece.is_blank());
    last.is_some_and(|piece| is_whole(piece, bitmap))
}

/// Pieces that are this report and nothing else, cut off.
pub fn whole(sim: &PrinterSim, bitmap: &Bitmap) -> usize {
    sim.pieces().iter().filter(|piece| is_whole(piece, bitmap)).count()
}

fn is_whole(piece: &Piece, bitmap: &Bitmap) -> bool {
    let rows: Vec<u8> = piece
        .rows
        .iter()
        .take(bitmap.height())
        .flat_map(|row| &row[..bitmap.row_bytes()])
        .copied()
        .collect();
    let rest = piece.rows.iter().skip(bitmap.height());
    piece.end == End::Cut && rows == bitmap.bytes() && rest.flatten().all(|byte| *byte == 0)
}

pub fn not_printed(fault: PrinterFault) -> Event {
    Event::NotPrinted(fault)
}
