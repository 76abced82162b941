//! What the tests of IP Messenger share: udpqq and a peer of the family that know of each other.

use crate::support::ipmsg::{Member, Network};
use crate::support::python::Peer;

pub(crate) const FEIQ: &str = "ipmsg_feiq.py";
pub(crate) const OFFICIAL: &str = "ipmsg_official.py";
/// Our name, the peer's.
pub(crate) const URSULA: &str = "ursula";
pub(crate) const OTTO: &str = "otto";

/// udpqq and one peer, its conversation open.
pub(crate) struct Pair {
    pub(crate) us: Member,
    pub(crate) peer: Peer,
    /// Where we are, and where it is.
    pub(crate) here: String,
    pub(crate) there: String,
}

impl Pair {
    /// `None`: there is no python3.
    pub(crate) fn start(script: &str) -> Option<Self> {
        let network = Network::new();
        let (here, there) = (network.at(1), network.at(2));
        let peer = Peer::start(script, &[&there, OTTO, &here])?;
        let us = Member::start(URSULA, &here, &[&there]);
        us.talk_to(OTTO, &there);
        peer.wait_line("us", |line| line.starts_with(&format!("entry {here} ")) && line.contains(URSULA));
        Some(Self { us, peer, here, there })
    }

    /// Gives the peer a command about us.
    pub(crate) fn tell(&mut self, command: &str, rest: &str) {
        let line = format!("{command} {} {rest}", self.here);
        self.peer.say(line.trim_end());
    }

    /// Blocks until the peer has printed this happening about us, and gives the rest of its line.
    pub(crate) fn heard(&self, happening: &str, text: &str) -> String {
        let start = format!("{happening} {}", self.here);
        let line = self.peer.wait_line(&format!("{start} … {text}"), |line| {
            line.starts_with(&start) && line.contains(text)
        });
        line[start.len()..].trim_start().to_owned()
    }

    /// How often it has printed this happening about us.
    pub(crate) fn count(&self, happening: &str) -> usize {
        count(&self.peer, happening, &self.here)
    }

    /// Ends the peer, which must have found nothing odd about us.
    pub(crate) fn finish(mut self) {
        self.peer.finish();
        let odd = format!("odd {}", self.here);
        let odd: Vec<String> = self.peer.lines().into_iter().filter(|line| line.starts_with(&odd)).collect();
        assert!(odd.is_empty(), "{odd:#?}");
    }
}

/// How often a peer has printed this happening about an address.
pub(crate) fn count(peer: &Peer, happening: &str, address: &str) -> usize {
    let start = format!("{happening} {address}");
    peer.lines().iter().filter(|line| **line == start || line.starts_with(&format!("{start} "))).count()
}

/// The flags in a line `said NUMBER FLAGS TEXT`, after the address.
pub(crate) fn flags(rest: &str) -> u32 {
    let flags = rest.split(' ').nth(1).unwrap();
    u32::from_str_radix(flags.trim_start_matches("0x"), 16).unwrap()
}
