//! The secrets that members' tokens are made with: kept beside the messages, so that a token is good after a restart, and
//! renewed each day by the clock of the log.

use rusqlite::{Connection, TransactionBehavior};

use super::super::db::{self, StoreError};
use super::log_file::LogFile;
use crate::model::WallTime;
use crate::model::room_log::{LogSecret, LogSecrets, SECRET_LIFE};

/// A secret and since when it has been the current one, in microseconds.
#[derive(Clone, Copy)]
struct StoredSecret {
    secret: LogSecret,
    since: i64,
}

impl StoredSecret {
    /// How many of its lives are over. A clock that was put back a long way must not keep a secret for ever.
    fn age(self, now: WallTime) -> i64 {
        let life = i64::try_from(SECRET_LIFE.as_micros()).unwrap_or(i64::MAX);
        let age = now.0.saturating_sub(self.since);
        if age < life.saturating_neg() { i64::MAX } else { age.max(0).checked_div(life).unwrap_or_default() }
    }
}

/// Knows what was told last, and until when that is good.
#[derive(Default)]
pub(super) struct SecretKeeper {
    told: Option<LogSecrets>,
    current: Option<StoredSecret>,
}

impl SecretKeeper {
    /// The file was opened, and may be another.
    pub(super) const fn restart(&mut self) {
        self.current = None;
    }

    /// The secrets of today, if they are others than were told last.
    pub(super) fn take(
        &mut self,
        file: &mut LogFile,
        now: WallTime,
    ) -> Result<Option<LogSecrets>, StoreError> {
        if self.current.is_some_and(|current| current.age(now) == 0) {
            return Ok(None);
        }
        let (secrets, current) = of_today(file.writer(true)?, now)?;
        self.current = Some(current);
        let before = self.told.replace(secrets);
        Ok(Some(secrets).filter(|_| before != self.told))
    }
}

fn of_today(connection: &mut Connection, now: WallTime) -> Result<(LogSecrets, StoredSecret), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut stored = stored(&transaction)?.into_iter();
    let newest = stored.next();
    if let Some(current) = newest.filter(|current| current.age(now) == 0) {
        let previous = stored.next().map(|previous| previous.secret);
        return Ok((LogSecrets { current: current.secret, previous }, current));
    }
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Other(error.to_string()))?;
    let current = StoredSecret { secret: LogSecret::new(bytes), since: now.0 };
    transaction.execute("INSERT INTO secret (bytes, since) VALUES (?1, ?2)", (&bytes[..], now.0))?;
    // What was made before a relay that rested for long is too old by now.
    let previous = newest.filter(|newest| newest.age(now) == 1).map(|newest| newest.secret);
    let kept = if previous.is_some() { 2 } else { 1 };
    let forget = "DELETE FROM secret WHERE id NOT IN (SELECT id FROM secret ORDER BY id DESC LIMIT ?1)";
    transaction.execute(forget, [kept])?;
    transaction.commit()?;
    Ok((LogSecrets { current: current.secret, previous }, current))
}

/// Newest first.
fn stored(connection: &Connection) -> rusqlite::Result<Vec<StoredSecret>> {
    let mut statement =
        connection.prepare_cached("SELECT bytes, since FROM secret ORDER BY id DESC LIMIT 2")?;
    let rows = statement.query_map([], |row| {
        let bytes = row.get_ref(0)?.as_blob().ok().and_then(|bytes| bytes.try_into().ok());
        Ok(bytes.map(|bytes| StoredSecret { secret: LogSecret::new(bytes), since: db::integer(row, 1) }))
    })?;
    // What is no secret is as good as none.
    rows.filter_map(Result::transpose).collect()
}
