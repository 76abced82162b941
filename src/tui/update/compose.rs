//! What the keys of the composer do: they edit the draft, send it, or run the command in it.

use super::cx::UiCx;
use super::{chat, commands, complete, draft, long_text, navigate};
use crate::model::Phrase;
use crate::tui::action::Action;
use crate::tui::commands::{MISUSED, Typed, read};
use crate::tui::composer::{Composer, Edit, MAX_TEXT};
use crate::tui::everybody::ToEverybody;
use crate::tui::request::UiRequest;

pub(super) fn act(cx: &mut UiCx<'_>, action: Action) {
    let width = cx.ui.composer_width();
    match action {
        Action::Send if complete::accept(cx) => {}
        Action::Send => send(cx),
        Action::Edit(edit) => {
            let grows = matches!(edit, Edit::InsertNewline | Edit::Yank);
            let done = cx.ui.draft_mut().apply(edit, width);
            if grows && !done && cx.ui.draft().is_none_or(|draft| draft.text().len() >= MAX_TEXT / 2) {
                draft::say_full(cx.ui);
            }
            if done && chat::writes(edit) {
                chat::typed(cx);
            }
        }
        Action::Up | Action::Down => up_or_down(cx, action),
        Action::Complete | Action::CompleteBack => complete::complete(cx),
        Action::Editor => cx.ask(UiRequest::Editor),
        _ => {}
    }
}

/// In the list while nothing is written; else in the text, then through what was sent before.
fn up_or_down(cx: &mut UiCx<'_>, action: Action) {
    let up = action == Action::Up;
    let brings_back = up && cx.ui.drafts.is_cleared();
    let writes = !cx.ui.draft().is_none_or(Composer::is_empty) && cx.ui.navigation.open().is_some();
    if !writes && !brings_back {
        let action = if up { Action::Previous } else { Action::Next };
        navigate::act(cx, action);
        return;
    }
    let width = cx.ui.composer_width();
    if brings_back && cx.ui.navigation.open().is_none() {
        // Nothing of it is among what was sent to anybody.
        let _back = cx.ui.draft_mut().apply(Edit::Undo, width);
        return;
    }
    let sent: &[String] = cx.conversation().map_or(&[], |place| place.input.sent());
    let draft = cx.ui.draft_mut();
    if up {
        let _moved = draft.apply(Edit::Up, width) || draft.history_up(sent);
    } else {
        let _moved = draft.apply(Edit::Down, width) || draft.history_down(sent);
    }
}

/// Sends the draft, or runs the command in it. What cannot be done stays in the composer.
fn send(cx: &mut UiCx<'_>) {
    draft::part_from_command(cx);
    let text = cx.ui.draft().map(|draft| draft.text().to_owned()).unwrap_or_default();
    let (written_in, was_editing) = (cx.ui.navigation.open(), cx.ui.is_editing());
    if text.is_empty() {
        if was_editing {
            cx.ui.flash(Phrase::new("flash-edit-empty"));
        }
        return;
    }
    if let Some(question) = asks(cx, &text) {
        cx.ui.flash(question);
        return;
    }
    let result = match read(&text) {
        Typed::Message(message) => draft::send_text(cx, message),
        Typed::Command(verb, args) => commands::run(cx, verb, args),
        Typed::Unknown { name, nearest: Some(nearest) } => {
            Err(Phrase::new("command-unknown-near").text("name", name).text("nearest", nearest))
        }
        Typed::Unknown { name, nearest: None } => Err(Phrase::new("command-unknown").text("name", name)),
    };
    match result {
        // The draft from before the edit is back.
        Ok(()) if was_editing && !cx.ui.is_editing() => {}
        Ok(()) => {
            // A command may have opened another conversation.
            let draft = cx.ui.drafts.of_open_mut(written_in);
            if draft.text() == text {
                draft.take();
            }
            let aside = cx.ui.drafts.take_aside();
            // What was sent is remembered when it leaves.
            if matches!(read(&text), Typed::Message(_)) {
                return;
            }
            cx.ui.drafts.note_running(Some((written_in, text.clone())));
            draft::remember(cx, text);
            if let Some((_, words)) = aside.filter(|(id, _)| Some(*id) == cx.ui.navigation.open())
                && cx.ui.draft_mut().is_empty()
            {
                cx.ui.draft_mut().set_text(words);
            }
        }
        Err(why) if long_text::on_draft(cx, &text, &why) => {}
        Err(why) => {
            let lacks = why.key == MISUSED;
            cx.ui.fail(why);
            let is_command = !matches!(read(&text), Typed::Message(_));
            cx.ui.drafts.note_unsaid((!is_command).then(|| text.clone()));
            if lacks {
                complete::propose(cx);
            }
            let refused = cx.ui.draft().map(|draft| draft.text().to_owned());
            cx.ui.drafts.refuse(refused.filter(|_| is_command));
        }
    }
}

/// What would reach everybody on the network is asked about once, and sent by Enter again behind the same text.
fn asks(cx: &mut UiCx<'_>, text: &str) -> Option<Phrase> {
    let can_go = match read(text) {
        Typed::Message(message) => {
            cx.conversation().is_some_and(|place| draft::check(place, message).is_ok())
        }
        Typed::Command(..) | Typed::Unknown { .. } => true,
    };
    let everybody = ToEverybody::of(cx.state, cx.ui).filter(|_| can_go);
    let unconfirmed = everybody.map(|_| (cx.ui.navigation.open(), text.to_owned()));
    let asks = cx.ui.drafts.asks_again(unconfirmed);
    everybody.filter(|_| asks).map(|all| all.phrase(cx.state, cx.ui, "flash-everyone-asks"))
}
