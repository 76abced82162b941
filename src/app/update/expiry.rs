//! Messages whose time has come go: from the store first, then from all that shows them.

use std::collections::BTreeSet;

use super::{downloads, reading};
use crate::app::context::UpdateCx;
use crate::app::event::Effect;
use crate::model::Message;
use crate::model::history::{ExpiredPart, PageAnchor};

/// The time may have come.
pub(super) fn on_due(cx: &mut UpdateCx<'_>) {
    if cx.state.conversations.retention.ask(cx.now.wall) {
        cx.effects.push(Effect::Expire(cx.now.wall));
    }
}

/// The store has removed these.
pub(super) fn on_expired(cx: &mut UpdateCx<'_>, expired: &ExpiredPart) {
    cx.state.conversations.retention.on_answer(expired.next, expired.owed);
    let mut robbed = BTreeSet::new();
    for message in &expired.messages {
        if remove(cx, message) {
            robbed.insert(message.conversation);
        }
    }
    for conversation in robbed {
        reading::request_last(cx, conversation);
    }
}

pub(super) fn on_not_expired(cx: &mut UpdateCx<'_>) {
    cx.state.conversations.retention.on_failed(cx.now.wall);
}

/// `true`: it was what was said last there.
fn remove(cx: &mut UpdateCx<'_>, message: &Message) -> bool {
    cx.state.search.drop_hit(message.id);
    downloads::discard_rest(cx, message);
    let Some(conversation) = cx.state.conversations.get_mut(message.conversation) else { return false };
    let was_last = conversation.expire(message);
    let is_elsewhere = conversation.has_older() || conversation.has_newer();
    if conversation.is_loaded() && conversation.messages().is_empty() && is_elsewhere {
        reading::request_page(cx, message.conversation, PageAnchor::Newest);
    }
    was_last
}
