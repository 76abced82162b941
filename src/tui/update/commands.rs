//! What the typed commands do.

use super::complete::AUTO;
use super::{act, compose, files, kinds, popups, search};
use crate::app::{Intent, PeerKind, State};
use crate::model::THEMES;
use crate::model::{Address, ConversationId, Phrase};
use crate::runtime::{self, profile::check_name};
use crate::tui::action::Action;
use crate::tui::commands::Verb;
use crate::tui::legacy::legacy_text;
use crate::tui::popup::{Popup, Question, Then};
use crate::tui::theme::Theme;
use crate::tui::ui::{PendingOpen, Ui, UiRequest};

/// Runs a command. `Err`: nothing was done, and why.
pub(super) fn run(
    ui: &mut Ui,
    state: &State,
    verb: Verb,
    args: &str,
    requests: &mut Vec<UiRequest>,
) -> Result<(), Phrase> {
    match verb {
        Verb::Add => add(ui, state, args, requests)?,
        Verb::Remove => act(ui, state, Action::RemoveContact, requests),
        Verb::Rename => rename(ui, state, args, requests)?,
        Verb::Encoding => encoding(ui, state, args, requests)?,
        Verb::Nick => configure("name", needed(args, "NAME")?, requests),
        Verb::Search => search::open(ui, args, requests),
        Verb::Me => {
            let text = format!("* {} {}", ui.style.me, needed(args, "TEXT")?);
            compose::send_text(ui, state, &text, requests)?;
        }
        Verb::Join => join(ui, state, args, requests)?,
        Verb::Leave => leave(ui, state, requests)?,
        Verb::Connect => connect(ui, state, args, requests)?,
        Verb::Disconnect => disconnect(ui, state, requests)?,
        Verb::Listen => listen(args, requests)?,
        Verb::Members => act(ui, state, Action::Members, requests),
        Verb::File => files::offer(ui, state, args, requests)?,
        Verb::Accept => files::accept(ui, state, args, requests)?,
        Verb::Decline => files::decline(ui, state, requests)?,
        Verb::Stop => files::stop(ui, state, args, requests)?,
        Verb::Seal => kinds::seal(ui, state, needed(args, "TEXT")?, requests)?,
        Verb::Everyone => kinds::everyone(ui, state, needed(args, "TEXT")?, requests)?,
        Verb::To => kinds::several(ui, state, args, requests)?,
        Verb::Away => kinds::away(ui, args, requests),
        Verb::Ignore => ignore(ui, state, requests)?,
        Verb::Clear => {
            let id = open(ui)?;
            let name = ui.place(state).map(|place| place.name.clone()).unwrap_or_default();
            let asked = Phrase::new("question-clear").text("name", name);
            ui.popup = Some(Popup::Question(Question { asked, then: Then::Clear(id) }));
        }
        Verb::Export => {
            let file = needed(args, "FILE")?.to_owned();
            requests.push(UiRequest::Export { conversation: open(ui)?, file });
        }
        Verb::Theme => theme(ui, needed(args, "NAME")?, requests)?,
        Verb::Set => set(ui, args, requests)?,
        Verb::Inspect => popups::inspect_newest(ui, state)?,
        Verb::Help => act(ui, state, Action::Help, requests),
        Verb::Quit => super::quit(ui, state, requests),
    }
    Ok(())
}

fn needed<'a>(args: &'a str, what: &str) -> Result<&'a str, Phrase> {
    if args.is_empty() { Err(Phrase::new("command-needs").text("what", what)) } else { Ok(args) }
}

fn open(ui: &Ui) -> Result<ConversationId, Phrase> {
    ui.open.ok_or_else(|| Phrase::new("flash-nobody"))
}

/// `/add NAME ADDRESS`; with a stranger open the address may be left out.
fn add(ui: &mut Ui, state: &State, args: &str, requests: &mut Vec<UiRequest>) -> Result<(), Phrase> {
    let args = needed(args, "NAME ADDRESS")?;
    let stranger = ui.place(state).filter(|place| place.kind == PeerKind::Stranger);
    let (name, address) = match (args.rsplit_once(char::is_whitespace), stranger) {
        (None, None) => return Err(Phrase::new("command-needs").text("what", "NAME ADDRESS")),
        (None, Some(stranger)) => (args, stranger.address.clone()),
        (Some((name, address)), None) => (name, parse(address)?),
        (Some((name, address)), Some(stranger)) => parse(address)
            .map_or_else(|_no_address| (args, stranger.address.clone()), |address| (name, address)),
    };
    add_contact(ui, state, name, address, requests)
}

fn parse(address: &str) -> Result<Address, Phrase> {
    runtime::parse_address(address).map_err(|error| error.phrase())
}

/// Adds a contact and opens it as soon as it is in the file.
pub(super) fn add_contact(
    ui: &mut Ui,
    state: &State,
    name: &str,
    address: Address,
    requests: &mut Vec<UiRequest>,
) -> Result<(), Phrase> {
    let name = free_name(state, name)?;
    ui.awaited = Some(PendingOpen::Contact(name.clone()));
    requests.push(UiRequest::Intent(Intent::Add { name, address }));
    Ok(())
}

/// A good name that nobody has.
pub(super) fn free_name(state: &State, name: &str) -> Result<String, Phrase> {
    let name = check_name(name).map_err(|error| Phrase::new(error.key()))?;
    match state.contact_named(name) {
        Some(_) => Err(Phrase::new("contact-name-taken").text("name", name)),
        None => Ok(name.to_owned()),
    }
}

fn rename(ui: &Ui, state: &State, args: &str, requests: &mut Vec<UiRequest>) -> Result<(), Phrase> {
    let name = free_name(state, needed(args, "NAME")?)?;
    requests.push(UiRequest::Intent(Intent::Rename { conversation: open(ui)?, name }));
    Ok(())
}

fn encoding(ui: &Ui, state: &State, args: &str, requests: &mut Vec<UiRequest>) -> Result<(), Phrase> {
    let label = needed(args, "NAME")?.to_lowercase();
    let place = ui.place(state).ok_or_else(|| Phrase::new("flash-nobody"))?;
    if !place.address.scheme.caps.encodings {
        return Err(Phrase::new("command-encoding-fixed"));
    }
    let plain = matches!(label.as_str(), AUTO | "utf-8" | "utf8");
    let address = place.address.clone().with_option("encoding", (!plain).then_some(label.as_str()));
    runtime::parse_address(&address.to_string())
        .map_err(|_unknown| Phrase::new("command-no-such-encoding").text("name", label.as_str()))?;
    requests.push(UiRequest::Intent(Intent::Readdress { conversation: place.id, address }));
    Ok(())
}

/// What the newest message that is not UTF-8 would be in the legacy encoding: taken for this peer.
pub(super) fn read_as_legacy(ui: &mut Ui, state: &State, requests: &mut Vec<UiRequest>) {
    let legacy = &ui.style.legacy;
    let place = ui.place(state);
    let reads =
        place.filter(|place| place.messages().iter().any(|one| legacy_text(place, one, legacy).is_some()));
    if let Some(place) = reads {
        let address = place.address.clone().with_option("encoding", Some(legacy));
        requests.push(UiRequest::Intent(Intent::Readdress { conversation: place.id, address }));
    } else {
        ui.flash = Some(Phrase::new("legacy-nothing").text("encoding", legacy.to_uppercase()));
    }
}

fn ignore(ui: &mut Ui, state: &State, requests: &mut Vec<UiRequest>) -> Result<(), Phrase> {
    let place = ui.place(state).ok_or_else(|| Phrase::new("flash-nobody"))?;
    if place.kind != PeerKind::Stranger {
        return Err(Phrase::new("command-ignore-strangers"));
    }
    super::navigate::step_aside(ui, state, requests);
    requests.push(UiRequest::Intent(Intent::Ignore { conversation: place.id }));
    ui.flash = Some(Phrase::new("flash-ignored").text("name", place.name.as_str()));
    Ok(())
}

/// `/join ADDRESS`, or the name of a room among the contacts; without either the open room.
fn join(ui: &mut Ui, state: &State, args: &str, requests: &mut Vec<UiRequest>) -> Result<(), Phrase> {
    let open = ui.place(state).filter(|place| args.is_empty() && place.is_room());
    let named = state.contact_named(args).filter(|place| place.is_room());
    if let Some(room) = open.or(named) {
        requests.push(UiRequest::Intent(Intent::Enter { conversation: room.id }));
        super::navigate::open(ui, room.id, requests);
        return Ok(());
    }
    let args = needed(args, "ADDRESS")?;
    let unknown = || Phrase::new("join-unknown").text("name", args);
    let address = parse(args).map_err(|why| if args.contains("://") { why } else { unknown() })?;
    if address.scheme.caps.connects {
        return connect(ui, state, args, requests);
    }
    if !address.is_room() {
        return Err(Phrase::new("join-no-room").text("address", address.to_string()));
    }
    ui.awaited = Some(PendingOpen::Place(Box::new(address.clone())));
    requests.push(UiRequest::Intent(Intent::Visit { address }));
    Ok(())
}

fn leave(ui: &mut Ui, state: &State, requests: &mut Vec<UiRequest>) -> Result<(), Phrase> {
    let place = ui.place(state).ok_or_else(|| Phrase::new("flash-nobody"))?;
    if !place.is_room() {
        return Err(Phrase::new("leave-no-room"));
    }
    if place.is_out() {
        return Err(Phrase::new("room-left").text("name", place.name.as_str()));
    }
    requests.push(UiRequest::Intent(Intent::Depart { conversation: place.id }));
    ui.flash = Some(Phrase::new("flash-left").text("name", place.name.as_str()));
    Ok(())
}

/// `/connect ADDRESS`, or the name of a contact; without either the open conversation.
fn connect(ui: &mut Ui, state: &State, args: &str, requests: &mut Vec<UiRequest>) -> Result<(), Phrase> {
    let open = ui.place(state).filter(|_| args.is_empty());
    let refused =
        |address: &Address| Phrase::new("connect-no-connection").text("address", address.to_string());
    if let Some(place) = open.or_else(|| state.contact_named(args)) {
        if !place.address.scheme.caps.connects {
            return Err(refused(&place.address));
        }
        requests.push(UiRequest::Intent(Intent::Reconnect { conversation: place.id }));
        super::navigate::open(ui, place.id, requests);
        return Ok(());
    }
    let address = parse(needed(args, "ADDRESS")?)?;
    if !address.scheme.caps.connects {
        return Err(refused(&address));
    }
    ui.awaited = Some(PendingOpen::Place(Box::new(address.clone())));
    requests.push(UiRequest::Intent(Intent::Connect { address }));
    Ok(())
}

fn disconnect(ui: &Ui, state: &State, requests: &mut Vec<UiRequest>) -> Result<(), Phrase> {
    let place = ui.place(state).ok_or_else(|| Phrase::new("flash-nobody"))?;
    if !place.address.scheme.caps.connects {
        let address = place.address.to_string();
        return Err(Phrase::new("connect-no-connection").text("address", address));
    }
    requests.push(UiRequest::Intent(Intent::Disconnect { conversation: place.id }));
    Ok(())
}

/// `/listen KIND PORT`: a port, an address or `off`.
fn listen(args: &str, requests: &mut Vec<UiRequest>) -> Result<(), Phrase> {
    let kinds: Vec<_> = runtime::registry().listen_kinds().collect();
    let known = || kinds.iter().map(|(kind, _)| *kind).collect::<Vec<_>>().join(" ");
    let (kind, place) = args
        .split_once(char::is_whitespace)
        .ok_or_else(|| Phrase::new("command-needs").text("what", "KIND PORT"))?;
    let found = kinds.iter().find(|(name, _)| *name == kind).map(|(name, _)| *name);
    let kind =
        found.ok_or_else(|| Phrase::new("listen-unknown").text("name", kind).text("known", known()))?;
    let setting = place.trim().parse();
    let setting = setting.map_err(|_no_place| Phrase::new("listen-form").text("value", place.trim()))?;
    requests.push(UiRequest::Listen(kind, setting));
    Ok(())
}

/// Changes the theme at once, and for the next start.
fn theme(ui: &mut Ui, name: &str, requests: &mut Vec<UiRequest>) -> Result<(), Phrase> {
    let theme = Theme::named(name, ui.style.colours).ok_or_else(|| {
        Phrase::new("command-no-such-theme").text("name", name).text("known", THEMES.join(" "))
    })?;
    ui.style.theme = theme;
    configure("theme", name, requests);
    Ok(())
}

fn set(ui: &mut Ui, args: &str, requests: &mut Vec<UiRequest>) -> Result<(), Phrase> {
    let (key, value) = args
        .split_once(char::is_whitespace)
        .ok_or_else(|| Phrase::new("command-needs").text("what", "KEY VALUE"))?;
    if key == "theme" {
        return theme(ui, value.trim(), requests);
    }
    configure(key, value.trim(), requests);
    Ok(())
}

fn configure(key: &str, value: &str, requests: &mut Vec<UiRequest>) {
    requests.push(UiRequest::Configure(vec![(key.to_owned(), value.to_owned())]));
}
