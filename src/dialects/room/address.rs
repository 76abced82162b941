//! Where a room is: what its address means on the network.

use std::net::IpAddr;

use crate::model::{Address, AddressError, Host};
use crate::wire::GroupAddress;

/// The option of an address that names the only interface.
pub(super) const INTERFACE: &str = "interface";

/// One room, whatever it is called and however its text is encoded.
pub(super) fn place_of(address: &Address) -> Result<GroupAddress, AddressError> {
    let refused = || AddressError::Group(address.host.to_string());
    let (ip, zone) = match &address.host {
        Host::Ip(ip) => (*ip, None),
        Host::Scoped(ip, zone) => (IpAddr::V6(*ip), Some(zone.as_str())),
        Host::Name(_) | Host::Anywhere => return Err(refused()),
    };
    if ip.is_ipv6() && !ip.is_multicast() {
        return Err(refused());
    }
    let only = zone.or_else(|| address.option(INTERFACE)).map(str::to_owned);
    Ok(GroupAddress { ip, port: address.port, only })
}
