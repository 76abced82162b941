//! The state machine of the rooms: its inputs, the orders it gets, and which sockets all that needs. What it receives
//! is judged in `receiving`, how a message goes out in `sending`.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;

use super::codec;
use super::flights::Flights;
use super::paths;
use super::place::{Place, broadcast_channel};
use super::returns::Returns;
use super::rooms::Rooms;
use super::sockets::{Ear, Sockets};
use crate::model::traffic::{Listening, LocalIdentity};
use crate::model::{
    Address, ConversationId, ErrorCode, Fault, FileCommand, LinkId, MessageCommand, MessageId, NetCommand,
    NetEvent, Now, PeerCommand,
};
use crate::wire::{Encoding, Engine, Input, Interface, Output, plain};

/// Addresses of this machine that are known. A machine full of containers has some dozens.
const MAX_INTERFACES: usize = 256;

#[derive(Debug)]
pub(super) struct Room {
    /// The port that is listened to without being asked; `None`: all of this is switched off.
    pub(super) listen: Option<u16>,
    pub(super) own: Option<LocalIdentity>,
    pub(super) interfaces: Vec<Interface>,
    pub(super) rooms: Rooms,
    pub(super) sockets: Sockets,
    pub(super) flights: Flights,
    pub(super) returns: Returns,
    pub(super) outbox: VecDeque<Output>,
    /// What was last said of the socket that listens without being asked.
    told: Option<Listening>,
}

impl Engine for Room {
    fn handle(&mut self, now: Now, input: Input<'_>) {
        match input {
            Input::LinkUp { link, address, only: _ } => self.link_up(now, link, address),
            Input::LinkDown { link, code } => self.link_down(now, link, code),
            Input::Datagram { link, from, to, bytes } => self.receive(now, link, from, to, bytes),
            Input::Interfaces(interfaces) => self.take_interfaces(now, interfaces),
            Input::Handed { ticket, result } => self.handed(ticket, result),
            Input::Command(command) => self.obey(now, command),
            Input::Tick => self.sockets.reopen(|_, retry| retry <= now.mono, &mut self.outbox),
            Input::Unreachable { .. }
            | Input::Resolved { .. }
            | Input::Stepped { .. }
            | Input::StreamUp { .. }
            | Input::StreamData { .. }
            | Input::StreamDown { .. } => {}
        }
    }

    fn poll(&mut self, _now: Now) -> Output {
        self.outbox.pop_front().unwrap_or_else(|| Output::Wait(self.sockets.next_retry()))
    }
}

impl Room {
    pub(super) fn new(listen: Option<SocketAddr>) -> Self {
        let mut room = Self {
            // Of the address only the port counts: what is sent to everybody comes to no other one.
            listen: listen.map(|at| at.port()),
            own: None,
            interfaces: Vec::new(),
            rooms: Rooms::default(),
            sockets: Sockets::default(),
            flights: Flights::default(),
            returns: Returns::default(),
            outbox: VecDeque::new(),
            told: None,
        };
        room.arrange(&Fault::NotListening);
        room
    }

    pub(super) fn report(&mut self, event: NetEvent) {
        self.outbox.push_back(Output::Event(event));
    }

    pub(super) fn fail(&mut self, message: MessageId, fault: Fault) {
        self.report(NetEvent::Failed { message, fault });
    }

    /// Opens what is needed now and closes what is not. `fault`: of messages that are lost by that.
    fn arrange(&mut self, fault: &Fault) {
        let wanted = self.wanted();
        for link in self.sockets.want(&wanted, &mut self.outbox) {
            self.abandon(link, fault);
        }
    }

    fn wanted(&self) -> BTreeMap<SocketAddr, Ear> {
        let mut wanted: BTreeMap<SocketAddr, Ear> = BTreeMap::new();
        let Some(port) = self.listen else { return wanted };
        wanted.entry(broadcast_channel(port)).or_default().hops = 1;
        for (_, room) in self.rooms.iter() {
            for (at, joins) in paths::ears(&room.place, &self.interfaces) {
                let ear = wanted.entry(at).or_default();
                // Of two names for a group, neither may let it go further than the other one says.
                ear.hops = if ear.hops == 0 { room.hops() } else { ear.hops.min(room.hops()) };
                ear.joins.extend(joins);
            }
        }
        wanted
    }
}

// Links.
impl Room {
    fn link_up(&mut self, now: Now, link: LinkId, address: SocketAddr) {
        let passive = self.is_passive(link);
        let Some(at) = self.sockets.up(link, address.port(), &mut self.outbox) else { return };
        if passive {
            self.listen = Some(at.port());
            self.tell(Listening {
                scheme: super::SCHEME.name,
                address: Some(address),
                wanted: None,
                code: None,
            });
        }
        self.release_all(now);
    }

    fn link_down(&mut self, now: Now, link: LinkId, code: Option<ErrorCode>) {
        let passive = self.is_passive(link);
        let Some(at) = self.sockets.down(now.mono, link) else { return };
        if passive {
            let scheme = super::SCHEME.name;
            self.tell(Listening { scheme, address: None, wanted: Some(at), code: code.clone() });
        }
        self.abandon(link, &code.map_or(Fault::NotListening, |code| Fault::Network { to: None, code }));
        self.release_all(now);
    }

    fn is_passive(&self, link: LinkId) -> bool {
        self.listen.is_some_and(|port| self.sockets.at(link) == Some(broadcast_channel(port)))
    }

    /// Said again only where it is something else: a socket is tried many times.
    fn tell(&mut self, listening: Listening) {
        if self.told.as_ref() != Some(&listening) {
            self.told = Some(listening.clone());
            self.report(NetEvent::Listening(listening));
        }
    }

    fn take_interfaces(&mut self, now: Now, interfaces: &[Interface]) {
        self.interfaces = interfaces.iter().take(MAX_INTERFACES).cloned().collect();
        self.arrange(&Fault::NotListening);
        self.sockets.join_all(&mut self.outbox);
        self.sockets.reopen(|_, _| true, &mut self.outbox);
        self.release_all(now);
    }
}

// Orders.
impl Room {
    fn obey(&mut self, now: Now, command: NetCommand) {
        match command {
            NetCommand::Introduce(own) => {
                self.own = Some(own);
                self.release_all(now);
            }
            NetCommand::Peer(conversation, PeerCommand::Follow { address, rank }) => {
                self.follow(now, conversation, address, rank);
            }
            NetCommand::Listen { at, .. } => self.listen(at),
            NetCommand::Peer(conversation, PeerCommand::Enter) => self.enter(now, conversation),
            NetCommand::Peer(conversation, PeerCommand::Forget) => self.forget(conversation),
            // Nothing here is sealed, and no files are offered.
            NetCommand::Message(_, MessageCommand::Stored { .. })
            | NetCommand::Message(_, MessageCommand::Unseal { .. })
            | NetCommand::File(_, FileCommand::Fetch { .. })
            | NetCommand::File(_, FileCommand::Decline { .. })
            | NetCommand::File(_, FileCommand::Stop { .. })
            | NetCommand::File(_, FileCommand::Withdraw { .. }) => {}
            NetCommand::Message(conversation, MessageCommand::Send { message, text, .. }) => {
                self.send(now, conversation, message, &text);
            }
            NetCommand::Message(conversation, MessageCommand::Redecode { message, payload }) => {
                let (text, lossy) = self.encoding_of(conversation).decode(&payload);
                self.report(NetEvent::Redecoded { message, text, lossy });
            }
        }
    }

    pub(super) fn encoding_of(&self, conversation: ConversationId) -> Encoding {
        self.rooms.get(conversation).map_or(Encoding::UTF_8, |room| plain::encoding_of(&room.address))
    }

    fn follow(&mut self, now: Now, conversation: ConversationId, address: Address, rank: u32) {
        // `validate` refuses such an address before a person can save it.
        let Ok(place) = Place::of(&address) else { return self.forget(conversation) };
        self.rooms.follow(conversation, address, place, rank);
        self.arrange(&Fault::NotListening);
        self.release(now, conversation);
    }

    /// Another port, or all of this is switched off: what waits for a socket goes out on the new one.
    fn listen(&mut self, at: Option<SocketAddr>) {
        self.listen = at.map(|at| at.port());
        self.arrange(&Fault::NotListening);
        if at.is_none() {
            let scheme = super::SCHEME.name;
            self.tell(Listening { scheme, address: None, wanted: None, code: None });
        }
    }

    fn enter(&mut self, now: Now, conversation: ConversationId) {
        if let Some(room) = self.rooms.get_mut(conversation) {
            room.entered = true;
            self.release(now, conversation);
        }
    }

    fn forget(&mut self, conversation: ConversationId) {
        let Some(room) = self.rooms.remove(conversation) else { return };
        for held in room.held {
            self.fail(held.message, Fault::NoSuchPeer);
        }
        self.arrange(&Fault::NoSuchPeer);
    }

    /// Whether a text is the notice of a program that has come in: the usual one, or ours.
    pub(super) fn is_greeting(&self, text: &str) -> bool {
        let line = text.strip_suffix('\n').unwrap_or(text);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let own = self.own.as_ref().map(|own| own.greeting.as_str()).filter(|own| !own.is_empty());
        line == codec::USUAL_GREETING || own.is_some_and(|own| own == line || own == text)
    }
}
