//! What every dialect is built from: the Engine contract, character encodings, reading bytes. Sans-IO, like the dialects.
#![deny(clippy::arithmetic_side_effects, clippy::as_conversions)]

pub mod attribution;
mod chance;
pub mod charset;
pub mod cursor;
pub mod engine;
mod gb2312;
pub mod interface;
pub mod naming;
mod ourselves;
pub mod path;
mod peer;
pub mod peers;
pub mod plain;
mod source;
#[cfg(test)]
mod tests;

pub use chance::Rng;
pub use charset::Encoding;
pub use engine::{Engine, Input, Output, Receive, SocketSpec, Step, StepEvent, StreamError, Ticket};
pub use interface::Interface;
pub use ourselves::Ourselves;
pub use path::Paths;
pub use peers::Peers;
pub use source::is_nobody;
