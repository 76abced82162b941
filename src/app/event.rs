//! What can happen to the state (`Event`, `Intent`) and what it asks for in return (`Effect`).

use std::sync::Arc;

pub use super::orders::{ContactsEdit, FetchRequest};

use crate::model::file::FileSource;
use crate::model::history::{
    OutboxQuery, PageAnchor, PageQuery, QuotaEntry, ScrollPosition, SearchQuery, StoreCommand, StoreEvent,
    StoredConversation,
};
use crate::model::lab::LabSettings;
use crate::model::search::Search;
use crate::model::traffic::MessageKind;
use crate::model::{
    Address, Alert, Contact, ConversationId, Draft, Fault, KeepPeriod, Message, MessageId, NetCommand,
    NetEvent, NotifyLevel, Phrase, RoomCommand, WallTime,
};

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// What the last run left; before anything else.
    Restored(Restored),
    /// What we are called from now on.
    OwnName(String),
    Net(NetEvent),
    Stored(StoreEvent),
    /// A person asked for something.
    Intent(Intent),
    /// `contacts.toml` was read: these are all the contacts, in its order. `edit` is what we changed in it.
    ContactsLoaded {
        contacts: Vec<Contact>,
        edit: Option<ContactsEdit>,
    },
    /// The time may have come to remove messages.
    Due,
    /// `contacts.toml` cannot be read: the contacts are those of the last run.
    ContactsUnknown,
    /// A line for the status line: a file that could not be read or written, and the like.
    StatusLine(Phrase),
    /// The trouble a line told of is over: the line goes.
    StatusLineCleared(Phrase),
    /// Where the files are that this message of ours has offered in an earlier run, one for each; `None`: all of them are
    /// gone, or are others by now.
    FilesFound {
        message: Arc<Message>,
        sources: Option<Arc<[FileSource]>>,
    },
    /// The network side did not take a command; `message` is what it was to send.
    Refused {
        message: Option<MessageId>,
        fault: Fault,
    },
}

/// What the last run left, with addresses already parsed: the store knows no dialect.
#[derive(Clone, Debug, Default)]
pub struct Restored {
    pub conversations: Vec<(StoredConversation, Address)>,
    pub open: Option<ConversationId>,
    /// Nothing of this run will be there at the next start.
    pub ephemeral: bool,
    /// Nothing is kept at all, and everything that comes is wanted: there is nothing to protect from a flood.
    pub unlimited: bool,
    /// No id up to these is given again.
    pub last_message: Option<MessageId>,
    /// None from this one on, among those of messages from the histories of rooms.
    pub first_backfilled: Option<MessageId>,
    pub last_conversation: Option<ConversationId>,
    /// What nobody can foresee of this run: the names of our messages come from it.
    pub secret: [u8; 32],
    /// Messages of strangers that count for their quota, oldest first.
    pub held: Vec<QuotaEntry>,
    /// Messages with files that are still offered, or that were on their way, oldest first.
    pub unfinished: Vec<Arc<Message>>,
    /// When the first message is due to be removed.
    pub next_expiry: Option<WallTime>,
}

/// What a person asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    Send {
        conversation: ConversationId,
        text: String,
    },
    /// Send these bytes as they are; the text is what they say.
    SendBytes {
        conversation: ConversationId,
        text: String,
        bytes: Arc<[u8]>,
    },
    /// Answer a message.
    Reply {
        conversation: ConversationId,
        message: MessageId,
        text: String,
    },
    /// Put other words in the place of a message of ours.
    Edit {
        conversation: ConversationId,
        message: MessageId,
        text: String,
    },
    /// Take a message of ours back, on both sides.
    Delete {
        conversation: ConversationId,
        message: MessageId,
    },
    /// Put an emoji under a message; empty: take ours back.
    React {
        conversation: ConversationId,
        message: MessageId,
        emoji: String,
    },
    /// A person changes what stands in the composer.
    Type {
        conversation: ConversationId,
    },
    /// Shake the window of a peer.
    Nudge {
        conversation: ConversationId,
    },
    /// The same, sealed, to several, or to everybody.
    SendAs {
        conversation: ConversationId,
        text: String,
        kind: MessageKind,
    },
    /// The same to all of a group, each by themselves: that makes nobody one that a person talks with.
    SendToGroup {
        conversation: ConversationId,
        text: String,
    },
    /// Offer files and folders, with some words.
    Offer {
        conversation: ConversationId,
        text: String,
        sources: Vec<FileSource>,
        /// Entries of folders that are not offered: links and the like.
        left_out: usize,
    },
    /// Open a sealed message.
    Unseal {
        conversation: ConversationId,
        message: MessageId,
    },
    /// Fetch what a message offers: one file, or all that are not there yet.
    Accept {
        conversation: ConversationId,
        message: MessageId,
        file: Option<u16>,
    },
    /// Nothing that a message offers is wanted.
    Decline {
        conversation: ConversationId,
        message: MessageId,
    },
    /// End what is being moved of a message, one file or all. Where that is all of it, and ours, the offer ends too.
    Stop {
        conversation: ConversationId,
        message: MessageId,
        file: Option<u16>,
    },
    /// Send a failed message again, as a new one.
    Retry {
        conversation: ConversationId,
        message: MessageId,
    },
    /// What a person has to say to the relay of a room.
    Room {
        conversation: ConversationId,
        command: RoomCommand,
    },
    /// A person reads on beyond the first line of a room, or wants so many messages of before that.
    ReadEarlier {
        conversation: ConversationId,
        count: Option<u16>,
    },
    /// A person opened it: the part around where they read is wanted.
    Open {
        conversation: ConversationId,
    },
    /// A person picked it by its name, and did not just come past it: whoever is there may write.
    Choose {
        conversation: ConversationId,
    },
    /// Another part of an open conversation is wanted.
    Page {
        conversation: ConversationId,
        at: PageAnchor,
    },
    /// Everything in the conversation has been seen. `arriving`: as it came, so no line has to say what is new.
    Read {
        conversation: ConversationId,
        arriving: bool,
    },
    /// The conversation was left: its unread marker goes, and nothing of it is held any more.
    Leave {
        conversation: ConversationId,
    },
    Add {
        name: String,
        address: Address,
    },
    Remove {
        conversation: ConversationId,
    },
    Rename {
        conversation: ConversationId,
        name: String,
    },
    /// Same peer, other address or options (its encoding).
    SetAddress {
        conversation: ConversationId,
        address: Address,
    },
    /// Fetch without asking what this contact offers in one message up to so many bytes; `None`: ask.
    AcceptUpTo {
        conversation: ConversationId,
        up_to: Option<u64>,
    },
    /// What comes and is sent there from now on is removed so long after it was stored; `None`: it stays.
    KeepFor {
        conversation: ConversationId,
        period: Option<KeepPeriod>,
    },
    /// What of this contact rings and counts from now on.
    Notify {
        conversation: ConversationId,
        level: NotifyLevel,
    },
    /// This contact stands on top of the list, or no more.
    Pin {
        conversation: ConversationId,
        pinned: bool,
    },
    /// Ask the program of the peer whether it is there.
    Ask {
        conversation: ConversationId,
    },
    /// Ask everybody on our networks who is there.
    Look,
    /// Open a conversation with any address; a room is entered.
    Visit {
        address: Address,
    },
    /// Open a conversation with an address, and the connection to it, which is kept; or go into the room.
    Connect {
        address: Address,
    },
    /// Open the connection to this peer and keep it; or go into the room.
    Reconnect {
        conversation: ConversationId,
    },
    /// End the connection to this peer, and open none before there is something to send.
    Disconnect {
        conversation: ConversationId,
    },
    /// Go into this room: its members may know of us from now on.
    EnterRoom {
        conversation: ConversationId,
    },
    /// Go out of this room. A contact is one no more; what was said stays to be read.
    LeaveRoom {
        conversation: ConversationId,
    },
    /// Show no more of this stranger while the program runs.
    Ignore {
        conversation: ConversationId,
    },
    /// A person decides what to think of the key of a peer.
    Decide {
        conversation: ConversationId,
        decision: KeyDecision,
    },
    /// Remove all messages of the conversation.
    Clear {
        conversation: ConversationId,
    },
    /// Make a bad network of the one to this peer, in place of any other; `None`: a good one again, for all.
    Lab {
        conversation: ConversationId,
        settings: Option<LabSettings>,
    },
    /// The program is about to end: refused writes are tried once more.
    Flush,
    /// The person looks away from the program, or is back.
    Away(bool),
    /// What was written there and not sent: Up brings it back like what was.
    RememberText {
        conversation: ConversationId,
        text: String,
    },
    /// What stands in the composer.
    SaveDraft {
        conversation: ConversationId,
        draft: Draft,
    },
    /// Where a person reads; `None`: at the end.
    SaveScroll {
        conversation: ConversationId,
        at: Option<ScrollPosition>,
    },
    /// Find messages, in one conversation or in all; the results of an earlier search there go.
    Search {
        within: Option<ConversationId>,
        search: Search,
    },
    /// More results of the last search of this kind, older ones.
    SearchMore {
        everywhere: bool,
    },
}

/// What a person may decide about a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyDecision {
    /// Whoever asks may talk to us; or whoever was blocked may again.
    Accept,
    /// Nothing of this key is wanted.
    Block,
    /// The safety numbers are the same on both sides.
    Verify,
    /// They were compared, and that is taken back.
    Unverify,
    /// Another key claims to be this contact, and it is: the contact has that key from now on.
    SamePerson,
    /// Another key claims to be this contact, and it is somebody else.
    SomebodyElse,
    /// The same, and nothing of that key is wanted.
    IgnoreClaim,
    /// Whoever asks is forgotten, with what was said, and may not ask again while the program runs.
    Decline,
}

/// What the state asks for. The runtime carries it out.
#[derive(Clone, Debug)]
pub enum Effect {
    Net(NetCommand),
    Store(StoreCommand),
    /// Look whether the files that this message of ours offers are still there: an [`Event::FilesFound`] answers.
    FindFiles(Arc<Message>),
    /// Read a page of the history.
    Page(PageQuery),
    /// Read what the peer has not kept yet.
    Outbox(OutboxQuery),
    /// Remove what is due by then.
    Expire(WallTime),
    /// Read what was sent in a conversation.
    Sent(ConversationId),
    Search(SearchQuery),
    Contacts(ContactsEdit),
    /// Fetch a file: find a place for it, then give the order.
    Fetch(FetchRequest),
    /// Nobody can fetch this file any more: what there is of it goes.
    Discard(FetchRequest),
    /// Call a person: nobody is looking.
    Alert(Box<Alert>),
}
