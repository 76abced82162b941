//! Answers to the entries of others, who are to know of us: as long as what they sent is worth, and not all at once.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::answers::Answers;
use super::budget::{MAX_ANSWER, MAX_GAIN};
use super::context::Scope;
use super::entry::{self, Extent};
use super::local::{SHORT_VERSION, VERSION};
use super::packet::{Incoming, command};
use crate::wire::Encoding;

/// Answers to entries that wait. As many as there may be peers.
const MAX_ANSWERS: usize = 4_096;
/// With many around, the answers to one entry are spread over up to this time, as the official client does.
const CROWD_SPREAD: Duration = Duration::from_secs(1);
const CROWD: usize = 32;
/// A source that used up its budget gets its next answer after this time.
const LATER: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
pub(super) struct EntryAnswers {
    /// When, and to whom.
    waiting: BTreeSet<(Instant, SocketAddr)>,
}

impl EntryAnswers {
    /// Somebody came in, and is to know of us if others may.
    pub(super) fn greet(&mut self, cx: &mut Scope<'_>, incoming: &Incoming<'_>) {
        let from = incoming.from;
        if !cx.local.is_visible() || !cx.may_answer(from) || self.waiting.len() >= MAX_ANSWERS {
            return;
        }
        let (now, crowded) = (cx.wire.now.mono, cx.peers.len() > CROWD);
        let Some(peer) = cx.peers.get_mut(from) else { return };
        // The same entry comes by several addresses.
        let answer = &mut peer.answer;
        if answer.taken || answer.waits || !cx.answers.budget.charge(now, from.ip()) {
            return;
        }
        (answer.taken, answer.waits) = (true, true);
        answer.allowance = incoming.bytes.len().saturating_mul(MAX_GAIN).min(MAX_ANSWER);
        let later = if crowded { cx.wire.rng.within(CROWD_SPREAD) } else { Duration::ZERO };
        self.waiting.insert((cx.wire.after(later), from));
        self.tick(cx);
    }

    /// Sends those that are due, as far as the budget has room.
    pub(super) fn tick(&mut self, cx: &mut Scope<'_>) {
        let now = cx.wire.now.mono;
        while self.waiting.first().is_some_and(|(due, _)| *due <= now) {
            if !cx.answers.budget.room_for_entry(now) {
                return;
            }
            let Some((_, to)) = self.waiting.pop_first() else { return };
            if !cx.answers.budget.take_for_entry(now, to.ip()) {
                // It was just told a lot.
                self.waiting.insert((cx.wire.after(LATER), to));
                continue;
            }
            let encoding = cx.encoding_at(to);
            let bytes = compose(cx, to, encoding);
            let Some(peer) = cx.peers.get_mut(to) else { continue };
            peer.answer.waits = false;
            if let Some(bytes) = bytes {
                (peer.knows.met, peer.knows.named) = (true, Some(encoding));
                cx.post(to, bytes, None);
            }
        }
    }

    /// Nobody waits for one any more.
    pub(super) fn clear(&mut self, cx: &mut Scope<'_>) {
        self.waiting.clear();
        for (_, peer) in cx.peers.iter_mut() {
            peer.answer.waits = false;
        }
    }

    pub(super) fn deadline(&self, answers: &Answers) -> Option<Instant> {
        let (due, _) = self.waiting.first()?;
        Some(answers.budget.next_for_entry().map_or(*due, |room| room.max(*due)))
    }
}

/// What answers somebody's entry: as much as what it sent is worth. Nothing where that is too little, since anybody can
/// have sent it in another's name.
fn compose(cx: &mut Scope<'_>, to: SocketAddr, encoding: Encoding) -> Option<Arc<[u8]>> {
    let allowance = cx.peers.get(to).map_or(0, |peer| peer.answer.allowance);
    let number = cx.plain_number();
    let own = cx.local.identity.as_ref()?;
    let said = u32::from(command::ANSWER_ENTRY) | entry::flags(own, encoding);
    let mut answers = [Extent::Brief, Extent::Names, Extent::Nick].into_iter().map(|extent| {
        let body = entry::write(own, encoding, extent);
        let version = if extent == Extent::Brief { VERSION } else { SHORT_VERSION };
        cx.local.compose(version, encoding, number, said, &body)
    });
    answers.find(|bytes| bytes.len() <= allowance)
}
