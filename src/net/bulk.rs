//! What a link that carries datagrams in bulk has beyond others: it receives what came together in one piece, hands over
//! what goes together in one piece, and keeps networks from cutting it into fragments, unless told otherwise.
//!
//! The calls are in `kernel`. Where a system has none of this each datagram goes and comes alone.

use super::datagram_socket::DatagramSocket;
use super::kernel;
use crate::wire::Ecn;

#[derive(Debug)]
pub(super) struct Bulk {
    /// The system cuts a piece into datagrams.
    pub(super) cuts: bool,
    /// What is sent may be cut into fragments at the moment.
    fragments: bool,
    v6: bool,
    /// What the socket marks each datagram with by itself.
    default_ecn: Option<Ecn>,
}

impl Bulk {
    pub(super) fn new(socket: &DatagramSocket) -> Self {
        let v6 = socket.local.is_ipv6();
        kernel::join_received(&socket.socket, v6);
        let default_ecn = kernel::set_ecn(&socket.socket, v6, Ecn::Capable).then_some(Ecn::Capable);
        let mut bulk = Self { cuts: true, fragments: true, v6, default_ecn };
        bulk.set_fragments(socket, false);
        bulk
    }

    /// Whether networks may cut what is sent next into fragments. It is an option of the socket, for want of one of a
    /// datagram, and changes as seldom as peers behind small networks are written to.
    pub(super) fn set_fragments(&mut self, socket: &DatagramSocket, allowed: bool) {
        if allowed != std::mem::replace(&mut self.fragments, allowed) {
            kernel::forbid_fragments(&socket.socket, self.v6, !allowed);
        }
    }

    /// The two bits of a mark, where it is another one than the socket's.
    pub(super) fn ecn_bits(&self, ecn: Option<Ecn>) -> Option<u8> {
        (ecn != self.default_ecn).then(|| ecn.map_or(0, Ecn::bits))
    }
}
