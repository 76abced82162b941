//! The network side on real sockets of this machine alone.
//!
//! No sleeps: every wait is for an event, with a limit that only a failure reaches.
#![expect(clippy::wildcard_enum_match_arm, reason = "a test names what it expects; all else fails it")]

mod bulk;
mod crowds;
mod disk_folders;
mod disk_order;
mod disk_speed;
mod disks;
mod edge;
mod encrypted;
mod interfaces;
mod plain;
mod pours;
mod probe;
mod sockets;
mod streams;
mod throughput;
mod transfers;

use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use super::*;
use crate::model::PeerCommand;
use crate::model::traffic::Received;
use crate::model::{ConversationId, MessageId};

const LIMIT: Duration = Duration::from_secs(10);
const FOUR: &str = "127.0.0.1:0";
const SIX: &str = "[::1]:0";
const ANY: &str = "[::]:0";
const ALEX: ConversationId = ConversationId(1);

fn options(listen: &str) -> NetOptions {
    let listen = udp(ListenSetting::At(listen.parse().expect("address")));
    NetOptions {
        listen,
        fallback: false,
        interface: None,
        echo: false,
        throttled: true,
        secret: [0; 32],
        key_pair: None,
    }
}

/// Only the plain dialect listens.
fn udp(listen: ListenSetting) -> BTreeMap<&'static str, ListenSetting> {
    let mut all: BTreeMap<_, _> =
        registry().listen_kinds().map(|(scheme, _)| (scheme, ListenSetting::Off)).collect();
    all.insert("udp", listen);
    all
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

/// A peer outside the program: a plain blocking socket.
fn peer(at: &str) -> UdpSocket {
    let socket = UdpSocket::bind(at).expect("bind");
    socket.set_read_timeout(Some(LIMIT)).expect("timeout");
    socket
}

/// Whether this machine has IPv6 at all; containers often have not.
fn has(at: &str) -> bool {
    let there = UdpSocket::bind(at).is_ok();
    if !there {
        println!("skipped: nothing can be bound to {at} here");
    }
    there
}

fn heard(socket: &UdpSocket) -> (Vec<u8>, SocketAddr) {
    let mut buffer = vec![0; 65_536];
    let (length, from) = socket.recv_from(&mut buffer).expect("a datagram");
    buffer.truncate(length);
    (buffer, from)
}

struct Net {
    handle: NetHandle,
    port: u16,
}

impl Net {
    async fn start(options: NetOptions) -> Self {
        let mut net = Self { handle: open(options).expect("open"), port: 0 };
        net.handle.begin();
        if let NetEvent::Listening(listening) = net.next().await {
            net.port = listening.address.map_or(0, |address| address.port());
        }
        net
    }

    /// What the other dialects say, that they are off, is no news here.
    async fn next(&mut self) -> NetEvent {
        loop {
            let event = tokio::time::timeout(LIMIT, self.handle.next()).await.expect("an event in time");
            match event.expect("running") {
                NetEvent::Listening(listening) if listening.scheme != "udp" => {}
                event => return event,
            }
        }
    }

    fn follow(&mut self, conversation: ConversationId, address: &str) {
        let address = parse_address(address).expect("address");
        self.order(NetCommand::Peer(
            conversation,
            PeerCommand::Follow { address, rank: conversation.0, session: None },
        ));
    }

    fn send(&mut self, conversation: ConversationId, message: u64, text: &str) {
        self.order(NetCommand::plain(conversation, MessageId(message), text.to_owned()));
    }

    fn order(&mut self, command: NetCommand) {
        self.handle.order(command).expect("room");
    }

    async fn handed(&mut self, message: u64) -> SocketAddr {
        match self.next().await {
            NetEvent::Handed { message: id, to, .. } if id == MessageId(message) => to,
            other => panic!("{other:?}"),
        }
    }

    async fn received(&mut self) -> Received {
        match self.next().await {
            NetEvent::Received(received) => received,
            other => panic!("{other:?}"),
        }
    }

    async fn unreachable(&mut self) -> (ConversationId, SocketAddr) {
        match self.next().await {
            NetEvent::Unreachable { conversation, to } => (conversation, to),
            other => panic!("{other:?}"),
        }
    }
}
