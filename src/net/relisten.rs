//! Another place to listen at while the program runs: the new socket is there before the old one goes, so that what
//! cannot be had leaves everything as it was.

use std::net::SocketAddr;

use super::actor::Actor;
use super::keys::LinkKey;
use super::listen_socket::ListenSocket;
use super::{MAIN, clock};
use crate::dialects::DIALECTS;
use crate::model::traffic::Listening;
use crate::model::{NetCommand, NetEvent};
use crate::wire::Input;

impl Actor {
    pub(super) fn relisten(&mut self, scheme: &'static str, at: Option<SocketAddr>) {
        let Some(dialect) = DIALECTS.iter().find(|dialect| dialect.scheme.name == scheme) else { return };
        let key = LinkKey { engine: self.mux.engine_of(scheme), link: MAIN };
        let Some(open) = ListenSocket::opener(dialect.listens) else {
            return self.mux.execute(clock::now(), NetCommand::Listen { scheme, at }, &mut self.executor);
        };
        let before = self.executor.local(key);
        // Two sockets cannot have one port, at whatever addresses.
        let same = before.zip(at).is_some_and(|(before, at)| before.port() == at.port());
        if same || at.is_none() {
            self.drop_link(key);
        }
        let code = match at.map(|at| open(at, self.executor.interface.as_ref())) {
            Some(Ok(socket)) => {
                self.drop_link(key);
                self.take(key, socket);
                None
            }
            Some(Err(error)) => {
                let back =
                    before.filter(|_| same).map(|before| open(before, self.executor.interface.as_ref()));
                if let Some(Ok(socket)) = back {
                    self.take(key, socket);
                }
                Some(error.into())
            }
            None => None,
        };
        let (address, wanted) = (self.executor.local(key), at.filter(|_| code.is_some()));
        let listening = Listening { scheme, address, wanted, code };
        self.executor.events.push_back(NetEvent::Listening(listening));
    }

    fn drop_link(&mut self, key: LinkKey) {
        if self.executor.local(key).is_some() {
            self.executor.close(key);
            self.executor.inputs.push(key.engine, Input::LinkDown { link: key.link, code: None });
            self.mux.feed_pending(clock::now(), &mut self.executor);
        }
    }

    fn take(&mut self, key: LinkKey, socket: ListenSocket) {
        let address = self.executor.insert(key, socket);
        let up = Input::LinkUp { link: key.link, address, only: None };
        self.mux.feed(clock::now(), key.engine, up, &mut self.executor);
    }
}
