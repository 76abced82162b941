//! Another place to listen at while the program runs.

use std::net::SocketAddr;

use super::engine::{Ear, Ipmsg, TCP, UDP, in_ipv4};
use crate::model::traffic::Listening;
use crate::wire::Output;

impl Ipmsg {
    /// Both sockets are closed, and opened somewhere else if that is wanted.
    pub(super) fn listen_at(&mut self, at: Option<SocketAddr>) {
        for (ear, link) in [(self.tcp, TCP), (self.udp, UDP)] {
            if matches!(ear, Ear::Opening | Ear::Up(_)) {
                self.outbox.push_back(Output::Close { link });
            }
        }
        if self.is_up() {
            self.ground();
            self.fall_silent();
        }
        (self.udp, self.tcp) = (Ear::Off, Ear::Off);
        self.listen = at.map(in_ipv4);
        self.open();
        if at.is_none() {
            let scheme = super::SCHEME.name;
            self.tell(Listening { scheme, address: None, wanted: None, code: None });
        }
    }
}
