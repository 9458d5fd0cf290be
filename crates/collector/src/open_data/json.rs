//! JSON: registers as `urna_core` names them, with the digests of the sealed records behind them.

use serde_json::{Value, json};
use urna_core::counts::Standing as Place;
use urna_core::seal::Revocation;

use super::csv::place_word;
use crate::figures::{AreaFigures, CampaignFigures, PrecinctFigures, StoredReport};

/// Totals and regions with all registers, and every precinct with its votes for options.
pub fn results_json(figures: &CampaignFigures) -> Vec<u8> {
    let definition = figures.campaign.definition();
    let regions = definition.regions.iter().filter_map(|region| {
        let sums = figures.regions.get(&region.id)?;
        Some(json!({ "id": region.id, "name": region.name, "figures": area(figures, sums) }))
    });
    let precincts = definition.precincts.iter();
    let precincts = precincts.filter_map(|place| figures.precinct(&place.id));
    let body = json!({
        "election": definition.id,
        "title": definition.title,
        "date": definition.date,
        "preliminary": true,
        "package": figures.campaign.package_digest(),
        "version": figures.version,
        "thresholds": definition.thresholds,
        "total": area(figures, &figures.total),
        "regions": regions.collect::<Vec<_>>(),
        "precincts": precincts.map(|p| brief(figures, p)).collect::<Vec<_>>(),
        "revocations": revocations(figures),
    });
    body.to_string().into_bytes()
}

/// One precinct with everything: merged registers, each device's reports, and what is odd.
pub fn precinct_json(figures: &CampaignFigures, precinct: &PrecinctFigures) -> Vec<u8> {
    let mut body = brief(figures, precinct);
    body["tally"] = json!(precinct.tally);
    body["band"] = json!(precinct.band);
    body["devices"] = precinct
        .devices
        .iter()
        .map(|device| {
            let reports: Vec<_> = device.reports.iter().map(|stored| record(stored)).collect();
            let replaced_by = match &device.place {
                Place::Replaced { by } => Some(json!({ "device": by.device, "number": by.number })),
                Place::Counted | Place::Awaited | Place::Held(_) => None,
            };
            let tally = device.final_report().map(|stored| &stored.report.tally);
            json!({
                "device": device.device,
                "number": device.number,
                "count": device.count(),
                "place": place_word(&device.place),
                "replaced_by": replaced_by,
                "disputed": device.disputed,
                "final": device.final_report().map(|stored| stored.digest),
                "tally": tally,
                "band": device.band(),
                "reports": reports,
            })
        })
        .collect();
    body.to_string().into_bytes()
}

/// Every revocation in the order in which they came, those of devices that never reported among them.
fn revocations(figures: &CampaignFigures) -> Value {
    let all = figures.revocations().iter().map(|known| {
        let Revocation { device, fingerprint, reason, since, made_at, .. } = &known.revocation;
        json!({
            "digest": known.digest, "device": device, "fingerprint": fingerprint, "reason": reason,
            "since": since, "made_at": made_at, "received_at": known.received_at,
        })
    });
    all.collect()
}

fn area(figures: &CampaignFigures, sums: &AreaFigures) -> Value {
    let has_band = !figures.campaign.definition().thresholds.band_permille.is_empty();
    json!({
        "precincts": sums.precincts,
        "precincts_reported": sums.reported(),
        "precincts_disputed": sums.disputed,
        "precincts_not_summed": sums.not_summed,
        "turnout": turnout(figures, &sums.sheets, &sums.registered),
        "tally": sums.tally,
        "band": has_band.then_some(&sums.band),
    })
}

fn brief(figures: &CampaignFigures, precinct: &PrecinctFigures) -> Value {
    let campaign = &figures.campaign;
    let place = campaign.precinct(&precinct.id);
    let registered = place.map_or(0, |place| u64::from(place.registered));
    let registered: Vec<u64> = campaign
        .definition()
        .votes
        .iter()
        .map(|vote| if campaign.has_vote(&precinct.id, &vote.id) { registered } else { 0 })
        .collect();
    let votes = precinct.tally.iter().flat_map(|tally| &tally.votes).map(|vote| {
        let contests = vote.contests.iter().map(|contest| {
            let choices = contest.choices.iter();
            let votes = choices.map(|c| (c.option.0.clone(), json!(c.votes)));
            json!({
                "contest": contest.contest,
                "ballots": contest.ballots,
                "valid": contest.valid,
                "votes": votes.collect::<serde_json::Map<_, _>>(),
            })
        });
        let contests: Vec<_> = contests.collect();
        let (sheets, valid, invalid) = (vote.sheets, vote.valid, vote.invalid);
        json!({
            "vote": vote.vote, "sheets": sheets, "valid": valid, "invalid": invalid,
            "contests": contests,
        })
    });
    json!({
        "id": precinct.id,
        "region": place.map(|place| &place.region),
        "state": precinct.state,
        "disputed": precinct.is_disputed(),
        "notices": precinct.notices,
        "turnout": turnout(figures, &precinct.sheets, &registered),
        "results": votes.collect::<Vec<_>>(),
        "records": precinct.devices.iter()
            .filter_map(|device| device.counted_report())
            .map(|stored| stored.digest).collect::<Vec<_>>(),
    })
}

fn turnout(figures: &CampaignFigures, sheets: &[u64], registered: &[u64]) -> Value {
    let votes = figures.campaign.definition().votes.iter();
    let rows = votes.zip(sheets.iter().zip(registered)).map(|(vote, (sheets, registered))| {
        json!({ "vote": vote.id, "sheets": sheets, "registered": registered })
    });
    rows.collect()
}

fn record(stored: &StoredReport) -> Value {
    json!({
        "digest": stored.digest,
        "kind": stored.report.kind,
        "number": stored.report.number,
        "issued_at": stored.report.issued_at,
        "received_at": stored.received_at,
        "published": stored.standing.is_published(),
        "standing": stored.standing.as_str(),
        "revocation": stored.revocation.as_ref().map(|known| known.digest),
        "signed_by": stored.signed_by,
        "turnout": stored.report.turnout,
        "software": stored.report.software,
        "build": stored.report.build,
        "scanners": stored.report.scanners,
        "count": stored.report.count,
        "privacy": stored.report.privacy,
        "log_events": stored.report.log_events,
        "log_head": stored.report.log_head,
    })
}
