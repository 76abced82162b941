//! Messages of ours: tries, receipts, pieces, encodings.

use super::*;
use crate::dialects::ipmsg::packet::{command, flag};
use crate::model::{FileCommand, MessageCommand, OutgoingMessage};

/// A receipt of Anna's for something of ours.
fn receipt(of: &Sent, command: u32) -> Vec<u8> {
    packet(900, command, format!("{}\0", of.packet().number).as_bytes())
}

fn handed(effects: &Effects) -> usize {
    effects.events.iter().filter(|event| matches!(event, NetEvent::Handed { .. })).count()
}

/// Anna is there and knows us.
fn known(version: &str, body: &[u8], flags: u32) -> Bench {
    let mut bench = Bench::new(true);
    bench.overhear(ANNA_AT, &said_by(version, 1, 1 | flags, body));
    bench.wait(SECOND * 10);
    bench
}

fn anna() -> Bench {
    known("1", b"Anna\0lab\0", 0)
}

#[test]
fn four_tries_a_second_apart_with_the_same_bytes_and_then_no_more() {
    let mut bench = anna();
    let (message, effects) = bench.send(ANNA, MessageKind::Text, "hello");
    let first = effects.sent[0].clone();
    assert_eq!(handed(&effects), 1);
    for _ in 0..3 {
        let effects = bench.wait(SECOND);
        assert_eq!(effects.sent.iter().map(|sent| &sent.bytes).collect::<Vec<_>>(), [&first.bytes]);
        assert!(effects.events.is_empty());
    }
    let effects = bench.wait(SECOND);
    assert_eq!(effects.events, [NetEvent::Failed { message, fault: Fault::NoAnswer }]);
    assert!(effects.sent.is_empty() && bench.wait(SECOND * 100).sent.is_empty());
    // It was there all the same.
    let effects = bench.hear(ANNA_AT, &receipt(&first, 0x21));
    assert_eq!(effects.events, [NetEvent::Delivered { message }]);
    assert!(bench.hear(ANNA_AT, &receipt(&first, 0x21)).events.is_empty());
}

#[test]
fn a_receipt_with_the_flags_of_iptux_counts_and_is_not_confirmed() {
    let mut bench = anna();
    let (message, effects) = bench.send(ANNA, MessageKind::Text, "hello");
    let effects = bench.hear(ANNA_AT, &receipt(&effects.sent[0], 0x121));
    assert_eq!(effects.events, [NetEvent::Delivered { message }]);
    assert!(effects.sent.is_empty());
    assert!(bench.wait(SECOND * 100).sent.is_empty());
}

#[test]
fn a_receipt_from_elsewhere_or_for_another_number_changes_nothing() {
    let mut bench = anna();
    let (_, effects) = bench.send(ANNA, MessageKind::Text, "hello");
    let number = effects.sent[0].packet().number;
    for from in [BEN_AT, "10.0.0.7:2426", FAR] {
        assert!(bench.hear(from, &receipt(&effects.sent[0], 0x21)).events.is_empty(), "{from}");
    }
    for body in
        [format!("{}\0", number.value() + 1), "\0".to_owned(), format!("-{number}\0"), "x\0".to_owned()]
    {
        let events = bench.hear(ANNA_AT, &packet(1, 0x21, body.as_bytes())).events;
        assert!(events.iter().all(|event| matches!(event, NetEvent::Malformed { .. })), "{body:?}");
    }
    assert_eq!(bench.wait(SECOND).sent.len(), 1, "it is still tried");
}

#[test]
fn messages_go_one_after_the_other_and_their_numbers_rise() {
    let mut bench = anna();
    let (_, first) = bench.send(ANNA, MessageKind::Text, "one");
    let (_, second) = bench.send(ANNA, MessageKind::Text, "two");
    assert!(second.sent.is_empty(), "iptux drops what comes behind a later one");
    let effects = bench.hear(ANNA_AT, &receipt(&first.sent[0], 0x21));
    assert_eq!(effects.sent[0].text(), "two");
    assert!(effects.sent[0].packet().number.value() > first.sent[0].packet().number.value());
    // Somebody else does not wait for that.
    bench.hear(BEN_AT, &packet(1, 3, b"Ben\0"));
    assert_eq!(bench.send(BEN, MessageKind::Text, "hi").1.kinds(), [command::MESSAGE]);
}

#[test]
fn first_words_wait_for_what_the_peer_is() {
    let mut bench = Bench::new(false);
    assert_eq!(bench.send(ANNA, MessageKind::Text, "你好").1.kinds(), [command::ENTRY]);
    assert!(bench.send(ANNA, MessageKind::Text, "again").1.sent.is_empty());
    let effects = bench.hear(ANNA_AT, &said_by("1_lbt6_0#128#", 1, 3, b"x\0"));
    assert_eq!(effects.kinds(), [command::ABSENCE, command::MESSAGE], "our names again, and the words");
    assert_eq!(effects.sent[1].packet().strings().next(), Some(&b"\xC4\xE3\xBA\xC3"[..]));
    assert!(!effects.sent[1].packet().has(flag::UTF8));
}

#[test]
fn first_words_wait_no_longer_than_a_second_and_only_the_first() {
    let mut bench = Bench::new(false);
    let (message, effects) = bench.send(ANNA, MessageKind::Text, "你好");
    assert_eq!(effects.kinds(), [command::ENTRY]);
    assert!(bench.wait(Duration::from_millis(999)).sent.is_empty());
    let effects = bench.wait(Duration::from_millis(1));
    assert_eq!(effects.sent.iter().map(Sent::text).collect::<Vec<_>>(), ["你好"]);
    let effects = bench.hear(ANNA_AT, &receipt(&effects.sent[0], 0x21));
    assert_eq!(effects.events, [NetEvent::Delivered { message }]);
    assert_eq!(bench.send(ANNA, MessageKind::Text, "again").1.kinds(), [command::MESSAGE]);
}

#[test]
fn first_words_in_an_encoding_that_a_person_chose_wait_for_nothing() {
    let mut bench = Bench::new(false);
    bench.follow(ANNA, "10.0.0.7:2425?encoding=gbk");
    assert_eq!(bench.send(ANNA, MessageKind::Text, "你好").1.kinds(), [command::ENTRY, command::MESSAGE]);
}

/// Offers one file to Anna.
fn offer(bench: &mut Bench) -> (MessageId, Effects) {
    let message = MessageId(70);
    let path = std::path::Path::new("/tmp/a").into();
    let (name, stamp) = ("a".to_owned(), crate::model::file::FileFingerprint::default());
    let source = crate::model::file::FileSource { path, name, size: 3, modified: 1, stamp, entries: None };
    let files = [source].into();
    let offer = OutgoingMessage { files, ..OutgoingMessage::text(message, String::new()) };
    let order = NetCommand::Message(ANNA, MessageCommand::Send(offer));
    (message, bench.order(order))
}

#[test]
fn an_offer_is_repeated_to_those_who_confirm_it_and_never_fails() {
    let mut bench = known("1", b"Anna\0lab\0", flag::CAN_UTF8);
    let (message, effects) = offer(&mut bench);
    let first = effects.sent[0].clone();
    assert_eq!((effects.kinds(), handed(&effects)), (vec![command::MESSAGE], 1));
    let effects = bench.wait(SECOND * 60);
    assert_eq!(effects.sent.iter().map(|sent| &sent.bytes).collect::<Vec<_>>(), [&first.bytes; 3]);
    assert!(effects.events.is_empty(), "{effects:?}");
    assert_eq!(bench.hear(ANNA_AT, &receipt(&first, 0x21)).events, [NetEvent::Delivered { message }]);

    let (message, effects) = offer(&mut bench);
    let confirmed = bench.hear(ANNA_AT, &receipt(&effects.sent[0], 0x21));
    assert_eq!(confirmed.events, [NetEvent::Delivered { message }]);
    assert!(bench.wait(SECOND * 60).sent.is_empty());
}

#[test]
fn an_offer_is_said_once_to_those_who_would_show_it_again() {
    for version in ["1_iptux 0.8.3", "1_lbt6_0#128#", "1"] {
        let mut bench = known(version, b"x\0y\0i\0utf-8\0", 0x100);
        let (_, effects) = offer(&mut bench);
        assert_eq!((effects.kinds(), handed(&effects)), (vec![command::MESSAGE], 1), "{version}");
        let effects = bench.wait(SECOND * 60);
        assert!(effects.sent.is_empty() && effects.events.is_empty(), "{version}: {effects:?}");
    }
}

#[test]
fn nothing_is_said_again_of_an_offer_that_was_taken_back_or_declined() {
    let mut bench = known("1", b"Anna\0lab\0", flag::CAN_UTF8);
    let (message, _) = offer(&mut bench);
    bench.order(NetCommand::File(ANNA, FileCommand::Withdraw { message }));
    assert!(bench.wait(SECOND * 60).sent.is_empty());
    let (message, effects) = offer(&mut bench);
    let effects = bench.hear(ANNA_AT, &receipt(&effects.sent[0], command::RELEASE_FILES.into()));
    assert!(effects.events.contains(&NetEvent::Delivered { message }), "{effects:?}");
    assert!(bench.wait(SECOND * 60).sent.is_empty());
}

#[test]
fn a_long_text_goes_out_in_pieces_that_end_between_characters() {
    let text = "很长".repeat(1_500);
    for (version, flags, limit) in
        [("1", 0, 1_000), ("1", flag::CAN_UTF8, 8_191), ("1_iptux 0.8.3", 0, 8_191), ("1_lbt6", 0, 4_096)]
    {
        let mut bench = known(version, b"Anna\0lab\0", flags);
        let (message, mut effects) = bench.send(ANNA, MessageKind::Text, &text);
        let mut whole = String::new();
        let mut last = 0;
        assert!(effects.sent[0].bytes.len() > limit / 2, "{version}: no shorter than need be");
        while let Some(sent) = effects.sent.first().cloned() {
            assert!(sent.bytes.len() <= limit, "{version}: {}", sent.bytes.len());
            assert!(sent.packet().number.value() > last);
            last = sent.packet().number.value();
            let bytes = sent.packet().strings().next().expect("text");
            let flagged = sent.packet().has(flag::UTF8);
            let encoding = if flagged { Encoding::UTF_8 } else { Encoding::GBK };
            let (piece, lossy) = encoding.decode(bytes);
            assert!(!lossy);
            whole.push_str(&piece);
            effects = bench.hear(ANNA_AT, &receipt(&sent, 0x21));
        }
        assert_eq!(effects.events.last(), Some(&NetEvent::Delivered { message }), "{version}");
        assert_eq!(whole, text);
    }
}

#[test]
fn the_whole_of_a_long_text_is_kept() {
    let mut bench = known("1_lbt6", b"Anna\0", 0);
    let text = "x".repeat(9_000);
    let (_, effects) = bench.send(ANNA, MessageKind::Text, &text);
    assert_eq!(handed(&effects), 0, "only a part of it went out");
    let effects = bench.hear(ANNA_AT, &receipt(&effects.sent[0], 0x21));
    let effects = bench.hear(ANNA_AT, &receipt(&effects.sent[0], 0x21));
    let payload = effects.events.iter().find_map(|event| match event {
        NetEvent::Handed { payload, .. } => Some(payload.clone()),
        _ => None,
    });
    let payload = payload.expect("the last part went out");
    assert_eq!(Packet::read(&payload).expect("a packet").strings().next(), Some(text.as_bytes()));
}

#[test]
fn each_peer_gets_the_encoding_that_it_reads() {
    let text_to = |bench: &mut Bench| {
        let (_, effects) = bench.send(ANNA, MessageKind::Text, "你好");
        let packet = effects.sent.last().expect("sent").packet();
        (packet.strings().next().expect("text").to_vec(), packet.has(flag::UTF8))
    };
    let gbk = (b"\xC4\xE3\xBA\xC3".to_vec(), false);
    let utf8 = ("你好".as_bytes().to_vec(), true);
    assert_eq!(text_to(&mut anna()), utf8);
    assert_eq!(text_to(&mut known("1_lbt6_0#128#", b"x\0", 0)), gbk);
    assert_eq!(text_to(&mut known("1", b"\xB0\xB2\xC4\xC8\0\0", 0)), gbk, "learned from its name");
    assert_eq!(
        text_to(&mut known("1", b"\xB0\xB2\xC4\xC8\0\0\nNN:x", 0x100_0000)),
        utf8,
        "it says what it reads"
    );
    assert_eq!(text_to(&mut known("1_iptux 0.8.3", b"x\0y\0i\0utf-8\0", 0x100)), utf8);
    let mut chosen = anna();
    chosen.follow(ANNA, "10.0.0.7:2425?encoding=gbk");
    assert_eq!(text_to(&mut chosen), gbk);
}

#[test]
fn what_a_peer_cannot_read_is_not_sent() {
    let mut bench = known("1_lbt6", b"x\0", 0);
    let (message, effects) = bench.send(ANNA, MessageKind::Text, "好😀");
    let fault = Fault::CannotEncode { character: '😀', encoding: "GBK".to_owned() };
    assert_eq!(effects.events, [NetEvent::Failed { message, fault }]);
    assert!(effects.sent.is_empty());
    assert!(matches!(super::super::codec::check(&address("h"), "a\0b"), Err(Fault::CannotEncode { .. })));
    assert!(matches!(
        super::super::codec::check(&address("h"), &"x".repeat(70_000)),
        Err(Fault::TooLarge { .. })
    ));
}

#[test]
fn a_message_to_everybody_goes_to_every_network_and_wants_no_receipt() {
    let mut bench = Bench::new(false);
    bench.follow(ConversationId(7), "255.255.255.255");
    let (message, effects) = bench.send(ConversationId(7), MessageKind::Text, "大家好");
    let to: Vec<String> = effects.sent.iter().map(|sent| sent.to.to_string()).collect();
    assert_eq!(to, ["10.0.0.255:2425", "255.255.255.255:2425"]);
    let packet = effects.sent[0].packet();
    assert!(packet.has(flag::BROADCAST) && !packet.has(flag::CHECK));
    assert!(matches!(&effects.events[..], [NetEvent::Handed { message: of, .. }] if *of == message));
    let effects = bench.wait(SECOND * 60);
    assert!(effects.sent.is_empty() && effects.events.is_empty());
}

#[test]
fn where_somebody_reads_no_utf8_everybody_gets_what_they_can_read() {
    let mut bench = Bench::new(true);
    bench.follow(ConversationId(7), "255.255.255.255");
    bench.hear(ANNA_AT, &packet(5, 0x0100_0001, b"Anna\0\0"));
    bench.hear(BEN_AT, &said_by("1_lbt6_0#128#", 5, 0x1, b"Ben\0\0"));
    let (message, effects) = bench.send(ConversationId(7), MessageKind::Text, "大家好 🦀");
    let got = |at: &str| {
        let to = super::at(at);
        let to_it: Vec<Packet<'_>> =
            effects.sent.iter().filter(|sent| sent.to == to).map(Sent::packet).collect();
        assert_eq!(to_it.len(), 1, "{at}");
        to_it[0]
    };
    let (anna, ben) = (got(ANNA_AT), got(BEN_AT));
    assert!(anna.has(flag::BROADCAST | flag::UTF8) && anna.body == "大家好 🦀\0".as_bytes());
    assert!(!ben.has(flag::UTF8) && ben.body == b"\xB4\xF3\xBC\xD2\xBA\xC3 ?\0");
    assert_eq!(effects.sent.len(), 2, "nobody gets it twice");
    assert!(matches!(&effects.events[..], [NetEvent::Handed { message: of, .. }] if *of == message));
}

#[test]
fn where_that_would_be_too_many_datagrams_everybody_gets_the_same() {
    let mut bench = Bench::new(true);
    bench.follow(ConversationId(7), "255.255.255.255");
    let come = |bench: &mut Bench, count: std::ops::Range<u32>| {
        for number in count {
            let at = format!("10.0.0.{}:{}", number % 200 + 20, 2425 + number / 200);
            let program = if number == 0 { "1_lbt6_0#128#" } else { "1" };
            bench.hear(&at, &said_by(program, number + 1, 0x1, b"Ben\0\0"));
        }
    };
    come(&mut bench, 0..256);
    assert_eq!(bench.send(ConversationId(7), MessageKind::Text, "hello").1.sent.len(), 256);
    come(&mut bench, 256..257);
    let (_, effects) = bench.send(ConversationId(7), MessageKind::Text, "hello");
    assert!(effects.sent.iter().all(|sent| sent.to.ip().to_string().ends_with(".255")), "{:?}", effects.sent);
}

#[test]
fn one_of_several_says_so() {
    let mut bench = anna();
    let (_, effects) = bench.send(ANNA, MessageKind::Several, "hello");
    assert!(effects.sent[0].packet().has(flag::SEVERAL) && effects.sent[0].packet().has(flag::CHECK));
}

#[test]
fn a_clock_that_jumps_neither_hurries_nor_holds_a_message() {
    for jump in [-315_360_000_000_000_i64, 315_360_000_000_000] {
        let mut bench = anna();
        let (_, effects) = bench.send(ANNA, MessageKind::Text, "one");
        let first = effects.sent[0].clone();
        bench.now.wall = WallTime(bench.now.wall.0 + jump);
        assert_eq!(bench.wait(SECOND).sent.len(), 1);
        bench.hear(ANNA_AT, &receipt(&first, 0x21));
        let (message, effects) = bench.send(ANNA, MessageKind::Text, "two");
        assert!(effects.sent[0].packet().number.value() > first.packet().number.value());
        let effects = bench.hear(ANNA_AT, &receipt(&effects.sent[0], 0x21));
        assert_eq!(effects.events, [NetEvent::Delivered { message }]);
    }
}

#[test]
fn what_the_kernel_refuses_fails_at_once() {
    let mut bench = anna();
    let (conversation, message) = (ANNA, MessageId(50));
    let order = NetCommand::plain(conversation, message, "hello".to_owned());
    let effects = bench.feed(Input::Command(order));
    let ticket = effects.sent[0].ticket.expect("the first try is answered for");
    let effects = bench.feed(Input::Handed { ticket, result: Err("ENETUNREACH".into()) });
    let fault = Fault::Network { to: Some(at(ANNA_AT)), code: "ENETUNREACH".into() };
    assert_eq!(effects.events, [NetEvent::Failed { message, fault }]);
    assert!(bench.wait(SECOND * 10).sent.is_empty());
}

// --- Sealed. ---

#[test]
fn a_sealed_message_is_read_when_somebody_there_opens_it() {
    let mut bench = anna();
    let (message, effects) = bench.send(ANNA, MessageKind::Sealed, "secret");
    let sealed = effects.sent[0].clone();
    assert_eq!(
        sealed.packet().command & 0x00ff_ff00 & !flag::UTF8,
        flag::CHECK | flag::SEALED | flag::CHECK_OPENED
    );
    bench.hear(ANNA_AT, &receipt(&sealed, 0x21));
    let notice = packet(77, 0x10_0030, format!("{}\0", sealed.packet().number).as_bytes());
    assert!(bench.hear(BEN_AT, &notice).events.is_empty(), "Ben cannot open it");
    let effects = bench.hear(ANNA_AT, &notice);
    assert_eq!(effects.events, [NetEvent::Read { message }]);
    assert_eq!((effects.kinds(), effects.sent[0].text()), (vec![command::ANSWER_OPENED], "77".to_owned()));
    // It did not hear that.
    let effects = bench.hear(ANNA_AT, &notice);
    assert!(effects.events.is_empty());
    assert_eq!(effects.kinds(), [command::ANSWER_OPENED]);
}

#[test]
fn a_sealed_message_is_closed_until_a_person_opens_it() {
    let mut bench = anna();
    let sealed = packet(40, 0x10_0320, "秘密\0".as_bytes());
    let effects = bench.hear(ANNA_AT, &sealed);
    assert_eq!((effects.received()[0].kind, effects.texts()), (MessageKind::Sealed, vec![""]));
    assert_eq!(effects.kinds(), [command::RECEIPT]);
    let payload = effects.received()[0].payload.clone();
    let (conversation, message) = (ANNA, MessageId(60));
    let effects = bench.order(NetCommand::Message(conversation, MessageCommand::Unseal { message, payload }));
    assert_eq!(effects.events, [NetEvent::Opened { message, text: "秘密".to_owned(), lossy: false }]);
    let notice = effects.sent[0].clone();
    assert_eq!((notice.kind(), notice.text().as_str()), (command::OPENED, "40"));
    assert!(notice.packet().has(flag::CHECK_OPENED));
    assert_eq!(bench.wait(Duration::from_millis(750)).sent, [Sent { ticket: None, ..notice.clone() }]);
    let heard = |number: u32| packet(41, 0x32, format!("{number}\0").as_bytes());
    bench.hear(ANNA_AT, &heard(40));
    assert_eq!(bench.wait(Duration::from_millis(750)).sent.len(), 1, "that was another number");
    bench.hear(ANNA_AT, &heard(notice.packet().number.value().try_into().expect("ours")));
    assert!(bench.wait(SECOND * 60).sent.is_empty());
}

#[test]
fn the_notice_of_opening_is_said_twelve_times_at_most() {
    let mut bench = anna();
    let payload: Arc<[u8]> = packet(40, 0x10_0320, b"x\0").into();
    let (conversation, message) = (ANNA, MessageId(60));
    let order = NetCommand::Message(conversation, MessageCommand::Unseal { message, payload });
    let first = bench.order(order).sent.len();
    assert_eq!(first + bench.wait(SECOND * 60).sent.len(), 12);
}
