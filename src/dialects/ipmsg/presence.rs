//! Being known: the entry at the start, its gentle repetition, changes, goodbye, and what others say of the same.
//!
//! Who does not want to be seen says nothing of that: only whoever a person writes to is told.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::context::Scope;
use super::entry::{self, Extent};
use super::occupant::By;
use super::packet::{Packet, command};
use super::peers::RemotePeer;
use super::sweep::Sweep;
use crate::model::traffic::LocalIdentity;
use crate::model::{ConversationId, NetEvent, Person};
use crate::wire::{Encoding, Overdue, Question};

/// The entry is said again so much later if nobody has answered: a broadcast is easily lost.
const SOON: Duration = Duration::from_secs(5);
/// And then as seldom as this, a little later each time: everybody answers it.
const SELDOM: Duration = Duration::from_mins(10);
const SPREAD: Duration = Duration::from_mins(1);
/// A peer that said nothing in so many of these rounds counts as gone.
const MAX_MISSED: u8 = 2;
/// Of those who did not answer everybody, so many are asked alone.
const MAX_ASKED: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Presence {
    /// We have said that we are here.
    announced: bool,
    /// When it is said next.
    pub due: Option<Instant>,
    rounds: u32,
    /// Somebody has answered since we came in: our broadcasts arrive.
    heard: bool,
    /// What a person wants to know: who is there.
    question: Question<SocketAddr>,
    /// Announced addresses that are told one after the other.
    pub sweep: Sweep,
}

// Ourselves.
impl Presence {
    /// Says who we are now, as far as others may know. `false`: they may not any more, and nobody waits for an answer.
    pub(super) fn introduce(&mut self, cx: &mut Scope<'_>, own: LocalIdentity) -> bool {
        let visible = own.visible.is_everybody();
        let same = cx.local.identity.as_ref() == Some(&own);
        let moved = cx.local.identity.as_ref().is_some_and(|before| before.announce != own.announce);
        let seen = cx.local.is_visible();
        cx.local.identity = Some(own);
        if visible && !seen {
            cx.local.hear_groups(&mut cx.wire);
        }
        let hides = !visible && (same || seen);
        if hides {
            self.say_goodbye(cx);
        } else if visible && (moved || !self.announced) {
            self.restart(cx);
        } else if !same {
            self.say_changed(cx);
        }
        !hides
    }

    /// Says that we are here, at once and once more, if others may know.
    pub(super) fn restart(&mut self, cx: &mut Scope<'_>) {
        (self.rounds, self.heard) = (0, false);
        self.announce(cx);
    }

    fn announce(&mut self, cx: &mut Scope<'_>) {
        if !cx.local.is_visible() || !cx.local.may_speak() {
            return;
        }
        // A peer with our window open hears no entry twice at once; where nobody has answered all addresses are tried.
        let networks = if self.rounds == 1 { cx.local.networks() } else { cx.local.once_each() };
        if !networks.is_empty() || cx.local.sweeps() {
            self.broadcast_entry(cx, command::ENTRY, &networks);
            self.announced = true;
            correct_names(cx);
            count_round(cx);
        }
        self.rounds = self.rounds.saturating_add(1);
        self.due = Some(if self.rounds == 1 { cx.wire.after(SOON) } else { next_announce(cx) });
    }

    pub(super) fn tick(&mut self, cx: &mut Scope<'_>) {
        self.sweep.tick(cx);
        self.settle_look(cx);
        if self.due.take_if(|due| *due <= cx.wire.now.mono).is_none() {
            return;
        }
        // Somebody answered the first one, so broadcasts arrive.
        if self.rounds == 1 && self.heard {
            self.rounds = 2;
            self.due = Some(next_announce(cx));
        } else {
            self.announce(cx);
        }
    }

    /// Asks everybody at once, as far as they may know of us.
    pub(super) fn look(&mut self, cx: &mut Scope<'_>) {
        if !cx.local.is_visible() || !cx.local.may_speak() {
            return;
        }
        if self.question.ask_everybody(cx.wire.now.mono) {
            let networks = cx.local.once_each();
            self.broadcast_entry(cx, command::ENTRY, &networks);
            correct_names(cx);
        }
    }

    /// Those on our networks who have not answered: they are asked alone, and gone where they are silent then.
    fn settle_look(&mut self, cx: &mut Scope<'_>) {
        let Some(overdue) = self.question.overdue(cx.wire.now.mono) else { return };
        let (Overdue::Again(asked) | Overdue::Gone(asked)) = overdue;
        let is_silent = |cx: &Scope<'_>, (at, peer): &(SocketAddr, &RemotePeer)| {
            peer.is_silent_since(asked) && cx.local.is_near(at.ip())
        };
        let silent: Vec<_> = cx.peers.iter().filter(|one| is_silent(cx, one)).map(|(at, _)| at).collect();
        if matches!(overdue, Overdue::Again(_)) {
            return cx.say_entry(command::ENTRY, silent.get(..MAX_ASKED).unwrap_or(&silent));
        }
        for at in silent {
            let about = cx.peers.get_mut(at).and_then(|peer| peer.leaves().then(|| peer.about.clone()));
            if let Some(about) = about {
                cx.tell_left(at, &about);
            }
        }
    }

    /// The next thing that is due.
    pub(super) fn deadline(&self) -> Option<Instant> {
        [self.due, self.sweep.deadline(), self.question.deadline()].into_iter().flatten().min()
    }

    /// Nothing more goes out by itself.
    pub(super) fn stop(&mut self) {
        self.due = None;
        self.sweep.stop();
        self.question.stop();
    }

    /// Asks one peer: its program answers an entry by itself.
    pub(super) fn ask(&mut self, cx: &mut Scope<'_>, conversation: ConversationId) {
        let to = cx.contacts.target(conversation).filter(|to| !cx.local.is_broadcast(to.ip()));
        if let Some(to) = to.filter(|_| cx.local.may_speak()) {
            self.question.ask(cx.wire.now.mono, to.ip());
            cx.choose(to);
            cx.say_entry(command::ENTRY, &[to]);
        }
    }

    fn say_changed(&mut self, cx: &mut Scope<'_>) {
        let everybody = self.announced && cx.local.is_visible();
        if everybody {
            let networks = cx.local.once_each();
            self.broadcast_entry(cx, command::ABSENCE, &networks);
        }
        cx.peers.forget_named();
        let heard = |cx: &Scope<'_>, at: SocketAddr| everybody && cx.local.is_near(at.ip());
        let met = cx.met(|cx, at| !heard(cx, at) || cx.encoding_at(at) != Encoding::UTF_8);
        cx.say_entry(command::ABSENCE, &met);
    }

    /// What is said of us to everybody: an entry, or a change.
    fn broadcast_entry(&mut self, cx: &mut Scope<'_>, kind: u8, networks: &[SocketAddr]) {
        let Some(own) = &cx.local.identity else { return };
        let body = entry::write(own, Encoding::UTF_8, Extent::Whole);
        let said = u32::from(kind) | entry::flags(own, Encoding::UTF_8);
        let bytes = cx.packet(Encoding::UTF_8, said, &body);
        for at in networks {
            cx.post(*at, Arc::clone(&bytes), None);
        }
        self.sweep.begin(cx, &bytes);
    }

    fn say_goodbye(&mut self, cx: &mut Scope<'_>) {
        self.sweep.stop();
        if std::mem::take(&mut self.announced) {
            let bytes = goodbye(cx, Encoding::UTF_8);
            for at in cx.local.networks() {
                cx.post(at, Arc::clone(&bytes), None);
            }
        }
        for at in cx.met(|_, _| true) {
            let bytes = goodbye(cx, cx.encoding_at(at));
            cx.post(at, bytes, None);
        }
        for (_, peer) in cx.peers.iter_mut() {
            peer.knows.met = false;
        }
    }
}

// The others.
impl Presence {
    /// Takes over what somebody says of itself.
    pub(super) fn learn(&mut self, cx: &mut Scope<'_>, from: SocketAddr, packet: &Packet<'_>) {
        let entry = entry::read(packet, cx.decoder_for(from));
        // A peer that was told nothing has nothing to answer: an answer that it makes up must not make us known to it.
        let asked = self.announced && cx.may_answer(from);
        cx.touch(from);
        cx.recognise(from, Person::new(&entry.about.user, &entry.about.host), By::Entry);
        let Some(peer) = cx.peers.get_mut(from) else { return };
        if packet.kind() == command::ENTRY {
            peer.comes_in(cx.wire.now.mono, packet.number);
        } else if packet.kind() == command::ANSWER_ENTRY {
            peer.knows.met |= asked;
            self.heard = true;
        }
        peer.missed = 0;
        peer.spoke = true;
        if peer.learn(entry) {
            cx.tell_peer(from);
        }
        if packet.kind() == command::ANSWER_ENTRY
            && self.question.is_answer(cx.wire.now.mono, from.ip(), from)
        {
            let conversation = cx.conversation_of(from);
            cx.wire.report(NetEvent::Answered { conversation, from });
        }
        cx.correct_name(from);
    }
}

/// Those who know us and did not hear what was just said to everybody learn that we have moved.
pub(super) fn say_moved(cx: &mut Scope<'_>) {
    let everybody = cx.local.is_visible();
    let met = cx.met(|cx, at| !(everybody && cx.local.is_near(at.ip())));
    if cx.local.may_speak() {
        cx.say_entry(command::ENTRY, &met);
    }
}

/// A goodbye of somebody who was there before takes nobody else away.
pub(super) fn on_exit(cx: &mut Scope<'_>, from: SocketAddr, packet: &Packet<'_>) {
    let about = entry::read_header(packet, cx.decoder_for(from)).about;
    let person = Person::new(&about.user, &about.host);
    // What is offered to it stands: it may be back in a minute, and has been told that it can fetch it.
    let Some(peer) = cx.peers.get_mut(from) else { return };
    if person.is_none_or(|person| peer.occupant.may_be(&person)) && peer.leaves() {
        let about = peer.about.clone();
        cx.tell_left(from, &about);
    }
}

fn goodbye(cx: &mut Scope<'_>, encoding: Encoding) -> Arc<[u8]> {
    let nick = cx.local.identity.as_ref().map(|own| entry::nick(own, encoding)).unwrap_or_default();
    cx.packet(encoding, command::EXIT.into(), &[&nick[..], b"\0"].concat())
}

fn next_announce(cx: &mut Scope<'_>) -> Instant {
    let later = SELDOM.saturating_add(cx.wire.rng.within(SPREAD));
    cx.wire.after(later)
}

/// Everybody was just told of us in UTF-8, which some show as signs that nobody can read: they get our names once more, in
/// their encoding.
fn correct_names(cx: &mut Scope<'_>) {
    cx.peers.forget_named();
    if cx.local.identity.as_ref().is_some_and(|own| !entry::is_plain(own)) {
        let others = cx.met(|cx, at| cx.encoding_at(at) != Encoding::UTF_8);
        cx.say_entry(command::ABSENCE, &others);
    }
}

/// A round of ours begins: peers that said nothing for some rounds are gone.
fn count_round(cx: &mut Scope<'_>) {
    let mut silent = Vec::new();
    for (at, peer) in cx.peers.iter_mut().filter(|(_, peer)| peer.here) {
        if peer.missed >= MAX_MISSED {
            peer.here = false;
            silent.push((at, peer.about.clone()));
        }
        peer.missed = peer.missed.saturating_add(1);
    }
    for (at, about) in silent {
        cx.tell_left(at, &about);
    }
}
