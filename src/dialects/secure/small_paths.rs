//! Peers behind networks that carry no packet of 1,200 bytes, the least that QUIC lives with (RFC 9000, section 14.1): what
//! they are sent may be cut into fragments. Nobody tells us of such a network, so every attempt to which nothing came back
//! is followed by one of the other kind, and what worked is remembered.

use std::collections::BTreeSet;
use std::net::SocketAddr;

/// Addresses that are remembered. Where there is no room a peer gets whole packets, as most do.
const MAX_ADDRESSES: usize = 1_024;

#[derive(Debug, Default)]
pub(super) struct SmallPaths(BTreeSet<SocketAddr>);

impl SmallPaths {
    /// Whether what goes there may be cut.
    pub(super) fn has(&self, at: SocketAddr) -> bool {
        self.0.contains(&at)
    }

    /// An attempt has led to nothing there.
    pub(super) fn fail(&mut self, at: SocketAddr) {
        if !self.0.remove(&at) && self.0.len() < MAX_ADDRESSES {
            self.0.insert(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_take_turns_until_one_works() {
        let (mut paths, at) = (SmallPaths::default(), SocketAddr::from(([10, 0, 0, 1], 7)));
        let kinds = [(); 4].map(|()| {
            let kind = paths.has(at);
            paths.fail(at);
            kind
        });
        assert_eq!(kinds, [false, true, false, true]);
        for port in 0..u16::MAX {
            paths.fail(SocketAddr::from(([10, 0, 0, 2], port)));
        }
        assert_eq!(paths.0.len(), MAX_ADDRESSES);
    }
}
