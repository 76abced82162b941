//! A file for who only reads it, also while another program writes it. Nothing is created or changed.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rusqlite::{Connection, OpenFlags};

use super::connection::{beside, reader};
use super::error::StoreError;
use super::format::{FileFormat, FileKind, format};

type Sql<T> = rusqlite::Result<T>;

/// Reads while somebody else may write.
pub(in crate::store) struct FileReader {
    path: PathBuf,
    kind: FileKind,
    adapt: fn(&Connection) -> Sql<()>,
    connection: Connection,
    /// How the file looked when it was opened as one that nobody writes; `None`: it is read with its log.
    alone: Option<Stamp>,
}

/// What changes when somebody begins to write.
type Stamp = (u64, Option<SystemTime>, bool);

/// A connection, and how the file looked if it is read as one that nobody writes.
type Connected = (Connection, Option<Stamp>);

impl std::fmt::Debug for FileReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileReader").field("path", &self.path).finish_non_exhaustive()
    }
}

impl FileReader {
    /// Opens a file of this kind. `None`: nothing is in it yet. `adapt` makes the tables of an earlier version look like
    /// those of now, in the connection alone.
    pub(in crate::store) fn open(
        path: &Path,
        kind: FileKind,
        adapt: fn(&Connection) -> Sql<()>,
    ) -> Result<Option<Self>, StoreError> {
        match path.metadata() {
            Ok(file) if file.len() > 0 || has_log(path) => {}
            Ok(_) => return Ok(None),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        let (connection, alone) = connect(path, kind, adapt)?;
        match format(&connection, kind)? {
            FileFormat::Ours(0) => Ok(None),
            FileFormat::Ours(_) => Ok(Some(Self { path: path.to_owned(), kind, adapt, connection, alone })),
            FileFormat::Foreign => Err(StoreError::Foreign),
        }
    }

    /// Reads something. If meanwhile somebody has begun to write, what was read may be of two minds: it is read
    /// once more, with the log.
    pub(in crate::store) fn read<T>(
        &mut self,
        read: impl Fn(&Connection) -> Sql<T>,
    ) -> Result<T, StoreError> {
        let result = read(&self.connection);
        if self.alone.is_none_or(|alone| stamp(&self.path) == alone) {
            return Ok(result?);
        }
        (self.connection, self.alone) = connect(&self.path, self.kind, self.adapt)?;
        Ok(read(&self.connection)?)
    }
}

fn has_log(path: &Path) -> bool {
    beside(path, "-wal").metadata().is_ok_and(|log| log.len() > 0)
}

fn stamp(path: &Path) -> Stamp {
    let file = path.metadata().ok();
    let len = file.as_ref().map_or(0, std::fs::Metadata::len);
    (len, file.and_then(|file| file.modified().ok()), beside(path, "-wal").symlink_metadata().is_ok())
}

/// With a log somebody writes, or was killed: it has to be read too. Without one SQLite would create it, so the
/// file is read as one that never changes; as it is where SQLite needs a file and may not create it.
fn connect(path: &Path, kind: FileKind, adapt: fn(&Connection) -> Sql<()>) -> Result<Connected, StoreError> {
    let before = stamp(path);
    let (_, _, log) = before;
    if log {
        let connection = reader(path, OpenFlags::empty())?;
        match format(&connection, kind).map_err(StoreError::from) {
            Err(StoreError::CannotOpen | StoreError::ReadOnly) => {}
            Err(error) => return Err(error),
            Ok(_) => {
                adapt(&connection)?;
                return Ok((connection, None));
            }
        }
    }
    let uri = format!("file:{}?immutable=1", in_uri(path));
    let connection = reader(Path::new(&uri), OpenFlags::SQLITE_OPEN_URI)?;
    adapt(&connection)?;
    Ok((connection, Some(before)))
}

/// A path as a part of a URI: everything but letters and digits stands as a number.
fn in_uri(path: &Path) -> String {
    let spell = |byte: &u8| match byte {
        b'/' | b'.' | b'-' | b'_' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(*byte).to_string(),
        other => format!("%{other:02X}"),
    };
    path.as_os_str().as_encoded_bytes().iter().map(spell).collect()
}
