//! Whoever has a key is one person: two conversations with one key become one, here and in the history, so that a decision about
//! a key cannot contradict another one.

use std::collections::BTreeMap;

use super::{outboxes, strangers};
use crate::app::context::UpdateCx;
use crate::app::event::{Effect, Restored};
use crate::model::history::{PAGE, PageAnchor, PageQuery, Purpose, StoreCommand, StoredConversation};
use crate::model::{Address, ConversationId, PeerKind, PublicKey};

/// Other strangers with the key of this conversation go over into it. `true`: there were some, and the network side has to be
/// told anew whom this one is with.
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
    for other in &others {
        take_in(cx, id, *other);
    }
    !others.is_empty()
}

fn take_in(cx: &mut UpdateCx<'_>, into: ConversationId, from: ConversationId) {
    let Some(gone) = cx.state.conversation(from).cloned() else { return };
    strangers::forget(cx, from);
    let Some(conversation) = cx.state.conversations.get_mut(into) else { return };
    conversation.join(&gone);
    let record = Box::new(conversation.record());
    let (at, purpose) = (PageAnchor::Newest, Purpose::Show);
    let is_read = conversation.is_loaded() || conversation.is_loading();
    if is_read {
        conversation.request_page(at);
    }
    let waits = conversation.address.scheme.caps.outbox;
    cx.store(StoreCommand::Join { from, into: record });
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
pub(super) fn joined(cx: &mut UpdateCx<'_>, mut restored: Restored) -> Restored {
    let id_of = |stored: &StoredConversation| stored.card.conversation;
    let mut all = std::mem::take(&mut restored.conversations);
    all.sort_by_key(|(stored, _)| (stored.card.kind == PeerKind::Stranger, id_of(stored)));
    let mut keys: BTreeMap<PublicKey, usize> = BTreeMap::new();
    let mut joined: Vec<(StoredConversation, Address)> = Vec::new();
    for (stored, address) in all {
        let is_stranger = stored.card.kind == PeerKind::Stranger;
        let first = address.key.map(|key| *keys.entry(key).or_insert(joined.len()));
        let Some((known, _)) = first.filter(|_| is_stranger).and_then(|first| joined.get_mut(first)) else {
            joined.push((stored, address));
            continue;
        };
        let from = id_of(&stored);
        known.join(&stored);
        if restored.open == Some(from) {
            restored.open = Some(id_of(known));
        }
        cx.store(StoreCommand::Join { from, into: Box::new(known.card.clone()) });
    }
    joined.sort_by_key(|(stored, _)| id_of(stored));
    restored.conversations = joined;
    restored
}
