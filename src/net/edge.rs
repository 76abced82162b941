//! What is between the engines and the sockets that carry datagrams: the lab, which makes a bad network of a good one for one
//! peer, and the tap, which shows each datagram to whoever watches.
//!
//! What goes out is shown as it leaves, what comes in as it arrives: what a lab in between makes of it stands beside it.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use super::clock;
use super::executor::Executor;
use super::ingress::ReceivedDatagram;
use super::keys::LinkKey;
use super::lab::{LabPassage, LabVerdict};
use super::lab_switch::LabDatagram;
use super::tap::{local_address, zone_of};
use super::udp::Transmit;
use crate::model::NetEvent;
use crate::model::lab::LabOrder;
use crate::model::packet::{PacketDirection, PacketFate, WirePacket, WireTransport};
use crate::wire::{Segments, bulk};

impl Executor {
    // --- The lab. ---

    /// What had waited on its way in goes on.
    pub(super) fn set_lab(&mut self, order: Option<LabOrder>) -> Vec<ReceivedDatagram<Box<[u8]>>> {
        let waited = self.lab.set(order);
        self.tap.set_lab(self.lab.is_on());
        waited.into_iter().filter_map(|passage| self.go_on(passage)).collect()
    }

    /// One that is sent, where somebody watches the wire or a lab is on.
    pub(super) fn send_watched(&mut self, key: LinkKey, datagram: Transmit) {
        if self.lab_has_sent(key, &datagram) {
            self.send_through_lab(key, &datagram);
        } else {
            self.note_and_send(key, datagram, PacketFate::Passed);
        }
    }

    /// Whether the lab has something to do with a datagram that is sent.
    fn lab_has_sent(&self, key: LinkKey, datagram: &Transmit) -> bool {
        let local = self.links.all.get(&key).map(|link| link.socket.local);
        local.is_some_and(|local| self.lab.has(datagram.to, local))
    }

    fn note_and_send(&mut self, key: LinkKey, datagram: Transmit, fate: PacketFate) {
        let noted = self.tap.is_open().then(|| datagram.clone());
        let refused = self.send_now(key, datagram).is_err();
        if let Some(noted) = noted {
            self.note_sent(key, &noted, if refused { PacketFate::Refused } else { fate });
        }
    }

    /// The same of one that came.
    pub(super) fn lab_has_received(&self, taken: &ReceivedDatagram<&[u8]>) -> bool {
        self.lab.has(taken.from, self.received_at(taken.key, taken.to))
    }

    /// Its sender learns that it went out, as on every network that loses it later.
    fn send_through_lab(&mut self, key: LinkKey, transmit: &Transmit) {
        self.inputs.hand(key.engine, transmit.ticket, Ok(()));
        let now = clock::now().mono;
        let Segments { size, ecn, fragment } = transmit.segments;
        let empty = transmit.bytes.is_empty().then_some(&*transmit.bytes);
        let datagrams: Vec<&[u8]> = bulk::datagrams(&transmit.bytes, size).chain(empty).collect();
        for bytes in datagrams {
            let segments = Segments { size: None, ecn, fragment };
            let alone = Transmit { segments, bytes: bytes.into(), ticket: None, ..transmit.clone() };
            let datagram = LabDatagram::Out(key, alone);
            for passage in self.pass(now, PacketDirection::Out, datagram, bytes.len()).going {
                let _left = self.go_on(passage);
            }
        }
    }

    /// Those that go on at once.
    pub(super) fn receive_through_lab(
        &mut self,
        now: Instant,
        taken: &ReceivedDatagram<&[u8]>,
    ) -> Vec<ReceivedDatagram<Box<[u8]>>> {
        let ReceivedDatagram { key, from, to, ecn, stride, bytes } = *taken;
        let empty = bytes.is_empty().then_some(bytes);
        let datagrams = bytes.chunks(stride.unwrap_or(bytes.len()).max(1)).chain(empty);
        let mut going = Vec::new();
        for bytes in datagrams {
            let stride = stride.map(|_| bytes.len());
            let alone = ReceivedDatagram { key, from, to, ecn, stride, bytes };
            let kept = ReceivedDatagram { key, from, to, ecn, stride, bytes: bytes.into() };
            let verdict = self.pass(now, PacketDirection::In, LabDatagram::In(kept), bytes.len());
            // It has arrived, whatever becomes of it.
            self.note_received(&alone, verdict.fate);
            going.extend(verdict.going.into_iter().filter_map(|passage| self.go_on(passage)));
        }
        going
    }

    fn pass(
        &mut self,
        now: Instant,
        direction: PacketDirection,
        datagram: LabDatagram,
        size: usize,
    ) -> LabVerdict<LabDatagram> {
        let none = LabVerdict { fate: PacketFate::Passed, going: Vec::new() };
        self.lab.current().map_or(none, |lab| lab.pass(now, direction, datagram, size))
    }

    /// What is due goes on, and the counts are told; those that had arrived come back.
    pub(super) fn release_late(&mut self, now: Instant) -> Vec<ReceivedDatagram<Box<[u8]>>> {
        let mut arrived = Vec::new();
        while let Some(passage) = self.lab.current().and_then(|lab| lab.pop_due(now)) {
            arrived.extend(self.go_on(passage));
        }
        if let Some(lab) = self.lab.current()
            && let Some(counts) = lab.take_counts(now)
        {
            let conversation = lab.order().conversation;
            self.events.push_back(NetEvent::Lab { conversation, counts });
        }
        arrived
    }

    /// Sends what was going out; what was coming in comes back. What is lost is shown, and no more.
    fn go_on(&mut self, passage: LabPassage<LabDatagram>) -> Option<ReceivedDatagram<Box<[u8]>>> {
        let LabPassage { datagram, fate, .. } = passage;
        match (datagram, fate) {
            (LabDatagram::Out(key, transmit), PacketFate::Lost) => {
                if self.tap.is_open() {
                    self.note_sent(key, &transmit, fate);
                }
                None
            }
            (LabDatagram::Out(key, transmit), _) => {
                self.note_and_send(key, transmit, fate);
                None
            }
            (LabDatagram::In(_), PacketFate::Lost) => None,
            (LabDatagram::In(taken), _) => Some(taken),
        }
    }

    // --- The tap. ---

    /// Whoever watches sees what the kernel was given, datagram by datagram.
    fn note_sent(&self, key: LinkKey, transmit: &Transmit, fate: PacketFate) {
        let Some(link) = self.links.all.get(&key) else { return };
        let bound = link.socket.local;
        let local = transmit.from.map_or(bound, |from| SocketAddr::new(from, bound.port()));
        let passage = self.passage(key, PacketDirection::Out, [local, transmit.to], fate);
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
    pub(super) fn note_received(&self, taken: &ReceivedDatagram<&[u8]>, fate: PacketFate) {
        if !self.tap.is_open() {
            return;
        }
        let local = self.received_at(taken.key, taken.to);
        let passage = self.passage(taken.key, PacketDirection::In, [local, taken.from], fate);
        let stride = taken.stride.unwrap_or(taken.bytes.len()).max(1);
        let empty = taken.bytes.is_empty().then_some(taken.bytes);
        for datagram in taken.bytes.chunks(stride).chain(empty) {
            self.tap.note(WirePacket { bytes: datagram.into(), ..passage.clone() });
        }
    }

    /// Where a datagram came to, as far as the system tells.
    fn received_at(&self, key: LinkKey, to: Option<IpAddr>) -> SocketAddr {
        let unknown = SocketAddr::from(([0; 4], 0));
        let bound = self.links.all.get(&key).map_or(unknown, |link| link.socket.local);
        to.map_or(bound, |to| SocketAddr::new(to, bound.port()))
    }

    /// A datagram without its bytes, between these ends: ours and the peer's.
    fn passage(
        &self,
        key: LinkKey,
        direction: PacketDirection,
        [local, remote]: [SocketAddr; 2],
        fate: PacketFate,
    ) -> WirePacket {
        WirePacket {
            time: clock::now().wall,
            direction,
            transport: WireTransport::Udp,
            local: local_address(local, remote, self.interfaces()),
            remote,
            zone: zone_of(remote, self.interfaces()),
            scheme: self.tap.scheme(key.engine),
            fate,
            bytes: [].into(),
        }
    }
}
