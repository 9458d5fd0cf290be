//! Names of builds, and revocations, from the command line.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, in its helpers too")]

mod support;

use std::path::Path;

use serde_json::Value;
use support::{done, failed, folder, path};
use urna_core::Lang;
use urna_core::seal::{Digest, Revocation, RevocationReason, SecretKey, Signer};
use urna_core::software::{Manifest, build_words};

/// A folder of two files and their list.
fn dist(name: &str) -> (std::path::PathBuf, Digest) {
    let out = folder(name);
    std::fs::create_dir(out.join("fonts")).unwrap();
    let files = [("index.html", "page"), ("fonts/a.ttf", "font")];
    for (file, content) in files {
        std::fs::write(out.join(file), content).unwrap();
    }
    std::fs::write(out.join(".built"), "").unwrap();
    let listed = files.map(|(file, content)| (file.to_owned(), Digest::of(content.as_bytes())));
    let manifest = Manifest::of(listed).unwrap();
    std::fs::write(out.join("manifest.sha256"), manifest.to_text()).unwrap();
    (out, manifest.digest())
}

#[test]
fn a_build_is_named_by_digest_and_words() {
    let (out, build) = dist("build-hash");
    let printed = done(&["build-hash", path(&out)]);
    let words = [Lang::En, Lang::Ru].map(|lang| build_words(&build, lang).join(" "));
    assert_eq!(printed, format!("{build}\n{}\n{}\n", words[0], words[1]));
}

#[test]
fn a_folder_that_is_not_what_its_list_says_has_no_name() {
    type Change = fn(&Path);
    let changes: [(&str, Change, &str); 5] = [
        (
            "build-changed",
            |out| std::fs::write(out.join("index.html"), "other").unwrap(),
            "index.html is",
        ),
        (
            "build-missing",
            |out| std::fs::remove_file(out.join("fonts/a.ttf")).unwrap(),
            "fonts/a.ttf is",
        ),
        (
            "build-besides",
            |out| std::fs::write(out.join("x.js"), "").unwrap(),
            "x.js is not in the list",
        ),
        (
            "build-unlisted",
            |out| std::fs::remove_file(out.join("manifest.sha256")).unwrap(),
            "has no",
        ),
        (
            "build-rubbish",
            |out| std::fs::write(out.join("manifest.sha256"), "x").unwrap(),
            "line 1",
        ),
    ];
    for (name, change, words) in changes {
        let (out, _) = dist(name);
        change(&out);
        let (code, fault) = failed(&["build-hash", path(&out)]);
        assert_eq!(code, 2);
        assert!(fault.contains(words), "{name}: {fault}");
    }
}

#[test]
fn a_revocation_is_made_sealed_and_verified() {
    let out = folder("revoke");
    done(&["demo", "--out", path(&out)]);
    let file = out.join("lost.urna");
    let (key, package) = (out.join("authority.key"), out.join("package.urna"));
    let revoke = |more: &[&str]| {
        let fixed =
            ["revoke", "--key", path(&key), "--package", path(&package), "--out", path(&file)];
        [fixed.as_slice(), more].concat().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let run = |more: &[&str]| {
        let arguments = revoke(more);
        done(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let print = "A1B2-C3D4-E5F6-0718";
    run(&["--device", "d-1", "--reason", "lost", "--fingerprint", print, "--since", "7"]);
    let root = SecretKey::from_pem(&std::fs::read_to_string(&key).unwrap()).unwrap().public_key();
    let sealed = std::fs::read(&file).unwrap();
    let revocation = Revocation::open(&sealed, &root).unwrap().revocation;
    assert_eq!((revocation.device.as_str(), revocation.since), ("d-1", Some(7)));
    assert_eq!(revocation.reason, RevocationReason::Lost);
    assert_eq!(revocation.fingerprint.as_deref(), Some(print));
    let shown = done(&["verify", "--root", path(&out.join("authority.pem")), path(&file)]);
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["kind"], "revocation");
    assert_eq!(shown["revocation"]["reason"], "lost");
    for bad in [
        &["--device", "d 1", "--reason", "lost"][..],
        &["--device", "d-1", "--reason", "tired"],
        &["--device", "d-1", "--reason", "lost", "--fingerprint", "A1B2"],
    ] {
        let arguments = revoke(bad);
        failed(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    }
}
