//! Reading: which part of a conversation is held, what has been seen, where one stands.

use std::sync::Arc;

use super::{downloads, mentions, talk};
use crate::app::context::UpdateCx;
use crate::app::event::Effect;
use crate::app::state::{MAX_REDECODE, State};
use crate::model::history::{PAGE, Page, PageAnchor, PageQuery, Purpose, ScrollPosition, StoreCommand};
use crate::model::traffic::MessageKind;
use crate::model::{
    ConversationId, Direction, Draft, Fault, Message, MessageCommand, MessageId, NetCommand, PeerKind,
    Phrase, TransferId, TransferState,
};

/// A person opened it: from where they read the last time on. What is to be shown is asked for before anything is kept:
/// a person waits for it, and the first change of a run waits for the disk.
pub(super) fn open(cx: &mut UpdateCx<'_>, id: ConversationId) {
    cx.state.conversations.presence_only.remove(id);
    cx.state.pending_writes.allow_telling_of_pages();
    let Some(conversation) = cx.state.conversations.get_mut(id) else { return };
    conversation.allow_retry();
    if !conversation.is_loaded() && !conversation.is_loading() {
        let scroll = conversation.input.scroll();
        let at = scroll.map_or(PageAnchor::Newest, |scroll| PageAnchor::Around(scroll.message));
        request_page(cx, id, at);
    }
    let Some(conversation) = cx.state.conversations.get_mut(id) else { return };
    // Reading an old room is not entering it.
    if !(conversation.is_out() && conversation.kind == PeerKind::Stranger) {
        cx.effects.extend(conversation.follow_once());
    }
    cx.effects.extend(conversation.mark_known());
    cx.effects.extend(conversation.mark_joined());
    if conversation.input.request_sent() {
        cx.effects.push(Effect::Sent(id));
    }
    cx.effects.push(Effect::Store(StoreCommand::Open { conversation: id }));
}

/// Asks for a part of it, one at a time; a jump does not wait for its turn.
pub(super) fn request_page(cx: &mut UpdateCx<'_>, id: ConversationId, at: PageAnchor) {
    let Some(conversation) = cx.state.conversations.get_mut(id) else { return };
    if conversation.is_paging() && matches!(at, PageAnchor::Before(_) | PageAnchor::After(_)) {
        return;
    }
    conversation.request_page(at);
    let query = PageQuery { conversation: id, at, messages: PAGE, purpose: Purpose::Show };
    cx.effects.push(Effect::Page(query));
}

/// Messages that are looked at for what was said last: some only say that somebody came in.
const LATELY: usize = 20;

/// What was said last is gone: something may have been said before it.
pub(super) fn request_last(cx: &mut UpdateCx<'_>, id: ConversationId) {
    let (at, purpose) = (PageAnchor::Newest, Purpose::LastWords);
    cx.effects.push(Effect::Page(PageQuery { conversation: id, at, messages: LATELY, purpose }));
}

/// The encoding has changed: the newest messages are decoded again.
pub(super) fn redecode(cx: &mut UpdateCx<'_>, id: ConversationId) {
    let purpose = Purpose::Redecode;
    let query = PageQuery { conversation: id, at: PageAnchor::Newest, messages: MAX_REDECODE, purpose };
    cx.effects.push(Effect::Page(query));
}

pub(super) fn on_page(cx: &mut UpdateCx<'_>, mut page: Page) {
    match page.query.purpose {
        Purpose::Show => {
            let shown = page.messages.iter_mut().chain(&mut page.related);
            shown.for_each(|message| end_stale_transfers(cx.state, message));
            cx.state.pending_writes.allow_telling_of_pages();
            if let Some(conversation) = cx.state.conversations.get_mut(page.query.conversation) {
                conversation.take_page(page);
            }
        }
        Purpose::Locate => talk::on_located(cx, &page),
        Purpose::LastWords => {
            if let Some(conversation) = cx.state.conversations.get_mut(page.query.conversation) {
                conversation.recall_last(&page);
            }
        }
        Purpose::Withdrawn => downloads::on_withdrawn_found(cx, &page),
        Purpose::Mentions => mentions::on_page(cx, &page),
        Purpose::Redecode => {
            for message in page.messages.into_iter().filter(|message| has_text(message)).rev() {
                let payload = Arc::clone(&message.payload);
                let redecode = MessageCommand::Redecode { message: message.id, payload };
                cx.net(NetCommand::Message(message.conversation, redecode));
                let newest = cx.state.newest_version(message.id).unwrap_or(message);
                cx.state.versions.start_redecoding(newest);
            }
        }
    }
}

/// Transfers of an earlier run have broken off, and its offers are withdrawn.
fn end_stale_transfers(state: &State, message: &mut Arc<Message>) {
    if message.files.is_empty() {
        return;
    }
    let live = |file| state.transfers.contains_key(&TransferId { message: message.id, file });
    let stands = state.offers.message(message.id).is_some() || message.files.sources().is_some();
    let files = message.files.with_states(|at, file| match (&file.state, message.is_outgoing()) {
        (TransferState::Moving, false) if !live(at) => {
            Some(TransferState::Broken { fault: Fault::Interrupted, bytes: 0 })
        }
        (TransferState::Offered | TransferState::Moving, true) if !stands && !live(at) => {
            Some(TransferState::Withdrawn)
        }
        _ => None,
    });
    if files != message.files {
        *message = Arc::new(Message { files, ..Message::clone(message) });
    }
}

/// Whether the bytes of a message make a text by themselves. A sealed one has none before it is opened.
fn has_text(message: &Message) -> bool {
    let has_none = matches!(message.kind(), Some(MessageKind::Sealed | MessageKind::Unreadable));
    message.is_incoming() && !has_none && !message.is_local()
}

pub(super) fn on_no_page(state: &mut State, query: PageQuery, why: Phrase) {
    let conversation = state.conversations.get_mut(query.conversation);
    let mut is_news = true;
    if let (Purpose::Show, Some(conversation)) = (query.purpose, conversation) {
        conversation.fail_page(query.at);
        is_news = state.pending_writes.on_no_page(query);
    }
    if is_news {
        state.tell(why);
    }
}

/// The store works: what it could not read before is asked for again, where it is still to be read.
pub(super) fn retry_page(cx: &mut UpdateCx<'_>) {
    let Some(query) = cx.state.pending_writes.take_failed_page() else { return };
    let Some(conversation) = cx.state.conversations.get_mut(query.conversation) else { return };
    if !conversation.is_stuck() {
        return;
    }
    conversation.allow_retry();
    if !conversation.is_loaded() && !conversation.is_loading() {
        request_page(cx, query.conversation, query.at);
    }
}

pub(super) fn on_sent(state: &mut State, id: ConversationId, texts: Vec<String>) {
    if let Some(conversation) = state.conversations.get_mut(id) {
        conversation.input.recall(texts);
    }
}

/// The payload of an incoming message, read with another encoding.
pub(super) fn on_redecoded(cx: &mut UpdateCx<'_>, id: MessageId, text: String, lossy: bool) {
    let Some(message) = cx.state.versions.end_redecoding(id) else { return };
    let mut again = Message { text, ..Message::clone(&message) };
    let Direction::Incoming { lossy: marked, .. } = &mut again.direction else { return };
    *marked = lossy;
    cx.revise(again);
}

pub(super) fn mark_read(cx: &mut UpdateCx<'_>, id: ConversationId, arriving: bool) {
    let Some(conversation) = cx.state.conversations.get_mut(id) else { return };
    if let Some(up_to) = conversation.activity.read() {
        cx.effects.push(Effect::Store(StoreCommand::Read { conversation: id, up_to }));
        cx.effects.extend(conversation.tell_read());
    }
    if arriving {
        conversation.activity.remove_marker();
    }
}

pub(super) fn leave(state: &mut State, id: ConversationId) {
    if let Some(conversation) = state.conversations.get_mut(id) {
        conversation.close();
        state.search.close(id);
        conversation.activity.forget_missed();
        if conversation.activity.unread() == 0 {
            conversation.activity.remove_marker();
        }
    }
}

pub(super) fn remember(state: &mut State, id: ConversationId, text: &str) {
    if let Some(conversation) = state.conversations.get_mut(id) {
        conversation.input.remember(text);
    }
}

pub(super) fn save_draft(cx: &mut UpdateCx<'_>, id: ConversationId, draft: Draft) {
    let conversation = cx.state.conversations.get_mut(id);
    if conversation.is_some_and(|conversation| conversation.input.set_draft(&draft)) {
        cx.store(StoreCommand::Draft { conversation: id, draft });
    }
}

pub(super) fn save_scroll(cx: &mut UpdateCx<'_>, id: ConversationId, at: Option<ScrollPosition>) {
    let conversation = cx.state.conversations.get_mut(id);
    if conversation.is_some_and(|conversation| conversation.input.set_scroll(at)) {
        cx.store(StoreCommand::Stand { conversation: id, at });
    }
}
