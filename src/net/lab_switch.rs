//! The lab, where one is on: which datagrams are in it, and how it comes and goes.

use std::net::SocketAddr;
use std::time::Instant;

use super::ingress::ReceivedDatagram;
use super::keys::LinkKey;
use super::lab::{Lab, LabPassage};
use super::udp::Transmit;
use crate::model::lab::LabOrder;
use crate::wire::Rng;

/// A datagram in the lab.
#[derive(Clone, Debug)]
pub(super) enum LabDatagram {
    Out(LinkKey, Transmit),
    In(ReceivedDatagram<Box<[u8]>>),
}

/// The lab, where one is on, and the seeds of those to come.
#[derive(Debug)]
pub(super) struct LabSwitch {
    rng: Rng,
    lab: Option<Box<Lab<LabDatagram>>>,
}

impl LabSwitch {
    pub(super) const fn new(seed: u64) -> Self {
        Self { rng: Rng::new(seed), lab: None }
    }

    pub(super) const fn is_on(&self) -> bool {
        self.lab.is_some()
    }

    pub(super) fn current(&mut self) -> Option<&mut Lab<LabDatagram>> {
        self.lab.as_deref_mut()
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.lab.as_ref().and_then(|lab| lab.deadline())
    }

    pub(super) fn has(&self, remote: SocketAddr, local: SocketAddr) -> bool {
        self.lab.as_ref().is_some_and(|lab| lab.order().endpoints.has(remote, local))
    }

    /// The same lab at another place, another one, or none; what waited in the one before.
    pub(super) fn set(&mut self, order: Option<LabOrder>) -> Vec<LabPassage<LabDatagram>> {
        if let (Some(lab), Some(order)) = (&mut self.lab, &order)
            && lab.order().conversation == order.conversation
            && lab.order().settings == order.settings
        {
            lab.follow(order.clone());
            return Vec::new();
        }
        let before = self.lab.take();
        self.lab = order.map(|order| Box::new(Lab::new(order, self.rng.next())));
        before.into_iter().flat_map(|lab| lab.into_waiting()).collect()
    }
}
