//! What is wrong with an address, and how a person is told.

use super::Phrase;

/// What is wrong with an address; each carries the offending part.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("empty")]
    Empty,
    #[error("scheme {0:?}")]
    Scheme(String),
    #[error("host {0:?}")]
    Host(String),
    /// Several, where one is meant, or a comma with nothing beside it.
    #[error("hosts {0:?}")]
    Hosts(String),
    #[error("too many hosts {0:?}")]
    TooManyHosts(String),
    #[error("port {0:?}")]
    Port(String),
    #[error("no port")]
    NoPort,
    /// It is missing, mistyped, or has no meaning there.
    #[error("key {0:?}")]
    Key(String),
    #[error("option {0:?}")]
    Option(String),
    #[error("encoding {0:?}")]
    Encoding(String),
    #[error("brackets {0:?}")]
    Brackets(String),
    #[error("room {0:?}")]
    Room(String),
    /// It reaches one host, or none, where everybody is meant.
    #[error("group {0:?}")]
    Group(String),
}

/// An example of a good address, shown with every refusal.
const EXAMPLE: &str = "192.168.1.20:8081";

impl AddressError {
    pub fn phrase(&self) -> Phrase {
        let (key, part) = match self {
            Self::Empty => ("address-empty", ""),
            Self::Scheme(part) => ("address-scheme", part.as_str()),
            Self::Host(part) => ("address-host", part.as_str()),
            Self::Hosts(part) => ("address-hosts", part.as_str()),
            Self::TooManyHosts(part) => ("address-too-many-hosts", part.as_str()),
            Self::Port(part) => ("address-port", part.as_str()),
            Self::NoPort => ("address-no-port", ""),
            Self::Key(part) => ("address-key", part.as_str()),
            Self::Option(part) => ("address-option", part.as_str()),
            Self::Encoding(part) => ("address-encoding", part.as_str()),
            Self::Brackets(part) => ("address-brackets", part.as_str()),
            Self::Room(part) => ("address-room", part.as_str()),
            Self::Group(part) => ("address-group", part.as_str()),
        };
        Phrase::new(key).text("part", part).text("example", EXAMPLE)
    }
}
