//! The buckets of settings at the servers: making, reading and writing them.

use async_nats::{HeaderMap, Message};
use serde_json::{Value, json};

use super::error::NatsError;
use super::jetstream::{self, ApiError, JetStream};
use super::settings::{SettingWrite, SettingsRead, StoredSetting};
use super::setup::{make, patiently, same};
use super::subjects::{SettingsBucket, Subjects};
use crate::model::room_log::{MAX_SETTING, Place};

/// Bytes of a bucket. Beyond it nothing new is taken.
const MAX_BYTES: u64 = 4 * 1024 * 1024;
/// Settings read at once.
const BATCH: usize = 256;
/// How long it is told that there is no setting any more: longer than any relay is apart.
const GONE: &str = "720h";

/// A bucket as it has to be.
pub(super) struct BucketLayout {
    pub(super) stream: String,
    pub(super) description: &'static str,
    /// All keys of it, and where it is told what is written there.
    pub(super) keys: String,
    pub(super) news: String,
    /// Where a try is written.
    pub(super) probe: String,
    pub(super) max_bytes: u64,
}

impl BucketLayout {
    fn of_settings(subjects: &Subjects, bucket: SettingsBucket) -> Self {
        Self {
            stream: subjects.bucket_stream(bucket),
            description: "What udpqq relays know of rooms and bans",
            keys: subjects.all_settings(bucket),
            news: subjects.settings_news(bucket),
            probe: subjects.setting_probe(bucket),
            max_bytes: MAX_BYTES,
        }
    }

    /// Makes it if it is not there, compares it if it is, and tries to write to it.
    pub(super) async fn ensure(&self, jetstream: &JetStream, replicas: u8) -> Result<(), NatsError> {
        let wanted = wanted(self, replicas);
        let config = patiently(|| make(jetstream, &wanted)).await?;
        for setting in ["subjects", "republish", "allow_direct"] {
            let at = |config: &Value| config.get(setting).cloned().unwrap_or_default();
            same(setting, &at(&config), &at(&wanted))?;
        }
        patiently(|| jetstream.probe(&self.probe)).await.map(drop)
    }
}

/// Makes those that are not there, compares those that are, and tries to write and read each.
pub(super) async fn ensure(
    jetstream: &JetStream,
    subjects: &Subjects,
    replicas: u8,
) -> Result<(), NatsError> {
    for bucket in SettingsBucket::ALL {
        BucketLayout::of_settings(subjects, bucket).ensure(jetstream, replicas).await?;
        patiently(async || read(jetstream, subjects, bucket, 0).await).await?;
    }
    Ok(())
}

fn wanted(layout: &BucketLayout, replicas: u8) -> Value {
    let BucketLayout { stream, description, keys, news, max_bytes, .. } = layout;
    json!({
        "name": stream,
        "description": description,
        "subjects": [keys],
        "republish": { "src": keys, "dest": news },
        "storage": "file",
        "retention": "limits",
        "discard": "new",
        "num_replicas": replicas,
        "max_msgs_per_subject": 1,
        "max_msgs": -1,
        "max_bytes": max_bytes,
        "max_consumers": -1,
        "max_age": 0,
        "allow_direct": true,
        "allow_rollup_hdrs": true,
        "allow_msg_ttl": true,
    })
}

/// All that the bucket has behind that revision.
pub(super) async fn read(
    jetstream: &JetStream,
    subjects: &Subjects,
    bucket: SettingsBucket,
    after: u64,
) -> Result<SettingsRead, ApiError> {
    let stream = subjects.bucket_stream(bucket);
    let mut read = SettingsRead { settings: Vec::new(), up_to: jetstream.last_sequence(&stream).await? };
    let mut reached = after;
    while reached < read.up_to {
        let body = json!({
            "seq": reached.saturating_add(1), "next_by_subj": subjects.all_settings(bucket), "batch": BATCH,
        });
        let before = reached;
        let mut take = |message: &Message| {
            reached = reached.max(jetstream::place_of(message).map_or(0, Place::get));
            read.settings.extend(setting(subjects, message).and_then(|(_, _, setting)| setting));
        };
        let pending = jetstream.read_direct(&stream, &body, &mut take).await?;
        if pending == 0 || reached == before {
            break;
        }
    }
    // The last may be over by now; what is still there has not come to the server that answered.
    if let Some(last) = Place::new(read.up_to).filter(|last| last.get() > reached)
        && jetstream.stored_at(&stream, last).await?.is_some()
    {
        return Err(ApiError::NoAnswer);
    }
    Ok(read)
}

/// The revision that it has.
pub(super) async fn write(
    jetstream: &JetStream,
    subjects: &Subjects,
    write: &SettingWrite,
) -> Result<u64, ApiError> {
    let mut headers = HeaderMap::new();
    if write.value.is_empty() {
        headers.insert("KV-Operation", "DEL");
        headers.insert("Nats-TTL", GONE);
    }
    if let Some(revision) = write.expected {
        headers.insert("Nats-Expected-Last-Subject-Sequence", revision.to_string());
    }
    let (subject, value) = (subjects.setting(&write.key), write.value.clone());
    Ok(jetstream.publish(subject, headers, value.into(), jetstream::PATIENCE).await?.place.get())
}

/// A change as it was read, or as it is told: its bucket and revision, and what it says if that is something to us.
pub(super) fn setting(
    subjects: &Subjects,
    message: &Message,
) -> Option<(SettingsBucket, u64, Option<StoredSetting>)> {
    let revision = jetstream::place_of(message)?.get();
    let (bucket, key) = subjects.parse_setting(jetstream::header(message, "Nats-Subject")?)?;
    let value = message.payload.to_vec();
    let setting = key.filter(|_| value.len() <= MAX_SETTING);
    Some((bucket, revision, setting.map(|key| StoredSetting { revision, key, value })))
}
