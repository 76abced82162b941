//! The calls of datagram sockets that go beyond the standard library, and nothing else: they keep nothing and decide
//! nothing.
//!
//! - Where a datagram was sent to, and from which address and by which interface one leaves (ip(7), `IP_PKTINFO`;
//!   RFC 3542, section 6). Where the system cannot tell, the destination stays unknown; where it takes no such wish, the
//!   socket is set to that interface before, and the system chooses the address.
//! - How many were lost for want of room (socket(7), `SO_RXQ_OVFL`).
//! - ICMP errors of an unconnected socket, which on Linux are found in its error queue only (ip(7), `IP_RECVERR`). They
//!   are hints: a failure there is passed over.
//! - Several datagrams in one call (sendmmsg(2); udp(7), `UDP_SEGMENT` and `UDP_GRO`). Elsewhere they go one by one.
//! - The marks of routers that are busy (ip(7), `IP_RECVTOS`; RFC 3542, section 6.5), and that nothing on the way may cut a
//!   datagram into fragments (ip(7), `IP_MTU_DISCOVER`). Elsewhere there are no marks, and all may be cut.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
pub(super) use linux::{
    cannot_segment, drain_errors, drain_ready_errors, forbid_fragments, join_received, receive, send,
    send_mmsg, set_ecn, watch,
};
#[cfg(not(target_os = "linux"))]
pub(super) use other::{
    cannot_segment, drain_errors, drain_ready_errors, forbid_fragments, join_received, receive, send,
    send_mmsg, set_ecn, watch,
};

use std::net::{IpAddr, SocketAddr};

use crate::wire::Ecn;

/// Addresses in one `send_mmsg`: what the stack does for each is so much more than a call that a longer group gains
/// nothing.
pub(super) const MAX_TOGETHER: usize = 64;

/// A received datagram, or several of one size, whose bytes lie in the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RecvMeta {
    pub(super) length: usize,
    /// Bytes of each but the last.
    pub(super) stride: usize,
    pub(super) ecn: Option<Ecn>,
    pub(super) from: SocketAddr,
    /// Where it was sent.
    pub(super) to: Option<IpAddr>,
    /// So many before it, since the socket was opened, found no room in its buffer. A number that wraps.
    pub(super) lost: Option<u32>,
}

/// How a datagram leaves; what is `None` the system chooses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Egress {
    pub(super) from: Option<IpAddr>,
    /// The number of an interface.
    pub(super) via: Option<u32>,
    /// Cut by the kernel into datagrams of so many bytes.
    pub(super) segment: Option<u16>,
    /// The two bits of ECN, where they are others than the socket's own (`set_ecn`).
    pub(super) ecn: Option<u8>,
}
