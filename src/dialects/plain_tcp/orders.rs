//! What the app orders: whom to know, whom to forget, what to send, what to decode again.

use super::codec::Style;
use super::engine::PlainTcp;
use super::keeping::Keep;
use super::peers::{Peer, style_of};
use crate::model::{
    Address, ConversationId, ErrorCode, Fault, FileCommand, MessageCommand, NetCommand, NetEvent, Now,
    PeerCommand, Phrase,
};
use crate::wire::Output;
use crate::wire::naming::Resolution;

impl PlainTcp {
    pub(super) fn obey(&mut self, now: Now, command: NetCommand) {
        match command {
            NetCommand::Peer(conversation, PeerCommand::Follow { address, rank }) => {
                self.follow(now, conversation, address, rank);
            }
            NetCommand::Peer(conversation, PeerCommand::Forget) => self.forget(conversation),
            NetCommand::Peer(conversation, PeerCommand::Enter) => self.connect(now, conversation),
            // It speaks only when a person does; nothing here is sealed, and no files are offered.
            NetCommand::Introduce(_)
            | NetCommand::Listen { .. }
            | NetCommand::Message(_, MessageCommand::Stored { .. })
            | NetCommand::Message(_, MessageCommand::Unseal { .. })
            | NetCommand::File(_, FileCommand::Fetch { .. })
            | NetCommand::File(_, FileCommand::Decline { .. })
            | NetCommand::File(_, FileCommand::Stop { .. })
            | NetCommand::File(_, FileCommand::Withdraw { .. }) => {}
            NetCommand::Message(conversation, MessageCommand::Send { message, text, .. }) => {
                self.send(now, conversation, message, &text);
            }
            NetCommand::Message(conversation, MessageCommand::Redecode { message, payload }) => {
                let (text, lossy) = style_of(&self.peers, Some(conversation)).encoding.decode(&payload);
                self.report(NetEvent::Redecoded { message, text, lossy });
            }
        }
    }

    fn follow(&mut self, now: Now, conversation: ConversationId, address: Address, rank: u32) {
        let known =
            self.peers.get(conversation).map(|peer| (peer.address.is_same_place(&address), peer.naming));
        if known.is_some() {
            // What is kept back was written in the old style.
            let style = Style::of(&address);
            for link in self.streams.of(conversation) {
                self.read(now, link, |reader, before, give| reader.change(before, style, give));
            }
        }
        if !self.peers.follow(conversation, address, rank) {
            return;
        }
        if let Some((false, naming)) = known {
            self.lookups.withdraw(conversation, naming);
            self.leave_streams(now, conversation);
        }
        self.adopt(now, conversation);
        if self.peers.get(conversation).is_some_and(|peer| peer.naming == Resolution::Unknown) {
            // A name is looked up at once: who connects from there first must be recognised.
            self.ask(now, conversation);
        }
        self.forward(now, conversation);
        if known.is_none() {
            self.tell_departed(conversation);
        }
        let ours = |peer: &Peer| peer.targets().next().is_some_and(|at| self.ourselves.are_at(at));
        if self.peers.get(conversation).is_some_and(ours) {
            self.tell(conversation, Some(Phrase::new("reach-ourselves")));
        }
    }

    /// What leads to where a peer was before: our own streams end, those from the other side go to whom they are from.
    fn leave_streams(&mut self, now: Now, conversation: ConversationId) {
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        peer.state.dial = None;
        peer.state.left.clear();
        let keep = if peer.state.keep == Keep::No { Keep::No } else { Keep::Now };
        for link in self.streams.of(conversation) {
            let Some(stream) = self.streams.get(link) else { continue };
            if stream.accepted {
                let owner = self.peers.owner(stream.peer);
                let style = style_of(&self.peers, owner);
                self.hand_over(now, link, owner, style);
            } else {
                self.outbox.push_back(Output::Close { link });
                self.lose(now, link, &ErrorCode::ECANCELED, Phrase::new("reach-closed"));
            }
        }
        self.keep(conversation, keep);
    }

    fn forget(&mut self, conversation: ConversationId) {
        if let Some(peer) = self.peers.remove(conversation) {
            self.lookups.withdraw(conversation, peer.naming);
            self.keeping.withdraw(conversation, peer.state.keep);
        }
        for message in self.letters.which(|letter| letter.conversation == conversation) {
            self.fail(message, Fault::NoSuchPeer);
        }
        for link in self.streams.of(conversation) {
            self.outbox.push_back(Output::Close { link });
            if let Some(stream) = self.streams.remove(link) {
                // Of whoever had the stream before it was this peer's.
                self.fail_queued(link, stream.peer, &ErrorCode::ECANCELED);
            }
        }
        // A stream that is another's by now may have waited for what will not be answered any more.
        for link in self.streams.which(|stream| !stream.queue.is_empty()) {
            self.write_queue(link);
        }
    }

    /// A peer that wrote once and went before the app knew it.
    fn tell_departed(&mut self, conversation: ConversationId) {
        let Some(peer) = self.peers.get(conversation) else { return };
        let gone = self.departed.iter().position(|(at, _)| peer.is_at(*at));
        if let Some((_, why)) = gone.and_then(|index| self.departed.remove(index)) {
            self.tell(conversation, Some(why));
        }
    }
}
