//! What all relays of a cluster know of rooms and bans: keys and values in buckets, of which the last write wins.
//!
//! What is written somewhere is heard everywhere with its revision; what was missed shows in the revisions, which have no
//! gaps, and is read. A relay that was ordered something writes it until a bucket has it, and hears of nothing older
//! meanwhile. No I/O, no clock.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::subjects::SettingsBucket;
use crate::model::room_log::{MAX_SETTING, MAX_SETTING_KEY};

/// The loss of the last change shows in no later one: so often a bucket is asked how far it goes.
const CHECK: Duration = Duration::from_secs(2);
const RETRY: Duration = Duration::from_millis(500);
/// Keys that are known: more than all relays together may order.
const MAX_KEYS: usize = 16_384;
/// Writes under way at once.
const MAX_WRITES: usize = 16;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StoredSetting {
    pub(super) revision: u64,
    pub(super) key: String,
    /// Empty: there is none any more.
    pub(super) value: Vec<u8>,
}

/// What was read of a bucket, from somewhere on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SettingsRead {
    pub(super) settings: Vec<StoredSetting>,
    /// There is nothing beyond this revision.
    pub(super) up_to: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SettingWrite {
    pub(super) number: u64,
    pub(super) key: String,
    pub(super) value: Vec<u8>,
    /// Only if that is the revision of what is there; 0: if there is nothing.
    pub(super) expected: Option<u64>,
}

/// A key, and the value that it has from now on.
pub(super) type Changed = (String, Vec<u8>);

#[derive(Debug)]
struct KnownSetting {
    revision: u64,
    value: Vec<u8>,
}

#[derive(Debug)]
struct PendingSetting {
    number: u64,
    value: Vec<u8>,
    expected: Option<u64>,
    /// A write of this key, maybe of what was ordered before: two at once could arrive in another order.
    under_way: Option<u64>,
}

#[derive(Debug, Default)]
struct BucketState {
    /// All changes up to this revision are known.
    covered: u64,
    is_reading: bool,
    /// What is being read is from too far on.
    is_stale: bool,
    /// No look before.
    pause: Option<Instant>,
    /// It may have lost what it had.
    is_doubted: bool,
}

impl BucketState {
    /// From the beginning.
    const fn read_again(&mut self) {
        (self.covered, self.pause, self.is_stale) = (0, None, self.is_reading);
    }
}

#[derive(Debug, Default)]
pub(super) struct SettingsReplica {
    known: BTreeMap<String, KnownSetting>,
    pending: BTreeMap<String, PendingSetting>,
    buckets: BTreeMap<SettingsBucket, BucketState>,
    writes: u64,
    /// Nothing is written before.
    pause: Option<Instant>,
}

impl SettingsReplica {
    /// What was read before anything was heard.
    pub(super) fn new() -> Self {
        let buckets =
            SettingsBucket::ALL.into_iter().map(|bucket| (bucket, BucketState::default())).collect();
        Self { buckets, ..Self::default() }
    }

    // What this relay orders.

    pub(super) fn set(&mut self, key: String, value: Vec<u8>) {
        let is_there = !self.pending.contains_key(&key)
            && self.known.get(&key).map_or(value.is_empty(), |known| known.value == value);
        let is_bounded = key.len() <= MAX_SETTING_KEY && value.len() <= MAX_SETTING;
        if is_there || !is_bounded || self.pending.len() >= MAX_KEYS {
            return;
        }
        self.write(key, value, None);
    }

    fn write(&mut self, key: String, value: Vec<u8>, expected: Option<u64>) {
        self.writes = self.writes.wrapping_add(1);
        let under_way = self.pending.get(&key).and_then(|before| before.under_way);
        self.pending.insert(key, PendingSetting { number: self.writes, value, expected, under_way });
    }

    pub(super) fn next_write(&mut self, now: Instant) -> Option<SettingWrite> {
        if self.pause.is_some_and(|until| now < until) {
            return None;
        }
        let under_way = self.pending.values().filter(|write| write.under_way.is_some()).count();
        let waiting = self.pending.iter_mut().find(|(_, write)| write.under_way.is_none());
        let (key, write) = waiting.filter(|_| under_way < MAX_WRITES)?;
        write.under_way = Some(write.number);
        let (number, value, expected) = (write.number, write.value.clone(), write.expected);
        Some(SettingWrite { number, key: key.clone(), value, expected })
    }

    /// A bucket has it, unless another value was ordered since. What somebody has written later holds from now on.
    pub(super) fn written(&mut self, write: SettingWrite, revision: u64) -> Option<Changed> {
        let SettingWrite { number, key, value, .. } = write;
        self.ended(&key, number);
        if let Some(later) = self.known.get(&key).filter(|known| known.revision > revision) {
            return (!self.pending.contains_key(&key)).then(|| (key, later.value.clone()));
        }
        self.known.insert(key, KnownSetting { revision, value });
        None
    }

    pub(super) fn not_written(&mut self, now: Instant, write: &SettingWrite) {
        self.pause = Some(now + RETRY);
        self.resume(&write.key, write.number);
    }

    /// Another relay was faster: what it has written holds from now on, and what there is is read.
    pub(super) fn superseded(&mut self, write: SettingWrite) -> Option<Changed> {
        self.buckets.entry(SettingsBucket::of(&write.key)).or_default().read_again();
        self.ended(&write.key, write.number);
        let known = self.known.get(&write.key).filter(|_| !self.pending.contains_key(&write.key))?;
        Some((write.key, known.value.clone()))
    }

    /// A write has come to an end, and with it the setting, unless another value was ordered since.
    fn ended(&mut self, key: &str, number: u64) {
        self.resume(key, number);
        if self.pending.get(key).is_some_and(|pending| pending.number == number) {
            self.pending.remove(key);
        }
    }

    fn resume(&mut self, key: &str, number: u64) {
        if let Some(pending) = self.pending.get_mut(key) {
            pending.under_way.take_if(|under_way| *under_way == number);
        }
    }

    /// Whether the buckets have all that was ordered here.
    pub(super) fn are_written(&self) -> bool {
        self.pending.is_empty()
    }

    // What the buckets have.

    /// A bucket has something new. `None`: it says nothing to us, and has a revision all the same.
    pub(super) fn hear(
        &mut self,
        bucket: SettingsBucket,
        revision: u64,
        setting: Option<StoredSetting>,
    ) -> Option<Changed> {
        let state = self.buckets.entry(bucket).or_default();
        if revision == state.covered.saturating_add(1) {
            state.covered = revision;
        } else if revision > state.covered {
            state.pause = None;
        }
        self.learn(setting?)
    }

    /// What it changes for this relay.
    fn learn(&mut self, setting: StoredSetting) -> Option<Changed> {
        let StoredSetting { revision, key, value } = setting;
        let known = self.known.get(&key);
        if known.is_some_and(|known| revision <= known.revision)
            || (known.is_none() && self.known.len() >= MAX_KEYS)
        {
            return None;
        }
        let is_change = known.map_or(!value.is_empty(), |known| known.value != value);
        self.known.insert(key.clone(), KnownSetting { revision, value: value.clone() });
        // What was ordered here is written later than this.
        (is_change && !self.pending.contains_key(&key)).then_some((key, value))
    }

    /// Buckets that are to be read now, each from behind that revision; told once.
    pub(super) fn due(&mut self, now: Instant) -> Vec<(SettingsBucket, u64)> {
        let is_due = |state: &BucketState| !state.is_reading && state.pause.is_none_or(|until| now >= until);
        let due = self.buckets.iter_mut().filter(|(_, state)| is_due(state));
        due.map(|(bucket, state)| {
            state.is_reading = true;
            (*bucket, state.covered)
        })
        .collect()
    }

    pub(super) fn read(&mut self, now: Instant, bucket: SettingsBucket, read: SettingsRead) -> Vec<Changed> {
        let state = self.buckets.entry(bucket).or_default();
        (state.is_reading, state.pause) = (false, Some(now + CHECK));
        if std::mem::take(&mut state.is_stale) {
            state.pause = None;
            return Vec::new();
        }
        if read.up_to < state.covered {
            self.doubt(bucket);
            return Vec::new();
        }
        state.covered = read.up_to;
        if std::mem::take(&mut state.is_doubted) {
            self.restore(bucket, &read.settings);
        }
        read.settings.into_iter().filter_map(|setting| self.learn(setting)).collect()
    }

    pub(super) fn not_read(&mut self, now: Instant, bucket: SettingsBucket) {
        let state = self.buckets.entry(bucket).or_default();
        (state.is_reading, state.is_stale, state.pause) = (false, false, Some(now + RETRY));
    }

    /// Something may have got lost on the way.
    pub(super) fn check_all(&mut self) {
        self.pause = None;
        for state in self.buckets.values_mut() {
            state.pause = None;
        }
    }

    /// The servers may have lost what they had: all is read, and what is missing is written again.
    pub(super) fn doubt_all(&mut self) {
        for bucket in SettingsBucket::ALL {
            self.doubt(bucket);
        }
    }

    fn doubt(&mut self, bucket: SettingsBucket) {
        let state = self.buckets.entry(bucket).or_default();
        state.read_again();
        state.is_doubted = true;
    }

    /// All that the bucket has is older than what is known: that is written once more.
    fn restore(&mut self, bucket: SettingsBucket, all: &[StoredSetting]) {
        let stored: BTreeMap<&str, u64> =
            all.iter().map(|setting| (setting.key.as_str(), setting.revision)).collect();
        let mut lost = Vec::new();
        for (key, known) in self.known.iter_mut().filter(|(key, _)| SettingsBucket::of(key) == bucket) {
            let there = stored.get(key.as_str()).copied();
            if there.map_or(!known.value.is_empty(), |revision| revision < known.revision) {
                known.revision = there.unwrap_or_default();
                lost.push((key.clone(), known.value.clone(), known.revision));
            } else if there.is_none() {
                known.revision = 0;
            }
        }
        for (key, value, there) in lost {
            if !self.pending.contains_key(&key) {
                // A server that lags may have answered, or another relay has written it.
                self.write(key, value, Some(there));
            }
        }
    }
}

#[cfg(test)]
mod tests;
