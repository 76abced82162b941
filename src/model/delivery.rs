//! What is known about an outgoing message, and why it failed when it did.

use std::net::SocketAddr;

use super::Phrase;

/// The mark beside an outgoing message. Only ever set to what has happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `…` stored here, not yet handed to the network.
    Waiting,
    /// `✓` the kernel took the datagram. All that a plain dialect can ever say.
    Sent,
    /// `✓✓` the peer has stored it.
    Delivered,
    /// `✗` with the reason.
    Failed(Fault),
}

/// Why a message was not sent, or will not be accepted for sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The encoded text is longer than one datagram can carry. Both in bytes.
    TooLarge { bytes: usize, limit: usize },
    /// `character` does not exist in the contact's encoding.
    CannotEncode { character: char, encoding: String },
    /// The host name has no address, or the resolver did not answer in time.
    NameNotFound { host: String },
    /// The kernel refused; `code` is its short name, such as `ENETUNREACH`.
    Network { to: Option<SocketAddr>, code: String },
    /// The dialect is switched off, or its socket could not be opened.
    NotListening,
    /// A bounded queue is full; nothing was taken.
    Busy,
    /// The conversation is not known to the network side (removed meanwhile).
    NoSuchPeer,
}

impl Fault {
    /// The text that tells a person what is wrong.
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::TooLarge { bytes, limit } => {
                Phrase::new("fault-too-large").number("bytes", *bytes).number("limit", *limit)
            }
            Self::CannotEncode { character, encoding } => Phrase::new("fault-cannot-encode")
                .text("character", character.to_string())
                .text("code", format!("U+{:04X}", u32::from(*character)))
                .text("encoding", encoding),
            Self::NameNotFound { host } => Phrase::new("fault-name-not-found").text("host", host),
            Self::Network { to, code } => Phrase::new("fault-network")
                .text("to", to.map(|to| to.to_string()).unwrap_or_default())
                .text("code", code),
            Self::NotListening => Phrase::new("fault-not-listening"),
            Self::Busy => Phrase::new("fault-busy"),
            Self::NoSuchPeer => Phrase::new("fault-no-such-peer"),
        }
    }
}
