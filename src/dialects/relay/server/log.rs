//! What happened in a room, as framed members get it: encoded once, kept in a ring buffer, sent in bundles.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::ops::Range;

use super::api::Sink;
use crate::dialects::relay::frame::{BUNDLE_HEADER, BundleEntry, MAX_BUNDLE, begin_bundle};
use crate::wire::cursor::Put;

/// Entries that can be had again.
const MAX_ENTRIES: usize = 1_024;
/// Bytes of them.
const MAX_BYTES: usize = 1 << 20;
/// Bytes of them in an empty room; each member adds its share, so that many small rooms stay small.
const BASE_BYTES: usize = 128 * 1_024;
const BYTES_EACH: usize = 32 * 1_024;
/// What may wait for the next flush. With one more message of the greatest length it still fits into every ring.
const MAX_UNSENT_ENTRIES: usize = MAX_ENTRIES / 2;
const MAX_UNSENT_BYTES: usize = BASE_BYTES / 2;
/// Datagrams up to this still pass most paths whole. They hold one message each that is too long to share one.
const MAX_SINGLE: usize = 1_400;
/// Datagrams handed over at once: what the kernel takes with one call is 64 of them and 65,507 bytes.
const MAX_GROUP: usize = 46;

#[derive(Clone, Copy, Debug)]
struct LogRecord {
    /// Counted from the first byte of the stream.
    start: u64,
    length: usize,
    index: u32,
    number: u32,
}

/// Entries that share one datagram.
#[derive(Clone, Copy, Debug)]
struct Bundle {
    seq: u64,
    entries: usize,
    size: usize,
}

/// Buffers that every log uses in turn.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    entry: Vec<u8>,
    bundles: Vec<Bundle>,
    group: Vec<u8>,
}

#[derive(Debug)]
pub(super) struct RoomLog {
    id: u32,
    /// Of the oldest entry that is kept, or of the next if there is none.
    first: u64,
    records: VecDeque<LogRecord>,
    bytes: VecDeque<u8>,
    /// All bytes that ever were before those in the ring.
    base: u64,
    /// The next to be sent.
    unsent: u64,
    unsent_bytes: usize,
}

impl RoomLog {
    pub(super) const fn new(id: u32) -> Self {
        Self {
            id,
            first: 1,
            records: VecDeque::new(),
            bytes: VecDeque::new(),
            base: 0,
            unsent: 1,
            unsent_bytes: 0,
        }
    }

    pub(super) const fn id(&self) -> u32 {
        self.id
    }

    pub(super) const fn first(&self) -> u64 {
        self.first
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
    pub(super) fn wants_flush(&self) -> bool {
        let waiting = self.next().saturating_sub(self.unsent);
        usize::try_from(waiting).is_ok_and(|waiting| waiting >= MAX_UNSENT_ENTRIES)
            || self.unsent_bytes >= MAX_UNSENT_BYTES
    }

    /// Appends an entry. `readers` decides how much is kept.
    pub(super) fn push(&mut self, entry: &BundleEntry<'_>, readers: usize, scratch: &mut Scratch) {
        scratch.entry.clear();
        entry.encode(&mut scratch.entry);
        let (index, number) = match *entry {
            BundleEntry::Text { index, number, .. } => (index, number),
            BundleEntry::Joined { index, .. }
            | BundleEntry::Left { index }
            | BundleEntry::Renamed { index, .. } => (index, 0),
        };
        let length = scratch.entry.len();
        let start = self.base.saturating_add(u64::try_from(self.bytes.len()).unwrap_or_default());
        self.bytes.extend(&scratch.entry);
        self.records.push_back(LogRecord { start, length, index, number });
        self.unsent_bytes = self.unsent_bytes.saturating_add(length);
        let most = BASE_BYTES.saturating_add(readers.saturating_mul(BYTES_EACH)).min(MAX_BYTES);
        while self.records.len() > MAX_ENTRIES || self.bytes.len() > most {
            let Some(oldest) = self.records.pop_front() else { break };
            self.bytes.drain(..oldest.length.min(self.bytes.len()));
            self.base = self.base.saturating_add(u64::try_from(oldest.length).unwrap_or_default());
            self.first = self.first.saturating_add(1);
        }
    }

    /// Where the message stands, if it still does.
    pub(super) fn find(&self, index: u32, number: u32) -> Option<u64> {
        let mut seq = self.next();
        for record in self.records.iter().rev() {
            seq = seq.saturating_sub(1);
            if record.index == index && record.number == number {
                return Some(seq);
            }
        }
        None
    }

    /// Sends what was not sent yet.
    pub(super) fn flush(&mut self, to: &[SocketAddr], scratch: &mut Scratch, sink: &mut dyn Sink) {
        let waiting = self.unsent..self.next();
        self.unsent = waiting.end;
        self.unsent_bytes = 0;
        if !to.is_empty() && !waiting.is_empty() {
            self.send(waiting, to, scratch, sink);
        }
    }

    /// The end of the range that begins at `from` and costs at most `bytes`, one entry at least.
    pub(super) fn end_within(&self, from: u64, until: u64, bytes: usize) -> (u64, usize) {
        let (mut end, mut total) = (from, 0_usize);
        while let Some(record) = self.record(end).filter(|_| end < until) {
            let more = total.saturating_add(record.length);
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
    pub(super) fn send(
        &self,
        range: Range<u64>,
        to: &[SocketAddr],
        scratch: &mut Scratch,
        sink: &mut dyn Sink,
    ) {
        self.divide(range, scratch);
        let mut rest = scratch.bundles.as_slice();
        while let Some(head) = rest.first() {
            let most = if head.size > MAX_SINGLE { 1 } else { MAX_GROUP };
            let alike = |bundle: &&Bundle| (bundle.size > MAX_BUNDLE) == (head.size > MAX_BUNDLE);
            let fits = |bundle: &&Bundle| bundle.size <= MAX_SINGLE.max(head.size);
            let count = rest.iter().take(most).take_while(alike).take_while(fits).count();
            let Some((group, after)) = rest.split_at_checked(count) else { return };
            rest = after;
            let segment = group.iter().map(|bundle| bundle.size).max().unwrap_or_default();
            scratch.group.clear();
            for bundle in group {
                // Pads what stands before; the last one needs none.
                scratch.group.resize(scratch.group.len().next_multiple_of(segment.max(1)), 0);
                self.write(*bundle, &mut scratch.group);
            }
            sink.send(to, &scratch.group, segment);
        }
    }

    /// Divides a range into datagrams.
    fn divide(&self, range: Range<u64>, scratch: &mut Scratch) {
        let bundles = &mut scratch.bundles;
        bundles.clear();
        let mut open: Option<Bundle> = None;
        for seq in range.start.max(self.first)..range.end.min(self.next()) {
            let Some(record) = self.record(seq) else { break };
            match &mut open {
                Some(bundle) if bundle.size.saturating_add(record.length) <= MAX_BUNDLE => {
                    bundle.entries = bundle.entries.saturating_add(1);
                    bundle.size = bundle.size.saturating_add(record.length);
                }
                open => {
                    let fresh = Bundle { seq, entries: 1, size: BUNDLE_HEADER.saturating_add(record.length) };
                    bundles.extend(open.replace(fresh));
                }
            }
        }
        bundles.extend(open);
    }

    fn write(&self, bundle: Bundle, out: &mut impl Put) {
        begin_bundle(out, self.id, bundle.seq);
        let Some(first) = self.record(bundle.seq) else { return };
        let start = usize::try_from(first.start.saturating_sub(self.base)).unwrap_or(usize::MAX);
        let end = start.saturating_add(bundle.size.saturating_sub(BUNDLE_HEADER));
        // The ring may begin anew in the middle of an entry.
        let (head, tail) = self.bytes.as_slices();
        let turn = head.len();
        out.bytes(head.get(start.min(turn)..end.min(turn)).unwrap_or_default());
        let (start, end) = (start.saturating_sub(turn), end.saturating_sub(turn));
        out.bytes(tail.get(start..end).unwrap_or_default());
    }

    fn record(&self, seq: u64) -> Option<LogRecord> {
        self.records.get(usize::try_from(seq.checked_sub(self.first)?).ok()?).copied()
    }
}
