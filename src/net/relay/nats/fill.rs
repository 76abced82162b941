//! Reads what is missing of a room.
//!
//! Any server may answer a read, also one that lags. So nothing is believed to be missing in the log until the leader has
//! said so.

use std::time::Duration;

use super::follow::{FilledRange, MissingRange};
use super::jetstream::{ApiError, JetStream, ReadBatch};

/// Messages read at once.
const BATCH: usize = 256;
/// How often whoever answers is asked before the leader is, and the pauses between: a server that lags needs a moment.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(30);

/// The first messages of the gap, as many as one batch brings.
pub(super) async fn fill(
    jetstream: &JetStream,
    stream: &str,
    subject: &str,
    gap: MissingRange,
) -> Result<FilledRange, ApiError> {
    let from = gap.after.saturating_add(1);
    for tried in 0..TRIES {
        match jetstream.batch(stream, subject, from, BATCH).await {
            Ok(batch) if !batch.records.is_empty() => return Ok(filled(gap, batch)),
            Ok(_) | Err(ApiError::NoAnswer) => {}
            Err(error) => return Err(error),
        }
        tokio::time::sleep(PAUSE.saturating_mul(tried)).await;
    }
    let found = jetstream.first_from(stream, subject, from).await?;
    // What was there has been removed since, or was too old.
    let nothing = FilledRange { records: Vec::new(), covered: gap.up_to };
    Ok(found.map_or(nothing, |found| filled(gap, ReadBatch { records: vec![found], pending: 0 })))
}

fn filled(gap: MissingRange, batch: ReadBatch) -> FilledRange {
    let covered = batch.records.last().map_or(gap.after, |(place, _)| place.get());
    let records = batch.records.into_iter().filter_map(|(place, record)| Some((place, record?))).collect();
    FilledRange { records, covered }
}
