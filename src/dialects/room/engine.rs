//! The protocol of the rooms: the orders it gets, which sockets all that needs, and the notice that we have come in. What
//! it receives is judged in `receiving`, how a message goes out in [`RoomSender`].

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Instant;

use super::address::place_of;
use super::codec;
use super::rooms::RoomTable;
use super::sending::RoomSender;
use crate::model::traffic::LocalIdentity;
use crate::model::{Address, ConversationId, ErrorCode, Fault, LinkId, MessageId, PeerCommand};
use crate::wire::group_address::broadcast_channel;
use crate::wire::sockets::{SocketOptions, SocketState};
use crate::wire::{
    Ctx, Encoding, GroupAddress, GroupPath, Interface, ListeningReport, Networks, Protocol, SendText,
    SocketEvent, Sockets, Ticket, plain,
};

#[derive(Debug, Default)]
pub(super) struct BroadcastRooms {
    /// The port that is listened to without being asked; `None`: all of this is switched off.
    pub(super) listen: Option<u16>,
    pub(super) own: Option<LocalIdentity>,
    pub(super) networks: Networks,
    pub(super) rooms: RoomTable,
    pub(super) sockets: Sockets,
    pub(super) sending: RoomSender,
    /// What was last said of the socket that listens without being asked.
    reported: ListeningReport,
}

impl Protocol for BroadcastRooms {
    fn on_start(&mut self, cx: &mut Ctx<'_>) {
        self.arrange(cx, &Fault::NotListening);
    }

    fn on_interfaces(&mut self, cx: &mut Ctx<'_>, interfaces: &[Interface]) {
        self.networks.set(interfaces);
        self.arrange(cx, &Fault::NotListening);
        self.sockets.join_all(cx);
        self.sockets.reopen(cx, |_, _| true);
        self.send_all_waiting(cx);
    }

    fn on_socket(&mut self, cx: &mut Ctx<'_>, link: LinkId, event: SocketEvent<'_>) {
        match event {
            SocketEvent::Up { address, only: _ } => self.link_up(cx, link, address),
            SocketEvent::Down { code } => self.link_down(cx, link, code),
            SocketEvent::Datagram { from, to, bytes } => self.receive(cx, link, from, to, bytes),
            SocketEvent::Unreachable { .. } => {}
        }
    }

    fn on_handed(&mut self, cx: &mut Ctx<'_>, ticket: Ticket, result: Result<(), ErrorCode>) {
        self.sending.handed(cx, ticket, result);
    }

    fn on_introduce(&mut self, cx: &mut Ctx<'_>, own: LocalIdentity) {
        self.own = Some(own);
        self.send_all_waiting(cx);
    }

    /// Another port, or all of this is switched off: what waits for a socket goes out on the new one.
    fn on_listen(&mut self, cx: &mut Ctx<'_>, at: Option<SocketAddr>) {
        self.listen = at.map(|at| at.port());
        self.arrange(cx, &Fault::NotListening);
        if at.is_none() {
            self.reported.off(cx, super::SCHEME.name);
        }
    }

    fn on_peer(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, command: PeerCommand) {
        match command {
            PeerCommand::Follow { address, rank, .. } => self.follow(cx, conversation, address, rank),
            PeerCommand::Typing
            | PeerCommand::Nudge
            | PeerCommand::Ask
            | PeerCommand::History(_)
            | PeerCommand::Room(_) => {}
            PeerCommand::Enter => {
                self.rooms.enter(conversation);
                self.send_waiting(cx, conversation);
            }
            PeerCommand::Forget => self.forget(cx, conversation),
        }
    }

    fn is_unanswered(&self, message: MessageId) -> bool {
        self.sending.is_unanswered(message)
    }

    fn send(&mut self, cx: &mut Ctx<'_>, send: SendText<'_>) -> Result<(), Fault> {
        let SendText { to, message, text, bytes: _ } = send;
        let room = self.rooms.get(to).ok_or(Fault::NoSuchPeer)?;
        if self.listen.is_none() {
            return Err(Fault::NotListening);
        }
        self.sending.push(to, message, codec::encode(&room.address, text)?.into())?;
        let paths = self.networks.paths(&room.place);
        // Whoever kept the port from us may have ended.
        self.sockets.reopen(cx, |at, _| paths.iter().any(|path| path.socket == at));
        self.rooms.enter(to);
        self.send_waiting(cx, to);
        Ok(())
    }

    fn decode(&self, from: ConversationId, payload: &[u8]) -> (String, bool) {
        self.encoding_of(Some(from)).decode_message(payload)
    }

    fn on_tick(&mut self, cx: &mut Ctx<'_>) {
        let now = cx.now.mono;
        self.sockets.reopen(cx, |_, retry| retry <= now);
    }

    fn deadline(&self) -> Option<Instant> {
        self.sockets.deadline()
    }
}

// Sockets.
impl BroadcastRooms {
    /// Of the address only the port counts: what is sent to everybody comes to no other one.
    pub(super) fn new(listen: Option<SocketAddr>) -> Self {
        Self { listen: listen.map(|at| at.port()), ..Self::default() }
    }

    /// Opens what is needed now and closes what is not. `fault`: of messages that are lost by that.
    fn arrange(&mut self, cx: &mut Ctx<'_>, fault: &Fault) {
        for link in self.sockets.want(cx, &self.wanted()) {
            self.sending.abandon(cx, link, fault);
        }
    }

    fn wanted(&self) -> BTreeMap<SocketAddr, SocketOptions> {
        let mut wanted = BTreeMap::new();
        let Some(port) = self.listen else { return wanted };
        let passive = SocketOptions { hops: 1, ..SocketOptions::default() };
        wanted.insert(broadcast_channel(port), passive);
        for (_, room) in self.rooms.iter() {
            self.networks.subscribe(&room.place, codec::hops_of(&room.address), &mut wanted);
        }
        wanted
    }

    fn link_up(&mut self, cx: &mut Ctx<'_>, link: LinkId, address: SocketAddr) {
        let passive = self.is_passive(link);
        let Some(at) = self.sockets.up(cx, link, address.port()) else { return };
        if passive {
            self.listen = Some(at.port());
            self.reported.up(cx, super::SCHEME.name, address);
        }
        self.send_all_waiting(cx);
    }

    fn link_down(&mut self, cx: &mut Ctx<'_>, link: LinkId, code: Option<ErrorCode>) {
        let passive = self.is_passive(link);
        let Some(at) = self.sockets.down(cx, link) else { return };
        if passive {
            self.reported.down(cx, super::SCHEME.name, Some(at), code.clone());
        }
        let fault = code.map_or(Fault::NotListening, |code| Fault::Network { to: None, code });
        self.sending.abandon(cx, link, &fault);
        self.send_all_waiting(cx);
    }

    fn is_passive(&self, link: LinkId) -> bool {
        self.listen.is_some_and(|port| self.sockets.at(link) == Some(broadcast_channel(port)))
    }
}

// Rooms.
impl BroadcastRooms {
    /// The encoding of a room; `None`: of what is said in none that is followed.
    pub(super) fn encoding_of(&self, conversation: Option<ConversationId>) -> Encoding {
        let room = conversation.and_then(|id| self.rooms.get(id));
        room.map_or(Encoding::UTF_8, |room| plain::encoding_of(&room.address))
    }

    fn follow(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, address: Address, rank: u32) {
        // `validate` refuses such an address before a person can save it.
        let Ok(place) = place_of(&address) else { return self.forget(cx, conversation) };
        self.rooms.follow(conversation, address, place, rank);
        self.arrange(cx, &Fault::NotListening);
        self.send_waiting(cx, conversation);
    }

    fn forget(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId) {
        if self.rooms.remove(conversation).is_some() {
            self.sending.fail_waiting(cx, conversation, &Fault::NoSuchPeer);
            self.arrange(cx, &Fault::NoSuchPeer);
        }
    }
}

// Messages.
impl BroadcastRooms {
    fn send_all_waiting(&mut self, cx: &mut Ctx<'_>) {
        for conversation in self.rooms.ids() {
            self.send_waiting(cx, conversation);
        }
    }

    /// Sends what waits in a room, if by now it can go out or cannot.
    fn send_waiting(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId) {
        let Some(room) = self.rooms.get(conversation) else { return };
        let channel = room.place.channel();
        match self.ways(&room.place) {
            Err(fault) => self.sending.fail_waiting(cx, conversation, &fault),
            Ok(ways) if ways.is_empty() => {}
            Ok(ways) => {
                self.greet(cx, conversation, &ways);
                for message in self.sending.waiting(conversation) {
                    self.rooms.note_write(conversation);
                    self.sending.start(cx, message, channel, &ways);
                }
            }
        }
    }

    /// The datagrams that a room can be told something with, each with its socket; none as long as one is being opened.
    fn ways(&self, place: &GroupAddress) -> Result<Vec<(GroupPath, LinkId)>, Fault> {
        let paths = self.networks.paths(place);
        if paths.is_empty() {
            return Err(Fault::Network { to: Some(place.target()), code: ErrorCode::ENETUNREACH });
        }
        if paths.iter().any(|path| self.sockets.state(path.socket) == Some(SocketState::Opening)) {
            return Ok(Vec::new());
        }
        let link = |path: GroupPath| Some((path, self.sockets.link(path.socket)?));
        let ways: Vec<(GroupPath, LinkId)> = paths.into_iter().filter_map(link).collect();
        if ways.is_empty() { Err(Fault::NotListening) } else { Ok(ways) }
    }

    /// Says that we have come in, once for each room, if that is due: members may know of us, and have not been told. Of a
    /// room that was only heard nobody has said that we are in it.
    fn greet(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, ways: &[(GroupPath, LinkId)]) {
        let Some(room) = self.rooms.get(conversation).filter(|room| !room.greeted) else { return };
        let Some(own) =
            self.own.as_ref().filter(|own| room.entered || own.visible.is_everybody() && room.is_contact())
        else {
            return;
        };
        // An encoding without these characters has no notice.
        let payload = codec::encode(&room.address, &own.greeting).unwrap_or_default();
        let place = room.place.clone();
        self.rooms.note_greeting(&place);
        if !payload.is_empty() {
            self.sending.transmit(cx, place.channel(), &payload.into(), ways, None);
        }
    }
}
