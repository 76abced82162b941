//! Framed members: joining, speaking, being known again.

use super::*;
use crate::dialects::relay::frame::{MemberToken, RefusalReason};

#[test]
fn a_welcome_says_who_and_where() {
    let mut bench = Bench::new();
    let ann = bench.framed(1, "ann", "tea");
    assert_eq!((ann.id, ann.name.as_str(), ann.room.as_str()), (1_001, "ann", "tea"));
    assert_eq!((ann.index, ann.seen), (0, 1));
    let bob = bench.framed(2, "ANN", "a:b");
    assert_eq!((bob.name.as_str(), bob.room.as_str()), ("ANN-2", "lobby"));
    let eve = bench.framed(3, "a\u{202e}", "tea");
    assert_eq!((eve.name.as_str(), eve.index), ("guest-1", 1));
    let view = &bench.relay.members(1)[0];
    assert!(view.framed && view.room == "lobby");
}

#[test]
fn a_message_goes_to_all_in_both_forms_and_back_to_its_sender() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "lobby");
    let mut bob = bench.framed(2, "bob", "lobby");
    let eve = bench.plain(3);
    bench.catch_up(&mut ann);
    bench.catch_up(&mut bob);
    let say = ann.say("hello");
    let sent = bench.hear(at(1), say);
    ann.take_all(&sent);
    bob.take_all(&sent);
    assert_eq!(texts(&sent, eve), ["ann: hello"]);
    assert_eq!(bob.texts(), ["hello"]);
    assert_eq!(sent.len(), 3);
    let sent = bench.hear(eve, "hi\n");
    bob.take_all(&sent);
    assert_eq!(bob.got[1].1, 0);
    assert_eq!(bob.got[1].2, "hi\n");
    assert_eq!(texts(&sent, eve), [""; 0]);
    assert_eq!(bench.relay.counters().deliveries, 4);
}

#[test]
fn framed_members_see_who_comes_goes_and_is_renamed() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "lobby");
    let seen = |bench: &mut Bench, ann: &mut Client, from, bytes: &[u8]| {
        let sent = bench.hear(from, bytes);
        ann.take_all(&sent);
    };
    let line = bench.challenge(at(2));
    seen(&mut bench, &mut ann, at(2), line.as_bytes());
    seen(&mut bench, &mut ann, at(2), b"/nick bob");
    let nick = ann.nick("anna");
    seen(&mut bench, &mut ann, at(1), &nick);
    seen(&mut bench, &mut ann, at(2), b"/join tea");
    assert_eq!(ann.changes, ["+guest-1", "=bob", "=anna", "-1"]);
}

#[test]
fn a_message_said_again_is_taken_once() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "lobby");
    let bob = bench.plain(2);
    let say = ann.say("once");
    assert_eq!(texts(&bench.hear(at(1), &say), bob), ["ann: once"]);
    for _ in 0..3 {
        let sent = bench.hear(at(1), &say);
        assert_eq!(sent.len(), 1);
        ann.take_all(&sent);
    }
    // After two joinings.
    assert_eq!(ann.answers.taken, [(1, 3); 3]);
    assert_eq!(bench.relay.counters().repeated, 3);
    assert_eq!(bench.relay.counters().messages, 1);
}

#[test]
fn a_message_said_again_after_the_end_and_a_new_joining_is_taken_once() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "lobby");
    let say = ann.say("once");
    bench.hear(at(1), &say);
    ann.take_all(&bench.seconds(60));
    assert_eq!(ann.answers.unknown, [ann.token]);
    bench.seconds(500);
    bench.join(&mut ann);
    assert_eq!(ann.id, 1_001);
    let again = ann.say_again(1, "once");
    ann.take_all(&bench.hear(at(1), again));
    assert_eq!(ann.answers.taken, [(1, 0)]);
    assert_eq!(bench.relay.counters().messages, 1);
}

#[test]
fn who_is_turned_away_meanwhile_is_still_known_by_its_numbers() {
    let mut bench = Bench::with(RelayOptions { rooms: 1, ..RelayOptions::default() });
    bench.framed(2, "bob", "tea");
    let mut ann = bench.framed(1, "ann", "lobby");
    let say = ann.say("once");
    bench.hear(at(1), say);
    bench.hear(at(1), ann.leave());
    for (room, refused) in [("milk", vec![(0, RefusalReason::Rooms)]), ("lobby", vec![])] {
        bench.seconds(1);
        ann.room = room.to_owned();
        bench.join(&mut ann);
        assert_eq!(std::mem::take(&mut ann.answers.refused), refused);
    }
    let again = ann.say_again(1, "once");
    ann.take_all(&bench.hear(at(1), again));
    assert_eq!(ann.answers.taken, [(1, 0)]);
    assert_eq!(bench.relay.counters().messages, 1);
}

#[test]
fn a_ping_keeps_a_member_and_tells_the_newest_entry() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "lobby");
    bench.framed(2, "bob", "lobby");
    for _ in 0..5 {
        bench.seconds(20);
        let ping = ann.ping();
        ann.take_all(&bench.hear(at(1), ping));
    }
    assert_eq!(ann.answers.pongs[0], (2, 2));
    // Bob joined and left meanwhile.
    assert_eq!(ann.answers.pongs[4], (3, 1));
    assert_eq!(bench.names(), ["ann"]);
}

#[test]
fn a_token_is_good_at_its_own_address_only() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "lobby");
    let bob = bench.plain(2);
    let say = ann.say("from elsewhere");
    let sent = bench.hear(at(9), &say);
    assert_eq!(texts(&sent, bob), [""; 0]);
    let unknown = FromRelay::decode(&sent[0].1);
    assert!(
        matches!(unknown, Some(FromRelay::Unknown { token, cookie: Some(_) }) if token == ann.token),
        "{unknown:?}"
    );
    let forged = frame(&FromMember::Request {
        token: MemberToken(ann.token.0 ^ 1),
        request: MemberRequest::Say { number: 1, after: 0, text: b"forged" },
    });
    assert_eq!(texts(&bench.hear(at(1), forged), bob), [""; 0]);
    let zero = frame(&FromMember::Request {
        token: MemberToken::NONE,
        request: MemberRequest::Say { number: 1, after: 0, text: b"forged" },
    });
    assert_eq!(bench.hear(bob, zero).iter().filter(|(to, _)| *to == at(1)).count(), 0);
}

#[test]
fn a_member_that_moved_keeps_its_id_by_its_token() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "lobby");
    let bob = bench.plain(2);
    let (token, index) = (ann.token, ann.index);
    ann.address = at(9);
    bench.join(&mut ann);
    assert_eq!((ann.id, ann.token, ann.index), (1_001, token, index));
    assert_eq!(bench.relay.members(9).len(), 2);
    let sent = bench.hear(bob, "where are you?");
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].0, at(9));
}

#[test]
fn nobody_gets_the_id_of_another() {
    let mut bench = Bench::new();
    let ann = bench.framed(1, "ann", "lobby");
    let mut thief = Client::new(at(2), ann.id, "ann", "lobby");
    bench.join(&mut thief);
    assert_ne!(thief.id, ann.id);
    // Not even when it is gone.
    bench.hear(at(1), ann.leave());
    let mut thief = Client::new(at(3), ann.id, "ann", "lobby");
    bench.join(&mut thief);
    assert_ne!(thief.id, ann.id);
    let mut ann = ann;
    bench.seconds(1);
    bench.join(&mut ann);
    assert_eq!(ann.id, 1_001);
}

#[test]
fn a_welcome_that_was_lost_comes_again() {
    let mut bench = Bench::new();
    let mut ann = Client::new(at(1), 5, "ann", "lobby");
    let cookie = bench.cookie(at(1));
    let join = ann.join(cookie);
    let lost = bench.hear(at(1), &join);
    let again = bench.hear(at(1), &join);
    ann.take_all(&again);
    assert_eq!((again.len(), ann.id, ann.seen), (1, 5, 1));
    assert_eq!(lost[0], again[0]);
    assert_eq!(bench.relay.members(9).len(), 1);
}

#[test]
fn joining_another_room_moves() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "lobby");
    let mut bob = bench.framed(2, "bob", "lobby");
    bench.seconds(1);
    ann.room = "tea".to_owned();
    let cookie = bench.cookie(at(1));
    let sent = bench.hear(at(1), ann.join(cookie));
    ann.take_all(&sent);
    bob.take_all(&sent);
    assert_eq!((ann.room.as_str(), ann.seen), ("tea", 1));
    assert_eq!(bob.changes, ["-0"]);
    assert_eq!(bench.relay.rooms().len(), 2);
}

#[test]
fn a_name_is_refused_with_a_reason() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "lobby");
    bench.plain_named(2, "bob", "lobby");
    for name in ["BOB", "b:b"] {
        let nick = ann.nick(name);
        ann.take_all(&bench.hear(at(1), nick));
    }
    assert_eq!(ann.answers.refused, [(0, RefusalReason::NameTaken), (0, RefusalReason::BadName)]);
}

#[test]
fn leaving_is_answered_also_the_second_time() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "lobby");
    bench.seconds(1);
    for _ in 0..2 {
        ann.take_all(&bench.hear(at(1), ann.leave()));
    }
    assert_eq!(ann.answers.unknown, [ann.token; 2]);
    assert_eq!(bench.relay.rooms(), []);
}

#[test]
fn the_list_comes_in_pages_and_holds_who_just_left() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "lobby");
    for number in 2..102 {
        bench.framed(number, &format!("member number {number}"), "lobby");
        bench.later(Duration::from_millis(10));
    }
    bench.relay.unreachable(bench.now, at(50));
    let (mut next, mut all) = (0, Vec::new());
    loop {
        let ask = ann.members(next);
        let sent = bench.hear(at(1), ask);
        assert!(sent.iter().all(|(_, bytes)| bytes.len() <= 1_200));
        ann.take_all(&sent);
        let page = ann.answers.pages.pop().unwrap();
        let Some(last) = page.last() else { break };
        next = last.0 + 1;
        all.extend(page);
    }
    assert_eq!(all.len(), 101);
    let gone: Vec<_> = all.iter().filter(|line| !line.2).map(|line| line.3.as_str()).collect();
    assert_eq!(gone, ["member number 50"]);
}

#[test]
fn one_address_has_one_membership() {
    let mut bench = Bench::new();
    bench.plain_named(1, "ann", "lobby");
    bench.seconds(1);
    let mut client = bench.framed(1, "anna", "tea");
    assert_eq!(bench.names(), ["anna"]);
    // Text from there counts for nothing until it is proved.
    let bob = bench.plain_named(2, "bob", "tea");
    bench.seconds(1);
    let sent = bench.hear(at(1), "text from a framed member's address");
    assert_eq!(texts(&sent, bob), [""; 0]);
    let line = texts(&sent, at(1))[0].lines().last().unwrap().to_owned();
    let sent = bench.hear(at(1), line);
    client.take(&sent[0].1);
    assert_eq!(client.answers.unknown, [client.token]);
    assert_eq!(bench.names(), ["guest-3", "bob"]);
}

#[test]
fn a_name_is_one_programs_in_all_rooms_of_the_relay() {
    let mut bench = Bench::new();
    let ann = bench.framed(1, "ann", "tea");
    let mut side = Client::new(at(1), 7_001, "Ann", "side");
    bench.seconds(2);
    bench.join(&mut side);
    assert_eq!((side.name.as_str(), side.room.as_str()), ("Ann", "side"));
    let other = bench.framed(2, "ann", "coffee");
    assert_eq!(other.name, "ann-2", "somebody else has it in no room");
    // Gone from one room, it is still its in the other.
    bench.hear(ann.address, ann.leave());
    assert_eq!(bench.framed(3, "ANN", "tea").name, "ANN-3");
    bench.hear(side.address, side.leave());
    assert_eq!(bench.framed(4, "ANN", "tea").name, "ANN");
}

#[test]
fn a_ping_is_for_all_rooms_of_a_program_and_its_answer_tells_of_all() {
    let mut bench = Bench::new();
    let mut rooms: Vec<Client> =
        (0..100).map(|room| Client::new(at(1), 7_000 + room, "ann", &format!("room-{room}"))).collect();
    for room in 0..rooms.len() {
        bench.seconds(1);
        bench.join(&mut rooms[room]);
        let ping = rooms[0].ping();
        bench.hear(at(1), ping);
    }
    for _ in 0..4 {
        bench.seconds(40);
        let ping = rooms[3].ping();
        let sent = bench.hear(at(1), ping);
        assert_eq!(sent.len(), 2);
        assert!(sent.iter().all(|(_, bytes)| bytes.len() <= 1_200));
        for client in &mut rooms {
            client.take_all(&sent);
        }
    }
    assert!(rooms.iter().all(|client| client.answers.pongs.len() == 4));
    assert_eq!(bench.relay.members(usize::MAX).len(), 100);
    bench.seconds(61);
    assert_eq!(bench.relay.members(usize::MAX).len(), 0);
}
