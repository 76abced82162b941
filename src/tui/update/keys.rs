//! What a person decides about keys, and reads of them: `/verify`, `/key`, and the answers to whoever asks.

use super::cx::UiCx;
use super::{files, listing, navigate};
use crate::app::{Conversation, Intent, KeyDecision, PeerKind};
use crate::model::qr::QrCode;
use crate::model::{ConversationId, Phrase, PublicKey, SafetyNumber};
use crate::tui::commands::{Verb, misused};
use crate::tui::key_pages;
use crate::tui::lock::KeyLock;
use crate::tui::popup::{Pager, Popup, ShownCode};
use crate::tui::question::{Question, Then};
use crate::tui::request::UiRequest;

/// `/accept [N]`: whoever asks may talk to us, or was blocked and may again; else a file.
pub(super) fn accept(cx: &mut UiCx<'_>, args: &str) -> Result<(), Phrase> {
    let asks = |place: &&Conversation| matches!(KeyLock::of(place), KeyLock::Requested | KeyLock::Blocked);
    match cx.conversation().filter(asks).filter(|_| args.is_empty()) {
        Some(place) => {
            decide(cx, place, KeyDecision::Accept);
            Ok(())
        }
        None => files::accept(cx, args).map_err(|why| undecided(cx).unwrap_or(why)),
    }
}

/// What a person has to decide, or has decided, about whoever they talk to, where that stops everything else.
fn undecided(cx: &UiCx<'_>) -> Option<Phrase> {
    let place = cx.conversation()?;
    let why = KeyLock::of(place).refusal()?;
    Some(Phrase::new(why).text("name", place.name.as_str()))
}

/// `/decline`: whoever asks is forgotten; else a file.
pub(super) fn decline(cx: &mut UiCx<'_>) -> Result<(), Phrase> {
    let Some(place) = cx.conversation().filter(|place| KeyLock::of(place) == KeyLock::Requested) else {
        return files::decline(cx).map_err(|why| undecided(cx).unwrap_or(why));
    };
    navigate::step_aside(cx);
    decide(cx, place, KeyDecision::Decline);
    cx.ui.flash(Phrase::new("flash-declined").text("name", place.name.as_str()));
    Ok(())
}

/// `/ignore`: no more of a stranger is shown. Nothing of its key is wanted either, if it has one, for good: that is asked about.
pub(super) fn ignore(cx: &mut UiCx<'_>) -> Result<(), Phrase> {
    let place = cx.open_conversation()?;
    if place.kind != PeerKind::Stranger {
        return Err(Phrase::new("command-ignore-strangers"));
    }
    let name = place.name.as_str();
    if matches!(KeyLock::of(place), KeyLock::Pinned | KeyLock::Verified(_)) && place.trust().is_some() {
        let asked = Phrase::new("question-ignore").text("name", name);
        cx.ui.popup = Some(Popup::Question(Question::new(asked, Then::Ignore(place.id))));
    } else {
        show_no_more(cx, place);
    }
    Ok(())
}

/// A person wants nothing of that stranger any more. Nothing is opened in its place: what is typed next was meant for nobody
/// else.
pub(super) fn show_no_more(cx: &mut UiCx<'_>, place: &Conversation) {
    // Of whom nothing is known yet there is nothing to decide.
    let is_blocked = place.trust().is_some();
    if is_blocked {
        decide(cx, place, KeyDecision::Block);
    }
    cx.intend(Intent::Ignore { conversation: place.id });
    let told = if is_blocked { "flash-blocked" } else { "flash-ignored" };
    cx.ui.flash(Phrase::new(told).text("name", place.name.as_str()));
}

/// `/verify`: the number that both sides see, and the question whether it is the same. `/verify off` takes that back.
pub(super) fn verify(cx: &mut UiCx<'_>, args: &str) -> Result<(), Phrase> {
    let place = cx.open_conversation()?;
    match args {
        "" => compare(cx, place),
        "off" => {
            let _key = key_of(place)?;
            let KeyLock::Verified(_) = KeyLock::of(place) else {
                let nothing = || Phrase::new("verify-nothing").text("name", place.name.as_str());
                return Err(undecided(cx).unwrap_or_else(nothing));
            };
            decide(cx, place, KeyDecision::Unverify);
            Ok(())
        }
        _ => Err(misused(Verb::Verify)),
    }
}

/// Opens the question whether both sides see the same number.
fn compare(cx: &mut UiCx<'_>, place: &Conversation) -> Result<(), Phrase> {
    let theirs = key_of(place)?;
    let own = cx.ui.style.own_key().ok_or_else(|| Phrase::new("key-no-own"))?;
    let name = place.name.as_str();
    if let Some(why) = KeyLock::of(place).refusal() {
        return Err(Phrase::new(why).text("name", name));
    }
    if place.trust().is_none() {
        // Whoever compares the key of somebody nearby wants to talk to whoever has it.
        cx.intend(Intent::Visit { address: place.address.clone() });
    }
    let asked = Phrase::new("question-compare").text("name", name);
    let number = SafetyNumber::of(&own, &theirs).groups();
    cx.ui.popup = Some(Popup::Question(Question::compare(asked, &number, place.id)));
    Ok(())
}

/// A letter, while a number is compared. An Enter too many must not mark anything, and one letter must not end a
/// conversation. `false`: it is no answer.
pub(super) fn answer_comparison(cx: &mut UiCx<'_>, conversation: ConversationId, letter: char) -> bool {
    let answer = letter.to_ascii_lowercase();
    let Some(place) = cx.state.conversation(conversation).filter(|_| matches!(answer, 's' | 'x')) else {
        return false;
    };
    let name = place.name.as_str();
    match &mut cx.ui.popup {
        Some(Popup::Question(question)) if answer == 's' && !question.was_shown() => {
            question.error = Some(Phrase::new("question-compare-unseen"));
        }
        _ if answer == 's' => {
            cx.ui.popup = None;
            decide(cx, place, KeyDecision::Verify);
            cx.ui.flash(Phrase::new("flash-compared").text("name", name));
        }
        _ => {
            let asked = Phrase::new("question-differs").text("name", name);
            cx.ui.popup = Some(Popup::Question(Question::new(asked, Then::Distrust(conversation))));
        }
    }
    true
}

/// Somebody has said twice that the numbers differ.
pub(super) fn distrust(cx: &mut UiCx<'_>, conversation: ConversationId) {
    let Some(place) = cx.state.conversation(conversation) else { return };
    decide(cx, place, KeyDecision::Block);
    cx.ui.flash(Phrase::new("flash-differs").text("name", place.name.as_str()));
}

/// `/key`: both keys, whole; or what to do where the key of a contact has changed.
pub(super) fn key(cx: &mut UiCx<'_>, args: &str) -> Result<(), Phrase> {
    let decision = match args {
        "" => {
            let own = cx.ui.style.own_address.clone().ok_or_else(|| Phrase::new("key-no-own"))?;
            let screen = cx.ui.viewport.screen();
            let pager = key_pages::keys(&cx.ui.style, &own, cx.conversation(), screen);
            cx.ui.popup = Some(Popup::Pager(pager));
            return Ok(());
        }
        "same" => KeyDecision::SamePerson,
        "other" => KeyDecision::SomebodyElse,
        "ignore" => KeyDecision::IgnoreClaim,
        _ => return Err(misused(Verb::Key)),
    };
    let place = cx.open_conversation()?;
    if KeyLock::of(place) != KeyLock::Changed {
        return Err(Phrase::new("key-not-changed").text("name", place.name.as_str()));
    }
    decide(cx, place, decision);
    Ok(())
}

/// The letters of a page about a conversation or keys. `false`: the page has no use for it.
pub(super) fn on_letter(cx: &mut UiCx<'_>, letter: char) -> bool {
    let Some(Popup::Pager(Pager { keys, .. })) = &cx.ui.popup else { return false };
    let listed = keys.listed.filter(|listed| Some(*listed) == cx.ui.navigation.open());
    let (copied, compares, code) = (keys.copied.clone(), keys.compares, keys.code.clone());
    let letter = letter.to_ascii_lowercase();
    if listed.is_some() && matches!(letter, 'm' | 'p') {
        let done = if letter == 'm' { listing::mute(cx) } else { listing::pin(cx) };
        done.unwrap_or_else(|why| cx.ui.fail(why));
        return true;
    }
    match (letter, copied, compares, code) {
        ('y', Some(text), _, _) => {
            cx.ask(UiRequest::Copy(text));
            cx.ui.flash(Phrase::new("flash-key-copied"));
        }
        ('v', _, Some(conversation), _) => {
            let Some(place) = cx.state.conversation(conversation) else { return false };
            if let Err(why) = compare(cx, place) {
                cx.ui.fail(why);
            }
        }
        ('q', _, _, Some(code)) => show_code(cx, &code),
        _ => return false,
    }
    true
}

/// Opens an address as a code for phones, where the screen is large enough for all of it.
fn show_code(cx: &mut UiCx<'_>, address: &str) {
    let screen = cx.ui.viewport.screen();
    let Some(code) = QrCode::of(address) else { return };
    let (columns, rows) = key_pages::size(&code);
    if columns > screen.width || rows > screen.height {
        cx.ui.fail(Phrase::new("flash-code-too-large").number("columns", columns).number("rows", rows));
        return;
    }
    cx.ui.popup = Some(Popup::Code(ShownCode { address: address.to_owned(), code }));
}

fn key_of(place: &Conversation) -> Result<PublicKey, Phrase> {
    place.address.key.ok_or_else(|| Phrase::new("trust-no-key").text("name", place.name.as_str()))
}

fn decide(cx: &mut UiCx<'_>, place: &Conversation, decision: KeyDecision) {
    cx.intend(Intent::Decide { conversation: place.id, decision });
}
