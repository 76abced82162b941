//! What is kept of strangers together is bounded: beyond it the oldest messages go.

use crate::app::context::UpdateCx;
use crate::app::conversation::Conversation;
use crate::app::event::Effect;
use crate::app::state::State;
use crate::model::history::{QuotaEntry, StoreCommand};
use crate::model::{Message, Network};

/// A message was added to its conversation: if that is too much, the oldest go.
pub(super) fn on_message(cx: &mut UpdateCx<'_>, message: &Message) {
    let State { conversations, flood, .. } = &mut *cx.state;
    let conversation = conversations.get(message.conversation);
    let Some(conversation) = conversation.filter(|conversation| conversation.is_unasked()) else { return };
    let entry = QuotaEntry {
        message: message.id,
        conversation: message.conversation,
        bytes: message.weight(),
        joined: message.is_event() || message.is_change(),
    };
    flood.quota.add(Network::of_address(&conversation.address), entry);
    let trims = flood.quota.trim(|id| conversations.get(id).is_some_and(Conversation::is_unasked));
    for trim in trims {
        for (id, first_unread) in trim.first_left {
            if let Some(conversation) = conversations.get_mut(id) {
                conversation.activity.move_marker(trim.before, first_unread);
            }
        }
        for (id, count) in &trim.unread {
            if let Some(conversation) = conversations.get_mut(*id) {
                conversation.activity.trim(*count);
                conversation.drop_before(trim.before);
            }
        }
        let conversations = trim.unread.into_keys().collect();
        cx.effects.push(Effect::Store(StoreCommand::Trim { conversations, before: trim.before }));
    }
}
