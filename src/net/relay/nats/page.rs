//! Pages of a room, both ways.
//!
//! A stream is read forwards only. A page that goes backwards is found by guessing where it begins: what a batch brings says
//! whether the guess was too early or too late, and how many messages it found, where to guess next. Any server may answer,
//! also one that lags, so the leader is asked first how far the room goes, unless it is known to go far enough.

use std::time::Duration;

use super::follow::Slot;
use super::jetstream::{ApiError, JetStream, ReadBatch};
use crate::model::room_log::{PageStart, Place, PlacedRecord};

/// Names and texts of one page: beyond it a page has fewer messages than were asked for.
const MAX_PAGE_BYTES: usize = 256 * 1024;
/// Guesses at most; halving alone needs one for each bit of the distance.
const MAX_GUESSES: u32 = 80;
/// A batch that is up to so many times as long as the page will do.
const SLACK: usize = 4;
/// By how much a guess that found too little goes further back.
const MIN_STRIDE: u64 = 2;
const MAX_STRIDE: u64 = 16;
/// How often a read is tried again: a server that lags, or that was just cut off, needs a moment.
const TRIES: u32 = 6;
const PAUSE: Duration = Duration::from_millis(30);

/// What is to be read.
#[derive(Clone, Debug)]
pub(super) struct RoomPageQuery {
    pub(super) stream: String,
    pub(super) subject: String,
    pub(super) start: PageStart,
    pub(super) limit: usize,
    /// All of the room is known up to that place; 0: nothing is. A page before it needs no leader, and where no leader answers
    /// the room goes no further.
    pub(super) known: u64,
}

/// Messages by rising place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LogPage {
    pub(super) records: Vec<PlacedRecord<'static>>,
    /// There are others beyond, in the direction that was asked for.
    pub(super) more: bool,
}

type Records = Vec<(Place, Slot)>;

impl RoomPageQuery {
    pub(super) async fn read(&self, jetstream: &JetStream) -> Result<LogPage, ApiError> {
        if let PageStart::Before(place) = self.start
            && place.get() <= self.known
        {
            return self.backward(jetstream, place.get()).await;
        }
        let last = match jetstream.last(&self.stream, &self.subject).await {
            Ok(last) => Place::or_zero(last),
            Err(_no_leader) if self.known > 0 => self.known,
            Err(error) => return Err(error),
        };
        let end = last.saturating_add(1);
        match self.start {
            _ if last == 0 => Ok(LogPage::default()),
            PageStart::Oldest => self.forward(jetstream, 1, last).await,
            PageStart::After(place) => self.forward(jetstream, place.get().saturating_add(1), last).await,
            PageStart::Latest => self.backward(jetstream, end).await,
            PageStart::Before(place) => self.backward(jetstream, place.get().min(end)).await,
        }
    }

    async fn forward(&self, jetstream: &JetStream, from: u64, last: u64) -> Result<LogPage, ApiError> {
        if from > last {
            return Ok(LogPage::default());
        }
        let read = self.batch(jetstream, from, self.limit.saturating_add(1), last).await?;
        Ok(self.cut(read.records.into_iter(), read.pending > 0))
    }

    /// The last messages before `end`; there is one at `end` or right before it.
    async fn backward(&self, jetstream: &JetStream, end: u64) -> Result<LogPage, ApiError> {
        let enough = self.limit.saturating_add(1);
        // From `early` on there is more than one batch, from `late` on less than a page.
        let (mut early, mut late, mut found) = (0_u64, end, Records::new());
        let mut stride = u64::try_from(enough).unwrap_or(u64::MAX);
        for _ in 0..MAX_GUESSES {
            let guess = match early {
                0 => end.saturating_sub(stride).max(1),
                early => early.saturating_add(late.saturating_sub(early) / 2),
            };
            let read = self.before(jetstream, guess, end).await?;
            if let Some(records) = read {
                let bytes: usize = records.iter().map(|(_, slot)| weight(slot)).sum();
                let is_page = records.len() >= enough || bytes > MAX_PAGE_BYTES;
                stride = further(stride, records.len(), enough);
                late = guess;
                found = records;
                if is_page || guess <= early.saturating_add(1) {
                    break;
                }
            } else {
                early = guess;
                if late.saturating_sub(early) <= 1 {
                    break;
                }
            }
        }
        let mut page = self.cut(found.into_iter().rev(), early > 0);
        page.records.reverse();
        Ok(page)
    }

    /// All messages from one place on to another. `None`: more than one batch.
    async fn before(&self, jetstream: &JetStream, from: u64, end: u64) -> Result<Option<Records>, ApiError> {
        // There are no more messages in between than places.
        let places = usize::try_from(end.saturating_sub(from)).unwrap_or(usize::MAX);
        let wanted = self.limit.saturating_add(1).saturating_mul(SLACK).min(places.max(1));
        let mut read = self.batch(jetstream, from, wanted, end.saturating_sub(1)).await?;
        if read.pending > 0 && newest(&read).saturating_add(1) < end {
            return Ok(None);
        }
        read.records.retain(|(place, _)| place.get() < end);
        Ok(Some(read.records))
    }

    /// A batch of a server that knows of messages up to `reach`.
    async fn batch(
        &self,
        jetstream: &JetStream,
        from: u64,
        wanted: usize,
        reach: u64,
    ) -> Result<ReadBatch, ApiError> {
        let mut last_try = Err(ApiError::NoAnswer);
        for tried in 0..TRIES {
            last_try = jetstream.batch(&self.stream, &self.subject, from, wanted).await;
            if last_try.as_ref().is_ok_and(|read| read.pending > 0 || newest(read) >= reach) {
                break;
            }
            tokio::time::sleep(PAUSE.saturating_mul(tried)).await;
        }
        let Ok(read) = &last_try else { return last_try };
        let reaches = newest(read).max(from.saturating_sub(1));
        if read.pending == 0 && reaches < reach {
            // What is missing was removed, or this server still lags behind the one that knows.
            let next = jetstream.first_from(&self.stream, &self.subject, reaches.saturating_add(1)).await?;
            if next.is_some_and(|(place, _)| place.get() <= reach) {
                return Err(ApiError::NoAnswer);
            }
        }
        last_try
    }

    /// As many as a page may have.
    fn cut(&self, records: impl Iterator<Item = (Place, Slot)>, more: bool) -> LogPage {
        let (mut page, mut bytes) = (LogPage { records: Vec::new(), more }, 0_usize);
        for (place, slot) in records {
            bytes = bytes.saturating_add(weight(&slot));
            if page.records.len() >= self.limit || (bytes > MAX_PAGE_BYTES && !page.records.is_empty()) {
                page.more = true;
                break;
            }
            page.records.extend(slot.map(|record| PlacedRecord { place, record }));
        }
        page
    }
}

/// The place of the last message; 0: there is none.
fn newest(read: &ReadBatch) -> u64 {
    read.records.last().map_or(0, |(place, _)| place.get())
}

/// How far back from the end to guess next, after so many messages were found.
fn further(stride: u64, found: usize, enough: usize) -> u64 {
    let wanted = u64::try_from(enough.saturating_mul(2)).unwrap_or(u64::MAX);
    let found = u64::try_from(found).unwrap_or(u64::MAX);
    stride.saturating_mul(wanted.checked_div(found).unwrap_or(MAX_STRIDE).clamp(MIN_STRIDE, MAX_STRIDE))
}

fn weight(slot: &Slot) -> usize {
    slot.as_ref().map_or(0, |record| record.name.len().saturating_add(record.body.len()))
}
