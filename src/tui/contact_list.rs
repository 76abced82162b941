//! The contact list on the screen: its order under the hand, which of its lines are visible, and whether it lies over a
//! narrow screen. The entries themselves are the app's.

use std::time::Instant;

use super::list_order::ListOrder;
use crate::app::{ListRow, Section, State};
use crate::model::ConversationId;

/// One line of the list.
#[derive(Clone, Debug)]
pub(super) enum ListLine {
    Section(&'static str),
    Entry(ListRow),
    More(HiddenLines),
}

/// The lines above or below the visible ones, as one line.
#[derive(Clone, Copy, Debug)]
pub(super) struct HiddenLines {
    /// The arrow that says on which side.
    pub sign: &'static str,
    pub rows: usize,
    /// Unread messages in them.
    pub unread: u32,
}

impl HiddenLines {
    fn new(sign: &'static str, lines: &[ListLine]) -> Self {
        let hidden =
            lines.iter().filter_map(|line| if let ListLine::Entry(one) = line { Some(one) } else { None });
        let empty = Self { sign, rows: 0, unread: 0 };
        hidden.fold(empty, |sum, one| Self {
            sign,
            rows: sum.rows.saturating_add(1),
            unread: sum.unread.saturating_add(one.unread),
        })
    }
}

/// Rows of a list that has room for lines which say how it goes on.
const LEAST_FOLDED: usize = 3;

/// The list as it stands on the screen.
#[derive(Debug, Default)]
pub(super) struct ContactList {
    order: ListOrder,
    /// The first line that is shown.
    top: usize,
    /// The wheel chose the first line; else it follows the open conversation.
    is_wheeled: bool,
    /// The lines that are visible.
    lines: Vec<ListLine>,
    /// The list lies over a narrow screen while a person steps through it.
    is_over: bool,
}

impl ContactList {
    /// A key or the mouse was used: rows stay where they are.
    pub(super) fn touch(&mut self, state: &State, now: Option<Instant>) {
        self.order.touch(state, now);
    }

    /// Sorts the list, because the person went somewhere else than to the next row.
    pub(super) fn renew(&mut self, state: &State) {
        self.order.renew(state);
    }

    /// When the list may be sorted again.
    pub(super) fn rests_at(&self) -> Option<Instant> {
        self.order.rests_at()
    }

    /// Sorts the list after a quiet time. `true`: rows move.
    pub(super) fn rest(&mut self, state: &State) -> bool {
        self.order.rest(state)
    }

    /// All entries as they stand.
    pub(super) fn entries(&self, state: &State) -> Vec<ListRow> {
        self.order.listed(state)
    }

    /// The whole list with its titles. There may be thousands of lines, so this is asked for once a frame.
    pub(super) fn all_lines(&self, state: &State) -> Vec<ListLine> {
        let mut lines = Vec::new();
        let mut section = "";
        for one in self.entries(state) {
            let of = match one.section {
                Section::Contacts => "list-contacts",
                Section::Rooms => "list-rooms",
                Section::Requests => "list-requests",
                Section::Nearby => "list-nearby",
                Section::Strangers => "list-strangers",
            };
            if of != section {
                section = of;
                lines.push(ListLine::Section(of));
            }
            lines.push(ListLine::Entry(one));
        }
        lines
    }

    /// Keeps those of all lines that are visible in an area of that height.
    pub(super) fn lay_out(&mut self, lines: Vec<ListLine>, open: Option<ConversationId>, height: u16) {
        let height = usize::from(height);
        self.top = self.first_line(&lines, open, height);
        self.lines = window(lines, self.top, height);
    }

    /// The first line that is shown: where it was, or so near that the open conversation can be seen.
    fn first_line(&self, lines: &[ListLine], open: Option<ConversationId>, height: usize) -> usize {
        let last = lines.len().saturating_sub(height);
        let top = self.top.min(last);
        let is_open = |line: &ListLine| matches!(line, ListLine::Entry(one) if Some(one.id) == open);
        let Some(open) = lines.iter().position(is_open).filter(|_| !self.is_wheeled && last > 0) else {
            return top;
        };
        // The first and the last row may have to say how the list goes on.
        let mark = usize::from(height >= LEAST_FOLDED);
        let highest = open.saturating_sub(mark);
        let lowest = open.saturating_add(1).saturating_add(mark).saturating_sub(height).min(last);
        if highest < top { if highest <= mark { 0 } else { highest } } else { top.max(lowest) }
    }

    /// The visible lines, top first.
    pub(super) fn lines(&self) -> &[ListLine] {
        &self.lines
    }

    /// The conversation on a row of the list, counted from its top.
    pub(super) fn entry_at(&self, row: usize) -> Option<ConversationId> {
        match self.lines.get(row)? {
            ListLine::Entry(one) => Some(one.id),
            ListLine::Section(_) | ListLine::More(_) => None,
        }
    }

    /// The wheel moves the list by so many rows; the next layout keeps it within its ends.
    pub(super) const fn wheel(&mut self, down: bool, rows: usize) {
        self.top = if down { self.top.saturating_add(rows) } else { self.top.saturating_sub(rows) };
        self.is_wheeled = true;
    }

    /// The list follows the open conversation again.
    pub(super) const fn follow_open(&mut self) {
        self.is_wheeled = false;
    }

    pub(super) const fn is_over(&self) -> bool {
        self.is_over
    }

    /// Lays the list over a narrow screen, or takes it away. The answer is how it was before.
    pub(super) const fn put_over(&mut self, is_over: bool) -> bool {
        std::mem::replace(&mut self.is_over, is_over)
    }
}

/// The lines that are visible from `top` on, in as many rows.
fn window(mut lines: Vec<ListLine>, top: usize, height: usize) -> Vec<ListLine> {
    let len = lines.len();
    if len <= height || height < LEAST_FOLDED {
        return lines.into_iter().skip(top).take(height).collect();
    }
    let above = (top > 0).then(|| HiddenLines::new("↑", lines.get(..=top).unwrap_or_default()));
    let end = top.saturating_add(height);
    let below =
        (end < len).then(|| HiddenLines::new("↓", lines.get(end.saturating_sub(1)..).unwrap_or_default()));
    let mut shown: Vec<ListLine> = lines.drain(..).skip(top).take(height).collect();
    if let (Some(above), Some(first)) = (above, shown.first_mut()) {
        *first = ListLine::More(above);
    }
    if let (Some(below), Some(last)) = (below, shown.last_mut()) {
        *last = ListLine::More(below);
    }
    shown
}
