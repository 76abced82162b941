//! The history as SQLite sees it, read past the program: what it says of itself is not evidence.
//!
//! The only place in the tests that knows its tables.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::film::Name;

/// What the history knows of an outgoing message; `None` of an incoming one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    None,
    Waiting,
    Sent,
    Delivered,
    Failed,
}

impl Mark {
    /// What stands for it in the gutter.
    pub(crate) const fn glyph(self) -> char {
        match self {
            Self::None => '▌',
            Self::Waiting => '…',
            Self::Sent | Self::Delivered => '✓',
            Self::Failed => '×',
        }
    }

    /// What a start makes of it: of a message that was waiting nobody knows what became.
    #[must_use]
    pub(crate) const fn settled(self) -> Self {
        match self {
            Self::Waiting => Self::Failed,
            other @ (Self::None | Self::Sent | Self::Delivered | Self::Failed) => other,
        }
    }
}

/// A message as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) id: i64,
    pub(crate) mark: Mark,
    pub(crate) text: String,
}

impl Row {
    /// The numbered message that it is.
    pub(crate) fn name(&self) -> Name {
        let name = Name::read(&self.text).unwrap_or_else(|| panic!("not written by the test: {self:?}"));
        assert_eq!(name.own, self.mark != Mark::None, "the direction of {self:?}");
        name
    }
}

/// A history at one moment.
pub(crate) struct History {
    connection: Connection,
    _copy: Option<tempfile::TempDir>,
}

/// The draft of each conversation that has one, and words that are to stand for a message of it.
const DRAFTS: &str = "SELECT draft FROM conversation WHERE draft <> '' \
                      UNION ALL SELECT edit_text FROM conversation WHERE edit_text <> ''";

impl History {
    /// As a program that has just ended, in whatever way, left it. A copy: the program itself has to make sense of
    /// what is there.
    pub(crate) fn left_at(path: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("history.db");
        fs::copy(path, &copy).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        // After a clean end there is none.
        let _bytes = fs::copy(beside(path, "-wal"), beside(&copy, "-wal"));
        let connection = Connection::open_with_flags(&copy, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
        Self { connection, _copy: Some(folder) }
    }

    /// While the program has it open.
    pub(crate) fn live(path: &Path) -> Self {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        connection.busy_timeout(super::PATIENCE).unwrap();
        Self { connection, _copy: None }
    }

    /// Messages with a higher id than `after`, in order of their ids.
    pub(crate) fn rows_after(&self, after: i64) -> Vec<Row> {
        let sql = "SELECT id, direction, mark, text FROM message WHERE id > ?1 ORDER BY id";
        self.rows(sql, [after])
    }

    /// The newest `count` messages, oldest first.
    pub(crate) fn newest(&self, count: u32) -> Vec<Row> {
        let sql = "SELECT id, direction, mark, text FROM message ORDER BY id DESC LIMIT ?1";
        let mut rows = self.rows(sql, [count]);
        rows.reverse();
        rows
    }

    pub(crate) fn row(&self, id: i64) -> Option<Row> {
        self.rows("SELECT id, direction, mark, text FROM message WHERE id = ?1", [id]).pop()
    }

    /// Every numbered message. Panics when one is there twice.
    pub(crate) fn named(&self) -> BTreeMap<Name, Row> {
        let mut named = BTreeMap::new();
        for row in self.rows_after(-1) {
            if let Some(twin) = named.insert(row.name(), row.clone()) {
                panic!("twice: {twin:?} and {row:?}");
            }
        }
        named
    }

    /// Panics when SQLite finds anything wrong with the file.
    pub(crate) fn assert_sound(&self) {
        let verdict: String =
            self.connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(verdict, "ok");
    }

    /// As `assert_sound`, and every table of the search is looked through too.
    pub(crate) fn assert_searchable(&self) {
        self.assert_sound();
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%USING fts5%'";
        let mut statement = self.connection.prepare(sql).unwrap();
        let tables = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        let tables: Vec<String> = tables.map(Result::unwrap).collect();
        assert!(!tables.is_empty(), "nothing to search in");
        for table in tables {
            let sql = format!("INSERT INTO {table} ({table}) VALUES ('integrity-check')");
            self.connection.execute_batch(&sql).unwrap_or_else(|error| panic!("{table}: {error}"));
        }
    }

    /// What stands in the composer of each conversation that has something.
    pub(crate) fn drafts(&self) -> Vec<String> {
        let mut statement = self.connection.prepare(DRAFTS).unwrap();
        let drafts = statement.query_map([], |row| row.get(0)).unwrap();
        drafts.map(Result::unwrap).collect()
    }

    /// In how many conversations something was said.
    pub(crate) fn conversations(&self) -> u32 {
        let sql = "SELECT count(DISTINCT conversation) FROM message";
        self.connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    fn rows(&self, sql: &str, params: impl rusqlite::Params) -> Vec<Row> {
        // Killed in its first start it may have left a file with nothing in it.
        let tables = self.connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0));
        if tables == Ok(0) {
            return Vec::new();
        }
        let mut statement = self.connection.prepare_cached(sql).unwrap();
        let rows = statement.query_map(params, |row| {
            let mark = match (row.get(1)?, row.get(2)?) {
                (0, None) => Mark::None,
                (1, Some(0)) => Mark::Waiting,
                (1, Some(1)) => Mark::Sent,
                (1, Some(2)) => Mark::Delivered,
                (1, Some(3)) => Mark::Failed,
                other => panic!("a mark that this test does not know: {other:?}"),
            };
            Ok(Row { id: row.get(0)?, mark, text: row.get(3)? })
        });
        rows.unwrap().map(Result::unwrap).collect()
    }
}

/// Says otherwise what a person thinks of the key at this address, in the code that the program has for it.
pub(crate) fn decide(path: &Path, address: &str, code: &str) {
    let connection = Connection::open(path).unwrap();
    let sql = "UPDATE conversation SET trust = ?2 WHERE address = ?1";
    assert_eq!(connection.execute(sql, (address, code)), Ok(1), "{address}");
}

/// Holds the file as another program may: nobody else writes it meanwhile.
pub(crate) fn hold(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.busy_timeout(super::PATIENCE).unwrap();
    connection.execute_batch("BEGIN EXCLUSIVE").unwrap();
    connection
}

/// A file that SQLite keeps beside the history.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Says otherwise when the program is to remove the message with this text: so many seconds from now.
pub(crate) fn expire_in(path: &Path, text: &str, seconds: i64) {
    let connection = Connection::open(path).unwrap();
    let sql = "UPDATE message SET expires = (unixepoch('subsec') + ?2) * 1000000 \
               WHERE text = ?1 AND expires > (unixepoch() + 30) * 1000000";
    assert_eq!(connection.execute(sql, (text, seconds)), Ok(1), "{text}");
}
