//! What a look-up means for the messages that wait for it: when one is started, and what its answer releases.

use super::engine::PlainUdp;
use crate::model::{ConversationId, Now};
use crate::wire::naming::{Answer, Resolved};

impl PlainUdp {
    pub(super) fn ask(&mut self, now: Now, conversation: ConversationId) {
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        let question = self.lookups.ask(now, conversation, &peer.address, &mut peer.naming);
        self.outbox.extend(question);
    }

    pub(super) fn resolved(&mut self, now: Now, answer: &Answer<'_>) {
        let Some(peer) = self.peers.get_mut(answer.conversation) else { return };
        let known = peer.targets().next().is_some();
        let found = self.lookups.answer(now, answer, (&peer.address, &mut peer.naming), known);
        if let Some(Resolved::At(addresses)) = &found {
            self.peers.set_targets(answer.conversation, addresses);
            self.tell(answer.conversation);
        }
        if found.is_some() {
            self.release(now, answer.conversation);
        }
    }

    pub(super) fn expire(&mut self, now: Now) {
        while let Some(conversation) = self.lookups.overdue(now) {
            let host = self.peers.get(conversation).map(|peer| peer.address.host.to_string());
            let host = &host.unwrap_or_default();
            self.resolved(now, &Answer { conversation, host, addresses: &[] });
        }
    }

    /// Sends what waited for the name, or says that there is none.
    pub(super) fn release(&mut self, now: Now, conversation: ConversationId) {
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        for held in std::mem::take(&mut peer.state.held) {
            if let Err(fault) = self.launch(now, conversation, held.message, held.payload) {
                self.fail(held.message, fault);
            }
        }
    }
}
