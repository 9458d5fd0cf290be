//! Recognition's speed by stage, measured by the same code natively and in a browser, beside what a plain
//! pass over the same pixels and the image library's decoders take there.

mod floor;
#[cfg(target_arch = "wasm32")]
mod page;

use std::collections::BTreeMap;
use std::hint::black_box;

use serde::Serialize;
use urna_core::definition::Thresholds;
use urna_core::recognition::{
    GrayPage, PreparedDesign, Refusal, TargetReading, decode, register, score,
};

/// One side: the same page as one file or several, of which the first is read.
pub type Side = Vec<Vec<u8>>;

/// How often each thing is done.
#[derive(Clone, Copy, Debug)]
pub struct Rounds {
    /// Readings of all sides, each with the plain passes beside it.
    pub readings: u32,
    /// Decodings of all files: the first of these rounds.
    pub decodings: u32,
}

/// A sheet, or one side of it, measured.
#[derive(Clone, Debug, Serialize)]
pub struct Measured {
    /// Milliseconds by stage for all sides together, round by round.
    pub rounds: Vec<BTreeMap<&'static str, f64>>,
    /// What was read, side by side.
    pub sides: Vec<Reading>,
    /// Whether every round read the same.
    pub is_steady: bool,
}

/// One side as it was read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reading {
    /// Says whether two machines saw the same pixels.
    pub pixels: String,
    /// Width times height.
    pub pixel_count: usize,
    /// Every target; none where the page was refused.
    pub targets: Vec<TargetReading>,
    /// Why it was refused.
    pub refusal: Option<String>,
}

/// Reads the sides of a sheet, each of which may be any of `designs`; `now` is a clock in milliseconds.
///
/// # Errors
/// [`Refusal`], if a file is no picture.
pub fn measure(
    designs: &[PreparedDesign],
    sides: &[Side],
    rounds: Rounds,
    now: impl Fn() -> f64,
) -> Result<Measured, Refusal> {
    let first_files = sides.iter().filter_map(|files| files.first());
    let pages: Vec<GrayPage> = first_files.map(|file| decode(file)).collect::<Result<_, _>>()?;
    let mut measured = Measured { rounds: Vec::new(), sides: Vec::new(), is_steady: true };
    for round in 0..rounds.readings {
        let mut watch = Watch { now: &now, times: BTreeMap::new() };
        if round < rounds.decodings {
            sides.iter().flatten().try_for_each(|file| watch.decode(file))?;
        }
        let read: Vec<Reading> = pages.iter().map(|page| watch.read(designs, page)).collect();
        measured.is_steady &= round == 0 || read == measured.sides;
        measured.sides = read;
        measured.rounds.push(watch.times);
    }
    Ok(measured)
}

/// Adds up the time of each stage.
struct Watch<'a> {
    now: &'a dyn Fn() -> f64,
    times: BTreeMap<&'static str, f64>,
}

impl Watch<'_> {
    fn time<T>(&mut self, stage: &'static str, work: impl FnOnce() -> T) -> T {
        let start = (self.now)();
        let done = black_box(work());
        *self.times.entry(stage).or_default() += (self.now)() - start;
        done
    }

    /// A file to grey pixels, as it is read and by the image library alone.
    fn decode(&mut self, file: &[u8]) -> Result<(), Refusal> {
        let is_jpeg = file.starts_with(&[0xff, 0xd8]);
        let (own, library) =
            if is_jpeg { ("jpeg", "jpeg_library") } else { ("png", "png_library") };
        self.time(own, || decode(file))?;
        self.time(library, || floor::decode(file, is_jpeg));
        Ok(())
    }

    fn read(&mut self, designs: &[PreparedDesign], page: &GrayPage) -> Reading {
        let pixels = page.pixels();
        let sum = self.time("sum", || floor::sum(pixels));
        let counts = self.time("histogram", || floor::histogram(pixels));
        let registration = self.time("register", || register(page, designs));
        let readings = self.time("score", || {
            registration.and_then(|found| {
                score(&designs[found.design_index()], &found, &Thresholds::default())
            })
        });
        let (targets, refusal) = match readings {
            Ok(targets) => (targets, None),
            Err(refusal) => (Vec::new(), Some(refusal.code().to_owned())),
        };
        let digest = floor::digest(sum, &counts);
        Reading { pixels: digest, pixel_count: pixels.len(), targets, refusal }
    }
}
