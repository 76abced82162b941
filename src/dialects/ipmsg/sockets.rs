//! Our own sockets: one for datagrams, one that takes streams at the same port, and one that hears groups where the first
//! cannot. Each is opened, and the first two are tried again where they could not be had.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Instant;

use super::group;
use crate::model::{ErrorCode, LinkId};
use crate::wire::sockets::{RETRY, SocketState};
use crate::wire::{Ctx, ListeningReport, Output, SocketSpec};

#[derive(Clone, Copy, Debug)]
struct OwnPort {
    link: LinkId,
    state: SocketState,
}

/// What an event means for who uses the sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SocketChange {
    /// Datagrams can be sent and received from now on.
    Up,
    /// No longer.
    Down,
    /// Groups can be joined.
    GroupsUp,
    Nothing,
}

/// `None`: nobody asked for it.
#[derive(Debug, Default)]
pub(super) struct ListenSockets {
    /// Where to listen; `None`: all of this is switched off.
    wanted: Option<SocketAddr>,
    udp: Option<OwnPort>,
    tcp: Option<OwnPort>,
    /// Hears the groups where our own socket listens at one address alone, which hears no multicast.
    side: Option<OwnPort>,
    /// What was last said of the socket for datagrams.
    reported: ListeningReport,
}

impl ListenSockets {
    pub(super) fn new(wanted: Option<SocketAddr>) -> Self {
        Self { wanted: wanted.map(in_ipv4), ..Self::default() }
    }

    pub(super) fn open(&mut self, cx: &mut Ctx<'_>) {
        if let Some(at) = self.wanted {
            self.udp = Some(open(cx, at, false));
        }
    }

    /// What kept the port from us may be gone with its interface.
    pub(super) fn reopen(&mut self, cx: &mut Ctx<'_>) {
        if self.udp.is_some_and(|udp| udp.state.retry().is_some()) {
            self.open(cx);
        }
    }

    /// Both sockets are closed, and opened somewhere else if that is wanted.
    pub(super) fn listen_at(&mut self, cx: &mut Ctx<'_>, at: Option<SocketAddr>) {
        for port in [self.tcp.take(), self.udp.take()].into_iter().flatten() {
            if port.state.retry().is_none() {
                cx.close(port.link);
            }
        }
        self.wanted = at.map(in_ipv4);
        self.open(cx);
        if at.is_none() {
            self.reported.off(cx, super::SCHEME.name);
        }
    }

    pub(super) fn on_up(&mut self, cx: &mut Ctx<'_>, link: LinkId, address: SocketAddr) -> SocketChange {
        let opens = |port: &&mut OwnPort| port.link == link && port.state == SocketState::Opening;
        let state = SocketState::Up(address);
        if let Some(tcp) = self.tcp.as_mut().filter(opens) {
            tcp.state = state;
        }
        if let Some(side) = self.side.as_mut().filter(opens) {
            side.state = state;
            return SocketChange::GroupsUp;
        }
        let Some(udp) = self.udp.as_mut().filter(opens) else { return SocketChange::Nothing };
        udp.state = state;
        self.reported.up(cx, super::SCHEME.name, address);
        if self.tcp.is_none_or(|tcp| tcp.state.retry().is_some()) {
            self.listen_for_streams(cx, address);
        }
        SocketChange::Up
    }

    pub(super) fn on_down(
        &mut self,
        cx: &mut Ctx<'_>,
        link: LinkId,
        code: Option<ErrorCode>,
    ) -> SocketChange {
        let down = SocketState::Down(cx.after(RETRY));
        if let Some(tcp) = self.tcp.as_mut().filter(|tcp| tcp.link == link) {
            tcp.state = down;
        }
        // Groups are less than people: it is not tried again before a network changes.
        self.side.take_if(|side| side.link == link);
        let open = |udp: &&mut OwnPort| udp.link == link && udp.state.retry().is_none();
        let Some(udp) = self.udp.as_mut().filter(open) else { return SocketChange::Nothing };
        udp.state = down;
        self.reported.down(cx, super::SCHEME.name, self.wanted, code);
        SocketChange::Down
    }

    pub(super) fn tick(&mut self, cx: &mut Ctx<'_>) {
        let due = |port: OwnPort| port.state.retry().is_some_and(|at| at <= cx.now.mono);
        let (udp, tcp) = (self.udp.is_some_and(due), self.tcp.is_some_and(due));
        if udp {
            self.open(cx);
        }
        if let Some(at) = self.address().filter(|_| tcp) {
            self.listen_for_streams(cx, at);
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let retry = |port: Option<OwnPort>| port.and_then(|port| port.state.retry());
        // The one for streams waits for the other one, whose port it takes.
        let streams = retry(self.tcp).filter(|_| self.address().is_some());
        [retry(self.udp), streams].into_iter().flatten().min()
    }

    /// Hears the groups on these networks.
    pub(super) fn join_groups(&mut self, cx: &mut Ctx<'_>, networks: &[u32]) {
        let (Some(at), false) = (self.address(), networks.is_empty()) else { return };
        let joins = if at.ip().is_unspecified() { self.udp } else { self.side };
        match joins {
            Some(OwnPort { link, state: SocketState::Up(_) }) => {
                for interface in networks {
                    let (group, interface) = (group::GROUPS_AT.ip(), *interface);
                    cx.push(Output::Join { link, group, interface });
                }
            }
            Some(OwnPort { state: SocketState::Opening | SocketState::Down(_), .. }) => {}
            None => self.side = Some(open(cx, group::GROUPS_AT, true)),
        }
    }

    /// Files are fetched at the same port.
    fn listen_for_streams(&mut self, cx: &mut Ctx<'_>, at: SocketAddr) {
        let link = cx.next_link();
        self.tcp = Some(OwnPort { link, state: SocketState::Opening });
        cx.push(Output::Listen { link, at });
    }

    /// Where datagrams are received.
    pub(super) fn address(&self) -> Option<SocketAddr> {
        self.udp?.state.address()
    }

    /// What datagrams are sent by.
    pub(super) fn udp(&self) -> Option<LinkId> {
        self.udp.filter(|udp| udp.state.address().is_some()).map(|udp| udp.link)
    }

    /// Whether datagrams for us come by it.
    pub(super) fn hears(&self, link: LinkId) -> bool {
        [self.udp, self.side].into_iter().flatten().any(|port| port.link == link)
    }

    /// Whether a message has a chance to go out: the socket is there, or will be at once.
    pub(super) fn may_send(&self) -> bool {
        self.udp.is_some_and(|udp| udp.state.retry().is_none())
    }

    /// Whether what is offered can be fetched from us.
    pub(super) fn may_serve(&self) -> bool {
        self.tcp.is_none_or(|tcp| tcp.state.retry().is_none())
    }
}

/// `shared`: other programs may hear there as well.
fn open(cx: &mut Ctx<'_>, at: SocketAddr, shared: bool) -> OwnPort {
    let (link, socket) = (cx.next_link(), SocketSpec { at, shared, broadcast: true, hops: 1 });
    cx.push(Output::Open { link, socket });
    OwnPort { link, state: SocketState::Opening }
}

/// A bare port means every address of the machine, and this family knows those of IPv4 only.
fn in_ipv4(at: SocketAddr) -> SocketAddr {
    if at.ip().is_unspecified() { SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), at.port()) } else { at }
}
