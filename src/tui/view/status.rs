//! The status line.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::line::{Hint, Hints, StatusLine};
use super::{fill, text};
use crate::app::State;
use crate::model::text::plain_line;
use crate::model::traffic::{ConnectionState, MessageKind};
use crate::model::{Message, Phrase};
use crate::tui::action::Action;
use crate::tui::chat::{Remark, is_deleted, links};
use crate::tui::keymap::key_of;
use crate::tui::offers::{can_decline, can_fetch, can_stop};
use crate::tui::text::{clip_with_ellipsis, clip_words, wrap};
use crate::tui::theme::Role;
use crate::tui::ui::{Mode, Selection, Ui};

/// Cells that what somebody says of being away takes at most.
const MAX_WORDS: u16 = 24;

/// Nobody's words fill the whole line.
pub(super) fn short(words: &str) -> String {
    clip_with_ellipsis(&plain_line(words), MAX_WORDS).into()
}

/// As a number, not as a text: a language has a word of its own for one.
fn counted(ui: &Ui, key: &'static str, count: impl TryInto<i64>) -> String {
    ui.style.lang.phrase(&Phrase::new(key).number("count", count))
}

/// What just went wrong or happened, or else the keys of the mode; then, as far as they fit, what is unread, the keys one
/// always needs, and what else is so. What has no room is left out whole: half a number says another one.
pub(super) fn status(state: &State, ui: &Ui, area: Rect, buffer: &mut Buffer) {
    if area.area() == 0 {
        return;
    }
    fill(ui, area, Role::Status, buffer);
    let style = |role| ui.style.theme.style(role);
    let mut line = StatusLine { ui, area, left: area.x.saturating_add(1), right: area.right(), buffer };
    if let Some(phrase) = news(state, ui).or_else(|| trouble(state, ui)) {
        let notice = plain_line(&ui.style.lang.phrase(&phrase));
        let notice = clip_words(&notice, area.width.saturating_sub(2));
        line.left = area.x;
        line.put_left(&[(&format!(" {notice} "), style(Role::Error))]);
    } else if let Mode::Selecting(chosen) = ui.mode {
        line.hints_left(&selecting(state, ui, chosen));
    } else if matches!(ui.mode, Mode::Finding(_)) {
        line.hints_left(FINDING);
    }
    let unread = state.unread_elsewhere(ui.navigation.open());
    if unread > 0 {
        let label = format!("{} ", counted(ui, "status-unread", unread));
        let key = key_of(Action::NextUnread);
        let whole = [(label.as_str(), style(Role::Status)), (key, style(Role::Key))];
        let done = line.put_left(&whole) || line.put_left(&[(label.trim_end(), style(Role::Status))]);
        if !done {
            return;
        }
    }
    let has_keys = line.hints_right(ALWAYS);
    for part in standing(state, ui) {
        line.put_left(&[(&part, style(Role::Status))]);
    }
    for socket in listening(state, ui) {
        if !has_keys || !line.put_left(&[(&socket, style(Role::Status))]) {
            break;
        }
    }
}

/// What is so for longer, what a person has to know first in front.
fn standing(state: &State, ui: &Ui) -> Vec<String> {
    let lang = &ui.style.lang;
    let mut parts = Vec::new();
    // Others are told that one is away.
    parts.extend(ui.attention.away().map(|away| lang.with("status-away", &[("text", &short(away))])));
    let mut count = |key, number: u64| {
        if number > 0 {
            parts.push(counted(ui, key, i64::try_from(number).unwrap_or(i64::MAX)));
        }
    };
    let size = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    count("status-transfers", size(state.transfers.len()));
    count("status-unkept", size(if state.ephemeral { 0 } else { state.unsaved() }));
    count("status-lost", state.lost());
    if state.ephemeral {
        parts.push(lang.text("status-keeps-nothing"));
    }
    if state.counters.empty > 0 {
        parts.push(counted(ui, "status-empty", i64::try_from(state.counters.empty).unwrap_or(i64::MAX)));
    }
    if state.counters.malformed > 0 {
        parts.push(counted(ui, "status-malformed", state.counters.malformed));
    }
    if state.counters.nobody > 0 {
        parts.push(counted(ui, "status-nobody", state.counters.nobody));
    }
    if state.counters.kernel_drops > 0 {
        parts.push(counted(ui, "status-lost-on-arrival", state.counters.kernel_drops));
    }
    if state.counters.dropped > 0 {
        parts.push(counted(ui, "status-dropped", state.counters.dropped));
    }
    parts
}

/// The keys one needs at any time.
const ALWAYS: Hints =
    &[(Action::Help, "hint-help"), (Action::Palette, "hint-palette"), (Action::Quit, "hint-quit")];

/// The keys while one looks for something.
const FINDING: Hints =
    &[(Action::Find, "hint-older"), (Action::FindNext, "hint-newer"), (Action::Back, "hint-back")];

/// What a person has to read now.
fn news(state: &State, ui: &Ui) -> Option<Phrase> {
    ui.status.current(state).cloned()
}

/// Whoever writes to somebody who cannot be reached should know before sending.
fn trouble(state: &State, ui: &Ui) -> Option<Phrase> {
    let place = ui.conversation(state)?;
    let _written = ui.draft().filter(|draft| !draft.is_empty() && !draft.text().starts_with('/'))?;
    match place.status.connection() {
        _ if place.is_out() => Some(Phrase::new("header-out")),
        Some(ConnectionState::Down(why)) => {
            let why = ui.style.lang.phrase(&why.phrase());
            Some(Phrase::new("status-down").text("name", place.name.as_str()).text("why", why))
        }
        Some(ConnectionState::Up | ConnectionState::Seeking | ConnectionState::Unknown) | None => None,
    }
}

/// What just went wrong, over the lower rows of the conversation, where there is no status row to say it.
pub(super) fn flash_over(state: &State, ui: &Ui, buffer: &mut Buffer) {
    let over = ui.viewport.areas().scrollback;
    let Some(phrase) = news(state, ui).filter(|_| ui.viewport.areas().status.area() == 0 && over.area() > 0)
    else {
        return;
    };
    let line = plain_line(&ui.style.lang.phrase(&phrase));
    let rows = wrap(&line, over.width);
    // The newest message goes on being visible above, if anything can.
    let height = u16::try_from(rows.len()).unwrap_or(u16::MAX).min((over.height / 2).max(1));
    let area = Rect { y: over.bottom().saturating_sub(height), height, ..over };
    fill(ui, area, Role::Error, buffer);
    for (row, y) in rows.into_iter().zip(area.top()..area.bottom()) {
        let piece = line.get(row).unwrap_or_default();
        text::put(buffer, area.x, y, area.width, piece, ui.style.theme.style(Role::Error));
    }
}

/// Each socket, those that are off last.
fn listening(state: &State, ui: &Ui) -> Vec<String> {
    let on = state.listening.iter().filter_map(|one| Some(format!("{} {}", one.scheme, one.address?)));
    let off = state.listening.iter().filter(|one| one.address.is_none());
    on.chain(off.map(|one| ui.style.lang.with("status-off", &[("scheme", one.scheme)]))).collect()
}

/// What can be done with what is chosen.
fn selecting(state: &State, ui: &Ui, chosen: Selection) -> Vec<Hint> {
    let place = ui.conversation(state);
    let Some((place, message)) = place.and_then(|place| Some((place, place.message(chosen.message)?))) else {
        return SAID.to_vec();
    };
    if let Some(hints) = asked(state, message, chosen) {
        return hints.to_vec();
    }
    let link = (!links(place, message).is_empty()).then_some((Action::Take, "hint-link"));
    let said = SAID.iter().filter(|(action, _)| match action {
        Action::EditMessage => Remark::Edit.is_open(place, message),
        Action::React => Remark::React.is_open(place, message),
        Action::DeleteMessage => Remark::Delete.is_open(place, message),
        Action::Copy | Action::Reply | Action::MarkRange => !is_deleted(place, message),
        _ => true,
    });
    link.into_iter().chain(said.copied()).collect()
}

/// What can be done with words that were said.
const SAID: Hints = &[
    (Action::Copy, "hint-copy"),
    (Action::Reply, "hint-reply"),
    (Action::React, "hint-react"),
    (Action::EditMessage, "hint-edit"),
    (Action::DeleteMessage, "hint-delete"),
    (Action::MarkRange, "hint-mark-range"),
    (Action::Inspect, "hint-inspect"),
    (Action::Decline, "hint-details"),
    (Action::Back, "hint-back"),
];

/// What can be done first, where a message asks for something.
fn asked(state: &State, message: &Message, chosen: Selection) -> Option<Hints> {
    let transfers = &state.transfers;
    Some(match message {
        message if can_decline(transfers, message) => &[
            (Action::Take, "hint-fetch"),
            (Action::Decline, "hint-decline"),
            (Action::NextFile, "hint-next-file"),
            (Action::Details, "hint-details"),
            (Action::Back, "hint-back"),
        ],
        message if can_stop(transfers, message, chosen.file) => &[
            (Action::Retry, "hint-stop"),
            (Action::NextFile, "hint-next-file"),
            (Action::Details, "hint-details"),
            (Action::Back, "hint-back"),
        ],
        message if can_fetch(transfers, message, chosen.file) => {
            &[(Action::Take, "hint-fetch"), (Action::Details, "hint-details"), (Action::Back, "hint-back")]
        }
        message if message.is_incoming() && message.kind() == Some(MessageKind::Sealed) => {
            &[(Action::Take, "hint-unseal"), (Action::Details, "hint-details"), (Action::Back, "hint-back")]
        }
        _ => return None,
    })
}
