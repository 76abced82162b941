//! The sockets of the rooms: those that are wanted are opened, all others closed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::place::{channel_of, scope_of};
use crate::model::LinkId;
use crate::wire::{Output, SocketSpec};

/// Most machines let a program have 1,024 files; a person is in a few rooms.
const MAX_SOCKETS: usize = 128;
/// A socket that could not be opened is tried again after this time: whoever holds the port alone may have ended.
const RETRY: Duration = Duration::from_secs(10);

/// What a socket has to be able to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ear {
    pub(super) hops: u32,
    /// The interfaces on which a group is joined.
    pub(super) joins: BTreeSet<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Opening,
    Up,
    /// Could not be opened, or was lost. To be tried again at that time.
    Down(Instant),
}

#[derive(Debug)]
struct Entry {
    link: LinkId,
    state: State,
    ear: Ear,
}

/// Every socket, by where it was to listen.
#[derive(Debug, Default)]
pub(super) struct Sockets {
    table: BTreeMap<SocketAddr, Entry>,
    numbered: u32,
}

impl Sockets {
    pub(super) fn state(&self, at: SocketAddr) -> Option<State> {
        self.table.get(&at).map(|entry| entry.state)
    }

    /// The link of a socket that is up.
    pub(super) fn link(&self, at: SocketAddr) -> Option<LinkId> {
        self.table.get(&at).filter(|entry| entry.state == State::Up).map(|entry| entry.link)
    }

    /// Which socket this link is, unless it was closed meanwhile.
    pub(super) fn at(&self, link: LinkId) -> Option<SocketAddr> {
        self.table.iter().find(|(_, entry)| entry.link == link).map(|(at, _)| *at)
    }

    pub(super) fn next_retry(&self) -> Option<Instant> {
        let retry = |entry: &Entry| match entry.state {
            State::Down(at) => Some(at),
            State::Opening | State::Up => None,
        };
        self.table.values().filter_map(retry).min()
    }

    /// From now on these are wanted. Gives the links that were closed.
    pub(super) fn want(
        &mut self,
        wanted: &BTreeMap<SocketAddr, Ear>,
        outbox: &mut VecDeque<Output>,
    ) -> Vec<LinkId> {
        let stale = |(at, entry): (&SocketAddr, &Entry)| {
            // There is no way to leave a group on one interface, or to change what a socket can do, but to close it.
            let kept = wanted
                .get(at)
                .is_some_and(|ear| ear.hops == entry.ear.hops && entry.ear.joins.is_subset(&ear.joins));
            (!kept).then_some(*at)
        };
        let mut closed = Vec::new();
        for at in self.table.iter().filter_map(stale).collect::<Vec<_>>() {
            if let Some(Entry { link, state: State::Opening | State::Up, .. }) = self.table.remove(&at) {
                outbox.push_back(Output::Close { link });
                closed.push(link);
            }
        }
        for (at, ear) in wanted {
            if let Some(entry) = self.table.get_mut(at) {
                let more = entry.ear != *ear;
                entry.ear = ear.clone();
                if more && entry.state == State::Up {
                    join(*at, entry, outbox);
                }
            } else if self.table.len() < MAX_SOCKETS {
                self.open(*at, ear.clone(), outbox);
            }
        }
        closed
    }

    fn open(&mut self, at: SocketAddr, ear: Ear, outbox: &mut VecDeque<Output>) {
        let link = self.next_link();
        let group = at.ip().is_multicast();
        let socket = SocketSpec { at, shared: true, broadcast: !group, hops: ear.hops };
        outbox.push_back(Output::Open { link, socket });
        self.table.insert(at, Entry { link, state: State::Opening, ear });
    }

    /// A number that no socket of ours has, and that the last ones did not have.
    fn next_link(&mut self) -> LinkId {
        const SPAN: u32 = LinkId::FIRST_ACCEPTED.saturating_sub(LinkId::FIRST_OWN);
        loop {
            let link = LinkId(LinkId::FIRST_OWN.saturating_add(self.numbered));
            self.numbered = self.numbered.saturating_add(1).checked_rem(SPAN).unwrap_or_default();
            if self.at(link).is_none() {
                return link;
            }
        }
    }

    /// `link` is there and listens at `port`. Where it was to listen; any port means this one from now on.
    pub(super) fn up(
        &mut self,
        link: LinkId,
        port: u16,
        outbox: &mut VecDeque<Output>,
    ) -> Option<SocketAddr> {
        let asked = self.at(link)?;
        let mut entry = self.table.remove(&asked)?;
        entry.state = State::Up;
        let at = if asked.port() == 0 { SocketAddr::new(asked.ip(), port) } else { asked };
        join(at, &entry, outbox);
        self.table.insert(at, entry);
        Some(at)
    }

    /// `link` is gone. Where it was to listen.
    pub(super) fn down(&mut self, now: Instant, link: LinkId) -> Option<SocketAddr> {
        let at = self.at(link)?;
        let retry = now.checked_add(RETRY).unwrap_or(now);
        self.table.get_mut(&at)?.state = State::Down(retry);
        Some(at)
    }

    /// Joins every group where it is wanted, as the kernel forgets it where an interface goes away.
    pub(super) fn join_all(&self, outbox: &mut VecDeque<Output>) {
        for (at, entry) in self.table.iter().filter(|(_, entry)| entry.state == State::Up) {
            join(*at, entry, outbox);
        }
    }

    /// Tries those again that are down and that `wanted` names by their state and place.
    pub(super) fn reopen(
        &mut self,
        wanted: impl Fn(SocketAddr, Instant) -> bool,
        outbox: &mut VecDeque<Output>,
    ) {
        let down = |(at, entry): (&SocketAddr, &Entry)| match entry.state {
            State::Down(retry) if wanted(*at, retry) => Some((*at, entry.ear.clone())),
            State::Down(_) | State::Opening | State::Up => None,
        };
        for (at, ear) in self.table.iter().filter_map(down).collect::<Vec<_>>() {
            self.open(at, ear, outbox);
        }
    }
}

fn join(at: SocketAddr, entry: &Entry, outbox: &mut VecDeque<Output>) {
    let scope = scope_of(at);
    for interface in entry.ear.joins.iter().filter(|index| scope == 0 || **index == scope) {
        outbox.push_back(Output::Join {
            link: entry.link,
            group: channel_of(at).ip(),
            interface: *interface,
        });
    }
}
