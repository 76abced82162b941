//! Plain members: their commands, their messages, their end and their return.

use super::*;

#[test]
fn a_message_goes_to_the_others_of_the_room_as_it_is() {
    let mut bench = Bench::new();
    let (ann, bob, far) = (bench.plain(1), bench.plain(2), bench.plain_named(3, "far", "elsewhere"));
    let sent = bench.hear(ann, b"\xc4\xe3\xba\xc3\x00\x1b[2J\r\n");
    assert_eq!(sent, [(bob, b"guest-1: \xc4\xe3\xba\xc3\x00\x1b[2J\r\n".to_vec())]);
    assert_eq!(bench.hear(far, "alone"), []);
    let counters = bench.relay.counters();
    assert_eq!((counters.messages, counters.deliveries), (2, 1));
}

#[test]
fn each_message_is_one_datagram_also_when_many_wait() {
    let mut bench = Bench::new();
    let (ann, bob, eve) = (bench.plain(1), bench.plain(2), bench.plain(3));
    bench.handle(ann, "one");
    bench.handle(bob, "two");
    bench.handle(ann, "three");
    let sent = bench.flush();
    assert_eq!(texts(&sent, ann), ["guest-2: two"]);
    assert_eq!(texts(&sent, bob), ["guest-1: one", "guest-1: three"]);
    assert_eq!(texts(&sent, eve), ["guest-1: one", "guest-2: two", "guest-1: three"]);
}

#[test]
fn slash_words_that_are_no_command_are_messages() {
    let mut bench = Bench::new();
    let (ann, bob) = (bench.plain(1), bench.plain(2));
    for text in ["/dance", "/WHO", "/who\n/leave", "/etc/passwd"] {
        assert_eq!(bench.hear(ann, text), [(bob, format!("guest-1: {text}").into_bytes())]);
    }
}

#[test]
fn names_are_given_once_whatever_their_case() {
    let mut bench = Bench::new();
    let (ann, bob) = (bench.plain(1), bench.plain(2));
    assert_eq!(bench.answer(ann, "/nick Ann\n"), "* You are Ann now.\n");
    assert_eq!(bench.answer(bob, "/nick aNN"), "* Somebody has that name.\n");
    assert_eq!(bench.answer(ann, "/nick ANN"), "* You are ANN now.\n");
    assert_eq!(bench.names(), ["ANN", "guest-2"]);
    bench.hear(ann, "/leave");
    assert_eq!(bench.answer(bob, "/nick ann"), "* You are ann now.\n");
}

#[test]
fn a_name_holds_nothing_that_cannot_be_seen_and_no_separator() {
    let mut bench = Bench::new();
    let ann = bench.plain(1);
    let long = "x".repeat(33);
    for name in ["", "a:b", "a\u{1b}[2J", "a\u{202e}b", "a\u{200b}b", "*", "/root", "a\tb", &long] {
        assert!(bench.answer(ann, format!("/nick {name}")).starts_with("* A name has"), "{name:?}");
        bench.seconds(1);
    }
    let longest = "x".repeat(32);
    for name in ["小明", "Zoë", "two words", &longest] {
        assert_eq!(bench.answer(ann, format!("/nick {name}\n")), format!("* You are {name} now.\n"));
    }
}

#[test]
fn a_member_changes_its_room_and_sees_who_is_where() {
    let mut bench = Bench::new();
    let (ann, bob) = (bench.plain_named(1, "ann", "tea"), bench.plain_named(2, "bob", "lobby"));
    assert_eq!(bench.answer(bob, "/rooms"), "* lobby (1 member)\n* tea (1 member)\n");
    assert_eq!(bench.answer(bob, "/join Tea"), "* You are bob, in tea with 1 member. /help tells more.\n");
    assert_eq!(bench.answer(bob, "/who"), "* ann\n* bob\n");
    assert_eq!(bench.answer(bob, "/rooms"), "* tea (2 members)\n");
    assert_eq!(texts(&bench.hear(ann, "hi"), bob), ["ann: hi"]);
    assert!(bench.answer(ann, "/join a:b").starts_with("* A name has"));
    assert!(bench.events().contains(&RelayEvent::Moved {
        member: bob,
        name: "bob".to_owned(),
        room: "tea".to_owned()
    }));
}

#[test]
fn a_long_list_says_how_many_more_there_are() {
    let mut bench = Bench::open();
    for number in 0..400 {
        bench.hear(at(number), "/ping");
    }
    let list = bench.answer(at(1), "/who");
    assert!(list.len() <= 1_200);
    let shown = list.lines().count() - 1;
    let next = shown + 1;
    assert!(list.ends_with(&format!("* and {} more: /who {next}\n", 400 - shown)), "{list}");
    let rest = bench.answer(at(1), format!("/who {next}"));
    assert!(rest.starts_with(&format!("* guest-{next}\n")), "{rest}");
    assert_eq!(bench.answer(at(1), "/who 401"), "* guest-400\n");
}

#[test]
fn small_commands_are_answered() {
    let mut bench = Bench::new();
    let ann = bench.plain(1);
    assert_eq!(bench.answer(ann, "/ping\n"), "* pong\n");
    assert!(bench.answer(ann, "/help").contains("/nick NAME"));
    assert!(bench.answer(ann, "/prove ABC123").starts_with("* You are guest-1"));
    assert_eq!(bench.hear(ann, ""), []);
    assert_eq!(bench.answer(ann, "/leave"), "* You have left. Write anything to return.\n");
    assert_eq!(bench.relay.members(9), []);
    assert_eq!(bench.relay.rooms(), []);
}

#[test]
fn who_is_silent_is_told_how_to_return_and_gets_name_and_room_back() {
    let mut bench = Bench::new();
    let ann = bench.plain_named(1, "ann", "tea");
    bench.seconds(59);
    bench.hear(ann, "");
    assert_eq!(bench.seconds(59), []);
    let told = texts(&bench.seconds(1), ann).remove(0);
    assert!(told.starts_with("* Nothing came from you for 60 seconds"), "{told}");
    let line = told.lines().find(|line| line.starts_with("/prove ")).unwrap();
    bench.seconds(5);
    assert!(bench.answer(ann, line).starts_with("* You are ann, in tea"));
    let why = bench.events().into_iter().find_map(|event| match event {
        RelayEvent::Left { why, .. } => Some(why),
        _ => None,
    });
    assert_eq!(why, Some(Leaving::Silent));
}

#[test]
fn who_writes_after_the_end_is_asked_for_proof_and_not_passed_on() {
    let mut bench = Bench::new();
    let (ann, bob) = (bench.plain_named(1, "ann", "tea"), bench.plain_named(2, "bob", "tea"));
    for _ in 0..3 {
        bench.seconds(30);
        bench.hear(bob, "");
    }
    let sent = bench.hear(ann, "are you still there?");
    assert_eq!(texts(&sent, bob), [""; 0]);
    let line = texts(&sent, ann)[0].lines().last().unwrap().to_owned();
    assert!(bench.answer(ann, line).starts_with("* You are ann, in tea with 1 member"));
}

#[test]
fn a_name_that_was_taken_meanwhile_is_not_given_back() {
    let mut bench = Bench::new();
    let ann = bench.plain_named(1, "ann", "tea");
    bench.seconds(60);
    bench.plain_named(2, "Ann", "lobby");
    let line = bench.challenge(ann);
    assert!(bench.answer(ann, line).starts_with("* You are ann-2, in tea"));
}

#[test]
fn where_nobody_listens_any_more_nothing_is_sent() {
    let mut bench = Bench::new();
    let (ann, bob) = (bench.plain(1), bench.plain(2));
    bench.relay.unreachable(bench.now, bob);
    assert_eq!(bench.hear(ann, "hello?"), []);
    assert_eq!(bench.names(), ["guest-1"]);
}

#[test]
fn a_message_goes_to_those_who_were_there_when_it_came() {
    let mut bench = Bench::new();
    let (ann, bob) = (bench.plain(1), bench.plain(2));
    let line = bench.challenge(at(3));
    bench.handle(ann, "before");
    bench.handle(at(3), line);
    bench.handle(bob, "/leave");
    bench.handle(ann, "after");
    let sent = bench.flush();
    assert_eq!(texts(&sent, bob)[0], "guest-1: before");
    assert_eq!(texts(&sent, at(3))[1..], ["guest-1: after"]);
    assert_eq!(texts(&sent, bob).len(), 2);
}

#[test]
fn the_relay_says_goodbye() {
    let mut bench = Bench::new();
    let ann = bench.plain(1);
    let mut bob = bench.framed(2, "bob", "lobby");
    bench.handle(ann, "last words");
    bench.relay.close(bench.now);
    let sent = bench.flush();
    bob.take_all(&sent);
    assert_eq!(texts(&sent, ann), ["* The relay closes. Goodbye.\n"]);
    assert_eq!(bob.texts(), ["last words"]);
    assert!(bob.answers.closing);
    assert_eq!(bench.hear(ann, "too late"), []);
    assert_eq!(bench.relay.deadline(), None);
}

#[test]
fn a_room_has_a_name_that_an_address_can_hold() {
    let mut bench = Bench::new();
    let ann = bench.plain(1);
    for room in ["tea time", "a/b", "50%", "what?", "a&b", "#tea"] {
        let answer = bench.answer(ann, format!("/join {room}"));
        assert!(answer.starts_with("* A name has"), "{room}: {answer}");
    }
    assert!(bench.answer(ann, "/join 茶-2").contains("in 茶-2"));
}
