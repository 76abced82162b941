//! The status line.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::line::{Hint, Hints, StatusLine};
use super::{fill, popup_keys, text};
use crate::app::{EventCounters, State};
use crate::model::text::plain_line;
use crate::model::traffic::MessageKind;
use crate::model::{Message, Phrase};
use crate::tui::action::Action;
use crate::tui::amounts::permille;
use crate::tui::chat::{Remark, is_deleted, is_removable, leads_here, links, unsayable};
use crate::tui::keymap::key_of;
use crate::tui::layout::edge_room;
use crate::tui::long_note::LongNote;
use crate::tui::offers::{can_decline, can_fetch, can_stop};
use crate::tui::pictures;
use crate::tui::text::{clip_with_ellipsis, width};
use crate::tui::theme::Role;
use crate::tui::ui::{Mode, Selection, Ui};

/// Cells that what somebody says of being away takes at most.
const MAX_WORDS: u16 = 24;

/// Nobody's words fill the whole line.
pub(super) fn short(words: &str) -> String {
    clip_with_ellipsis(&plain_line(words), MAX_WORDS).into()
}

/// As a number, not as a text: a language has a word of its own for one.
pub(super) fn counted(ui: &Ui, key: &'static str, count: impl TryInto<i64>) -> String {
    ui.style.lang.phrase(&Phrase::new(key).number("count", count))
}

/// Cells that stay free beside the ports.
const FREE_BESIDE_PORTS: u16 = 24;

/// What just happened or went wrong, or else the keys of the mode; then, as far as they fit, what is unread, what else is so,
/// the keys one always needs, and the ports. What has no room is left out whole: half a number says another one.
pub(super) fn status(state: &State, ui: &Ui, area: Rect, buffer: &mut Buffer) {
    if area.area() == 0 {
        return;
    }
    fill(ui, area, Role::Status, buffer);
    let mut line = StatusLine::new(ui, area, buffer);
    let is_free = !note(state, ui, &mut line);
    match ui.mode {
        _ if ui.popup.is_some() => popup_hints(ui, is_free, &mut line),
        Mode::Selecting(chosen) if is_free => line.mode_hints(&selecting(state, ui, chosen)),
        Mode::Finding(_) if is_free => line.mode_hints(FINDING),
        Mode::Selecting(_) | Mode::Finding(_) | Mode::Writing => {}
    }
    let is_narrow = ui.viewport.areas().divider.width == 0;
    if !is_narrow {
        unread(state, ui, &mut line);
    }
    for part in standing(state, ui) {
        line.put_left(&[(&part, ui.style.theme.style(Role::Status))]);
    }
    if ui.popup.is_some() {
        // Its own keys are all that do something now.
    } else if is_narrow {
        // The header says how much is unread.
        line.hints_left(if state.unread_elsewhere(ui.navigation.open()) > 0 { NARROW } else { NARROW_READ });
    } else if ALWAYS.iter().any(|hints| line.put_right(hints)) {
        ports(state, ui, &mut line);
    }
}

/// The keys of the popup on top, as far as they have room, where its lower edge has none.
fn popup_hints(ui: &Ui, is_free: bool, line: &mut StatusLine<'_>) {
    let theme = &ui.style.theme;
    let is_edgeless = edge_room(ui.viewport.screen()) == 0;
    let keys = ui.popup.as_ref().filter(|_| is_free && is_edgeless).map(popup_keys::of);
    for (key, text) in keys.unwrap_or_default() {
        let label = format!(" {}", ui.style.lang.text(text));
        if !line.put_left(&[(key, theme.style(Role::Key)), (&label, theme.style(Role::Status))]) {
            return;
        }
    }
}

/// What a person has to read now. `false`: nothing.
fn note(state: &State, ui: &Ui, line: &mut StatusLine<'_>) -> bool {
    let Some(note) = ui.status.current(state) else { return false };
    let lang = &ui.style.lang;
    let of = note.count(lang);
    // Elsewhere Esc leaves what one is in.
    let leaves = matches!(ui.mode, Mode::Writing) && ui.popup.is_none() && ui.status.waits_for_esc(state);
    let key = if note.at < note.of { "hint-next-note" } else { "hint-close" };
    let esc = leaves.then(|| lang.text(key));
    let beside = (of.as_deref(), esc.as_deref());
    let rows_above = ui.viewport.note();
    if rows_above.rows.is_empty() {
        line.put_note(&note.text(lang), note.is_fault, beside);
        return true;
    }
    if rows_above.is_cut && ui.popup.is_none() {
        line.hints_left(&[(Action::ReadNote, "hint-read-note")]);
    }
    line.put_beside(beside);
    false
}

/// What has no room in the status line, on rows of its own above it: whole words, and behind the last ones where there are
/// more of them.
pub(super) fn long_note(state: &State, ui: &Ui, area: Rect, buffer: &mut Buffer) {
    let Some(note) = ui.status.current(state).filter(|_| area.area() > 0) else { return };
    draw_rows(ui, &ui.viewport.note().rows, note.is_fault, area, buffer);
}

/// Rows of a note on its ground.
fn draw_rows(ui: &Ui, rows: &[String], is_fault: bool, area: Rect, buffer: &mut Buffer) {
    let role = if is_fault { Role::Error } else { Role::Notice };
    let style = ui.style.theme.style(Role::Status).patch(ui.style.theme.style(role));
    fill(ui, area, if is_fault { Role::Error } else { Role::Status }, buffer);
    for (row, y) in rows.iter().zip(area.top()..area.bottom()) {
        let x = area.x.saturating_add(1);
        text::put(buffer, x, y, area.right().saturating_sub(x), row, style);
    }
}

/// What waits elsewhere, and the key that leads there.
fn unread(state: &State, ui: &Ui, line: &mut StatusLine<'_>) {
    let count = state.unread_elsewhere(ui.navigation.open());
    if count == 0 {
        return;
    }
    let style = |role| ui.style.theme.style(role);
    let label = format!("{} ", counted(ui, "status-unread", count));
    let whole = [(label.as_str(), style(Role::Status)), (key_of(Action::NextUnread), style(Role::Key))];
    if !line.put_left(&whole) {
        line.put_left(&[(label.trim_end(), style(Role::Status))]);
    }
}

/// Where we listen, each port once.
fn ports(state: &State, ui: &Ui, line: &mut StatusLine<'_>) {
    let mut ports = Vec::new();
    for port in state.listening.iter().filter_map(|one| Some(one.address?.port())) {
        if !ports.contains(&port) {
            ports.push(port);
        }
    }
    let ports: Vec<String> = ports.iter().map(|port| format!(":{port}")).collect();
    let ports = format!("{} ", ports.join(" "));
    let needed = u16::try_from(width(&ports)).unwrap_or(u16::MAX).saturating_add(FREE_BESIDE_PORTS);
    if ports != " " && line.free() >= needed {
        line.put_text_right(&ports, ui.style.theme.style(Role::Status));
    }
}

/// What is so for longer, what a person has to know first in front.
fn standing(state: &State, ui: &Ui) -> Vec<String> {
    let lang = &ui.style.lang;
    let mut parts = Vec::new();
    // Others are told that one is away.
    parts.extend(ui.attention.away().map(|away| lang.with("status-away", &[("text", &short(away))])));
    parts.extend(transfers(state, ui));
    let mut count = |key, number: u64| {
        if number > 0 {
            parts.push(counted(ui, key, i64::try_from(number).unwrap_or(i64::MAX)));
        }
    };
    let size = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    count("status-unkept", size(if state.ephemeral { 0 } else { state.unsaved() }));
    count("status-lost", state.lost());
    if state.ephemeral {
        parts.push(lang.text("status-keeps-nothing"));
    }
    let EventCounters { empty, malformed, ignored: _, nobody, kernel_drops, dropped } =
        ui.status.counted(state);
    for (key, number) in [
        ("status-empty", empty),
        ("status-malformed", malformed),
        ("status-nobody", nobody),
        ("status-lost-on-arrival", kernel_drops),
        ("status-dropped", dropped),
    ] {
        if number > 0 {
            parts.push(counted(ui, key, i64::try_from(number).unwrap_or(i64::MAX)));
        }
    }
    parts
}

/// Which way files go, how many of them, and how far all are together.
fn transfers(state: &State, ui: &Ui) -> Option<String> {
    let all = &state.transfers;
    let count = all.len();
    let comes = all.values().filter(|moving| moving.message.is_incoming()).count();
    let way = match comes {
        _ if count == 0 => return None,
        0 => "↑",
        comes if comes == count => "↓",
        _ => "↕",
    };
    let files = format!("{way} {}", counted(ui, "status-transfers", count));
    let sum = |sum: u64, part: Option<u64>| sum.checked_add(part?);
    let of = all.values().try_fold(0, |all, moving| sum(all, moving.of));
    let bytes = all.values().fold(0_u64, |sum, moving| sum.saturating_add(moving.bytes));
    Some(match of {
        Some(of) => format!("{files} {} %", permille(bytes, of) / 10),
        None => files,
    })
}

/// The keys one needs at any time, as many as there is room for.
const ALWAYS: [Hints; 3] = [
    &[(Action::Help, "hint-help"), (Action::Palette, "hint-palette"), (Action::Quit, "hint-quit")],
    &[(Action::Help, "hint-help"), (Action::Quit, "hint-quit")],
    &[(Action::Help, "hint-help")],
];

/// Those where the list of contacts has no place of its own.
const NARROW: Hints =
    &[(Action::GoTo, "hint-contacts"), (Action::NextUnread, "hint-next-unread"), (Action::Help, "hint-help")];
const NARROW_READ: Hints =
    &[(Action::GoTo, "hint-contacts"), (Action::Help, "hint-help"), (Action::Quit, "hint-quit")];

/// The keys while one looks for something.
const FINDING: Hints =
    &[(Action::Find, "hint-older"), (Action::FindNext, "hint-newer"), (Action::Back, "hint-back")];

/// What just went wrong, over the lower rows of the conversation, where there is no status row to say it.
pub(super) fn flash_over(state: &State, ui: &Ui, buffer: &mut Buffer) {
    let over = ui.viewport.areas().scrollback;
    let has_row = ui.viewport.areas().status.area() > 0;
    let Some(note) = ui.status.current(state).filter(|_| !has_row && over.area() > 0) else { return };
    // The newest message goes on being visible above, if anything can.
    let most = usize::from((over.height / 2).max(1));
    let rows = LongNote::within(&note.text(&ui.style.lang), over.width.saturating_sub(2), most).rows;
    let height = u16::try_from(rows.len()).unwrap_or(u16::MAX);
    let area = Rect { y: over.bottom().saturating_sub(height), height, ..over };
    draw_rows(ui, &rows, note.is_fault, area, buffer);
}

/// What can be done with what is chosen.
fn selecting(state: &State, ui: &Ui, chosen: Selection) -> Vec<Hint> {
    let place = ui.conversation(state);
    let is_said = place.is_some_and(|place| unsayable(place).is_none());
    let can_be = |hint: &&Hint| is_said || hint.0 != Action::Reply;
    if chosen.mark.is_some() {
        return RANGE.iter().filter(can_be).copied().collect();
    }
    let Some((place, message)) = place.and_then(|place| Some((place, place.message(chosen.message)?))) else {
        return SAID.to_vec();
    };
    if let Some(hints) = asked(state, message, chosen) {
        return hints.to_vec();
    }
    let links = links(place, message);
    let opens_any = ui.style.desktop || links.iter().any(|link| leads_here(link));
    let does = if opens_any { "hint-link" } else { "hint-copy-link" };
    let link = (!links.is_empty()).then_some((Action::Take, does));
    let removes = is_removable(place, message);
    let said = SAID.iter().filter(can_be).filter(|(action, _)| match action {
        Action::EditMessage => message.is_failed() || Remark::Edit.is_open(place, message),
        Action::React => Remark::React.is_open(place, message),
        Action::DeleteMessage => removes || Remark::Delete.is_open(place, message),
        Action::Copy | Action::Reply | Action::MarkRange => !is_deleted(place, message),
        _ => true,
    });
    let gallery = ui.viewport.gallery();
    let hides = pictures::is_hidden(gallery, place, message);
    let opens = || pictures::openable(state, message, chosen.file, gallery.folders()).is_some();
    let picture = (hides || opens()).then_some((Action::Open, "hint-picture"));
    let said = said.map(|(action, does)| match action {
        Action::DeleteMessage if removes => (*action, "hint-remove"),
        _ => (*action, *does),
    });
    picture.into_iter().chain(link).chain(said).collect()
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
    (Action::Details, "hint-details"),
    (Action::Back, "hint-back"),
];

/// What can be done with a range of messages.
const RANGE: Hints = &[
    (Action::Copy, "hint-copy"),
    (Action::Reply, "hint-reply"),
    (Action::MarkRange, "hint-one"),
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
