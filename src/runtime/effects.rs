//! What the state asks for, carried out: orders to the network side, the history and the list of contacts.

use tokio::task::JoinError;

use super::session::{Happening, Session};
use crate::app::{ContactsEdit, Effect, Event, MAX_SENT};
use crate::model::file::Progress;
use crate::model::history::StoreEvent;
use crate::model::{Fault, FileCommand, MessageCommand, NetCommand, NetEvent, Phrase, TransferId};
use crate::runtime::profile::EditError;

impl Session {
    pub(super) fn carry_out(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Net(command) => self.order(command),
            Effect::Store(op) => self.store.ask(op).err().map(|op| {
                Event::Stored(StoreEvent::Refused { ops: vec![op], why: Phrase::new("store-busy") })
            }),
            Effect::Page(query) => (!self.store.page(query))
                .then(|| Event::Stored(StoreEvent::NoPage { query, why: Phrase::new("store-busy") })),
            Effect::Sent(conversation) => {
                // Up then finds only what is sent from now on.
                let _asked = self.store.sent(conversation, MAX_SENT);
                None
            }
            Effect::Search(lookup) => {
                let ticket = lookup.ticket;
                (!self.store.search(lookup))
                    .then(|| Event::Stored(StoreEvent::NotFound { ticket, why: Phrase::new("store-busy") }))
            }
            Effect::Contacts(edit) => {
                self.edits.push_back(edit);
                self.start_edit();
                None
            }
            Effect::Fetch(fetch) => self.fetch(fetch),
            Effect::Ring => {
                self.rang = true;
                None
            }
        }
    }

    pub(super) fn order(&mut self, command: NetCommand) -> Option<Event> {
        if let NetCommand::File(_, FileCommand::Stop { transfer, .. }) = command
            && self.files.give_up(transfer)
        {
            // The network side has never heard of it.
            return Some(broken(transfer, Fault::Interrupted, 0));
        }
        let message = if let NetCommand::Message(_, MessageCommand::Send { message, .. }) = &command {
            Some(*message)
        } else {
            None
        };
        let transfer = if let NetCommand::File(_, FileCommand::Fetch { transfer, .. }) = &command {
            Some(*transfer)
        } else {
            None
        };
        match (self.net.order(command), transfer) {
            (Ok(()), _) => {
                self.sending.extend(message);
                None
            }
            (Err(fault), Some(transfer)) => Some(broken(transfer, fault, 0)),
            (Err(fault), None) => Some(Event::Refused { message, fault }),
        }
    }

    fn start_edit(&mut self) {
        if !self.edit.is_empty() {
            return;
        }
        if let Some(edit) = self.edits.pop_front() {
            let profile = std::sync::Arc::clone(&self.profile);
            self.edit.spawn_blocking(move || {
                let result = profile.edit(&edit);
                (edit, result)
            });
        }
    }

    /// An edit is done: the file says what holds now.
    pub(super) fn edited(
        &mut self,
        done: Result<(ContactsEdit, Result<(), EditError>), JoinError>,
    ) -> Happening {
        self.start_edit();
        let event = match done {
            Ok((edit, Ok(()))) => self.contacts_event(Some(edit)),
            Ok((_, Err(error))) => Event::Told(error.phrase()),
            Err(_panicked) => Event::Told(Phrase::new("store-busy")),
        };
        Happening::Event(event)
    }
}

/// As the network side would say it.
pub(super) const fn broken(transfer: TransferId, fault: Fault, bytes: u64) -> Event {
    Event::Net(NetEvent::Transfer { transfer, progress: Progress::Broken { fault, bytes } })
}
