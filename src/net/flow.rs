//! What counts as one source of datagrams.

use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};

use crate::model::traffic::FIRST_STRANGER;
use crate::model::{NetCommand, Network, PeerCommand};

/// Hosts of contacts: more than anybody has, and a set that stays small.
const MAX_HOSTS: usize = 8_192;

/// Each endpoint at the host of a contact is a source; of strangers, who could send from all ports and addresses they
/// like, each network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Flow {
    Endpoint(SocketAddr),
    Network(Network),
}

impl Flow {
    /// Of a contact.
    pub(super) const fn is_known(&self) -> bool {
        matches!(self, Self::Endpoint(_))
    }
}

/// Where contacts are.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    known: HashSet<IpAddr>,
}

impl Hosts {
    /// Learns from an order which hosts are no strangers'.
    pub(super) fn note(&mut self, order: &NetCommand) {
        if let NetCommand::Peer(_, PeerCommand::Follow { address, rank, .. }) = order
            && *rank < FIRST_STRANGER
            && let Some(at) = address.literal()
        {
            self.know(at);
        }
    }

    /// The host of a contact, as its name was looked up.
    pub(super) fn know(&mut self, at: SocketAddr) {
        if self.known.len() < MAX_HOSTS {
            self.known.insert(at.ip());
        }
    }

    pub(super) fn flow(&self, from: SocketAddr) -> Flow {
        if self.known.contains(&from.ip()) {
            Flow::Endpoint(from)
        } else {
            Flow::Network(Network::of(from.ip()))
        }
    }
}
