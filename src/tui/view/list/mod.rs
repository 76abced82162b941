//! The contact list.

mod row;
mod words;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

pub(super) use self::row::presence;
use self::row::{Badge, RowPainter};
pub(super) use self::words::of as words_of;
use super::{fill, text};
use crate::app::State;
use crate::model::ConversationId;
use crate::model::text::plain_line;
use crate::tui::contact_list::{Fold, HiddenLines, ListHead, ListLine, ListTitle};
use crate::tui::list_words;
use crate::tui::text::width;
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// Columns before a name: air, the number, air, whether somebody is there, air.
const NAME_AT: u16 = 5;

/// Columns that what stands below a host is further in.
const STEP: u16 = 2;

/// Columns before the head of a group, and before what says how the list goes on.
const INNER_AT: u16 = 3;

pub(super) fn draw(state: &State, ui: &Ui, area: Rect, buffer: &mut Buffer) {
    if area.area() == 0 {
        return;
    }
    let over = ui.viewport.areas().divider.width == 0;
    fill(ui, area, if over { Role::Popup } else { Role::Base }, buffer);
    if over {
        let edge = area.right().saturating_sub(1);
        for y in area.top()..area.bottom() {
            text::put(buffer, edge, y, 1, "│", ui.style.theme.style(Role::Border));
        }
    }
    let area = Rect { width: area.width.saturating_sub(u16::from(over)), ..area };
    let mut painter = ListPainter { state, ui, buffer };
    let mut y = area.y;
    for line in ui.list.lines() {
        let height = u16::try_from(line.height()).unwrap_or(1);
        let row = Rect { y, height, ..area }.intersection(area);
        if row.is_empty() {
            return;
        }
        painter.line(line, row);
        y = y.saturating_add(height);
    }
}

/// What the lines of one frame are drawn from, and where.
struct ListPainter<'a> {
    state: &'a State,
    ui: &'a Ui,
    buffer: &'a mut Buffer,
}

impl ListPainter<'_> {
    fn line(&mut self, line: &ListLine, row: Rect) {
        match line {
            ListLine::Blank => {}
            ListLine::Head(head) => self.head(head, row),
            ListLine::Entry(entry) => {
                if let Some(place) = self.state.conversation(entry.row.id) {
                    RowPainter::new(self.state, self.ui, entry, place).paint(row, self.buffer);
                }
            }
            ListLine::More(hidden) => self.more(*hidden, row),
        }
    }

    /// The name of a section or a group with its count, and at the right what a click there does.
    fn head(&mut self, head: &ListHead, row: Rect) {
        let at = match &head.title {
            ListTitle::Fold { fold: Fold::Host(host), first } => return self.host(head, host, *first, row),
            ListTitle::Section(_) => row.x.saturating_add(1),
            ListTitle::Fold { .. } => row.x.saturating_add(INNER_AT),
        };
        let style = &self.ui.style;
        let mut right = row.right().saturating_sub(1);
        if let Some(sign) = head.is_folded.map(|folded| list_words::fold_sign(style, folded)) {
            right = right.saturating_sub(1);
            self.put(right, row, sign, Role::Dim);
            right = right.saturating_sub(1);
        }
        let right = Badge::of_head(head).put_left_of(right, row.y, &style.theme, self.buffer);
        let count = format!(" {}", head.count);
        let room = right.saturating_sub(at);
        let beside = u16::try_from(width(&count)).unwrap_or(0);
        let title = text::name_beside(&list_words::title(&style.lang, &head.title), room, beside);
        let taken = self.put(at, row, &title, Role::Section);
        self.put(
            at.saturating_add(taken),
            Rect { width: right.saturating_sub(row.x), ..row },
            &count,
            Role::Dim,
        );
    }

    /// The row that stands for all ports of a host. What a click there does stands where others have their numbers.
    fn host(&mut self, head: &ListHead, host: &str, first: ConversationId, row: Rect) {
        let style = &self.ui.style;
        let right = row.right().saturating_sub(1);
        let right = Badge::of_head(head).put_left_of(right, row.y, &style.theme, self.buffer);
        let sign = head.is_folded.map_or("", |folded| list_words::fold_sign(style, folded));
        self.put(row.x.saturating_add(1), row, sign, Role::Dim);
        if let Some((role, dot)) = self.state.conversation(first).map(|first| presence(self.ui, first)) {
            self.put(row.x.saturating_add(INNER_AT), row, dot, role);
        }
        let at = row.x.saturating_add(NAME_AT);
        let host = text::name_beside(&plain_line(host), right.saturating_sub(at), 0);
        let base = self.ui.style.theme.style(Role::Base);
        let style = if head.unread > 0 { base.add_modifier(Modifier::BOLD) } else { base };
        text::put(self.buffer, at, row.y, right.saturating_sub(at), &host, style);
    }

    /// Puts words on a row, from that column on; the answer is how many cells they took.
    fn put(&mut self, x: u16, row: Rect, words: &str, role: Role) -> u16 {
        let style = self.ui.style.theme.style(role);
        text::put(self.buffer, x, row.y, row.right().saturating_sub(x), words, style)
    }

    /// How the list goes on. Where the words for what is unread have no room, the number of rows says enough.
    fn more(&mut self, hidden: HiddenLines, row: Rect) {
        let lang = &self.ui.style.lang;
        let count = hidden.rows.to_string();
        let unread = hidden.unread.min(9_999).to_string();
        let sign = if hidden.is_above { "↑" } else { "↓" };
        let short = format!("{sign} {}", lang.with("list-more", &[("count", &count)]));
        let whole = format!("{short} · {}", lang.with("list-more-unread", &[("count", &unread)]));
        let at = row.x.saturating_add(INNER_AT);
        let room = row.right().saturating_sub(at);
        let style = self.ui.style.theme.style(Role::Soft);
        if hidden.unread > 0 && width(&whole) <= usize::from(room) {
            text::put(self.buffer, at, row.y, room, &whole, style);
            return;
        }
        let right = row.right().saturating_sub(1);
        let right = Badge::Unread(hidden.unread).put_left_of(right, row.y, &self.ui.style.theme, self.buffer);
        text::put(self.buffer, at, row.y, right.saturating_sub(at), &short, style);
    }
}
