//! Messages of rooms that speak to us by name: those that come, and those that the last run left unread.

use crate::app::context::UpdateCx;
use crate::app::conversation::Conversation;
use crate::app::event::Effect;
use crate::model::Message;
use crate::model::history::{Page, PageAnchor, PageQuery, Purpose};

/// Unread messages of one room that are looked through at a start: what is older nobody goes back to one by one.
const MAX_LOOKED_THROUGH: u32 = 500;

/// Rooms that are looked through at a start.
const MAX_ROOMS: usize = 32;

/// A message is shown: whether it speaks to us.
pub(super) fn note(cx: &mut UpdateCx<'_>, message: &Message) -> bool {
    let state = &mut *cx.state;
    let Some(conversation) = state.conversations.get_mut(message.conversation) else { return false };
    let names_us = conversation.speaks_to_us(message, &state.alerts.own_name);
    if names_us {
        conversation.activity.on_mention(message.id);
    }
    names_us
}

/// What the last run left unread in rooms is looked through, once there is time: the history does not say whom it speaks to.
pub(super) fn look_through_unread(cx: &mut UpdateCx<'_>) {
    let unread = |conversation: &&Conversation| conversation.is_room() && conversation.activity.unread() > 0;
    for conversation in cx.state.conversations.values().filter(unread).take(MAX_ROOMS) {
        let count = conversation.activity.unread().min(MAX_LOOKED_THROUGH);
        let messages = usize::try_from(count).unwrap_or_default();
        let (at, purpose) = (PageAnchor::Newest, Purpose::Mentions);
        cx.effects.push(Effect::Page(PageQuery { conversation: conversation.id, at, messages, purpose }));
    }
}

/// What was unread in a room.
pub(super) fn on_page(cx: &mut UpdateCx<'_>, page: &Page) {
    let state = &mut *cx.state;
    let Some(conversation) = state.conversations.get_mut(page.query.conversation) else { return };
    let Some(first) = conversation.activity.marker() else { return };
    for message in page.messages.iter().filter(|message| message.id >= first) {
        if conversation.speaks_to_us(message, &state.alerts.own_name) {
            conversation.activity.on_mention(message.id);
        }
    }
}
