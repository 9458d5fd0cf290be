//! A wire on which anything comes: what a driver must bear, whatever the bytes.

use urna_scanner::{
    Alternate, Completion, Descriptors, Driver, Event, Pixels, Settings, Transfer, driver_for,
};

/// Steps that one input is worth.
const MOST_STEPS: usize = 4_000;
const SETTINGS: Settings = Settings {
    dpi: 200,
    width_mm: 20,
    length_mm: 30,
    pixels: Pixels::Raw,
    delivery: urna_scanner::Delivery::Parts,
};

/// Plays bytes as completions, times and commands to one of the drivers, which the first byte names; how often
/// it got connected and how many sheets were done. Each start of a sheet must end once at most, and no frame may stand outside of a sheet.
///
/// # Panics
/// If a driver breaks that.
pub fn wire(bytes: &[u8]) -> (usize, usize) {
    let Some((&which, mut rest)) = bytes.split_first() else { return (0, 0) };
    let Some(mut driver) = driver_for(&descriptors(which), SETTINGS) else { return (0, 0) };
    let mut flying = std::collections::VecDeque::new();
    let mut sheets = Sheets::default();
    driver.connect();
    for _ in 0..MOST_STEPS {
        while let Some(request) = driver.request() {
            // With the configuration a device is taken anew: the driver has forgotten what it asked before.
            let ends_others = matches!(
                request.transfer,
                Transfer::Configure { .. } | Transfer::Reset | Transfer::Claim { .. }
            );
            if ends_others {
                flying.clear();
            }
            flying.push_back(request);
            assert!(flying.len() < 64, "requests pile up");
        }
        let Some((&verb, after)) = rest.split_first() else { break };
        rest = after;
        match verb {
            // So many bytes of what follows are received.
            0..=199 => {
                let Some(request) = flying.pop_front() else {
                    driver.elapsed(driver.due().unwrap_or(1_000));
                    continue;
                };
                let most = match request.transfer {
                    Transfer::In { length, .. } => length as usize,
                    _ => 0,
                };
                let length =
                    if verb < 150 { usize::from(verb) } else { usize::from(verb - 149) * 256 };
                let (now, later) = rest.split_at(length.min(rest.len()).min(most));
                rest = later;
                driver.completed(request.id, Completion::Done(now.to_vec()));
            }
            200..=219 => {
                let Some(request) = flying.pop_front() else { continue };
                let ends = [
                    Completion::Stalled,
                    Completion::TimedOut,
                    Completion::Failed,
                    Completion::Gone,
                    Completion::Done(vec![0x53; 300_000]),
                ];
                let end = ends.into_iter().nth(usize::from(verb % 5)).unwrap_or(Completion::Failed);
                driver.completed(request.id, end);
            }
            220..=229 => driver.elapsed(u32::from(verb - 219) * 97),
            230..=234 => driver.elapsed(driver.due().unwrap_or(1_000)),
            // An end that nobody waits for, and a transfer that overtakes another.
            235..=237 => driver.completed(u32::from(verb), Completion::Done(vec![1])),
            238..=239 => {
                if let Some(request) = flying.pop_back() {
                    driver.completed(request.id, Completion::Done(Vec::new()));
                }
            }
            240..=245 => sheets.start(driver.as_mut()),
            246..=248 => driver.cancel(),
            249..=252 => driver.clear_fault(),
            _ => driver.connect(),
        }
        sheets.watch(driver.as_mut());
    }
    (sheets.connected, sheets.done)
}

/// What was started and what ended.
#[derive(Default)]
struct Sheets {
    open: usize,
    sides: usize,
    connected: usize,
    done: usize,
}

impl Sheets {
    fn start(&mut self, driver: &mut dyn Driver) {
        self.open += usize::from(driver.start_sheet().is_ok());
        assert!(self.open <= 1, "a sheet within a sheet");
    }

    fn watch(&mut self, driver: &mut dyn Driver) {
        while let Some(event) = driver.poll() {
            match event {
                Event::Part(_) => assert!(self.open == 1, "a part without a sheet"),
                Event::SideScanned(_) => {
                    self.sides += 1;
                    assert!(self.open == 1 && self.sides <= 2, "a side without a sheet");
                }
                Event::SheetDone | Event::NoSheet(_) | Event::Fault(_) => {
                    assert!(self.open == 1, "the end of no sheet");
                    assert!(event != Event::SheetDone || self.sides > 0, "a sheet of no sides");
                    self.done += usize::from(event == Event::SheetDone);
                    (self.open, self.sides) = (0, 0);
                }
                Event::Connected => self.connected += 1,
                Event::Trouble(_) => {}
            }
        }
    }
}

fn descriptors(which: u8) -> Descriptors {
    let alternate = |interface: u8, class| Alternate {
        interface,
        alternate: 0,
        class,
        bulk: vec![0x81 + interface, 1 + interface],
    };
    let (vendor, alternates) = match which % 3 {
        0 => (0x04c5, vec![alternate(0, [0xff; 3])]),
        1 => (0x0482, vec![alternate(0, [7, 1, 4])]),
        _ => (0x0482, vec![alternate(0, [7, 1, 4]), alternate(1, [7, 1, 4])]),
    };
    Descriptors { vendor, product: 1, configuration: 1, alternates }
}
