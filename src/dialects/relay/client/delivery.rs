//! What a person gets to see of a room, in the order of the entries: messages of others, that a message of ours is
//! with the relay, and who comes and goes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::clock::{later, since};
use super::outgoing::Letter;
use super::sequence::{Happened, Sequence};
use super::session::{Session, Stage};
use super::turn::Turn;
use crate::dialects::relay::SCHEME;
use crate::dialects::relay::frame::{Entries, Entry, Welcome};
use crate::model::traffic::{Member, MessageKind, Received};
use crate::model::{NetEvent, Phrase};
use crate::wire::Encoding;

/// Entries taken out of one datagram: more than fit into a bundle of 1,200 bytes.
const MAX_ENTRIES: usize = 1_024;
/// How long a message waits for the list of members to say who wrote it.
const NAME_PATIENCE: Duration = Duration::from_secs(2);

// What comes in.
impl Session {
    /// What the welcome says of us.
    pub(super) const fn know(&mut self, welcome: &Welcome<'_>) {
        (self.id, self.token, self.index) = (welcome.id, welcome.token, Some(welcome.index));
    }

    /// We are in: in the same life of the room as before, whose entries go on, or in a new one. All of a new life came
    /// after what we know of the last, so nothing of it is left out: others may be back before us and have spoken. Only
    /// who comes for the first time begins with the newest.
    pub(super) fn begin_stream(&mut self, turn: &mut Turn<'_>, stream: u32, seq: u64) {
        if let Some(sequence) = self.sequence.as_mut().filter(|sequence| sequence.stream() == stream) {
            sequence.exists(seq);
            return;
        }
        let before = if self.sequence.is_some() { 0 } else { seq };
        if let Some(sequence) = &mut self.sequence {
            let lost = sequence.end();
            self.missed(turn, lost);
            while let Some(happened) = self.sequence.as_mut().and_then(Sequence::pull) {
                self.show(turn, happened);
            }
            self.hand_taken(turn);
        }
        let mut sequence = Sequence::new(stream, before);
        sequence.exists(seq);
        self.sequence = Some(sequence);
        self.nameless = None;
        self.roster.begin(turn.now.mono);
    }

    pub(super) fn bundle(&mut self, turn: &mut Turn<'_>, first: u64, entries: Entries<'_>) {
        let Some(sequence) = &mut self.sequence else { return };
        let mut news = false;
        let places = (0..).map_while(|place: u64| first.checked_add(place));
        for (entry, seq) in entries.take(MAX_ENTRIES).zip(places) {
            if let Entry::Text { index, number, .. } = entry
                && self.index == Some(index)
            {
                self.outgoing.take(number);
            }
            news |= sequence.exists(seq);
            sequence.insert(seq, entry);
        }
        if let (true, Stage::In(inside)) = (news, &mut self.stage) {
            inside.alive.stirred(turn.now.mono, turn.chance);
        }
    }

    /// The relay has this message of ours. Where that place is still to come, it is shown there.
    pub(super) fn taken(&mut self, turn: &mut Turn<'_>, number: u32, seq: u64) {
        let Some(sequence) = &mut self.sequence else { return };
        if seq > 0 && !sequence.is_past(seq) {
            sequence.exists(seq);
            self.outgoing.take(number);
        } else if let Some(letter) = self.outgoing.remove(number) {
            self.hand(turn, letter);
        }
    }

    /// The relay does not have what came before `seq` any more.
    pub(super) fn gone(&mut self, turn: &mut Turn<'_>, seq: u64) {
        let lost = self.sequence.as_mut().map_or(0, |sequence| sequence.give_up(seq));
        self.missed(turn, lost);
    }

    /// So many entries will never come. Some may have been about members.
    pub(super) fn missed(&mut self, turn: &mut Turn<'_>, lost: u64) {
        if lost == 0 {
            return;
        }
        let notice = Phrase::new("relay-missed").number("count", lost);
        turn.report(NetEvent::Noticed { conversation: self.conversation, notice });
        self.roster.fetch_from(turn.now.mono, 0);
    }
}

// What goes out to the person.
impl Session {
    pub(super) fn deliver(&mut self, turn: &mut Turn<'_>) {
        loop {
            let next = self.sequence.as_mut().and_then(Sequence::peek);
            let writer = match next {
                None => return,
                Some(Happened::Text { index, .. }) => Some(*index),
                Some(Happened::Joined { .. } | Happened::Left { .. } | Happened::Renamed { .. }) => None,
            };
            if writer.is_some_and(|index| self.must_wait(turn.now.mono, index)) {
                return;
            }
            self.nameless = None;
            if let Some(happened) = self.sequence.as_mut().and_then(Sequence::pull) {
                self.show(turn, happened);
            }
        }
    }

    /// Whether a message has to wait for the name of its writer.
    fn must_wait(&mut self, now: Instant, index: u32) -> bool {
        if self.index == Some(index) || self.roster.get(index).is_some() || self.roster.is_full() {
            return false;
        }
        let Some(waiting) = self.nameless else {
            self.nameless = Some(now);
            self.roster.fetch_from(now, index);
            return true;
        };
        // A list that is complete and does not say it will not say it later.
        since(waiting, now) < NAME_PATIENCE && self.roster.deadline().is_some()
    }

    pub(super) fn naming_deadline(&self) -> Option<Instant> {
        self.nameless.map(|waiting| later(waiting, NAME_PATIENCE))
    }

    fn show(&mut self, turn: &mut Turn<'_>, happened: Happened) {
        let told = match happened {
            Happened::Text { index, number, text } => {
                self.show_text(turn, index, number, text);
                None
            }
            Happened::Joined { index, id, name } => self.roster.join(index, id, name),
            Happened::Left { index } => self.roster.leave(index),
            Happened::Renamed { index, name } => {
                if let (true, Stage::In(inside)) = (self.index == Some(index), &mut self.stage) {
                    inside.renamed(&name);
                }
                self.roster.rename(index, name)
            }
        };
        self.tell_members(turn, told);
    }

    fn show_text(&mut self, turn: &mut Turn<'_>, index: u32, number: u32, text: Arc<[u8]>) {
        let writer = self.roster.get(index);
        let own = self.index == Some(index) || writer.is_some_and(|(id, _)| id == self.id);
        if own {
            if let Some(letter) = self.outgoing.remove(number) {
                self.hand(turn, letter);
            }
            return;
        }
        let Some(source) = self.relay else { return };
        if text.is_empty() {
            return turn.report(NetEvent::Empty { source });
        }
        if writer.is_some_and(|(id, _)| !self.seen.insert(id, number)) {
            return;
        }
        let sender = writer.map(|(_, name)| name.to_owned());
        turn.report(self.received(turn, source, sender, text));
    }

    fn received(
        &self,
        turn: &Turn<'_>,
        source: SocketAddr,
        sender: Option<String>,
        payload: Arc<[u8]>,
    ) -> NetEvent {
        let (text, lossy) = Encoding::UTF_8.decode(&payload);
        NetEvent::Received(Received {
            files: crate::model::Files::default(),
            conversation: Some(self.conversation),
            scheme: SCHEME,
            place: None,
            source,
            sender,
            kind: MessageKind::Text,
            time: turn.now.wall,
            text,
            lossy,
            authenticated: false,
            payload,
        })
    }

    pub(super) fn tell_members(&self, turn: &mut Turn<'_>, told: impl IntoIterator<Item = Member>) {
        for mut member in told {
            member.own = member.id == self.id;
            turn.report(NetEvent::Member { conversation: self.conversation, member });
        }
    }

    /// A message of ours is with the relay.
    pub(super) fn hand(&self, turn: &mut Turn<'_>, letter: Letter) {
        if let Some(to) = self.relay {
            turn.report(NetEvent::Handed { message: letter.message, to, payload: letter.bytes });
        }
    }

    /// The places of these will not come any more.
    pub(super) fn hand_taken(&mut self, turn: &mut Turn<'_>) {
        while let Some(letter) = self.outgoing.remove_taken() {
            self.hand(turn, letter);
        }
    }
}
