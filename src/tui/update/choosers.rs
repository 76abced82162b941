//! What the lists to choose from hold, and what choosing a line does.

use super::cx::{Chosen, UiCx};
use super::{complete, draft, links, navigate};
use crate::app::Intent;
use crate::model::history::PageAnchor;
use crate::model::text::plain_line;
use crate::model::{Caps, Phrase};
use crate::runtime;
use crate::tui::action::Action;
use crate::tui::chooser::{Chooser, ChooserKind, Item, ItemAction};
use crate::tui::commands::{COMMANDS, SlashCommand, Verb, arguments};
use crate::tui::keymap::{BINDINGS, Binding, Layer, key_of};
use crate::tui::naming::{GROUP, is_receiver};
use crate::tui::popup::{HelpPage, Popup};
use crate::tui::ui::Ui;
use crate::tui::view::{chooser_rows, has_preview};
use crate::tui::words;

/// Everything the program does: commands first, then keys by their groups.
pub(super) fn palette(ui: &Ui, caps: Caps) -> Chooser {
    let lang = &ui.style.lang;
    let mut commands: Vec<&SlashCommand> =
        COMMANDS.iter().filter(|command| command.verb.is_in(caps)).collect();
    commands.sort_by_key(|command| command.name);
    let commands = commands.into_iter().map(|command| {
        let usage = format!("/{} {}", command.name, arguments(lang, command.args));
        let key = command.key();
        let between = if key.is_empty() { "" } else { "   " };
        let detail = format!("{}{between}{key}", usage.trim_end());
        Item::new(lang.text(command.help), detail, chosen_command(command))
    });
    let groups = [Layer::Anywhere, Layer::Writing];
    let keys = groups.into_iter().flat_map(|layer| BINDINGS.iter().filter(move |key| key.layer == layer));
    let keys = keys.filter(|binding| in_palette(binding)).filter_map(|binding| {
        let key = binding.keys.first()?;
        Some(Item::new(lang.text(binding.help?), *key, ItemAction::Do(binding.action)))
    });
    let word = lang.text("help-signs-word");
    let signs = Item::new(lang.text("palette-signs"), key_of(Action::Help), ItemAction::Explain(word));
    let all = commands.chain(keys).chain([signs]);
    Chooser::new("popup-palette", all.collect()).of(ChooserKind::Palette)
}

/// A command with a form or a list of its own opens that, one without arguments is run; any other is written into the
/// composer.
fn chosen_command(command: &SlashCommand) -> ItemAction {
    match command.verb {
        Verb::Add => ItemAction::Do(Action::AddContact),
        Verb::Rename => ItemAction::Do(Action::RenameContact),
        Verb::Remove => ItemAction::Do(Action::RemoveContact),
        Verb::Search => ItemAction::Do(Action::Search),
        Verb::Members => ItemAction::Do(Action::Members),
        Verb::Help => ItemAction::Do(Action::Help),
        Verb::Quit => ItemAction::Do(Action::Quit),
        verb if command.args.is_empty() => ItemAction::Run(verb),
        _ => ItemAction::Write(format!("/{} ", command.name)),
    }
}

/// What a person may want to be done. Single keystrokes of editing are no commands, and what a command says already is
/// not said twice.
const fn in_palette(binding: &Binding) -> bool {
    use Action::{
        Bare, Editor, Find, FindNext, FindPrevious, FirstUnread, GoTo, LastVisited, Mouse, Newest, Next,
        NextUnread, Oldest, Previous, ReadAsLegacy, Redraw, Select, SentHistory, Suspend,
    };
    matches!(
        binding.action,
        Bare | Editor
            | Find
            | FindNext
            | FindPrevious
            | FirstUnread
            | GoTo
            | LastVisited
            | Mouse
            | Newest
            | Next
            | NextUnread
            | Oldest
            | Previous
            | ReadAsLegacy
            | Redraw
            | Select
            | SentHistory
            | Suspend
    )
}

/// What was sent in the open conversation, the newest first.
pub(super) fn sent(cx: &mut UiCx<'_>) -> Option<Chooser> {
    let sent = cx.conversation().map(|place| place.input.sent().to_vec()).unwrap_or_default();
    if sent.is_empty() {
        cx.ui.flash(Phrase::new("flash-nothing-sent"));
        return None;
    }
    let item = |text: &String| Item::new(plain_line(text), "", ItemAction::Write(text.clone()));
    Some(Chooser::new("popup-sent", sent.iter().rev().map(item).collect()))
}

/// Reads the newest messages of what is chosen, where there is room to look at them.
pub(super) fn preview(cx: &mut UiCx<'_>) {
    let has_room = has_preview(cx.ui.viewport.screen());
    let Some(Popup::Chooser(chooser)) = &mut cx.ui.popup else { return };
    let place = chooser.previewed().filter(|_| has_room).and_then(|id| cx.state.conversation(id));
    let unread = place.filter(|place| !place.is_loaded() && !place.is_loading() && !place.is_paging());
    if let Some(id) = unread.map(|place| place.id).filter(|id| chooser.may_read(*id)) {
        cx.intend(Intent::Page { conversation: id, at: PageAnchor::Newest });
    }
}

/// Enter on a line.
pub(super) fn choose(cx: &mut UiCx<'_>, chooser: Chooser) -> Option<Chosen> {
    let together: Vec<ItemAction> = chooser.marked().cloned().collect();
    if !together.is_empty() {
        write_to(cx, &together);
        return None;
    }
    match chooser.choice().cloned() {
        Some(ItemAction::Open(id)) if cx.state.conversation(id).is_none() => {
            cx.ui.flash(Phrase::new("flash-conversation-gone"));
            cx.ui.popup = Some(Popup::Chooser(chooser));
        }
        Some(ItemAction::Open(id)) => {
            cx.ui.list.renew(cx.state, cx.ui.navigation.open(), cx.ui.viewport.moment());
            // Whoever stood in the list in the open as the popup came up may have turned out to be encrypted since.
            navigate::choose(cx, cx.state.shown_instead(id).unwrap_or(id));
        }
        Some(ItemAction::Do(action)) => return Some(Chosen::Do(action)),
        Some(ItemAction::Run(verb)) => return Some(Chosen::Run(verb)),
        Some(ItemAction::Write(text)) => {
            let is_command = text.starts_with('/');
            draft::replace(cx, text);
            if is_command {
                complete::typed(cx);
            }
        }
        Some(ItemAction::Follow(link)) => links::open(cx, &link),
        Some(ItemAction::Explain(word)) => {
            let caps = cx.conversation().map(|place| place.address.scheme.caps).unwrap_or_default();
            let mut page = HelpPage { caps, ..HelpPage::default() };
            let _fits = page.insert(&word);
            cx.ui.popup = Some(Popup::Help(page));
        }
        Some(group @ ItemAction::Group(_)) => write_to(cx, &[group]),
        None => nobody(cx, chooser),
    }
    None
}

/// Nothing matches. An address leads somewhere all the same; otherwise the list stays as it is.
fn nobody(cx: &mut UiCx<'_>, chooser: Chooser) {
    let typed = chooser.query.text().trim();
    match runtime::parse_address(typed) {
        Ok(address) if chooser.kind == ChooserKind::GoTo => links::enter(cx, address),
        Ok(_) | Err(_) => cx.ui.popup = Some(Popup::Chooser(chooser)),
    }
}

/// A message to all of those is begun: `/to a,b,group:c `.
fn write_to(cx: &mut UiCx<'_>, to: &[ItemAction]) {
    let name = |one: &ItemAction| match one {
        ItemAction::Open(id) => {
            cx.state.conversation(*id).map(|place| words::written(&place.name, None, true))
        }
        ItemAction::Group(group) => Some(words::written(&format!("{GROUP}{group}"), None, true)),
        ItemAction::Do(_)
        | ItemAction::Run(_)
        | ItemAction::Write(_)
        | ItemAction::Follow(_)
        | ItemAction::Explain(_) => None,
    };
    let names: Vec<String> = to.iter().filter_map(name).collect();
    draft::replace(cx, format!("/to {} ", names.join(",")));
}

/// Tab: the chosen line is one of several that a message goes to.
pub(super) fn mark(cx: &mut UiCx<'_>) -> bool {
    let Some(Popup::Chooser(chooser)) = &mut cx.ui.popup else { return false };
    if chooser.kind != ChooserKind::GoTo {
        return false;
    }
    let place = chooser.previewed().and_then(|id| cx.state.conversation(id));
    if let Some(place) = place.filter(|place| !is_receiver(place)) {
        let why = Phrase::new("several-not-there").text("name", place.name.as_str());
        cx.ui.fail(why);
    } else {
        chooser.mark();
        chooser.follow_choice(chooser_rows(cx.ui.viewport.screen()));
        preview(cx);
    }
    true
}
