//! Select mode: one message, one file of it, or a range of messages is chosen; single keys act on it.
//!
//! It is an excursion: whoever leaves it stands where they stood before. What is no key of it is refused, and never lands in
//! the draft: a letter there is meant as a command.

use std::collections::BTreeSet;

use super::cx::UiCx;
use super::{chat, draft, files, links, popups, read};
use crate::app::{Conversation, Intent};
use crate::model::file::TransferState;
use crate::model::text::plain_line;
use crate::model::traffic::MessageKind;
use crate::model::{Direction, Message, MessageId, Phrase};
use crate::tui::action::Action;
use crate::tui::chat::{Remark, author, is_deleted, unsayable, words};
use crate::tui::offers::{can_decline, can_fetch, can_stop, files as offered};
use crate::tui::pictures;
use crate::tui::request::UiRequest;
use crate::tui::ui::{Edge, Mode, PendingJump, Selection, Ui};

/// Chooses the newest of the messages that can be seen.
pub(super) fn start(cx: &mut UiCx<'_>) {
    let newest = || cx.conversation()?.messages().iter().rev().find(|one| is_text(one)).map(|one| one.id);
    match visible(cx, Edge::Newest).or_else(newest) {
        Some(message) => choose(cx, Selection::new(message, cx.ui.position())),
        None => cx.ui.flash(Phrase::new("flash-nothing-to-select")),
    }
}

/// Chooses that message, or one file of it.
pub(super) fn start_at(cx: &mut UiCx<'_>, message: MessageId, file: Option<u16>) {
    let from = match cx.ui.mode {
        Mode::Selecting(chosen) => chosen.from,
        Mode::Writing | Mode::Finding(_) => cx.ui.position(),
    };
    choose(cx, Selection { file, ..Selection::new(message, from) });
}

/// A click on a message chooses it, and one on the message that is chosen alone leaves select mode.
pub(super) fn click(cx: &mut UiCx<'_>, message: MessageId) {
    match cx.ui.mode {
        Mode::Selecting(chosen) if chosen.message == message && chosen.mark.is_none() => leave(cx),
        Mode::Selecting(_) | Mode::Writing | Mode::Finding(_) => start_at(cx, message, None),
    }
}

/// Whether the action was select mode's own.
pub(super) fn act(cx: &mut UiCx<'_>, action: Action) -> bool {
    let Mode::Selecting(chosen) = cx.ui.mode else { return false };
    match action {
        Action::Back | Action::Select | Action::ClearOrQuit => leave(cx),
        Action::Up | Action::Down => step(cx, chosen, action == Action::Down),
        Action::ExtendUp | Action::ExtendDown => {
            let chosen = Selection { mark: chosen.mark.or(Some(chosen.message)), ..chosen };
            step(cx, chosen, action == Action::ExtendDown);
        }
        Action::MarkRange => {
            let mark = if chosen.mark.is_some() { None } else { Some(chosen.message) };
            cx.ui.mode = Mode::Selecting(Selection { mark, file: None, ..chosen });
        }
        Action::PageUp => page(cx, Edge::Oldest),
        Action::PageDown => page(cx, Edge::Newest),
        Action::Oldest | Action::Newest => {
            let edge = if action == Action::Oldest { Edge::Oldest } else { Edge::Newest };
            read::act(cx, action);
            cx.ui.mode =
                Mode::Selecting(Selection { file: None, towards: Some(edge), paging: None, ..chosen });
            follow_state(cx);
        }
        Action::Edit(_) => cx.ui.fail(Phrase::new("flash-no-key-here")),
        // What opens the draft elsewhere speaks to it, and it comes back for that.
        Action::Editor | Action::SentHistory => {
            leave(cx);
            return false;
        }
        _ => return act_on(cx, chosen, action),
    }
    true
}

/// A character that is no key of select mode. `false`: no message is chosen.
pub(super) fn refuses(cx: &mut UiCx<'_>) -> bool {
    let is_chosen = matches!(cx.ui.mode, Mode::Selecting(_));
    if is_chosen {
        cx.ui.fail(Phrase::new("flash-no-key-here"));
    }
    is_chosen
}

/// What is done with the message that is chosen, or with the range.
fn act_on(cx: &mut UiCx<'_>, chosen: Selection, action: Action) -> bool {
    let Some(place) = cx.conversation() else { return false };
    let Some(message) = place.message(chosen.message) else { return false };
    match action {
        Action::NextFile | Action::PreviousFile => {
            let file = beside_file(message, chosen.file, action == Action::NextFile);
            choose(cx, Selection { file, mark: None, ..chosen });
        }
        Action::Copy => match words_of(cx.ui, place, chosen, FileText::WhereItLies) {
            Ok(words) => {
                cx.ask(UiRequest::Copy(words));
                cx.ui.flash(Phrase::new("flash-copied"));
                leave(cx);
            }
            Err(why) => cx.ui.fail(why),
        },
        Action::Reply if chosen.mark.is_none() && Remark::Reply.is_open(place, message) => {
            begin(cx, action, place, message);
        }
        Action::EditMessage if message.is_failed() && !message.text.is_empty() => take_back(cx, message),
        Action::EditMessage | Action::React | Action::DeleteMessage => begin(cx, action, place, message),
        Action::Reply => {
            match unsayable(place).map_or_else(|| words_of(cx.ui, place, chosen, FileText::Name), Err) {
                Ok(words) if reply(cx.ui, &words) => leave(cx),
                // Why it does not fit has been said.
                Ok(_) => {}
                Err(why) => cx.ui.fail(why),
            }
        }
        Action::Take | Action::Open if see(cx, place, message, chosen) => {}
        Action::Take => take(cx, place, message, chosen.file),
        Action::Decline if can_decline(&cx.state.transfers, message) => {
            cx.intend(files::declined(message));
            cx.ui.mode = Mode::Writing;
        }
        Action::Inspect | Action::Details | Action::Decline | Action::Open => {
            popups::read_message(cx.ui, place, message, action);
        }
        Action::Retry => stop_or_retry(cx, message, chosen.file),
        _ => return false,
    }
    true
}

/// What was not sent stands in the composer again, and what stood there is among what was sent.
fn take_back(cx: &mut UiCx<'_>, message: &Message) {
    draft::replace(cx, message.text.clone());
    leave(cx);
}

/// Begins an answer, an edit and the like, and leaves select mode for it; or says why not.
fn begin(cx: &mut UiCx<'_>, action: Action, place: &Conversation, message: &Message) {
    match chat::begin(cx, action, place, message) {
        Ok(()) => leave(cx),
        Err(why) => cx.ui.fail(why),
    }
}

/// Back to writing, and to where one read before.
pub(super) fn leave(cx: &mut UiCx<'_>) {
    let Mode::Selecting(chosen) = cx.ui.mode else { return };
    cx.ui.mode = Mode::Writing;
    cx.ui.positions.stay();
    if cx.ui.position() != chosen.from {
        read::head_for(cx, PendingJump::Back(chosen.from));
    }
}

/// An end or a page that one was on the way to may have come.
pub(super) fn follow_state(cx: &mut UiCx<'_>) {
    if let Mode::Selecting(Selection { paging: Some(edge), .. }) = cx.ui.mode
        && cx.ui.positions.pending().is_none()
    {
        choose_visible(cx, edge);
    }
    let (Mode::Selecting(chosen), Some(place)) = (&cx.ui.mode, cx.conversation()) else { return };
    let is_there = match chosen.towards {
        Some(Edge::Oldest) => cx.ui.positions.pending().is_none(),
        Some(Edge::Newest) => !place.has_newer(),
        None => return,
    };
    let mut texts = place.messages().iter().filter(|message| is_text(message)).map(|message| message.id);
    let found = if chosen.towards == Some(Edge::Oldest) { texts.next() } else { texts.next_back() };
    if let Some(message) = found.filter(|_| is_there) {
        cx.ui.mode = Mode::Selecting(Selection { message, towards: None, ..*chosen });
    }
}

/// The wheel has moved what is visible: the choice goes along.
pub(super) fn keep_in_sight(cx: &mut UiCx<'_>, edge: Edge) {
    if let Mode::Selecting(chosen) = cx.ui.mode
        && !cx.ui.viewport.scene().shows(chosen.message)
        && let Some(message) = visible(cx, edge)
    {
        cx.ui.mode = Mode::Selecting(Selection { message, file: None, ..chosen });
    }
}

/// The message on that edge of what can be seen.
fn visible(cx: &UiCx<'_>, edge: Edge) -> Option<MessageId> {
    let place = cx.conversation()?;
    let is_chosen = |id: &MessageId| {
        cx.ui.viewport.scene().shows(*id) && place.message(*id).is_some_and(|one| is_text(one))
    };
    let mut rows = cx.ui.viewport.scene().rows.iter().map(|row| row.message);
    match edge {
        Edge::Oldest => rows.find(is_chosen),
        Edge::Newest => rows.rev().find(is_chosen),
    }
}

/// A page further; at the very end to the last message there.
fn page(cx: &mut UiCx<'_>, edge: Edge) {
    let action = if edge == Edge::Oldest { Action::PageUp } else { Action::PageDown };
    read::act(cx, action);
    choose_visible(cx, edge);
}

/// Chooses the message on that edge of what can be seen, and again when the page has come that one scrolls to.
fn choose_visible(cx: &mut UiCx<'_>, edge: Edge) {
    let Mode::Selecting(chosen) = cx.ui.mode else { return };
    let message = visible(cx, edge);
    let file = chosen.file.filter(|_| message.is_none());
    let towards = chosen.towards.filter(|_| message.is_none());
    let paging = cx.ui.positions.pending().map(|_| edge);
    let message = message.unwrap_or(chosen.message);
    cx.ui.mode = Mode::Selecting(Selection { message, file, towards, paging, ..chosen });
}

fn step(cx: &mut UiCx<'_>, chosen: Selection, below: bool) {
    let next = cx.conversation().and_then(|place| beside(place, chosen.message, below));
    let message = next.unwrap_or(chosen.message);
    choose(cx, Selection { message, file: None, towards: None, ..chosen });
}

fn choose(cx: &mut UiCx<'_>, chosen: Selection) {
    cx.ui.mode = Mode::Selecting(Selection { paging: None, ..chosen });
    read::show(cx, chosen.message);
    if let Some(file) = chosen.file {
        read::show_file(cx, chosen.message, file);
    }
}

/// The next file of a message that has several, or the one before; between the last and the first is all of it.
fn beside_file(message: &Message, from: Option<u16>, below: bool) -> Option<u16> {
    let count = u16::try_from(message.files.as_slice().len()).unwrap_or(u16::MAX);
    let next = match (from, below) {
        (None, true) => Some(0),
        (None, false) => count.checked_sub(1),
        (Some(file), true) => file.checked_add(1),
        (Some(file), false) => file.checked_sub(1),
    };
    next.filter(|file| *file < count && count > 1)
}

/// Fetches what is offered, opens what is sealed, follows a link; shows anything else in full.
fn take(cx: &mut UiCx<'_>, place: &Conversation, message: &Message, file: Option<u16>) {
    let (conversation, id) = (message.conversation, message.id);
    if message.is_incoming() && message.kind() == Some(MessageKind::Sealed) {
        cx.intend(Intent::Unseal { conversation, message: id });
        cx.ui.mode = Mode::Writing;
    } else if can_fetch(&cx.state.transfers, message, file) {
        cx.intend(files::accepted(message, file));
        // Whoever chooses one of several may want another one.
        if file.is_none() {
            cx.ui.mode = Mode::Writing;
        }
    } else if file.is_none() && links::open_one(cx, place, message) {
        // Whoever follows one goes on reading here.
    } else if is_deleted(place, message) {
        cx.ui.flash(Phrase::new("remark-deleted"));
    } else if message.about.is_some() && !message.is_change() {
        jump(cx, message.id);
    } else {
        popups::read_message(cx.ui, place, message, Action::Open);
    }
}

/// Chooses what that message answers, where that is still here.
pub(super) fn jump(cx: &mut UiCx<'_>, from: MessageId) {
    let Some(place) = cx.conversation() else { return };
    let answered = place.message(from).and_then(|message| place.answered(message));
    match answered.map(|message| message.id) {
        Some(message) => start_at(cx, message, None),
        None => cx.ui.flash(Phrase::new("flash-reply-gone")),
    }
}

/// Shows the pictures of somebody who is no contact, or opens the one that is chosen in a window. `false`: there is none.
fn see(cx: &mut UiCx<'_>, place: &Conversation, message: &Message, chosen: Selection) -> bool {
    let gallery = cx.ui.viewport.gallery();
    if chosen.mark.is_some() {
        return false;
    }
    if pictures::is_hidden(gallery, place, message) {
        cx.ui.viewport.gallery_mut().reveal(message.id);
        return true;
    }
    let Some(source) = pictures::openable(cx.state, message, chosen.file, gallery.folders()) else {
        return false;
    };
    cx.ask(UiRequest::View(source));
    true
}

fn is_text(message: &Message) -> bool {
    !matches!(message.direction, Direction::Notice(_)) && !message.is_event()
}

fn beside(place: &Conversation, from: MessageId, below: bool) -> Option<MessageId> {
    let at = place.position(from);
    let found = if below {
        place.messages().iter().skip(at.saturating_add(1)).find(|one| is_text(one))
    } else {
        place.messages().get(..at).and_then(|before| before.iter().rev().find(|one| is_text(one)))
    };
    found.map(|message| message.id)
}

/// What stands for a file where its message has no words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FileText {
    /// What the peer knows as well: it may be sent.
    Name,
    /// Where it was put on this machine, which is for nobody else.
    WhereItLies,
}

/// What is chosen, as it is copied or quoted. What was said by several people or in several messages is copied to be shown to
/// somebody, so only one message alone gives the place of its file.
fn words_of(ui: &Ui, place: &Conversation, chosen: Selection, files: FileText) -> Result<String, Phrase> {
    let shown = if chosen.mark.is_some() { FileText::Name } else { files };
    let is_held = |id: MessageId| place.message(id).is_some();
    if !is_held(chosen.mark.unwrap_or(chosen.message)) {
        return Err(Phrase::new("flash-range-too-long"));
    }
    let within = place.messages().iter().filter(|one| chosen.holds(one.id) && is_text(one));
    let within = within.filter(|one| !is_deleted(place, one));
    let sources: BTreeSet<_> = within.clone().filter_map(|one| one.source()).collect();
    let is_one = sources.len() < 2;
    let all: Vec<(String, String)> = within
        .map(|one| {
            (
                author_for(ui, place, one, (files == FileText::Name).then_some(is_one)),
                text_of(place, one, chosen.file, shown),
            )
        })
        .collect();
    if all.is_empty() {
        return Err(Phrase::new("remark-deleted"));
    }
    // Where several speak one has to know who says what.
    let several = all.iter().any(|(who, _)| all.first().is_some_and(|(first, _)| who != first));
    let lines = all.into_iter().map(|(who, text)| if several { format!("{who}: {text}") } else { text });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

/// Who wrote it. Whoever reads an answer is named as they call themselves, and where several wrote under one name of ours, by
/// where they wrote from. `answers_one`: it is an answer, to one source or to several.
fn author_for(ui: &Ui, place: &Conversation, message: &Message, answers_one: Option<bool>) -> String {
    let named = author(place, message, &ui.style.me);
    let Some(is_one) = answers_one.filter(|_| !place.is_room() && !message.is_outgoing()) else {
        return named;
    };
    let own = place.status.profile().map(|profile| plain_line(&profile.name)).filter(|name| !name.is_empty());
    let source = || message.source().filter(|_| !is_one).map(|source| source.to_string());
    own.or_else(source).unwrap_or(named)
}

/// The words that stand now; of a file, or where there is no text, what stands for the files.
fn text_of(place: &Conversation, message: &Message, file: Option<u16>, files: FileText) -> String {
    let words = words(place, message);
    if file.is_none() && !words.is_empty() {
        return words.to_owned();
    }
    let names = offered(message, file).map(|(_, file)| match &file.state {
        TransferState::Done { path } if files == FileText::WhereItLies && !path.is_empty() => path.as_str(),
        _ => file.name.as_str(),
    });
    names.collect::<Vec<_>>().join("\n")
}

/// Quotes the message in the composer, as mail does: what a plain peer can read. `false`: there is no room for it.
fn reply(ui: &mut Ui, words: &str) -> bool {
    let quoted = words.lines().fold(String::new(), |quoted, line| quoted + "> " + line + "\n");
    draft::insert(ui, &quoted)
}

/// Whether something that was said about it did not go out.
fn has_failed_changes(cx: &UiCx<'_>, message: &Message) -> bool {
    let changes = cx.conversation().and_then(|place| place.changes(message));
    changes.is_some_and(|changes| !changes.failed().is_empty())
}

fn stop_or_retry(cx: &mut UiCx<'_>, message: &Message, file: Option<u16>) {
    if can_stop(&cx.state.transfers, message, file) {
        cx.intend(files::stopped(message, file));
        if file.is_none() {
            cx.ui.mode = Mode::Writing;
        }
    } else if message.is_failed() || has_failed_changes(cx, message) {
        let retry = Intent::Retry { conversation: message.conversation, message: message.id };
        cx.intend(retry);
        cx.ui.mode = Mode::Writing;
    } else {
        cx.ui.flash(Phrase::new("flash-nothing-to-retry"));
    }
}
