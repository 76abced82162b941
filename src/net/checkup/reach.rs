//! Datagrams to ourselves: whether one to everybody on a network comes back, and how large one may be.
//!
//! Each probe has a socket of its own, at a port that was free, and is told from all else by its bytes.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use super::interfaces::{HostInterface, interface};
use crate::net::{bind, clock, ifaces};

/// The most that a datagram of IPv4 carries.
pub const LARGEST: usize = 65_507;

/// A datagram to ourselves takes some microseconds; by then the machine is loaded beyond use, or something drops it.
const PATIENCE: Duration = Duration::from_millis(800);

/// Bytes of a probe that nobody guesses.
const TOKEN: usize = 16;
/// What tells whoever captures a probe what it is.
const WORDS: &[u8] = b"udpqq doctor: a probe to myself\n";

/// Why a probe did not come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReachError {
    /// The interface has no address for it.
    NoAddress,
    /// It went out and was not heard.
    Silence,
    /// The system's short name for why it could not be sent.
    Refused(String),
}

impl From<io::Error> for ReachError {
    fn from(error: io::Error) -> Self {
        Self::Refused(crate::net::code_of(&error).to_string())
    }
}

/// Says something to everybody on the network of that interface, and hears it; after how long.
pub async fn hears_broadcast(card: &HostInterface) -> Result<Duration, ReachError> {
    let everybody = card.broadcast.ok_or(ReachError::NoAddress)?;
    round_trip(card, Ipv4Addr::UNSPECIFIED.into(), everybody.into(), WORDS.len()).await
}

/// Sends ourselves the largest datagram there is.
pub async fn hears_large(card: &HostInterface) -> Result<Duration, ReachError> {
    let four = card.addresses.iter().map(|(address, _)| *address).find(IpAddr::is_ipv4);
    let own = four.or_else(|| card.addresses.first().map(|(address, _)| *address));
    let own = own.filter(|address| !is_scoped(address)).ok_or(ReachError::NoAddress)?;
    round_trip(card, own, own, LARGEST.saturating_sub(TOKEN)).await
}

/// An address that means nothing without its interface.
const fn is_scoped(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(_) => false,
        IpAddr::V6(six) => six.is_unicast_link_local(),
    }
}

/// Sends `filler` bytes behind a token and waits until they come.
async fn round_trip(
    card: &HostInterface,
    at: IpAddr,
    to: IpAddr,
    filler: usize,
) -> Result<Duration, ReachError> {
    let mut token = [0; TOKEN];
    getrandom::fill(&mut token).map_err(|_none| ReachError::Refused("ENOSYS".to_owned()))?;
    let rest: Vec<u8> = WORDS.iter().copied().cycle().take(filler).collect();
    let probe = [&token[..], &rest].concat();
    let only = interface(&card.name).ok_or(ReachError::NoAddress)?;
    let socket = bind::open_probe(at, &only)?;
    let port = socket.local_addr()?.port();
    let begun = clock::now().mono;
    socket.send_to(&probe, SocketAddr::new(to, port)).await?;
    let mut buffer = vec![0; probe.len().saturating_add(1)];
    let heard = async {
        loop {
            let (length, _from) = socket.recv_from(&mut buffer).await?;
            if buffer.get(..length) == Some(&*probe) {
                return Ok(());
            }
        }
    };
    match tokio::time::timeout(PATIENCE, heard).await {
        Ok(done) => done.map(|()| clock::now().mono.saturating_duration_since(begun)),
        Err(_elapsed) => Err(ReachError::Silence),
    }
}

/// The address of ours from which something would go there; `None`: there is no route. Sends nothing.
pub fn route_to(ip: IpAddr, only: Option<&str>) -> Option<IpAddr> {
    let only = only.and_then(interface);
    let unspecified = [IpAddr::V4(Ipv4Addr::UNSPECIFIED), Ipv6Addr::UNSPECIFIED.into()];
    // Any port: nothing goes there.
    ifaces::source_for(SocketAddr::new(ip, 9), only.as_ref()).filter(|own| !unspecified.contains(own))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::checkup::interfaces;

    #[tokio::test]
    async fn we_hear_ourselves_on_the_loopback_interface() {
        let all = interfaces(None);
        let lo = all.iter().find(|card| card.loopback).expect("a loopback interface");
        hears_broadcast(lo).await.expect("heard");
        hears_large(lo).await.expect("whole");
    }

    #[tokio::test]
    async fn an_interface_without_an_address_is_no_silence() {
        let card = HostInterface { name: "none".to_owned(), ..HostInterface::default() };
        assert_eq!(hears_broadcast(&card).await, Err(ReachError::NoAddress));
        assert_eq!(hears_large(&card).await, Err(ReachError::NoAddress));
    }

    #[test]
    fn nothing_is_routed_elsewhere_from_the_loopback_interface() {
        let all = interfaces(None);
        let lo = all.iter().find(|card| card.loopback).expect("a loopback interface");
        assert!(route_to(Ipv4Addr::LOCALHOST.into(), Some(&lo.name)).is_some());
    }
}
