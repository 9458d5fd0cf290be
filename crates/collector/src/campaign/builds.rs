//! The authority's list of builds: a digest at the beginning of each line, as `urna build-hash` prints it.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, ensure};
use urna_core::seal::Digest;

/// Longest list.
const MAX_BYTES: u64 = 1 << 20;

/// Reads the list, if there is one.
pub(super) fn read(file: &Path) -> anyhow::Result<Option<BTreeSet<Digest>>> {
    let size = match std::fs::metadata(file) {
        Ok(found) => found.len(),
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(fault) => return Err(fault).with_context(|| format!("reading {}", file.display())),
    };
    ensure!(size <= MAX_BYTES, "{} is too long", file.display());
    let text =
        std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    parse(&text).with_context(|| format!("in {}", file.display())).map(Some)
}

/// Lines of a digest and, behind a space, a name for people; empty ones and those that begin with `#` say nothing.
fn parse(text: &str) -> anyhow::Result<BTreeSet<Digest>> {
    let lines = text.lines().map(str::trim).zip(1..);
    let lines = lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|(line, number)| {
            let digest = line.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
            let digest = Digest::try_from(digest).map_err(anyhow::Error::msg);
            digest.with_context(|| format!("line {number}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_a_digest_in_each_line() {
        let digest = Digest::of(b"a");
        let text = format!("# published\n\n{digest} first\n{}\n", Digest::of(b"b"));
        assert_eq!(parse(&text).unwrap(), [digest, Digest::of(b"b")].into());
        assert_eq!(parse("").unwrap(), BTreeSet::new());
        assert!(parse("first").unwrap_err().to_string().contains("line 1"));
    }
}
