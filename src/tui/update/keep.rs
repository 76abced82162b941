//! How long our own copy of what is said in a conversation is kept.

use super::cx::UiCx;
use crate::app::Intent;
use crate::model::{KeepPeriod, Phrase};
use crate::tui::commands::{Verb, misused};

/// `/keep [TIME|off]`: after how long what comes and is sent there from now on is removed here; without a word, what is so
/// now.
pub(super) fn keep(cx: &mut UiCx<'_>, args: &str) -> Result<(), Phrase> {
    let place = cx.open_conversation()?;
    let (conversation, name) = (place.id, place.name.as_str());
    if !place.can_be_contact() {
        return Err(Phrase::new("keep-contacts").text("name", name));
    }
    let period = match args {
        "" => {
            cx.ui.flash(KeepPeriod::told(cx.state.keeps_for(conversation), name));
            return Ok(());
        }
        "off" => None,
        time => Some(KeepPeriod::parse(time).ok_or_else(|| misused(Verb::Keep))?),
    };
    cx.intend(Intent::KeepFor { conversation, period });
    Ok(())
}
