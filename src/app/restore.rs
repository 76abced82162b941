//! What the last run left, before anything else happens.

use super::conversation::{Conversation, stranger_rank};
use super::event::Effect;
use super::state::State;
use crate::model::history::{QuotaEntry, StoreCommand, StoredConversation};
use crate::model::{Address, ConversationId, MessageId, Network, PeerKind};

/// What the history knows, with the addresses read by who knows the dialects.
#[derive(Clone, Debug, Default)]
pub struct Restored {
    pub conversations: Vec<(StoredConversation, Address)>,
    pub open: Option<ConversationId>,
    /// Nothing of this run will be there at the next start.
    pub forgets: bool,
    /// Nothing is kept at all, and everything that comes is wanted: there is nothing to protect from a flood.
    pub unlimited: bool,
    /// No id up to these is given again.
    pub last_message: Option<MessageId>,
    pub last_conversation: Option<ConversationId>,
    /// Messages of strangers that count for their quota, oldest first.
    pub held: Vec<QuotaEntry>,
}

pub(super) fn restore(state: &mut State, restored: Restored, effects: &mut Vec<Effect>) {
    let Restored { conversations, open, forgets, last_message, last_conversation, held, unlimited } =
        restored;
    state.forgets = forgets;
    if unlimited {
        state.gate.open_wide();
    }
    state.next_message = last_message.map_or(0, |last| last.0);
    state.next_conversation = last_conversation.map_or(0, |last| last.0);
    for (kept, address) in conversations {
        let id = kept.card.conversation;
        let is_empty = kept.newest.is_none() && kept.draft.is_empty();
        if kept.card.kind == PeerKind::Stranger && is_empty {
            // Nothing is left of it to come back to.
            effects.push(Effect::Store(StoreCommand::Evict { conversation: id }));
            continue;
        }
        let mut one = Conversation::restored(kept, address);
        if one.kind == PeerKind::Stranger {
            one.rank = stranger_rank(id);
        }
        one.notify = one.kind != PeerKind::Echo;
        state.insert(one);
    }
    let mut ledger = std::mem::take(&mut state.ledger);
    ledger.restore(held, |id| {
        state.conversation(id).map_or(Network::Named, |one| Network::of_address(&one.address))
    });
    state.ledger = ledger;
    state.was_open = open;
}
