//! The protocol: which input goes to which part, and what follows from it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use quinn_proto::{ConnectionError, ConnectionHandle, VarInt};

use super::discovery::Discovery;
use super::frame::control::{Control, Introduction};
use super::frame::entry::{Entry, MAX_TEXT};
use super::peers::{PeerTable, located};
use super::receipts::MAX_PENDING;
use super::session::{Incarnation, Session};
use super::tls::Admission;
use super::transport::{ConnectionEvent, Transport};
use super::{PROGRAM, SCHEME};
use crate::dialects::Setup;
use crate::model::traffic::{ConnectionState, LocalIdentity, PeerInfo, Profile, Received};
use crate::model::{
    ConversationId, Fault, LinkId, MessageCommand, NetEvent, OutboundMessage, PeerCommand, PublicKey, Trust,
    Uid,
};
use crate::wire::resolution::Answer;
use crate::wire::{Ctx, Interface, LocalSockets, Protocol, SocketEvent};

/// Told to a peer with the end of a connection.
mod close {
    /// Another connection to the same peer counts.
    pub(super) const SUPERSEDED: u32 = 1;
    /// What came breaks the rules.
    pub(super) const MALFORMED: u32 = 2;
    /// Nobody is to talk there any more.
    pub(super) const UNWANTED: u32 = 3;
    /// An attempt that is not wanted any more.
    pub(super) const GIVEN_UP: u32 = 4;
}

/// Something is not kept and nothing was heard: the peer is asked so often.
const PROBE: Duration = Duration::from_secs(1);
/// After so long it is dialled beside the session, which may be stuck in long pauses.
const DIAL_BESIDE: Duration = Duration::from_secs(5);
/// Control frames of one session that are read in one turn.
const MAX_CONTROLS: usize = 64;

/// What there is once we have a key.
struct Running {
    transport: Transport,
    own: PublicKey,
    /// Which start of our program this is.
    boot: u64,
    discovery: Discovery,
}

/// All of it; without a key it is off, and says so to whoever wants to send.
pub(super) struct Secure {
    running: Option<Running>,
    admission: Admission,
    identity: LocalIdentity,
    sockets: LocalSockets,
    addresses: Vec<std::net::IpAddr>,
    peers: PeerTable,
    sessions: BTreeMap<ConnectionHandle, Session>,
    opened: u64,
}

impl Secure {
    pub(super) fn new(setup: &Setup) -> Self {
        let admission = Admission::default();
        let running = setup.key_pair.as_ref().and_then(|pair| {
            let boot = blake3::derive_key("udpqq boot", &setup.secret);
            let boot = u64::from_be_bytes(boot.first_chunk().copied().unwrap_or_default());
            let transport = Transport::new(pair, &setup.secret, admission.clone()).ok()?;
            let discovery = Discovery::new(pair.public(), boot, &setup.secret);
            Some(Running { transport, own: pair.public(), boot, discovery })
        });
        Self {
            running,
            admission,
            identity: LocalIdentity::default(),
            sockets: LocalSockets::default(),
            addresses: Vec::new(),
            peers: PeerTable::default(),
            sessions: BTreeMap::new(),
            opened: 0,
        }
    }
}

impl Protocol for Secure {
    fn on_interfaces(&mut self, cx: &mut Ctx<'_>, interfaces: &[Interface]) {
        self.sockets.set_interfaces(interfaces);
        if let Some(Running { discovery, .. }) = &mut self.running {
            discovery.set_interfaces(cx, interfaces);
        }
        let addresses: Vec<_> = interfaces.iter().map(|interface| interface.address).collect();
        let first = self.addresses.is_empty();
        let changed = std::mem::replace(&mut self.addresses, addresses) != self.addresses;
        if changed && !first {
            self.move_all(cx);
        }
    }

    fn on_socket(&mut self, cx: &mut Ctx<'_>, link: LinkId, event: SocketEvent<'_>) {
        if let Some(Running { discovery, .. }) = &mut self.running
            && discovery.has(link)
        {
            let met = discovery.on_socket(cx, &mut self.peers, link, &event);
            if let Some(key) = met {
                self.tend(cx, key);
            }
            return self.go_on(cx);
        }
        match event {
            SocketEvent::Up { address, only } => {
                self.sockets.link_up(link, address, only);
                self.tell_port(cx);
                self.tend_all(cx);
            }
            SocketEvent::Down { code: _ } => {
                self.sockets.link_down(link);
                self.tell_port(cx);
            }
            SocketEvent::Datagram { from, to, bytes } => {
                let Some(Running { transport, .. }) = &mut self.running else { return };
                transport.receive(cx, &self.sockets, from, to, bytes);
                self.go_on(cx);
            }
            SocketEvent::Unreachable { .. } => {}
        }
    }

    fn on_resolved(&mut self, cx: &mut Ctx<'_>, answer: &Answer<'_>) {
        if let Some(key) = self.peers.resolved(cx, answer) {
            self.tend(cx, key);
            self.go_on(cx);
        }
    }

    fn on_introduce(&mut self, cx: &mut Ctx<'_>, own: LocalIdentity) {
        if let Some(Running { discovery, .. }) = &mut self.running {
            discovery.introduce(cx, &own);
        }
        self.identity = own;
        let news = Control::Profile(self.introduction(None));
        for session in self.sessions.values_mut().filter(|session| session.peer.is_some()) {
            session.say(&news);
        }
        self.serve_all(cx);
    }

    fn on_peer(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, command: PeerCommand) {
        match command {
            PeerCommand::Follow { address, rank: _ } => {
                let key = address.key;
                let before = self.peers.follow(cx, conversation, address);
                if let Some((Running { discovery, .. }, key)) = self.running.as_ref().zip(key) {
                    discovery.follow(&mut self.peers, &key);
                }
                before.into_iter().for_each(|key| self.let_go(cx, key, &Fault::NoSuchPeer));
                key.into_iter().for_each(|key| self.tend(cx, key));
            }
            PeerCommand::Enter => {}
            PeerCommand::Forget => {
                if let Some(key) = self.peers.forget(conversation) {
                    self.let_go(cx, key, &Fault::NoSuchPeer);
                }
            }
        }
        self.go_on(cx);
    }

    fn on_trust(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, trust: Trust) {
        let Some((key, peer)) = self.peers.of(conversation) else { return };
        peer.trust = Some(trust);
        match trust {
            Trust::Blocked => {
                self.admission.block(key);
                self.disconnect(cx, key, close::UNWANTED);
            }
            Trust::Pinned | Trust::Verified { .. } | Trust::Requested | Trust::Changed { .. } => {
                self.admission.unblock(&key);
            }
        }
        self.tend(cx, key);
        self.serve_peer(cx, key);
        self.go_on(cx);
    }

    fn on_message(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, command: MessageCommand) {
        match command {
            MessageCommand::Send(message) => {
                let id = message.id;
                if let Err(fault) = self.send(cx, conversation, &message) {
                    cx.fail(id, fault);
                }
            }
            MessageCommand::Stored { source: _, payload: _, uid } => {
                if let Some((key, uid)) = self.peers.key_of(conversation).zip(uid) {
                    self.note_stored(cx, key, uid);
                }
            }
            MessageCommand::Redecode { message, payload } => {
                let text = Entry::decode(&payload).map(|entry| entry.text).unwrap_or_default();
                cx.report(NetEvent::Redecoded { message, text, lossy: false });
            }
            MessageCommand::Unseal { .. } => {}
        }
        self.go_on(cx);
    }

    fn on_tick(&mut self, cx: &mut Ctx<'_>) {
        let now = cx.now.mono;
        if let Some(Running { transport, discovery, .. }) = &mut self.running {
            transport.expire(now);
            let gone = discovery.on_tick(cx, &mut self.peers);
            gone.into_iter().for_each(|key| self.tend(cx, key));
        }
        while let Some(conversation) = self.peers.overdue(cx) {
            self.peers.key_of(conversation).into_iter().for_each(|key| self.tend(cx, key));
        }
        while let Some(key) = self.peers.deadlines.pop(now) {
            self.serve_peer(cx, key);
            self.tend(cx, key);
        }
        self.go_on(cx);
    }

    fn deadline(&self) -> Option<Instant> {
        let running = self.running.as_ref()?;
        let all = [running.transport.deadline(), running.discovery.deadline(), self.peers.deadline()];
        all.into_iter().flatten().min()
    }
}

// Messages.
impl Secure {
    fn send(
        &mut self,
        cx: &mut Ctx<'_>,
        conversation: ConversationId,
        message: &OutboundMessage,
    ) -> Result<(), Fault> {
        let (key, peer) = self.peers.of(conversation).ok_or(Fault::NoSuchPeer)?;
        let running = self.running.as_ref().ok_or(Fault::NotListening)?;
        if key == running.own {
            return Err(Fault::Ourselves);
        }
        if message.text.len() > MAX_TEXT {
            return Err(Fault::TooLarge { bytes: message.text.len(), limit: MAX_TEXT });
        }
        let uid = message.uid.unwrap_or_else(|| new_uid(cx));
        if !peer.held.contains(message.id) {
            peer.held.push(message.id, Entry::encode(message, uid).into());
        }
        self.tend(cx, key);
        self.serve_peer(cx, key);
        Ok(())
    }

    fn note_stored(&mut self, cx: &mut Ctx<'_>, key: PublicKey, uid: Uid) {
        let sessions = self.peers.get(&key).map(|peer| peer.sessions.clone()).unwrap_or_default();
        for handle in sessions {
            if let Some(session) = self.sessions.get_mut(&handle) {
                session.note_stored(uid);
            }
            self.serve(cx, handle);
        }
    }

    fn introduction(&self, moves: Option<u32>) -> Introduction {
        let LocalIdentity { name, away, .. } = &self.identity;
        Introduction {
            moves,
            name: Some(name.clone()),
            program: moves.map(|_| PROGRAM.to_owned()),
            away: Some(away.clone().unwrap_or_default()),
            ..Introduction::default()
        }
    }
}

// Connections.
impl Secure {
    /// Lets every connection go on until nothing more follows.
    fn go_on(&mut self, cx: &mut Ctx<'_>) {
        loop {
            let Some(Running { transport, .. }) = &mut self.running else { return };
            transport.advance(cx, &self.sockets);
            let Some((handle, event)) = transport.next_event() else { return };
            self.on_connection(cx, handle, event);
            while let Some((handle, event)) = self.running.as_mut().and_then(|it| it.transport.next_event()) {
                self.on_connection(cx, handle, event);
            }
        }
    }

    fn on_connection(&mut self, cx: &mut Ctx<'_>, handle: ConnectionHandle, event: ConnectionEvent) {
        match event {
            ConnectionEvent::Proved(key) => self.prove(cx, handle, key),
            ConnectionEvent::Stream(event) => {
                let Some(Running { transport, .. }) = &mut self.running else { return };
                if let Some((session, quic)) = self.sessions.get_mut(&handle).zip(transport.open(handle)) {
                    session.on_stream(quic, &event);
                }
                self.serve(cx, handle);
            }
            ConnectionEvent::Datagram => {}
            ConnectionEvent::Lost(reason) => {
                // What came before the end is good.
                self.serve(cx, handle);
                self.yield_to_another(cx, handle, &reason);
                self.lose(cx, handle);
            }
        }
    }

    /// A connection whose peer has this key. Only now are there streams, and only now is anything read.
    fn prove(&mut self, cx: &mut Ctx<'_>, handle: ConnectionHandle, key: PublicKey) {
        let Some(Running { transport, boot, .. }) = &mut self.running else { return };
        let blocked = self.peers.get(&key).is_some_and(|peer| peer.trust == Some(Trust::Blocked));
        let Some(peer) = self.peers.entry(key).filter(|_| !blocked) else {
            return transport.close(cx.now.mono, handle, close::UNWANTED);
        };
        let moves = peer.moves;
        self.opened = self.opened.saturating_add(1);
        let session = transport.open(handle).and_then(|quic| Session::open(quic, key, self.opened));
        let Some(mut session) = session else { return };
        peer.dialler.end(handle);
        peer.sessions.push(handle);
        let boot = *boot;
        session.say_hello(boot, self.introduction(Some(moves)));
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
    fn lose(&mut self, cx: &mut Ctx<'_>, handle: ConnectionHandle) {
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
    fn disconnect(&mut self, cx: &mut Ctx<'_>, key: PublicKey, code: u32) {
        let Some((running, peer)) = self.running.as_mut().zip(self.peers.get_mut(&key)) else { return };
        let handles = std::mem::take(&mut peer.sessions);
        peer.current = None;
        for handle in handles.iter().copied().chain(peer.dialler.stop(cx.now.mono, cx.rng)) {
            running.transport.close(cx.now.mono, handle, code);
            self.sessions.remove(&handle);
        }
        if !handles.is_empty() {
            self.tell_gone(cx, key);
        }
    }

    /// Nobody follows this key any more.
    fn let_go(&mut self, cx: &mut Ctx<'_>, key: PublicKey, fault: &Fault) {
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
    fn choose(&mut self, cx: &mut Ctx<'_>, key: PublicKey) {
        let Some(Running { transport, own, .. }) = &mut self.running else { return };
        let Some(peer) = self.peers.get_mut(&key) else { return };
        let sessions = &mut self.sessions;
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

// What a session brings.
impl Secure {
    fn serve_all(&mut self, cx: &mut Ctx<'_>) {
        let handles: Vec<_> = self.sessions.keys().copied().collect();
        for handle in handles {
            self.serve(cx, handle);
        }
        self.go_on(cx);
    }

    fn serve_peer(&mut self, cx: &mut Ctx<'_>, key: PublicKey) {
        let handles = self.peers.get(&key).map(|peer| peer.sessions.clone()).unwrap_or_default();
        for handle in handles {
            self.serve(cx, handle);
        }
    }

    /// Reads what has come on a session, and writes what is to go.
    fn serve(&mut self, cx: &mut Ctx<'_>, handle: ConnectionHandle) {
        if self.read_controls(cx, handle).is_none() || self.read_entries(cx, handle).is_none() {
            if let Some(Running { transport, .. }) = &mut self.running {
                transport.close(cx.now.mono, handle, close::MALFORMED);
            }
            return self.lose(cx, handle);
        }
        let Some(Running { transport, .. }) = &mut self.running else { return };
        let Some((session, quic)) = self.sessions.get_mut(&handle).zip(transport.open(handle)) else {
            return;
        };
        let Some(peer) = self.peers.get_mut(&session.key) else { return };
        if peer.current == Some(handle) && peer.is_trusted() {
            while let Some(entry) = session.write_next(&mut peer.held) {
                if !std::mem::replace(&mut entry.written, true) {
                    let payload = std::sync::Arc::clone(&entry.payload);
                    cx.report(NetEvent::Handed { message: entry.message, to: session.remote, payload });
                }
            }
        }
        session.tell_kept(cx.now.mono);
        session.flush(quic);
        let key = session.key;
        // Who began the connection may go on from another address.
        let remote = quic.remote_address();
        if session.remote != remote && session.peer.is_some() {
            session.remote = remote;
            peer.dialler.prefer(remote);
        }
        self.schedule(cx, key);
    }

    /// `None`: the peer breaks the rules.
    fn read_controls(&mut self, cx: &mut Ctx<'_>, handle: ConnectionHandle) -> Option<()> {
        for _ in 0..MAX_CONTROLS {
            let transport = &mut self.running.as_mut()?.transport;
            let Some((session, quic)) = self.sessions.get_mut(&handle).zip(transport.open(handle)) else {
                return Some(());
            };
            let Some(control) = session.next_control(quic).ok()? else { return Some(()) };
            self.on_control(cx, handle, control)?;
        }
        Some(())
    }

    fn on_control(&mut self, cx: &mut Ctx<'_>, handle: ConnectionHandle, control: Control) -> Option<()> {
        match control {
            Control::Hello { boot, introduction } => {
                let session = self.sessions.get_mut(&handle)?;
                let told = Incarnation { boot, moves: introduction.moves.unwrap_or_default() };
                session.peer = Some(told);
                let (key, remote) = (session.key, session.remote);
                let peer = self.peers.get_mut(&key)?;
                peer.note_incarnation(told);
                let given_up = peer.dialler.stop(cx.now.mono, cx.rng);
                peer.dialler.succeed();
                peer.redial = false;
                self.close_attempts(cx, given_up);
                self.peers.note_reached(&key, remote);
                self.tell_here(cx, key, remote, introduction);
                self.choose(cx, key);
                self.serve_peer(cx, key);
            }
            Control::Profile(introduction) => {
                let session = self.sessions.get_mut(&handle)?;
                let (key, remote) = (session.key, session.remote);
                if let Some((told, moves)) = session.peer.as_mut().zip(introduction.moves) {
                    told.moves = moves;
                    let told = *told;
                    self.peers.get_mut(&key)?.note_incarnation(told);
                    self.choose(cx, key);
                }
                self.tell_here(cx, key, remote, introduction);
            }
            Control::Kept { count } => {
                let session = self.sessions.get_mut(&handle)?;
                let kept = session.on_kept(count).ok()?;
                let peer = self.peers.get_mut(&session.key)?;
                for entry in kept.into_iter().filter_map(|number| peer.held.remove(number)) {
                    cx.report(NetEvent::Delivered { message: entry.message });
                }
            }
            Control::Refused { .. } | Control::Read { .. } | Control::Bye | Control::Unknown => {}
        }
        Some(())
    }

    /// `None`: the peer breaks the rules.
    fn read_entries(&mut self, cx: &mut Ctx<'_>, handle: ConnectionHandle) -> Option<()> {
        loop {
            let transport = &mut self.running.as_mut()?.transport;
            let Some((session, quic)) = self.sessions.get_mut(&handle).zip(transport.open(handle)) else {
                return Some(());
            };
            let Some(peer) = self.peers.get(&session.key) else { return Some(()) };
            session.settle(cx.now.mono, peer.is_trusted());
            // Who is not known says one thing, and waits for a person.
            let most = if peer.is_trusted() { MAX_PENDING } else { 1 };
            let Some(frame) = session.next_entry(quic, cx.now.mono, most).ok()? else { return Some(()) };
            let entry = Entry::decode(&frame).ok()?;
            session.note_read(entry.uid);
            let address = located(session.key, session.remote);
            let received = Received::new(SCHEME, session.remote, cx.now.wall, frame.into());
            cx.report(NetEvent::Received(Received {
                conversation: peer.conversation(),
                place: Some(Box::new(address)),
                kind: entry.kind,
                text: entry.text,
                authenticated: true,
                uid: Some(entry.uid),
                about: entry.about,
                ..received
            }));
        }
    }
}

// Who is dialled.
impl Secure {
    fn tend_all(&mut self, cx: &mut Ctx<'_>) {
        for key in self.peers.keys() {
            self.tend(cx, key);
        }
        self.go_on(cx);
    }

    /// Dials, or stops dialling, as this peer needs it now.
    fn tend(&mut self, cx: &mut Ctx<'_>, key: PublicKey) {
        let now = cx.now.mono;
        let Some(Running { transport, own, .. }) = &mut self.running else { return };
        let Some(peer) = self.peers.get_mut(&key) else { return };
        let silence = peer.current.filter(|handle| self.sessions.get(handle).is_some_and(Session::waits));
        let silence = silence.and_then(|handle| Some((handle, transport.heard(handle)?)));
        let mut beside = false;
        if let Some((handle, heard)) = silence {
            let quiet = now.saturating_duration_since(heard);
            if quiet >= PROBE
                && let Some(quic) = transport.open(handle)
            {
                quic.ping();
            }
            beside = quiet >= DIAL_BESIDE;
            if beside && !peer.dialler.is_busy() {
                peer.moves = peer.moves.saturating_add(1);
            }
        }
        while let Some(handle) = peer.dialler.expire(now) {
            transport.close(now, handle, close::GIVEN_UP);
        }
        let wanted = (peer.wants_connection() || beside || peer.redial)
            && key != *own
            && self.sockets.reach_everybody();
        if wanted {
            peer.dialler.want(now);
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

    fn close_attempts(&mut self, cx: &Ctx<'_>, handles: Vec<ConnectionHandle>) {
        let Some(Running { transport, .. }) = &mut self.running else { return };
        for handle in handles {
            transport.close(cx.now.mono, handle, close::GIVEN_UP);
        }
    }

    /// When this peer is looked at again.
    fn schedule(&mut self, cx: &Ctx<'_>, key: PublicKey) {
        let Some(peer) = self.peers.get(&key) else { return };
        let sessions = peer.sessions.iter().filter_map(|handle| self.sessions.get(handle));
        let waits = sessions.clone().any(Session::waits).then(|| cx.after(PROBE));
        let due = sessions.filter_map(Session::deadline).chain(peer.dialler.deadline()).chain(waits).min();
        self.peers.deadlines.set(key, due);
    }

    /// An address of ours has changed: what we dialled goes on from there, who dialled us is dialled.
    fn move_all(&mut self, cx: &mut Ctx<'_>) {
        if let Some(Running { transport, .. }) = &mut self.running {
            transport.local_address_changed();
        }
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
impl Secure {
    /// Beacons say where QUIC is.
    fn tell_port(&mut self, cx: &mut Ctx<'_>) {
        if let Some(Running { discovery, .. }) = &mut self.running {
            discovery.set_port(cx, self.sockets.port());
        }
    }

    fn tell_here(&self, cx: &mut Ctx<'_>, key: PublicKey, remote: SocketAddr, introduction: Introduction) {
        let conversation = self.peers.get(&key).and_then(|peer| peer.conversation());
        let about = Profile {
            name: introduction.name.unwrap_or_default(),
            program: introduction.program.unwrap_or_default(),
            away: introduction.away.filter(|words| !words.is_empty()),
            ..Profile::default()
        };
        let address = Box::new(located(key, remote));
        cx.report(NetEvent::Peer(PeerInfo { conversation, address, here: true, about }));
        if let Some(conversation) = conversation {
            cx.report(NetEvent::Connection { conversation, connection: ConnectionState::Up });
        }
    }

    fn tell_gone(&self, cx: &mut Ctx<'_>, key: PublicKey) {
        if self.running.as_ref().is_some_and(|running| running.discovery.tell(cx, &self.peers, key)) {
            return;
        }
        if let Some(conversation) = self.peers.get(&key).and_then(|peer| peer.conversation()) {
            cx.report(NetEvent::Connection { conversation, connection: ConnectionState::Unknown });
        }
    }
}

fn new_uid(cx: &mut Ctx<'_>) -> Uid {
    let [first, second] = [cx.rng.next(), cx.rng.next()];
    let bytes = [first.to_be_bytes(), second.to_be_bytes()].concat();
    Uid(bytes.try_into().unwrap_or_default())
}
