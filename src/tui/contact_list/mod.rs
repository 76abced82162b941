//! The contact list on the screen: its order under the hand, what is folded, which of its lines are visible, and whether it
//! lies over a narrow screen. The rows themselves are the app's.

mod fold;
mod lines;
mod order;
mod window;

use std::time::Instant;

pub(super) use self::fold::Fold;
pub(super) use self::lines::{HiddenLines, ListEntry, ListHead, ListLine, ListTitle};

use self::fold::Folds;
use self::lines::LinesBuilder;
use self::order::ListOrder;
use self::window::ListWindow;
use crate::app::State;
use crate::model::ConversationId;

/// What the lines depend on, besides the order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct ListBasis {
    /// Of the app's rows; `None`: nothing was arranged yet.
    revision: Option<u64>,
    open: Option<ConversationId>,
    is_tall: bool,
}

/// The list as it stands on the screen.
#[derive(Debug, Default)]
pub(super) struct ContactList {
    order: ListOrder,
    folds: Folds,
    basis: ListBasis,
    window: ListWindow,
    /// The first line that is shown.
    top: usize,
    /// The wheel chose the first line; else it follows the open conversation.
    is_wheeled: bool,
    /// The lines that are visible.
    lines: Vec<ListLine>,
    /// Those that digits open, as they are drawn.
    numbered: Vec<ConversationId>,
    /// The list lies over a narrow screen while a person steps through it.
    is_over: bool,
}

impl ContactList {
    /// A key or the mouse was used: rows stay where they are.
    pub(super) fn touch(&mut self, state: &State, open: Option<ConversationId>, now: Option<Instant>) {
        self.order.touch(now);
        self.arrange(state, ListBasis { open, ..self.basis }, now);
    }

    /// Sorts the list, because the person went somewhere else than to the next row.
    pub(super) fn renew(&mut self, state: &State, open: Option<ConversationId>, now: Option<Instant>) {
        self.order.renew();
        self.arrange(state, ListBasis { open, ..self.basis }, now);
    }

    /// When rows are to move, if nobody touches anything until then.
    pub(super) fn rests_at(&self) -> Option<Instant> {
        self.order.rests_at()
    }

    /// The lines of now. Where nothing has changed that is nothing to do.
    fn arrange(&mut self, state: &State, basis: ListBasis, now: Option<Instant>) {
        let basis = ListBasis { revision: Some(state.list_revision()), ..basis };
        if self.basis == basis && !self.order.is_due(now) {
            return;
        }
        let rows = self.order.listed(state, now);
        let (folds, open, is_tall) = (&self.folds, basis.open, basis.is_tall);
        let builder = LinesBuilder { folds, open, is_tall, lines: Vec::new(), numbered: 0 };
        self.window = ListWindow::new(builder.build(&rows), open);
        self.basis = basis;
    }

    /// All conversations that have a row, as they stand.
    pub(super) fn entries(&self) -> impl Iterator<Item = ConversationId> {
        let id = |line: &ListLine| if let ListLine::Entry(entry) = line { Some(entry.row.id) } else { None };
        self.window.lines().iter().filter_map(id)
    }

    /// The conversation beside which this number stands, from 0.
    pub(super) fn numbered(&self, number: u8) -> Option<ConversationId> {
        self.numbered.get(usize::from(number)).copied()
    }

    /// Takes the lines of now; the answer is how many rows of the screen all of them take. `is_tall`: last words have rows of
    /// their own.
    pub(super) fn prepare(
        &mut self,
        state: &State,
        open: Option<ConversationId>,
        is_tall: bool,
        now: Option<Instant>,
    ) -> usize {
        self.arrange(state, ListBasis { revision: None, open, is_tall }, now);
        self.window.height()
    }

    /// Keeps those of all lines that are visible in an area of that height.
    pub(super) fn lay_out(&mut self, height: u16) {
        let height = usize::from(height);
        self.top = self.window.first_line(self.top, height, !self.is_wheeled);
        self.lines = self.window.visible(self.top, height);
        let digits = self.window.lines().iter().filter_map(|line| match line {
            ListLine::Entry(entry) if entry.number.is_some() => Some(entry.row.id),
            ListLine::Entry(_) | ListLine::Blank | ListLine::Head(_) | ListLine::More(_) => None,
        });
        self.numbered = digits.take(9).collect();
    }

    /// The visible lines, top first.
    pub(super) fn lines(&self) -> &[ListLine] {
        &self.lines
    }

    /// The line on a row of the list, counted from its top.
    pub(super) fn line_at(&self, row: usize) -> Option<&ListLine> {
        let mut below = 0_usize;
        self.lines.iter().find(|line| {
            below = below.saturating_add(line.height());
            row < below
        })
    }

    /// Folds a part of the list into one row, or opens it.
    pub(super) fn toggle(&mut self, fold: Fold) {
        self.folds.toggle(fold);
        self.basis.revision = None;
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
