//! The forms: what they propose, what the keys do in them, and what is done when they are accepted.

use super::commands;
use crate::app::{Conversation, Intent, PeerKind, State};
use crate::model::{ConversationId, Phrase};
use crate::runtime::{self, profile::check_name};
use crate::tui::action::Action;
use crate::tui::composer::Edit;
use crate::tui::popup::{Field, FieldInput, Form, FormKind, Popup};
use crate::tui::ui::{Mode, Ui, UiRequest};

/// The form a person sees at the very first start.
pub(in crate::tui) fn first_start_form(name: &str, language: usize) -> Form {
    let fields = vec![
        Field::text("form-name", name),
        Field::pick("form-language", &crate::lang::TAGS, language),
        Field::pick("form-visible", &["form-no", "form-yes"], 0),
    ];
    Form::new(FormKind::FirstStart, fields)
}

/// Filled with the stranger that is open.
pub(super) fn add_form(ui: &Ui, state: &State) -> Form {
    let stranger = ui.place(state).filter(|place| place.kind == PeerKind::Stranger);
    let name = stranger.map(|place| place.name.clone()).unwrap_or_default();
    let address = stranger.map(|place| state.short_address(place).to_string()).unwrap_or_default();
    Form::new(FormKind::Add, vec![Field::text("form-name", &name), Field::text("form-address", &address)])
}

/// The form as it was left, if it asks the same.
pub(super) fn begun(ui: &mut Ui, fresh: Form) -> Form {
    ui.unfinished.take_if(|form| form.is_like(&fresh)).unwrap_or(fresh)
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

pub(super) fn accept_form(ui: &mut Ui, state: &State, mut form: Form, requests: &mut Vec<UiRequest>) {
    let done = match form.purpose {
        FormKind::FirstStart => accept_first_start(ui, &form, requests),
        FormKind::Add => accept_add(ui, state, &form, requests),
        FormKind::Rename(id) => accept_rename(state, id, form.value(0), requests),
    };
    if let Err(why) = done {
        form.error = Some(why);
        ui.popup = Some(Popup::Form(form));
    }
}

fn accept_first_start(ui: &mut Ui, form: &Form, requests: &mut Vec<UiRequest>) -> Result<(), Phrase> {
    let name = check_name(form.value(0)).map_err(|error| Phrase::new(error.key()))?;
    let visible = if form.value(2) == "form-yes" { "true" } else { "false" };
    let answers = [("name", name), ("language", form.value(1)), ("visible", visible)];
    let answers = answers.map(|(key, value)| (key.to_owned(), value.to_owned()));
    requests.push(UiRequest::Configure(answers.to_vec()));
    ui.mode = Mode::Writing;
    Ok(())
}

fn accept_add(ui: &mut Ui, state: &State, form: &Form, requests: &mut Vec<UiRequest>) -> Result<(), Phrase> {
    let address = runtime::parse_address(form.value(1)).map_err(|error| error.phrase())?;
    commands::add_contact(ui, state, form.value(0), address, requests)
}

fn accept_rename(
    state: &State,
    conversation: ConversationId,
    name: &str,
    requests: &mut Vec<UiRequest>,
) -> Result<(), Phrase> {
    let name = commands::free_name(state, name)?;
    requests.push(UiRequest::Intent(Intent::Rename { conversation, name }));
    Ok(())
}
