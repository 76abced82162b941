//! Questions to the servers, each a task of its own: nothing waits for another's answer.

use tokio::task::JoinSet;

use super::append::AppendAttempt;
use super::archive::{ArchiveAccess, WantedPage};
use super::buckets;
use super::connect::check_version;
use super::epoch::{self, Epochs, LogHistory};
use super::error::NatsError;
use super::fill;
use super::follow::FilledRange;
use super::health::LogIdentity;
use super::jetstream::{ApiError, AppendAck, JetStream};
use super::marks::LogMarks;
use super::name_bucket;
use super::names::{NameFinding, NameQuestion};
use super::page::{LogPage, RoomPageQuery};
use super::removals::RemovedMessage;
use super::rooms::{FollowId, RoomNeed};
use super::secrets;
use super::settings::{SettingWrite, SettingsRead};
use super::setup::{self, NatsLog};
use super::subjects::{SettingsBucket, Subjects};
use crate::model::WallTime;
use crate::model::room_archive::{ArchiveAnswer, ArchiveQuestion};
use crate::model::room_log::{LogEpoch, Place, Ticket};
use crate::net::clock;

/// Rooms that one question is about.
const MAX_ROOMS: usize = 128;

/// What a question came to.
pub(super) enum ServerAnswer {
    Append {
        ticket: Ticket,
        shard: u16,
        number: u32,
        result: Result<AppendAck, ApiError>,
    },
    Beginning {
        id: FollowId,
        result: Result<Option<Place>, ApiError>,
    },
    Fill {
        id: FollowId,
        result: Result<FilledRange, ApiError>,
    },
    /// By rooms, of the log that was the `era`th.
    Tails {
        era: u64,
        tails: Vec<(String, Place)>,
    },
    Page {
        ticket: Ticket,
        result: Result<LogPage, ApiError>,
    },
    /// Nothing where nobody searches.
    Search {
        ticket: Ticket,
        result: Result<Option<ArchiveAnswer>, ApiError>,
    },
    /// Nothing where the log has what it had; otherwise its new history.
    Verify {
        look: u64,
        result: Result<Option<LogHistory>, NatsError>,
    },
    /// Whether the message that a removal is about stands in the log.
    Removable {
        ticket: Ticket,
        message: RemovedMessage,
        at: WallTime,
        result: Result<bool, ApiError>,
    },
    Removed {
        message: RemovedMessage,
        result: Result<(), ApiError>,
    },
    Check(Result<LogIdentity, NatsError>),
    Identity(Result<LogIdentity, NatsError>),
    SettingsRead {
        bucket: SettingsBucket,
        result: Result<SettingsRead, ApiError>,
    },
    SettingWritten {
        write: SettingWrite,
        result: Result<u64, ApiError>,
    },
    Name {
        name: String,
        finding: NameFinding,
    },
    /// The other relays are told.
    Told,
    /// The server is left for another one.
    Left,
}

/// Which cluster, and how its log is to be.
#[derive(Clone)]
pub(super) struct Cluster {
    pub(super) jetstream: JetStream,
    pub(super) subjects: Subjects,
    pub(super) log: NatsLog,
    /// How many were named.
    pub(super) servers: usize,
}

impl Cluster {
    /// Makes what is not there, compares what is, and tries it. `known`: the numbers that the log had.
    pub(super) async fn check(&self, known: &[LogEpoch]) -> Result<LogIdentity, NatsError> {
        let Self { jetstream, subjects, log, servers } = self;
        check_version(&jetstream.client)?;
        setup::ensure(jetstream, subjects, log, *servers).await?;
        secrets::ensure(jetstream, subjects, log.replicas(*servers)).await?;
        buckets::ensure(jetstream, subjects, log.replicas(*servers)).await?;
        name_bucket::ensure(jetstream, subjects, log.replicas(*servers)).await?;
        self.identity(known).await
    }

    async fn identity(&self, known: &[LogEpoch]) -> Result<LogIdentity, NatsError> {
        let Self { jetstream, subjects, .. } = self;
        let history = epoch::agree(jetstream, subjects, known, false).await?;
        let secrets = secrets::of_today(jetstream, subjects, clock::now().wall).await?;
        Ok(LogIdentity { history, secrets })
    }

    async fn verify(&self, marks: &LogMarks, known: &[LogEpoch]) -> Result<Option<LogHistory>, NatsError> {
        let Self { jetstream, subjects, .. } = self;
        if epoch::has_gone_back(jetstream, subjects, marks).await.map_err(NatsError::of)? {
            return epoch::agree(jetstream, subjects, known, true).await.map(Some);
        }
        Ok(None)
    }

    /// The stream and the subject of a room.
    fn of(&self, room: &str) -> (String, String) {
        (self.subjects.stream(self.subjects.shard(room)), self.subjects.appended(room))
    }

    /// The newest places, by rooms. What cannot be read is asked for again with the next look.
    async fn tails(&self, shard: u16, rooms: &[String]) -> Vec<(String, Place)> {
        let subjects: Vec<String> = rooms.iter().map(|room| self.subjects.appended(room)).collect();
        let places = self.jetstream.tails(&self.subjects.stream(shard), &subjects).await.unwrap_or_default();
        let room = |subject: &str| {
            let at = subjects.iter().position(|other| other == subject)?;
            rooms.get(at).cloned()
        };
        places.into_iter().filter_map(|(subject, place)| Some((room(&subject)?, place))).collect()
    }
}

pub(super) struct Questions {
    pub(super) cluster: Cluster,
    archive: ArchiveAccess,
    tasks: JoinSet<ServerAnswer>,
}

impl Questions {
    pub(super) fn new(cluster: Cluster) -> Self {
        let (client, subject) = (cluster.jetstream.client.clone(), cluster.subjects.archive());
        let archive = ArchiveAccess { client, subject, is_denied: false };
        Self { cluster, archive, tasks: JoinSet::new() }
    }

    /// The next answer; `None` while nothing is asked. Cancel-safe.
    pub(super) async fn answer(&mut self) -> Option<ServerAnswer> {
        // A task that ended by a panic has been reported by its hook.
        self.tasks.join_next().await.and_then(Result::ok)
    }

    pub(super) fn append(&mut self, shard: u16, attempt: AppendAttempt) {
        let jetstream = self.cluster.jetstream.clone();
        self.tasks.spawn(async move {
            let (ticket, number) = (attempt.ticket, attempt.number);
            ServerAnswer::Append { ticket, shard, number, result: jetstream.append(attempt).await }
        });
    }

    pub(super) fn ask_for(&mut self, id: FollowId, need: RoomNeed) {
        let (stream, subject) = self.cluster.of(&id.room);
        let jetstream = self.cluster.jetstream.clone();
        self.tasks.spawn(async move {
            match need {
                RoomNeed::Beginning => {
                    ServerAnswer::Beginning { id, result: jetstream.last(&stream, &subject).await }
                }
                RoomNeed::Range(gap) => {
                    ServerAnswer::Fill { id, result: fill::fill(&jetstream, &stream, &subject, gap).await }
                }
            }
        });
    }

    /// `known`: a place where the room has a message, or 0.
    pub(super) fn page(&mut self, ticket: Ticket, wanted: WantedPage, known: u64) {
        let (stream, subject) = self.cluster.of(&wanted.room);
        let query = RoomPageQuery { stream, subject, start: wanted.start, limit: wanted.limit.into(), known };
        let (jetstream, archive) = (self.cluster.jetstream.clone(), self.archive.clone());
        self.tasks.spawn(async move {
            let result = match query.read(&jetstream).await {
                Ok(page) => archive.complete(&wanted, page).await,
                Err(error) => Err(error),
            };
            ServerAnswer::Page { ticket, result }
        });
    }

    pub(super) fn search(&mut self, ticket: Ticket, question: ArchiveQuestion<'static>) {
        let archive = self.archive.clone();
        self.tasks
            .spawn(async move { ServerAnswer::Search { ticket, result: archive.ask(&question).await } });
    }

    /// Whether what the servers do not permit is that an archive is asked. Then none is from now on; all else goes on.
    pub(super) fn is_archive_denied(&mut self, reason: &str) -> bool {
        let is_meant = reason.contains(&format!("\"{}\"", self.archive.subject));
        self.archive.is_denied |= is_meant;
        is_meant
    }

    /// Whether it stands in the log. `at`: when it was to be removed.
    pub(super) fn find(&mut self, ticket: Ticket, message: RemovedMessage, at: WallTime) {
        let (stream, subject) = self.cluster.of(&message.room);
        let jetstream = self.cluster.jetstream.clone();
        self.tasks.spawn(async move {
            let result = jetstream.has(&stream, &subject, message.place).await;
            ServerAnswer::Removable { ticket, message, at, result }
        });
    }

    pub(super) fn remove(&mut self, message: RemovedMessage) {
        let (stream, subject) = self.cluster.of(&message.room);
        let jetstream = self.cluster.jetstream.clone();
        self.tasks.spawn(async move {
            let result = jetstream.remove(&stream, &subject, message.place).await;
            ServerAnswer::Removed { message, result }
        });
    }

    pub(super) fn tails(&mut self, era: u64, rooms: &[String]) {
        for shard in 0..self.cluster.subjects.shards() {
            let of_shard = rooms.iter().filter(|room| self.cluster.subjects.shard(room) == shard);
            let of_shard: Vec<String> = of_shard.cloned().collect();
            for rooms in of_shard.chunks(MAX_ROOMS) {
                let (cluster, rooms) = (self.cluster.clone(), rooms.to_vec());
                self.tasks.spawn(async move {
                    ServerAnswer::Tails { era, tails: cluster.tails(shard, &rooms).await }
                });
            }
        }
    }

    pub(super) fn check(&mut self, known: Epochs) {
        let cluster = self.cluster.clone();
        self.tasks.spawn(async move { ServerAnswer::Check(cluster.check(&known).await) });
    }

    pub(super) fn identity(&mut self, known: Epochs) {
        let cluster = self.cluster.clone();
        self.tasks.spawn(async move { ServerAnswer::Identity(cluster.identity(&known).await) });
    }

    pub(super) fn verify(&mut self, look: u64, marks: LogMarks, known: Epochs) {
        let cluster = self.cluster.clone();
        self.tasks.spawn(async move {
            ServerAnswer::Verify { look, result: cluster.verify(&marks, &known).await }
        });
    }

    pub(super) fn read_settings(&mut self, bucket: SettingsBucket, after: u64) {
        let Cluster { jetstream, subjects, .. } = self.cluster.clone();
        self.tasks.spawn(async move {
            let result = buckets::read(&jetstream, &subjects, bucket, after).await;
            ServerAnswer::SettingsRead { bucket, result }
        });
    }

    pub(super) fn write_setting(&mut self, write: SettingWrite) {
        let Cluster { jetstream, subjects, .. } = self.cluster.clone();
        self.tasks.spawn(async move {
            let result = buckets::write(&jetstream, &subjects, &write).await;
            ServerAnswer::SettingWritten { write, result }
        });
    }

    pub(super) fn ask_name(&mut self, question: NameQuestion) {
        let Cluster { jetstream, subjects, .. } = self.cluster.clone();
        self.tasks.spawn(async move {
            let finding = name_bucket::ask(&jetstream, &subjects, &question).await;
            ServerAnswer::Name { name: question.name, finding }
        });
    }

    /// Tells something to the other relays, if they are there.
    pub(super) fn announce(&mut self, run: u64, notice: Vec<u8>) {
        let Cluster { jetstream, subjects, .. } = self.cluster.clone();
        self.tasks.spawn(async move {
            let _told: Result<(), _> =
                jetstream.client.publish(subjects.relay_news(run), notice.into()).await;
            ServerAnswer::Told
        });
    }

    /// Goes to another server before this one ends.
    pub(super) fn leave(&mut self) {
        let client = self.cluster.jetstream.client.clone();
        self.tasks.spawn(async move {
            let _asked: Result<(), _> = client.force_reconnect().await;
            ServerAnswer::Left
        });
    }
}
