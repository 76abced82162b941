//! Links that carry datagrams in bulk: what goes in one piece comes as datagrams of its size, whatever the system can do,
//! and all that holds for other links holds for them.

use std::net::{IpAddr, SocketAddr};

use tokio::io::Interest;

use super::probe::{Heard, Rig, confined};
use super::{FOUR, LIMIT, SIX, has, heard, peer};
use crate::dialects::ListenMode;
use crate::model::traffic::Dropped;
use crate::model::{LinkId, ListenSetting, NetEvent};
use crate::net::bind;
use crate::net::udp::{Transmit, UdpLink};
use crate::wire::{Ecn, Output, Segments};

const PIECE: Segments = Segments { size: Some(1_200), ecn: Some(Ecn::Capable), fragment: false };

fn bulk(at: &str) -> ListenMode {
    ListenMode::Bulk(ListenSetting::At(at.parse().expect("address")))
}

/// Engines that were given these sockets, and where those are.
async fn given(listens: &[(&'static str, ListenMode)], talks: bool) -> (Rig, Vec<SocketAddr>) {
    let mut rig = Rig::start_with(listens, talks, confined());
    let mut places = Vec::new();
    for engine in 0..listens.len() {
        let Heard::LinkUp(0, place) = rig.next_of(engine).await else { panic!("listens") };
        let Some(NetEvent::Listening(_)) = rig.handle.next().await else { panic!("says so") };
        places.push(place);
    }
    (rig, places)
}

fn piece(to: SocketAddr, segments: Segments, bytes: &[u8]) -> Output {
    Output::Datagrams { link: LinkId(0), to, from: None, segments, bytes: bytes.into() }
}

/// The sizes of what an engine is given from there, until that is so many bytes.
async fn sizes(
    rig: &mut Rig,
    engine: usize,
    source: SocketAddr,
    mark: Option<Ecn>,
    all: usize,
) -> Vec<usize> {
    let mut all_sizes: Vec<usize> = Vec::new();
    while all_sizes.iter().sum::<usize>() < all {
        match rig.next_of(engine).await {
            Heard::Datagrams { link: 0, from, to: _, ecn, sizes } if from == source => {
                assert_eq!(ecn, mark);
                all_sizes.extend(sizes);
            }
            other => panic!("{other:?}"),
        }
    }
    all_sizes
}

#[tokio::test]
async fn a_piece_comes_as_datagrams_of_its_size_with_their_mark() {
    for at in [FOUR, SIX, "[::]:0"].into_iter().filter(|at| has(at)) {
        let (mut rig, places) = given(&[("one", bulk(at)), ("other", bulk(at))], false).await;
        let ip: IpAddr = if at == FOUR { "127.0.0.1" } else { "::1" }.parse().expect("address");
        let [source, to] = [0, 1].map(|engine| SocketAddr::new(ip, places[engine].port()));
        let bytes = vec![7; 9 * 1_200 + 77];
        for mark in [Some(Ecn::Capable), Some(Ecn::Congested), None] {
            rig.ask(piece(to, Segments { ecn: mark, ..PIECE }, &bytes));
            let sizes = sizes(&mut rig, 1, source, mark, bytes.len()).await;
            assert_eq!(sizes, [[1_200; 9].as_slice(), &[77]].concat(), "{at}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_knows_nothing_of_pieces_hears_datagrams_and_is_heard() {
    let (mut rig, places) = given(&[("bulk", bulk(FOUR))], false).await;
    let alex = peer(FOUR);
    let at = alex.local_addr().expect("bound");
    rig.ask(piece(at, Segments { size: Some(3), ..PIECE }, b"abcdefgh"));
    for part in [b"abc".as_slice(), b"def", b"gh"] {
        assert_eq!(heard(&alex), (part.to_vec(), places[0]));
    }
    alex.send_to(b"one alone", places[0]).expect("sent");
    assert_eq!(sizes(&mut rig, 0, at, None, 9).await, [9]);
}

/// As on a system that cannot cut, and where a device or a network on the way cannot.
#[tokio::test]
async fn where_the_system_does_not_cut_each_datagram_goes_alone() {
    let alex = peer(FOUR);
    let to = alex.local_addr().expect("bound");
    let mut link = UdpLink::open_bulk(&bind::plain(FOUR.parse().expect("address")), None).expect("open");
    link.socket.ready(Interest::WRITABLE).await;
    for cuts in [true, false] {
        link.bulk.as_mut().expect("bulk").cuts = cuts;
        let bytes = b"abcdefgh".as_slice().into();
        let segments = Segments { size: Some(3), ..PIECE };
        let sent = link.send(Transmit { to, from: None, via: None, segments, bytes, sent: 0, ticket: None });
        assert_eq!(sent, Some(Ok(())));
        for part in [b"abc".as_slice(), b"def", b"gh"] {
            assert_eq!(heard(&alex), (part.to_vec(), link.socket.local));
        }
    }
    // Nothing carries such a datagram, so it is not the cutting that is wrong.
    let bytes = vec![0; 3 * 65_530].into();
    let segments = Segments { size: Some(65_530), ..PIECE };
    link.bulk.as_mut().expect("bulk").cuts = true;
    let sent = link.send(Transmit { to, from: None, via: None, segments, bytes, sent: 0, ticket: None });
    assert_eq!(sent, Some(Err("EMSGSIZE".into())));
    assert!(link.bulk.as_ref().expect("bulk").cuts);
}

#[tokio::test]
async fn an_address_that_is_gone_costs_neither_pieces_nor_marks() {
    let (mut rig, places) = given(&[("one", bulk("0.0.0.0:0")), ("other", bulk(FOUR))], false).await;
    let bytes = vec![7; 3_600];
    for (named, left) in [("127.0.0.5", "127.0.0.5"), ("192.0.2.55", "127.0.0.1"), ("127.0.0.5", "127.0.0.5")]
    {
        let from = named.parse().ok();
        let (segments, bytes) = (PIECE, bytes.clone().into());
        rig.ask(Output::Datagrams { link: LinkId(0), to: places[1], from, segments, bytes });
        let source = SocketAddr::new(left.parse().expect(left), places[0].port());
        assert_eq!(sizes(&mut rig, 1, source, PIECE.ecn, 3_600).await, [1_200; 3], "{named}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn that_nobody_is_there_is_told_as_on_other_links() {
    let (mut rig, _) = given(&[("bulk", bulk(FOUR))], false).await;
    let gone = peer(FOUR).local_addr().expect("bound");
    rig.ask(piece(gone, PIECE, &[7; 2_400]));
    assert_eq!(rig.next().await, Heard::Unreachable(0, gone));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_finds_no_room_in_the_kernel_is_counted() {
    let (mut rig, places) = given(&[("bulk", bulk(FOUR))], false).await;
    let alex = peer(FOUR);
    // On this one thread nothing is taken meanwhile; the number comes with what finds room again.
    for _ in 0..20_000 {
        alex.send_to(&[7; 1_000], places[0]).expect("sent");
    }
    assert!(matches!(rig.next().await, Heard::Datagrams { .. }));
    alex.send_to(b"more", places[0]).expect("sent");
    let told = tokio::time::timeout(LIMIT, rig.handle.next()).await.expect("in time");
    let Some(NetEvent::Dropped(dropped)) = told else { panic!("{told:?}") };
    let Dropped { scheme, address, count } = dropped;
    assert_eq!((scheme, address), ("bulk", places[0]));
    assert!(count > 0);
}

/// However much waits, another link has its turn after one of this.
#[tokio::test]
async fn a_flood_in_bulk_holds_up_no_other_link() {
    let (mut rig, places) = given(&[("bulk", bulk(FOUR))], false).await;
    let plain = rig.open_socket(16, bind::plain(FOUR.parse().expect("address"))).await;
    let (flood, alex) = (peer(FOUR), peer(FOUR));
    // On this one thread nothing is taken meanwhile.
    for _ in 0..1_000 {
        flood.send_to(&[7; 1_200], places[0]).expect("sent");
    }
    alex.send_to(b"me too", plain).expect("sent");
    let mut before = 0;
    while let Heard::Datagrams { sizes, .. } = rig.next().await {
        before += sizes.len();
    }
    assert!(before <= 2 * 64, "{before} came first");
    assert!(matches!(rig.next().await, Heard::Datagrams { .. }), "all that waited came first");
}
