//! What a relay says to plain members, in every language of the program.

use crate::lang::{Lang, TAGS, meant_by, name_of};
use crate::net::registry;
use crate::net::relay::{Phrasebook, Phrasebooks};

/// What else people and systems call a language that there are texts in.
const ALIASES: [&str; 9] =
    ["en-US", "en-GB", "zh", "zh-Hans", "zh-SG", "zh-Hant", "zh-Hant-TW", "zh-HK", "zh-MO"];

/// First that of the relay: the one that is configured, else the one of the environment.
pub(super) fn phrasebooks(configured: Option<&str>) -> Phrasebooks {
    let own = Lang::choose(configured, registry()).tag();
    [own].into_iter().chain(TAGS.into_iter().filter(|tag| *tag != own)).map(phrasebook).collect()
}

fn phrasebook(tag: &'static str) -> Phrasebook {
    let lang = Lang::choose(Some(tag), registry());
    let also = ALIASES.iter().filter(|alias| meant_by(alias) == Some(tag)).map(|alias| (*alias).to_owned());
    Phrasebook::new(tag, name_of(tag).unwrap_or(tag), also.collect(), |phrase| lang.phrase(phrase))
}
