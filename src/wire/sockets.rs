//! The datagram sockets that a dialect opens itself: those that are wanted are opened, all others closed, and one that
//! could not be opened is tried again.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::ctx::Ctx;
use super::endpoint::scope_of;
use super::engine::{Output, SocketSpec};
use crate::model::LinkId;

/// Most machines let a program have 1,024 files; a person is in a few rooms.
const MAX_SOCKETS: usize = 128;
/// A socket that could not be opened is tried again after this time: whoever holds the port alone may have ended.
pub const RETRY: Duration = Duration::from_secs(10);

/// What a socket is wanted for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SocketOptions {
    /// How many routers a multicast datagram may pass, plus one.
    pub hops: u32,
    /// The interfaces on which the group is joined.
    pub joins: BTreeSet<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketState {
    Opening,
    /// Listens there.
    Up(SocketAddr),
    /// Could not be opened, or was lost. To be tried again at that time.
    Down(Instant),
}

impl SocketState {
    /// Where it listens.
    pub const fn address(self) -> Option<SocketAddr> {
        match self {
            Self::Up(at) => Some(at),
            Self::Opening | Self::Down(_) => None,
        }
    }

    /// When it is to be tried again.
    pub const fn retry(self) -> Option<Instant> {
        match self {
            Self::Down(at) => Some(at),
            Self::Opening | Self::Up(_) => None,
        }
    }
}

#[derive(Debug)]
struct OwnSocket {
    link: LinkId,
    state: SocketState,
    subscription: SocketOptions,
}

/// Every socket, by where it was to listen.
#[derive(Debug, Default)]
pub struct Sockets {
    table: BTreeMap<SocketAddr, OwnSocket>,
}

impl Sockets {
    pub fn state(&self, at: SocketAddr) -> Option<SocketState> {
        self.table.get(&at).map(|socket| socket.state)
    }

    /// The link of a socket that is up.
    pub fn link(&self, at: SocketAddr) -> Option<LinkId> {
        self.table.get(&at).filter(|socket| socket.is_up()).map(|socket| socket.link)
    }

    /// Which socket this link is, unless it was closed meanwhile.
    pub fn at(&self, link: LinkId) -> Option<SocketAddr> {
        self.table.iter().find(|(_, socket)| socket.link == link).map(|(at, _)| *at)
    }

    /// When one that is down is tried again.
    pub fn deadline(&self) -> Option<Instant> {
        self.table.values().filter_map(|socket| socket.state.retry()).min()
    }

    /// From now on these are wanted. Gives the links that were closed.
    pub fn want(&mut self, cx: &mut Ctx<'_>, wanted: &BTreeMap<SocketAddr, SocketOptions>) -> Vec<LinkId> {
        // There is no way to leave a group on one interface, or to change what a socket can do, but to close it.
        let stays = |at: &SocketAddr, socket: &OwnSocket| {
            wanted.get(at).is_some_and(|wanted| {
                wanted.hops == socket.subscription.hops && socket.subscription.joins.is_subset(&wanted.joins)
            })
        };
        let mut closed = Vec::new();
        for (_, socket) in self.table.extract_if(.., |at, socket| !stays(at, socket)) {
            if socket.state.retry().is_none() {
                cx.close(socket.link);
                closed.push(socket.link);
            }
        }
        for (at, wanted) in wanted {
            if let Some(socket) = self.table.get_mut(at) {
                let more = socket.subscription != *wanted;
                socket.subscription = wanted.clone();
                if more && socket.is_up() {
                    socket.join(cx, *at);
                }
            } else if self.table.len() < MAX_SOCKETS {
                self.open(cx, *at, wanted.clone());
            }
        }
        closed
    }

    fn open(&mut self, cx: &mut Ctx<'_>, at: SocketAddr, subscription: SocketOptions) {
        let link = cx.next_link();
        let broadcast = !at.ip().is_multicast();
        let socket = SocketSpec { at, shared: true, broadcast, hops: subscription.hops };
        cx.push(Output::Open { link, socket });
        self.table.insert(at, OwnSocket { link, state: SocketState::Opening, subscription });
    }

    /// `link` is there and listens at `port`. Where it was to listen; any port means this one from now on.
    pub fn up(&mut self, cx: &mut Ctx<'_>, link: LinkId, port: u16) -> Option<SocketAddr> {
        let asked = self.at(link)?;
        let mut socket = self.table.remove(&asked)?;
        let at = if asked.port() == 0 { SocketAddr::new(asked.ip(), port) } else { asked };
        socket.state = SocketState::Up(at);
        socket.join(cx, at);
        self.table.insert(at, socket);
        Some(at)
    }

    /// `link` is gone. Where it was to listen.
    pub fn down(&mut self, cx: &Ctx<'_>, link: LinkId) -> Option<SocketAddr> {
        let at = self.at(link)?;
        self.table.get_mut(&at)?.state = SocketState::Down(cx.after(RETRY));
        Some(at)
    }

    /// Joins every group where it is wanted, as the kernel forgets it where an interface goes away.
    pub fn join_all(&self, cx: &mut Ctx<'_>) {
        for (at, socket) in self.table.iter().filter(|(_, socket)| socket.is_up()) {
            socket.join(cx, *at);
        }
    }

    /// Tries those again that are down and that `wanted` names by their place and the time of their retry.
    pub fn reopen(&mut self, cx: &mut Ctx<'_>, wanted: impl Fn(SocketAddr, Instant) -> bool) {
        let down = |at: SocketAddr, socket: &OwnSocket| socket.state.retry().is_some_and(|it| wanted(at, it));
        let down = self.table.iter().filter(|(at, socket)| down(**at, socket));
        let down: Vec<_> = down.map(|(at, socket)| (*at, socket.subscription.clone())).collect();
        for (at, subscription) in down {
            self.open(cx, at, subscription);
        }
    }
}

impl OwnSocket {
    const fn is_up(&self) -> bool {
        self.state.address().is_some()
    }

    fn join(&self, cx: &mut Ctx<'_>, at: SocketAddr) {
        let scope = scope_of(at);
        for interface in self.subscription.joins.iter().filter(|index| scope == 0 || **index == scope) {
            cx.push(Output::Join { link: self.link, group: at.ip(), interface: *interface });
        }
    }
}
