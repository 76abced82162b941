//! One session of one profile: runs effects, owns the handles of network, store and files.
//!
//! Both fronts stand on it. It draws nothing and prints nothing.

pub mod history;
mod keeping;
mod log;
pub mod profile;
mod session;

pub use crate::net::clock::now;
pub use crate::net::{Answer, MAX_ANSWERS, Reflected, Reflector, Withheld, check, parse_address};
pub use keeping::InUse;
pub use log::start_log;
pub use session::{Happening, Options, Session, StartError};

use crate::model::ListenSetting;
use crate::net::Listen;

/// Opens a peer that answers everything, for tests. Needs no session.
pub fn open_reflector(
    listen: ListenSetting,
    interface: Option<String>,
) -> Result<Reflector, crate::net::StartError> {
    Reflector::open(&self::listen(listen, false), interface)
}

/// Where the network side is to listen.
const fn listen(setting: ListenSetting, fallback: bool) -> Listen {
    Listen::new(setting, fallback)
}
