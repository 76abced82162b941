//! One conversation: who it is with, what of it is held to be read, what is unread.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use super::members::MemberList;
use super::window::MessageWindow;
use crate::model::history::{ConversationRecord, Page, PageAnchor, ScrollPosition, StoredConversation};
use crate::model::traffic::{ConnectionState, Profile};
use crate::model::{Address, ConversationId, Direction, Message, MessageId, PeerKind};

/// Sent texts that Up can bring back.
pub const MAX_SENT: usize = 200;

/// Messages that only memory has: notices, and what the store refused. The oldest go first.
const MAX_UNSTORED: usize = 10_000;

/// Their bytes, as `Message::weight` counts them.
const MAX_UNSTORED_BYTES: usize = 16 * 1024 * 1024;

/// What is known about whether the peer is there. Plain dialects never know more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reachability {
    Unknown,
    /// It wrote to us since the program started.
    Heard,
    /// ICMP said that nobody listens at its address; no message went out or came since.
    Unreachable,
}

/// How much of a conversation is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum LoadState {
    /// Nothing: it is not open.
    #[default]
    Nothing,
    /// The first page is on its way.
    Awaited,
    /// It could not be read.
    Failed,
    Pages,
}

/// One conversation. Messages are in order of their ids, which is the order of arrival.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "facts that become so one by one, each for itself")]
pub struct Conversation {
    pub id: ConversationId,
    pub name: String,
    pub address: Address,
    pub kind: PeerKind,
    /// Place in `contacts.toml`; strangers in the order they came, behind all contacts.
    pub rank: u32,
    pub notify: bool,
    pub presence: Reachability,
    /// Whether the other side answers, where the dialect knows.
    pub connection: Option<ConnectionState>,
    /// Who is there, in a room.
    pub members: MemberList,
    /// What the peer tells of itself.
    pub about: Option<Box<Profile>>,
    /// The peer is writing to us, or was until then.
    pub typing: Option<Instant>,
    /// The newest message to the peer when ICMP said that nobody listens; gone with the next one either way.
    pub unheard: Option<MessageId>,
    pub unread: u32,
    /// Where the line "new" stands: the first message that came when all before it had been read.
    pub marker: Option<MessageId>,
    /// The newest message either way; orders the list.
    pub activity: Option<MessageId>,
    /// Messages that were shown since the program started, and those unread then: what is new below.
    pub arrivals: u64,
    /// Hidden, and what it sends is only counted.
    pub ignored: bool,
    /// What was sent here, or written and not sent, oldest first, for Up.
    pub sent: Vec<String>,
    /// What stood in the composer when it was saved last, and where one read.
    pub draft: String,
    pub reading: Option<ScrollPosition>,
    /// The message that was the next one when this came up: a row without messages is as old as that.
    pub(super) since: MessageId,
    /// A person opened it or wrote to it.
    pub(super) known: bool,
    /// The history knows who it is with.
    pub(super) in_history: bool,
    /// The network side knows of it.
    pub(super) followed: bool,
    /// A person went out of this room: what comes from there is only counted.
    pub(super) left: bool,
    /// Messages up to this one are about to be removed, or have been.
    pub(super) clearing: Option<MessageId>,
    pub(super) cleared: Option<MessageId>,
    /// What the history knows of it besides its messages is out of date.
    pub(super) lags: bool,
    /// What was sent in earlier runs has been asked for.
    pub(super) sent_asked: bool,
    /// Messages on their way through the store.
    pub(super) pending: u32,
    /// The newest message to the peer of this run.
    pub(super) last_sent: Option<MessageId>,
    /// The last page that was asked for could not be read.
    pub(super) stuck: bool,
    holding: LoadState,
    window: MessageWindow,
    /// The page on its way that was asked for last: an earlier one is no answer to that.
    paging: Option<PageAnchor>,
    unstored: VecDeque<Arc<Message>>,
    /// What they weigh together.
    unstored_bytes: usize,
    /// Messages that the store refused and that memory had no room for any more.
    pub lost: u64,
}

impl Conversation {
    pub(super) fn new(id: ConversationId, name: String, address: Address, kind: PeerKind) -> Self {
        Self {
            id,
            name,
            address,
            kind,
            rank: id.0,
            notify: true,
            presence: Reachability::Unknown,
            connection: None,
            members: MemberList::default(),
            about: None,
            typing: None,
            unheard: None,
            unread: 0,
            marker: None,
            activity: None,
            arrivals: 0,
            ignored: false,
            sent: Vec::new(),
            draft: String::new(),
            reading: None,
            since: MessageId(0),
            known: false,
            in_history: false,
            followed: false,
            left: false,
            clearing: None,
            cleared: None,
            lags: false,
            sent_asked: false,
            pending: 0,
            last_sent: None,
            holding: LoadState::Nothing,
            window: MessageWindow::default(),
            stuck: false,
            paging: None,
            unstored: VecDeque::new(),
            unstored_bytes: 0,
            lost: 0,
        }
    }

    /// As the last run left it.
    pub(super) fn restored(kept: StoredConversation, address: Address) -> Self {
        let StoredConversation { card, newest, unread, first_unread, draft, reading } = kept;
        Self {
            unread,
            marker: first_unread,
            activity: newest,
            arrivals: u64::from(unread),
            draft,
            reading,
            known: card.known,
            in_history: true,
            ..Self::new(card.conversation, card.name, address, card.kind)
        }
    }

    /// Many people are in it.
    pub fn is_room(&self) -> bool {
        self.address.is_room()
    }

    /// It has this address from now on. Who was where it was before is not there.
    pub(super) fn move_to(&mut self, address: Address) {
        if !self.address.is_same_place(&address) {
            self.presence = Reachability::Unknown;
            self.unheard = None;
            self.connection = None;
            (self.about, self.typing) = (None, None);
            self.members = MemberList::default();
        }
        self.address = address;
    }

    /// It is a room that one is not in: there is only to be read what was said.
    pub fn is_out(&self) -> bool {
        self.is_room() && !self.followed
    }

    /// What the history keeps of it besides its messages.
    pub(super) fn card(&self) -> ConversationRecord {
        ConversationRecord {
            conversation: self.id,
            name: self.name.clone(),
            address: self.address.to_string(),
            kind: self.kind,
            known: self.known,
        }
    }

    /// The messages that are held, oldest first; none unless it is open.
    pub fn messages(&self) -> &[Arc<Message>] {
        self.window.messages()
    }

    /// Where the message stands in `messages`, or where it would.
    pub fn position(&self, id: MessageId) -> usize {
        self.window.position(id)
    }

    pub fn message(&self, id: MessageId) -> Option<&Arc<Message>> {
        self.window.get(id)
    }

    /// A message that is held to be read, or since the store would not take it.
    pub(super) fn held(&self, id: MessageId) -> Option<&Arc<Message>> {
        self.message(id).or_else(|| self.unstored.iter().find(|message| message.id == id))
    }

    /// There are messages above those that are held.
    pub const fn has_older(&self) -> bool {
        self.window.older
    }

    /// There are messages below those that are held.
    pub const fn has_newer(&self) -> bool {
        self.window.newer
    }

    /// It is open and its first page has not come yet.
    pub fn is_awaited(&self) -> bool {
        self.holding == LoadState::Awaited
    }

    /// A page is on its way.
    pub fn is_paging(&self) -> bool {
        self.paging.is_some() || self.is_awaited()
    }

    /// What is held is what there is to read.
    pub fn is_readable(&self) -> bool {
        self.holding == LoadState::Pages
    }

    /// A part of it could not be read; it is not asked for again before somebody wants it.
    pub const fn is_stuck(&self) -> bool {
        self.stuck
    }

    /// Whether the history does not have this message, or not as it is shown.
    pub fn is_unkept(&self, id: MessageId) -> bool {
        self.unkept().any(|message| message.id == id)
    }

    /// Messages that the history does not have, or not as they are shown.
    pub(super) fn unkept(&self) -> impl Iterator<Item = &Arc<Message>> {
        let kept = |message: &&Arc<Message>| self.clearing.is_some_and(|clearing| message.id <= clearing);
        let stays = move |message: &&Arc<Message>| {
            !matches!(message.direction, Direction::Notice(_)) && !kept(message)
        };
        self.unstored.iter().filter(stays)
    }

    pub(super) const fn await_page(&mut self, at: PageAnchor) {
        self.paging = Some(at);
        if matches!(self.holding, LoadState::Nothing | LoadState::Failed) {
            self.holding = LoadState::Awaited;
        }
    }

    /// A page has come. After the conversation was left it is of no use.
    pub(super) fn take_page(&mut self, page: Page) {
        self.paging = self.paging.filter(|at| *at != page.query.at);
        self.stuck = false;
        if self.holding != LoadState::Nothing {
            self.holding = LoadState::Pages;
            self.window.take(page, self.unstored.make_contiguous());
        }
    }

    /// No page will come.
    pub(super) fn miss_page(&mut self, at: PageAnchor) {
        self.paging = self.paging.filter(|awaited| *awaited != at);
        self.stuck = true;
        if self.holding == LoadState::Awaited {
            self.holding = LoadState::Failed;
        }
    }

    /// Nobody reads here any more.
    pub(super) fn let_go(&mut self) {
        self.holding = LoadState::Nothing;
        self.paging = None;
        self.stuck = false;
        self.window = MessageWindow::default();
    }

    /// Shows a message, or the new version of one.
    pub(super) fn put(&mut self, message: Arc<Message>) {
        if self.holding == LoadState::Pages {
            self.window.put(message);
        }
    }

    /// Keeps a message in memory, since the store did not or never will.
    pub(super) fn hold(&mut self, message: Arc<Message>) {
        self.unstored_bytes = self.unstored_bytes.saturating_add(message.weight());
        let at = self.unstored.partition_point(|one| one.id < message.id);
        match self.unstored.get_mut(at) {
            Some(slot) if slot.id == message.id => {
                self.unstored_bytes = self.unstored_bytes.saturating_sub(slot.weight());
                *slot = message;
            }
            Some(_) | None => self.unstored.insert(at, message),
        }
        while (self.unstored.len() > MAX_UNSTORED || self.unstored_bytes > MAX_UNSTORED_BYTES)
            && let Some(oldest) = self.unstored.pop_front()
        {
            self.unstored_bytes = self.unstored_bytes.saturating_sub(oldest.weight());
            let is_message = !matches!(oldest.direction, Direction::Notice(_));
            self.lost = self.lost.saturating_add(u64::from(is_message));
        }
    }

    /// The history has it now as it is here. If it has changed meanwhile it is not the same.
    pub(super) fn release(&mut self, message: &Message) {
        self.drop_unstored(|one| *one != *message);
    }

    fn drop_unstored(&mut self, stays: impl Fn(&Message) -> bool) {
        self.unstored.retain(|message| stays(message));
        self.unstored_bytes = self.unstored.iter().map(|message| message.weight()).sum();
    }

    /// Replaces a message that is there.
    pub(super) fn replace(&mut self, message: &Arc<Message>) {
        self.window.replace(message);
        let same = self.unstored.iter_mut().find(|one| one.id == message.id);
        if let Some(slot) = same {
            self.unstored_bytes = self.unstored_bytes.saturating_sub(slot.weight());
            self.unstored_bytes = self.unstored_bytes.saturating_add(message.weight());
            slot.clone_from(message);
        }
    }

    /// Drops what is older than that message.
    pub(super) fn drop_before(&mut self, id: MessageId) {
        self.window.drop_before(id);
        self.drop_unstored(|message| message.id >= id);
    }

    /// The newest message that can be seen: what a person means who clears the conversation.
    pub(super) fn newest(&self) -> Option<MessageId> {
        self.messages().last().map(|last| last.id).max(self.activity)
    }

    /// Everything up to this message was removed.
    pub(super) fn clear(&mut self, up_to: MessageId) {
        self.clearing = None;
        self.cleared = self.cleared.max(Some(up_to));
        self.drop_before(MessageId(up_to.0.saturating_add(1)));
        if self.activity.is_some_and(|activity| activity <= up_to) {
            self.activity = None;
            self.unread = 0;
            self.marker = None;
        }
    }

    pub(super) fn remember_sent(&mut self, text: &str) {
        if self.sent.last().is_some_and(|last| last == text) {
            return;
        }
        self.sent.push(text.to_owned());
        if self.sent.len() > MAX_SENT {
            self.sent.remove(0);
        }
    }

    /// What was sent in earlier runs, before what was sent since.
    pub(super) fn recall_sent(&mut self, mut texts: Vec<String>) {
        // What was sent while this was on its way is in both.
        let known = self.sent.len().min(texts.len());
        let overlap = (0..=known)
            .rev()
            .find(|len| texts.get(texts.len().saturating_sub(*len)..) == self.sent.get(..*len));
        texts.truncate(texts.len().saturating_sub(overlap.unwrap_or_default()));
        texts.append(&mut self.sent);
        texts.drain(..texts.len().saturating_sub(MAX_SENT));
        self.sent = texts;
    }
}
