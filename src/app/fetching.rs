//! Files that others offer: wanted, not wanted, and stopped; so many at once, the others when those are done.

use std::collections::VecDeque;
use std::sync::Arc;

use super::event::{Effect, FetchRequest};
use super::moving::{ActiveTransfer, set_transfer_states};
use super::state::State;
use super::{offers, versions};
use crate::model::{
    ConversationId, File, FileCommand, Message, MessageId, NetCommand, Now, Phrase, TransferId,
    TransferState, filename,
};

/// Files that one peer is asked for at once. Others wait for their turn: programs serve few at a time, and eight of one
/// address is what we serve ourselves (invariant I14).
const MAX_AT_ONCE: usize = 4;

/// Files that are wanted at once, of all peers: four whole lists.
const MAX_WANTED: usize = 1_024;

/// A person wants a file, or all that are not there yet.
pub(super) fn accept(
    state: &mut State,
    now: Now,
    (conversation, id): (ConversationId, MessageId),
    file: Option<u16>,
    effects: &mut Vec<Effect>,
) {
    let Some(message) = offered(state, conversation, id) else { return };
    let wanted = |at: u16, outcome: &TransferState| match file {
        // Whoever points at a file wants to try it, whatever was said of it.
        Some(one) => one == at && !matches!(outcome, TransferState::Done { .. }),
        None => matches!(
            outcome,
            TransferState::Offered
                | TransferState::Moving
                | TransferState::Stopped
                | TransferState::Broken { .. }
        ),
    };
    let files = (0..).zip(message.files.as_slice());
    let wanted: Vec<u16> = files
        .filter(|(at, file)| wanted(*at, &file.state) && !state.transfers.contains_key(&at_file(id, *at)))
        .map(|(at, _)| at)
        .collect();
    if wanted.is_empty() {
        state.tell(Phrase::new("files-nothing-to-accept"));
        return;
    }
    if state.transfers.len().saturating_add(wanted.len()) > MAX_WANTED {
        state.tell(Phrase::new("files-too-many").number("limit", MAX_WANTED));
        return;
    }
    if let Some(place) = state.conversations.get_mut(conversation) {
        effects.extend(place.mark_known());
        effects.extend(place.follow_once());
    }
    for at in &wanted {
        let size = message.files.as_slice().get(usize::from(*at)).and_then(size);
        let mut moving = ActiveTransfer::begun(Arc::clone(&message), size, now);
        moving.waits = true;
        state.transfers.insert(at_file(id, *at), moving);
    }
    set_transfer_states(
        state,
        &message,
        |at, _| wanted.contains(&at).then_some(TransferState::Moving),
        effects,
    );
    go_on(state, now, conversation, effects);
}

/// A message of theirs that offers files.
fn offered(state: &State, conversation: ConversationId, id: MessageId) -> Option<Arc<Message>> {
    versions::find(state, conversation, id).filter(|one| one.is_incoming() && !one.files.is_empty())
}

const fn at_file(message: MessageId, file: u16) -> TransferId {
    TransferId { message, file }
}

/// What a folder is said to be in bytes is no measure.
pub(super) fn size(file: &File) -> Option<u64> {
    (!file.folder).then_some(file.size)
}

/// The next files of this peer are asked for, as many as may be at once.
pub(super) fn go_on(state: &mut State, now: Now, conversation: ConversationId, effects: &mut Vec<Effect>) {
    let theirs =
        |moving: &ActiveTransfer| moving.message.conversation == conversation && moving.message.is_incoming();
    let running = state.transfers.values().filter(|one| theirs(one) && !one.waits).count();
    let waiting = state.transfers.iter().filter(|(_, one)| theirs(one) && one.waits).map(|(id, _)| *id);
    let next: VecDeque<TransferId> = waiting.take(MAX_AT_ONCE.saturating_sub(running)).collect();
    for id in next {
        let Some(moving) = state.transfers.get_mut(&id) else { continue };
        moving.waits = false;
        moving.since = now.mono;
        effects.extend(fetch(&moving.message, id).map(Effect::Fetch));
    }
}

fn fetch(message: &Message, transfer: TransferId) -> Option<FetchRequest> {
    let file = message.files.as_slice().get(usize::from(transfer.file))?;
    Some(FetchRequest {
        conversation: message.conversation,
        transfer,
        payload: Arc::clone(&message.payload),
        // Whatever the history has, and whoever read it.
        name: filename::sanitize(&file.name),
        size: file.size,
        folder: file.folder,
    })
}

/// Nothing more of what it offers is wanted; what is there stays.
pub(super) fn decline(
    state: &mut State,
    conversation: ConversationId,
    id: MessageId,
    effects: &mut Vec<Effect>,
) {
    let Some(message) = offered(state, conversation, id) else { return };
    let open = |outcome: &TransferState| {
        !matches!(outcome, TransferState::Done { .. } | TransferState::Declined | TransferState::Withdrawn)
    };
    if !message.files.as_slice().iter().any(|file| open(&file.state)) {
        state.tell(Phrase::new("files-nothing-to-decline"));
        return;
    }
    if let Some(place) = state.conversations.get_mut(conversation) {
        effects.extend(place.follow_once());
    }
    end(state, &message, None, &TransferState::Declined, effects);
    let payload = Arc::clone(&message.payload);
    effects.push(Effect::Net(NetCommand::File(conversation, FileCommand::Decline { message: id, payload })));
    let message = versions::newest(state, id).unwrap_or(message);
    let moving = moving(state, id);
    let declined =
        |at, file: &File| (open(&file.state) && !moving.contains(&at)).then_some(TransferState::Declined);
    set_transfer_states(state, &message, declined, effects);
}

/// What is on its way just now.
fn moving(state: &State, id: MessageId) -> Vec<u16> {
    state.transfers.range(versions::files_of(id)).map(|(transfer, _)| transfer.file).collect()
}

/// A person ends what is being moved. The whole of an offer of ours is withdrawn with it.
pub(super) fn stop(
    state: &mut State,
    now: Now,
    (conversation, id): (ConversationId, MessageId),
    file: Option<u16>,
    effects: &mut Vec<Effect>,
) {
    let Some(message) = versions::find(state, conversation, id) else { return };
    end(state, &message, file, &TransferState::Stopped, effects);
    if message.is_outgoing() && (file.is_none() || message.files.as_slice().len() == 1) {
        offers::withdraw(state, id, effects);
    }
    go_on(state, now, conversation, effects);
}

/// Ends transfers of a message, one or all, as `outcome`. The network side answers for those it knows of.
fn end(
    state: &mut State,
    message: &Message,
    file: Option<u16>,
    outcome: &TransferState,
    effects: &mut Vec<Effect>,
) {
    let (conversation, id) = (message.conversation, message.id);
    let mut waited = Vec::new();
    for (transfer, moving) in state.transfers.range_mut(versions::files_of(id)) {
        if file.is_some_and(|file| file != transfer.file) {
            continue;
        }
        moving.ends_as = Some(outcome.clone());
        if moving.waits {
            waited.push(*transfer);
        } else {
            effects
                .push(Effect::Net(NetCommand::File(conversation, FileCommand::Stop { transfer: *transfer })));
        }
    }
    if let Some(newest) = versions::newest(state, id).filter(|_| !waited.is_empty()) {
        state.transfers.retain(|transfer, _| !waited.contains(transfer));
        let is_one = |at, _: &File| waited.contains(&at_file(id, at)).then(|| outcome.clone());
        set_transfer_states(state, &newest, is_one, effects);
    }
}
