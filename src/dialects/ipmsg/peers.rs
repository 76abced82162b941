//! Everybody on the network, by address: what they say of themselves, and what we have heard from them.
//!
//! Sends nothing. Nothing in here is proved.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::entry::{ClientQuirks, PeerEntry};
use super::occupant::Occupant;
use super::packet::{Number, Packet};
use crate::model::bucket::Bucket;
use crate::model::traffic::Profile;
use crate::model::{Person, Phrase};
use crate::wire::Encoding;

/// People on one network, and some. Beyond that the peer that was silent longest is forgotten.
const MAX_PEERS: usize = 4_096;
/// Messages of a peer that are known by their numbers, so that none shows twice.
const MAX_SEEN: usize = 64;
/// One entry comes by several addresses, one copy right after the other. Later the same number is another entry: some
/// programs begin with it at every start.
const SAME_ENTRY: Duration = Duration::from_secs(2);
/// What was said to many that is known again when it comes from another address of the same sender.
const MAX_SAID: usize = 256;
/// All programs have sent a message for the last time by then. The same words under the same number are new ones after
/// that: there are bots that have one number for everything.
const SAME_MESSAGE: Duration = Duration::from_mins(1);
/// The bit of a message that was sent before.
const RETRY: u32 = 0x4000;

/// What a peer knows of us.
#[derive(Debug, Default)]
pub(super) struct KnownOfUs {
    /// That we are here.
    pub met: bool,
    /// What our names last went to it in, since all were told of them in UTF-8.
    pub named: Option<Encoding>,
    /// When it was told of us before a person's words.
    pub greeted: Option<Instant>,
}

/// The answer to an entry of a peer.
#[derive(Debug, Default)]
pub(super) struct EntryAnswer {
    /// Its last entry is answered, or is about to be.
    pub taken: bool,
    /// The answer is still to go out.
    pub waits: bool,
    /// How many bytes it may have.
    pub allowance: usize,
}

/// How often we take notice of what a peer repeats.
#[derive(Debug, Default)]
pub(super) struct RateLimits {
    pub absence: Bucket,
    pub shake: Bucket,
    pub typing: Bucket,
    pub motto: Bucket,
}

#[derive(Debug, Default)]
pub(super) struct RemotePeer {
    pub about: Profile,
    pub quirks: ClientQuirks,
    pub occupant: Occupant,
    /// It has come in, and not left.
    pub here: bool,
    pub knows: KnownOfUs,
    /// Its client software is identified.
    pub spoke: bool,
    /// A person chose it: what it sends may be answered wherever it is.
    pub chosen: bool,
    /// Rounds of ours since it was last heard.
    pub missed: u8,
    pub answer: EntryAnswer,
    /// The number of its last entry, and when that came.
    entered: Option<(u128, Instant)>,
    /// What is to be said of its last list of files as soon as there is a conversation to say it in.
    pub held: Option<Phrase>,
    pub limits: RateLimits,
    /// The messages that were shown last.
    seen: VecDeque<SeenPacket>,
    /// The highest number among all that were: numbers begin anew where a program does.
    highest: u128,
    /// What it is ordered by among those to be forgotten.
    heard: Option<Instant>,
}

/// A message that came, by a sum over the digits of its number and what is in it, and when it was shown.
#[derive(Clone, Copy, Debug)]
struct SeenPacket {
    key: u64,
    at: Instant,
    owed: bool,
    stored: bool,
}

/// What a message is that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dedup {
    New,
    /// It was there before.
    Duplicate,
    /// The same, and its sender, who wants a receipt, cannot have got the one that it was sent.
    ReAck,
}

impl RemotePeer {
    /// Somebody else is there now: of the one before only stays what a person chose. What that one said of itself, if it
    /// was here.
    pub(super) fn give_way(&mut self) -> Option<Profile> {
        let occupant = std::mem::take(&mut self.occupant);
        let fresh = Self { occupant, chosen: self.chosen, heard: self.heard, ..Self::default() };
        let before = std::mem::replace(self, fresh);
        before.here.then_some(before.about)
    }

    /// Takes over what it says of itself. Whether that is news.
    pub(super) fn learn(&mut self, entry: PeerEntry) -> bool {
        let about = Profile { motto: self.about.motto.clone(), ..entry.about };
        // What it says of itself now is all that it says.
        let traits = ClientQuirks { declared: entry.quirks.declared, ..self.quirks.join(entry.quirks) };
        let news = !self.here || self.about != about || self.quirks != traits;
        (self.here, self.about, self.quirks) = (true, about, traits);
        news
    }

    /// A message came. `owed`: its sender wants a receipt when it is in the history.
    pub(super) fn dedup(&mut self, now: Instant, packet: &Packet<'_>, owed: bool) -> Dedup {
        let key = key_of(packet);
        let is_over = |known: &SeenPacket| now.saturating_duration_since(known.at) >= SAME_MESSAGE;
        while self.seen.front().is_some_and(is_over) {
            self.seen.pop_front();
        }
        if let Some(known) = self.seen.iter().find(|known| known.key == key) {
            return if known.owed && known.stored { Dedup::ReAck } else { Dedup::Duplicate };
        }
        if self.seen.len() >= MAX_SEEN {
            self.seen.pop_front();
        }
        self.seen.push_back(SeenPacket { key, at: now, owed, stored: false });
        self.highest = self.highest.max(packet.number.value());
        Dedup::New
    }

    /// A message is in the history. Whether its sender is to be told so.
    pub(super) fn stored(&mut self, packet: &Packet<'_>) -> bool {
        let key = key_of(packet);
        let known = self.seen.iter_mut().find(|known| known.key == key && !known.stored);
        known.is_some_and(|known| {
            known.stored = true;
            known.owed
        })
    }

    /// It is said to be here, and nothing came from it since then.
    pub(super) fn is_silent_since(&self, then: Instant) -> bool {
        self.here && self.heard.is_none_or(|heard| heard < then)
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
        (self.knows.met, self.answer.taken) = (false, false);
        if number <= self.highest {
            self.seen.clear();
            self.highest = 0;
        }
    }

    /// It says goodbye. Whether it was here.
    pub(super) const fn leaves(&mut self) -> bool {
        (self.knows.met, self.entered) = (false, None);
        std::mem::replace(&mut self.here, false)
    }
}

#[derive(Debug, Default)]
pub(super) struct PeerTable {
    table: BTreeMap<SocketAddr, RemotePeer>,
    /// In the order of forgetting: strangers before those a person chose, and the longest silent first.
    order: BTreeSet<(bool, Option<Instant>, SocketAddr)>,
    /// What was said to many, by a sum over the sender and the packet, and when.
    said: VecDeque<(u64, Instant)>,
}

impl PeerTable {
    pub(super) fn get(&self, at: SocketAddr) -> Option<&RemotePeer> {
        self.table.get(&at)
    }

    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    /// The person at an address, as far as is known.
    pub(super) fn who(&self, at: SocketAddr) -> Option<&Person> {
        self.get(at)?.occupant.now()
    }

    pub(super) fn quirks(&self, at: SocketAddr) -> ClientQuirks {
        self.get(at).map(|peer| peer.quirks).unwrap_or_default()
    }

    pub(super) fn is_here(&self, at: SocketAddr) -> bool {
        self.get(at).is_some_and(|peer| peer.here)
    }

    /// Something was said to many. Whether it came before from another address of its sender: who is on two networks says it
    /// on each, and whoever is on both hears it twice.
    pub(super) fn is_copy(&mut self, now: Instant, packet: &Packet<'_>) -> bool {
        let mut sum = DefaultHasher::new();
        (key_of(packet), packet.version, packet.user, packet.host).hash(&mut sum);
        let key = sum.finish();
        let is_over = |(_, at): &(u64, Instant)| now.saturating_duration_since(*at) >= SAME_MESSAGE;
        while self.said.front().is_some_and(is_over) {
            self.said.pop_front();
        }
        let known = self.said.iter().any(|(said, _)| *said == key);
        if !known {
            if self.said.len() >= MAX_SAID {
                self.said.pop_front();
            }
            self.said.push_back((key, now));
        }
        known
    }

    /// Whether a person chose the peer there.
    pub(super) fn is_chosen(&self, at: SocketAddr) -> bool {
        self.get(at).is_some_and(|peer| peer.chosen)
    }

    /// What our names last went to everybody in means nothing any more.
    pub(super) fn forget_named(&mut self) {
        for peer in self.table.values_mut() {
            peer.knows.named = None;
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (SocketAddr, &RemotePeer)> {
        self.table.iter().map(|(at, peer)| (*at, peer))
    }

    pub(super) fn get_mut(&mut self, at: SocketAddr) -> Option<&mut RemotePeer> {
        self.table.get_mut(&at)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (SocketAddr, &mut RemotePeer)> {
        self.table.iter_mut().map(|(at, peer)| (*at, peer))
    }

    /// Notes that the peer was heard, or that a person chose it, and takes it in if it is new. Gives the peer that was
    /// forgotten for it, if that was here.
    pub(super) fn touch(
        &mut self,
        now: Instant,
        at: SocketAddr,
        chosen: bool,
    ) -> Option<(SocketAddr, Profile)> {
        let gone = if self.table.contains_key(&at) { None } else { self.make_room() };
        let peer = self.table.entry(at).or_default();
        self.order.remove(&(peer.chosen, peer.heard, at));
        (peer.chosen, peer.heard) = (peer.chosen || chosen, Some(now));
        self.order.insert((peer.chosen, peer.heard, at));
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

fn key_of(packet: &Packet<'_>) -> u64 {
    // Late tries of the official client are longer by NULs.
    let end = packet.body.iter().rposition(|byte| *byte != 0).map_or(0, |last| last.saturating_add(1));
    let mut sum = DefaultHasher::new();
    (packet.number, packet.command & !RETRY, packet.body.get(..end)).hash(&mut sum);
    sum.finish()
}
