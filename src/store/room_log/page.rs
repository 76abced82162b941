//! Pages of one room, both ways.

use rusqlite::Connection;

use super::rows;
use crate::model::room_log::{PageStart, PlacedRecord};

type Sql<T> = rusqlite::Result<T>;

/// Names and texts of one page: beyond it a page has fewer messages than were asked for. A group of pages waits in the
/// memory until all of it is answered.
pub(super) const MAX_PAGE_BYTES: usize = 256 * 1024;

#[derive(Debug, Default)]
pub(super) struct RoomPage {
    /// By rising place.
    pub(super) records: Vec<PlacedRecord<'static>>,
    /// There are others beyond, in the direction that was asked for.
    pub(super) more: bool,
}

/// Without what stands behind `up_to`.
pub(super) fn page(
    connection: &Connection,
    room: i64,
    start: PageStart,
    limit: u16,
    up_to: i64,
) -> Sql<RoomPage> {
    let (from, filter, order) = match start {
        PageStart::Oldest => (0, "s.place > ?2", "ASC"),
        PageStart::Latest => (i64::MAX, "s.place <= ?2", "DESC"),
        PageStart::Before(place) => (rows::number(place), "s.place < ?2", "DESC"),
        PageStart::After(place) => (rows::number(place), "s.place > ?2", "ASC"),
    };
    let sql = format!(
        "SELECT {} FROM said s INDEXED BY said_in WHERE s.room = ?1 AND s.place BETWEEN 1 AND ?4 AND {filter} \
         ORDER BY s.place {order} LIMIT ?3",
        rows::COLUMNS
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let limit = usize::from(limit);
    let mut found =
        statement.query((room, from, i64::try_from(limit).unwrap_or_default().saturating_add(1), up_to))?;
    let (mut page, mut bytes) = (RoomPage::default(), 0_usize);
    while let Some(row) = found.next()? {
        bytes = bytes.saturating_add(rows::bytes(row, 4).len()).saturating_add(rows::bytes(row, 5).len());
        let is_whole = bytes > MAX_PAGE_BYTES && !page.records.is_empty();
        if page.records.len() >= limit || is_whole {
            page.more = true;
            break;
        }
        page.records.extend(rows::placed(row));
    }
    if matches!(start, PageStart::Latest | PageStart::Before(_)) {
        page.records.reverse();
    }
    Ok(page)
}
