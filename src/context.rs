//! What every screen needs: the vault, its state, the language.

use std::rc::Rc;

use urna_core::definition::{ElectionDefinition, ElectionMode, Precinct};
use urna_core::journal::{ExportKind, PollState, Role};
use urna_core::vault_api::{Command, PageNote, Reply, Status};
use yew::prelude::*;

use crate::i18n::Texts;
use crate::printing::WiredPrinter;
use crate::problem::Problem;
use crate::second_copy::SecondCopy;
use crate::vault::{Answer, VaultClient};
use crate::wired::WiredScanner;

/// The kiosk, as its screens see it.
#[derive(Clone)]
pub struct Kiosk {
    /// The texts of the chosen language.
    pub texts: Texts,
    /// The state that the vault told last.
    pub status: Rc<Status>,
    /// The scanner on the USB cable.
    pub scanner: WiredScanner,
    /// The receipt printer on another one.
    pub printer: WiredPrinter,
    /// The second copy on a stick.
    pub copy: SecondCopy,
    vault: Rc<VaultClient>,
    set_status: Callback<Status>,
}

impl PartialEq for Kiosk {
    fn eq(&self, other: &Self) -> bool {
        self.texts == other.texts && Rc::ptr_eq(&self.status, &other.status)
    }
}

impl Kiosk {
    /// Puts the parts together.
    pub fn new(
        texts: Texts,
        status: Rc<Status>,
        (scanner, printer, copy): (WiredScanner, WiredPrinter, SecondCopy),
        vault: Rc<VaultClient>,
        set_status: Callback<Status>,
    ) -> Self {
        Kiosk { texts, status, scanner, printer, copy, vault, set_status }
    }

    /// Asks the vault; every state that comes back is shown at once.
    pub async fn ask(&self, command: Command, buffers: Vec<Vec<u8>>) -> Result<Answer, Problem> {
        let answer = self.vault.ask(command, buffers).await?;
        match &answer.reply {
            Reply::Status(status) => self.show(status.clone()),
            // It is shown once the second copy has it too, where there must be one: what the screen says is
            // counted is counted for the device that goes on from the copy.
            Reply::Sheet(sheet) => {
                let after = self.copy.keep_up(&self.vault, &sheet.status).await;
                self.show(after.unwrap_or_else(|| sheet.status.clone()));
            }
            _ => {}
        }
        Ok(answer)
    }

    /// Gives the vault a piece of a sheet that moves; nobody waits for what it says.
    pub fn tell(&self, command: &Command, bytes: &[u8]) {
        self.vault.tell(command, bytes);
    }

    /// Brings the second copy into step.
    pub async fn keep_up(&self) {
        if let Some(status) = self.copy.keep_up(&self.vault, &self.status).await {
            self.show(status);
        }
    }

    /// Looks whether the second copy is still there, or again.
    pub async fn look_for_copy(&self) {
        if let Some(status) = self.copy.look(&self.vault, &self.status).await {
            self.show(status);
        }
    }

    /// Lets a person choose where the second copy goes. Only from a click.
    pub async fn choose_copy(&self) {
        if let Some(status) = self.copy.choose(&self.vault).await {
            self.show(status);
        }
    }

    /// Shows a state; where it comes without the definition, that is what it was.
    fn show(&self, status: Status) {
        self.copy.heard(&status);
        let definition = status.definition.or_else(|| self.status.definition.clone());
        self.set_status.emit(Status { definition, ..status });
    }

    /// Has the vault note that something was taken out; nobody waits for it.
    pub fn note_export(&self, what: ExportKind) {
        self.note(PageNote::Export { what });
    }

    /// Tells the vault what only the page can see; nobody waits for it.
    pub fn note(&self, note: PageNote) {
        self.vault.tell(&Command::Note { note }, &[]);
    }

    /// Asks the vault for its state, after replies that don't carry it.
    pub async fn refresh(&self) -> Result<(), Problem> {
        self.ask(Command::Status, Vec::new()).await.map(|_| ())
    }

    /// The text with this key.
    pub fn t(&self, key: &str) -> String {
        self.texts.get(key)
    }

    /// The election.
    pub fn definition(&self) -> Option<&ElectionDefinition> {
        self.status.definition.as_ref()
    }

    /// Whether there are keys and nobody is signed in who could do anything in this state: then there is the
    /// lock screen and nothing else.
    pub fn is_signed_out(&self) -> bool {
        let counts = matches!(self.status.state, PollState::Open | PollState::Paused);
        let may = match self.status.signed_in {
            None => false,
            Some(Role::Operator) => counts,
            Some(Role::Commission) => true,
        };
        self.status.key_fingerprint.is_some() && !may
    }

    /// Whether this is a training, and no election.
    pub fn is_training(&self) -> bool {
        self.definition().is_some_and(|definition| definition.mode == ElectionMode::Training)
    }

    /// The precinct that the device was enrolled for.
    pub fn precinct(&self) -> Option<&Precinct> {
        self.definition()?.precinct(&self.status.enrolled.as_ref()?.precinct)
    }
}

/// The kiosk of the screen that calls this.
#[hook]
pub fn use_kiosk() -> Kiosk {
    #[allow(clippy::expect_used, reason = "every screen is drawn inside the app's provider")]
    use_context::<Kiosk>().expect("the app's provider")
}
