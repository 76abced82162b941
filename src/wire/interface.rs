//! What an engine may know of the machine's network interfaces.

use std::net::{IpAddr, Ipv4Addr};

/// One address of one interface that is up. An interface with several addresses stands here several times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    pub name: String,
    /// The kernel's number, as it stands in IPv6 scopes. Another one after the interface was taken away and came back.
    pub index: u32,
    pub address: IpAddr,
    /// Where everybody on its network is reached (RFC 919); 127.255.255.255 on the loopback interface.
    pub broadcast: Option<Ipv4Addr>,
    pub loopback: bool,
    /// 255.255.255.255 leaves by this address.
    pub limited: bool,
}
