//! The page of `/wire`: the packets it keeps, which of them are shown, and which one is chosen.
//!
//! It outlives the popup that shows it: what was kept is there when it is opened again. Only while it is open does it get
//! more.

mod areas;
mod filter;
mod ring;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use super::composer::Composer;
use crate::model::{Capture, ConversationId, Endpoints, WirePacket};

pub(super) use areas::WireAreas;
pub(super) use filter::PacketFilter;

use ring::{PacketNumber, PacketRing};

/// Longest filter or name of a file in bytes.
const MAX_ENTRY: usize = 1024;

/// What is being written on the last row.
#[derive(Debug)]
pub(super) enum WireEntry {
    Filter(Composer),
    SaveAs(Composer),
}

impl WireEntry {
    pub(super) const fn field(&self) -> &Composer {
        match self {
            Self::Filter(field) | Self::SaveAs(field) => field,
        }
    }

    pub(super) const fn field_mut(&mut self) -> &mut Composer {
        match self {
            Self::Filter(field) | Self::SaveAs(field) => field,
        }
    }

    /// Types or pastes into it; `false`: it is too long.
    pub(super) fn insert(&mut self, text: &str) -> bool {
        let field = self.field_mut();
        let fits = field.text().len().saturating_add(text.len()) <= MAX_ENTRY;
        if fits {
            field.insert_typed(text);
        }
        fits
    }
}

/// Whose packets are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WirePeer {
    pub conversation: ConversationId,
    /// Escaped already.
    pub name: String,
}

#[derive(Debug, Default)]
pub(super) struct WirePage {
    /// `None`: everybody.
    pub peer: Option<WirePeer>,
    ring: PacketRing,
    filter: PacketFilter,
    /// The numbers of those that are shown, oldest first.
    shown: VecDeque<PacketNumber>,
    pub entry: Option<WireEntry>,
    /// Only what came before this one is shown.
    paused_at: Option<PacketNumber>,
    /// `None`: the last one, whichever that is.
    chosen: Option<PacketNumber>,
    /// The place among the shown of the row on top, as it was left.
    top: usize,
    /// The text of the chosen one is shown, not its bytes.
    pub shows_text: bool,
    /// The chosen one fills the page, from this row on.
    pub whole: Option<usize>,
    /// Packets that the sockets had no room for.
    left_out: u64,
    /// Those that would have taken the place of what somebody looks at.
    passed_by: u64,
    /// Where the peer is.
    endpoints: Endpoints,
    /// The encoding of what is no UTF-8.
    pub legacy: String,
}

impl WirePage {
    /// Another peer, or everybody. `legacy`: the encoding of what is no UTF-8.
    pub(super) fn set_peer(&mut self, peer: Option<WirePeer>, endpoints: Endpoints, legacy: String) {
        (self.peer, self.endpoints, self.legacy) = (peer, endpoints, legacy);
        (self.paused_at, self.whole, self.entry) = (None, None, None);
        self.follow();
        self.filter_anew();
    }

    /// The peer may have moved.
    pub(super) fn set_endpoints(&mut self, endpoints: Endpoints) {
        if self.endpoints != endpoints {
            self.endpoints = endpoints;
            self.filter_anew();
        }
    }

    /// Takes in what passed the sockets.
    pub(super) fn take(&mut self, capture: Capture) {
        self.left_out = capture.left_out;
        for packet in capture.packets {
            if self.is_paused() && self.ring.is_full(packet.bytes.len()) {
                self.passed_by = self.passed_by.saturating_add(1);
                continue;
            }
            let passes = self.passes(&packet);
            let number = self.ring.push(packet);
            if passes && self.paused_at.is_none() {
                self.shown.push_back(number);
            }
        }
        while self.shown.front().is_some_and(|number| *number < self.ring.first()) {
            self.shown.pop_front();
            self.top = self.top.saturating_sub(1);
        }
        self.chosen = self.chosen.map(|chosen| chosen.max(self.ring.first()));
    }

    pub(super) fn filter(&self) -> &PacketFilter {
        &self.filter
    }

    pub(super) fn set_filter(&mut self, filter: PacketFilter) {
        self.filter = filter;
        self.filter_anew();
    }

    fn passes(&self, packet: &WirePacket) -> bool {
        let is_ours = self.peer.is_none() || self.endpoints.has(packet.remote, packet.local);
        is_ours && self.filter.passes(packet, &self.legacy)
    }

    fn filter_anew(&mut self) {
        let end = self.paused_at.unwrap_or_else(|| self.ring.end());
        let kept = self.ring.iter().take_while(|(number, _)| *number < end);
        self.shown = kept.filter(|(_, packet)| self.passes(packet)).map(|(number, _)| number).collect();
        if self.chosen.is_some_and(|chosen| self.shown.binary_search(&chosen).is_err()) {
            self.follow();
        }
    }

    // --- Which are shown, and which one is chosen. ---

    /// Those that are shown, oldest first.
    pub(super) fn shown(&self) -> impl Iterator<Item = &WirePacket> {
        self.shown.iter().filter_map(|number| self.ring.get(*number))
    }

    pub(super) fn shown_len(&self) -> usize {
        self.shown.len()
    }

    /// Packets that are kept, shown or not.
    pub(super) fn kept(&self) -> usize {
        self.ring.len()
    }

    /// Whether the newest is chosen, and will be.
    pub(super) const fn is_following(&self) -> bool {
        self.chosen.is_none()
    }

    pub(super) const fn is_paused(&self) -> bool {
        self.paused_at.is_some()
    }

    /// Packets for which there was no room.
    pub(super) const fn missing(&self) -> u64 {
        self.left_out.saturating_add(self.passed_by)
    }

    /// Those that came while it was paused.
    pub(super) fn waiting(&self) -> u64 {
        self.paused_at.map_or(0, |at| self.ring.end().saturating_sub(at.max(self.ring.first())))
    }

    pub(super) fn pause(&mut self) {
        if self.paused_at.take().is_some() {
            self.filter_anew();
        } else {
            self.paused_at = Some(self.ring.end());
        }
    }

    pub(super) fn chosen(&self) -> Option<&WirePacket> {
        self.ring.get(self.shown.get(self.chosen_at()?).copied()?)
    }

    /// The place of the chosen one among the shown.
    pub(super) fn chosen_at(&self) -> Option<usize> {
        let last = self.shown.len().checked_sub(1)?;
        Some(
            self.chosen
                .map_or(last, |chosen| self.shown.partition_point(|number| *number < chosen).min(last)),
        )
    }

    /// Those below the chosen one.
    pub(super) fn below(&self) -> usize {
        self.chosen_at().map_or(0, |at| self.shown.len().saturating_sub(at).saturating_sub(1))
    }

    pub(super) const fn follow(&mut self) {
        self.chosen = None;
    }

    /// What is kept goes; what comes is kept as before.
    pub(super) fn clear(&mut self) {
        self.ring.clear();
        (self.paused_at, self.whole, self.top, self.passed_by) = (None, None, 0, 0);
        self.follow();
        self.filter_anew();
    }

    /// Chooses the one at this place among the shown, in a list of so many rows. The last one goes on being the last.
    pub(super) fn choose(&mut self, at: usize, rows: usize) {
        let top = self.top(rows);
        let last = self.shown.len().saturating_sub(1);
        self.chosen = self.shown.get(at).filter(|_| at < last).copied();
        self.whole = self.whole.map(|_| 0);
        self.top = top;
        self.top = self.top(rows);
    }

    /// Moves the choice by so many rows.
    pub(super) fn step(&mut self, down: bool, by: usize, rows: usize) {
        let Some(at) = self.chosen_at() else { return };
        let to = if down { at.saturating_add(by) } else { at.saturating_sub(by) };
        self.choose(to.min(self.shown.len().saturating_sub(1)), rows);
    }

    /// The place of the first visible row in a list of so many rows, so that the chosen one is visible.
    pub(super) fn top(&self, rows: usize) -> usize {
        let Some(at) = self.chosen_at() else { return 0 };
        let rows = rows.max(1);
        let least = at.saturating_add(1).saturating_sub(rows);
        if self.is_following() { least } else { self.top.clamp(least, at) }
    }
}
