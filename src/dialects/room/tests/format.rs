//! The written format says what the engine does: every vector of `assets/formats/room.md` is sent and heard.

use super::*;

const DOCUMENT: &str = include_str!("../../../../assets/formats/room.md");

/// Text, bytes and address of each vector.
fn vectors() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let block = DOCUMENT.split("```").nth(1).expect("a block").strip_prefix("vectors\n").expect("vectors");
    let vector = |part: &'static str| {
        let (text, rest) = part.split_once("\n= ").expect(part);
        let (hex, address) = rest.split_once(" room://").expect(part);
        let byte = |two: &[u8]| u8::from_str_radix(str::from_utf8(two).expect(hex), 16).expect(hex);
        (text, hex.as_bytes().chunks(2).map(byte).collect(), address)
    };
    block.trim_end().split("\n\n").map(vector).collect()
}

#[test]
fn what_is_sent_and_heard_is_what_the_document_says() {
    for (text, expected, room) in vectors() {
        let mut bench = Bench::new();
        bench.follow(HALL, room);
        bench.enter(HALL);
        let outputs = bench.send(HALL, 1, text);
        let datagrams = outputs.iter().filter_map(|output| match output {
            Output::Datagram { bytes, .. } => Some(bytes.to_vec()),
            _ => None,
        });
        let sent: Vec<Vec<u8>> = datagrams.collect();
        assert!(!sent.is_empty() && sent.iter().all(|bytes| *bytes == expected), "{room} {text}: {sent:?}");
        assert_eq!(bench.hear(&expected).text, text, "{room}");
    }
}
