//! Ballots of the demonstration election, from the rendered page through pen and scanner to the marks.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod support;

use std::collections::BTreeSet;

use support::{done, folder, path};
use urna_core::PageCode;
use urna_core::ballot::{Mark, Sample, Stroke, lay_out, sample_page};
use urna_core::definition::{ElectionDefinition, Thresholds};
use urna_core::design::PageDesign;
use urna_core::recognition::{
    MarkVerdict, PageReading, PreparedDesign, Refusal, decode, import_design, read_page,
};
use urna_core::seal::{Package, PublicKey};

const DEFINITION: &str = include_str!("../../../assets/demo/definition.json");

/// What `urna demo` seals for the kiosk.
fn demo(name: &str) -> Package {
    let out = folder(name);
    done(&["demo", "--out", path(&out)]);
    let pem = std::fs::read_to_string(out.join("authority.pem")).unwrap();
    let root = PublicKey::from_pem(&pem).unwrap();
    Package::open(&std::fs::read(out.join("package.urna")).unwrap(), &root).unwrap().package
}

fn prepared(designs: &[PageDesign]) -> Vec<PreparedDesign> {
    designs.iter().map(|design| PreparedDesign::new(design).unwrap()).collect()
}

fn scanned(design: &PageDesign, at: &[usize], stroke: Stroke, seed: u64) -> Vec<u8> {
    let marks = at.iter().map(|&at| &design.targets[at]).map(|target| Mark {
        contest: target.contest.clone(),
        option: target.option.clone(),
        stroke,
    });
    let sample = Sample { marks: marks.collect(), upside_down: seed % 2 == 1, seed };
    sample_page(design, &sample).unwrap()
}

fn read(jpeg: &[u8], designs: &[PreparedDesign]) -> Result<PageReading, Refusal> {
    read_page(&decode(jpeg)?, designs, &Thresholds::default())
}

fn with(reading: &PageReading, verdict: MarkVerdict) -> Vec<usize> {
    let targets = reading.targets.iter().enumerate();
    targets.filter(|(_, target)| target.verdict == verdict).map(|(at, _)| at).collect()
}

#[test]
fn every_target_is_read_with_every_pen_either_way_up() {
    let package = demo("round-trip");
    let prepared = prepared(&package.designs);
    assert_eq!(package.designs.len(), package.definition.styles.len());
    for design in &package.designs {
        let count = design.targets.len();
        let mut seen = BTreeSet::new();
        for (turn, stroke) in [Stroke::Tick, Stroke::Cross, Stroke::Fill].into_iter().enumerate() {
            // Two pages a pen, each with every third target: after three pens each was marked once.
            let marked: Vec<usize> = (turn..count).step_by(3).collect();
            for seed in [2 * turn as u64, 2 * turn as u64 + 7] {
                let name = format!("{} {stroke:?} {seed}", design.id);
                let reading = read(&scanned(design, &marked, stroke, seed), &prepared);
                let reading = reading.unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
                assert_eq!(reading.design, design.id, "{name}");
                assert_eq!(with(&reading, MarkVerdict::Marked), marked, "{name}");
                assert_eq!(with(&reading, MarkVerdict::Marginal), [0; 0], "{name}");
                assert_eq!(reading.rotation_deg, if seed % 2 == 1 { 180 } else { 0 }, "{name}");
            }
            seen.extend(marked);
        }
        assert_eq!(seen.len(), count, "each target was marked at least once");
    }
}

/// The code on a ballot says which page it is, and nothing else is near it.
#[test]
fn each_ballot_carries_its_code() {
    let package = demo("codes");
    for (design, ready) in package.designs.iter().zip(prepared(&package.designs)) {
        let code = PageCode::new(&package.definition.id, &design.style, design.page).to_string();
        assert_eq!(ready.code().map(String::from_utf8_lossy), Some(code.as_str().into()));
        // 14 to 28.5 mm from the left and upper edges, with 2 mm of white around it.
        let blank = decode(&design.blank_png).unwrap();
        let px = |mm: f32| mm * blank.width() as f32 / 210.0;
        for step in 0..=60 {
            let along = px(12.2) + px(18.1) * step as f32 / 60.0;
            for (x, y) in
                [(along, px(12.6)), (along, px(29.9)), (px(12.6), along), (px(29.9), along)]
            {
                assert!(blank.sample(x, y) > 250.0, "{}: {x} {y}", design.id);
            }
        }
        for target in &design.targets {
            assert!(target.area.x > 32_000 || target.area.y > 32_000);
        }
    }
}

#[test]
fn a_dot_is_marginal_and_an_empty_page_is_empty() {
    let package = demo("dots");
    let prepared = prepared(&package.designs);
    for (at, design) in package.designs.iter().enumerate() {
        for seed in [0, 1, 2, 3] {
            let seed = seed + 4 * at as u64;
            let empty = read(&scanned(design, &[], Stroke::Tick, seed), &prepared).unwrap();
            assert_eq!(with(&empty, MarkVerdict::Unmarked).len(), design.targets.len());
            let dotted: Vec<usize> = (0..design.targets.len()).step_by(5).collect();
            let reading = read(&scanned(design, &dotted, Stroke::Dot, seed), &prepared).unwrap();
            assert_eq!(with(&reading, MarkVerdict::Marginal), dotted, "{} {seed}", design.id);
            assert_eq!(with(&reading, MarkVerdict::Marked), [0; 0], "{} {seed}", design.id);
        }
    }
}

#[test]
fn a_style_refuses_the_ballots_of_the_others() {
    let package = demo("others");
    let prepared = prepared(&package.designs);
    for design in &package.designs {
        let page = scanned(design, &[0], Stroke::Cross, 3);
        for other in prepared.iter().filter(|other| other.design().id != design.id) {
            let refusal = read(&page, std::slice::from_ref(other)).map(|reading| reading.design);
            assert_eq!(refusal.unwrap_err().code(), "unknown_style", "{}", design.id);
        }
    }
}

#[test]
fn printed_page_picture_and_targets_come_from_one_layout() {
    let definition: ElectionDefinition = serde_json::from_str(DEFINITION).unwrap();
    let out = folder("layout");
    let file = out.join("definition.json");
    std::fs::write(&file, DEFINITION).unwrap();
    done(&["render", "--definition", path(&file), "--out", path(&out)]);
    for style in &definition.styles {
        let ballot = lay_out(&definition, &style.id).unwrap();
        let design = ballot.design(Vec::new());
        let svg = std::fs::read_to_string(out.join(format!("{}.svg", design.id))).unwrap();
        let mm = |um: u32| f64::from(um) / 1000.0;
        let (width, height) = (mm(design.width_um), mm(design.height_um));
        assert!(svg.contains(&format!("width=\"{width}mm\" height=\"{height}mm\"")), "{svg:.300}");
        assert!(!svg.contains("<text"), "text is outlines: no printer needs the font");

        let place = out.join(design.id.as_str());
        let json = std::fs::read_to_string(place.join("design.json")).unwrap();
        let png = std::fs::read(place.join("blank.png")).unwrap();
        let imported = import_design(&json, png.clone()).unwrap().design;
        assert_eq!((imported.width_um, imported.height_um), (design.width_um, design.height_um));
        let blank = decode(&png).unwrap();
        assert_eq!(imported.targets.len(), design.targets.len());
        for (read, laid) in imported.targets.iter().zip(&design.targets) {
            assert_eq!((&read.contest, &read.option), (&laid.contest, &laid.option));
            assert!(
                read.area.x.abs_diff(laid.area.x) <= 1 && read.area.y.abs_diff(laid.area.y) <= 1
            );
            // The outline is on the picture where the target says: dark on all four sides, and
            // nothing inside.
            let per_um = 200.0 / 25_400.0;
            let px = |um: u32| f32::from(u16::try_from(um / 10).unwrap()) * 10.0 * per_um;
            let level = |x: f32, y: f32| blank.sample(x, y);
            let area = laid.area;
            let (left, top, side) = (px(area.x), px(area.y), px(area.w));
            let (line, half) = (px(200), side / 2.0);
            for (x, y) in [(line, half), (side - line, half), (half, line), (half, side - line)] {
                assert!(level(left + x, top + y) < 100.0, "{laid:?}");
            }
            assert!(level(left + half, top + half) > 250.0, "{laid:?}");
            assert!(level(left - 4.0, top + half) > 250.0, "{laid:?}");
        }
    }
}

/// Two districts whose ballots differ only by the candidates' names: the same page to a quick look.
#[test]
fn another_districts_ballot_is_not_read_as_ours() {
    let ours: ElectionDefinition = serde_json::from_str(DEFINITION).unwrap();
    let mut theirs = ours.clone();
    for contest in theirs.votes.iter_mut().flat_map(|vote| &mut vote.contests) {
        // The names of the other candidates, in another order.
        let names: Vec<_> =
            contest.options.iter().map(|o| (o.name.clone(), o.detail.clone())).collect();
        let last = names.len() - usize::from(contest.against_all.is_some());
        for at in 0..last {
            (contest.options[at].name, contest.options[at].detail) = names[(at + 1) % last].clone();
        }
    }
    let designs = |name: &str, definition: &ElectionDefinition| {
        let out = folder(name);
        let file = out.join("definition.json");
        std::fs::write(&file, serde_json::to_string(definition).unwrap()).unwrap();
        done(&["render", "--definition", path(&file), "--out", path(&out)]);
        let styles = definition.styles.iter().map(|style| {
            let place = out.join(format!("{}-p1", style.id));
            let json = std::fs::read_to_string(place.join("design.json")).unwrap();
            import_design(&json, std::fs::read(place.join("blank.png")).unwrap()).unwrap().design
        });
        styles.collect::<Vec<PageDesign>>()
    };
    let (ours, theirs) = (designs("our-district", &ours), designs("their-district", &theirs));
    let thresholds = Thresholds::default();
    for (ours, theirs) in ours.iter().zip(&theirs) {
        let own = PreparedDesign::new(ours).unwrap();
        for seed in [8, 9, 10] {
            let page = scanned(theirs, &[1], Stroke::Cross, seed);
            let refusal = read(&page, std::slice::from_ref(&own)).map(|reading| reading.design);
            assert_eq!(refusal.unwrap_err().code(), "target_uncertain", "{} {seed}", ours.id);
            // With both at hand the right one is taken.
            let both =
                prepared(&[ours.clone(), PageDesign { id: "theirs".into(), ..theirs.clone() }]);
            let reading = read_page(&decode(&page).unwrap(), &both, &thresholds).unwrap();
            assert_eq!(reading.design.as_str(), "theirs", "{} {seed}", ours.id);
        }
    }
}
