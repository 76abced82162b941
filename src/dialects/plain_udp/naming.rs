//! From host names to socket addresses: when to ask, what to do with the answer, and with none.
//!
//! Only names the user wrote down; the asking itself is done outside.

use std::net::SocketAddr;
use std::time::Duration;

use super::engine::PlainUdp;
use super::peers::Naming;
use crate::model::{ConversationId, Now};
use crate::wire::Output;

/// A look-up that takes longer counts as failed.
const LOOKUP_LIMIT: Duration = Duration::from_secs(10);

impl PlainUdp {
    pub(super) fn ask(&mut self, now: Now, conversation: ConversationId) {
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        if matches!(peer.naming, Naming::Asked(_) | Naming::Literal) {
            return;
        }
        let until = now.after(LOOKUP_LIMIT).mono;
        peer.naming = Naming::Asked(until);
        let (host, port) = (peer.address.host.to_string(), peer.address.port);
        self.asked.insert((until, conversation));
        self.outbox.push_back(Output::Resolve { conversation, host, port });
    }

    pub(super) fn resolved(
        &mut self,
        now: Now,
        conversation: ConversationId,
        host: &str,
        addresses: &[SocketAddr],
    ) {
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        let Naming::Asked(until) = peer.naming else { return };
        if peer.address.host.to_string() != host {
            return;
        }
        self.asked.remove(&(until, conversation));
        let port = peer.address.port;
        let usable = addresses.iter().filter(|at| !at.ip().is_unspecified());
        let addresses: Vec<SocketAddr> = usable.map(|at| with_port(*at, port)).collect();
        // A name that is not found again just now is still where it was.
        let kept = addresses.is_empty() && peer.target_count() > 0;
        peer.naming = if addresses.is_empty() && !kept { Naming::Unknown } else { Naming::Known(now.mono) };
        if !kept {
            self.peers.set_targets(conversation, &addresses);
        }
        self.release(now, conversation);
    }

    pub(super) fn expire(&mut self, now: Now) {
        while let Some((until, conversation)) = self.asked.first().copied().filter(|(at, _)| *at <= now.mono)
        {
            self.asked.remove(&(until, conversation));
            let host = self.peers.get(conversation).map(|peer| peer.address.host.to_string());
            self.resolved(now, conversation, &host.unwrap_or_default(), &[]);
        }
    }

    /// Sends what waited for the name, or says that there is none.
    pub(super) fn release(&mut self, now: Now, conversation: ConversationId) {
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        for held in std::mem::take(&mut peer.held) {
            if let Err(fault) = self.launch(now, conversation, held.message, held.payload) {
                self.fail(held.message, fault);
            }
        }
    }
}

fn with_port(mut at: SocketAddr, port: u16) -> SocketAddr {
    at.set_port(port);
    match at {
        // `to_canonical` would lose the scope, which mapped addresses do not have.
        SocketAddr::V6(v6) if v6.ip().to_ipv4_mapped().is_some() => {
            SocketAddr::new(at.ip().to_canonical(), port)
        }
        SocketAddr::V4(_) | SocketAddr::V6(_) => at,
    }
}
