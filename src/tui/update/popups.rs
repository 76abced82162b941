//! Opening popups, and what the keys do in them.

use super::cx::{Chosen, Handled, UiCx};
use super::{chat, choosers, doctor, draft, forms, keys, questions, search, wire};
use crate::app::Conversation;
use crate::model::{Caps, Message, Phrase};
use crate::tui::action::Action;
use crate::tui::composer::{Composer, Edit};
use crate::tui::details;
use crate::tui::go_to;
use crate::tui::keymap::key_of;
use crate::tui::layout::tall_panel;
use crate::tui::popup::{FieldInput, Form, FormKind, HelpPage, Pager, PagerKeys, PagerPart, Popup};
use crate::tui::question::{Question, QuestionPage, Then};
use crate::tui::ui::Ui;
use crate::tui::view::{chooser_rows, last_top};

/// Opens the popup that belongs to the action.
pub(super) fn open(cx: &mut UiCx<'_>, action: Action) {
    let popup = match action {
        Action::Help => Some(Popup::Help(HelpPage { caps: caps_here(cx), ..HelpPage::default() })),
        Action::Palette => Some(Popup::Chooser(choosers::palette(cx.ui, caps_here(cx)))),
        Action::GoTo => Some(Popup::Chooser(go_to::list(&cx.ui.style, cx.state, cx.ui.navigation.open()))),
        Action::SentHistory => choosers::sent(cx).map(Popup::Chooser),
        Action::AddContact => Some(Popup::Form(forms::begun(cx.ui, forms::add_form(cx)))),
        Action::RenameContact => {
            cx.conversation().map(forms::rename_form).map(|form| Popup::Form(forms::begun(cx.ui, form)))
        }
        Action::RemoveContact => cx.conversation().map(questions::remove),
        Action::Members => {
            cx.conversation().map(|place| Popup::Pager(details::conversation(&cx.ui.style, cx.state, place)))
        }
        _ => None,
    };
    cx.ui.popup = popup;
    choosers::preview(cx);
}

/// What the dialect of the open conversation can say about messages.
fn caps_here(cx: &UiCx<'_>) -> Caps {
    cx.conversation().map(|place| place.address.scheme.caps).unwrap_or_default()
}

/// Opens inspect, details or the whole text of a message.
pub(super) fn read_message(ui: &mut Ui, place: &Conversation, message: &Message, action: Action) {
    ui.popup = Some(Popup::Pager(match action {
        Action::Inspect => details::inspect(&ui.style, message),
        // Where nothing is to be declined, the key says what is known.
        Action::Details | Action::Decline => details::details(&ui.style, place, message),
        _ => details::whole(&ui.style, place, message),
    }));
}

/// The raw bytes of the newest message that has some.
pub(super) fn inspect_newest(cx: &mut UiCx<'_>) -> Result<(), Phrase> {
    let nothing = || Phrase::new("flash-nothing-to-select");
    let place = cx.conversation().ok_or_else(nothing)?;
    let message = place.messages().iter().rev().find(|one| !one.payload.is_empty()).ok_or_else(nothing)?;
    cx.ui.popup = Some(Popup::Pager(details::inspect(&cx.ui.style, message)));
    Ok(())
}

/// All of what the status line says, which has been read then.
pub(super) fn read_note(cx: &mut UiCx<'_>) {
    let lang = &cx.ui.style.lang;
    let Some(note) = cx.ui.status.current(cx.state) else {
        return cx.ui.fail(Phrase::new("flash-no-note"));
    };
    let (title, parts) = (lang.text("popup-note"), vec![PagerPart::Line(note.text(lang))]);
    cx.ui.popup = Some(Popup::Pager(Pager { title, parts, top: 0, about: None, keys: PagerKeys::default() }));
    let _read = cx.ui.status.next(cx.state);
}

/// Does what the action means in the popup.
pub(super) fn act(cx: &mut UiCx<'_>, action: Action) -> Handled {
    if matches!(cx.ui.popup, Some(Popup::Wire)) {
        return wire::act(cx, action);
    }
    let was_refused = forget_error(cx.ui);
    match action {
        Action::Back | Action::ClearOrQuit => close(cx.ui),
        Action::Quit | Action::Redraw | Action::Suspend => return Handled::No,
        Action::Search if matches!(cx.ui.popup, Some(Popup::Search)) => cx.ui.popup = None,
        _ if matches!(cx.ui.popup, Some(Popup::Search)) => search::act(cx, action),
        Action::Accept | Action::Send if is_unseen(cx.ui) => {}
        // Whoever types what is no answer here, and an Enter, does not mean what the Enter would do.
        Action::Accept | Action::Send if was_refused => {}
        Action::Accept | Action::Send => return accept(cx).map_or(Handled::Yes, Handled::Chose),
        Action::Help if matches!(cx.ui.popup, Some(Popup::Help(_))) => cx.ui.popup = None,
        Action::Members if matches!(cx.ui.popup, Some(Popup::Pager(Pager { about: Some(_), .. }))) => {
            cx.ui.popup = None;
        }
        Action::NextField if choosers::mark(cx) => {}
        _ => move_within(cx, action),
    }
    Handled::Yes
}

/// Scrolls, edits or moves what the popup shows.
fn move_within(cx: &mut UiCx<'_>, action: Action) {
    let last = last_top(cx.ui);
    let page = page_height(cx.ui);
    if let Some(top) = cx.ui.popup.as_mut().and_then(Popup::top_mut) {
        page_text(top, action, page, last);
    }
    match &mut cx.ui.popup {
        Some(Popup::Chooser(chooser)) => {
            chooser.act(action, page);
            choosers::preview(cx);
        }
        Some(Popup::Help(page)) => edit_help(page, action),
        Some(Popup::Form(form)) => {
            form.error = None;
            forms::edit_form(form, action);
        }
        Some(Popup::Picker(picker)) => chat::edit_picker(picker, action),
        Some(
            Popup::Pager(_)
            | Popup::Question(_)
            | Popup::Code(_)
            | Popup::Doctor(_)
            | Popup::Search
            | Popup::Wire,
        )
        | None => {}
    }
    forms::follow_choices(cx.ui);
}

/// A question that came up by itself takes no key that is no answer to it.
pub(super) const fn gives_way(ui: &Ui, action: Action) -> bool {
    let Some(Popup::Question(question)) = &ui.popup else { return false };
    question.comes_by_itself()
        && !matches!(
            action,
            Action::Back
                | Action::ClearOrQuit
                | Action::Quit
                | Action::Redraw
                | Action::Suspend
                | Action::Accept
                | Action::Send
                | Action::Up
                | Action::Down
                | Action::PageUp
                | Action::PageDown
                | Action::NextField
                | Action::PreviousField
        )
}

/// It came up by itself, and just now.
fn is_unseen(ui: &Ui) -> bool {
    matches!(&ui.popup, Some(Popup::Question(question)) if question.is_unseen(ui.keys.now()))
}

/// Edits what is looked for in the help. The ends of its line are those of the text.
fn edit_help(page: &mut HelpPage, action: Action) {
    if let Action::Edit(edit) = action
        && !matches!(edit, Edit::LineStart | Edit::LineEnd)
    {
        page.edit(edit);
    }
}

/// Why the last key was refused has been read. The answer: it was refused.
fn forget_error(ui: &mut Ui) -> bool {
    let error = match &mut ui.popup {
        Some(Popup::Question(question)) => {
            question.refused = None;
            question.error.take()
        }
        Some(Popup::Picker(picker)) => picker.error.take(),
        _ => None,
    };
    error.is_some()
}

/// Rows that a page up or down moves.
fn page_height(ui: &Ui) -> usize {
    let screen = ui.viewport.screen();
    match &ui.popup {
        Some(Popup::Question(question)) => {
            QuestionPage::new(question, &ui.style.lang, screen).height().max(1)
        }
        Some(Popup::Chooser(_)) => chooser_rows(screen),
        Some(Popup::Help(_)) => usize::from(tall_panel(screen).list.height).max(1),
        _ => usize::from(screen.height.saturating_sub(6).max(1)),
    }
}

/// Leaves the popup; what was written in it is kept. The first-start form too: it comes again until it is answered, and
/// nothing is announced before.
pub(super) fn close(ui: &mut Ui) {
    match ui.popup.take() {
        // A password stays nowhere.
        Some(Popup::Form(Form { purpose: FormKind::Password(_) | FormKind::Operator { .. }, .. })) => {}
        Some(Popup::Form(form)) if form.is_begun() && form.purpose != FormKind::FirstStart => {
            ui.drafts.keep_form(form);
        }
        Some(Popup::Form(Form { purpose: FormKind::FirstStart, .. })) => {
            ui.flash(Phrase::new("flash-first-later"));
        }
        Some(Popup::Question(Question { then: Then::Paste { text, .. }, .. })) => keep_paste(ui, &text),
        Some(Popup::Question(Question { then: Then::Offer { pasted, .. }, .. }))
            if ui.draft().is_none_or(Composer::is_empty) && !pasted.is_empty() =>
        {
            keep_paste(ui, &pasted);
        }
        _ => {}
    }
}

/// What was pasted and did not go into the draft can be yanked.
fn keep_paste(ui: &mut Ui, text: &str) {
    ui.draft_mut().keep(text);
    ui.flash(Phrase::new("flash-paste-kept").text("key", key_of(Action::Edit(Edit::Yank))));
}

/// A character typed into a popup. The answer: what goes where it goes without one, as the popup is gone.
pub(super) fn type_char(cx: &mut UiCx<'_>, c: char) -> Vec<char> {
    if let Some(Popup::Question(question)) = &cx.ui.popup {
        let said = questions::left(&question.then);
        let text = questions::type_char(cx, c);
        if !text.is_empty() {
            close(cx.ui);
            if let Some(said) = said {
                cx.ui.flash(said);
            }
        }
        return text;
    }
    let _was_refused = forget_error(cx.ui);
    match &mut cx.ui.popup {
        Some(Popup::Pager(_)) => {
            let _taken = keys::on_letter(cx, c);
        }
        Some(Popup::Doctor(_)) => doctor::on_letter(cx, c),
        Some(Popup::Picker(_)) => {
            if let Some(Popup::Picker(picker)) = cx.ui.popup.take() {
                chat::type_into(cx, picker, c);
            }
        }
        Some(Popup::Form(Form { fields, focus, .. }))
            if c == ' '
                && fields.get(*focus).is_some_and(|field| matches!(field.input, FieldInput::Pick { .. })) =>
        {
            let field = fields.get_mut(*focus).map(|field| &mut field.input);
            if let Some(FieldInput::Pick { options, chosen }) = field {
                *chosen = chosen.saturating_add(1) % options.len().max(1);
            }
            forms::follow_choices(cx.ui);
        }
        _ => {
            type_text(cx, c.encode_utf8(&mut [0; 4]));
        }
    }
    Vec::new()
}

/// Puts a text where typing goes, or says that it is too long for that. `false`: nothing here takes a text.
pub(super) fn type_text(cx: &mut UiCx<'_>, text: &str) -> bool {
    let fits = match &mut cx.ui.popup {
        Some(Popup::Chooser(chooser)) => {
            let fits = chooser.insert(text);
            choosers::preview(cx);
            fits
        }
        Some(Popup::Help(page)) => page.insert(text),
        Some(Popup::Picker(picker)) => {
            picker.insert(text);
            true
        }
        Some(Popup::Search) => {
            search::insert(cx, text);
            true
        }
        Some(Popup::Wire) => wire::insert(cx, text),
        Some(Popup::Form(Form { fields, focus, error, .. })) => match fields.get_mut(*focus) {
            Some(field) if matches!(field.input, FieldInput::Text(_)) => {
                // It is being mended.
                *error = None;
                field.insert(text)
            }
            Some(_) | None => return false,
        },
        Some(Popup::Pager(_) | Popup::Code(_) | Popup::Doctor(_) | Popup::Question(_)) | None => {
            return false;
        }
    };
    if !fits {
        cx.ui.fail(Phrase::new("flash-too-long-here"));
    }
    true
}

/// A paste while a popup is open. What asks for a text gets it, on one line; anything else gives way to the draft, where a
/// paste belongs. `false`: it has yet to be taken.
pub(super) fn paste(cx: &mut UiCx<'_>, text: &str) -> bool {
    match cx.ui.popup.take() {
        Some(Popup::Question(Question { then: Then::Paste { text: first, .. }, .. })) => {
            draft::paste(cx, first.clone() + text);
            if cx.ui.popup.is_none() {
                // Together they are too long: the first is asked about as before.
                let said = cx.ui.status.take_answer();
                draft::paste(cx, first);
                cx.ui.status.put_answer(said);
            }
            true
        }
        // A paste is no answer; nothing is done.
        Some(Popup::Help(_) | Popup::Pager(_) | Popup::Code(_) | Popup::Doctor(_) | Popup::Question(_))
        | None => false,
        popup @ Some(Popup::Chooser(_) | Popup::Form(_) | Popup::Picker(_) | Popup::Search | Popup::Wire) => {
            cx.ui.popup = popup;
            let line: String = text.chars().filter(|c| !c.is_control()).collect();
            type_text(cx, if matches!(cx.ui.popup, Some(Popup::Search)) { text } else { &line });
            true
        }
    }
}

/// `last` is the first row when the end is visible.
fn page_text(top: &mut usize, action: Action, page: usize, last: usize) {
    // The screen may have grown since.
    let from = (*top).min(last);
    let to = match action {
        Action::Up => from.saturating_sub(1),
        Action::Down => from.saturating_add(1),
        Action::PageUp => from.saturating_sub(page),
        Action::PageDown => from.saturating_add(page),
        Action::Oldest | Action::Edit(Edit::LineStart) => 0,
        Action::Newest | Action::Edit(Edit::LineEnd) => last,
        _ => from,
    };
    *top = to.min(last);
}

/// Enter.
fn accept(cx: &mut UiCx<'_>) -> Option<Chosen> {
    match cx.ui.popup.take() {
        Some(Popup::Chooser(chooser)) => return choosers::choose(cx, chooser),
        Some(Popup::Form(form)) => forms::accept_form(cx, form),
        Some(Popup::Question(question)) => questions::answer_yes(cx, question),
        Some(Popup::Picker(picker)) => chat::accept(cx, picker, None),
        Some(
            Popup::Help(_)
            | Popup::Pager(_)
            | Popup::Code(_)
            | Popup::Doctor(_)
            | Popup::Search
            | Popup::Wire,
        )
        | None => {}
    }
    None
}

/// A click on that line of a list takes it, as Enter does.
pub(super) fn click(cx: &mut UiCx<'_>, line: Option<usize>) -> Option<Chosen> {
    let (Some(Popup::Chooser(chooser)), Some(line)) = (&mut cx.ui.popup, line) else { return None };
    chooser.chosen = line;
    if chooser.marked().next().is_some() {
        // One of several is chosen with a click as with Tab.
        let _marked = choosers::mark(cx);
        return None;
    }
    accept(cx)
}

/// The wheel over a list moves the choice in it.
pub(super) fn wheel(cx: &mut UiCx<'_>, down: bool, lines: usize) {
    let page = page_height(cx.ui);
    if let Some(Popup::Chooser(chooser)) = &mut cx.ui.popup {
        chooser.wheel(down, lines, page);
        choosers::preview(cx);
    }
}

/// A click on an emoji takes it; one beside them does nothing.
pub(super) fn click_picker(cx: &mut UiCx<'_>, place: Option<usize>) {
    if place.is_some()
        && let Some(Popup::Picker(picker)) = cx.ui.popup.take()
    {
        chat::accept(cx, picker, place);
    }
}
