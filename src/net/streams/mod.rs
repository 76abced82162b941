//! The streams of all engines: how many there may be, what they hold, and what of it engines are told.
//!
//! Each stream has a task of its own that owns the socket (`carry`), so that a thousand idle ones cost the actor
//! nothing, and the tasks have their turns in the order in which they come. What they bring goes through one short
//! queue, which is where all of them wait when the app does not take its events.
//!
//! Whether a write was answered is known here alone: whatever becomes of a task, each ticket is answered once.

mod ahead;
mod carry;
mod descriptors;
mod hand;
mod listen;
mod pour;
mod socket;
mod steps;
mod work;

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{AbortHandle, JoinSet};

use super::confine::{Confinement, NO_WAY};
use super::fault::code_of;
use super::ifaces::Interface;
use super::links::Key;
use super::mux::Slot;
use super::udp::canonical;
use super::{bind, bind::Call, ports::Told};
use crate::model::{ErrorCode, LinkId};
use crate::wire::{Input, Step, StreamError, Ticket};
use ahead::MAX_AHEAD;
use carry::{Carrier, Closing};
pub(super) use carry::{News, Patience, Serial};
pub(super) use listen::Listeners;
use work::Job;

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
/// News on their way, of all streams: 2 MiB at the most.
const MAX_NEWS: usize = 32;

/// Of a stream that is closed because another one needs its place.
const MADE_ROOM: StreamError = StreamError::Refused(ErrorCode::ECONNABORTED);

#[derive(Debug)]
struct Stream {
    key: Key,
    peer: SocketAddr,
    way: Way,
    /// It sent something or received something.
    used: bool,
    /// It moves a file, or did.
    moves: bool,
    /// Gone when the engine has closed it.
    hold: Option<Hold>,
    /// Writes that the kernel does not have yet, in order.
    waiting: VecDeque<Waiting>,
    queued: usize,
    task: AbortHandle,
}

/// How a stream came to be, and how it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Dialled,
    /// Only what steps ask for is read.
    Paced,
    Accepted,
}

/// What keeps a stream open.
#[derive(Debug)]
struct Hold {
    /// Gone when the peer sends nothing more, so that there is an end of what can be asked for because of it.
    jobs: Option<mpsc::Sender<Job>>,
    /// Closes the stream by being dropped.
    _open: oneshot::Sender<()>,
}

#[derive(Debug)]
struct Waiting {
    bytes: usize,
    ticket: Option<Ticket>,
}

#[derive(Debug)]
pub(super) struct Streams {
    tasks: JoinSet<()>,
    /// By age. Those that are being closed are here as well, since they hold a socket.
    all: BTreeMap<Serial, Stream>,
    /// Those that engines know.
    open: BTreeMap<Key, Serial>,
    next: Serial,
    accepted: u32,
    queued: usize,
    most: usize,
    news: mpsc::Receiver<News>,
    sender: mpsc::Sender<News>,
    pub(super) patience: Patience,
    /// Streams that cannot be opened at all. Told in a turn of their own, so that an engine which asks again at once
    /// does not keep everything else waiting.
    refused: VecDeque<(Slot, Input<'static>)>,
}

/// What is to be looked at.
#[derive(Debug)]
pub(super) enum Wake {
    News(News),
    Refused(Slot, Input<'static>),
}

impl Streams {
    pub(super) fn new() -> Self {
        let (sender, news) = mpsc::channel(MAX_NEWS);
        Self {
            tasks: JoinSet::new(),
            all: BTreeMap::new(),
            open: BTreeMap::new(),
            next: 0,
            accepted: 0,
            queued: 0,
            most: descriptors::room_for().min(MAX_STREAMS),
            news,
            sender,
            patience: Patience::USUAL,
            refused: VecDeque::new(),
        }
    }

    /// Waits for something to look at. Cancel-safe: it is taken only in the poll that returns it.
    pub(super) async fn next(&mut self) -> Wake {
        if let Some((slot, input)) = self.refused.pop_front() {
            return Wake::Refused(slot, input);
        }
        match self.news.recv().await {
            Some(news) => Wake::News(news),
            // Never: a sender is kept here.
            None => std::future::pending().await,
        }
    }

    /// Opens a stream. The answer comes as news, or at the next turn if it cannot be tried.
    pub(super) fn dial(&mut self, key: Key, call: Call, interface: Option<&Interface>, told: &mut Told) {
        let call = Call { to: canonical(call.to), ..call };
        if let Err(error) = self.try_dial(key, call, interface, told) {
            self.refused.push_back((key.0, Input::StreamDown { link: key.1, error: Some(error) }));
        }
    }

    fn try_dial(
        &mut self,
        key: Key,
        call: Call,
        interface: Option<&Interface>,
        told: &mut Told,
    ) -> Result<(), StreamError> {
        let (own, to) = (LinkId::FIRST_OWN..LinkId::FIRST_ACCEPTED, call.to);
        if !own.contains(&key.1.0) || self.open.contains_key(&key) {
            return Err(StreamError::Refused(ErrorCode::EINVAL));
        }
        if !Confinement::to(interface).permits(to.ip()) {
            return Err(StreamError::Refused(NO_WAY));
        }
        if !self.make_room(to.ip(), told) {
            return Err(StreamError::Refused(ErrorCode::EMFILE));
        }
        let socket =
            bind::open_caller(&call, interface).map_err(|error| StreamError::Peer(code_of(&error)))?;
        let way = if call.paced { Way::Paced } else { Way::Dialled };
        self.start(key, to, way, |carrier, jobs| carrier.dial(socket, to, jobs));
        Ok(())
    }

    /// Takes a stream that somebody opened, if there is room for it; otherwise it is closed.
    pub(super) fn accept(&mut self, slot: Slot, stream: TcpStream, peer: SocketAddr, told: &mut Told) {
        let peer = canonical(peer);
        if !self.make_room(peer.ip(), told) {
            return;
        }
        let link = self.accepted_link(slot);
        self.start((slot, link), peer, Way::Accepted, |carrier, jobs| carrier.carry(stream, jobs));
        told.push_back((slot, Input::StreamUp { link, peer, accepted: true }));
    }

    /// The next number; after two thousand million of them some may still be in use.
    fn accepted_link(&mut self, slot: Slot) -> LinkId {
        loop {
            let link = LinkId(LinkId::FIRST_ACCEPTED | self.accepted);
            self.accepted = self.accepted.wrapping_add(1) & !LinkId::FIRST_ACCEPTED;
            if !self.open.contains_key(&(slot, link)) {
                return link;
            }
        }
    }

    fn start<F>(
        &mut self,
        key: Key,
        peer: SocketAddr,
        way: Way,
        run: impl FnOnce(Carrier, mpsc::Receiver<Job>) -> F,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        let serial = self.next;
        self.next = serial.wrapping_add(1);
        let (jobs, given) = mpsc::channel(MAX_JOBS);
        let (open, closed) = oneshot::channel();
        let (news, closing) = (self.sender.clone(), Closing::new(closed));
        let paced = way == Way::Paced;
        let carrier = Carrier { serial, news, closing, patience: self.patience, paced };
        let task = self.tasks.spawn(run(carrier, given));
        let hold = Some(Hold { jobs: Some(jobs), _open: open });
        let waiting = VecDeque::new();
        let stream = Stream { key, peer, way, used: false, moves: false, hold, waiting, queued: 0, task };
        self.all.insert(serial, stream);
        self.open.insert(key, serial);
    }

    /// Gives bytes to a stream that is open, or will be.
    pub(super) fn write(&mut self, key: Key, bytes: Arc<[u8]>, ticket: Option<Ticket>, told: &mut Told) {
        if let Err(code) = self.try_write(key, bytes, ticket) {
            answer(key.0, ticket, Err(code), told);
        }
    }

    fn try_write(&mut self, key: Key, bytes: Arc<[u8]>, ticket: Option<Ticket>) -> Result<(), ErrorCode> {
        let serial = self.open.get(&key).ok_or(ErrorCode::ENOTCONN)?;
        let stream = self.all.get_mut(serial).ok_or(ErrorCode::ENOTCONN)?;
        let jobs = stream.hold.as_ref().and_then(|hold| hold.jobs.as_ref()).ok_or(ErrorCode::ENOTCONN)?;
        let length = bytes.len();
        if stream.queued.saturating_add(length) > MAX_QUEUED
            || self.queued.saturating_add(length) > MAX_QUEUED_IN_ALL
        {
            return Err(ErrorCode::ENOBUFS);
        }
        jobs.try_send(Job::Write(bytes)).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => ErrorCode::ENOBUFS,
            // It has ended, and its last word is on its way.
            mpsc::error::TrySendError::Closed(_) => ErrorCode::ENOTCONN,
        })?;
        stream.waiting.push_back(Waiting { bytes: length, ticket });
        stream.queued = stream.queued.saturating_add(length);
        self.queued = self.queued.saturating_add(length);
        Ok(())
    }

    /// Asks a stream for a step. One that cannot be asked for ends it.
    pub(super) fn step(&mut self, key: Key, step: Step, told: &mut Told) {
        let Some(serial) = self.open.get(&key).copied() else { return };
        let Some(stream) = self.all.get_mut(&serial) else { return };
        (stream.used, stream.moves) = (true, true);
        let Some(jobs) = stream.hold.as_ref().and_then(|hold| hold.jobs.as_ref()) else { return };
        let possible = match step {
            Step::Pour { .. } | Step::End => true,
            Step::Take { bytes } => stream.way == Way::Paced && bytes <= MAX_AHEAD,
            Step::Receive { .. }
            | Step::Fill { .. }
            | Step::File { .. }
            | Step::Close { .. }
            | Step::Enter { .. }
            | Step::Leave
            | Step::Finish { .. } => stream.way == Way::Paced,
        };
        let code = if !possible {
            ErrorCode::EINVAL
        } else if matches!(jobs.try_send(Job::Step(step)), Err(mpsc::error::TrySendError::Full(_))) {
            ErrorCode::ENOBUFS
        } else {
            return; // Or it has ended, and its last word is on its way.
        };
        stream.task.abort();
        self.end(serial, Some(StreamError::Refused(code)), told);
    }

    /// Closes a stream after what was written; its engine hears nothing of it any more but what its tickets get.
    pub(super) fn close(&mut self, key: Key) -> bool {
        let Some(serial) = self.open.remove(&key) else { return false };
        if let Some(stream) = self.all.get_mut(&serial) {
            stream.hold = None;
        }
        true
    }

    /// Whose bytes these are; `None` when nobody wants them any more.
    pub(super) fn owner(&mut self, serial: Serial) -> Option<Key> {
        let stream = self.all.get_mut(&serial).filter(|stream| stream.hold.is_some())?;
        stream.used = true;
        Some(stream.key)
    }

    /// Takes everything but bytes.
    pub(super) fn settle(&mut self, news: News, told: &mut Told) {
        match news {
            News::Data { .. } => {}
            News::Up { serial } => {
                let open = self.all.get(&serial).filter(|stream| stream.hold.is_some());
                if let Some(Stream { key: (slot, link), peer, .. }) = open {
                    told.push_back((*slot, Input::StreamUp { link: *link, peer: *peer, accepted: false }));
                }
            }
            News::Written { serial, count } => self.written(serial, count, told),
            News::Step { serial, step } => {
                if let Some((slot, link)) = self.owner(serial) {
                    told.push_back((slot, Input::Stepped { link, step }));
                }
            }
            News::Quiet { serial } => {
                if let Some(hold) = self.all.get_mut(&serial).and_then(|stream| stream.hold.as_mut()) {
                    hold.jobs = None;
                }
            }
            News::Down { serial, count, error } => {
                self.written(serial, count, told);
                self.end(serial, error, told);
            }
        }
    }

    fn written(&mut self, serial: Serial, count: usize, told: &mut Told) {
        let Some(stream) = self.all.get_mut(&serial) else { return };
        for Waiting { bytes, ticket } in stream.waiting.drain(..count.min(stream.waiting.len())) {
            stream.used = true;
            stream.queued = stream.queued.saturating_sub(bytes);
            self.queued = self.queued.saturating_sub(bytes);
            answer(stream.key.0, ticket, Ok(()), told);
        }
    }

    /// Nothing more comes from a task: what waited will never be sent.
    fn end(&mut self, serial: Serial, error: Option<StreamError>, told: &mut Told) {
        while self.tasks.try_join_next().is_some() {}
        let Some(stream) = self.all.remove(&serial) else { return };
        self.queued = self.queued.saturating_sub(stream.queued);
        let (slot, link) = stream.key;
        // The peer closed, or we waited for it in vain while we did.
        let unsent = error.clone().map_or(ErrorCode::EPIPE, StreamError::into_code);
        for Waiting { bytes: _, ticket } in stream.waiting {
            answer(slot, ticket, Err(unsent.clone()), told);
        }
        if stream.hold.is_some() {
            self.open.remove(&stream.key);
            told.push_back((slot, Input::StreamDown { link, error }));
        }
    }

    /// Whether one more stream with this peer may be opened. What has never been used gives way to it.
    fn make_room(&mut self, peer: IpAddr, told: &mut Told) -> bool {
        let same = |stream: &Stream| stream.peer.ip() == peer;
        if self.all.values().filter(|stream| same(stream)).count() >= MAX_PER_PEER
            && !self.evict_idle(same, told)
        {
            return false;
        }
        self.all.len() < self.most || self.evict_idle(|_| true, told)
    }

    /// Ends the oldest of these that is only being closed, or else that somebody opened and that was never used, or
    /// else that is being closed after a file: the end of it may still be on its way.
    fn evict_idle(&mut self, among: impl Fn(&Stream) -> bool, told: &mut Told) -> bool {
        let find = |idle: fn(&Stream) -> bool| {
            self.all.iter().find(|(_, stream)| among(stream) && idle(stream)).map(|(serial, _)| *serial)
        };
        let closing = find(|stream| stream.hold.is_none() && !stream.moves);
        let silent = || find(|stream| stream.way == Way::Accepted && !stream.used);
        let moved = || find(|stream| stream.hold.is_none());
        let Some(serial) = closing.or_else(silent).or_else(moved) else { return false };
        if let Some(stream) = self.all.get(&serial) {
            stream.task.abort();
        }
        self.end(serial, Some(MADE_ROOM), told);
        true
    }
}

fn answer(slot: Slot, ticket: Option<Ticket>, result: Result<(), ErrorCode>, told: &mut Told) {
    if let Some(ticket) = ticket {
        told.push_back((slot, Input::Handed { ticket, result }));
    }
}
