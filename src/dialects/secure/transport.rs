//! The connections of QUIC, as one part: datagrams and deadlines go in, datagrams and events come out. What a connection is
//! for, and which of several to one peer counts, is not known here.
//!
//! Whoever is not proved gets no more than a Retry, which is shorter than what it answers: every other answer of QUIC to
//! packets that belong to no connection (version negotiation, a refusal, a reset) is thrown away.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use quinn_proto::{
    Connection, ConnectionError, ConnectionHandle, DatagramEvent, Endpoint, Event, Incoming, Side,
    StreamEvent, TokenMemoryCache, TokenStore, TransportConfig, VarInt,
};
use rustls::pki_types::CertificateDer;

use super::budget::TurnBudget;
use super::config::{self, VirtualClock};
use super::deadlines::Deadlines;
use super::departure;
use super::gate::{Knock, KnockGate, Nonces, OwnIds};
use super::handshakes::Handshakes;
use super::small_paths::{Fragmentation, SmallPaths};
use super::tls::{self, Admission, Tls};
use super::turn_order::TurnOrder;
use crate::model::PublicKey;
use crate::wire::{Batch, Ctx, KeyPair, LocalSockets};

/// A connection that somebody else began and that is not proved after this time is given up.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Until a dialled peer has answered, it gets one datagram in this time: it may not be there.
const SILENT: Duration = Duration::from_secs(1);
/// What is due already is looked at again after this time: no timer of QUIC is finer (RFC 9002, section 6.1.2).
const GRANULARITY: Duration = Duration::from_millis(1);

/// What became of a connection.
#[derive(Debug)]
pub(super) enum TransportEvent {
    /// The peer has proved that it has this key.
    Proved(PublicKey),
    Stream(StreamEvent),
    /// The peer sent something that may get lost.
    Datagram,
    Lost(ConnectionError),
}

#[derive(Debug)]
struct Link {
    quic: Connection,
    /// Closed by us: nothing that still comes is read.
    closed: bool,
    /// It is over and the endpoint has let go of it, which may give its handle to another by now.
    released: bool,
    /// By when it has to be proved.
    handshake_by: Option<Instant>,
    /// Dialled, and nothing has come back: when the next datagram may go out.
    silent: Option<Instant>,
    /// When something came last.
    heard: Instant,
    /// Whether its smallest packets may be cut on their way.
    fragmentation: Fragmentation,
}

pub(super) struct Transport {
    endpoint: Endpoint,
    gate: KnockGate,
    tls: Tls,
    clock: Arc<VirtualClock>,
    /// Of the connections that we begin.
    config: Arc<TransportConfig>,
    tokens: Arc<TokenMemoryCache>,
    knocks: Nonces,
    handshakes: Handshakes,
    small_paths: SmallPaths,
    links: BTreeMap<ConnectionHandle, Link>,
    due: Deadlines<ConnectionHandle>,
    /// The time of the last turn, if it left something to do.
    turned: Option<Instant>,
    dirty: TurnOrder<ConnectionHandle>,
    events: VecDeque<(ConnectionHandle, TransportEvent)>,
    buffer: Vec<u8>,
}

impl Transport {
    /// `secret`: what nobody may foresee of this run.
    pub(super) fn new(
        pair: &KeyPair,
        secret: &[u8; 32],
        admission: Admission,
    ) -> Result<Self, rustls::Error> {
        let tls = Tls::new(pair)?;
        let own = OwnIds::new(secret);
        let gate = KnockGate::new(own.clone(), &pair.public());
        let clock = Arc::new(VirtualClock::default());
        let crypto = Arc::new(tls.server(admission)?);
        let (asks, answers) = (config::transport(Side::Client), config::transport(Side::Server));
        let server = config::server(crypto, secret, Arc::clone(&clock), Arc::new(answers));
        let endpoint =
            Endpoint::new(Arc::new(config::endpoint(secret, own)), Some(Arc::new(server)), true, None);
        let knocks = Nonces::new(secret, "udpqq nonces of knocks");
        Ok(Self {
            endpoint,
            gate,
            tls,
            clock,
            config: Arc::new(asks),
            tokens: Arc::default(),
            knocks,
            handshakes: Handshakes::default(),
            small_paths: SmallPaths::default(),
            links: BTreeMap::new(),
            due: Deadlines::default(),
            turned: None,
            dirty: TurnOrder::new(),
            events: VecDeque::new(),
            buffer: Vec::new(),
        })
    }
}

// Connections.
impl Transport {
    /// Begins a connection to whoever has this key there; `None`: nobody can be there.
    pub(super) fn dial(&mut self, now: Instant, key: PublicKey, to: SocketAddr) -> Option<ConnectionHandle> {
        self.clock.set(now);
        let mut config = config::client(Arc::new(self.tls.client(key).ok()?), Arc::clone(&self.config));
        let (knock, nonces) = (Knock::of(&key), self.knocks.clone());
        let tokens: Arc<dyn TokenStore> = Arc::<TokenMemoryCache>::clone(&self.tokens);
        config
            .initial_dst_cid_provider(Arc::new(move || knock.connection_id(nonces.next())))
            .token_store(tokens);
        let (handle, quic) = self.endpoint.connect(now, config, to, &tls::server_name(&key)).ok()?;
        self.insert(handle, Link { silent: Some(now), ..self.link(now, quic) });
        Some(handle)
    }

    fn link(&self, now: Instant, quic: Connection) -> Link {
        let fragmentation = self.small_paths.begin(now, quic.remote_address());
        let (closed, released, handshake_by, silent) = (false, false, None, None);
        Link { quic, closed, released, handshake_by, silent, heard: now, fragmentation }
    }

    fn insert(&mut self, handle: ConnectionHandle, link: Link) {
        self.links.insert(handle, link);
        self.dirty.insert(handle);
    }

    /// To read, write or ask something; what follows goes out with the next turn. `None`: it is closed.
    pub(super) fn open(&mut self, handle: ConnectionHandle) -> Option<&mut Connection> {
        let link = self.links.get_mut(&handle).filter(|link| !link.closed)?;
        self.dirty.insert(handle);
        Some(&mut link.quic)
    }

    /// Ends a connection; `code` is told to the peer.
    pub(super) fn close(&mut self, now: Instant, handle: ConnectionHandle, code: u32) {
        let Some(link) = self.links.get_mut(&handle).filter(|link| !link.closed) else { return };
        link.closed = true;
        link.handshake_by = None;
        link.quic.close(now, VarInt::from_u32(code), Bytes::new());
        self.handshakes.end(handle);
        self.dirty.insert(handle);
    }

    /// An address of ours has changed: a connection that we began goes on from the new one, another cannot.
    pub(super) fn local_address_changed(&mut self) {
        for (handle, link) in self.links.iter_mut().filter(|(_, link)| !link.closed) {
            if link.quic.side().is_client() && !link.quic.is_drained() {
                link.quic.local_address_changed();
                self.dirty.insert(*handle);
            }
        }
    }
}

// What comes in.
impl Transport {
    /// What came together is taken in before anything is answered: see [`Batch`].
    pub(super) fn receive(&mut self, cx: &mut Ctx<'_>, sockets: &LocalSockets, batch: &Batch<'_>) {
        if !batch.datagrams().any(|datagram| self.gate.admits(datagram)) {
            return;
        }
        self.clock.set(cx.now.mono);
        // Copied once for all of them.
        let mut rest = BytesMut::from(batch.bytes);
        while !rest.is_empty() {
            let datagram = rest.split_to(batch.stride.clamp(1, rest.len()));
            if self.gate.admits(&datagram) {
                self.receive_one(cx, sockets, batch, datagram);
            }
        }
    }

    fn receive_one(
        &mut self,
        cx: &mut Ctx<'_>,
        sockets: &LocalSockets,
        batch: &Batch<'_>,
        datagram: BytesMut,
    ) {
        let now = cx.now.mono;
        let Batch { from, to, ecn, .. } = *batch;
        self.buffer.clear();
        match self.endpoint.handle(now, from, to, ecn.map(departure::codepoint), datagram, &mut self.buffer) {
            Some(DatagramEvent::ConnectionEvent(handle, event)) => {
                if let Some(link) = self.links.get_mut(&handle) {
                    link.silent = None;
                    link.heard = now;
                    link.quic.handle_event(event);
                    self.dirty.insert(handle);
                }
            }
            Some(DatagramEvent::NewConnection(incoming)) => self.judge(cx, sockets, incoming),
            Some(DatagramEvent::Response(_)) | None => {}
        }
    }

    /// Somebody who knows our key begins a connection.
    fn judge(&mut self, cx: &mut Ctx<'_>, sockets: &LocalSockets, incoming: Incoming) {
        let now = cx.now.mono;
        self.buffer.clear();
        if !self.gate.knows(incoming.orig_dst_cid()) {
            return self.endpoint.ignore(incoming);
        }
        if !incoming.remote_address_validated() {
            match self.endpoint.retry(incoming, &mut self.buffer) {
                Ok(retry) => departure::send(cx, sockets, &retry, false, &self.buffer),
                Err(error) => self.endpoint.ignore(error.into_incoming()),
            }
            return;
        }
        if !self.handshakes.admit(now, incoming.remote_address().ip()) {
            return self.endpoint.ignore(incoming);
        }
        // What it would answer where it fails goes nowhere.
        if let Ok((handle, quic)) = self.endpoint.accept(incoming, now, &mut self.buffer, None) {
            self.handshakes.begin(handle);
            let by = cx.after(HANDSHAKE);
            self.insert(handle, Link { handshake_by: Some(by), ..self.link(now, quic) });
        }
    }

    /// Deadlines that have passed.
    pub(super) fn expire(&mut self, now: Instant) {
        self.clock.set(now);
        while let Some(handle) = self.due.pop(now) {
            let Some(link) = self.links.get_mut(&handle) else { continue };
            link.quic.handle_timeout(now);
            self.dirty.insert(handle);
            if link.handshake_by.is_some_and(|by| by <= now) {
                self.close(now, handle, 0);
            }
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        if self.dirty.is_empty() { self.due.next() } else { self.turned }
    }

    /// When something came last on a connection.
    pub(super) fn heard(&self, handle: ConnectionHandle) -> Option<Instant> {
        self.links.get(&handle).map(|link| link.heard)
    }
}

// What comes out.
impl Transport {
    /// Lets every connection on which something happened go on.
    pub(super) fn advance(&mut self, cx: &mut Ctx<'_>, sockets: &LocalSockets, budget: &mut TurnBudget) {
        self.turned = Some(cx.now.mono);
        let mut is_over = budget.piece().is_none();
        for handle in self.dirty.take() {
            let Some(link) = self.links.get_mut(&handle) else { continue };
            link.catch_up(cx.now.mono);
            settle(&mut self.endpoint, handle, link);
            let before = self.events.len();
            while let Some(event) = link.quic.poll() {
                if let Some(event) = link.translate(event) {
                    self.events.push_back((handle, event));
                }
            }
            if !link.is_proving() {
                self.handshakes.end(handle);
            }
            if self.events.len() > before {
                // What comes of them goes out with what is to be sent anyway.
                self.dirty.insert(handle);
                continue;
            }
            self.small_paths.watch(cx.now.mono, &link.quic, &mut link.fragmentation);
            let mut turn = SendTurn { sockets, budget, buffer: &mut self.buffer };
            let done = link.transmit(cx, &mut turn);
            if !std::mem::replace(&mut is_over, budget.piece().is_none()) && is_over {
                self.dirty.end_with(handle);
            }
            self.due.set(handle, link.deadline(cx).filter(|_| !link.released));
            if link.released {
                self.links.remove(&handle);
            } else if !done {
                self.dirty.insert(handle);
            }
        }
    }

    /// What has happened, oldest first.
    pub(super) fn next_event(&mut self) -> Option<(ConnectionHandle, TransportEvent)> {
        self.events.pop_front()
    }
}

/// Where the packets of this turn go.
struct SendTurn<'a> {
    sockets: &'a LocalSockets,
    budget: &'a mut TurnBudget,
    /// QUIC takes room for many packets in it, although most pieces are one: it is kept.
    buffer: &'a mut Vec<u8>,
}

impl Link {
    fn is_proving(&self) -> bool {
        self.handshake_by.is_some() && !self.closed
    }

    /// What an event means to whoever uses the connection; nothing once we have closed it.
    fn translate(&mut self, event: Event) -> Option<TransportEvent> {
        let event = match event {
            Event::Connected => {
                self.handshake_by = None;
                self.silent = None;
                TransportEvent::Proved(peer_key(&self.quic)?)
            }
            Event::ConnectionLost { reason } => {
                self.handshake_by = None;
                TransportEvent::Lost(reason)
            }
            Event::Stream(event) => TransportEvent::Stream(event),
            Event::DatagramReceived => TransportEvent::Datagram,
            Event::HandshakeDataReady | Event::DatagramsUnblocked => return None,
        };
        Some(event).filter(|_| !self.closed)
    }

    /// Sends what may be sent now; `false`: there is more, for the next turn.
    fn transmit(&mut self, cx: &mut Ctx<'_>, turn: &mut SendTurn<'_>) -> bool {
        let now = cx.now.mono;
        let SendTurn { sockets, budget, buffer } = turn;
        loop {
            let Some(most) = budget.piece() else { return false };
            let most = if self.silent.is_some() { 1 } else { most };
            buffer.clear();
            let Some(out) = self.quic.poll_transmit(now, most, buffer) else { return true };
            if let Some(next) = &mut self.silent {
                // Whoever has not answered needs no farewell.
                if self.closed || *next > now {
                    continue;
                }
                *next = cx.after(SILENT);
            }
            budget.spend(departure::packets(&out), out.size);
            departure::send(cx, sockets, &out, self.fragmentation.is_allowed(), buffer);
        }
    }

    /// A busy caller may have no time for ticks: timers must not wait for that.
    fn catch_up(&mut self, now: Instant) {
        if self.quic.poll_timeout().is_some_and(|at| at <= now) {
            self.quic.handle_timeout(now);
        }
    }

    /// A probe that QUIC may not send yet leaves a timer in the past, which moves on only when it is served again.
    fn deadline(&mut self, cx: &Ctx<'_>) -> Option<Instant> {
        let timer = self.quic.poll_timeout();
        let timer = timer.map(|at| if at > cx.now.mono { at } else { cx.after(GRANULARITY) });
        timer.into_iter().chain(self.handshake_by).min()
    }
}

/// Passes on what the connection and its endpoint have to tell each other, until it is over: of a handle that it has let go the
/// endpoint knows nothing any more, or knows it as another's.
fn settle(endpoint: &mut Endpoint, handle: ConnectionHandle, link: &mut Link) {
    while !link.released
        && let Some(event) = link.quic.poll_endpoint_events()
    {
        link.released = event.is_drained();
        if let Some(event) = endpoint.handle_event(handle, event) {
            link.quic.handle_event(event);
        }
    }
}

/// Asked for only once the handshake is done.
fn peer_key(quic: &Connection) -> Option<PublicKey> {
    let identity = quic.crypto_session().peer_identity()?;
    let shown = identity.downcast::<Vec<CertificateDer<'static>>>().ok()?;
    tls::shown_key(shown.first()?)
}
