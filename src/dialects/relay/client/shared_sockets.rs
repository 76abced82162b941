//! The sockets: one for each relay, whatever the number of rooms that we are in there. To the relay all of them are one
//! program then, which may have one name in all of them.
//!
//! Of both families where the machine has them, else of IPv4.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::session::RoomSession;
use super::socket::SharedNews;
use crate::model::{ConversationId, LinkId};
use crate::wire::{Ctx, Output, SocketSpec};

type Sessions = BTreeMap<ConversationId, RoomSession>;

#[derive(Debug)]
struct SharedSocket {
    /// The relay, as its address has it.
    relay: String,
    up: bool,
    only_v4: bool,
    news: SharedNews,
}

#[derive(Debug, Default)]
pub(super) struct SharedSockets {
    table: BTreeMap<LinkId, SharedSocket>,
    /// This machine does not open sockets for both families.
    only_v4: bool,
}

impl SharedSockets {
    pub(super) fn up(&mut self, link: LinkId) {
        if let Some(socket) = self.table.get_mut(&link) {
            socket.up = true;
        }
    }

    /// It was lost, or could not be opened. A machine without IPv6 opens the other kind, to which its sessions go over.
    pub(super) fn down(&mut self, cx: &mut Ctx<'_>, link: LinkId) -> Option<LinkId> {
        let socket = self.table.remove(&link)?;
        self.only_v4 = !socket.up && !socket.only_v4;
        self.only_v4.then(|| self.open(cx, socket.relay))
    }

    /// What the other rooms of its relay have learned, before a session does anything.
    pub(super) fn prepare(&self, sessions: &mut Sessions, id: ConversationId) {
        let Some(session) = sessions.get(&id) else { return };
        let link = session.socket.link;
        let Some(socket) = link.and_then(|link| self.table.get(&link)) else { return };
        let asks = |(other, session): (&ConversationId, &RoomSession)| {
            *other < id && session.socket.link == link && session.wants_cookie()
        };
        let waits = session.wants_cookie() && sessions.iter().any(asks);
        if let Some(session) = sessions.get_mut(&id) {
            (session.socket.news, session.socket.waits) = (socket.news, waits);
        }
    }

    /// What a session has learned, for the others. Whether that is anything to act on.
    pub(super) fn learn(&mut self, session: &RoomSession) -> bool {
        let Some(socket) = session.socket.link.and_then(|link| self.table.get_mut(&link)) else {
            return false;
        };
        let before = std::mem::replace(&mut socket.news, session.socket.news);
        (before.cookie, before.rejoined) != (socket.news.cookie, socket.news.rejoined)
    }

    /// Gives a session the socket of its relay, or a new one. Whether it is open already.
    ///
    /// Two names of one relay may lead into the same room: there they are two members, at two sockets.
    pub(super) fn assign(&mut self, cx: &mut Ctx<'_>, sessions: &mut Sessions, id: ConversationId) -> bool {
        let Some(session) = sessions.get(&id) else { return false };
        let (relay, room) = (session.relay_name(), session.room_name());
        let is_free = |link: &LinkId| {
            !sessions.iter().any(|(other, session)| {
                *other != id && session.socket.link == Some(*link) && session.room_name() == room
            })
        };
        let mut own = self.table.iter().filter(|(_, socket)| socket.relay == relay);
        let found = own.find(|(link, _)| is_free(link)).map(|(link, socket)| (*link, socket.up));
        let (link, up) = found.unwrap_or_else(|| (self.open(cx, relay), false));
        if let Some(session) = sessions.get_mut(&id) {
            (session.socket.link, session.socket.wanted) = (Some(link), false);
        }
        up
    }

    /// Closes those that carry nothing any more.
    pub(super) fn close_unused(&mut self, cx: &mut Ctx<'_>, sessions: &Sessions) {
        let is_used = |link: &LinkId| sessions.values().any(|session| session.socket.link == Some(*link));
        for (link, _) in self.table.extract_if(.., |link, _| !is_used(link)) {
            cx.close(link);
        }
    }

    fn open(&mut self, cx: &mut Ctx<'_>, relay: String) -> LinkId {
        let (link, only_v4) = (cx.next_link(), self.only_v4);
        let ip: IpAddr = if only_v4 { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
        let socket = SocketSpec { at: SocketAddr::new(ip, 0), shared: false, broadcast: false, hops: 1 };
        cx.push(Output::Open { link, socket });
        self.table.insert(link, SharedSocket { relay, up: false, only_v4, news: SharedNews::default() });
        link
    }
}
