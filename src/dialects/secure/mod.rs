//! The encrypted dialect (draft).

mod beacon;
mod beacon_plan;
mod config;
mod congestion;
mod connections;
mod deadlines;
mod dial;
mod discovery;
mod engine;
mod exchange;
mod frame;
mod gate;
mod handshakes;
mod held;
mod nearby;
mod peers;
mod receipts;
mod session;
mod streams;
#[cfg(test)]
mod tests;
mod tls;
mod transport;

use super::{Dialect, ListenMode};
use crate::model::{Address, AddressError, Caps, Fault, ListenSetting, Scheme};
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
        keys: true,
        outbox: true,
        ..Caps::NONE
    },
};

pub const DIALECT: Dialect = Dialect {
    scheme: SCHEME,
    example: "udpqq://KEY@192.168.1.20",
    validate,
    check,
    listens: ListenMode::Datagrams(ListenSetting::Port(PORT)),
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
