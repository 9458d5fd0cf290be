//! The event log: what happened, in order, each event carrying the hash of the one before.
//!
//! Events carry no choices: nothing here says how a sheet was marked, nor even whether it went to the
//! box or to the invalid section.

mod group;
mod people;

pub use group::EventGroup;
pub use people::{ExportKind, LockCause, Role};

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::report::{Count, PrivacyMeans, ReportKind};
use crate::seal::Digest;
use crate::{CopyFault, DeviceId, ElectionId, PrecinctId, ScannerIdentity, VoteId};

/// State of the polls, as the log tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum PollState {
    /// No election package.
    #[n(0)]
    Unprovisioned,
    /// Package loaded; the device waits for enrolment or the test.
    #[n(1)]
    Provisioned,
    /// Enrolled and tested; polls may open once the zero report was printed.
    #[n(2)]
    Tested,
    /// Sheets are counted.
    #[n(3)]
    Open,
    /// Counting is interrupted.
    #[n(4)]
    Paused,
    /// Polls are closed; the final report must be printed.
    #[n(5)]
    Closed,
    /// The final report was printed and the commission confirmed it.
    #[n(6)]
    Reported,
    /// The result was sent and received.
    #[n(7)]
    Transmitted,
}

/// What a device outside the vault reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum ScannerFault {
    /// Paper is stuck.
    #[n(0)]
    Jam,
    /// Two sheets at once.
    #[n(1)]
    DoubleFeed,
    /// The cover is open.
    #[n(2)]
    CoverOpen,
    /// The device went away.
    #[n(3)]
    Gone,
    /// The device did not keep to its protocol.
    #[n(4)]
    Protocol,
    /// The device is there and stays silent.
    #[n(5)]
    NoAnswer,
    /// More than one sheet came in one go, each by itself.
    #[n(6)]
    ManySheets,
    /// Paper was not gripped.
    #[n(7)]
    Misfeed,
    /// The sheet is too long, too short or otherwise not what the device takes.
    #[n(8)]
    PaperForm,
    /// The device says that a part of it is broken.
    #[n(9)]
    Hardware,
    /// The device stays busy with something else.
    #[n(10)]
    Busy,
    /// The system or another program holds the device.
    #[n(11)]
    InUse,
    /// The device can't do what is needed of it.
    #[n(12)]
    Unsupported,
}

impl ScannerFault {
    /// All of them, by their numbers.
    pub const ALL: [Self; 13] = [
        Self::Jam,
        Self::DoubleFeed,
        Self::CoverOpen,
        Self::Gone,
        Self::Protocol,
        Self::NoAnswer,
        Self::ManySheets,
        Self::Misfeed,
        Self::PaperForm,
        Self::Hardware,
        Self::Busy,
        Self::InUse,
        Self::Unsupported,
    ];
}

/// On which way a report goes to paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum PrintWay {
    /// By the browser's own print: nobody but a person knows whether paper came out.
    #[n(0)]
    Browser,
    /// To a receipt printer that says whether it printed.
    #[n(1)]
    Receipt,
}

/// What kept a receipt printer from printing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum PrinterFault {
    /// There is no paper.
    #[n(0)]
    PaperOut,
    /// The cover is open.
    #[n(1)]
    CoverOpen,
    /// It was switched offline, or its button is pressed.
    #[n(2)]
    Offline,
    /// The knife is stuck.
    #[n(3)]
    Cutter,
    /// It is too hot and cools down.
    #[n(4)]
    Hot,
    /// It says that a part of it is broken.
    #[n(5)]
    Hardware,
    /// It went away.
    #[n(6)]
    Gone,
    /// It is there and stays silent.
    #[n(7)]
    NoAnswer,
    /// It did not keep to its protocol.
    #[n(8)]
    Protocol,
    /// The system or another program holds it.
    #[n(9)]
    InUse,
    /// It is no receipt printer, or does not say whether it printed.
    #[n(10)]
    Unsupported,
    /// The report is longer than what is printed on a roll.
    #[n(11)]
    TooLong,
    /// A person stopped it.
    #[n(12)]
    Stopped,
}

impl PrinterFault {
    /// All of them, by their numbers.
    pub const ALL: [Self; 13] = [
        Self::PaperOut,
        Self::CoverOpen,
        Self::Offline,
        Self::Cutter,
        Self::Hot,
        Self::Hardware,
        Self::Gone,
        Self::NoAnswer,
        Self::Protocol,
        Self::InUse,
        Self::Unsupported,
        Self::TooLong,
        Self::Stopped,
    ];
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventKind {
    /// The program started.
    #[n(0)]
    Started {
        /// Its version.
        #[n(0)]
        software: String,
    },
    /// An election package was taken.
    #[n(1)]
    Provisioned {
        /// The election.
        #[n(0)]
        election: ElectionId,
        /// Digest of the sealed package.
        #[n(1)]
        package: Digest,
    },
    /// The device key was made.
    #[n(2)]
    KeyMade {
        /// Fingerprint of the public key.
        #[n(0)]
        fingerprint: String,
    },
    /// The enrolment was taken.
    #[n(3)]
    Enrolled {
        /// Name of the device.
        #[n(0)]
        device: DeviceId,
        /// Its precinct.
        #[n(1)]
        precinct: PrecinctId,
    },
    /// The commission confirmed the test scan.
    #[n(4)]
    TestPassed {
        /// Sheets that were read in the test.
        #[n(0)]
        sheets: u32,
    },
    /// A report was issued.
    #[n(5)]
    ReportIssued {
        /// Which.
        #[n(0)]
        kind: ReportKind,
        /// Its number.
        #[n(1)]
        number: u32,
        /// Digest of its payload.
        #[n(2)]
        digest: Digest,
    },
    /// The commission confirmed that a report was printed.
    #[n(6)]
    ReportPrinted {
        /// Which.
        #[n(0)]
        kind: ReportKind,
        /// Originals.
        #[n(1)]
        copies: u8,
    },
    /// Polls were opened by chair and secretary.
    #[n(7)]
    Opened,
    /// Polls were paused.
    #[n(8)]
    Paused,
    /// Polls were resumed by chair and secretary.
    #[n(9)]
    Resumed,
    /// Polls were closed by chair and secretary.
    #[n(10)]
    Closed,
    /// A sheet was counted.
    #[n(11)]
    SheetCounted {
        /// The vote it belongs to: the colour of the paper, that everybody sees.
        #[n(0)]
        vote: VoteId,
    },
    /// A sheet was found recorded that the log did not know of: power failed in between.
    #[n(12)]
    SheetRecovered {
        /// Sheets counted, this one included.
        #[n(0)]
        sheets: u32,
    },
    /// A sheet was given back.
    #[n(13)]
    SheetNotAccepted {
        /// Stable code of the reason (never the choices).
        #[n(0)]
        code: String,
    },
    /// The scanner reported a fault.
    #[n(15)]
    ScannerFault {
        /// Which.
        #[n(0)]
        fault: ScannerFault,
    },
    /// A PIN was wrong; which of the two can't be told, since only both together open the key.
    #[n(16)]
    WrongPin,
    /// Both PINs were right and the device key is in memory.
    #[n(17)]
    Unlocked,
    /// A network was seen while polls were open.
    #[n(18)]
    NetworkSeen,
    /// The end of the log was damaged by an interrupted write and was cut.
    #[n(19)]
    TailCut {
        /// Bytes cut.
        #[n(0)]
        bytes: u32,
    },
    /// The result was sent and the collector acknowledged it.
    #[n(20)]
    Transmitted {
        /// Digest of the report's payload, as acknowledged.
        #[n(0)]
        digest: Digest,
    },
    /// Sending failed.
    #[n(21)]
    TransmissionFailed {
        /// Stable code of the reason.
        #[n(0)]
        code: String,
    },
    /// Something stored was damaged.
    #[n(22)]
    StorageFault {
        /// What was found, in words for a protocol.
        #[n(0)]
        what: String,
    },
    /// Originals of a report went to paper, and how that ended.
    #[n(23)]
    ReportSent {
        /// Which.
        #[n(0)]
        kind: ReportKind,
        /// On which way.
        #[n(1)]
        way: PrintWay,
        /// Originals: by a receipt printer those that it printed, by the browser those that it was given.
        #[n(2)]
        originals: u8,
        /// What kept the receipt printer from printing more.
        #[n(3)]
        fault: Option<PrinterFault>,
    },
    /// A scanner was connected: the first one, or the same as the last time.
    #[n(24)]
    ScannerConnected {
        /// Which, by its own word.
        #[n(0)]
        scanner: ScannerIdentity,
    },
    /// The scanner is not connected any more.
    #[n(25)]
    ScannerDisconnected,
    /// A scanner was connected that says that it is another one than the last.
    #[n(26)]
    ScannerChanged {
        /// Which, by its own word.
        #[n(0)]
        scanner: ScannerIdentity,
    },
    /// Chair and secretary began another count; from here on counters are those of that count.
    #[n(40)]
    CountStarted {
        /// Its number and what it is for.
        #[n(0)]
        count: Count,
        /// As what the device was enrolled for it.
        #[n(1)]
        device: DeviceId,
        /// Whose ballots are counted.
        #[n(2)]
        precinct: PrecinctId,
    },
    /// The result of an earlier count was sent and the collector acknowledged it.
    #[n(41)]
    EarlierTransmitted {
        /// Digest of the report's payload, as acknowledged.
        #[n(0)]
        digest: Digest,
    },
    /// The results of the station's devices were put together.
    #[n(42)]
    StationSummed {
        /// Final reports that went into it, replaced ones included.
        #[n(0)]
        parts: u32,
    },
    /// A person chose where the second copy goes.
    #[n(34)]
    CopyChosen,
    /// The second copy came into step: written, read back, the same.
    #[n(35)]
    CopyInStep,
    /// The second copy fell out of step.
    #[n(36)]
    CopyLost {
        /// Why.
        #[n(0)]
        fault: CopyFault,
    },
    /// Another device goes on from here, from the second copy of the one before. Polls that were open are paused.
    #[n(37)]
    TakenOver {
        /// Its program.
        #[n(0)]
        software: String,
        /// Sheets counted in the copy.
        #[n(1)]
        sheets: u32,
        /// PINs that were wrong before they were right.
        #[n(2)]
        wrong_pins: u32,
    },
    /// Before a zero report: the self-test tried to rebuild the order of made-up sheets.
    #[n(30)]
    PrivacyTried {
        /// Sheets of the trial.
        #[n(0)]
        sheets: u32,
        /// Means that found the order; none where all is well.
        #[n(1)]
        found: Vec<PrivacyMeans>,
    },
    /// Before the final report: the self-test looked at the stored records.
    #[n(31)]
    PrivacyChecked {
        /// Records, which is how many sheets were counted.
        #[n(0)]
        sheets: u32,
        /// Means that found a trace of an order; none where all is well.
        #[n(1)]
        found: Vec<PrivacyMeans>,
    },
    /// An operator signed in with the operator's PIN.
    #[n(50)]
    OperatorSignedIn,
    /// Whoever was signed in left; the keys stay in memory.
    #[n(51)]
    SignedOut {
        /// Who it was.
        #[n(0)]
        role: Role,
    },
    /// The keys were wiped from memory.
    #[n(52)]
    Locked {
        /// What made it so.
        #[n(0)]
        cause: LockCause,
    },
    /// The operator's PIN was wrong.
    #[n(53)]
    WrongOperatorPin,
    /// Chair and secretary changed their PINs; from now on the keys of this generation hold.
    #[n(54)]
    PinsChanged {
        /// Which sealing of the keys: the first one is 0.
        #[n(0)]
        generation: u32,
    },
    /// Chair and secretary chose a PIN for operators, or took it away; the keys were sealed anew.
    #[n(55)]
    OperatorPinSet {
        /// Which sealing of the keys.
        #[n(0)]
        generation: u32,
        /// Whether there is one now.
        #[n(1)]
        is_set: bool,
    },
    /// Something was taken out of the vault: as a file, or the log on paper.
    #[n(56)]
    Exported {
        /// What.
        #[n(0)]
        what: ExportKind,
    },
    /// The wall clock went another way than the time that passed; a device that slept looks the same.
    #[n(57)]
    ClockJumped {
        /// By how many seconds; negative: set back.
        #[n(0)]
        seconds: i64,
    },
    /// Whether the browser promised to keep the vault's files when the disk runs short.
    #[n(58)]
    StorageKept {
        /// It did.
        #[n(0)]
        kept: bool,
    },
    /// Mains power went or came back, as far as the browser tells.
    #[n(59)]
    PowerChanged {
        /// Whether there is mains power.
        #[n(0)]
        mains: bool,
        /// How full the battery is, in percent.
        #[n(1)]
        percent: u8,
    },
    /// The kiosk's page was covered or put away, or came back.
    #[n(60)]
    PageShown {
        /// Whether it can be seen.
        #[n(0)]
        visible: bool,
    },
    /// A second window wanted the vault and was refused.
    #[n(61)]
    SecondRefused,
    /// The authority permits that polls are closed before the hour.
    #[n(62)]
    ClosingPermitted {
        /// Digest of the sealed permission.
        #[n(0)]
        permission: Digest,
        /// From when on, in seconds since 1970 UTC.
        #[n(1)]
        from: u64,
    },
    /// Which time zone the device's clock goes by: the only source of time that a page has.
    #[n(63)]
    ClockNoted {
        /// Minutes ahead of UTC.
        #[n(0)]
        utc_offset_minutes: i16,
    },
    /// After a start: every file of the program is that of its list.
    #[n(70)]
    BuildKnown {
        /// Digest of the list.
        #[n(0)]
        build: Digest,
    },
    /// After a start: a file of the program is not that of its list.
    #[n(71)]
    BuildDiffers {
        /// Digest of the list.
        #[n(0)]
        build: Digest,
        /// The first such file.
        #[n(1)]
        file: String,
    },
    /// After a start: the program has no list of its files, or can't read it.
    #[n(72)]
    BuildUnknown,
    /// A bit of this event had flipped at rest, and was turned back.
    #[n(73)]
    LogMended {
        /// Place in the log.
        #[n(0)]
        event: u64,
    },
}

/// An event in its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct Event {
    /// Place in the log, from 0, without gaps.
    #[n(0)]
    pub sequence: u64,
    /// The device's clock, seconds since 1970 UTC; not evidence.
    #[n(1)]
    pub at: u64,
    /// SHA-256 of the encoded event before; zeros for the first.
    #[n(2)]
    pub previous: Digest,
    /// What happened.
    #[n(3)]
    pub kind: EventKind,
}

#[cfg(test)]
mod tests {
    use super::{EventKind, PrintWay, PrinterFault};
    use crate::CopyFault;
    use crate::report::ReportKind;
    use crate::seal::Digest;

    #[test]
    fn what_was_found_of_the_build_is_written_as_the_formats_say() {
        let build = Digest([7; 32]);
        let digest = [&[0x58, 32][..], &[7; 32]].concat();
        let table: [(EventKind, Vec<u8>); 3] = [
            (EventKind::BuildKnown { build }, [&[0x82, 24, 70, 0x81][..], &digest].concat()),
            (
                EventKind::BuildDiffers { build, file: "a".to_owned() },
                [&[0x82, 24, 71, 0x82][..], &digest, &[0x61, b'a']].concat(),
            ),
            (EventKind::BuildUnknown, vec![0x82, 24, 72, 0x80]),
        ];
        for (event, bytes) in table {
            assert_eq!(minicbor::to_vec(&event).unwrap(), bytes, "{event:?}");
            assert_eq!(minicbor::decode::<EventKind>(&bytes).unwrap(), event);
        }
    }

    /// As docs/formats.md has it.
    #[test]
    fn what_happens_to_the_second_copy_is_written_as_the_formats_say() {
        let taken = EventKind::TakenOver { software: "U".to_owned(), sheets: 3, wrong_pins: 1 };
        let table: [(EventKind, &[u8]); 4] = [
            (EventKind::CopyChosen, &[0x82, 0x18, 34, 0x80]),
            (EventKind::CopyInStep, &[0x82, 0x18, 35, 0x80]),
            (EventKind::CopyLost { fault: CopyFault::Full }, &[0x82, 0x18, 36, 0x81, 2]),
            (taken, &[0x82, 0x18, 37, 0x83, 0x61, b'U', 3, 1]),
        ];
        for (event, bytes) in table {
            assert_eq!(minicbor::to_vec(&event).unwrap(), bytes, "{event:?}");
            assert_eq!(minicbor::decode::<EventKind>(bytes).unwrap(), event);
        }
        for (fault, number) in CopyFault::ALL.into_iter().zip(0_u8..) {
            assert_eq!(minicbor::to_vec(fault).unwrap(), [number]);
        }
    }

    /// As docs/formats.md has it: a missing fault is left out.
    #[test]
    fn what_went_to_paper_is_written_as_the_formats_say() {
        let sent = |originals, fault| EventKind::ReportSent {
            kind: ReportKind::Final,
            way: PrintWay::Receipt,
            originals,
            fault,
        };
        let table: [(EventKind, &[u8]); 2] = [
            (sent(2, None), &[0x82, 23, 0x83, 2, 1, 2]),
            (sent(0, Some(PrinterFault::Stopped)), &[0x82, 23, 0x84, 2, 1, 0, 12]),
        ];
        for (event, bytes) in table {
            assert_eq!(minicbor::to_vec(&event).unwrap(), bytes, "{event:?}");
            assert_eq!(minicbor::decode::<EventKind>(bytes).unwrap(), event);
        }
        let with_null = minicbor::decode::<EventKind>(&[0x82, 23, 0x84, 2, 1, 2, 0xf6]).unwrap();
        assert_eq!(with_null, sent(2, None));
        for (fault, number) in PrinterFault::ALL.into_iter().zip(0_u8..) {
            assert_eq!(minicbor::to_vec(fault).unwrap(), [number]);
        }
    }
}
