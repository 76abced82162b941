//! What was said of a file that could not be read, or not all of it, until the file is read again.

use super::profile::Changed;
use crate::model::Phrase;

/// Complaints that can be withdrawn: as many as the status line keeps, and more.
const MAX_COMPLAINTS: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Complaints(Vec<(Changed, Phrase)>);

impl Complaints {
    pub(super) fn add(&mut self, file: Changed, phrase: Phrase) {
        self.0.truncate(MAX_COMPLAINTS);
        self.0.push((file, phrase));
    }

    /// The file is read again: what was wrong with it may have been mended.
    pub(super) fn withdraw(&mut self, file: Changed) -> Vec<Phrase> {
        self.0.extract_if(.., |complaint| complaint.0 == file).map(|(_, phrase)| phrase).collect()
    }
}
