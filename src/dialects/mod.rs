//! The dialects: one folder each, and one line each in the list below.
//!
//! Nothing here touches a socket, a clock or a file, and no dialect knows another.
#![deny(clippy::arithmetic_side_effects, clippy::as_conversions)]

use std::net::SocketAddr;

use crate::model::{Address, AddressError, Fault, ListenSetting, Scheme};
use crate::wire::Engine;

pub mod ipmsg;
pub mod plain_tcp;
pub mod plain_udp;
pub mod relay;
pub mod room;

/// Everything the rest of the program needs of one dialect.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    pub scheme: Scheme,
    /// Judges the options of an address that already parsed.
    pub validate: fn(&Address) -> Result<(), AddressError>,
    /// Would this text be taken for sending there? The size on the wire in bytes, or why not.
    pub check: fn(&Address, &str) -> Result<usize, Fault>,
    /// Where it listens when nobody says otherwise, and who opens the socket for that.
    pub listens: ListenMode,
    pub engine: Start,
    /// What two of a kind need between them to hear each other: a relay, as an engine.
    pub between: Option<Start>,
}

/// Makes a state machine.
pub type Start = fn(&Setup) -> Box<dyn Engine>;

/// What the state machine of a dialect is made from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Setup {
    /// All its chance.
    pub seed: u64,
    /// Where it is to listen, for those that open their sockets themselves; `None`: it is switched off.
    pub listen: Option<SocketAddr>,
}

/// How a dialect hears of those who speak first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListenMode {
    /// A datagram socket, which is there before the engine starts.
    Datagrams(ListenSetting),
    /// A socket that takes streams, which is there before the engine starts.
    Streams(ListenSetting),
    /// The engine opens what it needs.
    Itself(ListenSetting),
    /// Nobody can speak first.
    Nowhere,
}

/// All dialects. An address without a scheme means the first.
pub const DIALECTS: &[Dialect] =
    &[plain_udp::DIALECT, plain_tcp::DIALECT, room::DIALECT, relay::DIALECT, ipmsg::DIALECT];
