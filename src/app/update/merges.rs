//! Whoever has a key is one person: two conversations with one key become one, here and in the history, so that a decision about
//! a key cannot contradict another one.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{outboxes, strangers};
use crate::app::context::UpdateCx;
use crate::app::conversation::Conversation;
use crate::app::event::{Effect, Restored};
use crate::model::history::{PAGE, PageAnchor, PageQuery, Purpose, StoreCommand, StoredConversation};
use crate::model::{Address, ConversationId, Message, PeerKind, PublicKey};

/// Other strangers with the key of this conversation go over into it. `true`: there were some, and the network side knows whom
/// this one is with: it is told so before they are forgotten, or what waits for the key would be with nobody, and fail.
pub(super) fn take_in_others(cx: &mut UpdateCx<'_>, id: ConversationId) -> bool {
    let Some(address) = cx.state.conversation(id).map(|conversation| conversation.address.clone()) else {
        return false;
    };
    if address.key.is_none() {
        return false;
    }
    let others = cx.state.conversations.there(&address);
    let others = others.filter(|other| other.id != id && other.kind == PeerKind::Stranger);
    let others: Vec<ConversationId> = others.map(|other| other.id).collect();
    if others.is_empty() {
        return false;
    }
    let followed = cx.state.conversations.get_mut(id).map(Conversation::follow);
    cx.effects.extend(followed.into_iter().flatten());
    for other in others {
        take_in(cx, id, other);
    }
    true
}

fn take_in(cx: &mut UpdateCx<'_>, into: ConversationId, from: ConversationId) {
    let Some(gone) = cx.state.conversation(from).cloned() else { return };
    strangers::forget(cx, from);
    let Some(conversation) = cx.state.conversations.get_mut(into) else { return };
    conversation.merge(&gone);
    let record = Box::new(conversation.record());
    let (at, purpose) = (PageAnchor::Newest, Purpose::Show);
    let is_read = conversation.is_loaded() || conversation.is_loading();
    if is_read {
        conversation.request_page(at);
    }
    let waits = conversation.address.scheme.caps.outbox;
    cx.state.pending_writes.on_merged(from, into);
    cx.store(StoreCommand::Merge { from, into: record });
    if is_read {
        let query = PageQuery { conversation: into, at, messages: PAGE, purpose };
        cx.effects.push(Effect::Page(query));
    }
    if waits {
        cx.state.outboxes.restore(into);
        outboxes::read_next(cx, into);
    }
}

/// The same of what the last run left, before anything of it is restored. A contact takes in strangers.
pub(super) fn merged(cx: &mut UpdateCx<'_>, mut restored: Restored) -> Restored {
    let id_of = |stored: &StoredConversation| stored.card.conversation;
    let mut all = std::mem::take(&mut restored.conversations);
    all.sort_by_key(|(stored, _)| (stored.card.kind == PeerKind::Stranger, id_of(stored)));
    let mut keys: BTreeMap<PublicKey, usize> = BTreeMap::new();
    let mut moved: BTreeMap<ConversationId, ConversationId> = BTreeMap::new();
    let mut merged: Vec<(StoredConversation, Address)> = Vec::new();
    for (stored, address) in all {
        let is_stranger = stored.card.kind == PeerKind::Stranger;
        let first = address.key.map(|key| *keys.entry(key).or_insert(merged.len()));
        let Some((known, _)) = first.filter(|_| is_stranger).and_then(|first| merged.get_mut(first)) else {
            merged.push((stored, address));
            continue;
        };
        let from = id_of(&stored);
        moved.insert(from, id_of(known));
        known.merge(&stored);
        if restored.open == Some(from) {
            restored.open = Some(id_of(known));
        }
        cx.store(StoreCommand::Merge { from, into: Box::new(known.card.clone()) });
    }
    merged.sort_by_key(|(stored, _)| id_of(stored));
    restored.conversations = merged;
    for message in &mut restored.unfinished {
        if let Some(into) = moved.get(&message.conversation) {
            *message = Arc::new(Message { conversation: *into, ..Message::clone(message) });
        }
    }
    // What a stranger may still say is counted for strangers only.
    restored.held.retain(|entry| !moved.contains_key(&entry.conversation));
    restored
}
