//! The composer: prompt, draft, cursor; or what is looked for in the conversation.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::candidates::behind_cursor;
use super::dialog::field;
use super::search::count;
use super::text;
use crate::app::State;
use crate::model::MessageId;
use crate::model::text::plain_line;
use crate::tui::composer::{Composer, Layout};
use crate::tui::everybody::ToEverybody;
use crate::tui::layout::prompt_width;
use crate::tui::lock::KeyLock;
use crate::tui::naming::reaches_everybody;
use crate::tui::text::{clip_with_ellipsis, clip_words, width};
use crate::tui::theme::Role;
use crate::tui::ui::{Find, Mode, Ui};

/// Cells of what one answers that say more than the key beside them.
const LEAST_QUOTE: u16 = 20;

/// The answer is where the cursor stands.
pub(super) fn draw(state: &State, ui: &Ui, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    if area.area() == 0 {
        return None;
    }
    match &ui.mode {
        Mode::Finding(find) if find.typing => Some(draw_find(state, ui, find, area, buffer)),
        Mode::Selecting(chosen) => {
            let key = if chosen.mark.is_some() { "composer-range" } else { "composer-selecting" };
            let hint = ui.style.lang.text(key);
            let hint = clip_words(&hint, area.width);
            text::put(buffer, area.x, area.y, area.width, &hint, ui.style.theme.style(Role::Prompt));
            None
        }
        Mode::Finding(find) => {
            let cursor = draw_draft(state, ui, area, buffer);
            draw_counter(state, ui, find, area, buffer);
            Some(cursor)
        }
        Mode::Writing => Some(draw_draft(state, ui, area, buffer)),
    }
}

fn draw_draft(state: &State, ui: &Ui, area: Rect, buffer: &mut Buffer) -> Position {
    let prompt = prompt_width(ui.viewport.screen().width);
    let everybody = ToEverybody::of(state, ui).is_some();
    let lock = ui.conversation(state).map_or(KeyLock::Plain, KeyLock::of);
    let (sign, role) = if everybody { ("!", Role::Danger) } else { lock.prompt() };
    let sign = sign_of_change(ui).unwrap_or(sign);
    text::put(buffer, area.x, area.y, prompt, sign, ui.style.theme.style(role));
    let inner = text_area(ui, area);
    let empty = Composer::default();
    let draft = ui.draft().unwrap_or(&empty);
    let layout = draft.layout(ui.composer_width());
    // What has to be done first is said wherever its first word has room.
    let has_room = inner.width > 20 || matches!(lock, KeyLock::Requested | KeyLock::Blocked);
    if draft.is_empty() && !ui.is_editing() && has_room && matches!(ui.mode, Mode::Writing) {
        let room = area.right().saturating_sub(inner.x);
        let hint = clip_words(&hint(state, ui), room).into_owned();
        text::put(buffer, inner.x, inner.y, room, &hint, ui.style.theme.style(Role::Dim));
    }
    draw_edit_keys(ui, &layout, inner, buffer);
    let top = first_row(&layout, inner.height);
    rows(ui, &layout, top, inner, buffer);
    if top > 0 && area.height > 1 {
        draw_rows_above(ui, top, area, buffer);
    }
    let row = u16::try_from(layout.cursor_row.saturating_sub(top)).unwrap_or(0);
    let column = layout.cursor_col.min(inner.width.saturating_sub(1));
    let at = Position::new(inner.x.saturating_add(column), inner.y.saturating_add(row));
    let room = inner.right().saturating_sub(at.x);
    let missing = clip_with_ellipsis(&behind_cursor(state, ui), room).into_owned();
    text::put(buffer, at.x, at.y, room, &missing, ui.style.theme.style(Role::Dim));
    at
}

/// How many rows of the draft are above, below the prompt, which says more. Half of a number is another number.
fn draw_rows_above(ui: &Ui, top: usize, area: Rect, buffer: &mut Buffer) {
    let room = prompt_width(ui.viewport.screen().width).saturating_sub(1);
    let above = Some(format!("↑{top}")).filter(|above| width(above) <= usize::from(room));
    let above = above.as_deref().unwrap_or("↑");
    text::put(buffer, area.x, area.y.saturating_add(1), room, above, ui.style.theme.style(Role::Dim));
}

/// Where the draft stands: behind the prompt, and no wider than what was said.
fn text_area(ui: &Ui, area: Rect) -> Rect {
    let prompt = prompt_width(ui.viewport.screen().width);
    let width = area.width.saturating_sub(prompt).min(ui.composer_width());
    Rect { x: area.x.saturating_add(prompt), width, ..area }
}

/// What stands before the draft where it becomes no message of its own, and no row above says so.
fn sign_of_change(ui: &Ui) -> Option<&'static str> {
    if ui.is_editing() {
        return Some("~");
    }
    (ui.reply().is_some() && ui.viewport.areas().quote.area() == 0).then(|| answers(ui))
}

/// The sign of an answer. Consoles of kernels have not all of the signs.
const fn answers(ui: &Ui) -> &'static str {
    if ui.style.blocks { "↳" } else { ">" }
}

/// What the draft answers, and the key that ends that.
pub(super) fn draw_quote(ui: &Ui, area: Rect, buffer: &mut Buffer) {
    let Some(to) = ui.reply().filter(|_| area.area() > 0) else { return };
    let style = |role| ui.style.theme.style(role);
    let prompt = prompt_width(ui.viewport.screen().width);
    text::put(buffer, area.x, area.y, prompt, answers(ui), style(Role::Prompt));
    let inner = text_area(ui, area);
    let room = draw_keys(ui, ("Esc", "composer-no-reply"), (inner, LEAST_QUOTE), buffer);
    let words = match &to.quoted {
        Some(quoted) if quoted.words.is_empty() => ui.style.lang.text("scrollback-deleted"),
        Some(quoted) => quoted.words.clone(),
        None => "…".to_owned(),
    };
    let words = clip_with_ellipsis(&format!("▏{words}"), room).into_owned();
    text::put(buffer, inner.x, inner.y, room, &words, style(Role::Dim));
}

/// The keys of an edit, behind the first row of it while there is room.
fn draw_edit_keys(ui: &Ui, layout: &Layout, inner: Rect, buffer: &mut Buffer) {
    let first =
        layout.rows.first().and_then(|row| layout.shown.as_str().get(row.clone())).unwrap_or_default();
    let taken = u16::try_from(width(first)).unwrap_or(u16::MAX).saturating_add(2);
    let is_on_top = first_row(layout, inner.height) == 0;
    if ui.is_editing() && is_on_top {
        draw_keys(ui, ("Enter", "composer-replace"), (inner, taken), buffer);
    }
}

/// A key and what it does at the right end of a row, where so many cells before that stay free. The answer: how many do.
fn draw_keys(ui: &Ui, keys: (&str, &str), room: (Rect, u16), buffer: &mut Buffer) -> u16 {
    let ((key, words), (row, least)) = (keys, room);
    let words = format!(" {}", ui.style.lang.text(words));
    let cells = u16::try_from(width(key).saturating_add(width(&words))).unwrap_or(u16::MAX);
    let free = row.width.saturating_sub(cells.saturating_add(2));
    if free < least || cells >= row.width {
        return row.width;
    }
    let theme = &ui.style.theme;
    let pieces = [(key, theme.style(Role::Key)), (words.as_str(), theme.style(Role::Dim))];
    text::put_all(buffer, row.right().saturating_sub(cells), row.y, row.right(), &pieces);
    free
}

/// What an empty composer says: whom one would write to, or what has to be done first.
fn hint(state: &State, ui: &Ui) -> String {
    let lang = &ui.style.lang;
    match ui.conversation(state) {
        None => lang.text("composer-nobody"),
        Some(place) if place.is_out() => lang.text("header-out"),
        Some(place) if reaches_everybody(place) => lang.text("composer-everybody"),
        Some(place) => KeyLock::of(place).hint(&ui.style, place),
    }
}

/// Where one is among the matches, while there is room for it beside the draft.
fn draw_counter(state: &State, ui: &Ui, find: &Find, area: Rect, buffer: &mut Buffer) {
    let Some(count) = counter(state, ui, find) else { return };
    let words = plain_line(find.query.line.text());
    let long = format!(" {} {words} ", ui.style.lang.with("composer-find", &[("count", &count)]));
    let taken = ui.draft().map_or(0, |draft| width(draft.layout(u16::MAX).shown.as_str()));
    let prompt = prompt_width(ui.viewport.screen().width);
    for label in [long, format!(" {count} ")] {
        let room = u16::try_from(width(&label)).unwrap_or(u16::MAX);
        let free = usize::from(area.width.saturating_sub(room).saturating_sub(prompt).saturating_sub(1));
        if taken < free {
            let x = area.right().saturating_sub(room);
            text::put(buffer, x, area.y, room, &label, ui.style.theme.style(Role::Prompt));
            return;
        }
    }
}

/// The row and the column of the draft that are drawn there; `None`: no draft is.
pub(in crate::tui) fn draft_place(ui: &Ui, at: Position) -> Option<(usize, u16)> {
    let area = ui.viewport.areas().composer;
    let is_field = matches!(&ui.mode, Mode::Finding(find) if find.typing);
    if is_field || !area.contains(at) {
        return None;
    }
    let top = first_row(&ui.draft()?.layout(ui.composer_width()), area.height);
    let start = area.x.saturating_add(prompt_width(ui.viewport.screen().width));
    Some((top.saturating_add(usize::from(at.y.saturating_sub(area.y))), at.x.saturating_sub(start)))
}

/// The row on top, so that the cursor's is visible.
fn first_row(layout: &Layout, height: u16) -> usize {
    layout.cursor_row.saturating_add(1).saturating_sub(usize::from(height))
}

fn rows(ui: &Ui, layout: &Layout, top: usize, area: Rect, buffer: &mut Buffer) {
    let base = ui.style.theme.style(Role::Base);
    let layers = [(layout.shown.tokens(), ui.style.theme.style(Role::Token))];
    for (row, y) in layout.rows.iter().skip(top).zip(area.top()..area.bottom()) {
        let pieces = text::pieces(layout.shown.as_str(), row, base, &layers);
        text::put_all(buffer, area.x, y, area.right(), &pieces);
    }
}

fn draw_find(state: &State, ui: &Ui, find: &Find, area: Rect, buffer: &mut Buffer) -> Position {
    let style = |role| ui.style.theme.style(role);
    let lang = &ui.style.lang;
    let label = match counter(state, ui, find) {
        Some(count) => lang.with("composer-find", &[("count", &count)]),
        None => lang.text("composer-find-empty"),
    };
    let pieces = [(label.as_str(), style(Role::Prompt)), (" ", style(Role::Base))];
    let behind = text::put_all(buffer, area.x, area.y, area.right(), &pieces);
    let inner = Rect { x: behind, width: area.right().saturating_sub(behind), ..area };
    let cursor = field(&find.query.line, inner, style(Role::Base), buffer);
    if let Some(why) = &find.query.wrong {
        let taken = find.query.line.layout(u16::MAX).shown;
        let taken = u16::try_from(width(taken.as_str())).unwrap_or(u16::MAX).saturating_add(2);
        let x = inner.x.saturating_add(taken.min(inner.width));
        let why = format!(" {} ", plain_line(&lang.phrase(why)));
        let why = clip_with_ellipsis(&why, inner.right().saturating_sub(x));
        text::put(buffer, x, area.y, inner.right().saturating_sub(x), &why, style(Role::Error));
    }
    cursor
}

/// Which of the matches is the current one, from the newest on, and how many are known: `3/17`, `3/100+`. `None`:
/// nothing is looked for.
fn counter(state: &State, ui: &Ui, find: &Find) -> Option<String> {
    if find.query.search.is_empty() {
        return None;
    }
    let Some(results) = ui.located(state) else { return Some("…".to_owned()) };
    let at = |current: MessageId| results.hits.binary_search_by(|hit| current.cmp(&hit.id)).ok();
    let at = match find.current {
        Some(current) => at(current).map_or_else(|| "…".to_owned(), |at| at.saturating_add(1).to_string()),
        None => "0".to_owned(),
    };
    Some(format!("{at}/{}", count(results)))
}
