//! The bucket of members' names at the servers: making, reading and writing it.

use std::time::Duration;

use async_nats::{HeaderMap, Message};

use super::buckets::BucketLayout;
use super::error::NatsError;
use super::jetstream::{self, ApiError, JetStream, codes};
use super::names::{NameAction, NameFinding, NameQuestion};
use super::setup::patiently;
use super::subjects::Subjects;

/// Bytes of the bucket: some hundred thousand names. Beyond it no more are taken.
const MAX_BYTES: u64 = 64 * 1024 * 1024;
/// How long an answer to a write may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long it stands there that nobody has a name any more: whoever has to know hears of it at once.
const GONE: &str = "60s";

/// Makes it if it is not there, compares it if it is, and tries to write and read it.
pub(super) async fn ensure(
    jetstream: &JetStream,
    subjects: &Subjects,
    replicas: u8,
) -> Result<(), NatsError> {
    let layout = BucketLayout {
        stream: subjects.name_stream(),
        description: "Who has which name at udpqq relays",
        keys: subjects.all_names(),
        news: subjects.names_news(),
        probe: subjects.name_probe(),
        max_bytes: MAX_BYTES,
    };
    layout.ensure(jetstream, replicas).await?;
    patiently(async || jetstream.value(&layout.stream, &layout.probe).await).await.map(drop)
}

pub(super) async fn ask(jetstream: &JetStream, subjects: &Subjects, question: &NameQuestion) -> NameFinding {
    let subject = subjects.name(&question.name);
    let found = match &question.what {
        NameAction::Read => read(jetstream, &subjects.name_stream(), &subject).await,
        NameAction::Write { value, expected } => write(jetstream, subject, value, *expected).await,
    };
    found.unwrap_or_else(|error| {
        tracing::debug!(?error, "it is not known who has a name");
        NameFinding::Failed
    })
}

async fn read(jetstream: &JetStream, stream: &str, subject: &str) -> Result<NameFinding, ApiError> {
    let found = jetstream.value(stream, subject).await?;
    let (revision, value) = found.map_or_else(Default::default, |found| (found.revision, found.bytes));
    Ok(NameFinding::Read { revision, value })
}

async fn write(
    jetstream: &JetStream,
    subject: String,
    value: &[u8],
    expected: u64,
) -> Result<NameFinding, ApiError> {
    let mut headers = HeaderMap::new();
    if value.is_empty() {
        headers.insert("KV-Operation", "DEL");
        headers.insert("Nats-TTL", GONE);
    }
    headers.insert("Nats-Expected-Last-Subject-Sequence", expected.to_string());
    match jetstream.publish(subject, headers, value.to_vec().into(), PATIENCE).await {
        Ok(ack) => Ok(NameFinding::Written { revision: ack.place.get() }),
        Err(ApiError::Refused { code, .. }) if codes::NOT_EXPECTED.contains(&code) => {
            Ok(NameFinding::Superseded)
        }
        Err(error) => Err(error),
    }
}

/// A name that somebody has written: its revision, and what is there.
pub(super) fn written(subjects: &Subjects, message: &Message) -> Option<(u64, String)> {
    let revision = jetstream::place_of(message)?.get();
    Some((revision, subjects.parse_name(jetstream::header(message, "Nats-Subject")?)?))
}
