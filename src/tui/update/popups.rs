//! Opening popups, and what the keys do in them.

use super::{commands, search};
use crate::app::{Conversation, Intent, Standing, State};
use crate::model::text::plain_line;
use crate::model::{ConversationId, Message, Phrase};
use crate::runtime::{self, profile::check_name};
use crate::tui::action::Action;
use crate::tui::commands::COMMANDS;
use crate::tui::composer::Edit;
use crate::tui::keymap::BINDINGS;
use crate::tui::naming::name_of;
use crate::tui::popup::{Choice, Chooser, Field, Form, Input, Item, Popup, Purpose, Question, Reader, Then};
use crate::tui::ui::{Mode, Request, Ui};
use crate::tui::view::{last_top, reader};

/// Opens the popup that belongs to the action.
pub(super) fn open(ui: &mut Ui, state: &State, action: Action) {
    let popup = match action {
        Action::Help => Some(Popup::Help(0)),
        Action::Palette => Some(Popup::Chooser(palette(ui))),
        Action::GoTo => Some(Popup::Chooser(go_to(ui, state))),
        Action::SentHistory => sent(ui, state).map(Popup::Chooser),
        Action::AddContact => Some(Popup::Form(add_form(ui, state))),
        Action::RenameContact => ui.place(state).map(|place| Popup::Form(rename_form(place))),
        Action::RemoveContact => ui.place(state).map(remove_question),
        Action::Members => ui.place(state).map(|place| Popup::Reader(reader::conversation(&ui.style, place))),
        _ => None,
    };
    ui.popup = popup;
}

/// The form a person sees at the very first start.
pub(in crate::tui) fn first_start_form(name: &str, language: usize) -> Form {
    let fields = vec![
        Field::text("form-name", name),
        Field::pick("form-language", &crate::lang::TAGS, language),
        Field::pick("form-visible", &["form-no", "form-yes"], 0),
    ];
    Form::new(Purpose::FirstStart, fields)
}

fn palette(ui: &Ui) -> Chooser {
    let item = |label: String, detail: String, choice| Item { label, detail, choice };
    let contact =
        [(Action::RenameContact, "key-rename-contact"), (Action::RemoveContact, "key-remove-contact")];
    let actions = contact
        .into_iter()
        .map(|(action, help)| item(ui.style.lang.text(help), String::new(), Choice::Do(action)));
    let keys = BINDINGS.iter().filter(|binding| in_palette(binding.action)).filter_map(|binding| {
        let key = binding.keys.first()?;
        Some(item(ui.style.lang.text(binding.help?), (*key).to_owned(), Choice::Do(binding.action)))
    });
    let commands = COMMANDS.iter().map(|command| {
        let detail = format!("/{} {}", command.name, command.args);
        let write = format!("/{} ", command.name);
        item(ui.style.lang.text(command.help), detail.trim().to_owned(), Choice::Write(write))
    });
    Chooser::new("popup-palette", keys.chain(actions).chain(commands).collect())
}

/// Single keystrokes of editing are no commands.
const fn in_palette(action: Action) -> bool {
    use Action::{
        Accept, Back, ClearOrQuit, CompleteBack, Copy, Decline, Details, Down, Edit, First, Inspect, Last,
        NextField, NextFile, Nth, Open, Palette, PreviousField, PreviousFile, Reply, Retry, Send, Take, Up,
    };
    !matches!(
        action,
        Edit(_)
            | Nth(_)
            | Send
            | Up
            | Down
            | Copy
            | Reply
            | Inspect
            | Details
            | Open
            | Take
            | Decline
            | Retry
            | NextFile
            | PreviousFile
            | CompleteBack
            | Accept
            | NextField
            | PreviousField
            | First
            | Last
            | Back
            | ClearOrQuit
            | Palette
    )
}

fn go_to(ui: &Ui, state: &State) -> Chooser {
    let listed = state.listed();
    let others = listed.iter().filter(|one| Some(one.id) != ui.open);
    let here = listed.iter().filter(|one| Some(one.id) == ui.open);
    let items = others.chain(here).map(|one| Item {
        label: name_of(&ui.style.lang, one),
        detail: plain_line(&told(one)),
        choice: Choice::Open(one.id),
    });
    Chooser::new("popup-go-to", items.collect())
}

/// Where it is, and what else one may look for it by.
fn told(one: &Conversation) -> String {
    let about = one.about.as_deref();
    let words = about.into_iter().flat_map(|about| [about.group.as_str(), &about.host, &about.user]);
    let address = one.address.to_string();
    words.filter(|words| !words.is_empty()).chain([address.as_str()]).collect::<Vec<_>>().join("  ")
}

fn sent(ui: &mut Ui, state: &State) -> Option<Chooser> {
    let sent = ui.place(state).map(|place| place.sent.clone()).unwrap_or_default();
    if sent.is_empty() {
        ui.flash = Some(Phrase::new("flash-nothing-sent"));
        return None;
    }
    let items = sent.iter().rev().map(|text| Item {
        label: plain_line(text),
        detail: String::new(),
        choice: Choice::Write(text.clone()),
    });
    Some(Chooser::new("popup-sent", items.collect()))
}

/// Filled with the stranger that is open.
fn add_form(ui: &Ui, state: &State) -> Form {
    let stranger = ui.place(state).filter(|place| place.standing == Standing::Stranger);
    let name = stranger.map(|place| place.name.clone()).unwrap_or_default();
    let address = stranger.map(|place| state.short_address(place).to_string()).unwrap_or_default();
    Form::new(Purpose::Add, vec![Field::text("form-name", &name), Field::text("form-address", &address)])
}

fn rename_form(place: &Conversation) -> Form {
    Form::new(Purpose::Rename(place.id), vec![Field::text("form-name", &place.name)])
}

fn remove_question(place: &Conversation) -> Popup {
    let asked = Phrase::new("question-remove").text("name", place.name.as_str());
    Popup::Question(Question { asked, then: Then::Remove(place.id) })
}

/// Opens inspect, details or the whole text of a message.
pub(super) fn read_message(ui: &mut Ui, place: &Conversation, message: &Message, action: Action) {
    ui.popup = Some(Popup::Reader(match action {
        Action::Inspect => reader::inspect(&ui.style, message),
        // Where nothing is to be declined, the key says what is known.
        Action::Details | Action::Decline => reader::details(&ui.style, place, message),
        _ => reader::whole(&ui.style, message),
    }));
}

/// The raw bytes of the newest message that has some.
pub(super) fn inspect_newest(ui: &mut Ui, state: &State) -> Result<(), Phrase> {
    let nothing = || Phrase::new("flash-nothing-to-select");
    let place = ui.place(state).ok_or_else(nothing)?;
    let message = place.messages().iter().rev().find(|one| !one.payload.is_empty()).ok_or_else(nothing)?;
    ui.popup = Some(Popup::Reader(reader::inspect(&ui.style, message)));
    Ok(())
}

/// Whether the action was the popup's own.
pub(super) fn act(ui: &mut Ui, state: &State, action: Action, requests: &mut Vec<Request>) -> bool {
    match action {
        // The first-start form too: it comes again until it is answered, and nothing is announced before.
        Action::Back | Action::ClearOrQuit => ui.popup = None,
        Action::Quit | Action::Redraw | Action::Suspend => return false,
        Action::Search if matches!(ui.popup, Some(Popup::Search)) => ui.popup = None,
        _ if matches!(ui.popup, Some(Popup::Search)) => search::act(ui, state, action, requests),
        Action::Accept | Action::Send => accept(ui, state, requests),
        Action::Help if matches!(ui.popup, Some(Popup::Help(_))) => ui.popup = None,
        Action::Members if matches!(ui.popup, Some(Popup::Reader(Reader { about: Some(_), .. }))) => {
            ui.popup = None;
        }
        _ => {
            let last = last_top(ui);
            let page = usize::from(ui.screen.height.saturating_sub(6).max(1));
            match &mut ui.popup {
                Some(Popup::Help(top) | Popup::Reader(Reader { top, .. })) => {
                    page_text(top, action, page, last);
                }
                Some(Popup::Chooser(chooser)) => edit_chooser(chooser, action),
                Some(Popup::Form(form)) => edit_form(form, action),
                Some(Popup::Question(_) | Popup::Search) | None => {}
            }
        }
    }
    true
}

/// A character typed into a popup.
pub(super) fn type_char(ui: &mut Ui, c: char, requests: &mut Vec<Request>) {
    match &mut ui.popup {
        Some(Popup::Chooser(chooser)) => {
            chooser.query.insert_char(c);
            chooser.narrow();
        }
        Some(Popup::Search) => search::insert(ui, c.encode_utf8(&mut [0; 4]), requests),
        Some(Popup::Form(form)) => type_into_form(form, c),
        Some(Popup::Help(_) | Popup::Reader(_) | Popup::Question(_)) | None => {}
    }
}

fn type_into_form(form: &mut Form, c: char) {
    match form.fields.get_mut(form.focus).map(|field| &mut field.input) {
        Some(Input::Text(composer)) => {
            composer.insert_char(c);
        }
        Some(Input::Pick { options, chosen }) if c == ' ' => {
            *chosen = chosen.saturating_add(1) % options.len().max(1);
        }
        Some(Input::Pick { .. }) | None => {}
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

fn edit_chooser(chooser: &mut Chooser, action: Action) {
    match action {
        Action::Up | Action::PreviousField => chooser.step(false),
        Action::Down | Action::NextField => chooser.step(true),
        Action::Edit(edit) => {
            chooser.query.apply(edit, u16::MAX);
            chooser.narrow();
        }
        _ => {}
    }
}

fn edit_form(form: &mut Form, action: Action) {
    match action {
        Action::Up | Action::PreviousField => form.step(false),
        Action::Down | Action::NextField => form.step(true),
        Action::Edit(edit) => match form.fields.get_mut(form.focus).map(|field| &mut field.input) {
            Some(Input::Text(composer)) if edit != Edit::InsertNewline => {
                composer.apply(edit, u16::MAX);
            }
            Some(Input::Pick { options, chosen }) => {
                let len = options.len().max(1);
                let step = if edit == Edit::Left { len.saturating_sub(1) } else { 1 };
                *chosen = chosen.saturating_add(step) % len;
            }
            Some(Input::Text(_)) | None => {}
        },
        _ => {}
    }
}

fn accept(ui: &mut Ui, state: &State, requests: &mut Vec<Request>) {
    match ui.popup.take() {
        Some(Popup::Chooser(chooser)) => choose(ui, state, chooser, requests),
        Some(Popup::Form(form)) => accept_form(ui, state, form, requests),
        Some(Popup::Question(question)) => answer_yes(ui, state, question.then, requests),
        Some(Popup::Help(_) | Popup::Reader(_) | Popup::Search) | None => {}
    }
}

fn choose(ui: &mut Ui, state: &State, chooser: Chooser, requests: &mut Vec<Request>) {
    match chooser.choice().cloned() {
        Some(Choice::Open(id)) => super::navigate::open(ui, id, requests),
        Some(Choice::Do(action)) => super::act(ui, state, action, requests),
        Some(Choice::Write(text)) => {
            if let Some(draft) = ui.draft_mut() {
                draft.set_text(text);
            }
        }
        // Nothing matches: the list stays as it is.
        None => ui.popup = Some(Popup::Chooser(chooser)),
    }
}

fn accept_form(ui: &mut Ui, state: &State, mut form: Form, requests: &mut Vec<Request>) {
    let done = match form.purpose {
        Purpose::FirstStart => accept_first_start(ui, &form, requests),
        Purpose::Add => accept_add(ui, state, &form, requests),
        Purpose::Rename(id) => accept_rename(state, id, form.value(0), requests),
    };
    if let Err(why) = done {
        form.error = Some(why);
        ui.popup = Some(Popup::Form(form));
    }
}

fn accept_first_start(ui: &mut Ui, form: &Form, requests: &mut Vec<Request>) -> Result<(), Phrase> {
    let name = check_name(form.value(0)).map_err(|error| Phrase::new(error.key()))?;
    let visible = if form.value(2) == "form-yes" { "true" } else { "false" };
    let answers = [("name", name), ("language", form.value(1)), ("visible", visible)];
    let answers = answers.map(|(key, value)| (key.to_owned(), value.to_owned()));
    requests.push(Request::Configure(answers.to_vec()));
    ui.mode = Mode::Writing;
    Ok(())
}

fn accept_add(ui: &mut Ui, state: &State, form: &Form, requests: &mut Vec<Request>) -> Result<(), Phrase> {
    let address = runtime::parse_address(form.value(1)).map_err(|error| error.phrase())?;
    commands::add_contact(ui, state, form.value(0), address, requests)
}

fn accept_rename(
    state: &State,
    conversation: ConversationId,
    name: &str,
    requests: &mut Vec<Request>,
) -> Result<(), Phrase> {
    let name = commands::free_name(state, name)?;
    requests.push(Request::Intent(Intent::Rename { conversation, name }));
    Ok(())
}

fn answer_yes(ui: &mut Ui, state: &State, then: Then, requests: &mut Vec<Request>) {
    match then {
        Then::Paste(text) => super::compose::insert(ui, &text),
        Then::Remove(conversation) => {
            super::navigate::step_aside(ui, state, requests);
            requests.push(Request::Intent(Intent::Remove { conversation }));
        }
        Then::Clear(conversation) => requests.push(Request::Intent(Intent::Clear { conversation })),
    }
}
