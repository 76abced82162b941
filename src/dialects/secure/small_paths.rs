//! Peers behind networks that carry no packet of 1,200 bytes, the least that QUIC lives with (RFC 9000, section 14.1): what
//! they are sent may be cut into fragments. Nobody tells us of such a network, so what is said again because nothing was
//! proved by the first time may be cut, and where that has led to a session it is remembered. A larger packet that comes
//! through, as QUIC looks for, shows that there was no need.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use quinn_proto::Connection;

use super::config::INITIAL_MTU;

/// Addresses that are remembered. Where there is no room a peer gets whole packets at first, as most do.
const MAX_ADDRESSES: usize = 1_024;
/// A handshake that takes longer may have lost what must not be cut: it is less than the first pause of QUIC before it says
/// something again.
const WHOLE: Duration = Duration::from_secs(1);

/// What one connection may do.
#[derive(Debug)]
pub(super) struct Fragmentation {
    /// What it sends may be cut.
    allowed: bool,
    began: Instant,
}

impl Fragmentation {
    pub(super) const fn is_allowed(&self) -> bool {
        self.allowed
    }
}

#[derive(Debug, Default)]
pub(super) struct SmallPaths(BTreeSet<SocketAddr>);

impl SmallPaths {
    pub(super) fn begin(&self, now: Instant, at: SocketAddr) -> Fragmentation {
        Fragmentation { allowed: self.0.contains(&at), began: now }
    }

    /// Looks how far a connection has come before it sends.
    pub(super) fn watch(&mut self, now: Instant, quic: &Connection, path: &mut Fragmentation) {
        let seen = PathEvidence { proved: !quic.is_handshaking(), mtu: quic.current_mtu() };
        self.learn(now, quic.remote_address(), seen, path);
    }

    fn learn(&mut self, now: Instant, at: SocketAddr, seen: PathEvidence, path: &mut Fragmentation) {
        if !seen.proved {
            path.allowed |= now.saturating_duration_since(path.began) >= WHOLE;
        } else if path.allowed && seen.mtu > INITIAL_MTU {
            path.allowed = false;
            self.0.remove(&at);
        } else if path.allowed && self.0.len() < MAX_ADDRESSES {
            self.0.insert(at);
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct PathEvidence {
    proved: bool,
    /// Bytes of the largest packet that is known to come through.
    mtu: u16,
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the start of a virtual clock")]
mod tests {
    use super::*;

    const HANDSHAKE: PathEvidence = PathEvidence { proved: false, mtu: INITIAL_MTU };
    const SMALL: PathEvidence = PathEvidence { proved: true, mtu: INITIAL_MTU };
    const USUAL: PathEvidence = PathEvidence { proved: true, mtu: INITIAL_MTU + 1 };

    fn at(port: u16) -> SocketAddr {
        SocketAddr::from(([10, 0, 0, 1], port))
    }

    #[test]
    fn what_is_said_again_may_be_cut_and_a_path_that_needed_it_is_remembered() {
        let (mut paths, now) = (SmallPaths::default(), Instant::now());
        let mut fragmentation = paths.begin(now, at(1));
        let allowed =
            [(0, HANDSHAKE), (999, HANDSHAKE), (1_000, HANDSHAKE), (1_100, SMALL)].map(|(ms, how)| {
                paths.learn(now + Duration::from_millis(ms), at(1), how, &mut fragmentation);
                fragmentation.is_allowed()
            });
        assert_eq!(allowed, [false, false, true, true]);
        assert!(paths.begin(now, at(1)).is_allowed());
        assert!(!paths.begin(now, at(2)).is_allowed());
    }

    #[test]
    fn a_path_that_turns_out_to_be_as_most_are_is_forgotten() {
        let (mut paths, now) = (SmallPaths::default(), Instant::now());
        let mut fragmentation = paths.begin(now, at(1));
        paths.learn(now + WHOLE, at(1), HANDSHAKE, &mut fragmentation);
        paths.learn(now + WHOLE, at(1), SMALL, &mut fragmentation);
        paths.learn(now + WHOLE, at(1), USUAL, &mut fragmentation);
        assert!(!fragmentation.is_allowed() && !paths.begin(now, at(1)).is_allowed());
        // One that was proved at once is none either.
        let mut fragmentation = paths.begin(now, at(1));
        paths.learn(now, at(1), SMALL, &mut fragmentation);
        paths.learn(now + WHOLE * 9, at(1), SMALL, &mut fragmentation);
        assert!(!fragmentation.is_allowed());
    }

    #[test]
    fn no_more_are_remembered_than_there_is_room_for() {
        let (mut paths, now) = (SmallPaths::default(), Instant::now());
        for port in 0..u16::MAX {
            let mut fragmentation = paths.begin(now, at(port));
            paths.learn(now + WHOLE, at(port), HANDSHAKE, &mut fragmentation);
            paths.learn(now + WHOLE, at(port), SMALL, &mut fragmentation);
        }
        assert_eq!(paths.0.len(), MAX_ADDRESSES);
    }
}
