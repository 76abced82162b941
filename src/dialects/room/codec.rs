//! Text to bytes, and what an address must say for that.

use super::address::{INTERFACE, place_of};
use crate::model::{Address, AddressError, Fault, Host};
use crate::wire::plain;

/// The option of a group's address that says how far a datagram may go.
const TTL: &str = "ttl";
/// This network and no router (RFC 1112, section 6.1).
const USUAL_HOPS: u32 = 1;
/// What programs of this kind say when they come into a room.
pub(super) const USUAL_GREETING: &str = "***加入了聊天室";

pub(super) fn validate(address: &Address) -> Result<(), AddressError> {
    let room = place_of(address)?;
    plain::validate(address, |key, value| match key {
        TTL => room.is_multicast() && hops(value).is_some(),
        // One interface cannot be named twice.
        INTERFACE => !matches!(address.host, Host::Scoped(..)),
        _ => false,
    })
}

pub(super) fn check(address: &Address, text: &str) -> Result<usize, Fault> {
    encode(address, text).map(|bytes| bytes.len())
}

pub(super) fn encode(address: &Address, text: &str) -> Result<Vec<u8>, Fault> {
    plain::encode(address, text, plain::max_payload(&address.host))
}

/// How many networks a datagram to this group may see.
pub(super) fn hops_of(address: &Address) -> u32 {
    address.option(TTL).and_then(hops).unwrap_or(USUAL_HOPS)
}

fn hops(value: &str) -> Option<u32> {
    value.parse::<u8>().ok().filter(|hops| *hops > 0).map(u32::from)
}
