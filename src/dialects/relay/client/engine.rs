//! The protocol of the dialect: gives each input to the session it is meant for.

use std::collections::BTreeMap;
use std::time::Instant;

use super::naming::{check, clean};
use super::session::RoomSession;
use crate::model::traffic::{ConnectionState, LocalIdentity};
use crate::model::{Address, ConversationId, Fault, LinkId, MessageId, NetEvent, PeerCommand, Phrase, Uid};
use crate::wire::resolution::Answer;
use crate::wire::{Ctx, Interface, Protocol, SendText, SocketEvent};

/// Rooms at one time. Each has a socket.
const MAX_SESSIONS: usize = 256;

#[derive(Debug, Default)]
pub(in crate::dialects::relay) struct Client {
    /// Our own, once we were introduced: before that nothing is sent.
    name: Option<String>,
    sessions: BTreeMap<ConversationId, RoomSession>,
}

impl Protocol for Client {
    fn on_interfaces(&mut self, cx: &mut Ctx<'_>, _interfaces: &[Interface]) {
        self.on_all(cx, RoomSession::probe_now);
    }

    fn on_socket(&mut self, cx: &mut Ctx<'_>, link: LinkId, event: SocketEvent<'_>) {
        if let Some(session) = self.sessions.values_mut().find(|session| session.socket.link == Some(link)) {
            session.on_socket(cx, event);
            session.advance(cx);
        }
    }

    fn on_resolved(&mut self, cx: &mut Ctx<'_>, answer: &Answer<'_>) {
        if let Some(session) = self.sessions.get_mut(&answer.conversation) {
            session.on_resolved(cx, answer);
            session.advance(cx);
        }
    }

    fn on_introduce(&mut self, cx: &mut Ctx<'_>, own: LocalIdentity) {
        let name = clean(&own.name);
        if self.name.as_ref() != Some(&name) {
            self.on_all(cx, |session, cx| session.set_name(cx, &name));
            self.name = Some(name);
        }
    }

    fn on_peer(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, command: PeerCommand) {
        match command {
            PeerCommand::Follow { address, rank: _ } => self.follow(cx, conversation, address),
            PeerCommand::Forget => {
                if let Some(session) = self.sessions.remove(&conversation) {
                    session.close(cx);
                }
            }
            // A membership is no announcement: the room is joined when it is followed.
            PeerCommand::Enter | PeerCommand::Typing | PeerCommand::Nudge | PeerCommand::Ask => {}
            PeerCommand::History(command) => {
                if let Some(session) = self.sessions.get_mut(&conversation) {
                    session.on_history(cx, command);
                    session.advance(cx);
                }
            }
        }
    }

    fn on_settled(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, uid: Uid) {
        if let Some(session) = self.sessions.get_mut(&conversation) {
            session.feed.settle(cx.now.mono, uid);
            session.advance(cx);
        }
    }

    fn is_unanswered(&self, message: MessageId) -> bool {
        self.sessions.values().any(|session| session.outbound.contains(message))
    }

    fn send(&mut self, cx: &mut Ctx<'_>, send: SendText<'_>) -> Result<(), Fault> {
        let session = self.sessions.get_mut(&send.to).ok_or(Fault::NoSuchPeer)?;
        check(&session.locator.address, send.text)?;
        session.outbound.push(cx.now, send.message, send.text.as_bytes().into())?;
        session.advance(cx);
        Ok(())
    }

    fn on_tick(&mut self, cx: &mut Ctx<'_>) {
        self.on_all(cx, |_, _| ());
    }

    fn deadline(&self) -> Option<Instant> {
        self.sessions.values().filter_map(RoomSession::deadline).min()
    }
}

impl Client {
    /// Does something with each session, and then whatever follows from it.
    fn on_all(&mut self, cx: &mut Ctx<'_>, mut act: impl FnMut(&mut RoomSession, &mut Ctx<'_>)) {
        for session in self.sessions.values_mut() {
            act(session, cx);
            session.advance(cx);
        }
    }

    fn follow(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, address: Address) {
        if let Some(known) = self.sessions.get_mut(&conversation) {
            if !known.locator.address.is_same_place(&address) {
                known.move_to(cx, address);
                known.advance(cx);
            }
            return;
        }
        if self.sessions.len() >= MAX_SESSIONS {
            let why = Phrase::new("relay-too-many").number("limit", MAX_SESSIONS);
            let connection = ConnectionState::Down(why.into());
            return cx.report(NetEvent::Connection { conversation, connection });
        }
        let mut session = RoomSession::new(cx, conversation, address, self.name.clone());
        session.advance(cx);
        self.sessions.insert(conversation, session);
    }
}
