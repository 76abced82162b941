//! Messages of the history as lines, page by page.

use std::collections::VecDeque;
use std::path::PathBuf;

use jiff::tz::TimeZone;

use super::line::line;
use super::pages::{LinePages, write_new};
use super::transcript::{Transcript, TranscriptStyle};
use super::{Cards, History};
use crate::model::history::PAGE;
use crate::model::{ConversationId, Message, MessageId, Phrase};

/// What is written.
#[derive(Debug)]
pub enum ExportFormat {
    /// JSON Lines, which can be imported.
    Json(TimeZone),
    /// A transcript for people.
    Text(TranscriptStyle),
}

#[derive(Debug)]
enum ExportWriter {
    Json(TimeZone),
    Text(Box<Transcript>),
}

/// An export that is under way. No more than a page of it is in memory.
#[derive(Debug)]
pub struct Export {
    history: History,
    writer: ExportWriter,
    cards: Cards,
    /// What is still to be walked through; `None`: all conversations in one.
    parts: VecDeque<Option<ConversationId>>,
    /// The last message of the first part that was written.
    after: Option<MessageId>,
    messages: u64,
}

impl Export {
    /// Of one conversation or of all of them: in JSON in the order of the history, in text one after the other.
    pub fn new(
        mut history: History,
        only: Option<ConversationId>,
        form: ExportFormat,
    ) -> Result<Self, Phrase> {
        let cards = Cards::read(&mut history)?;
        let parts = match (&form, only) {
            (_, Some(one)) => VecDeque::from([Some(one)]),
            (ExportFormat::Json(_), None) => VecDeque::from([None]),
            (ExportFormat::Text(_), None) => cards.ids().map(Some).collect(),
        };
        let writer = match form {
            ExportFormat::Json(zone) => ExportWriter::Json(zone),
            ExportFormat::Text(looks) => ExportWriter::Text(Box::new(Transcript::new(looks))),
        };
        Ok(Self { history, writer, cards, parts, after: None, messages: 0 })
    }

    fn lines_of(&mut self, message: &Message) -> Result<Vec<String>, Phrase> {
        let card = self.cards.of(&mut self.history, message)?;
        self.messages = self.messages.saturating_add(1);
        Ok(match &mut self.writer {
            ExportWriter::Json(zone) => line(card, message, zone).into_iter().collect(),
            ExportWriter::Text(transcript) => transcript.next(card, message),
        })
    }

    /// Writes all of it into a new file that only the person can read, and says how many messages these are.
    pub async fn into_file(self, path: PathBuf) -> Result<u64, Phrase> {
        write_new(self, path).await.map(|export| export.messages)
    }
}

impl LinePages for Export {
    fn lines(&mut self) -> Result<Option<Vec<String>>, Phrase> {
        while let Some(part) = self.parts.front() {
            let messages = self.history.walk(*part, self.after, PAGE)?;
            let Some(last) = messages.last() else {
                self.parts.pop_front();
                self.after = None;
                continue;
            };
            self.after = Some(last.id);
            let mut lines = Vec::with_capacity(messages.len());
            for message in &messages {
                lines.extend(self.lines_of(message)?);
            }
            return Ok(Some(lines));
        }
        Ok(None)
    }
}
