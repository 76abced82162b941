//! Who is a member: found by key, by address, by id, and by who has been silent for longest.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::limits::Bucket;
use super::names::Names;
use super::past::Window;
use super::slab::Slab;

/// How a member speaks.
#[derive(Debug)]
pub(super) enum Speech {
    Plain,
    Framed { token: u64, window: Window },
}

/// What a member has used up of its limits.
#[derive(Debug, Default)]
pub(super) struct Pace {
    pub(super) messages: Bucket,
    pub(super) bytes: Bucket,
    pub(super) requests: Bucket,
    pub(super) notices: Bucket,
    pub(super) echoes: Bucket,
}

#[derive(Debug)]
pub(super) struct Member {
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
    pub(super) pace: Pace,
}

impl Member {
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
    slab: Slab<Member>,
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

    /// Its name is taken already.
    pub(super) fn insert(&mut self, member: Member) -> usize {
        let (address, id, due) = (member.address, member.id, member.due);
        let key = self.slab.insert(member);
        self.by_address.insert(address, key);
        self.by_id.insert(id, key);
        self.by_due.insert((due, key));
        key
    }

    pub(super) fn remove(&mut self, key: usize) -> Option<Member> {
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

    pub(super) fn get(&self, key: usize) -> Option<&Member> {
        self.slab.get(key)
    }

    pub(super) fn get_mut(&mut self, key: usize) -> Option<&mut Member> {
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

    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &Member)> {
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
