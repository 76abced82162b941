//! Which packets are shown: those that all words of the filter fit.

use crate::model::WirePacket;
use crate::model::packet::{PacketDirection, WireTransport};
use crate::runtime::capture::PacketText;

/// Words; each has to be found in the text or the address, or names a direction or what carried it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::tui) struct PacketFilter {
    /// As a person wrote it.
    text: String,
    words: Vec<String>,
}

impl PacketFilter {
    pub(in crate::tui) fn new(text: &str) -> Self {
        let words = text.split_whitespace().map(str::to_lowercase).collect();
        Self { text: text.trim().to_owned(), words }
    }

    pub(in crate::tui) fn text(&self) -> &str {
        &self.text
    }

    /// The one direction that it lets through.
    pub(in crate::tui) fn direction(&self) -> Option<PacketDirection> {
        self.words.iter().find_map(|word| match word.as_str() {
            "in" | "←" => Some(PacketDirection::In),
            "out" | "→" => Some(PacketDirection::Out),
            _ => None,
        })
    }

    pub(super) fn passes(&self, packet: &WirePacket, legacy: &str) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let PacketText { text, other } = PacketText::of(&packet.bytes, legacy);
        let read = other.as_ref().unwrap_or(&text).as_str().to_lowercase();
        let place = packet.remote.to_string();
        self.words.iter().all(|word| match word.as_str() {
            "in" | "←" => packet.direction == PacketDirection::In,
            "out" | "→" => packet.direction == PacketDirection::Out,
            "udp" => packet.transport == WireTransport::Udp,
            "tcp" => packet.transport == WireTransport::Tcp,
            word => read.contains(word) || place.contains(word) || packet.scheme == word,
        })
    }
}
