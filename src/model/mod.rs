//! Plain data that every layer shares: ids, time, addresses, messages, what the network is told and what it says.
//!
//! Nothing here does I/O, reads a clock or knows a dialect by name.

pub mod address;
pub mod bucket;
pub mod contact;
pub mod delivery;
mod draft;
pub mod error_code;
pub mod fair_queue;
pub mod file;
pub mod filename;
pub mod history;
pub mod host;
pub mod ids;
pub mod key;
pub mod listen;
mod local_identity;
pub mod message;
mod message_kind;
pub mod nearest;
pub mod network;
pub mod now;
pub mod person;
pub mod phrase;
pub mod qr;
pub mod registry;
pub mod scheme;
pub mod search;
pub mod text;
pub mod themes;
pub mod traffic;
pub mod trust;

pub use address::{Address, AddressError};
pub use contact::Contact;
pub use delivery::{Fault, Mark};
pub use draft::{Draft, EditDraft};
pub use error_code::ErrorCode;
pub use fair_queue::FairQueue;
pub use file::{File, Files, Progress, TransferId, TransferState};
pub use history::PeerKind;
pub use host::Host;
pub use ids::{ConversationId, LinkId, MessageId, Uid};
pub use key::{PublicKey, SafetyNumber};
pub use listen::{ListenError, ListenMode, ListenSetting, ListenSettings};
pub use message::{Direction, Message};
pub use nearest::nearest;
pub use network::Network;
pub use now::{Now, WallTime};
pub use person::Person;
pub use phrase::Phrase;
pub use registry::{DialectInfo, Registry};
pub use scheme::{Caps, ChatCaps, Scheme};
pub use themes::{DEFAULT_THEME, THEMES};
pub use traffic::{FileCommand, MessageCommand, NetCommand, NetEvent, OutgoingMessage, PeerCommand};
pub use trust::Trust;
