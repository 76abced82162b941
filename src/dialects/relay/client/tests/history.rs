//! Members of a relay that has a log, in good and bad weather, through its ends.

use std::time::Duration;

use super::weather::Weather;
use super::world::World;
use crate::dialects::relay::test_log::TestLog;

const MEMBERS: [&str; 4] = ["ada", "bob", "cem", "dora"];
const SEEDS: u64 = 20;

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn world(seed: u64, weather: Weather) -> World {
    let mut world = World::with_log(seed, weather, Some(TestLog::default()));
    world.add_all(&MEMBERS);
    world.settle(seconds(60));
    world
}

/// Somebody says something every now and then, and the relay ends every now and then.
fn chatter(world: &mut World, round: &str, count: usize, ends: u64) {
    for number in 0..count {
        let who = usize::try_from(world.chance(4)).expect("small");
        world.say(who, &format!("{round} {number} of {}", MEMBERS[who]));
        let pause = world.chance(400);
        world.run(Duration::from_millis(pause));
        if world.chance(ends) == 0 {
            world.kill_relay();
            let pause = world.chance(2_000);
            world.run(Duration::from_millis(pause));
            world.start_relay();
        }
    }
}

/// Everybody has seen what the others said as the log has it, in its order, and what has the mark is in the log.
fn assert_level(world: &World, seed: u64) {
    let log = world.log.as_ref().expect("a log").texts();
    for (who, name) in MEMBERS.iter().enumerate() {
        let (own, others): (Vec<_>, Vec<_>) =
            log.iter().partition(|text| text.ends_with(&format!("of {name}")));
        let heard = world.heard(who);
        let heard: Vec<&str> = heard.iter().filter_map(|line| Some(line.split_once(": ")?.1)).collect();
        assert_eq!(heard, others, "seed {seed}: {name} has another story");
        let (mut delivered, mut kept) = (world.delivered(who), own);
        delivered.sort_unstable();
        kept.sort_unstable();
        assert_eq!(delivered, kept, "seed {seed}: {name} has marks that are not true");
        assert!(world.notices(who).is_empty(), "seed {seed}: {name}: {:?}", world.notices(who));
    }
}

#[test]
fn a_message_is_marked_when_the_log_has_it_and_not_before() {
    let mut world = world(1, Weather::FINE);
    world.log_delay = seconds(2);
    world.say(0, "slowly of ada");
    world.run(seconds(1));
    assert_eq!(
        (world.delivered(0).len(), world.heard(1).len()),
        (0, 0),
        "the log has not said that it has it"
    );
    world.run(seconds(2));
    assert_eq!(world.delivered(0), ["slowly of ada"]);
    assert_eq!(world.heard(1), ["ada: slowly of ada"]);
    assert_level(&world, 1);
}

#[test]
fn nothing_is_lost_or_doubled_when_the_relay_ends_again_and_again() {
    for seed in 0..SEEDS {
        let mut world = world(seed, Weather::FINE);
        chatter(&mut world, "fine", 150, 15);
        world.run(seconds(60));
        assert_level(&world, seed);
    }
}

#[test]
fn nothing_is_lost_or_doubled_in_bad_weather_either() {
    for seed in 0..SEEDS {
        let mut world = world(seed, Weather::BAD);
        chatter(&mut world, "bad", 100, 25);
        world.run(seconds(90));
        assert_level(&world, seed);
    }
}

/// Who writes and who only listens, whether ICMP tells of the end or nobody, and however long the relay is away.
#[test]
fn everybody_is_back_within_three_seconds_of_a_restart_in_the_middle_of_a_talk() {
    for seed in 0..4 * SEEDS {
        let mut world = world(seed, Weather::FINE);
        world.icmp = seed % 2 == 0;
        for number in 0..10 {
            world.say(number % 2, &format!("before {number} of {}", MEMBERS[number % 2]));
            world.run(Duration::from_millis(100));
        }
        let moment = world.chance(5_000);
        world.run(Duration::from_millis(moment));
        world.kill_relay();
        let away = [0, 100, 500, 2_000][usize::try_from(seed / 2 % 4).expect("small")];
        world.run(Duration::from_millis(away / 2));
        world.say(0, "meanwhile of ada");
        world.run(Duration::from_millis(away / 2));
        world.start_relay();
        if seed.is_multiple_of(5) {
            // Once more, when those who were back first have said nothing new yet.
            let moment = 1_500 + world.chance(3_000);
            world.run(Duration::from_millis(moment));
            world.kill_relay();
            world.start_relay();
        }
        world.run(seconds(3));
        assert_level(&world, seed);
        for (who, name) in MEMBERS.iter().enumerate() {
            assert!(world.is_up(who), "seed {seed}: {name} {:?}", world.reaches(who));
            assert_eq!(world.members(who), MEMBERS, "seed {seed}: {name}");
        }
    }
}

#[test]
fn who_was_away_longer_than_the_relay_lived_reads_what_it_missed() {
    for seed in 0..SEEDS {
        let mut world = world(seed, Weather::FINE);
        chatter(&mut world, "before", 5, u64::MAX);
        world.cut_off = Some(3);
        for number in 0..150 {
            world.say(number % 3, &format!("meanwhile {number} of {}", MEMBERS[number % 3]));
            world.run(Duration::from_millis(200));
        }
        world.kill_relay();
        world.run(seconds(1));
        world.start_relay();
        for number in 0..150 {
            world.say(number % 3, &format!("after {number} of {}", MEMBERS[number % 3]));
            world.run(Duration::from_millis(200));
        }
        world.cut_off = None;
        world.run(seconds(60));
        assert_level(&world, seed);
    }
}

#[test]
fn what_the_relay_cannot_send_again_is_read_from_its_log() {
    let mut world = world(1, Weather::FINE);
    world.cut_off = Some(0);
    for number in 0..12 {
        world.say(1, &format!("{number} {} of bob", "x".repeat(50_000)));
        world.run(seconds(1));
    }
    world.cut_off = None;
    world.run(seconds(60));
    assert_level(&world, 1);
}

#[test]
fn who_comes_for_the_first_time_begins_with_what_is_said_then() {
    let mut world = world(1, Weather::FINE);
    chatter(&mut world, "before", 20, u64::MAX);
    let late = world.add("eve");
    world.settle(seconds(5));
    world.say(0, "hello eve");
    world.run(seconds(1));
    assert_eq!(world.heard(late), ["ada: hello eve"]);
}
