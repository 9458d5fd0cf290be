//! The diagrams of docs/recognition.md: they can be made, drawn and told apart in grey.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod support;

use resvg::usvg;
use support::{done, folder, path};

#[test]
fn the_score_is_drawn_against_the_size_of_each_kind_of_mark() {
    let svg = folder("diagrams").join("score.svg");
    done(&["accuracy", "--plot", path(&svg)]);
    let text = std::fs::read_to_string(svg).unwrap();
    usvg::Tree::from_str(&text, &usvg::Options::default()).unwrap();
    assert!(text.len() < 150_000, "{} bytes are too many for a document", text.len());
    for shape in ["square of 7.5 mm", "oval of 4.8 × 3.2 mm"] {
        for kind in ["dot", "line across", "tick", "cross with a pencil", "tail of a neighbour"] {
            let title = |line: &&str| line.contains(&format!(">{kind}")) && line.contains(shape);
            assert_eq!(text.lines().filter(title).count(), 1, "{kind}, {shape}");
        }
    }
    // Discs, triangles and open squares, as in the legend: each verdict is there in some panel.
    for shape in ["h0M", "l3.2 5.6h-6.4zM", "h4v4h-4zM"] {
        assert!(text.contains(shape), "{shape}");
    }
}
