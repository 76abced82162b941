//! The dialects: one folder each, and one line each in the list below.
//!
//! Nothing here touches a socket, a clock or a file, and no dialect knows another.
#![deny(clippy::arithmetic_side_effects, clippy::as_conversions)]

use std::net::SocketAddr;
use std::sync::Arc;

use crate::model::{Address, AddressError, DialectInfo, Fault, ListenSetting, Registry, Scheme};
use crate::wire::{Engine, KeyPair};

pub use crate::model::ListenMode;

#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod ipmsg;
pub mod plain_tcp;
pub mod plain_udp;
pub mod relay;
pub mod room;
pub mod secure;

/// Everything the rest of the program needs of one dialect.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    pub scheme: Scheme,
    /// An address as a person would type it.
    pub example: &'static str,
    /// Judges the options of an address that already parsed.
    pub validate: fn(&Address) -> Result<(), AddressError>,
    /// Would this text be taken for sending there? The size on the wire in bytes, or why not.
    pub check: fn(&Address, &str) -> Result<usize, Fault>,
    /// Where it listens when nobody says otherwise, and who opens the socket for that.
    pub listens: ListenMode,
    /// Where a server of this dialect listens when nobody says otherwise; `None`: udpqq is no such server.
    pub server: Option<ListenSetting>,
    pub engine: Start,
    /// What two of a kind need between them to hear each other: a relay, as an engine.
    pub between: Option<Start>,
}

/// Makes a state machine.
pub type Start = fn(&Setup) -> Box<dyn Engine>;

/// What the state machine of a dialect is made from.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// All its chance.
    pub seed: u64,
    /// What nobody can foresee of this run, for a dialect whose safety stands on it.
    pub secret: [u8; 32],
    /// Who we are, for a dialect that proves it; `None`: there is no key, so such a one is off.
    pub key_pair: Option<Arc<KeyPair>>,
    /// Where it is to listen, for those that open their sockets themselves; `None`: it is switched off.
    pub listen: Option<SocketAddr>,
}

/// All dialects, and the only place that names them: settings, options, texts and help follow it. An address without a
/// scheme means the first.
pub const DIALECTS: &[Dialect] =
    &[plain_udp::DIALECT, plain_tcp::DIALECT, secure::DIALECT, room::DIALECT, ipmsg::DIALECT, relay::DIALECT];

/// Names kept for dialects of later versions.
const RESERVED: [&str; 0] = [];

/// What the command line, the settings and the texts have to know of them.
pub fn registry(dialects: &[Dialect]) -> Registry {
    let info = |dialect: &Dialect| {
        let Dialect { scheme, example, listens, server, .. } = *dialect;
        DialectInfo { scheme, example, listens, server }
    };
    Registry { dialects: dialects.iter().map(info).collect(), reserved: RESERVED.to_vec() }
}

/// Reads an address and lets its dialect judge the options.
pub fn parse_address(dialects: &[Dialect], text: &str) -> Result<Address, AddressError> {
    let schemes: Vec<Scheme> = dialects.iter().map(|dialect| dialect.scheme).collect();
    let address = Address::parse(text, &schemes)?;
    match dialects.iter().find(|dialect| dialect.scheme.name == address.scheme.name) {
        Some(dialect) => (dialect.validate)(&address).map(|()| address),
        None => Err(AddressError::Scheme(address.scheme.name.to_owned())),
    }
}
