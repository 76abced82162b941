//! What is between the engines and the sockets: the tap and the lab.

use super::super::*;
use super::*;
use crate::model::lab::{LabCounts, LabOrder, LabSettings};
use crate::model::packet::{PacketDirection, PacketFate};
use crate::model::{Endpoints, WirePacket};

fn lab(of: SocketAddr, settings: &str) -> NetCommand {
    let settings = LabSettings::parse(settings).expect("settings");
    let endpoints = Endpoints { at: vec![of], hosts: Vec::new() };
    NetCommand::Lab(Some(LabOrder { conversation: ALEX, endpoints, settings }))
}

impl Net {
    /// What became of the datagrams, once so many were seen.
    async fn counted(&mut self, seen: u64) -> LabCounts {
        loop {
            match self.next().await {
                NetEvent::Lab { counts, .. } if counts.seen >= seen => return counts,
                NetEvent::Lab { .. } | NetEvent::Handed { .. } => {}
                other => panic!("{other:?}"),
            }
        }
    }
}

async fn captured(tap: &mut TapReceiver, count: usize) -> Vec<WirePacket> {
    let mut packets = Vec::new();
    while packets.len() < count {
        let capture = tokio::time::timeout(LIMIT, tap.recv()).await.expect("packets in time");
        packets.extend(capture.packets);
    }
    packets
}

#[tokio::test]
async fn whoever_watches_sees_each_datagram_as_it_is_on_the_wire() {
    let (mut net, alex) = (Net::start(options(ANY)).await, peer(FOUR));
    let mut tap = net.handle.take_tap().expect("one");
    let address = alex.local_addr().expect("bound");
    net.follow(ALEX, &format!("udp://{address}?encoding=gb18030"));
    net.send(ALEX, 1, "unseen");
    net.handed(1).await;
    tap.set_open(true);
    net.send(ALEX, 2, "你好");
    net.handed(2).await;
    heard(&alex);
    let (_, from) = heard(&alex);
    alex.send_to(b"\x00\xff", from).expect("sent");
    net.received().await;
    let packets = captured(&mut tap, 2).await;
    let seen = |packet: &WirePacket| (packet.direction, packet.local, packet.remote, packet.bytes.to_vec());
    let local = loopback(net.port);
    assert_eq!(
        packets.iter().map(seen).collect::<Vec<_>>(),
        [
            (PacketDirection::Out, local, address, b"\xc4\xe3\xba\xc3".to_vec()),
            (PacketDirection::In, local, address, b"\x00\xff".to_vec()),
        ]
    );
    assert!(packets.iter().all(|packet| packet.scheme == "udp" && packet.fate == PacketFate::Passed));
}

#[tokio::test]
async fn only_the_datagrams_of_the_peer_in_the_lab_are_lost_both_ways() {
    let (mut net, alex, other) = (Net::start(options(FOUR)).await, peer(FOUR), peer(FOUR));
    let mut tap = net.handle.take_tap().expect("one");
    tap.set_open(true);
    net.follow(ALEX, &alex.local_addr().expect("bound").to_string());
    net.order(lab(alex.local_addr().expect("bound"), "loss=100%"));
    net.send(ALEX, 1, "lost");
    assert_eq!(net.handed(1).await, alex.local_addr().expect("bound"), "a bad network tells nobody");
    alex.send_to(b"lost too", loopback(net.port)).expect("sent");
    let counts = net.counted(2).await;
    assert_eq!(counts, LabCounts { seen: 2, lost: 2, doubled: 0, late: 0 });
    assert!(captured(&mut tap, 2).await.iter().all(|packet| packet.fate == PacketFate::Lost));
    other.send_to(b"of another", loopback(net.port)).expect("sent");
    assert_eq!(net.received().await.text, "of another");
    net.order(NetCommand::Lab(None));
    net.send(ALEX, 2, "again");
    net.handed(2).await;
    assert_eq!(heard(&alex).0, b"again");
}

#[tokio::test]
async fn what_is_late_in_a_lab_comes_in_the_end_and_twice_where_it_is_doubled() {
    let (mut net, alex) = (Net::start(options(FOUR)).await, peer(FOUR));
    net.follow(ALEX, &alex.local_addr().expect("bound").to_string());
    net.order(lab(alex.local_addr().expect("bound"), "delay=50ms dup=100%"));
    net.send(ALEX, 1, "later");
    net.handed(1).await;
    let sent = clock::now().mono;
    // Another thread waits: this one has to let the late ones go.
    let both = move || ((heard(&alex).0, heard(&alex).0), alex);
    let (heard_both, alex) = tokio::task::spawn_blocking(both).await.expect("both");
    assert_eq!(heard_both, (b"later".to_vec(), b"later".to_vec()));
    assert!(sent.elapsed() >= Duration::from_millis(30), "{:?}", sent.elapsed());
    // What waits when the lab ends goes on at once.
    net.order(lab(alex.local_addr().expect("bound"), "delay=10s"));
    net.send(ALEX, 2, "soon");
    net.counted(1).await;
    net.order(NetCommand::Lab(None));
    let soon = tokio::task::spawn_blocking(move || heard(&alex).0).await.expect("one");
    assert_eq!(soon, b"soon");
}
