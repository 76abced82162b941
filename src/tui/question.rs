//! Questions: what is asked, what an answer does, and how the box is divided into rows for a size of the screen. Keys and
//! drawing stand elsewhere.

use std::ops::Range;

use ratatui::layout::Rect;

use super::layout::{edge_room, inner_width, inside, outline};
use super::text::{width, wrap};
use crate::lang::Lang;
use crate::model::text::plain_line;
use crate::model::{Address, ConversationId, MessageId, Phrase, Uid, WallTime};

/// Groups of digits on one row: half of the number, or what of it has room.
const GROUPS: [usize; 3] = [4, 2, 1];

/// Cells between two groups, and those that the number is set in.
const GAP: &str = "  ";

/// Rows of what is asked that have to stay above the choices, for these to stand still while it is scrolled.
const LEAST_BODY: usize = 3;

/// Between two choices in their text.
pub(super) const BETWEEN: &str = " · ";

/// A question that Enter answers with yes and Esc with no.
#[derive(Debug)]
pub(super) struct Question {
    pub asked: Phrase,
    /// The number that is compared, if one is.
    pub number: Vec<NumberGroup>,
    pub then: Then,
    /// The first row that is shown.
    pub top: usize,
    /// Why the last answer was none.
    pub error: Option<Phrase>,
    /// The letter that was none, and when it was typed.
    pub refused: Option<(char, WallTime)>,
    /// When it was on the screen first.
    shown: Option<WallTime>,
}

/// Microseconds that it takes to see a question which comes up by itself. An Enter before that was meant for something else.
const NOTICING: i64 = 500_000;

/// Some digits of a number that two people compare.
#[derive(Debug)]
pub(super) struct NumberGroup {
    pub digits: String,
    /// It has been on the screen, whole.
    pub was_shown: bool,
}

/// What yes does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// It goes into the draft; or out as a file, to that conversation.
    Paste {
        text: String,
        as_file: Option<ConversationId>,
    },
    Remove(ConversationId),
    Clear(ConversationId),
    /// Takes a message of ours back.
    Delete(ConversationId, MessageId),
    /// Has a message of a room removed for all.
    RemoveMessage(ConversationId, Uid),
    Quit,
    /// The number of both keys is the same on both sides. No Enter says so: a letter does.
    Compare(ConversationId),
    /// Files go out, instead of what was pasted.
    Offer {
        conversation: ConversationId,
        paths: Vec<String>,
        pasted: String,
    },
    /// A text that no draft or no message carries goes out as a file.
    OfferText {
        conversation: ConversationId,
        text: String,
    },
    /// A conversation that a link leads to.
    Visit(Box<Address>),
    /// A link that leads elsewhere than it looks.
    Browse(String),
    /// The number differs: nothing goes there any more.
    Distrust(ConversationId),
    /// Nothing more of somebody who has a key.
    Ignore(ConversationId),
}

impl Question {
    pub(super) const fn new(asked: Phrase, then: Then) -> Self {
        Self { asked, number: Vec::new(), then, top: 0, error: None, refused: None, shown: None }
    }

    /// Asks whether both sides see this number.
    pub(super) fn compare(asked: Phrase, number: &[String], conversation: ConversationId) -> Self {
        let group = |digits: &String| NumberGroup { digits: digits.clone(), was_shown: false };
        let number = number.iter().map(group).collect();
        Self { number, ..Self::new(asked, Then::Compare(conversation)) }
    }

    /// All of the number has been on the screen: nobody compares what cannot be seen.
    pub(super) fn was_shown(&self) -> bool {
        self.number.iter().all(|group| group.was_shown)
    }

    /// It comes up when the disk or the clipboard has answered, whatever a person does then; or under the Enter that was to
    /// send something, which terminals repeat.
    pub(super) const fn comes_by_itself(&self) -> bool {
        matches!(self.then, Then::Offer { .. } | Then::OfferText { .. })
    }

    /// A key that is pressed now cannot be an answer: nobody has seen the question yet.
    pub(super) fn is_unseen(&self, now: WallTime) -> bool {
        let seen_for = self.shown.map_or(0, |shown| now.0.saturating_sub(shown.0));
        self.comes_by_itself() && seen_for < NOTICING
    }

    /// Notes that it is on the screen, and what of the number is on one of that size.
    pub(super) fn note_shown(&mut self, lang: &Lang, screen: Rect, now: WallTime) {
        self.shown = self.shown.or(Some(now));
        if self.was_shown() {
            return;
        }
        let page = QuestionPage::new(self, lang, screen);
        let room = usize::from(inner_width(screen));
        let whole = page.visible(self.top).filter(|row| row.cells() <= room);
        let shown: Vec<Range<usize>> = whole.map(|row| row.groups.clone()).collect();
        for (at, group) in self.number.iter_mut().enumerate() {
            group.was_shown |= shown.iter().any(|groups| groups.contains(&at));
        }
    }

    /// Key of the title: what it is about.
    pub(super) const fn title(&self) -> &'static str {
        match self.then {
            Then::Paste { .. } => "question-title-paste",
            Then::Remove(_) => "question-title-remove",
            Then::Clear(_) => "question-title-clear",
            Then::Delete(..) => "question-title-delete",
            Then::RemoveMessage(..) => "question-title-remove-message",
            Then::Quit => "question-title-quit",
            Then::Compare(_) => "question-title-compare",
            Then::Offer { .. } => "question-title-offer",
            Then::OfferText { .. } => "question-title-text",
            Then::Visit(_) => "question-title-visit",
            Then::Browse(_) => "question-title-browse",
            Then::Distrust(_) => "question-title-distrust",
            Then::Ignore(_) => "question-title-ignore",
        }
    }

    /// Key of the text with the choices.
    pub(super) fn choices(&self) -> &'static str {
        match self.then {
            Then::Compare(_) if self.was_shown() => "question-compare-keys",
            Then::Compare(_) => "question-compare-first",
            Then::Paste { as_file: Some(_), .. } => "question-paste-keys",
            Then::Paste { .. }
            | Then::Remove(_)
            | Then::Clear(_)
            | Then::Delete(..)
            | Then::RemoveMessage(..)
            | Then::Quit
            | Then::Visit(_)
            | Then::Browse(_)
            | Then::Offer { .. }
            | Then::OfferText { .. }
            | Then::Ignore(_)
            | Then::Distrust(_) => "question-keys",
        }
    }

    /// What stands below: the choices, or why the last answer was none.
    fn footer(&self, lang: &Lang, columns: u16) -> Vec<QuestionRow> {
        if let Some(error) = &self.error {
            return wrapped(&plain_line(&lang.phrase(error)), columns, RowRole::Error);
        }
        parts(&lang.text(self.choices()), columns)
            .flat_map(|row| wrapped(&row, columns, RowRole::Choice))
            .collect()
    }

    fn number_rows(&self, columns: u16) -> Vec<QuestionRow> {
        let Some(group) = self.number.first().map(|group| width(&group.digits)) else { return Vec::new() };
        let room = usize::from(columns);
        let cells =
            |count: &usize| group.saturating_add(GAP.len()).saturating_mul(*count).saturating_sub(GAP.len());
        let count = GROUPS.into_iter().find(|count| cells(count) <= room).unwrap_or(1);
        let indent = if cells(&count).saturating_add(GAP.len()) <= room { GAP } else { "" };
        let row = |(at, groups): (usize, &[NumberGroup])| {
            let digits: Vec<&str> = groups.iter().map(|group| group.digits.as_str()).collect();
            let start = at.saturating_mul(count);
            let groups = start..start.saturating_add(groups.len());
            QuestionRow { text: format!("{indent}{}", digits.join(GAP)), role: RowRole::Number, groups }
        };
        self.number.chunks(count).enumerate().map(row).collect()
    }
}

/// What a row of the box is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowRole {
    Asked,
    Number,
    Choice,
    Error,
}

/// One row of the box.
#[derive(Debug)]
pub(super) struct QuestionRow {
    pub text: String,
    pub role: RowRole,
    /// Which groups of the number stand on it.
    groups: Range<usize>,
}

impl QuestionRow {
    const fn new(text: String, role: RowRole) -> Self {
        Self { text, role, groups: 0..0 }
    }

    fn cells(&self) -> usize {
        width(&self.text)
    }
}

/// The rows of a question, for one size of the screen.
#[derive(Debug)]
pub(super) struct QuestionPage {
    /// What is scrolled.
    body: Vec<QuestionRow>,
    /// What stands still below. Empty where there is no room for that: it is scrolled like the rest then.
    footer: Vec<QuestionRow>,
    /// The choices, where they stand in the lower edge of the box.
    edge: Option<String>,
    /// Rows of the body that are visible at once.
    height: usize,
}

impl QuestionPage {
    pub(super) fn new(question: &Question, lang: &Lang, screen: Rect) -> Self {
        let columns = inner_width(screen).max(1);
        let room = usize::from(inside(outline(screen, usize::from(screen.height))).height);
        let mut body = wrapped(&plain_line(&lang.phrase(&question.asked)), columns, RowRole::Asked);
        let number = question.number_rows(columns);
        let mut footer = question.footer(lang, columns);
        let choices = lang.text(question.choices());
        let edge = (question.error.is_none() && width(&choices) <= edge_room(screen)).then_some(choices);
        if edge.is_some() {
            footer.clear();
        }
        let rows = body.len().saturating_add(number.len()).saturating_add(footer.len());
        let air = !number.is_empty() && rows.saturating_add(2) <= room;
        let blank = || air.then(|| QuestionRow::new(String::new(), RowRole::Asked));
        body.extend(blank());
        body.extend(number);
        body.extend(blank());
        if question.error.is_some() {
            // It is read now or never, so something of it is always there.
            footer.truncate(room.saturating_sub(1));
        } else if rows > room && footer.len().saturating_add(LEAST_BODY) > room {
            body.append(&mut footer);
        }
        let height = room.saturating_sub(footer.len()).min(body.len());
        Self { body, footer, edge, height }
    }

    /// Rows of all that is visible.
    pub(super) const fn rows(&self) -> usize {
        self.height.saturating_add(self.footer.len())
    }

    /// Rows that a page down moves.
    pub(super) const fn height(&self) -> usize {
        self.height
    }

    /// The first row when the end is visible.
    pub(super) const fn last_top(&self) -> usize {
        self.body.len().saturating_sub(self.height)
    }

    /// What is visible of the body, from that row on.
    pub(super) fn visible(&self, top: usize) -> impl Iterator<Item = &QuestionRow> {
        self.body.iter().skip(top.min(self.last_top())).take(self.height)
    }

    pub(super) fn footer(&self) -> &[QuestionRow] {
        &self.footer
    }

    /// The choices that stand in the lower edge.
    pub(super) fn edge(&self) -> Option<&str> {
        self.edge.as_deref()
    }

    /// Rows that are hidden below.
    pub(super) fn below(&self, top: usize) -> usize {
        self.last_top().saturating_sub(top)
    }
}

fn wrapped(text: &str, columns: u16, role: RowRole) -> Vec<QuestionRow> {
    let row = |range: Range<usize>| {
        QuestionRow::new(text.get(range).unwrap_or_default().trim_end().to_owned(), role)
    };
    wrap(text, columns).into_iter().map(row).collect()
}

/// Choices, as many on a row as there is room for, none of them cut.
pub(super) fn parts(text: &str, columns: u16) -> impl Iterator<Item = String> {
    let mut rows: Vec<String> = Vec::new();
    for part in text.split(BETWEEN) {
        let joined = rows.last().map(|row| format!("{row}{BETWEEN}{part}"));
        match (rows.last_mut(), joined) {
            (Some(row), Some(joined)) if width(&joined) <= usize::from(columns) => *row = joined,
            _ => rows.push(part.to_owned()),
        }
    }
    rows.into_iter()
}
