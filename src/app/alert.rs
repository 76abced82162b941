//! What a person is called with who does not look: who said something where, and what.

use super::conversation::{Conversation, MemberKey};
use crate::model::traffic::MessageKind;
use crate::model::{Alert, Host, Message, Trust};

/// Bytes of what was said: more than any notice shows.
const MAX_TEXT: usize = 512;

impl Alert {
    /// The peer shakes our window.
    pub(super) fn nudge(conversation: &Conversation) -> Self {
        let (room, text) = (None, None);
        Self {
            conversation: conversation.id,
            from: conversation.name.clone(),
            room,
            text,
            names_us: false,
            shakes: true,
        }
    }

    /// Of a message that came. Whoever only asks to talk has no words here, and what is sealed has none yet.
    pub(super) fn of(conversation: &Conversation, message: &Message, names_us: bool) -> Self {
        let name = conversation.name.clone();
        let (from, room) = match MemberKey::of(message).filter(|_| conversation.is_room()) {
            Some(MemberKey::Named(sender)) => (sender.to_string(), Some(name)),
            Some(MemberKey::At(source)) => (Host::from_socket(source).to_string(), Some(name)),
            None => (name, None),
        };
        let is_open = conversation.trust() != Some(Trust::Requested);
        let is_told = is_open && message.kind() != Some(MessageKind::Sealed);
        let text = if message.text.is_empty() { message.quoted(None) } else { None };
        let text = text.as_deref().unwrap_or(&message.text);
        let text = text.get(..text.floor_char_boundary(MAX_TEXT.min(text.len()))).unwrap_or_default();
        let text = Some(text.to_owned()).filter(|text| is_told && !text.is_empty());
        Self { conversation: conversation.id, from, room, text, names_us, shakes: false }
    }
}
