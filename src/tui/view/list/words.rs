//! The second row of a conversation in the list: the first of these that holds: it is being written there, a draft waits,
//! something was not sent, or what was said last.

use crate::app::Conversation;
use crate::model::text::plain_line;
use crate::model::{Fault, Gist, LastWords, Mark};
use crate::tui::lock::KeyLock;
use crate::tui::scrollback::glyph;
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// A piece of the row, escaped.
type Piece = (String, Role);

pub(in crate::tui::view) fn of(ui: &Ui, place: &Conversation, is_open: bool) -> Vec<Piece> {
    let lang = &ui.style.lang;
    if ui.viewport.moment().is_some_and(|now| place.status.is_typing(now)) {
        return vec![(lang.text("header-typing"), Role::PresenceHeard)];
    }
    // What is secret only says what it is.
    if KeyLock::of(place) == KeyLock::Requested {
        return vec![(lang.text("lock-requested"), Role::Warn)];
    }
    // One sees the draft of what is open.
    let draft = ui.drafts.of(place.id).map(|draft| draft.text().trim()).filter(|_| !is_open);
    if let Some(draft) = draft.filter(|draft| !draft.is_empty()) {
        return vec![(lang.with("list-draft", &[("text", &first_words(draft))]), Role::Soft)];
    }
    let Some(last) = place.activity.last() else { return Vec::new() };
    if let Some(why) = failure(ui, place, last) {
        let (sign, _) = glyph(&Mark::Failed(Fault::Interrupted));
        return vec![(format!("{sign} {why}"), Role::Fault)];
    }
    said(ui, place, last)
}

/// Bytes of a draft that are looked at: more than any list has cells for.
const MAX_DRAFT: usize = 256;

fn first_words(draft: &str) -> String {
    let first = draft.get(..draft.floor_char_boundary(MAX_DRAFT)).unwrap_or_default();
    plain_line(&first.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Why what was said last did not get there.
fn failure(ui: &Ui, place: &Conversation, last: &LastWords) -> Option<String> {
    match place.activity.last_mark()? {
        Mark::Failed(fault) => Some(ui.style.lang.phrase(&fault.phrase())),
        Mark::Waiting | Mark::Sent | Mark::Delivered | Mark::Read => {
            let unheard = place.status.unheard() == Some(last.message);
            unheard.then(|| ui.style.lang.text("list-unheard"))
        }
    }
}

/// What was said last, ours behind its mark, that of somebody in a room behind the name.
fn said(ui: &Ui, place: &Conversation, last: &LastWords) -> Vec<Piece> {
    let lang = &ui.style.lang;
    let mut pieces = Vec::new();
    if let Some(mark) = place.activity.last_mark() {
        let (sign, role) = glyph(mark);
        pieces.push((format!("{sign} "), if role == Role::MarkRead { role } else { Role::Dim }));
    }
    if let Some(sender) = last.sender.as_deref().filter(|_| place.is_room()) {
        pieces.push((format!("{}: ", plain_line(sender)), Role::Dim));
    }
    let words = match &last.gist {
        Gist::Words(words) => words.to_string(),
        Gist::File(name) => format!("▤ {name}"),
        Gist::Sealed => lang.text("list-sealed"),
        Gist::Unreadable => lang.text("list-unreadable"),
        Gist::Deleted => lang.text("scrollback-deleted"),
    };
    pieces.push((words, Role::Dim));
    pieces
}
