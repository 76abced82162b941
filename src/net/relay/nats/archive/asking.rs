//! What a relay asks an archive for: what the log does not have any more.

use std::time::Duration;

use async_nats::Client;
use async_nats::client::{Request, RequestErrorKind};

use super::super::jetstream::ApiError;
use super::super::page::LogPage;
use super::{decode_answer, encode_question};
use crate::model::room_archive::{ArchiveAnswer, ArchiveQuestion, MAX_ANSWER};
use crate::model::room_log::{LogEpoch, PageStart, Place, PlacedRecord};

/// How long an answer may take. Where there is no archive, that is known at once.
const PATIENCE: Duration = Duration::from_secs(2);

/// Behind all that there can be.
const END: u64 = i64::MAX.cast_unsigned();

/// The archives of a cluster, as a relay knows them.
#[derive(Clone, Debug)]
pub(in super::super) struct ArchiveAccess {
    pub(in super::super) client: Client,
    pub(in super::super) subject: String,
    /// The servers do not let the relay ask: then it is as if there were none.
    pub(in super::super) is_denied: bool,
}

/// A page that is asked for.
#[derive(Clone, Debug)]
pub(in super::super) struct WantedPage {
    pub(in super::super) epoch: LogEpoch,
    pub(in super::super) room: String,
    pub(in super::super) start: PageStart,
    pub(in super::super) limit: u16,
}

impl ArchiveAccess {
    /// `None`: there is no archive.
    pub(in super::super) async fn ask(
        &self,
        question: &ArchiveQuestion<'_>,
    ) -> Result<Option<ArchiveAnswer>, ApiError> {
        if self.is_denied {
            return Ok(None);
        }
        let request = Request::new().payload(encode_question(question).into()).timeout(Some(PATIENCE));
        match self.client.send_request(self.subject.clone(), request).await {
            Ok(answer) => decode_answer(&answer.payload).map(Some).ok_or(ApiError::NoAnswer),
            Err(error) if error.kind() == RequestErrorKind::NoResponders => Ok(None),
            Err(_no_answer) => Err(ApiError::NoAnswer),
        }
    }

    /// The page of the log, and of what stood before its oldest message what is wanted besides.
    pub(in super::super) async fn complete(
        &self,
        wanted: &WantedPage,
        mut page: LogPage,
    ) -> Result<LogPage, ApiError> {
        let Some(before) = wanted.beyond(&page) else { return Ok(page) };
        let found = u16::try_from(page.records.len()).unwrap_or(u16::MAX);
        let left = wanted.limit.saturating_sub(found);
        // Where nothing more is wanted it is to be known whether there is something.
        let question = ArchiveQuestion::Page {
            epoch: wanted.epoch,
            room: wanted.room.as_str().into(),
            before,
            limit: left.clamp(1, MAX_ANSWER),
        };
        match self.ask(&question).await {
            Ok(None) => {}
            Ok(Some(answer)) => prepend(&mut page, answer, before, left),
            Err(error) if page.records.is_empty() => return Err(error),
            // Whether there is more is not known: whoever asks for it is told then.
            Err(_) => page.more = true,
        }
        Ok(page)
    }
}

impl WantedPage {
    /// What an archive may have stands before this place. `None`: nothing of that is wanted.
    fn beyond(&self, page: &LogPage) -> Option<Place> {
        if page.more {
            return None;
        }
        let oldest = page.records.first().map(|oldest| oldest.place);
        match self.start {
            PageStart::Latest => oldest.or_else(|| Place::new(END)),
            PageStart::Before(place) => Some(oldest.unwrap_or(place)),
            PageStart::Oldest | PageStart::After(_) => None,
        }
    }
}

fn prepend(page: &mut LogPage, answer: ArchiveAnswer, before: Place, left: u16) {
    let mut older = answer.records;
    older.retain(|placed: &PlacedRecord<'_>| placed.place < before);
    page.more = answer.more || older.len() > usize::from(left);
    older.drain(..older.len().saturating_sub(left.into()));
    page.records.splice(..0, older);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::WallTime;
    use crate::model::room_log::{LogRecord, RecordKind};

    fn records(places: &[u64]) -> Vec<PlacedRecord<'static>> {
        let record = |place: &u64| PlacedRecord {
            place: Place::new(*place).unwrap(),
            record: LogRecord {
                at: WallTime(1),
                kind: RecordKind::Said,
                id: 1,
                number: 0,
                name: "ann".into(),
                body: b"hi".as_slice().into(),
            },
        };
        places.iter().map(record).collect()
    }

    fn completed(log: &[u64], archive: &[u64], more: bool, limit: u16) -> (Vec<u64>, bool) {
        let mut page = LogPage { records: records(log), more: false };
        let before = page.records.first().map_or_else(|| Place::new(50), |oldest| Some(oldest.place));
        let found = u16::try_from(log.len()).unwrap();
        let answer = ArchiveAnswer { records: records(archive), more };
        prepend(&mut page, answer, before.unwrap(), limit - found);
        (page.records.iter().map(|placed| placed.place.get()).collect(), page.more)
    }

    #[test]
    fn what_the_log_dropped_stands_before_what_it_has() {
        assert_eq!(completed(&[8, 9], &[3, 5], true, 4), (vec![3, 5, 8, 9], true));
        assert_eq!(completed(&[8, 9], &[3], false, 4), (vec![3, 8, 9], false));
        assert_eq!(completed(&[], &[3, 5], false, 4), (vec![3, 5], false));
        assert_eq!(completed(&[8, 9], &[5], false, 2), (vec![8, 9], true), "only that there is something");
        assert_eq!(completed(&[8, 9], &[5, 8, 20], false, 4), (vec![5, 8, 9], false), "and nothing else");
    }

    #[test]
    fn an_archive_is_asked_only_for_what_is_beyond_the_log() {
        let place = |place| Place::new(place).unwrap();
        let wanted = |start| WantedPage { epoch: LogEpoch(1), room: "dev".to_owned(), start, limit: 2 };
        let page = |places: &[u64], more| LogPage { records: records(places), more };
        let asks = |start, page: &LogPage| wanted(start).beyond(page).map(Place::get);
        assert_eq!(asks(PageStart::Latest, &page(&[8, 9], true)), None, "the log has more");
        assert_eq!(asks(PageStart::Latest, &page(&[8, 9], false)), Some(8));
        assert_eq!(asks(PageStart::Latest, &page(&[], false)), Some(END));
        assert_eq!(asks(PageStart::Before(place(7)), &page(&[], false)), Some(7));
        assert_eq!(asks(PageStart::After(place(7)), &page(&[8], false)), None);
    }
}
