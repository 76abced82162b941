//! The forms: what they propose, what the keys do in them, and what is done when they are accepted.

use super::contacts::{add_contact, free_name};
use super::cx::UiCx;
use crate::app::{Conversation, Intent, PeerKind};
use crate::lang::{Lang, TAGS};
use crate::model::{ConversationId, Phrase};
use crate::runtime::{self, profile::check_name};
use crate::tui::action::Action;
use crate::tui::composer::Edit;
use crate::tui::popup::{Field, FieldInput, Form, FormKind, Popup};
use crate::tui::request::UiRequest;
use crate::tui::ui::{Mode, Ui};

/// The form a person sees at the very first start.
pub(in crate::tui) fn first_start_form(name: &str, language: usize) -> Form {
    let fields = vec![
        Field::text("form-name", name),
        Field::pick("form-language", &TAGS, language),
        // Asked before anything is sent; whoever only presses Enter is to find others, and to be found.
        Field::pick("form-visible", &["form-yes", "form-no"], 0),
    ];
    Form::new(FormKind::FirstStart, fields)
}

/// The form of the first start asks in the language that is chosen in it, and so does all around it.
pub(super) fn follow_language(ui: &mut Ui) {
    let Some(Popup::Form(form)) = &ui.popup else { return };
    let tag = form.value(1);
    if form.purpose == FormKind::FirstStart && tag != ui.style.lang.tag() {
        ui.style.lang = Lang::choose(Some(tag), ui.style.lang.registry().clone());
    }
}

/// Filled with the stranger that is open.
pub(super) fn add_form(cx: &UiCx<'_>) -> Form {
    let stranger = cx.conversation().filter(|place| place.kind == PeerKind::Stranger);
    let name = stranger.map(|place| place.name.clone()).unwrap_or_default();
    let address = stranger.map(|place| cx.state.short_address(place).to_string()).unwrap_or_default();
    Form::new(FormKind::Add, vec![Field::text("form-name", &name), Field::text("form-address", &address)])
}

/// The form as it was left, if it asks the same.
pub(super) fn begun(ui: &mut Ui, fresh: Form) -> Form {
    ui.drafts.resume_form(fresh)
}

pub(super) fn rename_form(place: &Conversation) -> Form {
    Form::new(FormKind::Rename(place.id), vec![Field::text("form-name", &place.name)])
}

pub(super) fn edit_form(form: &mut Form, action: Action) {
    match action {
        Action::Up | Action::PreviousField => form.step(false),
        Action::Down | Action::NextField => form.step(true),
        Action::Edit(Edit::InsertNewline) => {}
        Action::Edit(edit) => {
            let Some(field) = form.fields.get_mut(form.focus) else { return };
            if let FieldInput::Pick { options, chosen } = &mut field.input {
                let len = options.len().max(1);
                let step = if edit == Edit::Left { len.saturating_sub(1) } else { 1 };
                *chosen = chosen.saturating_add(step) % len;
            } else {
                field.edit(edit);
            }
        }
        _ => {}
    }
}

/// A click on a field goes to it; on one that is chosen from a list, on to its next choice.
pub(super) fn click(form: &mut Form, field: usize) {
    let was_there = form.focus == field;
    form.focus = field;
    if let Some(Field { input: FieldInput::Pick { options, chosen }, .. }) = form.fields.get_mut(field)
        && was_there
    {
        *chosen = chosen.saturating_add(1) % options.len().max(1);
    }
}

pub(super) fn accept_form(cx: &mut UiCx<'_>, mut form: Form) {
    let done = match form.purpose {
        FormKind::FirstStart => accept_first_start(cx, &form),
        FormKind::Add => accept_add(cx, &form),
        FormKind::Rename(id) => accept_rename(cx, id, form.value(0)),
    };
    if let Err(why) = done {
        form.error = Some(why);
        cx.ui.popup = Some(Popup::Form(form));
    }
}

fn accept_first_start(cx: &mut UiCx<'_>, form: &Form) -> Result<(), Phrase> {
    let name = check_name(form.value(0)).map_err(|error| Phrase::new(error.key()))?;
    let visible = if form.value(2) == "form-yes" { "true" } else { "false" };
    let answers = [("name", name), ("language", form.value(1)), ("visible", visible)];
    let answers = answers.map(|(key, value)| (key.to_owned(), value.to_owned()));
    cx.ask(UiRequest::Configure(answers.to_vec()));
    cx.ui.mode = Mode::Writing;
    Ok(())
}

fn accept_add(cx: &mut UiCx<'_>, form: &Form) -> Result<(), Phrase> {
    let address = runtime::parse_address(form.value(1)).map_err(|error| error.phrase())?;
    add_contact(cx, form.value(0), address)
}

fn accept_rename(cx: &mut UiCx<'_>, conversation: ConversationId, name: &str) -> Result<(), Phrase> {
    let name = free_name(cx.state, name)?;
    cx.intend(Intent::Rename { conversation, name });
    Ok(())
}
