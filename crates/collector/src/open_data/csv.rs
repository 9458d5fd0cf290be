//! CSV (RFC 4180). Every field is a number or an identifier of `a-z A-Z 0-9 - _ .`, so none needs quotes.

use std::collections::BTreeSet;
use std::fmt::Write;

use urna_core::counts::Standing as Place;
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
        let finals = precinct.devices.iter().filter(|device| device.counted_report().is_some());
        let finals = finals.count();
        let names: BTreeSet<_> = precinct.devices.iter().map(|device| &device.device).collect();
        let slips = precinct.reports().filter(|s| s.report.kind == ReportKind::Turnout).count();
        for (vote, sheets) in definition.votes.iter().zip(&precinct.sheets) {
            if figures.campaign.has_vote(&place.id, &vote.id) {
                let (id, devices) = (&definition.id, names.len());
                let place =
                    format!("{},{},{},{}", place.region, place.id, vote.id, place.registered);
                line(&mut text, &format!("{id},{place},{sheets},{devices},{finals},{slips}"));
            }
        }
    }
    text.into_bytes()
}

/// One row for each count of each device that has reported.
pub fn counts_csv(figures: &CampaignFigures) -> Vec<u8> {
    let mut text = "election,region,precinct,device,count,purpose,place,replaced_by_device,\
                    replaced_by_count,disputed,sheets,digest\r\n"
        .to_owned();
    let definition = figures.campaign.definition();
    for place in &definition.precincts {
        let devices = figures.precinct(&place.id).map(|precinct| &precinct.devices);
        for device in devices.into_iter().flatten() {
            let purpose = device.count().map_or("polls", |count| count.purpose.as_str());
            let by = match &device.place {
                Place::Replaced { by } => format!("{},{}", by.device, by.number),
                Place::Counted | Place::Awaited | Place::Held(_) => ",".to_owned(),
            };
            let last = device.turnout_report();
            let sheets: u64 = last.map_or(0, |stored| {
                stored.report.turnout.iter().map(|turnout| u64::from(turnout.sheets)).sum()
            });
            let digest = device.final_report().map(|stored| stored.digest.to_string());
            let head = format!("{},{},{}", definition.id, place.region, place.id);
            let (name, number, word) = (&device.device, device.number, place_word(&device.place));
            let disputed = u8::from(device.disputed);
            let digest = digest.unwrap_or_default();
            line(
                &mut text,
                &format!(
                    "{head},{name},{number},{purpose},{word},{by},{disputed},{sheets},{digest}"
                ),
            );
        }
    }
    text.into_bytes()
}

/// A word for files that never changes: whether a count goes into the sums.
pub fn place_word(place: &Place) -> &'static str {
    match place {
        Place::Counted => "counted",
        Place::Awaited => "awaited",
        Place::Replaced { .. } => "replaced",
        Place::Held(_) => "held",
    }
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
