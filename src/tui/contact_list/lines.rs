//! The whole contact list as lines: heads over sections and groups, the rows below them, and what is folded into one.

use std::collections::BTreeMap;

use super::fold::{Fold, Folds};
use crate::app::{ListRow, Section};
use crate::model::ConversationId;

/// One line of the list.
#[derive(Clone, Debug)]
pub(in crate::tui) enum ListLine {
    /// Air above a head.
    Blank,
    Head(ListHead),
    Entry(ListEntry),
    More(HiddenLines),
}

/// The lines above or below the visible ones, as one line.
#[derive(Clone, Copy, Debug)]
pub(in crate::tui) struct HiddenLines {
    /// They are above, not below.
    pub is_above: bool,
    pub rows: usize,
    /// Unread messages in them.
    pub unread: u32,
}

impl ListLine {
    /// Rows of the screen that it takes.
    pub(in crate::tui) const fn height(&self) -> usize {
        match self {
            Self::Entry(entry) if entry.is_tall => 2,
            Self::Blank | Self::Head(_) | Self::Entry(_) | Self::More(_) => 1,
        }
    }

    /// Conversations that are hidden where it is, and what is unread in them.
    pub(super) fn hidden(&self) -> (usize, u32) {
        match self {
            Self::Entry(entry) => (1, entry.row.calls()),
            Self::Head(head) => (head.folded, head.unread),
            Self::Blank | Self::More(_) => (0, 0),
        }
    }
}

/// What stands over the rows of a section or a group, or in the place of those of one host.
#[derive(Clone, Debug)]
pub(in crate::tui) struct ListHead {
    pub title: ListTitle,
    pub count: usize,
    /// `None`: it cannot be folded.
    pub is_folded: Option<bool>,
    /// Rows that are folded into it, what is unread in them, and what of that names us.
    pub folded: usize,
    pub unread: u32,
    pub mentions: u32,
}

/// Whose head it is.
#[derive(Clone, Debug)]
pub(in crate::tui) enum ListTitle {
    Section(Section),
    Fold {
        fold: Fold,
        /// The first of its rows.
        first: ConversationId,
    },
}

impl ListHead {
    /// What a click there folds or opens.
    pub(in crate::tui) fn fold(&self) -> Option<Fold> {
        match &self.title {
            ListTitle::Section(section) => Fold::of_section(*section),
            ListTitle::Fold { fold, .. } => Some(fold.clone()),
        }
    }
}

/// A conversation in the list.
#[derive(Clone, Debug)]
pub(in crate::tui) struct ListEntry {
    pub row: ListRow,
    /// The digit that opens it.
    pub number: Option<u8>,
    /// It stands one step in, below its host.
    pub is_inner: bool,
    /// Its last words have a row of their own.
    pub is_tall: bool,
}

/// The highest digit that opens a conversation.
const LAST_NUMBER: u8 = 9;

/// Puts the lines together.
pub(super) struct LinesBuilder<'a> {
    pub(super) folds: &'a Folds,
    /// It is shown even where it is folded.
    pub(super) open: Option<ConversationId>,
    /// Rows are two high where something was said.
    pub(super) is_tall: bool,
    pub(super) lines: Vec<ListLine>,
    pub(super) numbered: u8,
}

impl LinesBuilder<'_> {
    /// The lines of rows that stand in their order.
    pub(super) fn build(mut self, rows: &[&ListRow]) -> Vec<ListLine> {
        for section in rows.chunk_by(|one, other| one.section == other.section) {
            self.section(section);
        }
        self.lines
    }

    fn section(&mut self, rows: &[&ListRow]) {
        let Some(section) = rows.first().map(|row| row.section) else { return };
        if self.is_tall && !self.lines.is_empty() {
            self.lines.push(ListLine::Blank);
        }
        if self.head(ListTitle::Section(section), rows) {
            return self.only_open(rows, false);
        }
        match section {
            Section::Nearby => self.groups(rows),
            Section::Strangers => self.hosts(rows),
            Section::Pinned | Section::Contacts | Section::Rooms | Section::Requests => {
                self.entries(rows, false);
            }
        }
    }

    /// Who has no group stands first.
    fn groups(&mut self, rows: &[&ListRow]) {
        for group in rows.chunk_by(|one, other| one.cluster == other.cluster) {
            self.cluster(group, false);
        }
    }

    /// The ports of a host stand together, where the first of them would.
    fn hosts(&mut self, rows: &[&ListRow]) {
        let mut hosts: BTreeMap<&str, Vec<&ListRow>> = BTreeMap::new();
        for row in rows {
            hosts.entry(row.cluster.as_deref().unwrap_or_default()).or_default().push(row);
        }
        for row in rows {
            let host = row.cluster.as_deref().unwrap_or_default();
            match hosts.get(host).map(Vec::len) {
                Some(2..) if !host.is_empty() => {
                    let ports = hosts.remove(host).unwrap_or_default();
                    self.cluster(&ports, true);
                }
                Some(_) => self.entry(row, false),
                None => {}
            }
        }
    }

    fn cluster(&mut self, rows: &[&ListRow], is_inner: bool) {
        let first = rows.first().and_then(|row| Some((Fold::of_cluster(row)?, row.id)));
        let title = first.map(|(fold, first)| ListTitle::Fold { fold, first });
        if title.is_some_and(|title| self.head(title, rows)) {
            self.only_open(rows, is_inner);
        } else {
            self.entries(rows, is_inner);
        }
    }

    /// `true`: its rows are folded into it.
    fn head(&mut self, title: ListTitle, rows: &[&ListRow]) -> bool {
        let head = ListHead { title, count: rows.len(), is_folded: None, folded: 0, unread: 0, mentions: 0 };
        let is_folded = head.fold().map(|fold| self.folds.is_folded(&fold));
        let hides = is_folded == Some(true);
        let hidden = rows.iter().filter(|row| hides && Some(row.id) != self.open);
        let head = hidden.fold(ListHead { is_folded, ..head }, |head, row| ListHead {
            folded: head.folded.saturating_add(1),
            unread: head.unread.saturating_add(row.calls()),
            mentions: head.mentions.saturating_add(row.mentions.min(row.calls())),
            ..head
        });
        self.lines.push(ListLine::Head(head));
        hides
    }

    fn only_open(&mut self, rows: &[&ListRow], is_inner: bool) {
        if let Some(row) = rows.iter().find(|row| Some(row.id) == self.open) {
            self.entry(row, is_inner);
        }
    }

    fn entries(&mut self, rows: &[&ListRow], is_inner: bool) {
        for row in rows {
            self.entry(row, is_inner);
        }
    }

    fn entry(&mut self, row: &ListRow, is_inner: bool) {
        let number = self.numbered.checked_add(1).filter(|number| *number <= LAST_NUMBER);
        self.numbered = number.unwrap_or(self.numbered);
        let is_tall = self.is_tall && row.is_spoken;
        self.lines.push(ListLine::Entry(ListEntry { row: row.clone(), number, is_inner, is_tall }));
    }
}
