//! Every form that was ever written is read for ever, and what is written stays what it is: the lines of
//! `tests/captures/secure` are added to, and never changed.

use super::*;
use crate::dialects::secure::frame::control::{Control, Introduction};
use crate::dialects::secure::frame::entry::Entry;
use crate::dialects::secure::frame::{FrameReader, Rejection, StreamKind, framed};
use crate::dialects::secure::notices::TYPING;

/// What is written by this version, too, its bytes and what is read from them.
struct FrozenForm {
    own: bool,
    bytes: Vec<u8>,
    read: String,
}

fn forms(name: &str) -> Vec<FrozenForm> {
    let path = format!("{}/tests/captures/secure/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("a capture");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let forms = lines.map(|line| {
        let mut parts = line.splitn(3, '|');
        let own = parts.next().expect("who").trim() == "own";
        let digits = parts.next().expect("bytes").trim().as_bytes();
        let byte = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).expect("ASCII"), 16).expect("hex");
        let bytes = digits.chunks(2).map(byte).collect();
        FrozenForm { own, bytes, read: parts.next().expect("meaning").trim().to_owned() }
    });
    let forms: Vec<_> = forms.collect();
    assert!(!forms.is_empty());
    forms
}

fn shown<T: ToString>(part: Option<T>) -> String {
    part.map_or_else(|| "-".to_owned(), |part| part.to_string())
}

fn start_of(uid: Uid) -> String {
    format!("{:08x}", u32::from_be_bytes(*uid.0.first_chunk().expect("long enough")))
}

fn meaning(entry: &Result<Entry, Rejection>) -> String {
    match entry {
        Ok(Entry { kind, time, text, about, quote, .. }) => {
            let (time, about) = (shown(time.map(|time| time.0)), shown(about.map(start_of)));
            let line = format!(
                "{} time={time} about={about} quote={} text={text}",
                kind.code(),
                shown(quote.as_ref())
            );
            line.trim().to_owned()
        }
        Err(why) => format!("refused {}", why.code()),
    }
}

#[test]
fn every_entry_that_was_ever_written_is_read_and_written_as_before() {
    for FrozenForm { own, bytes, read } in forms("entries") {
        let entry = Entry::decode(&bytes);
        assert_eq!(meaning(&entry), read);
        if own {
            let Entry { uid, kind, time, text, about, quote, files: _ } = entry.expect("our own");
            let base = OutgoingMessage::text(MessageId(1), text);
            let (time, quote) = (time.expect("ours has one"), quote.map(Arc::from));
            let message = OutgoingMessage { about, quote, time, kind, ..base };
            assert_eq!(Entry::encode(&message, uid), bytes, "{read}");
        }
    }
}

fn said(control: &Control) -> String {
    let all = |it: &Introduction| {
        format!(
            "moves={} name={} program={} away={} features={} addresses={}",
            shown(it.moves),
            shown(it.name.as_ref()),
            shown(it.program.as_ref()),
            shown(it.away.as_ref()),
            shown(it.features),
            shown(it.addresses.as_ref().map(Vec::len)),
        )
    };
    match control {
        Control::Hello { boot, introduction } => format!("hello boot={boot} {}", all(introduction)),
        Control::Kept { count } => format!("kept {count}"),
        Control::Refused { position, code } => format!("refused {position} {code}"),
        Control::Read { uid } => format!("read {}", start_of(*uid)),
        Control::Profile(introduction) => format!("profile {}", all(introduction)),
        Control::Declined { uid } => format!("declined {}", start_of(*uid)),
        Control::Fetched { uid, index } => format!("fetched {} {index}", start_of(*uid)),
        Control::Bye => "bye".to_owned(),
        Control::Unknown => "unknown".to_owned(),
    }
}

#[test]
fn every_control_frame_that_was_ever_written_is_read_and_written_as_before() {
    for FrozenForm { own, bytes, read } in forms("controls") {
        match Control::decode(&bytes) {
            Ok(control) => {
                assert_eq!(said(&control), read);
                assert!(!own || control.encode() == bytes, "{read}");
            }
            Err(_) => assert_eq!("malformed", read),
        }
    }
}

#[test]
fn every_stream_is_cut_into_its_frames_as_before() {
    for FrozenForm { own, bytes, read } in forms("streams") {
        let kind = StreamKind::from_code(bytes[0]);
        let Some(kind) = kind else {
            assert_eq!("unknown", read);
            continue;
        };
        let mut reader = FrameReader::default();
        reader.push(&bytes[1..]);
        let frames = std::iter::from_fn(|| reader.next().expect("well-formed"));
        let frames: Vec<_> = frames.collect();
        let name = match kind {
            StreamKind::Control => "control",
            StreamKind::Messages => "messages",
        };
        let lengths = frames.iter().map(|frame| frame.len().to_string());
        let words: Vec<String> = std::iter::once(name.to_owned()).chain(lengths).collect();
        assert_eq!(words.join(" "), read);
        let written = frames.iter().flat_map(|frame| framed(frame)).collect::<Vec<u8>>();
        assert!(!own || [vec![kind.code()], written].concat() == bytes);
    }
}

#[test]
fn the_notice_that_somebody_is_writing_is_what_it_was() {
    assert_eq!(TYPING, [0x74, 0]);
}
