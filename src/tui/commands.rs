//! The commands one can type, in one table: the parser, Tab, the palette and the help read it.

use super::action::Action;
use super::chat::Remark;
use super::keymap::key_of;
use crate::lang::Lang;
use crate::model::{Caps, Phrase, THEMES, nearest};

/// What a command does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Add,
    Remove,
    Rename,
    Encoding,
    Newline,
    Hex,
    Nick,
    Search,
    Me,
    Reply,
    Edit,
    React,
    Delete,
    Join,
    Leave,
    Password,
    Operator,
    Order,
    Kick,
    Ban,
    Topic,
    Connect,
    Disconnect,
    Listen,
    Members,
    File,
    Accept,
    AutoAccept,
    Keep,
    Decline,
    Stop,
    Seal,
    Everyone,
    To,
    Away,
    Nudge,
    Ignore,
    Mute,
    Notify,
    Pin,
    Fold,
    Verify,
    Key,
    History,
    Clear,
    Export,
    Theme,
    Set,
    Inspect,
    Wire,
    Lab,
    Doctor,
    Look,
    Announce,
    Help,
    Quit,
}

impl Verb {
    /// Its arguments may go on with a slash: addresses, paths, and texts.
    pub(super) const fn takes_slashes(self) -> bool {
        matches!(
            self,
            Self::Add
                | Self::Join
                | Self::File
                | Self::Export
                | Self::Set
                | Self::Search
                | Self::Me
                | Self::Reply
                | Self::Edit
                | Self::Seal
                | Self::Everyone
                | Self::To
                | Self::Away
                | Self::Wire
                | Self::Announce
                | Self::Doctor
                | Self::Hex
                | Self::Order
                | Self::Topic
        )
    }

    /// Whether it is one of those that a dialect which can do that has.
    pub(super) const fn is_in(self, caps: Caps) -> bool {
        let chat = caps.chat;
        match self {
            Self::Reply => Remark::Reply.is_in(chat),
            Self::Edit => Remark::Edit.is_in(chat),
            Self::React => Remark::React.is_in(chat),
            Self::Delete => Remark::Delete.is_in(chat),
            Self::Operator | Self::Order | Self::Kick | Self::Ban | Self::Topic => caps.rooms,
            _ => true,
        }
    }
}

/// What an argument may be, for whoever proposes some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ArgumentKind {
    /// Words of a person's own: there is nothing to propose.
    Words,
    /// One of these.
    OneOf(&'static [&'static str]),
    /// Something like these.
    Like(&'static [&'static str]),
    Address,
    /// Somebody, or a room, by the name, which is all that is left of the line; or one of these.
    Place(&'static [&'static str]),
    /// The same, of those with a connection to keep.
    Connection,
    Room,
    /// Names that a message goes to, with commas between.
    Receivers,
    /// The session reads these from the disk.
    Path,
    NewFile,
    /// Somebody in the open room, by the name, which is all that is left of the line.
    Member,
    /// Whom or what the order that stands before it is about.
    OrderTarget,
    /// The number of a file of the newest offer.
    OfferedFile,
    /// The number of a file that is being moved, or that others can fetch.
    MovedFile,
    Emoji,
    Encoding,
    /// What narrows a search.
    Filter,
    /// What can be folded, which is all that is left of the line.
    Fold,
    ListenKind,
    ListenPlace,
    Setting,
    SettingValue,
}

impl ArgumentKind {
    /// All that is left of the line is one of it.
    pub(super) const fn takes_rest(self) -> bool {
        matches!(self, Self::Place(_) | Self::Connection | Self::Room | Self::Fold | Self::Member)
    }

    /// There may be several, one behind the other.
    pub(super) const fn repeats(self) -> bool {
        matches!(self, Self::Filter | Self::Address)
    }
}

/// One command.
#[derive(Clone, Copy, Debug)]
pub(super) struct SlashCommand {
    pub verb: Verb,
    /// Without the slash.
    pub name: &'static str,
    /// Its arguments as the help shows them; empty: it has none.
    pub args: &'static str,
    /// What each of them may be.
    pub kinds: &'static [ArgumentKind],
    /// Key of the text that says what it does.
    pub help: &'static str,
}

impl SlashCommand {
    /// How it is typed, its arguments named in the language: `/rename NAME`.
    pub(super) fn usage(&self, lang: &Lang) -> String {
        format!("/{} {}", self.name, arguments(lang, self.args)).trim_end().to_owned()
    }

    /// The key that does the same, where there is one.
    pub(super) fn key(&self) -> &'static str {
        match self.verb {
            Verb::Add => key_of(Action::AddContact),
            Verb::Search => key_of(Action::Search),
            Verb::Members => key_of(Action::Members),
            Verb::Help => key_of(Action::Help),
            Verb::Quit => key_of(Action::Quit),
            _ => "",
        }
    }
}

/// Arguments by their names in the language.
pub(super) fn arguments(lang: &Lang, args: &str) -> String {
    if args.is_empty() { String::new() } else { lang.with("argument-line", &[("line", args)]) }
}

/// Key of the text that says how a command is used.
pub(super) const MISUSED: &str = "command-needs";

/// Why a command was not run: it was typed otherwise than it is used.
pub(super) fn misused(verb: Verb) -> Phrase {
    let found = COMMANDS.iter().find(|command| command.verb == verb);
    let (name, args) = found.map_or(("", ""), |command| (command.name, command.args));
    Phrase::new(MISUSED).text("name", name).text("what", args)
}

/// The name of the command, if words behind it can only be a mistake.
pub(super) fn takes_nothing(verb: Verb) -> Option<&'static str> {
    let alone = COMMANDS.iter().find(|command| command.verb == verb && command.args.is_empty());
    alone.map(|command| command.name)
}

/// A command without arguments.
const fn plain(verb: Verb, name: &'static str, help: &'static str) -> SlashCommand {
    SlashCommand { verb, name, args: "", kinds: &[], help }
}

/// A command whose arguments are called so, and may be that.
const fn command(
    verb: Verb,
    name: &'static str,
    arguments: (&'static str, &'static [ArgumentKind]),
    help: &'static str,
) -> SlashCommand {
    let (args, kinds) = arguments;
    SlashCommand { verb, name, args, kinds, help }
}

use ArgumentKind::{
    Address, Connection, Emoji, Encoding, Filter, Fold, Like, ListenKind, ListenPlace, Member, MovedFile,
    NewFile, OfferedFile, OneOf, OrderTarget, Path, Place, Receivers, Room, Setting, SettingValue, Words,
};

/// How much may come without asking, how much is read from a room's history, and how long what was said stays.
const SIZES: &[&str] = &["1MB", "20MB", "1GB", "off"];
const COUNTS: &[&str] = &["50", "200", "1000"];
const PERIODS: &[&str] = &["1h", "1d", "7d", "30d", "off"];

/// Takes back what was given as a password.
pub(super) const FORGET: &str = "forget";

/// What whoever is in charge of a relay orders in its rooms.
const ORDERS: &[&str] =
    &["kick", "ban", "unban", "mute", "unmute", "bans", "slow", "moderated", "topic", "close", "open"];

/// What a lab can do to a network; it is ended alone, and of the rest each may stand behind the others.
const LAB: &[ArgumentKind] = &[
    Like(&["loss=20%", "delay=200ms", "dup=5%", "reorder=10%", "off"]),
    Like(&["loss=20%", "delay=200ms", "dup=5%", "reorder=10%"]),
    Like(&["loss=20%", "delay=200ms", "dup=5%", "reorder=10%"]),
    Like(&["loss=20%", "delay=200ms", "dup=5%", "reorder=10%"]),
];

/// Every command there is, in the order of the help.
pub(super) const COMMANDS: &[SlashCommand] = &[
    command(Verb::Add, "add", ("NAME ADDRESS", &[Words, Address]), "command-add"),
    plain(Verb::Remove, "remove", "command-remove"),
    command(Verb::Rename, "rename", ("NAME", &[Words]), "command-rename"),
    command(Verb::Encoding, "encoding", ("NAME", &[Encoding]), "command-encoding"),
    command(
        Verb::Newline,
        "newline",
        ("none|lf|crlf|cr|nul|auto", &[OneOf(&["none", "lf", "crlf", "cr", "nul", "auto"])]),
        "command-newline",
    ),
    command(Verb::Hex, "hex", ("48 65 …", &[Words, Words, Words]), "command-hex"),
    command(Verb::Search, "search", ("[TEXT]", &[Filter]), "command-search"),
    command(Verb::Me, "me", ("TEXT", &[Words]), "command-me"),
    command(Verb::Reply, "reply", ("[TEXT]", &[Words]), "command-reply"),
    command(Verb::Edit, "edit", ("[TEXT]", &[Words]), "command-edit"),
    command(Verb::React, "react", ("[EMOJI]", &[Emoji]), "command-react"),
    plain(Verb::Delete, "delete", "command-delete"),
    command(Verb::Join, "join", ("[ADDRESS]", &[Room]), "command-join"),
    plain(Verb::Leave, "leave", "command-leave"),
    command(Verb::Password, "password", ("[forget]", &[OneOf(&[FORGET])]), "command-password"),
    command(Verb::Operator, "operator", ("NAME|forget", &[Like(&[FORGET])]), "command-operator"),
    command(Verb::Order, "order", ("ORDER …", &[OneOf(ORDERS), OrderTarget]), "command-order"),
    command(Verb::Kick, "kick", ("NAME", &[Member]), "command-kick"),
    command(Verb::Ban, "ban", ("NAME", &[Member]), "command-ban"),
    command(Verb::Topic, "topic", ("[TEXT]", &[Words]), "command-topic"),
    command(Verb::Connect, "connect", ("[ADDRESS]", &[Connection]), "command-connect"),
    plain(Verb::Disconnect, "disconnect", "command-disconnect"),
    plain(Verb::Members, "members", "command-members"),
    command(Verb::File, "file", ("[PATH…]", &[Path]), "command-file"),
    command(Verb::Accept, "accept", ("[N]", &[OfferedFile]), "command-accept"),
    command(Verb::Keep, "keep", ("[7d|12h|30m|off]", &[Like(PERIODS)]), "command-keep"),
    command(Verb::AutoAccept, "auto-accept", ("[20MB|off]", &[Like(SIZES)]), "command-auto-accept"),
    plain(Verb::Decline, "decline", "command-decline"),
    command(Verb::Stop, "stop", ("[N]", &[MovedFile]), "command-stop"),
    command(Verb::Seal, "seal", ("TEXT", &[Words]), "command-seal"),
    command(Verb::Everyone, "everyone", ("TEXT", &[Words]), "command-everyone"),
    command(Verb::To, "to", ("NAME,NAME TEXT", &[Receivers, Words]), "command-to"),
    plain(Verb::Nudge, "nudge", "command-nudge"),
    command(Verb::Away, "away", ("[TEXT]", &[Words]), "command-away"),
    plain(Verb::Ignore, "ignore", "command-ignore"),
    plain(Verb::Mute, "mute", "command-mute"),
    command(
        Verb::Notify,
        "notify",
        ("[all|mention|none]", &[OneOf(&["all", "mention", "none"])]),
        "command-notify",
    ),
    plain(Verb::Pin, "pin", "command-pin"),
    command(Verb::Fold, "fold", ("NAME", &[Fold]), "command-fold"),
    command(Verb::Verify, "verify", ("[off]", &[OneOf(&["off"])]), "command-verify"),
    command(Verb::Key, "key", ("[same|other|ignore]", &[OneOf(&["same", "other", "ignore"])]), "command-key"),
    command(Verb::History, "history", ("[N]", &[Like(COUNTS)]), "command-history"),
    plain(Verb::Clear, "clear", "command-clear"),
    command(Verb::Export, "export", ("FILE", &[NewFile]), "command-export"),
    plain(Verb::Inspect, "inspect", "command-inspect"),
    command(Verb::Wire, "wire", ("[CONTACT|all]", &[Place(&["all"])]), "command-wire"),
    command(Verb::Lab, "lab", ("[loss=20%|off] [delay=200ms] [dup=5%] [reorder=10%]", LAB), "command-lab"),
    command(Verb::Nick, "nick", ("NAME", &[Words]), "command-nick"),
    command(Verb::Theme, "theme", ("NAME", &[OneOf(&THEMES)]), "command-theme"),
    command(Verb::Listen, "listen", ("KIND PORT", &[ListenKind, ListenPlace]), "command-listen"),
    command(Verb::Set, "set", ("KEY VALUE", &[Setting, SettingValue]), "command-set"),
    command(Verb::Doctor, "doctor", ("[CONTACT|ADDRESS]", &[Place(&[])]), "command-doctor"),
    plain(Verb::Look, "look", "command-look"),
    command(Verb::Announce, "announce", ("[ADDRESS…|off]", &[Like(&["off"])]), "command-announce"),
    plain(Verb::Help, "help", "command-help"),
    plain(Verb::Quit, "quit", "command-quit"),
];

/// What other programs call a command, and what it is called here.
const ELSEWHERE: &[(&str, &str)] = &[
    ("block", "ignore"),
    ("close", "leave"),
    ("exit", "quit"),
    ("h", "help"),
    ("msg", "to"),
    ("names", "members"),
    ("part", "leave"),
    ("q", "quit"),
    ("query", "to"),
    ("send", "file"),
    ("who", "members"),
    ("whois", "members"),
];

/// The command that is meant by a name that is none.
fn meant(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    let known = COMMANDS.iter().map(|command| command.name).find(|known| *known == lower);
    let elsewhere = || ELSEWHERE.iter().find(|(other, _)| *other == lower).map(|(_, here)| *here);
    known.or_else(elsewhere).or_else(|| nearest(name, COMMANDS.iter().map(|command| command.name)))
}

/// What a composer's text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Typed<'a> {
    /// Text to send; `//` at its start was made one `/`.
    Message(&'a str),
    /// A command and what stands behind it, trimmed.
    Command(Verb, &'a str),
    /// It starts with a slash and is no command; the nearest known one, if any is near.
    Unknown { name: &'a str, nearest: Option<&'static str> },
}

/// Reads what stands in the composer.
pub(super) fn read(text: &str) -> Typed<'_> {
    let Some(rest) = text.strip_prefix('/') else { return Typed::Message(text) };
    if rest.starts_with('/') {
        return Typed::Message(rest);
    }
    let (name, args) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    COMMANDS.iter().find(|command| command.name == name).map_or_else(
        || Typed::Unknown { name, nearest: meant(name) },
        |command| Typed::Command(command.verb, args.trim()),
    )
}
