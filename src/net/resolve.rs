//! Looks up host names and IPv6 zones, a bounded number at a time.
//!
//! Only for addresses the user wrote down: nothing that came from the network is ever looked up.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};
use std::time::Duration;

use tokio::task::JoinSet;

use super::ifaces;
use super::keys::EngineId;
use crate::model::ConversationId;

/// Each takes a blocking thread while the system's resolver thinks.
const MAX_LOOKUPS: usize = 16;
/// One for every peer a dialect may follow.
const MAX_QUEUED: usize = 8_192;
/// Longer than a person waits for a name.
const LIMIT: Duration = Duration::from_secs(10);

/// A question, and with `addresses` its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lookup {
    pub(super) engine: EngineId,
    pub(super) conversation: ConversationId,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) addresses: Vec<SocketAddr>,
}

#[derive(Debug)]
pub(super) struct Lookups {
    running: JoinSet<Lookup>,
    queued: VecDeque<Lookup>,
    /// Answers that needed no question.
    done: VecDeque<Lookup>,
    /// The user keeps every byte on this machine: no name server is asked.
    confined: bool,
}

impl Lookups {
    pub(super) fn new(confined: bool) -> Self {
        Self { running: JoinSet::new(), queued: VecDeque::new(), done: VecDeque::new(), confined }
    }

    /// Starts a look-up; exactly one answer comes out of `next`.
    pub(super) fn ask(&mut self, mut lookup: Lookup) {
        match known(&lookup.host, lookup.port) {
            Some(addresses) => {
                lookup.addresses = addresses;
                self.done.push_back(lookup);
            }
            None if self.confined || self.queued.len() >= MAX_QUEUED => self.done.push_back(lookup),
            None => self.queued.push_back(lookup),
        }
        self.start();
    }

    fn start(&mut self) {
        while self.running.len() < MAX_LOOKUPS
            && let Some(lookup) = self.queued.pop_front()
        {
            self.running.spawn(answer(lookup));
        }
    }

    /// The next answer. Cancel-safe: an answer leaves the set only when it is returned.
    pub(super) async fn next(&mut self) -> Lookup {
        loop {
            if let Some(lookup) = self.done.pop_front() {
                return lookup;
            }
            match self.running.join_next().await {
                Some(Ok(lookup)) => {
                    self.start();
                    return lookup;
                }
                // A look-up that panicked: the engine's own time limit answers for it.
                Some(Err(_)) => self.start(),
                None => std::future::pending().await,
            }
        }
    }
}

/// What needs no name server: `localhost` is this machine whatever a server says (RFC 6761, section 6.3), and a
/// zone is the name of an interface.
fn known(host: &str, port: u16) -> Option<Vec<SocketAddr>> {
    if let Some((ip, zone)) = host.split_once('%') {
        let at = ip.parse::<Ipv6Addr>().ok().zip(ifaces::zone_index(zone));
        return Some(
            at.map(|(ip, index)| SocketAddrV6::new(ip, port, 0, index).into()).into_iter().collect(),
        );
    }
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let local = name == "localhost" || name.ends_with(".localhost");
    let both = || [(Ipv6Addr::LOCALHOST, port).into(), (Ipv4Addr::LOCALHOST, port).into()].to_vec();
    local.then(both)
}

async fn answer(mut lookup: Lookup) -> Lookup {
    let asked = tokio::net::lookup_host((lookup.host.as_str(), lookup.port));
    if let Ok(Ok(found)) = tokio::time::timeout(LIMIT, asked).await {
        lookup.addresses = found.collect();
    }
    lookup
}
