//! Which history of the rooms the log has.
//!
//! The streams have a number from when they were made. A log that does not have any more what it had goes on under another
//! one, which stands in the bucket of secrets: whoever notices first writes it where nobody else has written meanwhile, and
//! all others take it.
//!
//! ```text
//! version u8 (1)  the streams' number u64  the log's number u64  for each shard: behind which place it begins u64
//! ```

use super::error::NatsError;
use super::jetstream::{ApiError, JetStream, KeyValue};
use super::marks::{LogMarks, digest};
use super::setup::{WriteTries, differs, made, patiently, random};
use super::subjects::Subjects;
use crate::model::MAX_SHARDS;
use crate::model::room_log::LogEpoch;
use crate::wire::cursor::{Cursor, Put};

const VERSION: u8 = 1;

/// The numbers that the log had in this run, the present one last. None where it is not known yet.
pub(super) type Epochs = Vec<LogEpoch>;

/// A history of the rooms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LogHistory {
    pub(super) epoch: LogEpoch,
    /// For each shard: what stands behind that place belongs to it, whoever has seen other messages there. None of one that
    /// the streams were made with.
    pub(super) behind: Vec<u64>,
}

/// The history that the log has. One that it had before, or that it has though what belongs to it `is_lost`, is not taken for it:
/// then there is a new one.
pub(super) async fn agree(
    jetstream: &JetStream,
    subjects: &Subjects,
    known: &[LogEpoch],
    is_lost: bool,
) -> Result<LogHistory, NatsError> {
    let made = patiently(|| made(jetstream, subjects)).await?;
    let (stream, subject) = (subjects.secret_stream(), subjects.epoch());
    let tries = WriteTries::begin();
    loop {
        let there = patiently(|| jetstream.value(&stream, &subject)).await?;
        let found = there.as_ref().map(|value| decode(made, &value.bytes)).transpose()?;
        let found = found.unwrap_or_else(|| LogHistory { epoch: made, behind: Vec::new() });
        let is_good = if is_lost { !known.contains(&found.epoch) } else { !is_former(known, found.epoch) };
        if is_good {
            return Ok(found);
        }
        let next = LogHistory { epoch: LogEpoch(random()?), behind: tails(jetstream, subjects).await? };
        let revision = there.map_or(0, |value| value.revision);
        match jetstream.put(&subject, KeyValue { revision, bytes: encode(made, &next) }).await {
            Ok(()) => {
                tracing::warn!("the log of the rooms went back, and goes on as another one");
                // Whoever does not hear it looks in a minute.
                let told = jetstream.client.publish(subjects.epoch_news(), "".into()).await;
                tracing::debug!(?told, "a new number of the log");
                return Ok(next);
            }
            Err(error) => tries.failed(error).await?,
        }
    }
}

/// What is appended from now on stands behind these places.
async fn tails(jetstream: &JetStream, subjects: &Subjects) -> Result<Vec<u64>, NatsError> {
    let mut tails = Vec::new();
    for shard in 0..subjects.shards() {
        let subject = subjects.probe(shard);
        tails.push(patiently(|| jetstream.probe(&subject)).await?.place.get());
    }
    Ok(tails)
}

/// Whether the log had that number before the present one.
pub(super) fn is_former(known: &[LogEpoch], found: LogEpoch) -> bool {
    known.last() != Some(&found) && known.contains(&found)
}

/// Whether the log does not have what it had: a try gets a place that was given before, or another message stands where one
/// was seen.
pub(super) async fn has_gone_back(
    jetstream: &JetStream,
    subjects: &Subjects,
    marks: &LogMarks,
) -> Result<bool, ApiError> {
    for (shard, mark) in marks.all() {
        // A server that believes to be the leader and is not answers reads; it stores nothing.
        if jetstream.probe(&subjects.probe(shard)).await?.place.get() <= mark.newest {
            return Ok(true);
        }
        let Some((place, known)) = mark.message else { continue };
        // What was removed since says nothing.
        if let Some(there) = jetstream.stored_at(&subjects.stream(shard), place).await?
            && digest(&there) != known
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn encode(made: LogEpoch, history: &LogHistory) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.u8(VERSION).u64(made.0).u64(history.epoch.0);
    for place in &history.behind {
        bytes.u64(*place);
    }
    bytes
}

/// What was written of streams that have been removed since says nothing of those that were made again.
fn decode(made: LogEpoch, bytes: &[u8]) -> Result<LogHistory, NatsError> {
    let mut cursor = Cursor::new(bytes);
    if let Some(version) = cursor.u8().filter(|version| *version != VERSION) {
        let (there, wanted) = (format!("version {version}"), format!("version {VERSION}"));
        return Err(differs("epoch", &there, &wanted));
    }
    let of_made = LogHistory { epoch: made, behind: Vec::new() };
    let (streams, epoch) = (cursor.u64(), cursor.u64().unwrap_or_default());
    if streams != Some(made.0) || epoch == 0 {
        return Ok(of_made);
    }
    let mut behind = Vec::new();
    while !cursor.is_empty() && behind.len() < usize::from(MAX_SHARDS) {
        let Some(place) = cursor.u64() else { return Ok(of_made) };
        behind.push(place);
    }
    Ok(if cursor.is_empty() { LogHistory { epoch: LogEpoch(epoch), behind } } else { of_made })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MADE: LogEpoch = LogEpoch(7);

    fn history(epoch: u64, behind: &[u64]) -> LogHistory {
        LogHistory { epoch: LogEpoch(epoch), behind: behind.to_vec() }
    }

    #[test]
    fn a_history_is_one_of_these_streams() {
        let all = history(8, &[3, u64::MAX]);
        let bytes = encode(MADE, &all);
        assert_eq!(decode(MADE, &bytes), Ok(all));
        assert_eq!(decode(LogEpoch(9), &bytes), Ok(history(9, &[])), "made again since");
        for end in (0..bytes.len()).filter(|end| end % 8 != 1) {
            assert_eq!(decode(MADE, &bytes[..end]), Ok(history(7, &[])), "{end}");
        }
        let long = encode(MADE, &history(8, &[1; 65]));
        assert_eq!(decode(MADE, &long), Ok(history(7, &[])), "more than there can be");
        assert_eq!(decode(MADE, &encode(MADE, &history(0, &[]))), Ok(history(7, &[])), "0 is no log at all");
        assert!(matches!(decode(MADE, &[2, 0]), Err(NatsError::Differs { setting: "epoch", .. })));
    }

    #[test]
    fn a_number_of_before_is_not_taken_for_that_of_today() {
        let known = [1, 2, 3].map(LogEpoch);
        assert!(is_former(&known, LogEpoch(1)) && is_former(&known, LogEpoch(2)));
        assert!(!is_former(&known, LogEpoch(3)) && !is_former(&known, LogEpoch(4)));
        assert!(!is_former(&[], LogEpoch(1)));
    }
}
