//! Pages of an archive, by the places that messages have at the cluster.

use rusqlite::{Connection, Rows};

use super::super::super::db;
use super::super::page::{MAX_PAGE_BYTES, RoomPage};
use super::super::{rooms, rows};
use super::archiver::EPOCH;
use crate::model::room_log::{LogEpoch, Place};

type Sql<T> = rusqlite::Result<T>;

/// The last messages of a room before that place. None where another history is followed.
pub(in super::super) fn page(
    connection: &Connection,
    epoch: LogEpoch,
    room: &str,
    before: Place,
    limit: u16,
) -> Sql<RoomPage> {
    let moment = connection.unchecked_transaction()?;
    let mut page = RoomPage::default();
    if db::setting(&moment, EPOCH)?.map(i64::cast_unsigned) != Some(epoch.0) {
        return Ok(page);
    }
    let room = rooms::wanted(&moment, Some(room))?;
    let sql = format!(
        "SELECT {}, s.log FROM said s INDEXED BY said_of \
         WHERE s.room = ?1 AND s.log BETWEEN 1 AND ?2 ORDER BY s.log DESC LIMIT ?3",
        rows::COLUMNS
    );
    let mut statement = moment.prepare_cached(&sql)?;
    let last = rows::number(before).saturating_sub(1);
    let mut found = statement.query((room, last, i64::from(limit).saturating_add(1)))?;
    collect(&mut found, limit, &mut page)?;
    page.records.reverse();
    Ok(page)
}

/// As many as a page may have.
fn collect(found: &mut Rows<'_>, limit: u16, page: &mut RoomPage) -> Sql<()> {
    let mut bytes = 0_usize;
    while let Some(row) = found.next()? {
        bytes = bytes.saturating_add(rows::bytes(row, 4).len()).saturating_add(rows::bytes(row, 5).len());
        let is_whole = bytes > MAX_PAGE_BYTES && !page.records.is_empty();
        if page.records.len() >= usize::from(limit) || is_whole {
            page.more = true;
            break;
        }
        let at = rows::place(db::integer(row, 7));
        page.records.extend(rows::placed(row).zip(at).map(|(mut placed, at)| {
            placed.place = at;
            placed
        }));
    }
    Ok(())
}
