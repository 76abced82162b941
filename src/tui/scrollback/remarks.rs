//! The rows about what was said of a message: what it answers, that it was edited or deleted, the emoji under it.

use super::context::{RenderCtx, text_width, wrapped};
use super::row::{Chip, Glyph, RowKind};
use super::wrapped_text::WrappedText;
use crate::app::{Changes, Conversation};
use crate::model::text::plain_line;
use crate::model::{Mark, Message};
use crate::tui::chat;
use crate::tui::text::{clip_with_ellipsis, width};

/// Cells of an emoji at most: nobody's fills the row.
const MAX_EMOJI: u16 = 8;

/// Makes the rows about what was said of messages, behind the gutter of a pane of that width.
#[derive(Clone, Copy, Debug)]
pub(super) struct RemarkRows<'a> {
    place: &'a Conversation,
    width: u16,
    looks: RenderCtx<'a>,
}

impl<'a> RemarkRows<'a> {
    pub(super) const fn new(place: &'a Conversation, width: u16, looks: RenderCtx<'a>) -> Self {
        Self { place, width, looks }
    }

    /// What is known of the words that stand now.
    pub(super) fn mark(&self, message: &'a Message) -> Option<&'a Mark> {
        self.place.mark_of(message)
    }

    /// What a message answers, on one row.
    pub(super) fn quote(&self, message: &Message, mark: Option<Glyph>) -> Option<RowKind> {
        let text = format!("▏{}", self.quoted(message)?);
        let text = clip_with_ellipsis(&text, text_width(self.width)).into_owned();
        Some(RowKind::Quote { own: message.is_outgoing(), text, mark })
    }

    /// Who is answered and their first words; where that message is not here, what its author quotes of it.
    fn quoted(&self, message: &Message) -> Option<String> {
        if let Some(answered) = self.place.answered(message) {
            let author = plain_line(&chat::author(self.place, answered, self.looks.me));
            let words = chat::first_words(self.place, answered);
            let gone = || self.looks.lang.text("scrollback-deleted");
            return Some(format!("{author}  {}", if words.is_empty() { gone() } else { words }));
        }
        let is_reply = message.about.is_some() && !message.is_change();
        let gone = || is_reply.then(|| self.looks.lang.text("scrollback-reply-gone"));
        message.quote.as_deref().map(plain_line).or_else(gone)
    }

    /// That a message is deleted, in its place.
    pub(super) fn deleted(&self, message: &Message, mark: Option<Glyph>) -> Vec<RowKind> {
        let own = message.is_outgoing();
        let is_removed = self.place.changes(message).is_some_and(Changes::is_removed);
        let key = if is_removed { "scrollback-removed" } else { "scrollback-deleted" };
        let rows = wrapped(&self.looks.lang.text(key), self.width).into_iter().enumerate();
        let kind = |(row, text)| RowKind::Closed { text, own, mark: mark.filter(|_| row == 0) };
        rows.map(kind).collect()
    }

    /// The words in the place of those of an earlier version; `None`: they are as they were.
    pub(super) fn edited(&self, message: &Message) -> Option<&'a str> {
        self.place.changes(message).and_then(Changes::text)
    }

    /// Whether that is to be said: somebody could read others before.
    pub(super) fn is_edited(&self, message: &Message) -> bool {
        self.place.changes(message).is_some_and(Changes::is_edited)
    }

    /// Whether the last row of a text has room for the word that says that it was edited.
    pub(super) fn fits_edited(&self, body: &WrappedText) -> bool {
        let last = body.row(body.rows.len().saturating_sub(1));
        let needed =
            width(last).saturating_add(2).saturating_add(width(&self.looks.lang.text("scrollback-edited")));
        body.hidden == 0 && needed <= usize::from(text_width(self.width))
    }

    /// The emoji under a message, as many as fit on one row.
    pub(super) fn reactions(&self, message: &Message) -> Option<RowKind> {
        let chips = chips(self.place, message);
        let room = usize::from(text_width(self.width));
        let cells = |chip: &Chip| width(&chip.label).saturating_add(1);
        let all: usize = chips.iter().map(cells).sum();
        // Air behind the last one has to fit nowhere.
        if all <= room.saturating_add(1) {
            return (!chips.is_empty()).then_some(RowKind::Reactions { chips, more: 0 });
        }
        let rest = width(&format!("+{}", chips.len()));
        let mut taken = rest;
        let fitting = chips.iter().take_while(|chip| {
            taken = taken.saturating_add(cells(chip));
            taken <= room
        });
        let fitting: Vec<Chip> = fitting.cloned().collect();
        let more = chips.len().saturating_sub(fitting.len());
        Some(RowKind::Reactions { chips: fitting, more })
    }
}

/// Each emoji once, in the order in which it came first.
fn chips(place: &Conversation, message: &Message) -> Vec<Chip> {
    let mut counted: Vec<(&str, usize, bool)> = Vec::new();
    for reaction in chat::reactions(place, message) {
        match counted.iter_mut().find(|(emoji, ..)| *emoji == reaction.emoji) {
            Some((_, count, own)) => (*count, *own) = (count.saturating_add(1), *own || reaction.own),
            None => counted.push((&reaction.emoji, 1, reaction.own)),
        }
    }
    let chip = |(emoji, count, own): (&str, usize, bool)| {
        let emoji = plain_line(emoji);
        let emoji = clip_with_ellipsis(&emoji, MAX_EMOJI);
        let label = if count > 1 { format!(" {emoji} {count} ") } else { format!(" {emoji} ") };
        Chip { label, own }
    };
    counted.into_iter().map(chip).collect()
}
