//! What the kiosk may ask of the vault, and what the vault answers.
//!
//! Messages travel between a page and its worker. A request is `{id, command}` with the command's
//! bytes (a scanned side, a package) beside it as transferred buffers; each gets exactly one reply.

use serde::{Deserialize, Serialize};

use crate::definition::ElectionDefinition;
use crate::journal::{
    Event, EventGroup, ExportKind, LockCause, PollState, PrintWay, PrinterFault, Role, ScannerFault,
};
use crate::recognition::{Dirt, StrayMark, TargetReading};
use crate::report::{
    Count, CountPurpose, Incidents, PrivacyMeans, Report, ReportKind, VoteTurnout,
};
use crate::rules::{InvalidReason, SheetVotes};
use crate::seal::Digest;
use crate::software::BuildCheck;
use crate::station::StationSum;
use crate::{
    CopyFacts, CopyFault, CopyStatus, DeviceId, PrecinctId, ScannerIdentity, StyleId, VoteId,
};

/// A command to the vault.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Command {
    /// Asks for the state; the first message of a page.
    Status,
    /// Takes an election package. Buffers: the sealed package. `root_pem`: the authority's public key.
    Provision {
        /// PEM of the authority's public key; pinned from now on.
        root_pem: String,
    },
    /// Looks at a second copy, before anything is taken over. Buffers: its package, the copy.
    LookAtCopy,
    /// Goes on from the second copy of another device. Buffers: its package, the copy.
    TakeOver {
        /// The chair's PIN.
        chair_pin: String,
        /// The secretary's PIN.
        secretary_pin: String,
    },
    /// Makes the device key, sealed by both PINs. Reply: the enrolment request.
    MakeKey {
        /// The chair's PIN: 6 to 12 digits.
        chair_pin: String,
        /// The secretary's PIN; must differ from the chair's.
        secretary_pin: String,
    },
    /// Asks for the enrolment request again.
    EnrolmentRequest,
    /// Takes the enrolment. Buffers: the sealed enrolment.
    Enrol,
    /// Brings the device key into memory after a start.
    Unlock {
        /// The chair's PIN.
        chair_pin: String,
        /// The secretary's PIN.
        secretary_pin: String,
    },
    /// Reads a sheet without counting it, before opening. Buffers: its sides. Buffer of the reply: an image
    /// (PNG) of what was read.
    TestSheet,
    /// The commission confirms the test.
    ConfirmTest,
    /// Issues a report: zero when tested, turnout when open or paused, final when closed or later.
    IssueReport {
        /// Which.
        kind: ReportKind,
    },
    /// The commission confirms that a report was printed.
    ConfirmPrinted {
        /// Which; zero and final move the poll state.
        kind: ReportKind,
        /// Originals.
        copies: u8,
    },
    /// Writes into the log that originals of a report went to paper, and how that ended. It moves nothing:
    /// people confirm what was printed.
    NotePrint {
        /// Which.
        kind: ReportKind,
        /// On which way.
        way: PrintWay,
        /// By a receipt printer those that it printed, by the browser those that it was given.
        originals: u8,
        /// What kept the receipt printer from printing more.
        fault: Option<PrinterFault>,
    },
    /// Opens the polls.
    Open {
        /// The chair's PIN.
        chair_pin: String,
        /// The secretary's PIN.
        secretary_pin: String,
    },
    /// Reads and counts a sheet. Buffers: its sides. In a training the reply has a buffer: an image (PNG)
    /// of what was read; in an official election never.
    CountSheet,
    /// Takes a part of a side of a sheet that still moves, for [`Command::ReadSide`]. Buffers: the part; parts
    /// stand one after the other. Whatever came of another sheet is forgotten.
    TakePart {
        /// Number of the sheet: the page gives each sheet another one, in ascending order.
        sheet: u32,
        /// Which side: 0 or 1.
        side: u8,
    },
    /// Reads a side of a sheet that still moves, for [`Command::CountRead`]. Buffers: the side's first bytes, which
    /// go over those of the first part, or all of it if no part came before. Nothing is counted by it, and the
    /// reply says nothing of it.
    ReadSide {
        /// Number of the sheet.
        sheet: u32,
        /// Which side: 0 or 1.
        side: u8,
    },
    /// Counts the sheet whose sides were read; the reply is that of [`Command::CountSheet`]. No sheet is counted
    /// twice by its number, nor one of which any other sides were read than these.
    CountRead {
        /// Number of the sheet.
        sheet: u32,
        /// How many sides it has.
        sides: u8,
    },
    /// The clerk put the sheet into the invalid section.
    ConfirmDrop,
    /// Interrupts counting.
    Pause,
    /// Goes on counting.
    Resume {
        /// The chair's PIN.
        chair_pin: String,
        /// The secretary's PIN.
        secretary_pin: String,
    },
    /// Closes the polls.
    Close {
        /// The chair's PIN.
        chair_pin: String,
        /// The secretary's PIN.
        secretary_pin: String,
    },
    /// Writes a scanner fault into the log.
    NoteScannerFault {
        /// Which.
        fault: ScannerFault,
    },
    /// Notes which scanner is connected now, as it says itself; an event if that is news.
    NoteScanner {
        /// Maker and model, as the device said it.
        name: String,
        /// Version of its firmware, likewise.
        firmware: String,
        /// Serial number, likewise.
        serial: String,
    },
    /// Notes that no scanner is connected any more.
    NoteScannerGone,
    /// Writes into the log that a network was seen while polls were open.
    NoteNetwork,
    /// Begins another count after the one before was reported, or makes the first one a re-scan before anything was
    /// reported. Buffers: for ballots of another station the sealed enrolment for it; for a re-scan sealed reports
    /// of other devices whose place it takes.
    StartCount {
        /// What it is for.
        purpose: CountPurpose,
        /// Counts of this device whose place a re-scan takes; all of one station.
        replaces: Vec<u32>,
        /// The chair's PIN.
        chair_pin: String,
        /// The secretary's PIN.
        secretary_pin: String,
    },
    /// The package as it goes onto a stick beside the second copy, once. Reply: [`Reply::Copy`].
    CopyPackage,
    /// Makes a second copy of everything that is needed to go on. Reply: [`Reply::Copy`].
    MakeCopy,
    /// Whether the copy that lies where the next one goes may be written over. Buffers: that copy.
    CheckCopy,
    /// The copy that was made last was written and read back.
    ConfirmCopied {
        /// Digest of what was read back.
        digest: Digest,
    },
    /// A person chose where the second copy goes.
    NoteCopyChosen,
    /// The second copy can't be written, or is not there any more.
    NoteCopyLost {
        /// Why.
        fault: CopyFault,
    },
    /// Notes what the page found out about the program's files at its start; once for each start.
    NoteBuild {
        /// What.
        check: BuildCheck,
    },
    /// The sealed final report for the collector; only once the printed report was confirmed.
    SealedResult,
    /// The sealed final report of an earlier count of this device, while none is open.
    ResultOf {
        /// Which count.
        count: u32,
    },
    /// Puts together the station's one report: of this device's results and others. Buffers: sealed reports of
    /// the station's other devices.
    StationReport {
        /// The station: one that this device has counted for.
        precinct: PrecinctId,
    },
    /// The collector acknowledged the result, or that of an earlier count.
    ConfirmTransmitted {
        /// Digest that the collector acknowledged; must be the result's.
        digest: Digest,
    },
    /// Sending failed.
    NoteTransmissionFailed {
        /// Stable code of the reason.
        code: String,
    },
    /// Events of the log, newest last.
    Log {
        /// First sequence number wanted.
        from: u64,
        /// Most events wanted, up to 1,000.
        most: u32,
    },
    /// Events of one group, newest last.
    LogOf {
        /// Which group.
        group: EventGroup,
        /// Only events before this sequence number.
        before: u64,
        /// Most events wanted, up to 1,000.
        most: u32,
    },
    /// Takes the whole log out, signed. The file is in the buffer of the reply.
    ExportLog {
        /// The chair's PIN.
        chair_pin: String,
        /// The secretary's PIN.
        secretary_pin: String,
    },
    /// Wipes the keys from memory; both PINs bring them back. For idleness not while polls are open.
    Lock {
        /// What made it so.
        cause: LockCause,
    },
    /// Whoever is signed in leaves; the keys stay in memory, so that an operator's PIN is enough to go on.
    SignOut,
    /// An operator comes.
    OperatorSignIn {
        /// The operator's PIN.
        pin: String,
    },
    /// Chair and secretary choose new PINs.
    ChangePins {
        /// The chair's PIN so far.
        chair_pin: String,
        /// The secretary's PIN so far.
        secretary_pin: String,
        /// The chair's new PIN, or the same again.
        new_chair_pin: String,
        /// The secretary's new PIN, or the same again.
        new_secretary_pin: String,
    },
    /// Chair and secretary choose the operators' PIN, or take it away.
    SetOperatorPin {
        /// The chair's PIN.
        chair_pin: String,
        /// The secretary's PIN.
        secretary_pin: String,
        /// The operators' PIN: 6 to 12 digits, another one than the two.
        operator_pin: Option<String>,
    },
    /// Takes the authority's leave to close before the hour. Buffers: the sealed permission.
    PermitClosing,
    /// Notes something that only the page can see; an event if that is news.
    Note {
        /// What.
        note: PageNote,
    },
    /// The sealed page designs' blank images, for the simulated scanner. Buffers of the reply: PNGs.
    Designs,
}

/// What the page sees and the vault can't.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PageNote {
    /// A file was saved, or a list of events printed.
    Export {
        /// What.
        what: ExportKind,
    },
    /// Whether the browser promised to keep the files.
    Storage {
        /// It did.
        kept: bool,
    },
    /// Mains power went or came back.
    Power {
        /// Whether there is mains power.
        mains: bool,
        /// How full the battery is, in percent.
        percent: u8,
    },
    /// The page was covered or came back.
    Page {
        /// Whether it can be seen.
        visible: bool,
    },
    /// A second window was refused.
    Second,
    /// Time to compare the clocks.
    Clock,
}

/// The answer to a command. Tag and content stand apart, since what is inside may have a tag of its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "content", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "one reply at a time crosses the worker boundary")]
pub enum Reply {
    /// Done; the state after it. The answer to most commands.
    Status(Status),
    /// The sealed enrolment request is in the buffer.
    EnrolmentRequest {
        /// Fingerprint of the device key.
        fingerprint: String,
    },
    /// A test sheet was read.
    TestSheet(TestReading),
    /// Something of a sheet that moves was taken. It says nothing of what: the sheet may still become void. Also
    /// the answer to what the page notes.
    Taken,
    /// What became of a sheet; durable if it says counted.
    Sheet(SheetReply),
    /// A report; the sealed bytes are in the buffer.
    Report {
        /// The content.
        report: Box<Report>,
        /// Digest of the sealed payload.
        digest: Digest,
        /// Texts of its QR codes.
        qr: Vec<String>,
    },
    /// The sealed final report is in the buffer.
    SealedResult {
        /// Digest of its payload.
        digest: Digest,
    },
    /// The station's figures; the parts are signed, the sum is not.
    Station(Box<StationSum>),
    /// Events.
    Log {
        /// In order.
        events: Vec<Event>,
        /// Events in the whole log.
        total: u64,
        /// Hash of the last one.
        head: Digest,
    },
    /// The event log, signed, is in the buffer.
    LogExport {
        /// Events in it.
        events: u64,
        /// Hash of the last one.
        head: Digest,
    },
    /// The page designs without their pictures; the pictures are in the buffers, in the same order.
    Designs {
        /// In the order of the package.
        designs: Vec<crate::design::PageDesign>,
    },
    /// A file of the second copy; its bytes are in the buffer.
    Copy {
        /// Name of the file.
        name: String,
        /// Digest of the bytes.
        digest: Digest,
    },
    /// What a second copy says of itself.
    CopySeen(Box<CopyFacts>),
    /// Refused; nothing has changed except, perhaps, the log.
    Refused(VaultError),
}

/// Everything that the kiosk shows of the vault between commands. No choices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// Version of the program.
    pub software: String,
    /// State of the polls.
    pub state: PollState,
    /// Whether the device key is in memory; if not, `Unlock` comes before anything that signs or counts.
    pub unlocked: bool,
    /// The election, once provisioned; left out where a sheet is answered.
    pub definition: Option<ElectionDefinition>,
    /// Digest of the package.
    pub package: Option<Digest>,
    /// Fingerprint of the authority's key.
    pub root_fingerprint: Option<String>,
    /// Fingerprint of the device key, once made.
    pub key_fingerprint: Option<String>,
    /// The enrolment, once taken.
    pub enrolled: Option<EnrolledAs>,
    /// Sheets counted, by vote; empty before enrolment.
    pub turnout: Vec<VoteTurnout>,
    /// Sheets counted in all votes.
    pub sheets: u32,
    /// Sheets of which the clerk has yet to confirm the drop into the invalid section.
    pub drop_to_confirm: bool,
    /// Whether the zero report was printed and confirmed.
    pub zero_printed: bool,
    /// What happened besides counting.
    pub incidents: Incidents,
    /// The scanner that is connected, by its own word.
    pub scanner: Option<ScannerIdentity>,
    /// What the page found out about the program's files; none before it said so.
    pub build: Option<BuildCheck>,
    /// What the start after a crash found out about the last sheet.
    pub recovery: Option<Recovery>,
    /// Events in the log.
    pub log_events: u64,
    /// Hash of the last one.
    pub log_head: Digest,
    /// Seconds until PINs are taken again after wrong ones.
    pub pin_delay_s: u32,
    /// Sheets that still fit into the storage.
    pub room_for_sheets: u32,
    /// What the current count is for; none for the ordinary day.
    pub count: Option<Count>,
    /// Counts that were reported, the current one included once it is.
    pub counts: Vec<ReportedCount>,
    /// How the device stands to its second copy.
    pub copy: CopyStatus,
    /// Who is signed in; nobody where the keys are not in memory.
    pub signed_in: Option<Role>,
    /// Whether there is a PIN for operators; known while the keys are in memory.
    pub has_operator: bool,
    /// Until when polls can't be closed without the authority's leave, in seconds since 1970 UTC.
    pub closes_at: Option<u64>,
}

/// A count of this device whose final report was printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedCount {
    /// Its number.
    pub number: u32,
    /// What it was for; none for the ordinary day.
    pub count: Option<Count>,
    /// As what the device was enrolled for it.
    pub enrolled: EnrolledAs,
    /// Sheets that it counted.
    pub sheets: u32,
    /// Digest of its final report.
    pub digest: Digest,
    /// Whether the collector has acknowledged it.
    pub is_sent: bool,
    /// Whether a later count of this device stands in its place.
    pub is_replaced: bool,
}

/// As what the device was enrolled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolledAs {
    /// Name of the device.
    pub device: DeviceId,
    /// Its precinct.
    pub precinct: PrecinctId,
}

/// What a start while polls were open found out about the sheet that was last in the scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Recovery {
    /// The screen has accepted every sheet that is counted: one that it did not accept is not counted.
    LastNotCounted,
    /// The last sheet is counted, and the screen can't have said so: don't feed it again.
    LastCounted,
    /// The last sheet is counted, and nobody knows whether the screen could still say so. Who compares
    /// [`Status::sheets`] with the number that the screen showed last knows.
    CompareCount,
}

/// What a test sheet read; shown, never counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestReading {
    /// Where the sheet would go.
    pub place: Place,
    /// The style, if it was recognised.
    pub style: Option<StyleId>,
    /// The votes, if it was read.
    pub votes: Option<SheetVotes>,
    /// Each target as it was read.
    pub targets: Vec<TargetReading>,
    /// Marks outside every target of the side that was read; not counted.
    pub stray: Vec<StrayMark>,
    /// What each blank side of a sheet without a ballot says of the scanner's glass.
    pub dirt: Vec<Dirt>,
    /// Milliseconds for decoding, registration and scoring together.
    pub milliseconds: u32,
}

/// Where a sheet goes, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Place {
    /// Into the ballot box.
    BallotBox,
    /// Into the invalid section.
    InvalidSection {
        /// Why; shown to the voter by kind only, never with choices.
        reasons: Vec<InvalidReason>,
    },
    /// Back to the voter: not counted.
    GiveBack {
        /// Stable code of the reason for the translations.
        code: String,
        /// What was found, in words for a protocol.
        detail: String,
    },
}

/// What became of a sheet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SheetReply {
    /// Where it goes.
    pub place: Place,
    /// The vote it belongs to, if it was recognised.
    pub vote: Option<VoteId>,
    /// The state after it, without the definition: that is what it was.
    pub status: Status,
    /// Milliseconds from the frame to the durable record.
    pub milliseconds: u32,
}

/// Why the vault refuses a command. `code` of each is stable and is the key of its translation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum VaultError {
    /// The command does not belong to the state of the polls.
    #[error("not possible in the state {state:?}")]
    WrongState {
        /// The state.
        state: PollState,
    },
    /// The device key is not in memory.
    #[error("the device is locked: both PINs are needed")]
    Locked,
    /// Nobody is signed in.
    #[error("nobody is signed in")]
    SignedOut,
    /// Only chair and secretary together may do this.
    #[error("chair and secretary are needed for this")]
    CommissionOnly,
    /// Polls can't be closed yet without the authority's leave.
    #[error("polls close at {closes_at} (seconds since 1970 UTC)")]
    TooEarly {
        /// When they close, in seconds since 1970 UTC.
        closes_at: u64,
    },
    /// A PIN is not 6 to 12 digits, or both are the same.
    #[error("a PIN has 6 to 12 digits, and the two differ")]
    PinForm,
    /// A PIN is wrong.
    #[error("wrong PIN; wait {delay_s} s")]
    WrongPin {
        /// Seconds until the next try.
        delay_s: u32,
    },
    /// Tried again too soon after a wrong PIN.
    #[error("wait {delay_s} s before the next try")]
    TooSoon {
        /// Seconds left.
        delay_s: u32,
    },
    /// A package, key or enrolment does not hold.
    #[error("{code}: {detail}")]
    Seal {
        /// Which fault: `not_sealed`, `wrong_kind`, `wrong_key`, `bad_signature`, `bad_content`,
        /// `mismatch`.
        code: String,
        /// What was found, in words for a protocol.
        detail: String,
    },
    /// The zero report has to be printed first.
    #[error("the zero report was not printed yet")]
    ZeroNotPrinted,
    /// Polls can't open while a register is not zero.
    #[error("a register is not zero")]
    NotZero,
    /// The clerk has to confirm the drop of the last sheet.
    #[error("confirm first that the last sheet is in the invalid section")]
    DropNotConfirmed,
    /// The second copy is not in step, and the policy asks for it.
    #[error("the second copy is not in step")]
    CopyBehind,
    /// A second copy can't be used.
    #[error("second copy: {detail}")]
    Copy {
        /// `damaged`, `newer` than this program, `other_package`, `other_device` or `ahead`.
        code: String,
        /// What was found, in words for a protocol.
        detail: String,
    },
    /// The scanner was changed so often that no other one is taken; the last one may go on.
    #[error("the scanner was changed too often")]
    TooManyScanners,
    /// The device has made as many counts as it can.
    #[error("this device can't make another count")]
    TooManyCounts,
    /// The station's report can't be put together.
    #[error("{detail}")]
    Station {
        /// Which fault, see `StationFault::code`.
        code: String,
        /// What was found, in words for a protocol.
        detail: String,
    },
    /// The self-test rebuilt the order of its made-up sheets: no vote would be secret on this device.
    #[error("the order of votes shows: {}", codes(found))]
    OrderShows {
        /// By which means.
        found: Vec<PrivacyMeans>,
    },
    /// The storage can't be opened, is missing, full, or fails.
    #[error("storage: {detail}")]
    Storage {
        /// `unavailable`, `missing`, `in_use`, `full`, `damaged` or `failed`.
        code: String,
        /// What was found, in words for a protocol.
        detail: String,
    },
    /// The figures do not add up: nothing may be reported.
    #[error("the figures do not add up: {detail}")]
    Figures {
        /// Which identity.
        detail: String,
    },
    /// The message itself can't be used.
    #[error("bad request: {detail}")]
    BadRequest {
        /// What is wrong.
        detail: String,
    },
}

fn codes(found: &[PrivacyMeans]) -> String {
    found.iter().map(|means| means.code()).collect::<Vec<_>>().join(", ")
}
