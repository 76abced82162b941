//! What keeps a flood from taking disk, memory or turns from anybody but its own source (invariants G11–G13).
//!
//! A message passes three of these on its way: the gate says whether its source still may, the queue gives every source
//! its turn before the store, and the ledger bounds what is kept of strangers nobody asked for. What does not pass is
//! counted, and one line says whose it was.

mod gate;
mod ledger;
mod queue;

use std::sync::Arc;

pub(super) use gate::{Gate, QuotaKey, QuotaScope};
pub(super) use ledger::{QuotaLedger, note};
pub(super) use queue::Queue;

use super::event::Effect;
use super::state::State;
use super::{Conversation, chat, strangers};
use crate::model::traffic::Received;
use crate::model::{ConversationId, Network, Now, Phrase};

/// What a stranger costs that writes for the first time: a row of the list, and a place of the network side.
const NEWCOMER: u32 = 2;
/// The same where the list is full, and somebody else has to go for it: a thousand at once, then one each second of a
/// network. More would keep the history at work with people who are gone before anybody can read them.
const REPLACING: u32 = 16;

/// A message of the network: it waits for its turn, or is only counted.
pub(super) fn arrive(state: &mut State, now: Now, received: Received, effects: &mut Vec<Effect>) {
    if state.gate.is_unlimited() {
        return chat::receive(state, now, received, effects);
    }
    let known = conversation(state, &received);
    let one = known.and_then(|id| state.conversation(id));
    if one.is_some_and(|one| one.ignored || one.has_left()) {
        state.counters.ignored = state.counters.ignored.saturating_add(1);
        return;
    }
    let newcomer = match one {
        Some(_) => 0,
        None if strangers::is_full(state) => REPLACING,
        None => NEWCOMER,
    };
    let (place, lane) = whose(one, &received);
    let admitted = state.gate.admit(now.mono, &place, &lane, cost(&received).saturating_add(newcomer));
    let dropped = if admitted { state.queue.push((place, lane), received) } else { vec![place] };
    for place in dropped {
        drop_one(state, now, &place);
    }
    take_turns(state, now, effects);
}

/// The conversation it belongs to, if there is one yet.
pub(super) fn conversation(state: &State, received: &Received) -> Option<ConversationId> {
    strangers::attributed(state, received).or_else(|| match &received.place {
        Some(place) => state.at_address(place).map(|one| one.id),
        None => state.stranger_at(received.scheme.name, received.source),
    })
}

/// Strangers share one place, in which each network has a lane; in any other conversation each source has one, and
/// behind one relay each member.
fn whose(one: Option<&Conversation>, received: &Received) -> (QuotaScope, QuotaKey) {
    match one.filter(|one| !one.is_unasked()) {
        Some(one) => {
            let sender = received.sender.as_deref().map(Arc::from);
            (QuotaScope::Conversation(one.id), QuotaKey::Source(received.source, sender))
        }
        None => (QuotaScope::Strangers, QuotaKey::Network(Network::of(received.source.ip()))),
    }
}

/// A unit for each message, and for each KiB of it.
fn cost(received: &Received) -> u32 {
    let bytes = received.payload.len().max(received.text.len()).saturating_add(received.files.weight());
    u32::try_from(bytes / 1024).unwrap_or(u32::MAX).saturating_add(1)
}

/// Messages go to the store while it has room for more, each source in its turn.
pub(super) fn take_turns(state: &mut State, now: Now, effects: &mut Vec<Effect>) {
    while let Some(received) = state.queue.next() {
        chat::receive(state, now, received, effects);
    }
}

/// It is gone; a line says so, once for each flood, and how many there were.
pub(super) fn drop_one(state: &mut State, now: Now, place: &QuotaScope) {
    state.counters.dropped = state.counters.dropped.saturating_add(1);
    let (count, anew) = state.gate.count_dropped(now.mono, place);
    let key = match place {
        QuotaScope::Strangers if state.gate.is_disk_low() => "flood-strangers-disk",
        QuotaScope::Strangers => "flood-strangers",
        QuotaScope::Conversation(_) if state.gate.is_disk_low() => "flood-conversation-disk",
        QuotaScope::Conversation(_) => "flood-conversation",
    };
    let mut phrase = Phrase::new(key).number("count", count);
    if let QuotaScope::Conversation(id) = place {
        phrase = phrase.text("name", state.conversation(*id).map_or("", |one| one.name.as_str()));
    }
    state.tell_count(phrase, anew);
}
