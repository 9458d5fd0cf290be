//! The chain of trust: what holds, and that every way of breaking it is found and named.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod support;

use support::election;
use urna_core::definition::{
    ContestKind, DEFINITION_VERSION, ElectionDefinition, ElectionMode, Thresholds, VerdictPolicy,
};
use urna_core::design::{PageDesign, RectUm, Target, TargetShape};
use urna_core::report::{Incidents, REPORT_VERSION, Report, ReportKind, VoteTurnout};
use urna_core::seal::{
    Digest, Enrolment, EnrolmentRequest, Mismatch, Package, PublicKey, QrError, QrSet, Revocation,
    RevocationReason, SealError, SealKind, SealedReport, SecretKey, Signer, VerifiedPackage,
    from_qr_texts, seal, to_qr_texts, verify_report,
};
use urna_core::tally::{BandFigures, ContestBand, OptionVotes, Sensitivity, Tally};

fn key(seed: u8) -> SecretKey {
    SecretKey::from_random(&[seed; 32]).unwrap()
}

fn package_of(definition: ElectionDefinition) -> Package {
    let design = |style: &str, contest: &str, option: &str| PageDesign {
        id: format!("{style}-p1").as_str().into(),
        style: style.into(),
        page: 1,
        width_um: 210_000,
        height_um: 297_000,
        targets: vec![Target {
            contest: contest.into(),
            option: option.into(),
            area: RectUm { x: 10_000, y: 10_000, w: 8_000, h: 8_000 },
            shape: TargetShape::Square,
        }],
        blank_png: vec![1, 2, 3],
        exact: false,
    };
    let designs = vec![design("general", "president", "a"), design("lists", "parties", "no-5")];
    Package { definition, designs }
}

struct World {
    root: PublicKey,
    sealed_package: Vec<u8>,
    package: VerifiedPackage,
    enrolment: Enrolment,
    report: Report,
}

const AUTHORITY: u8 = 1;
const DEVICE: u8 = 2;

fn world() -> World {
    let sealed_package = package_of(election()).seal(&key(AUTHORITY)).unwrap();
    let root = key(AUTHORITY).public_key();
    let package = Package::open(&sealed_package, &root).unwrap();
    let enrolment = Enrolment {
        election: "test-election".into(),
        package: package.digest,
        device: "d-1".into(),
        precinct: "1".into(),
        device_key: key(DEVICE).public_key().to_sec1(),
    };
    let tally = Tally::zero(&package.package.definition, &"1".into());
    let report = Report {
        version: REPORT_VERSION,
        kind: ReportKind::Final,
        mode: ElectionMode::Official,
        election: "test-election".into(),
        package: package.digest,
        precinct: "1".into(),
        device: "d-1".into(),
        number: 1,
        issued_at: 1_800_000_000,
        opened_at: None,
        closed_at: None,
        turnout: tally
            .votes
            .iter()
            .map(|vote| VoteTurnout { vote: vote.vote.clone(), sheets: vote.sheets })
            .collect(),
        tally: Some(tally),
        thresholds: package.package.definition.thresholds.clone(),
        incidents: Incidents::default(),
        log_events: 3,
        log_head: Digest::of(b"head"),
        software: "test".to_owned(),
        scanners: None,
        count: None,
        privacy: None,
        build: None,
        sensitivity: Some(Sensitivity::default()),
    };
    World { root, sealed_package, package, enrolment, report }
}

impl World {
    fn sealed(&self) -> SealedReport {
        let enrolment = self.enrolment.seal(&key(AUTHORITY)).unwrap();
        SealedReport::seal(&self.report, enrolment, &key(DEVICE)).unwrap()
    }

    fn verify(&self) -> Result<(), SealError> {
        verify_report(&self.sealed(), &self.root, &self.package).map(|_| ())
    }
}

#[test]
fn the_whole_chain_holds() {
    let world = world();
    let verified = verify_report(&world.sealed(), &world.root, &world.package).unwrap();
    assert_eq!(verified.report, world.report);
    assert_eq!(verified.enrolment, world.enrolment);
}

#[test]
fn one_changed_byte_anywhere_is_refused() {
    let world = world();
    for at in 0..world.sealed_package.len() {
        let mut changed = world.sealed_package.clone();
        changed[at] ^= 1;
        // A byte of the unprotected, empty header or of the tag may leave the content as it is; then
        // the digest differs, and with it the package's name.
        if let Ok(package) = Package::open(&changed, &world.root) {
            panic!("byte {at} was changed and {} opened", package.digest);
        }
    }
    let sealed = world.sealed().to_bytes().unwrap();
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 0x40;
        let opened = SealedReport::from_bytes(&changed)
            .and_then(|report| verify_report(&report, &world.root, &world.package));
        assert!(opened.is_err(), "byte {at} was changed");
    }
}

#[test]
fn truncated_and_extended_messages_are_refused() {
    let world = world();
    for len in 0..world.sealed_package.len() {
        assert!(Package::open(&world.sealed_package[..len], &world.root).is_err());
    }
    let mut longer = world.sealed_package.clone();
    longer.push(0);
    assert!(Package::open(&longer, &world.root).is_err());
}

#[test]
fn another_key_is_named() {
    let world = world();
    let other = key(9).public_key();
    let refused = Package::open(&world.sealed_package, &other).unwrap_err();
    assert!(matches!(refused, SealError::WrongKey { .. }), "{refused}");
    let mut enrolment = world.enrolment.clone();
    enrolment.device_key = key(8).public_key().to_sec1();
    let foreign = World { enrolment, ..world };
    assert!(matches!(foreign.verify(), Err(SealError::WrongKey { .. })));
}

#[test]
fn one_kind_is_not_taken_for_another() {
    let world = world();
    let refused = Enrolment::open(&world.sealed_package, &world.root).unwrap_err();
    assert!(matches!(refused, SealError::WrongKind { .. }), "{refused}");
}

#[test]
fn what_does_not_belong_together_is_named() {
    let broken = |change: fn(&mut World)| {
        let mut world = world();
        change(&mut world);
        world.verify()
    };
    let expected = |mismatch| Err(SealError::Mismatch(mismatch));
    assert_eq!(broken(|_| {}), Ok(()));
    assert_eq!(broken(|w| w.report.device = "d-2".into()), expected(Mismatch::Device));
    assert_eq!(broken(|w| w.report.precinct = "2".into()), expected(Mismatch::Precinct));
    assert_eq!(broken(|w| w.report.package = Digest::of(b"")), expected(Mismatch::Package));
    assert_eq!(broken(|w| w.report.election = "other".into()), expected(Mismatch::Election));
    let both = |w: &mut World| {
        w.report.package = Digest::of(b"");
        w.enrolment.package = w.report.package;
    };
    assert_eq!(broken(both), expected(Mismatch::Package));
}

#[test]
fn figures_that_do_not_add_up_are_refused_though_well_signed() {
    let figures = |change: fn(&mut Report)| {
        let mut world = world();
        change(&mut world.report);
        let refused = world.verify().unwrap_err();
        assert!(matches!(refused, SealError::Mismatch(Mismatch::Figures(_))), "{refused}");
    };
    figures(|r| r.tally.as_mut().unwrap().votes[0].contests[0].choices[0].votes = 1);
    figures(|r| r.turnout[0].sheets = 1);
    figures(|r| r.tally = None);
    figures(|r| r.kind = ReportKind::Turnout);
    figures(|r| r.version = 99);
    figures(|r| r.mode = ElectionMode::Training);
    figures(|r| r.tally.as_mut().unwrap().votes[0].contests.pop().map_or((), drop));
    figures(|r| {
        r.kind = ReportKind::Zero;
        let vote = &mut r.tally.as_mut().unwrap().votes[0];
        (vote.sheets, vote.valid, vote.styles[0].sheets) = (1, 1, 1);
        r.turnout[0].sheets = 1;
    });
}

#[test]
fn a_package_with_a_bad_definition_or_design_is_not_sealed() {
    let refused = |change: fn(&mut Package)| {
        let mut package = package_of(election());
        change(&mut package);
        let refused = package.seal(&key(AUTHORITY)).unwrap_err();
        assert!(matches!(refused, SealError::BadContent(_)), "{refused}");
    };
    refused(|p| p.definition.version = DEFINITION_VERSION + 1);
    refused(|p| p.definition.version = 0);
    refused(|p| p.definition.votes[0].contests[1].id = "president".into());
    refused(|p| p.definition.precincts[0].region = "nowhere".into());
    refused(|p| p.definition.title.ky.clear());
    refused(|p| p.definition.closes = "07:00".to_owned());
    refused(|p| p.definition.date = "2027-13-01".to_owned());
    refused(|p| p.definition.thresholds.marginal_permille = 900);
    // A program that knows version 1 only would leave the band out of its reports.
    refused(|p| p.definition.version = 1);
    // A program that knows version 2 only would count without a second copy.
    refused(|p| {
        p.definition.version = 2;
        p.definition.policy.second_copy = true;
    });
    refused(|p| p.definition.thresholds.band_permille = vec![60, 60]);
    refused(|p| p.definition.thresholds.band_permille = vec![60, 40]);
    refused(|p| p.definition.thresholds.band_permille = vec![0]);
    refused(|p| p.definition.thresholds.band_permille = vec![1_001]);
    refused(|p| p.definition.thresholds.band_permille = vec![1, 2, 3, 4, 5, 6, 7]);
    refused(|p| {
        let council = &mut p.definition.votes[0].contests[1];
        let more = (0..400).map(|at| support::option(&format!("m-{at}")));
        council.options.extend(more);
        council.kind = ContestKind::Plurality { votes_allowed: 300 };
    });
    refused(|p| p.designs[0].targets[0].option = "nobody".into());
    refused(|p| p.designs[0].targets[0].area.x = 209_000);
    refused(|p| p.designs[0].targets[0].area.w = u32::MAX);
    refused(|p| drop(p.designs.pop()));
}

#[test]
fn a_policy_without_a_second_copy_stays_as_it_was() {
    let mut package = package_of(election());
    // Five keys, as before there was a second copy.
    assert_eq!(minicbor::to_vec(package.definition.policy).unwrap()[0], 0xa5);
    let json = r#"{"blank": "accept", "overvote": "accept", "void": "accept", "marginal": "invalid", "confirm_invalid_drop": true}"#;
    assert!(!serde_json::from_str::<VerdictPolicy>(json).unwrap().second_copy);
    package.definition.version = 3;
    package.definition.policy.second_copy = true;
    assert_eq!(minicbor::to_vec(package.definition.policy).unwrap()[0], 0xa6);
    let sealed = package.seal(&key(AUTHORITY)).unwrap();
    assert_eq!(Package::open(&sealed, &key(AUTHORITY).public_key()).unwrap().package, package);
}

#[test]
fn a_package_without_a_band_stays_as_it_was() {
    let mut package = package_of(election());
    package.definition.version = 1;
    package.definition.thresholds.band_permille.clear();
    let sealed = package.seal(&key(AUTHORITY)).unwrap();
    let opened = Package::open(&sealed, &key(AUTHORITY).public_key()).unwrap();
    assert_eq!(opened.package, package);
    // Two keys, as before there was a band.
    let bytes = minicbor::to_vec(&package.definition.thresholds).unwrap();
    assert_eq!(bytes, [0xa2, 0x00, 0x18, 80, 0x01, 0x18, 45]);
    let json = r#"{"definite_permille": 80, "marginal_permille": 45}"#;
    let thresholds: Thresholds = serde_json::from_str(json).unwrap();
    assert_eq!(thresholds, package.definition.thresholds);
    // Room for many marks is no fault where no band multiplies it.
    let council = &mut package.definition.votes[0].contests[1];
    council.options.extend((0..400).map(|at| support::option(&format!("m-{at}"))));
    council.kind = ContestKind::Plurality { votes_allowed: 300 };
    package.definition.validate().unwrap();
}

/// A world whose report has one sheet: president a, and at 120 ‰ nobody; the other contests blank.
fn world_with_a_faint_mark() -> World {
    let mut world = world();
    let tally = world.report.tally.as_mut().unwrap();
    let vote = &mut tally.votes[0];
    (vote.sheets, vote.valid, vote.styles[0].sheets) = (1, 1, 1);
    for contest in &mut vote.contests {
        (contest.ballots, contest.blank) = (1, 1);
        contest.undervotes = contest.votes_allowed.into();
    }
    let president = &mut vote.contests[0];
    (president.valid, president.blank, president.undervotes) = (1, 0, 0);
    president.choices[0].votes = 1;
    world.report.turnout[0].sheets = 1;
    let nobody = BandFigures {
        permille: 120,
        valid: 0,
        blank: 1,
        overvoted: 0,
        void: 0,
        undervotes: 1,
        votes: vec![OptionVotes { option: "a".into(), votes: 0 }],
    };
    let at = vec![nobody.clone(), BandFigures { permille: 160, ..nobody }];
    let contests = vec![ContestBand { contest: "president".into(), at }];
    world.report.sensitivity = Some(Sensitivity { contests });
    world
}

#[test]
fn a_band_that_does_not_add_up_or_fit_is_refused_though_well_signed() {
    assert_eq!(world_with_a_faint_mark().verify(), Ok(()));
    let refused = |what: &str, change: fn(&mut Report)| {
        let mut world = world_with_a_faint_mark();
        change(&mut world.report);
        let refused = world.verify().expect_err(what);
        assert!(matches!(refused, SealError::Mismatch(Mismatch::Figures(_))), "{what}: {refused}");
    };
    fn contests(report: &mut Report) -> &mut Vec<ContestBand> {
        &mut report.sensitivity.as_mut().unwrap().contests
    }
    fn figures(report: &mut Report) -> &mut BandFigures {
        &mut contests(report)[0].at[0]
    }
    refused("valid", |r| figures(r).valid += 1);
    refused("blank", |r| figures(r).blank -= 1);
    refused("overvoted", |r| figures(r).overvoted += 1);
    refused("void", |r| figures(r).void += 1);
    refused("undervotes", |r| figures(r).undervotes -= 1);
    refused("votes", |r| figures(r).votes[0].votes = 7);
    refused("as counted", |r| figures(r).votes[0].votes = 1);
    refused("another option", |r| figures(r).votes[0].option = "b".into());
    refused("an option that does not differ", |r| {
        figures(r).votes.push(OptionVotes { option: "b".into(), votes: 0 });
    });
    refused("an unknown option", |r| figures(r).votes[0].option = "z".into());
    refused("an option twice", |r| {
        let twice = figures(r).votes[0].clone();
        figures(r).votes.push(twice);
    });
    refused("nothing differs", |r| {
        let tally = r.tally.clone().unwrap();
        let president = &tally.votes[0].contests[0];
        let band = figures(r);
        (band.valid, band.blank, band.undervotes) = (president.valid, 0, 0);
        band.votes.clear();
    });
    refused("another threshold", |r| figures(r).permille = 121);
    refused("the same threshold twice", |r| figures(r).permille = 160);
    refused("thresholds out of order", |r| contests(r)[0].at.reverse());
    refused("no threshold", |r| contests(r)[0].at.clear());
    refused("an unknown contest", |r| contests(r)[0].contest = "mayor".into());
    refused("a contest twice", |r| {
        let twice = contests(r)[0].clone();
        contests(r).push(twice);
    });
    refused("no band", |r| r.sensitivity = None);
    refused("thresholds of another election", |r| r.thresholds.band_permille[0] = 41);
    refused("thresholds out of order", |r| r.thresholds.band_permille.reverse());
    refused("other thresholds in force", |r| r.thresholds.definite_permille = 81);
    refused("no thresholds", |r| r.thresholds.band_permille.clear());
    refused("a slip with a band", |r| {
        r.kind = ReportKind::Turnout;
        r.tally = None;
    });
    refused("a zero report with a band that is not zero", |r| {
        r.kind = ReportKind::Zero;
        let precinct = r.precinct.clone();
        r.tally = Some(Tally::zero(&election(), &precinct));
        r.turnout[0].sheets = 0;
    });
}

#[test]
fn an_enrolment_request_proves_the_key() {
    let sealed = EnrolmentRequest::seal(Digest::of(b"package"), &key(DEVICE)).unwrap();
    let (request, public) = EnrolmentRequest::open(&sealed).unwrap();
    assert_eq!(request.package, Digest::of(b"package"));
    assert_eq!(public, key(DEVICE).public_key());
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(EnrolmentRequest::open(&changed).is_err(), "byte {at}");
    }
}

#[test]
fn keys_come_back_from_pem() {
    let secret = key(DEVICE);
    let again = SecretKey::from_pem(&secret.to_pem().unwrap()).unwrap();
    let public = PublicKey::from_pem(&again.public_key().to_pem().unwrap()).unwrap();
    assert!(public.verifies(b"message", &secret.sign(b"message")));
    assert!(!public.verifies(b"other", &secret.sign(b"message")));
    assert!(PublicKey::from_pem("not a key").is_err());
}

#[test]
fn qr_texts_come_back_in_any_order() {
    let noise: Vec<u8> = (0..5_000_u32).map(|at| Digest::of(&at.to_be_bytes()).0[0]).collect();
    for bytes in [b"short".to_vec(), noise] {
        let texts = to_qr_texts(&bytes).unwrap();
        let alphanumeric = |c: char| "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".contains(c);
        assert!(texts.iter().all(|text| text.chars().all(alphanumeric)));
        let mut shuffled = texts.clone();
        shuffled.reverse();
        shuffled.push(texts[0].clone());
        assert_eq!(from_qr_texts(&shuffled.join("\n")).unwrap(), bytes);
    }
}

#[test]
fn qr_faults_are_named() {
    let noise: Vec<u8> = (0..5_000_u32).map(|at| Digest::of(&at.to_be_bytes()).0[0]).collect();
    let texts = to_qr_texts(&noise).unwrap();
    assert!(texts.len() > 2);
    let missing = from_qr_texts(&texts[1..].join("\n")).unwrap_err();
    assert_eq!(missing, QrError::Incomplete { missing: vec![1] });
    assert_eq!(from_qr_texts("https://example.org/"), Err(QrError::Foreign));
    assert_eq!(from_qr_texts(""), Err(QrError::Foreign));
    assert_eq!(from_qr_texts("URNA1:lower"), Err(QrError::Damaged));
    assert_eq!(from_qr_texts("URNA1/0/2/AB:X"), Err(QrError::Foreign));
    assert_eq!(from_qr_texts("URNA1/3/2/AB:X"), Err(QrError::Foreign));
    let mut set = QrSet::default();
    set.add(&texts[0]).unwrap();
    assert_eq!(set.add(&to_qr_texts(b"other").unwrap()[0]), Err(QrError::Mixed));
    let bomb = to_qr_texts(&vec![0; 3 << 20]).unwrap();
    assert_eq!(from_qr_texts(&bomb.join("\n")), Err(QrError::Damaged));
}

#[test]
fn no_code_ends_in_a_space_that_pasting_would_lose() {
    // Noise does not compress, so that the report needs many codes.
    let mut noise = Vec::new();
    while noise.len() < 20_000 {
        noise.extend_from_slice(&Digest::of(&noise).0);
    }
    let texts = to_qr_texts(&noise).unwrap();
    assert!(texts.len() > 40 && texts.iter().any(|text| text.contains(' ')));
    assert!(texts.iter().all(|text| !text.ends_with(' ')));
    assert_eq!(from_qr_texts(&texts.join(" \r\n")).unwrap(), noise);
}

fn revocation() -> Revocation {
    Revocation {
        election: "e".into(),
        device: "d-1".into(),
        fingerprint: None,
        reason: RevocationReason::Stolen,
        since: None,
        made_at: 1_800_000_000,
    }
}

#[test]
fn a_revocation_is_the_authoritys_word_and_nobody_elses() {
    let (authority, other) = (key(1), key(2));
    let root = authority.public_key();
    let sealed = revocation().seal(&authority).unwrap();
    let opened = Revocation::open(&sealed, &root).unwrap();
    assert_eq!(opened.revocation, revocation());
    let by_other = revocation().seal(&other).unwrap();
    assert!(matches!(Revocation::open(&by_other, &root), Err(SealError::WrongKey { .. })));
    let mut changed = sealed.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert_eq!(Revocation::open(&changed, &root), Err(SealError::BadSignature));
    for cut in 0..sealed.len() {
        assert!(Revocation::open(&sealed[..cut], &root).is_err(), "cut at {cut}");
    }
    // Neither passes for the other.
    let enrolment = Enrolment::open(&sealed, &root).unwrap_err();
    assert!(matches!(enrolment, SealError::WrongKind { .. }));
}

#[test]
fn a_revocation_of_something_malformed_is_refused_on_both_sides() {
    let fingerprints =
        ["", "A1B2", "a1b2-c3d4-e5f6-0718", "A1B2-C3D4-E5F6-0718-9999", "A1B2C3D4E5F607189AB"];
    let mut bad: Vec<Revocation> = fingerprints
        .map(|text| Revocation { fingerprint: Some(text.to_owned()), ..revocation() })
        .to_vec();
    bad.push(Revocation { device: "d 1".into(), ..revocation() });
    bad.push(Revocation { election: "".into(), ..revocation() });
    for revocation in bad {
        assert!(matches!(revocation.seal(&key(1)), Err(SealError::BadContent(_))));
        let payload = minicbor::to_vec(&revocation).unwrap();
        let sealed = seal(SealKind::Revocation, payload, &key(1)).unwrap();
        let opened = Revocation::open(&sealed, &key(1).public_key());
        assert!(matches!(opened, Err(SealError::BadContent(_))), "{revocation:?}");
    }
}

#[test]
fn a_revocation_hits_the_device_the_key_and_the_time_that_it_names() {
    let mine = key(3).public_key().fingerprint();
    let theirs = key(4).public_key().fingerprint();
    let device = "d-1".into();
    let all = revocation();
    assert!(all.applies_to(&device, &mine, 0) && all.applies_to(&device, &theirs, u64::MAX));
    assert!(!all.applies_to(&"d-2".into(), &mine, 0));
    let one = Revocation { fingerprint: Some(mine.clone()), since: Some(100), ..revocation() };
    assert!(one.applies_to(&device, &mine, 100));
    assert!(!one.applies_to(&device, &mine, 99), "it was received before");
    assert!(!one.applies_to(&device, &theirs, 100), "another key");
}
