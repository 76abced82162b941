//! Whose conversation a message belongs to.

use std::collections::BTreeMap;

use super::History;
use crate::model::history::{ConversationRecord, PeerKind};
use crate::model::{ConversationId, Message, Phrase};

/// The cards of all conversations, as far as they were asked for.
#[derive(Debug, Default)]
pub struct Cards {
    known: BTreeMap<ConversationId, ConversationRecord>,
}

impl Cards {
    pub fn read(history: &mut History) -> Result<Self, Phrase> {
        let mut cards = Self::default();
        cards.refresh(history)?;
        Ok(cards)
    }

    fn refresh(&mut self, history: &mut History) -> Result<(), Phrase> {
        let cards = history.list()?.into_iter().map(|summary| summary.card);
        self.known.extend(cards.map(|card| (card.conversation, card)));
        Ok(())
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = ConversationId> {
        self.known.keys().copied()
    }

    pub fn of(&mut self, history: &mut History, message: &Message) -> Result<&ConversationRecord, Phrase> {
        if !self.known.contains_key(&message.conversation) {
            // The conversation may have begun since the cards were read.
            self.refresh(history)?;
        }
        Ok(self.known.entry(message.conversation).or_insert_with(|| nameless(message)))
    }
}

/// A message without a card: the history was not written by us alone.
fn nameless(message: &Message) -> ConversationRecord {
    ConversationRecord {
        conversation: message.conversation,
        name: message.source().map(|source| source.to_string()).unwrap_or_default(),
        address: String::new(),
        kind: PeerKind::Stranger,
        known: true,
        aside: false,
        joined: false,
        trust: None,
    }
}
