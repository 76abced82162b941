//! Which part of the contact list is visible. What a frame costs here depends on its rows, and not on how many there are.

use super::lines::{HiddenLines, ListLine};
use crate::model::ConversationId;

/// Rows of a list that has room for lines which say how it goes on.
const LEAST_FOLDED: usize = 3;

/// What stands above a line.
#[derive(Clone, Copy, Debug, Default)]
struct Above {
    /// Rows of the screen.
    height: usize,
    /// Conversations.
    rows: usize,
    unread: u32,
}

/// All lines of the list.
#[derive(Debug, Default)]
pub(super) struct ListWindow {
    lines: Vec<ListLine>,
    /// Of each line, and of the end.
    above: Vec<Above>,
    open: Option<usize>,
}

impl ListWindow {
    pub(super) fn new(lines: Vec<ListLine>, open: Option<ConversationId>) -> Self {
        let mut sum = Above::default();
        let mut above = vec![sum];
        for line in &lines {
            let (rows, unread) = line.hidden();
            sum = Above {
                height: sum.height.saturating_add(line.height()),
                rows: sum.rows.saturating_add(rows),
                unread: sum.unread.saturating_add(unread),
            };
            above.push(sum);
        }
        let is_open = |line: &ListLine| matches!(line, ListLine::Entry(entry) if Some(entry.row.id) == open);
        let open = lines.iter().position(is_open);
        Self { lines, above, open }
    }

    pub(super) fn lines(&self) -> &[ListLine] {
        &self.lines
    }

    /// Rows of the screen that all of it takes.
    pub(super) fn height(&self) -> usize {
        self.above.last().map_or(0, |end| end.height)
    }

    fn above(&self, line: usize) -> Above {
        self.above.get(line).or_else(|| self.above.last()).copied().unwrap_or_default()
    }

    fn height_of(&self, line: usize) -> usize {
        self.lines.get(line).map_or(0, ListLine::height)
    }

    /// The first line that is shown: where it was, or so near that the open conversation can be seen.
    pub(super) fn first_line(&self, top: usize, height: usize, follows: bool) -> usize {
        if self.height() <= height {
            return 0;
        }
        let mark = usize::from(height >= LEAST_FOLDED);
        let last = self.above.partition_point(|above| {
            self.height().saturating_sub(above.height) > height.saturating_sub(mark)
        });
        let top = top.min(last);
        let open = self.open.filter(|_| follows);
        let top = open.map_or(top, |open| self.towards(open, top, height));
        // A head alone is no more than the line that would stand for it.
        if self.above(top).rows == 0 { 0 } else { top }
    }

    /// The first line, moved no further than it takes to see that one whole.
    fn towards(&self, line: usize, top: usize, height: usize) -> usize {
        if line <= top {
            let has_head = line.checked_sub(1).and_then(|before| self.lines.get(before));
            let is_below_head = matches!(has_head, Some(ListLine::Head(_)));
            return if line < top { line.saturating_sub(usize::from(is_below_head)) } else { top };
        }
        let mark = usize::from(height >= LEAST_FOLDED);
        let is_last = line.saturating_add(1) >= self.lines.len();
        let room = height.saturating_sub(mark).saturating_sub(if is_last { 0 } else { mark });
        let (mut first, mut taken) = (line, self.height_of(line));
        while let Some(before) = first.checked_sub(1)
            && taken.saturating_add(self.height_of(before)) <= room
        {
            taken = taken.saturating_add(self.height_of(before));
            first = before;
        }
        top.max(first)
    }

    /// The lines that are visible from `top` on, in as many rows.
    pub(super) fn visible(&self, top: usize, height: usize) -> Vec<ListLine> {
        let mark = usize::from(height >= LEAST_FOLDED);
        let (start, end) = (self.above(top), self.above(self.lines.len()));
        let mut shown = Vec::new();
        let mut room = height;
        if start.rows > 0 && mark > 0 {
            shown.push(ListLine::More(HiddenLines {
                is_above: true,
                rows: start.rows,
                unread: start.unread,
            }));
            room = room.saturating_sub(1);
        }
        let goes_on = end.height.saturating_sub(start.height) > room;
        let room = if goes_on { room.saturating_sub(mark) } else { room };
        let shown_lines = self.fill(top, room, &mut |line| shown.push(line));
        let rest = self.above(top.saturating_add(shown_lines));
        if goes_on && mark > 0 {
            let (rows, unread) = (end.rows.saturating_sub(rest.rows), end.unread.saturating_sub(rest.unread));
            shown.push(ListLine::More(HiddenLines { is_above: false, rows, unread }));
        }
        shown
    }

    /// Gives the lines that fit into as many rows; of the last one that does not, the first row. How many there were.
    fn fill(&self, top: usize, room: usize, take: &mut dyn FnMut(ListLine)) -> usize {
        let (mut free, mut count) = (room, 0_usize);
        for line in self.lines.iter().skip(top) {
            let mut line = line.clone();
            if let ListLine::Entry(entry) = &mut line
                && free == 1
            {
                entry.is_tall = false;
            }
            if line.height() > free {
                break;
            }
            free = free.saturating_sub(line.height());
            count = count.saturating_add(1);
            take(line);
        }
        count
    }
}
