//! The search through every conversation: its popup over nearly the whole screen.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use unicode_segmentation::UnicodeSegmentation;

use super::dialog::{divider, frame_in, input, put_rows};
use super::{fill, on_line, on_popup, popup_keys, text};
use crate::app::{Conversation, MemberKey, SearchResults, State};
use crate::model::text::plain_line;
use crate::model::{Message, Phrase};
use crate::tui::finder::Excerpt;
use crate::tui::layout::{ResultsAreas, results_areas};
use crate::tui::naming::name_of;
use crate::tui::scrollback::WrappedText;
use crate::tui::senders::Sender;
use crate::tui::text::{clip, clip_with_ellipsis, width};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// Columns of the longest time, and air before it.
const TIME: u16 = 13;

/// Columns of whom a conversation is with and of who wrote, and between them.
const PLACE: u16 = 16;
const AUTHOR: u16 = 10;
const GAP: u16 = 2;

/// Columns of a name before what was written, where it has no column.
const OWN_NAME: u16 = 12;

/// The answer is where the cursor stands.
pub(super) fn draw(state: &State, ui: &Ui, buffer: &mut Buffer) -> Position {
    let areas = results_areas(ui.viewport.screen());
    frame_in(ui, &ui.style.lang.text("popup-search"), areas.frame, buffer);
    divider(ui, areas.frame, areas.line, buffer);
    let cursor = input(ui, &ui.finder.query.line, areas.query, buffer);
    if ui.finder.is_selected {
        buffer.set_style(areas.query, ui.style.theme.style(Role::Selected));
    }
    if state.search.found().hits.is_empty() {
        say(ui, state.search.found(), areas.list, buffer);
    } else {
        list(state, ui, &areas, buffer);
    }
    if areas.frame.height > areas.query.height.saturating_add(areas.list.height) {
        below(ui, state.search.found(), areas.frame, buffer);
    }
    cursor
}

/// On the lower edge: how to narrow the search, and how much was found.
fn below(ui: &Ui, found: &SearchResults, frame: Rect, buffer: &mut Buffer) {
    let style = |role| on_popup(ui, role);
    let y = frame.bottom().saturating_sub(1);
    let count = format!(" {} ", count(found));
    let room = u16::try_from(width(&count)).unwrap_or(u16::MAX);
    let end = frame.right().saturating_sub(2);
    let filters = format!(" {} ", unused_filters(ui));
    let x = popup_keys::draw(ui, frame, buffer);
    let left = end.saturating_sub(x);
    let known = !found.hits.is_empty();
    let beside = if known { room.saturating_add(1) } else { 0 };
    if width(&filters) > 2 && width(&filters) <= usize::from(left.saturating_sub(beside)) {
        text::put(buffer, x, y, left, &filters, style(Role::Dim));
    }
    if known && room <= left {
        text::put(buffer, end.saturating_sub(room), y, room, &count, style(Role::Key));
    }
}

/// What the search can still be narrowed by.
fn unused_filters(ui: &Ui) -> String {
    let search = &ui.finder.query.search;
    let are_used =
        [!search.from.is_empty(), !search.places.is_empty(), search.before.is_some(), search.after.is_some()];
    let filters = ui.style.lang.text("popup-search-filters");
    let unused = filters.split(' ').zip(are_used).filter(|(_, is_used)| !is_used);
    unused.map(|(filter, _)| filter).collect::<Vec<_>>().join(" ")
}

/// How many were found: `17`, or `100+` where there are more.
pub(super) fn count(results: &SearchResults) -> String {
    format!("{}{}", results.hits.len(), if results.more { "+" } else { "" })
}

/// Why there are no results.
fn say(ui: &Ui, found: &SearchResults, area: Rect, buffer: &mut Buffer) {
    let lang = &ui.style.lang;
    let query = &ui.finder.query;
    let (role, line) = if let Some(why) = query.wrong.as_ref().or(found.failed.as_ref()) {
        (Role::Error, lang.phrase(why))
    } else if found.running {
        (Role::Dim, lang.text("popup-search-running"))
    } else if query.search.is_empty() {
        (Role::Dim, lang.text("popup-search-hint"))
    } else {
        (Role::Dim, lang.phrase(&Phrase::new("flash-not-found")))
    };
    let style = on_popup(ui, role);
    let words = WrappedText::new(&plain_line(&line), area.width.max(1), usize::MAX);
    put_rows(&words, area, style, buffer);
}

fn list(state: &State, ui: &Ui, areas: &ResultsAreas, buffer: &mut Buffer) {
    let height = usize::from(areas.list.height / areas.rows);
    let top = ui.finder.top(height);
    let shown = state.search.found().hits.iter().enumerate().skip(top).take(height);
    let tops = (areas.list.y..).step_by(usize::from(areas.rows));
    for ((at, hit), y) in shown.zip(tops) {
        let row = Rect { y, height: areas.rows, ..areas.list };
        let chosen = at == ui.finder.chosen;
        if chosen {
            fill(ui, row, Role::Choice, buffer);
        }
        result(state, ResultPainter { ui, chosen }, hit, row, buffer);
    }
}

/// How one result is drawn.
#[derive(Clone, Copy)]
struct ResultPainter<'a> {
    ui: &'a Ui,
    chosen: bool,
}

impl ResultPainter<'_> {
    fn style(self, role: Role) -> Style {
        on_line(self.ui, self.chosen, role)
    }

    /// Matches can be told from the rest of the chosen row, too.
    fn matched(self) -> Style {
        let theme = &self.ui.style.theme;
        if !self.chosen {
            return on_popup(self.ui, Role::Match);
        }
        let (row, on) = (theme.style(Role::Choice), theme.style(Role::MatchCurrent));
        // In reverse its colours would change places.
        let row = if on.bg.is_some() { row.remove_modifier(Modifier::REVERSED) } else { row };
        row.patch(on)
    }
}

/// Whom it is with, who wrote it, what of its text matches, when it was: in columns, or on two rows where those have no room.
fn result(state: &State, painter: ResultPainter<'_>, hit: &Message, area: Rect, buffer: &mut Buffer) {
    let style = &painter.ui.style;
    let place = state.conversation(hit.conversation);
    let name = place.map(|place| name_of(&style.lang, place)).unwrap_or_default();
    let right = time(painter, hit, area, buffer);
    let author = author(painter, place, hit);
    let line = if area.height > 1 {
        let room = right.saturating_sub(area.x);
        put(painter, &name, Role::Name, Rect { width: room, ..area }, buffer);
        let below = Rect { x: area.x.saturating_add(2), y: area.y.saturating_add(1), height: 1, ..area };
        author_before(painter, author, Rect { width: area.width.saturating_sub(2), ..below }, buffer)
    } else {
        put(painter, &name, Role::Name, Rect { width: PLACE, ..area }, buffer);
        let x = area.x.saturating_add(PLACE).saturating_add(GAP);
        let author = author.map(|(author, _)| author).unwrap_or_default();
        put(painter, &author, Role::Dim, Rect { x, width: AUTHOR, ..area }, buffer);
        let x = x.saturating_add(AUTHOR).saturating_add(GAP);
        Rect { x, width: right.saturating_sub(x), height: 1, ..area }
    };
    if let Some(excerpt) = painter.ui.finder.excerpt(hit.id) {
        draw_excerpt(painter, excerpt, line, buffer);
    }
}

/// When it was, at the right end; the answer is the column that the rest may be taken up to. A name needs its columns more
/// than a time does.
fn time(painter: ResultPainter<'_>, hit: &Message, area: Rect, buffer: &mut Buffer) -> u16 {
    if area.width < TIME.saturating_mul(2) {
        return area.right();
    }
    let time = painter.ui.style.when(hit.time, painter.ui.keys.now());
    let cells = u16::try_from(width(&time)).unwrap_or(u16::MAX);
    let x = area.right().saturating_sub(cells);
    text::put(buffer, x, area.y, cells, &time, painter.style(Role::Dim));
    area.right().saturating_sub(TIME)
}

/// Who wrote it, where that is not whom the conversation is with.
fn author(painter: ResultPainter<'_>, place: Option<&Conversation>, hit: &Message) -> Option<(String, Role)> {
    let me = &painter.ui.style.me;
    if hit.is_outgoing() {
        return Some((plain_line(me), Role::OwnName));
    }
    let (place, who) = place.filter(|place| place.is_room()).zip(MemberKey::of(hit))?;
    Some((Sender::new(&who, &place.members, me).line(), Role::Name))
}

/// The same before the words; the answer is what is left of the row for those.
fn author_before(
    painter: ResultPainter<'_>,
    author: Option<(String, Role)>,
    line: Rect,
    buffer: &mut Buffer,
) -> Rect {
    let Some((author, role)) = author else { return line };
    let author = format!("{}: ", clip_with_ellipsis(&author, (line.width / 3).min(OWN_NAME)));
    let x = text::put_all(buffer, line.x, line.y, line.right(), &[(&author, painter.style(role))]);
    Rect { x, width: line.right().saturating_sub(x), ..line }
}

/// Words in a column, cut with a sign.
fn put(painter: ResultPainter<'_>, words: &str, role: Role, column: Rect, buffer: &mut Buffer) {
    let words = clip_with_ellipsis(words, column.width);
    text::put(buffer, column.x, column.y, column.width, &words, painter.style(role));
}

/// As much of it as there is room for, the first match always among it.
fn draw_excerpt(painter: ResultPainter<'_>, excerpt: &Excerpt, area: Rect, buffer: &mut Buffer) {
    let whole = excerpt.text.as_str();
    let from = beginning(excerpt, area.width);
    let before = from > 0 || excerpt.before;
    let room = area.width.saturating_sub(u16::from(before));
    let rest = whole.get(from..).unwrap_or_default();
    let fits = !excerpt.behind && clip(rest, room).len() == rest.len();
    let shown = if fits { rest } else { clip(rest, room.saturating_sub(1)) };
    let row = from..from.saturating_add(shown.len());
    let layers =
        [(excerpt.text.tokens(), painter.style(Role::Token)), (excerpt.marks.as_slice(), painter.matched())];
    let dots = |there| (if there { "…" } else { "" }, painter.style(Role::Dim));
    let mut pieces = vec![dots(before)];
    pieces.extend(text::pieces(whole, &row, painter.style(Role::Popup), &layers));
    pieces.push(dots(!fits));
    text::put_all(buffer, area.x, area.y, area.right(), &pieces);
}

/// Where the part begins that is drawn: at the start while the first match is in sight then, else a bit before
/// the match.
fn beginning(excerpt: &Excerpt, room: u16) -> usize {
    let whole = excerpt.text.as_str();
    let Some(first) = excerpt.marks.first() else { return 0 };
    let up_to = whole.get(..first.end).unwrap_or_default();
    if width(up_to).saturating_add(2) <= usize::from(room) {
        return 0;
    }
    let mut left = usize::from(room / 3);
    let before = whole.get(..first.start).unwrap_or_default().grapheme_indices(true).rev();
    let fitting = before.take_while(|(_, cluster)| {
        let cells = width(cluster);
        let fits = cells <= left;
        left = left.saturating_sub(cells);
        fits
    });
    fitting.last().map_or(first.start, |(at, _)| at)
}
