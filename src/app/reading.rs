//! Reading: which part of a conversation is held, what has been seen, where one stands.

use std::sync::Arc;

use super::event::Effect;
use super::search::SearchResults;
use super::state::State;
use super::{moving, versions};
use crate::model::history::{PAGE, Page, PageAnchor, PageQuery, Purpose, ScrollPosition, StoreCommand};
use crate::model::traffic::MessageKind;
use crate::model::{
    ConversationId, Direction, Message, MessageCommand, MessageId, NetCommand, PeerKind, Phrase,
};

/// Messages decoded again when an encoding changes: what a person may scroll back to compare.
const MAX_REDECODE: usize = 1_000;

/// A person opened it: from where they read the last time on.
pub(super) fn open(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    state.silent.remove(id);
    let Some(one) = state.conversations.get_mut(id) else { return };
    // Whoever reads what was said in a room of an earlier run has not gone into it.
    if !(one.is_out() && one.kind == PeerKind::Stranger) {
        effects.extend(one.follow_once());
    }
    effects.extend(one.mark_known());
    if one.input.request_sent() {
        effects.push(Effect::Sent(id));
    }
    effects.push(Effect::Store(StoreCommand::Open { conversation: id }));
    one.retry_pages();
    if !one.is_readable() && !one.is_awaited() {
        let at = one.input.scroll().map_or(PageAnchor::Newest, |spot| PageAnchor::Around(spot.message));
        turn(state, id, at, effects);
    }
}

/// Asks for a part of it, one at a time; a jump does not wait for its turn.
pub(super) fn turn(state: &mut State, id: ConversationId, at: PageAnchor, effects: &mut Vec<Effect>) {
    let Some(one) = state.conversations.get_mut(id) else { return };
    if one.is_paging() && matches!(at, PageAnchor::Before(_) | PageAnchor::After(_)) {
        return;
    }
    one.request_page(at);
    let query = PageQuery { conversation: id, at, messages: PAGE, purpose: Purpose::Show };
    effects.push(Effect::Page(query));
}

/// The encoding has changed: the newest messages are decoded again.
pub(super) fn redecode(id: ConversationId, effects: &mut Vec<Effect>) {
    let purpose = Purpose::Redecode;
    let query = PageQuery { conversation: id, at: PageAnchor::Newest, messages: MAX_REDECODE, purpose };
    effects.push(Effect::Page(query));
}

pub(super) fn page(state: &mut State, page: Page, effects: &mut Vec<Effect>) {
    match page.query.purpose {
        Purpose::Show => {
            let mut page = page;
            page.messages.iter_mut().for_each(|message| moving::settle(state, message));
            if let Some(one) = state.conversations.get_mut(page.query.conversation) {
                one.take_page(page);
            }
        }
        Purpose::Redecode => {
            for message in page.messages.into_iter().filter(|message| has_text(message)).rev() {
                effects.push(Effect::Net(NetCommand::Message(
                    message.conversation,
                    MessageCommand::Redecode { message: message.id, payload: Arc::clone(&message.payload) },
                )));
                let newest = versions::newest(state, message.id).unwrap_or(message);
                state.redecoding.insert(newest.id, newest);
            }
            while state.redecoding.len() > MAX_REDECODE {
                state.redecoding.pop_first();
            }
        }
    }
}

/// Whether the bytes of a message make a text by themselves. A sealed one has none before it is opened.
fn has_text(message: &Message) -> bool {
    message.is_incoming() && !matches!(message.kind(), Some(MessageKind::Sealed | MessageKind::Unreadable))
}

pub(super) fn no_page(state: &mut State, query: PageQuery, why: Phrase) {
    if let (Purpose::Show, Some(one)) = (query.purpose, state.conversations.get_mut(query.conversation)) {
        one.fail_page(query.at);
    }
    state.tell(why);
}

pub(super) fn sent(state: &mut State, id: ConversationId, texts: Vec<String>) {
    if let Some(one) = state.conversations.get_mut(id) {
        one.input.recall(texts);
    }
}

/// The payload of an incoming message, read with another encoding.
pub(super) fn redecoded(
    state: &mut State,
    id: MessageId,
    text: &str,
    lossy: bool,
    effects: &mut Vec<Effect>,
) {
    let Some(message) = state.redecoding.remove(&id) else { return };
    let mut again = Message { text: text.to_owned(), ..Message::clone(&message) };
    let Direction::Incoming { lossy: marked, .. } = &mut again.direction else { return };
    *marked = lossy;
    versions::change(state, again, effects);
}

pub(super) fn read(state: &mut State, id: ConversationId, arriving: bool, effects: &mut Vec<Effect>) {
    let Some(one) = state.conversations.get_mut(id) else { return };
    if let Some(up_to) = one.activity.read() {
        effects.push(Effect::Store(StoreCommand::Read { conversation: id, up_to }));
    }
    if arriving {
        one.activity.remove_marker();
    }
}

pub(super) fn leave(state: &mut State, id: ConversationId) {
    if let Some(one) = state.conversations.get_mut(id) {
        one.close();
        if state.located.within == Some(id) {
            state.located = SearchResults::default();
        }
        if one.activity.unread() == 0 {
            one.activity.remove_marker();
        }
    }
}

pub(super) fn remember(state: &mut State, id: ConversationId, text: &str) {
    if let Some(one) = state.conversations.get_mut(id) {
        one.input.remember(text);
    }
}

pub(super) fn draft(state: &mut State, id: ConversationId, text: String, effects: &mut Vec<Effect>) {
    if state.conversations.get_mut(id).is_some_and(|one| one.input.set_draft(&text)) {
        effects.push(Effect::Store(StoreCommand::Draft { conversation: id, text }));
    }
}

pub(super) fn stand(
    state: &mut State,
    id: ConversationId,
    at: Option<ScrollPosition>,
    effects: &mut Vec<Effect>,
) {
    if state.conversations.get_mut(id).is_some_and(|one| one.input.set_scroll(at)) {
        effects.push(Effect::Store(StoreCommand::Stand { conversation: id, at }));
    }
}
