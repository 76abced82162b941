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

/// Makes those that are not there, compares those that are, and tries to write and read each.
pub(super) async fn ensure(
    jetstream: &JetStream,
    subjects: &Subjects,
    replicas: u8,
) -> Result<(), NatsError> {
    for bucket in SettingsBucket::ALL {
        let wanted = wanted(subjects, bucket, replicas);
        let config = patiently(|| make(jetstream, &wanted)).await?;
        for setting in ["subjects", "republish", "allow_direct"] {
            let at = |config: &Value| config.get(setting).cloned().unwrap_or_default();
            same(setting, &at(&config), &at(&wanted))?;
        }
        let probe = subjects.setting_probe(bucket);
        patiently(|| jetstream.probe(&probe)).await?;
        patiently(async || read(jetstream, subjects, bucket, 0).await).await?;
    }
    Ok(())
}

fn wanted(subjects: &Subjects, bucket: SettingsBucket, replicas: u8) -> Value {
    json!({
        "name": subjects.bucket_stream(bucket),
        "description": "What udpqq relays know of rooms and bans",
        "subjects": [subjects.all_settings(bucket)],
        "republish": { "src": subjects.all_settings(bucket), "dest": subjects.settings_news(bucket) },
        "storage": "file",
        "retention": "limits",
        "discard": "new",
        "num_replicas": replicas,
        "max_msgs_per_subject": 1,
        "max_msgs": -1,
        "max_bytes": MAX_BYTES,
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
