//! Files that others offer: wanted, not wanted, and stopped; so many at once, the others when those are done.

use std::collections::VecDeque;
use std::sync::Arc;

use super::offers;
use crate::app::context::{UpdateCx, fetch_request};
use crate::app::event::Effect;
use crate::app::state::{ActiveTransfer, files_of};
use crate::model::history::{Page, PageAnchor, PageQuery, Purpose};
use crate::model::traffic::MessageKind;
use crate::model::{
    ConversationId, Direction, File, FileCommand, Message, MessageId, NetCommand, PeerKind, Phrase,
    TransferId, TransferState,
};

/// Files that one peer is asked for at once. Others wait for their turn: programs serve few at a time, and eight of one
/// address is what we serve ourselves (invariant I14).
const MAX_AT_ONCE: usize = 4;

/// Files that are wanted at once, of all peers: four whole lists.
const MAX_WANTED: usize = 1_024;

/// A person wants a file, or all that are not there yet.
pub(super) fn accept(cx: &mut UpdateCx<'_>, conversation: ConversationId, id: MessageId, file: Option<u16>) {
    let Some(message) = offered(cx, conversation, id) else { return };
    let is_idle = |at| !cx.state.transfers.contains_key(&at_file(id, at));
    let files = (0..).zip(message.files.as_slice());
    let wanted: Vec<u16> = files
        .filter(|(at, offered)| is_wanted(*at, offered, file) && is_idle(*at))
        .map(|(at, _)| at)
        .collect();
    if wanted.is_empty() {
        cx.state.tell(Phrase::new("files-nothing-to-accept"));
        return;
    }
    if let Some(conversation) = cx.state.conversations.get_mut(conversation) {
        cx.effects.extend(conversation.mark_known());
        cx.effects.extend(conversation.follow_once());
    }
    let _told = want(cx, &message, &wanted);
}

/// A message that offers files is in the history. They are fetched at once where a person has said so for this contact, and
/// it has proved to be that contact: of a key that is in doubt, and where nothing is proved, a person is asked. So they are
/// about folders, whose size nobody knows before.
pub(super) fn on_offer(cx: &mut UpdateCx<'_>, message: &Arc<Message>) {
    let proved = matches!(message.direction, Direction::Incoming { authenticated: true, .. });
    let Some(conversation) = cx.state.conversation(message.conversation).filter(|_| proved) else { return };
    let trusted = conversation.kind == PeerKind::Contact && conversation.trust().is_some_and(|it| it.sends());
    let files = message.files.as_slice();
    let fetched = |file: &File| !file.folder && file.state == TransferState::Offered;
    // A command of a script fetches nothing.
    if !trusted || files.is_empty() || !files.iter().all(fetched) || cx.state.flood.gate.is_unlimited() {
        return;
    }
    let phrase = Phrase::new("files-accepted").text("name", conversation.name.as_str());
    let bytes = files.iter().fold(0_u64, |sum, file| sum.saturating_add(file.size));
    if cx.state.conversations.accepting.take(message.conversation, cx.now.mono, bytes) {
        let all: Vec<u16> = (0..).zip(files).map(|(at, _)| at).collect();
        if want(cx, message, &all) {
            cx.state.tell(phrase.number("count", all.len()));
        }
    }
}

/// What was on its way when the last run was killed.
pub(super) fn resume(cx: &mut UpdateCx<'_>, message: &Arc<Message>) {
    let files = (0..).zip(message.files.as_slice());
    let moving: Vec<u16> =
        files.filter(|(_, file)| file.state == TransferState::Moving).map(|(at, _)| at).collect();
    let _told = want(cx, message, &moving);
}

/// These files of a message are to be fetched, each in its turn. `false`: there are too many.
fn want(cx: &mut UpdateCx<'_>, message: &Arc<Message>, wanted: &[u16]) -> bool {
    if cx.state.transfers.len().saturating_add(wanted.len()) > MAX_WANTED {
        cx.state.tell(Phrase::new("files-too-many").number("limit", MAX_WANTED));
        return false;
    }
    for at in wanted {
        let size = message.files.as_slice().get(usize::from(*at)).and_then(size);
        let transfer = ActiveTransfer::waiting(Arc::clone(message), size, cx.now);
        cx.state.transfers.insert(at_file(message.id, *at), transfer);
    }
    cx.set_transfer_states(message, |at, _| wanted.contains(&at).then_some(TransferState::Moving));
    start_next(cx, message.conversation);
    true
}

/// Whether a file is to be fetched; `only`: a person pointed at that one, else they want all.
fn is_wanted(at: u16, file: &File, only: Option<u16>) -> bool {
    match only {
        // Pointing at a file means trying it again, in any state but done.
        Some(only) => only == at && !matches!(file.state, TransferState::Done { .. }),
        None => matches!(
            file.state,
            TransferState::Offered
                | TransferState::Moving
                | TransferState::Stopped { .. }
                | TransferState::Broken { .. }
        ),
    }
}

/// A message of theirs that offers files.
fn offered(cx: &UpdateCx<'_>, conversation: ConversationId, id: MessageId) -> Option<Arc<Message>> {
    let found = cx.state.find_message(conversation, id);
    found.filter(|message| message.is_incoming() && !message.files.is_empty())
}

const fn at_file(message: MessageId, file: u16) -> TransferId {
    TransferId { message, file }
}

/// What a folder is said to be in bytes is no measure.
pub(super) fn size(file: &File) -> Option<u64> {
    (!file.folder).then_some(file.size)
}

/// The next files of this peer are asked for, as many as may be at once.
pub(super) fn start_next(cx: &mut UpdateCx<'_>, conversation: ConversationId) {
    let transfers = &mut cx.state.transfers;
    let theirs = |transfer: &ActiveTransfer| {
        transfer.message.conversation == conversation && transfer.message.is_incoming()
    };
    let running = transfers.values().filter(|transfer| theirs(transfer) && !transfer.waits).count();
    let waiting = transfers.iter().filter(|(_, transfer)| theirs(transfer) && transfer.waits);
    let room = MAX_AT_ONCE.saturating_sub(running);
    let next: VecDeque<TransferId> = waiting.map(|(id, _)| *id).take(room).collect();
    for id in next {
        let Some(transfer) = transfers.get_mut(&id) else { continue };
        transfer.start(cx.now);
        cx.effects.extend(fetch_request(&transfer.message, id).map(Effect::Fetch));
    }
}

/// Nothing more of what it offers is wanted; what is there stays.
pub(super) fn decline(cx: &mut UpdateCx<'_>, conversation: ConversationId, id: MessageId) {
    let Some(message) = offered(cx, conversation, id) else { return };
    if !message.files.as_slice().iter().any(|file| file.state.is_open()) {
        cx.state.tell(Phrase::new("files-nothing-to-decline"));
        return;
    }
    if let Some(conversation) = cx.state.conversations.get_mut(conversation) {
        cx.effects.extend(conversation.follow_once());
    }
    end(cx, &message, None, &TransferState::Declined);
    let payload = Arc::clone(&message.payload);
    cx.net(NetCommand::File(conversation, FileCommand::Decline { message: id, payload }));
    // Who is not there, or learns nothing of it now, is told as soon as they can be.
    let keeps = cx.state.conversation(conversation).is_some_and(|place| place.address.scheme.caps.outbox);
    if let Some(uid) = message.uid.filter(|_| keeps) {
        cx.amend(conversation, MessageKind::Withdrawal, uid);
    }
    let message = cx.state.newest_version(id).unwrap_or(message);
    let moving: Vec<u16> =
        cx.state.transfers.range(files_of(id)).map(|(transfer, _)| transfer.file).collect();
    cx.set_transfer_states(&message, |at, file| {
        (file.state.is_open() && !moving.contains(&at)).then_some(TransferState::Declined)
    });
}

/// A person ends what is being moved. The whole of an offer of ours is withdrawn with it.
pub(super) fn stop(cx: &mut UpdateCx<'_>, conversation: ConversationId, id: MessageId, file: Option<u16>) {
    let Some(message) = cx.state.find_message(conversation, id) else { return };
    end(cx, &message, file, &TransferState::Stopped { bytes: 0 });
    if message.is_outgoing() && (file.is_none() || message.files.as_slice().len() == 1) {
        offers::withdraw(cx, &message);
    }
    start_next(cx, conversation);
}

/// A message of ours is taken back, and its files with it: that says all that its peer has to know.
pub(super) fn take_back(cx: &mut UpdateCx<'_>, message: &Arc<Message>) {
    end(cx, message, None, &TransferState::Stopped { bytes: 0 });
    offers::end(cx, message);
}

/// The peer has taken back what a message of its offered: what is on its way ends, and its row says so. In what is not
/// held the history has changed the rows already.
pub(super) fn on_withdrawn(cx: &mut UpdateCx<'_>, withdrawal: &Message) {
    let Some(target) = cx.state.amended(withdrawal) else { return ask_for_withdrawn(cx, withdrawal) };
    end(cx, &target, None, &TransferState::Withdrawn);
    let target = cx.state.newest_version(target.id).unwrap_or(target);
    let open = |file: &File| file.state.is_open().then_some(TransferState::Withdrawn);
    cx.set_transfer_states(&target, |_, file| open(file));
    start_next(cx, withdrawal.conversation);
}

/// The history says what was taken back, since what was begun of it may lie on the disk.
fn ask_for_withdrawn(cx: &mut UpdateCx<'_>, withdrawal: &Message) {
    let Some(uid) = withdrawal.about else { return };
    let (at, purpose) = (PageAnchor::Named { uid, ours: false }, Purpose::Withdrawn);
    cx.effects.push(Effect::Page(PageQuery {
        conversation: withdrawal.conversation,
        at,
        messages: 1,
        purpose,
    }));
}

pub(super) fn on_withdrawn_found(cx: &mut UpdateCx<'_>, page: &Page) {
    for message in &page.messages {
        discard(cx, message, |file| file.state == TransferState::Withdrawn);
    }
}

/// The message is gone from here: nobody can ask for the rest of what is not on its way now.
pub(super) fn discard_rest(cx: &mut UpdateCx<'_>, message: &Message) {
    discard(cx, message, |file| file.state.is_open());
}

fn discard(cx: &mut UpdateCx<'_>, message: &Message, is_over: impl Fn(&File) -> bool) {
    let files = (0..).zip(message.files.as_slice()).filter(|_| message.is_incoming());
    for (at, _) in files.filter(|(_, file)| is_over(file)) {
        let transfer = at_file(message.id, at);
        if !cx.state.transfers.contains_key(&transfer) {
            cx.effects.extend(fetch_request(message, transfer).map(Effect::Discard));
        }
    }
}

/// Ends transfers of a message, one or all, as `outcome`. The network side answers for those it knows of.
fn end(cx: &mut UpdateCx<'_>, message: &Message, file: Option<u16>, outcome: &TransferState) {
    let (conversation, id) = (message.conversation, message.id);
    let mut waited = Vec::new();
    for (transfer, active) in cx.state.transfers.range_mut(files_of(id)) {
        if file.is_some_and(|file| file != transfer.file) {
            continue;
        }
        active.end_as(outcome.clone());
        if active.waits {
            waited.push(*transfer);
        } else {
            let stop = FileCommand::Stop { transfer: *transfer };
            cx.effects.push(Effect::Net(NetCommand::File(conversation, stop)));
        }
    }
    if let Some(newest) = cx.state.newest_version(id).filter(|_| !waited.is_empty()) {
        cx.state.transfers.retain(|transfer, _| !waited.contains(transfer));
        let is_one = |at, _: &File| waited.contains(&at_file(id, at)).then(|| outcome.clone());
        cx.set_transfer_states(&newest, is_one);
    }
}
