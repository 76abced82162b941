//! As others write it: what public programs, bots and scripts send, which no specification says.

use super::*;
use crate::dialects::ipmsg::packet::{command, flag};

const STRANGER_AT: &str = "10.0.0.99:2425";
const FEIQ: &str = "1_lbt6_0#128#305A3A52C610#0#0#0#4001#9";

fn malformed(effects: &Effects) -> usize {
    effects.events.iter().filter(|event| matches!(event, NetEvent::Malformed { .. })).count()
}

/// Who is said to have written: the conversation, the name, the user and the host.
fn introduced(effects: &Effects) -> Vec<(ConversationId, &str, &str, &str)> {
    let found = effects.events.iter().filter_map(|event| match event {
        NetEvent::Introduced { conversation, about } => {
            Some((*conversation, about.name.as_str(), about.user.as_str(), about.host.as_str()))
        }
        _ => None,
    });
    found.collect()
}

/// Visible, and Anna has said of herself only this.
fn meets(own: LocalIdentity, version: &str, flags: u32, body: &[u8]) -> Bench {
    let mut bench = Bench::bare();
    bench.interfaces(USUAL);
    bench.order(NetCommand::Introduce(own));
    bench.follow(ANNA, ANNA_AT);
    bench.overhear(ANNA_AT, &said_by(version, 1, 1 | flags, body));
    bench.wait(SECOND * 10);
    bench
}

// --- Numbers. ---

#[test]
fn a_message_is_shown_and_confirmed_whatever_number_it_bears() {
    for number in
        ["1783728000123456", "007", "0", "4294967296", "18446744073709551616", "9".repeat(60).as_str()]
    {
        let mut bench = Bench::new(true);
        let bytes = format!("1:{number}:me:localhost:288:Good Morning");
        let effects = bench.hear(STRANGER_AT, bytes.as_bytes());
        assert_eq!(effects.texts(), ["Good Morning"], "{number}");
        let [receipt] = &effects.sent[..] else { panic!("{number}: {effects:?}") };
        assert_eq!((receipt.kind(), receipt.text().as_str()), (command::RECEIPT, number));
        let again = bench.hear(STRANGER_AT, bytes.as_bytes());
        assert_eq!((again.texts().len(), again.kinds()), (0, vec![command::RECEIPT]), "{number}");
    }
}

#[test]
fn a_number_is_its_digits_and_another_one_is_another_message() {
    let mut bench = Bench::new(true);
    for number in ["7", "07", "18446744073709551616", "18446744073709551617"] {
        let bytes = format!("1:{number}:me:localhost:32:hello");
        assert_eq!(bench.hear(ANNA_AT, bytes.as_bytes()).texts(), ["hello"], "{number}");
    }
}

#[test]
fn the_same_words_under_the_same_number_are_new_after_a_minute() {
    let mut bench = Bench::new(true);
    let alert = packet(1, 0x120, b"disk full\0");
    for (wait, shown) in [(0, 1), (5, 0), (50, 0), (5, 1), (59, 0), (1, 1)] {
        bench.wait(SECOND * wait);
        let effects = bench.hear(ANNA_AT, &alert);
        assert_eq!(
            (effects.texts().len(), effects.kinds()),
            (shown, vec![command::RECEIPT]),
            "after {wait} s"
        );
    }
}

#[test]
fn a_receipt_counts_with_anything_behind_its_number() {
    for tail in ["", "\0", ":", ":0", ":\0junk", " \n", "\r\n\0", "x"] {
        let mut bench = meets(own(true), "1", 0, b"Anna\0lab\0");
        let (message, effects) = bench.send(ANNA, MessageKind::Text, "hello");
        let body = format!("{}{tail}", effects.sent[0].packet().number);
        let effects = bench.hear(ANNA_AT, &packet(9, 0x21, body.as_bytes()));
        assert_eq!(effects.events, [NetEvent::Delivered { message }], "{tail:?}");
    }
}

// --- What is not understood. ---

#[test]
fn what_makes_no_sense_is_counted() {
    let mut bench = Bench::new(true);
    for bytes in [
        &b"hello"[..],
        b"\xff\xfe\xfd",
        b"1:1:me:pc:32",
        b"2:1:me:pc:32:hello",
        b"1:x:me:pc:32:hello",
        b"1:-1:me:pc:32:hello",
        b"1:1:me:pc:0x20:hello",
        b"1:1:me:pc:4294967328:hello",
        b"1:1:me:pc:33:",
        b"1:1:me:pc:48:x",
        b"1:1:me:pc:97:x",
        b"1:1:me:pc:204:x",
        b"IP2:2a:VS:i1:PN:i7:CM:i20:BD:s5:hello",
    ] {
        let effects = bench.hear(ANNA_AT, bytes);
        assert_eq!((malformed(&effects), effects.sent.len()), (1, 0), "{}", String::from_utf8_lossy(bytes));
    }
    for kind in [0, 0x10, 0x13, 0x18, 0x31, 0x41, 0x51, 0x72, 0x7a, 0xa0, 0xb8, 0xfd, 0xfe, 0xff] {
        assert_eq!(malformed(&bench.hear(ANNA_AT, &packet(1, kind, b"\0"))), 0, "{kind:x} is known");
    }
}

// --- Lists of files. ---

#[test]
fn one_bad_file_of_an_offer_is_left_out_and_said() {
    let mut bench = Bench::new(true);
    let long = "长".repeat(90);
    let list = format!("files\x001:{long}.pdf:a:5f000000:1:\x072:bad:zz:0:1:\x073:good.txt:a:0:1:\x07");
    let effects = bench.hear(ANNA_AT, &packet(5, 0x20_0020, list.as_bytes()));
    let [received] = effects.received()[..] else { panic!("{effects:?}") };
    let names: Vec<&str> = received.files.as_slice().iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, [format!("{}.pdf", "长".repeat(65)).as_str(), "good.txt"]);
    let notices = effects.events.iter().filter_map(|event| match event {
        NetEvent::Noticed { notice, .. } => Some(notice.key),
        _ => None,
    });
    assert_eq!(notices.collect::<Vec<_>>(), ["notice-left-out"]);
}

// --- Names and encodings. ---

#[test]
fn who_writes_without_having_come_in_is_known_by_its_packet() {
    let mut bench = Bench::new(true);
    let effects = bench.hear(ANNA_AT, b"1:5:bot:robot:32:hello");
    assert_eq!(introduced(&effects), [(ANNA, "bot", "bot", "robot")]);
    assert!(introduced(&bench.hear(ANNA_AT, b"1:6:bot:robot:32:more")).is_empty(), "once");
    assert_eq!(introduced(&bench.hear(ANNA_AT, b"1:7:ann:robot:32:more")), [(ANNA, "ann", "ann", "robot")]);
    // A stranger has no conversation yet.
    assert!(introduced(&bench.hear(STRANGER_AT, b"1:5:eve:pc:32:hello")).is_empty());
    let effects = bench.follow(ConversationId(9), STRANGER_AT);
    assert_eq!(introduced(&effects), [(ConversationId(9), "eve", "eve", "pc")]);
    assert!(effects.peers().is_empty(), "nobody says that it is there");
}

#[test]
fn who_left_and_writes_keeps_its_nick() {
    let mut bench = meets(own(true), "1", 0, b"Annabel\0lab\0");
    bench.hear(ANNA_AT, &packet(2, 2, b"\0"));
    let effects = bench.hear(ANNA_AT, &packet(3, 0x20, b"one more thing\0"));
    assert_eq!((effects.texts(), introduced(&effects).len()), (vec!["one more thing"], 0));
}

#[test]
fn a_colon_in_a_name_is_one_again() {
    let mut bench = Bench::new(true);
    let effects =
        bench.overhear(STRANGER_AT, b"1_lbt6_0#128#0#0#0#0#4001#9:1:a\x08b:p\x08c:1:n\x08k\0g\x08p\0");
    let about = &effects.peers()[0].about;
    let names = [&about.name, &about.group, &about.user, &about.host];
    assert_eq!(names, ["n:k", "g:p", "a:b", "p:c"]);
    let effects = bench.overhear("10.0.0.98:2425", b"1:1:eve:pc:1:\x08\0\x08\0");
    let about = &effects.peers()[0].about;
    assert_eq!((about.name.as_str(), about.group.as_str()), ("eve", ""), "alone it stands for nothing");
}

#[test]
fn what_a_program_says_that_it_writes_beats_what_it_looks_like() {
    let cut = b"1_iptux 0.8.0-b1:6:user:host.local:259:\xe4\xb8\0\0icon-tux.png\0utf-8\0";
    let mut bench = Bench::new(true);
    let effects = bench.hear(STRANGER_AT, cut);
    assert_eq!(effects.peers()[0].about.name, "\u{fffd}");
    // Its words are read so as well, until it says otherwise.
    let effects = bench.hear(STRANGER_AT, b"1_iptux 0.8.0-b1:7:user:host.local:32:\xe4\xb8\0");
    assert_eq!((effects.texts(), effects.received()[0].lossy), (vec!["\u{fffd}"], true));
    bench.hear(STRANGER_AT, b"1:8:user:host.local:1:user\0");
    let effects = bench.hear(STRANGER_AT, b"1:9:user:host.local:32:\xe4\xb8\0");
    assert_eq!((effects.texts(), effects.received()[0].lossy), (vec!["涓"], false));
    let effects = bench.hear(STRANGER_AT, b"1_iptux 0.8.0:9:user:host:259:\xa4\xa4\xa4\xe5\0\0i\0big5\0");
    assert_eq!(effects.peers()[0].about.name, "中文");
}

#[test]
fn the_code_page_goes_first_to_those_who_say_nothing_of_utf_8() {
    let first = || LocalIdentity { legacy_first: true, ..own(true) };
    let sends = |bench: &mut Bench| {
        let (_, effects) = bench.send(ANNA, MessageKind::Text, "你好");
        let packet = effects.sent[0].packet();
        (packet.has(flag::UTF8), packet.body.to_vec())
    };
    let gb = (false, b"\xC4\xE3\xBA\xC3\0".to_vec());
    let utf8 = (true, "你好\0".as_bytes().to_vec());
    assert_eq!(sends(&mut meets(first(), "1", 0, b"Anna\0lab\0")), gb);
    assert_eq!(sends(&mut meets(own(true), "1", 0, b"Anna\0lab\0")), utf8, "nobody reads Chinese here");
    assert_eq!(sends(&mut meets(first(), "1", flag::CAN_UTF8, b"Anna\0lab\0")), utf8);
    assert_eq!(sends(&mut meets(first(), "1", flag::UTF8, b"Anna\0lab\0")), utf8);
    assert_eq!(sends(&mut meets(first(), "1_iptux 0.8.3", 0, b"Anna\0lab\0")), utf8);
    assert_eq!(sends(&mut meets(first(), "1", 0, "安娜\0lab\0".as_bytes())), utf8, "that is UTF-8");
    let mut learns = meets(first(), "1", 0, b"Anna\0lab\0");
    learns.hear(ANNA_AT, &packet(5, 0x20, "早\0".as_bytes()));
    assert_eq!(sends(&mut learns), utf8, "it has shown what it writes");
}

// --- FeiQ. ---

#[test]
fn of_feiq_only_its_own_tag_is_no_text_and_alone_it_is_a_message_without_words() {
    let mut bench = Bench::new(true);
    let font = "{/font;-8 0 0 0 400 0 0 0 134 0 0 2 32 Arial 8404992;}";
    let json = r#"{"level":"critical","host":{"ip":"10.0.0.1"}}"#;
    for (number, text, shown) in [(1, json.to_owned(), json), (2, format!("{json}{font}"), json)] {
        let effects = bench.hear(ANNA_AT, &said_by(FEIQ, number, 288, text.as_bytes()));
        assert_eq!((effects.texts(), effects.kinds()), (vec![shown], vec![command::RECEIPT]));
    }
    let effects = bench.hear(ANNA_AT, &said_by(FEIQ, 3, 288, font.as_bytes()));
    assert_eq!((effects.texts(), effects.kinds()), (vec![""], vec![command::RECEIPT]), "confirmed, so a row");
    let effects = bench.hear(ANNA_AT, &said_by(FEIQ, 4, 32, font.as_bytes()));
    assert_eq!((effects.texts().len(), effects.sent.len()), (0, 0));
    assert!(effects.events.contains(&NetEvent::Empty { source: at(ANNA_AT) }));
}

#[test]
fn feiq_gets_other_braces_and_nobody_else_does() {
    for (version, said) in [(FEIQ, "if (x) ｛ y; ｝"), ("1_iptux 0.8.3", "if (x) { y; }")] {
        let mut bench = meets(own(true), version, 0, b"Anna\0lab\0");
        let (_, effects) = bench.send(ANNA, MessageKind::Text, "if (x) { y; }");
        let body = effects.sent[0].packet().strings().next().expect("text").to_vec();
        let encoding = if version == FEIQ { Encoding::GBK } else { Encoding::UTF_8 };
        assert_eq!(encoding.decode(&body).0, said);
    }
}

// --- Answers. ---

#[test]
fn five_people_who_write_four_lines_at_once_get_all_their_receipts() {
    let mut bench = Bench::new(true);
    let mut effects = Effects::default();
    for number in 1..5 {
        for person in 1..6 {
            effects.join(
                bench.hear(&format!("10.0.0.{}:2425", 20 + person), &packet(number, 0x120, b"hello\0")),
            );
        }
    }
    assert_eq!(effects.sent.len(), 10, "no more within one second");
    effects.join(bench.wait(SECOND * 2));
    assert!(effects.kinds().iter().all(|kind| *kind == command::RECEIPT));
    for person in 1..6 {
        let to = at(&format!("10.0.0.{}:2425", 20 + person));
        let mut got: Vec<String> = effects.sent.iter().filter(|sent| sent.to == to).map(Sent::text).collect();
        got.sort();
        assert_eq!(got, ["1", "2", "3", "4"]);
    }
    assert!(bench.wait(SECOND * 100).sent.iter().all(|sent| sent.kind() != command::RECEIPT), "once each");
}

#[test]
fn a_repetition_gets_no_second_receipt_while_the_first_one_waits() {
    let mut bench = Bench::new(true);
    let mut got = 0;
    for number in [1, 2, 3, 4, 5, 6, 6, 6, 6] {
        got += bench.hear(STRANGER_AT, &packet(number, 0x120, b"hello\0")).sent.len();
    }
    let late = bench.wait(SECOND * 10).kinds().into_iter().filter(|kind| *kind == command::RECEIPT).count();
    assert_eq!((got, late), (5, 1));
}

#[test]
fn an_entry_is_answered_with_three_times_its_bytes_at_most() {
    for (entry, kinds) in [
        ("1:1:a:b:1:", 0),
        ("1:1:me:localhost:1:me", 1),
        ("1:1783728000:me:localhost:1:me", 1),
        ("1_iptux 0.8.3:1:user:host:257:user\0\0icon-tux.png\0utf-8\0", 1),
    ] {
        let mut bench = Bench::new(true);
        let effects = bench.overhear(STRANGER_AT, entry.as_bytes());
        assert_eq!(effects.kinds().len(), kinds, "{entry}");
        for sent in &effects.sent {
            assert!(sent.bytes.len() <= 3 * entry.len(), "{entry}: {}", String::from_utf8_lossy(&sent.bytes));
            let text = sent.text();
            assert_eq!(text, "侯哥");
        }
        if entry.contains("iptux") {
            assert_eq!(effects.sent[0].packet().strings().nth(3), Some(&b"utf-8"[..]));
        }
    }
}

// --- Where we listen. ---

#[test]
fn a_message_to_ourselves_fails_at_once() {
    for to in ["10.0.0.5", "127.0.0.1", "127.0.0.9"] {
        let mut bench = Bench::new(true);
        bench.follow(ConversationId(9), to);
        let (message, effects) = bench.send(ConversationId(9), MessageKind::Text, "hello, me");
        assert_eq!(effects.events, [NetEvent::Failed { message, fault: Fault::Ourselves }], "{to}");
        assert!(effects.sent.is_empty(), "{to}");
    }
    let mut bench = Bench::new(true);
    bench.follow(ConversationId(9), "127.0.0.1:2426");
    let (_, mut effects) = bench.send(ConversationId(9), MessageKind::Text, "another program");
    effects.join(bench.wait(SECOND));
    assert_eq!(effects.kinds(), [command::ENTRY, command::MESSAGE]);
}

#[test]
fn with_another_port_we_are_known_there_and_at_the_usual_one() {
    let mut bench = Bench { engine: Driver::new(5, Ipmsg::new(Some(at("0.0.0.0:3425")))), ..Bench::bare() };
    bench.interfaces(USUAL);
    let effects = bench
        .order(NetCommand::Introduce(LocalIdentity { announce: vec![address("10.9.0.1")], ..own(true) }));
    let targets: Vec<String> = effects.sent.iter().map(|sent| sent.to.to_string()).collect();
    let expected = ["10.9.0.1", "255.255.255.255"];
    let expected: Vec<String> =
        expected.iter().flat_map(|ip| [2425, 3425].map(|port| format!("{ip}:{port}"))).collect();
    assert_eq!(targets, expected);
}
