//! The names of members in a bucket that all relays of a cluster share: of those that claim one at the same time exactly one
//! has it.
//!
//! A key is written only if it is still what was read, so the revision of the bucket says who came first. What this relay
//! wants of a name is done step by step; what a step comes to is judged by what is known of the key by then, so a write
//! whose answer got lost is found to have been done. What others write is heard, and where the connection was lost all of
//! one's own names are read again. No I/O, no clock.

mod holders;
mod relays;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

pub(super) use holders::NameHolders;
use holders::{HolderEntry, origin};
use relays::KnownRelays;

use crate::model::room_log::{BackplaneRefusal, BackplaneReport, LogEpoch, NameClaim, Ticket};

type Report = BackplaneReport<'static>;

/// Claims that wait: more than a relay has members.
const MAX_CLAIMS: usize = 16_384;
/// Questions under way at once.
const MAX_QUESTIONS: usize = 64;
/// After something that failed.
const RETRY: Duration = Duration::from_millis(250);
/// After so long a claim is refused.
const PATIENCE: Duration = Duration::from_secs(15);

/// What is to be asked about a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct NameQuestion {
    pub(in super::super) name: String,
    pub(in super::super) what: NameAction,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum NameAction {
    Read,
    /// Only if that is the revision of what is there; 0: if there is nothing.
    Write {
        value: Vec<u8>,
        expected: u64,
    },
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum NameFinding {
    /// The revision, 0 where there is nothing, and what is there.
    Read {
        revision: u64,
        value: Vec<u8>,
    },
    Written {
        revision: u64,
    },
    /// Somebody else has written it.
    Superseded,
    /// Nobody knows; it may have been done.
    Failed,
}

#[derive(Debug)]
enum NameStep {
    Claim { ticket: Ticket, holder: HolderEntry, is_proved: bool, until: Instant },
    Release { id: u64 },
}

/// A name as the bucket has it. `None`: it says nothing to us, and is somebody's.
#[derive(Clone, Debug, PartialEq, Eq)]
struct KnownName {
    revision: u64,
    holders: Option<NameHolders>,
}

/// A name that somebody at this relay has, or is about to have.
#[derive(Debug, Default)]
struct OwnName {
    /// Members at this relay, and their origins.
    held: BTreeMap<u64, u64>,
    steps: VecDeque<NameStep>,
    known: Option<KnownName>,
    /// What it will be if the write that is under way is done.
    writing: Option<NameHolders>,
    is_busy: bool,
    /// What is known may not be so any more.
    is_doubted: bool,
}

#[derive(Debug)]
pub(in super::super) struct ClusterNames {
    /// Of the log that there was first.
    epoch: LogEpoch,
    relays: KnownRelays,
    table: BTreeMap<String, OwnName>,
    /// Names with something to be done.
    ready: BTreeSet<String>,
    claims: usize,
    under_way: usize,
    /// The last question came to nothing: one at a time is asked.
    is_stalled: bool,
    /// Nothing is asked before.
    pause: Option<Instant>,
    reports: VecDeque<Report>,
}

/// What becomes of a claim.
enum ClaimVerdict {
    Held,
    Taken,
    Write(NameHolders),
}

impl ClusterNames {
    pub(in super::super) fn new(now: Instant, run: u64, epoch: LogEpoch) -> Self {
        Self {
            epoch,
            relays: KnownRelays::new(now, run),
            table: BTreeMap::new(),
            ready: BTreeSet::new(),
            claims: 0,
            under_way: 0,
            is_stalled: false,
            pause: None,
            reports: VecDeque::new(),
        }
    }

    // What the relay wants.

    pub(in super::super) fn claim(&mut self, now: Instant, ticket: Ticket, claim: NameClaim<'_>) {
        if self.claims >= MAX_CLAIMS {
            let why = BackplaneRefusal::Busy;
            return self.reports.push_back(BackplaneReport::Refused { ticket, why });
        }
        self.claims = self.claims.saturating_add(1);
        let NameClaim { name, id, address, is_proved } = claim;
        let holder = HolderEntry { id, run: self.relays.own(), origin: origin(self.epoch, address) };
        let until = now + PATIENCE;
        self.add(name.into_owned(), NameStep::Claim { ticket, holder, is_proved, until });
    }

    pub(in super::super) fn release(&mut self, name: String, id: u64) {
        self.add(name, NameStep::Release { id });
    }

    fn add(&mut self, name: String, step: NameStep) {
        self.table.entry(name.clone()).or_default().steps.push_back(step);
        self.ready.insert(name);
    }

    /// Whether all that was wanted is done.
    pub(in super::super) fn is_idle(&self) -> bool {
        self.table.values().all(|own| own.steps.is_empty())
    }

    /// Nobody waits for an answer any more; what was claimed is not wanted.
    pub(in super::super) fn refuse_all(&mut self) {
        self.expire_claims(|_| true);
    }

    /// Claims that waited too long, which may have been done all the same.
    pub(in super::super) fn expire(&mut self, now: Instant) {
        if self.claims > 0 {
            self.expire_claims(|until| until <= now);
        }
    }

    fn expire_claims(&mut self, is_over: impl Fn(Instant) -> bool) {
        for step in self.table.values_mut().flat_map(|own| &mut own.steps) {
            if let NameStep::Claim { ticket, holder, until, .. } = step
                && is_over(*until)
            {
                let why = BackplaneRefusal::Down;
                self.reports.push_back(BackplaneReport::Refused { ticket: *ticket, why });
                self.claims = self.claims.saturating_sub(1);
                *step = NameStep::Release { id: holder.id };
            }
        }
    }

    pub(in super::super) fn take_report(&mut self) -> Option<Report> {
        self.reports.pop_front()
    }

    // What there is to ask.

    pub(in super::super) fn next(&mut self, now: Instant) -> Option<NameQuestion> {
        let most = if self.is_stalled { 1 } else { MAX_QUESTIONS };
        if self.pause.is_some_and(|until| now < until) || self.under_way >= most {
            return None;
        }
        while let Some(name) = self.ready.pop_first() {
            if let Some(what) = self.advance(now, &name) {
                self.under_way = self.under_way.saturating_add(1);
                return Some(NameQuestion { name, what });
            }
        }
        None
    }

    /// Does what can be done without asking; what has to be asked then.
    fn advance(&mut self, now: Instant, name: &str) -> Option<NameAction> {
        loop {
            let own = self.table.get_mut(name).filter(|own| !own.is_busy)?;
            if own.is_doubted {
                return Some(own.ask());
            }
            if let Some(action) = self.assert(now, name) {
                return Some(action);
            }
            let own = self.table.get_mut(name)?;
            let Some(step) = own.steps.pop_front() else {
                if own.held.is_empty() {
                    self.table.remove(name);
                }
                return None;
            };
            let action = match step {
                NameStep::Claim { .. } => self.judge(now, name, step),
                NameStep::Release { id } => own.release(self.relays.own(), id),
            };
            if action.is_some() {
                return action;
            }
        }
    }

    /// Compares what members here have with what the bucket says of it.
    fn assert(&mut self, now: Instant, name: &str) -> Option<NameAction> {
        let (relays, own) = (&self.relays, self.table.get_mut(name)?);
        let known = own.known.clone()?;
        for (id, origin) in own.held.clone() {
            match known.holders.as_ref().and_then(|holders| holders.run_of(id)) {
                Some(run) if run == relays.own() => {}
                Some(_) => {
                    own.held.remove(&id);
                    self.reports.push_back(BackplaneReport::MovedAway { id });
                }
                None => {
                    match verdict(relays, now, &known, HolderEntry { id, run: relays.own(), origin }, false) {
                        ClaimVerdict::Held => {}
                        ClaimVerdict::Write(holders) => return Some(own.write(holders)),
                        ClaimVerdict::Taken => {
                            own.held.clear();
                            let name = name.to_owned().into();
                            self.reports.push_back(BackplaneReport::NameLost { name });
                            return None;
                        }
                    }
                }
            }
        }
        None
    }

    /// What becomes of the first claim, which was taken out. It stays the first until that is known.
    fn judge(&mut self, now: Instant, name: &str, step: NameStep) -> Option<NameAction> {
        let own = self.table.get_mut(name)?;
        let NameStep::Claim { ticket, holder, is_proved, .. } = step else { return None };
        // Most names are nobody's: that is tried first.
        let nothing = || KnownName { revision: 0, holders: Some(NameHolders::default()) };
        let known = own.known.get_or_insert_with(nothing);
        let is_held = match verdict(&self.relays, now, known, holder, is_proved) {
            ClaimVerdict::Held => true,
            ClaimVerdict::Taken => false,
            ClaimVerdict::Write(holders) => {
                own.steps.push_front(step);
                return Some(own.write(holders));
            }
        };
        if is_held {
            own.held.insert(holder.id, holder.origin);
        }
        self.claims = self.claims.saturating_sub(1);
        self.reports.push_back(BackplaneReport::Claimed { ticket, is_held });
        None
    }

    // What is known.

    pub(in super::super) fn found(&mut self, now: Instant, name: String, finding: NameFinding) {
        self.under_way = self.under_way.saturating_sub(1);
        self.is_stalled = finding == NameFinding::Failed;
        let Some(own) = self.table.get_mut(&name) else { return };
        own.is_busy = false;
        let writing = own.writing.take();
        match finding {
            NameFinding::Read { revision, value } => own.learn(revision, &value),
            NameFinding::Written { revision } => own.known = Some(KnownName { revision, holders: writing }),
            NameFinding::Superseded => own.is_doubted = true,
            NameFinding::Failed => {
                own.is_doubted = true;
                self.pause = Some(now + RETRY);
            }
        }
        self.ready.insert(name);
    }

    /// Somebody has written a name. One's own writes are heard as well.
    pub(in super::super) fn hear(&mut self, revision: u64, name: &str, value: &[u8]) {
        let Some(own) = self.table.get_mut(name) else { return };
        if own.known.as_ref().is_some_and(|known| known.revision >= revision) {
            return;
        }
        if own.is_busy {
            // It may be what is being written.
            own.is_doubted |= own.writing.as_ref().is_none_or(|writing| writing.encode() != value);
        } else {
            own.learn(revision, value);
            self.ready.insert(name.to_owned());
        }
    }

    /// Some run of a relay is there.
    pub(in super::super) fn hear_relay(&mut self, now: Instant, run: u64) {
        self.relays.hear(now, run);
    }

    pub(in super::super) fn is_dead(&self, now: Instant, run: u64) -> bool {
        self.relays.is_dead(now, run)
    }

    /// There is a connection again.
    pub(in super::super) fn connected(&mut self, now: Instant) {
        self.relays.connected(now);
        self.doubt_all();
    }

    /// The bucket may be another, or something that was written was not heard.
    pub(in super::super) fn doubt_all(&mut self) {
        self.pause = None;
        for (name, own) in &mut self.table {
            own.is_doubted = true;
            self.ready.insert(name.clone());
        }
    }
}

impl OwnName {
    const fn ask(&mut self) -> NameAction {
        (self.is_busy, self.is_doubted) = (true, false);
        NameAction::Read
    }

    fn write(&mut self, holders: NameHolders) -> NameAction {
        let (value, expected) = (holders.encode(), self.known.as_ref().map_or(0, |known| known.revision));
        (self.is_busy, self.writing) = (true, Some(holders));
        NameAction::Write { value, expected }
    }

    /// A member does not have it any more. The step is to be done again once what is asked is known.
    fn release(&mut self, run: u64, id: u64) -> Option<NameAction> {
        self.held.remove(&id);
        let action = match self.known.as_ref().map(|known| known.holders.as_ref()) {
            None => self.ask(),
            Some(Some(holders)) if holders.has(id, run) => {
                let left = holders.without(id);
                self.write(left)
            }
            // It went to another relay with its name, or never had it.
            Some(_) => return None,
        };
        self.steps.push_front(NameStep::Release { id });
        Some(action)
    }

    fn learn(&mut self, revision: u64, value: &[u8]) {
        self.known = Some(KnownName { revision, holders: NameHolders::decode(value) });
    }
}

/// Whether a member has a name, or may have it.
fn verdict(
    relays: &KnownRelays,
    now: Instant,
    known: &KnownName,
    claimant: HolderEntry,
    is_proved: bool,
) -> ClaimVerdict {
    let Some(holders) = &known.holders else { return ClaimVerdict::Taken };
    if holders.has(claimant.id, claimant.run) {
        return ClaimVerdict::Held;
    }
    if holders.is_person(&claimant, is_proved) {
        return if holders.is_full() {
            ClaimVerdict::Taken
        } else {
            ClaimVerdict::Write(holders.with(claimant))
        };
    }
    let is_nobodys = holders.all(|holder| relays.is_dead(now, holder.run));
    if is_nobodys { ClaimVerdict::Write(NameHolders::default().with(claimant)) } else { ClaimVerdict::Taken }
}

#[cfg(test)]
mod tests;
