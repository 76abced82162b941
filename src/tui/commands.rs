//! The commands one can type, in one table: the parser, Tab, the palette and the help read it.

use super::action::Action;
use super::chat::Remark;
use super::keymap::key_of;
use crate::lang::Lang;
use crate::model::{ChatCaps, Phrase, nearest};

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
    Clear,
    Export,
    Theme,
    Set,
    Inspect,
    Wire,
    Lab,
    Doctor,
    Look,
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
                | Self::Hex
        )
    }

    /// Whether it is one of those that a dialect which can do that has.
    pub(super) const fn is_in(self, chat: ChatCaps) -> bool {
        match self {
            Self::Reply => Remark::Reply.is_in(chat),
            Self::Edit => Remark::Edit.is_in(chat),
            Self::React => Remark::React.is_in(chat),
            Self::Delete => Remark::Delete.is_in(chat),
            _ => true,
        }
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

/// Why a command was not run: it was typed otherwise than it is used.
pub(super) fn misused(verb: Verb) -> Phrase {
    let found = COMMANDS.iter().find(|command| command.verb == verb);
    let (name, args) = found.map_or(("", ""), |command| (command.name, command.args));
    Phrase::new("command-needs").text("name", name).text("what", args)
}

const fn command(verb: Verb, name: &'static str, args: &'static str, help: &'static str) -> SlashCommand {
    SlashCommand { verb, name, args, help }
}

/// Every command there is, in the order of the help.
pub(super) const COMMANDS: &[SlashCommand] = &[
    command(Verb::Add, "add", "NAME ADDRESS", "command-add"),
    command(Verb::Remove, "remove", "", "command-remove"),
    command(Verb::Rename, "rename", "NAME", "command-rename"),
    command(Verb::Encoding, "encoding", "NAME", "command-encoding"),
    command(Verb::Newline, "newline", "none|lf|crlf|cr|nul|auto", "command-newline"),
    command(Verb::Hex, "hex", "48 65 …", "command-hex"),
    command(Verb::Search, "search", "[TEXT]", "command-search"),
    command(Verb::Me, "me", "TEXT", "command-me"),
    command(Verb::Reply, "reply", "[TEXT]", "command-reply"),
    command(Verb::Edit, "edit", "[TEXT]", "command-edit"),
    command(Verb::React, "react", "[EMOJI]", "command-react"),
    command(Verb::Delete, "delete", "", "command-delete"),
    command(Verb::Join, "join", "[ADDRESS]", "command-join"),
    command(Verb::Leave, "leave", "", "command-leave"),
    command(Verb::Connect, "connect", "[ADDRESS]", "command-connect"),
    command(Verb::Disconnect, "disconnect", "", "command-disconnect"),
    command(Verb::Members, "members", "", "command-members"),
    command(Verb::File, "file", "[PATH…]", "command-file"),
    command(Verb::Accept, "accept", "[N]", "command-accept"),
    command(Verb::Keep, "keep", "[7d|12h|30m|off]", "command-keep"),
    command(Verb::AutoAccept, "auto-accept", "[20MB|off]", "command-auto-accept"),
    command(Verb::Decline, "decline", "", "command-decline"),
    command(Verb::Stop, "stop", "[N]", "command-stop"),
    command(Verb::Seal, "seal", "TEXT", "command-seal"),
    command(Verb::Everyone, "everyone", "TEXT", "command-everyone"),
    command(Verb::To, "to", "NAME,NAME TEXT", "command-to"),
    command(Verb::Nudge, "nudge", "", "command-nudge"),
    command(Verb::Away, "away", "[TEXT]", "command-away"),
    command(Verb::Ignore, "ignore", "", "command-ignore"),
    command(Verb::Mute, "mute", "", "command-mute"),
    command(Verb::Notify, "notify", "[all|mention|none]", "command-notify"),
    command(Verb::Pin, "pin", "", "command-pin"),
    command(Verb::Fold, "fold", "NAME", "command-fold"),
    command(Verb::Verify, "verify", "[off]", "command-verify"),
    command(Verb::Key, "key", "[same|other|ignore]", "command-key"),
    command(Verb::Clear, "clear", "", "command-clear"),
    command(Verb::Export, "export", "FILE", "command-export"),
    command(Verb::Inspect, "inspect", "", "command-inspect"),
    command(Verb::Wire, "wire", "[CONTACT|all]", "command-wire"),
    command(Verb::Lab, "lab", "[loss=20%|off] [delay=200ms] [dup=5%] [reorder=10%]", "command-lab"),
    command(Verb::Nick, "nick", "NAME", "command-nick"),
    command(Verb::Theme, "theme", "NAME", "command-theme"),
    command(Verb::Listen, "listen", "KIND PORT", "command-listen"),
    command(Verb::Set, "set", "KEY VALUE", "command-set"),
    command(Verb::Doctor, "doctor", "[CONTACT]", "command-doctor"),
    command(Verb::Look, "look", "", "command-look"),
    command(Verb::Help, "help", "", "command-help"),
    command(Verb::Quit, "quit", "", "command-quit"),
];

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
        || Typed::Unknown { name, nearest: nearest(name, COMMANDS.iter().map(|command| command.name)) },
        |command| Typed::Command(command.verb, args.trim()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_has_every_command_and_no_other() {
        let readme = include_str!("../../README.md");
        let section = readme.split("\n## ").find(|section| section.starts_with("Commands\n")).unwrap();
        let quoted = section.split('`').skip(1).step_by(2).filter_map(|piece| piece.strip_prefix('/'));
        let mut told: Vec<&str> = quoted.map(|piece| piece.split(' ').next().unwrap()).collect();
        told.retain(|name| *name != "/");
        let mut known: Vec<&str> = COMMANDS.iter().map(|command| command.name).collect();
        told.sort_unstable();
        known.sort_unstable();
        assert_eq!(told, known);
    }

    #[test]
    fn commands_are_told_from_text() {
        for (text, typed) in [
            ("在吗", Typed::Message("在吗")),
            ("//etc", Typed::Message("/etc")),
            ("/add 侯哥 127.0.0.1:1 ", Typed::Command(Verb::Add, "侯哥 127.0.0.1:1")),
            ("/quit", Typed::Command(Verb::Quit, "")),
            ("/export ~/a b.txt", Typed::Command(Verb::Export, "~/a b.txt")),
            ("/me\tgoes", Typed::Command(Verb::Me, "goes")),
            ("/qiut", Typed::Unknown { name: "qiut", nearest: Some("quit") }),
            ("/enc gbk", Typed::Unknown { name: "enc", nearest: Some("encoding") }),
            ("/file a\\ b \"c d\" ", Typed::Command(Verb::File, "a\\ b \"c d\"")),
            ("/accept 2", Typed::Command(Verb::Accept, "2")),
            ("/to a,b hi there", Typed::Command(Verb::To, "a,b hi there")),
            ("/away", Typed::Command(Verb::Away, "")),
            ("/stpo", Typed::Unknown { name: "stpo", nearest: Some("stop") }),
            ("/xyzzy", Typed::Unknown { name: "xyzzy", nearest: None }),
        ] {
            assert_eq!(read(text), typed, "{text}");
        }
    }
}
