//! Text to bytes, and what an address must say for that.

use crate::model::{Address, AddressError, Fault, Host};
use crate::wire::plain;

/// The largest payload over IPv4: 65,535 less 20 bytes of IP header and 8 of UDP (RFC 768, RFC 791).
const MAX_PAYLOAD_V4: usize = 65_507;
/// The largest payload over IPv6, whose length field leaves out its own header (RFC 8200).
const MAX_PAYLOAD_V6: usize = 65_527;

pub(super) fn validate(address: &Address) -> Result<(), AddressError> {
    match address.options.iter().find(|(key, value)| !plain::is_encoding(key, value)) {
        Some((key, value)) => Err(plain::refused(key, value)),
        None => Ok(()),
    }
}

pub(super) fn check(address: &Address, text: &str) -> Result<usize, Fault> {
    encode(address, text).map(|bytes| bytes.len())
}

pub(super) fn encode(address: &Address, text: &str) -> Result<Vec<u8>, Fault> {
    plain::encode(address, text, limit_of(&address.host))
}

/// A name may turn out to be IPv4, so it gets the smaller limit.
fn limit_of(host: &Host) -> usize {
    match host {
        Host::Ip(ip) if ip.to_canonical().is_ipv6() => MAX_PAYLOAD_V6,
        Host::Scoped(..) => MAX_PAYLOAD_V6,
        Host::Name(_) | Host::Ip(_) => MAX_PAYLOAD_V4,
    }
}
