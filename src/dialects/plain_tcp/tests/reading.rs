//! How the bytes of a stream become messages.

use super::super::reader::MAX_LINE;
use super::*;
use crate::model::MessageCommand;

/// A bench with a stream from a peer whose address has these options.
fn reading(options: &str) -> (Bench, LinkId) {
    let mut bench = Bench::new();
    bench.follow(ALEX, &format!("192.0.2.7:5000{options}"));
    bench.accept(0, "192.0.2.7:5000");
    (bench, theirs(0))
}

#[test]
fn each_read_is_a_message() {
    let (mut bench, link) = reading("");
    assert_eq!(bench.texts(link, b"one"), ["one"]);
    assert_eq!(bench.texts(link, b"two\r\nlines\n"), ["two\r\nlines\n"]);
    let long = "x".repeat(200_000);
    assert_eq!(bench.texts(link, long.as_bytes()), [long]);
    assert!(!bench.waits_for_time());
    let message = received(&bench.data(link, "好".as_bytes())).remove(0);
    assert_eq!((message.conversation, message.source), (Some(ALEX), at("192.0.2.7:5000")));
    assert_eq!((&*message.payload, message.lossy, message.time), ("好".as_bytes(), false, bench.now.wall));
}

#[test]
fn a_character_that_arrives_in_two_reads_is_whole() {
    for (options, label, text) in [
        ("", "utf-8", "在吗😀é"),
        ("?encoding=gbk", "gbk", "你好，侯哥"),
        ("?encoding=gb18030", "gb18030", "a😀é你"),
        ("?encoding=big5", "big5", "中文"),
        ("?encoding=shift_jis", "shift_jis", "日本ｱ"),
        ("?encoding=euc-kr", "euc-kr", "한국"),
        ("?encoding=iso-2022-jp", "iso-2022-jp", "日本 x 語"),
    ] {
        let bytes = crate::wire::Encoding::from_label(label).and_then(|it| it.encode(text).ok()).expect(text);
        for cut in 1..bytes.len() {
            let (mut bench, link) = reading(options);
            let mut got = bench.texts(link, &bytes[..cut]);
            got.extend(bench.texts(link, &bytes[cut..]));
            assert_eq!(got.concat(), text, "{label} {cut}");
            assert!(!bench.waits_for_time());
        }
    }
}

#[test]
fn what_ends_inside_of_a_character_is_one_message_with_what_follows() {
    let (mut bench, link) = reading("");
    assert_eq!(bench.data(link, b"it is \xE4\xBD"), []);
    assert_eq!(bench.texts(link, b"\xA0, I hope"), ["it is 你, I hope"]);
    assert_eq!(bench.data(link, b"a\xF0"), []);
    assert_eq!(bench.texts(link, b"\x9F\x98\x80b\xE4"), ["a😀b"], "a second time only the character waits");
    assert_eq!(bench.data(link, b"\xBD"), []);
    assert_eq!(bench.texts(link, b"\xA0"), ["你"]);
}

#[test]
fn a_character_split_over_a_retransmission_is_whole_and_what_was_good_is_shown_before_it() {
    let bytes = |label, text| crate::wire::Encoding::from_label(label).and_then(|it| it.encode(text).ok());
    for (options, label, text) in [
        ("", "utf-8", "在吗😀é"),
        ("?encoding=gbk", "gbk", "a你好，侯哥"),
        ("?encoding=gb18030", "gb18030", "a😀é你"),
        ("?encoding=big5", "big5", "中文"),
        ("?encoding=shift_jis", "shift_jis", "日本ｱ"),
        ("?encoding=euc-kr", "euc-kr", "한국"),
        ("?encoding=iso-2022-jp", "iso-2022-jp", "日本 x 語"),
    ] {
        let bytes = bytes(label, text).expect(text);
        for cut in 1..bytes.len() {
            let (mut bench, link) = reading(options);
            let mut got = received(&bench.data(link, &bytes[..cut]));
            got.extend(received(&bench.later(250)));
            got.extend(received(&bench.later(3_000)));
            got.extend(received(&bench.data(link, &bytes[cut..])));
            got.extend(received(&bench.later(20_000)));
            let all: String = got.iter().map(|message| message.text.as_str()).collect();
            assert_eq!(all, text, "{label} {cut}");
            assert!(got.iter().all(|message| !message.lossy && !message.text.is_empty()), "{label} {cut}");
            assert!(!bench.waits_for_time());
        }
    }
}

#[test]
fn the_rest_of_a_character_is_waited_for_only_for_so_long() {
    let (mut bench, link) = reading("");
    assert_eq!(bench.data(link, b"caf\xE9"), []);
    assert_eq!(bench.later(199), []);
    assert_eq!(texts(&bench.later(1)), ["caf"], "what is good, after a moment");
    assert_eq!(bench.later(9_999), []);
    let message = received(&bench.later(1)).remove(0);
    assert_eq!((message.text.as_str(), message.lossy, &*message.payload), ("\u{fffd}", true, &b"\xE9"[..]));
    assert!(!bench.waits_for_time());
    bench.data(link, b"\xE4");
    bench.later(150);
    assert_eq!(bench.data(link, b"\xBD"), []);
    assert_eq!(bench.later(5_000), []);
    assert_eq!(bench.texts(link, b"\xA0!"), ["你!"]);
    bench.data(link, b"\xE4");
    bench.later(5_000);
    assert_eq!(bench.texts(link, b"so"), ["\u{fffd}so"], "it was no character");
    assert_eq!(bench.later(20_000), []);
}

#[test]
fn text_in_another_encoding_arrives_at_once_and_in_one_piece() {
    let (mut bench, link) = reading("");
    let message = received(&bench.data(link, b"\xC4\xE3\xBA\xC3")).remove(0);
    assert_eq!((message.lossy, &*message.payload), (true, &b"\xC4\xE3\xBA\xC3"[..]));
    assert!(!bench.waits_for_time());
    bench.data(link, b"a\xE4");
    assert_eq!(bench.texts(link, b"bc"), ["a\u{fffd}bc"]);
    bench.follow(ALEX, "192.0.2.7:5000?encoding=gbk");
    assert_eq!(bench.texts(link, b"\xC4\xE3\xBA\xC3"), ["你好"]);
    let (message, payload) = (MessageId(1), message.payload);
    let again =
        bench.feed(Input::Command(NetCommand::Message(ALEX, MessageCommand::Redecode { message, payload })));
    assert_eq!(
        again,
        [Output::Event(NetEvent::Redecoded { message, text: "你好".to_owned(), lossy: false })]
    );
}

#[test]
fn what_was_kept_back_is_given_out_when_the_stream_ends() {
    for code in [None, Some("ECONNRESET")] {
        let (mut bench, link) = reading("");
        bench.data(link, b"bye \xE4\xBD");
        let down = bench.down(link, code);
        assert_eq!(texts(&down), ["bye \u{fffd}"]);
        assert_eq!(down.len(), 2, "and then it is offline");
        assert!(!bench.waits_for_time());
    }
}

#[test]
fn with_framing_a_line_is_a_message_and_its_ending_no_part_of_it() {
    let (mut bench, link) = reading("?framing=line");
    assert_eq!(bench.texts(link, b"one\ntwo\r\nthr"), ["one", "two"]);
    assert_eq!(bench.texts(link, b"ee\r"), Vec::<String>::new());
    assert_eq!(bench.texts(link, b"\nfour \r \r\r\n"), ["three", "four \r \r"]);
    assert_eq!(bench.later(3_600_000), [], "an unfinished line has no hurry");
    assert_eq!(bench.data(link, "在\n".as_bytes()[..2].as_ref()), []);
    assert_eq!(bench.texts(link, &"在\n".as_bytes()[2..]), ["在"]);
    let payload = received(&bench.data(link, b"five\r\n")).remove(0).payload;
    assert_eq!(&*payload, b"five");
}

#[test]
fn an_unfinished_line_is_given_out_at_the_close() {
    let (mut bench, link) = reading("?framing=line");
    bench.data(link, b"done\nnot do");
    bench.data(link, b"ne\r");
    assert_eq!(texts(&bench.down(link, None)), ["not done\r"]);
}

#[test]
fn empty_lines_are_counted_once_a_read_and_not_shown() {
    let (mut bench, link) = reading("?framing=line");
    let empty = Output::Event(NetEvent::Empty { source: at("192.0.2.7:5000") });
    assert_eq!(bench.data(link, b"\n\r\n\n"), [empty]);
}

#[test]
fn a_line_that_is_too_long_comes_in_pieces_of_whole_characters() {
    let (mut bench, link) = reading("?framing=line");
    let exact = "x".repeat(MAX_LINE);
    assert_eq!(bench.texts(link, format!("{exact}\r\n").as_bytes()), [exact.as_str()]);
    assert_eq!(bench.texts(link, format!("{exact}y\n").as_bytes()), [exact.as_str(), "y"]);
    assert_eq!(bench.texts(link, format!("{exact}\r").as_bytes()), Vec::<String>::new());
    assert_eq!(bench.texts(link, b"\n"), [exact.as_str()]);
    assert_eq!(bench.texts(link, format!("{exact}yz").as_bytes()), [exact.as_str()], "without its end");
    assert_eq!(bench.texts(link, b"\n"), ["yz"]);
    let wide = "你".repeat(MAX_LINE / 3 + 10);
    let parts = bench.texts(link, format!("{wide}\n").as_bytes());
    assert_eq!((parts.len(), parts.concat()), (2, wide));
    let noise = bench.texts(link, &[vec![0xFF; MAX_LINE + 5], b"\n".to_vec()].concat());
    assert_eq!(noise.len(), 2);
}

#[test]
fn what_was_kept_back_changes_its_style_with_the_contact() {
    let (mut bench, link) = reading("?framing=line");
    bench.data(link, b"half a");
    assert_eq!(texts(&bench.follow(ALEX, "192.0.2.7:5000")), ["half a"]);
    bench.data(link, b"a \xE4");
    assert_eq!(bench.follow(ALEX, "192.0.2.7:5000?framing=line"), []);
    assert_eq!(bench.later(1_000), []);
    assert_eq!(bench.texts(link, b"\xBD\xA0\nb"), ["a 你"]);
    assert_eq!(bench.follow(ALEX, "192.0.2.7:5000?framing=line&encoding=gbk"), []);
    assert_eq!(bench.texts(link, b"\xC4\xE3\n"), ["b你"]);
}

#[test]
fn what_a_stranger_had_not_finished_is_the_peers_that_it_becomes() {
    let mut bench = Bench::new();
    bench.accept(0, "192.0.2.7:40000");
    bench.data(theirs(0), b"a\xE4");
    bench.follow(ALEX, "192.0.2.7:40000?framing=line");
    let message = received(&bench.data(theirs(0), b"\xBD\xA0\n")).remove(0);
    assert_eq!((message.conversation, message.text.as_str()), (Some(ALEX), "a你"));
}
