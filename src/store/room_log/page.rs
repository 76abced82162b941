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
    // One range: of two upper bounds SQLite goes by the first alone, and walks through all that the second leaves out.
    let (first, last, order) = match start {
        PageStart::Oldest => (1, up_to, "ASC"),
        PageStart::Latest => (1, up_to, "DESC"),
        PageStart::Before(place) => (1, up_to.min(rows::number(place).saturating_sub(1)), "DESC"),
        PageStart::After(place) => (rows::number(place).saturating_add(1), up_to, "ASC"),
    };
    let mut statement = connection.prepare_cached(&sql(order))?;
    let limit = usize::from(limit);
    let most = i64::try_from(limit).unwrap_or_default().saturating_add(1);
    let mut found = statement.query((room, first, last, most))?;
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

fn sql(order: &str) -> String {
    format!(
        "SELECT {} FROM said s INDEXED BY said_in WHERE s.room = ?1 AND s.place BETWEEN ?2 AND ?3 \
         ORDER BY s.place {order} LIMIT ?4",
        rows::COLUMNS
    )
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::super::schema;
    use super::*;
    use crate::model::room_log::Place;

    #[test]
    fn a_page_takes_as_many_steps_wherever_it_begins() {
        let folder = tempfile::tempdir().unwrap();
        let private = |path: &std::path::Path| std::fs::File::create_new(path).map(drop);
        let opened = schema::open(&folder.path().join("rooms.db"), private).unwrap();
        let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) \
                    INSERT INTO said (room, at, id, number, name, body) SELECT 1, i, 1, i, 'ann', x'78' FROM n";
        opened.connection.execute_batch(rows).unwrap();
        let at = |place| Place::new(place).expect("a place");
        let starts = [PageStart::Before, PageStart::After].map(|start| (start(at(100)), start(at(9_900))));
        for (one, other) in starts {
            let steps = [one, other].map(|start| {
                page(&opened.connection, 1, start, 50, 10_000).unwrap();
                let order = if matches!(start, PageStart::Before(_)) { "DESC" } else { "ASC" };
                let statement = opened.connection.prepare_cached(&sql(order)).unwrap();
                statement.reset_status(StatementStatus::VmStep)
            });
            assert!(steps.iter().all(|steps| (100..2_000).contains(steps)), "{one:?}, {other:?}: {steps:?}");
        }
    }
}
