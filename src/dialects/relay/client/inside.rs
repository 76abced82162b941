//! In the room: what the relay says there, the questions whether it is still there, and what we say.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::alive::{Alive, Due};
use super::clock::{backoff, later};
use super::joining::{MAX_TAKEN, phrase_of};
use super::session::{Session, Stage};
use super::turn::Turn;
use crate::dialects::relay::frame::{FromMember, FromRelay, MAX_TEXT, Refusal, Welcome};
use crate::model::{Fault, NetEvent, Phrase};
use crate::wire::endpoint::same_endpoint;

/// When another name is said again, at first and at most, and how often in all.
const AGAIN: Duration = Duration::from_millis(500);
const MAX_AGAIN: Duration = Duration::from_secs(3);
const MAX_RENAMES: u32 = 8;
/// Who is not known any more joins at once; but not more often than this, should it be forgotten each time.
const REJOIN: Duration = Duration::from_millis(500);

/// Another name, which the relay was told and did not confirm.
#[derive(Debug)]
struct Renaming {
    again: Instant,
    tries: u32,
}

/// A membership.
#[derive(Debug)]
pub(super) struct Inside {
    /// The relay.
    pub(super) at: SocketAddr,
    pub(super) alive: Alive,
    /// Of the join: its welcome may come twice.
    nonce: u64,
    token: u64,
    /// What the relay calls us.
    pub(super) name: String,
    since: Instant,
    renaming: Option<Renaming>,
}

impl Inside {
    pub(super) fn new(turn: &mut Turn<'_>, at: SocketAddr, welcome: &Welcome<'_>) -> Self {
        let now = turn.now.mono;
        let expiry = Duration::from_secs(u64::from(welcome.expiry));
        Self {
            at,
            alive: Alive::new(now, expiry, turn.chance),
            nonce: welcome.nonce,
            token: welcome.token,
            name: welcome.name.to_owned(),
            since: now,
            renaming: None,
        }
    }

    pub(super) const fn rename(&mut self, now: Instant) {
        self.renaming = Some(Renaming { again: now, tries: 0 });
    }

    /// The relay calls us so.
    pub(super) fn renamed(&mut self, name: &str) {
        name.clone_into(&mut self.name);
        self.renaming = None;
    }

    /// Whether a frame is meant for this membership: whoever does not receive at our address cannot know its numbers.
    fn is_ours(&self, frame: &FromRelay<'_>, stream: Option<u32>) -> bool {
        match frame {
            FromRelay::Welcome(welcome) => welcome.nonce == self.nonce && stream == Some(welcome.stream),
            FromRelay::Bundle { stream: of, .. }
            | FromRelay::Taken { stream: of, .. }
            | FromRelay::Pong { stream: of, .. }
            | FromRelay::Gone { stream: of, .. }
            | FromRelay::Members { stream: of, .. } => stream == Some(*of),
            FromRelay::Refused { to: token, .. }
            | FromRelay::Unknown { token }
            | FromRelay::Closing { token } => *token == self.token,
            FromRelay::Challenge { .. } => false,
        }
    }
}

// What the relay says.
impl Session {
    pub(super) fn heard(&mut self, turn: &mut Turn<'_>, frame: FromRelay<'_>) {
        let stream = self.sequence.as_ref().map(super::sequence::Sequence::stream);
        let Stage::In(inside) = &mut self.stage else { return };
        if !inside.is_ours(&frame, stream) {
            return;
        }
        inside.alive.heard(turn.now.mono);
        match frame {
            FromRelay::Welcome(welcome) => {
                inside.token = welcome.token;
                self.know(&welcome);
            }
            FromRelay::Bundle { seq, entries, .. } => self.bundle(turn, seq, entries),
            FromRelay::Taken { number, seq, .. } => self.taken(turn, number, seq),
            FromRelay::Pong { seq, count, .. } => self.pong(turn, seq, count),
            FromRelay::Gone { seq, .. } => self.gone(turn, seq),
            FromRelay::Members { roster, .. } => {
                let told = self.roster.page(turn.now.mono, roster);
                self.tell_members(turn, told);
            }
            FromRelay::Refused { number: 0, why, .. } => self.name_refused(turn, why),
            FromRelay::Refused { number, why, .. } => self.message_refused(turn, number, why),
            FromRelay::Unknown { .. } => self.forgotten(turn),
            FromRelay::Closing { .. } => self.lose(turn, Phrase::new("relay-closed")),
            FromRelay::Challenge { .. } => {}
        }
    }

    /// What a relay said before it was gone lies behind the news of its end: ICMP errors are read before datagrams, and
    /// the next relay knows nothing of what this one passed on and acknowledged.
    pub(super) fn heard_late(&mut self, turn: &mut Turn<'_>, from: SocketAddr, frame: FromRelay<'_>) {
        let stream = self.sequence.as_ref().map(super::sequence::Sequence::stream);
        if !self.relay.is_some_and(|relay| same_endpoint(from, relay)) {
            return;
        }
        if let FromRelay::Taken { stream: of, number, seq } = frame {
            if stream == Some(of) {
                self.taken(turn, number, seq);
            }
        } else if let FromRelay::Bundle { stream: of, seq, entries } = frame
            && stream == Some(of)
        {
            self.bundle(turn, seq, entries);
            self.deliver(turn);
        }
    }

    fn pong(&mut self, turn: &mut Turn<'_>, seq: u64, count: u32) {
        let (Some(sequence), Stage::In(inside)) = (&mut self.sequence, &mut self.stage) else { return };
        inside.alive.answered();
        sequence.exists(seq);
        if sequence.is_at(seq) {
            self.roster.compare(turn.now.mono, count);
        }
    }

    fn message_refused(&mut self, turn: &mut Turn<'_>, number: u32, why: Refusal) {
        if why != Refusal::TooLong {
            return self.outgoing.postpone(turn.now.mono, number);
        }
        if let Some(letter) = self.outgoing.remove(number) {
            let fault = Fault::TooLarge { bytes: letter.bytes.len(), limit: MAX_TEXT };
            turn.report(NetEvent::Failed { message: letter.message, fault });
        }
    }

    fn name_refused(&mut self, turn: &mut Turn<'_>, why: Refusal) {
        let Stage::In(inside) = &mut self.stage else { return };
        if inside.renaming.is_none() || !matches!(why, Refusal::NameTaken | Refusal::BadName) {
            return;
        }
        if why == Refusal::NameTaken && self.taken < MAX_TAKEN {
            self.taken = self.taken.saturating_add(1);
            return inside.rename(turn.now.mono);
        }
        inside.renaming = None;
        self.taken = 0;
        let (conversation, notice) = (self.conversation, phrase_of(why));
        turn.report(NetEvent::Noticed { conversation, notice });
    }

    /// The relay does not know us: it has restarted, or we have another address.
    fn forgotten(&mut self, turn: &mut Turn<'_>) {
        let Stage::In(inside) = &self.stage else { return };
        let delay = later(inside.since, REJOIN).saturating_duration_since(turn.now.mono);
        self.interrupt();
        self.trying = turn.now.mono;
        self.begin_asking(turn, delay);
    }
}

// What we say.
impl Session {
    pub(super) fn inside_deadline(&self, inside: &Inside) -> Instant {
        let renaming = inside.renaming.as_ref().map(|renaming| renaming.again);
        let others =
            [self.outgoing.next(), self.roster.deadline(), self.naming_deadline(), renaming].into_iter();
        let gaps = self.sequence.as_ref().and_then(super::sequence::Sequence::deadline);
        others.chain([gaps]).flatten().fold(inside.alive.deadline(), Instant::min)
    }

    pub(super) fn stay(&mut self, turn: &mut Turn<'_>) {
        let Stage::In(inside) = &mut self.stage else { return };
        match inside.alive.due(turn.now.mono) {
            Due::Nothing => {}
            Due::Ping => self.tell(turn, |token| FromMember::Ping { token }),
            Due::Lost => return self.lose(turn, Phrase::new("relay-no-answer")),
        }
        self.deliver(turn);
        self.ask_missing(turn);
        if let Some(from) = self.roster.due(turn.now.mono) {
            self.tell(turn, |token| FromMember::Members { token, from });
        }
        self.say_name(turn);
        if let Some((number, text)) = self.outgoing.due(turn.now.mono) {
            self.tell(turn, |token| FromMember::Say { token, number, text: &text });
        }
    }

    fn ask_missing(&mut self, turn: &mut Turn<'_>) {
        let Some(sequence) = &mut self.sequence else { return };
        if let Some(lost) = sequence.despair() {
            self.missed(turn, lost);
            self.deliver(turn);
        }
        let Some(sequence) = &mut self.sequence else { return };
        let stream = sequence.stream();
        for gap in sequence.gaps(turn.now.mono) {
            let (from, count) = (gap.from, gap.count);
            self.tell(turn, |token| FromMember::Missing { token, stream, from, count });
        }
    }

    fn say_name(&mut self, turn: &mut Turn<'_>) {
        let name = self.wanted_name(turn);
        let Stage::In(inside) = &mut self.stage else { return };
        if inside.name == name {
            inside.renaming = None;
        }
        let Some(renaming) = inside.renaming.as_mut().filter(|renaming| renaming.again <= turn.now.mono)
        else {
            return;
        };
        renaming.again = turn.about(backoff(AGAIN, MAX_AGAIN, renaming.tries));
        renaming.tries = renaming.tries.saturating_add(1);
        if renaming.tries > MAX_RENAMES {
            inside.renaming = None;
            return;
        }
        self.tell(turn, |token| FromMember::Nick { token, name: &name });
    }

    /// Leaves the room, if we are in.
    pub(super) fn leave(&mut self, turn: &mut Turn<'_>) {
        self.tell(turn, |token| FromMember::Leave { token });
    }

    /// The membership is over or in doubt: nothing is asked for until there is another.
    pub(super) fn interrupt(&mut self) {
        if let Some(sequence) = &mut self.sequence {
            sequence.pause();
        }
    }

    fn tell<'a>(&mut self, turn: &mut Turn<'_>, frame: impl FnOnce(u64) -> FromMember<'a>) {
        let (Stage::In(inside), Some(link)) = (&mut self.stage, self.link) else { return };
        inside.alive.said(turn.now.mono);
        turn.send(link, inside.at, &frame(inside.token));
    }
}
