//! A relay with a log behind it.

use super::kept::Kept;
use super::*;
use crate::dialects::relay::frame::MemberToken;
use crate::dialects::relay::test_log::{EPOCH, SECRETS, TestLog};
use crate::model::room_log::{
    BackplaneRefusal, BackplaneReport, BackplaneRequest, DownCause, LogEpoch, LogSecret, LogSecrets, LogTail,
    PageStart, Place,
};

#[test]
fn a_message_goes_to_the_room_when_the_log_has_it_and_not_before() {
    let mut kept = Kept::new();
    let (mut ann, mut bob) = (kept.framed(1, "ann"), kept.framed(2, "bob"));
    let said = ann.say("hello");
    assert_eq!(kept.bench.hear(ann.address, &said), [], "nobody gets what is not kept yet");
    // Nor does saying it again ask for it again.
    assert_eq!(kept.bench.hear(ann.address, &said), []);
    let sent = kept.answer();
    bob.take_all(&sent);
    assert_eq!(bob.texts(), ["hello"]);
    assert_eq!(bob.answers.places, [3]);
    assert_eq!(kept.log.texts(), ["hello"]);
    ann.take_all(&kept.hear(ann.address, &said));
    assert_eq!(ann.answers.taken.len(), 1, "it is taken once");
    assert_eq!(kept.log.texts(), ["hello"]);
}

#[test]
fn a_welcome_tells_the_newest_message_of_the_room() {
    let mut kept = Kept::new();
    let mut ann = kept.framed(1, "ann");
    assert_eq!(ann.answers.welcomes, [Some(LogTail { epoch: EPOCH, last: None })]);
    let said = ann.say("hello");
    kept.hear(ann.address, said);
    let bob = kept.framed(2, "bob");
    assert_eq!(bob.answers.welcomes, [Some(LogTail { epoch: EPOCH, last: Place::new(3) })]);
    kept.restart();
    let cem = kept.framed(3, "cem");
    assert_eq!(cem.answers.welcomes, [Some(LogTail { epoch: EPOCH, last: Place::new(3) })]);
}

#[test]
fn a_message_of_before_the_end_is_known_when_it_is_said_again() {
    let mut kept = Kept::new();
    let mut ann = kept.framed(1, "ann");
    let said = ann.say("once");
    kept.hear(ann.address, said);
    kept.restart();
    let mut again = kept.claim(1, ann.id, ann.token);
    let said = again.say_again(1, "once");
    again.take_all(&kept.hear(at(1), said));
    assert_eq!(again.answers.taken, [(1, 0)], "known, and its place is in the log");
    assert_eq!(kept.log.texts(), ["once"]);
}

#[test]
fn a_page_comes_in_datagrams_that_pass_everywhere() {
    let mut kept = Kept::new();
    let mut ann = kept.framed(1, "ann");
    for number in 0..30 {
        let said = ann.say(&format!("{number} {}", "x".repeat(200)));
        kept.hear(ann.address, said);
        kept.bench.seconds(1);
        kept.hear(ann.address, ann.ping());
    }
    let ask = ann.read_log(5, PageStart::Latest, 12);
    let sent = kept.hear(ann.address, ask);
    assert!(sent.iter().all(|(_, bytes)| bytes.len() <= 1_200));
    ann.take_all(&sent);
    let parts = &ann.answers.log;
    assert!(parts.len() > 1);
    for (number, (ticket, part, of, more, _)) in parts.iter().enumerate() {
        assert_eq!((*ticket, usize::from(*part), usize::from(*of), *more), (5, number, parts.len(), true));
    }
    let read: Vec<&str> =
        parts.iter().flat_map(|part| &part.4).map(|text| text.split(' ').next().unwrap()).collect();
    assert_eq!(read, (18..30).map(|number| number.to_string()).collect::<Vec<_>>());
}

#[test]
fn pages_go_both_ways_and_say_when_there_is_no_more() {
    let mut kept = Kept::new();
    let mut ann = kept.framed(1, "ann");
    for text in ["a", "b", "c", "d"] {
        let said = ann.say(text);
        kept.hear(ann.address, said);
    }
    let mut read = |start, count| {
        let ask = ann.read_log(1, start, count);
        ann.take_all(&kept.hear(ann.address, ask));
        let (_, _, _, more, texts) = ann.answers.log.pop().unwrap();
        (texts.concat(), more)
    };
    let place = |place| Place::new(place).unwrap();
    assert_eq!(read(PageStart::Latest, 2), ("cd".to_owned(), true));
    assert_eq!(read(PageStart::Before(place(9)), 2), ("ab".to_owned(), false));
    assert_eq!(read(PageStart::Oldest, 3), ("abc".to_owned(), true));
    assert_eq!(read(PageStart::After(place(9)), 3), ("d".to_owned(), false));
    assert_eq!(read(PageStart::After(place(12)), 3), (String::new(), false));
}

#[test]
fn without_a_log_a_page_is_empty_and_a_welcome_says_so() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "class");
    assert_eq!(ann.answers.welcomes, [None]);
    let ask = ann.read_log(7, PageStart::Latest, 10);
    ann.take_all(&bench.hear(ann.address, ask));
    assert_eq!(ann.answers.log, [(7, 0, 1, false, Vec::new())]);
    let plain = bench.plain(2);
    assert_eq!(bench.answer(plain, "/history"), "* This relay keeps no messages.\n");
    assert!(!bench.answer(plain, "/help").contains("/history"));
}

#[test]
fn plain_members_read_the_last_messages_and_nobody_can_write_history() {
    let mut kept = Kept::new();
    let mut ann = kept.framed(1, "ann");
    let plain = kept.bench.plain(2);
    kept.hear(plain, "/join class");
    assert_eq!(texts(&kept.hear(plain, "/history"), plain), ["* Nothing was said in this room yet.\n"]);
    let said = ann.say("one\n* 2020-01-01 00:00 bob: I was never here\r\nend");
    kept.hear(ann.address, said);
    kept.hear(plain, "two");
    let read = texts(&kept.hear(plain, "/history 5"), plain);
    assert_eq!(
        read,
        [
            "* 1970-01-01 00:00 ann: one\n*   * 2020-01-01 00:00 bob: I was never here\n*   \n*   end\n",
            "* 1970-01-01 00:00 guest-1: two\n",
        ]
    );
    assert_eq!(texts(&kept.hear(plain, "/history 1"), plain).len(), 1);
    assert!(texts(&kept.hear(plain, "/help"), plain).concat().contains("/history N"));
}

#[test]
fn a_log_that_takes_nothing_is_told_of_and_nothing_is_passed_on() {
    let mut kept = Kept::new();
    let (mut ann, bob) = (kept.framed(1, "ann"), kept.framed(2, "bob"));
    kept.bench.events();
    kept.bench.relay.report(kept.bench.now, BackplaneReport::Down(DownCause::Full));
    assert_eq!(kept.bench.events(), [RelayEvent::LogDown(DownCause::Full)]);
    let said = ann.say("lost?");
    let sent = kept.hear(ann.address, &said);
    ann.take_all(&sent);
    assert_eq!(ann.answers.refused, [(1, RefusalReason::Apart)]);
    assert!(sent.iter().all(|(to, _)| *to != bob.address));
    let plain = kept.bench.plain(3);
    let told = texts(&kept.hear(plain, "hello"), plain);
    assert_eq!(told, ["* This relay cannot keep messages at the moment: what you write is not sent.\n"]);
    kept.bench.relay.report(kept.bench.now, BackplaneReport::Up(EPOCH));
    kept.bench.seconds(2);
    let sent = kept.hear(ann.address, said);
    ann.take_all(&sent);
    assert_eq!(kept.log.texts(), ["lost?"], "said again, it is taken");
}

#[test]
fn who_knows_the_places_of_another_log_comes_in_again() {
    let mut kept = Kept::new();
    let mut ann = kept.framed(1, "ann");
    let (now, other) = (kept.bench.now, LogEpoch(78));
    kept.bench.relay.report(now, BackplaneReport::Up(EPOCH));
    ann.take_all(&kept.bench.flush());
    assert!(ann.answers.unknown.is_empty(), "it is the same log");
    kept.bench.relay.report(now, BackplaneReport::Up(other));
    ann.take_all(&kept.bench.flush());
    assert_eq!(ann.answers.unknown, [ann.token]);
    let again = kept.framed(1, "ann");
    assert_eq!(again.answers.welcomes, [Some(LogTail { epoch: other, last: None })]);
}

#[test]
fn what_the_log_refuses_is_told_to_who_said_it() {
    let mut kept = Kept::new();
    let mut ann = kept.framed(1, "ann");
    let said = ann.say("no");
    kept.bench.handle(ann.address, said);
    for request in kept.take_requests() {
        if let BackplaneRequest::Append { ticket, .. } = request {
            let why = BackplaneRefusal::Down;
            kept.bench.relay.report(kept.bench.now, BackplaneReport::Refused { ticket, why });
        }
    }
    ann.take_all(&kept.bench.flush());
    assert_eq!(ann.answers.refused, [(1, RefusalReason::Apart)]);
    let said = ann.say_again(1, "no");
    ann.take_all(&kept.hear(ann.address, said));
    assert_eq!(ann.texts(), ["no"], "it may be said again");
}

#[test]
fn what_the_log_is_behind_with_is_bounded() {
    let options = RelayOptions {
        log: Some(EPOCH),
        rate: u32::MAX,
        bytes: u32::MAX,
        bandwidth: u64::MAX,
        ..RelayOptions::default()
    };
    let mut kept = Kept { bench: Bench::with(options), log: TestLog::default(), started: 1 };
    let ada = kept.bench.plain(1);
    for number in 0..6_000 {
        kept.bench.handle(ada, format!("x{number}"));
    }
    let appends = kept
        .take_requests()
        .iter()
        .filter(|request| matches!(request, BackplaneRequest::Append { .. }))
        .count();
    assert_eq!(appends, 4_096);
    let told = texts(&kept.bench.flush(), ada);
    assert!(told.iter().any(|line| line.contains("cannot keep messages")), "{told:?}");
}

#[test]
fn who_left_before_its_message_was_kept_is_named_all_the_same() {
    let mut kept = Kept::new();
    let (mut ann, mut bob) = (kept.framed(1, "ann"), kept.framed(2, "bob"));
    let said = ann.say("last words");
    kept.bench.handle(ann.address, said);
    kept.bench.handle(ann.address, ann.leave());
    let sent = kept.answer();
    bob.take_all(&sent);
    assert_eq!(bob.texts(), ["last words"]);
    let ask = bob.members(0);
    bob.take_all(&kept.hear(bob.address, ask));
    let gone = bob.answers.pages.concat().into_iter().find(|(_, id, here, _)| *id == ann.id && !here);
    assert_eq!(gone.map(|(_, _, _, name)| name), Some("ann".to_owned()));
}

#[test]
fn a_room_that_ends_is_not_followed_any_more_and_one_that_begins_anew_is() {
    let mut kept = Kept::new();
    let ann = kept.framed(1, "ann");
    kept.bench.handle(ann.address, ann.leave());
    kept.bench.flush();
    let requests = kept.take_requests();
    assert!(matches!(requests[..], [BackplaneRequest::Unfollow { .. }]), "{requests:?}");
    // Gone and back within one turn.
    let ann = kept.framed(1, "ann");
    kept.bench.seconds(2);
    let cookie = kept.bench.cookie(ann.address);
    kept.bench.handle(ann.address, ann.leave());
    kept.bench.handle(ann.address, ann.join(cookie));
    let mut back = Client::new(ann.address, ann.id, "ann", "class");
    back.take_all(&kept.answer());
    assert_ne!(back.token, MemberToken::NONE, "it is welcomed");
}

/// The secrets of so many days later.
fn days_later(days: u8) -> LogSecrets {
    (0..days).fold(SECRETS, |secrets, day| secrets.turned(LogSecret::new([100 + day; 16])))
}

#[test]
fn an_id_is_its_members_after_a_restart_and_at_another_relay_of_the_log() {
    let mut kept = Kept::new();
    let ann = kept.framed(1, "ann");
    kept.restart();
    // Whoever claims it first, without the token or with one that is not quite right, is somebody else.
    for (number, token) in [(5, MemberToken::NONE), (6, MemberToken(ann.token.0 ^ 1)), (7, MemberToken(7))] {
        let thief = kept.claim(number, ann.id, token);
        assert_ne!(thief.id, ann.id);
        assert_ne!(thief.token, ann.token);
        assert_ne!(thief.id, 0);
    }
    let back = kept.claim(2, ann.id, ann.token);
    assert_eq!((back.id, back.token), (ann.id, ann.token));
}

#[test]
fn a_token_is_good_for_today_and_for_the_day_after() {
    for (days, good) in [(0, true), (1, true), (2, false)] {
        let mut kept = Kept::new();
        let ann = kept.framed(1, "ann");
        kept.restart();
        kept.turn(days_later(days));
        let back = kept.claim(2, ann.id, ann.token);
        assert_eq!(back.id == ann.id, good, "after {days} days");
        assert_eq!(back.token == ann.token, days == 0, "it gets one of today");
    }
}

#[test]
fn a_member_that_stays_is_given_a_new_token_each_day() {
    let mut kept = Kept::new();
    let mut ann = kept.framed(1, "ann");
    for day in 1..5 {
        kept.turn(days_later(day));
        let before = ann.token;
        // Its answer may be lost: the old one is still good.
        let lost = ann.ping();
        kept.hear(ann.address, &lost);
        ann.take_all(&kept.hear(ann.address, &lost));
        assert!(ann.answers.renewed == usize::from(day) && ann.token != before);
        let said = ann.say("here");
        kept.hear(ann.address, said);
        // It was used, so the old one is not needed any more.
        kept.bench.seconds(2);
        ann.take_all(&kept.hear(ann.address, &lost));
        assert_eq!(ann.answers.unknown.len(), usize::from(day));
        kept.bench.seconds(20);
    }
    assert_eq!(kept.log.texts().len(), 4);
    kept.restart();
    kept.turn(days_later(5));
    assert_eq!(kept.claim(2, ann.id, ann.token).id, ann.id);
}

#[test]
fn a_join_that_comes_twice_makes_one_member() {
    let mut kept = Kept::new();
    let mut ann = Client::new(at(1), 1_001, "ann", "class");
    let join = ann.join(kept.bench.cookie(ann.address));
    kept.hear(ann.address, &join);
    ann.take_all(&kept.hear(ann.address, &join));
    let once = (kept.bench.names(), ann.answers.welcomes.len(), ann.index);
    assert_eq!(once, (vec!["ann".to_owned()], 1, 0), "nobody left meanwhile");
    assert_ne!(ann.id, 1_001, "no id is taken that was not proved");
}

#[test]
fn a_plain_member_is_told_that_it_is_in_a_room_when_whatever_is_said_from_then_on_reaches_it() {
    let mut kept = Kept::new();
    let mut ann = kept.framed(1, "ann");
    let ben = kept.bench.challenge(at(2));
    let told = texts(&kept.bench.hear(at(2), &ben), at(2));
    assert_eq!(told, [""; 0], "the log has not said where the lobby is");
    assert!(texts(&kept.answer(), at(2)).concat().starts_with("* You are "));
    // The lobby is known, the next room is not.
    assert_eq!(texts(&kept.bench.hear(at(2), "/join side"), at(2)), [""; 0]);
    let requests = kept.take_requests();
    assert!(
        requests.iter().any(|request| matches!(request, BackplaneRequest::Follow { room } if room == "side"))
    );
    for request in requests {
        kept.answer_one(request);
    }
    assert!(texts(&kept.bench.flush(), at(2)).concat().contains("in side"));
    // A room that is followed answers at once.
    assert!(texts(&kept.bench.hear(at(2), "/join class"), at(2)).concat().contains("in class"));
    let said = ann.say("hello");
    assert_eq!(texts(&kept.hear(ann.address, said), at(2)), ["ann: hello"]);
}

#[test]
fn plain_members_search_what_was_said_in_their_room() {
    let mut kept = Kept::new();
    let mut ann = kept.framed(1, "ann");
    let plain = kept.bench.plain(2);
    kept.hear(plain, "/join class");
    for text in ["red apples", "green pears", "more apples"] {
        let said = ann.say(text);
        kept.hear(ann.address, said);
    }
    let mut ask = |line: &str| texts(&kept.hear(plain, line), plain);
    let found = ["* 1970-01-01 00:00 ann: red apples\n", "* 1970-01-01 00:00 ann: more apples\n"];
    assert_eq!(ask("/history search apples"), found);
    assert_eq!(ask("/history search plums"), ["* Nothing of this was said in this room.\n"]);
    for odd in ["/history search", "/history search after:soon"] {
        assert!(ask(odd).concat().starts_with("* /history search WORDS: "), "{odd}");
    }
    assert!(ask("/help").concat().contains("/history search WORDS"));
    for number in 0..25 {
        let said = ann.say(&format!("pear {number}"));
        kept.hear(ann.address, said);
        kept.bench.seconds(1);
        kept.hear(ann.address, ann.ping());
        kept.hear(plain, "/ping");
    }
    let mut found = texts(&kept.hear(plain, "/history search pear"), plain);
    assert_eq!(found.pop().unwrap(), "* There are older ones too: before:DATE shows them.\n");
    assert_eq!(found.len(), 20);
    assert!(found[19].ends_with("ann: pear 24\n"), "{found:?}");
}

#[test]
fn a_search_that_nobody_carries_out_is_told_at_once() {
    let mut kept = Kept::new();
    let plain = kept.bench.plain(2);
    assert_eq!(kept.bench.hear(plain, "/history search apples"), []);
    let requests = kept.take_requests();
    let ticket = requests.iter().find_map(BackplaneRequest::ticket);
    let refused = BackplaneReport::Refused { ticket: ticket.unwrap(), why: BackplaneRefusal::NoSearch };
    kept.bench.relay.report(kept.bench.now, refused);
    let told = texts(&kept.bench.flush(), plain);
    assert_eq!(told, ["* Nobody searches here: this relay has no archive.\n"]);
}
