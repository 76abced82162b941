//! The table of members: by key, by address, by id, and by the length of their silence.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::departed::Window;
use super::limits::MemberQuota;
use super::names::Names;

use super::slab::Slab;

/// How a member speaks.
#[derive(Debug)]
pub(super) enum Speech {
    Plain,
    Framed { token: u64, window: Window },
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
    /// The key of its room, and its own index there.
    pub(super) room: usize,
    pub(super) index: u32,
    pub(super) speech: Speech,
    pub(super) heard: Instant,
    /// Under which it stands in the order of silence: never later than the end of its silence.
    pub(super) due: Instant,
    pub(super) messages: u64,
    pub(super) quota: MemberQuota,
}

impl RelayMember {
    pub(super) const fn is_framed(&self) -> bool {
        matches!(self.speech, Speech::Framed { .. })
    }

    /// 0 for a plain one.
    pub(super) const fn token(&self) -> u64 {
        match self.speech {
            Speech::Plain => 0,
            Speech::Framed { token, .. } => token,
        }
    }
}

#[derive(Debug)]
pub(super) struct Members {
    slab: Slab<RelayMember>,
    /// Never walked through, so its order shows nowhere; looked up for every datagram.
    by_address: HashMap<SocketAddr, usize>,
    by_id: BTreeMap<u64, usize>,
    by_due: BTreeSet<(Instant, usize)>,
    silence: Duration,
    pub(super) names: Names,
}

impl Members {
    pub(super) fn new(silence: Duration) -> Self {
        Self {
            slab: Slab::default(),
            by_address: HashMap::new(),
            by_id: BTreeMap::new(),
            by_due: BTreeSet::new(),
            silence,
            names: Names::default(),
        }
    }

    /// A new member, in no room yet, under the name that is wanted or one that is near to it.
    pub(super) fn insert(&mut self, now: Instant, request: JoinRequest<'_>) -> usize {
        let JoinRequest { address, id, name, speech, .. } = request;
        let due = now.checked_add(self.silence).unwrap_or(now);
        let key = self.slab.insert(RelayMember {
            address,
            id,
            name: self.names.take_like(name),
            room: usize::MAX,
            index: 0,
            speech,
            heard: now,
            due,
            messages: 0,
            quota: MemberQuota::default(),
        });
        self.by_address.insert(address, key);
        self.by_id.insert(id, key);
        self.by_due.insert((due, key));
        key
    }

    pub(super) fn remove(&mut self, key: usize) -> Option<RelayMember> {
        let member = self.slab.remove(key)?;
        self.by_address.remove(&member.address);
        self.by_id.remove(&member.id);
        self.by_due.remove(&(member.due, key));
        self.names.give_back(&member.name);
        Some(member)
    }

    /// The member moved to another address.
    pub(super) fn readdress(&mut self, key: usize, to: SocketAddr) {
        if let Some(member) = self.slab.get_mut(key) {
            self.by_address.remove(&member.address);
            member.address = to;
            self.by_address.insert(to, key);
        }
    }

    pub(super) fn get(&self, key: usize) -> Option<&RelayMember> {
        self.slab.get(key)
    }

    pub(super) fn get_mut(&mut self, key: usize) -> Option<&mut RelayMember> {
        self.slab.get_mut(key)
    }

    pub(super) fn at(&self, address: SocketAddr) -> Option<usize> {
        self.by_address.get(&address).copied()
    }

    pub(super) fn with_id(&self, id: u64) -> Option<usize> {
        self.by_id.get(&id).copied()
    }

    pub(super) fn len(&self) -> usize {
        self.by_address.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &RelayMember)> {
        self.slab.iter()
    }

    /// When the next of them may have been silent for too long.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.by_due.first().map(|(due, _)| *due)
    }

    /// One that has been silent for too long. Who spoke since its last turn gets a new one, so that speaking itself
    /// costs nothing here.
    pub(super) fn silent(&mut self, now: Instant) -> Option<usize> {
        while let Some((due, key)) = self.by_due.first().copied().filter(|(due, _)| *due <= now) {
            let member = self.slab.get_mut(key)?;
            let end = member.heard.checked_add(self.silence).unwrap_or(due);
            if end <= now {
                return Some(key);
            }
            self.by_due.remove(&(due, key));
            member.due = end;
            self.by_due.insert((end, key));
        }
        None
    }
}
