//! The bytes that a draft would send, as rows above it: the offset, two digits for each, and what they would be as text.

use super::appearance::Appearance;
use super::commands::{Typed, Verb, read};
use super::lock_notice::NoticeRow;
use super::theme::Role;
use crate::model::hex::HexShape;
use crate::model::hex_digits::{HexError, bytes_of};
use crate::model::text::plain_line;

/// Bytes of a row at most.
const HEX_BYTES: usize = 16;

/// What a draft that is a command for bytes would send, or what is wrong with it, as rows above it. None for other drafts.
pub(super) fn rows(style: &Appearance, draft: &str, columns: u16, most: u16) -> Vec<NoticeRow> {
    let Typed::Command(Verb::Hex, args) = read(draft) else { return Vec::new() };
    let row = |text: String, role| NoticeRow { sign: "", key: String::new(), text, role };
    let bytes = match bytes_of(args) {
        Ok(bytes) => bytes,
        Err(HexError::Empty) => return Vec::new(),
        // The second digit may come yet.
        Err(HexError::Half { at }) if at >= args.chars().count() => {
            bytes_of(args.get(..args.len().saturating_sub(1)).unwrap_or_default()).unwrap_or_default()
        }
        Err(wrong) => return vec![row(plain_line(&style.lang.phrase(&wrong.phrase())), Role::Warn)],
    };
    let shape = HexShape::fitting(bytes.len(), columns.saturating_sub(NoticeRow::indent()).into(), HEX_BYTES);
    let count = bytes.len().to_string();
    let head = row(style.lang.with("hex-preview", &[("count", &count)]), Role::Dim);
    let all = bytes.len().div_ceil(shape.bytes);
    let shown = usize::from(most.saturating_sub(1)).min(all);
    // The end is what is being typed.
    let first = all.saturating_sub(shown);
    let chunks = bytes.chunks(shape.bytes).enumerate().skip(first);
    let bytes = chunks.map(|(at, chunk)| row(shape.line(at, chunk), Role::Base));
    std::iter::once(head).chain(bytes).collect()
}
