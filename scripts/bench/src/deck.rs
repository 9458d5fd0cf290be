//! Simulated sheets of two sides at 200 dpi, in every class of damage.

use std::fs;
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};
use serde::{Deserialize, Serialize};
use urna_core::recognition::GrayPage;
use urna_simulator::pen::Kind;
use urna_simulator::{Blank, Damage, Random, Truth, mark_targets, scan};

use crate::files::read_design;

/// What is printed on front and back: letter paper with two columns of ovals, our own ballots on A4, and
/// A4 with as many squares as fit.
const PAIRS: [[&str; 2]; 3] =
    [["ovals", "ovals-2"], ["parliament-p1", "presidential-p1"], ["dense", "local-koltor-p1"]];
/// Sheets of each class of damage: each of another pair.
const OF_EACH_CLASS: usize = 2;
/// Everything follows from it.
const SEED: u64 = 200;
/// Between 5 % and this share of the targets carry something, in every kind and with every pen.
const MOST_MARKED: f32 = 0.3;
/// What scanners use by default, or thereabouts.
const JPEG_QUALITY: u8 = 85;

/// A sheet of the deck.
#[derive(Serialize, Deserialize)]
pub struct Sheet {
    /// Number, class and strength of the damage.
    pub name: String,
    /// Folders of the designs of front and back.
    pub designs: Vec<String>,
    /// Front and back: the same pixels as PNG and, all but, as JPEG.
    pub sides: Vec<Vec<String>>,
    /// For each target of a side whether there is a vote; none where black and white left no trace of it.
    pub votes: Vec<Vec<Option<bool>>>,
}

/// Makes the deck in `out`, with a list of its sheets in `deck.json`. `forms` has a folder for each design.
pub fn make(forms: &Path, out: &Path) -> anyhow::Result<()> {
    let mut blanks = Vec::new();
    for pair in PAIRS {
        for name in pair {
            let folder = out.join(name);
            fs::create_dir_all(&folder)?;
            for file in ["design.json", "blank.png"] {
                fs::copy(forms.join(name).join(file), folder.join(file))?;
            }
            blanks.push((name, Blank::new(&read_design(&folder)?)?));
        }
    }
    let mut random = Random::new(SEED);
    let count = Damage::ALL.len() * OF_EACH_CLASS;
    let sheets = (0..count).map(|at| {
        let damage = (Damage::ALL[at % Damage::ALL.len()], random.unit());
        let pair = at % PAIRS.len() * 2;
        sheet(&blanks[pair..pair + 2], at, damage, out, &mut random)
    });
    let sheets = sheets.collect::<anyhow::Result<Vec<Sheet>>>()?;
    Ok(fs::write(out.join("deck.json"), serde_json::to_string(&sheets)?)?)
}

fn sheet(
    blanks: &[(&str, Blank)],
    at: usize,
    damage: (Damage, f32),
    out: &Path,
    random: &mut Random,
) -> anyhow::Result<Sheet> {
    let mut sheet = Sheet {
        name: format!("{at}, {:?} {:.2}", damage.0, damage.1),
        designs: Vec::new(),
        sides: Vec::new(),
        votes: Vec::new(),
    };
    for ((design, blank), side) in blanks.iter().zip(["front", "back"]) {
        let share = random.between(0.05, MOST_MARKED);
        let marks = mark_targets(blank, share, &Kind::ALL, random);
        let made = scan(blank, &marks, damage, random.next_u64())?;
        let files = ["png", "jpg"].map(|kind| format!("sheet-{at}-{side}.{kind}"));
        fs::write(out.join(&files[0]), png(&made.page)?)?;
        fs::write(out.join(&files[1]), jpeg(&made.page)?)?;
        sheet.designs.push((*design).to_owned());
        sheet.sides.push(files.to_vec());
        sheet.votes.push(made.truth.iter().map(|&truth| vote(truth)).collect());
    }
    Ok(sheet)
}

fn vote(truth: Truth) -> Option<bool> {
    match truth {
        Truth::Lost(_) => None,
        other => Some(other.is_vote()),
    }
}

/// Filtered and packed as scanning software does it by default.
fn png(page: &GrayPage) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive)
        .write_image(page.pixels(), page.width(), page.height(), ExtendedColorType::L8)?;
    Ok(bytes)
}

fn jpeg(page: &GrayPage) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY).write_image(
        page.pixels(),
        page.width(),
        page.height(),
        ExtendedColorType::L8,
    )?;
    Ok(bytes)
}
