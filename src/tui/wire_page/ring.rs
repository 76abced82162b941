//! The packets that the page keeps: the last ones, as many as there is room for.

use std::collections::VecDeque;

use crate::model::WirePacket;

/// Packets and their bytes that are kept: an evening of talk, or some seconds of a flood.
pub(super) const MAX_PACKETS: usize = 10_000;
pub(super) const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Which packet of this run.
pub(super) type PacketNumber = u64;

#[derive(Debug, Default)]
pub(super) struct PacketRing {
    packets: VecDeque<WirePacket>,
    /// The number of the oldest that is kept.
    first: PacketNumber,
    bytes: usize,
}

impl PacketRing {
    /// The number that it has from now on.
    pub(super) fn push(&mut self, packet: WirePacket) -> PacketNumber {
        self.bytes = self.bytes.saturating_add(packet.bytes.len());
        self.packets.push_back(packet);
        while self.packets.len() > MAX_PACKETS || (self.bytes > MAX_BYTES && self.packets.len() > 1) {
            let Some(oldest) = self.packets.pop_front() else { break };
            self.first = self.first.saturating_add(1);
            self.bytes = self.bytes.saturating_sub(oldest.bytes.len());
        }
        self.end().saturating_sub(1)
    }

    /// Whether one of so many bytes would take the place of others.
    pub(super) fn is_full(&self, bytes: usize) -> bool {
        self.packets.len() >= MAX_PACKETS || self.bytes.saturating_add(bytes) > MAX_BYTES
    }

    pub(super) fn clear(&mut self) {
        self.first = self.end();
        self.packets.clear();
        self.bytes = 0;
    }

    pub(super) fn get(&self, number: PacketNumber) -> Option<&WirePacket> {
        self.packets.get(usize::try_from(number.checked_sub(self.first)?).ok()?)
    }

    pub(super) const fn first(&self) -> PacketNumber {
        self.first
    }

    /// The number of the next.
    pub(super) fn end(&self) -> PacketNumber {
        self.first.saturating_add(u64::try_from(self.packets.len()).unwrap_or(u64::MAX))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (PacketNumber, &WirePacket)> {
        (self.first..).zip(&self.packets)
    }

    pub(super) fn len(&self) -> usize {
        self.packets.len()
    }
}
