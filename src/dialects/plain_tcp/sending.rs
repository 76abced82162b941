//! How a message goes out: on the current stream of its peer, and when there is none on one that is opened for it, at
//! one address of the peer after the other. Each message is written once at most.

use std::net::SocketAddr;
use std::sync::Arc;

use super::codec;
use super::engine::PlainTcp;
use super::keeping::Keep;
use super::letters::Letter;
use super::streams::Stream;
use crate::model::{ConversationId, ErrorCode, Fault, LinkId, MessageId, NetEvent, Now, Phrase};
use crate::wire::naming::{Answer, Resolved};
use crate::wire::{Output, Ticket};

/// Bytes written to one stream ahead of the kernel, unless one message alone is more: as much as the kernel's own
/// buffer takes at once, so that it never runs dry, and so little that many peers which read nothing do not fill what
/// waits outside for all of them.
const MAX_UNWRITTEN: usize = 64 * 1024;

impl PlainTcp {
    pub(super) fn send(&mut self, now: Now, conversation: ConversationId, message: MessageId, text: &str) {
        // The order that is under way will be answered, and ids are not used twice meanwhile.
        if self.letters.contains(message) {
            return;
        }
        match self.take(conversation, message, text) {
            Ok(()) => self.forward(now, conversation),
            Err(fault) => self.report(NetEvent::Failed { message, fault }),
        }
    }

    fn take(&mut self, to: ConversationId, message: MessageId, text: &str) -> Result<(), Fault> {
        let peer = self.peers.get_mut(to).ok_or(Fault::NoSuchPeer)?;
        let bytes: Arc<[u8]> = codec::encode(&peer.address, text)?.into();
        if !self.letters.insert(message, to, bytes) {
            return Err(Fault::Busy);
        }
        peer.state.waiting.push_back(message);
        Ok(())
    }

    /// Moves what waits one step on: to a stream, or to the opening of one.
    pub(super) fn forward(&mut self, now: Now, conversation: ConversationId) {
        self.write_waiting(conversation);
        let up = self.streams.current(conversation).is_some();
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        if peer.state.seeks() && !up && peer.state.dial.is_none() {
            if peer.naming.is_fresh(now) {
                peer.state.left = peer.targets().collect();
                let host = peer.address.host.to_string();
                self.dial_next(now, conversation, &Fault::NameNotFound { host });
            } else {
                self.ask(now, conversation);
            }
        }
        self.tell(conversation, None);
    }

    /// Everything that waits goes to the current stream, if there is one.
    pub(super) fn write_waiting(&mut self, conversation: ConversationId) {
        let Some((link, _)) = self.streams.current(conversation) else { return };
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        let waiting = std::mem::take(&mut peer.state.waiting);
        if waiting.is_empty() {
            return;
        }
        self.peers.note_write(conversation, link);
        for message in &waiting {
            if let Some(letter) = self.letters.get_mut(*message) {
                letter.on = Some(link);
            }
        }
        if let Some(stream) = self.streams.get_mut(link) {
            stream.queue.extend(waiting);
        }
        self.write_queue(link);
    }

    /// Writes the next messages of a stream, while the kernel keeps up.
    pub(super) fn write_queue(&mut self, link: LinkId) {
        while let Some(stream) = self.streams.get_mut(link) {
            let Some(message) = stream.queue.front().copied() else { return };
            let letter = self.letters.get_mut(message);
            let letter = letter.filter(|letter| letter.on == Some(link) && !letter.written);
            let length = letter.as_ref().map_or(0, |letter| letter.bytes.len());
            if stream.unwritten > 0 && stream.unwritten.saturating_add(length) > MAX_UNWRITTEN {
                return;
            }
            stream.queue.pop_front();
            let to = stream.peer;
            match letter {
                // Answered meanwhile: its peer was forgotten.
                None => {}
                // Nothing to write is nothing to wait for.
                Some(_) if length == 0 => self.took(message, to),
                Some(letter) => {
                    letter.written = true;
                    stream.unwritten = stream.unwritten.saturating_add(length);
                    let (bytes, ticket) = (Arc::clone(&letter.bytes), Some(Ticket { message, to }));
                    self.outbox.push_back(Output::Write { link, bytes, ticket });
                }
            }
        }
    }

    pub(super) fn handed(&mut self, ticket: Ticket, result: Result<(), ErrorCode>) {
        let Ticket { message, to } = ticket;
        let written = self.letters.get(message).filter(|letter| letter.written);
        let Some(link) = written.and_then(|letter| letter.on) else { return };
        // Written to this very stream, and not to one before it.
        if self.streams.get(link).is_none_or(|stream| stream.peer != to) {
            return;
        }
        match result {
            Ok(()) => self.took(message, to),
            Err(code) => self.fail(message, Fault::Network { to: Some(to), code }),
        }
        self.write_queue(link);
    }

    /// The kernel has all of a message.
    fn took(&mut self, message: MessageId, to: SocketAddr) {
        if let Some(letter) = self.settle(message) {
            self.report(NetEvent::Handed { message, to, payload: letter.bytes });
        }
    }

    /// A message is being answered; `None` if it was before.
    pub(super) fn settle(&mut self, message: MessageId) -> Option<Letter> {
        let letter = self.letters.remove(message)?;
        if let Some(stream) = letter.on.and_then(|link| self.streams.get_mut(link)).filter(|_| letter.written)
        {
            stream.unwritten = stream.unwritten.saturating_sub(letter.bytes.len());
        }
        Some(letter)
    }
}

// Opening a stream.
impl PlainTcp {
    fn dial_next(&mut self, now: Now, conversation: ConversationId, failed: &Fault) {
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        let Some(to) = peer.state.left.pop_front() else { return self.give_up(now, conversation, failed) };
        if self.ourselves.are_at(to) {
            return self.dial_next(now, conversation, &Fault::Ourselves);
        }
        if !self.make_room(now, None) {
            return self.give_up(now, conversation, &Fault::Busy);
        }
        let link = self.streams.dial(now, to, conversation);
        if let Some(peer) = self.peers.get_mut(conversation) {
            peer.state.dial = Some(link);
        }
        self.outbox.push_back(Output::Dial { from: None, paced: false, link, to });
    }

    /// Nobody took the stream there: the next address gets its chance, while something waits for it.
    pub(super) fn not_opened(&mut self, now: Now, stream: &Stream, code: &ErrorCode) {
        let Some(conversation) = stream.owner else { return };
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        peer.state.dial = None;
        let waits = peer.state.seeks();
        if *code == ErrorCode::ECONNREFUSED {
            self.peers.note_left(conversation, stream.peer);
        }
        let fault = Fault::Network { to: Some(stream.peer), code: code.clone() };
        if waits {
            self.dial_next(now, conversation, &fault);
        } else {
            self.give_up(now, conversation, &fault);
        }
    }

    /// There is no way to this peer now. The next message tries again, or a connection that is kept when its time comes.
    fn give_up(&mut self, now: Now, conversation: ConversationId, fault: &Fault) {
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        peer.state.left.clear();
        for message in std::mem::take(&mut peer.state.waiting) {
            self.fail(message, fault.clone());
        }
        if *fault == Fault::Ourselves {
            self.keep(conversation, Keep::No);
        }
        self.try_later(now, conversation);
        self.tell(conversation, Some(reach_of(fault)));
    }
}

/// What a person is told of a peer to which there is no way.
fn reach_of(fault: &Fault) -> Phrase {
    if let Fault::Network { code, .. } = fault {
        Phrase::new("reach-failed").text("code", code)
    } else if *fault == Fault::Ourselves {
        Phrase::new("reach-ourselves")
    } else {
        fault.phrase()
    }
}

// Names.
impl PlainTcp {
    pub(super) fn ask(&mut self, now: Now, conversation: ConversationId) {
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        let question = self.lookups.ask(now, conversation, &peer.address, &mut peer.naming);
        self.outbox.extend(question);
    }

    pub(super) fn resolved(&mut self, now: Now, answer: &Answer<'_>) {
        let conversation = answer.conversation;
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        let known = peer.targets().next().is_some();
        match self.lookups.answer(now, answer, (&peer.address, &mut peer.naming), known) {
            None => {}
            Some(Resolved::AsBefore) => self.forward(now, conversation),
            Some(Resolved::Nowhere) => self.not_found(now, conversation),
            Some(Resolved::At(addresses)) => {
                self.peers.set_targets(conversation, &addresses);
                self.adopt(now, conversation);
                self.forward(now, conversation);
            }
        }
    }

    fn not_found(&mut self, now: Now, conversation: ConversationId) {
        let Some(peer) = self.peers.get(conversation).filter(|peer| peer.state.seeks()) else { return };
        let host = peer.address.host.to_string();
        self.give_up(now, conversation, &Fault::NameNotFound { host });
    }
}
