//! Texts to read about one message: its raw bytes, what is known about it, the whole of it.

use std::fmt::Write;

use jiff::Timestamp;

use crate::app::Conversation;
use crate::model::text::{escape, plain_line};
use crate::model::{Direction, Message};
use crate::tui::popup::Reader;
use crate::tui::text::wrap;
use crate::tui::ui::Style;

/// Bytes on one line of the hex view.
const HEX_ROW: usize = 16;

/// Cells of a line of running text in a popup.
const LINE: u16 = 76;

/// The datagram in hex, beside it as text.
pub(in crate::tui) fn inspect(style: &Style, message: &Message) -> Reader {
    let bytes = message.payload.len().to_string();
    let title = style.lang.with("popup-inspect", &[("bytes", &bytes)]);
    let lines = message.payload.chunks(HEX_ROW).enumerate().map(|(row, chunk)| hex_line(row, chunk));
    let mut lines: Vec<String> = lines.collect();
    if lines.is_empty() {
        lines.push(style.lang.text("popup-inspect-nothing"));
    }
    lines.push(String::new());
    lines.extend(text_lines(&message.text));
    Reader { title, lines, top: 0 }
}

fn hex_line(row: usize, chunk: &[u8]) -> String {
    let mut hex = String::with_capacity(HEX_ROW.saturating_mul(3).saturating_add(1));
    for (at, byte) in chunk.iter().enumerate() {
        hex.push_str(if at == HEX_ROW / 2 { "  " } else { " " });
        // Writing to a String cannot fail.
        let _written = write!(hex, "{byte:02x}").is_ok();
    }
    let text: String = chunk
        .iter()
        .map(|byte| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '·' })
        .collect();
    format!("{:06x} {hex:<49}  {text}", row.saturating_mul(HEX_ROW))
}

/// When, from where, how it was decoded, what became of it.
pub(in crate::tui) fn details(style: &Style, place: &Conversation, message: &Message) -> Reader {
    let lang = &style.lang;
    let time = Timestamp::from_microsecond(message.time.0).unwrap_or_default().to_zoned(style.zone.clone());
    let mut lines = vec![
        lang.with("details-with", &[("name", &plain_line(&place.name))]),
        lang.with("details-address", &[("address", &plain_line(&place.address.to_string()))]),
        lang.with("details-time", &[("time", &time.strftime("%Y-%m-%d %H:%M:%S%.6f %:z").to_string())]),
        lang.with("details-bytes", &[("bytes", &message.payload.len().to_string())]),
    ];
    match &message.direction {
        Direction::Incoming { source, lossy, .. } => {
            lines.push(lang.with("details-source", &[("source", &source.to_string())]));
            lines.push(lang.text("details-unauthenticated"));
            if *lossy {
                lines.push(lang.text("details-lossy"));
            }
        }
        Direction::Outgoing { mark } => {
            let key = match mark {
                crate::model::Mark::Waiting => "details-waiting",
                crate::model::Mark::Sent => "details-sent",
                crate::model::Mark::Delivered => "details-delivered",
                crate::model::Mark::Failed(_) => "details-failed",
            };
            lines.push(lang.text(key));
        }
        Direction::Notice(_) => {}
    }
    Reader { title: lang.text("popup-details"), lines, top: 0 }
}

/// The message from its first to its last character.
pub(in crate::tui) fn whole(style: &Style, message: &Message) -> Reader {
    Reader { title: style.lang.text("popup-whole"), lines: text_lines(&message.text), top: 0 }
}

fn text_lines(text: &str) -> Vec<String> {
    let escaped = escape(text);
    let rows = wrap(escaped.as_str(), LINE);
    rows.into_iter().filter_map(|row| escaped.as_str().get(row).map(str::to_owned)).collect()
}
