//! Text to bytes and back, and what an address must say for that.

use crate::model::{Address, AddressError, Fault, Host};
use crate::wire::Encoding;

/// The largest payload over IPv4: 65,535 less 20 bytes of IP header and 8 of UDP (RFC 768, RFC 791).
const MAX_PAYLOAD_V4: usize = 65_507;
/// The largest payload over IPv6, whose length field leaves out its own header (RFC 8200).
const MAX_PAYLOAD_V6: usize = 65_527;

const ENCODING: &str = "encoding";

pub(super) fn validate(address: &Address) -> Result<(), AddressError> {
    for (key, value) in &address.options {
        if key != ENCODING || Encoding::from_label(value).is_none() {
            return Err(AddressError::Option(format!("{key}={value}")));
        }
    }
    Ok(())
}

pub(super) fn check(address: &Address, text: &str) -> Result<usize, Fault> {
    encode(address, text).map(|bytes| bytes.len())
}

/// The encoding of a peer. An unknown label counts as none: `validate` has refused it before a person could save it.
pub(super) fn encoding_of(address: &Address) -> Encoding {
    address.option(ENCODING).and_then(Encoding::from_label).unwrap_or(Encoding::UTF_8)
}

pub(super) fn encode(address: &Address, text: &str) -> Result<Vec<u8>, Fault> {
    let encoding = encoding_of(address);
    let bytes = encoding
        .encode(text)
        .map_err(|character| Fault::CannotEncode { character, encoding: encoding.name().to_owned() })?;
    let limit = limit_of(&address.host);
    if bytes.len() > limit { Err(Fault::TooLarge { bytes: bytes.len(), limit }) } else { Ok(bytes) }
}

/// A name may turn out to be IPv4, so it gets the smaller limit.
fn limit_of(host: &Host) -> usize {
    match host {
        Host::Ip(ip) if ip.to_canonical().is_ipv6() => MAX_PAYLOAD_V6,
        Host::Scoped(..) => MAX_PAYLOAD_V6,
        Host::Name(_) | Host::Ip(_) => MAX_PAYLOAD_V4,
    }
}
