//! What the network side says of files on their way: how far they are, and how they end.

use std::sync::Arc;

use super::{downloads, offers};
use crate::app::context::{UpdateCx, fetch_request};
use crate::app::conversation::Conversation;
use crate::app::event::Effect;
use crate::app::state::{ActiveTransfer, files_of};
use crate::model::{File, FileCommand, Message, NetCommand, Phrase, Progress, TransferId, TransferState};

pub(super) fn on_progress(cx: &mut UpdateCx<'_>, transfer: TransferId, progress: Progress) {
    match progress {
        Progress::Moved { bytes, of } => on_moved(cx, transfer, bytes, of),
        Progress::Done { path, skipped } => {
            let path = if path.is_empty() { own_path(cx, transfer) } else { path };
            if let Some(message) = end(cx, transfer, &TransferState::Done { path: path.clone() }) {
                tell_skipped(cx, &message, transfer, skipped);
                tell_done(cx, &message, transfer, path);
            }
        }
        Progress::Declined => on_declined(cx, transfer),
        Progress::Gone => on_gone(cx, transfer),
        Progress::Broken { fault, bytes } => {
            let outcome = cx.state.transfers.get_mut(&transfer).and_then(|active| active.take_outcome(bytes));
            let outcome = outcome.unwrap_or(TransferState::Broken { fault, bytes });
            if let Some(message) = end(cx, transfer, &outcome) {
                tell_broken(cx, &message, transfer, &outcome);
            }
        }
    }
}

/// Where a file of ours lies that was fetched. A folder is no file, whatever is in it.
fn own_path(cx: &UpdateCx<'_>, transfer: TransferId) -> String {
    let message = cx.state.offers.message(transfer.message);
    let sources = message.and_then(|message| cx.state.offered_from(message));
    let source = sources.and_then(|sources| sources.get(usize::from(transfer.file)));
    let file = source.filter(|source| source.entries.is_none()).and_then(|source| source.path.to_str());
    file.unwrap_or_default().to_owned()
}

fn on_moved(cx: &mut UpdateCx<'_>, transfer: TransferId, bytes: u64, of: Option<u64>) {
    if let Some(active) = cx.state.transfers.get_mut(&transfer) {
        active.advance(cx.now.mono, bytes, of);
        if active.is_ending() {
            // The order to stop came before the one to begin.
            let conversation = active.message.conversation;
            cx.net(NetCommand::File(conversation, FileCommand::Stop { transfer }));
        }
        return;
    }
    let Some(message) = ours(cx, transfer) else { return };
    let size = file(&message, transfer).and_then(downloads::size);
    let mut active = ActiveTransfer::begun(Arc::clone(&message), of.or(size), cx.now);
    active.advance(cx.now.mono, bytes, of);
    cx.state.transfers.insert(transfer, active);
    cx.set_transfer_states(&message, |at, _| (at == transfer.file).then_some(TransferState::Moving));
}

/// An offer of ours that stands, if it has this file.
fn ours(cx: &UpdateCx<'_>, transfer: TransferId) -> Option<Arc<Message>> {
    let message = cx.state.offers.message(transfer.message);
    message.filter(|message| file(message, transfer).is_some()).cloned()
}

fn file(message: &Message, transfer: TransferId) -> Option<&File> {
    message.files.as_slice().get(usize::from(transfer.file))
}

/// A transfer is over: what became of the file is kept. One of ours may have been too short to be told of before.
fn end(cx: &mut UpdateCx<'_>, transfer: TransferId, outcome: &TransferState) -> Option<Arc<Message>> {
    let live = cx.state.transfers.remove(&transfer).map(|active| active.message);
    let message = live.or_else(|| ours(cx, transfer))?;
    cx.set_transfer_states(&message, |at, _| (at == transfer.file).then(|| outcome.clone()));
    downloads::start_next(cx, message.conversation);
    Some(message)
}

/// The peer does not want the file, or does not offer it any more.
fn on_declined(cx: &mut UpdateCx<'_>, transfer: TransferId) {
    let Some(message) = ours(cx, transfer) else {
        end(cx, transfer, &TransferState::Withdrawn);
        return;
    };
    if let Some(active) = cx.state.transfers.get_mut(&transfer) {
        active.end_as(TransferState::Declined);
    } else {
        cx.set_transfer_states(&message, |at, file| {
            let open = at == transfer.file && !matches!(file.state, TransferState::Done { .. });
            open.then_some(TransferState::Declined)
        });
    }
}

/// The offer ended without the file having been fetched.
fn on_gone(cx: &mut UpdateCx<'_>, transfer: TransferId) {
    let Some(message) = ours(cx, transfer) else { return };
    // A peer that knows the message by a name has to be told, once for all of its files.
    if message.uid.is_some() && cx.state.transfers.range(files_of(message.id)).next().is_none() {
        return offers::withdraw(cx, &message);
    }
    cx.set_transfer_states(&message, |at, file| {
        let waits = at == transfer.file && file.state == TransferState::Offered;
        waits.then_some(TransferState::Withdrawn)
    });
}

fn tell_skipped(cx: &mut UpdateCx<'_>, message: &Message, transfer: TransferId, skipped: u32) {
    if skipped > 0 {
        let name = name(message, transfer);
        let notice = Phrase::new("files-skipped").number("count", skipped).text("name", name);
        cx.notice(message.conversation, notice);
    }
}

/// Lines for a person who looks at another conversation, or where the message is no more.
fn tell_done(cx: &mut UpdateCx<'_>, message: &Message, transfer: TransferId, path: String) {
    let told = if is_removed(cx, message) {
        Phrase::new("files-done-at").text("path", path)
    } else {
        Phrase::new("files-done")
    };
    tell(cx, message, told.text("file", name(message, transfer)));
}

fn tell_broken(cx: &mut UpdateCx<'_>, message: &Message, transfer: TransferId, outcome: &TransferState) {
    let is_kept = message.is_incoming() && !is_removed(cx, message);
    if message.is_incoming() && !is_kept {
        // Nobody can ask for the rest any more.
        cx.effects.extend(fetch_request(message, transfer).map(Effect::Discard));
    }
    if let TransferState::Broken { bytes, .. } = outcome {
        let key = if is_kept && *bytes > 0 { "files-broken-kept" } else { "files-broken" };
        tell(cx, message, Phrase::new(key).text("file", name(message, transfer)));
    }
}

/// Its time had come before that of its file, so no row says what becomes of that.
fn is_removed(cx: &UpdateCx<'_>, message: &Message) -> bool {
    message.expires.is_some_and(|at| at <= cx.now.wall)
}

fn tell(cx: &mut UpdateCx<'_>, message: &Message, phrase: Phrase) {
    let conversation = cx.state.conversation(message.conversation);
    let is_unseen = |place: &&Conversation| !place.is_loaded() || is_removed(cx, message);
    let elsewhere = conversation.filter(is_unseen);
    if let Some(elsewhere) = elsewhere.filter(|_| message.is_incoming()) {
        let phrase = phrase.text("name", elsewhere.name.clone());
        cx.state.tell(phrase);
    }
}

fn name(message: &Message, transfer: TransferId) -> &str {
    file(message, transfer).map_or("", |file| &file.name)
}
