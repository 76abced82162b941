//! The engine of the dialect: gives each input to the session it is meant for.

use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

use super::naming::{check, clean};
use super::session::Session;
use super::turn::{Links, Turn};
use crate::model::traffic::ConnectionState;
use crate::model::{
    Address, ConversationId, Fault, FileCommand, LinkId, MessageCommand, MessageId, NetCommand, NetEvent,
    Now, PeerCommand, Phrase,
};
use crate::wire::{Encoding, Engine, Input, Output, Paths, Rng};

/// Rooms at one time. Each has a socket.
const MAX_SESSIONS: usize = 256;

#[derive(Debug)]
pub(in crate::dialects::relay) struct Client {
    /// Our own, once we were introduced: before that nothing is sent.
    name: Option<String>,
    sessions: BTreeMap<ConversationId, Session>,
    links: Links,
    paths: Paths,
    chance: Rng,
    outbox: VecDeque<Output>,
}

impl Client {
    pub(in crate::dialects::relay) fn new(seed: u64) -> Self {
        Self {
            name: None,
            sessions: BTreeMap::new(),
            links: Links::FIRST,
            paths: Paths::default(),
            chance: Rng::new(seed),
            outbox: VecDeque::new(),
        }
    }
}

impl Engine for Client {
    fn handle(&mut self, now: Now, input: Input<'_>) {
        match input {
            Input::LinkUp { link, .. } => self.on_link(now, link, Session::socket_up),
            Input::LinkDown { link, code } => {
                self.on_link(now, link, |session, turn| session.socket_down(turn, code));
            }
            Input::Datagram { link, from, to, bytes } => {
                self.paths.heard(from, to);
                self.on_link(now, link, |session, turn| session.datagram(turn, from, bytes));
            }
            Input::Unreachable { link, to } => {
                self.on_link(now, link, |session, turn| session.unreachable(turn, to));
            }
            Input::Resolved { conversation, host, addresses } => {
                self.on(now, conversation, |session, turn| session.resolved(turn, &host, &addresses));
            }
            Input::Interfaces(interfaces) => {
                self.paths.keep(interfaces);
                self.on_all(now, Session::interfaces_changed);
            }
            Input::Tick => self.on_all(now, |_, _| ()),
            Input::Command(command) => self.obey(now, command),
            Input::Handed { .. }
            | Input::Stepped { .. }
            | Input::StreamUp { .. }
            | Input::StreamData { .. }
            | Input::StreamDown { .. } => {}
        }
    }

    fn poll(&mut self, _now: Now) -> Output {
        self.outbox.pop_front().unwrap_or_else(|| Output::Wait(self.deadline()))
    }
}

// Which session.
impl Client {
    fn deadline(&self) -> Option<Instant> {
        self.sessions.values().filter_map(Session::deadline).min()
    }

    /// Does something with a session, and then whatever follows from it. Says whether there is such a session.
    fn on(
        &mut self,
        now: Now,
        conversation: ConversationId,
        act: impl FnOnce(&mut Session, &mut Turn<'_>),
    ) -> bool {
        let Some(session) = self.sessions.get_mut(&conversation) else { return false };
        let (chance, outbox, links) = (&mut self.chance, &mut self.outbox, &mut self.links);
        let (name, paths) = (self.name.as_deref(), &mut self.paths);
        let mut turn = Turn { now, name, chance, links, paths, outbox };
        act(session, &mut turn);
        session.advance(&mut turn);
        true
    }

    fn on_all(&mut self, now: Now, mut act: impl FnMut(&mut Session, &mut Turn<'_>)) {
        let all: Vec<ConversationId> = self.sessions.keys().copied().collect();
        for conversation in all {
            self.on(now, conversation, &mut act);
        }
    }

    fn on_link(&mut self, now: Now, link: LinkId, act: impl FnOnce(&mut Session, &mut Turn<'_>)) {
        let found = self.sessions.values().find(|session| session.link() == Some(link));
        if let Some(conversation) = found.map(|session| session.conversation) {
            self.on(now, conversation, act);
        }
    }
}

// Orders.
impl Client {
    fn obey(&mut self, now: Now, command: NetCommand) {
        match command {
            NetCommand::Introduce(own) => self.introduce(now, &own.name),
            // A membership is no announcement: the room is joined when it is followed. Nothing here is sealed, and no files
            // are offered.
            NetCommand::Peer(_, PeerCommand::Enter)
            | NetCommand::Listen { .. }
            | NetCommand::Message(_, MessageCommand::Stored { .. })
            | NetCommand::Message(_, MessageCommand::Unseal { .. })
            | NetCommand::File(_, FileCommand::Fetch { .. })
            | NetCommand::File(_, FileCommand::Decline { .. })
            | NetCommand::File(_, FileCommand::Stop { .. })
            | NetCommand::File(_, FileCommand::Withdraw { .. }) => {}
            NetCommand::Peer(conversation, PeerCommand::Follow { address, rank: _ }) => {
                self.follow(now, conversation, address)
            }
            NetCommand::Peer(conversation, PeerCommand::Forget) => self.forget(now, conversation),
            NetCommand::Message(conversation, MessageCommand::Send { message, text, .. }) => {
                self.send(now, conversation, message, &text);
            }
            NetCommand::Message(_, MessageCommand::Redecode { message, payload }) => {
                let (text, lossy) = Encoding::UTF_8.decode(&payload);
                self.report(NetEvent::Redecoded { message, text, lossy });
            }
        }
    }

    fn introduce(&mut self, now: Now, name: &str) {
        let name = clean(name);
        if self.name.as_ref() != Some(&name) {
            self.name = Some(name);
            self.on_all(now, Session::renamed);
        }
    }

    fn follow(&mut self, now: Now, conversation: ConversationId, address: Address) {
        if let Some(known) = self.sessions.get(&conversation) {
            if !known.address.is_same_place(&address) {
                self.on(now, conversation, |session, turn| session.move_to(turn, address));
            }
            return;
        }
        if self.sessions.len() >= MAX_SESSIONS {
            let connection =
                ConnectionState::Down(Phrase::new("relay-too-many").number("limit", MAX_SESSIONS));
            self.report(NetEvent::Connection { conversation, connection });
            return;
        }
        let session = Session::new(now, conversation, address, self.chance.id());
        self.sessions.insert(conversation, session);
        self.on(now, conversation, |_, _| ());
    }

    fn forget(&mut self, now: Now, conversation: ConversationId) {
        self.on(now, conversation, Session::close);
        self.sessions.remove(&conversation);
    }

    fn send(&mut self, now: Now, conversation: ConversationId, message: MessageId, text: &str) {
        // What is under way will be answered, and ids are not used twice meanwhile.
        if self.sessions.values().any(|session| session.carries(message)) {
            return;
        }
        let known = self.on(now, conversation, |session, turn| {
            if let Err(fault) =
                check(&session.address, text).and_then(|_| session.accept(turn, message, text))
            {
                turn.report(NetEvent::Failed { message, fault });
            }
        });
        if !known {
            self.report(NetEvent::Failed { message, fault: Fault::NoSuchPeer });
        }
    }

    fn report(&mut self, event: NetEvent) {
        self.outbox.push_back(Output::Event(event));
    }
}
