//! How a session is started, and why it is not.

use std::path::PathBuf;

use super::keeping::InUse;
use super::profile::{ConfigError, ECHO_NAME, Profile, ProfileError};
use crate::model::{AddressError, ListenSettings, Phrase, nearest};
use crate::net::{self, parse_address};

/// How a session is started. What is `None` comes from the profile's config.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub profile: Option<PathBuf>,
    pub interface: Option<String>,
    pub listen: ListenSettings,
    /// Our own name.
    pub name: Option<String>,
    /// The name of a contact or an address that is to be opened: an error if it is neither.
    pub open: Option<String>,
    /// The tag of the language, and of the one that the system has where nobody says any.
    pub language: Option<String>,
    pub locale: &'static str,
    /// Know only the contact of this name or address: nobody else is to notice this session.
    pub only: Option<String>,
    /// A taken port is replaced by a free one; otherwise it is an error.
    pub fallback: bool,
    /// The built-in echo peer, and following edits of the files: what only the messenger needs.
    pub interactive: bool,
}

/// Why a session did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Profile(#[from] ProfileError),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Net(#[from] net::StartError),
    #[error(transparent)]
    InUse(#[from] InUse),
    /// What is to be opened is neither a contact nor an address; the contact with nearly that name.
    #[error("no contact {name:?}")]
    NoSuchTarget { name: String, near: Option<String> },
    /// What is to be opened looks like an address and is none.
    #[error("address")]
    Address(AddressError),
    #[error("thread: {0}")]
    Store(std::io::Error),
}

impl StartError {
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Profile(error) => error.phrase(),
            Self::Config(error) => error.phrase(),
            Self::Net(error) => error.phrase(),
            Self::InUse(error) => error.phrase(),
            Self::Address(error) => error.phrase(),
            Self::NoSuchTarget { name, near: Some(near) } => {
                Phrase::new("start-no-such-contact-near").text("name", name).text("near", near)
            }
            Self::NoSuchTarget { name, near: None } => {
                Phrase::new("start-no-such-contact").text("name", name)
            }
            Self::Store(error) => Phrase::new("start-thread").text("code", error.kind().to_string()),
        }
    }
}

/// Whether there is anything to open under this name.
pub(super) fn check_target(profile: &Profile, target: &str) -> Result<(), StartError> {
    // Contacts that cannot be read are told of elsewhere, and nothing is known against the name.
    let Ok(contacts) = profile.load_contacts(&parse_address) else { return Ok(()) };
    let names: Vec<&str> = contacts.value.iter().map(|contact| &*contact.name).collect();
    if names.contains(&target) || target == ECHO_NAME {
        return Ok(());
    }
    match parse_address(target) {
        Ok(_address) => return Ok(()),
        Err(error) if target.contains(':') => return Err(StartError::Address(error)),
        Err(_no_address) => {}
    }
    let near = nearest(target, names).map(str::to_owned);
    Err(StartError::NoSuchTarget { name: target.to_owned(), near })
}
