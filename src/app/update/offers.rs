//! Files of ours that are offered: given to the network side with their message, until they are withdrawn.

use std::sync::Arc;

use crate::app::context::UpdateCx;
use crate::app::state::files_of;
use crate::model::file::FileSource;
use crate::model::traffic::MessageKind;
use crate::model::{ConversationId, FileCommand, Message, MessageId, NetCommand, TransferId, TransferState};

/// The message goes to the network now: from now on its offer stands.
pub(super) fn add(cx: &mut UpdateCx<'_>, message: &Arc<Message>, sources: &Arc<[FileSource]>) {
    if sources.is_empty() {
        return;
    }
    expire(cx);
    while cx.state.offers.is_full()
        && let Some(oldest) = oldest(cx)
    {
        withdraw(cx, &oldest);
    }
    cx.state.offers.add(Arc::clone(message), Arc::clone(sources), cx.now.mono);
}

/// The offer that is withdrawn first: one without a transfer, if there is one.
fn oldest(cx: &UpdateCx<'_>) -> Option<Arc<Message>> {
    let is_busy = |id: MessageId| cx.state.transfers.range(files_of(id)).next().is_some();
    cx.state.newest_version(cx.state.offers.oldest(is_busy)?)
}

/// Ends offers that are a day old. Checked when another is made: no timer is needed.
fn expire(cx: &mut UpdateCx<'_>) {
    for id in cx.state.offers.expired(cx.now.mono) {
        if let Some(message) = cx.state.newest_version(id) {
            withdraw(cx, &message);
        }
    }
}

/// Nothing of the offer can be fetched any more, and whoever it was made to is told.
pub(super) fn withdraw(cx: &mut UpdateCx<'_>, message: &Arc<Message>) {
    end(cx, message);
    tell_withdrawn(cx, message);
}

/// What a message offers, or offered until now, is not given out any more: its peer is told as soon as it is there.
pub(super) fn tell_withdrawn(cx: &mut UpdateCx<'_>, message: &Message) {
    if let Some(uid) = message.uid.filter(|_| message.files.is_open() && !message.is_unsent()) {
        cx.amend(message.conversation, MessageKind::Withdrawal, uid);
    }
}

/// The peer wants nothing of what a message of ours offers, perhaps since long before this program started. `false`: there is
/// no such offer here; where it is not held, the history has changed its rows already.
pub(super) fn on_declined(cx: &mut UpdateCx<'_>, refusal: &Message) -> bool {
    let offers = cx.state.offers.of(refusal.conversation).into_iter();
    let mut offered = offers.filter_map(|id| cx.state.newest_version(id));
    let held = || cx.state.conversation(refusal.conversation)?.named(refusal.about?, true).cloned();
    let declined = offered.find(|message| refusal.declines(message)).or_else(held);
    let declined = declined.filter(|message| refusal.declines(message));
    if let Some(message) = &declined {
        end_as(cx, message, &TransferState::Declined);
    }
    declined.is_some()
}

/// Nothing of the offer can be fetched any more. Running transfers report their own end.
pub(super) fn end(cx: &mut UpdateCx<'_>, message: &Arc<Message>) {
    end_as(cx, message, &TransferState::Withdrawn);
}

fn end_as(cx: &mut UpdateCx<'_>, message: &Arc<Message>, outcome: &TransferState) {
    let id = message.id;
    // One that outlives the program may not stand again yet.
    if remove(cx, id).is_none() && message.files.sources().is_none() {
        return;
    }
    for (_, transfer) in cx.state.transfers.range_mut(files_of(id)) {
        transfer.end_as(outcome.clone());
    }
    let message = cx.state.newest_version(id).unwrap_or_else(|| Arc::clone(message));
    let transfers: Vec<u16> =
        cx.state.transfers.range(files_of(id)).map(|(transfer, _)| transfer.file).collect();
    cx.set_transfer_states(&message, |at, file| {
        (file.state.is_open() && !transfers.contains(&at)).then(|| outcome.clone())
    });
}

/// Drops the offer here and at the network side.
fn remove(cx: &mut UpdateCx<'_>, id: MessageId) -> Option<Arc<Message>> {
    let message = cx.state.offers.remove(id)?;
    cx.net(NetCommand::File(message.conversation, FileCommand::Withdraw { message: id }));
    Some(message)
}

/// A conversation goes, and all that is offered or being moved in it.
pub(super) fn forget(cx: &mut UpdateCx<'_>, id: ConversationId) {
    for offer in cx.state.offers.of(id) {
        remove(cx, offer);
    }
    let here = cx.state.transfers.iter().filter(|(_, transfer)| transfer.message.conversation == id);
    let here: Vec<(TransferId, bool)> = here.map(|(key, transfer)| (*key, transfer.waits)).collect();
    for (transfer, waits) in here {
        cx.state.transfers.remove(&transfer);
        if !waits {
            cx.net(NetCommand::File(id, FileCommand::Stop { transfer }));
        }
    }
}
