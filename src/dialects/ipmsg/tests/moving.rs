//! Files, as far as it matters who is on the other side. How they move is tested beside `files`.

use std::net::IpAddr;
use std::path::Path;

use super::*;
use crate::dialects::ipmsg::packet::command;
use crate::model::file::{DownloadTarget, FileFingerprint, FileSource};
use crate::model::{FileCommand, MessageCommand, OutgoingMessage};
use crate::model::{LinkId, TransferId};
use crate::wire::Step;

/// Accepts the only file of an offer, of which some bytes are there; the stream is up.
fn fetch(bench: &mut Bench, payload: &[u8], from: u64) -> Effects {
    let transfer = TransferId { message: MessageId(1), file: 0 };
    let place =
        DownloadTarget { folder: Path::new("/tmp").into(), name: "x".to_owned(), part: "x.part".to_owned() };
    let payload = payload.into();
    let effects =
        bench.order(NetCommand::File(ANNA, FileCommand::Fetch { transfer, payload, target: place, from }));
    let dialled = effects.others.iter().find_map(|output| match output {
        Output::Dial { link, to, .. } => Some((*link, *to)),
        _ => None,
    });
    let (link, peer) = dialled.expect("a stream");
    bench.run(Input::StreamUp { link, peer, accepted: false })
}

fn offer(version: &str, list: &[u8]) -> Vec<u8> {
    said_by(version, 5, 0x20_0020, &[b"\0", list, b"\0"].concat())
}

#[test]
fn a_file_of_iptux_begins_anew_also_when_the_offer_is_all_that_is_known_of_it() {
    for (version, offset) in [("1", "3"), ("1_iptux 0.8.3", "0")] {
        let effects = fetch(&mut Bench::new(true), &offer(version, b"10:a.bin:8:0:1:\x07"), 3);
        let request = effects.others.iter().find_map(|output| match output {
            Output::Write { bytes, .. } => Some(String::from_utf8_lossy(bytes).into_owned()),
            _ => None,
        });
        let request = request.expect("a request");
        assert!(request.ends_with(&format!(":5:a:{offset}:\0")), "{version}: {request}");
    }
}

/// The name of the file that such a folder of Anna's holds.
fn name_inside(bench: &mut Bench, version: &str, mut stream: &[u8]) -> String {
    let mut effects = fetch(bench, &offer(version, b"10:dir:0:0:2:\x07"), 0);
    while !stream.is_empty() {
        let wanted = effects.others.iter().find_map(|output| match output {
            Output::Step { link, step: Step::Take { bytes } } => Some((*link, *bytes)),
            _ => None,
        });
        let (link, count) = wanted.expect("more is wanted");
        let (bytes, rest) = stream.split_at(count);
        stream = rest;
        effects = bench.run(Input::StreamData { link, bytes });
    }
    let name = effects.others.into_iter().find_map(|output| match output {
        Output::Step { step: Step::File { name, .. }, .. } => Some(name),
        _ => None,
    });
    name.expect("a file")
}

#[test]
fn names_in_a_folder_are_read_in_what_its_sender_writes_although_it_reads_utf8() {
    let stream = b"000d:dir:0:2:000e:\xC4\xE3\xBA\xC3:0:1:";
    assert_eq!(name_inside(&mut Bench::new(true), "1", stream), "你好");
}

#[test]
fn names_in_a_folder_of_a_peer_that_writes_a_code_page_are_not_taken_for_utf8_by_two_bytes() {
    let short = b"000d:dir:0:2:000c:\xD2\xBB:0:1:";
    let paged = || {
        let mut bench = Bench::new(true);
        bench.hear(ANNA_AT, &packet(1, 1, b"\xB0\xB2\xC4\xC8\0"));
        bench
    };
    assert_eq!(name_inside(&mut paged(), "1", short), "一");
    assert_eq!(name_inside(&mut Bench::new(true), "1_lbt6_0#128#", short), "一");
    assert_eq!(name_inside(&mut Bench::new(true), "1", short), "һ", "nobody has said so");
    let long = [b"000d:dir:0:2:0010:", "你好".as_bytes(), b":0:1:"].concat();
    assert_eq!(name_inside(&mut paged(), "1", &long), "你好", "some name what is inside in UTF-8");
}

#[test]
fn what_nobody_could_fetch_is_not_offered() {
    let mut bench = Bench::new(true);
    bench.run(Input::LinkDown { link: bench.tcp, code: Some("EADDRINUSE".into()) });
    let path = Path::new("/tmp/a").into();
    let (name, stamp) = ("a".to_owned(), FileFingerprint::default());
    let files = [FileSource { path, name, size: 3, modified: 1, stamp, entries: None }].into();
    let (message, text, kind) = (MessageId(70), String::new(), MessageKind::Text);
    let effects = bench.order(NetCommand::Message(
        ANNA,
        MessageCommand::Send(OutgoingMessage { kind, files, ..OutgoingMessage::text(message, text) }),
    ));
    assert_eq!(effects.events, [NetEvent::Failed { message, fault: Fault::NotListening }]);
    assert!(effects.sent.is_empty());
    assert!(bench.send(ANNA, MessageKind::Text, "hello").1.kinds().starts_with(&[command::ENTRY]));
}

/// A packet that was sent to this address of ours.
fn hear_at(bench: &mut Bench, own: &str, bytes: &[u8]) -> Effects {
    let to: Option<IpAddr> = own.parse().ok();
    bench.run(Input::Datagram { link: bench.udp, from: at(ANNA_AT), to, bytes })
}

#[test]
fn receipts_answers_and_streams_leave_from_the_address_that_a_peer_speaks_to() {
    const OTHER: &str = "10.0.0.55";
    let mut bench = Bench::new(true);
    bench.interfaces(&[LO, ETH, "eth0 2 10.0.0.55 10.0.0.255"]);
    let mut sent = hear_at(&mut bench, OTHER, &packet(1, u32::from(command::ENTRY), b"anna\0")).sent;
    let asks = u32::from(command::MESSAGE) | 0x100;
    sent.extend(hear_at(&mut bench, OTHER, &packet(2, asks, b"hello\0")).sent);
    sent.extend(bench.send(ANNA, MessageKind::Text, "hello back").1.sent);
    assert!(sent.len() >= 3, "{sent:?}");
    for one in &sent {
        assert_eq!((one.to, one.from), (at(ANNA_AT), OTHER.parse().ok()), "{one:?}");
    }
    let list = offer("1", b"10:a.bin:8:0:1:\x07");
    let place =
        DownloadTarget { folder: Path::new("/tmp").into(), name: "x".to_owned(), part: "x.part".to_owned() };
    let transfer = TransferId { message: MessageId(1), file: 0 };
    let fetch =
        NetCommand::File(ANNA, FileCommand::Fetch { transfer, payload: list.into(), target: place, from: 0 });
    let effects = bench.order(fetch);
    let from = effects.others.iter().find_map(|output| match output {
        Output::Dial { from, .. } => Some(*from),
        _ => None,
    });
    assert_eq!(from, Some(OTHER.parse().ok()), "{effects:?}");
    // To everybody it is said from the usual one.
    let effects = bench.interfaces(&[LO, "eth0* 2 10.0.0.5 10.0.1.255", "eth0 2 10.0.0.55 10.0.1.255"]);
    assert!(!effects.sent.is_empty() && effects.sent.iter().all(|one| one.from.is_none()), "{effects:?}");
}

#[test]
fn what_is_offered_to_somebody_who_leaves_can_be_fetched_after_the_return() {
    let mut bench = Bench::new(true);
    bench.hear(ANNA_AT, &packet(1, command::ANSWER_ENTRY.into(), b"anna\0"));
    let path = Path::new("/tmp/a").into();
    let (name, stamp) = ("a".to_owned(), FileFingerprint::default());
    let files = [FileSource { path, name, size: 3, modified: 1, stamp, entries: None }].into();
    let (message, text, kind) = (MessageId(70), "here".to_owned(), MessageKind::Text);
    let effects = bench.order(NetCommand::Message(
        ANNA,
        MessageCommand::Send(OutgoingMessage { kind, files, ..OutgoingMessage::text(message, text) }),
    ));
    let offer = effects.sent.iter().map(Sent::packet).find(|packet| packet.kind() == command::MESSAGE);
    let offer = offer.expect("an offer");
    let list = String::from_utf8_lossy(offer.strings().nth(1).unwrap_or_default()).into_owned();
    let id = list.split(':').next().unwrap_or_default();
    let request = format!("1:2:anna:pc:{}:{:x}:{id}:0:\0", command::GET_FILE, offer.number.value());
    bench.hear(ANNA_AT, &packet(6, command::EXIT.into(), b"anna\0"));
    let link = LinkId(LinkId::FIRST_ACCEPTED + 1);
    bench.run(Input::StreamUp { link, peer: at(ANNA_AT), accepted: true });
    let effects = bench.run(Input::StreamData { link, bytes: request.as_bytes() });
    let given = effects.others.iter().any(|output| matches!(output, Output::Step { .. }));
    assert!(given, "{request}: {:?}", effects.others);
}

#[test]
fn a_list_of_files_is_longer_than_a_text_may_be() {
    let mut bench = Bench::new(true);
    bench.hear(ANNA_AT, &packet(1, u32::from(command::ENTRY), b"Anna\0lab\0"));
    let source = |number: u32| {
        let (path, name) = (Path::new("/tmp/a").into(), format!("{number}{}", "x".repeat(60)));
        FileSource { path, name, size: 3, modified: 1, stamp: FileFingerprint::default(), entries: None }
    };
    let files = (0..20).map(source).collect();
    let (message, text, kind) = (MessageId(70), "words".to_owned(), MessageKind::Text);
    let effects = bench.order(NetCommand::Message(
        ANNA,
        MessageCommand::Send(OutgoingMessage { kind, files, ..OutgoingMessage::text(message, text) }),
    ));
    let [sent] = &effects.sent[..] else { panic!("{effects:?}") };
    assert!(sent.bytes.len() > 1_000, "{effects:?}");
    assert_eq!(sent.packet().strings().nth(1).map(|list| list.split(|byte| *byte == 7).count()), Some(21));
}
