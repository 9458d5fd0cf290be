//! How far right and wrong designs lie from the limits of recognition, over the folder of real scans.
//!
//! Every page is registered with every design by itself. The figures of docs/recognition.md come from
//! here: `cargo run --release -p urna-core --example measure_limits`
#![allow(clippy::expect_used, reason = "a measuring tool stops where there is nothing to measure")]

#[path = "../tests/support/realscans.rs"]
#[allow(dead_code, reason = "the marks are for the tests")]
mod realscans;

use urna_core::definition::Thresholds;
use urna_core::recognition::{PreparedDesign, Refusal, decode, register, score};

fn main() {
    let Some(folder) = realscans::folder() else {
        println!("No folder of real scans here: nothing to measure.");
        return;
    };
    let folders = realscans::designs(&folder);
    let prepared: Vec<_> = folders
        .iter()
        .map(|folder| PreparedDesign::new(&folder.imported.design).expect("a usable design"))
        .collect();
    for (own, folder) in folders.iter().enumerate() {
        for scan in &folder.scans {
            let page = decode(&scan.bytes).expect("an image");
            for (at, design) in prepared.iter().enumerate() {
                let kind = if at == own { "own" } else { "other" };
                let result = register(&page, std::slice::from_ref(design));
                println!(
                    "{kind:5} {:38} {:22} {}",
                    scan.name,
                    design.design().id.to_string(),
                    told(design, result)
                );
            }
        }
    }
}

fn told(
    design: &PreparedDesign,
    result: Result<urna_core::recognition::Registration<'_>, Refusal>,
) -> String {
    match result {
        Err(refusal) => format!("{}: {refusal}", refusal.code()),
        Ok(registration) => format!(
            "found: {} matches, {} % of anchors, {} µm, {}",
            registration.matches(),
            registration.coverage_percent(),
            registration.rms_um(),
            match score(design, &registration, &Thresholds::default()) {
                Ok(_) => "read".to_owned(),
                Err(refusal) => refusal.code().to_owned(),
            }
        ),
    }
}
