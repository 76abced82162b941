//! Packets as Wireshark reads them, checked by a reader of their own.

use std::fs;
use std::net::{IpAddr, SocketAddr};

use jiff::tz::TimeZone;

use super::*;
use crate::lang::Lang;
use crate::model::WallTime;
use crate::model::packet::{PacketDirection, PacketFate, WirePacket, WireTransport};
use crate::net::registry;
use crate::runtime::history::local;

const TIME: WallTime = WallTime(1_764_588_543_114_000);

fn packet(direction: PacketDirection, transport: WireTransport, ends: [&str; 2], bytes: &[u8]) -> WirePacket {
    let [local, remote] = ends.map(|at| at.parse().expect("an address"));
    let (scheme, fate) = ("udp", PacketFate::Passed);
    WirePacket {
        time: TIME,
        direction,
        transport,
        local,
        remote,
        zone: None,
        scheme,
        fate,
        bytes: bytes.into(),
    }
}

/// A packet as a file has it, read by somebody who knows the formats and not our code.
#[derive(Debug, PartialEq, Eq)]
struct Parsed {
    micros: u64,
    protocol: u8,
    from: SocketAddr,
    to: SocketAddr,
    /// Of TCP.
    sequence: Option<(u32, u32)>,
    payload: Vec<u8>,
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number, byte| (number << 8) | u32::from(*byte))
}

fn little(bytes: &[u8]) -> u32 {
    number(&bytes.iter().rev().copied().collect::<Vec<_>>())
}

/// What is right sums up to ones alone (RFC 1071).
fn is_summed(bytes: &[u8]) -> bool {
    let mut total: u64 = bytes
        .chunks(2)
        .map(|pair| u64::from(pair[0]) * 256 + u64::from(pair.get(1).copied().unwrap_or_default()))
        .sum();
    while total > 0xffff {
        total = (total & 0xffff) + (total >> 16);
    }
    total == 0xffff
}

fn parse(file: &[u8]) -> Vec<Parsed> {
    assert_eq!(little(&file[..4]), 0xa1b2_c3d4, "microseconds");
    assert_eq!((file[4], file[6], little(&file[20..24])), (2, 4, 101), "2.4, raw IP");
    let mut rest = &file[24..];
    let mut all = Vec::new();
    while !rest.is_empty() {
        let [seconds, micros, kept, length] = [0, 4, 8, 12].map(|at| little(&rest[at..at + 4]));
        assert_eq!(kept, length);
        let (ip, behind) = rest[16..].split_at(usize::try_from(length).expect("a length"));
        rest = behind;
        let (protocol, from, to, inner) = if ip[0] >> 4 == 4 {
            assert!(is_summed(&ip[..20]), "the header of IPv4");
            assert_eq!(number(&ip[2..4]), length);
            let at = |at: usize| IpAddr::from(<[u8; 4]>::try_from(&ip[at..at + 4]).expect("four"));
            (ip[9], at(12), at(16), &ip[20..])
        } else {
            assert_eq!(number(&ip[4..6]) + 40, length);
            let at = |at: usize| IpAddr::from(<[u8; 16]>::try_from(&ip[at..at + 16]).expect("sixteen"));
            (ip[6], at(8), at(24), &ip[40..])
        };
        let octets = |at: IpAddr| match at {
            IpAddr::V4(four) => four.octets().to_vec(),
            IpAddr::V6(six) => six.octets().to_vec(),
        };
        let inner_length = u16::try_from(inner.len()).expect("a length").to_be_bytes();
        let pseudo = [&octets(from)[..], &octets(to), &[0, protocol], &inner_length, inner].concat();
        assert!(is_summed(&pseudo), "the checksum of {protocol}");
        let (header, sequence) = if protocol == 17 {
            assert_eq!(number(&inner[4..6]), number(&inner_length));
            (8, None)
        } else {
            assert_eq!(inner[12] >> 4, 5, "words of the header");
            (20, Some((number(&inner[4..8]), number(&inner[8..12]))))
        };
        let port = |at: usize| u16::try_from(number(&inner[at..at + 2])).expect("a port");
        all.push(Parsed {
            micros: u64::from(seconds) * 1_000_000 + u64::from(micros),
            protocol,
            from: SocketAddr::new(from, port(0)),
            to: SocketAddr::new(to, port(2)),
            sequence,
            payload: inner[header..].to_vec(),
        });
    }
    all
}

fn encoded(packets: &[WirePacket]) -> Vec<Parsed> {
    let (mut encoder, mut file) = (PcapEncoder::default(), PcapEncoder::header());
    for packet in packets {
        file.extend(encoder.encode(packet));
    }
    parse(&file)
}

#[test]
fn a_file_holds_what_was_on_the_wire_with_right_headers() {
    let (mine, other) = ("10.77.5.1:8081", "10.77.5.2:9001");
    let (six, far) = ("[::1]:8081", "[2001:db8::7]:9001");
    let largest = vec![7; 65_507];
    let all = encoded(&[
        packet(PacketDirection::In, WireTransport::Udp, [mine, other], "你好".as_bytes()),
        packet(PacketDirection::Out, WireTransport::Udp, [mine, other], b"odd"),
        packet(PacketDirection::Out, WireTransport::Udp, [six, far], b""),
        packet(PacketDirection::In, WireTransport::Udp, [mine, other], &largest),
    ]);
    let expected = |from: &str, to: &str, payload: &[u8]| Parsed {
        micros: 1_764_588_543_114_000,
        protocol: 17,
        from: from.parse().expect("an address"),
        to: to.parse().expect("an address"),
        sequence: None,
        payload: payload.to_vec(),
    };
    assert_eq!(
        all,
        [
            expected(other, mine, "你好".as_bytes()),
            expected(mine, other, b"odd"),
            expected(six, far, b""),
            expected(other, mine, &largest),
        ]
    );
}

#[test]
fn the_bytes_of_a_stream_are_counted_on_each_way() {
    let ends = ["10.77.5.1:50000", "10.77.5.2:7788"];
    let long = vec![1; 70_000];
    let all = encoded(&[
        packet(PacketDirection::Out, WireTransport::Tcp, ends, b"hello"),
        packet(PacketDirection::In, WireTransport::Tcp, ends, b"HELLO!"),
        packet(PacketDirection::Out, WireTransport::Tcp, ends, &long),
        packet(PacketDirection::In, WireTransport::Tcp, ends, b"end"),
    ]);
    let sequences: Vec<_> = all.iter().filter_map(|parsed| parsed.sequence).collect();
    assert_eq!(sequences, [(1, 1), (1, 6), (6, 7), (6 + 65_495, 7), (7, 70_006)]);
    assert_eq!(all[2].payload.len() + all[3].payload.len(), 70_000, "cut, since no packet is so long");
    assert!(all.iter().all(|parsed| parsed.protocol == 6));
}

#[test]
fn what_did_not_leave_was_never_on_the_wire() {
    let with = |direction, fate| WirePacket {
        fate,
        ..packet(direction, WireTransport::Udp, ["10.77.5.1:1", "10.77.5.2:2"], b"x")
    };
    let all = encoded(&[
        with(PacketDirection::Out, PacketFate::Lost),
        with(PacketDirection::Out, PacketFate::Refused),
        with(PacketDirection::In, PacketFate::Lost),
    ]);
    assert_eq!(all.iter().map(|parsed| parsed.from.port()).collect::<Vec<_>>(), [2]);
}

#[test]
fn a_file_replaces_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("wire.pcap");
    let name = path.to_str().expect("a name");
    let packets = [packet(PacketDirection::In, WireTransport::Udp, ["10.0.0.1:1", "10.0.0.2:2"], b"x")];
    PcapFile::create(name).and_then(|mut file| file.add(&packets)).expect("a new file");
    let before = fs::read(&path).expect("the file");
    assert_eq!(parse(&before).len(), 1);
    assert_eq!(PcapFile::create(name).expect_err("it is there").key, "export-exists");
    assert_eq!(fs::read(&path).expect("the file"), before);
}

#[test]
fn a_line_is_escaped_and_says_what_else_the_bytes_may_be() {
    let lang = Lang::choose(Some("en"), registry());
    let line = |bytes: &[u8], fate| {
        let seen = WirePacket {
            fate,
            ..packet(PacketDirection::In, WireTransport::Udp, ["10.0.0.1:1", "10.77.5.2:9001"], bytes)
        };
        packet_line(&seen, &local(seen.time, &TimeZone::UTC), "gb18030", &lang)
    };
    for (bytes, fate, expected) in [
        ("收到".as_bytes(), PacketFate::Passed, "6  收到"),
        (b"a\x1b[31m\n", PacketFate::Passed, "7  a^[[31m^J"),
        (b"hi", PacketFate::Lost, "2  hi  lost by /lab"),
        (b"\xc4\xe3\xba\xc3", PacketFate::Passed, "not UTF-8; as GB18030: 你好"),
    ] {
        let shown = line(bytes, fate);
        assert!(shown.starts_with("11:29:03.114  ← 10.77.5.2:9001"), "{shown}");
        assert!(shown.ends_with(expected), "{shown}");
    }
}

#[test]
fn a_text_that_is_cut_in_a_character_is_a_text() {
    let long = "好".repeat(2_000);
    let text = PacketText::of(long.as_bytes(), "gb18030");
    assert_eq!((text.other, text.text.as_str().chars().all(|c| c == '好')), (None, true));
    let legacy = [0xc4, 0xe3].repeat(2_000);
    assert!(PacketText::of(&legacy, "gb18030").other.is_some());
}

#[test]
fn a_text_among_the_bytes_of_a_protocol_is_read_and_what_is_sealed_is_not() {
    let of = |bytes: &[u8]| PacketText::of(bytes, "gb18030").other.map(|other| other.as_str().to_owned());
    let feiq = b"1_lbt6_0#128#:70:\xd5\xc5\xce\xb0:pc:288:\xba\xec\x1b[31m{/font;}\0";
    assert_eq!(of(feiq).as_deref(), Some("1_lbt6_0#128#:70:张伟:pc:288:红^[[31m{/font;}^@"));
    assert_eq!(of(b"\0\xff\x01"), None, "that is no text");
    let lang = Lang::choose(Some("en"), registry());
    let sealed =
        packet(PacketDirection::In, WireTransport::Udp, ["10.0.0.1:1", "10.0.0.2:2"], b"\x41\xd5\xc5\0");
    let line =
        |packet: &WirePacket| packet_line(packet, &local(packet.time, &TimeZone::UTC), "gb18030", &lang);
    assert!(line(&WirePacket { scheme: "udpqq", ..sealed.clone() }).ends_with("4  encrypted (udpqq)"));
    let framed = |bytes: &'static [u8]| {
        packet(PacketDirection::In, WireTransport::Udp, ["10.0.0.1:1", "10.0.0.2:2"], bytes)
    };
    let of_relay = |bytes| line(&WirePacket { scheme: "relay", ..framed(bytes) });
    assert!(
        of_relay(b"b\xff\xfe4\0hello, \xe4\xbd\xa0\xe5\xa5\xbd\x01\x03\xffann\0")
            .ends_with("hello, 你好 · ann")
    );
    assert!(of_relay(b"\xff\0ab\x01").ends_with("no text (relay)"));
    assert!(line(&sealed).contains("as GB18030: A张^@"), "{}", line(&sealed));
}
