//! Plain UDP: one datagram is one message, exactly the encoded text. No framing, no newline, no header.
//!
//! Never answers a datagram by itself, so no loop with any UDP service can come about (CVE-2024-2169).
//! Says nothing it cannot know: a message is "handed to the network", never "delivered".
//!
//! ```text
//! byte 0 … n-1   the text in the contact's encoding, UTF-8 unless chosen otherwise; n = 0 is not a message
//! behind it      with newline=lf, crlf, cr or nul that; without, LF or CRLF to a peer whose last datagram ended so
//! ```

mod codec;
#[cfg(test)]
mod tests;

use super::{Dialect, ListenMode};
use crate::model::{Caps, ListenSetting, Scheme};
use crate::wire::{Driver, TextProtocol};

const SCHEME: Scheme =
    Scheme { name: "udp", default_port: 8081, caps: Caps { encodings: true, bytes: true, ..Caps::NONE } };

pub const DIALECT: Dialect = Dialect {
    scheme: SCHEME,
    example: "192.168.1.20:8081",
    validate: codec::validate,
    check: codec::check,
    listens: ListenMode::Datagrams(ListenSetting::UDP_DEFAULT),
    server: None,
    engine: |setup| Box::new(Driver::new(setup.seed, TextProtocol::<codec::PlainUdp>::default())),
    between: None,
};
