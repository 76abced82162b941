//! One session of one profile: runs effects, owns the handles of network, store and files.
//!
//! Both fronts stand on it. It draws nothing and prints nothing.

pub mod history;
mod keeping;
mod log;
mod own;
pub mod profile;
pub mod relay;
mod session;
mod start;

pub use crate::net::clock::now;
pub use crate::net::{Answer, MAX_ANSWERS, Reflected, Reflector, Withheld, check, parse_address};
pub use keeping::InUse;
pub use log::start_log;
pub use session::{Happening, Session};
pub use start::{Options, StartError};

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
    use std::net::{IpAddr, Ipv6Addr, SocketAddr};
    match setting {
        ListenSetting::Off => Listen::Off,
        ListenSetting::At(address) => Listen::At { address, fallback },
        ListenSetting::Port(port) => {
            let every = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
            Listen::At { address: SocketAddr::new(every, port), fallback }
        }
    }
}
