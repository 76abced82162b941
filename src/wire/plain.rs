//! Text as every plain dialect sends it: exactly the encoded text, in the encoding of the address, with the line end
//! behind it that the peer wants.

use std::sync::Arc;

use crate::model::{Address, AddressError, Fault, Host};
use crate::wire::Encoding;

/// The option of an address that names an encoding.
pub const ENCODING: &str = "encoding";

/// The encoding of a peer. An unknown label counts as none: `validate` refuses it before a person can save it.
pub fn encoding_of(address: &Address) -> Encoding {
    address.option(ENCODING).and_then(Encoding::from_label).unwrap_or(Encoding::UTF_8)
}

/// Judges the options of an address: an encoding may stand there, and what `takes` takes.
pub fn validate(address: &Address, takes: impl Fn(&str, &str) -> bool) -> Result<(), AddressError> {
    let takes = |key: &str, value: &str| {
        takes(key, value) || key == ENCODING && Encoding::from_label(value).is_some()
    };
    match address.options.iter().find(|(key, value)| !takes(key, value)) {
        Some((key, value)) if key == ENCODING => Err(AddressError::Encoding(value.clone())),
        Some((key, value)) => Err(AddressError::Option(format!("{key}={value}"))),
        None => Ok(()),
    }
}

/// The largest payload of a datagram over IPv4: 65,535 less 20 bytes of IP header and 8 of UDP (RFC 768, RFC 791).
const MAX_PAYLOAD_V4: usize = 65_507;
/// The largest payload over IPv6, whose length field leaves out its own header (RFC 8200).
const MAX_PAYLOAD_V6: usize = 65_527;

/// The most bytes that one datagram to this host can carry. A name may turn out to be IPv4, so it gets the smaller limit.
pub fn max_payload(host: &Host) -> usize {
    match host {
        Host::Ip(ip) if ip.to_canonical().is_ipv6() => MAX_PAYLOAD_V6,
        Host::Scoped(..) => MAX_PAYLOAD_V6,
        Host::Name(_) | Host::Anywhere | Host::Ip(_) => MAX_PAYLOAD_V4,
    }
}

/// The option of an address that says what stands behind every message.
pub const NEWLINE: &str = "newline";

/// What stands behind every message, for programs that read lines or C strings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Newline {
    #[default]
    None,
    Lf,
    CrLf,
    Cr,
    Nul,
}

impl Newline {
    const ALL: [(&'static str, Self); 5] =
        [("none", Self::None), ("lf", Self::Lf), ("crlf", Self::CrLf), ("cr", Self::Cr), ("nul", Self::Nul)];

    pub fn from_value(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(name, _)| *name == value).map(|(_, newline)| newline)
    }

    /// What the address says; `None`: nothing.
    pub fn of(address: &Address) -> Option<Self> {
        address.option(NEWLINE).and_then(Self::from_value)
    }

    /// What a peer ends its own messages with, if that is the end of a line: `nc` and other programs that read lines.
    pub fn learned(bytes: &[u8]) -> Self {
        if bytes.ends_with(b"\r\n") {
            Self::CrLf
        } else if bytes.ends_with(b"\n") {
            Self::Lf
        } else {
            Self::None
        }
    }

    pub const fn bytes(self) -> &'static [u8] {
        match self {
            Self::None => b"",
            Self::Lf => b"\n",
            Self::CrLf => b"\r\n",
            Self::Cr => b"\r",
            Self::Nul => b"\0",
        }
    }
}

/// Bytes that are sent as they are, `limit` at most.
pub fn limited(bytes: &Arc<[u8]>, limit: usize) -> Result<Arc<[u8]>, Fault> {
    if bytes.len() > limit {
        return Err(Fault::TooLarge { bytes: bytes.len(), limit });
    }
    Ok(Arc::clone(bytes))
}

/// The bytes of `text`, `limit` at most.
pub fn encode(address: &Address, text: &str, limit: usize) -> Result<Vec<u8>, Fault> {
    let encoding = encoding_of(address);
    let bytes = encoding
        .encode(text)
        .map_err(|character| Fault::CannotEncode { character, encoding: encoding.name().to_owned() })?;
    if bytes.len() > limit { Err(Fault::TooLarge { bytes: bytes.len(), limit }) } else { Ok(bytes) }
}
