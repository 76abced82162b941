//! What the last run left, before anything else happens.

use super::{mentions, merges, outboxes, sources};
use crate::app::context::UpdateCx;
use crate::app::conversation::{Conversation, stranger_rank};
use crate::app::event::Restored;
use crate::app::state::{MessageIds, State, UidSource};
use crate::model::history::{QuotaEntry, StoreCommand, StoredConversation};
use crate::model::{Address, Network, NotifyLevel, PeerKind, Trust};

pub(super) fn restore(cx: &mut UpdateCx<'_>, restored: Restored) {
    let Restored {
        conversations,
        open,
        ephemeral: forgets,
        last_message,
        first_backfilled,
        last_conversation,
        held,
        unlimited,
        secret,
        unfinished,
        next_expiry,
    } = merges::merged(cx, restored);
    cx.state.conversations.retention.note(next_expiry);
    cx.state.outboxes.uids = UidSource::new(secret);
    cx.state.ephemeral = forgets;
    if unlimited {
        cx.state.flood.gate.set_unlimited();
    }
    cx.state.ids = MessageIds::new(last_message, first_backfilled);
    cx.state.conversations.set_last_id(last_conversation.map_or(0, |last| last.0));
    for (stored, address) in conversations {
        restore_one(cx, stored, address, unlimited);
    }
    for message in unfinished {
        sources::restore(cx, &message);
    }
    restore_quota(cx.state, held);
    cx.state.last_open = open;
    mentions::look_through_unread(cx);
}

/// What each network has been given of the quota.
fn restore_quota(state: &mut State, held: Vec<QuotaEntry>) {
    let State { conversations, flood, .. } = state;
    flood.quota.restore(held, |id| {
        let conversation = conversations.get(id);
        conversation.map_or(Network::Named, |conversation| Network::of_address(&conversation.address))
    });
}

/// `forgets`: nothing is kept in this run, so that only decisions are restored, those that are to be made among them.
fn restore_one(cx: &mut UpdateCx<'_>, stored: StoredConversation, address: Address, forgets: bool) {
    let id = stored.card.conversation;
    let is_blocked = stored.card.trust == Some(Trust::Blocked);
    let is_decided = stored.card.trust.is_some_and(|trust| trust != Trust::Requested);
    let has_nothing = stored.newest.is_none() && stored.draft.is_empty();
    let is_empty = has_nothing && !is_decided && !stored.card.joined;
    if stored.card.kind == PeerKind::Stranger && is_empty && !forgets {
        // Nothing is left of it to come back to.
        cx.store(StoreCommand::Evict { conversation: id });
        return;
    }
    let waits = stored.outbox.is_some();
    let mut conversation = Conversation::restored(stored, address);
    if conversation.kind == PeerKind::Stranger {
        conversation.rank = stranger_rank(id);
    }
    if conversation.kind == PeerKind::Echo {
        conversation.notify = NotifyLevel::None;
    }
    if waits && conversation.address.scheme.caps.outbox {
        // What waits goes out as soon as the peer is there, whoever it is.
        cx.effects.extend(conversation.follow());
        cx.state.outboxes.restore(id);
        outboxes::read_next(cx, id);
    } else if is_blocked || (conversation.is_joined() && conversation.kind == PeerKind::Stranger) {
        // Whoever has that key is not to be let in first; and who was in a room is in it again. Whether one is in those of the
        // contacts says their file.
        cx.effects.extend(conversation.follow());
    }
    cx.state.conversations.insert(conversation);
}
