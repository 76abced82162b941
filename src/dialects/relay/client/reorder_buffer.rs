//! The entries of one life of a room, in the order of their numbers: what came too early waits, what came twice is
//! dropped, what is missing is asked for. Knows nothing of members and sends nothing itself.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::room_rules::KnownRules;
use crate::dialects::relay::frame::{BundleEntry, Kept};
use crate::model::Now;
use crate::model::room_log::Place;

/// Entries that wait for an earlier one. Whatever finds no place is asked for again.
const MAX_WAITING: usize = 1_024;
/// Bytes of text that wait: some of the largest messages there are, and a thousand of the usual ones.
const MAX_WAITING_BYTES: usize = 1 << 20;
/// Gaps asked for in one turn, and entries in all of them: a relay hears some fifty requests a second of one member,
/// and a few hundred small entries are a handful of datagrams.
const MAX_GAPS: usize = 4;
const MAX_ASKED: u64 = 256;
/// How often a gap is asked for, and from when on less often: the relay may be limiting us.
const AGAIN: Duration = Duration::from_millis(200);
const AGAIN_SLOWLY: Duration = Duration::from_secs(1);
const MANY_TRIES: u32 = 10;
/// A relay that answers pings but not this after 22 seconds will never do it: the room goes on without.
const MAX_TRIES: u32 = 30;

/// One thing that happened in a room, kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RoomEvent {
    Text { index: u32, number: u32, kept: Option<Kept>, text: Arc<[u8]> },
    Joined { index: u32, id: u64, name: String },
    Left { index: u32 },
    Renamed { index: u32, name: String },
    Rules(KnownRules),
    Removed { kept: Kept, message: Place },
    Crowded(bool),
    Omitted,
}

impl RoomEvent {
    fn weight(&self) -> usize {
        if let Self::Text { text, .. } = self { text.len() } else { 0 }
    }
}

impl From<BundleEntry<'_>> for RoomEvent {
    fn from(entry: BundleEntry<'_>) -> Self {
        match entry {
            BundleEntry::Text { index, number, kept, text } => {
                Self::Text { index, number, kept, text: text.into() }
            }
            BundleEntry::Joined { index, id, name } => Self::Joined { index, id, name: name.to_owned() },
            BundleEntry::Left { index } => Self::Left { index },
            BundleEntry::Rules(rules) => Self::Rules(rules.into()),
            BundleEntry::Crowded(is_crowded) => Self::Crowded(is_crowded),
            BundleEntry::Omitted => Self::Omitted,
            BundleEntry::Removed { kept, message } => Self::Removed { kept, message },
            BundleEntry::Renamed { index, name } => Self::Renamed { index, name: name.to_owned() },
        }
    }
}

/// Entries to ask the relay for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) from: u64,
    pub(super) count: u16,
}

#[derive(Debug, Default)]
pub(super) struct ReorderBuffer {
    /// None before the first life of the room.
    pub(super) stream: Option<u32>,
    /// The first that was not taken out yet.
    next: u64,
    /// The last that is known to exist.
    newest: u64,
    /// Those before it that are not here never come.
    floor: u64,
    waiting: BTreeMap<u64, RoomEvent>,
    weight: usize,
    /// Up to here every gap has been asked for.
    asked: u64,
    /// When the first gap is asked for again.
    pub(super) again: Option<Instant>,
    tries: u32,
    /// The first gap is another one than when it was last asked for.
    moved: bool,
}

impl ReorderBuffer {
    /// Begins after `newest`.
    pub(super) fn new(stream: u32, newest: u64) -> Self {
        let next = newest.saturating_add(1);
        Self { stream: Some(stream), next, newest, asked: newest, ..Self::default() }
    }

    /// Whether everything up to `seq` was taken out, and nothing is known beyond.
    pub(super) const fn is_at(&self, seq: u64) -> bool {
        self.newest == seq && self.next > self.newest
    }

    /// Whether this one was taken out, or is given up.
    pub(super) const fn is_past(&self, seq: u64) -> bool {
        seq < self.next
    }

    /// The relay has this one. Says whether that is new.
    pub(super) const fn exists(&mut self, seq: u64) -> bool {
        let new = seq > self.newest;
        if new {
            self.newest = seq;
        }
        new
    }

    /// Takes an entry in, unless it is here already or was. Says whether that there is one is new.
    pub(super) fn insert(&mut self, seq: u64, entry: BundleEntry<'_>) -> bool {
        let news = self.exists(seq);
        if seq < self.next || self.waiting.contains_key(&seq) {
            return news;
        }
        let event = RoomEvent::from(entry);
        self.weight = self.weight.saturating_add(event.weight());
        self.waiting.insert(seq, event);
        while self.waiting.len() > 1
            && (self.waiting.len() > MAX_WAITING || self.weight > MAX_WAITING_BYTES)
            && let Some((last, dropped)) = self.waiting.pop_last()
        {
            self.weight = self.weight.saturating_sub(dropped.weight());
            self.asked = self.asked.min(last.saturating_sub(1));
        }
        news
    }

    /// The next entry in order, if it is here.
    pub(super) fn peek(&mut self) -> Option<&RoomEvent> {
        if self.next < self.floor && !self.waiting.contains_key(&self.next) {
            self.next = self.waiting.keys().next().map_or(self.floor, |first| self.floor.min(*first));
        }
        self.waiting.get(&self.next)
    }

    /// Takes out the next entry in order.
    pub(super) fn pull(&mut self) -> Option<RoomEvent> {
        self.peek()?;
        let event = self.waiting.remove(&self.next)?;
        self.weight = self.weight.saturating_sub(event.weight());
        self.next = self.next.saturating_add(1);
        self.tries = 0;
        self.moved = true;
        Some(event)
    }

    /// Nothing before `seq` can be had any more. Says how many are lost by that.
    pub(super) fn give_up(&mut self, seq: u64) -> u64 {
        let from = self.next.max(self.floor);
        if seq <= from {
            return 0;
        }
        self.exists(seq.saturating_sub(1));
        self.floor = seq;
        self.tries = 0;
        let here = u64::try_from(self.waiting.range(from..seq).count()).unwrap_or(u64::MAX);
        seq.saturating_sub(from).saturating_sub(here)
    }

    /// This life of the room is over: what is here is all there will be. Says how many are lost by that.
    pub(super) fn end(&mut self) -> u64 {
        self.waiting.keys().next_back().copied().map_or(0, |last| self.give_up(last.saturating_add(1)))
    }

    /// What to ask for now: new gaps at once, old ones from time to time.
    pub(super) fn gaps(&mut self, now: Now) -> Vec<Gap> {
        let first = self.next.max(self.floor);
        if self.find(first, 1).is_empty() {
            self.again = None;
            self.tries = 0;
            self.asked = self.asked.max(self.newest);
            return Vec::new();
        }
        if std::mem::take(&mut self.moved) {
            // What fills the gaps is coming.
            self.again = self.again.map(|_| now.after(AGAIN).mono);
        }
        let again = self.again.is_some_and(|at| at <= now.mono);
        let gaps = self.find(if again { first } else { first.max(self.asked.saturating_add(1)) }, MAX_GAPS);
        if again {
            self.tries = self.tries.saturating_add(1);
        }
        if again || self.again.is_none() {
            let pause = if self.tries < MANY_TRIES { AGAIN } else { AGAIN_SLOWLY };
            self.again = Some(now.after(pause).mono);
        }
        if let Some(last) = gaps.last() {
            self.asked = self.asked.max(last.from.saturating_add(u64::from(last.count)).saturating_sub(1));
        }
        gaps
    }

    /// The entries of the first gap count as gone when they were asked for too often. Says how many are lost by that.
    pub(super) fn give_up_gap(&mut self) -> u64 {
        if self.tries < MAX_TRIES {
            return 0;
        }
        let Some(gap) = self.find(self.next.max(self.floor), 1).pop() else { return 0 };
        let end = self.waiting.range(gap.from..).next().map(|(seq, _)| *seq);
        self.give_up(end.unwrap_or_else(|| self.newest.saturating_add(1)))
    }

    /// Nobody is asked until there is a relay again; then everything at once.
    pub(super) fn pause(&mut self) {
        self.again = None;
        self.tries = 0;
        self.asked = self.next.saturating_sub(1);
    }

    /// The first gaps from `from` on.
    fn find(&self, mut from: u64, limit: usize) -> Vec<Gap> {
        let mut gaps = Vec::new();
        let mut left = MAX_ASKED;
        // What cannot be kept need not be asked for.
        let room = u64::try_from(MAX_WAITING).unwrap_or(u64::MAX);
        let beyond = self.newest.saturating_add(1).min(self.next.saturating_add(room));
        let ends =
            self.waiting.range(from..).map(|(seq, _)| *seq).take_while(|seq| *seq < beyond).chain([beyond]);
        for end in ends {
            let count = end.saturating_sub(from).min(left);
            if count > 0 {
                gaps.push(Gap { from, count: u16::try_from(count).unwrap_or(u16::MAX) });
                left = left.saturating_sub(count);
            }
            if gaps.len() >= limit || left == 0 {
                break;
            }
            from = end.saturating_add(1);
        }
        gaps
    }
}
