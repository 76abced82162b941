//! What the lists to choose from hold, and what choosing a line does.

use std::collections::BTreeMap;

use super::cx::UiCx;
use super::{complete, draft, links, navigate};
use crate::app::{Conversation, Intent};
use crate::model::history::PageAnchor;
use crate::model::search::spelled;
use crate::model::text::plain_line;
use crate::model::{ChatCaps, Phrase};
use crate::runtime;
use crate::tui::action::Action;
use crate::tui::chooser::{Chooser, ChooserKind, Item, ItemAction};
use crate::tui::commands::{COMMANDS, SlashCommand, Verb, arguments};
use crate::tui::keymap::{BINDINGS, Binding, Layer};
use crate::tui::naming::{GROUP, group_of, name_of};
use crate::tui::popup::Popup;
use crate::tui::ui::Ui;
use crate::tui::view;
use crate::tui::words;

/// Everything the program does: commands first, then keys by their groups.
pub(super) fn palette(ui: &Ui, chat: ChatCaps) -> Chooser {
    let lang = &ui.style.lang;
    let mut commands: Vec<&SlashCommand> =
        COMMANDS.iter().filter(|command| command.verb.is_in(chat)).collect();
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
    Chooser::new("popup-palette", commands.chain(keys).collect()).of(ChooserKind::Palette)
}

/// A command with a form or a list of its own opens that; any other is written into the composer.
fn chosen_command(command: &SlashCommand) -> ItemAction {
    match command.verb {
        Verb::Add => ItemAction::Do(Action::AddContact),
        Verb::Rename => ItemAction::Do(Action::RenameContact),
        Verb::Remove => ItemAction::Do(Action::RemoveContact),
        Verb::Search => ItemAction::Do(Action::Search),
        Verb::Members => ItemAction::Do(Action::Members),
        Verb::Help => ItemAction::Do(Action::Help),
        Verb::Quit => ItemAction::Do(Action::Quit),
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

/// Everybody and every room, the open one last; and the groups of colleagues.
pub(super) fn go_to(cx: &UiCx<'_>) -> Chooser {
    let others = cx.state.listed().filter(|one| Some(one.id) != cx.ui.navigation.open());
    let here = cx.state.listed().filter(|one| Some(one.id) == cx.ui.navigation.open());
    let people = others.chain(here).map(|one| Item {
        sound: spelled(&one.name).unwrap_or_default(),
        hidden: plain_line(&told(one)),
        ..Item::new(name_of(&cx.ui.style.lang, one), plain_line(&beside(one)), ItemAction::Open(one.id))
    });
    let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
    for group in cx.state.listed().filter(|one| one.address.scheme.caps.several).filter_map(group_of) {
        *groups.entry(group).or_default() += 1;
    }
    let groups = groups.into_iter().map(|(group, count)| {
        let detail = cx.ui.style.lang.phrase(&Phrase::new("go-to-group").number("count", count));
        let sound = spelled(group).unwrap_or_default();
        Item { sound, ..Item::new(plain_line(group), detail, ItemAction::Group(group.to_owned())) }
    });
    Chooser::new("popup-go-to", people.chain(groups).collect()).of(ChooserKind::GoTo)
}

/// The group somebody belongs to, or else where they are.
fn beside(one: &Conversation) -> String {
    group_of(one).map_or_else(|| one.address.to_string(), str::to_owned)
}

/// Where it is, and what else one may look for it by.
fn told(one: &Conversation) -> String {
    let about = one.status.profile();
    let words = about.into_iter().flat_map(|about| [about.host.as_str(), &about.user]);
    let address = one.address.to_string();
    words.filter(|words| !words.is_empty()).chain([address.as_str()]).collect::<Vec<_>>().join("  ")
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
    let has_room = view::has_preview(cx.ui.viewport.screen());
    let Some(Popup::Chooser(chooser)) = &mut cx.ui.popup else { return };
    let place = chooser.previewed().filter(|_| has_room).and_then(|id| cx.state.conversation(id));
    let unread = place.filter(|place| !place.is_loaded() && !place.is_loading() && !place.is_paging());
    if let Some(id) = unread.map(|place| place.id).filter(|id| chooser.may_read(*id)) {
        cx.intend(Intent::Page { conversation: id, at: PageAnchor::Newest });
    }
}

/// Enter on a line. An action that was chosen is the caller's to do.
pub(super) fn choose(cx: &mut UiCx<'_>, chooser: Chooser) -> Option<Action> {
    let together: Vec<ItemAction> = chooser.marked().cloned().collect();
    if !together.is_empty() {
        write_to(cx, &together);
        return None;
    }
    match chooser.choice().cloned() {
        Some(ItemAction::Open(id)) => {
            cx.ui.list.renew(cx.state, cx.ui.navigation.open(), cx.ui.viewport.moment());
            // Whoever stood in the list in the open as the popup came up may have turned out to be encrypted since.
            navigate::choose(cx, cx.state.shown_instead(id).unwrap_or(id));
        }
        Some(ItemAction::Do(action)) => return Some(action),
        Some(ItemAction::Write(text)) => {
            draft::replace(cx, text);
            complete::typed(cx);
        }
        Some(ItemAction::Follow(link)) => links::open(cx, &link),
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
        ItemAction::Do(_) | ItemAction::Write(_) | ItemAction::Follow(_) => None,
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
    match place.filter(|place| !place.address.scheme.caps.several) {
        Some(place) => {
            let why = Phrase::new("several-not-there").text("name", place.name.as_str());
            cx.ui.flash(why);
        }
        None => chooser.mark(),
    }
    true
}
