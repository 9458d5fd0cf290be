//! CSV (RFC 4180). Every field is a number or an identifier of `a-z A-Z 0-9 - _ .`, so none needs quotes.

use std::fmt::Write;

use urna_core::report::ReportKind;
use urna_core::tally::ContestTally;

use crate::figures::CampaignFigures;

/// One row for each register of each precinct that has final results.
pub fn results_csv(figures: &CampaignFigures) -> Vec<u8> {
    let mut text =
        "election,region,precinct,disputed,vote,contest,register,option,count\r\n".to_owned();
    let definition = figures.campaign.definition();
    for place in &definition.precincts {
        let Some(precinct) = figures.precinct(&place.id) else {
            continue;
        };
        let disputed = u8::from(precinct.is_disputed());
        for vote in precinct.tally.iter().flat_map(|tally| &tally.votes) {
            let head =
                format!("{},{},{},{disputed},{}", definition.id, place.region, place.id, vote.vote);
            for (register, count) in
                [("sheets", vote.sheets), ("valid", vote.valid), ("invalid", vote.invalid)]
            {
                line(&mut text, &format!("{head},,{register},,{count}"));
            }
            for contest in &vote.contests {
                contest_lines(&mut text, &head, contest);
            }
        }
    }
    text.into_bytes()
}

/// One row for each vote of each precinct, also of silent ones.
pub fn turnout_csv(figures: &CampaignFigures) -> Vec<u8> {
    let mut text =
        "election,region,precinct,vote,registered,sheets,devices,final_reports,slips\r\n"
            .to_owned();
    let definition = figures.campaign.definition();
    for place in &definition.precincts {
        let Some(precinct) = figures.precinct(&place.id) else {
            continue;
        };
        let finals = precinct.devices.iter().filter(|device| device.final_report().is_some());
        let finals = finals.count();
        let slips = precinct.reports().filter(|s| s.report.kind == ReportKind::Turnout).count();
        for (vote, sheets) in definition.votes.iter().zip(&precinct.sheets) {
            if figures.campaign.has_vote(&place.id, &vote.id) {
                let (id, devices) = (&definition.id, precinct.devices.len());
                let place =
                    format!("{},{},{},{}", place.region, place.id, vote.id, place.registered);
                line(&mut text, &format!("{id},{place},{sheets},{devices},{finals},{slips}"));
            }
        }
    }
    text.into_bytes()
}

fn contest_lines(text: &mut String, head: &str, contest: &ContestTally) {
    let id = &contest.contest;
    let registers = [
        ("ballots", contest.ballots),
        ("valid", contest.valid),
        ("blank", contest.blank),
        ("overvoted", contest.overvoted),
    ];
    for (register, count) in registers {
        line(text, &format!("{head},{id},{register},,{count}"));
    }
    for void in &contest.void {
        let rule = serde_json::to_string(&void.rule).unwrap_or_default();
        let rule = rule.trim_matches('"');
        line(text, &format!("{head},{id},void_{rule},,{}", void.ballots));
    }
    line(text, &format!("{head},{id},undervotes,,{}", contest.undervotes));
    for choice in &contest.choices {
        line(text, &format!("{head},{id},votes,{},{}", choice.option, choice.votes));
    }
}

fn line(text: &mut String, row: &str) {
    // Writing to a String can't fail.
    let _ = write!(text, "{row}\r\n");
}
