//! What the typed commands do.

use super::complete::AUTO;
use super::contacts::{add_contact, free_name};
use super::cx::UiCx;
use super::{
    bytes, chat_commands, doctor, draft, files, forms, keep, keys, kinds, lab, listing, navigate, orders,
    popups, quit, search, wire,
};
use crate::app::{Intent, PeerKind};
use crate::model::THEMES;
use crate::model::{Address, ConversationId, Phrase};
use crate::runtime;
use crate::tui::action::Action;
use crate::tui::commands::{Verb, misused, takes_nothing};
use crate::tui::legacy::legacy_text;
use crate::tui::popup::Popup;
use crate::tui::question::{Question, Then};
use crate::tui::request::UiRequest;
use crate::tui::theme::Theme;
use crate::tui::ui::PendingOpen;
use crate::tui::words;

/// Messages of a room's history that are read where nobody says how many.
const MESSAGES: u16 = 50;

/// Runs a command. `Err`: nothing was done, and why.
pub(super) fn run(cx: &mut UiCx<'_>, verb: Verb, args: &str) -> Result<(), Phrase> {
    if let Some(name) = takes_nothing(verb).filter(|_| !args.is_empty()) {
        return Err(Phrase::new("command-takes-nothing").text("name", name));
    }
    match verb {
        Verb::Add => add(cx, args)?,
        Verb::Remove => popups::open(cx, Action::RemoveContact),
        Verb::Rename => rename(cx, args)?,
        Verb::Encoding => encoding(cx, args)?,
        Verb::Newline => bytes::newline(cx, args)?,
        Verb::Hex => bytes::send(cx, args)?,
        Verb::Nick => configure(cx, "name", needed(args, verb)?),
        Verb::Search => search::open(cx, args),
        Verb::Me => me(cx, needed(args, verb)?)?,
        Verb::Reply | Verb::Edit | Verb::React | Verb::Delete => chat_commands::run(cx, verb, args)?,
        Verb::Join => join(cx, args)?,
        Verb::Leave => leave(cx)?,
        Verb::Password => forms::password(cx, args)?,
        Verb::Operator => orders::operator(cx, args)?,
        Verb::Order | Verb::Kick | Verb::Ban | Verb::Topic => orders::order(cx, verb, args)?,
        Verb::Connect => connect(cx, args)?,
        Verb::Disconnect => disconnect(cx)?,
        Verb::Listen => listen(cx, args)?,
        Verb::Members => popups::open(cx, Action::Members),
        Verb::File => files::offer(cx, args)?,
        Verb::Accept => keys::accept(cx, args)?,
        Verb::Keep => keep::keep(cx, args)?,
        Verb::AutoAccept => files::auto_accept(cx, args)?,
        Verb::Decline => keys::decline(cx)?,
        Verb::Stop => files::stop(cx, args)?,
        Verb::Seal => kinds::seal(cx, needed(args, verb)?)?,
        Verb::Everyone => kinds::everyone(cx, needed(args, verb)?)?,
        Verb::To => kinds::several(cx, args)?,
        Verb::Away => kinds::away(cx, args),
        Verb::Nudge => kinds::nudge(cx)?,
        Verb::Ignore => keys::ignore(cx)?,
        Verb::Mute => listing::mute(cx)?,
        Verb::Notify => listing::notify(cx, args)?,
        Verb::Pin => listing::pin(cx)?,
        Verb::Fold => listing::fold(cx, needed(args, verb)?)?,
        Verb::Verify => keys::verify(cx, args)?,
        Verb::Key => keys::key(cx, args)?,
        Verb::History => history(cx, args)?,
        Verb::Clear => clear(cx)?,
        Verb::Export => export(cx, needed(args, verb)?)?,
        Verb::Theme => theme(cx, needed(args, verb)?)?,
        Verb::Set => set(cx, args)?,
        Verb::Inspect => popups::inspect_newest(cx)?,
        Verb::Wire => wire::open(cx, args)?,
        Verb::Lab => lab::lab(cx, args)?,
        Verb::Doctor => doctor::doctor(cx, args)?,
        Verb::Look => cx.ask(UiRequest::Look),
        Verb::Announce => cx.ask(UiRequest::Announce(args.to_owned())),
        Verb::Help => popups::open(cx, Action::Help),
        Verb::Quit => quit::quit(cx),
    }
    Ok(())
}

fn needed(args: &str, verb: Verb) -> Result<&str, Phrase> {
    if args.is_empty() { Err(misused(verb)) } else { Ok(args) }
}

/// Says what we do.
fn me(cx: &mut UiCx<'_>, does: &str) -> Result<(), Phrase> {
    let text = format!("* {} {does}", cx.ui.style.me);
    draft::send_text(cx, &text)
}

/// Asks whether the open conversation is to be removed from the history.
fn clear(cx: &mut UiCx<'_>) -> Result<(), Phrase> {
    let id = open_id(cx)?;
    let name = cx.conversation().map(|place| place.name.clone()).unwrap_or_default();
    let asked = Phrase::new("question-clear").text("name", name);
    cx.ui.popup = Some(Popup::Question(Question::new(asked, Then::Clear(id))));
    Ok(())
}

/// `/history [N]`: so many messages of the room's history before those that are here.
fn history(cx: &mut UiCx<'_>, args: &str) -> Result<(), Phrase> {
    let conversation = open_id(cx)?;
    let count = if args.is_empty() { Some(MESSAGES) } else { args.parse().ok() };
    let count = count.filter(|count| *count > 0).ok_or_else(|| misused(Verb::History))?;
    cx.intend(Intent::ReadEarlier { conversation, count: Some(count) });
    Ok(())
}

fn export(cx: &mut UiCx<'_>, file: &str) -> Result<(), Phrase> {
    let conversation = open_id(cx)?;
    cx.ask(UiRequest::Export { conversation, file: file.to_owned() });
    Ok(())
}

fn open_id(cx: &UiCx<'_>) -> Result<ConversationId, Phrase> {
    cx.ui.navigation.open().ok_or_else(|| Phrase::new("flash-nobody"))
}

/// `/add NAME ADDRESS`; with a stranger open the address may be left out.
fn add(cx: &mut UiCx<'_>, args: &str) -> Result<(), Phrase> {
    let args = needed(args, Verb::Add)?;
    let stranger = cx.conversation().filter(|place| place.kind == PeerKind::Stranger);
    let (name, address) = match (args.rsplit_once(char::is_whitespace), stranger) {
        (None, None) => return Err(misused(Verb::Add)),
        (None, Some(stranger)) => (args, stranger.address.clone()),
        (Some((name, address)), None) => (name, parse(address)?),
        (Some((name, address)), Some(stranger)) => parse(address)
            .map_or_else(|_no_address| (args, stranger.address.clone()), |address| (name, address)),
    };
    add_contact(cx, &unquoted(name), address)
}

/// A name in quotes, as in a shell, is meant without them.
fn unquoted(name: &str) -> String {
    if matches!(name, "\"\"" | "''") {
        return String::new();
    }
    let quoted = name.starts_with(['"', '\'']).then(|| words::split(name)).flatten();
    quoted.and_then(|mut words| words.pop().filter(|_| words.is_empty())).unwrap_or_else(|| name.to_owned())
}

fn parse(address: &str) -> Result<Address, Phrase> {
    runtime::parse_address(address).map_err(|error| error.phrase())
}

fn rename(cx: &mut UiCx<'_>, args: &str) -> Result<(), Phrase> {
    let name = free_name(cx.state, &unquoted(needed(args, Verb::Rename)?))?;
    let conversation = open_id(cx)?;
    cx.intend(Intent::Rename { conversation, name });
    Ok(())
}

fn encoding(cx: &mut UiCx<'_>, args: &str) -> Result<(), Phrase> {
    let label = needed(args, Verb::Encoding)?.to_lowercase();
    let place = cx.open_conversation()?;
    if !place.address.scheme.caps.encodings {
        return Err(Phrase::new("command-encoding-fixed"));
    }
    let plain = matches!(label.as_str(), AUTO | "utf-8" | "utf8");
    let address = place.address.clone().with_option("encoding", (!plain).then_some(label.as_str()));
    runtime::parse_address(&address.to_string())
        .map_err(|_unknown| Phrase::new("command-no-such-encoding").text("name", label.as_str()))?;
    cx.intend(Intent::SetAddress { conversation: place.id, address });
    Ok(())
}

/// What the newest message that is not UTF-8 would be in the legacy encoding: taken for this peer.
pub(super) fn read_as_legacy(cx: &mut UiCx<'_>) {
    let legacy = cx.ui.style.legacy.clone();
    let place = cx.conversation();
    let reads =
        place.filter(|place| place.messages().iter().any(|one| legacy_text(place, one, &legacy).is_some()));
    if let Some(place) = reads {
        let address = place.address.clone().with_option("encoding", Some(&legacy));
        cx.intend(Intent::SetAddress { conversation: place.id, address });
        cx.ui.flash(Phrase::new("legacy-read").text("encoding", legacy.to_uppercase()));
    } else {
        cx.ui.flash(Phrase::new("legacy-nothing").text("encoding", legacy.to_uppercase()));
    }
}

/// `/join ADDRESS`, or the name of a room among the contacts; without either the open room, or else that of everybody on
/// this network.
fn join(cx: &mut UiCx<'_>, args: &str) -> Result<(), Phrase> {
    let open = cx.conversation().filter(|place| args.is_empty() && place.is_room());
    let named = cx.state.contact_named(args).filter(|place| place.is_room());
    if let Some(room) = open.or(named) {
        cx.intend(Intent::EnterRoom { conversation: room.id });
        navigate::open(cx, room.id);
        return Ok(());
    }
    let everybody = room_of_everybody().filter(|_| args.is_empty());
    let args = needed(everybody.as_deref().unwrap_or(args), Verb::Join)?;
    let unknown = || Phrase::new("join-unknown").text("name", args);
    let address = parse(args).map_err(|why| if args.contains("://") { why } else { unknown() })?;
    if address.scheme.caps.connects {
        return connect(cx, args);
    }
    if !address.is_room() {
        return Err(Phrase::new("join-no-room").text("address", address.to_string()));
    }
    cx.ui.navigation.wait_for(PendingOpen::Place(Box::new(address.clone())));
    cx.intend(Intent::Visit { address });
    Ok(())
}

/// The address of the room that everybody on this network is in, where a dialect has such rooms.
fn room_of_everybody() -> Option<String> {
    let schemes = runtime::registry().schemes();
    let scheme = schemes.iter().find(|one| one.caps.group && !one.caps.rooms)?;
    Some(format!("{}://{}", scheme.name, std::net::Ipv4Addr::BROADCAST))
}

fn leave(cx: &mut UiCx<'_>) -> Result<(), Phrase> {
    let place = cx.open_conversation()?;
    if !place.is_room() {
        return Err(Phrase::new("leave-no-room"));
    }
    if place.is_out() {
        return Err(Phrase::new("room-left").text("name", place.name.as_str()));
    }
    cx.intend(Intent::LeaveRoom { conversation: place.id });
    cx.ui.flash(Phrase::new("flash-left").text("name", place.name.as_str()));
    Ok(())
}

/// `/connect ADDRESS`, or the name of a contact; without either the open conversation.
fn connect(cx: &mut UiCx<'_>, args: &str) -> Result<(), Phrase> {
    let open = cx.conversation().filter(|_| args.is_empty());
    if let Some(place) = open.or_else(|| cx.state.contact_named(args)) {
        if !place.address.scheme.caps.connects {
            return Err(no_connection(&place.name));
        }
        cx.intend(Intent::Reconnect { conversation: place.id });
        navigate::open(cx, place.id);
        return Ok(());
    }
    let address = parse(needed(args, Verb::Connect)?)?;
    if !address.scheme.caps.connects {
        return Err(no_connection(&address.to_string()));
    }
    cx.ui.navigation.wait_for(PendingOpen::Place(Box::new(address.clone())));
    cx.intend(Intent::Connect { address });
    Ok(())
}

/// An address may be as long as a key, so whoever is known is called by the name.
fn no_connection(who: &str) -> Phrase {
    Phrase::new("connect-no-connection").text("address", who)
}

fn disconnect(cx: &mut UiCx<'_>) -> Result<(), Phrase> {
    let place = cx.open_conversation()?;
    if !place.address.scheme.caps.connects {
        return Err(no_connection(&place.name));
    }
    cx.intend(Intent::Disconnect { conversation: place.id });
    Ok(())
}

/// `/listen KIND PORT`: a port, an address or `off`.
fn listen(cx: &mut UiCx<'_>, args: &str) -> Result<(), Phrase> {
    let kinds: Vec<_> = runtime::registry().listen_kinds().collect();
    let known = || kinds.iter().map(|(kind, _)| *kind).collect::<Vec<_>>().join(" ");
    let (kind, place) = args.split_once(char::is_whitespace).ok_or_else(|| misused(Verb::Listen))?;
    let found = kinds.iter().find(|(name, _)| *name == kind).map(|(name, _)| *name);
    let kind =
        found.ok_or_else(|| Phrase::new("listen-unknown").text("name", kind).text("known", known()))?;
    let setting = place.trim().parse();
    let setting = setting.map_err(|_no_place| Phrase::new("listen-form").text("value", place.trim()))?;
    cx.ask(UiRequest::Listen(kind, setting));
    Ok(())
}

/// Changes the theme at once, and for the next start.
fn theme(cx: &mut UiCx<'_>, name: &str) -> Result<(), Phrase> {
    let theme = Theme::named(name, cx.ui.style.colours, cx.ui.style.background).ok_or_else(|| {
        Phrase::new("command-no-such-theme").text("name", name).text("known", THEMES.join(" "))
    })?;
    cx.ui.style.theme = theme;
    configure(cx, "theme", name);
    Ok(())
}

fn set(cx: &mut UiCx<'_>, args: &str) -> Result<(), Phrase> {
    let (key, value) = args.split_once(char::is_whitespace).ok_or_else(|| misused(Verb::Set))?;
    // Two quotes with nothing between are how one writes that nothing is set.
    let value = unquoted(value.trim());
    if key == "theme" {
        return theme(cx, &value);
    }
    configure(cx, key, &value);
    Ok(())
}

fn configure(cx: &mut UiCx<'_>, key: &str, value: &str) {
    cx.ask(UiRequest::Configure(vec![(key.to_owned(), value.to_owned())]));
}
