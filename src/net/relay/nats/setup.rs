//! The streams of a cluster: the first relay makes them, every other one looks whether they are what it wants.
//!
//! What a stream is made with stands in its metadata too, with a random number that names this log: a stream that was
//! removed and made again is another log, whose places mean other messages.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use serde_json::{Value, json};

use super::error::NatsError;
use super::jetstream::{ApiError, JetStream, PATIENCE, codes, place_of};
use super::subjects::Subjects;
use crate::model::MAX_SHARDS;
use crate::model::room_log::{LogEpoch, Place};
use crate::model::text::plain_line;
use crate::net::clock;

/// What is kept where nobody says otherwise.
const MAX_AGE: Duration = Duration::from_hours(30 * 24);
const MAX_PER_ROOM: u64 = 100_000;
const MAX_BYTES: u64 = 1 << 30;
/// How long the same message is recognised: longer than anybody tries to append it.
const DUPLICATES: Duration = Duration::from_mins(2);
const NANOS: u64 = 1_000_000_000;

/// How long all of it may take: servers that have just started have no leader yet.
const START_PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(250);
/// How long what was appended may take to come out again.
const ECHO_PATIENCE: Duration = Duration::from_secs(2);
const ECHO_TRIES: u32 = 5;

const EPOCH: &str = "udpqq.epoch";
const SHARDS: &str = "udpqq.shards";

/// How the log is kept. `None`: as it is, and where there is none yet as usual.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NatsLog {
    /// How many servers keep each message.
    pub replicas: Option<u8>,
    /// Nought: for ever.
    pub keep: Option<Duration>,
    /// Messages of each room; 0: all.
    pub keep_messages: Option<u64>,
    /// Bytes of each shard; 0: all.
    pub keep_bytes: Option<u64>,
}

impl NatsLog {
    /// Where so many servers were named.
    pub(super) fn replicas(&self, servers: usize) -> u8 {
        self.replicas.unwrap_or(if servers >= 3 { 3 } else { 1 })
    }
}

/// Makes the streams that are not there, compares those that are, and tries each.
pub(super) async fn ensure(
    jetstream: &JetStream,
    subjects: &Subjects,
    log: &NatsLog,
    servers: usize,
) -> Result<(), NatsError> {
    let mut epoch = None;
    for shard in 0..subjects.shards() {
        let wanted = settings(subjects, shard, log, servers, epoch)?;
        let config = patiently(|| make(jetstream, &wanted)).await?;
        compare(subjects, shard, log, &config)?;
        let found = epoch_of(&config);
        if *epoch.get_or_insert(found) != found {
            return Err(differs("shards", "0", &shard.to_string()));
        }
        echo(jetstream, subjects, shard).await?;
    }
    Ok(())
}

/// The number that the streams were made with.
pub(super) async fn made(jetstream: &JetStream, subjects: &Subjects) -> Result<LogEpoch, ApiError> {
    info(jetstream, &subjects.stream(0)).await.map(|config| LogEpoch(epoch_of(&config)))
}

/// Among how many streams the rooms are divided; `None`: nobody has begun the log yet.
pub(super) async fn shards(jetstream: &JetStream, subjects: &Subjects) -> Result<Option<u16>, NatsError> {
    let stream = subjects.stream(0);
    let found = patiently(async || match info(jetstream, &stream).await {
        Err(ApiError::Refused { code: codes::NO_STREAM, .. }) => Ok(None),
        found => found.map(Some),
    });
    let Some(config) = found.await? else { return Ok(None) };
    let text = config.get("metadata").and_then(|metadata| metadata.get(SHARDS)).and_then(Value::as_str);
    let shards = text.and_then(|text| text.parse().ok()).filter(|shards| (1..=MAX_SHARDS).contains(shards));
    shards.map(Some).ok_or_else(|| differs("shards", text.unwrap_or_default(), "1"))
}

/// 0 is no log at all.
pub(super) fn random() -> Result<u64, NatsError> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|error| NatsError::Api(error.to_string()))?;
    Ok(u64::from_be_bytes(random).max(1))
}

/// Tries until there is a leader.
pub(super) async fn patiently<T, F: Future<Output = Result<T, ApiError>>>(
    mut attempt: impl FnMut() -> F,
) -> Result<T, NatsError> {
    let until = clock::now().mono + START_PATIENCE;
    loop {
        let error = match attempt().await {
            Err(error) if error.may_pass() && clock::now().mono < until => error,
            done => return done.map_err(NatsError::of),
        };
        tracing::debug!(?error, "a stream is not ready");
        tokio::time::sleep(PAUSE).await;
    }
}

/// Since when a value is written that another relay may write first.
pub(super) struct WriteTries(Instant);

impl WriteTries {
    pub(super) fn begin() -> Self {
        Self(clock::now().mono)
    }

    /// It was not written. Another relay was faster; or it is not known what became of it, as where a stream that was just
    /// made takes nothing yet: then after a pause. What stands there then says it.
    pub(super) async fn failed(&self, error: ApiError) -> Result<(), NatsError> {
        if clock::now().mono >= self.0 + START_PATIENCE {
            return Err(NatsError::of(error));
        }
        if error.may_pass() {
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }
}

/// The settings of the stream, which is made if there is none.
pub(super) async fn make(jetstream: &JetStream, wanted: &Value) -> Result<Value, ApiError> {
    let name = wanted.get("name").and_then(Value::as_str).unwrap_or_default();
    match info(jetstream, name).await {
        Err(ApiError::Refused { code: codes::NO_STREAM, .. }) => {}
        found => return found,
    }
    match jetstream.ask(&format!("STREAM.CREATE.{name}"), wanted, PATIENCE).await {
        Ok(made) => Ok(config_of(&made)),
        // Another relay was faster.
        Err(ApiError::Refused { code: codes::NAME_IN_USE, .. }) => info(jetstream, name).await,
        Err(error) => Err(error),
    }
}

async fn info(jetstream: &JetStream, stream: &str) -> Result<Value, ApiError> {
    let answer = jetstream.ask(&format!("STREAM.INFO.{stream}"), &Value::Null, PATIENCE).await?;
    Ok(config_of(&answer))
}

fn config_of(answer: &Value) -> Value {
    answer.get("config").cloned().unwrap_or_default()
}

fn epoch_of(config: &Value) -> u64 {
    let text = config.get("metadata").and_then(|metadata| metadata.get(EPOCH)).and_then(Value::as_str);
    text.and_then(|text| u64::from_str_radix(text, 16).ok()).unwrap_or_default()
}

fn settings(
    subjects: &Subjects,
    shard: u16,
    log: &NatsLog,
    servers: usize,
    epoch: Option<u64>,
) -> Result<Value, NatsError> {
    let epoch = epoch.map_or_else(random, Ok)?;
    let (appended, live) = (subjects.all_appended(shard), subjects.all_live(shard));
    Ok(json!({
        "name": subjects.stream(shard),
        "description": "Messages of the rooms of udpqq relays",
        "subjects": [appended],
        "republish": { "src": appended, "dest": live },
        "storage": "file",
        "retention": "limits",
        "discard": "old",
        "num_replicas": log.replicas(servers),
        "max_age": nanos(log.keep.unwrap_or(MAX_AGE)),
        "max_msgs_per_subject": limit(log.keep_messages.unwrap_or(MAX_PER_ROOM)),
        "max_bytes": limit(log.keep_bytes.unwrap_or(MAX_BYTES)),
        "max_msgs": -1,
        "max_consumers": -1,
        "duplicate_window": nanos(DUPLICATES),
        "allow_direct": true,
        "allow_msg_ttl": true,
        "metadata": { EPOCH: format!("{epoch:016x}"), SHARDS: subjects.shards().to_string() },
    }))
}

/// As the servers have it: -1 is none.
fn limit(most: u64) -> i64 {
    if most == 0 { -1 } else { i64::try_from(most).unwrap_or(i64::MAX) }
}

fn nanos(time: Duration) -> u64 {
    time.as_secs().saturating_mul(NANOS)
}

/// What is there is as it has to be, and as was asked for.
pub(super) fn compare(
    subjects: &Subjects,
    shard: u16,
    log: &NatsLog,
    config: &Value,
) -> Result<(), NatsError> {
    let (appended, live) = (subjects.all_appended(shard), subjects.all_live(shard));
    let metadata = config.get("metadata");
    let shards = metadata.and_then(|metadata| metadata.get(SHARDS)).cloned().unwrap_or_default();
    same("shards", &shards, &json!(subjects.shards().to_string()))?;
    let at = |name: &str| config.get(name).cloned().unwrap_or_default();
    let republish = |name: &str| at("republish").get(name).cloned().unwrap_or_default();
    same("subjects", &at("subjects"), &json!([appended]))?;
    same("republish src", &republish("src"), &json!(appended))?;
    same("republish dest", &republish("dest"), &json!(live))?;
    same("allow_direct", &at("allow_direct"), &json!(true))?;
    let asked = |name, wanted: Option<Value>| wanted.map_or(Ok(()), |wanted| same(name, &at(name), &wanted));
    asked("num_replicas", log.replicas.map(|replicas| json!(replicas)))?;
    asked("max_age", log.keep.map(|age| json!(nanos(age))))?;
    asked("max_msgs_per_subject", log.keep_messages.map(|messages| json!(limit(messages))))?;
    asked("max_bytes", log.keep_bytes.map(|bytes| json!(limit(bytes))))
}

pub(super) fn same(setting: &'static str, there: &Value, wanted: &Value) -> Result<(), NatsError> {
    if there == wanted { Ok(()) } else { Err(differs(setting, &there.to_string(), &wanted.to_string())) }
}

pub(super) fn differs(setting: &'static str, there: &str, wanted: &str) -> NatsError {
    NatsError::Differs { setting, there: plain_line(there), wanted: wanted.to_owned() }
}

/// What is appended comes out again: where the stream republishes to somewhere else there would be silence, no error.
pub(super) async fn echo(jetstream: &JetStream, subjects: &Subjects, shard: u16) -> Result<(), NatsError> {
    let (appended, live) = (subjects.probe(shard), subjects.probe_live(shard));
    let mut echoes = jetstream.client.subscribe(live.clone()).await.map_err(|_gone| NatsError::NoLeader)?;
    for _ in 0..ECHO_TRIES {
        let place = patiently(|| jetstream.probe(&appended)).await?.place;
        let heard = async {
            while let Some(message) = echoes.next().await {
                if place_of(&message).is_some_and(|heard| heard >= place) {
                    return true;
                }
            }
            false
        };
        // The interest in it may not be known at the leader yet.
        if tokio::time::timeout(ECHO_PATIENCE, heard).await.unwrap_or_default() {
            return read_back(jetstream, &subjects.stream(shard), &appended, place).await;
        }
    }
    Err(NatsError::Echo(live))
}

/// What is there can be read, in each of the ways that it will be: a key that may not would be told only when somebody
/// misses something.
async fn read_back(
    jetstream: &JetStream,
    stream: &str,
    subject: &str,
    place: Place,
) -> Result<(), NatsError> {
    patiently(|| jetstream.last(stream, subject)).await?;
    patiently(async || jetstream.batch(stream, subject, place.get(), 1).await).await.map(drop)
}
