//! What keys, pastes and the mouse do to the front's state, and what they ask for. Pure: no I/O, no clock.

mod autosave;
mod bytes;
mod chat;
mod chat_commands;
mod choosers;
mod commands;
mod complete;
mod compose;
mod contacts;
mod cx;
mod doctor;
mod draft;
mod files;
mod find;
mod forms;
mod keep;
mod keys;
mod kinds;
mod lab;
mod links;
mod listing;
mod long_text;
mod mentions;
mod meta;
mod mouse;
mod navigate;
mod orders;
mod paste;
mod popups;
mod questions;
mod quit;
mod read;
mod search;
mod select;
mod wire;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, MouseEvent};

pub(super) use autosave::save;
pub(super) use complete::completed;
pub(super) use files::{ask_for_path, offer_picture, on_dropped};
pub(super) use forms::first_start_form;
pub(super) use long_text::not_written;
pub(super) use read::missing_page;

use self::cx::{Chosen, Handled, UiCx};
use self::mouse::MouseOutcome;
use super::action::Action;
use super::input::{InputEvent, key_of_char};
use super::keymap::{look_up, typed};
use super::popup::Popup;
use super::request::UiRequest;
use super::ui::{Focus, Mode, Ui};
use crate::app::{Intent, State};
use crate::model::{ConversationId, Phrase};

/// Takes what came in from the terminal.
pub(in crate::tui) fn on_input(ui: &mut Ui, state: &State, input: InputEvent) -> Vec<UiRequest> {
    let mut cx = UiCx::new(ui, state);
    cx.ui.drafts.note_running(None);
    if is_typed(&input) && cx.ui.attention.focus() == Focus::Away {
        // Terminals and multiplexers lose reports of the focus, and nobody types into a window that is not looked at. As they
        // do not say when it is left again either, the rule for terminals that say nothing holds.
        look(&mut cx, Focus::Unknown);
    }
    if is_touch(&input) {
        cx.ui.list.touch(cx.state, cx.ui.navigation.open(), cx.ui.viewport.moment());
    }
    match input {
        InputEvent::Terminal(event) => on_terminal(&mut cx, event),
        InputEvent::Text(text) => on_text(&mut cx, &text),
        InputEvent::TooLong(bytes) => long_text::refuse(cx.ui, bytes),
        // The front has taken it.
        InputEvent::Background(_) | InputEvent::Graphics(_) => {}
    }
    cx.into_requests()
}

/// Somebody uses the keyboard. A wheel turns over windows that nobody looks at, and keys are let go after one has left.
fn is_typed(input: &InputEvent) -> bool {
    match input {
        InputEvent::Terminal(Event::Key(key)) => key.kind != KeyEventKind::Release,
        InputEvent::Terminal(Event::Paste(_)) | InputEvent::Text(_) | InputEvent::TooLong(_) => true,
        InputEvent::Terminal(_) | InputEvent::Background(_) | InputEvent::Graphics(_) => false,
    }
}

/// Somebody uses the keyboard or the mouse.
const fn is_touch(input: &InputEvent) -> bool {
    match input {
        InputEvent::Terminal(event) => matches!(event, Event::Key(_) | Event::Paste(_) | Event::Mouse(_)),
        InputEvent::Text(_) | InputEvent::TooLong(_) => true,
        InputEvent::Background(_) | InputEvent::Graphics(_) => false,
    }
}

/// Takes one event of the terminal.
fn on_terminal(cx: &mut UiCx<'_>, event: Event) {
    if !matches!(event, Event::Key(_)) {
        cx.ui.keys.forget_escape();
    }
    if matches!(event, Event::Key(_) | Event::Paste(_)) {
        cx.ui.attention.forget_return();
    }
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => on_key(cx, key),
        Event::Paste(text) => paste::on_paste(cx, &text),
        Event::Mouse(event) => on_mouse(cx, event),
        Event::FocusGained => look(cx, Focus::Here),
        Event::FocusLost => look(cx, Focus::Away),
        Event::Key(_) | Event::Resize(..) => {}
    }
    seen(cx, false);
}

fn on_mouse(cx: &mut UiCx<'_>, event: MouseEvent) {
    match mouse::on_mouse(cx, event) {
        MouseOutcome::Nothing => {}
        MouseOutcome::Chose(chosen) => do_chosen(cx, chosen),
        MouseOutcome::Press(key) => on_key(cx, key),
    }
}

/// Follows what the app changed: a conversation that went, one that was waited for, what is read now.
pub(in crate::tui) fn on_app(ui: &mut Ui, state: &State) -> Vec<UiRequest> {
    let mut cx = UiCx::new(ui, state);
    // Where one stands already nothing has to say what is new; on the way there it has.
    let before = cx.ui.navigation.open();
    let is_at_end = before.is_some_and(|open| !cx.ui.positions.is_scrolled(open));
    let stood = is_at_end && cx.ui.positions.pending().is_none();
    navigate::follow_state(&mut cx);
    if let Some(edge) = read::follow_state(&mut cx) {
        select::keep_in_sight(&mut cx, edge);
    }
    select::follow_state(&mut cx);
    find::follow_state(&mut cx);
    search::follow_state(&mut cx);
    quit::ask_anew(&mut cx);
    forms::ask_when_locked(&mut cx);
    let arriving = stood && cx.ui.navigation.open() == before;
    seen(&mut cx, arriving);
    cx.into_requests()
}

/// Opens a conversation that the program was started with.
pub(in crate::tui) fn open(ui: &mut Ui, state: &State, target: ConversationId) -> Vec<UiRequest> {
    let mut cx = UiCx::new(ui, state);
    navigate::open(&mut cx, target);
    cx.ui.navigation.set_addressed();
    cx.into_requests()
}

/// What was chosen from a list, such as the palette.
fn do_chosen(cx: &mut UiCx<'_>, chosen: Chosen) {
    match chosen {
        Chosen::Do(action) => act(cx, action),
        Chosen::Run(verb) => {
            if let Err(why) = commands::run(cx, verb, "") {
                cx.ui.fail(why);
            }
        }
    }
}

/// Does one action, from a key or from the palette.
fn act(cx: &mut UiCx<'_>, action: Action) {
    if popups::gives_way(cx.ui, action) {
        cx.ui.popup = None;
    }
    if cx.ui.popup.is_some() {
        match popups::act(cx, action) {
            Handled::Yes => return,
            Handled::Chose(chosen) => return do_chosen(cx, chosen),
            Handled::No => {}
        }
    }
    if matches!(cx.ui.mode, Mode::Selecting(_)) && select::act(cx, action) {
        return;
    }
    if find::act(cx, action) {
        return;
    }
    match action {
        Action::Send
        | Action::Edit(_)
        | Action::Up
        | Action::Down
        | Action::Complete
        | Action::CompleteBack
        | Action::Editor => {
            compose::act(cx, action);
        }
        Action::Next | Action::Previous | Action::Nth(_) | Action::NextUnread | Action::LastVisited => {
            navigate::act(cx, action);
        }
        Action::Mention => mentions::go_back(cx),
        Action::Nudge => {
            if let Err(why) = kinds::nudge(cx) {
                cx.ui.flash(why);
            }
        }
        Action::PageUp | Action::PageDown if draft::page(cx.ui, action == Action::PageUp) => {}
        Action::PageUp | Action::PageDown | Action::Oldest | Action::Newest | Action::FirstUnread => {
            read::act(cx, action);
        }
        Action::GoTo
        | Action::SentHistory
        | Action::AddContact
        | Action::RenameContact
        | Action::RemoveContact
        | Action::Members
        | Action::Palette
        | Action::Help => popups::open(cx, action),
        Action::ReadAsLegacy => commands::read_as_legacy(cx),
        Action::Search => search::open(cx, ""),
        Action::Select => select::start(cx),
        Action::Quit => quit::quit(cx),
        Action::ClearOrQuit => quit::clear_or_quit(cx),
        _ => program(cx, action),
    }
}

/// What concerns the program as a whole.
fn program(cx: &mut UiCx<'_>, action: Action) {
    match action {
        Action::Mouse => {
            let mouse = !cx.ui.switches.mouse();
            cx.ui.switches.set_mouse(mouse);
            cx.ui.flash(Phrase::new(if mouse { "flash-mouse-on" } else { "flash-mouse-off" }));
        }
        Action::Bare => cx.ui.switches.set_bare(!cx.ui.switches.bare()),
        Action::Redraw => cx.ask(UiRequest::Redraw),
        Action::ReadNote => popups::read_note(cx),
        Action::Suspend => cx.ask(UiRequest::Suspend),
        Action::Back if cx.ui.switches.bare() => cx.ui.switches.set_bare(false),
        Action::Back if draft::clear_refused(cx) => {}
        Action::Back if cx.ui.status.takes_esc(cx.state) => {
            let _gone = cx.ui.status.next(cx.state);
        }
        Action::Back if chat::leave(cx) => {}
        Action::Back => cx.ui.status.put_counters_away(cx.state),
        _ => {}
    }
}

fn on_key(cx: &mut UiCx<'_>, key: KeyEvent) {
    if meta::is_esc_and_slash(cx, key) {
        on_key(cx, KeyCode::Esc.into());
        return on_key(cx, key_of_char('/'));
    }
    let key = meta::prefixed(cx.ui, key);
    let action = look_up(cx.ui.layers(), key);
    if complete::on_key(cx, action) {
        return;
    }
    cx.ui.note_read(cx.state, action);
    let types = complete::follows(action);
    if !types && !matches!(action, Some(Action::Complete | Action::CompleteBack | Action::Send)) {
        let _closed = cx.ui.completer.take();
    }
    if action != Some(Action::ClearOrQuit) {
        cx.ui.keys.set_quitting(false);
    }
    if action != Some(Action::Send) {
        cx.ui.drafts.forget_question();
    }
    // The list lies over the screen while one steps through it, and no longer.
    let was_over = cx.ui.list.put_over(false);
    cx.ui.list.follow_open();
    if action == Some(Action::Back) {
        if was_over {
            return;
        }
        meta::begin(cx);
    }
    if !matches!(action, Some(Action::Up | Action::ClearOrQuit)) {
        cx.ui.drafts.note_cleared(false);
    }
    match (action, typed(key)) {
        (Some(action), _) => act(cx, action),
        (None, Some(c)) => type_char(cx, c),
        (None, None) => return,
    }
    if types {
        complete::typed(cx);
    }
}

fn type_char(cx: &mut UiCx<'_>, c: char) {
    if cx.ui.popup.is_some() {
        for c in popups::type_char(cx, c) {
            write_char(cx, c);
        }
    } else if !select::refuses(cx) {
        write_char(cx, c);
    }
}

/// A character that is no key of anything: part of a text.
fn write_char(cx: &mut UiCx<'_>, c: char) {
    select::leave(cx);
    if find::type_char(cx, c) {
        // It went into the word that is looked for.
    } else {
        draft::type_char(cx, c);
        chat::typed(cx);
    }
}

fn look(cx: &mut UiCx<'_>, focus: Focus) {
    cx.ui.attention.set_focus(focus, cx.ui.viewport.moment());
    cx.intend(Intent::Away(focus == Focus::Away));
}

/// Tells the app what has been seen: the open conversation, at its end, by somebody.
fn seen(cx: &mut UiCx<'_>, arriving: bool) {
    let Some(place) = cx.conversation().filter(|place| place.is_loaded()) else { return };
    let arriving = arriving && !cx.ui.navigation.take_entered();
    let reading = cx.ui.attention.focus() != Focus::Away && !cx.ui.positions.is_scrolled(place.id);
    let covered = matches!(cx.ui.popup, Some(Popup::Form(_) | Popup::Wire));
    if place.activity.unread() > 0 && reading && !covered {
        cx.intend(Intent::Read { conversation: place.id, arriving });
    }
}

/// Characters that were typed, several at once: the first as the key it is, the others behind it into the same text.
fn on_text(cx: &mut UiCx<'_>, text: &str) {
    // After Esc a person presses one key, not several at once.
    cx.ui.keys.forget_escape();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        on_key(cx, key_of_char(c));
        if paste::takes_text(cx, rest.as_str()) {
            break;
        }
    }
    seen(cx, false);
}
