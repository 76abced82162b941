//! The archive of a cluster, at the servers: follows the log that the relays share, whoever is in the rooms, and answers what
//! relays ask it.
//!
//! What is read goes to whoever keeps it, shard by shard in the order of the places, and from where that one ended: nothing
//! is assumed to be kept that was not said to be. Several archives may run; a question goes to one of them. It makes and
//! changes nothing at the servers, and waits until there is a log.

mod asking;
mod follower;
mod message;
mod notice;
mod server;

use std::time::Duration;

use async_nats::Subscriber;
use futures_util::StreamExt as _;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use super::connect::{NatsLink, NatsServers, connect, denied};
use super::epoch;
use super::error::NatsError;
use super::jetstream::JetStream;
use super::link::{LinkEvent, LinkEvents};
use super::setup;
use super::subjects::{Subjects, is_prefix};
use crate::model::room_archive::{ArchiveAnswer, ArchivePart, ArchiveQuestion, ArchivedLog};
pub(super) use asking::{ArchiveAccess, WantedPage};
use follower::{ShardFollower, ShardReader};
pub(super) use message::{decode_answer, decode_question, encode_answer, encode_question};
pub use notice::ArchiveNotice;

/// Parts that wait to be kept, each of at most a megabyte.
const MAX_PARTS: usize = 4;
/// Questions that wait for whoever answers them.
const MAX_QUESTIONS: usize = 16;
const MAX_NOTICES: usize = 64;

/// How often it is looked whether the log is still the same.
const CHECK: Duration = Duration::from_mins(1);
/// How often it is looked whether there is a log yet.
const WAIT: Duration = Duration::from_secs(2);

/// What whoever keeps the messages is told.
#[derive(Debug)]
pub enum ArchiveInput {
    /// From now on the parts are of this log. Answered by the place up to which each shard is kept.
    Log {
        log: ArchivedLog,
        kept: oneshot::Sender<Vec<u64>>,
    },
    Part(ArchivePart),
}

/// A question of a relay.
#[derive(Debug)]
pub struct ArchiveRequest {
    pub question: ArchiveQuestion<'static>,
    pub reply: oneshot::Sender<ArchiveAnswer>,
}

/// Both ends are bounded. When the inputs end, so has the archive.
#[derive(Debug)]
pub struct ArchivePort {
    pub inputs: mpsc::Receiver<ArchiveInput>,
    pub requests: mpsc::Receiver<ArchiveRequest>,
    pub notices: mpsc::Receiver<ArchiveNotice>,
}

/// The archive while it follows. Dropping it ends it.
#[derive(Debug)]
pub struct NatsArchive {
    _tasks: JoinSet<()>,
}

impl NatsArchive {
    /// Connects, and begins. Must be called inside a tokio runtime with I/O and time.
    pub async fn open(servers: &NatsServers, prefix: &str) -> Result<(Self, ArchivePort), NatsError> {
        if !is_prefix(prefix) {
            return Err(NatsError::Prefix(prefix.to_owned()));
        }
        let subjects = Subjects::new(prefix.to_owned(), 1);
        let NatsLink { client, mut events } = connect(servers, subjects.inbox()).await?;
        let jetstream = JetStream { client };
        let subscribe = |subject| jetstream.client.subscribe(subject);
        let news = subscribe(subjects.epoch_news()).await.map_err(|_gone| NatsError::NoLeader)?;
        // What is not permitted gets no answer.
        tokio::select! {
            found = setup::shards(&jetstream, &subjects) => found.map(drop)?,
            error = denied(&mut events) => return Err(error),
        }
        let (inputs, kept) = mpsc::channel(MAX_PARTS);
        let (questions, asked) = mpsc::channel(MAX_QUESTIONS);
        let (notices, told) = mpsc::channel(MAX_NOTICES);
        let mut tasks = JoinSet::new();
        tasks.spawn(server::serve(jetstream.client.clone(), subjects.archive(), questions));
        let driver =
            ArchiveDriver { jetstream, subjects, inputs, notices, followed: None, is_waiting: false };
        tasks.spawn(driver.run(events, news));
        Ok((Self { _tasks: tasks }, ArchivePort { inputs: kept, requests: asked, notices: told }))
    }
}

/// A log while it is followed. Dropping it ends that.
struct FollowedLog {
    log: ArchivedLog,
    /// Tells that messages may have got lost.
    lost: watch::Sender<u64>,
    followers: JoinSet<()>,
}

struct ArchiveDriver {
    jetstream: JetStream,
    subjects: Subjects,
    inputs: mpsc::Sender<ArchiveInput>,
    notices: mpsc::Sender<ArchiveNotice>,
    followed: Option<FollowedLog>,
    /// That there is no log yet was told.
    is_waiting: bool,
}

impl ArchiveDriver {
    async fn run(mut self, mut events: LinkEvents, mut news: Subscriber) {
        let mut ticks = tokio::time::interval(WAIT);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut quiet = Duration::ZERO;
        loop {
            // Each takes its item only in the poll that returns it.
            let is_due = tokio::select! {
                _ = ticks.tick() => {
                    quiet = quiet.saturating_add(WAIT);
                    self.followed.is_none() || quiet >= CHECK
                }
                () = self.inputs.closed() => return,
                Some(_) = news.next() => true,
                event = events.next() => match event {
                    Some(event) => self.link_event(event).await,
                    None => return,
                },
            };
            if is_due {
                quiet = Duration::ZERO;
                if !self.check().await {
                    return;
                }
            }
        }
    }

    /// Looks which log there is, and follows it. `false`: nobody keeps anything any more.
    async fn check(&mut self) -> bool {
        match self.look().await {
            Ok(Some(log)) => return self.follow(log).await,
            Ok(None) if !self.is_waiting => {
                self.is_waiting = true;
                self.tell(ArchiveNotice::NoLogYet).await;
            }
            Ok(None) => {}
            Err(error) => tracing::debug!(%error, "it is not known which log there is"),
        }
        true
    }

    /// Which log there is now; `None`: none yet.
    async fn look(&self) -> Result<Option<ArchivedLog>, NatsError> {
        let Some(shards) = setup::shards(&self.jetstream, &self.subjects).await? else { return Ok(None) };
        let history = epoch::agree(&self.jetstream, &self.subjects, &[], false).await?;
        Ok(Some(ArchivedLog { epoch: history.epoch, shards }))
    }

    /// `false`: nobody keeps anything any more.
    async fn follow(&mut self, log: ArchivedLog) -> bool {
        let before = self.followed.as_ref().map(|followed| followed.log);
        if before == Some(log) {
            return true;
        }
        // What is on the way is of the other one, and comes before.
        if let Some(mut followed) = self.followed.take() {
            followed.followers.shutdown().await;
        }
        let (kept, cursors) = oneshot::channel();
        if self.inputs.send(ArchiveInput::Log { log, kept }).await.is_err() {
            return false;
        }
        let Ok(cursors) = cursors.await else { return false };
        self.tell(ArchiveNotice::Follows { shards: log.shards, is_another: before.is_some() }).await;
        self.followed = Some(self.begin(log, cursors));
        true
    }

    fn begin(&self, log: ArchivedLog, cursors: Vec<u64>) -> FollowedLog {
        let (lost, losses) = watch::channel(0);
        let mut followers = JoinSet::new();
        for (shard, kept) in (0..log.shards).zip(cursors) {
            let reader = ShardReader {
                jetstream: self.jetstream.clone(),
                shard,
                stream: self.subjects.stream(shard),
                messages: self.subjects.all_appended(shard),
                live: self.subjects.all_live(shard),
            };
            let follower = ShardFollower::new(reader, kept);
            followers.spawn(follower.run(losses.clone(), self.inputs.clone(), self.notices.clone()));
        }
        FollowedLog { log, lost, followers }
    }

    /// Whether it has to be looked which log there is.
    async fn link_event(&self, event: LinkEvent) -> bool {
        let notice = match event {
            LinkEvent::Up => ArchiveNotice::Up,
            LinkEvent::Down => ArchiveNotice::Down,
            LinkEvent::LameDuck => {
                let _asked: Result<(), _> = self.jetstream.client.force_reconnect().await;
                return false;
            }
            LinkEvent::Overrun => {
                self.note_loss();
                return false;
            }
            LinkEvent::Denied(reason) => {
                self.tell(ArchiveNotice::Denied(reason)).await;
                return false;
            }
        };
        let is_up = notice == ArchiveNotice::Up;
        self.tell(notice).await;
        if is_up {
            self.note_loss();
        }
        is_up
    }

    fn note_loss(&self) {
        if let Some(followed) = &self.followed {
            followed.lost.send_modify(|losses| *losses = losses.wrapping_add(1));
        }
    }

    /// Nobody may listen any more.
    async fn tell(&self, notice: ArchiveNotice) {
        let _heard = self.notices.send(notice).await.is_ok();
    }
}
