//! What a message that is not UTF-8 would be in the encoding of those who do not say theirs. Guesses nothing: a person
//! takes it or not.

use crate::app::Conversation;
use crate::model::{Direction, Message};
use crate::runtime;

/// The text as it would read; `None` where it was read well, where the peer has an encoding already, or where it makes no
/// sense in this one either.
pub(super) fn legacy_text(place: &Conversation, message: &Message, legacy: &str) -> Option<String> {
    let free = place.address.scheme.caps.encodings && place.address.option("encoding").is_none();
    let lossy = matches!(message.direction, Direction::Incoming { lossy: true, .. });
    if free && lossy { runtime::read_as(legacy, &message.payload) } else { None }
}
