//! Whose file it is, and of which version.

use rusqlite::Connection;

/// What a file of ours says of itself.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct FileKind {
    /// By which a file of this kind is known.
    pub(in crate::store) application: i64,
    /// The version that this program writes.
    pub(in crate::store) version: usize,
}

/// What kind of file this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum FileFormat {
    /// Written by this program up to this version; 0: nothing is in it.
    Ours(usize),
    /// Of a later version, or of another program.
    Foreign,
}

pub(in crate::store) fn format(connection: &Connection, kind: FileKind) -> rusqlite::Result<FileFormat> {
    let ask = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let version = ask("PRAGMA user_version")?;
    let application = ask("PRAGMA application_id")?;
    let tables = ask("SELECT count(*) FROM sqlite_schema")?;
    Ok(match usize::try_from(version) {
        Ok(0) if application == 0 && tables == 0 => FileFormat::Ours(0),
        Ok(version) if (1..=kind.version).contains(&version) && application == kind.application => {
            FileFormat::Ours(version)
        }
        Ok(_) | Err(_) => FileFormat::Foreign,
    })
}
