//! Our own address, as others write it: who we are, and where; and the networks on which others find us.

use std::net::SocketAddr;

use super::Session;
use crate::model::{Address, Host, OwnNetworks, PublicKey};
use crate::net::{host_addresses, registry};

/// Hosts that are named: a machine with containers has dozens, and nobody reads on.
const MAX_HOSTS: usize = 8;

/// The networks that this machine is on, as far as we are on them, or was.
pub const fn own_networks(session: &Session) -> &OwnNetworks {
    session.net.networks()
}

/// Our own address, with a host of this machine where it is heard at one.
pub fn own_address(session: &Session) -> Option<Address> {
    let key = session.own_key?;
    let scheme = registry().schemes().into_iter().find(|scheme| scheme.caps.keys)?;
    let listening = session.state.listening.iter().find(|one| one.scheme == scheme.name);
    let mut addresses = own_addresses(key, listening.and_then(|one| one.address), None);
    // The one that says where we are, too, if there is one.
    addresses.truncate(2);
    addresses.pop()
}

/// The address of whoever has this key, and behind it the same with each host of this machine, or of one interface of it,
/// while it listens there. Empty: no dialect knows keys.
pub fn own_addresses(key: PublicKey, listens: Option<SocketAddr>, interface: Option<&str>) -> Vec<Address> {
    let Some(scheme) = registry().schemes().into_iter().find(|scheme| scheme.caps.keys) else {
        return Vec::new();
    };
    let hosts = match listens.map(|at| at.ip()) {
        None => Vec::new(),
        Some(ip) if ip.is_unspecified() => host_addresses(interface),
        Some(ip) => vec![ip],
    };
    let port = listens.map_or(scheme.default_port, |at| at.port());
    let at = |host| Address { host: Host::Ip(host), port, ..Address::from_key(scheme, key) };
    let hosts = hosts.into_iter().filter(|_| port != 0).take(MAX_HOSTS).map(at);
    std::iter::once(Address::from_key(scheme, key)).chain(hosts).collect()
}
