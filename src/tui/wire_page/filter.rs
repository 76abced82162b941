//! Which packets are shown: those that all words of the filter fit.

use std::cell::LazyCell;

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
        // Reading thousands of packets takes longer than a person who types should wait: only where a word asks for it.
        let (place, read) = (LazyCell::new(|| packet.place()), LazyCell::new(|| text_of(packet, legacy)));
        self.words.iter().all(|word| match word.as_str() {
            "in" | "←" => packet.direction == PacketDirection::In,
            "out" | "→" => packet.direction == PacketDirection::Out,
            "udp" => packet.transport == WireTransport::Udp,
            "tcp" => packet.transport == WireTransport::Tcp,
            word => packet.scheme == word || place.contains(word) || read.contains(word),
        })
    }
}

/// What its row shows, in small letters.
fn text_of(packet: &WirePacket, legacy: &str) -> String {
    let PacketText { text, other } = PacketText::of(&packet.bytes, legacy);
    other.as_ref().unwrap_or(&text).as_str().to_lowercase()
}
