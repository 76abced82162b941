//! Several messages of one member under way: they are passed on in the order of their numbers, or not at all.

use super::kept::Kept;
use super::*;
use crate::model::room_log::{BackplaneRefusal, BackplaneReport, BackplaneRequest};

#[test]
fn a_message_that_has_missed_its_turn_is_neither_passed_on_nor_said_to_be() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "lobby");
    for number in [300, 299, 45, 44, 300, 301, 299] {
        let say = ann.say_again(number, "x");
        ann.take_all(&bench.hear(at(1), say));
        bench.seconds(1);
    }
    assert_eq!(ann.answers.taken.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [300]);
    assert_eq!(ann.got.iter().map(|(_, number, _)| *number).collect::<Vec<_>>(), [300, 301]);
}

#[test]
fn messages_that_come_before_their_turn_are_passed_on_in_it() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "lobby");
    let bob = bench.plain(2);
    for (number, after, passed_on) in [
        (3, 2, vec![]),
        (2, 1, vec![]),
        (4, 3, vec![]),
        (1, 0, vec!["ann: 1", "ann: 2", "ann: 3", "ann: 4"]),
        (6, 5, vec![]),
        // 5 was given up: 6 comes again behind what the relay has, and what waited with it does not come twice.
        (6, 0, vec!["ann: 6"]),
        (5, 4, vec![]),
    ] {
        let say = ann.say_after(number, after, &number.to_string());
        let sent = bench.hear(at(1), say);
        ann.take_all(&sent);
        assert_eq!(texts(&sent, bob), passed_on, "{number}");
    }
    assert_eq!(ann.answers.taken, []);
    // What waits in one room is not said in another.
    let say = ann.say_after(9, 8, "for the lobby");
    bench.hear(at(1), say);
    ann.room = "tea".to_owned();
    bench.seconds(1);
    bench.join(&mut ann);
    let say = ann.say_after(8, 0, "for tea");
    assert_eq!(texts(&bench.hear(at(1), say), bob), [""; 0]);
    assert_eq!(bench.relay.counters().messages, 6);
}

/// A log that refuses one message and takes the next would turn them round.
#[test]
fn of_each_framed_member_the_log_is_asked_for_one_message_at_a_time() {
    let mut kept = Kept::new();
    let (mut ann, mut bob) = (kept.framed(1, "ann"), kept.framed(2, "bob"));
    for number in 1..=3 {
        let said = ann.say_after(number, number - 1, &format!("ann {number}"));
        kept.bench.handle(ann.address, said);
    }
    let said = bob.say("bob");
    kept.bench.handle(bob.address, said);
    // The first of ann, and that of bob.
    let requests = kept.take_requests();
    assert_eq!(requests.len(), 2, "{requests:?}");
    let mut refused = 0;
    for request in requests {
        match request {
            BackplaneRequest::Append { ticket, record, .. } if record.id == ann.id => {
                refused += 1;
                let why = BackplaneRefusal::Busy;
                kept.bench.relay.report(kept.bench.now, BackplaneReport::Refused { ticket, why });
            }
            request => kept.answer_one(request),
        }
    }
    assert_eq!(refused, 1);
    ann.take_all(&kept.answer());
    assert_eq!(ann.answers.refused, [(1, RefusalReason::Apart)]);
    assert_eq!(kept.log.texts(), ["bob"], "what follows it waits");
    let said = ann.say_after(1, 0, "ann 1");
    ann.take_all(&kept.hear(ann.address, said));
    assert_eq!(kept.log.texts(), ["bob", "ann 1", "ann 2", "ann 3"]);
    kept.bench.catch_up(&mut ann);
    assert_eq!(ann.texts(), ["bob", "ann 1", "ann 2", "ann 3"]);
}
