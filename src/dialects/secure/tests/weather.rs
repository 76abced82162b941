//! Nothing is lost, doubled or out of order, whatever happens to the network, the programs and their addresses.

use super::*;

const ROUGH: Weather =
    Weather { lost: 30, doubled: 20, latency: Duration::from_millis(20), jitter: Duration::from_millis(80) };

/// Both write so many messages, one each 20 ms; `happens` is called before each.
fn talk(lab: &mut Lab, messages: u64, mut happens: impl FnMut(&mut Lab, u64)) {
    for id in 1..=messages {
        happens(lab, id);
        lab.say(0, id, &format!("a{id}"));
        lab.say(1, id, &format!("b{id}"));
        lab.run(Duration::from_millis(20));
    }
}

/// Waits until all is delivered, and looks at what both have.
fn settle(lab: &mut Lab, messages: u64, patience: u64) -> Duration {
    let start = lab.now.mono;
    let limit = Duration::from_secs(patience);
    while lab.undelivered(0) + lab.undelivered(1) > 0 {
        assert!(lab.now.mono - start < limit, "{} and {} wait", lab.undelivered(0), lab.undelivered(1));
        lab.run(Duration::from_millis(100));
    }
    for (index, letter) in [(1, 'a'), (0, 'b')] {
        let expected: Vec<String> = (1..=messages).map(|id| format!("{letter}{id}")).collect();
        assert_eq!(lab.nodes[index].texts, expected, "what node {index} has");
    }
    lab.now.mono - start
}

fn friends(seed: u64, weather: Weather) -> Lab {
    let mut lab = Lab::new(seed, weather);
    let (anna, ben) = (lab.add(), lab.add());
    lab.befriend(anna, ben);
    lab
}

#[test]
fn bad_weather_only_takes_time() {
    for seed in 0..6 {
        let mut lab = friends(seed, ROUGH);
        talk(&mut lab, 300, |_, _| {});
        settle(&mut lab, 300, 60);
    }
}

#[test]
fn both_start_again_and_again() {
    for seed in 0..10 {
        let mut lab = friends(seed, ROUGH);
        talk(&mut lab, 300, |lab, id| {
            if id % 70 == 0 {
                lab.start(usize::try_from(id / 70 % 2).expect("small"));
            }
        });
        settle(&mut lab, 300, 120);
    }
}

#[test]
fn a_kill_at_any_moment_loses_and_doubles_nothing() {
    for moment in 0..120 {
        let mut lab = friends(moment, CALM);
        for id in 1..=10 {
            lab.say(0, id, &format!("a{id}"));
            lab.say(1, id, &format!("b{id}"));
        }
        lab.run(Duration::from_micros(300 * moment));
        lab.start(usize::from(moment % 2 == 0));
        settle(&mut lab, 10, 60);
    }
}

#[test]
fn a_minute_without_a_network_is_made_up_for() {
    for seed in 0..6 {
        let mut lab = friends(seed, ROUGH);
        talk(&mut lab, 300, |lab, id| {
            if id == 100 {
                lab.blackout = Some(lab.now.mono + Duration::from_mins(1));
            }
        });
        settle(&mut lab, 300, 150);
    }
}

#[test]
fn either_side_goes_to_another_address() {
    for seed in 0..10 {
        let mut lab = friends(seed, ROUGH);
        talk(&mut lab, 300, |lab, id| {
            if id % 100 == 50 {
                // Whoever moves knows where the other is.
                while lab.undelivered(0) + lab.undelivered(1) > 0 {
                    lab.run(Duration::from_millis(500));
                }
                let moving = usize::try_from(id / 100 % 2).expect("small");
                lab.move_to(
                    moving,
                    SocketAddr::from(([10, 0, 1, u8::try_from(id / 50).expect("small")], 7_781)),
                );
            }
        });
        settle(&mut lab, 300, 150);
    }
}

#[test]
fn two_who_dial_at_the_same_moment_end_with_one_session() {
    for seed in 0..20 {
        let mut lab = friends(seed, CALM);
        lab.say(0, 1, "a1");
        lab.say(1, 1, "b1");
        lab.run(Duration::from_secs(2));
        settle(&mut lab, 1, 10);
        let before = lab.carried;
        lab.run(Duration::from_secs(100));
        // One session keeps itself alive with a few datagrams each ten seconds; two would take twice as many.
        assert!(lab.carried - before < 60, "{}", lab.carried - before);
    }
}

#[test]
fn who_is_not_there_gets_a_datagram_a_second_at_most() {
    let mut lab = friends(1, CALM);
    lab.blackout = Some(lab.now.mono + Duration::from_hours(1));
    lab.say(0, 1, "a1");
    let mut last = lab.nodes[0].sent;
    for second in 0..3_600 {
        lab.run(Duration::from_secs(1));
        assert!(lab.nodes[0].sent - last <= 2, "second {second}");
        last = lab.nodes[0].sent;
    }
    assert!(lab.nodes[0].sent < 400, "{}", lab.nodes[0].sent);
    lab.run(Duration::from_mins(2));
    assert_eq!(lab.undelivered(0), 0);
}
