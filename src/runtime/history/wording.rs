//! What stands for a message that has no text, and for what a message offers, as people read it.

use crate::lang::Lang;
use crate::model::text::plain_line;
use crate::model::traffic::MessageKind;
use crate::model::{File, Message, TransferState};

/// Why there is no text.
pub fn stands_in(lang: &Lang, message: &Message) -> Option<String> {
    let key = match message.kind()? {
        MessageKind::Sealed if message.is_incoming() => "history-sealed",
        MessageKind::Unreadable => "history-unreadable",
        _ if message.is_emptied() => "history-deleted",
        MessageKind::Edit => "history-edit",
        MessageKind::Deletion => "history-deletion",
        MessageKind::Withdrawal => "history-withdrawal",
        MessageKind::Removal => "history-removal",
        MessageKind::Reaction if message.text.is_empty() => "history-no-reaction",
        MessageKind::Reaction => "history-reaction",
        MessageKind::Text
        | MessageKind::Joined
        | MessageKind::Sealed
        | MessageKind::Opened
        | MessageKind::Several
        | MessageKind::Everyone
        | MessageKind::Automatic
        | MessageKind::KeyChange => return None,
    };
    Some(lang.text(key))
}

/// A file that the message offers, and what became of it.
pub fn file_words(lang: &Lang, file: &File, own: bool) -> String {
    let (name, size) = (plain_line(&file.name), file.size.to_string());
    let state = match &file.state {
        TransferState::Offered => lang.text("fate-offered"),
        TransferState::Moving => lang.text("fate-moving"),
        TransferState::Done { path } if own || path.is_empty() => lang.text("fate-done"),
        TransferState::Done { path } => lang.with("fate-done-at", &[("path", &plain_line(path))]),
        TransferState::Declined => lang.text("fate-declined"),
        TransferState::Stopped { .. } => lang.text("fate-stopped"),
        TransferState::Broken { fault, bytes } => {
            let why = plain_line(&lang.phrase(&fault.phrase()));
            lang.with("fate-broken", &[("bytes", &bytes.to_string()), ("why", &why)])
        }
        TransferState::Withdrawn => lang.text("fate-withdrawn"),
    };
    let key = if file.folder { "history-folder" } else { "history-file" };
    lang.with(key, &[("file", &name), ("size", &size), ("fate", &state)])
}
