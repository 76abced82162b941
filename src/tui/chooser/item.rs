//! A line of a list to choose from: what it says, what it is found by, and what choosing it does.

use std::ops::Range;

use crate::model::ConversationId;
use crate::model::search::{contains_folded, fold};
use crate::tui::action::Action;
use crate::tui::commands::Verb;

/// One line of a chooser. Strings are escaped already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui) struct Item {
    pub label: String,
    /// How the label is read.
    pub sound: String,
    pub detail: String,
    /// What it is found by besides, and only as it is: letters that stand somewhere in an address are no hit.
    pub hidden: Option<HiddenWords>,
    pub choice: ItemAction,
}

/// What a line is found by that is not fuzzy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::tui) struct HiddenWords {
    /// Where it is, and whose. Not shown.
    pub words: String,
    /// Nobody knows more of a key than how it begins.
    pub key: String,
}

/// What choosing a line does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui) enum ItemAction {
    Open(ConversationId),
    /// All of a group of colleagues.
    Group(String),
    Do(Action),
    /// Runs this command, which needs no more words.
    Run(Verb),
    /// Puts this into the composer.
    Write(String),
    /// Opens this link.
    Follow(String),
    /// Opens the help where it says this.
    Explain(String),
}

impl Item {
    pub(in crate::tui) fn new(
        label: impl Into<String>,
        detail: impl Into<String>,
        choice: ItemAction,
    ) -> Self {
        Self { label: label.into(), sound: String::new(), detail: detail.into(), hidden: None, choice }
    }

    /// What is searched letter by letter: the label, its sound, and where nothing is hidden what stands beside.
    pub(super) fn text(&self) -> String {
        let detail = if self.hidden.is_some() { "" } else { self.detail.as_str() };
        format!("{} {} {detail}", self.label, self.sound)
    }

    pub(super) const fn is_group(&self) -> bool {
        matches!(self.choice, ItemAction::Group(_))
    }

    /// Where its detail begins, as the hits are counted.
    pub(in crate::tui) const fn detail_at(&self) -> usize {
        self.label.len().saturating_add(self.sound.len()).saturating_add(2)
    }

    /// Whether each word that was typed stands there as it is.
    pub(super) fn holds(&self, typed: &str) -> bool {
        let Some(HiddenWords { words, key }) = &self.hidden else { return false };
        let is_there = |word: &str| {
            let word = fold(word);
            [&self.label, &self.sound, &self.detail, words]
                .into_iter()
                .any(|text| contains_folded(text, &word))
                || key.starts_with(&word)
        };
        !typed.trim().is_empty() && typed.split_whitespace().all(is_there)
    }

    /// Where in its detail that stands.
    pub(super) fn held_at(&self, typed: &str) -> Option<Range<usize>> {
        let (detail, typed) = (self.detail.to_ascii_lowercase(), typed.trim().to_ascii_lowercase());
        let at = detail.find(&typed)?.saturating_add(self.detail_at());
        Some(at..at.saturating_add(typed.len()))
    }
}
