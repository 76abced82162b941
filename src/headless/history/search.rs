//! `udpqq history search`: a line for each message that is found.
//!
//! ```text
//! DATE HH:MM:SS NAME (ADDRESS): TEXT     from a contact, as `listen` prints it
//! DATE HH:MM:SS ADDRESS: TEXT            from anybody else
//! DATE HH:MM:SS ROOM <NAME>: TEXT        from somebody who has a name in a room
//! DATE HH:MM:SS NAME ← me: TEXT          from us
//! ```
//! Behind the text, or in its place, stands what the message offers, each file with what became of it.

use jiff::tz::TimeZone;

use super::{CommandError, Console, Profile};
use crate::headless::paged::{HitPages, print_hits};
use crate::lang::Lang;
use crate::model::history::{ConversationRecord, PAGE, SearchQuery};
use crate::model::text::plain_line;
use crate::model::{Message, Phrase};
use crate::runtime::history::{Cards, History, LinePages, file_words, line, local, parse_search, stands_in};

/// What the command line asks for.
#[derive(Clone, Debug)]
pub(super) struct SearchArgs {
    pub(super) words: String,
    pub(super) json: bool,
    /// `None`: all.
    pub(super) limit: Option<usize>,
}

/// A search that is carried out page by page.
#[derive(Debug)]
struct HistorySearch {
    history: History,
    cards: Cards,
    /// The next page; `None`: there is none.
    lookup: Option<SearchQuery>,
    /// Hits that are still wanted.
    left: usize,
    /// There are more than were wanted.
    more: bool,
    looks: HitStyle,
}

/// How a hit is written.
#[derive(Debug)]
pub(super) struct HitStyle {
    pub(super) zone: TimeZone,
    pub(super) json: bool,
    /// How we are called, and what is said of files.
    pub(super) lang: Lang,
}

pub(super) async fn run(
    profile: &Profile,
    wanted: &SearchArgs,
    output: &Console,
) -> Result<(), CommandError> {
    let looks = HitStyle { zone: output.zone().clone(), json: wanted.json, lang: output.lang().clone() };
    print_hits(HistorySearch::new(profile, wanted, looks)?, output).await
}

impl HistorySearch {
    fn new(profile: &Profile, wanted: &SearchArgs, looks: HitStyle) -> Result<Self, Phrase> {
        let search = parse_search(&wanted.words)?;
        let mut history = History::open(profile)?;
        let cards = Cards::read(&mut history)?;
        let left = wanted.limit.unwrap_or(usize::MAX);
        let lookup = SearchQuery { ticket: 0, search, within: None, before: None, limit: left.min(PAGE) };
        Ok(Self { history, cards, lookup: Some(lookup), left, more: false, looks })
    }
}

impl HitPages for HistorySearch {
    fn has_more(&self) -> bool {
        self.more
    }
}

impl LinePages for HistorySearch {
    fn lines(&mut self) -> Result<Option<Vec<String>>, Phrase> {
        let Some(lookup) = self.lookup.take() else { return Ok(None) };
        let found = self.history.search(&lookup)?;
        self.left = self.left.saturating_sub(found.hits.len());
        self.more = found.more;
        let before = found.hits.last().map(|oldest| oldest.id);
        if found.more && self.left > 0 && before.is_some() {
            self.lookup = Some(SearchQuery { before, limit: self.left.min(PAGE), ..lookup });
        }
        let mut lines = Vec::with_capacity(found.hits.len());
        for message in &found.hits {
            let card = self.cards.of(&mut self.history, message)?;
            lines.extend(self.looks.line(card, message));
        }
        Ok(Some(lines))
    }
}

impl HitStyle {
    /// `None` for a notice, which nobody keeps.
    pub(super) fn line(&self, card: &ConversationRecord, message: &Message) -> Option<String> {
        if self.json {
            return line(card, message, &self.zone);
        }
        let (place, source) = (plain_line(&card.name), message.source().map(|source| source.to_string()));
        let who = match (source, message.sender()) {
            (Some(_), Some(sender)) => format!("{place} <{}>", plain_line(sender)),
            (Some(source), None) if source == place => place,
            (Some(source), None) => format!("{place} ({source})"),
            (None, _) => format!("{place} ← {}", self.lang.text("history-me")),
        };
        let time = local(message.time, &self.zone).strftime("%Y-%m-%d %H:%M:%S");
        Some(format!("{time} {who}: {}", self.words(message)))
    }

    /// All that a message says, on one line.
    fn words(&self, message: &Message) -> String {
        let text = Some(plain_line(&message.text)).filter(|text| !text.is_empty());
        let own = message.is_outgoing();
        let files = message.files.as_slice().iter().map(|file| file_words(&self.lang, file, own));
        let parts: Vec<String> =
            text.into_iter().chain(stands_in(&self.lang, message)).chain(files).collect();
        parts.join("  ")
    }
}
