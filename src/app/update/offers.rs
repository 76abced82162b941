//! Files of ours that are offered: given to the network side with their message, until they are withdrawn.

use std::sync::Arc;

use crate::app::context::UpdateCx;
use crate::app::state::files_of;
use crate::model::file::FileSource;
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
        withdraw(cx, oldest);
    }
    cx.state.offers.add(Arc::clone(message), Arc::clone(sources), cx.now.mono);
}

/// The offer that is withdrawn first: one without a transfer, if there is one.
fn oldest(cx: &UpdateCx<'_>) -> Option<MessageId> {
    let is_busy = |id: MessageId| cx.state.transfers.range(files_of(id)).next().is_some();
    cx.state.offers.oldest(is_busy)
}

/// Ends offers that are a day old. Checked when another is made: no timer is needed.
fn expire(cx: &mut UpdateCx<'_>) {
    for id in cx.state.offers.expired(cx.now.mono) {
        withdraw(cx, id);
    }
}

/// Nothing of the offer can be fetched any more. Running transfers report their own end.
pub(super) fn withdraw(cx: &mut UpdateCx<'_>, id: MessageId) {
    let Some(message) = remove(cx, id) else { return };
    for (_, transfer) in cx.state.transfers.range_mut(files_of(id)) {
        transfer.end_as(TransferState::Withdrawn);
    }
    let message = cx.state.newest_version(id).unwrap_or(message);
    let transfers: Vec<u16> =
        cx.state.transfers.range(files_of(id)).map(|(transfer, _)| transfer.file).collect();
    cx.set_transfer_states(&message, |at, file| {
        let open = matches!(
            file.state,
            TransferState::Offered
                | TransferState::Moving
                | TransferState::Broken { .. }
                | TransferState::Stopped
        );
        (open && !transfers.contains(&at)).then_some(TransferState::Withdrawn)
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
