//! The messages of a conversation: those that are held, what was said about them, and what follows from a new one.

use std::sync::Arc;

use super::pages::Pages;
use super::{Changes, Conversation};
use crate::app::event::Effect;
use crate::model::history::{Page, PageAnchor, StoreCommand};
use crate::model::search::OwnNames;
use crate::model::traffic::MessageKind;
use crate::model::{Fault, KeyEpoch, LastWords, Mark, Message, MessageCommand, MessageId, NetCommand, Uid};

impl Conversation {
    /// The messages that are held, oldest first; none unless it is open.
    pub fn messages(&self) -> &[Arc<Message>] {
        self.pages.window().messages()
    }

    /// Where the message stands in `messages`, or where it would.
    pub fn position(&self, id: MessageId) -> usize {
        self.pages.window().position(id)
    }

    pub fn message(&self, id: MessageId) -> Option<&Arc<Message>> {
        self.pages.window().get(id)
    }

    /// What later messages have made of this one.
    pub fn changes(&self, message: &Message) -> Option<&Changes> {
        self.pages.changes().of(message)
    }

    /// What is known of the words of a message that stand now. `None`: nothing, also where it changed here only, since it had
    /// not gone out, or had gone to the key that the peer had before.
    pub fn mark_of<'a>(&'a self, message: &'a Message) -> Option<&'a Mark> {
        let Some(change) = self.changes(message).and_then(Changes::last) else { return message.mark() };
        let never_out =
            change.kind() == Some(MessageKind::Deletion) && message.mark() == Some(&Mark::Waiting);
        let elsewhere = self.went_to_former_key(message) && !self.went_to_former_key(change);
        let nobody_knows = never_out || elsewhere || change.mark() == Some(&Mark::Failed(Fault::FormerKey));
        change.mark().filter(|_| !nobody_knows)
    }

    /// The message that this one answers, where it is known here; it may stand anywhere in the conversation.
    pub fn answered(&self, message: &Message) -> Option<&Arc<Message>> {
        self.pages.changes().answered(message)
    }

    /// What an answer to this message quotes of it, as it stands.
    pub(in crate::app) fn quote_of(&self, target: &Message) -> Option<Arc<str>> {
        let changes = self.changes(target);
        let is_gone = changes.is_some_and(|changes| changes.deleted().is_some());
        if is_gone { None } else { target.quoted(changes.and_then(Changes::text)) }
    }

    /// A message that is held to be read, or since the store would not take it.
    pub(in crate::app) fn held(&self, id: MessageId) -> Option<&Arc<Message>> {
        self.message(id).or_else(|| self.unsaved.get(id))
    }

    /// There are messages above those that are held.
    pub const fn has_older(&self) -> bool {
        self.pages.window().older
    }

    /// There are messages below those that are held.
    pub const fn has_newer(&self) -> bool {
        self.pages.window().newer
    }

    /// It is open and its first page has not come yet.
    pub fn is_loading(&self) -> bool {
        self.pages.is_loading()
    }

    /// A page is on its way.
    pub fn is_paging(&self) -> bool {
        self.pages.is_paging()
    }

    /// What is held is what there is to read.
    pub fn is_loaded(&self) -> bool {
        self.pages.is_loaded()
    }

    /// A page could not be read; it is not requested again before a person scrolls there.
    pub const fn is_stuck(&self) -> bool {
        self.pages.is_stuck()
    }

    /// Whether the history does not have this message, or not as it is shown.
    pub fn is_unsaved(&self, id: MessageId) -> bool {
        self.unsaved.messages().any(|message| message.id == id)
    }

    /// The newest message that can be seen: clearing goes up to it.
    pub(in crate::app) fn newest(&self) -> Option<MessageId> {
        self.messages().last().map(|last| last.id).max(self.activity.newest_change())
    }

    /// A person opened it: a page that could not be read is tried again.
    pub(in crate::app) const fn allow_retry(&mut self) {
        self.pages.unstick();
    }

    pub(in crate::app) const fn request_page(&mut self, at: PageAnchor) {
        self.pages.request(at);
    }

    pub(in crate::app) fn take_page(&mut self, mut page: Page) {
        if self.is_room() {
            page.messages.iter().for_each(|message| self.members.on_message(message));
        }
        for message in page.messages.iter_mut().chain(&mut page.related) {
            if let Some(read) = self.activity.as_read(message) {
                *message = read;
            }
        }
        self.pages.take(page, self.unsaved.all());
    }

    pub(in crate::app) fn fail_page(&mut self, at: PageAnchor) {
        self.pages.fail(at, self.unsaved.all());
    }

    /// The conversation is closed: its pages are dropped.
    pub(in crate::app) fn close(&mut self) {
        self.pages = Pages::default();
    }

    /// The names we go by here: our own, and in a room the one that it knows us by.
    pub fn own_names(&self, own: &str) -> OwnNames {
        if self.is_room() {
            OwnNames::new([own].into_iter().chain(self.members.own()))
        } else {
            OwnNames::default()
        }
    }

    /// Whether a message came that speaks to us by name, as one does in a room.
    pub(in crate::app) fn speaks_to_us(&self, message: &Message, own: &str) -> bool {
        let is_said = message.is_incoming() && !message.is_event() && !message.is_change();
        is_said && self.is_room() && self.own_names(own).are_in(&message.text)
    }

    /// The history is told which message nobody listened to, where that is another one than it knows.
    pub(in crate::app) fn save_unheard(&mut self) -> Option<Effect> {
        let is_news = self.status.keep_unheard();
        let told = StoreCommand::Unheard { conversation: self.id, message: self.status.unheard() };
        is_news.then_some(Effect::Store(told))
    }

    /// A message is about to be shown: what follows from it for everything but its text.
    pub(in crate::app) fn on_message(&mut self, message: &Message) {
        if message.is_change() {
            self.activity.on_change(message);
            return;
        }
        self.activity.on_message(message);
        if self.is_room() {
            self.members.on_message(message);
        }
        if !message.is_incoming() {
            self.activity.on_sent();
            self.status.on_sent(message.id);
            return;
        }
        if message.is_local() {
            self.standing.set_epoch(KeyEpoch { line: message.id, since: message.time });
            return;
        }
        if message.id.is_backfilled() {
            return;
        }
        self.status.on_heard();
        // A join line is shown, and is never unread.
        if !message.is_event() {
            self.activity.on_received(message.id);
        }
    }

    /// Shows a message, or the new version of one, or what it makes of another one. Gives those that lost their words.
    pub(in crate::app) fn put(&mut self, message: &Arc<Message>) -> Vec<Arc<Message>> {
        let read = self.activity.as_read(message);
        let emptied = self.pages.put(read.as_ref().unwrap_or(message));
        for message in &emptied {
            self.unsaved.replace(message);
        }
        emptied
    }

    /// The message that has this name, if it is held.
    pub(in crate::app) fn named(&self, uid: Uid, ours: bool) -> Option<&Arc<Message>> {
        self.pages.changes().named(uid, ours)
    }

    /// Tells the peer up to where a person has read, if that is everything; whether it gets to know that is decided where
    /// it would be told.
    pub(in crate::app) fn tell_read(&self) -> Option<Effect> {
        let may = self.address.scheme.caps.chat.reads && self.trust().is_some_and(|trust| trust.sends());
        let uid = self.activity.read_up_to().filter(|_| may && self.is_followed())?;
        Some(Effect::Net(NetCommand::Message(self.id, MessageCommand::Read { uid })))
    }

    /// Replaces a message that is there.
    pub(in crate::app) fn replace(&mut self, message: &Arc<Message>) {
        self.activity.renew_last(message);
        self.pages.replace(self.activity.as_read(message).as_ref().unwrap_or(message));
        self.unsaved.replace(message);
    }

    /// The peer has read our messages up to this one. `false`: that was known.
    pub(in crate::app) fn set_peer_read(&mut self, up_to: MessageId) -> bool {
        let is_news = self.activity.set_peer_read(up_to);
        if is_news {
            let activity = &self.activity;
            self.pages.renew(|message| activity.as_read(message));
        }
        is_news
    }

    /// Drops what is older than that message.
    pub(in crate::app) fn drop_before(&mut self, id: MessageId) {
        self.activity.drop_last(|last| last < id);
        self.pages.drop_before(id);
        self.unsaved.drop_before(id);
    }

    /// The message was removed since its time had come, with what was said about it. `true`: what was said last now is to be
    /// looked up.
    pub(in crate::app) fn expire(&mut self, message: &Message) -> bool {
        self.pages.remove(message);
        self.unsaved.remove(message.id);
        self.activity.on_removed(message);
        self.activity.drop_last(|last| last == message.id)
    }

    /// What was said last, as this part of the conversation shows it.
    pub(in crate::app) fn recall_last(&mut self, page: &Page) {
        let last = page.messages.iter().rev().find_map(|message| LastWords::of(message));
        let amended = last.map(|mut last| {
            page.related.iter().for_each(|change| last.amend(change));
            last
        });
        self.activity.recall_last(amended);
    }

    /// Everything up to this message was removed.
    pub(in crate::app) fn clear(&mut self, up_to: MessageId) {
        self.unsaved.end_clearing(up_to);
        self.drop_before(MessageId(up_to.0.saturating_add(1)));
        self.activity.clear(up_to);
    }
}
