//! The score against the size of a mark, for each kind of mark whose size can vary.

use std::path::Path;

use anyhow::Context;
use urna_core::definition::Thresholds;
use urna_core::recognition::{MarkVerdict, read_page};
use urna_simulator::pen::{Kind, Tool};
use urna_simulator::{Damage, Ink, MarkedTarget, Random, scan};

use super::Form;
use super::svg::{Panel, Picture};
use crate::files;

/// Sheets of each diagram.
const SHEETS: u64 = 8;
/// Share of the targets that carry a mark.
const SHARE: f32 = 0.5;

/// Steps of this share cover an axis evenly, in any number.
const GOLDEN: f32 = 0.618_034;

/// A kind of mark whose size runs along the axis.
struct Series {
    name: &'static str,
    axis: &'static str,
    /// The axis' figures; sizes run from the first to the last.
    marks: &'static [f32],
    kind: Kind,
    ink: fn(f32) -> Ink,
}

/// A gel pen's ink: dark and even, so that the size alone decides.
const fn gel(width: f32) -> Ink {
    Ink { level: 40.0, width, grain: 0.0 }
}

const SERIES: [Series; 5] = [
    Series {
        name: "dot",
        axis: "diameter, mm",
        marks: &[0.2, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0],
        kind: Kind::Dot,
        ink: gel,
    },
    Series {
        name: "line across",
        axis: "width of the line, mm",
        marks: &[0.1, 0.3, 0.5, 0.7, 0.9, 1.1, 1.3, 1.5],
        kind: Kind::Line,
        ink: gel,
    },
    Series {
        name: "tick",
        axis: "width of the pen, mm",
        marks: &[0.1, 0.3, 0.5, 0.7, 0.9, 1.1, 1.3, 1.5],
        kind: Kind::Tick,
        ink: gel,
    },
    Series {
        name: "cross with a pencil of 0.7 mm",
        axis: "grey level of the pencil: 0 is black, 255 is paper",
        marks: &[0.0, 50.0, 100.0, 150.0, 200.0, 250.0],
        kind: Kind::Cross,
        ink: |level| Ink { level, width: 0.7, grain: 0.5 },
    },
    Series {
        name: "tail of a neighbour's tick",
        axis: "depth, % of the inner side of the target that it runs into",
        marks: &[0.0, 20.0, 40.0, 60.0, 80.0, 100.0],
        kind: Kind::Spill,
        ink: |_| gel(0.6),
    },
];

/// A mark as it was read.
#[derive(Clone, Copy)]
struct Point {
    size: f32,
    score: u16,
    verdict: MarkVerdict,
}

/// Draws the diagrams for the square of our ballots and for an oval.
pub fn draw(forms: &[Form], seed: u64, path: &Path) -> anyhow::Result<()> {
    let thresholds = Thresholds::default();
    let mut picture = Picture::new(2, (372.0, 150.0), 62.0);
    legend(&mut picture, &thresholds);
    for series in &SERIES {
        for (name, what) in
            [("parliament-p1", "square of 7.5 mm"), ("ovals", "oval of 4.8 × 3.2 mm")]
        {
            let form = forms.iter().find(|form| form.name == name).context("the form")?;
            let (points, refused) = read(form, series, seed)?;
            let mut title = format!("{}, {what}", series.name);
            if refused > 0 {
                title.push_str(&format!(" ({refused} of {SHEETS} sheets refused)"));
            }
            eprintln!("  {title}: {} marks", points.len());
            let panel = picture.panel(&title, series.axis, series.marks);
            axis(&mut picture, panel, &thresholds);
            for verdict in [MarkVerdict::Unmarked, MarkVerdict::Marginal, MarkVerdict::Marked] {
                dots(&mut picture, panel, verdict, &points);
            }
        }
    }
    files::write(path, picture.finish().as_bytes())
}

/// Marks of every size on clean sheets, and how many sheets were refused.
fn read(form: &Form, series: &Series, seed: u64) -> anyhow::Result<(Vec<Point>, u64)> {
    let (low, high) = (series.marks.first(), series.marks.last());
    let (low, high) = (low.copied().unwrap_or(0.0), high.copied().unwrap_or(1.0));
    let (mut points, mut refused, mut even) = (Vec::new(), 0, 0.0);
    for sheet in 0..SHEETS {
        let mut random = Random::new(seed ^ (sheet << 32)).fork();
        let mut taken = vec![false; form.blank.targets()];
        let (mut marks, mut sizes) = (Vec::new(), Vec::new());
        for target in 0..taken.len() {
            if taken[target] || !random.chance(SHARE) {
                continue;
            }
            let size = low + (high - low) * even;
            even = (even + GOLDEN).fract();
            let near = form.blank.neighbours(target).iter().copied();
            let near: Vec<usize> = near.filter(|&near| !taken[near]).collect();
            let spilled = match series.kind {
                Kind::Spill => random.one_of(&near).map(|near| (near, size / 100.0)),
                _ => None,
            };
            if series.kind == Kind::Spill && spilled.is_none() {
                continue;
            }
            taken[target] = true;
            // Of a tail the neighbour's score is the question.
            let shown = spilled.map_or(target, |(near, _)| near);
            taken[shown] = true;
            sizes.push((shown, size));
            let ink = Some((series.ink)(size));
            marks.push(MarkedTarget { target, kind: series.kind, tool: Tool::Gel, ink, spilled });
        }
        let page = scan(&form.blank, &marks, (Damage::Clean, 0.5), random.next_u64())?.page;
        let Ok(reading) = read_page(&page, &form.prepared, &Thresholds::default()) else {
            refused += 1;
            continue;
        };
        points.extend(sizes.iter().filter_map(|&(target, size)| {
            let read = reading.targets.get(target)?;
            Some(Point { size, score: read.score_permille, verdict: read.verdict })
        }));
    }
    Ok((points, refused))
}

/// Small scores are where it is decided: so the axis is one of square roots.
fn height(score: f32) -> f32 {
    (score / 1000.0).sqrt()
}

fn axis(picture: &mut Picture, panel: Panel, thresholds: &Thresholds) {
    for figure in [0_u16, 10, 250, 500, 1000] {
        picture.level(panel, height(f32::from(figure)), "stroke=\"#e4e4e4\"", &figure.to_string());
    }
    let lines = [
        (thresholds.definite_permille, "stroke=\"#111\""),
        (thresholds.marginal_permille, "stroke=\"#111\" stroke-dasharray=\"5 3\""),
    ];
    for (figure, look) in lines {
        picture.level(panel, height(f32::from(figure)), look, &figure.to_string());
    }
}

fn look(verdict: MarkVerdict) -> &'static str {
    match verdict {
        MarkVerdict::Marked => {
            "fill=\"none\" stroke=\"#1b5e9b\" stroke-opacity=\".65\" stroke-width=\"4.4\" stroke-linecap=\"round\""
        }
        MarkVerdict::Marginal => "fill=\"#e07b00\" stroke=\"#7a4300\" stroke-width=\".5\"",
        MarkVerdict::Unmarked => "fill=\"#fff\" stroke=\"#555\"",
    }
}

/// A disc, a triangle or an open square.
fn shape(verdict: MarkVerdict, x: f32, y: f32) -> String {
    match verdict {
        MarkVerdict::Marked => format!("M{x:.1} {y:.1}h0"),
        MarkVerdict::Marginal => format!("M{x:.1} {:.1}l3.2 5.6h-6.4z", y - 3.4),
        MarkVerdict::Unmarked => format!("M{:.1} {:.1}h4v4h-4z", x - 2.0, y - 2.0),
    }
}

fn dots(picture: &mut Picture, panel: Panel, verdict: MarkVerdict, points: &[Point]) {
    let shapes = points.iter().filter(|point| point.verdict == verdict).map(|point| {
        shape(verdict, panel.across(point.size), panel.up(height(f32::from(point.score))))
    });
    let shapes: String = shapes.collect();
    if !shapes.is_empty() {
        picture.add(&format!("<path {} d=\"{shapes}\"/>", look(verdict)));
    }
}

fn legend(picture: &mut Picture, thresholds: &Thresholds) {
    let title =
        "Score of a mark in thousandths (scale of square roots) against its size, on clean sheets";
    picture.words((46.0, 20.0), "start", "font-size=\"14\" font-weight=\"600\"", title);
    let mut x = 50.0;
    for (verdict, words, width) in [
        (MarkVerdict::Marked, "read as marked", 130.0),
        (MarkVerdict::Marginal, "marginal: people decide", 180.0),
        (MarkVerdict::Unmarked, "read as unmarked", 150.0),
    ] {
        picture.add(&format!("<path {} d=\"{}\"/>", look(verdict), shape(verdict, x, 38.0)));
        picture.words((x + 9.0, 42.0), "start", "", words);
        x += width;
    }
    let words = format!(
        "lines: from {} on a mark, below {} (dashed) none",
        thresholds.definite_permille, thresholds.marginal_permille
    );
    picture.words((x, 42.0), "start", "", &words);
}
