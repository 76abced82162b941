//! Files on their way: how far they are, how fast, and how they end.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::event::Effect;
use super::state::State;
use super::{chat, fetching, offers, versions};
use crate::model::{
    ConversationId, Fault, File, FileCommand, Message, NetCommand, Now, Phrase, Progress, TransferId,
    TransferState,
};

/// The rate is that of so long a time: steady enough to be read, and soon true again after a change.
const WINDOW: Duration = Duration::from_secs(5);

/// Before that a rate says nothing.
const LEAST: Duration = Duration::from_secs(1);

/// Points of the window are so far apart, which makes them few.
const APART: Duration = Duration::from_millis(250);

/// A file that is being moved now, or waits for its turn.
#[derive(Clone, Debug)]
pub struct ActiveTransfer {
    pub message: Arc<Message>,
    pub bytes: u64,
    /// How many it will be; `None`: nobody knows.
    pub of: Option<u64>,
    pub since: Instant,
    /// Bytes a second of late; `None`: too early to say.
    pub rate: Option<u64>,
    /// Others of the same peer are fetched before it.
    pub waits: bool,
    /// A person has ended it, as this. The network side has yet to say so.
    pub(super) ends_as: Option<TransferState>,
    /// How far it was at times within the window.
    points: VecDeque<(Instant, u64)>,
}

#[cfg(test)]
impl ActiveTransfer {
    /// For the tests of fronts: one that is so far.
    pub(crate) fn at(
        message: Arc<Message>,
        (bytes, of, rate): (u64, Option<u64>, Option<u64>),
        now: Now,
    ) -> Self {
        Self { bytes, rate, ..Self::begun(message, of, now) }
    }
}

impl ActiveTransfer {
    pub(super) fn begun(message: Arc<Message>, of: Option<u64>, now: Now) -> Self {
        let (since, points) = (now.mono, VecDeque::new());
        Self { message, bytes: 0, of, since, rate: None, waits: false, ends_as: None, points }
    }

    fn moved(&mut self, now: Instant, bytes: u64, of: Option<u64>) {
        // A peer that begins at the start again is no faster for it.
        if self.points.back().is_some_and(|(_, before)| bytes < *before) {
            self.points.clear();
        }
        (self.bytes, self.of) = (bytes, of.or(self.of));
        let age = |at: &Instant| now.saturating_duration_since(*at);
        while self.points.get(1).is_some_and(|(second, _)| age(second) >= WINDOW) {
            self.points.pop_front();
        }
        if self.points.back().is_none_or(|(last, _)| age(last) >= APART) {
            self.points.push_back((now, bytes));
        }
        let first = self.points.front().filter(|(at, _)| age(at) >= LEAST);
        self.rate = first.and_then(|(at, before)| per_second(bytes.saturating_sub(*before), age(at)));
    }
}

fn per_second(bytes: u64, time: Duration) -> Option<u64> {
    let rate = u128::from(bytes).saturating_mul(1_000).checked_div(time.as_millis())?;
    Some(u64::try_from(rate).unwrap_or(u64::MAX))
}

/// The network side says how far it is.
pub(super) fn progress(
    state: &mut State,
    now: Now,
    transfer: TransferId,
    progress: Progress,
    effects: &mut Vec<Effect>,
) {
    match progress {
        Progress::Moved { bytes, of } => moved(state, now, transfer, (bytes, of), effects),
        Progress::Done { path, skipped } => {
            if let Some(message) = end(state, now, transfer, &TransferState::Done { path }, effects) {
                tell_done(state, now, &message, transfer, skipped);
            }
        }
        Progress::Declined => declined(state, now, transfer, effects),
        Progress::Gone => gone(state, transfer, effects),
        Progress::Broken { fault, bytes } => {
            let ended = state.transfers.get_mut(&transfer).and_then(|moving| moving.ends_as.take());
            let outcome = ended.unwrap_or(TransferState::Broken { fault, bytes });
            if let Some(message) = end(state, now, transfer, &outcome, effects) {
                tell_broken(state, &message, transfer, &outcome);
            }
        }
    }
}

fn moved(
    state: &mut State,
    now: Now,
    transfer: TransferId,
    (bytes, of): (u64, Option<u64>),
    effects: &mut Vec<Effect>,
) {
    if let Some(moving) = state.transfers.get_mut(&transfer) {
        moving.moved(now.mono, bytes, of);
        if moving.ends_as.is_some() {
            // The order to stop came before the one to begin.
            let conversation = moving.message.conversation;
            effects.push(Effect::Net(NetCommand::File(conversation, FileCommand::Stop { transfer })));
        }
        return;
    }
    let Some(message) = ours(state, transfer) else { return };
    let size = file(&message, transfer).and_then(fetching::size);
    let mut moving = ActiveTransfer::begun(Arc::clone(&message), of.or(size), now);
    moving.moved(now.mono, bytes, of);
    state.transfers.insert(transfer, moving);
    set_transfer_states(
        state,
        &message,
        |at, _| (at == transfer.file).then_some(TransferState::Moving),
        effects,
    );
}

/// An offer of ours that stands, if it has this file.
fn ours(state: &State, transfer: TransferId) -> Option<Arc<Message>> {
    state.offers.message(transfer.message).filter(|message| file(message, transfer).is_some()).cloned()
}

fn file(message: &Message, transfer: TransferId) -> Option<&File> {
    message.files.as_slice().get(usize::from(transfer.file))
}

/// A transfer is over: what became of the file is kept. One of ours may have been too short to be told of before.
fn end(
    state: &mut State,
    now: Now,
    transfer: TransferId,
    outcome: &TransferState,
    effects: &mut Vec<Effect>,
) -> Option<Arc<Message>> {
    let live = state.transfers.remove(&transfer).map(|moving| moving.message);
    let message = live.or_else(|| ours(state, transfer))?;
    set_transfer_states(state, &message, |at, _| (at == transfer.file).then(|| outcome.clone()), effects);
    fetching::go_on(state, now, message.conversation, effects);
    Some(message)
}

/// The peer does not want it, or does not offer it any more.
fn declined(state: &mut State, now: Now, transfer: TransferId, effects: &mut Vec<Effect>) {
    let Some(message) = ours(state, transfer) else {
        end(state, now, transfer, &TransferState::Withdrawn, effects);
        return;
    };
    if let Some(moving) = state.transfers.get_mut(&transfer) {
        moving.ends_as = Some(TransferState::Declined);
    } else {
        let declined = |at, file: &File| {
            let open = at == transfer.file && !matches!(file.state, TransferState::Done { .. });
            open.then_some(TransferState::Declined)
        };
        set_transfer_states(state, &message, declined, effects);
    }
}

/// Nobody has fetched it, and nobody can any more.
fn gone(state: &mut State, transfer: TransferId, effects: &mut Vec<Effect>) {
    let Some(message) = ours(state, transfer) else { return };
    let left = |at, file: &File| {
        let waits = at == transfer.file && file.state == TransferState::Offered;
        waits.then_some(TransferState::Withdrawn)
    };
    set_transfer_states(state, &message, left, effects);
}

/// Another state for some of the files of a message.
pub(super) fn set_transfer_states(
    state: &mut State,
    message: &Message,
    outcome: impl Fn(u16, &File) -> Option<TransferState>,
    effects: &mut Vec<Effect>,
) {
    let files = message.files.with_states(outcome);
    if files != message.files {
        versions::change(state, Message { files, ..message.clone() }, effects);
    }
}

/// What nobody sees who looks elsewhere.
fn tell_done(state: &mut State, now: Now, message: &Message, transfer: TransferId, skipped: u32) {
    if skipped > 0 {
        let notice =
            Phrase::new("files-skipped").number("count", skipped).text("name", name(message, transfer));
        chat::notice(state, now, message.conversation, notice);
    }
    tell(state, message, Phrase::new("files-done").text("file", name(message, transfer)));
}

fn tell_broken(state: &mut State, message: &Message, transfer: TransferId, outcome: &TransferState) {
    if matches!(outcome, TransferState::Broken { .. }) {
        tell(state, message, Phrase::new("files-broken").text("file", name(message, transfer)));
    }
}

fn tell(state: &mut State, message: &Message, phrase: Phrase) {
    let elsewhere = state.conversation(message.conversation).filter(|place| !place.is_readable());
    if let Some(name) = elsewhere.filter(|_| message.is_incoming()).map(|place| place.name.clone()) {
        state.tell(phrase.text("name", name));
    }
}

fn name(message: &Message, transfer: TransferId) -> &str {
    file(message, transfer).map_or("", |file| &file.name)
}

/// What an earlier run left moving has broken off, and what it offered nobody can fetch.
pub(super) fn settle(state: &State, message: &mut Arc<Message>) {
    if message.files.is_empty() {
        return;
    }
    let live = |file| state.transfers.contains_key(&TransferId { message: message.id, file });
    let stands = state.offers.message(message.id).is_some();
    let files = message.files.with_states(|at, file| match (&file.state, message.is_outgoing()) {
        (TransferState::Moving, false) if !live(at) => {
            Some(TransferState::Broken { fault: Fault::Interrupted, bytes: 0 })
        }
        (TransferState::Offered | TransferState::Moving, true) if !stands && !live(at) => {
            Some(TransferState::Withdrawn)
        }
        _ => None,
    });
    if files != message.files {
        *message = Arc::new(Message { files, ..Message::clone(message) });
    }
}

/// A conversation goes, and all that is being moved in it.
pub(super) fn forget(state: &mut State, conversation: ConversationId, effects: &mut Vec<Effect>) {
    for id in state.offers.of(conversation) {
        offers::forget(state, id, effects);
    }
    let here = state.transfers.iter().filter(|(_, moving)| moving.message.conversation == conversation);
    let here: Vec<(TransferId, bool)> = here.map(|(id, moving)| (*id, moving.waits)).collect();
    for (transfer, waits) in here {
        state.transfers.remove(&transfer);
        if !waits {
            effects.push(Effect::Net(NetCommand::File(conversation, FileCommand::Stop { transfer })));
        }
    }
}
