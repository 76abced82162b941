//! One session of one profile: runs effects, owns the handles of network, store and files.
//!
//! Both fronts stand on it. It draws nothing and prints nothing.

pub mod capture;
mod complaints;
mod completion;
mod contact_edits;
mod core_dump;
pub mod doctor;
mod ending;
mod files;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod history;
mod identity;
mod listening;
mod local_zone;
mod log;
mod net_client;
mod open_files;
mod opened_store;
mod own_addresses;
mod peer_secrets;
mod printed;
pub mod profile;
pub mod relay;
pub mod relay_archive;
mod relay_cluster;
pub mod relay_doctor;
mod relay_operators;
mod relay_texts;
pub mod room_history;
mod session;
mod session_event;
mod start;
mod wall_timer;

#[cfg(test)]
mod tests;

pub use crate::net::clock::{now, reached};
pub use crate::net::{
    DropReason, EchoOutcome, EchoServer, Echoed, MAX_ANSWERS, check, decode, is_stream, parse_address,
    read_as, registry,
};
pub use completion::FoundPath;
pub use core_dump::forbid_core_dumps;
pub use files::{OfferRequest, download_folders};
pub use identity::Visibility;
pub use local_zone::local_zone;
pub use log::start_log;
pub use open_files::allow_open_files;
pub use opened_store::ProfileLocked;
pub use own_addresses::{own_address, own_addresses, own_networks};
pub use printed::acknowledge;
pub use session::Session;
pub use session_event::SessionEvent;
pub use start::{Options, SessionError};

use crate::model::ListenSetting;
use crate::net;

/// Opens a peer that answers everything, for tests. Needs no session.
pub fn open_echo(listen: ListenSetting, interface: Option<String>) -> Result<EchoServer, net::OpenError> {
    EchoServer::open(listen, interface)
}
