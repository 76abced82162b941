//! How many connections others may begin: each costs a signature, so few of one network and not many in all.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use quinn_proto::ConnectionHandle;

use crate::model::Network;
use crate::model::bucket::{Bucket, Limit};

/// Of one network.
const LIMIT: Limit = Limit { burst: 5, each: Duration::from_millis(50) };
/// Handshakes under way at a time, of all networks.
const MAX_UNDER_WAY: usize = 64;
/// Networks that are remembered; a bucket that is full again says nothing.
const MAX_NETWORKS: usize = 4_096;

#[derive(Debug, Default)]
pub(super) struct Handshakes {
    buckets: BTreeMap<Network, Bucket>,
    under_way: BTreeSet<ConnectionHandle>,
}

impl Handshakes {
    /// Whether one more may begin, whose address is proved.
    pub(super) fn admit(&mut self, now: Instant, from: IpAddr) -> bool {
        if self.under_way.len() >= MAX_UNDER_WAY {
            return false;
        }
        if self.buckets.len() >= MAX_NETWORKS {
            self.buckets.retain(|_, bucket| !bucket.has_all(now));
        }
        let network = Network::of(from);
        let known = self.buckets.contains_key(&network);
        (known || self.buckets.len() < MAX_NETWORKS)
            && self.buckets.entry(network).or_default().take(now, 1, LIMIT)
    }

    pub(super) fn begin(&mut self, handle: ConnectionHandle) {
        self.under_way.insert(handle);
    }

    pub(super) fn end(&mut self, handle: ConnectionHandle) {
        self.under_way.remove(&handle);
    }
}
