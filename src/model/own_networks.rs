//! The networks that this machine is on, and those that it was on before their interface went down.

use std::net::IpAddr;

use super::Phrase;
use super::local_identity::OwnNetwork;

/// What is known of them while the program runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnNetworks {
    /// Those that this machine is on now.
    pub here: Vec<OwnNetwork>,
    /// Those of interfaces that have gone down since the start, until they are up again.
    pub lost: Vec<OwnNetwork>,
}

impl OwnNetworks {
    pub const fn new(here: Vec<OwnNetwork>) -> Self {
        Self { here, lost: Vec::new() }
    }

    /// They are others than before: what a person is told of that.
    pub fn change(&mut self, here: &[OwnNetwork]) -> Vec<Phrase> {
        let is_up = |name: &str| here.iter().any(|one| one.interface == name);
        let mut told = Vec::new();
        let mut tell = |key, one: &OwnNetwork| {
            let phrase = Phrase::new(key).text("name", one.interface.as_str());
            if !told.contains(&phrase) {
                told.push(phrase);
            }
        };
        for one in self.lost.extract_if(.., |one| is_up(&one.interface)) {
            tell("status-interface-up", &one);
        }
        for one in std::mem::replace(&mut self.here, here.to_vec()) {
            if !is_up(&one.interface) {
                tell("status-interface-down", &one);
                self.lost.push(one);
            }
        }
        told
    }

    /// The interface that has gone down and led there, where nothing else does now; without any network that is whichever
    /// went last.
    pub fn lost_way_to(&self, ip: Option<IpAddr>) -> Option<&str> {
        let leads = |one: &&OwnNetwork| ip.is_some_and(|ip| one.contains(ip));
        if ip.is_some_and(|ip| ip.is_loopback()) && !self.lost.iter().any(|one| leads(&one)) {
            return None;
        }
        let lost = self.lost.iter().find(leads).filter(|_| !self.here.iter().any(|one| leads(&one)));
        let any = || self.lost.last().filter(|_| self.here.is_empty());
        lost.or_else(any).map(|one| one.interface.as_str())
    }
}

impl OwnNetwork {
    /// Whether this address is one of the network.
    pub fn contains(&self, ip: IpAddr) -> bool {
        let parts = self.network.split_once('/');
        let parsed = parts.and_then(|(start, prefix)| Some((start.parse().ok()?, prefix.parse().ok()?)));
        let Some((start, prefix)) = parsed else { return false };
        let prefix: u32 = prefix;
        match (start, ip.to_canonical()) {
            (IpAddr::V4(start), IpAddr::V4(ip)) => {
                let host = u32::MAX.checked_shr(prefix).unwrap_or_default();
                start.to_bits() & !host == ip.to_bits() & !host
            }
            (IpAddr::V6(start), IpAddr::V6(ip)) => {
                let host = u128::MAX.checked_shr(prefix).unwrap_or_default();
                start.to_bits() & !host == ip.to_bits() & !host
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(interface: &str, network: &str) -> OwnNetwork {
        OwnNetwork { interface: interface.to_owned(), network: network.to_owned() }
    }

    fn told(phrases: &[Phrase]) -> Vec<&'static str> {
        phrases.iter().map(|phrase| phrase.key).collect()
    }

    #[test]
    fn an_interface_that_goes_down_is_told_of_once_and_again_when_it_is_back() {
        let (eth, wlan) = (network("eth0", "10.77.5.0/24"), network("wlan0", "192.168.0.0/16"));
        let also = network("eth0", "fd00::/64");
        let mut known = OwnNetworks::new(vec![eth.clone(), also.clone(), wlan.clone()]);
        assert_eq!(told(&known.change(&[eth.clone(), also, wlan.clone()])), [""; 0]);
        assert_eq!(told(&known.change(std::slice::from_ref(&wlan))), ["status-interface-down"]);
        let ip = |text: &str| Some(text.parse().expect("an address"));
        assert_eq!(known.lost_way_to(ip("10.77.5.9")), Some("eth0"));
        assert_eq!(known.lost_way_to(ip("::ffff:10.77.5.9")), Some("eth0"));
        assert_eq!(known.lost_way_to(ip("fd00::7")), Some("eth0"));
        assert_eq!(known.lost_way_to(ip("192.168.3.4")), None);
        assert_eq!(known.lost_way_to(ip("8.8.8.8")), None, "by the other one");
        assert_eq!(known.lost_way_to(None), None);
        assert_eq!(told(&known.change(&[])), ["status-interface-down"]);
        assert_eq!(known.lost_way_to(ip("8.8.8.8")), Some("wlan0"), "nothing leads anywhere");
        assert_eq!(known.lost_way_to(None), Some("wlan0"));
        assert_eq!(known.lost_way_to(ip("127.0.0.1")), None);
        let other = network("eth0", "10.1.0.0/16");
        assert_eq!(told(&known.change(&[other, wlan])), ["status-interface-up", "status-interface-up"]);
        assert_eq!((known.lost_way_to(ip("10.77.5.9")), known.lost.len()), (None, 0));
    }

    #[test]
    fn where_loopback_is_all_it_can_be_lost_too() {
        let mut known = OwnNetworks::new(vec![network("lo", "127.0.0.0/8")]);
        assert_eq!(told(&known.change(&[])), ["status-interface-down"]);
        assert_eq!(known.lost_way_to("127.0.0.2".parse().ok()), Some("lo"));
    }
}
