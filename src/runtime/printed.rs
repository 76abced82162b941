//! What a command of a script has printed: its way of keeping something.

use std::sync::Arc;

use super::session::Session;
use crate::model::{Message, MessageCommand, NetCommand};

/// The message is printed, so its sender need not keep it any longer. Whether that is one which waits for this.
pub fn acknowledge(session: &mut Session, message: &Message) -> bool {
    let Some((source, uid)) = message.source().zip(message.uid) else { return false };
    let stored = MessageCommand::Stored { source, payload: Arc::clone(&message.payload), uid: Some(uid) };
    if let Some(refused) = session.net.give(NetCommand::Message(message.conversation, stored)) {
        session.apply(refused);
    }
    true
}
