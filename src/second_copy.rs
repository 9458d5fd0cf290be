//! Keeps the second copy on the stick in step with the vault: writes each copy that the vault makes, reads it back and
//! says so. It outlives the screens, and never makes them wait but for the sheet that it belongs to.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use urna_core::seal::Digest;
use urna_core::vault_api::{Command, Reply, Status, VaultError};
use urna_core::{CopyFault, CopyStanding};
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

use crate::directory::{self, Access, Directory, Missing, Stamp};
use crate::kept_directory;
use crate::listeners::Listeners;
use crate::problem::Problem;
use crate::vault::{Answer, VaultClient};

/// What a screen shows of the copy's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// This browser can't write to a stick.
    Unable,
    /// None was chosen.
    None,
    /// One was chosen before the start, and a person has to allow it again.
    Asks,
    /// It is there, as far as is known.
    Kept,
    /// It can't be written; tried again all the time.
    Lost(CopyFault),
}

/// The second copy.
#[derive(Clone)]
pub struct SecondCopy(Rc<Inner>);

struct Inner {
    place: RefCell<Option<Directory>>,
    view: Cell<View>,
    /// A person chose the place just now: files are made where there are none.
    is_new: Cell<bool>,
    /// The file as it was written last: nothing else is written over unseen.
    known: RefCell<Option<(String, Stamp)>>,
    /// Somebody writes.
    is_busy: Cell<bool>,
    /// The vault counts nothing without the copy, and it is behind.
    holds_up: Cell<bool>,
    listeners: Listeners,
}

/// What a look at the stick found.
enum Found {
    AsItWas,
    /// Somebody else wrote it.
    Otherwise,
}

/// Why there is no copy.
enum Trouble {
    /// The stick.
    Place(CopyFault),
    /// The vault: it fails elsewhere too, and says so there.
    Vault,
}

impl From<CopyFault> for Trouble {
    fn from(fault: CopyFault) -> Self {
        Trouble::Place(fault)
    }
}

impl SecondCopy {
    /// Takes the place that was chosen before, if there is one.
    pub fn start() -> Self {
        let view = if directory::is_there() { View::None } else { View::Unable };
        let copy = SecondCopy(Rc::new(Inner {
            place: RefCell::default(),
            view: Cell::new(view),
            is_new: Cell::default(),
            known: RefCell::default(),
            is_busy: Cell::default(),
            holds_up: Cell::default(),
            listeners: Listeners::default(),
        }));
        let first = copy.clone();
        spawn_local(async move { first.find_again().await });
        copy
    }

    /// What is to be shown.
    pub fn view(&self) -> View {
        self.0.view.get()
    }

    /// Whether no sheet may be started.
    pub fn holds_up(&self) -> bool {
        self.0.holds_up.get()
    }

    /// Calls back whenever something is to be shown otherwise, until [`SecondCopy::forget_watcher`].
    pub fn watch(&self, watcher: Callback<()>) -> u32 {
        self.0.listeners.watch(watcher)
    }

    /// Calls back no more.
    pub fn forget_watcher(&self, id: u32) {
        self.0.listeners.forget(id);
    }

    /// Returns when something has changed, or was tried.
    pub async fn changed(&self) {
        self.0.listeners.changed().await;
    }

    /// Lets a person choose the place. Only from a click. The vault's state, if it has changed.
    pub async fn choose(&self, vault: &VaultClient) -> Option<Status> {
        let place = match directory::choose(Access::Write).await {
            Ok(place) => place?,
            Err(fault) => return self.lose(vault, fault).await,
        };
        kept_directory::write(&place).await;
        self.turn().await;
        *self.0.place.borrow_mut() = Some(place);
        self.0.known.borrow_mut().take();
        self.0.is_new.set(true);
        let status = status_of(vault.ask(Command::NoteCopyChosen, Vec::new()).await);
        self.0.is_busy.set(false);
        self.0.view.set(View::Kept);
        self.0.listeners.tell();
        status
    }

    /// Lets a person allow the place again. Only from a click.
    pub async fn allow(&self) {
        let place = self.0.place.borrow().clone();
        if let Some(place) = place
            && place.ask().await
        {
            self.0.view.set(View::Kept);
            self.0.listeners.tell();
        }
    }

    /// Brings the copy into step with the vault, whose state this is; the vault's state, if it has changed.
    pub async fn keep_up(&self, vault: &VaultClient, status: &Status) -> Option<Status> {
        let is_behind = is_wanted(status) && status.copy.standing != CopyStanding::Current;
        let after = match self.view() {
            View::Kept if is_behind => self.copy(vault).await,
            _ => None,
        };
        self.heard(after.as_ref().unwrap_or(status));
        after
    }

    /// Tries again, or looks whether the stick is still there; the vault's state, if it has changed.
    pub async fn look(&self, vault: &VaultClient, status: &Status) -> Option<Status> {
        if !is_wanted(status) || self.0.is_busy.get() {
            return None;
        }
        let after = match self.view() {
            View::Lost(_) => self.copy(vault).await,
            View::Kept => match self.probe().await {
                Err(fault) => self.lose(vault, fault).await,
                Ok(Found::AsItWas) => None,
                Ok(Found::Otherwise) => self.copy(vault).await,
            },
            View::Unable | View::None | View::Asks => None,
        };
        // Whoever waits looks whether it is to go on waiting.
        self.0.listeners.wake();
        after.inspect(|status| self.heard(status))
    }

    /// Remembers whether the vault waits for the copy.
    pub fn heard(&self, status: &Status) {
        if self.0.holds_up.replace(status.copy.holds_up()) != status.copy.holds_up() {
            self.0.listeners.tell();
        }
    }

    async fn find_again(&self) {
        let Some(place) = kept_directory::read().await else { return };
        if self.0.place.borrow().is_some() || self.view() == View::Unable {
            return;
        }
        let view = if place.is_allowed().await { View::Kept } else { View::Asks };
        *self.0.place.borrow_mut() = Some(place);
        self.0.view.set(view);
        self.0.listeners.tell();
    }

    /// Looks whether the file is there as it was written last.
    async fn probe(&self) -> Result<Found, CopyFault> {
        let (place, known) = (self.0.place.borrow().clone(), self.0.known.borrow().clone());
        let (Some(place), Some((name, stamp))) = (place, known) else { return Ok(Found::AsItWas) };
        let now = place.stamp(&name).await?;
        // A copy that was written meanwhile has a stamp of its own.
        let is_same = now == stamp || self.0.known.borrow().as_ref() != Some(&(name, stamp));
        Ok(if is_same { Found::AsItWas } else { Found::Otherwise })
    }

    /// Makes one copy and writes it.
    async fn copy(&self, vault: &VaultClient) -> Option<Status> {
        self.turn().await;
        let outcome = self.write(vault).await;
        self.0.is_busy.set(false);
        match outcome {
            Ok(status) => {
                self.0.is_new.set(false);
                if self.0.view.replace(View::Kept) != View::Kept {
                    self.0.listeners.tell();
                }
                self.0.listeners.wake();
                Some(status)
            }
            Err(Trouble::Place(fault)) => self.lose(vault, fault).await,
            Err(Trouble::Vault) => None,
        }
    }

    async fn write(&self, vault: &VaultClient) -> Result<Status, Trouble> {
        let place = self.0.place.borrow().clone().ok_or(CopyFault::Gone)?;
        let (name, bytes) = file_of(vault.ask(Command::MakeCopy, Vec::new()).await)?;
        let missing = if self.0.is_new.get() { Missing::Make } else { Missing::Fault };
        let known = self.0.known.borrow().clone();
        let is_known = match known {
            Some((known, stamp)) if known == name => place.stamp(&name).await? == stamp,
            _ => false,
        };
        if !is_known {
            self.get_to_know(vault, &place, &name, missing).await?;
        }
        place.write(&name, &bytes, missing).await?;
        let back = place.read(&name).await?.ok_or(CopyFault::Gone)?;
        let stamp = place.stamp(&name).await?;
        *self.0.known.borrow_mut() = Some((name, stamp));
        let digest = Digest::of(&back);
        match vault.ask(Command::ConfirmCopied { digest }, Vec::new()).await {
            Err(Problem::Vault(VaultError::BadRequest { .. })) => {
                Err(Trouble::Place(CopyFault::Different))
            }
            answer => status_of(answer).ok_or(Trouble::Vault),
        }
    }

    /// Looks at what lies there before anything is written over, and puts the package beside it.
    async fn get_to_know(
        &self,
        vault: &VaultClient,
        place: &Directory,
        name: &str,
        missing: Missing,
    ) -> Result<(), Trouble> {
        if !place.is_allowed().await {
            return Err(CopyFault::NotAllowed.into());
        }
        if let Some(there) = place.read(name).await? {
            match vault.ask(Command::CheckCopy, vec![there]).await {
                Ok(_) => {}
                Err(Problem::Vault(VaultError::Copy { .. })) => {
                    return Err(CopyFault::Ahead.into());
                }
                Err(_) => return Err(Trouble::Vault),
            }
        }
        let (name, bytes) = file_of(vault.ask(Command::CopyPackage, Vec::new()).await)?;
        if place.read(&name).await?.as_ref() == Some(&bytes) {
            return Ok(());
        }
        place.write(&name, &bytes, missing).await?;
        match place.read(&name).await? {
            Some(back) if back == bytes => Ok(()),
            _ => Err(CopyFault::Different.into()),
        }
    }

    /// It can't be written. The vault is told once, and not at each try.
    async fn lose(&self, vault: &VaultClient, fault: CopyFault) -> Option<Status> {
        self.0.known.borrow_mut().take();
        let was = self.0.view.replace(View::Lost(fault));
        self.0.listeners.tell();
        if was == View::Lost(fault) {
            return None;
        }
        status_of(vault.ask(Command::NoteCopyLost { fault }, Vec::new()).await)
    }

    /// One at a time.
    async fn turn(&self) {
        while self.0.is_busy.replace(true) {
            self.changed().await;
        }
    }
}

/// Whether the policy asks for a copy, and there is something to copy.
pub fn is_wanted(status: &Status) -> bool {
    status.copy.required && status.unlocked && status.enrolled.is_some()
}

/// Key of what is wrong, and what to do.
pub fn fault_key(fault: CopyFault) -> &'static str {
    match fault {
        CopyFault::Gone => "copy-lost-gone",
        CopyFault::NotAllowed => "copy-lost-not-allowed",
        CopyFault::Full => "copy-lost-full",
        CopyFault::Failed => "copy-lost-failed",
        CopyFault::Different => "copy-lost-different",
        CopyFault::Slow => "copy-lost-slow",
        CopyFault::Ahead => "copy-lost-ahead",
    }
}

fn file_of(answer: Result<Answer, Problem>) -> Result<(String, Vec<u8>), Trouble> {
    match answer {
        Ok(Answer { reply: Reply::Copy { name, .. }, buffers }) => {
            Ok((name, buffers.into_iter().next().ok_or(Trouble::Vault)?))
        }
        _ => Err(Trouble::Vault),
    }
}

fn status_of(answer: Result<Answer, Problem>) -> Option<Status> {
    match answer.ok()?.reply {
        Reply::Status(status) => Some(status),
        _ => None,
    }
}
