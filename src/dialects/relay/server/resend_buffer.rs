//! What happened in a room, as framed members get it: encoded once, kept in a ring buffer, sent in bundles.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::ops::Range;

use super::api::Sink;
use crate::dialects::relay::frame::{BundleEntries, BundleEntry, MAX_BUNDLE, MAX_TEXT, begin_bundle};
use crate::model::room_log::Place;
use crate::wire::cursor::Put as _;

/// Entries that can be had again.
const MAX_ENTRIES: usize = 1_024;
/// Bytes of them.
const MAX_BYTES: usize = 1 << 20;
/// Bytes of them in an empty room; each member adds its share, so that many small rooms stay small.
const BASE_BYTES: usize = 64 * 1_024;
const BYTES_EACH: usize = 32 * 1_024;
/// What may wait for the next flush, where one more message of the greatest length still fits into the ring.
const MAX_UNSENT_ENTRIES: usize = MAX_ENTRIES / 2;
const MAX_UNSENT_BYTES: usize = 64 * 1_024;
/// An entry with the longest text there is, and what stands before that.
const MAX_ENTRY: usize = MAX_TEXT + 1_024;
/// Datagrams up to this still pass most paths whole. They hold one message each that is too long to share one.
const MAX_SINGLE: usize = 1_400;
/// Datagrams handed over at once: what the kernel takes with one call is 64 of them and 65,507 bytes.
const MAX_GROUP: usize = 46;

/// Entries that share one datagram.
type Bundle = Vec<u8>;

#[derive(Debug)]
struct BufferedEntry {
    encoded: Vec<u8>,
    /// Index and number of a message.
    said: Option<(u32, u32)>,
}

#[derive(Debug)]
pub(super) struct ResendBuffer {
    pub(super) id: u32,
    /// Of the oldest entry that is kept, or of the next if there is none.
    pub(super) first: u64,
    records: VecDeque<BufferedEntry>,
    bytes: usize,
    /// The next to be sent.
    unsent: u64,
    unsent_bytes: usize,
}

impl ResendBuffer {
    pub(super) const fn new(id: u32) -> Self {
        Self { id, first: 1, records: VecDeque::new(), bytes: 0, unsent: 1, unsent_bytes: 0 }
    }

    /// The sequence number of the next entry.
    fn next(&self) -> u64 {
        self.first.saturating_add(u64::try_from(self.records.len()).unwrap_or_default())
    }

    /// The sequence number of the newest entry, 0 before the first.
    pub(super) fn newest(&self) -> u64 {
        self.next().saturating_sub(1)
    }

    /// One more entry must not push out what was not sent yet.
    pub(super) fn wants_flush(&self, readers: usize) -> bool {
        let waiting = self.next().saturating_sub(self.unsent);
        usize::try_from(waiting).is_ok_and(|waiting| waiting >= MAX_UNSENT_ENTRIES)
            || self.unsent_bytes >= MAX_UNSENT_BYTES.min(max_bytes(readers).saturating_sub(MAX_ENTRY))
    }

    /// Appends an entry. `readers` decides how much is kept.
    pub(super) fn push(&mut self, entry: &BundleEntry<'_>, readers: usize) {
        let mut encoded = Vec::new();
        entry.encode(&mut encoded);
        let said = match *entry {
            BundleEntry::Text { index, number, .. } => Some((index, number)),
            BundleEntry::Joined { .. }
            | BundleEntry::Left { .. }
            | BundleEntry::Renamed { .. }
            | BundleEntry::Removed { .. }
            | BundleEntry::Crowded(_)
            | BundleEntry::Omitted
            | BundleEntry::Rules(_) => None,
        };
        self.bytes = self.bytes.saturating_add(encoded.len());
        self.unsent_bytes = self.unsent_bytes.saturating_add(encoded.len());
        self.records.push_back(BufferedEntry { encoded, said });
        let most = max_bytes(readers);
        while self.records.len() > MAX_ENTRIES || self.bytes > most {
            let Some(oldest) = self.records.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(oldest.encoded.len());
            self.first = self.first.saturating_add(1);
        }
    }

    /// The message that the log had at this place is gone: whoever asks for it gets its entry without a text.
    pub(super) fn erase(&mut self, message: Place) {
        let is_it = |record: &&mut BufferedEntry| record.said.is_some() && place_of(record) == Some(message);
        let Some(record) = self.records.iter_mut().find(is_it) else { return };
        let Some(BundleEntry::Text { index, number, kept, .. }) = decoded(record) else { return };
        let mut encoded = Vec::new();
        BundleEntry::Text { index, number, kept, text: b"" }.encode(&mut encoded);
        self.bytes = self.bytes.saturating_sub(record.encoded.len().saturating_sub(encoded.len()));
        record.encoded = encoded;
    }

    /// The room is a crowd: who came and went before is of no use to those who read it later, and with many it is much.
    pub(super) fn omit_members(&mut self) {
        let mut omitted = Vec::new();
        BundleEntry::Omitted.encode(&mut omitted);
        for record in &mut self.records {
            let is_about_member = matches!(
                decoded(record),
                Some(BundleEntry::Joined { .. } | BundleEntry::Left { .. } | BundleEntry::Renamed { .. })
            );
            if is_about_member {
                self.bytes = self.bytes.saturating_sub(record.encoded.len().saturating_sub(omitted.len()));
                record.encoded.clone_from(&omitted);
            }
        }
    }

    /// Where the message stands, if it still does.
    pub(super) fn find(&self, index: u32, number: u32) -> Option<u64> {
        let place = self.records.iter().rposition(|record| record.said == Some((index, number)))?;
        Some(self.first.saturating_add(u64::try_from(place).ok()?))
    }

    /// Sends what was not sent yet.
    pub(super) fn flush(&mut self, to: &[SocketAddr], sink: &mut dyn Sink) {
        let waiting = self.unsent..self.next();
        self.unsent = waiting.end;
        self.unsent_bytes = 0;
        if !to.is_empty() && !waiting.is_empty() {
            self.send(waiting, to, sink);
        }
    }

    /// The end of the range that begins at `from` and costs at most `bytes`, one entry at least.
    pub(super) fn end_within(&self, from: u64, until: u64, bytes: usize) -> (u64, usize) {
        let (mut end, mut total) = (from, 0_usize);
        while let Some(record) = self.record(end).filter(|_| end < until) {
            let more = total.saturating_add(record.encoded.len());
            if total > 0 && more > bytes {
                break;
            }
            total = more;
            end = end.saturating_add(1);
        }
        (end, total)
    }

    /// Sends the entries of a range again or for the first time; those that are gone are left out. Datagrams of about
    /// the same size go out as one call, padded to the longest of them: what is shared stays within `MAX_BUNDLE`.
    pub(super) fn send(&self, range: Range<u64>, to: &[SocketAddr], sink: &mut dyn Sink) {
        let bundles = self.bundles(range);
        let mut rest = bundles.as_slice();
        while let Some(head) = rest.first() {
            let most = if head.len() > MAX_SINGLE { 1 } else { MAX_GROUP };
            let alike = |bundle: &&Bundle| (bundle.len() > MAX_BUNDLE) == (head.len() > MAX_BUNDLE);
            let fits = |bundle: &&Bundle| bundle.len() <= MAX_SINGLE.max(head.len());
            let count = rest.iter().take(most).take_while(alike).take_while(fits).count();
            let Some((group, after)) = rest.split_at_checked(count) else { return };
            rest = after;
            let segment = group.iter().map(Vec::len).max().unwrap_or_default();
            let mut bytes = Vec::new();
            for bundle in group {
                // Pads what stands before; the last one needs none.
                bytes.resize(bytes.len().next_multiple_of(segment.max(1)), 0);
                bytes.extend_from_slice(bundle);
            }
            sink.send(to, &bytes, segment);
        }
    }

    /// The entries of a range, divided into datagrams.
    fn bundles(&self, range: Range<u64>) -> Vec<Bundle> {
        let mut bundles: Vec<Bundle> = Vec::new();
        for seq in range.start.max(self.first)..range.end.min(self.next()) {
            let Some(BufferedEntry { encoded, .. }) = self.record(seq) else { break };
            match bundles.last_mut() {
                Some(open) if open.len().saturating_add(encoded.len()) <= MAX_BUNDLE => {
                    open.extend_from_slice(encoded);
                }
                Some(_) | None => {
                    let mut fresh = Vec::new();
                    begin_bundle(&mut fresh, self.id, seq).bytes(encoded);
                    bundles.push(fresh);
                }
            }
        }
        bundles
    }

    fn record(&self, seq: u64) -> Option<&BufferedEntry> {
        self.records.get(usize::try_from(seq.checked_sub(self.first)?).ok()?)
    }
}

/// Bytes that are kept for so many members.
fn max_bytes(readers: usize) -> usize {
    BASE_BYTES.saturating_add(readers.saturating_mul(BYTES_EACH)).min(MAX_BYTES)
}

fn decoded(record: &BufferedEntry) -> Option<BundleEntry<'_>> {
    BundleEntries::decode(&record.encoded)?.next()
}

fn place_of(record: &BufferedEntry) -> Option<Place> {
    let BundleEntry::Text { kept, .. } = decoded(record)? else { return None };
    Some(kept?.place)
}
