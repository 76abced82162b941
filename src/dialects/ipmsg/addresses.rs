//! Our own addresses: which of them a peer knows us by, and what follows when they change.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

use super::engine::{Ear, Ipmsg};
use super::packet::command;
use crate::model::Now;
use crate::wire::Interface;

/// Addresses of this machine that are known. A machine full of containers has some dozens.
const MAX_INTERFACES: usize = 256;

impl Ipmsg {
    pub(super) fn take_interfaces(&mut self, now: Now, interfaces: &[Interface]) {
        let (networks, addresses) = (self.networks(), self.addresses());
        self.interfaces = interfaces.iter().take(MAX_INTERFACES).cloned().collect();
        self.paths.keep(interfaces);
        // Another address in the same network has the same broadcast address: everybody still writes to the old one.
        let moved = !addresses.is_subset(&self.addresses());
        if moved || self.networks() != networks {
            self.hear_groups();
            self.appear(now);
        }
        if moved {
            self.tell_moved(now);
        }
        self.open_again();
    }

    /// Those who know us and did not hear what was just said to everybody.
    fn tell_moved(&mut self, now: Now) {
        let shouted = self.own.as_ref().is_some_and(|own| own.visible);
        let mut met = self.met(|_| true);
        met.retain(|at| !(shouted && self.is_near(at.ip())));
        if self.may_speak() {
            self.say_entry(now, command::ENTRY, &met);
        }
    }

    /// Where we are reached. What the family speaks is IPv4.
    fn addresses(&self) -> BTreeSet<IpAddr> {
        let bound = self.only_address();
        let own = self.interfaces.iter().map(|interface| interface.address);
        own.filter(|ip| ip.is_ipv4() && bound.is_none_or(|bound| bound == *ip)).collect()
    }

    /// The address that a peer knows us by: the one that we listen at, or else the one that it speaks to. Whom it never
    /// spoke to sees the one that the system chooses, the same for packets and streams.
    pub(super) fn address_for(&mut self, peer: SocketAddr) -> Option<IpAddr> {
        self.only_address().or_else(|| self.paths.local(peer))
    }

    pub(super) fn only_address(&self) -> Option<IpAddr> {
        match self.udp {
            Ear::Up(at) => Some(at.ip()).filter(|ip| !ip.is_unspecified()),
            Ear::Off | Ear::Opening | Ear::Down(_) => None,
        }
    }
}
