//! The dirt test of a scanner's glass, on images of a blank white sheet.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};
use urna_core::recognition::{
    Dirt, GlassVerdict, SPECK_LIMIT_MILLI_MM2, SPECKS_LIMIT, STREAK_LIMIT, StreakCourse, decode,
    dirt,
};

use crate::files;

/// What to look at, and how to print it.
#[derive(clap::Args)]
pub struct Options {
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
    /// Length of the sheet's shorter side, in millimetres; a scan does not say it.
    #[arg(long, value_name = "MM", default_value_t = 210, value_parser = clap::value_parser!(u32).range(50..=450))]
    width_mm: u32,
    /// The scanned images (JPEG or PNG).
    #[arg(required = true)]
    images: Vec<PathBuf>,
}

/// Looks at every image. Exit code 0 if all show clean glass, else 1.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let mut all_clean = true;
    for image in &options.images {
        let found = look(image, options.width_mm * 1000);
        all_clean &= matches!(&found, Ok(dirt) if dirt.verdict == GlassVerdict::Clean);
        let name = image.display().to_string();
        match (&found, options.json) {
            (Ok(dirt), true) => println!("{}", json_of(&name, dirt)),
            (Ok(dirt), false) => print_text(&name, dirt),
            (Err(fault), true) => {
                println!(
                    "{}",
                    json!({"image": name, "verdict": null, "reason": format!("{fault:#}")})
                );
            }
            (Err(fault), false) => println!("{name}: {fault:#}"),
        }
    }
    Ok(if all_clean { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn look(image: &Path, short_side_um: u32) -> anyhow::Result<Dirt> {
    Ok(dirt(&decode(&files::read(image)?)?, short_side_um))
}

fn json_of(image: &str, dirt: &Dirt) -> Value {
    let (verdict, reasons) = match &dirt.verdict {
        GlassVerdict::Clean => ("clean", json!([])),
        GlassVerdict::Dirty { reasons } => ("dirty", json!(reasons)),
        GlassVerdict::NotBlank { reason } => ("not_blank", json!([reason])),
    };
    let streaks = dirt.streaks.iter().map(|streak| {
        json!({
            "course": streak.course, "at_mm": mm(streak.at_um), "width_mm": mm(streak.width_um),
            "from_mm": mm(streak.from_um), "to_mm": mm(streak.to_um), "darkness": streak.darkness,
        })
    });
    let specks = dirt.specks.iter().map(|speck| {
        json!({
            "x_mm": mm(speck.x_um), "y_mm": mm(speck.y_um), "w_mm": mm(speck.width_um),
            "h_mm": mm(speck.height_um), "area_mm2": mm(speck.area_milli_mm2),
        })
    });
    json!({
        "image": image, "verdict": verdict, "reasons": reasons,
        "sheet_mm": {"width": mm(dirt.width_um), "height": mm(dirt.height_um)},
        "limits": {
            "streak_darkness": STREAK_LIMIT, "speck_mm2": mm(SPECK_LIMIT_MILLI_MM2), "specks": SPECKS_LIMIT,
        },
        "streaks": streaks.collect::<Vec<_>>(), "specks": specks.collect::<Vec<_>>(),
    })
}

fn print_text(image: &str, dirt: &Dirt) {
    let words = match &dirt.verdict {
        GlassVerdict::Clean => "clean".to_owned(),
        GlassVerdict::Dirty { reasons } => format!("dirty {reasons:?}"),
        GlassVerdict::NotBlank { reason } => format!("not a blank white sheet ({reason:?})"),
    };
    println!("{image}: {words}");
    for streak in &dirt.streaks {
        let (from, way) = match streak.course {
            StreakCourse::Down => ("left", "down"),
            StreakCourse::Across => ("top", "across"),
        };
        println!(
            "  streak {way}, {:.1} mm from the {from}, {:.1} mm wide, darker by {} (limit {STREAK_LIMIT})",
            mm(streak.at_um),
            mm(streak.width_um),
            streak.darkness,
        );
    }
    for speck in &dirt.specks {
        println!(
            "  speck, {:.1} mm from the left and {:.1} mm from the top, {:.2} mm² (limit {:.2})",
            mm(speck.x_um),
            mm(speck.y_um),
            mm(speck.area_milli_mm2),
            mm(SPECK_LIMIT_MILLI_MM2),
        );
    }
}

/// Thousandths as a number.
fn mm(thousandths: u32) -> f64 {
    f64::from(thousandths) / 1000.0
}
