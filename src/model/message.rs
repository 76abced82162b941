//! One message of a conversation, as it is stored and shown.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;

use super::traffic::MessageKind;
use super::{
    ConversationId, Files, Mark, MessageId, Phrase, PublicKey, TransferId, TransferState, Uid, WallTime,
    filename,
};

/// How long after a message its author can change it or take it back, in microseconds of the clock here.
pub const CHANGEABLE_FOR: i64 = 24 * 3_600 * 1_000_000;

/// Who wrote a message, with what only that side has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the peer. `lossy`: some bytes did not decode and stand as U+FFFD in the text. `sender`: the name it
    /// goes by in a room, where that is more than its address; not proved.
    Incoming {
        source: SocketAddr,
        lossy: bool,
        authenticated: bool,
        sender: Option<Arc<str>>,
        kind: MessageKind,
    },
    /// From us. `marked`: since when the mark holds. `kind`: how it was sent.
    Outgoing { mark: Mark, marked: WallTime, kind: MessageKind },
    /// A line of the program itself; never stored, never sent.
    Notice(Phrase),
}

impl Direction {
    /// A text that nothing more is known about than where it came from.
    pub const fn incoming(source: SocketAddr) -> Self {
        Self::Incoming { source, lossy: false, authenticated: false, sender: None, kind: MessageKind::Text }
    }
}

/// One message. The text is exactly what was decoded or typed: escaping happens where it is drawn or printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub id: MessageId,
    pub conversation: ConversationId,
    /// The name of the dialect it went through.
    pub dialect: Cow<'static, str>,
    /// What names it on both sides for ever, and which other message it answers, changes or takes back; where the dialect
    /// carries that.
    pub uid: Option<Uid>,
    pub about: Option<Uid>,
    /// Of an answer: the first words of what it answers, as its author quotes them. Shown where that message is not here.
    pub quote: Option<Arc<str>>,
    /// When it arrived, or was written.
    pub time: WallTime,
    /// When our own copy is to be removed: said once, when it is stored, and not changed. `None`: it stays.
    pub expires: Option<WallTime>,
    pub direction: Direction,
    /// Of a sealed message that came: nothing, until a person opens it.
    pub text: String,
    /// What it offers.
    pub files: Files,
    /// The bytes on the wire, kept whole: shown by inspect, decoded again when the encoding changes.
    /// Empty for an outgoing message until it has been encoded, and for notices.
    pub payload: Arc<[u8]>,
}

/// Bytes of what an answer quotes.
const MAX_QUOTE: usize = 120;

/// The first words of a text, on one line, as an answer to it quotes them. `None`: it has no words.
pub fn quote(text: &str) -> Option<Arc<str>> {
    let mut quote = String::new();
    for word in text.split_whitespace() {
        if !quote.is_empty() {
            quote.push(' ');
        }
        quote.push_str(word.get(..word.floor_char_boundary(MAX_QUOTE)).unwrap_or_default());
        if quote.len() > MAX_QUOTE {
            break;
        }
    }
    quote.truncate(quote.floor_char_boundary(MAX_QUOTE));
    Some(quote.trim_end()).filter(|quote| !quote.is_empty()).map(Arc::from)
}

impl Message {
    /// What an answer quotes of it: its words, for which these may stand by now, or what it offers.
    pub fn quoted(&self, standing: Option<&str>) -> Option<Arc<str>> {
        let file = || self.files.as_slice().first().map_or("", |file| file.name.as_str());
        quote(standing.unwrap_or_else(|| if self.text.is_empty() { file() } else { &self.text }))
    }

    /// What a file that it offers is called here until it is whole.
    pub fn part_name(&self, at: u16) -> Option<String> {
        // The history may hold names that were stored before they were sanitized.
        let name = filename::sanitize(&self.files.as_slice().get(usize::from(at))?.name);
        let transfer = TransferId { message: self.id, file: at };
        Some(filename::part_name(&name, transfer, &self.payload))
    }

    /// What a search looks through, where these are its words: the names of what it offers stand behind them.
    pub fn with_file_names<'a>(&self, words: &'a str) -> Cow<'a, str> {
        let files = self.files.as_slice();
        if files.is_empty() {
            return Cow::Borrowed(words);
        }
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        Cow::Owned(format!("{words}\n{}", names.join("\n")))
    }

    /// The bytes it takes up, near enough to keep within a limit.
    pub fn weight(&self) -> usize {
        size_of::<Self>()
            .saturating_add(self.text.len())
            .saturating_add(self.payload.len())
            .saturating_add(self.files.weight())
            .saturating_add(self.quote.as_ref().map_or(0, |quote| quote.len()))
    }

    pub const fn is_incoming(&self) -> bool {
        matches!(self.direction, Direction::Incoming { .. })
    }

    pub const fn is_outgoing(&self) -> bool {
        matches!(self.direction, Direction::Outgoing { .. })
    }

    pub const fn mark(&self) -> Option<&Mark> {
        match &self.direction {
            Direction::Outgoing { mark, .. } => Some(mark),
            Direction::Incoming { .. } | Direction::Notice(_) => None,
        }
    }

    /// It is ours, and did not go out, as far as is known.
    pub const fn is_failed(&self) -> bool {
        matches!(self.mark(), Some(Mark::Failed(_)))
    }

    /// It is ours, and for sure nobody else has it.
    pub const fn is_unsent(&self) -> bool {
        matches!(self.mark(), Some(Mark::Failed(fault)) if !fault.is_doubtful())
    }

    /// It is ours, has a name that the peer knows it by, and the peer has not said that it has it: it is written to every
    /// new session again.
    pub fn is_in_outbox(&self) -> bool {
        self.uid.is_some() && matches!(self.mark(), Some(Mark::Waiting | Mark::Sent)) && !self.is_emptied()
    }

    /// It is ours and has not gone out yet: nothing else could send it.
    pub fn is_owed(&self) -> bool {
        self.is_in_outbox() || (self.uid.is_none() && self.mark() == Some(&Mark::Waiting))
    }

    /// The name by which a message that came is known if it comes again.
    pub fn incoming_uid(&self) -> Option<Uid> {
        self.uid.filter(|_| self.is_incoming())
    }

    /// What the program itself says with it.
    pub const fn notice(&self) -> Option<&Phrase> {
        match &self.direction {
            Direction::Notice(notice) => Some(notice),
            Direction::Incoming { .. } | Direction::Outgoing { .. } => None,
        }
    }

    /// The name its sender goes by in a room.
    pub fn sender(&self) -> Option<&str> {
        match &self.direction {
            Direction::Incoming { sender, .. } => sender.as_deref(),
            Direction::Outgoing { .. } | Direction::Notice(_) => None,
        }
    }

    /// What it is, or how it was sent; `None`: a line of the program itself.
    pub const fn kind(&self) -> Option<MessageKind> {
        match &self.direction {
            Direction::Incoming { kind, .. } | Direction::Outgoing { kind, .. } => Some(*kind),
            Direction::Notice(_) => None,
        }
    }

    /// It changes another message, and has no row of its own.
    pub fn is_change(&self) -> bool {
        self.kind().is_some_and(MessageKind::is_change)
    }

    /// Whether it says something about that message that counts: the one judge of this, for the history and the screen. Only
    /// the author changes a message or takes it back, and only for a day, or the files that it offers, for as long as they
    /// stand; anybody may put an emoji under it, and a room says which of its messages are removed. Which of several stands
    /// is a matter of their order, see [`MessageId`], and of no clock.
    pub fn counts_for(&self, target: &Self) -> bool {
        let is_named =
            self.about.is_some() && self.about == target.uid && self.conversation == target.conversation;
        let is_authors = (self.is_incoming(), self.sender()) == (target.is_incoming(), target.sender());
        let is_in_time = self.time.0.saturating_sub(target.time.0) <= CHANGEABLE_FOR;
        let kind = self.kind();
        let is_in_time = is_in_time || kind.is_some_and(|kind| !kind.has_deadline());
        let has_words = kind != Some(MessageKind::Edit) || !self.text.is_empty();
        let may = match kind {
            Some(MessageKind::Reaction) => true,
            Some(MessageKind::Removal) => self.is_incoming(),
            _ => is_authors && is_in_time && has_words,
        };
        is_named && self.is_change() && !target.is_change() && may
    }

    /// The peer wants nothing of what that message of ours offers: who takes back what somebody else offers declines it.
    pub fn declines(&self, target: &Self) -> bool {
        let is_named =
            self.about.is_some() && self.about == target.uid && self.conversation == target.conversation;
        let is_theirs = self.is_incoming() && target.is_outgoing() && !target.is_change();
        is_named && is_theirs && self.kind() == Some(MessageKind::Withdrawal)
    }

    /// What is left of it once it was taken back, or its words with the message they were for.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self {
            quote: None,
            text: String::new(),
            files: Files::default(),
            payload: Arc::from([]),
            ..self.clone()
        }
    }

    /// What is left of it once its author has taken back what it offers: what is here stays here.
    #[must_use]
    pub fn withdrawn(&self) -> Self {
        self.ended(&TransferState::Withdrawn)
    }

    /// The same once its peer has declined that.
    #[must_use]
    pub fn declined(&self) -> Self {
        self.ended(&TransferState::Declined)
    }

    fn ended(&self, outcome: &TransferState) -> Self {
        let state = |state: &TransferState| state.is_open().then(|| outcome.clone());
        Self { files: self.files.with_states(|_, file| state(&file.state)), ..self.clone() }
    }

    /// Nothing is left of it, so there is nothing to be sent and nothing to be found.
    pub fn is_emptied(&self) -> bool {
        let may_be_empty = self.kind().is_some_and(|kind| kind.is_change() && kind != MessageKind::Edit);
        self.uid.is_some() && !may_be_empty && self.text.is_empty() && self.files.is_empty()
    }

    /// What it is about is taken back by it, with all that was ever said there.
    pub fn takes_back(&self) -> bool {
        matches!(self.kind(), Some(MessageKind::Deletion | MessageKind::Removal))
    }

    /// Nobody wrote it: it only says that something happened.
    pub fn is_event(&self) -> bool {
        self.kind().is_some_and(MessageKind::is_event)
    }

    /// A line of this program itself that is kept.
    pub fn is_local(&self) -> bool {
        self.kind() == Some(MessageKind::KeyChange)
    }

    /// What the line says that is kept where a peer of that name got another key.
    pub fn key_change(&self, name: &str) -> Option<Phrase> {
        let (before, now) = self.is_local().then(|| self.text.split_once(' ').unwrap_or_default())?;
        let groups = |key: &str| key.parse().map(|key: PublicKey| key.groups()).unwrap_or_default();
        let said = Phrase::new("trust-key-replaced").text("name", name);
        Some(said.text("before", groups(before)).text("now", groups(now)))
    }

    /// The sender's program says that it came into the room; nobody wrote anything.
    pub const fn is_joining(&self) -> bool {
        matches!(self.direction, Direction::Incoming { kind: MessageKind::Joined, .. })
    }

    pub const fn source(&self) -> Option<SocketAddr> {
        match &self.direction {
            Direction::Incoming { source, .. } => Some(*source),
            Direction::Outgoing { .. } | Direction::Notice(_) => None,
        }
    }
}
