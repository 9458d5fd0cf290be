//! Who may do what: chair and secretary together, an operator, nobody. PINs, signing in and out, locking.

use urna_core::journal::{EventKind, LockCause, PollState, Role};
use urna_core::report::ReportKind;
use urna_core::vault_api::{Command, VaultError};
use zeroize::Zeroizing;

use crate::disk::Disk;
use crate::keys::{Keys, OperatorPin, Pins};
use crate::provision::no_key;
use crate::reader::Reader;
use crate::vault::{Outcome, Vault, World};

/// Longest wait after wrong PINs, in seconds.
const MAX_DELAY_S: u64 = 300;

/// Since when people wait after wrong PINs, by the clock that nobody can set; since the start, where the wrong
/// ones were before it.
pub struct Waits {
    pub(crate) both: f64,
    operator: f64,
}

impl Waits {
    pub fn new(started: f64) -> Waits {
        Waits { both: started, operator: started }
    }
}

/// Both PINs as they were entered.
type Entered = (String, String);

/// Who has to be there for a command.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// Nobody, or the command brings both PINs itself.
    Nobody,
    /// Whoever is signed in.
    SignedIn,
    /// Chair and secretary.
    Commission,
}

impl<D: Disk, W: World, R: Reader> Vault<D, W, R> {
    /// Whether whoever is signed in may give this command. Without keys in memory there is nobody who could be,
    /// and each command says by itself what it lacks.
    pub(crate) fn may(&self, command: &Command) -> Result<(), VaultError> {
        if self.unlocked.is_none() {
            return Ok(());
        }
        match (needs(command), self.session) {
            (Needs::Nobody, _)
            | (Needs::SignedIn, Some(_))
            | (Needs::Commission, Some(Role::Commission)) => Ok(()),
            (_, None) => Err(VaultError::SignedOut),
            (Needs::Commission, Some(Role::Operator)) => Err(VaultError::CommissionOnly),
        }
    }

    pub(crate) fn signed_in(&self) -> Option<Role> {
        self.session.filter(|_| self.unlocked.is_some())
    }

    pub(crate) fn has_operator(&self) -> bool {
        self.unlocked.as_ref().is_some_and(|unlocked| unlocked.keys.operator.is_some())
    }

    pub(crate) fn unlock(&mut self, chair: String, secretary: String) -> Outcome {
        let keys = self.check_pins(chair, secretary)?;
        if self.unlocked.is_none() {
            let known = self.recovery;
            self.unlock_with(keys)?;
            // What the start found out is said once, and not after each lock.
            if self.was_unlocked {
                self.recovery = known;
            }
        }
        self.was_unlocked = true;
        self.session = Some(Role::Commission);
        Ok(self.status_answer())
    }

    /// Opens the keys with both PINs; a wrong one is logged before it is answered.
    pub(crate) fn check_pins(
        &mut self,
        chair: String,
        secretary: String,
    ) -> Result<Keys, VaultError> {
        self.open_keys(Pins::new(chair, secretary).as_ref())
    }

    fn open_keys(&mut self, pins: Option<&Pins>) -> Result<Keys, VaultError> {
        let Some(sealed) = self.sealed_keys.clone() else {
            return Err(VaultError::WrongState { state: self.day.state });
        };
        let delay_s = self.pin_delay_s();
        if delay_s > 0 {
            return Err(VaultError::TooSoon { delay_s });
        }
        let Some(keys) = pins.and_then(|pins| sealed.open(pins)) else {
            self.append(EventKind::WrongPin)?;
            self.waits.both = self.world.milliseconds();
            return Err(VaultError::WrongPin { delay_s: self.pin_delay_s() });
        };
        self.append(EventKind::Unlocked)?;
        Ok(keys)
    }

    /// Wipes the keys, and with them everything that was added up from the records.
    pub(crate) fn lock(&mut self, cause: LockCause) -> Outcome {
        // A voter must not stand before a locked device because nobody came for a while.
        if cause == LockCause::Idle && self.day.state == PollState::Open {
            return Err(VaultError::WrongState { state: self.day.state });
        }
        self.session = None;
        if self.unlocked.take().is_some() {
            self.append(EventKind::Locked { cause })?;
        }
        Ok(self.status_answer())
    }

    pub(crate) fn sign_out(&mut self) -> Outcome {
        let Some(role) = self.signed_in() else { return Ok(self.status_answer()) };
        // Without an operator's PIN only the two could come back, so that the keys need not stay.
        if !self.has_operator() {
            return self.lock(LockCause::Person);
        }
        self.session = None;
        self.append(EventKind::SignedOut { role })?;
        Ok(self.status_answer())
    }

    pub(crate) fn operator_sign_in(&mut self, pin: String) -> Outcome {
        let pin = Zeroizing::new(pin);
        let Some(operator) = self.unlocked()?.keys.operator.clone() else {
            return Err(VaultError::CommissionOnly);
        };
        let delay_s = self.operator_delay_s();
        if delay_s > 0 {
            return Err(VaultError::TooSoon { delay_s });
        }
        if !operator.is(&pin) {
            self.append(EventKind::WrongOperatorPin)?;
            self.waits.operator = self.world.milliseconds();
            return Err(VaultError::WrongPin { delay_s: self.operator_delay_s() });
        }
        self.append(EventKind::OperatorSignedIn)?;
        self.session = Some(Role::Operator);
        Ok(self.status_answer())
    }

    pub(crate) fn change_pins(&mut self, old: Entered, new: Entered) -> Outcome {
        let new = Pins::new(new.0, new.1).ok_or(VaultError::PinForm)?;
        let keys = self.check_pins(old.0, old.1)?;
        if keys.operator.as_ref().is_some_and(|operator| !new.differ_from_known(operator)) {
            return Err(VaultError::PinForm);
        }
        let generation = self.next_generation();
        self.seal_again(keys, &new, EventKind::PinsChanged { generation })
    }

    pub(crate) fn set_operator_pin(&mut self, both: Entered, pin: Option<String>) -> Outcome {
        let pin = pin.map(Zeroizing::new);
        let pins = Pins::new(both.0, both.1);
        let mut keys = self.open_keys(pins.as_ref())?;
        // They have just opened the keys.
        let pins = pins.ok_or(VaultError::PinForm)?;
        keys.operator = match pin {
            None => None,
            Some(pin) => {
                let operator = pins
                    .differ_from(&pin)
                    .then(|| OperatorPin::new(&pin, |bytes| self.world.random(bytes)));
                Some(operator.flatten().ok_or(VaultError::PinForm)?)
            }
        };
        let (generation, is_set) = (self.next_generation(), keys.operator.is_some());
        self.seal_again(keys, &pins, EventKind::OperatorPinSet { generation, is_set })
    }

    fn seal_again(&mut self, keys: Keys, pins: &Pins, event: EventKind) -> Outcome {
        let generation = self.next_generation();
        let sealed = keys.seal(pins, generation, |bytes| self.world.random(bytes));
        self.reseal(sealed.ok_or_else(no_key)?, event)?;
        if let Some(unlocked) = self.unlocked.as_mut() {
            unlocked.keys = keys;
        }
        Ok(self.status_answer())
    }

    fn next_generation(&self) -> u32 {
        self.day.keys_generation.saturating_add(1)
    }

    /// Seconds until both PINs are taken again.
    pub(crate) fn pin_delay_s(&self) -> u32 {
        self.delay_s(self.day.wrong_pins.both, self.waits.both)
    }

    fn operator_delay_s(&self) -> u32 {
        self.delay_s(self.day.wrong_pins.operator, self.waits.operator)
    }

    /// 1, 2, 4, … up to five minutes after each wrong one in a row, by the time that really passes: whoever sets
    /// the clock neither shortens nor lengthens the wait.
    pub(crate) fn delay_s(&self, in_a_row: u32, since: f64) -> u32 {
        let Some(doublings) = in_a_row.checked_sub(1) else { return 0 };
        let delay = 1_u64.checked_shl(doublings).unwrap_or(MAX_DELAY_S).min(MAX_DELAY_S);
        let passed = whole_seconds(self.world.milliseconds() - since);
        u32::try_from(delay.saturating_sub(passed)).unwrap_or(u32::MAX)
    }
}

/// The table of who may do what.
fn needs(command: &Command) -> Needs {
    match command {
        Command::Status
        | Command::Provision { .. }
        | Command::MakeKey { .. }
        | Command::Unlock { .. }
        | Command::Open { .. }
        | Command::Resume { .. }
        | Command::Close { .. }
        | Command::ChangePins { .. }
        | Command::SetOperatorPin { .. }
        | Command::ExportLog { .. }
        | Command::OperatorSignIn { .. }
        | Command::Lock { .. }
        | Command::SignOut
        | Command::NoteScannerFault { .. }
        | Command::NoteScanner { .. }
        | Command::NoteScannerGone
        | Command::NoteNetwork
        | Command::Note { .. }
        | Command::Log { .. }
        | Command::LogOf { .. }
        // These bring both PINs.
        | Command::StartCount { .. }
        | Command::TakeOver { .. }
        | Command::LookAtCopy
        | Command::NoteBuild { .. }
        // The copy is sealed, and is kept in step whoever is signed in.
        | Command::CopyPackage
        | Command::MakeCopy
        | Command::CheckCopy
        | Command::ConfirmCopied { .. }
        | Command::NoteCopyLost { .. }
        | Command::Designs => Needs::Nobody,
        Command::CountSheet
        | Command::TakePart { .. }
        | Command::ReadSide { .. }
        | Command::CountRead { .. }
        | Command::ConfirmDrop
        | Command::Pause
        | Command::NoteCopyChosen
        | Command::PermitClosing => Needs::SignedIn,
        Command::IssueReport { kind }
        | Command::ConfirmPrinted { kind, .. }
        | Command::NotePrint { kind, .. } => match kind {
            ReportKind::Turnout => Needs::SignedIn,
            ReportKind::Zero | ReportKind::Final => Needs::Commission,
        },
        Command::EnrolmentRequest
        | Command::Enrol
        | Command::TestSheet
        | Command::ConfirmTest
        | Command::SealedResult
        | Command::ResultOf { .. }
        | Command::StationReport { .. }
        | Command::ConfirmTransmitted { .. }
        | Command::NoteTransmissionFailed { .. } => Needs::Commission,
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a duration; `as` saturates"
)]
fn whole_seconds(milliseconds: f64) -> u64 {
    (milliseconds / 1_000.0) as u64
}
