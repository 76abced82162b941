//! Being known: the entry at the start, its gentle repetition, the answers to the entries of others, changes, goodbye.
//!
//! Who does not want to be seen says nothing of that: only whoever a person writes to is told.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::engine::{Ear, Ipmsg};
use super::entry;
use super::occupant::By;
use super::packet::{Packet, command};
use crate::model::traffic::{About, Own, Peer};
use crate::model::{Address, ConversationId, NetEvent, Now, Person};
use crate::wire::{Encoding, Interface};

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
/// Datagrams that say one thing to everybody: networks and announced addresses.
const MAX_NETWORKS: usize = 128;
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
    pub(super) fn introduce(&mut self, now: Now, own: Own) {
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
        let body = entry::write(own, Encoding::UTF_8, false);
        let said = u32::from(command::ENTRY) | entry::flags(own, Encoding::UTF_8);
        let networks = if self.presence.rounds == 0 { self.networks() } else { self.once_each() };
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

    /// Those who read no UTF-8 have our name in signs that nobody can read: they get it once more, in theirs.
    fn correct_names(&mut self, now: Now) {
        let plain = self.own.as_ref().is_none_or(|own| own.name.is_ascii() && own.group.is_ascii());
        if !plain {
            let others = self.met(|peer| peer.traits.feiq || peer.traits.legacy);
            self.say_entry(now, command::ABSENCE, &others);
        }
    }

    fn say_changed(&mut self, now: Now) {
        let Some(own) = self.own.as_ref() else { return };
        let shouts = own.visible && self.presence.announced;
        if shouts {
            let body = entry::write(own, Encoding::UTF_8, false);
            let said = u32::from(command::ABSENCE) | entry::flags(own, Encoding::UTF_8);
            let bytes: Arc<[u8]> = self.packet(now, Encoding::UTF_8, said, &body).into();
            self.shout(&self.once_each(), &bytes);
        }
        let mut met = self.met(|_| true);
        met.retain(|at| !(shouts && self.is_near(at.ip()) && self.encoding_at(*at) == Encoding::UTF_8));
        self.say_entry(now, command::ABSENCE, &met);
    }

    fn say_goodbye(&mut self, now: Now) {
        let Some(own) = self.own.as_ref() else { return };
        let body = [&entry::nick(own, Encoding::UTF_8)[..], b"\0"].concat();
        let exit = u32::from(command::EXIT);
        let bytes: Arc<[u8]> = self.packet(now, Encoding::UTF_8, exit, &body).into();
        if std::mem::take(&mut self.presence.announced) {
            self.shout(&self.networks(), &bytes);
        }
        for at in self.met(|_| true) {
            self.post(at, Arc::clone(&bytes), None);
        }
        for (_, peer) in self.peers.iter_mut() {
            peer.met = false;
        }
        self.fall_silent();
    }

    /// From now on nothing is said by itself, and nobody waits for it.
    pub(super) fn fall_silent(&mut self) {
        self.presence.answers.clear();
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
            let (body, flags) = (entry::write(own, encoding, false), entry::flags(own, encoding));
            let bytes = self.packet(now, encoding, u32::from(kind) | flags, &body);
            self.post(*at, bytes.into(), None);
            if let Some(peer) = self.peers.get_mut(*at) {
                peer.met = true;
            }
        }
    }

    /// The encoding for whoever is at an address: as a person said, where it is a contact.
    pub(super) fn encoding_at(&self, at: SocketAddr) -> Encoding {
        let contact = self.contacts.route(at, self.who(at), true).and_then(|id| self.contacts.get(id));
        let chosen = contact.and_then(|contact| super::codec::chosen(&contact.address));
        self.encoding_for(chosen, Some(at))
    }

    pub(super) fn met(&mut self, which: impl Fn(&super::peers::Peer) -> bool) -> Vec<SocketAddr> {
        let met = self.peers.iter_mut().filter(|(_, peer)| peer.met && which(peer)).map(|(at, _)| at);
        met.take(MAX_TOLD).collect()
    }

    fn shout(&mut self, to: &[SocketAddr], bytes: &Arc<[u8]>) {
        for at in to {
            self.post(*at, Arc::clone(bytes), None);
        }
    }

    /// Everybody we can reach: the broadcast addresses of our networks, and where a person wants us announced.
    pub(super) fn networks(&self) -> Vec<SocketAddr> {
        let bound = match self.udp {
            Ear::Up(at) if !at.ip().is_unspecified() => Some(at.ip()),
            Ear::Up(_) | Ear::Off | Ear::Opening | Ear::Down(_) => None,
        };
        let used = |interface: &&Interface| {
            interface.broadcast.is_some() && bound.is_none_or(|ip| ip == interface.address)
        };
        let used: Vec<&Interface> = self.interfaces.iter().filter(used).collect();
        let outside = used.iter().any(|interface| !interface.loopback);
        let mut found: BTreeSet<SocketAddr> = BTreeSet::new();
        for interface in used.iter().filter(|interface| !interface.loopback || !outside) {
            let limited = (interface.limited && outside).then_some(Ipv4Addr::BROADCAST);
            let all = interface.broadcast.into_iter().chain(limited);
            found.extend(all.map(|ip| SocketAddr::new(IpAddr::V4(ip), super::PORT)));
        }
        let announce = self.own.iter().flat_map(|own| &own.announce).filter_map(Address::literal);
        found.extend(announce);
        found.into_iter().take(MAX_NETWORKS).collect()
    }

    /// The same, but nobody hears it twice: iptux 0.8 writes an entry into the open window of its sender from a
    /// thread that must not, and two at once often crash it.
    fn once_each(&self) -> Vec<SocketAddr> {
        let mut found = self.networks();
        let everybody = SocketAddr::new(IpAddr::V4(Ipv4Addr::BROADCAST), super::PORT);
        if found.contains(&everybody) {
            let twice = |at: &SocketAddr| {
                let mut limited = self.interfaces.iter().filter(|interface| interface.limited);
                limited.any(|interface| interface.broadcast.map(IpAddr::V4) == Some(at.ip()))
            };
            found.retain(|at| !twice(at));
        }
        found
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

    /// Says what is known of a peer: to each conversation it has, or to nobody's.
    pub(super) fn tell_peer(&mut self, at: SocketAddr) {
        let Some(peer) = self.peers.get(at) else { return };
        let (about, here) = (peer.about.clone(), peer.here);
        let all = self.contacts.of(at, Person::new(&about.user, &about.host).as_ref());
        if all.is_empty() {
            self.tell_one(None, at, here, about);
        } else {
            for id in all {
                self.tell_one(Some(id), at, here, about.clone());
            }
        }
    }

    /// Nobody's peer that leaves is told of all the same: the app may be about to follow it.
    pub(super) fn tell_left(&mut self, at: SocketAddr, about: About) {
        let all = self.contacts.of(at, Person::new(&about.user, &about.host).as_ref());
        if all.is_empty() {
            self.tell_one(None, at, false, about);
        } else {
            for id in all {
                self.tell_one(Some(id), at, false, about.clone());
            }
        }
    }

    fn tell_one(&mut self, conversation: Option<ConversationId>, at: SocketAddr, here: bool, about: About) {
        let contact = conversation.and_then(|id| self.contacts.get(id));
        let chosen = contact.and_then(|contact| super::codec::chosen(&contact.address));
        let encoding = self.encoding_for(chosen, Some(at)).name().to_owned();
        let address = Box::new(address_of(at, &about));
        let about = About { encoding, ..about };
        self.report(NetEvent::Peer(Peer { conversation, address, here, about }));
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
    pub(super) fn greet(&mut self, now: Now, from: SocketAddr, number: u32) {
        let visible = self.own.as_ref().is_some_and(|own| own.visible);
        if !visible || !self.may_answer(from) || self.presence.answers.len() >= MAX_ANSWERS {
            return;
        }
        let crowded = self.peers.len() > CROWD;
        let Some(peer) = self.peers.get_mut(from) else { return };
        // The same entry comes by several addresses.
        if peer.answered == Some(number) || peer.waits || !self.budget.charge(now.mono, from.ip()) {
            return;
        }
        (peer.answered, peer.waits) = (Some(number), true);
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
            let encoding = self.encoding_at(to);
            let Some(own) = self.own.as_ref() else { return };
            let flags = entry::flags(own, encoding) | Self::flag_of(encoding);
            let body = entry::write(own, encoding, true);
            let said = u32::from(command::ANSWER_ENTRY) | flags;
            let bytes = self.packet(now, encoding, said, &body);
            self.post(to, bytes.into(), None);
            if let Some(peer) = self.peers.get_mut(to) {
                (peer.met, peer.waits) = (true, false);
            }
        }
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

/// Where somebody is, and who that is.
fn address_of(at: SocketAddr, about: &About) -> Address {
    let address = Address::from_socket(super::SCHEME, at);
    match Person::new(&about.user, &about.host) {
        Some(person) => person.at(address),
        None => address,
    }
}
