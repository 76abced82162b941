//! What an operation works on: the state, the time, and the effects that it asks for.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use super::conversation::Conversation;
use super::event::{Effect, FetchRequest};
use super::state::{State, files_of};
use crate::model::Alert;
use crate::model::history::StoreCommand;
use crate::model::traffic::MessageKind;
use crate::model::{
    ConversationId, Direction, File, Files, Mark, Message, MessageId, NetCommand, Now, Phrase, TransferId,
    TransferState, Uid, filename,
};

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
            self.discard(message, &files);
            self.revise(Message { files, ..message.clone() });
        }
    }

    /// What was begun of files of a peer that can never be whole now goes.
    fn discard(&mut self, message: &Message, files: &Files) {
        let is_over = |file: &File| matches!(file.state, TransferState::Declined | TransferState::Withdrawn);
        let both = message.files.as_slice().iter().zip(files.as_slice()).zip(0..);
        for ((before, after), file) in both.filter(|_| message.is_incoming()) {
            if before.state.is_open() && is_over(after) {
                let transfer = TransferId { message: message.id, file };
                self.effects.extend(fetch_request(message, transfer).map(Effect::Discard));
            }
        }
    }

    /// A line of the program itself that stays in the history; shown once the store has it, in whatever language one reads.
    pub(super) fn record(&mut self, id: ConversationId, kind: MessageKind, text: String) {
        let message = self.state.new_message_id();
        let Some(conversation) = self.state.conversations.get_mut(id) else { return };
        conversation.activity.add_pending();
        let source = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
        let direction =
            Direction::Incoming { source, lossy: false, authenticated: false, sender: None, kind };
        let kept = line(message, conversation, self.now, direction);
        self.store(StoreCommand::Insert(Arc::new(Message { text, ..kept })));
    }

    /// A message of ours that has no words, and changes another one: on its way once the store has it.
    pub(super) fn amend(&mut self, id: ConversationId, kind: MessageKind, about: Uid) {
        let (message, uid) = (self.state.new_message_id(), self.state.outboxes.uids.next());
        let Some(conversation) = self.state.conversations.get_mut(id) else { return };
        self.effects.extend(conversation.follow_once());
        conversation.activity.add_pending();
        let direction = Direction::Outgoing { mark: Mark::Waiting, marked: self.now.wall, kind };
        let said = line(message, conversation, self.now, direction);
        self.store(StoreCommand::Insert(Arc::new(Message { uid: Some(uid), about: Some(about), ..said })));
    }

    /// Calls a person, unless one looks, or was called just now.
    pub(super) fn alert(&mut self, alert: Alert) {
        if self.state.alerts.ring(self.now.mono, alert.conversation) {
            self.effects.push(Effect::Alert(Box::new(alert)));
        }
    }

    /// A line of the program itself, in the conversation it concerns.
    pub(super) fn notice(&mut self, id: ConversationId, notice: Phrase) {
        let message = self.state.new_message_id();
        let Some(conversation) = self.state.conversations.get_mut(id) else { return };
        let notice = Arc::new(line(message, conversation, self.now, Direction::Notice(notice)));
        conversation.unsaved.add(Arc::clone(&notice));
        let _nothing = conversation.put(&notice);
    }
}

/// A message without words.
fn line(id: MessageId, conversation: &Conversation, now: Now, direction: Direction) -> Message {
    Message {
        id,
        uid: None,
        about: None,
        quote: None,
        expires: None,
        conversation: conversation.id,
        dialect: conversation.address.scheme.name.into(),
        time: now.wall,
        direction,
        text: String::new(),
        files: Files::default(),
        payload: Arc::from([]),
    }
}

/// What is asked for of the disk and the network to fetch a file.
pub(super) fn fetch_request(message: &Message, transfer: TransferId) -> Option<FetchRequest> {
    let file = message.files.as_slice().get(usize::from(transfer.file))?;
    Some(FetchRequest {
        conversation: message.conversation,
        transfer,
        payload: Arc::clone(&message.payload),
        // The history may hold names that were stored before they were sanitized.
        name: filename::sanitize(&file.name),
        size: file.size,
        folder: file.folder,
    })
}
