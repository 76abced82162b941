//! One session of one profile: runs effects, owns the handles of network, store and files.
//!
//! Both fronts stand on it. It draws nothing and prints nothing.

mod completion;
mod core_dump;
mod effects;
mod ending;
mod files;
pub mod history;
mod keeping;
mod log;
mod open_files;
mod own;
pub mod profile;
pub mod relay;
mod session;
mod settings;
mod start;

#[cfg(test)]
mod tests;

pub use crate::net::clock::now;
pub use crate::net::{
    Answer, MAX_ANSWERS, Reflected, Reflector, Withheld, check, parse_address, read_as, registry,
};
pub use core_dump::forbid_core_dumps;
pub use keeping::InUse;
pub use log::start_log;
pub use open_files::allow_open_files;
pub use own::Visibility;
pub use session::{Happening, Session};
pub use start::{Options, StartError};

use std::collections::BTreeMap;

use crate::model::{ListenSetting, ListenSettings};
use crate::net::{self, Listen};

/// Opens a peer that answers everything, for tests. Needs no session.
pub fn open_reflector(
    listen: ListenSetting,
    interface: Option<String>,
) -> Result<Reflector, net::StartError> {
    Reflector::open(&Listen::new(listen, false), interface)
}

/// Where the dialects are to listen.
fn listening(written: &ListenSettings, fallback: bool) -> BTreeMap<&'static str, Listen> {
    let at = |(kind, usual)| (kind, Listen::new(written.get(kind).unwrap_or(usual), fallback));
    registry().listen_kinds().map(at).collect()
}
