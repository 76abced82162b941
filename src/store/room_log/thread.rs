//! The thread of the log: it takes what has queued up, carries it out as one group, and reports.
//!
//! Both channels are bounded. Whoever asks must go on taking reports while it waits for room for a request: the thread
//! takes no request while a report waits.

use std::io;
use std::path::Path;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{Receiver, Sender};
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::RoomLog;
use super::lookups::{LookupThread, RoomLookup};
use super::page::MAX_PAGE_BYTES;
use crate::model::room_log::{BackplaneReport, BackplaneRequest};
use crate::store::Clock;

type Request = BackplaneRequest<'static>;
type Report = BackplaneReport<'static>;

/// Requests carried out as one group. Bounds how long the first of them waits for the last.
const MAX_GROUP: usize = 1_024;

/// Bytes of one group, those of pages that are answered included: they wait in the memory until the end of it.
const MAX_GROUP_BYTES: usize = 2 * 1024 * 1024;

/// What a request takes besides its texts.
const REQUEST_BYTES: usize = 64;

/// How often another try is made after a failure, and how often it is looked whether anything is too old.
const PERIOD: Duration = Duration::from_secs(2);

/// Ends when nobody can ask any more, after what was asked for.
#[derive(Debug)]
pub struct RoomLogThread(JoinHandle<()>);

impl RoomLogThread {
    /// The first report is `Up`. When nobody listens any more, what is asked for is still carried out.
    pub fn start(
        log: RoomLog,
        clock: Clock,
        requests: Receiver<BackplaneRequest<'static>>,
        reports: Sender<BackplaneReport<'static>>,
    ) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let folder = log.path().parent().map(Path::to_owned).unwrap_or_default();
        let lookups = LookupThread::start(folder, clock, reports.clone())?;
        let serve = move || {
            let serve = async move {
                let mut periods = interval(PERIOD);
                periods.set_missed_tick_behavior(MissedTickBehavior::Delay);
                Service { log, clock, requests, reports, lookups, periods }.run().await;
            };
            runtime.block_on(serve);
        };
        Ok(Self(thread::Builder::new().name("room-log".to_owned()).spawn(serve)?))
    }

    /// Waits until it has ended. The channel of requests has to be closed.
    pub fn join(self) {
        // A panic there has been reported by its hook.
        let _ended = self.0.join().is_ok();
    }
}

struct Service {
    log: RoomLog,
    clock: Clock,
    requests: Receiver<Request>,
    reports: Sender<Report>,
    lookups: LookupThread,
    periods: Interval,
}

impl Service {
    async fn run(mut self) {
        self.tell(vec![BackplaneReport::Up(self.log.epoch())]).await;
        let settings = self.log.settings();
        self.tell(settings).await;
        while let Some(first) = self.next().await {
            let group = self.group(first);
            let group = self.search_for(group).await;
            let size = group.len();
            if size == 0 {
                continue;
            }
            let (mut reports, was_down) = (Vec::with_capacity(size), self.log.is_down());
            self.log.apply(group, &mut |report| reports.push(report));
            if self.log.is_down() && !was_down {
                self.periods.reset();
            }
            self.tell(reports).await;
            self.log.work_under_load((self.clock)(), size);
            self.tell_secrets().await;
        }
    }

    /// Hands on what is looked for. What is left is the log's.
    async fn search_for(&mut self, group: Vec<Request>) -> Vec<Request> {
        let (mut left, mut refused) = (Vec::with_capacity(group.len()), Vec::new());
        for request in group {
            if let BackplaneRequest::Search { ticket, room, words, limit } = request {
                let (room, words) = (room.into_owned(), words.into_owned());
                refused.extend(self.lookups.ask(RoomLookup { ticket, room, words, limit }));
            } else {
                left.push(request);
            }
        }
        self.tell(refused).await;
        left
    }

    /// The next request; until it comes the log does what could wait. `None`: there will be no other.
    async fn next(&mut self) -> Option<Request> {
        loop {
            match self.requests.try_recv() {
                // While nothing is taken requests do not keep the log from trying again.
                Ok(request) if !self.log.is_down() => return Some(request),
                Ok(request) => {
                    self.try_again_in_time().await;
                    return Some(request);
                }
                Err(TryRecvError::Disconnected) => return None,
                Err(TryRecvError::Empty) => {}
            }
            if self.log.work((self.clock)()) {
                continue;
            }
            // Both can be given up at any time.
            tokio::select! {
                biased;
                request = self.requests.recv() => return request,
                _ = self.periods.tick() => self.try_again().await,
            }
        }
    }

    async fn try_again_in_time(&mut self) {
        let is_due = tokio::select! {
            biased;
            _ = self.periods.tick() => true,
            () = std::future::ready(()) => false,
        };
        if is_due {
            self.try_again().await;
        }
    }

    async fn try_again(&mut self) {
        let mut reports = Vec::new();
        self.log.retry(&mut |report| reports.push(report));
        // Of another log they come before it.
        self.tell_secrets().await;
        let is_up = !reports.is_empty() && !self.log.is_down();
        self.tell(reports).await;
        if is_up {
            let settings = self.log.settings();
            self.tell(settings).await;
        }
    }

    async fn tell_secrets(&mut self) {
        let secrets = self.log.take_secrets((self.clock)());
        self.tell(secrets.map(BackplaneReport::Secrets).into_iter().collect()).await;
    }

    /// What has queued up behind `first`.
    fn group(&mut self, first: Request) -> Vec<Request> {
        let mut bytes = weight(&first);
        let mut group = vec![first];
        while group.len() < MAX_GROUP && bytes < MAX_GROUP_BYTES {
            let Ok(request) = self.requests.try_recv() else { break };
            bytes = bytes.saturating_add(weight(&request));
            group.push(request);
        }
        group
    }

    async fn tell(&self, reports: Vec<Report>) {
        for report in reports {
            let _heard = self.reports.send(report).await.is_ok();
        }
    }
}

/// What a request and its answer take, about.
fn weight(request: &Request) -> usize {
    let bytes = match request {
        BackplaneRequest::Append { room, record, .. } => {
            room.len().saturating_add(record.name.len()).saturating_add(record.body.len())
        }
        BackplaneRequest::Set { key, value } => key.len().saturating_add(value.len()),
        BackplaneRequest::Announce { notice } => notice.len(),
        BackplaneRequest::Presence(presence) => presence.room.len(),
        BackplaneRequest::Page { .. } | BackplaneRequest::Search { .. } => MAX_PAGE_BYTES,
        BackplaneRequest::Follow { room: name }
        | BackplaneRequest::Unfollow { room: name }
        | BackplaneRequest::Release { name, .. } => name.len(),
        BackplaneRequest::Claim { claim, .. } => claim.name.len(),
    };
    bytes.saturating_add(REQUEST_BYTES)
}
