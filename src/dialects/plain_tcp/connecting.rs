//! How a peer gets a stream: to one of its addresses after the other, once its name is known. And what the app is told of
//! whether it has one.

use super::engine::PlainTcp;
use crate::model::traffic::{ConnectionState, DownReason};
use crate::model::{ConversationId, ErrorCode, Fault, LinkId, NetEvent, Phrase};
use crate::wire::resolution::Resolved;
use crate::wire::{Ctx, Output};

impl PlainTcp {
    /// Whether a stream is wanted: something waits for it, or a person does.
    fn seeks(&self, conversation: ConversationId) -> bool {
        self.reconnects.wants(conversation) || self.writing.waits(conversation)
    }

    /// Moves what waits one step on: to a stream, or to the opening of one.
    pub(super) fn forward(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId) {
        self.write_waiting(cx, conversation);
        let idle = self.streams.current(conversation).is_none() && !self.streams.is_dialling(conversation);
        let seeks = self.seeks(conversation);
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        if idle && seeks {
            if peer.resolution.is_fresh(cx.now) {
                peer.state.left = peer.targets().collect();
                let host = peer.address.host.to_string();
                self.dial_next(cx, conversation, &Fault::NameNotFound { host });
            } else {
                self.peers.look_up(cx, conversation);
            }
        }
        self.tell(cx, conversation, None);
    }

    /// Everything that waits goes to the current stream, if there is one.
    pub(super) fn write_waiting(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId) {
        let Some((link, at)) = self.streams.current(conversation) else { return };
        if self.writing.assign(conversation, link, at) {
            self.peers.note_write(conversation, link);
            self.writing.pump(cx, link);
        }
    }

    fn dial_next(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, failed: &Fault) {
        let next = self.peers.get_mut(conversation).and_then(|peer| peer.state.left.pop_front());
        let Some(to) = next else { return self.give_up(cx, conversation, failed) };
        if self.sockets.are_at(to) {
            return self.dial_next(cx, conversation, &Fault::Ourselves);
        }
        if !self.make_room(cx, None) {
            return self.give_up(cx, conversation, &Fault::Busy);
        }
        let link = self.streams.dial(cx, to, conversation);
        cx.push(Output::Dial { link, to, from: None, paced: false });
    }

    /// Nobody took the stream there: the next address gets its chance, while something waits for it.
    pub(super) fn not_opened(&mut self, cx: &mut Ctx<'_>, link: LinkId, code: &ErrorCode) {
        let Some(stream) = self.streams.table.remove(&link) else { return };
        let Some(conversation) = stream.owner else { return };
        if *code == ErrorCode::ECONNREFUSED {
            self.peers.note_left(conversation, stream.peer);
        }
        let fault = Fault::Network { to: Some(stream.peer), code: code.clone() };
        if self.seeks(conversation) {
            self.dial_next(cx, conversation, &fault);
        } else {
            self.give_up(cx, conversation, &fault);
        }
    }

    /// There is no way to this peer now. The next message tries again, or a connection that is kept when its time comes.
    fn give_up(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, fault: &Fault) {
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        peer.state.left.clear();
        self.writing.fail_waiting(cx, conversation, fault);
        if *fault == Fault::Ourselves {
            self.reconnects.drop(conversation);
        }
        self.try_later(cx, conversation);
        self.tell(cx, conversation, Some(reach_of(fault)));
    }

    /// A connection that is kept has ended, or could not be opened.
    pub(super) fn try_later(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId) {
        let up = self.streams.current(conversation).is_some();
        if !up && !self.streams.is_dialling(conversation) {
            self.reconnects.later(cx, conversation);
        }
    }

    pub(super) fn looked_up(
        &mut self,
        cx: &mut Ctx<'_>,
        conversation: ConversationId,
        found: Option<&Resolved>,
    ) {
        match found {
            None => {}
            Some(Resolved::AsBefore) => self.forward(cx, conversation),
            Some(Resolved::At(_)) => {
                self.adopt(cx, conversation);
                self.forward(cx, conversation);
            }
            Some(Resolved::Nowhere) => {
                let Some(peer) = self.peers.get(conversation).filter(|_| self.seeks(conversation)) else {
                    return;
                };
                let host = peer.address.host.to_string();
                self.give_up(cx, conversation, &Fault::NameNotFound { host });
            }
        }
    }

    /// Tells the app whether the peer is there, if that is news. `why` it is not, if it is not.
    pub(super) fn tell(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, why: Option<DownReason>) {
        let up = self.streams.current(conversation).is_some();
        let seeks = self.writing.waits(conversation) || self.streams.is_dialling(conversation);
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        let connection = if up {
            ConnectionState::Up
        } else if seeks {
            ConnectionState::Seeking
        } else if why.is_none() && peer.state.reported.is_none() {
            return;
        } else {
            ConnectionState::Down(why.unwrap_or_else(|| Phrase::new("reach-closed").into()))
        };
        // Why it is down is told once.
        let same =
            |before: &ConnectionState| std::mem::discriminant(before) == std::mem::discriminant(&connection);
        if !peer.state.reported.as_ref().is_some_and(same) {
            peer.state.reported = Some(connection.clone());
            cx.report(NetEvent::Connection { conversation, connection });
        }
    }
}

/// What a person is told of a peer to which there is no way.
fn reach_of(fault: &Fault) -> DownReason {
    if let Fault::Network { code, .. } = fault {
        Phrase::new("reach-failed").text("code", code).into()
    } else if *fault == Fault::Ourselves {
        Phrase::new("reach-ourselves").into()
    } else {
        fault.clone().into()
    }
}
