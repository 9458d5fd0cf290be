//! The right one of a hundred designs is found, and looking for it takes hardly longer.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, in its helpers too")]

#[path = "support/form.rs"]
#[allow(dead_code, reason = "the other forms are for other tests")]
mod form;

use std::collections::BTreeSet;

use urna_core::ballot::{Sample, Stroke, sample_page};
use urna_core::definition::Thresholds;
use urna_core::recognition::{MarkVerdict, PreparedDesign, decode, read_page};

#[test]
fn a_page_is_read_as_that_of_its_own_district() {
    let designs: Vec<_> = (0..100).map(form::district_form).collect();
    let prepared: Vec<_> = designs.iter().map(|d| PreparedDesign::new(d).unwrap()).collect();
    for (at, upside_down) in
        [(0, false), (1, true), (37, false), (50, true), (98, false), (99, true)]
    {
        let marks = form::marks(&designs[at], &[2, 7], Stroke::Cross);
        let sample = Sample { marks, upside_down, seed: 100 + at as u64 };
        let page = decode(&sample_page(&designs[at], &sample).unwrap()).unwrap();
        let reading = read_page(&page, &prepared, &Thresholds::default()).unwrap();
        assert_eq!(reading.design, designs[at].id);
        let targets = reading.targets.iter().enumerate();
        let marked = targets.filter(|(_, target)| target.verdict == MarkVerdict::Marked);
        assert_eq!(marked.map(|(at, _)| at).collect::<BTreeSet<_>>(), [2, 7].into());
    }
}

#[test]
fn a_page_of_a_district_that_is_not_in_the_list_is_refused() {
    let designs: Vec<_> = (0..12).map(form::district_form).collect();
    let prepared: Vec<_> = designs.iter().map(|d| PreparedDesign::new(d).unwrap()).collect();
    for district in [200, 201, 202] {
        let foreign = form::district_form(district);
        let marks = form::marks(&foreign, &[4], Stroke::Fill);
        let sample = Sample { marks, upside_down: false, seed: 9 };
        let page = decode(&sample_page(&foreign, &sample).unwrap()).unwrap();
        let refusal = read_page(&page, &prepared, &Thresholds::default()).unwrap_err();
        assert_eq!(refusal.code(), "target_uncertain", "{district}");
    }
}
