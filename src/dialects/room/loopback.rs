//! What comes back: our own datagrams, and the further copies of what another program on this machine says to each
//! network. Both are told from what is new by their bytes, their source and their number.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::wire::networks::MAX_PATHS;

/// How long one of our own datagrams may take to come back from the kernel, on a busy machine.
const OWN_LIFE: Duration = Duration::from_secs(3);
/// How far apart the copies are that another program sends in one loop.
const COPY_LIFE: Duration = Duration::from_secs(1);
/// What a person and the notices can send in that time, and 16 MiB at the very most.
const MAX_SENT: usize = 256;
/// Messages of other programs on this machine in one second; 8 MiB at the very most.
const MAX_SEEN: usize = 128;

/// One message of ours, and its datagrams that have not come back.
#[derive(Debug)]
struct SentDatagrams {
    at: Instant,
    channel: SocketAddr,
    payload: Arc<[u8]>,
    /// Where they left, if that is known.
    left: Vec<Option<u32>>,
    owed: Vec<Option<u32>>,
}

/// One message of another program on this machine, and the addresses of ours that it came from so far.
#[derive(Debug)]
struct RecentDatagram {
    at: Instant,
    channel: SocketAddr,
    payload: Arc<[u8]>,
    port: u16,
    sources: Vec<IpAddr>,
}

#[derive(Debug, Default)]
pub(super) struct LoopbackFilter {
    sent: VecDeque<SentDatagrams>,
    seen: VecDeque<RecentDatagram>,
}

impl LoopbackFilter {
    /// A message goes out by these interfaces, one datagram each.
    pub(super) fn note_sent(
        &mut self,
        now: Instant,
        channel: SocketAddr,
        payload: &Arc<[u8]>,
        interfaces: Vec<Option<u32>>,
    ) {
        self.sent.retain(|sent| is_fresh(now, sent.at, OWN_LIFE));
        if self.sent.len() >= MAX_SENT {
            self.sent.pop_front();
        }
        let (left, payload) = (interfaces.clone(), Arc::clone(payload));
        self.sent.push_back(SentDatagrams { at: now, channel, payload, left, owed: interfaces });
    }

    /// The kernel did not take the datagram for this interface: it will not come back.
    pub(super) fn note_refused(&mut self, payload: &Arc<[u8]>, interface: Option<u32>) {
        let Some(sent) = self.sent.iter_mut().find(|sent| Arc::ptr_eq(&sent.payload, payload)) else {
            return;
        };
        if let Some(index) = sent.owed.iter().position(|owed| *owed == interface) {
            sent.owed.remove(index);
        }
    }

    /// Whether this is one of our own that came back. `interface`: the one its source is an address of.
    pub(super) fn is_own(&mut self, now: Instant, channel: SocketAddr, interface: u32, bytes: &[u8]) -> bool {
        let fresh = |sent: &&mut SentDatagrams| {
            sent.channel == channel && is_fresh(now, sent.at, OWN_LIFE) && *sent.payload == *bytes
        };
        for sent in self.sent.iter_mut().filter(fresh) {
            let exact = sent.owed.iter().position(|owed| *owed == Some(interface));
            // By an interface that none of ours was meant to leave by, the kernel chose another way for one of them.
            let astray = || {
                let chosen = !sent.left.contains(&Some(interface)) && !sent.owed.is_empty();
                chosen.then(|| sent.owed.iter().position(Option::is_none).unwrap_or_default())
            };
            if let Some(index) = exact.or_else(astray) {
                sent.owed.remove(index);
                return true;
            }
        }
        false
    }

    /// Whether another program on this machine said this before by another interface. If not it is remembered.
    pub(super) fn is_copy(
        &mut self,
        now: Instant,
        channel: SocketAddr,
        from: SocketAddr,
        payload: &Arc<[u8]>,
    ) -> bool {
        self.seen.retain(|seen| is_fresh(now, seen.at, COPY_LIFE));
        let (source, port) = (from.ip(), from.port());
        let same = |seen: &&mut RecentDatagram| {
            (seen.channel, seen.port) == (channel, port)
                && seen.sources.len() < MAX_PATHS
                && !seen.sources.contains(&source)
                && seen.payload == *payload
        };
        if let Some(seen) = self.seen.iter_mut().find(same) {
            seen.sources.push(source);
            return true;
        }
        if self.seen.len() >= MAX_SEEN {
            self.seen.pop_front();
        }
        let payload = Arc::clone(payload);
        self.seen.push_back(RecentDatagram { at: now, channel, payload, port, sources: vec![source] });
        false
    }
}

fn is_fresh(now: Instant, at: Instant, life: Duration) -> bool {
    now.saturating_duration_since(at) <= life
}
