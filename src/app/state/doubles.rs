//! People whose program makes itself known twice, in the open and encrypted: who never said anything in the open has no row
//! beside the encrypted one.
//!
//! Only a matter of what the list shows. Nothing is merged, and what comes in the open stands in a conversation of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::app::conversation::Conversation;
use crate::model::{ConversationId, PeerKind};

/// What programs of our kind call themselves, wherever they do, before the number of their version.
const PROGRAM: &str = "udpqq";

/// How somebody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SeenAs {
    Encrypted(IpAddr),
    /// In the open, and silent: another row of the same program says as much.
    Open(IpAddr),
}

impl SeenAs {
    /// `None`: it has a row whatever others there are.
    pub(super) fn of(conversation: &Conversation) -> Option<Self> {
        let status = &conversation.status;
        if conversation.address.key.is_some() {
            return status.seen().map(Self::Encrypted);
        }
        silent_host(conversation).filter(|_| conversation.is_unasked()).map(Self::Open)
    }
}

/// Where somebody is who makes themselves known in the open by a program of our kind, and with whom nothing was ever said there.
fn silent_host(conversation: &Conversation) -> Option<IpAddr> {
    let silent = conversation.kind == PeerKind::Stranger && conversation.activity.newest().is_none();
    let open = conversation.address.key.is_none() && conversation.address.scheme.caps.presence;
    let profile = conversation.status.profile().filter(|_| silent && open)?;
    let ours = profile.program.split_whitespace().next() == Some(PROGRAM);
    conversation.address.literal().filter(|_| ours).map(|at| at.ip())
}

#[derive(Clone, Debug, Default)]
pub(super) struct DoubledRows {
    known: BTreeMap<ConversationId, SeenAs>,
    encrypted: BTreeSet<(IpAddr, ConversationId)>,
    open: BTreeSet<(IpAddr, ConversationId)>,
}

impl DoubledRows {
    /// Takes in how a conversation is now. Gives those that another answer of [`Self::hides`] holds for from now on, itself
    /// left out.
    pub(super) fn set(&mut self, id: ConversationId, now: Option<SeenAs>) -> Vec<ConversationId> {
        let before = self.known.get(&id).copied();
        if before == now {
            return Vec::new();
        }
        let hosts: BTreeSet<IpAddr> = [before, now].into_iter().flatten().map(host).collect();
        let shown: Vec<bool> = hosts.iter().map(|host| is_any(&self.encrypted, *host)).collect();
        match before {
            Some(SeenAs::Encrypted(host)) => self.encrypted.remove(&(host, id)),
            Some(SeenAs::Open(host)) => self.open.remove(&(host, id)),
            None => false,
        };
        match now {
            Some(SeenAs::Encrypted(host)) => self.encrypted.insert((host, id)),
            Some(SeenAs::Open(host)) => self.open.insert((host, id)),
            None => false,
        };
        match now {
            Some(now) => self.known.insert(id, now),
            None => self.known.remove(&id),
        };
        let changed = hosts.into_iter().zip(shown);
        let changed = changed.filter(|(host, shown)| is_any(&self.encrypted, *host) != *shown);
        changed.flat_map(|(host, _)| there(&self.open, host)).filter(|other| *other != id).collect()
    }

    /// Whether it has no row beside another one of the same program.
    pub(super) fn hides(&self, id: ConversationId) -> bool {
        self.encrypted_beside(id).next().is_some()
    }

    /// The one encrypted row that is shown instead of it.
    pub(super) fn shown_instead(&self, id: ConversationId) -> Option<ConversationId> {
        let mut beside = self.encrypted_beside(id);
        beside.next().filter(|_| beside.next().is_none())
    }

    /// The one with whom the same can be said encrypted, as long as nothing was said in the open, whoever opened that.
    pub(super) fn encrypted_instead(&self, conversation: &Conversation) -> Option<ConversationId> {
        let mut there = there(&self.encrypted, silent_host(conversation)?);
        there.next().filter(|_| there.next().is_none())
    }

    fn encrypted_beside(&self, id: ConversationId) -> impl Iterator<Item = ConversationId> {
        let host = match self.known.get(&id) {
            Some(SeenAs::Open(host)) => Some(*host),
            Some(SeenAs::Encrypted(_)) | None => None,
        };
        host.into_iter().flat_map(|host| there(&self.encrypted, host))
    }
}

const fn host(appearance: SeenAs) -> IpAddr {
    match appearance {
        SeenAs::Encrypted(host) | SeenAs::Open(host) => host,
    }
}

fn there(set: &BTreeSet<(IpAddr, ConversationId)>, host: IpAddr) -> impl Iterator<Item = ConversationId> {
    let all = (host, ConversationId(u32::MIN))..=(host, ConversationId(u32::MAX));
    set.range(all).map(|(_, id)| *id)
}

fn is_any(set: &BTreeSet<(IpAddr, ConversationId)>, host: IpAddr) -> bool {
    there(set, host).next().is_some()
}
