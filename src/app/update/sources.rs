//! Offers of ours that outlive the program: their files are looked for after a start, and then they stand again, or are over.

use std::sync::Arc;

use super::{downloads, offers, outboxes, receipts};
use crate::app::context::UpdateCx;
use crate::app::event::Effect;
use crate::model::file::FileSource;
use crate::model::{Fault, FileCommand, Mark, Message, NetCommand, TransferState};

/// How long an offer stands that outlives the program, in microseconds.
const MAX_AGE: i64 = 30 * 86_400 * 1_000_000;

/// What an earlier run has left: an offer of ours stands again if its files are still there, and what was being fetched when
/// the program was killed goes on. A person wanted it and nobody has said otherwise; a run that ends as it should leaves
/// nothing on its way.
pub(super) fn restore(cx: &mut UpdateCx<'_>, message: &Arc<Message>) {
    let Some(conversation) = cx.state.conversations.get_mut(message.conversation) else { return };
    if !conversation.address.scheme.caps.outbox || conversation.forbids_sending().is_some() {
        return;
    }
    if message.is_incoming() {
        cx.effects.extend(conversation.follow_once());
        return downloads::resume(cx, message);
    }
    // What waits is looked for when its turn comes.
    if message.is_in_outbox() || message.files.sources().is_none() {
        return;
    }
    if cx.now.wall.0.saturating_sub(message.time.0) >= MAX_AGE {
        return end(cx, message, false);
    }
    cx.effects.extend(conversation.follow_once());
    cx.effects.push(Effect::FindFiles(Arc::clone(message)));
}

/// What was found where the files of this message were.
pub(super) fn on_found(cx: &mut UpdateCx<'_>, message: Arc<Message>, sources: Option<Arc<[FileSource]>>) {
    let (conversation, id) = (message.conversation, message.id);
    let message = cx.state.newest_version(id).unwrap_or(message);
    let goes_out = message.is_in_outbox();
    match sources {
        // It was withdrawn, or its conversation has gone, while somebody looked.
        _ if message.files.sources().is_none() || cx.state.conversation(conversation).is_none() => {}
        Some(sources) if goes_out => cx.state.offers.announce(id, sources),
        Some(sources) => stand(cx, &message, &sources),
        None => end(cx, &message, goes_out),
    }
    if let Some(page) = cx.state.outboxes.on_known(conversation, id) {
        outboxes::on_page(cx, page);
    }
}

/// The peer has the message, and can fetch what it offers again.
fn stand(cx: &mut UpdateCx<'_>, message: &Arc<Message>, sources: &Arc<[FileSource]>) {
    let Some(uid) = message.uid else { return };
    offers::add(cx, message, sources);
    let files = Arc::clone(sources);
    cx.net(NetCommand::File(message.conversation, FileCommand::Offer { message: message.id, uid, files }));
}

/// Nothing of it can be fetched any more. A message that has nothing else to say is not sent.
fn end(cx: &mut UpdateCx<'_>, message: &Message, goes_out: bool) {
    let is_open = |state: &TransferState| state.is_open().then_some(TransferState::Withdrawn);
    let over =
        Message { files: message.files.with_states(|_, file| is_open(&file.state)), ..message.clone() };
    let failed = (goes_out && over.text.is_empty())
        .then(|| receipts::marked(&over, Mark::Failed(Fault::Changed), cx.now))
        .flatten();
    if goes_out {
        cx.state.offers.announce(message.id, Arc::from([]));
    }
    if failed.is_none() {
        offers::tell_withdrawn(cx, message);
    }
    cx.revise(failed.unwrap_or(over));
}
