//! The table of members: by id, by address, and by the length of their silence.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::api::RelayOptions;
use super::departed::Window;
use super::hold_back::HeldTexts;
use super::limits::MemberQuota;
use super::names::{FIRST_FORM, Names};
use super::operator_seat::OperatorSeat;
use super::phrasebook::LanguageId;
use crate::dialects::relay::frame::MemberToken;

/// How a member speaks.
#[derive(Debug)]
pub(super) enum Speech {
    /// The relay speaks to it in that language.
    Plain(LanguageId),
    Framed(FramedMember),
}

#[derive(Debug, Default)]
pub(super) struct FramedMember {
    pub(super) token: MemberToken,
    /// What it was told to use in its place.
    pub(super) next: Option<MemberToken>,
    /// Of its last join, which may come twice.
    pub(super) nonce: u64,
    pub(super) window: Window,
    pub(super) held: HeldTexts,
    /// It is in charge.
    pub(super) operator: Option<OperatorSeat>,
}

impl FramedMember {
    pub(super) fn has(&self, token: MemberToken) -> bool {
        token != MemberToken::NONE && (self.token == token || self.next == Some(token))
    }

    /// It uses this token of its own. The first use of the new one is the last word about the old.
    pub(super) fn used(&mut self, token: MemberToken) {
        if self.next == Some(token) {
            (self.token, self.next) = (token, None);
        }
    }
}

/// What a new member wants, at an address that is proved.
#[derive(Debug)]
pub(super) struct JoinRequest<'a> {
    pub(super) address: SocketAddr,
    pub(super) id: u64,
    pub(super) name: Option<&'a str>,
    pub(super) room: &'a str,
    pub(super) speech: Speech,
    /// Of the room, if it begins with this member.
    pub(super) stream: u32,
}

#[derive(Debug)]
pub(super) struct RelayMember {
    pub(super) address: SocketAddr,
    pub(super) id: u64,
    pub(super) name: String,
    /// The folded name of its room, and its own index there.
    pub(super) room: String,
    pub(super) index: u32,
    pub(super) speech: Speech,
    pub(super) heard: Instant,
    pub(super) messages: u64,
    /// When it wrote last.
    pub(super) wrote: Option<Instant>,
    pub(super) quota: MemberQuota,
}

impl RelayMember {
    pub(super) const fn is_framed(&self) -> bool {
        matches!(self.speech, Speech::Framed(_))
    }

    pub(super) const fn framed(&self) -> Option<&FramedMember> {
        match &self.speech {
            Speech::Plain(_) => None,
            Speech::Framed(framed) => Some(framed),
        }
    }

    pub(super) const fn framed_mut(&mut self) -> Option<&mut FramedMember> {
        match &mut self.speech {
            Speech::Plain(_) => None,
            Speech::Framed(framed) => Some(framed),
        }
    }

    /// Whether it is in charge.
    pub(super) fn is_operator(&self) -> bool {
        self.framed().is_some_and(|framed| framed.operator.is_some())
    }

    /// In which the relay speaks to it.
    pub(super) fn language(&self) -> LanguageId {
        match self.speech {
            Speech::Plain(language) => language,
            Speech::Framed(_) => LanguageId::default(),
        }
    }

    /// None for a plain one.
    pub(super) fn token(&self) -> MemberToken {
        self.framed().map_or(MemberToken::NONE, |framed| framed.token)
    }
}

#[derive(Debug)]
pub(super) struct Members {
    table: BTreeMap<u64, RelayMember>,
    /// Never walked through, so its order shows nowhere; looked up for every datagram. One program may be a member of many
    /// rooms.
    by_address: HashMap<SocketAddr, Vec<u64>>,
    max: usize,
    silence: Duration,
    /// No silence is too long before.
    due: Option<Instant>,
    names: Names,
}

impl Members {
    pub(super) fn new(options: &RelayOptions) -> Self {
        Self {
            table: BTreeMap::new(),
            by_address: HashMap::new(),
            max: options.members,
            silence: options.silence,
            due: None,
            names: Names::default(),
        }
    }

    /// A new member, in no room yet, under the name that is wanted or one that is near to it: which form of it.
    pub(super) fn insert(&mut self, now: Instant, request: JoinRequest<'_>) -> u32 {
        let JoinRequest { address, id, name, speech, .. } = request;
        let (name, form) = self.names.take_like(address, name, FIRST_FORM);
        let member = RelayMember {
            address,
            id,
            name,
            room: String::new(),
            index: 0,
            speech,
            heard: now,
            messages: 0,
            wrote: None,
            quota: MemberQuota::default(),
        };
        self.table.insert(id, member);
        self.by_address.entry(address).or_default().push(id);
        self.due = self.due.or_else(|| now.checked_add(self.silence));
        form
    }

    pub(super) fn remove(&mut self, id: u64) -> Option<RelayMember> {
        let member = self.table.remove(&id)?;
        self.vacate(member.address, id);
        self.names.give_back(&member.name);
        Some(member)
    }

    /// Gives a member another name: the one it had, or `None` if it is another's.
    pub(super) fn rename(&mut self, id: u64, name: &str) -> Option<String> {
        let member = self.table.get_mut(&id)?;
        let free = self.names.change(member.address, &member.name, name);
        free.then(|| std::mem::replace(&mut member.name, name.to_owned()))
    }

    /// Keeps a name for a member that has another one still. `false`: it is another's.
    pub(super) fn reserve(&mut self, id: u64, name: &str) -> bool {
        self.table.get(&id).is_some_and(|member| self.names.take(member.address, name))
    }

    /// Keeps one that is near to the name that is wanted, in a form from `first` on.
    pub(super) fn reserve_like(
        &mut self,
        id: u64,
        wanted: Option<&str>,
        first: u32,
    ) -> Option<(String, u32)> {
        let member = self.table.get(&id)?;
        Some(self.names.take_like(member.address, wanted, first))
    }

    /// A name that was kept for a member is free again.
    pub(super) fn give_back(&mut self, name: &str) {
        self.names.give_back(name);
    }

    /// Gives a member the name that was kept for it: the one it had.
    pub(super) fn rename_reserved(&mut self, id: u64, name: &str) -> Option<String> {
        let old = std::mem::replace(&mut self.table.get_mut(&id)?.name, name.to_owned());
        self.names.give_back(&old);
        Some(old)
    }

    pub(super) const fn skip_guests(&mut self, to: u64) {
        self.names.skip_guests(to);
    }

    /// The member moved to another address.
    pub(super) fn readdress(&mut self, id: u64, to: SocketAddr) {
        if let Some(member) = self.table.get_mut(&id) {
            let from = std::mem::replace(&mut member.address, to);
            self.names.readdress(&member.name, to);
            self.vacate(from, id);
            self.by_address.entry(to).or_default().push(id);
        }
    }

    fn vacate(&mut self, address: SocketAddr, id: u64) {
        let Some(ids) = self.by_address.get_mut(&address) else { return };
        match ids.as_slice() {
            [only] if *only == id => drop(self.by_address.remove(&address)),
            _ => ids.retain(|other| *other != id),
        }
    }

    pub(super) fn get(&self, id: u64) -> Option<&RelayMember> {
        self.table.get(&id)
    }

    /// Whoever is at that address: one plain member, or framed ones, each in another room.
    pub(super) fn at(&self, address: SocketAddr) -> &[u64] {
        self.by_address.get(&address).map_or(&[], Vec::as_slice)
    }

    pub(super) fn all_at(&self, address: SocketAddr) -> impl Iterator<Item = &RelayMember> {
        self.at(address).iter().filter_map(|id| self.get(*id))
    }

    pub(super) fn plain_at(&self, address: SocketAddr) -> Option<u64> {
        self.all_at(address).find(|member| !member.is_framed()).map(|member| member.id)
    }

    /// Everybody at that address is there.
    pub(super) fn heard_at(&mut self, now: Instant, address: SocketAddr) {
        for id in self.by_address.get(&address).into_iter().flatten() {
            if let Some(member) = self.table.get_mut(id) {
                member.heard = now;
            }
        }
    }

    pub(super) fn get_mut(&mut self, id: u64) -> Option<&mut RelayMember> {
        self.table.get_mut(&id)
    }

    pub(super) fn is_full(&self) -> bool {
        self.table.len() >= self.max
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &RelayMember> {
        self.table.values()
    }

    /// When the next of them may have been silent for too long.
    pub(super) const fn deadline(&self) -> Option<Instant> {
        self.due
    }

    /// Those that have been silent for too long. The next end of a silence is looked for only when this one is over, so
    /// that speaking itself costs nothing here.
    pub(super) fn silent(&mut self, now: Instant) -> Vec<u64> {
        if self.due.is_none_or(|due| due > now) {
            return Vec::new();
        }
        let end = |member: &RelayMember| member.heard.checked_add(self.silence);
        self.due = self.iter().filter_map(end).filter(|end| *end > now).min();
        let over = |member: &&RelayMember| end(member).is_some_and(|end| end <= now);
        self.iter().filter(over).map(|member| member.id).collect()
    }
}
