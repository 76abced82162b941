//! What two udpqq say to each other, and what comes to their door, for the fuzzer.

use super::beacon::Beacon;
use super::files::fuzzing as files;
use super::frame::control::Control;
use super::frame::entry::Entry;
use super::frame::offer::ListedFiles;
use super::frame::{FrameReader, framed};
use super::gate::{KnockGate, OwnIds};
use crate::model::PublicKey;
use crate::model::fuzzing::{FuzzTarget, split_first};

pub const TARGETS: &[FuzzTarget] = &[
    FuzzTarget { name: "secure_gate", run: gate },
    FuzzTarget { name: "secure_beacon", run: beacon },
    FuzzTarget { name: "secure_frames", run: frames },
    FuzzTarget { name: "secure_control", run: control },
    FuzzTarget { name: "secure_entry", run: entry },
    FuzzTarget { name: "secure_files", run: files::requests },
];

/// Whoever knows neither our key nor a number of ours stays outside.
fn gate(bytes: &[u8]) {
    let Ok(key) = PublicKey::from_bytes([7; 32]) else { return };
    let gate = KnockGate::new(OwnIds::new(&[1; 32]), &key);
    // A tag of four bytes may be hit once in 4,294,967,296 tries, which is not a fault of the gate.
    let _admitted = gate.admits(bytes);
}

fn beacon(bytes: &[u8]) {
    let Some(Ok(beacon)) = Beacon::decode(bytes) else { return };
    assert_eq!(Beacon::decode(&beacon.encode()), Some(Ok(beacon)));
}

/// Frames are the same however the bytes of the stream come.
fn frames(bytes: &[u8]) {
    let (part, bytes) = split_first(bytes);
    let whole = read([bytes]);
    assert_eq!(read(bytes.chunks(usize::from(part).saturating_add(1))), whole);
    let again: Vec<u8> = whole.iter().flat_map(|frame| framed(frame)).collect();
    assert!(bytes.starts_with(&again), "nothing is left out");
}

fn read<'a>(reads: impl IntoIterator<Item = &'a [u8]>) -> Vec<Vec<u8>> {
    let (mut reader, mut frames) = (FrameReader::default(), Vec::new());
    for read in reads {
        reader.push(read);
        while let Ok(Some(frame)) = reader.next() {
            frames.push(frame);
        }
    }
    frames
}

fn control(bytes: &[u8]) {
    let Ok(control) = Control::decode(bytes) else { return };
    if control != Control::Unknown {
        assert_eq!(Control::decode(&control.encode()), Ok(control));
    }
}

fn entry(bytes: &[u8]) {
    let _files = ListedFiles::read(bytes);
    if Entry::decode(bytes).is_err() {
        return;
    }
    // What the history has can be given other words, and is an entry then too.
    for again in [Entry::reworded(bytes, "x"), Entry::requoted(bytes, "x")].into_iter().flatten() {
        assert!(Entry::decode(&again).is_ok(), "{again:?}");
    }
}
