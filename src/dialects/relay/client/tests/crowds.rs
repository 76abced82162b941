//! Rooms with so many members that not everything can be told to each, or asked by each.

use std::collections::BTreeMap;
use std::time::Duration;

use super::weather::Weather;
use super::world::{World, own};
use crate::model::{NetCommand, NetEvent};

const MOMENT: Duration = Duration::from_millis(400);

/// Three people here, and many at other relays.
fn with_crowd(weather: Weather, others: u64) -> World {
    let mut world = World::new(11, weather);
    world.add_all(&["ada", "bob", "cid"]);
    world.settle(Duration::from_secs(30));
    world.elsewhere(1_000..1_000 + others, true);
    world.run(Duration::from_secs(10));
    world
}

impl World {
    /// Who one of them knows to be there.
    fn known(&self, who: usize) -> Vec<String> {
        let mut here = BTreeMap::new();
        for event in self.events(who) {
            if let NetEvent::Member { member, .. } = event {
                here.insert(member.id, (member.here, member.name.clone()));
            }
        }
        let mut names: Vec<String> =
            here.into_values().filter(|(here, _)| *here).map(|(_, name)| name).collect();
        names.sort_unstable();
        names
    }

    /// How many there are, as one of them was told last.
    fn counted(&self, who: usize) -> Option<u32> {
        let count = |event: &NetEvent| match event {
            NetEvent::MemberCount { count, .. } => Some(*count),
            _ => None,
        };
        self.events(who).filter_map(count).last().flatten()
    }
}

#[test]
fn of_a_crowd_the_number_is_known_and_who_writes() {
    for weather in [Weather::FINE, Weather::BAD] {
        let mut world = with_crowd(weather, 1_200);
        assert_eq!((world.counted(0), world.known(0)), (Some(1_203), vec!["ada".to_owned()]));
        world.say(1, "hello");
        world.run(Duration::from_secs(5));
        assert_eq!(world.heard(0), ["bob: hello"]);
        assert_eq!(world.known(0), ["ada", "bob"]);
        // Who comes later knows nobody who has written before.
        let late = world.add("dan");
        world.settle(Duration::from_secs(30));
        world.run(Duration::from_secs(5));
        assert_eq!((world.counted(late), world.known(late)), (Some(1_204), vec!["dan".to_owned()]));
        world.say(1, "again");
        world.run(Duration::from_secs(5));
        assert_eq!(world.heard(late), ["bob: again"]);
        assert_eq!(world.known(late), ["bob", "dan"]);
    }
}

#[test]
fn a_room_that_is_no_crowd_any_more_is_known_whole_again() {
    for weather in [Weather::FINE, Weather::BAD] {
        let mut world = with_crowd(weather, 1_200);
        world.elsewhere(1_002..2_200, false);
        world.run(Duration::from_secs(30));
        for who in 0..3 {
            let all = ["ada", "bob", "cid", "far-1000", "far-1001"];
            assert_eq!((world.counted(who), world.known(who)), (None, all.map(str::to_owned).to_vec()));
        }
    }
}

#[test]
fn a_name_that_is_asked_for_is_had_in_a_crowd_as_well() {
    let mut world = with_crowd(Weather::FINE, 1_200);
    world.order(2, NetCommand::Introduce(own("eve")));
    world.run(Duration::from_secs(5));
    assert_eq!(world.known(2), ["eve"]);
    world.say(2, "it is me");
    world.run(Duration::from_secs(5));
    assert_eq!(world.heard(0), ["eve: it is me"]);
}

#[test]
fn in_a_large_room_the_relay_tells_what_was_the_last_and_nobody_asks() {
    let mut world = with_crowd(Weather::FINE, 300);
    let sent = world.posted;
    world.say(1, "one");
    world.run(MOMENT);
    assert_eq!(world.heard(0), ["bob: one"]);
    // To the relay, and to each of three; then to each that it was the last.
    assert_eq!(world.posted - sent, 4);
    world.run(MOMENT);
    assert_eq!(world.posted - sent, 7);
    // The last is lost, and asked for as soon as the relay says that it was the last.
    world.cut_off = Some(0);
    world.say(1, "two");
    world.run(Duration::from_millis(100));
    world.cut_off = None;
    world.run(Duration::from_millis(600));
    assert_eq!(world.heard(0), ["bob: one", "bob: two"]);
}
