//! One session of one profile: runs effects, owns the handles of network, store and files.
//!
//! Both fronts stand on it. It draws nothing and prints nothing.

mod log;
pub mod profile;
mod session;

pub use crate::net::clock::now;
pub use crate::net::{check, parse_address};
pub use log::start_log;
pub use session::{Happening, Options, Session, StartError};
