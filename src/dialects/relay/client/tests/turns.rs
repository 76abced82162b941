//! Several messages of one member under way: as fast as the line allows, and in their order whatever the line does.

use std::time::Duration;

use super::bench::{Bench, INDEX, Said, handed, refused, said, text};
use super::weather::Weather;
use super::world::World;
use crate::dialects::relay::frame::RefusalReason;
use crate::dialects::relay::test_log::TestLog;

const SEEDS: u64 = 30;
const MEMBERS: [&str; 3] = ["ada", "bob", "cem"];

fn world(seed: u64, weather: Weather, log: bool) -> World {
    let mut world = World::with_log(seed, weather, log.then(TestLog::default));
    world.rate = 1_000;
    world.kill_relay();
    world.start_relay();
    world.add_all(&MEMBERS);
    world.settle(Duration::from_mins(1));
    world.run(Duration::from_secs(1));
    world
}

/// How long 100 messages take that are written at once, until the last of them is with everybody.
fn time_of_a_hundred(seed: u64, weather: Weather, log: bool) -> Duration {
    let mut world = world(seed, weather, log);
    let begin = world.now.mono;
    let texts: Vec<String> = (0..100).map(|number| format!("ada: {number}")).collect();
    for number in 0..100 {
        world.say(0, &number.to_string());
    }
    while world.heard(1).len() < 100 || world.heard(2).len() < 100 || world.handed(0).len() < 100 {
        world.run(Duration::from_millis(10));
        assert!(world.now.mono - begin < Duration::from_secs(20), "seed {seed}: {:?}", world.heard(1));
    }
    assert_eq!((world.heard(1), world.heard(2)), (texts.clone(), texts), "seed {seed}");
    world.now.mono - begin
}

#[test]
fn a_hundred_messages_take_a_round_trip_for_each_sixteen_of_them() {
    let line = Weather { lost: 0, ..Weather::LOSSY };
    for log in [false, true] {
        let time = time_of_a_hundred(1, line, log);
        // One at a time takes ten seconds.
        assert!(time <= Duration::from_millis(if log { 1_000 } else { 750 }), "log {log}: {time:?}");
    }
}

#[test]
fn where_one_datagram_in_twenty_is_lost_they_are_as_many_and_in_order_and_soon_there() {
    let mut all = Duration::ZERO;
    for seed in 0..SEEDS {
        all += time_of_a_hundred(seed, Weather::LOSSY, seed % 2 == 0);
    }
    let mean = all / u32::try_from(SEEDS).expect("few");
    assert!(mean <= Duration::from_secs(4), "{mean:?} on average");
}

/// Bursts of several people, with ends of the relay: of each sender everybody has the same messages in their order, once.
fn bursts(seed: u64, weather: Weather, log: bool, ends: u64) -> World {
    let mut world = world(seed, weather, log);
    world.icmp = seed.is_multiple_of(3);
    let mut counts = [0; 3];
    for _ in 0..25 {
        let who = usize::try_from(world.chance(3)).expect("small");
        for _ in 0..=world.chance(30) {
            counts[who] += 1;
            world.say(who, &format!("{} {:04}", MEMBERS[who], counts[who]));
        }
        let pause = world.chance(1_500);
        world.run(Duration::from_millis(pause));
        if world.chance(ends) == 0 {
            world.kill_relay();
            let pause = world.chance(1_500);
            world.run(Duration::from_millis(pause));
            world.start_relay();
        }
    }
    world.run(Duration::from_secs(90));
    world
}

fn assert_in_order(world: &World, seed: u64) {
    for (who, name) in MEMBERS.iter().enumerate() {
        for other in MEMBERS.iter().filter(|other| *other != name) {
            let begin = format!("{other}: {other} ");
            let heard: Vec<String> =
                world.heard(who).into_iter().filter(|line| line.starts_with(&begin)).collect();
            assert!(heard.is_sorted_by(|one, next| one < next), "seed {seed}: {name} has {heard:?}");
        }
    }
    assert_answered(world, seed);
}

fn assert_answered(world: &World, seed: u64) {
    for (who, name) in MEMBERS.iter().enumerate() {
        let answered = world.handed(who).len() + world.failed(who).len();
        let said = world.said.values().filter(|text| text.starts_with(name)).count();
        assert_eq!(answered, said, "seed {seed}: each message of {name} is answered once");
    }
}

#[test]
fn the_messages_of_one_member_never_change_places() {
    for seed in 0..SEEDS {
        for (weather, ends) in [(Weather::FINE, 6), (Weather::BAD, u64::MAX)] {
            assert_in_order(&bursts(seed, weather, false, ends), seed);
        }
        // Where nothing is kept and the relay ends with an entry missing, what is behind the gap is shown without it; but
        // nothing comes twice, and each is answered once.
        let world = bursts(seed, Weather::BAD, false, 8);
        assert_answered(&world, seed);
        for who in 0..MEMBERS.len() {
            let mut heard = world.heard(who);
            let count = heard.len();
            heard.sort_unstable();
            heard.dedup();
            assert_eq!(heard.len(), count, "seed {seed}");
        }
    }
}

#[test]
fn neither_do_they_in_a_log_and_each_mark_is_true() {
    for seed in 0..SEEDS {
        for (weather, ends) in [(Weather::FINE, 6), (Weather::BAD, 8)] {
            let world = bursts(seed, weather, true, ends);
            assert_in_order(&world, seed);
            let log = world.log.as_ref().expect("a log").texts();
            for (who, name) in MEMBERS.iter().enumerate() {
                let kept: Vec<&String> = log.iter().filter(|text| text.starts_with(name)).collect();
                assert!(kept.is_sorted_by(|one, next| one < next), "seed {seed}: {kept:?}");
                let mut delivered = world.delivered(who);
                delivered.sort_unstable();
                assert_eq!(delivered, kept, "seed {seed}: marks of {name}");
                let others: Vec<&String> = log.iter().filter(|text| !text.starts_with(name)).collect();
                let heard = world.heard(who);
                let heard: Vec<&str> =
                    heard.iter().filter_map(|line| Some(line.split_once(": ")?.1)).collect();
                assert_eq!(heard, others, "seed {seed}: {name} has another story");
            }
        }
    }
}

/// The frames that bring messages, as numbers.
fn numbers(frames: &[Said]) -> Vec<u32> {
    let number = |frame: &Said| match frame {
        Said::Say { number, .. } => Some(*number),
        _ => None,
    };
    frames.iter().filter_map(number).collect()
}

#[test]
fn sixteen_are_under_way_and_only_the_first_is_said_again_by_itself() {
    let mut bench = Bench::inside();
    let mut frames = Vec::new();
    for message in 1..=20 {
        frames.extend(said(&bench.say(message, "x")));
    }
    assert_eq!(numbers(&frames), (1..=16).collect::<Vec<_>>());
    assert_eq!(numbers(&said(&bench.wait(310))), [1]);
    // Three were taken; the rest of the answer may be on its way.
    let back: Vec<_> = (1..=3_u32)
        .flat_map(|number| bench.hear(&text(10 + u64::from(number), INDEX, number, "x")))
        .collect();
    assert_eq!((handed(&back), numbers(&said(&back))), (vec![1, 2, 3], vec![17, 18, 19]));
    assert_eq!(numbers(&said(&bench.wait(20))), [0; 0]);
    assert_eq!(numbers(&said(&bench.wait(20))), [4]);
}

#[test]
fn a_relay_that_is_told_too_much_is_told_nothing_for_a_while() {
    let mut bench = Bench::inside();
    for message in 1..=3 {
        bench.say(message, "x");
    }
    bench.hear(&refused(1, RefusalReason::Rate));
    assert_eq!(numbers(&said(&bench.say(4, "x"))), [0; 0]);
    assert_eq!(numbers(&said(&bench.wait(490))), [0; 0]);
    assert_eq!(numbers(&said(&bench.wait(20))), [1, 4]);
}
