//! An archive that runs.
//!
//! What the network follows goes into the log of the rooms in the profile, by one task; another answers what relays ask, so
//! that a long search keeps nothing waiting.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{JoinSet, spawn_blocking};

use super::super::opened_store::private;
use super::super::profile::{Config, Profile};
use super::super::relay_cluster::{cluster_phrase, setup, spoken_to_in_plain};
use super::{ArchiveArgs, ArchiveNote};
use crate::model::room_archive::{ArchiveAnswer, ArchivePart, ArchiveQuestion, MAX_ANSWER};
use crate::model::search::Search;
use crate::model::{Phrase, RetentionSettings};
use crate::net::clock;
use crate::net::relay::nats::{ArchiveInput, ArchiveNotice, ArchivePort, ArchiveRequest, NatsArchive};
use crate::store::{ArchiveError, RoomArchiver, RoomHits, RoomLogReader, RoomMessage, RoomSearch};

/// After something that could not be written; and how often it is looked whether anything is too old.
const PAUSE: Duration = Duration::from_secs(2);
/// Sentences that nobody has read yet.
const MAX_NOTES: usize = 64;

/// An archive that runs. Dropping it ends it.
#[derive(Debug)]
pub struct RunningArchive {
    config: Config,
    told: Vec<Phrase>,
    notes: mpsc::Receiver<ArchiveNote>,
    /// Gone once it was told to end.
    network: Option<NatsArchive>,
    tasks: JoinSet<()>,
}

impl RunningArchive {
    /// As the profile says.
    pub fn language(&self) -> Option<&str> {
        self.config.language.as_deref()
    }

    /// What a person should know of it, what it follows, and where it keeps that for how long.
    pub fn told(&self) -> &[Phrase] {
        &self.told
    }

    /// The next line to write down. Cancel-safe. `None`: it has ended.
    pub async fn next_note(&mut self) -> Option<ArchiveNote> {
        self.notes.recv().await
    }

    /// Nothing more is followed. What was is still kept; then [`Self::next`] says `None`.
    pub fn stop(&mut self) {
        self.network = None;
    }

    /// Waits until it has ended.
    pub async fn finish(mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Opens it. Must be called inside a tokio runtime with I/O and time.
pub async fn open_archive(wanted: ArchiveArgs) -> Result<RunningArchive, Phrase> {
    let profile = Profile::open(wanted.profile.as_deref()).map_err(|error| error.phrase())?;
    let config = profile.load_config().map_err(|error| error.phrase())?.value;
    let cluster = wanted.cluster.or(config.relay.cluster.clone());
    if cluster.servers.is_empty() {
        return Err(Phrase::new("relay-cluster-unnamed"));
    }
    let mut told = profile.warnings().to_vec();
    if let Some(server) = spoken_to_in_plain(&cluster) {
        told.push(Phrase::new("relay-cluster-plain").text("server", server));
    }
    let retention = wanted.retention.or(RetentionSettings::UNBOUNDED).settle();
    let folder = profile.rooms_folder().to_owned();
    let archiver = RoomArchiver::open(&folder, private, retention.bounds())?;
    let setup = setup(&cluster, RetentionSettings::default());
    told.push(cluster_phrase("relay-archive-of", &setup));
    told.push(retention.phrase("relay-history").text("path", archiver.path().to_string_lossy()));
    let opened = NatsArchive::open(&setup.servers, &setup.prefix).await;
    let (network, port) = opened.map_err(|error| error.phrase())?;
    let (notes_to, notes) = mpsc::channel(MAX_NOTES);
    let tasks = spawn(archiver, folder, port, notes_to);
    Ok(RunningArchive { config, told, notes, network: Some(network), tasks })
}

fn spawn(
    archiver: RoomArchiver,
    folder: PathBuf,
    port: ArchivePort,
    notes: mpsc::Sender<ArchiveNote>,
) -> JoinSet<()> {
    let ArchivePort { inputs, requests, notices } = port;
    let mut tasks = JoinSet::new();
    tasks.spawn(write_down(notices, notes.clone()));
    tasks.spawn(answer_all(folder, requests));
    tasks.spawn(ArchiveKeeper { archiver: Some(archiver), notes }.run(inputs));
    tasks
}

async fn write_down(mut notices: mpsc::Receiver<ArchiveNotice>, notes: mpsc::Sender<ArchiveNote>) {
    while let Some(notice) = notices.recv().await {
        tell(&notes, notice.phrase()).await;
    }
}

async fn tell(notes: &mpsc::Sender<ArchiveNote>, phrase: Phrase) {
    let _heard = notes.send(ArchiveNote { time: clock::now().wall, phrase }).await.is_ok();
}

/// Keeps what is followed.
struct ArchiveKeeper {
    /// Away while it works.
    archiver: Option<RoomArchiver>,
    notes: mpsc::Sender<ArchiveNote>,
}

impl ArchiveKeeper {
    /// Until nothing is followed any more, or nothing can be kept.
    async fn run(mut self, mut inputs: mpsc::Receiver<ArchiveInput>) {
        let mut has_more = true;
        loop {
            let pause = if has_more { Duration::ZERO } else { PAUSE };
            // The channel keeps what is not taken.
            let input = match tokio::time::timeout(pause, inputs.recv()).await {
                Ok(Some(input)) => Some(input),
                Ok(None) => return,
                Err(_elapsed) => None,
            };
            let messages = match input {
                Some(input) => self.take(input).await,
                None => Some(0),
            };
            let Some(messages) = messages else { return };
            let work = move |archiver: &mut RoomArchiver| {
                let now = clock::now().wall;
                if messages == 0 {
                    return archiver.work(now);
                }
                archiver.work_under_load(now, messages);
                true
            };
            let Some(more) = self.aside(work).await else { return };
            has_more = more;
        }
    }

    /// How many messages that were; `None`: nothing can be kept any more.
    async fn take(&mut self, input: ArchiveInput) -> Option<usize> {
        match input {
            ArchiveInput::Log { log, kept } => {
                match self.aside(move |archiver| archiver.follow(log)).await? {
                    Ok(cursors) => {
                        let _wanted = kept.send(cursors).is_ok();
                        Some(0)
                    }
                    Err(phrase) => {
                        tell(&self.notes, phrase).await;
                        None
                    }
                }
            }
            ArchiveInput::Part(part) => self.take_part(part).await,
        }
    }

    /// Until it is kept: there is nowhere else that what comes behind it could go.
    async fn take_part(&mut self, part: ArchivePart) -> Option<usize> {
        let (part, mut is_told) = (Arc::new(part), false);
        loop {
            let same = Arc::clone(&part);
            match self.aside(move |archiver| archiver.take(&same)).await? {
                Ok(()) => return Some(part.records.len()),
                Err(ArchiveError::Again(_)) if is_told => {}
                Err(ArchiveError::Again(phrase)) => tell(&self.notes, phrase).await,
                Err(ArchiveError::Over(phrase)) => {
                    tell(&self.notes, phrase).await;
                    return None;
                }
            }
            is_told = true;
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Where it may wait for the disk. `None`: a bug, which its hook has reported.
    async fn aside<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut RoomArchiver) -> T + Send + 'static,
    ) -> Option<T> {
        let mut archiver = self.archiver.take()?;
        let done = spawn_blocking(move || {
            let done = work(&mut archiver);
            (archiver, done)
        });
        let (archiver, done) = done.await.ok()?;
        self.archiver = Some(archiver);
        Some(done)
    }
}

/// Answers one after the other. What cannot be read is not answered.
async fn answer_all(folder: PathBuf, mut requests: mpsc::Receiver<ArchiveRequest>) {
    let mut reader = None;
    while let Some(ArchiveRequest { question, reply }) = requests.recv().await {
        // Whoever asked may have given up while it waited.
        if reply.is_closed() {
            continue;
        }
        let (open, folder) = (reader.take(), folder.clone());
        let look = spawn_blocking(move || {
            let mut reader = open.map_or_else(|| RoomLogReader::open(&folder), |open| Ok(Some(open)))?;
            let answer = reader.as_mut().map(|reader| answer(reader, &question)).transpose()?;
            Ok::<_, Phrase>((reader, answer.unwrap_or_default()))
        });
        if let Ok(Ok((open, answer))) = look.await {
            reader = open;
            let _wanted = reply.send(answer).is_ok();
        }
    }
}

fn answer(reader: &mut RoomLogReader, question: &ArchiveQuestion<'_>) -> Result<ArchiveAnswer, Phrase> {
    match question {
        ArchiveQuestion::Page { epoch, room, before, limit } => {
            reader.archived(*epoch, room, *before, (*limit).min(MAX_ANSWER))
        }
        ArchiveQuestion::Search { room, words, limit } => {
            // Whoever passed it on has read it, too.
            let search = Search::parse(words, &jiff::tz::TimeZone::UTC, clock::now().wall);
            let Ok(search) = search else { return Ok(ArchiveAnswer::default()) };
            let (room, limit) = (Some(room.to_string()), usize::from((*limit).min(MAX_ANSWER)));
            let RoomHits { hits, more } = reader.search(&RoomSearch { search, room, before: None, limit })?;
            let records = hits.into_iter().rev().map(|RoomMessage { placed, .. }| placed).collect();
            Ok(ArchiveAnswer { records, more })
        }
    }
}
