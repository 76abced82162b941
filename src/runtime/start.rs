//! How a session is started, and why it is not.

use std::path::PathBuf;

use super::keeping::InUse;
use super::profile::{ConfigError, ProfileError};
use crate::model::{ListenSettings, Phrase};
use crate::net;

/// How a session is started. What is `None` comes from the profile's config.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub profile: Option<PathBuf>,
    pub interface: Option<String>,
    pub listen: ListenSettings,
    /// Our own name.
    pub name: Option<String>,
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
            Self::Store(error) => Phrase::new("start-thread").text("code", error.kind().to_string()),
        }
    }
}
