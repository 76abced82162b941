//! Where the files of a profile are: all in one folder, or in the XDG folders.
//!
//! Opening creates folders and closes to others what stands open; it never reads what is in a file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf, absolute};

use etcetera::BaseStrategy;
use toml_edit::Value;

use super::contacts::{ACCEPT, KEEP, NOTIFY, PINNED};
use super::permissions::{create_folder, is_link, is_shared, of_another, open_to_others, tighten};
use super::{
    Config, ConfigError, EditError, IdentityError, Loaded, ProfileError, config, contacts, edits,
    identity_key, passphrase::AskPassphrase, secrets_file,
};
use crate::app::ContactsEdit;
use crate::model::contact::{MENTION, written_size};
use crate::model::{Address, AddressError, Contact, KeepPeriod, NotifyLevel, PeerSecret, Phrase, Registry};
use crate::net::{KeyPair, registry};

const CONFIG: &str = "config.toml";
const CONTACTS: &str = "contacts.toml";
const HISTORY: &str = "history.db";
/// Locked by the one program that writes the history.
const HISTORY_LOCK: &str = "history.lock";
/// What a relay keeps of its rooms, and what says that one does.
const ROOMS: &str = "rooms.db";
const ROOMS_LOCK: &str = "rooms.lock";
const IDENTITY: &str = "identity.key";
const SECRETS: &str = "rooms.key";
const OPERATORS: &str = "operators.key";
const LOG: &str = "udpqq.log";
const DOWNLOADS: &str = "downloads";
/// What must not be readable by others when it exists; the two after the database are its companions.
const PRIVATE: [&str; 14] = [
    CONFIG,
    CONTACTS,
    HISTORY,
    "history.db-wal",
    "history.db-shm",
    HISTORY_LOCK,
    ROOMS,
    "rooms.db-wal",
    "rooms.db-shm",
    ROOMS_LOCK,
    IDENTITY,
    SECRETS,
    OPERATORS,
    LOG,
];

/// Profiles side by side that one is looked for among; nobody has as many.
const MAX_PROFILES: u32 = 100;

/// The folders of one identity.
#[derive(Clone, Debug)]
pub struct Profile {
    config: PathBuf,
    data: PathBuf,
    state: PathBuf,
    warnings: Vec<Phrase>,
    /// The dialects that the settings may name.
    registry: Registry,
}

impl Profile {
    /// With `dir` everything is in that one folder, otherwise in the XDG folders of the person.
    pub fn open(dir: Option<&Path>) -> Result<Self, ProfileError> {
        Self::open_with(dir, registry())
    }

    /// `open` for what only looks: a folder that is named has to be there, since nobody looks into a new one.
    pub fn open_existing(dir: Option<&Path>) -> Result<Self, ProfileError> {
        match dir.filter(|dir| !dir.exists()) {
            Some(missing) => {
                Err(ProfileError::Missing(absolute(missing).unwrap_or_else(|_gone| missing.to_owned())))
            }
            None => Self::open(dir),
        }
    }

    /// `open` for other dialects than those of the program.
    pub fn open_with(dir: Option<&Path>, registry: Registry) -> Result<Self, ProfileError> {
        let mut profile = match dir {
            Some(dir) => Self::in_one(dir, registry)?,
            None => Self::in_xdg(registry)?,
        };
        let mut folders = vec![profile.config.clone(), profile.data.clone(), profile.state.clone()];
        folders.dedup();
        for folder in &folders {
            profile.prepare(folder, dir.is_some())?;
        }
        if let Some(theirs) = folders.iter().find(|folder| of_another(folder).is_some()) {
            profile.warnings.push(Phrase::new("profile-of-another").text("path", theirs.to_string_lossy()));
        }
        for path in folders.iter().flat_map(|folder| PRIVATE.map(|name| folder.join(name))) {
            profile.close_to_others(&path);
        }
        Ok(profile)
    }

    fn in_one(dir: &Path, registry: Registry) -> Result<Self, ProfileError> {
        // Absolute, so that a later change of the working directory moves nothing.
        let dir = absolute(dir).map_err(|error| folder_error(dir, &error))?;
        Ok(Self { config: dir.clone(), data: dir.clone(), state: dir, warnings: Vec::new(), registry })
    }

    fn in_xdg(registry: Registry) -> Result<Self, ProfileError> {
        let base = etcetera::choose_base_strategy().map_err(|_no_home| ProfileError::NoHome)?;
        let state = base.state_dir().unwrap_or_else(|| base.data_dir());
        Ok(Self {
            config: base.config_dir().join("udpqq"),
            data: base.data_dir().join("udpqq"),
            state: state.join("udpqq"),
            warnings: Vec::new(),
            registry,
        })
    }

    fn prepare(&mut self, folder: &Path, chosen: bool) -> Result<(), ProfileError> {
        if !folder.exists() {
            return create_folder(folder).map_err(|error| folder_error(folder, &error));
        }
        if !folder.is_dir() {
            return Err(folder_error(folder, &io::Error::from(io::ErrorKind::NotADirectory)));
        }
        // Closing such a folder would take it from the others it belongs to.
        if is_shared(folder) || folder.parent().is_none() {
            return Err(ProfileError::Shared(folder.to_owned()));
        }
        if chosen && !is_ours(folder) {
            if let Some(mode) = open_to_others(folder) {
                self.warn("profile-left-open", folder, mode);
            }
            return Ok(());
        }
        // A folder that is reached by a link is followed once, here.
        self.close_to_others(&fs::canonicalize(folder).unwrap_or_else(|_gone| folder.to_owned()));
        Ok(())
    }

    fn close_to_others(&mut self, path: &Path) {
        let Some(mode) = open_to_others(path) else { return };
        let key = match () {
            // The link was put there by somebody, and may lead to anybody's file.
            () if is_link(path) => "profile-link-left-open",
            () if tighten(path).is_ok() => "profile-tightened",
            () => "profile-not-tightened",
        };
        self.warn(key, path, mode);
    }

    fn warn(&mut self, key: &'static str, path: &Path, mode: String) {
        self.warnings.push(Phrase::new(key).text("path", path.to_string_lossy()).text("mode", mode));
    }

    /// What opening found: modes that were too wide.
    pub fn warnings(&self) -> &[Phrase] {
        &self.warnings
    }

    pub fn config_path(&self) -> PathBuf {
        self.config.join(CONFIG)
    }

    pub fn contacts_path(&self) -> PathBuf {
        self.config.join(CONTACTS)
    }

    pub fn history_path(&self) -> PathBuf {
        self.data.join(HISTORY)
    }

    pub fn history_lock_path(&self) -> PathBuf {
        self.data.join(HISTORY_LOCK)
    }

    /// Where the log of a relay's rooms is.
    pub fn rooms_folder(&self) -> &Path {
        &self.state
    }

    /// The socket over which a relay gets its orders.
    pub fn orders_path(&self) -> PathBuf {
        self.state.join("relay.sock")
    }

    /// A folder beside this profile that could hold another one.
    pub fn another(&self) -> PathBuf {
        let name = self.data.file_name().unwrap_or_default().to_string_lossy();
        (2..MAX_PROFILES)
            .map(|number| self.data.with_file_name(format!("{name}-{number}")))
            .find(|folder| !folder.exists())
            .unwrap_or_else(|| self.data.clone())
    }

    pub fn identity_path(&self) -> PathBuf {
        self.data.join(IDENTITY)
    }

    /// Who we are to peers that want it proved. The first time there is a new key.
    /// `asker`: asked where it is under a passphrase.
    pub fn own_key(&self, asker: Option<&dyn AskPassphrase>) -> Result<KeyPair, IdentityError> {
        identity_key::read_or_make(&self.identity_path(), asker)
    }

    /// Puts our key under a passphrase that `asker` tells, or under none; `true`: under one.
    pub fn reseal_key(&self, asker: Option<&dyn AskPassphrase>) -> Result<bool, IdentityError> {
        identity_key::reseal(&self.identity_path(), asker)
    }

    /// Takes over a key from its letters. One that is there already stays: it may be the only copy.
    pub fn import_key(&self, letters: &str) -> Result<KeyPair, IdentityError> {
        identity_key::import(&self.identity_path(), letters)
    }

    /// Who is in charge among the members of a relay of this profile.
    pub fn operators_path(&self) -> PathBuf {
        self.data.join(OPERATORS)
    }

    /// What is kept of passwords of the room at this address.
    pub(in crate::runtime) fn secret_of(
        &self,
        address: &Address,
        parse: &dyn Fn(&str) -> Result<Address, AddressError>,
    ) -> Option<PeerSecret> {
        secrets_file::find(&self.data.join(SECRETS), address, parse)
    }

    /// Keeps that of passwords of the room at this address from now on.
    pub(in crate::runtime) fn keep_secret(
        &self,
        address: &Address,
        secret: &PeerSecret,
        parse: &dyn Fn(&str) -> Result<Address, AddressError>,
    ) -> Result<(), Phrase> {
        secrets_file::put(&self.data.join(SECRETS), address, secret, parse)
    }

    pub fn downloads_path(&self) -> PathBuf {
        self.data.join(DOWNLOADS)
    }

    /// The folder for what comes, made if need be; `chosen`: the one that the config names. A folder that others may
    /// look into is closed only if it is the profile's own: any other belongs to whoever made it.
    pub fn make_downloads(&self, chosen: Option<&Path>) -> io::Result<PathBuf> {
        let folder = chosen.map_or_else(|| self.downloads_path(), Path::to_owned);
        let found = fs::symlink_metadata(&folder);
        if found.is_err() || (chosen.is_none() && found.is_ok_and(|found| found.is_dir())) {
            create_folder(&folder)?;
        } else if !folder.is_dir() {
            return Err(io::Error::from(io::ErrorKind::NotADirectory));
        }
        Ok(folder)
    }

    pub fn log_path(&self) -> PathBuf {
        self.state.join(LOG)
    }

    /// `config.toml`; a missing file is the defaults with `exists: false`.
    pub fn load_config(&self) -> Result<Loaded<Config>, ConfigError> {
        config::load(&self.config_path(), &self.registry)
    }

    /// Changes keys of `config.toml` in one write, or none of them; keys of a table as `listen.udp`. A missing
    /// file is written first, with what each setting is for.
    pub fn set_all(&self, settings: &[(&str, &str)]) -> Result<(), EditError> {
        config::set(&self.config_path(), settings, &self.registry)
    }

    /// Changes one key of `config.toml`.
    pub fn set(&self, key: &str, value: &str) -> Result<(), EditError> {
        self.set_all(&[(key, value)])
    }

    /// `contacts.toml`, read with the dialects' address parser; a missing file is an empty list.
    pub fn load_contacts(
        &self,
        parse: &dyn Fn(&str) -> Result<Address, AddressError>,
    ) -> Result<Loaded<Vec<Contact>>, ConfigError> {
        contacts::read(&self.contacts_path(), parse)
    }

    /// Does what is to be done to contacts.toml.
    pub fn edit(&self, edit: &ContactsEdit) -> Result<(), EditError> {
        match edit {
            ContactsEdit::Add { name, address } => self.add_contact(name, address),
            ContactsEdit::Remove { name } => self.remove_contact(name),
            ContactsEdit::Rename { old, new } => self.rename_contact(old, new),
            ContactsEdit::SetAddress { name, address } => self.set_contact_address(name, address),
            ContactsEdit::SetAccept { name, up_to } => self.set_contact_accept(name, *up_to),
            ContactsEdit::SetNotify { name, notify } => self.set_contact_notify(name, *notify),
            ContactsEdit::SetPinned { name, pinned } => self.set_contact_pinned(name, *pinned),
            ContactsEdit::SetKeep { name, period } => self.set_contact_keep(name, *period),
        }
    }

    /// `address` is written as it stands; the caller has parsed it.
    pub fn add_contact(&self, name: &str, address: &str) -> Result<(), EditError> {
        edits::edit(&self.contacts_path(), |source| edits::add(source, name, address))
    }

    pub fn remove_contact(&self, name: &str) -> Result<(), EditError> {
        edits::edit(&self.contacts_path(), |source| edits::remove(source, name))
    }

    /// The contact keeps its place in the file.
    pub fn rename_contact(&self, old: &str, new: &str) -> Result<(), EditError> {
        edits::edit(&self.contacts_path(), |source| edits::rename(source, old, new))
    }

    /// `address` is written as it stands; the caller has parsed it.
    pub fn set_contact_address(&self, name: &str, address: &str) -> Result<(), EditError> {
        edits::edit(&self.contacts_path(), |source| edits::set_address(source, name, address))
    }

    /// Up to which size its files are fetched without asking; `None`: a person is asked.
    pub fn set_contact_accept(&self, name: &str, up_to: Option<u64>) -> Result<(), EditError> {
        let size = up_to.map(written_size).map(Value::from);
        edits::edit(&self.contacts_path(), |source| edits::set_option(source, name, ACCEPT, size))
    }

    /// What of it rings and counts. What holds for all is not written down.
    pub fn set_contact_notify(&self, name: &str, level: NotifyLevel) -> Result<(), EditError> {
        let said = match level {
            NotifyLevel::All => None,
            NotifyLevel::Mentions => Some(Value::from(MENTION)),
            NotifyLevel::None => Some(Value::from(false)),
        };
        edits::edit(&self.contacts_path(), |source| edits::set_option(source, name, NOTIFY, said))
    }

    /// Whether it stands on top of the list.
    pub fn set_contact_pinned(&self, name: &str, pinned: bool) -> Result<(), EditError> {
        let said = pinned.then_some(Value::from(true));
        edits::edit(&self.contacts_path(), |source| edits::set_option(source, name, PINNED, said))
    }

    /// After how long what is said with it is removed; `None`: it stays.
    pub fn set_contact_keep(&self, name: &str, period: Option<KeepPeriod>) -> Result<(), EditError> {
        let period = period.map(KeepPeriod::written).map(Value::from);
        edits::edit(&self.contacts_path(), |source| edits::set_option(source, name, KEEP, period))
    }
}

/// A folder a person named is only closed to others if there is nothing in it but a profile: it might be their home,
/// or one that several people use.
fn is_ours(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|entries| {
        entries.flatten().all(|entry| is_name_of_ours(&entry.file_name().to_string_lossy()))
    })
}

/// A file of a profile, one that was moved aside or is being written, or the folder of what came.
fn is_name_of_ours(name: &str) -> bool {
    let aside = name.starts_with("history-") && name.contains(".db");
    let unfinished = name.starts_with('.') && Path::new(name).extension() == Some("tmp".as_ref());
    aside || unfinished || name == DOWNLOADS || PRIVATE.contains(&name)
}

fn folder_error(path: &Path, error: &io::Error) -> ProfileError {
    ProfileError::Folder { path: path.to_owned(), reason: error.to_string() }
}
