//! The secrets that the tokens of members are made with: the same at all relays, a new one each day.
//!
//! They stand in a bucket (`PREFIX_secret`), under a key that is written where nobody else has written it meanwhile. So the first relay makes a secret, and of all that find it a day old one makes the next.
//!
//! ```text
//! version u8 (1)  made u64 (seconds since 1970)  current 16 bytes  then nothing, or the previous 16 bytes
//! ```

use serde_json::json;

use super::error::NatsError;
use super::jetstream::{JetStream, KeyValue};
use super::setup::{WriteTries, differs, make, patiently};
use super::subjects::Subjects;
use crate::model::WallTime;
use crate::model::room_log::{LogSecret, LogSecrets, SECRET_LIFE};
use crate::wire::cursor::{Cursor, Put};

const VERSION: u8 = 1;

/// Makes the bucket if there is none.
pub(super) async fn ensure(
    jetstream: &JetStream,
    subjects: &Subjects,
    replicas: u8,
) -> Result<(), NatsError> {
    let wanted = json!({
        "name": subjects.secret_stream(),
        "description": "The secrets of udpqq relays",
        "subjects": [subjects.secrets(), subjects.epoch()],
        "storage": "file",
        "retention": "limits",
        "discard": "new",
        "num_replicas": replicas,
        "max_msgs_per_subject": 1,
        "max_msgs": -1,
        "max_bytes": 64 * 1024,
        "max_consumers": -1,
        "max_age": 0,
        "allow_direct": true,
        "allow_rollup_hdrs": true,
        "deny_delete": true,
    });
    patiently(|| make(jetstream, &wanted)).await.map(drop)
}

/// Those of today, which are made if nobody has.
pub(super) async fn of_today(
    jetstream: &JetStream,
    subjects: &Subjects,
    now: WallTime,
) -> Result<LogSecrets, NatsError> {
    let (stream, subject) = (subjects.secret_stream(), subjects.secrets());
    let now = u64::try_from(now.0).unwrap_or_default() / 1_000_000;
    let tries = WriteTries::begin();
    loop {
        let there = patiently(|| jetstream.value(&stream, &subject)).await?;
        let known = there.as_ref().and_then(|value| decode(&value.bytes));
        if let Some(version) = there.as_ref().and_then(|value| value.bytes.first())
            && *version != VERSION
        {
            // A newer relay has made them, and its members have tokens of them.
            return Err(differs("secrets", &format!("version {version}"), &format!("version {VERSION}")));
        }
        if let Some(DatedSecrets { made, secrets }) = known
            && now < made.saturating_add(SECRET_LIFE.as_secs())
        {
            return Ok(secrets);
        }
        let next = DatedSecrets { made: now, secrets: next(known, now)? };
        let revision = there.map_or(0, |value| value.revision);
        let value = KeyValue { revision, bytes: encode(&next) };
        match jetstream.put(&subject, value).await {
            Ok(()) => return Ok(next.secrets),
            Err(error) => tries.failed(error).await?,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct DatedSecrets {
    made: u64,
    secrets: LogSecrets,
}

/// What was made with a secret of the day before yesterday is good no more.
fn next(known: Option<DatedSecrets>, now: u64) -> Result<LogSecrets, NatsError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| NatsError::Api(error.to_string()))?;
    let (fresh, two) = (LogSecret::new(bytes), SECRET_LIFE.as_secs().saturating_mul(2));
    let known = known.filter(|known| now < known.made.saturating_add(two));
    Ok(known.map_or_else(|| LogSecrets::first(fresh), |known| known.secrets.turned(fresh)))
}

fn encode(dated: &DatedSecrets) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.u8(VERSION).u64(dated.made).bytes(dated.secrets.current.bytes());
    if let Some(previous) = &dated.secrets.previous {
        bytes.bytes(previous.bytes());
    }
    bytes
}

fn decode(bytes: &[u8]) -> Option<DatedSecrets> {
    let mut cursor = Cursor::new(bytes);
    if cursor.u8()? != VERSION {
        return None;
    }
    let (made, current) = (cursor.u64()?, LogSecret::new(cursor.array()?));
    let previous = if cursor.is_empty() { None } else { Some(LogSecret::new(cursor.array()?)) };
    cursor.is_empty().then_some(DatedSecrets { made, secrets: LogSecrets { current, previous } })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 24 * 3_600;

    #[test]
    fn each_day_has_a_secret_and_that_of_the_day_before() {
        let first = next(None, 5).expect("random");
        assert_eq!(first.previous, None);
        let known = DatedSecrets { made: 5, secrets: first };
        let second = next(Some(known), 5 + DAY).expect("random");
        assert_eq!(second.previous, Some(first.current));
        assert_ne!(second.current, first.current);
        assert_eq!(next(Some(known), 5 + 2 * DAY).expect("random").previous, None, "too old");
    }

    #[test]
    fn what_is_written_is_read_and_nothing_else() {
        let (one, two) = (LogSecret::new([1; 16]), LogSecret::new([2; 16]));
        for secrets in [LogSecrets::first(one), LogSecrets::first(one).turned(two)] {
            let dated = DatedSecrets { made: 77, secrets };
            let bytes = encode(&dated);
            assert_eq!(decode(&bytes), Some(dated));
            for end in (0..bytes.len()).filter(|end| *end != 25) {
                assert_eq!(decode(&bytes[..end]), None, "{end}");
            }
            assert_eq!(decode(&[&bytes[..], &[0; 17]].concat()), None);
        }
    }
}
