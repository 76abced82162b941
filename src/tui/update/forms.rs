//! The forms: what they propose, what the keys do in them, and what is done when they are accepted.

use super::contacts::{add_contact, free_name};
use super::cx::UiCx;
use crate::app::{Conversation, Intent, PeerKind};
use crate::lang::{Lang, TAGS};
use crate::model::traffic::{ConnectionState, DownReason};
use crate::model::{ConversationId, Password, Phrase, RoomCommand, THEMES};
use crate::runtime::{self, profile::check_name};
use crate::tui::action::Action;
use crate::tui::appearance::Appearance;
use crate::tui::commands::{FORGET, Verb, misused};
use crate::tui::composer::{Composer, Edit};
use crate::tui::popup::{COLOURS, Field, FieldInput, Form, FormKind, Popup};
use crate::tui::request::UiRequest;
use crate::tui::theme::Theme;
use crate::tui::ui::{Mode, Ui};

/// The form a person sees at the very first start.
pub(in crate::tui) fn first_start_form(style: &Appearance) -> Form {
    let place = |all: &[&str], one: &str| all.iter().position(|known| *known == one).unwrap_or(0);
    let fields = vec![
        Field::text("form-own-name", &style.me),
        Field::pick("form-language", &TAGS, place(&TAGS, style.lang.tag())),
        Field::pick(COLOURS, &THEMES, place(&THEMES, style.chosen_theme())),
        // Asked before anything is sent; whoever only presses Enter is to find others, and to be found.
        Field::pick("form-visible", &["form-yes", "form-no"], 0),
    ];
    Form::new(FormKind::FirstStart, fields)
}

/// The form of the first start stands in the language and the colours that are chosen in it, and so does all around it.
pub(super) fn follow_choices(ui: &mut Ui) {
    let Some(Popup::Form(form)) = &ui.popup else { return };
    if form.purpose != FormKind::FirstStart {
        return;
    }
    let (tag, theme) = (form.value(1), form.value(2));
    if tag != ui.style.lang.tag() {
        ui.style.lang = Lang::choose(Some(tag), ui.style.lang.registry().clone());
    }
    if let Some(chosen) = Theme::named(theme, ui.style.colours, ui.style.background) {
        ui.style.theme = chosen;
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
        FormKind::Password(_) | FormKind::Operator { .. } => return accept_password(cx, &form),
    };
    form.error = done.err();
    if form.error.is_some() {
        cx.ui.popup = Some(Popup::Form(form));
    } else {
        cx.ui.drafts.hand_in(form);
    }
}

/// The form is gone with what was typed: it is neither kept nor handed in.
fn accept_password(cx: &mut UiCx<'_>, form: &Form) {
    let Some(password) = Password::new(form.value(0)) else { return };
    let (conversation, command) = match &form.purpose {
        FormKind::Password(room) => (*room, RoomCommand::Unlock(password)),
        FormKind::Operator { conversation, name } => {
            (*conversation, RoomCommand::Claim { name: name.clone(), password })
        }
        FormKind::FirstStart | FormKind::Add | FormKind::Rename(_) => return,
    };
    cx.intend(Intent::Room { conversation, command });
}

/// Whether the room lets nobody in without a password, and whether a wrong one was given.
fn lock_of(place: &Conversation) -> Option<bool> {
    match place.status.connection()? {
        ConnectionState::Down(DownReason::Locked { wrong }) => Some(*wrong),
        _ => None,
    }
}

fn password_form(place: &Conversation, wrong: bool) -> Form {
    let mut form = Form::new(FormKind::Password(place.id), vec![Field::secret("form-room-password")]);
    form.error = wrong.then(|| Phrase::new("room-password-wrong"));
    form
}

/// `/password`: asks for that of the open room. `/password forget`: it is not known here any longer.
pub(super) fn password(cx: &mut UiCx<'_>, args: &str) -> Result<(), Phrase> {
    let place = cx.open_conversation()?;
    let none = || Phrase::new("room-password-none").text("name", place.name.as_str());
    if args == FORGET && place.address.scheme.caps.rooms {
        let conversation = place.id;
        cx.intend(Intent::Room { conversation, command: RoomCommand::ForgetPassword });
        return Ok(());
    }
    if !matches!(args, "" | FORGET) {
        return Err(misused(Verb::Password));
    }
    let wrong = lock_of(place).ok_or_else(none)?;
    let _by_a_person = cx.ui.navigation.asks_first(place.id, wrong);
    cx.ui.popup = Some(Popup::Form(password_form(place, wrong)));
    Ok(())
}

/// The open room has turned out to have a password: asked for at once, or not, where something is being written. Later it
/// would come between somebody's fingers and the draft.
pub(super) fn ask_when_locked(cx: &mut UiCx<'_>) {
    let Some(place) = cx.conversation() else { return };
    let Some(wrong) = lock_of(place) else { return cx.ui.navigation.forget_asked() };
    let is_free = cx.ui.popup.is_none()
        && matches!(cx.ui.mode, Mode::Writing)
        && cx.ui.draft().is_none_or(Composer::is_empty);
    if cx.ui.navigation.asks_first(place.id, wrong) && is_free {
        cx.ui.popup = Some(Popup::Form(password_form(place, wrong)));
    }
}

fn accept_first_start(cx: &mut UiCx<'_>, form: &Form) -> Result<(), Phrase> {
    let name = check_name(form.value(0)).map_err(|error| Phrase::new(error.key()))?;
    let visible = if form.value(3) == "form-yes" { "true" } else { "false" };
    let answers =
        [("name", name), ("language", form.value(1)), ("theme", form.value(2)), ("visible", visible)];
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
