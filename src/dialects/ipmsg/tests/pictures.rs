//! Pictures between the words of `FeiQ`, piece by piece; and that nothing is confirmed of which there is no row.

use std::path::Path;

use super::*;
use crate::model::file::{DownloadTarget, TransferId};
use crate::model::{FileCommand, MessageCommand};

const FEIQ: &str = "1_lbt6_0#128#305A3A52C610#0#0#0#4001#9";
const HERE: u8 = 0xc1;

/// As the screenshot of a real one begins.
fn picture(length: usize) -> Vec<u8> {
    let pixels = (0..length).map(|at| u8::try_from(at % 251).expect("small"));
    [&b"\xff\xd8\xff\xe0"[..], &pixels.skip(4).collect::<Vec<u8>>()].concat()
}

fn piece(id: &str, whole: &[u8], at: usize) -> Vec<u8> {
    let end = whole.len().min(at + 512);
    let (count, index, size) = (whole.len().div_ceil(512), at / 512, end - at);
    let head = format!("{id}|{}|{at}|{count}|{index}|{size}|0|2|0|00000000#\0", whole.len());
    [head.as_bytes(), &whole[at..end]].concat()
}

fn says(number: u32, command: u32, body: &[u8]) -> Vec<u8> {
    said_by(FEIQ, number, command, body)
}

/// All its pieces, in this order of their places.
fn send(bench: &mut Bench, id: &str, whole: &[u8], order: &[usize]) -> Effects {
    let mut effects = Effects::default();
    for (number, at) in (100..).zip(order) {
        effects.join(bench.hear(ANNA_AT, &says(number, 0x20_00c0, &piece(id, whole, at * 512))));
    }
    effects
}

fn acknowledged(effects: &Effects) -> Vec<String> {
    effects.sent.iter().filter(|sent| sent.kind() == HERE).map(Sent::text).collect()
}

fn place() -> DownloadTarget {
    DownloadTarget { folder: Path::new("/x").into(), name: "n".to_owned(), part: "p".to_owned() }
}

/// What is to be written for a message, as a person wants it.
fn wanted(bench: &mut Bench, payload: &Arc<[u8]>) -> Option<Vec<u8>> {
    let transfer = TransferId { message: MessageId(7), file: 0 };
    let payload = Arc::clone(payload);
    let order = NetCommand::File(ANNA, FileCommand::Fetch { transfer, payload, target: place(), from: 0 });
    bench.order(order).events.into_iter().find_map(|event| match event {
        NetEvent::Content { bytes, .. } => Some(bytes.to_vec()),
        _ => None,
    })
}

#[test]
fn a_picture_in_pieces_becomes_a_file_that_is_offered() {
    let mut bench = Bench::new(true);
    let whole = picture(1_400);
    let words = bench.hear(ANNA_AT, &says(1, 0x120, b"see /~#>abcdef01<B~ there{/font;-8 0 0 0 400;}\0"));
    assert_eq!(words.texts(), ["see [picture abcdef01] there"]);
    assert_eq!(words.kinds(), [0x21]);
    let effects = send(&mut bench, "abcdef01", &whole, &[2, 0, 0, 1, 1]);
    assert_eq!(
        acknowledged(&effects),
        ["abcdef01|2#", "abcdef01|0#", "abcdef01|0#", "abcdef01|1#", "abcdef01|1#"]
    );
    let [received] = effects.received()[..] else { panic!("{effects:?}") };
    let [file] = received.files.as_slice() else { panic!("{received:?}") };
    assert_eq!((file.name.as_str(), file.size), ("feiq-abcdef01.jpg", 1_400));
    assert_eq!(received.conversation, Some(ANNA));
    assert_eq!(wanted(&mut bench, &received.payload), Some(whole));
}

#[test]
fn the_last_piece_is_acknowledged_only_when_the_picture_is_kept() {
    let mut bench = Bench::new(true);
    bench.keeps = false;
    let whole = picture(1_000);
    let effects = send(&mut bench, "a", &whole, &[0, 1]);
    assert_eq!(acknowledged(&effects), ["a|0#"]);
    let (source, payload) = (at(ANNA_AT), Arc::clone(&effects.received()[0].payload));
    let effects =
        bench.order(NetCommand::Message(ANNA, MessageCommand::Stored { source, payload, uid: None }));
    assert_eq!(acknowledged(&effects), ["a|1#"]);
}

#[test]
fn two_pictures_at_once_are_kept_apart() {
    let mut bench = Bench::new(true);
    let (one, other) = (picture(700), picture(900));
    let mut effects = Effects::default();
    for at in [0, 512] {
        for (id, whole) in [("1111", &one), ("2222", &other)] {
            effects.join(bench.hear(ANNA_AT, &says(1, 0xc0, &piece(id, whole, at))));
        }
    }
    let payloads: Vec<Arc<[u8]>> =
        effects.received().iter().map(|received| Arc::clone(&received.payload)).collect();
    let found: Vec<_> = payloads.iter().map(|payload| wanted(&mut bench, payload)).collect();
    assert_eq!(found, [Some(one), Some(other)]);
}

#[test]
fn pieces_that_cannot_be_are_not_acknowledged() {
    let mut bench = Bench::new(true);
    let whole = picture(1_400);
    bench.hear(ANNA_AT, &says(1, 0xc0, &piece("a", &whole, 0)));
    let bodies = [
        // It overlaps; says another size of the whole; is other bytes at the same place; lies beyond the end.
        [&b"a|1400|100|3|1|512|0|2|0|00000000#\0"[..], &[1; 512]].concat(),
        [&b"a|9999|512|3|1|512|0|2|0|00000000#\0"[..], &[1; 512]].concat(),
        [&b"a|1400|0|3|0|512|0|2|0|00000000#\0"[..], &[1; 512]].concat(),
        [&b"a|1400|1024|3|2|512|0|2|0|00000000#\0"[..], &[1; 512]].concat(),
        // More or less bytes than it says, none, far too many in all, no head, a name that is none.
        [&b"b|1400|0|3|0|512|0|2|0|00000000#\0"[..], &[1; 500]].concat(),
        [&b"b|1400|0|3|0|512|0|2|0|00000000#\0"[..], &[1; 600]].concat(),
        b"b|0|0|0|0|0|0|2|0|00000000#\0".to_vec(),
        [&b"b|99999999|0|3|0|512|0|2|0|00000000#\0"[..], &[1; 512]].concat(),
        [&b"b|18446744073709551616|0|3|0|512|0|2|0|00000000#\0"[..], &[1; 512]].concat(),
        vec![b'|'; 600],
        [&b"../x|1400|0|3|0|512|0|2|0|00000000#\0"[..], &[1; 512]].concat(),
    ];
    for (number, body) in (2..).zip(&bodies) {
        let effects = bench.hear(ANNA_AT, &says(number, 0xc0, body));
        assert!(effects.sent.is_empty() && effects.received().is_empty(), "{number}: {effects:?}");
    }
    let effects = send(&mut bench, "a", &whole, &[1, 2]);
    assert_eq!(wanted(&mut bench, &effects.received()[0].payload), Some(whole), "and none of it harmed");
}

#[test]
fn pictures_that_never_end_take_a_bounded_place_and_are_said_to_be_lost() {
    let mut bench = Bench::new(true);
    let whole = picture(4_000_000);
    let mut taken = 0;
    for (number, host) in (0..100).zip([7, 8, 9, 10].into_iter().cycle()) {
        let id = format!("{number:08x}");
        let effects = bench.hear(&format!("10.0.0.{host}:2425"), &says(number, 0xc0, &piece(&id, &whole, 0)));
        taken += acknowledged(&effects).len();
    }
    assert_eq!(taken, 4, "as many bytes as there is room for");
    let lost = bench.wait(SECOND * 200);
    let told = lost.events.iter().filter(
        |event| matches!(event, NetEvent::Noticed { notice, .. } if notice.key == "notice-picture-lost"),
    );
    assert_eq!(told.count(), 2, "to those who have a conversation");
    let effects = send(&mut bench, "next", &picture(100), &[0]);
    assert_eq!(effects.received().len(), 1, "there is room again");
}

#[test]
fn an_invisible_one_does_not_show_itself_by_acknowledging() {
    let mut bench = Bench::new(false);
    let effects = bench.hear("10.0.0.99:2425", &says(1, 0xc0, &piece("a", &picture(700), 0)));
    assert!(effects.sent.is_empty());
}

#[test]
fn whatever_is_confirmed_has_a_row() {
    let bodies: [&[u8]; 6] =
        [b"", b"\0", b"hi\0", b"/~#>abcdef01<B~{/font;-8 0 0 0 400;}\0\0", b"{/font;-8 0;}\0", b"\0x\0"];
    for kind in 0..=255_u32 {
        for flags in [0x100, 0x20_0100, 0x10_0300, 0x40_0100, 0x80_0100, 0x8100, 0x100 | 0x2000, 0x500] {
            for (number, body) in (1..).zip(bodies) {
                let mut bench = Bench::new(true);
                let effects = bench.hear(ANNA_AT, &says(number, kind | flags, body));
                let confirmed = effects.kinds().iter().any(|kind| matches!(kind, 0x21 | 0xc1));
                let rows = effects.received().len();
                assert!(!confirmed || rows == 1, "{kind:x} {flags:x} {body:?}: {effects:?}");
            }
        }
    }
}
