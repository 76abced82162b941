//! The one table of keys. The program looks keys up in it, and F1 shows it.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::action::Action;
use super::chat::Remark;
use super::composer::Edit;
use crate::model::ChatCaps;

/// Which part of the program a key speaks to. Keys of the layer on top win; `Anywhere` is asked last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layer {
    Anywhere,
    /// The composer and every other text field.
    Writing,
    Selecting,
    Finding,
    /// A list or a form over the screen.
    Popup,
    /// The results of a search, before `Popup`.
    Results,
    /// The page of `/wire`, before `Popup`, while nothing is being written there.
    Wire,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Binding {
    pub layer: Layer,
    /// As they are shown, the first of them the one that is taught.
    pub keys: &'static [&'static str],
    pub action: Action,
    /// Key of the text that says what it does; `None`: an alias or part of a row that is shown already.
    pub help: Option<&'static str>,
}

impl Binding {
    /// Whether what it does is there with a dialect that can say that about messages. A reply is: it quotes, at least.
    pub(super) const fn is_in(&self, chat: ChatCaps) -> bool {
        match self.action {
            Action::EditMessage => Remark::Edit.is_in(chat),
            Action::React => Remark::React.is_in(chat),
            Action::DeleteMessage => Remark::Delete.is_in(chat),
            _ => true,
        }
    }
}

const fn bind(
    layer: Layer,
    keys: &'static [&'static str],
    action: Action,
    help: Option<&'static str>,
) -> Binding {
    Binding { layer, keys, action, help }
}

use Layer::{Anywhere, Finding, Popup, Results, Selecting, Wire, Writing};

/// Every key there is. The order is that of the help.
pub(super) const BINDINGS: &[Binding] = &[
    bind(Writing, &["Enter"], Action::Send, Some("key-send")),
    bind(
        Writing,
        &["Alt-Enter", "Shift-Enter", "Ctrl-J"],
        Action::Edit(Edit::InsertNewline),
        Some("key-newline"),
    ),
    bind(Writing, &["Up"], Action::Up, Some("key-up")),
    bind(Writing, &["Down"], Action::Down, Some("key-down")),
    bind(Writing, &["Tab"], Action::Complete, Some("key-complete")),
    bind(Writing, &["Shift-Tab"], Action::CompleteBack, Some("key-complete-back")),
    bind(Writing, &["Ctrl-R"], Action::SentHistory, Some("key-sent-history")),
    bind(Writing, &["Alt-E"], Action::Editor, Some("key-editor")),
    bind(Writing, &["Ctrl-A", "Home"], Action::Edit(Edit::LineStart), Some("key-line-start")),
    bind(Writing, &["Ctrl-E", "End"], Action::Edit(Edit::LineEnd), Some("key-line-end")),
    bind(Writing, &["Ctrl-Home"], Action::Edit(Edit::TextStart), Some("key-text-start")),
    bind(Writing, &["Ctrl-End"], Action::Edit(Edit::TextEnd), Some("key-text-end")),
    bind(Writing, &["Ctrl-B", "Left"], Action::Edit(Edit::Left), Some("key-left")),
    bind(Writing, &["Ctrl-F", "Right"], Action::Edit(Edit::Right), Some("key-right")),
    bind(Writing, &["Alt-B", "Ctrl-Left", "Alt-Left"], Action::Edit(Edit::WordLeft), Some("key-word-left")),
    bind(
        Writing,
        &["Alt-F", "Ctrl-Right", "Alt-Right"],
        Action::Edit(Edit::WordRight),
        Some("key-word-right"),
    ),
    bind(Writing, &["Backspace", "Ctrl-H"], Action::Edit(Edit::Backspace), Some("key-backspace")),
    bind(Writing, &["Ctrl-D", "Delete"], Action::Edit(Edit::Delete), Some("key-delete")),
    bind(
        Writing,
        &["Ctrl-W", "Ctrl-Backspace"],
        Action::Edit(Edit::KillWordLeft),
        Some("key-kill-word-left"),
    ),
    bind(Writing, &["Alt-Backspace"], Action::Edit(Edit::KillWordBackward), Some("key-kill-word-backward")),
    bind(Writing, &["Alt-D"], Action::Edit(Edit::KillWordForward), Some("key-kill-word-forward")),
    bind(Writing, &["Ctrl-U"], Action::Edit(Edit::KillToLineStart), Some("key-kill-line-start")),
    bind(Writing, &["Ctrl-K"], Action::Edit(Edit::KillToLineEnd), Some("key-kill-line-end")),
    bind(Writing, &["Ctrl-Y"], Action::Edit(Edit::Yank), Some("key-yank")),
    bind(Writing, &["Ctrl-T"], Action::Edit(Edit::Transpose), Some("key-transpose")),
    bind(Writing, &["Ctrl-_"], Action::Edit(Edit::Undo), Some("key-undo")),
    // What terminals without the kitty protocol make of Ctrl-_.
    bind(Writing, &["Ctrl-7", "Ctrl-/"], Action::Edit(Edit::Undo), None),
    bind(Writing, &["Alt-_"], Action::Edit(Edit::Redo), Some("key-redo")),
    bind(Anywhere, &["Alt-Down", "Ctrl-N"], Action::Next, Some("key-next")),
    bind(Anywhere, &["Alt-Up", "Ctrl-P"], Action::Previous, Some("key-previous")),
    bind(Anywhere, &["Alt-1"], Action::Nth(0), Some("key-nth")),
    bind(Anywhere, &["Alt-2"], Action::Nth(1), None),
    bind(Anywhere, &["Alt-3"], Action::Nth(2), None),
    bind(Anywhere, &["Alt-4"], Action::Nth(3), None),
    bind(Anywhere, &["Alt-5"], Action::Nth(4), None),
    bind(Anywhere, &["Alt-6"], Action::Nth(5), None),
    bind(Anywhere, &["Alt-7"], Action::Nth(6), None),
    bind(Anywhere, &["Alt-8"], Action::Nth(7), None),
    bind(Anywhere, &["Alt-9"], Action::Nth(8), None),
    bind(Anywhere, &["Alt-A"], Action::NextUnread, Some("key-next-unread")),
    bind(Anywhere, &["Alt-I"], Action::Mention, Some("key-mention")),
    bind(Anywhere, &["Alt-/"], Action::LastVisited, Some("key-last-visited")),
    bind(Anywhere, &["Ctrl-G"], Action::GoTo, Some("key-go-to")),
    bind(Anywhere, &["Alt-C"], Action::AddContact, Some("key-add-contact")),
    bind(Anywhere, &["Alt-T"], Action::ReadAsLegacy, Some("key-read-as-legacy")),
    bind(Anywhere, &["Alt-N"], Action::Members, Some("key-members")),
    bind(Anywhere, &["Alt-W"], Action::Nudge, Some("key-nudge")),
    bind(Anywhere, &["PgUp"], Action::PageUp, Some("key-page-up")),
    bind(Anywhere, &["PgDn"], Action::PageDown, Some("key-page-down")),
    bind(Anywhere, &["Alt-Home"], Action::Oldest, Some("key-oldest")),
    bind(Anywhere, &["Alt-End"], Action::Newest, Some("key-newest")),
    bind(Anywhere, &["Alt-U"], Action::FirstUnread, Some("key-first-unread")),
    bind(Anywhere, &["Ctrl-S"], Action::Find, Some("key-find")),
    bind(Anywhere, &["F3"], Action::FindNext, Some("key-find-next")),
    bind(Anywhere, &["Shift-F3"], Action::FindPrevious, Some("key-find-previous")),
    bind(Anywhere, &["Alt-S"], Action::Search, Some("key-search")),
    bind(Anywhere, &["Ctrl-O"], Action::Select, Some("key-select")),
    bind(Selecting, &["Up", "k"], Action::Up, Some("key-select-up")),
    bind(Selecting, &["Down", "j"], Action::Down, Some("key-select-down")),
    bind(Selecting, &["Shift-Up"], Action::ExtendUp, Some("key-extend-up")),
    bind(Selecting, &["Shift-Down"], Action::ExtendDown, Some("key-extend-down")),
    bind(Selecting, &["Space"], Action::MarkRange, Some("key-mark-range")),
    bind(Selecting, &["Home", "g"], Action::Oldest, Some("key-select-oldest")),
    bind(Selecting, &["End", "Shift-G"], Action::Newest, Some("key-select-newest")),
    bind(Selecting, &["Tab", "Right", "l"], Action::NextFile, Some("key-next-file")),
    bind(Selecting, &["Shift-Tab", "Left", "h"], Action::PreviousFile, Some("key-previous-file")),
    bind(Selecting, &["Enter", "s"], Action::Take, Some("key-take")),
    bind(Selecting, &["y"], Action::Copy, Some("key-copy")),
    bind(Selecting, &["r"], Action::Reply, Some("key-reply")),
    bind(Selecting, &["e"], Action::EditMessage, Some("key-edit-message")),
    bind(Selecting, &["+"], Action::React, Some("key-react")),
    bind(Selecting, &["Delete"], Action::DeleteMessage, Some("key-delete-message")),
    bind(Selecting, &["i"], Action::Inspect, Some("key-inspect")),
    bind(Selecting, &["d"], Action::Decline, Some("key-decline")),
    bind(Selecting, &["v"], Action::Details, Some("key-details")),
    bind(Selecting, &["o"], Action::Open, Some("key-open")),
    bind(Selecting, &["x"], Action::Retry, Some("key-retry")),
    bind(Selecting, &["Esc", "q"], Action::Back, Some("key-back")),
    bind(Finding, &["Enter", "Up"], Action::FindPrevious, Some("key-find-older")),
    bind(Finding, &["Down"], Action::FindNext, Some("key-find-newer")),
    bind(Popup, &["Enter"], Action::Accept, Some("key-accept")),
    bind(Popup, &["Down", "Ctrl-N"], Action::Down, Some("key-popup-down")),
    bind(Popup, &["Up", "Ctrl-P"], Action::Up, Some("key-popup-up")),
    bind(Popup, &["Tab"], Action::NextField, Some("key-next-field")),
    bind(Popup, &["Shift-Tab"], Action::PreviousField, Some("key-previous-field")),
    bind(Results, &["Enter"], Action::Accept, Some("key-results-accept")),
    bind(Results, &["Home", "Ctrl-Home"], Action::First, Some("key-results-first")),
    bind(Results, &["End", "Ctrl-End"], Action::Last, Some("key-results-last")),
    bind(Wire, &["Space"], Action::WirePause, Some("key-wire-pause")),
    bind(Wire, &["/", "F"], Action::WireFilter, Some("key-wire-filter")),
    bind(Wire, &["S"], Action::WireSave, Some("key-wire-save")),
    bind(Wire, &["C"], Action::WireClear, Some("key-wire-clear")),
    bind(Wire, &["Tab"], Action::NextField, Some("key-wire-bytes")),
    bind(Wire, &["Enter"], Action::Accept, Some("key-wire-whole")),
    bind(Wire, &["Home", "G"], Action::Oldest, Some("key-wire-oldest")),
    bind(Wire, &["End", "Shift-G"], Action::Newest, Some("key-wire-newest")),
    bind(Wire, &["Up", "K"], Action::Up, None),
    bind(Wire, &["Down", "J"], Action::Down, None),
    bind(Wire, &["Q"], Action::Back, None),
    bind(Anywhere, &["Ctrl-X"], Action::Palette, Some("key-palette")),
    bind(Anywhere, &["F1"], Action::Help, Some("key-help")),
    bind(Anywhere, &["Alt-M"], Action::Mouse, Some("key-mouse")),
    bind(Anywhere, &["Alt-L"], Action::Bare, Some("key-bare")),
    bind(Anywhere, &["Ctrl-L"], Action::Redraw, Some("key-redraw")),
    bind(Anywhere, &["Alt-V"], Action::ReadNote, Some("key-read-note")),
    bind(Anywhere, &["Ctrl-Z"], Action::Suspend, Some("key-suspend")),
    bind(Anywhere, &["Esc"], Action::Back, Some("key-back")),
    bind(Anywhere, &["Ctrl-C"], Action::ClearOrQuit, Some("key-clear-or-quit")),
    bind(Anywhere, &["Ctrl-Q"], Action::Quit, Some("key-quit")),
];

/// What the layers that are open, top first, make of a key. `None`: it is text, or nothing.
pub(super) fn look_up(layers: &[Layer], key: KeyEvent) -> Option<Action> {
    let wanted = chord(key);
    let shifted = key.modifiers.contains(KeyModifiers::SHIFT);
    let is_capital = |c: char| c.is_uppercase() || (shifted && c.is_alphabetic());
    let capital = matches!(key.code, KeyCode::Char(c) if is_capital(c)).then_some(KeyModifiers::SHIFT);
    let in_layer = |layer: &Layer, wanted: Chord| {
        let bound = |binding: &&Binding| binding.keys.iter().any(|name| parse(name) == Some(wanted));
        let mut layer = BINDINGS.iter().filter(|binding| binding.layer == *layer);
        layer.find(bound).map(|binding| binding.action)
    };
    layers.iter().find_map(|layer| {
        // A capital letter may have a meaning of its own; else it means what the small one does, as with Caps Lock.
        let own = capital.and_then(|shift| in_layer(layer, (wanted.0, wanted.1 | shift)));
        own.or_else(|| in_layer(layer, wanted))
    })
}

/// Keys that hints show by a sign.
pub(super) const ARROWS: [&str; 4] = ["↑", "↓", "←", "→"];

/// Whether a word is the name of a key that does something.
pub(super) fn is_key(word: &str) -> bool {
    let is_named = |key: &&str| key.eq_ignore_ascii_case(word);
    ARROWS.contains(&word) || BINDINGS.iter().any(|binding| binding.keys.iter().any(is_named))
}

/// A key by its name, as it is shown.
pub(super) fn press(name: &str) -> Option<KeyEvent> {
    let (code, modifiers) = parse(name)?;
    Some(KeyEvent::new(code, modifiers))
}

/// The first key that does `action`, as it is shown.
pub(super) fn key_of(action: Action) -> &'static str {
    let binding = BINDINGS.iter().find(|binding| binding.action == action);
    binding.and_then(|binding| binding.keys.first()).copied().unwrap_or_default()
}

/// The first key that does `action` where that layer is open, as it is shown; else the first anywhere.
pub(super) fn key_in(layer: Layer, action: Action) -> &'static str {
    let binding = BINDINGS.iter().find(|binding| (binding.layer, binding.action) == (layer, action));
    binding.and_then(|binding| binding.keys.first()).copied().unwrap_or_else(|| key_of(action))
}

/// The character a key types into a text field.
pub(super) fn typed(key: KeyEvent) -> Option<char> {
    let plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SUPER);
    match key.code {
        KeyCode::Char(c) if plain && !c.is_control() => Some(c),
        _ => None,
    }
}

pub(super) type Chord = (KeyCode, KeyModifiers);

/// A key as the table has it: letters in lower case, Shift only where the key has no other shape for it.
fn chord(key: KeyEvent) -> Chord {
    let mut modifiers = key.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
    match key.code {
        KeyCode::Char(c) => {
            modifiers.remove(KeyModifiers::SHIFT);
            (KeyCode::Char(c.to_lowercase().next().unwrap_or(c)), modifiers)
        }
        KeyCode::BackTab => (KeyCode::Tab, modifiers | KeyModifiers::SHIFT),
        other => (other, modifiers),
    }
}

pub(super) fn parse(name: &str) -> Option<Chord> {
    let mut modifiers = KeyModifiers::NONE;
    let mut rest = name;
    for (prefix, modifier) in
        [("Ctrl-", KeyModifiers::CONTROL), ("Alt-", KeyModifiers::ALT), ("Shift-", KeyModifiers::SHIFT)]
    {
        if let Some(after) = rest.strip_prefix(prefix) {
            modifiers |= modifier;
            rest = after;
        }
    }
    let code = match rest {
        "Enter" => KeyCode::Enter,
        "Space" => KeyCode::Char(' '),
        "Esc" => KeyCode::Esc,
        "Tab" => KeyCode::Tab,
        "Up" | "↑" => KeyCode::Up,
        "Down" | "↓" => KeyCode::Down,
        "Left" | "←" => KeyCode::Left,
        "Right" | "→" => KeyCode::Right,
        "Home" => KeyCode::Home,
        "End" => KeyCode::End,
        "PgUp" => KeyCode::PageUp,
        "PgDn" => KeyCode::PageDown,
        "Backspace" => KeyCode::Backspace,
        "Delete" => KeyCode::Delete,
        _ => character_or_function(rest)?,
    };
    Some((code, modifiers))
}

fn character_or_function(name: &str) -> Option<KeyCode> {
    let mut chars = name.chars();
    match (chars.next()?, chars.as_str()) {
        (c, "") => Some(KeyCode::Char(c.to_ascii_lowercase())),
        ('F', number) => number.parse().ok().map(KeyCode::F),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_table_can_be_pressed() {
        for binding in BINDINGS {
            for name in binding.keys {
                let (code, modifiers) = parse(name).expect(name);
                assert_eq!(
                    look_up(&[binding.layer], KeyEvent::new(code, modifiers)),
                    Some(binding.action),
                    "{name} is bound twice in one layer"
                );
            }
        }
    }

    #[test]
    fn the_top_layer_wins() {
        let down = KeyEvent::new(KeyCode::Down, KeyModifiers::NONE);
        assert_eq!(look_up(&[Selecting, Anywhere], down), Some(Action::Down));
        let next = KeyEvent::new(KeyCode::Char('n'), KeyModifiers::CONTROL);
        assert_eq!(look_up(&[Writing, Anywhere], next), Some(Action::Next));
        assert_eq!(look_up(&[Popup, Writing, Anywhere], next), Some(Action::Down));
    }

    #[test]
    fn shifted_letters_are_text_and_not_keys() {
        let key = KeyEvent::new(KeyCode::Char('Q'), KeyModifiers::SHIFT);
        assert_eq!(typed(key), Some('Q'));
        assert_eq!(look_up(&[Writing, Anywhere], key), None);
    }
}
