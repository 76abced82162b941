//! Questions and the answers to them: what yes does, and which letters are answers.

use super::cx::UiCx;
use super::{draft, files, keys, links, long_text, navigate};
use crate::app::{Conversation, Intent, PeerKind};
use crate::model::{Phrase, RoomCommand, WallTime};
use crate::tui::popup::Popup;
use crate::tui::question::{Question, Then};
use crate::tui::request::UiRequest;

/// The letter that sends a paste as a file.
const AS_FILE: char = 'f';

/// Asks before a contact goes. What was said with a stranger goes too: nothing else holds it.
pub(super) fn remove(place: &Conversation) -> Popup {
    let key = if place.kind == PeerKind::Stranger { "question-forget" } else { "question-remove" };
    let asked = Phrase::new(key).text("name", place.name.as_str());
    Popup::Question(Question::new(asked, Then::Remove(place.id)))
}

/// Microseconds within which a letter goes on with the one before: nobody reads why that was none in less.
const TYPING: i64 = 1_000_000;

/// A character while something is asked. One that is no answer is refused and goes nowhere. Whoever types a text has not seen
/// the question, though: an Enter at its end must not be a yes, and the text must not be lost. So a second one is
/// the beginning of a text with it: that is the answer here, and the question is to be closed.
pub(super) fn type_char(cx: &mut UiCx<'_>, c: char) -> Vec<char> {
    let now = cx.ui.keys.now();
    let Some(Popup::Question(question)) = &mut cx.ui.popup else { return vec![c] };
    let (then, before) = (question.then.clone(), question.refused.take());
    question.error = None;
    let goes_on = |at: WallTime| (0..TYPING).contains(&now.0.saturating_sub(at.0));
    if !before.is_some_and(|(_, at)| goes_on(at)) && is_answer(cx, &then, c) {
        return Vec::new();
    }
    if let Some(Popup::Question(question)) = &mut cx.ui.popup
        && before.is_none()
        && !question.comes_by_itself()
    {
        let keys = cx.ui.style.lang.text(question.choices());
        question.error = Some(Phrase::new("question-no-answer").text("keys", keys));
        question.refused = Some((c, now));
        return Vec::new();
    }
    before.into_iter().map(|(first, _)| first).chain([c]).collect()
}

/// A character while something is asked. `false`: it is no answer.
fn is_answer(cx: &mut UiCx<'_>, then: &Then, c: char) -> bool {
    match then {
        Then::Compare(conversation) => keys::answer_comparison(cx, *conversation, c),
        Then::Paste { text, as_file: Some(conversation) } if c.eq_ignore_ascii_case(&AS_FILE) => {
            cx.ui.popup = None;
            long_text::send(cx, *conversation, text.clone());
            true
        }
        _ => false,
    }
}

/// What is said where a question was closed without an answer; of a paste something else is.
pub(super) fn left(then: &Then) -> Option<Phrase> {
    match then {
        Then::Paste { .. }
        | Then::Visit(_)
        | Then::Browse(_)
        | Then::Offer { .. }
        | Then::OfferText { .. } => None,
        Then::Compare(_) => Some(Phrase::new("flash-not-compared")),
        Then::Remove(_)
        | Then::Clear(_)
        | Then::Delete(..)
        | Then::RemoveMessage(..)
        | Then::Quit
        | Then::Ignore(_)
        | Then::Distrust(_) => Some(Phrase::new("flash-question-left")),
    }
}

/// Enter.
pub(super) fn answer_yes(cx: &mut UiCx<'_>, question: Question) {
    match question.then {
        // An Enter too many must not say that somebody has compared anything.
        Then::Compare(_) => cx.ui.popup = Some(Popup::Question(question)),
        Then::Distrust(conversation) => keys::distrust(cx, conversation),
        Then::Ignore(conversation) => {
            if let Some(place) = cx.state.conversation(conversation) {
                keys::show_no_more(cx, place);
            }
        }
        Then::Paste { text, .. } => {
            draft::insert(cx.ui, &text);
        }
        Then::OfferText { conversation, text } => long_text::send(cx, conversation, text),
        Then::Remove(conversation) => {
            navigate::step_aside(cx);
            cx.intend(Intent::Remove { conversation });
        }
        Then::Offer { conversation, paths, pasted } => files::send_asked(cx, conversation, paths, &pasted),
        Then::Visit(address) => links::enter(cx, *address),
        Then::Browse(link) => cx.ask(UiRequest::Browse(link)),
        Then::Quit => cx.ask(UiRequest::Quit),
        Then::Clear(conversation) => cx.intend(Intent::Clear { conversation }),
        Then::Delete(conversation, message) => cx.intend(Intent::Delete { conversation, message }),
        Then::RemoveMessage(conversation, uid) => {
            cx.intend(Intent::Room { conversation, command: RoomCommand::RemoveMessage(uid) });
        }
    }
}
