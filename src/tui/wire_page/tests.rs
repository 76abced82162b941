//! The page of the wire: what it keeps, shows and leaves out.

use std::net::SocketAddr;

use super::ring::{MAX_BYTES, MAX_PACKETS};
use super::*;
use crate::model::WallTime;
use crate::model::packet::{PacketDirection, PacketFate, WireTransport};

const ROWS: usize = 5;

fn packet(direction: PacketDirection, remote: &str, bytes: &[u8]) -> WirePacket {
    WirePacket {
        time: WallTime(0),
        direction,
        transport: WireTransport::Udp,
        local: SocketAddr::from(([10, 0, 0, 1], 8_081)),
        remote: remote.parse().expect("an address"),
        zone: None,
        scheme: "udp",
        fate: PacketFate::Passed,
        bytes: bytes.into(),
    }
}

fn heard(texts: impl IntoIterator<Item = String>) -> Capture {
    let packets = texts.into_iter().map(|text| packet(PacketDirection::In, "10.0.0.2:9001", text.as_bytes()));
    Capture { packets: packets.collect(), left_out: 0 }
}

fn page(count: usize) -> WirePage {
    let mut page = WirePage::default();
    page.set_peer(None, Endpoints::default(), "gb18030".to_owned());
    page.take(heard((0..count).map(|number| number.to_string())));
    page
}

fn chosen(page: &WirePage) -> String {
    page.chosen().map(|packet| String::from_utf8_lossy(&packet.bytes).into_owned()).unwrap_or_default()
}

#[test]
fn it_keeps_the_last_packets_that_there_is_room_for() {
    let mut page = page(MAX_PACKETS);
    assert_eq!((page.kept(), page.shown_len()), (MAX_PACKETS, MAX_PACKETS));
    page.take(heard(["newer".to_owned()]));
    assert_eq!((page.kept(), page.shown_len()), (MAX_PACKETS, MAX_PACKETS));
    assert_eq!(page.shown().next().map(|first| first.bytes.to_vec()), Some(b"1".to_vec()));
    page.take(heard((0..5).map(|_| "x".repeat(MAX_BYTES / 4))));
    assert_eq!(page.kept(), 4, "so many of that size");
}

#[test]
fn the_end_is_followed_until_one_looks_at_another() {
    let mut page = page(20);
    assert_eq!((chosen(&page).as_str(), page.top(ROWS)), ("19", 15));
    page.take(heard(["20".to_owned()]));
    assert_eq!((chosen(&page).as_str(), page.top(ROWS)), ("20", 16));
    page.step(false, 7, ROWS);
    assert_eq!((chosen(&page).as_str(), page.top(ROWS), page.below()), ("13", 13, 7));
    page.take(heard(["21".to_owned()]));
    assert_eq!((chosen(&page).as_str(), page.top(ROWS), page.below()), ("13", 13, 8), "nothing moves");
    page.step(true, 1, ROWS);
    assert_eq!(page.top(ROWS), 13, "no more than it has to");
    page.step(true, usize::MAX, ROWS);
    assert!(page.is_following());
    assert_eq!(chosen(&page), "21");
}

#[test]
fn while_it_is_paused_what_comes_waits() {
    let mut page = page(2);
    page.pause();
    page.take(heard(["later".to_owned()]));
    assert_eq!((chosen(&page).as_str(), page.shown_len(), page.waiting()), ("1", 2, 1));
    page.pause();
    assert_eq!((chosen(&page).as_str(), page.shown_len(), page.waiting()), ("later", 3, 0));
}

#[test]
fn a_flood_drives_nothing_out_that_somebody_looks_at() {
    let mut page = page(3);
    page.pause();
    page.take(heard((0..MAX_PACKETS).map(|number| format!("later {number}"))));
    assert_eq!((chosen(&page).as_str(), page.shown_len()), ("2", 3));
    assert_eq!((page.kept(), page.missing()), (MAX_PACKETS, 3), "what there is no room for is counted");
    page.pause();
    page.take(heard(["last".to_owned()]));
    assert_eq!((chosen(&page).as_str(), page.kept(), page.missing()), ("last", MAX_PACKETS, 3));
    page.clear();
    assert_eq!(page.missing(), 0);
}

#[test]
fn all_words_of_a_filter_have_to_fit() {
    let mut page = page(0);
    let out = packet(PacketDirection::Out, "10.0.0.2:9001", b"Hello World");
    let other = packet(PacketDirection::In, "10.0.0.3:9001", "你好".as_bytes());
    let legacy = packet(PacketDirection::In, "10.0.0.2:9001", b"\xc4\xe3\xba\xc3");
    page.take(Capture { packets: vec![out, other, legacy], left_out: 0 });
    for (filter, count) in [
        ("", 3),
        ("hello", 1),
        ("world in", 0),
        ("in", 2),
        ("out udp", 1),
        ("tcp", 0),
        ("10.0.0.2", 2),
        ("你好", 2),
        ("udp 你 10.0.0.3", 1),
    ] {
        page.set_filter(PacketFilter::new(filter));
        assert_eq!(page.shown_len(), count, "{filter}");
    }
}

#[test]
fn only_the_packets_of_the_peer_are_shown() {
    let mut page = page(3);
    let peer = WirePeer { conversation: ConversationId(1), name: "alex".to_owned() };
    let at = |at: &str| Endpoints { at: vec![at.parse().expect("an address")], hosts: Vec::new() };
    page.set_peer(Some(peer), at("10.0.0.9:1"), String::new());
    assert_eq!((page.shown_len(), page.kept()), (0, 3));
    page.set_endpoints(at("10.0.0.2:9001"));
    assert_eq!(page.shown_len(), 3, "it has moved");
    page.clear();
    assert_eq!((page.shown_len(), page.kept(), page.chosen_at()), (0, 0, None));
}
