//! Plain text over TCP: a message is what one read brings, or with `?framing=line` a line. No header, no greeting.
//!
//! Connects when there is something to send, or a person wants it; one that a person wants comes back when it ends. What
//! arrives never makes it send anything. Says nothing it cannot know: a message is "handed to the network" when the
//! kernel has all of it, never "delivered". One that may have gone out in part is not sent again by itself.
//!
//! ```text
//! a message, sent      the text in the contact's encoding, UTF-8 unless chosen otherwise; with framing=line and LF
//! a message, received  what one read brings, whole characters; with framing=line up to LF or CRLF, which is not part
//!                      of it, in pieces of 64 KiB at most
//! ```

mod codec;
mod connecting;
mod engine;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod reader;
mod reconnect;
mod streams;
#[cfg(test)]
mod tests;
mod writing;

use super::{Dialect, ListenMode};
use crate::model::{Caps, ListenSetting, Scheme};
use crate::wire::Driver;

const SCHEME: Scheme = Scheme {
    name: "tcp",
    default_port: 7788,
    caps: Caps { encodings: true, bytes: true, connects: true, ..Caps::NONE },
};

pub const DIALECT: Dialect = Dialect {
    scheme: SCHEME,
    example: "tcp://192.168.1.20:7788",
    validate: codec::validate,
    check: codec::check,
    listens: ListenMode::Streams(ListenSetting::Off),
    server: None,
    // The listening socket is the caller's.
    engine: |setup| Box::new(Driver::new(setup.seed, engine::PlainTcp::default())),
    between: None,
};
