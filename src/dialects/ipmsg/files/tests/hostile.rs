//! The corpus of hostile peers: nothing is read, written or believed that should not be.

use super::super::uploads::ASKING;
use super::super::{FileList, read_list};
use super::machine::{Then, carry, pieces};
use super::*;
use crate::dialects::ipmsg::packet::Packet;
use crate::model::file::MAX_FILES;

fn decode(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

#[test]
fn of_hostile_lists_only_what_is_harmless_is_offered() {
    let mut good = 0;
    for (name, bytes) in corpus("ipmsg-attach").into_iter().chain(corpus("path-name")) {
        let Some(packet) = Packet::read(&bytes) else { continue };
        let FileList { offered, left_out } = read_list(packet.strings().nth(1).expect("a list"), &decode);
        assert!(offered.len() <= MAX_FILES && (left_out > 0 || !offered.is_empty()), "{name}");
        good += usize::from(!offered.is_empty());
        for file in offered {
            let path = &file.file.name;
            assert!(!path.contains(['/', '\\']) && !path.starts_with(['.', '-']), "{name}: {path}");
        }
    }
    assert_eq!(good, 11, "eight names, an empty file and two times that make no sense");
}

#[test]
fn hostile_requests_get_a_closed_stream_and_not_a_byte() {
    for (name, bytes) in corpus("ipmsg-tcp-req") {
        for size in [1, 100, 100_000] {
            let mut bench = Bench::offering(vec![file("a", 1_000)]);
            // What they ask for is somebody else's.
            let offer = offer(MessageId(6), 1, vec![file("a", 1), folder("b", Vec::new())]);
            let offer = Offer { to: at("192.0.2.8:2425"), first: 0, ..offer };
            bench.call(|transfers, cx| transfers.offer(cx, offer));
            let link = bench.accept(1, "192.0.2.7:40001");
            for piece in pieces(&bytes, size) {
                bench.data(link, &piece);
            }
            bench.wait(ASKING);
            let mut outputs = bench.outputs();
            // What is no request is counted.
            outputs.retain(|output| !matches!(output, Output::Event(NetEvent::Malformed { .. })));
            assert_eq!(outputs, [Output::Close { link }], "{name}");
        }
    }
}

#[test]
fn hostile_streams_make_no_folder() {
    for (name, bytes) in corpus("ipmsg-tcp-dir") {
        for then in [Then::Ends, Then::KeepsSilent] {
            let mut bench = Bench::new();
            let (link, _) = bench.fetch(wanted(offered("x", 0, true)));
            let (machine, ended) = carry(&mut bench, link, pieces(&bytes, 10), then);
            assert!(!machine.kept && machine.made.is_empty(), "{name}: {machine:?}");
            assert!(matches!(ended.as_slice(), [Progress::Broken { .. }]), "{name}: {ended:?}");
        }
    }
}

#[test]
fn hostile_streams_make_no_harm_inside_of_a_folder() {
    for (name, bytes) in corpus("ipmsg-tcp-dir") {
        let stream = [&b"000d:dir:0:2:"[..], &bytes].concat();
        for then in [Then::Ends, Then::KeepsSilent] {
            let mut bench = Bench::new();
            let (link, _) = bench.fetch(wanted(offered("x", 0, true)));
            let (machine, ended) = carry(&mut bench, link, pieces(&stream, 10), then);
            assert_eq!(ended.len(), 1, "{name}: {ended:?}");
            // Back out of the folder is its end.
            assert_eq!(machine.kept, bytes.starts_with(b"000b:.:0:3:"), "{name}");
            assert!(machine.made.values().all(|content| content.len() <= 5), "{name}: {machine:?}");
        }
    }
}

#[test]
fn a_size_that_lies_reserves_nothing_and_ends() {
    let mut bench = Bench::new();
    let (link, _) = bench.fetch(wanted(offered("x", 0, true)));
    let stream = b"000d:dir:0:2:0015:x:10000000000:4:";
    let (machine, ended) = carry(&mut bench, link, pieces(stream, 10), Then::KeepsSilent);
    assert_eq!(machine.taken, stream.len());
    assert_eq!(ended, broken(Fault::Stalled, 0));
}
