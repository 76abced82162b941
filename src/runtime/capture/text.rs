//! A packet as one line: when it passed, from or to whom, how long it is, and its text.
//!
//! ```text
//! 11:29:03.114  ← 10.77.5.2:9001             18  收到，你好小王
//! 11:29:03.971  → 10.77.5.2:9001             11  hello world  lost by /lab
//! ```
//! What came from others goes through the escaper.

use jiff::Zoned;

use crate::lang::Lang;
use crate::model::packet::{PacketDirection, PacketFate, WirePacket};
use crate::model::text::{Escaped, escape, escape_line};
use crate::net::{read_packet_as, registry};

/// Bytes of a packet that its line shows at most: more than a row has room for.
const MAX_SHOWN: usize = 1_024;

/// What the bytes of a packet say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PacketText {
    /// Of bytes that are no UTF-8, what can be read so.
    pub text: Escaped,
    /// The same in another encoding, where it is no UTF-8 and makes sense there.
    pub other: Option<Escaped>,
}

impl PacketText {
    /// Of a packet: of frames the words that are in them, and that there is nothing to read where it is so.
    pub fn read(packet: &WirePacket, legacy: &str, lang: &Lang) -> Self {
        let shown = packet.bytes.get(..MAX_SHOWN).unwrap_or(&packet.bytes);
        let words = match PacketContents::of(packet) {
            PacketContents::Text => return Self::of(&packet.bytes, legacy),
            PacketContents::Framed => Some(words_in(shown)).filter(|words| !words.is_empty()),
            PacketContents::Encrypted => None,
        };
        let nothing = || lang.with(PacketContents::of(packet).without_words(), &[("scheme", packet.scheme)]);
        Self { text: escape_line(&words.unwrap_or_else(nothing)), other: None }
    }

    /// Reads as many bytes as a line shows. `legacy`: the encoding of what is no UTF-8.
    pub fn of(bytes: &[u8], legacy: &str) -> Self {
        let shown = bytes.get(..MAX_SHOWN).unwrap_or(bytes);
        match std::str::from_utf8(shown) {
            Ok(text) => Self { text: escape_line(text), other: None },
            // The character in the middle of which it was cut is no fault.
            Err(error) if error.error_len().is_none() && shown.len() < bytes.len() => {
                let whole = shown.get(..error.valid_up_to()).unwrap_or_default();
                Self { text: escape_line(&String::from_utf8_lossy(whole)), other: None }
            }
            Err(_) => {
                // In two bytes for each character, an odd one may be half of one.
                let even = shown.get(..shown.len().saturating_sub(1)).filter(|_| shown.len() < bytes.len());
                let other = read_packet_as(legacy, shown).or_else(|| read_packet_as(legacy, even?));
                let text = escape_line(&String::from_utf8_lossy(shown));
                Self { text, other: other.map(|other| escape_line(&other)) }
            }
        }
    }
}

/// All of it: as the peer's encoding has it, where it is no UTF-8.
pub fn whole_text(bytes: &[u8], legacy: &str) -> Escaped {
    match std::str::from_utf8(bytes) {
        Ok(text) => escape(text),
        Err(_) => match read_packet_as(legacy, bytes) {
            Some(text) => escape(&text),
            None => escape(&String::from_utf8_lossy(bytes)),
        },
    }
}

/// What the bytes of a packet are, as its dialect has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketContents {
    /// Text, as it is.
    Text,
    /// Words among numbers.
    Framed,
    Encrypted,
}

impl PacketContents {
    pub fn of(packet: &WirePacket) -> Self {
        let schemes = registry().schemes();
        let scheme = schemes.iter().find(|scheme| scheme.name == packet.scheme);
        match scheme.filter(|_| std::str::from_utf8(&packet.bytes).is_err()) {
            Some(scheme) if scheme.caps.keys => Self::Encrypted,
            Some(scheme) if scheme.caps.rooms => Self::Framed,
            Some(_) | None => Self::Text,
        }
    }

    const fn without_words(self) -> &'static str {
        match self {
            Self::Encrypted => "wire-encrypted",
            Self::Text | Self::Framed => "wire-no-text",
        }
    }
}

/// The words between the numbers of a frame. Shorter ones are numbers that look like letters.
fn words_in(bytes: &[u8]) -> String {
    const LEAST: usize = 3;
    let texts = bytes.utf8_chunks().flat_map(|chunk| chunk.valid().split(char::is_control));
    let words: Vec<&str> = texts.filter(|text| text.chars().count() >= LEAST).collect();
    words.join(" · ")
}

/// The whole line, as text.
pub fn packet_line(packet: &WirePacket, time: &Zoned, legacy: &str, lang: &Lang) -> String {
    let arrow = match packet.direction {
        PacketDirection::In => "←",
        PacketDirection::Out => "→",
    };
    let PacketText { text, other } = PacketText::read(packet, legacy, lang);
    let mut line = format!(
        "{}  {arrow} {:<22}{:>7}  {}",
        time.strftime("%H:%M:%S%.3f"),
        packet.place(),
        packet.bytes.len(),
        text.as_str()
    );
    if let Some(other) = other {
        let encoding = legacy.to_uppercase();
        let as_other = lang.with("wire-other", &[("encoding", &encoding), ("text", other.as_str())]);
        line.extend(["  ", as_other.as_str()]);
    }
    if let Some(key) = fate_key(packet.fate) {
        line.extend(["  ", lang.text(key).as_str()]);
    }
    line.truncate(line.trim_end().len());
    line
}

/// The key of the text that says what became of it, where that is not usual.
pub const fn fate_key(fate: PacketFate) -> Option<&'static str> {
    match fate {
        PacketFate::Passed => None,
        PacketFate::Refused => Some("wire-refused"),
        PacketFate::Lost => Some("wire-lost"),
        PacketFate::Doubled => Some("wire-doubled"),
        PacketFate::Late => Some("wire-late"),
    }
}
