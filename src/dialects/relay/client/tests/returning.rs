//! How soon a member notices that its relay is another one now, and is in again.

use std::time::Duration;

use super::bench::{Bench, Said, TOKEN, encoded, pong, reaches, said, text};
use crate::dialects::relay::frame::{COOKIE_LENGTH, FromRelay};
use crate::model::Phrase;
use crate::model::traffic::ConnectionState;
use crate::wire::Output;

const SECOND: Duration = Duration::from_secs(1);

/// Whoever only listens has to ask for itself.
#[test]
fn while_people_talk_the_relay_is_asked_more_often() {
    let mut bench = Bench::inside();
    bench.hear(&text(11, 1, 1, "x"));
    let mut pings = Vec::new();
    for tenth in 1..=300 {
        if said(&bench.wait(100)).contains(&Said::Ping) {
            pings.push(tenth);
            bench.hear(&pong(11));
        }
    }
    let pauses: Vec<u32> = pings.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(pings[0] <= 4 && pauses[..4].iter().all(|pause| (19..=21).contains(pause)), "{pings:?}");
    assert!(pauses[5..].iter().all(|pause| (50..=63).contains(pause)), "{pings:?}");
    // A relay that says nothing any more is gone sooner, too.
    bench.hear(&text(12, 1, 2, "y"));
    let gone = bench.pass(60 * SECOND).into_iter().find(|(_, output)| matches!(output, Output::Event(_)));
    let (at, event) = gone.expect("gone");
    assert_eq!(reaches(&[event]), [ConnectionState::Down(Phrase::new("relay-no-answer").into())]);
    assert!((7 * SECOND..=9 * SECOND).contains(&at), "{at:?}");
}

/// What a restarted relay answers to a message brings the proof of the address along.
#[test]
fn who_is_not_known_any_more_joins_with_the_cookie_it_is_told_that_with() {
    let mut bench = Bench::inside();
    bench.wait(1_000);
    bench.say(1, "x");
    let cookie = Some([6; COOKIE_LENGTH]);
    let join = said(&bench.hear(&encoded(&FromRelay::Unknown { token: TOKEN, cookie })));
    assert!(matches!(join.as_slice(), [Said::Join { .. }]), "{join:?}");
}
