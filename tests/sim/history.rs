//! What a program has committed: it is there after a kill, and what was on its way there is not.

use std::collections::BTreeSet;
use std::time::Duration;

use udpqq::model::traffic::Received;
use udpqq::model::{ConversationId, MessageCommand, MessageId, NetCommand, NetEvent, Uid};
use udpqq::wire::Input;

use super::network::{Arrival, Network};
use super::program::ProgramId;

/// How long it takes to write something down: longer than a receipt is held back so that it goes with others.
const COMMIT: Duration = Duration::from_millis(25);

/// The database of one program. A copy of it is a backup.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    /// Messages, as they were committed.
    pub(crate) rows: Vec<Received>,
    /// What has come once is never put down again.
    known: BTreeSet<Uid>,
    /// Own messages of which the peer has said that it keeps them.
    delivered: BTreeSet<MessageId>,
}

impl History {
    pub(crate) fn is_delivered(&self, message: MessageId) -> bool {
        self.delivered.contains(&message)
    }
}

/// Something to be written down.
#[derive(Clone, Debug)]
pub(super) enum Record {
    Row(Box<Received>),
    Delivered(MessageId),
}

impl Network {
    /// What the app does with an event.
    pub(super) fn tell(&mut self, program: ProgramId, event: NetEvent) {
        let record = match &event {
            NetEvent::Received(received) => Some(Record::Row(Box::new(received.clone()))),
            NetEvent::Delivered { message } => Some(Record::Delivered(*message)),
            _ => None,
        };
        if let Some(record) = record {
            self.post(program, COMMIT, Arrival::Committed(record));
        }
        let program = &mut self.programs[program.0];
        program.tally.events += 1;
        program.events.push(event);
    }

    pub(super) fn commit(&mut self, program: ProgramId, record: Record) {
        let history = &mut self.programs[program.0].history;
        match record {
            Record::Delivered(message) => drop(history.delivered.insert(message)),
            Record::Row(received) => {
                let (source, payload, uid) = (received.source, received.payload.clone(), received.uid);
                let conversation = received.conversation.unwrap_or(ConversationId(0));
                if uid.is_none_or(|uid| history.known.insert(uid)) {
                    history.rows.push(*received);
                }
                let stored = MessageCommand::Stored { source, payload, uid };
                self.step(program, Input::Command(NetCommand::Message(conversation, stored)));
            }
        }
    }
}
