//! Who is where: each relay tells the others who its own members are, by changes that are counted. Whoever has missed one asks
//! for all of them.
//!
//! A member is in a room for as long as any relay says so, so one that moves stays there throughout; between the word of its
//! old relay and that of its new one lies a while in which nobody is told that it has left. What a relay has said dies with
//! it. No I/O, no clock.

mod message;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

pub(super) use message::PresenceMessage;
use message::{Change, MAX_PARTS, divided};

use crate::model::room_log::MemberPresence;

/// How often a relay says how many changes there were.
const BEAT: Duration = Duration::from_secs(2);
/// Between two times that all is told, or asked for.
const STATE_PAUSE: Duration = Duration::from_secs(1);
/// How long somebody who left a relay may take to come to another one.
const GRACE: Duration = Duration::from_secs(2);
/// Runs of relays, and members at others, that are known. Who is beyond it is seen when it writes.
const MAX_RUNS: usize = 256;
const MAX_MEMBERS: usize = 65_536;
/// Bytes of a message.
const MAX_MESSAGE: usize = 64 * 1_024;

/// A member of a room, which is folded.
type Seat = (String, u64);

#[derive(Debug, Default)]
struct PresentMember {
    name: String,
    /// At which runs of relays it is.
    runs: BTreeSet<u64>,
    /// It is nowhere, and left when that is over.
    leaves: Option<Instant>,
    /// The relay knows that it is elsewhere.
    is_told: bool,
}

#[derive(Debug, Default)]
struct RemoteRun {
    /// All up to this change is known.
    version: u64,
    seats: BTreeSet<Seat>,
    /// What was told of its state so far: the version, and how many parts.
    partial: Option<(u64, u16, Vec<Change>)>,
    /// It is not asked before.
    pause: Option<Instant>,
}

#[derive(Debug)]
pub(super) struct ClusterPresence {
    own: u64,
    version: u64,
    /// Of this relay's members, what was not told yet.
    untold: BTreeMap<Seat, Option<String>>,
    members: BTreeMap<String, BTreeMap<u64, PresentMember>>,
    runs: BTreeMap<u64, RemoteRun>,
    /// Seats at other relays.
    count: usize,
    /// Seats of nobody, and when they are given up.
    leaving: BTreeSet<(Instant, Seat)>,
    followed: BTreeSet<String>,
    next_digest: Instant,
    /// Somebody wants to know all; not before that time.
    wanted: bool,
    next_state: Instant,
    reports: VecDeque<Change>,
    outbox: VecDeque<Vec<u8>>,
}

impl ClusterPresence {
    pub(super) const fn new(now: Instant, own: u64) -> Self {
        Self {
            own,
            version: 0,
            untold: BTreeMap::new(),
            members: BTreeMap::new(),
            runs: BTreeMap::new(),
            count: 0,
            leaving: BTreeSet::new(),
            followed: BTreeSet::new(),
            next_digest: now,
            wanted: false,
            next_state: now,
            reports: VecDeque::new(),
            outbox: VecDeque::new(),
        }
    }

    // What the relay says and wants.

    pub(super) fn note_own(&mut self, now: Instant, presence: MemberPresence<'_>) {
        let MemberPresence { room, id, name } = presence;
        let (seat, name) = ((room.into_owned(), id), name.map(std::borrow::Cow::into_owned));
        self.untold.insert(seat.clone(), name.clone());
        match name {
            Some(name) => self.enter(self.own, seat, &name),
            None => self.leave(now, self.own, &seat),
        }
    }

    pub(super) fn follow(&mut self, room: &str) {
        self.followed.insert(room.to_owned());
        for (id, member) in self.members.get_mut(room).into_iter().flatten() {
            member.is_told = member.is_elsewhere(self.own);
            if member.is_told {
                self.reports.push_back(change(room, *id, Some(&member.name)));
            }
        }
    }

    pub(super) fn unfollow(&mut self, room: &str) {
        self.followed.remove(room);
    }

    pub(super) fn take_report(&mut self) -> Option<Change> {
        self.reports.pop_front()
    }

    /// What the other relays are to be told, in this order.
    pub(super) fn take_message(&mut self) -> Option<Vec<u8>> {
        self.outbox.pop_front()
    }

    /// What is due. Changes of a moment go together.
    pub(super) fn tick(&mut self, now: Instant, is_dead: impl Fn(u64) -> bool) {
        let changes = std::mem::take(&mut self.untold).into_iter();
        let changes: Vec<Change> =
            changes.map(|((room, id), name)| change(&room, id, name.as_deref())).collect();
        for changes in divided(changes).into_iter().filter(|changes| !changes.is_empty()) {
            self.version = self.version.wrapping_add(1);
            self.send(&PresenceMessage::Delta { version: self.version, changes });
        }
        if now >= self.next_digest {
            self.next_digest = now + BEAT;
            self.send(&PresenceMessage::Digest { version: self.version });
        }
        if self.wanted && now >= self.next_state {
            (self.wanted, self.next_state) = (false, now + STATE_PAUSE);
            self.send_state();
        }
        let dead: Vec<u64> = self.runs.keys().copied().filter(|run| is_dead(*run)).collect();
        for run in dead {
            let seats = self.runs.remove(&run).map(|remote| remote.seats).unwrap_or_default();
            self.count = self.count.saturating_sub(seats.len());
            for seat in &seats {
                self.leave(now, run, seat);
            }
        }
        while let Some((_, seat)) = self.leaving.first().filter(|(at, _)| *at <= now).cloned() {
            self.leaving.pop_first();
            self.forget(&seat);
        }
    }

    fn send(&mut self, message: &PresenceMessage) {
        self.outbox.push_back(message.encode());
    }

    fn send_state(&mut self) {
        let rooms = self.members.iter().flat_map(|(room, members)| {
            let own = members.iter().filter(|(_, member)| member.runs.contains(&self.own));
            own.map(move |(id, member)| change(room, *id, Some(&member.name)))
        });
        let all = divided(rooms.collect());
        let parts = u16::try_from(all.len()).unwrap_or(MAX_PARTS).min(MAX_PARTS);
        for (part, changes) in (0..parts).zip(all) {
            self.send(&PresenceMessage::State { version: self.version, part, parts, changes });
        }
    }

    // What other relays say.

    pub(super) fn hear(&mut self, now: Instant, run: u64, bytes: &[u8]) {
        let is_new = !self.runs.contains_key(&run);
        if run == self.own || bytes.len() > MAX_MESSAGE || (is_new && self.runs.len() >= MAX_RUNS) {
            return;
        }
        let Some(message) = PresenceMessage::decode(bytes) else { return };
        let known = self.runs.entry(run).or_default().version;
        match message {
            PresenceMessage::Ask { run } => self.wanted |= run == self.own,
            PresenceMessage::Delta { version, changes } if version == known.wrapping_add(1) => {
                self.apply(now, run, version, changes);
            }
            PresenceMessage::Delta { version, .. } if version <= known => {}
            PresenceMessage::Digest { version } | PresenceMessage::State { version, .. }
                if version == known => {}
            PresenceMessage::Delta { .. } | PresenceMessage::Digest { .. } => self.ask(now, run),
            PresenceMessage::State { version, part, parts, changes } => {
                if let Some(all) = self.collect(run, version, part, changes, part.saturating_add(1) == parts)
                {
                    self.replace(now, run, version, all);
                }
            }
        }
    }

    fn ask(&mut self, now: Instant, run: u64) {
        let Some(remote) = self.runs.get_mut(&run) else { return };
        if remote.pause.is_none_or(|until| now >= until) {
            remote.pause = Some(now + STATE_PAUSE);
            self.send(&PresenceMessage::Ask { run });
        }
    }

    /// All parts of a state, once the last of them is there.
    fn collect(
        &mut self,
        run: u64,
        version: u64,
        part: u16,
        changes: Vec<Change>,
        is_last: bool,
    ) -> Option<Vec<Change>> {
        let remote = self.runs.get_mut(&run)?;
        let (of, next, mut all) =
            remote.partial.take().filter(|_| part > 0).unwrap_or((version, 0, Vec::new()));
        if of != version || next != part || all.len() > MAX_MEMBERS {
            return None;
        }
        all.extend(changes);
        if is_last {
            return Some(all);
        }
        remote.partial = Some((version, part.saturating_add(1), all));
        None
    }

    fn replace(&mut self, now: Instant, run: u64, version: u64, all: Vec<Change>) {
        let there: BTreeSet<Seat> = all.iter().map(|one| (one.room.clone().into_owned(), one.id)).collect();
        let seats = self.runs.get(&run).map(|remote| remote.seats.clone()).unwrap_or_default();
        let gone = seats.difference(&there).map(|(room, id)| change(room, *id, None));
        let changes = gone.chain(all).collect();
        self.apply(now, run, version, changes);
    }

    fn apply(&mut self, now: Instant, run: u64, version: u64, changes: Vec<Change>) {
        for MemberPresence { room, id, name } in changes {
            let Some(remote) = self.runs.get_mut(&run) else { return };
            let seat = (room.into_owned(), id);
            let is_known = remote.seats.contains(&seat);
            match name {
                Some(_) if !is_known && self.count >= MAX_MEMBERS => {}
                Some(name) => {
                    self.count = self.count.saturating_add(usize::from(remote.seats.insert(seat.clone())));
                    self.enter(run, seat, &name);
                }
                None if is_known => {
                    remote.seats.remove(&seat);
                    self.count = self.count.saturating_sub(1);
                    self.leave(now, run, &seat);
                }
                None => {}
            }
        }
        if let Some(remote) = self.runs.get_mut(&run) {
            remote.version = version;
        }
    }

    // Who is there in all.

    fn enter(&mut self, run: u64, seat: Seat, name: &str) {
        let (room, id) = seat;
        let member = self.members.entry(room.clone()).or_default().entry(id).or_default();
        let was_told = member.is_told && member.name == name;
        if let Some(at) = member.leaves.take() {
            self.leaving.remove(&(at, (room.clone(), id)));
        }
        member.runs.insert(run);
        name.clone_into(&mut member.name);
        if run == self.own {
            // It came from a relay that has given it up already.
            let is_only_here = member.is_told && !member.is_elsewhere(self.own);
            member.is_told &= !is_only_here;
            if is_only_here && self.followed.contains(&room) {
                self.reports.push_back(change(&room, id, None));
            }
        } else if !was_told && self.followed.contains(&room) {
            member.is_told = true;
            self.reports.push_back(change(&room, id, Some(name)));
        }
    }

    /// A relay does not have that member any more.
    fn leave(&mut self, now: Instant, run: u64, seat: &Seat) {
        let (room, id) = seat;
        let Some(member) = self.members.get_mut(room).and_then(|members| members.get_mut(id)) else {
            return;
        };
        member.runs.remove(&run);
        if member.runs.is_empty() {
            // Of its own members the relay knows itself.
            member.is_told &= run != self.own;
            let at = *member.leaves.get_or_insert(now + GRACE);
            self.leaving.insert((at, seat.clone()));
        } else if !member.is_elsewhere(self.own) && self.followed.contains(room) {
            member.is_told = false;
            self.reports.push_back(change(room, *id, None));
        }
    }

    fn forget(&mut self, seat: &Seat) {
        let (room, id) = seat;
        let Entry::Occupied(mut members) = self.members.entry(room.clone()) else { return };
        members.get_mut().remove(id);
        if members.get().is_empty() {
            members.remove();
        }
        if self.followed.contains(room) {
            self.reports.push_back(change(room, *id, None));
        }
    }
}

impl PresentMember {
    /// Whether it is at another relay.
    fn is_elsewhere(&self, own: u64) -> bool {
        self.runs.iter().any(|run| *run != own)
    }
}

fn change(room: &str, id: u64, name: Option<&str>) -> Change {
    MemberPresence { room: room.to_owned().into(), id, name: name.map(|name| name.to_owned().into()) }
}

#[cfg(test)]
mod tests;
