//! The store's thread: it takes what has queued up, commits it as one group and reports, and reads pages.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self as blocking, Receiver, RecvTimeoutError, Sender, TryRecvError};
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc;

use super::search_thread::{self, Searches, found};
use super::{Backend, OutboxQuery, PageQuery, SearchQuery, StoreCommand, StoreEvent, Work};
use crate::model::{ConversationId, WallTime};

/// Changes on their way at once. The session stops reading the network before this is reached, so that a
/// full queue means a store that has stopped answering.
pub const MAX_IN_FLIGHT: usize = 8_192;

/// Their bytes before the network is not read any more: with what the queues before this hold, far less than a flood of
/// the largest datagrams may take (invariant G11).
const MAX_BYTES_IN_FLIGHT: usize = 4 * 1024 * 1024;

/// Bytes committed as one group: what is written twice, into the log and into the file, and waits for the disk.
const MAX_GROUP_BYTES: usize = 2 * 1024 * 1024;

/// Changes committed as one group. Bounds how long the first of them waits for the last.
const MAX_GROUP: usize = 1_024;

/// How long after a refusal the app is told that another try is worth it: what kept the disk full may be gone.
const TRY_AGAIN: Duration = Duration::from_secs(5);

/// What the store's thread is asked for, in the order it is asked.
#[derive(Debug)]
enum StoreRequest {
    Change(StoreCommand),
    Read(StoreQuery),
    /// Is what was kept still there? Answered only if it is not.
    Look,
}

/// What is to be read, or removed since its time has come.
#[derive(Debug)]
enum StoreQuery {
    Page(PageQuery),
    Outbox(OutboxQuery),
    Expire(WallTime),
    Sent { conversation: ConversationId, limit: usize },
    Search(Box<SearchQuery>),
}

/// The way to the store's threads. Dropping it ends them after what was asked for.
pub struct StoreHandle {
    /// Bounded by `in_flight` and `look_asked`: a channel with a bound of its own takes the room for all of it at once.
    requests: Sender<StoreRequest>,
    look_asked: Arc<AtomicBool>,
    /// To the thread that searches, and what ends its running search.
    searches: Option<Searches>,
    events: mpsc::Receiver<StoreEvent>,
    in_flight: usize,
    bytes_in_flight: usize,
    store: Option<thread::JoinHandle<()>>,
}

impl std::fmt::Debug for StoreHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoreHandle").field("in_flight", &self.in_flight).finish_non_exhaustive()
    }
}

impl StoreHandle {
    /// Starts the thread that owns `backend`, and one for searches if it has a searcher.
    pub fn start(backend: Box<dyn Backend>) -> std::io::Result<Self> {
        let (requests, asked) = blocking::channel();
        let look_asked = Arc::new(AtomicBool::new(false));
        // An event stands for at least one request in flight, or for one of the few searches and notices.
        let (report, events) = mpsc::channel(MAX_IN_FLIGHT);
        let searches = match backend.searcher() {
            Some(searcher) => Some(search_thread::start(searcher, report.clone())?),
            None => None,
        };
        let looked = Arc::clone(&look_asked);
        let store = thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || run(backend, &asked, &report, &looked))?;
        Ok(Self {
            requests,
            look_asked,
            searches,
            events,
            in_flight: 0,
            bytes_in_flight: 0,
            store: Some(store),
        })
    }

    /// Asks for one change. Gives it back when the queue is full or the thread is gone.
    pub fn ask(&mut self, op: StoreCommand) -> Result<(), StoreCommand> {
        let bytes = op.weight();
        match self.send(StoreRequest::Change(op)) {
            Err(StoreRequest::Change(op)) => Err(op),
            Ok(()) | Err(StoreRequest::Read(_) | StoreRequest::Look) => {
                self.bytes_in_flight = self.bytes_in_flight.saturating_add(bytes);
                Ok(())
            }
        }
    }

    /// Asks for a page; the answer holds every change that was asked for before. `false`: the queue is full.
    pub fn page(&mut self, query: PageQuery) -> bool {
        self.send(StoreRequest::Read(StoreQuery::Page(query))).is_ok()
    }

    /// Asks for a part of an outbox; the answer holds every change that was asked for before. `false`: the queue is full.
    pub fn outbox(&mut self, query: OutboxQuery) -> bool {
        self.send(StoreRequest::Read(StoreQuery::Outbox(query))).is_ok()
    }

    /// Has some of what is due by now removed; the answer says what. `false`: the queue is full.
    pub fn expire(&mut self, now: WallTime) -> bool {
        self.send(StoreRequest::Read(StoreQuery::Expire(now))).is_ok()
    }

    /// Asks for what was sent in a conversation. `false`: the queue is full.
    pub fn sent(&mut self, conversation: ConversationId, limit: usize) -> bool {
        self.send(StoreRequest::Read(StoreQuery::Sent { conversation, limit })).is_ok()
    }

    /// Asks for a search. An older one of its kind (within one conversation, or everywhere) that is not done ends
    /// without an answer. `false`: the queue is full.
    pub fn search(&mut self, lookup: SearchQuery) -> bool {
        match &self.searches {
            Some((searches, interrupt)) => {
                let taken = searches.try_send(lookup).is_ok();
                interrupt();
                taken
            }
            None => self.send(StoreRequest::Read(StoreQuery::Search(Box::new(lookup)))).is_ok(),
        }
    }

    /// Has the store look whether what was kept is still there, if it has not been asked already.
    pub fn check_file(&self) {
        if !self.look_asked.swap(true, Ordering::Relaxed) {
            let _gone = self.requests.send(StoreRequest::Look).is_err();
        }
    }

    /// Whether it keeps up: what waits is bounded in number and in bytes.
    pub const fn has_room(&self) -> bool {
        self.in_flight < MAX_IN_FLIGHT / 2 && self.bytes_in_flight < MAX_BYTES_IN_FLIGHT
    }

    fn send(&mut self, request: StoreRequest) -> Result<(), StoreRequest> {
        if self.in_flight >= MAX_IN_FLIGHT {
            return Err(request);
        }
        self.requests.send(request).map_err(|unsent| unsent.0)?;
        self.in_flight = self.in_flight.saturating_add(1);
        Ok(())
    }

    /// Changes and pages asked for and not yet reported on.
    pub const fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// The next report. Cancel-safe. `None`: the thread is gone.
    pub async fn next(&mut self) -> Option<StoreEvent> {
        let event = self.events.recv().await?;
        self.note_report(&event);
        Some(event)
    }

    /// The next report if there is one already.
    pub fn try_next(&mut self) -> Option<StoreEvent> {
        let event = self.events.try_recv().ok()?;
        self.note_report(&event);
        Some(event)
    }

    /// Ends the thread after what was asked for, and waits for it.
    pub fn close(mut self) {
        let store = self.store.take();
        // Without its sender the thread ends; without its receiver nothing that it reports can keep it.
        drop(self);
        // A panic there has been reported by its hook.
        let _ended = store.map(|store| store.join().is_ok());
    }

    fn note_report(&mut self, event: &StoreEvent) {
        let answered = match event {
            StoreEvent::Committed(ops) | StoreEvent::Known(ops) | StoreEvent::Refused { ops, .. } => {
                let bytes = ops.iter().fold(0_usize, |sum, op| sum.saturating_add(op.weight()));
                self.bytes_in_flight = self.bytes_in_flight.saturating_sub(bytes);
                ops.len()
            }
            StoreEvent::Page(_)
            | StoreEvent::NoPage { .. }
            | StoreEvent::Outbox(_)
            | StoreEvent::NoOutbox { .. }
            | StoreEvent::Expired(_)
            | StoreEvent::NotExpired
            | StoreEvent::Sent { .. } => 1,
            StoreEvent::Found(_) | StoreEvent::NotFound { .. } if self.searches.is_none() => 1,
            StoreEvent::Found(_)
            | StoreEvent::NotFound { .. }
            | StoreEvent::Told(_)
            | StoreEvent::BegunAnew(_)
            | StoreEvent::DiskLow(_)
            | StoreEvent::TryAgain => 0,
        };
        self.in_flight = self.in_flight.saturating_sub(answered);
    }
}

fn run(
    mut backend: Box<dyn Backend>,
    asked: &Receiver<StoreRequest>,
    report: &mpsc::Sender<StoreEvent>,
    look_asked: &AtomicBool,
) {
    let mut kept_back = None;
    let mut refused = false;
    while let Some(request) = kept_back.take().or_else(|| next(&mut *backend, asked, report, &mut refused)) {
        let is_change = matches!(request, StoreRequest::Change(_));
        let answers = match request {
            StoreRequest::Change(first) => {
                let (ops, behind) = group(first, asked);
                kept_back = behind;
                match backend.commit(&ops) {
                    Ok(known) => committed(ops, &known),
                    Err(why) => {
                        refused = true;
                        [Some(StoreEvent::Refused { ops, why }), None]
                    }
                }
            }
            StoreRequest::Look => {
                // Before it looks: what is gone after that is asked about again.
                look_asked.store(false, Ordering::Relaxed);
                backend.check_file();
                [None, None]
            }
            StoreRequest::Read(query) => [Some(read(&mut *backend, query)), None],
        };
        tell(&mut *backend, report);
        for answer in answers.into_iter().flatten() {
            // When nobody listens any more what was asked for is still carried out.
            let _heard = report.blocking_send(answer).is_ok();
        }
        if is_change {
            backend.work_under_load();
        }
    }
}

/// The answer to a question.
fn read(backend: &mut dyn Backend, query: StoreQuery) -> StoreEvent {
    match query {
        StoreQuery::Page(query) => {
            backend.page(&query).map_or_else(|why| StoreEvent::NoPage { query, why }, StoreEvent::Page)
        }
        StoreQuery::Outbox(query) => {
            backend.outbox(&query).map_or_else(|why| StoreEvent::NoOutbox { query, why }, StoreEvent::Outbox)
        }
        StoreQuery::Expire(now) => backend.expire(now).map_or(StoreEvent::NotExpired, StoreEvent::Expired),
        StoreQuery::Sent { conversation, limit } => {
            // Without them Up finds less, which needs no message.
            let texts = backend.sent(conversation, limit).unwrap_or_default();
            StoreEvent::Sent { conversation, texts }
        }
        StoreQuery::Search(lookup) => found(lookup.ticket, backend.search(&lookup)),
    }
}

/// The answers to a group of changes: what was done, then what came before. `known`: the places of those, in rising order.
pub(super) fn committed(ops: Vec<StoreCommand>, known: &[usize]) -> [Option<StoreEvent>; 2] {
    if known.is_empty() {
        return [Some(StoreEvent::Committed(ops)), None];
    }
    let (mut done, mut before) = (Vec::new(), Vec::new());
    for (place, op) in ops.into_iter().enumerate() {
        if known.binary_search(&place).is_ok() { before.push(op) } else { done.push(op) }
    }
    let done = (!done.is_empty()).then_some(StoreEvent::Committed(done));
    [done, Some(StoreEvent::Known(before))]
}

/// What the app has to know before the next answer.
fn tell(backend: &mut dyn Backend, report: &mpsc::Sender<StoreEvent>) {
    while let Some(news) = backend.news() {
        let _heard = report.blocking_send(news).is_ok();
    }
}

/// What has queued up behind `first`, up to the first request that is no change.
fn group(first: StoreCommand, asked: &Receiver<StoreRequest>) -> (Vec<StoreCommand>, Option<StoreRequest>) {
    let mut bytes = first.weight();
    let mut ops = vec![first];
    while ops.len() < MAX_GROUP && bytes < MAX_GROUP_BYTES {
        match asked.try_recv() {
            Ok(StoreRequest::Change(op)) => {
                bytes = bytes.saturating_add(op.weight());
                ops.push(op);
            }
            Ok(other) => return (ops, Some(other)),
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
        }
    }
    (ops, None)
}

/// The next request; until it comes the backend does what could wait. `None`: there will be no other. `refused`: something
/// was, and the app has not been told to try again.
fn next(
    backend: &mut dyn Backend,
    asked: &Receiver<StoreRequest>,
    report: &mpsc::Sender<StoreEvent>,
    refused: &mut bool,
) -> Option<StoreRequest> {
    loop {
        match asked.try_recv() {
            Ok(request) => return Some(request),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) => {}
        }
        let work = backend.work();
        tell(backend, report);
        match work {
            Work::More => {}
            // A full queue has enough to tell.
            Work::Told(phrase) => drop(report.try_send(StoreEvent::Told(phrase))),
            Work::Done if *refused => match asked.recv_timeout(TRY_AGAIN) {
                Ok(request) => return Some(request),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {
                    *refused = false;
                    let _heard = report.blocking_send(StoreEvent::TryAgain).is_ok();
                }
            },
            Work::Done => return asked.recv().ok(),
        }
    }
}
