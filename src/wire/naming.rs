//! From host names to socket addresses: when to ask, which answer counts, and when to give up.
//!
//! Only for names the user wrote down. The asking itself is done outside; what an address is good for is the
//! dialect's.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

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
    /// The question for a peer, unless it is asked already or there is nothing to ask.
    pub fn ask(
        &mut self,
        now: Now,
        conversation: ConversationId,
        address: &Address,
        naming: &mut Resolution,
    ) -> Option<Output> {
        if matches!(naming, Resolution::Asked(_) | Resolution::Literal) {
            return None;
        }
        let until = now.after(LOOKUP_LIMIT).mono;
        *naming = Resolution::Asked(until);
        self.asked.insert((until, conversation));
        Some(Output::Resolve { conversation, host: address.host.to_string(), port: address.port })
    }

    /// Nobody wants the answer any more.
    pub fn withdraw(&mut self, conversation: ConversationId, naming: Resolution) {
        if let Resolution::Asked(until) = naming {
            self.asked.remove(&(until, conversation));
        }
    }

    /// Takes an answer: `None` when it is stale. `known`: there is an address from before, which holds on when the name
    /// is not found again just now.
    pub fn answer(
        &mut self,
        now: Now,
        answer: &Answer<'_>,
        (address, naming): (&Address, &mut Resolution),
        known: bool,
    ) -> Option<Resolved> {
        let Resolution::Asked(_) = naming else { return None };
        if address.host.to_string() != answer.host {
            return None;
        }
        self.withdraw(answer.conversation, *naming);
        let usable = answer.addresses.iter().filter(|at| !at.ip().is_unspecified());
        let addresses: Vec<SocketAddr> = usable.map(|at| with_port(*at, address.port)).collect();
        let there = known || !addresses.is_empty();
        *naming = if there { Resolution::Known(now.mono) } else { Resolution::Unknown };
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

/// A found address, with the port that was meant, in its one form.
pub fn with_port(mut at: SocketAddr, port: u16) -> SocketAddr {
    at.set_port(port);
    canonical(at)
}

/// The one form of an IPv4 address; others stay as they are.
pub fn canonical(at: SocketAddr) -> SocketAddr {
    match at {
        // `to_canonical` alone would lose the scope, which mapped addresses do not have.
        SocketAddr::V6(v6) if v6.ip().to_ipv4_mapped().is_some() => {
            SocketAddr::new(at.ip().to_canonical(), at.port())
        }
        SocketAddr::V4(_) | SocketAddr::V6(_) => at,
    }
}

/// Whether both mean one program: the same host and port.
pub fn same_endpoint(one: SocketAddr, other: SocketAddr) -> bool {
    one.port() == other.port() && same_host(one, other)
}

/// Whether both mean one host. A scope that one side leaves out is not compared: a contact may be written without its
/// interface.
pub fn same_host(one: SocketAddr, other: SocketAddr) -> bool {
    let scope = |at: SocketAddr| match at {
        SocketAddr::V6(at) => at.scope_id(),
        SocketAddr::V4(_) => 0,
    };
    one.ip() == other.ip() && (scope(one) == scope(other) || scope(one) == 0 || scope(other) == 0)
}
