//! Files: offering them, and what is to become of those that were offered.

use std::path::Path;

use super::cx::UiCx;
use crate::app::{Conversation, Intent, State};
use crate::model::contact::parse_size;
use crate::model::{ConversationId, Message, Phrase, size};
use crate::tui::clipboard::DroppedFiles;
use crate::tui::commands::{Verb, misused};
use crate::tui::dropped;
use crate::tui::offers::{can_decline, can_fetch, can_stop, is_moving};
use crate::tui::popup::Popup;
use crate::tui::question::{Question, Then};
use crate::tui::request::UiRequest;
use crate::tui::ui::{Mode, Ui};
use crate::tui::words;

/// `/file PATH…`
pub(super) fn offer(cx: &mut UiCx<'_>, args: &str) -> Result<(), Phrase> {
    let place = cx.open_conversation()?;
    if !place.address.scheme.caps.files {
        return Err(Phrase::new("offer-not-here").text("name", place.name.as_str()));
    }
    let paths = words::split(args).ok_or_else(|| Phrase::new("command-quote-open"))?;
    let conversation = place.id;
    if paths.is_empty() {
        cx.ask(UiRequest::OfferPicture(conversation));
        return Ok(());
    }
    send(cx, conversation, paths);
    Ok(())
}

/// Offers files where a person has said so, and goes to the end, where they will stand.
pub(super) fn send(cx: &mut UiCx<'_>, conversation: ConversationId, paths: Vec<String>) {
    cx.ui.positions.stay();
    cx.ui.positions.go_to_end(conversation);
    cx.ask(UiRequest::Offer { conversation, paths });
}

/// A paste into an empty draft that may be paths: the disk is asked, where files can be sent.
pub(super) fn on_paste(cx: &mut UiCx<'_>, pasted: &str) {
    let Some(place) = cx.conversation().filter(|place| place.address.scheme.caps.files) else { return };
    let readings = if is_as_pasted(cx.ui, pasted) { dropped::readings(pasted) } else { Vec::new() };
    if !readings.is_empty() {
        let pasted = pasted.to_owned();
        cx.ask(UiRequest::FindFiles { conversation: place.id, pasted, readings });
    }
}

/// Whether a paste stands where it was put: alone in the draft, or in the question whether so much is to go there.
fn is_as_pasted(ui: &Ui, pasted: &str) -> bool {
    let draft = ui.draft().map_or("", |draft| draft.text());
    match &ui.popup {
        None => draft == pasted,
        Some(Popup::Question(Question { then: Then::Paste { text: asked, .. }, .. })) => {
            draft.is_empty() && asked == pasted
        }
        Some(_) => false,
    }
}

/// What was pasted names files that are there: they can be sent instead of their names, unless something else was done since.
pub(in crate::tui) fn on_dropped(ui: &mut Ui, state: &State, files: DroppedFiles) {
    let DroppedFiles { conversation, pasted, paths } = files;
    let is_here = ui.navigation.open() == Some(conversation) && is_as_pasted(ui, &pasted);
    if is_here && !paths.is_empty() && matches!(ui.mode, Mode::Writing) {
        ask(ui, state, conversation, paths, pasted);
    }
}

/// The picture of the clipboard is a file now.
pub(in crate::tui) fn offer_picture(ui: &mut Ui, state: &State, conversation: ConversationId, path: &Path) {
    if ui.navigation.open() == Some(conversation) && is_writing(ui) {
        ask(ui, state, conversation, vec![path.to_string_lossy().into_owned()], String::new());
    } else {
        ui.flash(Phrase::new("clipboard-elsewhere"));
    }
}

/// Without a path nothing can be offered here, and why: the command stands there to be gone on with.
pub(in crate::tui) fn ask_for_path(ui: &mut Ui, conversation: ConversationId, why: Phrase) {
    drop(ui.drafts.take_running());
    let is_here = ui.navigation.open() == Some(conversation) && is_writing(ui) && !ui.is_editing();
    if is_here && ui.draft_mut().is_empty() {
        ui.draft_mut().set_text("/file ");
    }
    ui.flash(why);
}

/// The keys go to the draft, and to nothing else that a question would come before.
const fn is_writing(ui: &Ui) -> bool {
    ui.popup.is_none() && matches!(ui.mode, Mode::Writing)
}

/// Asks whether files are to be sent; of a yes what was pasted goes from the draft.
fn ask(ui: &mut Ui, state: &State, conversation: ConversationId, paths: Vec<String>, pasted: String) {
    let Some(place) = state.conversation(conversation) else { return };
    let name = |path: &String| path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    let first = paths.first().map(name).unwrap_or_default();
    let asked = Phrase::new("question-offer").number("count", paths.len()).text("file", first);
    let asked = asked.text("name", place.name.as_str());
    ui.popup = Some(Popup::Question(Question::new(asked, Then::Offer { conversation, paths, pasted })));
}

/// A person wants them sent.
pub(super) fn send_asked(cx: &mut UiCx<'_>, conversation: ConversationId, paths: Vec<String>, pasted: &str) {
    if cx.ui.draft().is_some_and(|draft| draft.text() == pasted) {
        cx.ui.draft_mut().clear();
    }
    send(cx, conversation, paths);
}

/// `/accept [N]`: the newest offer of the open conversation, or one file of it.
pub(super) fn accept(cx: &mut UiCx<'_>, args: &str) -> Result<(), Phrase> {
    let wanted = number(args)?;
    let open = |message: &Message| can_fetch(&cx.state.transfers, message, None);
    let message = newest(cx, open, "offer-nothing-to-accept")?;
    let file = one_of(message, wanted)?;
    if !can_fetch(&cx.state.transfers, message, file) {
        return Err(Phrase::new("offer-file-not-open"));
    }
    cx.intend(accepted(message, file));
    Ok(())
}

/// `/auto-accept [SIZE|off]`: up to which size what this contact offers is fetched without asking; without a word, what is
/// so now.
pub(super) fn auto_accept(cx: &mut UiCx<'_>, args: &str) -> Result<(), Phrase> {
    let place = cx.open_conversation()?;
    let (conversation, name) = (place.id, place.name.as_str());
    if !place.proves_files() {
        return Err(Phrase::new("auto-accept-not-here").text("name", name));
    }
    if !place.can_be_contact() {
        return Err(Phrase::new("auto-accept-contacts").text("name", name));
    }
    let up_to = match args {
        "" => {
            let told = match cx.state.accepts_up_to(conversation) {
                Some(bytes) => Phrase::new("auto-accept-up-to").text("size", size(bytes)),
                None => Phrase::new("auto-accept-off"),
            };
            cx.ui.flash(told.text("name", name));
            return Ok(());
        }
        "off" => None,
        size => Some(parse_size(size).ok_or_else(|| misused(Verb::AutoAccept))?),
    };
    cx.intend(Intent::AcceptUpTo { conversation, up_to });
    Ok(())
}

/// `/decline`: the newest offer of the open conversation.
pub(super) fn decline(cx: &mut UiCx<'_>) -> Result<(), Phrase> {
    let open = |message: &Message| can_decline(&cx.state.transfers, message);
    let message = newest(cx, open, "offer-nothing-to-decline")?;
    cx.intend(declined(message));
    Ok(())
}

/// `/stop [N]`: what is being moved of the newest message of which something is; else our newest offer.
pub(super) fn stop(cx: &mut UiCx<'_>, args: &str) -> Result<(), Phrase> {
    let wanted = number(args)?;
    let moves = |message: &Message| is_moving(&cx.state.transfers, message, None);
    let open = |message: &Message| can_stop(&cx.state.transfers, message, None);
    let nothing = "offer-nothing-to-stop";
    let message = newest(cx, moves, nothing).or_else(|_none| newest(cx, open, nothing))?;
    let file = one_of(message, wanted)?;
    if !can_stop(&cx.state.transfers, message, file) {
        return Err(Phrase::new("offer-file-not-open"));
    }
    cx.intend(stopped(message, file));
    Ok(())
}

pub(super) fn accepted(message: &Message, file: Option<u16>) -> Intent {
    Intent::Accept { conversation: message.conversation, message: message.id, file }
}

pub(super) fn declined(message: &Message) -> Intent {
    Intent::Decline { conversation: message.conversation, message: message.id }
}

pub(super) fn stopped(message: &Message, file: Option<u16>) -> Intent {
    Intent::Stop { conversation: message.conversation, message: message.id, file }
}

/// A file as people count: the first is 1.
fn number(args: &str) -> Result<Option<u16>, Phrase> {
    if args.is_empty() {
        return Ok(None);
    }
    let wrong = || Phrase::new("offer-no-number").text("given", args);
    let number: u16 = args.parse().map_err(|_no_number| wrong())?;
    number.checked_sub(1).map(Some).ok_or_else(wrong)
}

/// That file, if the message has as many.
fn one_of(message: &Message, wanted: Option<u16>) -> Result<Option<u16>, Phrase> {
    let count = message.files.as_slice().len();
    match wanted {
        Some(file) if usize::from(file) >= count => {
            Err(Phrase::new("offer-no-such-file").number("count", count))
        }
        _ => Ok(wanted),
    }
}

/// The newest message of the open conversation that is like this. Where its end is not held nobody can know.
fn newest<'a>(
    cx: &UiCx<'a>,
    is_like_this: impl Fn(&Message) -> bool,
    nothing: &'static str,
) -> Result<&'a Message, Phrase> {
    let place: &Conversation = cx.open_conversation()?;
    if place.has_newer() || !place.is_loaded() {
        return Err(Phrase::new("offer-end-not-held"));
    }
    let found = place.messages().iter().rev().find(|message| is_like_this(message));
    found.map(|message| &**message).ok_or_else(|| Phrase::new(nothing))
}
