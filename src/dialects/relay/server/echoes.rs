//! What the relay sent to plain members a moment ago, so that nothing which comes back from there is passed on again.

use std::time::{Duration, Instant};

use super::expiring_map::ExpiringMap;
use super::proof::CookieKeys;

/// Datagrams that would be known if they came back.
const MAX_ECHOES: usize = 8_192;
/// Longer than anything is on its way, short enough that a person who quotes is seldom taken for an echo.
const ECHO_LIFE: Duration = Duration::from_secs(30);
/// Names that may stand before a message that went round through other relays.
const MAX_ROUND: usize = 4;

/// Knows datagrams by a fingerprint.
#[derive(Debug)]
pub(super) struct EchoFilter {
    sent: ExpiringMap<u64, ()>,
    /// Where no proof is asked for, other relays may be members: they put a name before what they pass on, and say things
    /// of their own.
    open: bool,
    /// How such things begin.
    starts: Vec<Vec<u8>>,
}

impl EchoFilter {
    /// `starts`: how what a relay says by itself begins.
    pub(super) const fn new(open: bool, starts: Vec<Vec<u8>>) -> Self {
        Self { sent: ExpiringMap::new(ECHO_LIFE, MAX_ECHOES), open, starts }
    }

    pub(super) fn sent(&mut self, now: Instant, keys: &CookieKeys, bytes: &[u8]) {
        self.sent.put(now, keys.fingerprint(bytes), ());
    }

    /// Whether the relay said this itself, so that something sends back what it gets.
    pub(super) fn is_echo(&self, now: Instant, keys: &CookieKeys, bytes: &[u8]) -> bool {
        let mut rest = bytes;
        for _ in 0..=MAX_ROUND {
            let own = self.sent.get(now, keys.fingerprint(rest)).is_some();
            if own || !self.open {
                return own;
            }
            if self.starts.iter().any(|start| rest.starts_with(start)) {
                return true;
            }
            let Some(at) = rest.windows(2).position(|pair| pair == b": ") else { return false };
            rest = rest.get(at.saturating_add(2)..).unwrap_or_default();
        }
        false
    }
}
