//! What an operation works on: the state, the time, and the effects that it asks for.

use std::sync::Arc;

use super::event::Effect;
use super::state::{State, files_of};
use crate::model::history::StoreCommand;
use crate::model::{ConversationId, Direction, File, Files, Message, NetCommand, Now, Phrase, TransferState};

/// Handed to every operation for one event. What follows up is added to `effects`, in its order.
#[derive(Debug)]
pub(super) struct UpdateCx<'s> {
    pub state: &'s mut State,
    pub now: Now,
    pub effects: Vec<Effect>,
}

impl UpdateCx<'_> {
    pub(super) fn net(&mut self, command: NetCommand) {
        self.effects.push(Effect::Net(command));
    }

    pub(super) fn store(&mut self, command: StoreCommand) {
        self.effects.push(Effect::Store(command));
    }

    /// This is the newest version of a message from now on; shown once the store has it.
    pub(super) fn revise(&mut self, message: Message) {
        let message = Arc::new(message);
        self.state.versions.renew(&message);
        self.state.offers.renew(&message);
        for (_, transfer) in self.state.transfers.range_mut(files_of(message.id)) {
            transfer.message.clone_from(&message);
        }
        self.store(StoreCommand::Replace(message));
    }

    /// Another state for some of the files of a message.
    pub(super) fn set_transfer_states(
        &mut self,
        message: &Message,
        state: impl Fn(u16, &File) -> Option<TransferState>,
    ) {
        let files = message.files.with_states(state);
        if files != message.files {
            self.revise(Message { files, ..message.clone() });
        }
    }

    /// A line of the program itself, in the conversation it concerns.
    pub(super) fn notice(&mut self, id: ConversationId, notice: Phrase) {
        let message = self.state.new_message_id();
        let Some(conversation) = self.state.conversations.get_mut(id) else { return };
        let notice = Arc::new(Message {
            files: Files::default(),
            id: message,
            uid: None,
            about: None,
            quote: None,
            conversation: id,
            dialect: conversation.address.scheme.name.into(),
            time: self.now.wall,
            direction: Direction::Notice(notice),
            text: String::new(),
            payload: Arc::from([]),
        });
        conversation.unsaved.add(Arc::clone(&notice));
        let _nothing = conversation.put(&notice);
    }
}
