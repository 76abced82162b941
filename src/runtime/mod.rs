//! One session of one profile: runs effects, owns the handles of network, store and files.
//!
//! Both fronts stand on it. It draws nothing and prints nothing.

pub mod history;
mod log;
pub mod profile;
mod session;

pub use crate::net::clock::now;
pub use crate::net::{Answer, MAX_ANSWERS, Reflected, Reflector, Withheld, check, parse_address};
pub use log::start_log;
pub use session::{Happening, Options, Session, StartError};

use crate::model::ListenSetting;

/// Opens a peer that answers everything, for tests. Needs no session.
pub fn open_reflector(
    listen: ListenSetting,
    interface: Option<String>,
) -> Result<Reflector, crate::net::StartError> {
    Reflector::open(&session::listen(listen, false), interface)
}
