//! What the store will offer.
use std::path::Path;

use crate::model::history::Card;
use crate::model::{Message, Phrase};

pub fn import(
    _path: &Path,
    messages: &mut dyn Iterator<Item = Result<(Card, Message), Phrase>>,
) -> Result<(u64, u64), Phrase> {
    let mut all = 0;
    for message in messages {
        message?;
        all += 1;
    }
    Ok((all, 0))
}
