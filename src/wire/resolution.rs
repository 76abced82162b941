//! Name resolution: when to look a host name up, which answer counts, and when to give up.
//!
//! Only for names a person wrote down. The look-up itself is done outside; what an address is good for is up to the
//! dialect.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::endpoint::with_port;
use super::engine::Output;
use crate::model::{Address, ConversationId, Now};

/// Addresses kept of one name. Real names have two or three.
pub const MAX_TARGETS: usize = 8;
/// A look-up that takes longer counts as failed.
const LOOKUP_LIMIT: Duration = Duration::from_secs(10);
/// Addresses of a name older than this are looked up again before the next message.
const NAME_LIFE: Duration = Duration::from_mins(1);

/// Where the addresses of a peer come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// The address is an IP address, its interface a number: nothing to look up.
    Literal,
    /// A name that was not looked up yet, or without success.
    Unknown,
    /// Being looked up, until then at the latest.
    Asked(Instant),
    /// Looked up at that time.
    Known(Instant),
}

impl Resolution {
    /// Whether the next message may go where the peer was.
    pub fn is_fresh(self, now: Now) -> bool {
        match self {
            Self::Literal => true,
            Self::Known(at) => now.mono.saturating_duration_since(at) <= NAME_LIFE,
            Self::Unknown | Self::Asked(_) => false,
        }
    }
}

/// What comes back for a question: no addresses when the name has none.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    pub conversation: ConversationId,
    pub host: &'a str,
    pub addresses: &'a [SocketAddr],
}

/// The name of a peer that is looked up.
#[derive(Debug)]
pub struct Name<'a> {
    pub address: &'a Address,
    pub resolution: &'a mut Resolution,
    /// There is an address from before, which stays good when the name is not found again just now.
    pub known: bool,
}

/// What an answer brings.
#[derive(Debug)]
pub enum Resolved {
    At(Vec<SocketAddr>),
    /// Nothing new: it is still where it was.
    AsBefore,
    Nowhere,
}

/// The look-ups under way, by the time they have to be done: one for each peer at most.
#[derive(Debug, Default)]
pub struct Resolver {
    asked: BTreeSet<(Instant, ConversationId)>,
}

impl Resolver {
    /// The look-up of a peer's name, unless that is under way or there is nothing to look up.
    pub fn ask(
        &mut self,
        now: Now,
        conversation: ConversationId,
        address: &Address,
        resolution: &mut Resolution,
    ) -> Option<Output> {
        if matches!(resolution, Resolution::Asked(_) | Resolution::Literal) {
            return None;
        }
        let until = now.after(LOOKUP_LIMIT).mono;
        *resolution = Resolution::Asked(until);
        self.asked.insert((until, conversation));
        Some(Output::Resolve { conversation, host: address.host.to_string(), port: address.port })
    }

    /// Nobody wants the answer any more.
    pub fn withdraw(&mut self, conversation: ConversationId, resolution: Resolution) {
        if let Resolution::Asked(until) = resolution {
            self.asked.remove(&(until, conversation));
        }
    }

    /// Takes an answer: `None` when it is stale.
    pub fn answer(&mut self, now: Now, answer: &Answer<'_>, name: Name<'_>) -> Option<Resolved> {
        let Name { address, resolution, known } = name;
        let Resolution::Asked(_) = resolution else { return None };
        if address.host.to_string() != answer.host {
            return None;
        }
        self.withdraw(answer.conversation, *resolution);
        let usable = answer.addresses.iter().filter(|at| !at.ip().is_unspecified());
        let addresses: Vec<SocketAddr> = usable.map(|at| with_port(*at, address.port)).collect();
        let there = known || !addresses.is_empty();
        *resolution = if there { Resolution::Known(now.mono) } else { Resolution::Unknown };
        Some(match addresses {
            found if !found.is_empty() => Resolved::At(found),
            _ if known => Resolved::AsBefore,
            _ => Resolved::Nowhere,
        })
    }

    /// A look-up that took too long: to be treated as an answer without addresses.
    pub fn overdue(&mut self, now: Now) -> Option<ConversationId> {
        let (until, conversation) = self.asked.first().copied().filter(|(at, _)| *at <= now.mono)?;
        self.asked.remove(&(until, conversation));
        Some(conversation)
    }

    /// When the next one is overdue.
    pub fn deadline(&self) -> Option<Instant> {
        self.asked.first().map(|(until, _)| *until)
    }
}
