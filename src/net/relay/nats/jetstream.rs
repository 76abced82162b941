//! What the servers' log (`JetStream`) is asked, and what it answers: requests in JSON, over the connection.
//!
//! Whatever a server says is judged like anything from the network. A request that is not permitted gets no answer at all;
//! see `connect` for how that becomes known.

use std::time::Duration;

use async_nats::client::{Request, RequestErrorKind};
use async_nats::{Client, HeaderMap, Message};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use futures_util::StreamExt as _;
use serde_json::{Value, json};

use super::append::{AppendAttempt, AppendMessage};
use super::follow::{LiveRecord, Slot};
use super::marks::digest;
use super::record;
use crate::model::room_log::{Place, RecordKind};
use crate::model::text::plain_line;

/// How long one answer to a read may take: it may have been asked of a server that was just cut off.
const READ_PATIENCE: Duration = Duration::from_millis(500);
/// How long anything about streams may take: servers have to agree on it.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Bytes of one batch that is read.
const MAX_BATCH_BYTES: usize = 1_024 * 1_024;
/// Characters of an error's text that are told.
const MAX_ERROR_CHARS: usize = 200;

/// How long the answer to a try may take.
const PROBE_PATIENCE: Duration = Duration::from_secs(2);
/// How long a try is kept.
const PROBE_LIFE: &str = "60s";

const NO_CONTENT: u16 = 204;
const NOT_FOUND: u16 = 404;

/// Why a request came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ApiError {
    /// Nobody answered in time, or what came is no answer.
    NoAnswer,
    Refused {
        code: u64,
        text: String,
    },
}

impl ApiError {
    /// Whether the same may be answered otherwise in a moment.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::NoAnswer => true,
            Self::Refused { code, .. } => codes::NOT_YET.contains(code),
        }
    }
}

/// The codes of errors that mean something to us (`jetstream/errors.json` of the server).
pub(super) mod codes {
    pub(in super::super) const NO_MESSAGE: u64 = 10_037;
    pub(in super::super) const NAME_IN_USE: u64 = 10_058;
    pub(in super::super) const NO_STREAM: u64 = 10_059;
    /// The message is larger than the servers take.
    pub(in super::super) const TOO_LARGE: u64 = 10_054;
    /// It is not what it was expected to be.
    pub(in super::super) const NOT_EXPECTED: [u64; 2] = [10_071, 10_164];
    pub(in super::super) const NOT_ENABLED: [u64; 2] = [10_039, 10_076];
    /// There are not as many servers as there are to be copies.
    pub(in super::super) const FEW_SERVERS: [u64; 2] = [10_005, 10_074];
    /// No room: of the account, of the servers, or on the disk.
    pub(in super::super) const FULL: [u64; 4] = [10_023, 10_028, 10_047, 10_077];
    /// There is no leader, or not all servers are there.
    pub(super) const NOT_YET: [u64; 7] = [10_004, 10_005, 10_006, 10_007, 10_008, 10_009, 10_118];
}

/// What the log says of a message that was appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AppendAck {
    pub(super) place: Place,
    /// It had it before.
    pub(super) duplicate: bool,
}

/// The value of a key, and which one it is.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct KeyValue {
    pub(super) revision: u64,
    pub(super) bytes: Vec<u8>,
}

struct StoredMessage {
    place: Place,
    subject: String,
    data: Vec<u8>,
}

/// Messages that were read from one stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ReadBatch {
    /// By rising place.
    pub(super) records: Vec<(Place, Slot)>,
    /// How many of them follow.
    pub(super) pending: u64,
}

/// The connection, and what is asked over it.
#[derive(Clone, Debug)]
pub(super) struct JetStream {
    pub(super) client: Client,
}

impl JetStream {
    /// Asks something of the interface to streams.
    pub(super) async fn ask(&self, what: &str, body: &Value, patience: Duration) -> Result<Value, ApiError> {
        let request = Request::new().payload(body.to_string().into()).timeout(Some(patience));
        let answer = self.client.send_request(format!("$JS.API.{what}"), request).await;
        parse(&answer.map_err(|error| no_answer(error.kind()))?.payload)
    }

    /// Appends, and waits until a majority of the servers has it.
    pub(super) async fn append(&self, attempt: AppendAttempt) -> Result<AppendAck, ApiError> {
        let AppendMessage { subject, name, payload, .. } = attempt.message;
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Msg-Id", name);
        self.publish(subject, headers, payload, attempt.patience).await
    }

    /// Appends something that says nothing, and goes soon.
    pub(super) async fn probe(&self, subject: &str) -> Result<AppendAck, ApiError> {
        let mut headers = HeaderMap::new();
        headers.insert("Nats-TTL", PROBE_LIFE);
        self.publish(subject.to_owned(), headers, Bytes::from_static(b"?"), PROBE_PATIENCE).await
    }

    pub(super) async fn publish(
        &self,
        subject: String,
        headers: HeaderMap,
        payload: Bytes,
        patience: Duration,
    ) -> Result<AppendAck, ApiError> {
        let request = Request::new().headers(headers).payload(payload).timeout(Some(patience));
        let answer = self.client.send_request(subject, request).await;
        let answer = parse(&answer.map_err(|error| no_answer(error.kind()))?.payload)?;
        let place = answer.get("seq").and_then(Value::as_u64).and_then(Place::new);
        let duplicate = answer.get("duplicate").and_then(Value::as_bool).unwrap_or_default();
        Ok(AppendAck { place: place.ok_or(ApiError::NoAnswer)?, duplicate })
    }

    /// Messages of one subject from that place on, from whichever server answers: it may lag behind the others.
    pub(super) async fn batch(
        &self,
        stream: &str,
        subject: &str,
        from: u64,
        limit: usize,
    ) -> Result<ReadBatch, ApiError> {
        let body = json!({
            "seq": from.max(1), "next_by_subj": subject, "batch": limit, "max_bytes": MAX_BATCH_BYTES,
        });
        self.direct(stream, &body).await
    }

    /// The newest message of each of these subjects, as far as the server that answers knows.
    pub(super) async fn tails(
        &self,
        stream: &str,
        subjects: &[String],
    ) -> Result<Vec<(String, Place)>, ApiError> {
        let body = json!({ "multi_last": subjects, "batch": subjects.len() });
        let mut tails = Vec::new();
        self.read_direct(stream, &body, &mut |message| {
            let subject = header(message, "Nats-Subject").unwrap_or_default();
            tails.extend(place_of(message).map(|place| (subject.to_owned(), place)));
        })
        .await?;
        Ok(tails)
    }

    /// The newest message of a subject, as the leader knows it: nobody knows of a later one.
    pub(super) async fn last(&self, stream: &str, subject: &str) -> Result<Option<Place>, ApiError> {
        let found = self.leader_get(stream, &json!({ "last_by_subj": subject })).await?;
        Ok(found.map(|message| message.0))
    }

    /// The first message of a subject from that place on, as the leader knows it.
    pub(super) async fn first_from(
        &self,
        stream: &str,
        subject: &str,
        from: u64,
    ) -> Result<Option<(Place, Slot)>, ApiError> {
        self.leader_get(stream, &json!({ "seq": from.max(1), "next_by_subj": subject })).await
    }

    /// The place of the last message that a stream was given, as the leader knows it.
    pub(super) async fn last_sequence(&self, stream: &str) -> Result<u64, ApiError> {
        let answer = self.ask(&format!("STREAM.INFO.{stream}"), &Value::Null, READ_PATIENCE).await?;
        let last = answer.get("state").and_then(|state| state.get("last_seq")).and_then(Value::as_u64);
        last.ok_or(ApiError::NoAnswer)
    }

    /// What stands at a place, as the leader knows it.
    pub(super) async fn stored_at(&self, stream: &str, place: Place) -> Result<Option<Vec<u8>>, ApiError> {
        let found = self.leader_message(stream, &json!({ "seq": place.get() })).await?;
        Ok(found.map(|message| message.data))
    }

    /// Whether a message of that subject stands at a place, as the leader knows it, and nothing else.
    pub(super) async fn has(&self, stream: &str, subject: &str, place: Place) -> Result<bool, ApiError> {
        let found = self.leader_message(stream, &json!({ "seq": place.get() })).await?;
        let is_said = |data: &[u8]| record::decode(data).is_none_or(|record| record.kind == RecordKind::Said);
        Ok(found.is_some_and(|message| message.subject == subject && is_said(&message.data)))
    }

    /// Removes what a subject has at a place, for good: it is written over. What is not there is removed.
    pub(super) async fn remove(&self, stream: &str, subject: &str, place: Place) -> Result<(), ApiError> {
        if !self.has(stream, subject, place).await? {
            return Ok(());
        }
        let body = json!({ "seq": place.get(), "no_erase": false });
        match self.ask(&format!("STREAM.MSG.DELETE.{stream}"), &body, PATIENCE).await {
            Ok(_) | Err(ApiError::Refused { code: codes::NO_MESSAGE, .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The newest value of a key, as the leader knows it.
    pub(super) async fn value(&self, stream: &str, subject: &str) -> Result<Option<KeyValue>, ApiError> {
        let found = self.leader_message(stream, &json!({ "last_by_subj": subject })).await?;
        Ok(found.map(|message| KeyValue { revision: message.place.get(), bytes: message.data }))
    }

    /// Writes a key, unless somebody else has since the revision that is given; 0: unless there is one.
    pub(super) async fn put(&self, subject: &str, value: KeyValue) -> Result<(), ApiError> {
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Expected-Last-Subject-Sequence", value.revision.to_string());
        self.publish(subject.to_owned(), headers, value.bytes.into(), PATIENCE).await.map(drop)
    }

    async fn leader_get(&self, stream: &str, body: &Value) -> Result<Option<(Place, Slot)>, ApiError> {
        let found = self.leader_message(stream, body).await?;
        Ok(found.map(|message| (message.place, record::decode(&message.data))))
    }

    async fn leader_message(&self, stream: &str, body: &Value) -> Result<Option<StoredMessage>, ApiError> {
        let answer = match self.ask(&format!("STREAM.MSG.GET.{stream}"), body, READ_PATIENCE).await {
            Ok(answer) => answer,
            Err(ApiError::Refused { code: codes::NO_MESSAGE, .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let message = answer.get("message").ok_or(ApiError::NoAnswer)?;
        let place = message.get("seq").and_then(Value::as_u64).and_then(Place::new);
        let text = |key| message.get(key).and_then(Value::as_str).unwrap_or_default();
        let (data, subject) = (text("data"), text("subject").to_owned());
        let (place, data) = (place.ok_or(ApiError::NoAnswer)?, BASE64.decode(data).unwrap_or_default());
        Ok(Some(StoredMessage { place, subject, data }))
    }

    async fn direct(&self, stream: &str, body: &Value) -> Result<ReadBatch, ApiError> {
        let mut batch = ReadBatch::default();
        let mut take = |message: &Message| {
            batch.records.extend(place_of(message).map(|place| (place, record::decode(&message.payload))));
        };
        batch.pending = self.read_direct(stream, body, &mut take).await?;
        Ok(batch)
    }

    /// Reads without the leader. Says how many messages follow.
    pub(super) async fn read_direct(
        &self,
        stream: &str,
        body: &Value,
        take: &mut (dyn FnMut(&Message) + Send),
    ) -> Result<u64, ApiError> {
        let inbox = self.client.new_inbox();
        let mut answers = self.client.subscribe(inbox.clone()).await.map_err(|_gone| ApiError::NoAnswer)?;
        let (subject, body) = (format!("$JS.API.DIRECT.GET.{stream}"), body.to_string());
        self.client
            .publish_with_reply(subject, inbox, body.into())
            .await
            .map_err(|_gone| ApiError::NoAnswer)?;
        loop {
            let answer = tokio::time::timeout(READ_PATIENCE, answers.next()).await;
            let message = answer.ok().flatten().ok_or(ApiError::NoAnswer)?;
            match message.status.map(|status| status.as_u16()) {
                None => take(&message),
                Some(NO_CONTENT) => return Ok(number(&message, "Nats-Num-Pending").unwrap_or_default()),
                Some(NOT_FOUND) => return Ok(0),
                // Nobody is there, or it does not understand.
                Some(_) => return Err(ApiError::NoAnswer),
            }
        }
    }
}

/// A message as it comes live.
pub(super) fn live(message: &Message) -> Option<LiveRecord> {
    let previous = number(message, "Nats-Last-Sequence")?;
    let (place, digest) = (place_of(message)?, digest(&message.payload));
    Some(LiveRecord { place, previous, digest, record: record::decode(&message.payload) })
}

pub(super) fn place_of(message: &Message) -> Option<Place> {
    number(message, "Nats-Sequence").and_then(Place::new)
}

pub(super) fn header<'a>(message: &'a Message, name: &'static str) -> Option<&'a str> {
    Some(message.headers.as_ref()?.get(name)?.as_str())
}

fn number(message: &Message, name: &'static str) -> Option<u64> {
    header(message, name)?.parse().ok()
}

fn no_answer(kind: RequestErrorKind) -> ApiError {
    match kind {
        // It never went out, and never will.
        RequestErrorKind::MaxPayloadExceeded => {
            ApiError::Refused { code: codes::TOO_LARGE, text: String::new() }
        }
        RequestErrorKind::TimedOut
        | RequestErrorKind::NoResponders
        | RequestErrorKind::InvalidSubject
        | RequestErrorKind::Other => ApiError::NoAnswer,
    }
}

/// An answer, unless it is an error.
fn parse(bytes: &[u8]) -> Result<Value, ApiError> {
    let answer: Value = serde_json::from_slice(bytes).map_err(|_no_json| ApiError::NoAnswer)?;
    let Some(error) = answer.get("error") else { return Ok(answer) };
    let code = error.get("err_code").or_else(|| error.get("code")).and_then(Value::as_u64);
    let text = error.get("description").and_then(Value::as_str).unwrap_or_default();
    let text = plain_line(text).chars().take(MAX_ERROR_CHARS).collect();
    Err(ApiError::Refused { code: code.unwrap_or_default(), text })
}
