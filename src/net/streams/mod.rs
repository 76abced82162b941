//! The streams of all engines: how many there may be, what they hold, and what of it engines are told.
//!
//! Each stream has a task of its own that owns the socket (`connection`), so that a thousand idle ones cost the actor
//! nothing, and the tasks have their turns in the order in which they come. Their events go through one short queue,
//! which is where all of them wait when the app does not take its events.
//!
//! Whether a write was answered is known here alone: each ticket is answered once, also when its task fails.

mod connection;
mod descriptors;
mod event;
mod file_io;
mod listen;
mod read_buf;
mod socket;
mod step_poll;
mod steps;
mod writer;

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};

use super::bind::{self, Call};
use super::ifaces::{self, NetInterface};
use super::interface_filter::{InterfaceFilter, NO_ROUTE};
use super::keys::{EngineId, LinkKey, PendingInputs};
use super::tap::{StreamTap, Tap};
use crate::model::{ErrorCode, LinkId};
use crate::wire::endpoint::canonical;
use crate::wire::{Input, Step, StreamError, Ticket};
use connection::Connection;
pub(super) use connection::Timeouts;
use event::Reporter;
use event::{ConnectionEvent, ConnectionId};
pub(super) use listen::{Accepted, Listeners};
use read_buf::MAX_READ_AHEAD;
use writer::StreamJob;

/// Streams in all: more than a person has, few enough that their buffers in the kernel are no burden.
const MAX_STREAMS: usize = 256;
/// Streams with one address: one host alone cannot fill the table.
const MAX_PER_PEER: usize = 64;
/// What waits to be written to one peer.
const MAX_QUEUED: usize = 1024 * 1024;
/// What waits to be written to all of them.
const MAX_QUEUED_IN_ALL: usize = 16 * 1024 * 1024;
/// Writes and steps that wait for one peer, however small.
const MAX_JOBS: usize = 1_024;
/// Events on their way, of all streams: 2 MiB at the most.
const MAX_CONNECTION_EVENTS: usize = 32;

/// Of a stream that is closed because another one needs its place.
const MADE_ROOM: StreamError = StreamError::Refused(ErrorCode::ECONNABORTED);

#[derive(Debug)]
struct StreamEntry {
    key: LinkKey,
    peer: SocketAddr,
    origin: Origin,
    /// It sent something or received something.
    used: bool,
    /// It moves a file, or did.
    moves: bool,
    /// Gone when the peer sends nothing more, so that there is an end of what can be asked for because of it.
    jobs: Option<mpsc::Sender<StreamJob>>,
    /// Gone when the engine has closed it, which closes the stream.
    open: Option<watch::Sender<()>>,
    /// Writes that the kernel does not have yet, in order.
    unwritten: VecDeque<QueuedWrite>,
    queued: usize,
    task: AbortHandle,
}

/// How a stream came to be, and how it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Outbound,
    /// We opened it, and only what steps ask for is read.
    Paced,
    Inbound,
}

#[derive(Debug)]
struct QueuedWrite {
    bytes: usize,
    ticket: Option<Ticket>,
}

#[derive(Debug)]
pub(super) struct StreamTable {
    tasks: JoinSet<()>,
    /// By age. Streams that are being closed are here as well, since they hold a socket.
    all: BTreeMap<ConnectionId, StreamEntry>,
    /// The streams that engines know.
    open: BTreeMap<LinkKey, ConnectionId>,
    next: ConnectionId,
    accepted: u32,
    queued: usize,
    most: usize,
    events: mpsc::Receiver<(ConnectionId, ConnectionEvent)>,
    sender: mpsc::Sender<(ConnectionId, ConnectionEvent)>,
    pub(super) timeouts: Timeouts,
    /// Streams that cannot be opened at all. Told in a turn of their own, so that an engine which asks again at once
    /// does not keep everything else waiting.
    refused: VecDeque<(LinkKey, StreamError)>,
    tap: Tap,
}

/// What is to be looked at.
#[derive(Debug)]
pub(super) enum StreamNews {
    Event(ConnectionId, ConnectionEvent),
    Refused(LinkKey, StreamError),
}

impl StreamTable {
    pub(super) fn new(tap: Tap) -> Self {
        let (sender, events) = mpsc::channel(MAX_CONNECTION_EVENTS);
        Self {
            tasks: JoinSet::new(),
            all: BTreeMap::new(),
            open: BTreeMap::new(),
            next: 0,
            accepted: 0,
            queued: 0,
            most: descriptors::room_for().min(MAX_STREAMS),
            events,
            sender,
            timeouts: Timeouts::USUAL,
            refused: VecDeque::new(),
            tap,
        }
    }

    /// Waits for something to look at. Cancel-safe: it is taken only in the poll that returns it.
    pub(super) async fn next(&mut self) -> StreamNews {
        if let Some((key, error)) = self.refused.pop_front() {
            return StreamNews::Refused(key, error);
        }
        match self.events.recv().await {
            Some((id, event)) => StreamNews::Event(id, event),
            // Never: a sender is kept here.
            None => std::future::pending().await,
        }
    }

    /// Opens a stream. The answer comes as an event, or at the next turn if it cannot be tried. `interface`: the only one
    /// that may be used.
    pub(super) fn dial(
        &mut self,
        key: LinkKey,
        call: Call,
        interface: Option<&NetInterface>,
        inputs: &mut PendingInputs,
    ) {
        let to = canonical(call.to);
        let refusal = if !key.is_own() || self.open.contains_key(&key) {
            StreamError::Refused(ErrorCode::EINVAL)
        } else if !InterfaceFilter::to(interface).permits(to.ip()) {
            StreamError::Refused(NO_ROUTE)
        } else if !self.make_room(to.ip(), inputs) {
            StreamError::Refused(ErrorCode::EMFILE)
        } else {
            match bind::open_caller(&Call { to, ..call }, interface) {
                Ok(socket) => {
                    let origin = if call.paced { Origin::Paced } else { Origin::Outbound };
                    return self.start(key, to, origin, |connection, jobs| connection.dial(socket, to, jobs));
                }
                Err(error) => StreamError::Peer(error.into()),
            }
        };
        self.refused.push_back((key, refusal));
    }

    /// Takes a stream that a peer opened, if there is room for it; otherwise it is closed.
    pub(super) fn accept(&mut self, accepted: Accepted, inputs: &mut PendingInputs) {
        let Accepted { engine, stream, peer } = accepted;
        let peer = canonical(peer);
        if !self.make_room(peer.ip(), inputs) {
            return;
        }
        let key = self.accepted_key(engine);
        self.start(key, peer, Origin::Inbound, |connection, jobs| connection.carry(stream, jobs));
        inputs.push(engine, Input::StreamUp { link: key.link, peer, accepted: true });
    }

    /// The next number; after two thousand million of them some may still be in use.
    fn accepted_key(&mut self, engine: EngineId) -> LinkKey {
        loop {
            let key = LinkKey { engine, link: LinkId(LinkId::FIRST_ACCEPTED | self.accepted) };
            self.accepted = self.accepted.wrapping_add(1) & !LinkId::FIRST_ACCEPTED;
            if !self.open.contains_key(&key) {
                return key;
            }
        }
    }

    fn start<F>(
        &mut self,
        key: LinkKey,
        peer: SocketAddr,
        origin: Origin,
        run: impl FnOnce(Connection, mpsc::Receiver<StreamJob>) -> F,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        let id = self.next;
        self.next = id.wrapping_add(1);
        let (jobs, asked) = mpsc::channel(MAX_JOBS);
        let (open, closed) = watch::channel(());
        let (tap, scheme) = (self.tap.clone(), self.tap.scheme(key.engine));
        let tap = StreamTap { tap, scheme, remote: peer, zone: ifaces::zone_name(peer) };
        let (reporter, paced) = (Reporter { id, queue: self.sender.clone(), tap }, origin == Origin::Paced);
        let connection = Connection { reporter, closed, timeouts: self.timeouts, paced };
        let stream = StreamEntry {
            key,
            peer,
            origin,
            used: false,
            moves: false,
            jobs: Some(jobs),
            open: Some(open),
            unwritten: VecDeque::new(),
            queued: 0,
            task: self.tasks.spawn(run(connection, asked)),
        };
        self.all.insert(id, stream);
        self.open.insert(key, id);
    }

    /// Gives bytes to a stream that is open, or will be.
    pub(super) fn write(
        &mut self,
        key: LinkKey,
        bytes: Arc<[u8]>,
        ticket: Option<Ticket>,
        inputs: &mut PendingInputs,
    ) {
        if let Err(code) = self.try_write(key, bytes, ticket) {
            inputs.hand(key.engine, ticket, Err(code));
        }
    }

    fn try_write(&mut self, key: LinkKey, bytes: Arc<[u8]>, ticket: Option<Ticket>) -> Result<(), ErrorCode> {
        let stream = self.open.get(&key).and_then(|id| self.all.get_mut(id)).ok_or(ErrorCode::ENOTCONN)?;
        let (jobs, length) = (stream.jobs.as_ref().ok_or(ErrorCode::ENOTCONN)?, bytes.len());
        if stream.queued.saturating_add(length) > MAX_QUEUED
            || self.queued.saturating_add(length) > MAX_QUEUED_IN_ALL
        {
            return Err(ErrorCode::ENOBUFS);
        }
        jobs.try_send(StreamJob::Write(bytes)).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => ErrorCode::ENOBUFS,
            // It has ended, and its last event is on its way.
            mpsc::error::TrySendError::Closed(_) => ErrorCode::ENOTCONN,
        })?;
        stream.unwritten.push_back(QueuedWrite { bytes: length, ticket });
        stream.queued = stream.queued.saturating_add(length);
        self.queued = self.queued.saturating_add(length);
        Ok(())
    }

    /// Asks a stream for a step. One that cannot be asked for ends it.
    pub(super) fn step(&mut self, key: LinkKey, step: Step, inputs: &mut PendingInputs) {
        let Some(id) = self.open.get(&key).copied() else { return };
        let Some(stream) = self.all.get_mut(&id) else { return };
        (stream.used, stream.moves) = (true, true);
        let Some(jobs) = &stream.jobs else { return };
        let paced = stream.origin == Origin::Paced;
        let too_much = matches!(step, Step::Take { bytes } if bytes > MAX_READ_AHEAD);
        let refusal = if too_much || !(paced || matches!(step, Step::Pour { .. } | Step::End)) {
            ErrorCode::EINVAL
        } else if matches!(jobs.try_send(StreamJob::Step(step)), Err(mpsc::error::TrySendError::Full(_))) {
            ErrorCode::ENOBUFS
        } else {
            return; // Or it has ended, and its last event is on its way.
        };
        stream.task.abort();
        self.end(id, Some(StreamError::Refused(refusal)), inputs);
    }

    /// Closes a stream after what was written; its engine hears nothing of it any more but what its tickets get.
    pub(super) fn close(&mut self, key: LinkKey) -> bool {
        let Some(id) = self.open.remove(&key) else { return false };
        if let Some(stream) = self.all.get_mut(&id) {
            (stream.jobs, stream.open) = (None, None);
        }
        true
    }

    /// Looks at the news: bytes, and whose they are, come back; of all else engines are told by `inputs`.
    pub(super) fn on_news(
        &mut self,
        news: StreamNews,
        inputs: &mut PendingInputs,
    ) -> Option<(LinkKey, Vec<u8>)> {
        let (id, event) = match news {
            StreamNews::Event(id, event) => (id, event),
            StreamNews::Refused(LinkKey { engine, link }, error) => {
                inputs.push(engine, Input::StreamDown { link, error: Some(error) });
                return None;
            }
        };
        match event {
            ConnectionEvent::Data(bytes) => return self.use_open(id).map(|(key, _)| (key, bytes)),
            ConnectionEvent::Up => {
                let (LinkKey { engine, link }, peer) = self.use_open(id)?;
                inputs.push(engine, Input::StreamUp { link, peer, accepted: false });
            }
            ConnectionEvent::Written(count) => self.written(id, count, inputs),
            ConnectionEvent::Step(step) => {
                let (LinkKey { engine, link }, _) = self.use_open(id)?;
                inputs.push(engine, Input::Stepped { link, step });
            }
            ConnectionEvent::Quiet => self.all.get_mut(&id)?.jobs = None,
            ConnectionEvent::Down { written, error } => {
                self.written(id, written, inputs);
                self.end(id, error, inputs);
            }
        }
        None
    }

    /// Whose stream it is, and with whom; `None` when its engine has closed it.
    fn use_open(&mut self, id: ConnectionId) -> Option<(LinkKey, SocketAddr)> {
        let stream = self.all.get_mut(&id).filter(|stream| stream.open.is_some())?;
        stream.used = true;
        Some((stream.key, stream.peer))
    }

    fn written(&mut self, id: ConnectionId, count: usize, inputs: &mut PendingInputs) {
        let Some(stream) = self.all.get_mut(&id) else { return };
        for QueuedWrite { bytes, ticket } in stream.unwritten.drain(..count.min(stream.unwritten.len())) {
            stream.used = true;
            stream.queued = stream.queued.saturating_sub(bytes);
            self.queued = self.queued.saturating_sub(bytes);
            inputs.hand(stream.key.engine, ticket, Ok(()));
        }
    }

    /// Nothing more comes from a task: what waited will never be sent.
    fn end(&mut self, id: ConnectionId, error: Option<StreamError>, inputs: &mut PendingInputs) {
        while self.tasks.try_join_next().is_some() {}
        let Some(stream) = self.all.remove(&id) else { return };
        self.queued = self.queued.saturating_sub(stream.queued);
        let LinkKey { engine, link } = stream.key;
        // The peer closed, or we waited for it in vain while we did.
        let unsent = error.clone().map_or(ErrorCode::EPIPE, StreamError::into_code);
        for write in stream.unwritten {
            inputs.hand(engine, write.ticket, Err(unsent.clone()));
        }
        if stream.open.is_some() {
            self.open.remove(&stream.key);
            inputs.push(engine, Input::StreamDown { link, error });
        }
    }

    /// Whether one more stream with this peer may be opened. What has never been used gives way to it.
    fn make_room(&mut self, peer: IpAddr, inputs: &mut PendingInputs) -> bool {
        let same = |stream: &StreamEntry| stream.peer.ip() == peer;
        let is_full = self.all.values().filter(|stream| same(stream)).count() >= MAX_PER_PEER;
        (!is_full || self.evict_idle(same, inputs))
            && (self.all.len() < self.most || self.evict_idle(|_| true, inputs))
    }

    /// Ends the oldest of these streams that is only being closed; else the oldest that a peer opened and never used; else
    /// the oldest that is being closed after a file, whose end may still be on its way.
    fn evict_idle(&mut self, among: impl Fn(&StreamEntry) -> bool, inputs: &mut PendingInputs) -> bool {
        let find = |idle: fn(&StreamEntry) -> bool| {
            self.all.iter().find(|(_, stream)| among(stream) && idle(stream)).map(|(id, _)| *id)
        };
        let closing = find(|stream| stream.open.is_none() && !stream.moves);
        let silent = || find(|stream| stream.origin == Origin::Inbound && !stream.used);
        let moved = || find(|stream| stream.open.is_none());
        let Some(id) = closing.or_else(silent).or_else(moved) else { return false };
        if let Some(stream) = self.all.get(&id) {
            stream.task.abort();
        }
        self.end(id, Some(MADE_ROOM), inputs);
        true
    }
}
