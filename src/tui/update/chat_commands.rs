//! The commands about the newest message: `/reply`, `/edit`, `/react`, `/delete`. In select mode keys do the same about
//! any message.

use super::cx::UiCx;
use super::{chat, draft};
use crate::app::{Conversation, Intent};
use crate::model::{Message, Phrase};
use crate::tui::action::Action;
use crate::tui::chat::Remark;
use crate::tui::commands::Verb;

/// Runs one of them.
pub(super) fn run(cx: &mut UiCx<'_>, verb: Verb, args: &str) -> Result<(), Phrase> {
    match verb {
        Verb::Reply => reply(cx, args),
        Verb::Edit => edit(cx, args),
        Verb::React => react(cx, args),
        Verb::Delete => delete(cx),
        _ => Ok(()),
    }
}

/// `/reply [TEXT]`: to the last words of the other side.
fn reply(cx: &mut UiCx<'_>, text: &str) -> Result<(), Phrase> {
    let (place, message) = newest(cx, Remark::Reply, Message::is_incoming)?;
    if text.is_empty() {
        return chat::begin(cx, Action::Reply, place, message);
    }
    let (conversation, message) = (place.id, message.id);
    draft::say(cx, text, Intent::Reply { conversation, message, text: text.to_owned() })
}

/// `/edit [TEXT]`: our last words.
fn edit(cx: &mut UiCx<'_>, text: &str) -> Result<(), Phrase> {
    let (place, message) = newest(cx, Remark::Edit, |_| true)?;
    if text.is_empty() {
        return chat::begin(cx, Action::EditMessage, place, message);
    }
    draft::check(place, text)?;
    cx.intend(Intent::Edit { conversation: place.id, message: message.id, text: text.to_owned() });
    Ok(())
}

/// `/react [EMOJI]`: to the last words of the other side.
fn react(cx: &mut UiCx<'_>, emoji: &str) -> Result<(), Phrase> {
    let (place, message) = newest(cx, Remark::React, Message::is_incoming)?;
    if emoji.is_empty() {
        return chat::begin(cx, Action::React, place, message);
    }
    chat::react(cx, place, message, emoji)
}

/// `/delete`: our last words.
fn delete(cx: &mut UiCx<'_>) -> Result<(), Phrase> {
    let (place, message) = newest(cx, Remark::Delete, |_| true)?;
    chat::begin(cx, Action::DeleteMessage, place, message)
}

/// The newest message of which this can be said. Where the end of the conversation is not held nobody can know.
fn newest<'a>(
    cx: &UiCx<'a>,
    remark: Remark,
    is_meant: impl Fn(&Message) -> bool,
) -> Result<(&'a Conversation, &'a Message), Phrase> {
    let place = cx.open_conversation()?;
    if !remark.is_in(place.address.scheme.caps.chat) {
        return Err(remark.refusal(place));
    }
    if place.has_newer() || !place.is_loaded() {
        return Err(Phrase::new("remark-end-not-held"));
    }
    let mut all = place.messages().iter().rev().filter(|message| is_meant(message));
    let found = all.find(|message| remark.is_open(place, message));
    found.map(|message| (place, &**message)).ok_or_else(|| Phrase::new("remark-nothing"))
}
