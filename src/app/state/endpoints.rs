//! Where the peer of a conversation is: by which addresses what it sends and gets is told from the rest of the network.

use std::net::{IpAddr, SocketAddr};

use super::State;
use crate::app::conversation::Conversation;
use crate::model::{Direction, Endpoints};

/// Messages looked at for where they came from: a peer speaks from one port for long.
const RECENT: usize = 32;

impl State {
    /// The address that is written there, those that it was reached at and heard from, and its whole host where nobody
    /// else is there, or where a host is one peer. Of a peer known by its key: wherever it is now.
    pub fn endpoints(&self, conversation: &Conversation) -> Endpoints {
        let literal = conversation.address.literal().filter(|_| conversation.address.key.is_none());
        let recent = conversation.messages().iter().rev().take(RECENT);
        let heard = recent.filter_map(|message| match message.direction {
            Direction::Incoming { source, .. } => Some(source),
            Direction::Outgoing { .. } | Direction::Notice(_) => None,
        });
        let heard = heard.filter(|_| !conversation.is_room());
        let mut at: Vec<_> = literal.into_iter().chain(conversation.status.reached()).chain(heard).collect();
        at.sort_unstable();
        at.dedup();
        let hosts = if conversation.address.key.is_some() {
            conversation.status.seen().or_else(|| conversation.address.literal().map(|at| at.ip()))
        } else {
            at.first().map(SocketAddr::ip).filter(|host| self.is_alone(conversation, *host))
        };
        Endpoints { at, hosts: hosts.into_iter().collect() }
    }

    /// Whether all that a host sends is this peer's.
    fn is_alone(&self, conversation: &Conversation, host: IpAddr) -> bool {
        let is_there = |other: &Conversation| other.address.literal().is_some_and(|at| at.ip() == host);
        let is_other = |other: &Conversation| other.id != conversation.id && is_there(other);
        let any_port = conversation.address.scheme.caps.any_port;
        !conversation.is_room() && (any_port || !self.conversations().any(is_other))
    }
}
