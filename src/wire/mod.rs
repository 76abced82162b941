//! What every dialect is built from: the Engine contract and the [`Driver`] that keeps it, peers and their addresses,
//! queues and sockets, character encodings, reading bytes. Sans-IO, like the dialects.
#![deny(clippy::arithmetic_side_effects, clippy::as_conversions)]

pub mod attribution;
pub mod bulk;
pub mod charset;
mod ctx;
pub mod cursor;
pub mod delivery;
pub mod disk;
mod driver;
pub mod endpoint;
pub mod engine;
mod gb2312;
pub mod group_address;
pub mod interface;
mod key_pair;
mod listening;
mod local_sockets;
pub mod networks;
pub mod outbox;
pub mod path;
mod peer;
pub mod peers;
pub mod plain;
mod protocol;
mod question;
mod recent;
pub mod resolution;
mod retry;
mod rng;
pub mod sockets;
#[cfg(test)]
mod tests;
mod text;
pub mod transfer_progress;

pub use bulk::{Batch, Ecn, Segments};
pub use charset::{Encoding, has_long};
pub use ctx::Ctx;
pub use delivery::{Delivery, Route};
pub use disk::{DiskEvent, DiskStep, HeldFolder, Receive, TreeHasher};
pub use driver::Driver;
pub use engine::{Engine, Input, Output, SocketSpec, Step, StepEvent, StreamError, Ticket};
pub use group_address::GroupAddress;
pub use interface::Interface;
pub use key_pair::KeyPair;
pub use listening::ListeningReport;
pub use local_sockets::LocalSockets;
pub use networks::{GroupPath, Networks};
pub use outbox::Outbox;
pub use path::Paths;
pub use peers::Peers;
pub use protocol::{Protocol, SendText, SocketEvent, StreamEvent};
pub use question::{Overdue, Question};
pub use recent::RecentSet;
pub use retry::{Backoff, Retry};
pub use rng::Rng;
pub use sockets::Sockets;
pub use text::{TextCodec, TextProtocol};
pub use transfer_progress::TransferProgress;
