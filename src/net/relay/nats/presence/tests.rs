//! Relays that tell each other who is there, under a virtual clock: messages get lost, and relays come late or die.

use super::*;
use crate::net::clock;

const SECOND: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(100);

struct World {
    now: Instant,
    relays: Vec<ClusterPresence>,
    dead: BTreeSet<u64>,
    /// What each relay knows from what it was told: by rooms and members, their names.
    known: Vec<BTreeMap<Seat, String>>,
    /// What each was told.
    told: Vec<Vec<String>>,
    /// Every so-manieth message gets lost; 0: none.
    losses: usize,
    messages: usize,
}

impl World {
    fn new(count: u64) -> Self {
        let now = clock::now().mono;
        let mut world = Self {
            now,
            relays: Vec::new(),
            dead: BTreeSet::new(),
            known: Vec::new(),
            told: Vec::new(),
            losses: 0,
            messages: 0,
        };
        (0..count).for_each(|_| world.begin());
        world
    }

    fn begin(&mut self) {
        let run = u64::try_from(self.relays.len()).expect("few");
        let mut relay = ClusterPresence::new(self.now, run);
        relay.follow("lobby");
        self.relays.push(relay);
        self.known.push(BTreeMap::new());
        self.told.push(Vec::new());
    }

    fn is_dead(&self, relay: usize) -> bool {
        self.dead.contains(&u64::try_from(relay).expect("few"))
    }

    fn later(&mut self, by: Duration) {
        let end = self.now + by;
        while self.now < end {
            self.now += TICK;
            for relay in (0..self.relays.len()).filter(|relay| !self.is_dead(*relay)).collect::<Vec<_>>() {
                let (now, dead) = (self.now, &self.dead);
                self.relays[relay].tick(now, |run| dead.contains(&run));
                while let Some(message) = self.relays[relay].take_message() {
                    self.broadcast(relay, &message);
                }
            }
            self.read_reports();
        }
    }

    fn broadcast(&mut self, from: usize, message: &[u8]) {
        let run = u64::try_from(from).expect("few");
        for other in 0..self.relays.len() {
            self.messages += 1;
            let is_lost = self.losses > 0 && self.messages.is_multiple_of(self.losses);
            if !is_lost && other != from && !self.is_dead(other) {
                self.relays[other].hear(self.now, run, message);
            }
        }
    }

    fn read_reports(&mut self) {
        for relay in 0..self.relays.len() {
            while let Some(MemberPresence { room, id, name }) = self.relays[relay].take_report() {
                self.told[relay].push(format!("{id} {}", name.as_deref().unwrap_or("-")));
                let seat = (room.into_owned(), id);
                match name {
                    Some(name) => self.known[relay].insert(seat, name.into_owned()),
                    None => self.known[relay].remove(&seat),
                };
            }
        }
    }

    fn note_own(&mut self, relay: usize, id: u64, name: Option<&str>) {
        let presence = change("lobby", id, name);
        self.relays[relay].note_own(self.now, presence);
    }

    fn told(&mut self, relay: usize) -> Vec<String> {
        std::mem::take(&mut self.told[relay])
    }
}

#[test]
fn who_comes_leaves_or_has_another_name_is_told_to_the_others() {
    let mut world = World::new(2);
    world.note_own(0, 1, Some("ann"));
    world.later(SECOND);
    world.note_own(0, 1, Some("eve"));
    world.later(SECOND);
    assert_eq!(world.told(1), ["1 ann", "1 eve"]);
    world.note_own(0, 1, None);
    world.later(GRACE / 2);
    assert_eq!(world.told(1), [""; 0]);
    world.later(GRACE);
    assert_eq!(world.told(1), ["1 -"]);
    assert!(world.relays.iter().all(|relay| relay.members.is_empty() && relay.count == 0));
    // Within a moment only the last counts.
    for name in [Some("ann"), None, Some("joe")] {
        world.note_own(0, 2, name);
    }
    world.later(SECOND);
    assert_eq!(world.told(1), ["2 joe"]);
}

#[test]
fn only_rooms_that_are_followed_are_told_and_then_all_who_are_there() {
    let mut world = World::new(2);
    world.relays[1].unfollow("lobby");
    world.note_own(0, 1, Some("ann"));
    world.note_own(1, 9, Some("own"));
    world.later(SECOND);
    assert_eq!(world.told(1), [""; 0]);
    world.relays[1].follow("lobby");
    world.later(SECOND);
    assert_eq!(world.told(1), ["1 ann"]);
}

#[test]
fn a_relay_that_begins_late_or_has_missed_something_asks_for_all() {
    let mut world = World::new(1);
    for id in 1..=2_000 {
        world.note_own(0, id, Some(&format!("somebody called {id}")));
    }
    world.later(SECOND);
    world.begin();
    world.later(SECOND * 5);
    assert_eq!(world.known[1].len(), 2_000);
    world.losses = 1;
    world.note_own(0, 1, None);
    world.note_own(0, 2, Some("renamed"));
    world.later(SECOND);
    world.losses = 0;
    world.told(1);
    world.later(SECOND * 8);
    assert_eq!(world.told(1), ["2 renamed", "1 -"]);
}

#[test]
fn a_member_that_moves_is_neither_seen_to_leave_nor_to_come() {
    let mut world = World::new(3);
    world.note_own(0, 1, Some("ann"));
    world.later(SECOND);
    assert_eq!((world.told(2), world.told(1)), (vec!["1 ann".to_owned()], vec!["1 ann".to_owned()]));
    // The old relay notices at once, or late.
    for (from, to, pause) in [(0, 1, TICK), (1, 0, SECOND)] {
        world.note_own(to, 1, Some("ann"));
        world.later(pause);
        world.note_own(from, 1, None);
        world.later(SECOND * 10);
    }
    world.note_own(0, 1, None);
    world.later(SECOND);
    world.note_own(1, 1, Some("ann"));
    world.later(SECOND * 10);
    assert_eq!(world.told(2), [""; 0]);
    assert_eq!(world.known[0].len(), 1);
    // At the relay where it is, it is at no other one.
    assert_eq!(world.known[1], BTreeMap::new());
}

#[test]
fn what_a_relay_has_said_dies_with_it_but_for_those_who_have_moved() {
    let mut world = World::new(3);
    for (id, name) in [(1, "ann"), (2, "ben")] {
        world.note_own(0, id, Some(name));
    }
    world.later(SECOND);
    world.note_own(1, 1, Some("ann"));
    world.later(SECOND);
    world.told(2);
    world.dead.insert(0);
    world.later(GRACE + SECOND);
    assert_eq!(world.told(2), ["2 -"]);
    assert_eq!(world.relays[2].count, 1);
    // It was not dead after all.
    world.dead.clear();
    world.later(SECOND * 5);
    assert_eq!(world.told(2), ["2 ben"]);
}

#[test]
fn what_is_known_of_others_is_bounded() {
    let mut world = World::new(1);
    let now = world.now;
    let mut version = 0;
    let mut tell = |relay: &mut ClusterPresence, run, id| {
        version += 1;
        let changes = vec![change("lobby", id, Some("ann"))];
        relay.hear(now, run, &PresenceMessage::Delta { version, changes }.encode());
    };
    for id in 0..70_000 {
        tell(&mut world.relays[0], 7, id);
    }
    assert_eq!(world.relays[0].count, MAX_MEMBERS);
    for run in 100..1_000 {
        world.relays[0].hear(now, run, &PresenceMessage::Digest { version: 9 }.encode());
    }
    assert_eq!(world.relays[0].runs.len(), MAX_RUNS);
    for part in 0..3 {
        let state = PresenceMessage::State { version: 99, part: part * 2, parts: 9, changes: Vec::new() };
        world.relays[0].hear(now, 100, &state.encode());
    }
    assert!(world.relays[0].runs[&100].partial.is_none(), "a part is missing");
}

#[test]
fn whatever_gets_lost_all_agree_in_the_end() {
    for losses in [2, 3, 7] {
        let mut world = World { losses, ..World::new(3) };
        for step in 0..300_u64 {
            let (relay, id) = (usize::try_from(step * 7 % 3).expect("few"), step * 11 % 13);
            let name = format!("member {}", step % 5);
            world.note_own(relay, id * 3 + step * 7 % 3, Some(name.as_str()).filter(|_| step % 4 != 0));
            world.later(TICK);
        }
        world.losses = 0;
        world.later(SECOND * 12);
        let own = |relay: usize| {
            let members = world.relays[relay].members.get("lobby").into_iter().flatten();
            let run = u64::try_from(relay).expect("few");
            let own = members.filter(move |(_, one)| one.runs.contains(&run));
            own.map(|(id, one)| (("lobby".to_owned(), *id), one.name.clone())).collect::<Vec<_>>()
        };
        for relay in 0..3 {
            let others: BTreeMap<Seat, String> =
                (0..3).filter(|other| *other != relay).flat_map(own).collect();
            assert!(!others.is_empty());
            assert_eq!(world.known[relay], others, "{losses}, {relay}");
        }
    }
}
