//! The dialects: one folder each, and one line each in the list below.
//!
//! Nothing here touches a socket, a clock or a file, and no dialect knows another.
#![deny(clippy::arithmetic_side_effects, clippy::as_conversions)]

use crate::model::{Address, AddressError, Fault, Scheme};
use crate::wire::Engine;

pub mod plain_udp;
pub mod relay;

/// Everything the rest of the program needs of one dialect.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    pub scheme: Scheme,
    /// Judges the options of an address that already parsed.
    pub validate: fn(&Address) -> Result<(), AddressError>,
    /// Would this text be taken for sending there? The size on the wire in bytes, or why not.
    pub check: fn(&Address, &str) -> Result<usize, Fault>,
    /// Makes the state machine. All chance comes from `seed`.
    pub engine: fn(seed: u64) -> Box<dyn Engine>,
}

/// All dialects. An address without a scheme means the first.
pub const DIALECTS: &[Dialect] = &[plain_udp::DIALECT];
