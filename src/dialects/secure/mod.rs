//! The encrypted dialect: two udpqq prove their keys to each other, and every message comes once, in order, over restarts of
//! both. No server, no account.
//!
//! QUIC version 1 (RFC 9000) by quinn-proto, TLS 1.3 with raw ed25519 keys (RFC 7250). The key is the address; where its
//! owner is may change: `udpqq://KEY@host:port`, or `udpqq://KEY`, found by a beacon.
//!
//! - Whoever does not know our key gets no answer: `gate`. Whoever knows it proves its address first: a Retry, which is
//!   shorter than what it answers. Nothing is read before a key is proved.
//! - A message is an entry of the message stream. What the peer has not kept is written to each new session again, from the
//!   oldest on; the peer takes each name once and tells how many it has committed: `held`, `session`, `receipts`.
//! - Of several sessions with one peer both sides choose the same: `connections`. Delivery depends on none of them.
//! - A key that no person has decided about says one thing, and is told nothing.
//! - Packets leave in pieces of up to ten and come in pieces as they arrived together, with the marks of busy routers:
//!   `transport`, `departure`. A turn sends a bounded number: `budget`. They are at most as large as the way carries them
//!   whole, which QUIC finds out, and where that is too small they may be cut into fragments: `small_paths`.
//! - What is said about a message, an answer, an edit, a deletion or a reaction, is an entry as every other. That somebody
//!   is writing, and up to where somebody has read, is told to who is trusted, and kept nowhere: `notices`.
//! - What will never be kept is refused, so that what comes after it does not wait.
//! - The end of a program is said on every session, so that nobody is taken to be there who has gone: `goodbye`.
//! - Beacons on port 7782 are hints. Nothing is sent because of one but a dial to a contact: `discovery`.
//!
//! The formats stand in `frame` and `beacon`.

mod asking;
mod beacon;
mod beacon_plan;
mod budget;
mod close;
mod config;
mod congestion;
mod connections;
mod deadlines;
mod departure;
mod dial;
mod discovery;
mod engine;
mod exchange;
mod files;
mod frame;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod gate;
mod goodbye;
mod handshakes;
mod held;
mod moving;
mod nearby;
mod notices;
mod pace;
mod peers;
mod probe;
mod receipts;
mod session;
mod signals;
mod small_paths;
mod streams;
#[cfg(test)]
mod tests;
mod tls;
mod transport;
mod turn_order;

use super::{Dialect, ListenMode};
use crate::model::{Address, AddressError, Caps, ChatCaps, Fault, ListenSetting, Scheme};
use crate::wire::Driver;

const PORT: u16 = 7781;
/// What we say that we are.
const PROGRAM: &str = concat!("udpqq ", env!("CARGO_PKG_VERSION"));

const SCHEME: Scheme = Scheme {
    name: "udpqq",
    default_port: PORT,
    caps: Caps {
        receipts: true,
        authenticated: true,
        presence: true,
        asks: true,
        keys: true,
        outbox: true,
        files: true,
        chat: ChatCaps::REMARKS,
        ..Caps::NONE
    },
};

pub const DIALECT: Dialect = Dialect {
    scheme: SCHEME,
    example: "udpqq://KEY@192.168.1.20",
    validate,
    check,
    listens: ListenMode::Bulk(ListenSetting::Port(PORT)),
    server: None,
    engine: |setup| Box::new(Driver::new(setup.seed, engine::Secure::new(setup))),
    between: None,
};

fn validate(address: &Address) -> Result<(), AddressError> {
    match address.options.first() {
        Some((key, value)) => Err(AddressError::Option(format!("{key}={value}"))),
        None => Ok(()),
    }
}

fn check(_address: &Address, text: &str) -> Result<usize, Fault> {
    let (bytes, limit) = (text.len(), frame::entry::MAX_TEXT);
    if bytes > limit { Err(Fault::TooLarge { bytes, limit }) } else { Ok(bytes) }
}
