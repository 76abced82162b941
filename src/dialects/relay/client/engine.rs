//! The protocol of the dialect: gives each input to the session it is meant for.

use std::collections::BTreeMap;
use std::time::Instant;

use super::departures::{Departure, Departures};
use super::naming::{check, clean};
use super::room_commands;
use super::session::RoomSession;
use super::shared_sockets::SharedSockets;
use crate::dialects::relay::frame::FromRelay;
use crate::model::traffic::{ConnectionState, LocalIdentity};
use crate::model::{
    Address, ConversationId, Fault, LinkId, MessageId, NetEvent, PeerCommand, Phrase, SessionState, Uid,
};
use crate::wire::resolution::Answer;
use crate::wire::{Ctx, Interface, Protocol, SendText, SocketEvent};

/// Rooms at one time.
const MAX_SESSIONS: usize = 1_024;

#[derive(Debug, Default)]
pub(in crate::dialects::relay) struct Client {
    /// Our own, once we were introduced: before that nothing is sent.
    name: Option<String>,
    sessions: BTreeMap<ConversationId, RoomSession>,
    sockets: SharedSockets,
    departures: Departures,
}

impl Protocol for Client {
    fn on_interfaces(&mut self, cx: &mut Ctx<'_>, _interfaces: &[Interface]) {
        self.on_all(cx, RoomSession::probe_now);
    }

    fn on_socket(&mut self, cx: &mut Ctx<'_>, link: LinkId, event: SocketEvent<'_>) {
        match event {
            SocketEvent::Datagram { from, bytes, .. } => {
                let Some(frame) = FromRelay::decode(bytes) else { return };
                self.departures.on_frame(link, &frame);
                for id in
                    self.which(|session| session.socket.link == Some(link) && session.expects(from, &frame))
                {
                    self.step(cx, id, |session, cx| session.on_frame(cx, from, frame.clone()));
                }
            }
            SocketEvent::Up { .. } => {
                self.sockets.up(link);
                self.on_link(cx, link, RoomSession::on_open);
            }
            SocketEvent::Unreachable { to } => {
                self.on_link(cx, link, |session, cx| session.on_unreachable(cx, to));
            }
            SocketEvent::Down { code } => match self.sockets.down(cx, link) {
                Some(other) => {
                    for session in
                        self.sessions.values_mut().filter(|session| session.socket.link == Some(link))
                    {
                        session.socket.link = Some(other);
                    }
                }
                None => self.on_link(cx, link, |session, cx| session.socket_down(cx, code.as_ref())),
            },
        }
    }

    fn on_resolved(&mut self, cx: &mut Ctx<'_>, answer: &Answer<'_>) {
        self.step(cx, answer.conversation, |session, cx| session.on_resolved(cx, answer));
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
            PeerCommand::Follow { address, session, .. } => {
                self.follow(cx, conversation, address, session.as_ref());
            }
            PeerCommand::Forget => {
                if let Some(session) = self.sessions.remove(&conversation) {
                    let departure = session.close(cx);
                    self.sockets.close_unused(cx, &self.sessions);
                    self.depart(cx, departure);
                }
            }
            // The room is joined when it is followed; who was put out, or has no answer, asks again at once.
            PeerCommand::Enter => self.step(cx, conversation, RoomSession::probe_now),
            PeerCommand::Typing | PeerCommand::Nudge | PeerCommand::Ask => {}
            PeerCommand::Room(command) => {
                self.step(cx, conversation, |session, cx| room_commands::execute(session, cx, command));
            }
            PeerCommand::History(command) => {
                self.step(cx, conversation, |session, cx| session.on_history(cx, command));
            }
        }
    }

    fn on_settled(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, uid: Uid) {
        self.step(cx, conversation, |session, cx| session.feed.settle(cx.now.mono, uid));
    }

    fn is_unanswered(&self, message: MessageId) -> bool {
        self.sessions.values().any(|session| session.outbound.contains(message))
    }

    fn send(&mut self, cx: &mut Ctx<'_>, send: SendText<'_>) -> Result<(), Fault> {
        let session = self.sessions.get_mut(&send.to).ok_or(Fault::NoSuchPeer)?;
        check(&session.locator.address, send.text)?;
        session.outbound.push(cx.now, send.message, send.text.as_bytes().into())?;
        self.step(cx, send.to, |_, _| ());
        Ok(())
    }

    fn on_tick(&mut self, cx: &mut Ctx<'_>) {
        let now = cx.now.mono;
        for id in self.which(|session| session.deadline().is_some_and(|due| due <= now)) {
            self.step(cx, id, |_, _| ());
        }
        let sessions = &self.sessions;
        let is_open = |link| sessions.values().any(|session| session.socket.link == Some(link));
        self.departures.advance(cx, is_open);
    }

    fn deadline(&self) -> Option<Instant> {
        let sessions = self.sessions.values().filter_map(RoomSession::deadline).min();
        sessions.into_iter().chain(self.departures.deadline()).min()
    }
}

impl Client {
    /// Does something with each session, and then whatever follows from it.
    fn on_all(&mut self, cx: &mut Ctx<'_>, mut act: impl FnMut(&mut RoomSession, &mut Ctx<'_>)) {
        for id in self.which(|_| true) {
            self.step(cx, id, &mut act);
        }
    }

    fn on_link(
        &mut self,
        cx: &mut Ctx<'_>,
        link: LinkId,
        mut act: impl FnMut(&mut RoomSession, &mut Ctx<'_>),
    ) {
        for id in self.which(|session| session.socket.link == Some(link)) {
            self.step(cx, id, &mut act);
        }
    }

    fn which(&self, is_meant: impl Fn(&RoomSession) -> bool) -> Vec<ConversationId> {
        self.sessions.iter().filter(|(_, session)| is_meant(session)).map(|(id, _)| *id).collect()
    }

    /// Does something with one session, and whatever follows from it, for others too.
    fn step(
        &mut self,
        cx: &mut Ctx<'_>,
        id: ConversationId,
        act: impl FnOnce(&mut RoomSession, &mut Ctx<'_>),
    ) {
        self.sockets.prepare(&mut self.sessions, id);
        let Some(session) = self.sessions.get_mut(&id) else { return };
        act(session, cx);
        session.advance(cx);
        if session.socket.wanted && self.sockets.assign(cx, &mut self.sessions, id) {
            return self.step(cx, id, RoomSession::on_open);
        }
        let Some(session) = self.sessions.get(&id) else { return };
        if self.sockets.learn(session) {
            let link = session.socket.link;
            for other in self.which(|session| session.socket.link == link) {
                self.sockets.prepare(&mut self.sessions, other);
                if let Some(session) = self.sessions.get_mut(&other) {
                    session.advance(cx);
                }
            }
        }
    }

    fn depart(&mut self, cx: &mut Ctx<'_>, departure: Option<Departure>) {
        // Where nobody is at the socket any more there is nothing that would speak for this member, either.
        let is_open =
            |left: &Departure| !self.which(|session| session.socket.link == Some(left.link)).is_empty();
        if let Some(departure) = departure.filter(is_open) {
            self.departures.add(cx, departure);
        }
    }

    fn follow(
        &mut self,
        cx: &mut Ctx<'_>,
        conversation: ConversationId,
        address: Address,
        state: Option<&SessionState>,
    ) {
        if let Some(known) = self.sessions.get_mut(&conversation) {
            if !known.locator.address.is_same_place(&address) {
                let departure = known.move_to(cx, address);
                self.step(cx, conversation, |_, _| ());
                self.sockets.close_unused(cx, &self.sessions);
                self.depart(cx, departure);
            }
            return;
        }
        if self.sessions.len() >= MAX_SESSIONS {
            let why = Phrase::new("relay-too-many").number("limit", MAX_SESSIONS);
            let connection = ConnectionState::Down(why.into());
            return cx.report(NetEvent::Connection { conversation, connection });
        }
        self.departures.cancel();
        let mut session = RoomSession::new(cx, conversation, address, self.name.clone());
        if let Some(state) = state {
            session.resume(cx, state);
        }
        self.sessions.insert(conversation, session);
        self.step(cx, conversation, |_, _| ());
    }
}
