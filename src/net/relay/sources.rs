//! From which address of ours each member is answered, where the system itself would choose another one than the member
//! speaks to.
//!
//! Only such members are remembered: naming the address costs a call for each datagram, and all others share calls.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use crate::model::bucket::{Bucket, Limit};
use crate::net::ifaces::{self, NetInterface};
use crate::wire::Paths;
use crate::wire::endpoint::canonical;

/// What the system chooses for a host is looked up again after this time: routes change.
const CHOICE_LIFE: Duration = Duration::from_secs(10);
/// Hosts whose choice is known. Beyond them all are looked up anew.
const MAX_CHOICES: usize = 4_096;
/// More forged hosts than that make us name the address, which is only slower.
const LOOKUPS: Limit = Limit { burst: 1_000, each: Duration::from_millis(1) };

#[derive(Debug)]
struct Choice {
    address: Option<IpAddr>,
    until: Instant,
}

#[derive(Debug)]
pub(super) struct SourceAddresses {
    interface: Option<NetInterface>,
    exceptions: Paths,
    choices: BTreeMap<IpAddr, Choice>,
    lookups: Bucket,
}

impl SourceAddresses {
    pub(super) fn new(interface: Option<NetInterface>) -> Self {
        Self { interface, exceptions: Paths::default(), choices: BTreeMap::new(), lookups: Bucket::default() }
    }

    /// A datagram came, and was sent to this address of ours.
    pub(super) fn heard(&mut self, now: Instant, from: SocketAddr, to: IpAddr) {
        let usual = self.would_choose(now, from, to);
        if !usual || !self.exceptions.is_empty() {
            self.exceptions.set(from, (!usual).then_some(to));
        }
    }

    /// Where datagrams to this member have to leave from.
    pub(super) fn of(&mut self, to: SocketAddr) -> Option<IpAddr> {
        if self.exceptions.is_empty() { None } else { self.exceptions.exact(canonical(to)) }
    }

    /// The first of these: as many as can share a call, and where they leave from.
    pub(super) fn group<'a>(&mut self, to: &'a [SocketAddr]) -> (&'a [SocketAddr], Option<IpAddr>) {
        if self.exceptions.is_empty() {
            return (to, None);
        }
        let plain = to.iter().take_while(|to| self.exceptions.exact(canonical(**to)).is_none()).count();
        match to.first() {
            Some(first) if plain == 0 => (to.get(..1).unwrap_or(to), self.of(*first)),
            Some(_) | None => (to.get(..plain).unwrap_or(to), None),
        }
    }

    /// Nothing can be sent from there.
    pub(super) fn forget(&mut self, to: SocketAddr) {
        self.exceptions.set(canonical(to), None);
    }

    fn would_choose(&mut self, now: Instant, from: SocketAddr, to: IpAddr) -> bool {
        if let Some(choice) = self.choices.get(&from.ip()).filter(|choice| now < choice.until) {
            return choice.address == Some(to);
        }
        if !self.lookups.take(now, 1, LOOKUPS) {
            return false;
        }
        if self.choices.len() >= MAX_CHOICES {
            self.choices.clear();
        }
        let address = ifaces::source_for(from, self.interface.as_ref());
        self.choices.insert(from.ip(), Choice { address, until: now + CHOICE_LIFE });
        address == Some(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> SocketAddr {
        text.parse().expect("an address")
    }

    #[expect(clippy::disallowed_methods, reason = "the start of a virtual clock")]
    fn start() -> (SourceAddresses, Instant) {
        (SourceAddresses::new(None), Instant::now())
    }

    #[test]
    fn only_who_speaks_to_an_unusual_address_is_remembered() {
        let (mut sources, now) = start();
        let members = [at("127.0.0.1:5000"), at("127.0.0.1:5001"), at("127.0.0.1:5002")];
        sources.heard(now, members[0], [127, 0, 0, 1].into());
        assert_eq!(sources.group(&members), (&members[..], None));
        sources.heard(now, members[1], [127, 0, 0, 5].into());
        assert_eq!(sources.group(&members), (&members[..1], None));
        assert_eq!(sources.group(&members[1..]), (&members[1..2], Some([127, 0, 0, 5].into())));
        assert_eq!(sources.group(&members[2..]), (&members[2..], None), "its neighbour is not meant");
        assert_eq!(sources.of(at("[::ffff:127.0.0.1]:5001")), Some([127, 0, 0, 5].into()));
        sources.heard(now, members[1], [127, 0, 0, 1].into());
        assert_eq!(sources.of(members[1]), None, "it speaks to the usual one now");
    }

    #[test]
    fn forged_hosts_cost_a_bounded_number_of_lookups() {
        let (mut sources, now) = start();
        for host in 0..3_000_u16 {
            let from = SocketAddr::from(([127, 1, host.to_be_bytes()[0], host.to_be_bytes()[1]], 5_000));
            sources.heard(now, from, [127, 0, 0, 1].into());
        }
        assert_eq!(sources.choices.len(), usize::try_from(LOOKUPS.burst).expect("small"));
        sources.heard(now + LOOKUPS.each, at("127.9.9.9:5000"), [127, 0, 0, 1].into());
        assert_eq!(sources.choices.len(), usize::try_from(LOOKUPS.burst).expect("small") + 1);
    }
}
