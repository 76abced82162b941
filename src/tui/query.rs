//! A line in which one says what is searched for, and what it means.

use jiff::tz::TimeZone;

use super::composer::Composer;
use crate::model::search::Search;
use crate::model::{Phrase, WallTime};

/// What was typed. A line that cannot be read searches for nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Query {
    pub line: Composer,
    pub search: Search,
    /// Why the line cannot be read.
    pub wrong: Option<Phrase>,
}

impl Query {
    /// Reads the line after it changed. Dates are those of `zone`, and `now` says which day is today.
    pub(super) fn read(&mut self, zone: &TimeZone, now: WallTime) {
        (self.search, self.wrong) = match Search::parse(self.line.text(), zone, now) {
            Ok(search) => (search, None),
            Err(error) => (Search::default(), Some(error.phrase())),
        };
    }
}
