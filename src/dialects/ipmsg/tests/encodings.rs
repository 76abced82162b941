//! Which encoding a peer writes and reads, as far as its packets tell.

use super::*;
use crate::dialects::ipmsg::packet::flag;
use crate::model::MessageCommand;
use crate::model::OutgoingMessage;

const CLONE: &str = "1_lbt6_0#128#305A3A52C610#0#0#0#4001#9";

/// A packet of a user whose own name is not ASCII.
fn from_user(user: &[u8], number: u32, command: u32, body: &[u8]) -> Vec<u8> {
    packet::write(b"1", number, (user, b"pc"), command, body)
}

// --- Reading. ---

#[test]
fn two_bytes_of_a_peer_that_writes_gbk_are_gbk() {
    let mut bench = Bench::new(true);
    let gbk_user = b"\xD5\xC5\xC8\xFD";
    let texts = |bench: &mut Bench, packet: &[u8]| bench.hear(ANNA_AT, packet).texts().join("|");
    assert_eq!(texts(&mut bench, &from_user(gbk_user, 5, 0x20, b"\xD2\xBB\0")), "一", "by its header");
    assert_eq!(texts(&mut bench, &packet(6, 0x20, b"\xC3\xAB\0")), "毛", "it is known by now");
    assert_eq!(texts(&mut bench, &packet(7, 0x20, "很好 👍\0".as_bytes())), "很好 👍");
    assert_eq!(texts(&mut bench, &packet(8, 0x80_0020, "é\0".as_bytes())), "é", "flagged");
    assert_eq!(bench.hear(BEN_AT, &packet(5, 0x20, "é\0".as_bytes())).texts(), ["é"], "nothing is known");
}

#[test]
fn names_are_read_like_the_other_names_in_their_packet() {
    let mut bench = Bench::new(true);
    let entry = from_user(b"\xD5\xC5\xC8\xFD", 1, 1, b"\xD2\xBB\0\xC3\xAB\0");
    let effects = bench.hear(ANNA_AT, &entry);
    let about = &effects.peers()[0].about;
    assert_eq!((about.name.as_str(), about.group.as_str(), about.user.as_str()), ("一", "毛", "张三"));
    let effects = bench.hear(BEN_AT, &from_user(b"\xC3\xAB", 1, 1, b"\xB0\xB2\xC4\xC8\0lab\0"));
    assert_eq!(effects.peers()[0].about.user, "毛");
    let list = b"\xBF\xB4\x007:\xD2\xBB.txt:5:5f000000:1:\x07\0";
    let effects = bench.hear(FAR, &packet(3, 0x20_0020, list));
    assert_eq!(effects.received()[0].files.as_slice()[0].name, "一.txt", "like the words beside it");
}

#[test]
fn a_clone_of_feiq_writes_utf_8_where_gbk_has_no_such_sign() {
    let mut bench = Bench::new(true);
    let mut shown = |number: u32, text: &[u8]| {
        bench.hear(ANNA_AT, &said_by(CLONE, number, 0x120, text)).texts().join("|")
    };
    assert_eq!(shown(1, "👍\0".as_bytes()), "👍");
    assert_eq!(shown(2, "收到👍\0".as_bytes()), "收到👍");
    assert_eq!(shown(3, b"\xCA\xD5\xB5\xBD\0"), "收到");
    assert_eq!(shown(4, b"\xD2\xBB\0"), "一");
}

// --- Learning. ---

/// What Anna is written to in.
fn written(bench: &mut Bench) -> &'static str {
    let (_, effects) = bench.send(ANNA, MessageKind::Text, "你好");
    let sent = effects.sent.last().expect("sent").packet();
    let flagged = sent.has(flag::UTF8);
    bench.hear(ANNA_AT, &packet(900, 0x21, format!("{}\0", sent.number).as_bytes()));
    match sent.strings().next() {
        Some(b"\xC4\xE3\xBA\xC3") if !flagged => "gbk",
        Some(text) if flagged && text == "你好".as_bytes() => "utf-8",
        other => panic!("{other:?}"),
    }
}

fn comes_in(bench: &mut Bench, number: u32, flags: u32, nick: &[u8]) {
    bench.hear(ANNA_AT, &packet(number, 1 | flags, &[nick, b"\0lab\0"].concat()));
}

#[test]
fn one_text_in_utf_8_does_not_make_a_reader_of_utf_8_out_of_a_peer_that_writes_gbk() {
    let mut bench = Bench::new(true);
    comes_in(&mut bench, 1, 0, b"\xB0\xB2\xC4\xC8");
    for (number, text) in [(5, "好的👍"), (6, "你好")] {
        assert_eq!(bench.hear(ANNA_AT, &packet(number, 0x20, text.as_bytes())).texts(), [text]);
        assert_eq!(written(&mut bench), "gbk", "{text}");
    }
    bench.hear(ANNA_AT, &packet(7, 0x80_0020, "你好".as_bytes()));
    assert_eq!(written(&mut bench), "utf-8", "the flag says so");
    bench.hear(ANNA_AT, &packet(8, 0x20, b"\xC4\xE3\xBA\xC3"));
    assert_eq!(written(&mut bench), "utf-8", "and its words do not take that back");
    comes_in(&mut bench, 9, 0, b"\xB0\xB2\xC4\xC8");
    assert_eq!(written(&mut bench), "gbk", "another program");
}

#[test]
fn what_a_peer_without_a_flag_reads_is_told_by_its_names_until_it_writes_gbk() {
    let mut bench = Bench::new(true);
    comes_in(&mut bench, 1, 0, b"\xB0\xB2\xC4\xC8");
    bench.hear(ANNA_AT, &from_user("安娜".as_bytes(), 5, 0x20, "hi".as_bytes()));
    assert_eq!(written(&mut bench), "utf-8");
    bench.hear(ANNA_AT, &packet(6, 0x20, b"\xC4\xE3\xBA\xC3"));
    assert_eq!(written(&mut bench), "gbk");
    comes_in(&mut bench, 7, 0, "安娜".as_bytes());
    assert_eq!(written(&mut bench), "utf-8");
    bench.hear(ANNA_AT, &packet(8, 0x20, b"\xC4\xE3\xBA\xC3"));
    assert_eq!(written(&mut bench), "gbk", "no flag has said otherwise");
}

#[test]
fn a_text_that_gbk_lacks_does_not_tell_what_its_writer_reads() {
    let mut bench = Bench::new(true);
    bench.order(NetCommand::Introduce(LocalIdentity { legacy_first: true, ..own(true) }));
    comes_in(&mut bench, 1, 0, b"Anna");
    bench.hear(ANNA_AT, &packet(5, 0x20, "好的👍".as_bytes()));
    assert_eq!(written(&mut bench), "gbk");
    bench.hear(ANNA_AT, &packet(6, 0x20, "好的".as_bytes()));
    assert_eq!(written(&mut bench), "utf-8", "it had no other reason to write that");
}

// --- Writing. ---

#[test]
fn what_gbk_lacks_does_not_go_to_those_of_whom_nobody_knows_that_they_read_gb18030() {
    let mut bench = Bench::new(true);
    comes_in(&mut bench, 1, 0, b"\xB0\xB2\xC4\xC8");
    let (message, effects) = bench.send(ANNA, MessageKind::Text, "好🦀");
    let fault = Fault::CannotEncode { character: '🦀', encoding: "GBK".to_owned() };
    assert_eq!((effects.events, effects.sent.len()), (vec![NetEvent::Failed { message, fault }], 0));
    bench.follow(ANNA, "10.0.0.7:2425?encoding=gb18030");
    let (_, effects) = bench.send(ANNA, MessageKind::Text, "好🦀");
    assert_eq!(effects.sent[0].packet().body, b"\xBA\xC3\x95\x30\xD8\x32\0", "a person knows better");

    let mut bench = Bench::new(true);
    bench.order(NetCommand::Introduce(LocalIdentity { legacy: "gb18030".to_owned(), ..own(true) }));
    comes_in(&mut bench, 1, 0, b"\xB0\xB2\xC4\xC8");
    assert_eq!(bench.send(ANNA, MessageKind::Text, "🦀").1.sent[0].packet().body, b"\x95\x30\xD8\x32\0");
    assert_eq!(bench.hear(ANNA_AT, &packet(5, 0x20, b"\x95\x30\xD8\x32\0")).texts(), ["🦀"]);
}

#[test]
fn four_bytes_of_gb18030_are_read_though_they_are_not_written() {
    let mut bench = Bench::new(true);
    comes_in(&mut bench, 1, 0, b"\xB0\xB2\xC4\xC8");
    assert_eq!(bench.hear(ANNA_AT, &packet(5, 0x20, b"\x95\x30\xD8\x32\0")).texts(), ["🦀"]);
}

#[test]
fn the_app_hears_what_somebody_is_written_in_who_has_not_come_in() {
    let mut bench = Bench::new(true);
    let effects = bench.hear(ANNA_AT, &packet(5, 0x20, b"\xC4\xE3\xBA\xC3"));
    let introduced = effects.events.iter().find_map(|event| match event {
        NetEvent::Introduced { about, .. } => Some(about.encoding.as_str()),
        _ => None,
    });
    assert_eq!(introduced, Some("GBK"), "so that a text which cannot be written is not taken");
}

#[test]
fn everybody_gets_the_braces_and_signs_that_they_can_read() {
    let mut bench = Bench::new(true);
    bench.follow(ConversationId(7), "255.255.255.255");
    comes_in(&mut bench, 1, 0, b"\xB0\xB2\xC4\xC8");
    bench.hear(BEN_AT, &said_by(CLONE, 5, 1, b"Ben\0\0"));
    let (_, effects) = bench.send(ConversationId(7), MessageKind::Text, "{🦀}");
    let body = |at: &str| {
        let to = super::at(at);
        effects.sent.iter().find(|sent| sent.to == to).expect(at).packet().body.to_vec()
    };
    assert_eq!(body(ANNA_AT), b"{?}\0");
    assert_eq!(body(BEN_AT), b"\xA3\xFB?\xA3\xFD\0", "it would take braces for a font");
}

#[test]
fn a_file_whose_name_gbk_lacks_is_offered_under_another_one() {
    let mut bench = Bench::new(true);
    bench.hear(ANNA_AT, &said_by(CLONE, 5, 1, b"Anna\0\0"));
    let path = std::path::Path::new("/tmp/a").into();
    let (name, stamp) = ("好🦀.txt".to_owned(), crate::model::file::FileFingerprint::default());
    let files =
        [crate::model::file::FileSource { path, name, size: 3, modified: 1, stamp, entries: None }].into();
    let (message, text, kind) = (MessageId(70), String::new(), MessageKind::Text);
    let effects = bench.order(NetCommand::Message(
        ANNA,
        MessageCommand::Send(OutgoingMessage { kind, files, ..OutgoingMessage::text(message, text) }),
    ));
    let list = effects.sent[0].packet().strings().nth(1).expect("a list").to_vec();
    assert!(Encoding::GBK.decode(&list).0.contains(":好_.txt:3:1:1:"), "{effects:?}");
}

// --- Our names. ---

fn bodies(effects: &Effects, to: &str) -> Vec<(u8, Vec<u8>)> {
    let to_it = effects.sent.iter().filter(|sent| sent.to == at(to));
    to_it.map(|sent| (sent.kind(), sent.packet().body.to_vec())).collect()
}

const OUR_NAMES: &[u8] = b"\xBA\xEE\xB8\xE7\0\xBB\xFA\xB7\xBF\0";

#[test]
fn who_was_there_before_us_and_reads_no_utf_8_gets_our_names_once_more() {
    let mut bench = Bench::new(true);
    let names = vec![(4, OUR_NAMES.to_vec())];
    let gbk = packet(1, 3, b"\xB0\xB2\xC4\xC8\0lab\0");
    assert_eq!(bodies(&bench.hear(ANNA_AT, &gbk), ANNA_AT), names);
    assert!(bench.hear(ANNA_AT, &gbk).sent.is_empty(), "once");
    assert_eq!(bodies(&bench.hear(BEN_AT, &said_by(CLONE, 1, 3, b"Ben\0\0")), BEN_AT), names);
    let utf8 = bench.hear("10.0.0.9:2425", &packet(1, 0x0100_0003, b"Eve\0lab\0"));
    assert!(utf8.sent.is_empty(), "{utf8:?}");
    // All are told of a change, and those two in their encoding.
    let changed =
        bench.order(NetCommand::Introduce(LocalIdentity { name: "老侯".to_owned(), ..own(true) }));
    assert_eq!(bodies(&changed, ANNA_AT).len(), 1);
    assert!(bench.hear(ANNA_AT, &gbk).sent.is_empty(), "it has that already");
    // And after each round of ours.
    let round = bench.wait(SECOND * 700);
    assert_eq!(bodies(&round, ANNA_AT), [(4, b"\xC0\xCF\xBA\xEE\0\xBB\xFA\xB7\xBF\0".to_vec())]);
}

#[test]
fn an_ascii_name_gets_ours_in_the_code_page_where_that_goes_first_or_is_learned() {
    let ascii = packet(1, 3, b"Anna\0lab\0");
    let mut first = Bench::bare();
    first.interfaces(USUAL);
    first.order(NetCommand::Introduce(LocalIdentity { legacy_first: true, ..own(true) }));
    assert_eq!(bodies(&first.hear(ANNA_AT, &ascii), ANNA_AT), [(4, OUR_NAMES.to_vec())]);
    let mut learns = Bench::new(true);
    assert!(learns.hear(ANNA_AT, &ascii).sent.is_empty());
    let effects = learns.hear(ANNA_AT, &packet(2, 0x20, b"\xC4\xE3\xBA\xC3"));
    assert_eq!(bodies(&effects, ANNA_AT), [(4, OUR_NAMES.to_vec())]);
}

#[test]
fn names_that_are_the_same_in_every_encoding_are_not_said_again() {
    let mut bench = Bench::bare();
    bench.interfaces(USUAL);
    bench.order(NetCommand::Introduce(LocalIdentity {
        name: "hou".to_owned(),
        group: String::new(),
        ..own(true)
    }));
    assert!(bench.hear(ANNA_AT, &packet(1, 3, b"\xB0\xB2\xC4\xC8\0lab\0")).sent.is_empty());
}

#[test]
fn a_crowd_gets_our_names_within_what_anybody_gets() {
    let mut bench = Bench::new(true);
    let mut sent = 0;
    for person in 20..60 {
        sent += bench.hear(&format!("10.0.0.{person}:2425"), &said_by(CLONE, 1, 3, b"x\0\0")).sent.len();
    }
    assert!(sent <= 10, "{sent}");
    assert_eq!(sent + bench.wait(SECOND * 4).sent.len(), 40, "later");
}

#[test]
fn goodbye_is_said_to_each_in_its_encoding() {
    let mut bench = Bench::new(true);
    comes_in(&mut bench, 1, 0, b"\xB0\xB2\xC4\xC8");
    bench.order(NetCommand::Introduce(LocalIdentity { user: "侯".to_owned(), ..own(true) }));
    let effects = bench.order(NetCommand::Introduce(LocalIdentity { user: "侯".to_owned(), ..own(false) }));
    let sent = effects.sent.iter().find(|sent| sent.to == at(ANNA_AT)).expect("a goodbye");
    assert_eq!((sent.kind(), sent.packet().user), (2, &b"\xBA\xEE"[..]));
    assert_eq!(sent.packet().body, b"\xBA\xEE\xB8\xE7\0");
}

#[test]
fn an_entry_whose_names_are_utf_8_says_so() {
    let mut bench = Bench::bare();
    bench.interfaces(USUAL);
    let both = flag::UTF8 | flag::CAN_UTF8;
    let entry = bench.order(NetCommand::Introduce(own(true)));
    let answer = bench.hear(ANNA_AT, &packet(1, 0x0100_0001, b"Anna\0lab\0"));
    let change = bench.order(NetCommand::Introduce(LocalIdentity { name: "老侯".to_owned(), ..own(true) }));
    for effects in [entry, answer, change] {
        assert_eq!(effects.sent[0].packet().command & both, both, "{effects:?}");
    }
    let answer = bench.hear(BEN_AT, &packet(1, 1, b"\xB0\xB2\xC4\xC8\0lab\0"));
    assert_eq!(answer.sent[0].packet().command & both, 0);
}
