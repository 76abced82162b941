//! A copy of what passes the sockets, for whoever watches the wire.
//!
//! Closed, and without a lab, it costs one look at one byte for each datagram. Open it never holds anything up: what there
//! is no room for is counted and left out.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};

use tokio::net::TcpStream;
use tokio::sync::mpsc;

use super::clock;
use super::keys::EngineId;
use crate::model::packet::{Capture, PacketDirection, PacketFate, WirePacket, WireTransport};
use crate::wire::Interface;
use crate::wire::endpoint::{canonical, scope_of};

/// Packets on their way to whoever watches, and their bytes.
const MAX_PACKETS: usize = 4_096;
const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Packets told at once: a flood wakes whoever watches once for many.
const MAX_TOGETHER: usize = 512;
/// Why datagrams do not go straight between engines and sockets: bits of one byte, so that one look tells all.
const WATCHED: u8 = 1;
const IN_LAB: u8 = 2;

/// The side of the sockets.
#[derive(Clone, Debug)]
pub(super) struct Tap {
    shared: Arc<TapShared>,
    packets: mpsc::Sender<WirePacket>,
}

/// The side of whoever watches.
#[derive(Debug)]
pub struct TapReceiver {
    shared: Arc<TapShared>,
    packets: mpsc::Receiver<WirePacket>,
}

#[derive(Debug)]
struct TapShared {
    /// [`WATCHED`] and [`IN_LAB`].
    reasons: AtomicU8,
    /// Bytes that are on their way.
    waiting: AtomicUsize,
    left_out: AtomicU64,
    /// Of all engines, by their numbers.
    schemes: Vec<&'static str>,
}

impl TapShared {
    fn has(&self, reasons: u8) -> bool {
        self.reasons.load(Ordering::Relaxed) & reasons != 0
    }

    /// Whether it was so before.
    fn set(&self, reason: u8, on: bool) -> bool {
        let before = if on {
            self.reasons.fetch_or(reason, Ordering::Relaxed)
        } else {
            self.reasons.fetch_and(!reason, Ordering::Relaxed)
        };
        before & reason != 0
    }
}

/// A tap that is closed.
pub(super) fn channel(schemes: Vec<&'static str>) -> (Tap, TapReceiver) {
    let (reasons, waiting, left_out) = (AtomicU8::new(0), AtomicUsize::new(0), AtomicU64::new(0));
    let shared = Arc::new(TapShared { reasons, waiting, left_out, schemes });
    let (sender, packets) = mpsc::channel(MAX_PACKETS);
    (Tap { shared: Arc::clone(&shared), packets: sender }, TapReceiver { shared, packets })
}

impl Tap {
    pub(super) fn is_open(&self) -> bool {
        self.shared.has(WATCHED)
    }

    /// Somebody watches, or a lab is on.
    pub(super) fn is_busy(&self) -> bool {
        self.shared.has(WATCHED | IN_LAB)
    }

    /// A lab begins or ends.
    pub(super) fn set_lab(&self, on: bool) {
        self.shared.set(IN_LAB, on);
    }

    /// The name of a dialect by the number of its engine.
    pub(super) fn scheme(&self, engine: EngineId) -> &'static str {
        self.shared.schemes.get(engine).copied().unwrap_or_default()
    }

    /// Hands a packet on, if there is room for it.
    pub(super) fn note(&self, packet: WirePacket) {
        let size = packet.bytes.len();
        let waiting = self.shared.waiting.fetch_add(size, Ordering::Relaxed);
        if waiting.saturating_add(size) > MAX_BYTES || self.packets.try_send(packet).is_err() {
            self.shared.waiting.fetch_sub(size, Ordering::Relaxed);
            self.shared.left_out.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// What of a stream is watched: whose it is, and with whom.
#[derive(Clone, Debug)]
pub(super) struct StreamTap {
    pub(super) tap: Tap,
    pub(super) scheme: &'static str,
    pub(super) remote: SocketAddr,
    pub(super) zone: Option<Arc<str>>,
}

impl StreamTap {
    /// What one read or write moved.
    pub(super) fn note(&self, direction: PacketDirection, stream: &TcpStream, bytes: &[u8]) {
        if bytes.is_empty() || !self.tap.is_open() {
            return;
        }
        let remote = self.remote;
        let unknown = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
        self.tap.note(WirePacket {
            time: clock::now().wall,
            direction,
            transport: WireTransport::Tcp,
            local: stream.local_addr().map_or(unknown, canonical),
            remote,
            zone: self.zone.clone(),
            scheme: self.scheme,
            fate: PacketFate::Passed,
            bytes: bytes.into(),
        });
    }
}

impl TapReceiver {
    /// Opens or closes the tap. What is on its way still comes; nothing has been left out of what comes from now on.
    pub fn set_open(&self, open: bool) {
        let was_open = self.shared.set(WATCHED, open);
        if open && !was_open {
            self.shared.left_out.store(0, Ordering::Relaxed);
        }
    }

    /// The next packets. Cancel-safe: they are taken only in the poll that returns them.
    pub async fn recv(&mut self) -> Capture {
        let mut packets = Vec::new();
        if self.packets.recv_many(&mut packets, MAX_TOGETHER).await == 0 {
            // The network side is gone, which its handle tells.
            std::future::pending::<()>().await;
        }
        let bytes = packets.iter().map(|packet| packet.bytes.len()).sum();
        self.shared.waiting.fetch_sub(bytes, Ordering::Relaxed);
        Capture { packets, left_out: self.shared.left_out.load(Ordering::Relaxed) }
    }
}

/// The name of the interface that an address belongs to which is nowhere without it.
pub(super) fn zone_of(at: SocketAddr, interfaces: &[Interface]) -> Option<Arc<str>> {
    let scope = Some(scope_of(at)).filter(|scope| *scope > 0)?;
    interfaces.iter().find(|one| one.index == scope).map(|one| one.name.as_str().into())
}

/// The address of ours that a datagram to or from there has, where the socket has none of its own: as the system would
/// choose it.
pub(super) fn local_address(bound: SocketAddr, remote: SocketAddr, interfaces: &[Interface]) -> SocketAddr {
    if !bound.ip().is_unspecified() {
        return bound;
    }
    let same_family = |one: &&Interface| one.address.is_ipv4() == remote.is_ipv4();
    let mut usable = interfaces.iter().filter(same_family);
    let near = usable.clone().find(|one| one.reaches(remote.ip()));
    let chosen = near.or_else(|| usable.find(|one| !one.loopback)).map(|one| one.address);
    let none = || match remote {
        SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    SocketAddr::new(chosen.unwrap_or_else(none), bound.port())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::WallTime;

    fn packet(length: usize) -> WirePacket {
        let at = SocketAddr::from(([127, 0, 0, 1], 1));
        WirePacket {
            time: WallTime(0),
            direction: PacketDirection::In,
            transport: WireTransport::Udp,
            local: at,
            remote: at,
            zone: None,
            scheme: "udp",
            fate: PacketFate::Passed,
            bytes: vec![0; length].into(),
        }
    }

    #[tokio::test]
    async fn what_there_is_no_room_for_is_counted_and_left_out() {
        let (tap, mut receiver) = channel(vec!["udp"]);
        assert!(!tap.is_open() && !tap.is_busy());
        tap.set_lab(true);
        assert!(!tap.is_open() && tap.is_busy(), "a lab shows nothing by itself");
        receiver.set_open(true);
        tap.set_lab(false);
        assert!(tap.is_open() && tap.is_busy());
        for _ in 0..MAX_PACKETS + 3 {
            tap.note(packet(1));
        }
        let first = receiver.recv().await;
        assert_eq!((first.packets.len(), first.left_out), (MAX_TOGETHER, 3));
        receiver.set_open(false);
        receiver.set_open(true);
        assert_eq!(receiver.recv().await.left_out, 0, "counted anew");
    }

    #[tokio::test]
    async fn the_bytes_on_their_way_are_bounded_too() {
        let (tap, mut receiver) = channel(vec!["udp"]);
        let size = MAX_BYTES / 4;
        for _ in 0..6 {
            tap.note(packet(size));
        }
        let first = receiver.recv().await;
        assert_eq!((first.packets.len(), first.left_out), (4, 2));
        tap.note(packet(MAX_BYTES));
        assert_eq!(receiver.recv().await.packets.len(), 1, "the room was given back");
    }

    #[test]
    fn the_address_of_a_socket_that_has_none_is_that_of_the_nearest_interface() {
        let interface = |address: &str, prefix, loopback| Interface {
            name: "eth0".to_owned(),
            index: 2,
            address: address.parse().expect("an address"),
            prefix,
            broadcast: None,
            loopback,
            limited: false,
        };
        let all = [
            interface("127.0.0.1", 8, true),
            interface("10.91.1.1", 24, false),
            interface("10.92.1.1", 24, false),
            interface("::1", 128, true),
        ];
        let at = |text: &str| text.parse::<SocketAddr>().expect("an address");
        for (bound, remote, local) in [
            ("[::]:8081", "127.0.0.9:9001", "127.0.0.1:8081"),
            ("[::]:8081", "10.92.1.7:9001", "10.92.1.1:8081"),
            ("0.0.0.0:8081", "8.8.8.8:53", "10.91.1.1:8081"),
            ("[::]:8081", "[::1]:9001", "[::1]:8081"),
            ("[::]:8081", "[2001:db8::1]:9001", "[::]:8081"),
            ("127.0.0.5:8081", "127.0.0.9:9001", "127.0.0.5:8081"),
        ] {
            assert_eq!(local_address(at(bound), at(remote), &all), at(local), "{remote}");
        }
    }
}
