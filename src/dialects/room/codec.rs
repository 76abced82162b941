//! Text to bytes, and what an address must say for that.

use super::place::{INTERFACE, Place};
use crate::model::{Address, AddressError, Fault, Host};
use crate::wire::plain;

/// The largest payload over IPv4: 65,535 less 20 bytes of IP header and 8 of UDP (RFC 768, RFC 791).
const MAX_PAYLOAD_V4: usize = 65_507;
/// The largest payload over IPv6, whose length field leaves out its own header (RFC 8200).
const MAX_PAYLOAD_V6: usize = 65_527;
/// The option of a group's address that says how far a datagram may go.
const TTL: &str = "ttl";
/// This network and no router (RFC 1112, section 6.1).
const USUAL_HOPS: u32 = 1;
/// What programs of this kind say when they come into a room.
pub(super) const USUAL_GREETING: &str = "***加入了聊天室";

pub(super) fn validate(address: &Address) -> Result<(), AddressError> {
    let place = Place::of(address)?;
    let good = |key: &str, value: &str| match key {
        TTL => place.is_group() && hops(value).is_some(),
        // One interface cannot be named twice.
        INTERFACE => !matches!(address.host, Host::Scoped(..)),
        _ => plain::is_encoding(key, value),
    };
    match address.options.iter().find(|(key, value)| !good(key, value)) {
        Some((key, value)) => Err(plain::refused(key, value)),
        None => Ok(()),
    }
}

pub(super) fn check(address: &Address, text: &str) -> Result<usize, Fault> {
    encode(address, text).map(|bytes| bytes.len())
}

pub(super) fn encode(address: &Address, text: &str) -> Result<Vec<u8>, Fault> {
    let over_v6 = match address.host {
        Host::Ip(ip) => ip.is_ipv6(),
        Host::Scoped(..) => true,
        Host::Name(_) => false,
    };
    plain::encode(address, text, if over_v6 { MAX_PAYLOAD_V6 } else { MAX_PAYLOAD_V4 })
}

/// How many networks a datagram to this group may see.
pub(super) fn hops_of(address: &Address) -> u32 {
    address.option(TTL).and_then(hops).unwrap_or(USUAL_HOPS)
}

fn hops(value: &str) -> Option<u32> {
    value.parse::<u8>().ok().filter(|hops| *hops > 0).map(u32::from)
}
