//! Where the messages of a stream end, for the fuzzer.

use super::codec::Framing;
use super::reader::{MAX_LINE, MessageReader};
use crate::model::fuzzing::{FuzzTarget, moment, split_first};
use crate::wire::Encoding;

pub const TARGETS: &[FuzzTarget] = &[FuzzTarget { name: "tcp_framing", run: framing }];

const ENCODINGS: [&str; 4] = ["utf-8", "gb18030", "big5", "iso-2022-jp"];

/// Lines are the same however the bytes come.
fn framing(bytes: &[u8]) {
    let (choice, bytes) = split_first(bytes);
    let label = ENCODINGS.get(usize::from(choice >> 6)).copied().unwrap_or_default();
    let Some(encoding) = Encoding::from_label(label) else { return };
    let part = usize::from(choice & 0x1f).saturating_add(1);
    let lines = Framing { encoding, lines: true };
    let whole = messages(lines, [bytes]);
    assert!(whole.iter().all(|message| message.len() <= MAX_LINE));
    assert_eq!(messages(lines, bytes.chunks(part)), whole);
    // Nothing is lost or doubled where a read is a message.
    let reads = Framing { encoding, lines: false };
    let read: usize = messages(reads, bytes.chunks(part)).iter().map(Vec::len).sum();
    assert!(read <= bytes.len(), "{read} of {}", bytes.len());
}

fn messages<'a>(framing: Framing, reads: impl IntoIterator<Item = &'a [u8]>) -> Vec<Vec<u8>> {
    let (mut reader, mut found) = (MessageReader::default(), Vec::new());
    for read in reads {
        reader.take(moment(), framing, read, &mut |message| found.push(message.to_vec()));
    }
    reader.flush(framing, &mut |message| found.push(message.to_vec()));
    found
}
