//! What is between the engines and the sockets that carry datagrams: whoever watches the wire sees each of them here.

use std::net::{IpAddr, SocketAddr};

use super::clock;
use super::executor::Executor;
use super::ingress::ReceivedDatagram;
use super::keys::LinkKey;
use super::tap::local_address;
use super::udp::Transmit;
use crate::model::WallTime;
use crate::model::packet::{PacketDirection, PacketFate, WirePacket, WireTransport};
use crate::wire::bulk;

impl Executor {
    /// Whoever watches sees what is handed to the kernel, datagram by datagram.
    pub(super) fn note_sent(&self, key: LinkKey, transmit: &Transmit) {
        let Some(link) = self.links.all.get(&key) else { return };
        let local =
            transmit.from.map_or(link.socket.local, |from| SocketAddr::new(from, link.socket.local.port()));
        let passage = self.passage(key, PacketDirection::Out, local, transmit.to);
        match transmit.segments.size {
            None => self.tap.note(WirePacket { bytes: transmit.bytes.clone(), ..passage }),
            size => {
                for datagram in bulk::datagrams(&transmit.bytes, size) {
                    self.tap.note(WirePacket { bytes: datagram.into(), ..passage.clone() });
                }
            }
        }
    }

    /// Whoever watches sees what came in.
    pub(super) fn note_received(&self, taken: &ReceivedDatagram<&[u8]>) {
        let Some(link) = self.links.all.get(&taken.key) else { return };
        let bound = link.socket.local;
        let local = taken.to.map_or(bound, |to: IpAddr| SocketAddr::new(to, bound.port()));
        let passage = self.passage(taken.key, PacketDirection::In, local, taken.from);
        let stride = taken.stride.unwrap_or(taken.bytes.len()).max(1);
        if taken.bytes.is_empty() {
            self.tap.note(passage);
            return;
        }
        for datagram in taken.bytes.chunks(stride) {
            self.tap.note(WirePacket { bytes: datagram.into(), ..passage.clone() });
        }
    }

    /// A datagram without its bytes.
    fn passage(
        &self,
        key: LinkKey,
        direction: PacketDirection,
        local: SocketAddr,
        remote: SocketAddr,
    ) -> WirePacket {
        let time: WallTime = clock::now().wall;
        WirePacket {
            time,
            direction,
            transport: WireTransport::Udp,
            local: local_address(local, remote, self.interfaces()),
            remote,
            scheme: self.tap.scheme(key.engine),
            fate: PacketFate::Passed,
            bytes: [].into(),
        }
    }
}
