//! Everybody on the network, by address: what they say of themselves, and what we have heard from them.
//!
//! Sends nothing. Nothing in here is proved.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::entry::{Entry, Traits};
use super::occupant::Occupant;
use super::packet::{Number, Packet, flag};
use crate::model::Phrase;
use crate::model::traffic::Profile;
use crate::wire::Encoding;

/// People on one network, and some. Beyond that whoever was silent longest is forgotten.
const MAX_PEERS: usize = 4_096;
/// Messages of a peer that are known by their numbers, so that none shows twice.
const MAX_SEEN: usize = 64;
/// One entry comes by several addresses, one copy right after the other. Later the same number is another entry: some
/// programs begin with it at every start.
const SAME_ENTRY: Duration = Duration::from_secs(2);
/// All programs have sent a message for the last time by then. The same words under the same number are new ones after
/// that: there are bots that have one number for everything.
const SAME_MESSAGE: Duration = Duration::from_mins(1);
/// The bit of a message that was sent before.
const RETRY: u32 = 0x4000;

/// What happens to a peer no more often than that.
#[derive(Debug, Default)]
pub(super) struct Pause {
    last: Option<Instant>,
}

impl Pause {
    /// Whether `pause` has passed since it last was `true`.
    pub(super) fn over(&mut self, now: Instant, pause: Duration) -> bool {
        let over = self.last.is_none_or(|last| now.saturating_duration_since(last) >= pause);
        if over {
            self.last = Some(now);
        }
        over
    }
}

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Peer {
    pub about: Profile,
    pub traits: Traits,
    pub occupant: Occupant,
    /// It has come in, and not left.
    pub here: bool,
    /// It knows that we are here.
    pub met: bool,
    /// What our names last went to it in, since all were told of them in UTF-8.
    pub named: Option<Encoding>,
    /// It has said something by which it is known what it runs.
    pub spoke: bool,
    /// When it was told of us before a person's words.
    pub greeted: Option<Instant>,
    /// A person chose it: what it sends may be answered wherever it is.
    pub chosen: bool,
    /// Rounds of ours since it was last heard.
    pub missed: u8,
    /// The number of the entry that was answered last, and whether that answer is still to go out.
    pub answered: Option<u128>,
    pub waits: bool,
    /// How many bytes that answer may have.
    pub allowance: usize,
    /// The number of its last entry, and when that came.
    entered: Option<(u128, Instant)>,
    /// What is to be said of its last list of files as soon as there is a conversation to say it in.
    pub held: Option<Phrase>,
    pub absence: Pause,
    pub shake: Pause,
    pub typing: Pause,
    pub motto: Pause,
    seen: Seen,
    heard: Instant,
}

/// A message that came, by a sum over the digits of its number and what is in it, and when it was shown.
#[derive(Clone, Copy, Debug)]
struct Known {
    key: u64,
    at: Instant,
    owed: bool,
    stored: bool,
}

/// What a message is that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Came {
    New,
    /// It was there before.
    Again,
    /// The same, and its sender, who wants a receipt, cannot have got the one that it was sent.
    Stored,
}

/// The messages that were shown last, by number and by a sum over what they say: numbers begin anew where a program
/// does.
#[derive(Debug, Default)]
struct Seen {
    last: VecDeque<Known>,
    highest: u128,
}

impl Peer {
    fn new(now: Instant) -> Self {
        Self {
            about: Profile::default(),
            traits: Traits::default(),
            occupant: Occupant::default(),
            here: false,
            met: false,
            named: None,
            spoke: false,
            greeted: None,
            chosen: false,
            missed: 0,
            answered: None,
            waits: false,
            allowance: 0,
            entered: None,
            held: None,
            absence: Pause::default(),
            shake: Pause::default(),
            typing: Pause::default(),
            motto: Pause::default(),
            seen: Seen::default(),
            heard: now,
        }
    }

    /// Somebody else is there now: of the one before only stays what a person chose. What that one said of itself, if it
    /// was here.
    pub(super) fn give_way(&mut self) -> Option<Profile> {
        let occupant = std::mem::take(&mut self.occupant);
        let fresh = Self { occupant, chosen: self.chosen, ..Self::new(self.heard) };
        let before = std::mem::replace(self, fresh);
        before.here.then_some(before.about)
    }

    /// Whether nothing is known of who is there.
    pub(super) const fn is_unnamed(&self) -> bool {
        self.about.user.is_empty() && self.about.host.is_empty()
    }

    /// Takes over what it says of itself. Whether that is news.
    pub(super) fn learn(&mut self, entry: Entry) -> bool {
        let motto = std::mem::take(&mut self.about.motto);
        let about = Profile { motto: motto.clone(), ..entry.about };
        self.about.motto = motto;
        // What it says of itself now is all that it says.
        let traits = Traits { declared: entry.traits.declared, ..self.traits.join(entry.traits) };
        let news = !self.here || self.about != about || self.traits != traits;
        (self.here, self.about, self.traits) = (true, about, traits);
        news
    }

    /// A message came. `owed`: its sender wants a receipt when it is in the history.
    pub(super) fn take(&mut self, now: Instant, packet: &Packet<'_>, owed: bool) -> Came {
        let key = key_of(packet);
        while self.seen.last.front().is_some_and(|known| known.is_over(now)) {
            self.seen.last.pop_front();
        }
        if let Some(known) = self.seen.last.iter().find(|known| known.key == key) {
            return if known.owed && known.stored { Came::Stored } else { Came::Again };
        }
        if self.seen.last.len() >= MAX_SEEN {
            self.seen.last.pop_front();
        }
        self.seen.last.push_back(Known { key, at: now, owed, stored: false });
        self.seen.highest = self.seen.highest.max(packet.number.value());
        Came::New
    }

    /// A message is in the history. Whether its sender is to be told so.
    pub(super) fn stored(&mut self, packet: &Packet<'_>) -> bool {
        let key = key_of(packet);
        let known = self.seen.last.iter_mut().find(|known| known.key == key && !known.stored);
        known.is_some_and(|known| {
            known.stored = true;
            known.owed
        })
    }

    /// It comes in with this number, and knows nobody yet. Lower than those we know: its numbers have started anew.
    pub(super) fn comes_in(&mut self, now: Instant, number: Number<'_>) {
        let number = number.value();
        let before = self.entered.replace((number, now));
        let is_copy =
            |(known, at): (u128, Instant)| known == number && now.saturating_duration_since(at) < SAME_ENTRY;
        if before.is_some_and(is_copy) {
            return;
        }
        (self.met, self.answered) = (false, None);
        if number <= self.seen.highest {
            self.seen = Seen::default();
        }
    }

    /// It says goodbye. Whether it was here.
    pub(super) const fn leaves(&mut self) -> bool {
        (self.met, self.entered) = (false, None);
        std::mem::replace(&mut self.here, false)
    }

    pub(super) const fn reads_utf8(&self) -> bool {
        !self.traits.feiq && (self.traits.utf8 || self.traits.iptux)
    }
}

#[derive(Debug, Default)]
pub(super) struct Peers {
    table: BTreeMap<SocketAddr, Peer>,
    /// Whom to forget first: strangers before those a person chose, and who was silent longest.
    order: BTreeSet<(bool, Instant, SocketAddr)>,
}

impl Peers {
    pub(super) fn get(&self, at: SocketAddr) -> Option<&Peer> {
        self.table.get(&at)
    }

    pub(super) fn get_mut(&mut self, at: SocketAddr) -> Option<&mut Peer> {
        self.table.get_mut(&at)
    }

    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    /// Those who are there.
    pub(super) fn here(&self) -> impl Iterator<Item = SocketAddr> {
        self.table.iter().filter(|(_, peer)| peer.here).map(|(at, _)| *at)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (SocketAddr, &Peer)> {
        self.table.iter().map(|(at, peer)| (*at, peer))
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (SocketAddr, &mut Peer)> {
        self.table.iter_mut().map(|(at, peer)| (*at, peer))
    }

    /// The peer there, made known if it was not. Whoever is forgotten for it comes with it, if it was here.
    pub(super) fn meet(
        &mut self,
        now: Instant,
        at: SocketAddr,
    ) -> (&mut Peer, Option<(SocketAddr, Profile)>) {
        let gone = if self.table.contains_key(&at) { None } else { self.make_room() };
        let peer = self.table.entry(at).or_insert_with(|| Peer::new(now));
        self.order.remove(&(peer.chosen, peer.heard, at));
        peer.heard = now;
        self.order.insert((peer.chosen, peer.heard, at));
        (peer, gone)
    }

    /// A person chose whoever is there. Whoever is forgotten for it, if it was here.
    pub(super) fn choose(&mut self, now: Instant, at: SocketAddr) -> Option<(SocketAddr, Profile)> {
        let (peer, gone) = self.meet(now, at);
        if !std::mem::replace(&mut peer.chosen, true) {
            let heard = peer.heard;
            self.order.remove(&(false, heard, at));
            self.order.insert((true, heard, at));
        }
        gone
    }

    fn make_room(&mut self) -> Option<(SocketAddr, Profile)> {
        if self.table.len() < MAX_PEERS {
            return None;
        }
        let (_, _, at) = self.order.pop_first()?;
        let peer = self.table.remove(&at)?;
        peer.here.then_some((at, peer.about))
    }
}

/// Whether a packet wants a receipt. What goes to everybody and what no person wrote gets none (invariant I3).
pub(super) fn wants_receipt(packet: &Packet<'_>) -> bool {
    packet.has(flag::CHECK) && !packet.has(flag::BROADCAST | flag::AUTOMATIC)
}

impl Known {
    fn is_over(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.at) >= SAME_MESSAGE
    }
}

fn key_of(packet: &Packet<'_>) -> u64 {
    // Late tries of the official client are longer by NULs.
    let end = packet.body.iter().rposition(|byte| *byte != 0).map_or(0, |last| last.saturating_add(1));
    let mut sum = DefaultHasher::new();
    (packet.number, packet.command & !RETRY, packet.body.get(..end)).hash(&mut sum);
    sum.finish()
}
