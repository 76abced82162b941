//! Another place to listen at while the program runs: the new socket is there before the old one goes, so that what cannot
//! be had leaves everything as it was.

use std::net::SocketAddr;

use tokio::net::TcpListener;

use super::actor::Actor;
use super::confine::Confinement;
use super::fault::code_of;
use super::links::Key;
use super::udp::UdpLink;
use super::{MAIN, bind, clock};
use crate::dialects::{DIALECTS, ListenMode};
use crate::model::traffic::Listening;
use crate::model::{ErrorCode, NetCommand, NetEvent};
use crate::wire::Input;

enum Opened {
    Datagrams(Box<UdpLink>),
    Streams(TcpListener),
}

impl Actor {
    pub(super) fn relisten(&mut self, scheme: &'static str, at: Option<SocketAddr>) {
        let key = (self.mux.slot_of(scheme), MAIN);
        let dialect = DIALECTS.iter().find(|dialect| dialect.scheme.name == scheme);
        match dialect.map(|dialect| dialect.listens) {
            Some(ListenMode::Itself(_)) => {
                let order = Input::Command(NetCommand::Listen { scheme, at });
                self.mux.feed(clock::now(), key.0, order, &mut self.ports);
            }
            Some(ListenMode::Datagrams(_)) => self.move_to(key, scheme, at, Self::open_datagrams),
            Some(ListenMode::Streams(_)) => self.move_to(key, scheme, at, Self::open_streams),
            Some(ListenMode::Nowhere) | None => {}
        }
    }

    fn move_to(
        &mut self,
        key: Key,
        scheme: &'static str,
        at: Option<SocketAddr>,
        open: fn(&Self, SocketAddr) -> Result<Opened, ErrorCode>,
    ) {
        let before = self.local(key);
        // Two sockets cannot have one port, at whatever addresses.
        let same = before.zip(at).is_some_and(|(before, at)| before.port() == at.port());
        if same || at.is_none() {
            self.drop_link(key);
        }
        let code = match at.map(|at| open(self, at)) {
            Some(Ok(opened)) => {
                self.drop_link(key);
                self.take(key, opened);
                None
            }
            Some(Err(code)) => {
                let back = before.filter(|_| same).and_then(|before| open(self, before).ok());
                if let Some(opened) = back {
                    self.take(key, opened);
                }
                Some(code)
            }
            None => None,
        };
        let (address, wanted) = (self.local(key), at.filter(|_| code.is_some()));
        let listening = Listening { scheme, address, wanted, code };
        self.ports.pending.push_back(NetEvent::Listening(listening));
    }

    fn open_datagrams(&self, at: SocketAddr) -> Result<Opened, ErrorCode> {
        let interface = self.ports.interface();
        let bound = bind::open(&bind::plain(at), interface).map_err(|error| code_of(&error))?;
        let link = UdpLink::new(MAIN, bound, None, Confinement::to(interface));
        Ok(Opened::Datagrams(Box::new(link)))
    }

    fn open_streams(&self, at: SocketAddr) -> Result<Opened, ErrorCode> {
        let listener = bind::open_listener(at, self.ports.interface());
        listener.map(Opened::Streams).map_err(|error| code_of(&error))
    }

    /// Where it listens now.
    fn local(&self, key: Key) -> Option<SocketAddr> {
        let link = self.ports.links.all().find(|(slot, link)| (*slot, link.id) == key);
        let listener = || self.ports.listeners.places().into_iter().find(|(known, _)| *known == key);
        link.map(|(_, link)| link.local).or_else(|| listener().map(|(_, at)| at))
    }

    fn drop_link(&mut self, key: Key) {
        if self.local(key).is_some() {
            let now = clock::now();
            self.ports.close(key);
            self.mux.settle(now, &mut self.ports);
            self.mux.feed(now, key.0, Input::LinkDown { link: key.1, code: None }, &mut self.ports);
        }
    }

    fn take(&mut self, key: Key, opened: Opened) {
        match opened {
            Opened::Datagrams(link) => self.ports.links.insert(key.0, *link),
            Opened::Streams(listener) => self.ports.listeners.insert(key, listener),
        }
        if let Some(address) = self.local(key) {
            let up = Input::LinkUp { link: key.1, address, only: None };
            self.mux.feed(clock::now(), key.0, up, &mut self.ports);
        }
    }
}
