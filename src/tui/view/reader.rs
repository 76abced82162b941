//! Texts to read about one message: its raw bytes, what is known about it, the whole of it.

use std::sync::Arc;

use jiff::Timestamp;

use crate::app::Conversation;
use crate::model::text::{escape, plain_line};
use crate::model::{Direction, Mark, Message, WallTime};
use crate::tui::popup::{Part, Reader};
use crate::tui::ui::Style;

/// The datagram in hex, beside it as text.
pub(in crate::tui) fn inspect(style: &Style, message: &Message) -> Reader {
    let bytes = message.payload.len().to_string();
    let title = style.lang.with("popup-inspect", &[("bytes", &bytes)]);
    let first = if message.payload.is_empty() {
        Part::Line(style.lang.text("popup-inspect-nothing"))
    } else {
        Part::Hex(Arc::clone(&message.payload))
    };
    let parts = vec![first, Part::Line(String::new()), Part::Text(escape(&message.text))];
    Reader { title, parts, top: 0 }
}

/// When, from where, how it was decoded, what became of it.
pub(in crate::tui) fn details(style: &Style, place: &Conversation, message: &Message) -> Reader {
    let lang = &style.lang;
    let mut lines = vec![
        lang.with("details-with", &[("name", &plain_line(&place.name))]),
        lang.with("details-address", &[("address", &plain_line(&place.address.to_string()))]),
        lang.with("details-time", &[("time", &precise(style, message.time))]),
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
        Direction::Outgoing { mark, marked } => {
            let key = match mark {
                Mark::Waiting => "details-waiting",
                Mark::Sent => "details-sent",
                Mark::Delivered => "details-delivered",
                Mark::Failed(_) => "details-failed",
            };
            lines.push(lang.text(key));
            lines.push(lang.with("details-marked", &[("time", &precise(style, *marked))]));
            if let Mark::Failed(fault) = mark {
                lines.push(lang.with("details-reason", &[("why", &lang.phrase(&fault.phrase()))]));
            }
        }
        Direction::Notice(_) => {}
    }
    if place.is_unkept(message.id) {
        lines.push(lang.text("details-unkept"));
    }
    let parts = lines.into_iter().map(Part::Line).collect();
    Reader { title: lang.text("popup-details"), parts, top: 0 }
}

/// A moment where we are, to the microsecond.
fn precise(style: &Style, time: WallTime) -> String {
    let time = Timestamp::from_microsecond(time.0).unwrap_or_default().to_zoned(style.zone.clone());
    time.strftime("%Y-%m-%d %H:%M:%S%.6f %:z").to_string()
}

/// The message from its first to its last character.
pub(in crate::tui) fn whole(style: &Style, message: &Message) -> Reader {
    let parts = vec![Part::Text(escape(&message.text))];
    Reader { title: style.lang.text("popup-whole"), parts, top: 0 }
}
