//! Plain UDP: one datagram is one message, exactly the encoded text. No framing, no newline, no header.
//!
//! Never answers a datagram by itself, so no loop with any UDP service can come about (CVE-2024-2169).
//! Says nothing it cannot know: a message is "handed to the network", never "delivered".
//!
//! ```text
//! byte 0 … n-1   the text in the contact's encoding, UTF-8 unless chosen otherwise; n = 0 is not a message
//! ```

mod codec;
mod engine;
mod flights;
mod naming;
mod peers;
mod sending;
#[cfg(test)]
mod tests;

use super::Dialect;
use crate::model::{Caps, Scheme};

const SCHEME: Scheme = Scheme {
    name: "udp",
    default_port: 8081,
    caps: Caps { receipts: false, authenticated: false, encodings: true },
};

pub const DIALECT: Dialect = Dialect {
    scheme: SCHEME,
    validate: codec::validate,
    check: codec::check,
    // Nothing here is left to chance, so the seed has no use.
    engine: |_seed| Box::new(engine::PlainUdp::default()),
};
