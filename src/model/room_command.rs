//! What a person wants of the relay of a room, or gives it to prove something; and what of that is kept for another run.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::{Password, Uid};

/// What an engine wants back with the same room at the next start, kept where nobody else reads it: keys of passwords, never
/// a password. Opaque to everybody else, and never printed. Empty: nothing is to be kept.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PeerSecret(Arc<Zeroizing<Vec<u8>>>);

impl PeerSecret {
    /// Bytes of one. What is longer is not kept.
    pub const MAX: usize = 1_024;

    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Arc::new(Zeroizing::new(bytes)))
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for PeerSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PeerSecret(…)")
    }
}

/// What is said to a room's engine that no other conversation has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomCommand {
    /// What it gave in an earlier run by `NetEvent::Secret`; comes right behind `Follow`.
    Remember(PeerSecret),
    /// What a person has given as the password of this room.
    Unlock(Password),
    /// The password of this room is not to be known any longer, in this run or another. Who is inside stays.
    ForgetPassword,
    /// A person wants to be in charge of the relay, as whom, by what password.
    Claim { name: String, password: Password },
    /// And no longer. What proved it is forgotten.
    Resign,
    /// Whoever is in charge orders something, in words.
    Order(Vec<String>),
    /// Whoever is in charge has this message of the room removed.
    RemoveMessage(Uid),
}

/// What becomes of those that are in charge of a relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OperatorChange {
    Add(String),
    Remove(String),
    List,
}
