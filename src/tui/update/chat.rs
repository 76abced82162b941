//! Answers, edits, deletions and reactions: how they begin, what they ask for, and how they are left. Nothing that was
//! written is lost by any of them.

use super::cx::UiCx;
use crate::app::{Conversation, Intent};
use crate::model::{ConversationId, Message, MessageId, Phrase};
use crate::tui::action::Action;
use crate::tui::chat::{Remark, first_words, is_removable, own_reaction, words};
use crate::tui::commands::{Typed, read};
use crate::tui::composer::Edit;
use crate::tui::popup::Popup;
use crate::tui::question::{Question, Then};
use crate::tui::reaction_picker::{ReactionPicker, is_emoji};
use crate::tui::text::clip_with_ellipsis;
use crate::tui::ui::{ReplyTo, Ui};

/// Cells of a message that a question about it repeats.
const MAX_ASKED: u16 = 60;

/// Begins what the action does about a message.
pub(super) fn begin(
    cx: &mut UiCx<'_>,
    action: Action,
    place: &Conversation,
    message: &Message,
) -> Result<(), Phrase> {
    match action {
        Action::Reply => reply(cx, place, message),
        Action::EditMessage => edit(cx, place, message),
        Action::React => pick(cx, place, message),
        Action::DeleteMessage => ask_deletion(cx, place, message),
        _ => Ok(()),
    }
}

/// What is written next answers this message.
fn reply(cx: &mut UiCx<'_>, place: &Conversation, message: &Message) -> Result<(), Phrase> {
    Remark::Reply.check(place, message)?;
    leave_edit(cx, place.id);
    let to = ReplyTo::new(place, message, &cx.ui.style.me);
    cx.ui.drafts.begin_reply(place.id, to);
    Ok(())
}

/// The words of this message stand in the composer, to be changed.
fn edit(cx: &mut UiCx<'_>, place: &Conversation, message: &Message) -> Result<(), Phrase> {
    Remark::Edit.check(place, message)?;
    leave_edit(cx, place.id);
    if is_command(cx.ui) {
        // The command that asked for it is no draft: what it took the place of is.
        cx.ui.draft_mut().take();
        let aside = cx.ui.drafts.take_aside().filter(|(id, _)| *id == place.id);
        cx.ui.draft_mut().set_text(aside.map(|(_, words)| words).unwrap_or_default());
    }
    let words = words(place, message);
    // In a composer one slash begins a command.
    let slash = if words.starts_with('/') { "/" } else { "" };
    cx.ui.drafts.begin_edit(place.id, message.id, &format!("{slash}{words}"));
    Ok(())
}

/// Opens the picker of emoji.
fn pick(cx: &mut UiCx<'_>, place: &Conversation, message: &Message) -> Result<(), Phrase> {
    Remark::React.check(place, message)?;
    let own = own_reaction(place, message);
    let picker = ReactionPicker::new(place.id, message.id, first_words(place, message), own);
    cx.ui.popup = Some(Popup::Picker(picker));
    Ok(())
}

/// Asks once before a message is taken back, or removed by who is in charge of the room.
fn ask_deletion(cx: &mut UiCx<'_>, place: &Conversation, message: &Message) -> Result<(), Phrase> {
    let first = first_words(place, message);
    if let Some(uid) = message.uid.filter(|_| is_removable(place, message)) {
        let asked =
            Phrase::new("question-remove-message").text("words", clip_with_ellipsis(&first, MAX_ASKED));
        cx.ui.popup = Some(Popup::Question(Question::new(asked, Then::RemoveMessage(place.id, uid))));
        return Ok(());
    }
    Remark::Delete.check(place, message)?;
    let key = if place.went_to_former_key(message) { "question-delete-here" } else { "question-delete" };
    let asked = Phrase::new(key).text("words", clip_with_ellipsis(&first, MAX_ASKED));
    cx.ui.popup = Some(Popup::Question(Question::new(asked, Then::Delete(place.id, message.id))));
    Ok(())
}

/// Puts an emoji under a message. The same again takes it back.
pub(super) fn react(
    cx: &mut UiCx<'_>,
    place: &Conversation,
    message: &Message,
    emoji: &str,
) -> Result<(), Phrase> {
    Remark::React.check(place, message)?;
    if !is_emoji(emoji) {
        return Err(Phrase::new("react-one-emoji"));
    }
    let mut picker = ReactionPicker::new(place.id, message.id, String::new(), own_reaction(place, message));
    picker.insert(emoji);
    choose(cx, &picker);
    Ok(())
}

fn choose(cx: &mut UiCx<'_>, picker: &ReactionPicker) {
    let ReactionPicker { conversation, message, .. } = *picker;
    cx.intend(Intent::React { conversation, message, emoji: picker.emoji().to_owned() });
}

/// Enter in the picker, or a click on a place of it.
pub(super) fn accept(cx: &mut UiCx<'_>, mut picker: ReactionPicker, at: Option<usize>) {
    let is_chosen = match at {
        Some(at) => picker.choose(at),
        None => picker.is_ready(),
    };
    if is_chosen {
        choose(cx, &picker);
    } else {
        cx.ui.popup = Some(Popup::Picker(picker));
    }
}

/// A character in the picker: the number of an emoji, or one that stands for itself.
pub(super) fn type_into(cx: &mut UiCx<'_>, mut picker: ReactionPicker, typed: char) {
    let number = typed.to_digit(10).and_then(|digit| usize::try_from(digit).ok());
    if let Some(at) = number.filter(|_| picker.line.is_empty()) {
        accept(cx, picker, Some(at.wrapping_sub(1)));
        return;
    }
    picker.insert(typed.encode_utf8(&mut [0; 4]));
    cx.ui.popup = Some(Popup::Picker(picker));
}

/// A key in the picker that is no character.
pub(super) fn edit_picker(picker: &mut ReactionPicker, action: Action) {
    match action {
        Action::Up | Action::PreviousField => picker.step(false),
        Action::Down | Action::NextField => picker.step(true),
        Action::Edit(edit) => picker.edit(edit),
        _ => {}
    }
}

/// What is written is no answer and no edit any more. The answer: there was one.
pub(super) fn leave(cx: &mut UiCx<'_>) -> bool {
    let Some(open) = cx.ui.navigation.open() else { return false };
    if leave_edit(cx, open) {
        return true;
    }
    let replies = cx.ui.reply().is_some();
    cx.ui.drafts.end_reply(open);
    replies
}

/// The draft that stood before the edit comes back, and Up brings back what was written in its place.
fn leave_edit(cx: &mut UiCx<'_>, conversation: ConversationId) -> bool {
    let was_editing = cx.ui.drafts.edited(Some(conversation)).is_some();
    let left = cx.ui.drafts.end_edit(conversation);
    if let Some(text) = left.filter(|text| matches!(read(text), Typed::Message(_))) {
        cx.intend(Intent::RememberText { conversation, text });
        cx.ui.flash(Phrase::new("flash-edit-left"));
    }
    was_editing
}

/// The message that is answered or edited, if that can be done with it now. What cannot be sent stays in the composer.
pub(super) fn held(place: &Conversation, remark: Remark, message: MessageId) -> Result<(), Phrase> {
    let held = place.message(message).ok_or_else(|| Phrase::new("remark-not-held"))?;
    remark.check(place, held)
}

/// Sends the words that stand in the place of a message.
pub(super) fn replace(
    cx: &mut UiCx<'_>,
    place: &Conversation,
    message: MessageId,
    text: &str,
) -> Result<(), Phrase> {
    held(place, Remark::Edit, message)?;
    let conversation = place.id;
    let is_same =
        cx.ui.drafts.edited(Some(conversation)).is_some_and(|one| read(&one.words) == Typed::Message(text));
    cx.ui.drafts.end_edit(conversation);
    if !is_same {
        let text = text.to_owned();
        cx.intend(Intent::RememberText { conversation, text: text.clone() });
        cx.intend(Intent::Edit { conversation, message, text });
    }
    Ok(())
}

/// A person has changed the draft: the peer may be told that we are writing.
pub(super) fn typed(cx: &mut UiCx<'_>) {
    let Some(place) = cx.conversation().filter(|place| place.address.scheme.caps.chat.typing) else { return };
    if cx.ui.draft().is_some_and(|draft| !draft.is_empty()) && !is_command(cx.ui) {
        cx.intend(Intent::Type { conversation: place.id });
    }
}

/// Whether this changes a text, and does not only move in it.
pub(super) const fn writes(edit: Edit) -> bool {
    match edit {
        Edit::Left
        | Edit::Right
        | Edit::WordLeft
        | Edit::WordRight
        | Edit::LineStart
        | Edit::LineEnd
        | Edit::TextStart
        | Edit::TextEnd
        | Edit::Up
        | Edit::Down => false,
        Edit::InsertNewline
        | Edit::Backspace
        | Edit::Delete
        | Edit::KillWordLeft
        | Edit::KillWordBackward
        | Edit::KillWordForward
        | Edit::KillToLineStart
        | Edit::KillToLineEnd
        | Edit::Yank
        | Edit::Transpose
        | Edit::Undo
        | Edit::Redo => true,
    }
}

/// A command stands in the composer.
fn is_command(ui: &Ui) -> bool {
    ui.draft().is_some_and(|draft| !matches!(read(draft.text()), Typed::Message(_)))
}
