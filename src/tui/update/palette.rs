//! The palette: every command and every key that makes sense there, to be chosen by its words.

use crate::model::ChatCaps;
use crate::tui::action::Action;
use crate::tui::commands::COMMANDS;
use crate::tui::keymap::BINDINGS;
use crate::tui::popup::{Chooser, Item, ItemAction};
use crate::tui::ui::Ui;

pub(super) fn palette(ui: &Ui, chat: ChatCaps) -> Chooser {
    let item = |label: String, detail: String, choice| Item { label, detail, choice };
    let contact =
        [(Action::RenameContact, "key-rename-contact"), (Action::RemoveContact, "key-remove-contact")];
    let actions = contact
        .into_iter()
        .map(|(action, help)| item(ui.style.lang.text(help), String::new(), ItemAction::Do(action)));
    let keys = BINDINGS.iter().filter(|binding| in_palette(binding.action)).filter_map(|binding| {
        let key = binding.keys.first()?;
        Some(item(ui.style.lang.text(binding.help?), (*key).to_owned(), ItemAction::Do(binding.action)))
    });
    let commands = COMMANDS.iter().filter(|command| command.verb.is_in(chat)).map(|command| {
        let write = format!("/{} ", command.name);
        item(ui.style.lang.text(command.help), command.usage(&ui.style.lang), ItemAction::Write(write))
    });
    Chooser::new("popup-palette", keys.chain(actions).chain(commands).collect())
}

/// Single keystrokes of editing are no commands.
const fn in_palette(action: Action) -> bool {
    use Action::{
        Accept, Back, ClearOrQuit, CompleteBack, Copy, Decline, DeleteMessage, Details, Down, Edit,
        EditMessage, ExtendDown, ExtendUp, First, Inspect, Last, MarkRange, NextField, NextFile, Nth, Open,
        Palette, PreviousField, PreviousFile, React, Reply, Retry, Send, Take, Up, WireClear, WireFilter,
        WirePause, WireSave,
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
            | EditMessage
            | React
            | DeleteMessage
            | Inspect
            | Details
            | Open
            | Take
            | Decline
            | Retry
            | NextFile
            | PreviousFile
            | ExtendUp
            | ExtendDown
            | MarkRange
            | CompleteBack
            | WirePause
            | WireFilter
            | WireSave
            | WireClear
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
