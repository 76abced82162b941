//! What the store is asked to change and to look up, and what it answers; app and fronts read the answers.

use std::sync::Arc;

use super::search::Search;
use super::{
    ConversationId, Draft, KeyEpoch, LastWords, Message, MessageId, Phrase, SessionState, Trust, Uid,
    WallTime,
};

pub use super::page::{MAX_PAGE_BYTES, MAX_VERSIONS, PAGE, Page, PageAnchor, PageQuery, Purpose};

/// What a peer is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeerKind {
    /// In `contacts.toml`.
    Contact,
    /// The peer inside the program, always there.
    Echo,
    /// An address that wrote to us, or that we visit, and that is no contact.
    Stranger,
}

/// What the history knows of a conversation itself, so that its messages find their place at the next start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationRecord {
    pub conversation: ConversationId,
    pub name: String,
    /// As `Address` displays it: the store knows no dialect.
    pub address: String,
    pub kind: PeerKind,
    /// A person opened it or wrote to it, so no flood of strangers takes its messages.
    pub known: bool,
    /// And yet it is not talked with: it got what all of its group got, was taken from the contacts, or is a room that a person
    /// went out of.
    pub aside: bool,
    /// One is in this room, until a person goes out of it: ending the program is no going out.
    pub joined: bool,
    /// What a person has decided about the peer's key; `None`: nothing, or the peer has none.
    pub trust: Option<Trust>,
}

/// A row of a conversation: where one reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScrollPosition {
    pub message: MessageId,
    /// Which row of the message's block.
    pub row: u32,
}

/// One change of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreCommand {
    /// A new message, with the highest id; one that came with a uid that is known changes nothing: [`StoreEvent::Known`].
    Insert(Arc<Message>),
    /// Another version of a stored message: decoded again, or what became of it is known. None is made of it.
    Replace(Arc<Message>),
    /// A message that was shown although the store had refused it, once more: stored as it is now.
    Keep(Arc<Message>),
    /// A conversation that is new, or has another name, address or kind.
    Know(Box<ConversationRecord>),
    /// Everything up to this message has been seen.
    Read { conversation: ConversationId, up_to: MessageId },
    /// The peer says that somebody there has read our messages up to this one.
    PeerRead { conversation: ConversationId, up_to: MessageId },
    /// What stands in the composer; empty: nothing.
    Draft { conversation: ConversationId, draft: Draft },
    /// Where one reads; `None`: at the end.
    Stand { conversation: ConversationId, at: Option<ScrollPosition> },
    /// What its engine wants back at the next start.
    Session { conversation: ConversationId, state: SessionState },
    /// Nobody listened there when this message of ours came; `None`: that is open again.
    Unheard { conversation: ConversationId, message: Option<MessageId> },
    /// This conversation is open, to be opened again at the next start.
    Open { conversation: ConversationId },
    /// Removes the messages of a conversation up to this one, for good.
    Clear { conversation: ConversationId, up_to: MessageId },
    /// Removes a conversation with all of its messages, for good.
    Forget { conversation: ConversationId },
    /// The same for one that a flood brought and another one drives out: no work is spent on its traces in the file.
    Evict { conversation: ConversationId },
    /// Both are with one peer: what was said in `from`, which is gone then, goes over into the conversation of the record,
    /// which is kept with it. What came to both is kept once.
    Merge { from: ConversationId, into: Box<ConversationRecord> },
    /// Removes the messages of these conversations that are older than `before`.
    Trim { conversations: Vec<ConversationId>, before: MessageId },
}

impl StoreCommand {
    /// The bytes it takes up on its way, near enough to keep within a limit.
    pub fn weight(&self) -> usize {
        size_of::<Self>().saturating_add(match self {
            Self::Insert(message) | Self::Replace(message) | Self::Keep(message) => message.weight(),
            Self::Know(card) | Self::Merge { into: card, .. } => {
                card.name.len().saturating_add(card.address.len())
            }
            Self::Draft { draft, .. } => draft.weight(),
            Self::Session { state, .. } => state.0.len(),
            Self::Trim { conversations, .. } => {
                conversations.len().saturating_mul(size_of::<ConversationId>())
            }
            Self::Read { .. }
            | Self::PeerRead { .. }
            | Self::Stand { .. }
            | Self::Unheard { .. }
            | Self::Open { .. }
            | Self::Clear { .. }
            | Self::Forget { .. }
            | Self::Evict { .. } => 0,
        })
    }

    /// The message that it brings in, if it brings in one.
    pub const fn arrival(&self) -> Option<&Arc<Message>> {
        match self {
            Self::Insert(message) | Self::Keep(message) => Some(message),
            Self::Replace(_)
            | Self::Know(_)
            | Self::Read { .. }
            | Self::PeerRead { .. }
            | Self::Draft { .. }
            | Self::Stand { .. }
            | Self::Session { .. }
            | Self::Unheard { .. }
            | Self::Open { .. }
            | Self::Clear { .. }
            | Self::Forget { .. }
            | Self::Evict { .. }
            | Self::Merge { .. }
            | Self::Trim { .. } => None,
        }
    }

    /// Whether it only says how things stood on the screen: nothing shows it, and losing it loses no message.
    pub const fn is_bookkeeping(&self) -> bool {
        matches!(
            self,
            Self::Know(_)
                | Self::Read { .. }
                | Self::PeerRead { .. }
                | Self::Draft { .. }
                | Self::Stand { .. }
                | Self::Session { .. }
                | Self::Unheard { .. }
                | Self::Open { .. }
        )
    }
}

/// Messages of ours that the peer has not kept yet are wanted, oldest first, behind `after`. An answer ends after
/// `messages`, or at the first one beyond `bytes`, as `Message::weight` counts them; its first message is always whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutboxQuery {
    pub conversation: ConversationId,
    pub after: Option<MessageId>,
    pub messages: usize,
    pub bytes: usize,
}

impl OutboxQuery {
    /// The answer, of what lies behind `after`.
    pub fn answer(self, behind: impl Iterator<Item = Arc<Message>>) -> OutboxPage {
        let (mut messages, mut weight) = (Vec::new(), 0_usize);
        for message in behind {
            weight = weight.saturating_add(message.weight());
            let fits = messages.len() < self.messages && weight <= self.bytes;
            if !fits && !messages.is_empty() {
                return OutboxPage { query: self, messages, more: true };
            }
            messages.push(message);
        }
        OutboxPage { query: self, messages, more: false }
    }
}

/// A part of the outbox of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxPage {
    pub query: OutboxQuery,
    pub messages: Vec<Arc<Message>>,
    /// There are more behind the last.
    pub more: bool,
}

/// What was removed since its time had come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExpiredPart {
    /// The messages; what only changed one of them went with it.
    pub messages: Vec<Arc<Message>>,
    /// When the next are due. Not later than now: there are more.
    pub next: Option<WallTime>,
    /// Others are due as well, and stay until they have gone out, or what was said about them has.
    pub owed: bool,
}

/// A search is wanted: the newest hits that are older than `before`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchQuery {
    /// Chosen by whoever asks, so that an answer finds its question.
    pub ticket: u64,
    pub search: Search,
    /// Only this conversation.
    pub within: Option<ConversationId>,
    pub before: Option<MessageId>,
    /// Hits wanted.
    pub limit: usize,
}

/// Hits, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchHits {
    pub ticket: u64,
    /// Of a message that has been changed with the words of the newest version that matches. Beyond these bytes of a hit's
    /// text see the message itself: a list of hits shows one line of each.
    pub hits: Vec<Arc<Message>>,
    /// There are older ones.
    pub more: bool,
}

/// What became of changes, in the order they were asked for, and answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreEvent {
    Committed(Vec<StoreCommand>),
    /// These messages came before, as their uids say: nothing of them was kept this time, and nothing is lost. Asked for
    /// in one group with what is `Committed`, which is told first.
    Known(Vec<StoreCommand>),
    /// Nothing of these is kept; the chat goes on.
    Refused {
        ops: Vec<StoreCommand>,
        why: Phrase,
    },
    /// With everything in it that was asked for before the page was.
    Page(Page),
    /// A page could not be read.
    NoPage {
        query: PageQuery,
        why: Phrase,
    },
    /// With everything in it that was asked for before.
    Outbox(OutboxPage),
    /// An outbox could not be read.
    NoOutbox {
        query: OutboxQuery,
        why: Phrase,
    },
    Expired(ExpiredPart),
    /// What is due could not be removed.
    NotExpired,
    /// What was sent in a conversation, oldest first.
    Sent {
        conversation: ConversationId,
        texts: Vec<String>,
    },
    Found(SearchHits),
    /// The search failed.
    NotFound {
        ticket: u64,
        why: Phrase,
    },
    /// Something a person should know: a damaged file was moved aside, and the like.
    Told(Phrase),
    /// The file is gone, or is another one: nothing that was kept is there any more, and a new file has begun.
    BegunAnew(Phrase),
    /// The disk has less free than is to stay so, or has enough again.
    DiskLow(bool),
    /// Changes were refused a while ago: they are worth another try.
    TryAgain,
}

/// One conversation as the last run left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredConversation {
    pub card: ConversationRecord,
    /// Its newest message.
    pub newest: Option<MessageId>,
    /// What was said last.
    pub last: Option<Box<LastWords>>,
    /// Incoming messages that were not seen, and the first of them.
    pub unread: u32,
    pub first_unread: Option<MessageId>,
    /// The name of the newest message that came.
    pub heard: Option<Uid>,
    /// Up to which message of ours somebody has read there.
    pub peer_read: Option<MessageId>,
    /// The message of ours that nobody listened to.
    pub unheard: Option<MessageId>,
    pub draft: Draft,
    pub reading: Option<ScrollPosition>,
    /// The oldest message of ours that the peer has not kept yet.
    pub outbox: Option<MessageId>,
    /// Since when the peer has its key, where it had another one before.
    pub epoch: Option<KeyEpoch>,
    /// What its engine wants back.
    pub session: Option<SessionState>,
    /// A person has removed what was said there.
    pub cleared: bool,
}

impl StoredConversation {
    /// One without messages.
    pub const fn of(card: ConversationRecord) -> Self {
        Self {
            card,
            newest: None,
            last: None,
            unread: 0,
            first_unread: None,
            draft: Draft::EMPTY,
            reading: None,
            outbox: None,
            heard: None,
            peer_read: None,
            unheard: None,
            epoch: None,
            session: None,
            cleared: false,
        }
    }

    /// What was said in the other one was said here.
    pub fn merge(&mut self, other: &Self) {
        let earlier = |one: Option<MessageId>, other| [one, other].into_iter().flatten().min();
        let regard = |card: &ConversationRecord| (card.known, !card.aside);
        let (known, talks) = regard(&self.card).max(regard(&other.card));
        (self.card.known, self.card.aside) = (known, !talks);
        self.card.trust = Trust::merged(self.card.trust, other.card.trust);
        self.heard = if self.newest < other.newest { other.heard.or(self.heard) } else { self.heard };
        self.newest = self.newest.max(other.newest);
        self.last = LastWords::later(self.last.take(), other.last.clone());
        self.unread = self.unread.saturating_add(other.unread);
        self.first_unread = earlier(self.first_unread, other.first_unread);
        self.outbox = earlier(self.outbox, other.outbox);
    }
}

/// A message of a stranger that nobody opened or wrote to, for the quota of those.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotaEntry {
    pub message: MessageId,
    pub conversation: ConversationId,
    /// As `Message::weight` counts.
    pub bytes: usize,
    /// It only says that somebody came in, or changes another message, so it was never unread.
    pub joined: bool,
}

/// What a start finds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreSnapshot {
    /// In the order of their ids.
    pub conversations: Vec<StoredConversation>,
    /// The conversation that was open.
    pub open: Option<ConversationId>,
    /// No id up to these may be given again.
    pub last_message: Option<MessageId>,
    /// The lowest that was given to a message from the history of a room.
    pub first_backfilled: Option<MessageId>,
    pub last_conversation: Option<ConversationId>,
    /// Messages of strangers that count for the quota, oldest first.
    pub held: Vec<QuotaEntry>,
    /// Messages with files of ours that are still offered from a known place, or with files that were on their way: the
    /// newest, oldest first.
    pub unfinished: Vec<Arc<Message>>,
    /// When the next message is due to be removed.
    pub next_expiry: Option<WallTime>,
}
