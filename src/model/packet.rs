//! A datagram, or what one read or write of a stream moved, as it passed a socket of ours.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use super::WallTime;

/// Which way a packet went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketDirection {
    In,
    Out,
}

/// What carried it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WireTransport {
    Udp,
    Tcp,
}

/// What became of a datagram on our side of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketFate {
    /// Nothing: it went as it came.
    Passed,
    /// The system does not send it.
    Refused,
    /// The lab: it goes no further.
    Lost,
    /// The lab, on its way out: a second copy of one that passed. On its way in: one that is taken in twice.
    Doubled,
    /// The lab: it was held back until others had overtaken it.
    Late,
}

/// One datagram, read or write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WirePacket {
    pub time: WallTime,
    pub direction: PacketDirection,
    pub transport: WireTransport,
    /// Of ours. Where the system does not tell which address it is, the unspecified one.
    pub local: SocketAddr,
    pub remote: SocketAddr,
    /// The name of the interface without which the peer's address is nowhere.
    pub zone: Option<Arc<str>>,
    /// The dialect whose socket it is.
    pub scheme: &'static str,
    pub fate: PacketFate,
    pub bytes: Arc<[u8]>,
}

impl WirePacket {
    /// Where the peer is, as people write it: an interface has a name.
    pub fn place(&self) -> String {
        match (&self.zone, self.remote) {
            (Some(_), SocketAddr::V6(at)) => format!("[{}]:{}", self.host(), at.port()),
            (_, at) => at.to_string(),
        }
    }

    /// The same without a port.
    pub fn host(&self) -> String {
        match &self.zone {
            Some(zone) => format!("{}%{zone}", self.remote.ip()),
            None => self.remote.ip().to_string(),
        }
    }
}

/// Packets that came together, and how many there was no room for since the capture began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capture {
    pub packets: Vec<WirePacket>,
    pub left_out: u64,
}

/// Where a peer is: the datagrams of which addresses are its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoints {
    /// A room's is the address of its group.
    pub at: Vec<SocketAddr>,
    /// Whatever port they speak from.
    pub hosts: Vec<IpAddr>,
}

impl Endpoints {
    pub const fn is_empty(&self) -> bool {
        self.at.is_empty() && self.hosts.is_empty()
    }

    /// Whether what goes between these two is the peer's. `local` counts too: what is said to a group was sent there.
    pub fn has(&self, remote: SocketAddr, local: SocketAddr) -> bool {
        self.hosts.contains(&remote.ip()) || self.at.contains(&remote) || self.at.contains(&local)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_known_by_where_its_datagrams_were_sent() {
        let at = |text: &str| text.parse::<SocketAddr>().expect("an address");
        let room = Endpoints { at: vec![at("239.7.8.8:7788")], hosts: Vec::new() };
        assert!(room.has(at("239.7.8.8:7788"), at("10.0.0.1:7788")), "what we say");
        assert!(room.has(at("10.0.0.2:5000"), at("239.7.8.8:7788")), "what others say");
        assert!(!room.has(at("10.0.0.2:5000"), at("10.0.0.1:7788")), "what is said to us alone");
        let host = Endpoints { at: Vec::new(), hosts: vec![at("10.0.0.2:1").ip()] };
        assert!(host.has(at("10.0.0.2:5000"), at("10.0.0.1:7788")), "any port");
        assert!(!host.has(at("10.0.0.3:5000"), at("10.0.0.1:7788")));
    }
}
