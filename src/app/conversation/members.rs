//! Who is in a room, as far as one can know: what the dialect tells, and who has spoken.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use super::confusables::{is_mixed, skeleton};
use crate::model::traffic::Member;
use crate::model::{Message, WallTime};

/// Members that a dialect tells of: four times as many as a relay tells of in one room before it is crowded.
pub const MAX_TOLD: usize = 4_096;

/// Members that are only known because they spoke, or were there. The longest silent are dropped first.
pub const MAX_HEARD: usize = 1_024;

/// So many of them go at once, so that counting anew is rare.
const MAX_GOING: usize = MAX_HEARD / 16;

/// Bytes of a name that are kept: no dialect lets a person have a longer one.
const MAX_NAME: usize = 256;

/// By what a member of a room is told from others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MemberKey {
    /// The name it has there. Nothing of it is proved.
    Named(Arc<str>),
    /// Where it sends from.
    At(SocketAddr),
}

impl MemberKey {
    /// Who wrote a message that came in.
    pub fn of(message: &Message) -> Option<Self> {
        let source = message.source()?;
        Some(message.sender().map_or(Self::At(source), |name| Self::Named(clipped(name))))
    }
}

fn clipped(name: &str) -> Arc<str> {
    let end = name.floor_char_boundary(MAX_NAME.min(name.len()));
    Arc::from(name.get(..end).unwrap_or_default())
}

/// What is known of one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberInfo {
    /// When it spoke last.
    pub spoke: Option<WallTime>,
    /// Whether it is there, if the dialect tells.
    pub here: Option<bool>,
    /// That is us.
    pub own: bool,
    /// When there was the last sign of it.
    seen: Option<WallTime>,
    /// By which the dialect tells of it, while it is there.
    id: Option<u64>,
}

/// Everybody in one room.
#[derive(Clone, Debug, Default)]
pub struct RoomMembers {
    people: BTreeMap<MemberKey, MemberInfo>,
    /// The names of those that the dialect tells are there.
    told: BTreeMap<u64, Arc<str>>,
    /// How many names look like that.
    alike: BTreeMap<String, usize>,
    /// The dialect tells who is there.
    is_told: bool,
    /// As the dialect counts them, where it does not tell of all.
    count: Option<u32>,
    /// Our own name there, if the dialect tells.
    own: Option<Arc<str>>,
}

impl RoomMembers {
    /// All that are known, in the order of their names and addresses.
    pub fn iter(&self) -> impl Iterator<Item = (&MemberKey, &MemberInfo)> {
        self.people.iter()
    }

    /// How many are known.
    pub fn known(&self) -> usize {
        self.people.len()
    }

    /// How many are there; `None`: the dialect does not tell.
    pub fn here(&self) -> Option<usize> {
        let counted = self.count.and_then(|count| usize::try_from(count).ok());
        counted.or_else(|| self.is_told.then_some(self.told.len()))
    }

    /// So many are there that the dialect tells only of those who write.
    pub const fn is_crowded(&self) -> bool {
        self.count.is_some()
    }

    /// Our own name there.
    pub fn own(&self) -> Option<&str> {
        self.own.as_deref()
    }

    /// Whether a name can be taken for another one that is known here, or for `own`.
    pub fn is_doubtful(&self, name: &str, own: &str) -> bool {
        let looks = skeleton(name);
        is_mixed(name) || self.alike.get(&looks).is_some_and(|count| *count > 1) || looks == skeleton(own)
    }

    /// A message of a member came, or was read in the history.
    pub(in crate::app) fn on_message(&mut self, message: &Message) {
        let Some(who) = MemberKey::of(message) else { return };
        let person = self.person(who);
        person.seen = person.seen.max(Some(message.time));
        if !message.is_joining() {
            person.spoke = person.spoke.max(Some(message.time));
        }
        self.evict();
    }

    /// So many are there, of whom the dialect does not tell; `None`: it does.
    pub(in crate::app) const fn on_count(&mut self, count: Option<u32>) {
        self.count = count;
    }

    /// The dialect says that a member came, went, or has another name.
    pub(in crate::app) fn on_member(&mut self, member: &Member, now: WallTime) {
        self.is_told = true;
        let name = clipped(&member.name);
        if member.own && member.here {
            self.own = Some(Arc::clone(&name));
        }
        let before = self.told.get(&member.id).filter(|before| !member.here || **before != name).cloned();
        if let Some(before) = before {
            self.told.remove(&member.id);
            self.remove_told(&MemberKey::Named(before), member.here, now);
        }
        if member.here && (self.told.len() < MAX_TOLD || self.told.contains_key(&member.id)) {
            let person = self.person(MemberKey::Named(Arc::clone(&name)));
            let other = person.id.replace(member.id).filter(|other| *other != member.id);
            (person.here, person.own, person.seen) = (Some(true), member.own, Some(now));
            self.told.insert(member.id, name);
            if let Some(other) = other {
                self.told.remove(&other);
            }
        }
        self.evict();
    }

    /// A member is gone. A name that was given up for another one is only kept if something was said under it.
    fn remove_told(&mut self, who: &MemberKey, renamed: bool, now: WallTime) {
        let Some(person) = self.people.get_mut(who) else { return };
        (person.id, person.here, person.seen) = (None, Some(false), Some(now));
        if renamed && person.spoke.is_none() {
            self.remove(who);
        }
    }

    fn person(&mut self, who: MemberKey) -> &mut MemberInfo {
        if let (false, MemberKey::Named(name)) = (self.people.contains_key(&who), &who) {
            let count = self.alike.entry(skeleton(name)).or_default();
            *count = count.saturating_add(1);
        }
        self.people.entry(who).or_default()
    }

    fn remove(&mut self, who: &MemberKey) {
        if let (Some(_), MemberKey::Named(name)) = (self.people.remove(who), who) {
            let looks = skeleton(name);
            let left = self.alike.get(&looks).map_or(0, |count| count.saturating_sub(1));
            if left > 0 {
                self.alike.insert(looks, left);
            } else {
                self.alike.remove(&looks);
            }
        }
    }

    fn evict(&mut self) {
        if self.people.len().saturating_sub(self.told.len()) <= MAX_HEARD {
            return;
        }
        let silent = self.people.iter().filter(|(_, person)| person.id.is_none());
        let mut silent: Vec<(Option<WallTime>, MemberKey)> =
            silent.map(|(who, person)| (person.seen, who.clone())).collect();
        silent.sort_unstable();
        for (_, who) in silent.into_iter().take(MAX_GOING) {
            self.remove(&who);
        }
    }
}
