//! The decoders of IP Messenger, for the fuzzer.

use super::files::fuzzing as files;
use super::packet::{Number, Packet};
use super::pictures;
use crate::model::fuzzing::FuzzTarget;

pub const TARGETS: &[FuzzTarget] = &[
    FuzzTarget { name: "ipmsg_packet", run: packet },
    FuzzTarget { name: "ipmsg_list", run: files::list },
    FuzzTarget { name: "ipmsg_request", run: files::request },
    FuzzTarget { name: "ipmsg_folder", run: files::folder },
];

fn packet(bytes: &[u8]) {
    let Some(packet) = Packet::read(bytes) else { return };
    assert!(Number::read(packet.number.to_string().as_bytes()).is_some(), "the digits as they stand");
    let strings: usize = packet.strings().map(<[u8]>::len).sum();
    assert!(strings <= packet.body.len());
    let _picture = pictures::of(packet.body);
}
