//! Files of ours that are offered: given to the network side with their message, until they are withdrawn.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::chat::{self, NewMessage};
use super::event::Effect;
use super::state::State;
use super::versions;
use crate::model::file::{FileSource, MAX_FILES};
use crate::model::traffic::MessageKind;
use crate::model::{
    ConversationId, File, FileCommand, Files, Message, MessageId, NetCommand, Now, Phrase, TransferId,
    TransferState,
};

/// Offers that stand at once. The oldest is withdrawn for a new one.
pub(super) const MAX_OFFERS: usize = 64;

/// How long an offer stands (invariant I15).
const MAX_AGE: Duration = Duration::from_hours(24);

#[derive(Clone, Debug)]
struct OutboundOffer {
    message: Arc<Message>,
    sources: Arc<[FileSource]>,
    since: Instant,
}

/// The offers of this run.
#[derive(Clone, Debug, Default)]
pub(super) struct OutboundOffers {
    /// Those whose messages are on their way to the store.
    coming: BTreeMap<MessageId, Arc<[FileSource]>>,
    active: BTreeMap<MessageId, OutboundOffer>,
}

impl OutboundOffers {
    pub(super) fn message(&self, id: MessageId) -> Option<&Arc<Message>> {
        self.active.get(&id).map(|offer| &offer.message)
    }

    pub(super) fn renew(&mut self, message: &Arc<Message>) {
        if let Some(offer) = self.active.get_mut(&message.id) {
            offer.message.clone_from(message);
        }
    }

    pub(super) fn sources(&self, id: MessageId) -> Option<&Arc<[FileSource]>> {
        self.active.get(&id).map(|offer| &offer.sources)
    }

    pub(super) fn of(&self, conversation: ConversationId) -> Vec<MessageId> {
        let there = self.active.values().filter(|offer| offer.message.conversation == conversation);
        there.map(|offer| offer.message.id).collect()
    }
}

/// A message of ours that offers files.
pub(super) fn offer(
    state: &mut State,
    now: Now,
    conversation: ConversationId,
    (text, sources): (String, Vec<FileSource>),
    effects: &mut Vec<Effect>,
) {
    let Some(place) = state.conversation(conversation) else { return };
    let refused = if !place.address.scheme.caps.files {
        Some(Phrase::new("offer-no-files").text("name", place.name.as_str()))
    } else if sources.len() > MAX_FILES {
        Some(Phrase::new("offer-too-many").number("count", sources.len()).number("limit", MAX_FILES))
    } else {
        sources.is_empty().then(|| Phrase::new("offer-nothing"))
    };
    if let Some(refused) = refused {
        state.tell(refused);
        return;
    }
    let files = Files::new(sources.iter().map(file).collect());
    let message = NewMessage { text, kind: MessageKind::Text, files };
    if let Some(id) = chat::send(state, now, conversation, message, effects) {
        state.offers.coming.insert(id, sources.into());
    }
}

fn file(source: &FileSource) -> File {
    let folder = source.entries.is_some();
    File { name: source.name.clone(), size: source.size, folder, state: TransferState::Offered }
}

/// The message of an offer is stored, or is gone: what it offers.
pub(super) fn taken(state: &mut State, id: MessageId) -> Arc<[FileSource]> {
    state.offers.coming.remove(&id).unwrap_or_else(|| Arc::from([]))
}

/// It goes to the network now: from now on it stands.
pub(super) fn stands(
    state: &mut State,
    now: Now,
    message: &Arc<Message>,
    sources: &Arc<[FileSource]>,
    effects: &mut Vec<Effect>,
) {
    if sources.is_empty() {
        return;
    }
    expire(state, now, effects);
    while state.offers.active.len() >= MAX_OFFERS
        && let Some(oldest) = oldest(state)
    {
        withdraw(state, oldest, effects);
    }
    let (message, sources) = (Arc::clone(message), Arc::clone(sources));
    state.offers.active.insert(message.id, OutboundOffer { message, sources, since: now.mono });
}

/// The offer that goes first: one that nobody fetches just now, if there is one.
fn oldest(state: &State) -> Option<MessageId> {
    let still = |id: &&MessageId| state.transfers.range(versions::files_of(**id)).next().is_none();
    let mut ids = state.offers.active.keys();
    ids.clone().find(still).or_else(|| ids.next()).copied()
}

/// Offers end after a day. Looked at when something happens to files: nobody waits for it.
pub(super) fn expire(state: &mut State, now: Now, effects: &mut Vec<Effect>) {
    let is_old = |offer: &&OutboundOffer| now.mono.saturating_duration_since(offer.since) >= MAX_AGE;
    let old: Vec<MessageId> =
        state.offers.active.values().filter(is_old).map(|offer| offer.message.id).collect();
    for id in old {
        withdraw(state, id, effects);
    }
}

/// Nothing of it can be fetched any more. What is on its way just now says itself that it ended.
pub(super) fn withdraw(state: &mut State, id: MessageId, effects: &mut Vec<Effect>) {
    let Some(OutboundOffer { message, .. }) = state.offers.active.remove(&id) else { return };
    effects.push(Effect::Net(NetCommand::File(message.conversation, FileCommand::Withdraw { message: id })));
    for (_, moving) in state.transfers.range_mut(versions::files_of(id)) {
        moving.ends_as = Some(TransferState::Withdrawn);
    }
    let message = versions::newest(state, id).unwrap_or(message);
    let moves = |file| state.transfers.contains_key(&TransferId { message: id, file });
    let files = message.files.with_states(|at, file| {
        let open = matches!(
            file.state,
            TransferState::Offered
                | TransferState::Moving
                | TransferState::Broken { .. }
                | TransferState::Stopped
        );
        (open && !moves(at)).then_some(TransferState::Withdrawn)
    });
    if files != message.files {
        versions::change(state, Message { files, ..Message::clone(&message) }, effects);
    }
}

/// Nothing is known any more of this offer, and nobody sees its message.
pub(super) fn forget(state: &mut State, id: MessageId, effects: &mut Vec<Effect>) {
    if let Some(OutboundOffer { message, .. }) = state.offers.active.remove(&id) {
        effects
            .push(Effect::Net(NetCommand::File(message.conversation, FileCommand::Withdraw { message: id })));
    }
}
