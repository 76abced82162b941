//! What can be found out about a cluster, for whoever looks whether a relay could do its work. Nothing is made or changed but
//! tries, which go by themselves.

use std::time::Duration;

use serde_json::{Value, json};

use super::NatsSetup;
use super::archive::ArchiveAccess;
use super::connect::{NatsLink, NatsServers, attempt, check_version, denied};
use super::error::NatsError;
use super::jetstream::{ApiError, JetStream, PATIENCE, codes};
use super::setup;
use super::subjects::{Subjects, is_prefix};
use crate::model::room_archive::ArchiveQuestion;
use crate::model::room_log::{LogEpoch, Place};
use crate::model::{MAX_SHARDS, WallTime};
use crate::net::clock;

/// Tries whose time is taken.
const APPENDS: usize = 100;

/// A server, and what came of asking it alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerCheckup {
    pub address: String,
    pub found: Result<ServerFacts, NatsError>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerFacts {
    pub version: String,
    pub is_new_enough: bool,
    pub is_encrypted: bool,
    pub has_jetstream: bool,
    /// How long it took until it let us in.
    pub after: Duration,
}

/// How the stream of a shard is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardFacts {
    pub shard: u16,
    /// How many servers are to keep it, and how many have all of it.
    pub replicas: u64,
    pub in_step: u64,
    pub bytes: u64,
    /// `None`: there is no limit.
    pub max_bytes: Option<u64>,
    /// What is other than was asked for.
    pub difference: Option<NatsError>,
}

/// What became of [`APPENDS`] tries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppendFacts {
    pub count: usize,
    pub middle: Duration,
    pub slowest: Duration,
    /// By how many microseconds the log's clock is ahead of ours; `None`: the log does not say.
    pub ahead: Option<i64>,
}

/// Asks each of the servers, whatever the others say.
pub async fn ask_servers(setup: &NatsSetup) -> Vec<ServerCheckup> {
    let mut found = Vec::new();
    for address in &setup.servers.addresses {
        let alone = NatsServers { addresses: vec![address.clone()], ..setup.servers.clone() };
        found.push(ServerCheckup { address: address.clone(), found: ask_server(setup, &alone).await });
    }
    found
}

async fn ask_server(setup: &NatsSetup, server: &NatsServers) -> Result<ServerFacts, NatsError> {
    let begun = clock::now().mono;
    let NatsLink { client, .. } = attempt(server, subjects(setup).inbox()).await?;
    let after = clock::now().mono.saturating_duration_since(begun);
    let about = client.try_server_info().ok_or(NatsError::NoLeader)?;
    Ok(ServerFacts {
        is_new_enough: check_version(&client).is_ok(),
        version: crate::model::text::plain_line(&about.version),
        is_encrypted: about.tls_required,
        has_jetstream: about.jetstream,
        after,
    })
}

fn subjects(setup: &NatsSetup) -> Subjects {
    Subjects::new(setup.prefix.clone(), setup.shards.clamp(1, MAX_SHARDS))
}

/// The log of a cluster, as one relay sees it.
#[derive(Debug)]
pub struct ClusterCheckup {
    setup: NatsSetup,
    subjects: Subjects,
    link: NatsLink,
}

impl ClusterCheckup {
    pub async fn open(setup: &NatsSetup) -> Result<Self, NatsError> {
        if !is_prefix(&setup.prefix) {
            return Err(NatsError::Prefix(setup.prefix.clone()));
        }
        let subjects = subjects(setup);
        let link = attempt(&setup.servers, subjects.inbox()).await?;
        Ok(Self { setup: setup.clone(), subjects, link })
    }

    /// Those that there are: a log that nobody has begun has none.
    pub async fn shards(&mut self) -> Result<Vec<ShardFacts>, NatsError> {
        let Self { setup, subjects, link } = self;
        let jetstream = JetStream { client: link.client.clone() };
        let look = async {
            let mut found = Vec::new();
            for shard in 0..subjects.shards() {
                let asked = format!("STREAM.INFO.{}", subjects.stream(shard));
                match jetstream.ask(&asked, &Value::Null, PATIENCE).await {
                    Ok(answer) => found.push(facts(setup, subjects, shard, &answer)),
                    Err(ApiError::Refused { code: codes::NO_STREAM, .. }) => {}
                    Err(error) => return Err(NatsError::of(error)),
                }
            }
            Ok(found)
        };
        tokio::select! {
            found = look => found,
            error = denied(&mut link.events) => Err(error),
        }
    }

    /// How long an archive takes to answer; `None`: there is none.
    pub async fn archive(&mut self) -> Result<Option<Duration>, NatsError> {
        let Self { subjects, link, .. } = self;
        let (client, subject) = (link.client.clone(), subjects.archive());
        let access = ArchiveAccess { client, subject, is_denied: false };
        tokio::select! {
            found = ask_archive(&access) => found,
            error = denied(&mut link.events) => Err(error),
        }
    }

    /// Does what a relay does: appends, hears it, reads it, and reads the secrets. The time of tries is of the first shard.
    pub async fn appends(&mut self) -> Result<AppendFacts, NatsError> {
        let Self { subjects, link, .. } = self;
        let jetstream = JetStream { client: link.client.clone() };
        let look = async {
            for shard in 0..subjects.shards() {
                jetstream.probe(&subjects.probe(shard)).await.map_err(NatsError::of)?;
                setup::echo(&jetstream, subjects, shard).await?;
            }
            let (stream, secrets) = (subjects.secret_stream(), subjects.secrets());
            jetstream.value(&stream, &secrets).await.map_err(NatsError::of)?;
            timed_appends(&jetstream, subjects).await
        };
        tokio::select! {
            found = look => found,
            error = denied(&mut link.events) => Err(error),
        }
    }
}

/// What came of asking an archive, and how long that took. Nobody has the log that it is asked for.
async fn ask_archive(access: &ArchiveAccess) -> Result<Option<Duration>, NatsError> {
    let begun = clock::now().mono;
    let question =
        ArchiveQuestion::Page { epoch: LogEpoch(0), room: "-".into(), before: Place::FIRST, limit: 1 };
    let answer = access.ask(&question).await.map_err(NatsError::of)?;
    Ok(answer.map(|_nothing| clock::now().mono.saturating_duration_since(begun)))
}

async fn timed_appends(jetstream: &JetStream, subjects: &Subjects) -> Result<AppendFacts, NatsError> {
    let probe = subjects.probe(0);
    let (mut times, mut wall) = (Vec::with_capacity(APPENDS), WallTime(0));
    for _ in 0..APPENDS {
        let begun = clock::now();
        jetstream.probe(&probe).await.map_err(NatsError::of)?;
        let after = clock::now().mono.saturating_duration_since(begun.mono);
        wall =
            WallTime(begun.wall.0.saturating_add(i64::try_from(after.as_micros() / 2).unwrap_or_default()));
        times.push(after);
    }
    times.sort_unstable();
    let asked = format!("STREAM.MSG.GET.{}", subjects.stream(0));
    let answer = jetstream.ask(&asked, &json!({ "last_by_subj": probe }), PATIENCE).await;
    let ahead = answer.ok().as_ref().and_then(time_of).map(|time| time.saturating_sub(wall.0));
    let at = |index: usize| times.get(index).copied().unwrap_or_default();
    let count = times.len();
    Ok(AppendFacts { count, middle: at(count / 2), slowest: at(count.saturating_sub(1)), ahead })
}

/// When the log took a message, in microseconds.
fn time_of(answer: &Value) -> Option<i64> {
    let time: jiff::Timestamp = answer.get("message")?.get("time")?.as_str()?.parse().ok()?;
    Some(time.as_microsecond())
}

fn facts(setup: &NatsSetup, subjects: &Subjects, shard: u16, answer: &Value) -> ShardFacts {
    let config = answer.get("config").cloned().unwrap_or_default();
    let number = |value: Option<&Value>| value.and_then(Value::as_u64);
    let cluster = answer.get("cluster");
    let led = cluster.and_then(|cluster| cluster.get("leader")).and_then(Value::as_str);
    let others = cluster.and_then(|cluster| cluster.get("replicas")).and_then(Value::as_array);
    let flag = |other: &Value, name: &str| other.get(name).and_then(Value::as_bool).unwrap_or_default();
    let is_level = |other: &&Value| flag(other, "current") && !flag(other, "offline");
    let level = others.map_or(0, |others| others.iter().filter(is_level).count());
    // A server alone has no cluster to tell of.
    let leader = u64::from(cluster.is_none() || led.is_some_and(|leader| !leader.is_empty()));
    ShardFacts {
        shard,
        replicas: number(config.get("num_replicas")).unwrap_or(1),
        in_step: u64::try_from(level).unwrap_or_default().saturating_add(leader),
        bytes: number(answer.get("state").and_then(|state| state.get("bytes"))).unwrap_or_default(),
        max_bytes: number(config.get("max_bytes")),
        difference: setup::compare(subjects, shard, &setup.log, &config).err(),
    }
}
