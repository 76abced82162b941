//! A list that narrows as one types: where to go, what to do, what was sent before.

mod item;
mod query;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use nucleo_matcher::Matcher;

pub(super) use self::item::{HiddenWords, Item, ItemAction};

use self::query::{ChooserQuery, matcher};
use super::action::Action;
use super::composer::{Composer, Edit};
use crate::model::ConversationId;

/// Longest query in bytes that a paste makes.
const MAX_QUERY: usize = 1024;

/// Lines whose hits are shown: more than a screen has, and so many that nobody waits for them.
const MAX_MARKED: usize = 200;

/// Conversations at most that are read for the preview while the list is open.
const MAX_PREVIEWS: usize = 32;

/// What the list is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChooserKind {
    /// Conversations; beside them, what was said in the chosen one.
    GoTo,
    /// Everything the program does.
    Palette,
    /// Texts or links, to take one of them.
    Plain,
}

/// The list.
#[derive(Debug)]
pub(super) struct Chooser {
    /// Key of the title's text.
    pub title: &'static str,
    pub kind: ChooserKind,
    pub query: Composer,
    items: Vec<Item>,
    /// Which items match, best first.
    shown: Vec<usize>,
    pub chosen: usize,
    /// The first line that is visible.
    top: usize,
    /// Where the first of the items that are shown match.
    hits: BTreeMap<usize, Vec<Range<usize>>>,
    /// Items that were chosen together.
    marked: BTreeSet<usize>,
    /// Conversations that were asked for to be seen.
    previewed: BTreeSet<ConversationId>,
    /// The revision of the app's list that it was made of.
    revision: u64,
}

/// A line as it is drawn.
#[derive(Clone, Copy)]
pub(super) struct ShownItem<'a> {
    pub item: &'a Item,
    pub is_marked: bool,
    /// Where the words that were typed stand, in its label, its sound and its detail with a blank between each.
    pub hits: &'a [Range<usize>],
}

impl Chooser {
    pub(super) fn new(title: &'static str, items: Vec<Item>) -> Self {
        let shown = (0..items.len()).collect();
        Self {
            title,
            kind: ChooserKind::Plain,
            query: Composer::default(),
            items,
            shown,
            chosen: 0,
            top: 0,
            hits: BTreeMap::new(),
            marked: BTreeSet::new(),
            previewed: BTreeSet::new(),
            revision: 0,
        }
    }

    /// Notes the revision of the app's list that the lines are made of. The answer: it was another one.
    pub(super) fn follow(&mut self, revision: u64) -> bool {
        std::mem::replace(&mut self.revision, revision) != revision
    }

    /// Which lines are visible of so many.
    pub(super) fn visible(&self, height: usize) -> Vec<usize> {
        self.shown.iter().skip(self.top(height)).take(height).copied().collect()
    }

    /// The line of that number, matching or not.
    pub(super) fn line(&self, at: usize) -> Option<&Item> {
        self.items.get(at)
    }

    /// What choosing each line does, matching or not.
    pub(super) fn choices(&self) -> impl Iterator<Item = &ItemAction> {
        self.items.iter().map(|item| &item.choice)
    }

    /// A line says something else from now on; it stands where it stood, and is chosen if it was.
    pub(super) fn replace(&mut self, at: usize, item: Item) {
        if self.items.get(at).is_none_or(|before| *before == item) {
            return;
        }
        if let Some(place) = self.items.get_mut(at) {
            *place = item;
        }
        self.mark_hits(at, &ChooserQuery::new(self.query.text()), &mut matcher());
    }

    /// One line more, at the end.
    pub(super) fn add(&mut self, item: Item) {
        let at = self.items.len();
        let query = ChooserQuery::new(self.query.text());
        let is_shown = query.score(&item, &mut matcher()).is_some();
        self.items.push(item);
        if is_shown {
            self.shown.push(at);
            self.mark_hits(at, &query, &mut matcher());
        }
    }

    pub(super) fn of(self, kind: ChooserKind) -> Self {
        Self { kind, ..self }
    }

    /// Lines that match.
    pub(super) const fn len(&self) -> usize {
        self.shown.len()
    }

    /// Lines there are.
    pub(super) const fn all(&self) -> usize {
        self.items.len()
    }

    /// The lines that match, best first.
    pub(super) fn shown(&self) -> impl Iterator<Item = ShownItem<'_>> {
        self.shown.iter().filter_map(|at| {
            let hits = self.hits.get(at).map_or(&[][..], Vec::as_slice);
            Some(ShownItem { item: self.items.get(*at)?, is_marked: self.marked.contains(at), hits })
        })
    }

    /// What Enter would choose.
    pub(super) fn choice(&self) -> Option<&ItemAction> {
        let at = self.shown.get(self.chosen)?;
        self.items.get(*at).map(|item| &item.choice)
    }

    /// What was chosen together, in the order of the list.
    pub(super) fn marked(&self) -> impl Iterator<Item = &ItemAction> {
        self.marked.iter().filter_map(|at| self.items.get(*at)).map(|item| &item.choice)
    }

    /// Chooses a line together with others, or not any more, and goes on to the next.
    pub(super) fn mark(&mut self) {
        if let Some(at) = self.shown.get(self.chosen) {
            if !self.marked.remove(at) {
                self.marked.insert(*at);
            }
            self.jump(true, 1);
        }
    }

    /// The conversation that is looked at.
    pub(super) fn previewed(&self) -> Option<ConversationId> {
        match self.choice()? {
            ItemAction::Open(id) if self.kind == ChooserKind::GoTo => Some(*id),
            _ => None,
        }
    }

    /// Whether this conversation may be read for the preview; once, and not too many of them.
    pub(super) fn may_read(&mut self, id: ConversationId) -> bool {
        self.previewed.len() < MAX_PREVIEWS && self.previewed.insert(id)
    }

    /// The first visible of so many lines, so that the chosen one is.
    pub(super) fn top(&self, height: usize) -> usize {
        let least = self.chosen.saturating_add(1).saturating_sub(height.max(1));
        self.top.clamp(least, self.chosen.max(least))
    }

    /// The wheel moves the choice; `height` lines are visible.
    pub(super) fn wheel(&mut self, down: bool, lines: usize, height: usize) {
        self.follow_choice(height);
        self.jump(down, lines);
        self.follow_choice(height);
    }

    /// The list, which shows `height` lines, moves no more than it has to.
    pub(super) fn follow_choice(&mut self, height: usize) {
        self.top = self.top(height);
    }

    /// Matches anew after the query changed.
    pub(super) fn narrow(&mut self) {
        let (query, mut matcher) = (ChooserQuery::new(self.query.text()), matcher());
        let each = self.items.iter().map(|item| query.score(item, &mut matcher));
        let mut scored: Vec<(u32, usize)> =
            each.zip(0..).filter_map(|(score, at)| Some((score?, at))).collect();
        // Who types the name of a group wants to go to somebody first.
        let is_group = |at: usize| self.items.get(at).is_some_and(Item::is_group);
        scored.sort_by_key(|(score, at)| (is_group(*at), Reverse(*score), *at));
        self.shown = scored.into_iter().map(|(_, at)| at).collect();
        (self.chosen, self.top) = (0, 0);
        self.hits = BTreeMap::new();
        let marked: Vec<usize> = self.shown.iter().take(MAX_MARKED).copied().collect();
        for at in marked {
            self.mark_hits(at, &query, &mut matcher);
        }
    }

    /// Notes where a line matches.
    fn mark_hits(&mut self, at: usize, query: &ChooserQuery, matcher: &mut Matcher) {
        if let Some(item) = self.items.get(at) {
            self.hits.insert(at, query.hits(item, matcher));
        }
    }

    /// Types or pastes a text into the query; `false`: it is too long for one.
    pub(super) fn insert(&mut self, text: &str) -> bool {
        if self.query.text().len().saturating_add(text.len()) > MAX_QUERY {
            return false;
        }
        self.query.insert_typed(text);
        self.narrow();
        true
    }

    /// Moves the choice by so many lines, and not beyond the ends.
    pub(super) fn jump(&mut self, down: bool, lines: usize) {
        let last = self.shown.len().saturating_sub(1);
        let to = if down { self.chosen.saturating_add(lines) } else { self.chosen.saturating_sub(lines) };
        self.chosen = to.min(last);
    }

    /// Moves the choice, round and round.
    fn step(&mut self, down: bool) {
        let len = self.shown.len().max(1);
        let step = if down { 1 } else { len.saturating_sub(1) };
        self.chosen = self.chosen.saturating_add(step) % len;
    }

    /// What a key does in the list; `page`: the rows of it that are visible.
    pub(super) fn act(&mut self, action: Action, page: usize) {
        self.follow_choice(page);
        match action {
            Action::Up | Action::PreviousField => self.step(false),
            Action::Down | Action::NextField => self.step(true),
            Action::PageUp => self.jump(false, page),
            Action::PageDown => self.jump(true, page),
            Action::Edit(edit) => self.edit(edit),
            _ => {}
        }
        self.follow_choice(page);
    }

    /// Edits the query. Who only moves in it has not asked for anything else.
    fn edit(&mut self, edit: Edit) {
        let before = self.query.text().to_owned();
        self.query.apply(edit, u16::MAX);
        if self.query.text() != before {
            self.narrow();
        }
    }
}
