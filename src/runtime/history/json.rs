//! One line of JSON, and how it writes a moment.

use std::fmt::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};
use serde::Serialize;

use crate::model::text::escape_line;
use crate::model::{Message, Uid, WallTime};

/// RFC 3339 to the microsecond, with the offset of that place.
pub fn rfc3339(time: &Zoned) -> String {
    // Offsets of former times have seconds, which RFC 3339 cannot say.
    let whole = time.offset().seconds() % 60 == 0;
    let time = if whole { time.clone() } else { time.with_time_zone(Offset::UTC.to_time_zone()) };
    time.strftime("%Y-%m-%dT%H:%M:%S%.6f%:z").to_string()
}

/// A moment in a time zone. A moment beyond the calendar is shown as the calendar's beginning.
pub fn local(time: WallTime, zone: &TimeZone) -> Zoned {
    Timestamp::from_microsecond(time.0).unwrap_or_default().to_zoned(zone.clone())
}

/// What both sides know a message by, what names the one that it answers or changes, both in base64, and the words that it
/// quotes of that.
#[derive(Debug, Serialize)]
pub struct NameFields<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quote: Option<&'a str>,
}

impl<'a> NameFields<'a> {
    pub fn of(message: &'a Message) -> Self {
        let name = |uid: Uid| STANDARD.encode(uid.0);
        Self { uid: message.uid.map(name), about: message.about.map(name), quote: message.quote.as_deref() }
    }
}

/// One line of JSON without a character that a terminal must not get.
pub fn json(fields: &impl Serialize) -> String {
    // Plain structs of texts and numbers always serialise.
    let line = serde_json::to_string(fields).unwrap_or_default();
    let escaped = escape_line(&line);
    if escaped.tokens().is_empty() {
        return line;
    }
    let mut safe = String::with_capacity(line.len());
    let (mut shown, mut source) = (escaped.as_str(), line.chars());
    let mut at = 0;
    for token in escaped.tokens() {
        let (kept, rest) = shown.split_at_checked(token.start - at).unwrap_or((shown, ""));
        safe.push_str(kept);
        // What is kept stands for itself; the token stands for the one character behind it. All of these are
        // inside JSON strings: outside there is nothing but ASCII.
        let original = source.by_ref().nth(kept.chars().count());
        if let Some(original) = original {
            spell(original, &mut safe);
        }
        shown = rest.get(token.len()..).unwrap_or_default();
        at = token.end;
    }
    safe.push_str(shown);
    safe
}

/// UTF-16, as JSON has it (RFC 8259, section 7).
fn spell(character: char, line: &mut String) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        // Writing to a string cannot fail.
        let _written = write!(line, "\\u{unit:04x}").is_ok();
    }
}
