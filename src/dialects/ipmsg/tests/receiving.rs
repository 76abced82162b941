//! What others say: once each, and answered within the budget.

use std::path::Path;

use super::*;
use crate::dialects::ipmsg::packet::{command, flag};
use crate::model::file::{DownloadTarget, TransferId};
use crate::model::{FileCommand, MessageCommand, PeerCommand};

fn anna() -> Bench {
    let mut bench = Bench::new(true);
    bench.overhear(ANNA_AT, &packet(1, 1, b"Anna\0lab\0"));
    bench.wait(SECOND * 10);
    bench
}

#[test]
fn what_comes_again_is_shown_once_and_confirmed_each_time() {
    let mut bench = anna();
    let message = packet(7, 0x120, b"hello\0");
    let padded = [&message[..], &[0; 64]].concat();
    let again = packet(7, 0x4120, b"hello\0");
    let mut shown = 0;
    for bytes in [&message, &message, &padded, &again] {
        let effects = bench.hear(ANNA_AT, bytes);
        shown += effects.texts().len();
        assert_eq!(effects.kinds(), [command::RECEIPT]);
    }
    assert_eq!(shown, 1);
}

#[test]
fn nothing_is_confirmed_before_it_is_in_the_history() {
    let mut bench = anna();
    bench.keeps = false;
    let message = packet(7, 0x120, b"hello\0");
    let effects = bench.hear(ANNA_AT, &message);
    assert_eq!(effects.texts(), ["hello"]);
    assert!(effects.sent.is_empty());
    let payload = effects.received()[0].payload.clone();
    assert!(bench.hear(ANNA_AT, &message).sent.is_empty(), "nor when it comes again");
    let stored =
        NetCommand::Message(ANNA, MessageCommand::Stored { source: at(ANNA_AT), payload, uid: None });
    assert_eq!(bench.order(stored.clone()).kinds(), [command::RECEIPT]);
    assert!(bench.order(stored).sent.is_empty(), "once is enough");
    assert_eq!(bench.hear(ANNA_AT, &message).kinds(), [command::RECEIPT]);
}

#[test]
fn a_peer_that_starts_anew_is_heard_though_its_numbers_do_too() {
    let mut bench = anna();
    for number in [2, 3, 4] {
        assert_eq!(bench.hear(ANNA_AT, &packet(number, 0x120, b"hello\0")).texts(), ["hello"]);
    }
    bench.hear(ANNA_AT, &packet(1, 1, b"Anna\0lab\0"));
    bench.overhear(ANNA_AT, &packet(2, 1, b"Anna\0lab\0"));
    assert_eq!(bench.hear(ANNA_AT, &packet(3, 0x120, b"hello\0")).texts(), ["hello"]);
    // Its entry was lost, and it says something else.
    assert_eq!(bench.hear(ANNA_AT, &packet(3, 0x120, b"other\0")).texts(), ["other"]);
}

#[test]
fn a_program_that_always_starts_with_the_same_number_is_answered_and_heard_each_time() {
    let mut bench = anna();
    for how in ["killed", "ended"] {
        assert_eq!(bench.hear(ANNA_AT, &packet(2, 0x120, b"hello\0")).texts(), ["hello"], "{how}");
        bench.wait(SECOND * 10);
        if how == "ended" {
            bench.hear(ANNA_AT, &packet(3, 2, b"\0"));
        }
        let effects = bench.overhear(ANNA_AT, &packet(1, 1, b"Anna\0lab\0"));
        assert_eq!(effects.kinds(), [command::ANSWER_ENTRY], "{how}");
        assert!(bench.overhear(ANNA_AT, &packet(1, 1, b"Anna\0lab\0")).sent.is_empty(), "the second copy");
    }
    // It is back at once.
    bench.hear(ANNA_AT, &packet(2, 2, b"\0"));
    assert_eq!(bench.overhear(ANNA_AT, &packet(1, 1, b"Anna\0lab\0")).kinds(), [command::ANSWER_ENTRY]);
}

#[test]
fn a_bad_list_of_a_stranger_is_told_as_soon_as_there_is_a_conversation() {
    let mut bench = Bench::new(true);
    let effects = bench.hear("10.0.0.99:2425", &packet(5, 0x20_0020, b"look\0not a list\x07\0"));
    assert_eq!(effects.texts(), ["look"]);
    let told = |effects: &Effects| {
        effects.events.iter().filter(|event| matches!(event, NetEvent::Noticed { .. })).count()
    };
    let effects =
        [bench.follow(ConversationId(9), "10.0.0.99"), bench.follow(ConversationId(9), "10.0.0.99")];
    assert_eq!((told(&effects[0]), told(&effects[1])), (1, 0));
}

#[test]
fn nothing_is_answered_to_what_is_no_persons_words_to_us() {
    let mut bench = anna();
    let number = format!("{}\0", 5);
    for (what, command, body) in [
        ("an answer to an entry", 3, &b"Anna\0lab\0"[..]),
        ("a change", 0x104, b"Anna\0lab\0"),
        ("a receipt", 0x21, number.as_bytes()),
        ("a receipt of iptux", 0x121, number.as_bytes()),
        ("opened", 0x10_0030, number.as_bytes()),
        ("heard that it was opened", 0x32, number.as_bytes()),
        ("to everybody", 0x520, b"hello\0"),
        ("automatic", 0x2120, b"not here\0"),
        ("to a group of iptux", 0x1fb, b"hello\0"),
        ("who has a list", 0x10, b"\0"),
        ("who has a list, newer", 0x18, b"\0"),
        ("I have one", 0x11, b"\0"),
        ("give me the list", 0x12, b"0\0"),
        ("a list", 0x13, b"    0\x071\x07u\x07h\x071\x0710.0.0.9\x072425\x07n\x07g\0"),
        ("give me your key", 0x72, b"1\0"),
        ("version", 0x41, b"x\0"),
        ("words of absence", 0x51, b"x\0"),
        ("a file over UDP", 0x60, b"1:1:0:\0"),
        ("nothing", 0, b"\0"),
        ("typing", 0x79, b"\0"),
        ("a shake", 0xd1, b"\0"),
        ("leaving", 2, b"\0"),
    ] {
        let effects = bench.hear(ANNA_AT, &packet(100 + command, command, body));
        assert!(effects.sent.is_empty(), "{what}: {effects:?}");
        bench.wait(SECOND * 3);
    }
}

#[test]
fn what_comes_by_broadcast_is_to_everybody_and_not_confirmed() {
    let mut bench = anna();
    let effects = bench.overhear(ANNA_AT, &packet(5, 0x120, b"hello\0"));
    assert_eq!(effects.received()[0].kind, MessageKind::Everyone);
    assert!(effects.sent.is_empty());
}

#[test]
fn messages_say_what_they_are() {
    let mut bench = anna();
    for (number, flags, kind) in [
        (10, 0x100, MessageKind::Text),
        (11, 0x900, MessageKind::Several),
        (12, 0x400, MessageKind::Everyone),
        (13, 0x2000, MessageKind::Automatic),
        (14, 0x200, MessageKind::Sealed),
        (15, 0x8000, MessageKind::Sealed),
        (16, 0x40_0100, MessageKind::Unreadable),
    ] {
        let effects = bench.hear(ANNA_AT, &packet(number, 0x20 | flags, b"words\0"));
        let [received] = effects.received()[..] else { panic!("{effects:?}") };
        assert_eq!(received.kind, kind);
        let closed = matches!(kind, MessageKind::Sealed | MessageKind::Unreadable);
        assert_eq!(received.text.is_empty(), closed);
        assert!(!received.authenticated);
        assert!(!received.payload.is_empty());
    }
    let effects = bench.hear(ANNA_AT, &said_by("1_iptux 0.8.3", 17, 0x1fb, b"group\0"));
    assert_eq!(effects.received()[0].kind, MessageKind::Everyone);
}

#[test]
fn questions_are_answered_shortly() {
    let mut bench = anna();
    let effects = bench.hear(ANNA_AT, &packet(5, 0x40, b"\0"));
    assert_eq!(effects.kinds(), [command::VERSION]);
    assert!(effects.sent[0].text().starts_with("udpqq "));
    let effects = bench.hear(ANNA_AT, &packet(6, 0x50, b"\0"));
    assert_eq!(
        (effects.kinds(), effects.sent[0].text()),
        (vec![command::ABSENCE_TEXT], "Not absence mode".to_owned())
    );
    bench.order(NetCommand::Introduce(LocalIdentity { away: Some("吃饭".to_owned()), ..own(true) }));
    assert_eq!(bench.hear(ANNA_AT, &packet(7, 0x50, b"\0")).sent[0].text(), "吃饭");
    assert!(bench.hear(FAR, &packet(7, 0x40, b"\0")).sent.is_empty());
}

#[test]
fn who_is_away_says_so_once_a_minute_to_each() {
    let mut bench = anna();
    bench.order(NetCommand::Introduce(LocalIdentity { away: Some("吃饭".to_owned()), ..own(true) }));
    let effects = bench.hear(ANNA_AT, &packet(10, 0x120, b"are you there\0"));
    assert_eq!(effects.kinds(), [command::MESSAGE, command::RECEIPT]);
    let answer = effects.sent[0].packet();
    assert!(answer.has(flag::AUTOMATIC) && !answer.has(flag::CHECK));
    assert_eq!(effects.sent[0].text(), "吃饭");
    assert_eq!(bench.hear(ANNA_AT, &packet(11, 0x120, b"hello?\0")).kinds(), [command::RECEIPT]);
    bench.wait(SECOND * 60);
    for automatic in [0x2020, 0x420, 0x2220, 0x620] {
        assert!(bench.hear(ANNA_AT, &packet(12 + automatic, automatic, b"x\0")).sent.is_empty());
    }
    assert_eq!(bench.hear(ANNA_AT, &packet(13, 0x120, b"x\0")).kinds(), [command::MESSAGE, command::RECEIPT]);
}

#[test]
fn shakes_and_typing_are_shown_seldom() {
    let mut bench = anna();
    let noticed = |bench: &mut Bench| bench.hear(ANNA_AT, &packet(20, 0xd1, b"\0")).events.len();
    assert_eq!((noticed(&mut bench), noticed(&mut bench)), (1, 0));
    bench.wait(SECOND * 10);
    assert_eq!(noticed(&mut bench), 1);
    let effects = bench.hear(ANNA_AT, &packet(21, 0x79, b"\0"));
    assert_eq!(effects.events, [NetEvent::Typing { conversation: ANNA }]);
    assert!(bench.hear(ANNA_AT, &packet(22, 0x79, b"\0")).events.is_empty());
}

#[test]
fn a_peer_can_be_shaken_back() {
    let mut bench = anna();
    let effects = bench.hear(ANNA_AT, &packet(20, 0xd1, b"\0"));
    assert_eq!(effects.events, [NetEvent::Nudged { conversation: ANNA }]);
    let effects = bench.order(NetCommand::Peer(ANNA, PeerCommand::Nudge));
    assert_eq!(effects.kinds(), [command::SHAKE]);
    assert_eq!(effects.sent.first().map(|sent| sent.to.to_string()).as_deref(), Some(ANNA_AT));
    let nobody = NetCommand::Peer(ConversationId(99), PeerCommand::Nudge);
    assert!(bench.order(nobody).sent.is_empty());
}

#[test]
fn feiq_speaks_in_its_own_ways() {
    let mut bench = Bench::new(true);
    let say = |number, body: &[u8]| said_by("1_lbt6_0#128#", number, 0x120, body);
    let effects = bench.hear(ANNA_AT, &say(1, b"\xC1\xAA\xCD\xA8{/font;-12;}\0"));
    assert_eq!(effects.texts(), ["联通"], "though it would be UTF-8 as well");
    let effects = bench.hear(ANNA_AT, &say(2, b"/~#>x<B~\0"));
    assert_eq!(effects.texts(), ["[picture x]"], "what is confirmed has a row");
    assert_eq!(effects.kinds(), [command::RECEIPT]);
}

#[test]
fn an_encoding_is_guessed_learned_set_and_read_again() {
    let mut bench = Bench::new(true);
    let gbk = packet(5, 0x120, b"\xC4\xE3\xBA\xC3\0");
    let effects = bench.hear(ANNA_AT, &gbk);
    assert_eq!(effects.texts(), ["你好"]);
    let payload = effects.received()[0].payload.clone();
    assert_eq!(bench.send(ANNA, MessageKind::Text, "好").1.sent[1].packet().body, b"\xBA\xC3\0", "learned");
    assert_eq!(bench.hear(ANNA_AT, &packet(6, 0x120, "你好\0".as_bytes())).texts(), ["你好"]);
    bench.follow(ANNA, "10.0.0.7:2425?encoding=shift_jis");
    assert_eq!(bench.hear(ANNA_AT, &packet(7, 0x120, b"\x93\xFA\x96\x7B\0")).texts(), ["日本"]);
    assert_eq!(bench.hear(ANNA_AT, &packet(8, 0x80_0120, "日本\0".as_bytes())).texts(), ["日本"]);
    let (conversation, message) = (ANNA, MessageId(9));
    let effects = bench.order(NetCommand::Message(
        conversation,
        MessageCommand::Redecode { message, payload: payload.clone() },
    ));
    let [NetEvent::Redecoded { text, .. }] = &effects.events[..] else { panic!("{effects:?}") };
    assert_ne!(text, "你好");
    bench.follow(ANNA, ANNA_AT);
    let effects =
        bench.order(NetCommand::Message(conversation, MessageCommand::Redecode { message, payload }));
    let text = "你好".to_owned();
    assert_eq!(effects.events, [NetEvent::Redecoded { message, text, lossy: false }]);
}

#[test]
fn the_fall_back_is_what_the_config_says() {
    let mut bench = Bench::new(true);
    bench.order(NetCommand::Introduce(LocalIdentity { legacy: "shift_jis".to_owned(), ..own(true) }));
    assert_eq!(bench.hear(ANNA_AT, &packet(7, 0x120, b"\x93\xFA\x96\x7B\0")).texts(), ["日本"]);
}

#[test]
fn names_from_the_wire_are_short() {
    let mut bench = Bench::new(true);
    let long = "长".repeat(2_000);
    let effects = bench.overhear(ANNA_AT, &packet(1, 1, format!("{long}\0{long}\0").as_bytes()));
    let about = &effects.peers()[0].about;
    assert!(about.name.len() <= 256 && about.group.len() <= 256 && !about.name.is_empty());
    let effects = bench.hear(ANNA_AT, &said_by("1", 2, 0xfc, format!("{long}\0").as_bytes()));
    assert!(effects.peers()[0].about.motto.len() <= 256);
}

// --- The budget. ---

#[test]
fn five_hundred_who_come_in_at_once_are_each_answered_once_in_time() {
    let mut bench = Bench::new(true);
    bench.wait(SECOND * 10);
    let mut answered: Vec<(Duration, SocketAddr)> = Vec::new();
    let start = bench.now.mono;
    let note = |bench: &Bench, effects: &Effects, answered: &mut Vec<(Duration, SocketAddr)>| {
        let entries = effects.sent.iter().filter(|sent| sent.kind() == command::ANSWER_ENTRY);
        answered.extend(entries.map(|sent| (bench.now.mono - start, sent.to)));
    };
    for number in 0..500_u32 {
        let from = format!("10.0.0.{}:{}", 10 + number % 200, 3_000 + number);
        for _ in 0..2 {
            let effects = bench.overhear(&from, &packet(1, 1, b"n\0g\0"));
            note(&bench, &effects, &mut answered);
        }
        bench.now = bench.now.after(Duration::from_millis(2));
    }
    for _ in 0..1_000 {
        let effects = bench.wait(Duration::from_millis(100));
        note(&bench, &effects, &mut answered);
    }
    let mut sources: Vec<SocketAddr> = answered.iter().map(|(_, to)| *to).collect();
    sources.sort_unstable();
    sources.dedup();
    assert_eq!((answered.len(), sources.len()), (500, 500));
    for second in 0..100 {
        let within = answered.iter().filter(|(at, _)| at.as_secs() == second).count();
        assert!(within <= 10, "{within} in second {second}");
    }
}

#[test]
fn a_thousand_repeats_draw_few_answers() {
    for (what, bytes) in [
        ("entries", packet(1, 1, b"n\0g\0")),
        ("messages", packet(2, 0x120, b"hello\0")),
        ("questions", packet(3, 0x40, b"\0")),
    ] {
        let mut bench = Bench::new(true);
        bench.wait(SECOND * 10);
        let mut answers = 0;
        for _ in 0..1_000 {
            answers += bench.hear("10.0.0.66:2425", &bytes).sent.len();
            bench.now = bench.now.after(Duration::from_millis(1));
        }
        assert!((1..=10).contains(&answers), "{what}: {answers}");
    }
    // Other numbers and other sources each time.
    let mut bench = Bench::new(true);
    bench.wait(SECOND * 10);
    let mut answers = 0;
    for number in 0..1_000_u32 {
        let from = format!("10.0.0.{}:{}", 10 + number % 200, 2_000 + number);
        answers += bench.hear(&from, &packet(number, 0x120, b"hello\0")).sent.len();
        bench.now = bench.now.after(Duration::from_millis(1));
    }
    assert!((1..=11).contains(&answers), "{answers}");
}

#[test]
fn the_parts_of_a_long_text_from_a_contact_are_confirmed_at_once_and_no_more_than_ten_a_second() {
    let mut bench = Bench::new(true);
    let receipts = |bench: &mut Bench, from: &str, second: u32| {
        let parts = (0..100).map(|number| packet(second * 100 + number, 0x120, b"a part\0"));
        let to = |effects: Effects| effects.sent.iter().filter(|sent| sent.to == at(from)).count();
        parts.map(|part| to(bench.hear(from, &part))).sum::<usize>()
    };
    for second in 1..4 {
        assert_eq!(receipts(&mut bench, ANNA_AT, second), 10);
        bench.now = bench.now.after(SECOND);
    }
    assert_eq!(receipts(&mut bench, "10.0.0.66:2425", 9), 5, "a stranger");
}

#[test]
fn those_far_away_are_heard_and_not_answered_and_services_are_nobody() {
    let mut bench = Bench::new(true);
    for from in ["10.0.0.9:7", "10.0.0.9:1023"] {
        let effects = bench.hear(from, &packet(5, 0x120, b"hello\0"));
        assert_eq!((effects.events, effects.sent), (vec![NetEvent::Nobody { source: at(from) }], vec![]));
    }
    let effects = bench.hear(FAR, &packet(5, 0x120, b"hello\0"));
    assert_eq!((effects.texts(), effects.sent.len()), (vec!["hello"], 0));
    // Somebody whom a person put into the contacts is answered wherever it is.
    bench.follow(ConversationId(9), "203.0.113.10");
    assert_eq!(bench.hear("203.0.113.10:2425", &packet(5, 0x120, b"hello\0")).kinds(), [command::RECEIPT]);
    // Even if it spoke before that; but a stranger who spoke was chosen by nobody.
    let stranger = crate::model::traffic::FIRST_STRANGER;
    for (rank, answers) in [(stranger, 0), (1, 1)] {
        let address = address("203.0.113.11");
        let follow = PeerCommand::Follow { address, rank, session: None };
        bench.order(NetCommand::Peer(ConversationId(10), follow));
        let number = 5 + u32::from(answers > 0);
        let effects = bench.hear("203.0.113.11:2425", &packet(number, 0x120, b"hello\0"));
        assert_eq!(effects.sent.len(), answers);
    }
    for from in ["10.0.0.255:2425", "0.0.0.0:2425", "224.0.0.1:2425", "10.0.0.9:0"] {
        let effects = bench.hear(from, &packet(5, 0x120, b"hello\0"));
        assert_eq!((effects.events, effects.sent), (vec![NetEvent::Nobody { source: at(from) }], vec![]));
    }
}

/// The stream that is opened for the first file of Anna's, by an engine that listens there.
fn dialled(listen: &str) -> Option<Output> {
    let mut bench = Bench { engine: Driver::new(5, Ipmsg::new(Some(at(listen)))), ..Bench::bare() };
    bench.interfaces(USUAL);
    bench.order(NetCommand::Introduce(own(true)));
    bench.follow(ANNA, ANNA_AT);
    let payload = packet(1, 0x20_0020, b"take this\x007:a.txt:5:5f000000:1:\x07\0").into();
    let transfer = TransferId { message: MessageId(1), file: 0 };
    let folder = Path::new("/tmp").into();
    let place = DownloadTarget { folder, name: "a.txt".to_owned(), part: "a.part".to_owned() };
    let effects =
        bench.order(NetCommand::File(ANNA, FileCommand::Fetch { transfer, payload, target: place, from: 0 }));
    effects.others.into_iter().find(|output| matches!(output, Output::Dial { .. }))
}

#[test]
fn files_are_fetched_from_the_address_that_they_were_offered_to() {
    // A program of the family gives them to that address alone.
    let Some(Output::Dial { to, from, .. }) = dialled("10.0.0.5:2425") else { panic!("no stream") };
    assert_eq!((to, from), (at(ANNA_AT), Some(at("10.0.0.5:2425").ip())));
    // Where all addresses are listened at, the system chooses one for packets, and the same for streams.
    let Some(Output::Dial { from, .. }) = dialled("0.0.0.0:2425") else { panic!("no stream") };
    assert_eq!(from, None);
}
