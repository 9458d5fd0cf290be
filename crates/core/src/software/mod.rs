//! Which build of the kiosk runs: a list of its files with their digests, and the digest of the list.

mod words;

pub use words::{BUILD_WORDS, build_code, build_words};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::seal::Digest;

/// Name of the list beside the files that it lists.
pub const MANIFEST_FILE: &str = "manifest.sha256";

/// Most files of a kiosk; it has some 15.
const MAX_FILES: usize = 256;
/// Longest path of a file.
const MAX_PATH: usize = 128;
/// Longest manifest: so many lines of a digest, two spaces, a path and the end of the line.
pub const MAX_MANIFEST: usize = MAX_FILES * (64 + 2 + MAX_PATH + 1);

/// The files of a build: paths and digests. Its text is what `sha256sum` writes, in the order of the paths, so that
/// there is one text for one set of files and anybody can check it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest(BTreeMap<String, Digest>);

/// Why a manifest is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestFault {
    /// It is longer than a kiosk's can be.
    #[error("it is too long")]
    TooLong,
    /// A line is not a digest and a path.
    #[error("line {0} is not a digest and a path")]
    Line(usize),
    /// Lines are not in the order of their paths, or a path is there twice.
    #[error("line {0} is not in order")]
    Order(usize),
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
}

impl Manifest {
    /// A manifest of these files.
    ///
    /// # Errors
    /// [`ManifestFault`]: `Line` counts the files in the order of their paths.
    pub fn of(files: impl IntoIterator<Item = (String, Digest)>) -> Result<Self, ManifestFault> {
        let manifest = Manifest(files.into_iter().collect());
        Manifest::parse(manifest.to_text().as_bytes())
    }

    /// Reads the text.
    ///
    /// # Errors
    /// [`ManifestFault`]; whatever is taken is written as the same text again.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestFault> {
        if bytes.len() > MAX_MANIFEST {
            return Err(ManifestFault::TooLong);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| ManifestFault::Line(1))?;
        let mut files = BTreeMap::new();
        for (line, number) in text.split_terminator('\n').zip(1..) {
            let (digest, path) = line_of(line).ok_or(ManifestFault::Line(number))?;
            if files.last_key_value().is_some_and(|(last, _): (&String, _)| last.as_str() >= path) {
                return Err(ManifestFault::Order(number));
            }
            files.insert(path.to_owned(), digest);
        }
        match files.len() {
            0 => Err(ManifestFault::Empty),
            1..=MAX_FILES if text.ends_with('\n') => Ok(Manifest(files)),
            1..=MAX_FILES => Err(ManifestFault::Line(files.len())),
            _ => Err(ManifestFault::TooLong),
        }
    }

    /// The text: what [`Manifest::parse`] reads.
    pub fn to_text(&self) -> String {
        self.0.iter().map(|(path, digest)| format!("{digest}  {path}\n")).collect()
    }

    /// The build's digest: that of the text.
    pub fn digest(&self) -> Digest {
        Digest::of(self.to_text().as_bytes())
    }

    /// The paths, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Compares with what was loaded: all files, or the first that is missing or other.
    pub fn check(&self, loaded: &BTreeMap<String, Digest>) -> BuildCheck {
        let build = self.digest();
        let other = self.0.iter().find(|(path, digest)| loaded.get(*path) != Some(*digest));
        match other {
            None => BuildCheck::Known { build },
            Some((file, _)) => BuildCheck::Differs { build, file: file.clone() },
        }
    }
}

/// What the page found out about its own files at its start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum BuildCheck {
    /// Every file that was loaded is that of the list.
    Known {
        /// Digest of the list.
        build: Digest,
    },
    /// A file is not that of the list.
    Differs {
        /// Digest of the list.
        build: Digest,
        /// The first such file.
        file: String,
    },
    /// There is no list, or it can't be read.
    Unknown,
}

impl BuildCheck {
    /// The build, where it is certain.
    pub fn build(&self) -> Option<Digest> {
        match self {
            BuildCheck::Known { build } => Some(*build),
            BuildCheck::Differs { .. } | BuildCheck::Unknown => None,
        }
    }

    /// Whether it can be written into a log as it is.
    pub fn is_well_formed(&self) -> bool {
        match self {
            BuildCheck::Differs { file, .. } => is_path(file),
            BuildCheck::Known { .. } | BuildCheck::Unknown => true,
        }
    }
}

fn line_of(line: &str) -> Option<(Digest, &str)> {
    let (hex, path) = line.split_once("  ")?;
    let small = hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let digest = Digest::try_from(hex.to_owned()).ok().filter(|_| small)?;
    is_path(path).then_some((digest, path))
}

/// Whether it is a plain path below the folder of the kiosk.
fn is_path(path: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && part.bytes().all(plain);
    path.len() <= MAX_PATH && path.split('/').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> BTreeMap<String, Digest> {
        let names = ["index.html", "fonts/a.ttf", "worker.js"];
        names.into_iter().map(|name| (name.to_owned(), Digest::of(name.as_bytes()))).collect()
    }

    #[test]
    fn the_text_is_that_of_sha256sum_and_is_read_back() {
        let manifest = Manifest::of(files()).unwrap();
        let text = manifest.to_text();
        let [fonts, index, worker] = ["fonts/a.ttf", "index.html", "worker.js"]
            .map(|name| format!("{}  {name}\n", Digest::of(name.as_bytes())));
        assert_eq!(text, format!("{fonts}{index}{worker}"));
        assert_eq!(Manifest::parse(text.as_bytes()), Ok(manifest.clone()));
        assert_eq!(manifest.digest(), Digest::of(text.as_bytes()));
    }

    #[test]
    fn one_set_of_files_has_one_text() {
        let digest = Digest::default();
        let path = "a".repeat(MAX_PATH + 1);
        let line = |path: &str| format!("{digest}  {path}\n");
        let table = [
            (String::new(), ManifestFault::Empty),
            ("rubbish\n".to_owned(), ManifestFault::Line(1)),
            (line("a").trim_end().to_owned(), ManifestFault::Line(1)),
            (line("a").replace("  ", " "), ManifestFault::Line(1)),
            (line("a").replace('0', "A"), ManifestFault::Line(1)),
            (line("../a"), ManifestFault::Line(1)),
            (line("/a"), ManifestFault::Line(1)),
            (line("a//b"), ManifestFault::Line(1)),
            (line("a\r"), ManifestFault::Line(1)),
            (line("а"), ManifestFault::Line(1)),
            (line(&path), ManifestFault::Line(1)),
            (line("b") + &line("a"), ManifestFault::Order(2)),
            (line("a") + &line("a"), ManifestFault::Order(2)),
            (line("a") + "\n", ManifestFault::Line(2)),
            ("x".repeat(MAX_MANIFEST + 1), ManifestFault::TooLong),
            ((1_000..1_257).map(|n| line(&n.to_string())).collect(), ManifestFault::TooLong),
        ];
        for (text, fault) in table {
            assert_eq!(Manifest::parse(text.as_bytes()), Err(fault), "{text:.200}");
        }
        assert_eq!(Manifest::parse(&[0xff]), Err(ManifestFault::Line(1)));
    }

    #[test]
    fn a_file_that_is_missing_or_other_is_named() {
        let manifest = Manifest::of(files()).unwrap();
        let build = manifest.digest();
        let mut loaded = files();
        loaded.insert("besides".to_owned(), Digest::default());
        assert_eq!(manifest.check(&loaded), BuildCheck::Known { build });
        loaded.insert("worker.js".to_owned(), Digest::default());
        let differs = |file: &str| BuildCheck::Differs { build, file: file.to_owned() };
        assert_eq!(manifest.check(&loaded), differs("worker.js"));
        loaded.remove("index.html");
        assert_eq!(manifest.check(&loaded), differs("index.html"));
        assert_eq!(differs("a").build(), None);
        assert!(!differs("a\n").is_well_formed());
    }
}
