//! What a person decides about the contact list: what is on top, what does not count, and what is folded.

use super::cx::UiCx;
use crate::app::{Conversation, Intent};
use crate::model::{NotifyLevel, Phrase};
use crate::tui::commands::{Verb, misused};
use crate::tui::contact_list::Fold;
use crate::tui::list_words;

/// `/mute`: nothing rings or counts that comes there; again: it does.
pub(super) fn mute(cx: &mut UiCx<'_>) -> Result<(), Phrase> {
    let contact = contact(cx, "mute-contacts")?;
    let is_muted = contact.notify == NotifyLevel::None;
    let level = if is_muted { NotifyLevel::All } else { NotifyLevel::None };
    cx.intend(Intent::Notify { conversation: contact.id, level });
    Ok(())
}

/// `/notify [all|mention|none]`: what rings and counts that comes there; without a word, what does now.
pub(super) fn notify(cx: &mut UiCx<'_>, word: &str) -> Result<(), Phrase> {
    let contact = contact(cx, "notify-contacts")?;
    let name = contact.name.as_str();
    if word.is_empty() {
        let key = match contact.notify_level() {
            NotifyLevel::All => "notify-now-all",
            NotifyLevel::Mentions => "notify-now-mention",
            NotifyLevel::None => "notify-now-none",
        };
        cx.ui.flash(Phrase::new(key).text("name", name));
        return Ok(());
    }
    let level = NotifyLevel::parse(word).ok_or_else(|| misused(Verb::Notify))?;
    if level == NotifyLevel::Mentions && !contact.is_room() {
        return Err(Phrase::new("notify-no-room").text("name", name));
    }
    cx.intend(Intent::Notify { conversation: contact.id, level });
    Ok(())
}

/// `/pin`: it stands on top; again: where it stood.
pub(super) fn pin(cx: &mut UiCx<'_>) -> Result<(), Phrase> {
    let contact = contact(cx, "pin-contacts")?;
    cx.intend(Intent::Pin { conversation: contact.id, pinned: !contact.pinned });
    Ok(())
}

/// The open conversation, if the list of contacts has it, or can have it: it says these things.
fn contact<'a>(cx: &UiCx<'a>, otherwise: &'static str) -> Result<&'a Conversation, Phrase> {
    let place = cx.open_conversation()?;
    let refused = || Phrase::new(otherwise).text("name", place.name.as_str());
    Some(place).filter(|place| place.can_be_contact()).ok_or_else(refused)
}

/// `/fold NAME`: a section, a group or a host of the list goes into one row, or comes out of it. The beginning of a name is
/// enough.
pub(super) fn fold(cx: &mut UiCx<'_>, name: &str) -> Result<(), Phrase> {
    let lang = &cx.ui.style.lang;
    let name = name.to_lowercase();
    let all: Vec<(String, Fold)> =
        Fold::all(cx.state).into_iter().map(|fold| (list_words::fold(lang, &fold), fold)).collect();
    let is_whole = |(known, _): &&(String, Fold)| known.to_lowercase() == name;
    let begins = |(known, _): &&(String, Fold)| known.to_lowercase().starts_with(&name);
    let found = all.iter().find(is_whole).or_else(|| all.iter().find(begins));
    let Some((_, fold)) = found else {
        let known: Vec<&str> = all.iter().map(|(known, _)| known.as_str()).take(MAX_NAMED).collect();
        let key = if known.is_empty() { "fold-nothing" } else { "fold-unknown" };
        return Err(Phrase::new(key).text("name", name).text("known", known.join(", ")));
    };
    let fold = fold.clone();
    cx.ui.list.toggle(fold);
    Ok(())
}

/// Names that an error gives.
const MAX_NAMED: usize = 6;
