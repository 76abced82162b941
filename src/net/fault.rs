//! Why the network side could not start, and short names for what the kernel says.

use std::io;
use std::net::SocketAddr;

use crate::model::{DiskError, ErrorCode, Phrase, Shortage};

/// Why `start` gave up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// No interface of that name has an address; `known` do.
    #[error("no interface {name:?}")]
    UnknownInterface { name: String, known: Vec<String> },
    /// Another program listens there.
    #[error("{address} is taken")]
    Taken { address: SocketAddr },
    /// The same, where a dialect was to listen.
    #[error("{address} is taken")]
    ListenTaken { scheme: &'static str, address: SocketAddr },
    /// The kernel refused for another reason; `code` is its short name.
    #[error("{address}: {code}")]
    Bind { address: SocketAddr, code: ErrorCode },
}

impl OpenError {
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::UnknownInterface { name, known } => {
                Phrase::new("start-unknown-interface").text("name", name).text("known", known.join(", "))
            }
            Self::Taken { address } => Phrase::new("start-taken").text("address", address.to_string()),
            Self::ListenTaken { scheme, address } => {
                Phrase::new("start-listen-taken").text("scheme", *scheme).text("address", address.to_string())
            }
            Self::Bind { address, code } => {
                Phrase::new("start-bind").text("address", address.to_string()).text("code", code)
            }
        }
    }

    /// Of a dialect, which a person can have listen elsewhere.
    pub(super) fn from_listen(scheme: &'static str, address: SocketAddr, error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::AddrInUse {
            Self::ListenTaken { scheme, address }
        } else {
            Self::from_bind(address, error)
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
const CODES: &[(io::ErrorKind, ErrorCode)] = &[
    // Told apart by the app, so it has one name on every system.
    (io::ErrorKind::AddrInUse, ErrorCode::EADDRINUSE),
    (io::ErrorKind::AddrNotAvailable, ErrorCode::EADDRNOTAVAIL),
    (io::ErrorKind::AlreadyExists, ErrorCode::EEXIST),
    (io::ErrorKind::BrokenPipe, ErrorCode::EPIPE),
    (io::ErrorKind::ConnectionAborted, ErrorCode::ECONNABORTED),
    (io::ErrorKind::ConnectionRefused, ErrorCode::ECONNREFUSED),
    (io::ErrorKind::ConnectionReset, ErrorCode::ECONNRESET),
    (io::ErrorKind::FileTooLarge, ErrorCode::EFBIG),
    (io::ErrorKind::HostUnreachable, ErrorCode::EHOSTUNREACH),
    (io::ErrorKind::InvalidInput, ErrorCode::EINVAL),
    (io::ErrorKind::NetworkUnreachable, ErrorCode::ENETUNREACH),
    (io::ErrorKind::NotConnected, ErrorCode::ENOTCONN),
    (io::ErrorKind::NotFound, ErrorCode::ENOENT),
    (io::ErrorKind::PermissionDenied, ErrorCode::EACCES),
    (io::ErrorKind::QuotaExceeded, ErrorCode::EDQUOT),
    (io::ErrorKind::ResourceBusy, ErrorCode::EBUSY),
    (io::ErrorKind::StaleNetworkFileHandle, ErrorCode::ESTALE),
    (io::ErrorKind::StorageFull, ErrorCode::ENOSPC),
    (io::ErrorKind::TimedOut, ErrorCode::ETIMEDOUT),
];

/// The kernel's short name of an error, such as `ENETUNREACH`.
pub fn code_of(error: &io::Error) -> ErrorCode {
    #[cfg(target_os = "linux")]
    if let Some(number) = error.raw_os_error() {
        return format!("{:?}", nix::errno::Errno::from_raw(number)).into();
    }
    let named = CODES.iter().find(|(kind, _)| *kind == error.kind());
    named.map_or_else(|| format!("{:?}", error.kind()).into(), |(_, code)| code.clone())
}

/// What the disk refused, where it was asked for something.
pub fn disk_error_of(error: &io::Error) -> DiskError {
    let shortage = error.get_ref().and_then(|inner| inner.downcast_ref::<Shortage>());
    shortage.map_or_else(|| code_of(error).into(), |shortage| DiskError::from(*shortage))
}

impl From<io::Error> for ErrorCode {
    fn from(error: io::Error) -> Self {
        code_of(&error)
    }
}
