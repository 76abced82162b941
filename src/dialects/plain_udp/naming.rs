//! What a look-up means for the messages that wait for it: when one is started, and what its answer releases.

use std::net::SocketAddr;

use super::engine::PlainUdp;
use crate::model::{ConversationId, Now};
use crate::wire::naming::Naming;

impl PlainUdp {
    pub(super) fn ask(&mut self, now: Now, conversation: ConversationId) {
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        let question = self.lookups.ask(now, conversation, &peer.address, &mut peer.naming);
        self.outbox.extend(question);
    }

    pub(super) fn resolved(
        &mut self,
        now: Now,
        conversation: ConversationId,
        host: &str,
        addresses: &[SocketAddr],
    ) {
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        let answer = self.lookups.answer(conversation, &peer.address, peer.naming, host, addresses);
        let Some(addresses) = answer else { return };
        // A name that is not found again just now is still where it was.
        let kept = addresses.is_empty() && peer.target_count() > 0;
        peer.naming = if addresses.is_empty() && !kept { Naming::Unknown } else { Naming::Known(now.mono) };
        if !kept {
            self.peers.set_targets(conversation, &addresses);
        }
        self.release(now, conversation);
    }

    pub(super) fn expire(&mut self, now: Now) {
        while let Some(conversation) = self.lookups.overdue(now) {
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
