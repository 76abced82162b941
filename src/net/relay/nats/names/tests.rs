//! Relays that share a bucket, under a virtual clock: answers come late, get lost, or are overtaken by what others write.

use std::collections::{BTreeMap, VecDeque};

use super::relays::DEAD;
use super::*;
use crate::net::clock;

const SECOND: Duration = Duration::from_secs(1);

/// The bucket, and the relays that ask it.
struct World {
    now: Instant,
    revision: u64,
    bucket: BTreeMap<String, (u64, Vec<u8>)>,
    relays: Vec<ClusterNames>,
    /// Relays that the bucket cannot be reached from.
    apart: BTreeSet<usize>,
    /// By relays, what each was told.
    told: Vec<VecDeque<Report>>,
    seed: u64,
}

impl World {
    fn new(count: u64) -> Self {
        let now = clock::now().mono;
        let relays: Vec<_> = (0..count).map(|run| ClusterNames::new(now, 100 + run, LogEpoch(1))).collect();
        let told = relays.iter().map(|_| VecDeque::new()).collect();
        let (bucket, apart) = (BTreeMap::new(), BTreeSet::new());
        Self { now, revision: 0, bucket, relays, apart, told, seed: 7 }
    }

    fn chance(&mut self, sides: u64) -> u64 {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 33) % sides
    }

    /// Time passes; every relay that is not apart is heard.
    fn later(&mut self, by: Duration) {
        let end = self.now + by;
        while self.now < end {
            self.now = end.min(self.now + SECOND);
            for run in (0..self.relays.len()).filter(|run| !self.apart.contains(run)) {
                for other in (0..self.relays.len()).filter(|other| !self.apart.contains(other)) {
                    self.relays[other].hear_relay(self.now, 100 + u64::try_from(run).expect("few"));
                }
            }
            self.relays.iter_mut().for_each(|relay| relay.expire(self.now));
            self.settle();
        }
    }

    fn ask(&mut self, question: &NameQuestion) -> NameFinding {
        let (revision, value) = self.bucket.get(&question.name).cloned().unwrap_or_default();
        match &question.what {
            NameAction::Read => NameFinding::Read { revision, value },
            NameAction::Write { expected, .. } if *expected != revision => NameFinding::Superseded,
            NameAction::Write { value, .. } => {
                self.revision += 1;
                self.bucket.insert(question.name.clone(), (self.revision, value.clone()));
                for other in (0..self.relays.len()).filter(|other| !self.apart.contains(other)) {
                    self.relays[other].hear(self.revision, &question.name, value);
                }
                NameFinding::Written { revision: self.revision }
            }
        }
    }

    /// All that can be asked now is answered.
    fn settle(&mut self) {
        self.settle_with(0);
    }

    /// One in `losses` answers gets lost; 0: none.
    fn settle_with(&mut self, losses: u64) {
        let mut under_way: Vec<(usize, NameQuestion)> = Vec::new();
        loop {
            for number in 0..self.relays.len() {
                if !self.apart.contains(&number)
                    && let Some(question) = self.relays[number].next(self.now)
                {
                    under_way.push((number, question));
                }
                while let Some(report) = self.relays[number].take_report() {
                    self.told[number].push_back(report);
                }
            }
            if under_way.is_empty() {
                return;
            }
            let chosen = self.chance(u64::try_from(under_way.len()).expect("few"));
            let (number, question) = under_way.swap_remove(usize::try_from(chosen).expect("few"));
            let mut finding = self.ask(&question);
            if losses > 0 && self.chance(losses) == 0 {
                finding = NameFinding::Failed;
            }
            self.relays[number].found(self.now, question.name, finding);
            if self.relays.iter().any(|relay| relay.pause.is_some_and(|until| until > self.now)) {
                self.now += RETRY;
            }
        }
    }

    fn claim(&mut self, relay: usize, name: &str, id: u64, is_proved: bool) {
        let address = ([10, 0, 0, 1], 9).into();
        let claim = NameClaim { name: name.to_owned().into(), id, address, is_proved };
        self.relays[relay].claim(self.now, Ticket(id), claim);
    }

    /// Whether a member has the name that it claims.
    fn claims(&mut self, relay: usize, name: &str, id: u64, is_proved: bool) -> bool {
        self.claim(relay, name, id, is_proved);
        self.settle();
        let Some(BackplaneReport::Claimed { ticket: Ticket(of), is_held }) = self.told[relay].pop_back()
        else {
            panic!("no answer");
        };
        assert_eq!(of, id);
        is_held
    }

    fn release(&mut self, relay: usize, name: &str, id: u64) {
        self.relays[relay].release(name.to_owned(), id);
        self.settle();
    }

    fn told(&mut self, relay: usize) -> Vec<Report> {
        self.told[relay].drain(..).collect()
    }

    fn heal(&mut self, relay: usize) {
        self.apart.remove(&relay);
        self.relays[relay].connected(self.now);
        self.settle();
    }
}

fn lost(name: &'static str) -> Report {
    BackplaneReport::NameLost { name: name.into() }
}

#[test]
fn a_name_has_one_owner_and_is_free_when_the_last_of_its_rooms_is_left() {
    let mut world = World::new(2);
    assert!(world.claims(0, "ann", 1, false) && world.claims(0, "ann", 2, false));
    assert!(!world.claims(1, "ann", 3, false));
    world.release(0, "ann", 1);
    assert!(!world.claims(1, "ann", 3, true), "it proves another id");
    world.release(0, "ann", 2);
    assert!(world.claims(1, "ann", 3, false) && !world.claims(0, "ann", 1, true));
    assert!(world.relays[0].table.is_empty(), "nothing is kept of a name that nobody here has");
    world.release(1, "ann", 3);
    assert!(world.relays.iter().all(|relay| relay.table.is_empty() && relay.is_idle()));
}

#[test]
fn releases_and_claims_of_one_name_keep_their_order() {
    let mut world = World::new(2);
    world.claim(0, "ann", 1, false);
    world.relays[0].release("ann".to_owned(), 1);
    world.claim(0, "ann", 2, false);
    world.settle();
    assert!(!world.claims(1, "ann", 3, false), "the second has it");
    world.release(0, "ann", 2);
    assert!(world.claims(1, "ann", 3, false));
}

#[test]
fn a_member_that_moves_keeps_its_name_and_the_old_relay_is_told_once() {
    let mut world = World::new(2);
    assert!(world.claims(0, "ann", 1, false));
    assert!(world.claims(1, "ann", 1, true));
    assert_eq!(world.told(0), [BackplaneReport::MovedAway { id: 1 }]);
    world.release(0, "ann", 1);
    assert!(!world.claims(0, "ann", 2, false), "whoever leaves takes nothing from where it went");
    assert!(world.claims(0, "ann", 1, true));
    assert_eq!(world.told(1), [BackplaneReport::MovedAway { id: 1 }]);
}

#[test]
fn the_name_of_a_dead_relay_is_its_owners_at_once_and_anybodys_after_a_minute() {
    let mut world = World::new(2);
    assert!(world.claims(0, "ann", 1, false) && world.claims(0, "ben", 2, false));
    world.apart.insert(0);
    assert!(world.claims(1, "ann", 1, true), "it has proved who it is");
    world.later(SECOND * 59);
    assert!(!world.claims(1, "ben", 3, false));
    world.later(SECOND);
    assert!(world.claims(1, "ben", 3, false));
}

#[test]
fn a_relay_that_was_apart_claims_its_names_again_and_is_told_of_those_it_has_lost() {
    let mut world = World::new(3);
    for (id, name) in (1..).zip(["ann", "ben", "eve"]) {
        assert!(world.claims(0, name, id, false));
    }
    world.apart.insert(0);
    world.later(DEAD);
    assert!(world.claims(1, "ben", 9, false) && world.claims(2, "eve", 3, true));
    world.bucket.remove("ann");
    world.heal(0);
    let told = world.told(0);
    assert_eq!(told, [lost("ben"), BackplaneReport::MovedAway { id: 3 }]);
    world.later(SECOND);
    assert!(!world.claims(1, "ann", 8, false), "written again");
    assert_eq!(world.told(1), []);
    // A relay that comes back has heard nobody, and takes nobody for dead.
    assert!(!world.claims(0, "ben", 2, true));
}

#[test]
fn what_a_later_version_has_written_is_somebodys() {
    let mut world = World::new(1);
    world.bucket.insert("ann".to_owned(), (5, b"\x02whatever".to_vec()));
    assert!(!world.claims(0, "ann", 1, true));
    world.later(DEAD * 2);
    assert!(!world.claims(0, "ann", 1, true));
}

#[test]
fn a_claim_that_nobody_answers_is_refused_and_given_back_if_it_was_done() {
    let mut world = World::new(2);
    world.claim(0, "ann", 1, false);
    let question = world.relays[0].next(world.now).expect("a question");
    let _answer_that_is_lost = world.ask(&question);
    world.now += PATIENCE;
    world.relays[0].expire(world.now);
    assert!(matches!(
        world.relays[0].take_report(),
        Some(BackplaneReport::Refused { ticket: Ticket(1), .. })
    ));
    world.relays[0].found(world.now, question.name, NameFinding::Failed);
    world.now += RETRY;
    world.settle();
    assert!(world.claims(1, "ann", 2, false) && world.relays[0].is_idle());
}

#[test]
fn claims_are_bounded() {
    let mut world = World::new(1);
    world.apart.insert(0);
    let most = u64::try_from(MAX_CLAIMS).expect("few");
    (0..=most).for_each(|id| world.claim(0, &id.to_string(), id, false));
    let told = std::iter::from_fn(|| world.relays[0].take_report()).collect::<Vec<_>>();
    let why = BackplaneRefusal::Busy;
    assert_eq!(told, [BackplaneReport::Refused { ticket: Ticket(most), why }]);
}

impl World {
    /// Members that have a name at a relay.
    fn held(&self, relay: usize, name: &str) -> Vec<u64> {
        self.relays[relay].table.get(name).map(|own| own.held.keys().copied().collect()).unwrap_or_default()
    }

    /// Some come to a relay and want a name, others leave it.
    fn come_and_go(&mut self, relay: usize, name: &str, id: u64) {
        for gone in self.held(relay, name) {
            if self.chance(2) == 0 {
                self.relays[relay].release(name.to_owned(), gone);
            }
        }
        if self.chance(2) == 0 {
            self.claim(relay, name, id, false);
        }
    }
}

#[test]
fn however_answers_come_or_get_lost_a_name_never_has_two_owners() {
    for seed in 0..200 {
        let mut world = World { seed, ..World::new(3) };
        let mut granted = 0;
        for (round, name) in (1..=24).zip(["ann", "ben"].into_iter().cycle()) {
            (0..3).for_each(|relay| {
                world.come_and_go(relay, name, round * 10 + u64::try_from(relay).expect("few"));
            });
            world.settle_with(5);
            let told: Vec<Report> = (0..3).flat_map(|relay| world.told(relay)).collect();
            granted += told
                .iter()
                .filter(|report| matches!(report, BackplaneReport::Claimed { is_held: true, .. }))
                .count();
            assert!(
                told.iter().all(|report| matches!(report, BackplaneReport::Claimed { .. })),
                "{seed}: {told:?}"
            );
            let owners = (0..3).filter(|relay| !world.held(*relay, name).is_empty()).count();
            assert!(owners <= 1, "{seed}, {round}: {name} has {owners} owners");
        }
        assert!(granted > 0, "{seed}");
    }
}
