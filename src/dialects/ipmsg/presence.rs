//! Being known: the entry at the start, its gentle repetition, the answers to the entries of others, changes, goodbye.
//!
//! Who does not want to be seen says nothing of that: only whoever a person writes to is told.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::answers::Answers;
use super::budget::{MAX_ANSWER, MAX_GAIN};
use super::engine::{Ipmsg, SHORT_VERSION, VERSION};
use super::entry::{self, Extent};
use super::occupant::By;
use super::packet::{Packet, command};
use crate::model::traffic::LocalIdentity;
use crate::model::{Now, Person};
use crate::wire::Encoding;

/// The entry is said again so much later if nobody has answered: a broadcast is easily lost.
const SOON: Duration = Duration::from_secs(5);
/// And then as seldom as this, a little later each time: everybody answers it.
const SELDOM: Duration = Duration::from_mins(10);
const SPREAD: Duration = Duration::from_mins(1);
/// Whoever said nothing in so many of these rounds is not there any more.
const MAX_MISSED: u8 = 2;
/// Answers to entries that wait. As many as there may be peers.
const MAX_ANSWERS: usize = 4_096;
/// With many around, the answers to one entry are spread over up to this time, as the official client does.
const CROWD_SPREAD: Duration = Duration::from_secs(1);
const CROWD: usize = 32;
/// Whoever got as many answers as anybody may get its next one after this time.
const LATER: Duration = Duration::from_secs(1);
/// Peers that are told one by one of a change or the end; those on our networks hear it anyway.
const MAX_TOLD: usize = 512;

#[derive(Debug, Default)]
pub(super) struct Presence {
    /// We have said that we are here.
    announced: bool,
    /// When it is said next.
    due: Option<Instant>,
    rounds: u32,
    /// Somebody has answered since we came in: our broadcasts arrive.
    heard: bool,
    /// Entries to answer, and when.
    answers: BTreeSet<(Instant, SocketAddr)>,
}

// Ourselves.
impl Ipmsg {
    pub(super) fn introduce(&mut self, now: Now, own: LocalIdentity) {
        let before = self.own.as_ref();
        let same = before == Some(&own);
        let moved = before.is_some_and(|before| before.announce != own.announce);
        let (seen, visible) = (before.is_some_and(|before| before.visible), own.visible);
        self.own = Some(own);
        if visible && !seen {
            self.hear_groups();
        }
        if !visible && (same || seen) {
            self.say_goodbye(now);
        } else if visible && (moved || !self.presence.announced) {
            self.appear(now);
        } else if !same {
            self.say_changed(now);
        }
        self.release_all(now);
    }

    /// Says that we are here, at once and once more, if others may know.
    pub(super) fn appear(&mut self, now: Now) {
        (self.presence.rounds, self.presence.heard) = (0, false);
        self.announce(now);
    }

    fn announce(&mut self, now: Now) {
        let Some(own) = self.own.as_ref().filter(|own| own.visible) else { return };
        if !self.may_speak() {
            return;
        }
        let body = entry::write(own, Encoding::UTF_8, Extent::Whole);
        let said = u32::from(command::ENTRY) | entry::flags(own, Encoding::UTF_8);
        // Who has our window open hears no entry twice at once; where nobody has answered all addresses are tried.
        let networks = if self.presence.rounds == 1 { self.networks() } else { self.once_each() };
        if !networks.is_empty() {
            let bytes: Arc<[u8]> = self.packet(now, Encoding::UTF_8, said, &body).into();
            self.shout(&networks, &bytes);
            self.presence.announced = true;
            self.correct_names(now);
            self.count_round();
        }
        self.presence.rounds = self.presence.rounds.saturating_add(1);
        self.presence.due =
            Some(if self.presence.rounds == 1 { now.after(SOON).mono } else { self.seldom(now) });
    }

    /// Says it again, unless it is known soon after the first time that it arrives.
    fn repeat(&mut self, now: Now) {
        self.presence.due = None;
        if self.presence.rounds == 1 && self.presence.heard {
            self.presence.rounds = 2;
            self.presence.due = Some(self.seldom(now));
        } else {
            self.announce(now);
        }
    }

    fn seldom(&mut self, now: Now) -> Instant {
        now.after(SELDOM.saturating_add(self.chance.within(SPREAD))).mono
    }

    fn say_changed(&mut self, now: Now) {
        let Some(own) = self.own.as_ref() else { return };
        let shouts = own.visible && self.presence.announced;
        if shouts {
            let body = entry::write(own, Encoding::UTF_8, Extent::Whole);
            let said = u32::from(command::ABSENCE) | entry::flags(own, Encoding::UTF_8);
            let bytes: Arc<[u8]> = self.packet(now, Encoding::UTF_8, said, &body).into();
            self.shout(&self.once_each(), &bytes);
        }
        self.forget_named();
        let near = |ipmsg: &Self, at: SocketAddr| shouts && ipmsg.is_near(at.ip());
        let met = self.met(|ipmsg, at| !near(ipmsg, at) || ipmsg.encoding_at(at) != Encoding::UTF_8);
        self.say_entry(now, command::ABSENCE, &met);
    }

    fn say_goodbye(&mut self, now: Now) {
        if std::mem::take(&mut self.presence.announced) {
            let bytes = self.goodbye(now, Encoding::UTF_8);
            self.shout(&self.networks(), &bytes);
        }
        for at in self.met(|_, _| true) {
            let bytes = self.goodbye(now, self.encoding_at(at));
            self.post(at, bytes, None);
        }
        for (_, peer) in self.peers.iter_mut() {
            peer.met = false;
        }
        self.fall_silent();
    }

    fn goodbye(&mut self, now: Now, encoding: Encoding) -> Arc<[u8]> {
        let nick = self.own.as_ref().map(|own| entry::nick(own, encoding)).unwrap_or_default();
        self.packet(now, encoding, command::EXIT.into(), &[&nick[..], b"\0"].concat()).into()
    }

    /// From now on nothing is said by itself, and nobody waits for it.
    pub(super) fn fall_silent(&mut self) {
        self.presence.answers.clear();
        self.answers = Answers::default();
        self.presence.due = None;
        for (_, peer) in self.peers.iter_mut() {
            peer.waits = false;
        }
    }

    /// Whether somebody may know that we are here.
    pub(super) fn may_know(&self, at: SocketAddr) -> bool {
        let visible = self.own.as_ref().is_some_and(|own| own.visible);
        visible || self.peers.get(at).is_some_and(|peer| peer.met)
    }

    /// An entry, or a change, to each of these in its own encoding.
    pub(super) fn say_entry(&mut self, now: Now, kind: u8, to: &[SocketAddr]) {
        for at in to {
            let encoding = self.encoding_at(*at);
            let Some(own) = self.own.as_ref() else { return };
            let (body, flags) = (entry::write(own, encoding, Extent::Whole), entry::flags(own, encoding));
            let bytes = self.packet(now, encoding, u32::from(kind) | flags, &body);
            self.post(*at, bytes.into(), None);
            if let Some(peer) = self.peers.get_mut(*at) {
                (peer.met, peer.named) = (true, Some(encoding));
            }
        }
    }

    /// The encoding for whoever is at an address: as a person said, where it is a contact.
    pub(super) fn encoding_at(&self, at: SocketAddr) -> Encoding {
        let contact = self.contacts.route(at, self.who(at), true).and_then(|id| self.contacts.get(id));
        let chosen = contact.and_then(|contact| super::codec::chosen(&contact.address));
        self.encoding_for(chosen, Some(at))
    }

    /// Those who know of us.
    pub(super) fn met(&self, which: impl Fn(&Self, SocketAddr) -> bool) -> Vec<SocketAddr> {
        let met = self.peers.iter().filter(|(_, peer)| peer.met).map(|(at, _)| at);
        met.filter(|at| which(self, *at)).take(MAX_TOLD).collect()
    }

    fn shout(&mut self, to: &[SocketAddr], bytes: &Arc<[u8]>) {
        for at in to {
            self.post(*at, Arc::clone(bytes), None);
        }
    }
}

// The others.
impl Ipmsg {
    /// Takes over what somebody says of itself.
    pub(super) fn learn(&mut self, now: Now, from: SocketAddr, packet: &Packet<'_>) {
        let entry = entry::read(packet, self.reading_of(from));
        // Who was told nothing has nothing to answer, and must not hear of us by saying that it does.
        let asked = self.presence.announced && self.may_answer(from);
        let (_, gone) = self.peers.meet(now.mono, from);
        self.recognise(from, Person::new(&entry.about.user, &entry.about.host), By::Entry);
        let Some(peer) = self.peers.get_mut(from) else { return };
        if packet.kind() == command::ENTRY {
            peer.comes_in(now.mono, packet.number);
        } else if packet.kind() == command::ANSWER_ENTRY {
            peer.met |= asked;
            self.presence.heard = true;
        }
        peer.missed = 0;
        peer.spoke = true;
        let news = peer.learn(entry);
        if let Some((at, about)) = gone {
            self.tell_left(at, about);
        }
        if news {
            self.tell_peer(from);
        }
        self.correct_name(now, from);
        self.spoke(now, from);
    }

    /// A goodbye of somebody who was there before takes nobody else away.
    pub(super) fn leaves(&mut self, from: SocketAddr, packet: &Packet<'_>) {
        let about = entry::read_header(packet, self.reading_of(from)).about;
        let person = Person::new(&about.user, &about.host);
        let others =
            |peer: &super::peers::Peer| person.as_ref().is_some_and(|person| !peer.occupant.may_be(person));
        if self.peers.get(from).is_some_and(others) {
            return;
        }
        // What is offered to it stands: it may be back in a minute, and has been told that it can fetch it.
        let Some(peer) = self.peers.get_mut(from) else { return };
        if peer.leaves() {
            let about = peer.about.clone();
            self.tell_left(from, about);
        }
    }

    /// A round of ours begins: whoever said nothing since some rounds ago is gone.
    fn count_round(&mut self) {
        let mut silent = Vec::new();
        for (at, peer) in self.peers.iter_mut().filter(|(_, peer)| peer.here) {
            if peer.missed >= MAX_MISSED {
                peer.here = false;
                silent.push((at, peer.about.clone()));
            }
            peer.missed = peer.missed.saturating_add(1);
        }
        for (at, about) in silent {
            self.tell_left(at, about);
        }
    }

    /// Somebody came in and is to know of us, if others may.
    pub(super) fn greet(&mut self, now: Now, from: SocketAddr, (packet, bytes): (&Packet<'_>, usize)) {
        let visible = self.own.as_ref().is_some_and(|own| own.visible);
        if !visible || !self.may_answer(from) || self.presence.answers.len() >= MAX_ANSWERS {
            return;
        }
        let crowded = self.peers.len() > CROWD;
        let Some(peer) = self.peers.get_mut(from) else { return };
        // The same entry comes by several addresses.
        let number = packet.number.value();
        if peer.answered == Some(number) || peer.waits || !self.budget.charge(now.mono, from.ip()) {
            return;
        }
        (peer.answered, peer.waits) = (Some(number), true);
        peer.allowance = bytes.saturating_mul(MAX_GAIN).min(MAX_ANSWER);
        let later = if crowded { self.chance.within(CROWD_SPREAD) } else { Duration::ZERO };
        self.presence.answers.insert((now.after(later).mono, from));
        self.answer_entries(now);
    }

    fn answer_entries(&mut self, now: Now) {
        while self.presence.answers.first().is_some_and(|(due, _)| *due <= now.mono) {
            if !self.budget.room_for_entry(now.mono) {
                return;
            }
            let Some((_, to)) = self.presence.answers.pop_first() else { return };
            if !self.budget.take_for_entry(now.mono, to.ip()) {
                // It was just told a lot.
                self.presence.answers.insert((now.after(LATER).mono, to));
                continue;
            }
            let (bytes, encoding) = (self.entry_answer(now, to), self.encoding_at(to));
            if let Some(peer) = self.peers.get_mut(to) {
                peer.waits = false;
                if bytes.is_some() {
                    (peer.met, peer.named) = (true, Some(encoding));
                }
            }
            if let Some(bytes) = bytes {
                self.post(to, bytes.into(), None);
            }
        }
    }

    /// What answers somebody's entry: as much as what it sent is worth. Nothing where that is too little, since anybody can
    /// have sent it in another's name.
    fn entry_answer(&mut self, now: Now, to: SocketAddr) -> Option<Vec<u8>> {
        let encoding = self.encoding_at(to);
        let allowance = self.peers.get(to).map_or(0, |peer| peer.allowance);
        let number = self.plain_number(now);
        let own = self.own.as_ref()?;
        let said = u32::from(command::ANSWER_ENTRY) | entry::flags(own, encoding);
        let answers = [Extent::Brief, Extent::Names, Extent::Nick].into_iter().map(|extent| {
            let body = entry::write(own, encoding, extent);
            let version = if extent == Extent::Brief { VERSION } else { SHORT_VERSION };
            self.compose_as(version, encoding, number, said, &body)
        });
        answers.into_iter().find(|bytes| bytes.len() <= allowance)
    }

    pub(super) fn keep_present(&mut self, now: Now) {
        self.answer_entries(now);
        if self.presence.due.is_some_and(|due| due <= now.mono) {
            self.repeat(now);
        }
    }

    pub(super) fn presence_deadline(&self) -> Option<Instant> {
        let answer = self.presence.answers.first().map(|(due, _)| *due);
        let answer = answer.map(|due| self.budget.next_for_entry().map_or(due, |room| room.max(due)));
        [answer, self.presence.due].into_iter().flatten().min()
    }
}
