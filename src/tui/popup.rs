//! What can lie over the screen: a list to choose from, a form, a question, a text to read.

use std::sync::Arc;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::action::Action;
use super::composer::Composer;
use crate::model::text::Escaped;
use crate::model::{ConversationId, Phrase};

/// The popup on top.
#[derive(Debug)]
pub(super) enum Popup {
    /// All keys and commands, from this row on.
    Help(usize),
    Chooser(Chooser),
    Form(Form),
    Question(Question),
    Reader(Reader),
    /// The search through every conversation; what it knows outlives the popup.
    Search,
}

/// A list that narrows as one types.
#[derive(Debug)]
pub(super) struct Chooser {
    /// Key of the title's text.
    pub title: &'static str,
    pub query: Composer,
    items: Vec<Item>,
    /// Which items match, best first.
    shown: Vec<usize>,
    pub chosen: usize,
}

/// One line of a chooser. Strings are escaped already.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub label: String,
    pub detail: String,
    pub choice: Choice,
}

/// What choosing a line does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    Open(ConversationId),
    Do(Action),
    /// Puts this into the composer.
    Write(String),
}

impl Chooser {
    pub(super) fn new(title: &'static str, items: Vec<Item>) -> Self {
        let shown = (0..items.len()).collect();
        Self { title, query: Composer::default(), items, shown, chosen: 0 }
    }

    /// The lines that match, best first.
    pub(super) fn shown(&self) -> impl ExactSizeIterator<Item = Option<&Item>> {
        self.shown.iter().map(|at| self.items.get(*at))
    }

    /// What Enter would choose.
    pub(super) fn choice(&self) -> Option<&Choice> {
        let at = self.shown.get(self.chosen)?;
        self.items.get(*at).map(|item| &item.choice)
    }

    /// Matches anew after the query changed.
    pub(super) fn narrow(&mut self) {
        let mut matcher = Matcher::new(Config::DEFAULT);
        let pattern = Pattern::parse(self.query.text(), CaseMatching::Ignore, Normalization::Smart);
        let mut space = Vec::new();
        let mut scored: Vec<(u32, usize)> = Vec::new();
        for (at, item) in self.items.iter().enumerate() {
            let text = format!("{} {}", item.label, item.detail);
            if let Some(score) = pattern.score(Utf32Str::new(&text, &mut space), &mut matcher) {
                scored.push((score, at));
            }
        }
        scored.sort_by_key(|(score, at)| (std::cmp::Reverse(*score), *at));
        self.shown = scored.into_iter().map(|(_, at)| at).collect();
        self.chosen = 0;
    }

    /// Moves the choice, round and round.
    pub(super) fn step(&mut self, down: bool) {
        let len = self.shown.len().max(1);
        let step = if down { 1 } else { len.saturating_sub(1) };
        self.chosen = self.chosen.saturating_add(step) % len;
    }
}

/// What a form is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    FirstStart,
    Add,
    Rename(ConversationId),
}

/// A few fields to fill in. Enter accepts it from any field.
#[derive(Debug)]
pub(super) struct Form {
    pub purpose: Purpose,
    pub fields: Vec<Field>,
    pub focus: usize,
    /// What is wrong with what was accepted last.
    pub error: Option<Phrase>,
}

/// One field.
#[derive(Debug)]
pub(super) struct Field {
    /// Key of the label's text.
    pub label: &'static str,
    pub input: Input,
}

/// How a field is filled.
#[derive(Debug)]
pub(super) enum Input {
    Text(Composer),
    /// One of these texts (by key, or as they are), changed with Left, Right and Space.
    Pick {
        options: &'static [&'static str],
        chosen: usize,
    },
}

impl Field {
    pub(super) fn text(label: &'static str, value: &str) -> Self {
        let mut composer = Composer::default();
        composer.insert_str(value);
        Self { label, input: Input::Text(composer) }
    }

    pub(super) const fn pick(label: &'static str, options: &'static [&'static str], chosen: usize) -> Self {
        Self { label, input: Input::Pick { options, chosen } }
    }

    /// What stands in it.
    pub(super) fn value(&self) -> &str {
        match &self.input {
            Input::Text(composer) => composer.text().trim(),
            Input::Pick { options, chosen } => options.get(*chosen).copied().unwrap_or_default(),
        }
    }
}

impl Form {
    pub(super) const fn new(purpose: Purpose, fields: Vec<Field>) -> Self {
        Self { purpose, fields, focus: 0, error: None }
    }

    /// The value of the n-th field.
    pub(super) fn value(&self, field: usize) -> &str {
        self.fields.get(field).map(Field::value).unwrap_or_default()
    }

    /// To the next or the previous field, round and round.
    pub(super) fn step(&mut self, forward: bool) {
        let len = self.fields.len().max(1);
        let step = if forward { 1 } else { len.saturating_sub(1) };
        self.focus = self.focus.saturating_add(step) % len;
    }

    /// Key of the title's text.
    pub(super) const fn title(&self) -> &'static str {
        match self.purpose {
            Purpose::FirstStart => "form-first-start",
            Purpose::Add => "form-add",
            Purpose::Rename(_) => "form-rename",
        }
    }
}

/// A question that Enter answers with yes and Esc with no.
#[derive(Debug)]
pub(super) struct Question {
    pub asked: Phrase,
    pub then: Then,
}

/// What yes does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Then {
    Paste(String),
    Remove(ConversationId),
    Clear(ConversationId),
}

/// A text to read: the raw datagram, details, a message in full.
#[derive(Debug)]
pub(super) struct Reader {
    pub title: String,
    pub parts: Vec<Part>,
    /// The first row that is shown.
    pub top: usize,
    /// It tells of this conversation as it is now.
    pub about: Option<ConversationId>,
}

/// What a text to read is made of; cut into rows only when it is drawn, for the width there is. Strings are
/// escaped already.
#[derive(Debug)]
pub(super) enum Part {
    Title(String),
    Line(String),
    /// A key or a command, and what it does.
    Entry {
        key: String,
        text: String,
    },
    /// Bytes as they went over the wire.
    Hex(Arc<[u8]>),
    /// The text of a message.
    Text(Escaped),
}
