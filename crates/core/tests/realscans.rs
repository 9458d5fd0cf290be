//! Every real scan of the folder is read right, whichever way up, and by its own design only.
//!
//! The folder lies beside the project and is no part of it; `URNA_REALSCANS` names another place.
//! Without it these tests say so and pass.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, in its helpers too")]

#[path = "support/realscans.rs"]
mod realscans;

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::LazyLock;

use realscans::Scan;
use urna_core::definition::Thresholds;
use urna_core::recognition::{
    GrayPage, MarkVerdict, PageReading, PreparedDesign, Refusal, decode, read_page, register,
};

/// The designs of the folder, ready to read with, and the scans of each.
#[derive(Default)]
struct Pages {
    designs: Vec<PreparedDesign>,
    scans: Vec<Vec<Scan>>,
}

static PAGES: LazyLock<Pages> = LazyLock::new(|| {
    let Some(folder) = realscans::folder() else {
        return Pages::default();
    };
    let folders = realscans::designs(&folder).into_iter();
    let prepared = folders.map(|folder| {
        let design = PreparedDesign::new(&folder.imported.design).expect("a usable design");
        (design, folder.scans)
    });
    let (designs, scans) = prepared.unzip();
    Pages { designs, scans }
});

impl Pages {
    /// The pages; without them a line on the terminal that even a passing test shows.
    fn of_folder(test: &str) -> &'static Pages {
        if PAGES.designs.is_empty() {
            let line = "SKIPPED, no folder of real scans (set URNA_REALSCANS)";
            writeln!(std::io::stderr(), "{test}: {line}").expect("a terminal");
        }
        &PAGES
    }

    fn each(&self) -> impl Iterator<Item = (&PreparedDesign, &Scan, GrayPage)> {
        let scans = self.designs.iter().zip(&self.scans);
        let scans = scans.flat_map(|(design, scans)| scans.iter().map(move |scan| (design, scan)));
        scans.map(|(design, scan)| (design, scan, decode(&scan.bytes).expect("an image")))
    }
}

fn read(page: &GrayPage, design: &PreparedDesign) -> Result<PageReading, Refusal> {
    read_page(page, std::slice::from_ref(design), &Thresholds::default())
}

fn with(reading: &PageReading, verdict: MarkVerdict) -> BTreeSet<(String, String)> {
    let of_verdict = reading.targets.iter().filter(|target| target.verdict == verdict);
    of_verdict.map(|t| (t.contest.to_string(), t.option.to_string())).collect()
}

/// Two of the designs are one page for two precincts: only the footer and its QR code differ, and
/// the folder has pages of a third and a fourth precinct under them. No picture tells them apart.
fn are_twins(a: &PreparedDesign, b: &PreparedDesign) -> bool {
    const TWINS: [&str; 2] = ["choctaw-county-d5-p2", "choctaw-county-ew-p2"];
    TWINS.contains(&a.design().id.as_str()) && TWINS.contains(&b.design().id.as_str())
}

#[test]
fn every_mark_is_read_and_nothing_else() {
    let folder = Pages::of_folder("every_mark_is_read_and_nothing_else");
    let (mut pages, mut targets, mut marks) = (0, 0, 0);
    let (mut lowest, mut highest) = (1000, 0);
    for (design, scan, page) in folder.each() {
        let reading = read(&page, design).unwrap_or_else(|r| panic!("{}: {r}", scan.name));
        assert_eq!(with(&reading, MarkVerdict::Marginal), BTreeSet::new(), "{}", scan.name);
        assert_eq!(with(&reading, MarkVerdict::Marked), scan.marked, "{}", scan.name);
        assert_eq!(reading.rotation_deg, scan.rotation_deg, "{}", scan.name);
        assert!(scan.unsure.is_empty(), "the folder has no doubtful mark");
        pages += 1;
        targets += reading.targets.len();
        marks += scan.marked.len();
        for target in &reading.targets {
            match target.verdict {
                MarkVerdict::Marked => lowest = lowest.min(target.score_permille),
                _ => highest = highest.max(target.score_permille),
            }
        }
    }
    if pages > 0 {
        assert_eq!((pages, targets, marks), (29, 511, 156));
        // What is read stays well away from both thresholds.
        assert!(lowest >= 200, "the faintest mark scores {lowest}");
        assert!(highest <= 30, "an empty target scores {highest}");
    }
}

#[test]
fn a_page_reads_the_same_whichever_way_it_is_fed() {
    let folder = Pages::of_folder("a_page_reads_the_same_whichever_way_it_is_fed");
    for (design, scan, mut page) in folder.each() {
        for turn in [90, 180, 270] {
            page = page.turned_90();
            let name = format!("{} turned by {turn}°", scan.name);
            let reading = read(&page, design).unwrap_or_else(|r| panic!("{name}: {r}"));
            assert_eq!(with(&reading, MarkVerdict::Marked), scan.marked, "{name}");
            assert_eq!(with(&reading, MarkVerdict::Marginal), BTreeSet::new(), "{name}");
            assert_eq!(reading.rotation_deg, (scan.rotation_deg + turn) % 360, "{name}");
        }
    }
}

#[test]
fn a_design_refuses_every_page_that_is_not_its_own() {
    let folder = Pages::of_folder("a_design_refuses_every_page_that_is_not_its_own");
    for (own, scan, page) in folder.each() {
        for other in &folder.designs {
            if other.design().id == own.design().id || are_twins(own, other) {
                continue;
            }
            let found = register(&page, std::slice::from_ref(other)).map(|found| found.matches());
            let refusal = found.expect_err(&format!("{} as {}", scan.name, other.design().id));
            let code = refusal.code();
            assert!(
                ["not_a_ballot", "coverage_too_small"].contains(&code),
                "{}: {code}",
                scan.name
            );
        }
    }
}

#[test]
fn the_right_one_of_all_designs_is_chosen() {
    let folder = Pages::of_folder("the_right_one_of_all_designs_is_chosen");
    for (own, scan, page) in folder.each() {
        let reading = read_page(&page, &folder.designs, &Thresholds::default())
            .unwrap_or_else(|r| panic!("{}: {r}", scan.name));
        let chosen = folder.designs.iter().find(|d| d.design().id == reading.design);
        let is_right = reading.design == own.design().id || are_twins(own, chosen.unwrap());
        assert!(is_right, "{} as {}", scan.name, reading.design);
        assert_eq!(with(&reading, MarkVerdict::Marked), scan.marked, "{}", scan.name);
    }
}
