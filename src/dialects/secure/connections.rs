//! All connections of one key: which of several to one peer counts, who is dialled, and who is told when one comes or goes.
//! What is said on them is in `exchange`.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Instant;

use quinn_proto::{ConnectionError, ConnectionHandle, VarInt};

use super::asking;
use super::budget::TurnBudget;
use super::close;
use super::discovery::Discovery;
use super::files::FileTransfers;
use super::frame::control::{Control, Introduction};
use super::peers::{KeyTable, SecurePeer};
use super::probe::Silence;
use super::session::PeerSession;
use super::tls::Admission;
use super::transport::{Transport, TransportEvent};
use crate::dialects::Setup;
use crate::model::traffic::{ConnectionState, LocalIdentity};
use crate::model::{Address, ConversationId, Fault, LinkId, NetEvent, PublicKey, Trust};
use crate::wire::{Ctx, Interface, LocalSockets, SocketEvent};

pub(super) struct Connections {
    pub(super) own: PublicKey,
    /// Which start of our program this is.
    boot: u64,
    pub(super) transport: Transport,
    pub(super) discovery: Discovery,
    pub(super) admission: Admission,
    pub(super) identity: LocalIdentity,
    pub(super) sockets: LocalSockets,
    pub(super) addresses: Vec<IpAddr>,
    pub(super) peers: KeyTable,
    pub(super) files: FileTransfers,
    pub(super) sessions: BTreeMap<ConnectionHandle, PeerSession>,
    /// Sessions so far: the younger has the higher number.
    opened: u64,
}

impl Connections {
    /// `None`: there is no key, or TLS does not take it.
    pub(super) fn new(setup: &Setup) -> Option<Self> {
        let pair = setup.key_pair.as_ref()?;
        let (own, admission) = (pair.public(), Admission::default());
        let boot = blake3::derive_key("udpqq boot", &setup.secret);
        let boot = u64::from_be_bytes(boot.first_chunk().copied().unwrap_or_default());
        Some(Self {
            own,
            boot,
            transport: Transport::new(pair, &setup.secret, admission.clone()).ok()?,
            discovery: Discovery::new(own, boot, &setup.secret),
            admission,
            identity: LocalIdentity::default(),
            sockets: LocalSockets::default(),
            addresses: Vec::new(),
            peers: KeyTable::default(),
            files: FileTransfers::default(),
            sessions: BTreeMap::new(),
            opened: 0,
        })
    }
}

// What happens outside.
impl Connections {
    pub(super) fn set_interfaces(&mut self, cx: &mut Ctx<'_>, interfaces: &[Interface]) {
        self.sockets.set_interfaces(interfaces);
        self.discovery.set_interfaces(cx, interfaces);
        let addresses: Vec<_> = interfaces.iter().map(|interface| interface.address).collect();
        let first = self.addresses.is_empty();
        let changed = std::mem::replace(&mut self.addresses, addresses) != self.addresses;
        if changed && !first {
            self.move_all(cx);
        }
    }

    pub(super) fn on_socket(&mut self, cx: &mut Ctx<'_>, link: LinkId, event: &SocketEvent<'_>) {
        if self.discovery.has(link) {
            let met = self.discovery.on_socket(cx, &mut self.peers, link, event);
            return self.tend_each(cx, met);
        }
        match *event {
            // One for beacons that was closed while it opened is nothing to talk over.
            SocketEvent::Up { .. } if !link.is_given() => {}
            SocketEvent::Up { address, only } => {
                self.sockets.link_up(link, address, only);
                self.discovery.set_port(cx, self.sockets.port());
                self.tend_each(cx, self.peers.keys());
            }
            SocketEvent::Down { code: _ } => {
                self.sockets.link_down(link);
                self.discovery.set_port(cx, self.sockets.port());
            }
            // Here they come in bulk.
            SocketEvent::Datagram { .. } | SocketEvent::Unreachable { .. } => {}
        }
    }

    pub(super) fn follow(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, address: Address) {
        let Some(key) = address.key else { return };
        let before = self.peers.follow(cx, conversation, address);
        self.discovery.follow(&mut self.peers, &key);
        if let Some(before) = before {
            self.let_go(cx, before, &Fault::NoSuchPeer);
        }
        self.tend(cx, key);
    }

    pub(super) fn on_tick(&mut self, cx: &mut Ctx<'_>) {
        let now = cx.now.mono;
        self.transport.expire(now);
        let gone = self.discovery.on_tick(cx, &mut self.peers);
        self.tend_each(cx, gone);
        while let Some(conversation) = self.peers.overdue(cx) {
            self.tend_each(cx, self.peers.key_of(conversation));
        }
        while let Some(key) = self.peers.deadlines.pop(now) {
            self.serve_peer(cx, key);
            self.tend(cx, key);
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let quic = self.transport.deadline();
        [quic, self.discovery.deadline(), self.peers.deadline()].into_iter().flatten().min()
    }
}

// Connections.
impl Connections {
    /// Lets every connection go on until nothing more follows.
    pub(super) fn go_on(&mut self, cx: &mut Ctx<'_>) {
        let mut budget = TurnBudget::FULL;
        loop {
            self.transport.advance(cx, &self.sockets, &mut budget);
            let Some((handle, event)) = self.transport.next_event() else { return };
            self.on_connection(cx, handle, event);
            while let Some((handle, event)) = self.transport.next_event() {
                self.on_connection(cx, handle, event);
            }
        }
    }

    fn on_connection(&mut self, cx: &mut Ctx<'_>, handle: ConnectionHandle, event: TransportEvent) {
        match event {
            TransportEvent::Proved(key) => self.prove(cx, handle, key),
            TransportEvent::Stream(event) => {
                if let Some((session, quic)) = self.sessions.get_mut(&handle).zip(self.transport.open(handle))
                {
                    session.on_stream(quic, &event);
                }
                self.serve(cx, handle);
            }
            TransportEvent::Datagram => self.hear_notices(cx, handle),
            TransportEvent::Lost(reason) => {
                // What came before the end is good.
                self.serve(cx, handle);
                self.yield_to_another(cx, handle, &reason);
                self.lose(cx, handle);
            }
        }
    }

    /// A connection whose peer has this key. Only now are there streams, and only now is anything read.
    fn prove(&mut self, cx: &mut Ctx<'_>, handle: ConnectionHandle, key: PublicKey) {
        let blocked = self.peers.get(&key).is_some_and(|peer| peer.trust == Some(Trust::Blocked));
        let Some(peer) = self.peers.entry(key).filter(|_| !blocked) else {
            return self.transport.close(cx.now.mono, handle, close::UNWANTED);
        };
        let moves = peer.moves;
        self.opened = self.opened.saturating_add(1);
        let session = self.transport.open(handle).and_then(|quic| PeerSession::open(quic, key, self.opened));
        let Some(mut session) = session else { return };
        peer.dialler.end(handle);
        peer.sessions.push(handle);
        session.say_hello(self.boot, self.introduction(Some(moves)));
        self.sessions.insert(handle, session);
        self.choose(cx, key);
        self.tend(cx, key);
        self.serve(cx, handle);
    }

    /// The peer has another session with our key, and we have none: our key runs twice, and whoever comes again at once
    /// would take it from the other for ever.
    fn yield_to_another(&mut self, cx: &mut Ctx<'_>, handle: ConnectionHandle, reason: &ConnectionError) {
        let superseded = matches!(
            reason,
            ConnectionError::ApplicationClosed(told) if told.error_code == VarInt::from_u32(close::SUPERSEDED)
        );
        let peer = self.sessions.get(&handle).and_then(|session| self.peers.get_mut(&session.key));
        if let Some(peer) = peer.filter(|peer| superseded && peer.sessions.len() == 1) {
            peer.dialler.give_way(cx.now.mono, cx.rng);
        }
    }

    /// The session is gone.
    pub(super) fn lose(&mut self, cx: &mut Ctx<'_>, handle: ConnectionHandle) {
        let Some(session) = self.sessions.remove(&handle) else {
            return self.give_up(cx, handle);
        };
        let key = session.key;
        let Some(peer) = self.peers.get_mut(&key) else { return };
        peer.sessions.retain(|other| *other != handle);
        if peer.current == Some(handle) {
            peer.current = None;
        }
        if peer.sessions.is_empty() {
            peer.redial = false;
            self.tell_gone(cx, key);
        }
        self.choose(cx, key);
        self.tend(cx, key);
        self.peers.tidy(&key);
    }

    /// An attempt has led to nothing.
    fn give_up(&mut self, cx: &mut Ctx<'_>, handle: ConnectionHandle) {
        for key in self.peers.keys() {
            if let Some(peer) = self.peers.get_mut(&key)
                && peer.dialler.has(handle)
            {
                peer.dialler.end(handle);
                return self.tend(cx, key);
            }
        }
    }

    /// Closes all connections to this key.
    pub(super) fn disconnect(&mut self, cx: &mut Ctx<'_>, key: PublicKey, code: u32) {
        let Some(peer) = self.peers.get_mut(&key) else { return };
        let handles = std::mem::take(&mut peer.sessions);
        peer.current = None;
        for handle in handles.iter().copied().chain(peer.dialler.stop(cx.now.mono, cx.rng)) {
            self.transport.close(cx.now.mono, handle, code);
            self.sessions.remove(&handle);
        }
        if !handles.is_empty() {
            self.tell_gone(cx, key);
        }
    }

    /// Nobody follows this key any more.
    pub(super) fn let_go(&mut self, cx: &mut Ctx<'_>, key: PublicKey, fault: &Fault) {
        if let Some(peer) = self.peers.get_mut(&key).filter(|peer| peer.followed.is_none()) {
            for entry in peer.held.drain() {
                // What was written may be there.
                cx.fail(entry.message, if entry.written { Fault::NoAnswer } else { fault.clone() });
            }
            self.disconnect(cx, key, close::UNWANTED);
        }
        self.peers.tidy(&key);
    }

    /// Decides which of several sessions counts, as the peer does from the same numbers, and closes the others.
    pub(super) fn choose(&mut self, cx: &mut Ctx<'_>, key: PublicKey) {
        let Self { transport, own, peers, sessions, .. } = self;
        let Some(peer) = peers.get_mut(&key) else { return };
        let rank = |handle: &ConnectionHandle| {
            let session = sessions.get(handle)?;
            let told = session.peer?;
            let current = Some(told) == peer.newest && session.told_moves == peer.moves;
            let smaller_dialled = session.dialled == (*own < key);
            Some((current, smaller_dialled, session.number))
        };
        let greeted: Vec<_> = peer.sessions.iter().copied().filter(|handle| rank(handle).is_some()).collect();
        let best = greeted.iter().copied().max_by_key(|handle| rank(handle));
        // A dialler that knows no other session does not wait for the hello of the peer.
        let alone = || match peer.sessions.as_slice() {
            [only] if sessions.get(only).is_some_and(|session| session.dialled) => Some(*only),
            _ => None,
        };
        let Some(best) = best.or_else(alone) else { return };
        peer.current = Some(best);
        for loser in greeted.into_iter().filter(|handle| *handle != best) {
            transport.close(cx.now.mono, loser, close::SUPERSEDED);
            sessions.remove(&loser);
            peer.sessions.retain(|handle| *handle != loser);
        }
    }
}

// Who is dialled.
impl Connections {
    pub(super) fn tend_each(&mut self, cx: &mut Ctx<'_>, keys: impl IntoIterator<Item = PublicKey>) {
        for key in keys {
            self.tend(cx, key);
        }
    }

    /// Dials, or stops dialling, as this peer needs it now.
    pub(super) fn tend(&mut self, cx: &mut Ctx<'_>, key: PublicKey) {
        let now = cx.now.mono;
        let Self { transport, own, peers, sessions, .. } = self;
        let Some(peer) = peers.get_mut(&key) else { return };
        asking::settle(cx, peer, transport, sessions);
        let silence = peer.current.and_then(|handle| {
            let session = sessions.get_mut(&handle).filter(|session| peer.waits(session))?;
            Some((handle, session.probe.look(now, transport.heard(handle)?)))
        });
        let (long, beside) = match silence {
            None | Some((_, Silence::Usual)) => (None, false),
            Some((handle, silence)) => (Some(handle), silence == Silence::Stuck),
        };
        if let Some(quic) = long.and_then(|handle| transport.open(handle)) {
            quic.ping();
        }
        if beside && !peer.dialler.is_busy() {
            peer.moves = peer.moves.saturating_add(1);
        }
        while let Some(handle) = peer.dialler.expire(now) {
            transport.close(now, handle, close::GIVEN_UP);
        }
        let wanted = (peer.wants_connection() || beside || peer.redial)
            && key != *own
            && self.sockets.reach_everybody();
        if wanted {
            peer.dialler.want(now);
            if peer.dialler.begins_round(now) {
                peers.look_up(cx, &key);
            }
            let Some(peer) = peers.get_mut(&key) else { return };
            peer.dialler.settle(now, cx.rng);
            while let Some(at) = peer.dialler.next(now) {
                if let Some(handle) = transport.dial(now, key, at) {
                    peer.dialler.begin(now, handle);
                }
            }
            peer.dialler.settle(now, cx.rng);
        } else {
            let given_up = peer.dialler.stop(now, cx.rng);
            self.close_attempts(cx, given_up);
        }
        self.schedule(cx, key);
    }

    pub(super) fn close_attempts(&mut self, cx: &Ctx<'_>, handles: Vec<ConnectionHandle>) {
        for handle in handles {
            self.transport.close(cx.now.mono, handle, close::GIVEN_UP);
        }
    }

    /// When this peer is looked at again.
    pub(super) fn schedule(&mut self, cx: &Ctx<'_>, key: PublicKey) {
        let Some(peer) = self.peers.get(&key) else { return };
        let sessions = peer.sessions.iter().filter_map(|handle| self.sessions.get(handle));
        let waits = peer.current.and_then(|handle| {
            let session = self.sessions.get(&handle).filter(|session| peer.waits(session))?;
            session.probe.due(cx.now.mono, self.transport.heard(handle)?)
        });
        let asks = peer.asked.map(|_| cx.after(asking::AGAIN));
        let due = sessions.filter_map(PeerSession::deadline).chain(peer.dialler.deadline());
        let due = due.chain(waits).chain(asks).min();
        self.peers.deadlines.set(key, due);
    }

    /// An address of ours has changed: what we dialled goes on from there, who dialled us is dialled.
    pub(super) fn move_all(&mut self, cx: &mut Ctx<'_>) {
        self.transport.local_address_changed();
        for key in self.peers.keys() {
            let Some(peer) = self.peers.get_mut(&key) else { continue };
            peer.moves = peer.moves.saturating_add(1);
            peer.dialler.wake(cx.now.mono);
            let moves = peer.moves;
            let dialled = peer.sessions.iter().any(|handle| {
                let session = self.sessions.get_mut(handle).filter(|session| session.dialled);
                session.is_some_and(|session| {
                    session.told_moves = moves;
                    session.say(&Control::Profile(Introduction {
                        moves: Some(moves),
                        ..Introduction::default()
                    }));
                    true
                })
            });
            peer.redial = !dialled && !peer.sessions.is_empty();
            self.serve_peer(cx, key);
            self.tend(cx, key);
        }
        self.go_on(cx);
    }
}

// What others are told.
impl Connections {
    pub(super) fn tell_gone(&self, cx: &mut Ctx<'_>, key: PublicKey) {
        if self.discovery.tell(cx, &self.peers, key) {
            return;
        }
        if let Some(conversation) = self.peers.get(&key).and_then(SecurePeer::conversation) {
            cx.report(NetEvent::Connection { conversation, connection: ConnectionState::Unknown });
        }
    }
}
