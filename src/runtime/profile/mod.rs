//! The files of one identity: where they are, what is in them, and how they change.
//!
//! A file that does not parse is never overwritten. An edit changes only its own bytes: it is spliced into
//! the text at the place the parser names, so comments, order and line ends stay as the person left them.

mod alerts;
mod announce;
mod comment_column;
mod config;
mod contacts;
mod document;
mod edits;
mod error;
mod file;
#[cfg(any(test, fuzzing))]
pub(super) mod fuzzing;
mod identity_key;
#[cfg(target_os = "linux")]
mod inotify;
mod name;
#[cfg(not(target_os = "linux"))]
mod notified;
mod operators_file;
mod passphrase;
mod paths;
mod permissions;
mod privacy;
mod relay_settings;
mod scalars;
mod sealed_key;
mod secrets_file;
mod terminal_settings;
mod values;
mod watch;

#[cfg(test)]
mod tests;

use crate::model::Phrase;

pub use announce::{Announce, AnnounceError, MAX_ANNOUNCE};
pub use config::Config;
pub(in crate::runtime) use file::create_beside;

pub use alerts::{AlertSettings, NotifyBy, NotifyCommand};
pub use error::{ConfigError, EditError, Problem, ProfileError, ValueKind};
pub use identity_key::{IdentityError, read_secret};
pub use name::{ECHO_NAME, MAX_NAME_BYTES, MAX_NAME_CELLS, NameError, check_name, check_own_name};
pub use operators_file::OperatorsFile;
pub use passphrase::{AskPassphrase, MAX_PASSPHRASE, PassphraseError, PassphraseFile, PassphraseQuestion};
pub use paths::Profile;
pub use permissions::{append_private, create_folder, create_private};
pub use relay_settings::RelaySettings;
pub use terminal_settings::{PICTURES, PictureSetting, TerminalSettings};
pub use values::{choices, settings};
pub use watch::{Changed, Watcher};

pub use crate::model::ListenSetting;

/// What was read, and what a person should know about it. Warnings never stop anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded<T> {
    pub value: T,
    pub warnings: Vec<Phrase>,
}
