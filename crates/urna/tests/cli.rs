//! The command line: what it prints, the files it makes, and its exit codes.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, in its helpers too")]

#[path = "../../core/tests/support/realscans.rs"]
#[allow(dead_code, reason = "only the folder's place is needed")]
mod realscans;
#[path = "../../core/tests/support/sealed.rs"]
mod sealed;
mod support;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use support::{done, failed, folder, path, text, urna};
use urna_core::ballot::{Mark, Sample, Stroke, sample_page};
use urna_core::recognition::import_design;
use urna_core::seal::to_qr_texts;

/// Files of `urna demo`, and a page of its presidential ballot with a cross on the second option.
fn demo(name: &str) -> (PathBuf, PathBuf, PathBuf) {
    let out = folder(name);
    done(&["demo", "--out", path(&out)]);
    let place = out.join("ballots/presidential-p1");
    let json = std::fs::read_to_string(place.join("design.json")).unwrap();
    let blank = std::fs::read(place.join("blank.png")).unwrap();
    let design = import_design(&json, blank).unwrap().design;
    let target = &design.targets[1];
    let (contest, option) = (target.contest.clone(), target.option.clone());
    let marks = vec![Mark { contest, option, stroke: Stroke::Cross }];
    let page = sample_page(&design, &Sample { marks, upside_down: true, seed: 4 }).unwrap();
    let scan = out.join("scan.jpg");
    std::fs::write(&scan, page).unwrap();
    (out, place, scan)
}

fn json_lines(output: &[u8]) -> Vec<Value> {
    text(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn demo_makes_keys_package_and_ballots() {
    let (out, ..) = demo("demo-files");
    for file in ["authority.key", "authority.pem", "package.urna", "ballots/presidential-p1.svg"] {
        assert!(out.join(file).metadata().unwrap().len() > 0, "{file}");
    }
    let before = std::fs::read(out.join("package.urna")).unwrap();
    assert!(done(&["demo", "--out", path(&out)]).contains("up to date"));
    assert_eq!(std::fs::read(out.join("package.urna")).unwrap(), before);
}

#[test]
fn interpret_prints_one_object_a_line() {
    let (_, design, scan) = demo("interpret");
    let scans = [path(&scan), path(&scan)];
    let lines = urna(&["interpret", "--design", path(&design), "--json", scans[0], scans[1]]);
    assert_eq!(lines.status.code(), Some(0));
    let lines = json_lines(&lines.stdout);
    assert_eq!(lines.len(), 2);
    let line = &lines[0];
    let fields = [
        "contests",
        "image",
        "ms",
        "reason",
        "registration",
        "rotation_deg",
        "status",
        "stray",
        "targets",
    ];
    assert_eq!(keys(line), fields);
    assert_eq!(line["stray"], json!([]));
    assert_eq!(line["image"], path(&scan));
    assert_eq!(line["status"], "read");
    assert_eq!(line["reason"], Value::Null);
    assert_eq!(line["rotation_deg"], 180);
    assert!(line["registration"]["rms_mm"].as_f64().unwrap() < 0.35);
    assert_eq!(keys(&line["registration"]), ["rms_mm"]);
    let contest = &line["contests"]["president"];
    let target = &line["targets"][1];
    assert_eq!(target["verdict"], "marked");
    let selected = json!([target["option"]]);
    assert_eq!(*contest, json!({"selected": selected, "marginal": [], "outcome": "valid"}));
    assert_eq!(line["targets"].as_array().unwrap().len(), 7);
    assert_eq!(keys(target), ["contest", "option", "score", "verdict"]);
    assert!((0.08..=1.0).contains(&target["score"].as_f64().unwrap()));
    assert_eq!(line["targets"][0]["verdict"], "unmarked");
    assert_eq!(keys(&line["ms"]), ["decode", "register", "score", "total"]);
    let ms = |stage: &str| line["ms"][stage].as_f64().unwrap();
    assert!((ms("total") - ms("decode") - ms("register") - ms("score")).abs() < 0.01);
}

#[test]
fn a_refused_image_does_not_stop_the_others() {
    let (out, design, scan) = demo("refused");
    let broken = out.join("broken.jpg");
    std::fs::write(&broken, b"no picture").unwrap();
    let missing = out.join("missing.jpg");
    let images = [path(&broken), path(&missing), path(&scan)];
    let output =
        urna(&["interpret", "--design", path(&design), "--json", images[0], images[1], images[2]]);
    assert_eq!(output.status.code(), Some(1));
    let lines = json_lines(&output.stdout);
    let status: Vec<_> = lines.iter().map(|line| line["status"].as_str().unwrap()).collect();
    assert_eq!(status, ["refused", "refused", "read"]);
    assert!(lines[0]["reason"].as_str().unwrap().contains("not a complete JPEG or PNG"));
    assert_eq!(lines[0]["targets"], json!([]));
    assert_eq!(lines[0]["contests"], json!({}));
    assert_eq!(lines[0]["stray"], json!([]));
}

/// Whether a file is a PNG in colour; `None` if it is not there.
fn is_color_png(file: &Path) -> Option<bool> {
    let bytes = std::fs::read(file).ok()?;
    let image = image::load_from_memory(&bytes).unwrap();
    Some(bytes.starts_with(b"\x89PNG") && image.color() == image::ColorType::Rgb8)
}

#[test]
fn explain_draws_one_image_for_each_that_is_one() {
    let (out, design, scan) = demo("explain");
    let one = out.join("one.png");
    done(&["interpret", "--design", path(&design), "--explain", path(&one), path(&scan)]);
    assert_eq!(is_color_png(&one), Some(true));
    // A page that is refused is drawn as well, what is no image is not.
    let broken = out.join("broken.jpg");
    std::fs::write(&broken, b"no picture").unwrap();
    let other = out.join("ballots/parliament-p1/blank.png");
    let many = out.join("many.png");
    let images = [path(&scan), path(&broken), path(&other)];
    let output = urna(
        &[&["interpret", "--design", path(&design), "--explain", path(&many)], &images[..]]
            .concat(),
    );
    assert_eq!(output.status.code(), Some(1));
    let drawn = ["many.png", "many-1.png", "many-2.png", "many-3.png"].map(|name| out.join(name));
    assert_eq!(drawn.map(|file| is_color_png(&file)), [None, Some(true), None, Some(true)]);
    let nowhere = out.join("nowhere/one.png");
    let (code, reason) =
        failed(&["interpret", "--design", path(&design), "--explain", path(&nowhere), path(&scan)]);
    assert_eq!(code, 2);
    assert!(reason.contains("nowhere"), "{reason}");
}

#[test]
fn interpret_lists_stray_marks_in_millimetres() {
    let (out, design, _) = demo("stray");
    let mut page = image::open(design.join("blank.png")).unwrap().into_luma8();
    // 8 mm by 2 mm, 3 mm from the left edge of the paper and in the middle of its height.
    let (px, top) = (|mm: u32| mm * 200 * 10 / 254, page.height() / 2);
    for y in top..top + px(2) {
        for x in px(3)..px(11) {
            page.put_pixel(x, y, image::Luma([40]));
        }
    }
    let marked = out.join("marked.png");
    page.save(&marked).unwrap();
    let output = urna(&["interpret", "--design", path(&design), "--json", path(&marked)]);
    let line = &json_lines(&output.stdout)[0];
    let stray = &line["stray"][0];
    assert_eq!(keys(stray), ["area_mm2", "h_mm", "w_mm", "x_mm", "y_mm"], "{line}");
    assert_eq!(line["stray"].as_array().unwrap().len(), 1);
    for (name, expected) in [("x_mm", 3.0), ("w_mm", 8.0), ("h_mm", 2.0), ("area_mm2", 16.0)] {
        let value = stray[name].as_f64().unwrap();
        assert!((value - expected).abs() < 0.12 * expected + 0.3, "{name}: {value}");
    }
}

#[test]
fn dirt_says_clean_dirty_or_not_blank() {
    let (out, design, _) = demo("dirt");
    let sheet = |name: &str, streak: bool| {
        let mut page = image::GrayImage::from_pixel(1_654, 2_339, image::Luma([240]));
        for y in (0..2_339).filter(|_| streak) {
            (800..804).for_each(|x| page.put_pixel(x, y, image::Luma([120])));
        }
        let file = out.join(name);
        page.save(&file).unwrap();
        file
    };
    let (clean, dirty) = (sheet("clean.png", false), sheet("dirty.png", true));
    let printed = design.join("blank.png");
    assert_eq!(urna(&["dirt", path(&clean)]).status.code(), Some(0));
    let broken = out.join("broken.jpg");
    std::fs::write(&broken, b"no picture").unwrap();
    let images = [path(&clean), path(&dirty), path(&printed), path(&broken)];
    let output = urna(&[&["dirt", "--json"], &images[..]].concat());
    assert_eq!(output.status.code(), Some(1));
    let lines = json_lines(&output.stdout);
    let verdicts: Vec<_> = lines.iter().map(|line| line["verdict"].clone()).collect();
    assert_eq!(verdicts, [json!("clean"), json!("dirty"), json!("not_blank"), Value::Null]);
    assert_eq!(lines[1]["reasons"], json!(["streak"]));
    assert!((lines[1]["streaks"][0]["at_mm"].as_f64().unwrap() - 101.8).abs() < 0.3);
    let words = urna(&["dirt", path(&dirty)]);
    assert_eq!(words.status.code(), Some(1));
    assert!(text(&words.stdout).contains("streak down, 101.8 mm from the left"), "{words:?}");
}

#[test]
fn a_folder_that_is_no_design_is_a_fault() {
    let (out, _, scan) = demo("no-design");
    let (code, reason) = failed(&["interpret", "--design", path(&out), "--json", path(&scan)]);
    assert_eq!(code, 2);
    assert!(reason.contains("blank.png"), "{reason}");
    std::fs::write(out.join("blank.png"), b"no picture").unwrap();
    std::fs::write(out.join("design.json"), b"{}").unwrap();
    let (code, reason) = failed(&["interpret", "--design", path(&out), "--json", path(&scan)]);
    assert_eq!(code, 2);
    assert!(reason.contains("design.json"), "{reason}");
}

#[test]
fn interpret_reads_the_real_scans() {
    let Some(folder) = realscans::folder() else {
        let line = "interpret_reads_the_real_scans: SKIPPED, no folder of real scans";
        writeln!(std::io::stderr(), "{line}").unwrap();
        return;
    };
    let design = folder.join("oaklawn-p2");
    let scans = std::fs::read_dir(design.join("scans")).unwrap().map(|entry| entry.unwrap().path());
    for scan in scans.filter(|path| path.extension().is_some_and(|e| e != "json")) {
        let output = urna(&["interpret", "--design", path(&design), "--json", path(&scan)]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let line = &json_lines(&output.stdout)[0];
        let truth = std::fs::read_to_string(scan.with_extension("json")).unwrap();
        let truth: Value = serde_json::from_str(&truth).unwrap();
        for (contest, expected) in truth["expected"].as_object().unwrap() {
            let sorted = |options: &Value| {
                let options = options.as_array().unwrap().iter();
                let mut options: Vec<_> = options.map(|o| o.as_str().unwrap().to_owned()).collect();
                options.sort();
                options
            };
            let read = &line["contests"][contest]["selected"];
            assert_eq!(sorted(read), sorted(expected), "{} {contest}", scan.display());
        }
    }
}

fn verify_input(root: &Path, input: &str) -> std::process::Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_urna"))
        .args(["verify", "--root", path(root), "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    program.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    program.wait_with_output().unwrap()
}

#[test]
fn verify_prints_a_report_and_refuses_a_changed_one() {
    let out = folder("verify-report");
    let (root, file) = (out.join("root.pem"), out.join("report.urna"));
    std::fs::write(&root, sealed::root_pem()).unwrap();
    let bytes = sealed::report(1).1.to_bytes().unwrap();
    std::fs::write(&file, &bytes).unwrap();
    let printed: Value =
        serde_json::from_str(&done(&["verify", "--root", path(&root), path(&file)])).unwrap();
    assert_eq!(printed["kind"], "report");
    assert_eq!(printed["report"]["device"], "d-1");
    let band = printed["band"]["contests"].as_array().unwrap();
    let votes = printed["report"]["tally"]["votes"].as_array().unwrap().iter();
    let contests: usize = votes.map(|vote| vote["contests"].as_array().unwrap().len()).sum();
    assert!(contests > 1);
    assert_eq!(band.len(), contests);
    for contest in band {
        let at = contest["at"].as_array().unwrap().iter().map(|figures| &figures["permille"]);
        assert!(at.eq(printed["report"]["thresholds"]["band_permille"].as_array().unwrap()));
    }

    let texts = to_qr_texts(&bytes).unwrap().join("\n");
    let output = verify_input(&root, &texts);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let from_codes: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(from_codes["digest"], printed["digest"]);

    let without_one = texts.lines().skip(1).collect::<Vec<_>>().join("\n");
    let output = verify_input(&root, &without_one);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("QR codes are missing: 1"), "{}", text(&output.stderr));

    for at in (0..bytes.len()).step_by(bytes.len() / 40) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        std::fs::write(&file, &changed).unwrap();
        let (code, reason) = failed(&["verify", "--root", path(&root), path(&file)]);
        assert_eq!(code, 2);
        assert!(reason.contains("not verified"), "byte {at}: {reason}");
    }
}

#[test]
fn verify_holds_a_package_against_its_own_root_only() {
    let (out, ..) = demo("verify-package");
    let (root, package) = (out.join("authority.pem"), out.join("package.urna"));
    let printed: Value =
        serde_json::from_str(&done(&["verify", "--root", path(&root), path(&package)])).unwrap();
    assert_eq!(printed["kind"], "package");
    assert_eq!(printed["designs"].as_array().unwrap().len(), 4);

    let other = folder("other-authority");
    done(&["keygen", "--out", path(&other)]);
    let wrong = other.join("authority.pem");
    let (code, reason) = failed(&["verify", "--root", path(&wrong), path(&package)]);
    assert_eq!(code, 2);
    assert!(reason.contains("not verified"), "{reason}");

    let bytes = std::fs::read(&package).unwrap();
    for at in [10, bytes.len() / 3, bytes.len() / 2, bytes.len() - 1] {
        let mut changed = bytes.clone();
        changed[at] ^= 0x20;
        std::fs::write(&package, &changed).unwrap();
        let (code, reason) = failed(&["verify", "--root", path(&root), path(&package)]);
        assert_eq!(code, 2, "byte {at}");
        assert!(reason.contains("not verified"), "byte {at}: {reason}");
    }
}

#[test]
fn an_existing_key_is_kept_and_a_broken_one_is_a_fault() {
    let out = folder("keygen");
    done(&["keygen", "--out", path(&out)]);
    let key = out.join("authority.key");
    let (secret, public) =
        (std::fs::read(&key).unwrap(), std::fs::read(out.join("authority.pem")).unwrap());
    done(&["keygen", "--out", path(&out)]);
    assert_eq!(std::fs::read(&key).unwrap(), secret);
    assert_eq!(std::fs::read(out.join("authority.pem")).unwrap(), public);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    std::fs::write(&key, b"half a key").unwrap();
    let (code, reason) = failed(&["keygen", "--out", path(&out)]);
    assert_eq!(code, 2);
    assert!(reason.contains("authority.key"), "{reason}");
    assert_eq!(std::fs::read(&key).unwrap(), b"half a key", "it may be all that is left of it");
}

#[test]
fn a_definition_that_is_not_valid_makes_no_package() {
    let (out, ..) = demo("bad-definition");
    let mut definition: Value = serde_json::from_str(sealed::DEFINITION).unwrap();
    definition["report_copies"] = json!(0);
    let file = out.join("definition.json");
    std::fs::write(&file, definition.to_string()).unwrap();
    let (key, package) = (out.join("authority.key"), out.join("new.urna"));
    let arguments = ["--definition", path(&file), "--key", path(&key), "--out", path(&package)];
    let (code, reason) = failed(&[&["package"], &arguments[..]].concat());
    assert_eq!(code, 2);
    assert!(reason.contains("report copies"), "{reason}");
    assert!(!package.exists());
}

#[test]
fn a_rendered_design_says_how_many_options_may_be_marked() {
    let (out, ..) = demo("votes-allowed");
    let json = std::fs::read_to_string(out.join("ballots/local-koltor-p1/design.json")).unwrap();
    let design: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(design["contests"][0]["votes_allowed"], 3);
}

#[test]
fn a_party_and_its_number_are_one_vote() {
    let (out, ..) = demo("party-number");
    let deck = out.join("deck");
    let made = urna(&["testdeck", "--out", path(&deck), "--seed", "3"]);
    assert_eq!(made.status.code(), Some(0));
    let design = out.join("ballots/parliament-p1");
    let mut seen = std::collections::BTreeSet::new();
    for number in 1.. {
        let Ok(truth) = std::fs::read(deck.join(format!("{number:04}.json"))) else { break };
        let truth: Value = serde_json::from_slice(&truth).unwrap();
        let told = &truth["expected"]["contests"][0]["outcome"];
        if truth["design"] != "parliament-p1" || truth["expected"]["place"] == "given_back" {
            continue;
        }
        let kind = told["type"].as_str().unwrap().to_owned();
        let expected = if kind == "void" { told["rule"].clone() } else { told["type"].clone() };
        // One sheet of each kind is enough.
        if expected == "marginal_mark" || !seen.insert(expected.to_string()) {
            continue;
        }
        let image = deck.join(truth["image"].as_str().unwrap());
        let lines = urna(&["interpret", "--design", path(&design), "--json", path(&image)]);
        let read = &json_lines(&lines.stdout)[0]["contests"]["parties"];
        assert_eq!(read["outcome"], expected, "sheet {number}");
        assert_eq!(read["preference"], told["preference"], "sheet {number}");
    }
    assert!(seen.len() > 3, "{seen:?}");
}
