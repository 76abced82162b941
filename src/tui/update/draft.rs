//! The draft as text: typing, pasting, replacing and clearing it; and saying a text in the open conversation.

use super::cx::UiCx;
use super::{chat, long_text};
use crate::app::{Conversation, Intent};
use crate::model::Phrase;
use crate::runtime;
use crate::tui::action::Action;
use crate::tui::chat::{Remark, unsayable};
use crate::tui::commands::{Typed, Verb, read};
use crate::tui::composer::{Composer, Edit, MAX_TEXT};
use crate::tui::keymap::key_of;
use crate::tui::popup::Popup;
use crate::tui::question::{Question, Then};
use crate::tui::ui::Ui;

/// A paste beyond this asks first.
const PASTE_LINES: usize = 5;
const PASTE_BYTES: usize = 4 * 1024;

pub(super) fn type_char(cx: &mut UiCx<'_>, c: char) {
    if c == '/' && answers(cx) {
        // The words wait until it is decided whether they can be said.
        replace(cx, "/".to_owned());
        return;
    }
    if c == '/' && begins_anew(cx.ui) {
        clear(cx);
        cx.ui.status.withdraw();
    }
    if !cx.ui.draft_mut().insert_char(c) {
        say_full(cx.ui);
    }
}

/// Characters typed at once.
pub(super) fn type_text(ui: &mut Ui, text: &str) {
    if !text.is_empty() && !ui.draft_mut().insert_typed(text) {
        say_full(ui);
    }
}

/// A slash behind a command that was refused begins the next one, unless one could go on with it there.
fn begins_anew(ui: &Ui) -> bool {
    let Some(draft) = ui.draft().filter(|draft| is_refused(ui) && draft.cursor() == draft.text().len())
    else {
        return false;
    };
    match read(draft.text()) {
        Typed::Command(verb, args) => args.is_empty() || !verb.takes_slashes(),
        Typed::Unknown { .. } => true,
        Typed::Message(_) => false,
    }
}

/// A slash behind words that cannot be said before something is done begins the command that does it.
fn answers(cx: &UiCx<'_>) -> bool {
    let stops = cx.conversation().is_some_and(|place| unsayable(place).is_some());
    let draft = cx.ui.draft().filter(|draft| stops && draft.cursor() == draft.text().len());
    draft.is_some_and(|draft| cx.ui.drafts.unsaid() == Some(draft.text()) && !draft.is_empty())
}

/// Where nothing can be said before something is done, the command behind the words that does it has their place, and they
/// come back when it has run.
pub(super) fn part_from_command(cx: &mut UiCx<'_>) {
    let Some(place) = cx.conversation().filter(|place| unsayable(place).is_some()) else { return };
    let text = cx.ui.draft().filter(|_| !cx.ui.is_editing()).map(Composer::text).unwrap_or_default();
    let Some((words, command)) = decision_behind(place, text) else { return };
    let (words, command) = (words.to_owned(), command.to_owned());
    cx.ui.draft_mut().set_text(words);
    replace(cx, command);
}

/// The words, and the command behind them that decides whether they can be said.
fn decision_behind<'a>(place: &Conversation, text: &'a str) -> Option<(&'a str, &'a str)> {
    let decides = |verb: Verb, args: &str| match verb {
        Verb::Join => place.is_out() && args.is_empty(),
        Verb::Accept | Verb::Decline | Verb::Ignore => !place.is_out() && args.is_empty(),
        Verb::Key => !place.is_out() && matches!(args, "same" | "other" | "ignore"),
        _ => false,
    };
    let is_decision =
        |command: &str| matches!(read(command), Typed::Command(verb, args) if decides(verb, args));
    let mut parts = text.match_indices('/').map(|(at, _)| text.split_at(at));
    let (words, command) = parts.find(|(words, command)| !words.is_empty() && is_decision(command))?;
    Some((words.trim_end(), command))
}

/// A command that was refused stands in the composer as it was.
pub(super) fn is_refused(ui: &Ui) -> bool {
    ui.draft().is_some_and(|draft| ui.drafts.refused() == Some(draft.text()) && !draft.is_empty())
}

/// Esc behind a refused command: it goes, and can be had back. `false`: there is none.
pub(super) fn clear_refused(cx: &mut UiCx<'_>) -> bool {
    let is_refused = is_refused(cx.ui);
    if is_refused {
        clear(cx);
    }
    is_refused
}

/// Clears the draft. Undo, yank, what was sent before, and Up as the very next key bring it back.
pub(super) fn clear(cx: &mut UiCx<'_>) {
    let text = cx.ui.draft_mut().clear();
    remember(cx, text);
    cx.ui.drafts.note_cleared(true);
    let key = key_of(Action::Edit(Edit::Undo));
    cx.ui.flash(Phrase::new("flash-cleared").text("key", key));
}

/// Keeps what was written among what was sent.
pub(super) fn remember(cx: &mut UiCx<'_>, text: String) {
    if let Some(conversation) = cx.ui.navigation.open() {
        cx.intend(Intent::RememberText { conversation, text });
    }
}

/// Puts a text in the place of the draft, which is not lost.
pub(super) fn replace(cx: &mut UiCx<'_>, text: String) {
    let before = cx.ui.draft().map(|draft| draft.text().to_owned()).unwrap_or_default();
    if !before.is_empty() && before != text {
        remember(cx, before.clone());
        // One of the commands that stand there until they are whole keeps what stood there first.
        if matches!(read(&before), Typed::Message(_)) {
            let is_command = !matches!(read(&text), Typed::Message(_));
            let open = cx.ui.navigation.open().filter(|_| is_command);
            cx.ui.drafts.put_aside(open.map(|open| (open, before)));
        }
    }
    cx.ui.draft_mut().set_text(text);
}

/// A page of a draft that is longer than its rows. `false`: there is no more of it that way.
pub(super) fn page(ui: &mut Ui, up: bool) -> bool {
    let (width, height) = (ui.composer_width(), ui.viewport.areas().composer.height);
    let edit = if up { Edit::Up } else { Edit::Down };
    let draft = ui.draft_mut();
    if draft.layout(width).rows.len() <= usize::from(height) {
        return false;
    }
    let mut moved = false;
    for _ in 0..height.saturating_sub(1).max(1) {
        moved |= draft.apply(edit, width);
    }
    moved
}

/// Sends a text to the open conversation if its dialect can carry it, as the answer or the edit that it is. The draft is
/// not touched, but where a message was edited: the one from before that is back.
pub(super) fn send_text(cx: &mut UiCx<'_>, text: &str) -> Result<(), Phrase> {
    let place = cx.open_conversation()?;
    let (conversation, words) = (place.id, text.to_owned());
    if let Some(message) = cx.ui.drafts.edited(Some(conversation)).map(|edited| edited.message) {
        check(place, text)?;
        return chat::replace(cx, place, message, text);
    }
    match cx.ui.reply().map(|to| to.message) {
        Some(message) => {
            chat::held(place, Remark::Reply, message)?;
            say(cx, text, Intent::Reply { conversation, message, text: words })?;
            cx.ui.drafts.end_reply(conversation);
            Ok(())
        }
        None => say(cx, text, Intent::Send { conversation, text: words }),
    }
}

/// Says a text in the open conversation by that intent, and goes to the end, where it will stand.
pub(super) fn say(cx: &mut UiCx<'_>, text: &str, how: Intent) -> Result<(), Phrase> {
    let place = cx.open_conversation()?;
    check(place, text)?;
    cx.ui.positions.stay();
    cx.ui.positions.go_to_end(place.id);
    cx.intend(how);
    Ok(())
}

/// Whether this text can be said there.
pub(super) fn check(place: &Conversation, text: &str) -> Result<(), Phrase> {
    // The app says the same, but by then the draft is gone.
    if let Some(why) = unsayable(place) {
        return Err(why);
    }
    runtime::check(&place.effective_address(), text).map(drop).map_err(|fault| fault.phrase())
}

/// Into the composer, never sent by itself; a long one asks first, and one that a draft cannot hold may go out as a file.
pub(super) fn paste(cx: &mut UiCx<'_>, text: String) {
    let lines = text.lines().count();
    let written = cx.ui.draft().map_or(0, |draft| draft.text().len());
    if written.saturating_add(text.len()) > MAX_TEXT {
        long_text::on_paste(cx, text);
    } else if lines > PASTE_LINES || text.len() > PASTE_BYTES {
        let asked = Phrase::new("question-paste").number("lines", lines).number("bytes", text.len());
        let then = Then::Paste { text, as_file: long_text::receiver(cx) };
        cx.ui.popup = Some(Popup::Question(Question::new(asked, then)));
    } else {
        insert(cx.ui, &text);
    }
}

/// Puts a text into the draft, or says why not. `false`: it did not go in.
pub(super) fn insert(ui: &mut Ui, text: &str) -> bool {
    let done = ui.draft_mut().insert_str(text) || text.is_empty();
    if !done {
        say_full(ui);
    }
    done
}

/// Why nothing more goes into the draft.
pub(super) fn say_full(ui: &mut Ui) {
    ui.fail(match ui.navigation.open() {
        Some(_) => Phrase::new("flash-draft-full").number("limit", MAX_TEXT),
        None => Phrase::new("flash-nobody"),
    });
}
