//! Why the network side could not start, and short names for what the kernel says.

use std::io;
use std::net::SocketAddr;

use crate::model::Phrase;

/// Why `start` gave up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// No interface of that name has an address; `known` do.
    #[error("no interface {name:?}")]
    UnknownInterface { name: String, known: Vec<String> },
    /// Another program listens there.
    #[error("{address} is taken")]
    Taken { address: SocketAddr },
    /// The kernel refused for another reason; `code` is its short name.
    #[error("{address}: {code}")]
    Bind { address: SocketAddr, code: String },
}

impl StartError {
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::UnknownInterface { name, known } => {
                Phrase::new("start-unknown-interface").text("name", name).text("known", known.join(", "))
            }
            Self::Taken { address } => Phrase::new("start-taken").text("address", address.to_string()),
            Self::Bind { address, code } => {
                Phrase::new("start-bind").text("address", address.to_string()).text("code", code)
            }
        }
    }

    pub(super) fn from_bind(address: SocketAddr, error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::AddrInUse {
            Self::Taken { address }
        } else {
            Self::Bind { address, code: code_of(error) }
        }
    }
}

/// The usual names, where the system's own number has none that we know.
const CODES: &[(io::ErrorKind, &str)] = &[
    // Told apart by the app, so it has one name on every system.
    (io::ErrorKind::AddrInUse, "EADDRINUSE"),
    (io::ErrorKind::AddrNotAvailable, "EADDRNOTAVAIL"),
    (io::ErrorKind::AlreadyExists, "EEXIST"),
    (io::ErrorKind::BrokenPipe, "EPIPE"),
    (io::ErrorKind::ConnectionAborted, "ECONNABORTED"),
    (io::ErrorKind::ConnectionRefused, "ECONNREFUSED"),
    (io::ErrorKind::ConnectionReset, "ECONNRESET"),
    (io::ErrorKind::FileTooLarge, "EFBIG"),
    (io::ErrorKind::HostUnreachable, "EHOSTUNREACH"),
    (io::ErrorKind::InvalidInput, "EINVAL"),
    (io::ErrorKind::NetworkUnreachable, "ENETUNREACH"),
    (io::ErrorKind::NotConnected, "ENOTCONN"),
    (io::ErrorKind::NotFound, "ENOENT"),
    (io::ErrorKind::PermissionDenied, "EACCES"),
    (io::ErrorKind::QuotaExceeded, "EDQUOT"),
    (io::ErrorKind::ResourceBusy, "EBUSY"),
    (io::ErrorKind::StaleNetworkFileHandle, "ESTALE"),
    (io::ErrorKind::StorageFull, "ENOSPC"),
    (io::ErrorKind::TimedOut, "ETIMEDOUT"),
];

/// The kernel's short name of an error, such as `ENETUNREACH`.
pub fn code_of(error: &io::Error) -> String {
    #[cfg(target_os = "linux")]
    if let Some(number) = error.raw_os_error() {
        return format!("{:?}", nix::errno::Errno::from_raw(number));
    }
    let named = CODES.iter().find(|(kind, _)| *kind == error.kind());
    named.map_or_else(|| format!("{:?}", error.kind()), |(_, name)| (*name).to_owned())
}
