//! A list that narrows as one types: where to go, what to do, what was sent before.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::action::Action;
use super::composer::Composer;
use crate::model::ConversationId;
use crate::model::search::PinyinQuery;

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
}

/// One line of a chooser. Strings are escaped already.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub label: String,
    /// How the label is read.
    pub sound: String,
    pub detail: String,
    /// Words it is found by that are not shown.
    pub hidden: String,
    pub choice: ItemAction,
}

/// What choosing a line does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ItemAction {
    Open(ConversationId),
    /// All of a group of colleagues.
    Group(String),
    Do(Action),
    /// Puts this into the composer.
    Write(String),
    /// Opens this link.
    Follow(String),
}

impl Item {
    pub(super) fn new(label: impl Into<String>, detail: impl Into<String>, choice: ItemAction) -> Self {
        let (sound, hidden) = (String::new(), String::new());
        Self { label: label.into(), sound, detail: detail.into(), hidden, choice }
    }

    /// What is searched: the label, its sound, and what stands beside.
    fn text(&self) -> String {
        format!("{} {} {} {}", self.label, self.sound, self.detail, self.hidden)
    }
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

    /// The list, which shows `height` lines, moves no more than it has to.
    pub(super) fn follow_choice(&mut self, height: usize) {
        self.top = self.top(height);
    }

    /// Matches anew after the query changed.
    pub(super) fn narrow(&mut self) {
        let mut matcher = Matcher::new(Config::DEFAULT);
        let typed = self.query.text();
        let pattern = Pattern::parse(typed, CaseMatching::Ignore, Normalization::Smart);
        let sound = PinyinQuery::new(typed);
        let mut space = Vec::new();
        let mut scored: Vec<(u32, usize)> = Vec::new();
        for (at, item) in self.items.iter().enumerate() {
            let score = pattern.score(Utf32Str::new(&item.text(), &mut space), &mut matcher);
            let sounds = sound.as_ref().and_then(|sound| sound.score(&item.label));
            if let Some(score) = score.max(sounds) {
                scored.push((score, at));
            }
        }
        scored.sort_by_key(|(score, at)| (std::cmp::Reverse(*score), *at));
        self.shown = scored.into_iter().map(|(_, at)| at).collect();
        (self.chosen, self.top) = (0, 0);
        self.hits = BTreeMap::new();
        for at in self.shown.iter().take(MAX_MARKED) {
            let Some(item) = self.items.get(*at) else { continue };
            let by_sound = sound.as_ref().and_then(|sound| sound.find(&item.label));
            let hits = match by_sound {
                Some(range) => vec![range],
                None => hits(&pattern, &item.text(), &mut matcher),
            };
            self.hits.insert(*at, hits);
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
            Action::NextField if self.kind == ChooserKind::GoTo => self.mark(),
            Action::Up | Action::PreviousField => self.step(false),
            Action::Down | Action::NextField => self.step(true),
            Action::PageUp => self.jump(false, page),
            Action::PageDown => self.jump(true, page),
            Action::Edit(edit) => {
                self.query.apply(edit, u16::MAX);
                self.narrow();
            }
            _ => {}
        }
        self.follow_choice(page);
    }
}

/// The bytes of a text that match.
fn hits(pattern: &Pattern, text: &str, matcher: &mut Matcher) -> Vec<Range<usize>> {
    let (mut space, mut found) = (Vec::new(), Vec::new());
    let text_space = Utf32Str::new(text, &mut space);
    if pattern.atoms.is_empty() || pattern.indices(text_space, matcher, &mut found).is_none() {
        return Vec::new();
    }
    found.sort_unstable();
    found.dedup();
    // The matcher counts clusters, whose first characters it compares.
    let mut clusters = unicode_segmentation::UnicodeSegmentation::grapheme_indices(text, true).enumerate();
    let range = |at: u32| {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        clusters
            .by_ref()
            .find(|(place, _)| *place == at)
            .map(|(_, (start, piece))| start..start.saturating_add(piece.len()))
    };
    found.into_iter().map_while(range).collect()
}
