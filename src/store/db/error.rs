//! What SQLite says when something is wrong, sorted by what is done about it, and as a sentence.

use std::io;

use rusqlite::ffi;

use crate::model::Phrase;

/// Why a file cannot be used as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) enum StoreError {
    Full,
    /// The disk does not read or write.
    Io,
    ReadOnly,
    /// Another program holds the file.
    Busy,
    CannotOpen,
    /// What is in the file makes no sense.
    Damaged,
    /// The same, only in the index of the search, which can be made anew.
    Index,
    /// Another message has the id of a new one: somebody else wrote it.
    Taken,
    /// A later version or another program wrote it.
    Foreign,
    /// Someone asked for it to stop.
    Interrupted,
    /// The names and numbers that SQLite or the system has for it.
    Other(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(code, text) = &error else {
            return Self::Other(error.to_string());
        };
        match code.extended_code {
            ffi::SQLITE_CORRUPT_VTAB => return Self::Index,
            ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => return Self::Taken,
            ffi::SQLITE_IOERR_NOMEM => return Self::Other("SQLITE_NOMEM".to_owned()),
            _ => {}
        }
        // The lower eight bits are the kind, the others what it was in detail.
        match code.extended_code & 0xff {
            ffi::SQLITE_FULL => Self::Full,
            ffi::SQLITE_IOERR => Self::Io,
            ffi::SQLITE_READONLY => Self::ReadOnly,
            ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED | ffi::SQLITE_PROTOCOL => Self::Busy,
            ffi::SQLITE_CANTOPEN | ffi::SQLITE_PERM | ffi::SQLITE_AUTH => Self::CannotOpen,
            ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB => Self::Damaged,
            ffi::SQLITE_INTERRUPT => Self::Interrupted,
            _ => {
                Self::Other(format!("SQLite {}: {}", code.extended_code, text.as_deref().unwrap_or_default()))
            }
        }
    }
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        let kind = error.kind();
        if matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
            Self::Full
        } else if kind == io::ErrorKind::ReadOnlyFilesystem {
            Self::ReadOnly
        } else if kind == io::ErrorKind::PermissionDenied {
            Self::CannotOpen
        } else {
            Self::Other(kind.to_string())
        }
    }
}

impl StoreError {
    fn told(&self, key: &'static str) -> Phrase {
        let (fault, code) = match self {
            Self::Full => ("full", ""),
            Self::Io => ("io", ""),
            Self::ReadOnly => ("read-only", ""),
            Self::Busy => ("busy", ""),
            Self::CannotOpen => ("cannot-open", ""),
            Self::Damaged | Self::Index => ("damaged", ""),
            Self::Taken => ("taken", ""),
            Self::Foreign => ("foreign", ""),
            Self::Interrupted => ("other", "SQLITE_INTERRUPT"),
            Self::Other(code) => ("other", code.as_str()),
        };
        Phrase::new(key).text("fault", fault).text("code", code)
    }

    /// As above, of another file than the history.
    pub(in crate::store) fn told_of(&self, key: &'static str, file: &'static str) -> Phrase {
        if matches!(self, Self::Foreign) {
            return Phrase::new(key).text("fault", "foreign-file").text("file", file).text("code", "");
        }
        self.told(key).text("file", file)
    }

    /// What was to be kept is not.
    pub(in crate::store) fn not_kept(&self) -> Phrase {
        self.told("store-not-kept")
    }

    /// What was asked for cannot be read.
    pub(in crate::store) fn not_read(&self) -> Phrase {
        self.told("store-not-read")
    }

    /// Everything is kept only until the program ends.
    pub(in crate::store) fn in_memory(&self) -> Phrase {
        self.told("store-in-memory")
    }

    /// Nothing was taken into the history.
    pub(in crate::store) fn not_imported(&self) -> Phrase {
        self.told("store-not-imported")
    }
}
