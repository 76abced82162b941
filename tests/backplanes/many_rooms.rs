//! One relay of a cluster, a thousand rooms, and as much said in each as a relay keeps.

use std::io::Write as _;
use std::net::UdpSocket;
use std::time::Duration;

use udpqq::dialects::relay::frame::{BundleEntry, FromMember, FromRelay, MemberRequest, MemberToken};

use crate::failures::alone;
use crate::framed_member;
use crate::nats_servers::NatsCluster;
use crate::processes::RelayProcess;

const ROOMS: u64 = 1_000;
/// Each of them half of what is kept in a room.
const LONG: usize = 48 * 1_024;
const MESSAGES: u32 = 4;
/// In KiB: of the relay, of each member, of each room.
const BASE: u64 = 64 * 1_024;
const EACH_MEMBER: u64 = 64;
const EACH_ROOM: u64 = 4;
/// When a message is said again whose place in the log has not come.
const AGAIN: Duration = Duration::from_millis(500);

/// The only member of a room says that, and has it back.
fn say(member: &(UdpSocket, MemberToken), number: u32, text: &[u8]) {
    let (socket, token) = member;
    let (mut frame, mut buffer) = (Vec::new(), vec![0; 65_536]);
    let request = MemberRequest::Say { number, after: 0, text };
    FromMember::Request { token: *token, request }.encode(&mut frame);
    socket.set_read_timeout(Some(AGAIN)).unwrap();
    loop {
        socket.send(&frame).unwrap();
        while let Ok(length) = socket.recv(&mut buffer) {
            let Some(FromRelay::Bundle { mut entries, .. }) = FromRelay::decode(&buffer[..length]) else {
                continue;
            };
            let is_it = |entry| matches!(entry, BundleEntry::Text { number: said, .. } if said == number);
            if entries.any(is_it) {
                return;
            }
        }
    }
}

#[test]
fn a10_a_relay_that_follows_a_thousand_rooms_stays_small() {
    alone(async {
        let Some(servers) = NatsCluster::start(1) else { return };
        let many = "1000000";
        let cluster = servers.addresses(0).join(",");
        let limits = ["--members", "1000", "--rooms", "1000", "--rate", many, "--bytes", "100000000"];
        let relay = RelayProcess::start_with(
            &[&["--cluster", &cluster, "--bandwidth", "1000000000"], &limits[..]].concat(),
        );
        let empty = relay.resident();
        let join = |room: u64| {
            framed_member::join(relay.address, &format!("member-{room}"), &format!("room-{room}"))
        };
        let members: Vec<(UdpSocket, MemberToken)> = (0..ROOMS).map(join).collect();
        let text = vec![b'x'; LONG];
        for member in &members {
            (1..=MESSAGES).for_each(|number| say(member, number, &text));
        }
        let full = relay.resident();
        let line = format!("a relay of {ROOMS} rooms: {empty} KiB empty, {full} KiB full\n");
        std::io::stderr().write_all(line.as_bytes()).unwrap();
        assert!(full <= BASE + ROOMS * (EACH_MEMBER + EACH_ROOM), "{full} KiB");
    });
}
