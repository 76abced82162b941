//! Several members and a real relay in good and bad weather.

use std::time::Duration;

use super::weather::Weather;
use super::world::{ROOM, World, own};
use crate::model::traffic::ConnectionState;
use crate::model::{Fault, NetCommand, PeerCommand, Phrase};

const MEMBERS: [&str; 5] = ["ada", "bob", "cem", "dora", "eve"];
const SEEDS: u64 = 20;

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// Everybody says `count` messages, about two a second. `round` tells them from those of another time.
fn chatter(world: &mut World, round: &str, count: usize) {
    let mut left = vec![count; MEMBERS.len()];
    while left.iter().any(|left| *left > 0) {
        let who = usize::try_from(world.chance(5)).expect("small");
        if left[who] > 0 {
            left[who] -= 1;
            world.say(who, &format!("{} {round}{}", MEMBERS[who], count - left[who]));
        }
        let pause = world.chance(200);
        world.run(Duration::from_millis(pause));
    }
}

fn assert_same_story(world: &World, count: usize, seed: u64) {
    let first = world.story(0);
    assert_eq!(first.len(), count, "seed {seed}");
    let mut once = first.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), count, "seed {seed}: something came twice");
    for (who, name) in MEMBERS.iter().enumerate() {
        assert_eq!(world.failed(who), [], "seed {seed}");
        let story = world.story(who);
        let other = story.iter().zip(&first).find(|(one, other)| one != other);
        assert_eq!(other, None, "seed {seed}: {name} has another story");
        assert_eq!(story.len(), count, "seed {seed}: {name}");
    }
}

#[test]
fn members_see_the_same_messages_in_the_same_order_whatever_gets_lost() {
    for seed in 0..SEEDS {
        let mut world = World::new(seed, Weather::BAD);
        world.add_all(&MEMBERS);
        world.settle(seconds(30));
        chatter(&mut world, "", 200);
        world.run(seconds(30));
        assert_same_story(&world, 1_000, seed);
        let own = |line: &String| line.starts_with("ada ");
        let said: Vec<String> = (1..=200).map(|number| format!("ada {number}")).collect();
        let seen: Vec<String> = world.story(1).into_iter().filter(own).collect();
        assert_eq!(seen, said, "seed {seed}: not in the order they were written");
    }
}

#[test]
fn a_relay_that_was_killed_has_its_members_back_within_ten_seconds() {
    for (seed, down) in [1, 2, 4, 7, 12, 19, 30, 300].into_iter().enumerate() {
        for icmp in [false, true] {
            let mut world = World::new(u64::try_from(seed).expect("small"), Weather::FINE);
            world.add_all(&MEMBERS);
            world.settle(seconds(2));
            world.run(seconds(20));
            world.kill_relay();
            for _ in 0..down {
                world.run(seconds(1));
                if icmp {
                    (0..MEMBERS.len()).for_each(|who| world.refuse(who));
                }
            }
            world.start_relay();
            world.run(seconds(10));
            for who in 0..MEMBERS.len() {
                assert!(world.is_up(who), "down for {down} s, icmp {icmp}: {:?}", world.reaches(who));
                assert_eq!(world.members(who), MEMBERS, "down for {down} s, icmp {icmp}");
            }
            world.say(0, "back");
            world.run(seconds(1));
            assert_eq!(world.heard(4), ["ada: back"]);
        }
    }
}

#[test]
fn a_restart_in_the_middle_loses_and_doubles_nothing() {
    for seed in 0..SEEDS {
        let mut world = World::new(seed, Weather::FINE);
        world.add_all(&MEMBERS);
        world.settle(seconds(2));
        chatter(&mut world, "before ", 20);
        let said = u64::try_from(world.story(0).len()).expect("small");
        assert!(said > 90, "{said}");
        world.kill_relay();
        chatter(&mut world, "meanwhile ", 3);
        world.start_relay();
        chatter(&mut world, "after ", 20);
        world.run(seconds(30));
        assert_same_story(&world, 5 * 43, seed);
    }
}

#[test]
fn a_restart_in_bad_weather_doubles_nothing() {
    for seed in 0..SEEDS {
        let mut world = World::new(seed, Weather::BAD);
        world.add_all(&MEMBERS);
        world.settle(seconds(30));
        chatter(&mut world, "before ", 20);
        world.kill_relay();
        chatter(&mut world, "meanwhile ", 5);
        world.start_relay();
        chatter(&mut world, "after ", 20);
        world.run(seconds(60));
        for who in 0..MEMBERS.len() {
            let mut story = world.story(who);
            let seen = story.len();
            story.sort();
            story.dedup();
            assert_eq!(story.len(), seen, "seed {seed}: something came twice");
            let answered = world.handed(who).len() + world.failed(who).len();
            assert_eq!(answered, 45, "seed {seed}: each is answered once");
            assert_eq!(world.members(who), MEMBERS, "seed {seed}");
        }
    }
}

#[test]
fn what_a_relay_does_not_have_any_more_is_told_once() {
    let mut world = World::new(1, Weather::FINE);
    world.add_all(&MEMBERS);
    world.settle(seconds(2));
    world.cut_off = Some(0);
    for number in 0..12 {
        world.say(1, &format!("{number} {}", "x".repeat(50_000)));
        world.run(seconds(1));
    }
    world.cut_off = None;
    world.run(seconds(15));
    assert_eq!(world.notices(0), ["relay-missed"]);
    let heard = world.story(0).len();
    assert!((1..12).contains(&heard), "{heard}");
    assert_eq!(world.story(0), world.story(2)[12 - heard..]);
    world.say(2, "on it goes");
    world.run(seconds(1));
    assert_eq!(world.story(0).last().map(String::as_str), Some("on it goes"));
}

#[test]
fn who_was_cut_off_for_a_while_gets_what_was_said_meanwhile() {
    let mut world = World::new(2, Weather::FINE);
    world.add_all(&MEMBERS);
    world.settle(seconds(2));
    world.cut_off = Some(3);
    for number in 0..300 {
        world.say(number % 3, &number.to_string());
        world.run(Duration::from_millis(100));
    }
    assert_eq!(world.reaches(3).last(), Some(&ConnectionState::Down(Phrase::new("relay-no-answer").into())));
    world.cut_off = None;
    world.run(seconds(10));
    assert_eq!(world.story(3), world.story(0));
    assert_eq!(world.story(3).len(), 300);
    assert!(world.notices(3).is_empty());
}

#[test]
fn a_quiet_member_stays_one() {
    let mut world = World::new(3, Weather::FINE);
    world.add_all(&MEMBERS);
    world.settle(seconds(2));
    world.run(seconds(600));
    for who in 0..MEMBERS.len() {
        assert_eq!(world.reaches(who), [ConnectionState::Seeking, ConnectionState::Up]);
    }
    // Also one that hears others all the time and never has to ask.
    for _ in 0..600 {
        world.say(0, "x");
        world.run(Duration::from_millis(200));
    }
    assert_eq!(world.reaches(1), [ConnectionState::Seeking, ConnectionState::Up]);
    assert_eq!(world.story(1).len(), 600);
}

#[test]
fn members_see_who_comes_goes_and_has_another_name() {
    let mut world = World::new(4, Weather::FINE);
    world.add_all(&["ada", "bob"]);
    world.settle(seconds(2));
    world.run(seconds(1));
    world.add("bob");
    world.run(seconds(2));
    assert_eq!(world.members(0), ["ada", "bob", "bob-2"]);
    assert_eq!(world.members(2), ["ada", "bob", "bob-2"]);
    world.order(1, NetCommand::Introduce(own("rob")));
    world.run(seconds(2));
    assert_eq!(world.members(0), ["ada", "bob-2", "rob"]);
    world.say(1, "hello");
    world.order(0, NetCommand::Introduce(own("bob-2")));
    world.run(seconds(2));
    assert_eq!(world.heard(2), ["rob: hello"]);
    assert_eq!(world.members(2), ["bob-2", "bob-2-2", "rob"]);
    world.order(1, NetCommand::Peer(ROOM, PeerCommand::Forget));
    world.run(seconds(2));
    assert_eq!(world.members(0), ["bob-2", "bob-2-2"]);
}

#[test]
fn a_message_nobody_takes_fails_after_twenty_seconds_and_is_never_sent_afterwards() {
    let mut world = World::new(5, Weather::FINE);
    world.add_all(&["ada", "bob"]);
    world.settle(seconds(2));
    world.kill_relay();
    let late = world.say(0, "too late");
    world.run(Duration::from_millis(19_900));
    assert_eq!(world.failed(0), []);
    world.run(Duration::from_millis(200));
    assert_eq!(world.failed(0), [(late, Fault::NoAnswer)]);
    world.start_relay();
    world.run(seconds(30));
    assert!(world.heard(1).is_empty() && world.handed(0).is_empty());
}

#[test]
fn a_burst_beyond_the_rate_arrives_whole_and_in_order() {
    let mut world = World::new(6, Weather::FINE);
    world.add_all(&["ada", "bob"]);
    world.settle(seconds(2));
    let said: Vec<String> = (0..200).map(|number| number.to_string()).collect();
    for text in &said {
        world.say(0, text);
    }
    world.run(seconds(20));
    assert_eq!(world.story(1), said);
    assert_eq!(world.story(0), said);
}

#[test]
fn more_than_can_wait_is_refused_at_once() {
    let mut world = World::new(7, Weather::FINE);
    world.kill_relay();
    world.add("ada");
    let messages: Vec<_> = (0..257).map(|_| world.say(0, "x")).collect();
    assert_eq!(world.failed(0), [(messages[256], Fault::Busy)]);
}
