//! How a message goes out: once the sockets of its room are there, one datagram to each network. And the notice that
//! we have come in, once for each room, before the first message.

use std::net::SocketAddr;
use std::sync::Arc;

use super::codec;
use super::engine::Room;
use super::flights::{Copy, Flight};
use super::paths::{Path, paths};
use super::rooms::Held;
use super::sockets::State;
use crate::model::{ConversationId, ErrorCode, Fault, LinkId, MessageId, NetEvent, Now};
use crate::wire::{Output, Ticket};

/// Messages that wait for one room's socket, which is there or refused at once on any system we know.
const MAX_HELD: usize = 64;

/// What a room can be told by now.
enum Way {
    /// A socket is being opened.
    Wait,
    None(Fault),
    /// At least one datagram.
    Open(Vec<(Path, LinkId)>),
}

impl Room {
    pub(super) fn send(&mut self, now: Now, to: ConversationId, message: MessageId, text: &str) {
        // The order that is under way will be answered, and ids are not used twice meanwhile.
        if self.flights.awaits(message) || self.rooms.holds(message) {
            return;
        }
        if let Err(fault) = self.accept(now, to, message, text) {
            self.fail(message, fault);
        }
    }

    fn accept(&mut self, now: Now, to: ConversationId, message: MessageId, text: &str) -> Result<(), Fault> {
        let room = self.rooms.get_mut(to).ok_or(Fault::NoSuchPeer)?;
        if self.listen.is_none() {
            return Err(Fault::NotListening);
        }
        let payload = codec::encode(&room.address, text)?.into();
        if room.held.len() >= MAX_HELD || !self.flights.have_room() {
            return Err(Fault::Busy);
        }
        room.entered = true;
        room.held.push_back(Held { message, payload });
        let sockets: Vec<SocketAddr> =
            paths(&room.place, &self.interfaces).iter().map(|path| path.socket).collect();
        // Whoever kept the port from us may have ended.
        self.sockets.reopen(|at, _| sockets.contains(&at), &mut self.outbox);
        self.release(now, to);
        Ok(())
    }

    pub(super) fn release_all(&mut self, now: Now) {
        for conversation in self.rooms.ids() {
            self.release(now, conversation);
        }
    }

    /// Sends what waits in a room, if by now it can go out or cannot.
    pub(super) fn release(&mut self, now: Now, conversation: ConversationId) {
        let way = self.way_to(conversation);
        if let Way::Open(ways) = &way {
            self.greet(now, conversation, ways);
        }
        let Some(room) = self.rooms.get_mut(conversation) else { return };
        let held = match &way {
            Way::Wait => return,
            Way::None(_) | Way::Open(_) => std::mem::take(&mut room.held),
        };
        for Held { message, payload } in held {
            match &way {
                Way::Open(ways) if self.flights.have_room() => {
                    self.launch(now, conversation, message, payload, ways);
                }
                Way::None(fault) => self.fail(message, fault.clone()),
                Way::Open(_) | Way::Wait => self.fail(message, Fault::Busy),
            }
        }
    }

    fn way_to(&self, conversation: ConversationId) -> Way {
        let Some(room) = self.rooms.get(conversation) else { return Way::None(Fault::NoSuchPeer) };
        let paths = paths(&room.place, &self.interfaces);
        if paths.is_empty() {
            let to = Some(room.place.target());
            return Way::None(Fault::Network { to, code: ErrorCode::ENETUNREACH });
        }
        if paths.iter().any(|path| self.sockets.state(path.socket) == Some(State::Opening)) {
            return Way::Wait;
        }
        let link = |path: Path| Some((path, self.sockets.link(path.socket)?));
        let ways: Vec<(Path, LinkId)> = paths.into_iter().filter_map(link).collect();
        if ways.is_empty() { Way::None(Fault::NotListening) } else { Way::Open(ways) }
    }

    /// Says that we have come in, if that is due: members may know of us, and have not been told. Of a room that was only
    /// heard nobody has said that we are in it.
    fn greet(&mut self, now: Now, conversation: ConversationId, ways: &[(Path, LinkId)]) {
        let Some(room) = self.rooms.get(conversation) else { return };
        let Some(own) = self.own.as_ref().filter(|own| room.entered || own.visible && room.is_contact())
        else {
            return;
        };
        if room.greeted {
            return;
        }
        // An encoding without these characters has no notice.
        let payload = codec::encode(&room.address, &own.greeting).unwrap_or_default();
        let place = room.place.clone();
        self.rooms.note_greeting(&place);
        if !payload.is_empty() {
            self.transmit(now, &place.channel(), &payload.into(), ways, None);
        }
    }

    fn launch(
        &mut self,
        now: Now,
        conversation: ConversationId,
        message: MessageId,
        payload: Arc<[u8]>,
        ways: &[(Path, LinkId)],
    ) {
        let Some(room) = self.rooms.get(conversation) else { return };
        let channel = room.place.channel();
        let copy =
            |(path, link): &(Path, LinkId)| Copy { link: *link, to: path.to, interface: path.interface };
        let owed = ways.iter().map(copy).collect();
        self.rooms.note_write(conversation);
        self.transmit(now, &channel, &payload, ways, Some(message));
        self.flights.insert(message, Flight { payload, owed, taken: false, fault: None });
    }

    fn transmit(
        &mut self,
        now: Now,
        channel: &SocketAddr,
        payload: &Arc<[u8]>,
        ways: &[(Path, LinkId)],
        message: Option<MessageId>,
    ) {
        let interfaces = ways.iter().map(|(path, _)| path.interface).collect();
        self.returns.note_sent(now.mono, *channel, payload, interfaces);
        for (Path { to, via, .. }, link) in ways {
            let ticket = message.map(|message| Ticket { message, to: *to });
            let (link, to, bytes) = (*link, *to, Arc::clone(payload));
            self.outbox.push_back(Output::Datagram { link, to, from: None, via: *via, bytes, ticket });
        }
    }
}

// What the kernel says.
impl Room {
    pub(super) fn handed(&mut self, ticket: Ticket, result: Result<(), ErrorCode>) {
        let refused = |code| Fault::Network { to: Some(ticket.to), code };
        // Those of several interfaces may have one address; they are answered for in order.
        self.settle(ticket.message, |copy| copy.to == ticket.to, result.map_err(refused));
    }

    /// A link is gone: nobody will answer for what went out on it.
    pub(super) fn abandon(&mut self, link: LinkId, fault: &Fault) {
        for (message, lost) in self.flights.on(link) {
            self.settle(message, |copy| *copy == lost, Err(fault.clone()));
        }
    }

    fn settle(&mut self, message: MessageId, which: impl Fn(&Copy) -> bool, result: Result<(), Fault>) {
        let Some(flight) = self.flights.get_mut(message) else { return };
        let Some(index) = flight.owed.iter().position(which) else { return };
        let copy = flight.owed.remove(index);
        let payload = Arc::clone(&flight.payload);
        let (first, last) = (!flight.taken, flight.owed.is_empty());
        match result {
            Ok(()) => {
                flight.taken = true;
                if first {
                    self.report(NetEvent::Handed { message, to: copy.to, payload });
                }
            }
            Err(fault) => {
                flight.fault.get_or_insert(fault);
                self.returns.note_refused(&payload, copy.interface);
            }
        }
        if last && let Some(Flight { taken: false, fault: Some(fault), .. }) = self.flights.remove(message) {
            self.fail(message, fault);
        }
    }
}
