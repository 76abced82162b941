//! What a new file has to know if this one is damaged or gone: the conversations, and which ids are given.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::{change, rows, schema};
use crate::model::history::{ConversationRecord, StoreCommand, StoreSnapshot};
use crate::model::{ConversationId, MessageId};

#[derive(Debug)]
pub(super) struct Seed {
    cards: BTreeMap<ConversationId, ConversationRecord>,
    last_message: i64,
    /// As `schema::BACKFILLED`.
    backfilled: i64,
    last_conversation: i64,
}

impl Seed {
    pub(super) const fn new() -> Self {
        Self { cards: BTreeMap::new(), last_message: -1, backfilled: 0, last_conversation: -1 }
    }

    pub(super) fn of(remembered: &StoreSnapshot) -> Self {
        let cards = remembered.conversations.iter().map(|kept| (kept.card.conversation, kept.card.clone()));
        Self {
            cards: cards.collect(),
            last_message: remembered.last_message.map_or(-1, rows::number),
            backfilled: remembered.first_backfilled.map_or(0, below_arrivals),
            last_conversation: remembered.last_conversation.map_or(-1, |last| last.0.into()),
        }
    }

    /// This is lasting now.
    pub(super) fn note(&mut self, op: &StoreCommand) {
        match op {
            StoreCommand::Insert(message) | StoreCommand::Keep(message) => {
                self.last_message = self.last_message.max(rows::number(message.id));
                if message.id.is_backfilled() {
                    self.backfilled = self.backfilled.max(below_arrivals(message.id));
                }
                self.last_conversation = self.last_conversation.max(message.conversation.0.into());
            }
            StoreCommand::Know(card) => {
                self.last_conversation = self.last_conversation.max(card.conversation.0.into());
                self.cards.insert(card.conversation, ConversationRecord::clone(card));
            }
            StoreCommand::Forget { conversation } | StoreCommand::Evict { conversation } => {
                self.cards.remove(conversation);
            }
            StoreCommand::Merge { from, into } => {
                self.cards.remove(from);
                self.cards.insert(into.conversation, ConversationRecord::clone(into));
            }
            StoreCommand::Clear { .. }
            | StoreCommand::Trim { .. }
            | StoreCommand::Replace(_)
            | StoreCommand::Read { .. }
            | StoreCommand::PeerRead { .. }
            | StoreCommand::Draft { .. }
            | StoreCommand::Stand { .. }
            | StoreCommand::Session { .. }
            | StoreCommand::Unheard { .. }
            | StoreCommand::Open { .. } => {}
        }
    }

    pub(super) fn plant(&self, connection: &Connection) -> rusqlite::Result<()> {
        for card in self.cards.values() {
            change::write_card(connection, card)?;
        }
        schema::raise(connection, "last_message", self.last_message)?;
        schema::raise(connection, schema::BACKFILLED, self.backfilled)?;
        schema::raise(connection, "last_conversation", self.last_conversation)
    }
}

/// How many ids below those of arrivals have been given, if this is the lowest.
fn below_arrivals(id: MessageId) -> i64 {
    rows::number(MessageId(MessageId::ARRIVALS)).saturating_sub(rows::number(id))
}
