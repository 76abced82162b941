//! The commands and options there are; `help.rs` makes the pages of them. Their texts are found by name:
//! `cli-about-COMMAND`, `cli-arg-ID`.
//!
//! Values stay text here: what they mean is judged in `values.rs`, whose refusals are translated.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, value_parser};
use clap_complete::Shell;

use super::args::{flag, import, option, output, search, transcript};
use super::contact_names;
use super::help::{CommandPage, positional, takes};
use crate::lang::{Lang, TAGS};
use crate::model::THEMES;

const NAME: &str = env!("CARGO_PKG_NAME");
/// What every command takes is listed behind what only this one takes.
const GLOBAL_ORDER: usize = 100;

/// The words that begin a command.
pub const COMMANDS: [&str; 12] = [
    "chat",
    "send",
    "listen",
    "echo",
    "wire",
    "relay",
    "contacts",
    "key",
    "history",
    "doctor",
    "completions",
    "man",
];

/// The whole command line, with help in one language and as wide as that.
pub(super) fn tree(lang: &Lang, width: usize) -> Command {
    translated(silent_tree(), lang, width)
}

/// What shells complete: without what only tests of ours type, and with the values that there are to choose from.
pub(super) fn shell_tree(lang: &Lang, width: usize, shell: Shell) -> Command {
    // zsh would take the first word for a contact, and find no command behind it.
    let root = if shell == Shell::Zsh { tree_of_commands() } else { public_tree() };
    let chosen = |id: &'static str, values: &'static [&'static str]| {
        move |root: Command| root.mut_arg(id, |arg| arg.value_parser(PossibleValuesParser::new(values)))
    };
    translated(chosen("language", &TAGS)(chosen("theme", &THEMES)(contact_names::hinted(root))), lang, width)
}

fn translated(root: Command, lang: &Lang, width: usize) -> Command {
    let root = root.mut_args(|arg| worded(arg, lang));
    let general = root.get_arguments().filter(|arg| arg.is_global_set()).cloned().collect();
    Translator { lang, width, general }.translated(root, NAME, "udpqq")
}

/// The same without any text.
pub(super) fn silent_tree() -> Command {
    let names = |contacts: Command| contacts.subcommand(ours(Command::new("names").hide(true)));
    let tests = flag("test-panic").global(true).display_order(GLOBAL_ORDER).hide(true);
    public_tree().arg(tests).mut_subcommand("contacts", names)
}

/// What people type.
pub(super) fn public_tree() -> Command {
    tree_of_commands().arg(Arg::new("open").value_name("CONTACT|ADDRESS"))
}

fn tree_of_commands() -> Command {
    let root = globals(Command::new(NAME).version(env!("CARGO_PKG_VERSION")))
        .arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .display_order(GLOBAL_ORDER),
        )
        .subcommand(chat())
        .subcommand(send())
        .subcommand(listen())
        .subcommand(Command::new("echo").arg(flag("upper")))
        .subcommand(wire())
        .subcommand(relay())
        .subcommand(contacts())
        .subcommand(key())
        .subcommand(history())
        .subcommand(doctor())
        .subcommand(completions())
        .subcommand(manual());
    ours(root)
}

/// The words of a command line that are neither options nor their values.
pub(super) fn words(args: &[OsString]) -> Vec<&str> {
    let root = public_tree();
    let takes_value = |option: &str| {
        let mut options = root.get_arguments();
        let long =
            options.find(|arg| arg.get_long().is_some_and(|long| option.strip_prefix("--") == Some(long)));
        long.is_some_and(|arg| arg.get_action().takes_values())
    };
    let (mut found, mut is_value) = (Vec::new(), false);
    for word in args.iter().skip(1).filter_map(|arg| arg.to_str()) {
        if std::mem::take(&mut is_value) {
            continue;
        }
        if word.starts_with('-') && word != "-" {
            is_value = takes_value(word);
        } else {
            found.push(word);
        }
    }
    found
}

/// The command that these words begin with, as it is typed.
pub(super) fn path_of(words: &[&str]) -> String {
    let (mut command, mut path) = (&public_tree(), NAME.to_owned());
    for word in words {
        let Some(inner) = command.find_subcommand(word) else { break };
        command = inner;
        path = format!("{path} {word}");
    }
    path
}

/// Without what clap would add of its own.
fn ours(command: Command) -> Command {
    command
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .mut_subcommands(ours)
}

fn globals(root: Command) -> Command {
    let option = |id: &'static str, value| option(id, value).global(true).display_order(GLOBAL_ORDER);
    let flag = |id: &'static str| flag(id).global(true).display_order(GLOBAL_ORDER);
    root.arg(option("profile", "DIR").value_parser(value_parser!(PathBuf)))
        .arg(option("interface", "IF"))
        .arg(option("listen", "KIND=WHERE").action(ArgAction::Append))
        .arg(option("name", "NAME"))
        .arg(option("language", "TAG"))
        .arg(option("theme", "NAME"))
        .arg(option("passphrase-fd", "N").allow_negative_numbers(true))
        .arg(flag("defaults"))
        .arg(flag("verbose").short('v').action(ArgAction::Count))
        .arg(flag("help").short('h').action(ArgAction::Help))
}

fn chat() -> Command {
    let history = option("history", "N").default_value(super::values::DEFAULT_TAIL).hide_default_value(true);
    Command::new("chat")
        .arg(Arg::new("target").value_name("CONTACT|ADDRESS").required(true))
        .arg(history.allow_negative_numbers(true))
}

fn send() -> Command {
    // With `=` only, so that `--wait hello` sends hello.
    let wait = option("wait", "SECS").num_args(0..=1).require_equals(true);
    Command::new("send")
        .arg(Arg::new("target").value_name("CONTACT|ADDRESS").required(true))
        .arg(Arg::new("text").value_name("TEXT").allow_negative_numbers(true))
        .arg(flag("send-hex").long("hex"))
        .arg(flag("raw"))
        .arg(wait.default_missing_value(super::values::DEFAULT_WAIT))
}

fn listen() -> Command {
    let number = |id, value| option(id, value).allow_negative_numbers(true);
    Command::new("listen").arg(flag("json")).arg(number("count", "N")).arg(number("timeout", "SECS"))
}

fn wire() -> Command {
    let count = option("wire-count", "N").long("count").allow_negative_numbers(true);
    Command::new("wire")
        .arg(Arg::new("wire-target").value_name("CONTACT|ADDRESS"))
        .arg(option("pcap", "FILE"))
        .arg(flag("hex"))
        .arg(count)
        .arg(option("timeout", "SECS").allow_negative_numbers(true))
}

/// Its flags have ids of their own where another command has a word of that name.
pub(super) fn relay() -> Command {
    let words = Arg::new("order-words").value_name("ORDER").required(true).num_args(1..);
    let permissions = Command::new("permissions").arg(option("prefix", "NAME")).arg(shards());
    let permissions = permissions.arg(flag("for-archive").long("archive"));
    relay_options(Command::new("relay"))
        .arg(flag("tui"))
        .subcommand(Command::new("order").arg(words))
        .subcommand(relay_history())
        .subcommand(relay_options(Command::new("doctor")).arg(flag("json")))
        .subcommand(relay_operator())
        .subcommand(relay_archive())
        .subcommand(permissions)
}

fn shards() -> Arg {
    option("shards", "N").allow_negative_numbers(true)
}

/// Who is in charge among its members.
fn relay_operator() -> Command {
    let name = || Arg::new("operator-name").value_name("NAME").required(true);
    let operators = || option("operators", "FILE");
    Command::new("operator")
        .subcommand_required(true)
        .subcommand(Command::new("add").arg(name()).arg(operators()))
        .subcommand(Command::new("remove").arg(name()).arg(operators()))
        .subcommand(Command::new("list").arg(operators()))
}

/// How a relay is to be: the same for one that runs and for whoever looks whether it could.
fn relay_options(command: Command) -> Command {
    let number = |id, value| option(id, value).allow_negative_numbers(true);
    command
        .arg(Arg::new("relay-address").value_name("ADDRESS"))
        .arg(flag("relay-open").long("open"))
        .arg(number("members", "N"))
        .arg(number("rooms", "N"))
        .arg(number("rate", "N"))
        .arg(number("bytes", "N"))
        .arg(number("bandwidth", "N"))
        .arg(number("silence", "SECS"))
        .arg(flag("relay-history").long("history"))
        .arg(option("keep", "AGE|all"))
        .arg(option("keep-messages", "N|all"))
        .arg(option("keep-bytes", "SIZE|all"))
        .arg(option("cluster", "SERVER,…"))
        .arg(option("cluster-ca", "FILE"))
        .arg(option("cluster-creds", "FILE"))
        .arg(option("cluster-nkey", "FILE"))
        .arg(option("prefix", "NAME"))
        .arg(number("replicas", "N"))
        .arg(shards())
        .arg(option("public", "ADDRESS,…"))
        .arg(option("operators", "FILE"))
        .arg(option("metrics", "ADDRESS"))
}

/// Keeps what is said at the relays of a cluster.
fn relay_archive() -> Command {
    Command::new("archive")
        .arg(option("archive-cluster", "SERVER,…").long("cluster"))
        .arg(option("cluster-ca", "FILE"))
        .arg(option("cluster-creds", "FILE"))
        .arg(option("cluster-nkey", "FILE"))
        .arg(option("prefix", "NAME"))
        .arg(option("archive-keep", "AGE|all").long("keep"))
        .arg(option("archive-keep-messages", "N|all").long("keep-messages"))
        .arg(option("archive-keep-bytes", "SIZE|all").long("keep-bytes"))
}

/// What a relay has kept.
fn relay_history() -> Command {
    let room = || option("room", "ROOM");
    let member = || option("member", "NAME|ID");
    let export = Command::new("export").arg(room()).arg(member()).arg(transcript()).arg(output());
    let remove = Command::new("remove")
        .arg(option("place", "N").allow_negative_numbers(true))
        .arg(room())
        .arg(member())
        .arg(flag("yes"));
    Command::new("history")
        .subcommand_required(true)
        .subcommand(Command::new("list").arg(flag("json")))
        .subcommand(search("room-words").arg(room()))
        .subcommand(export)
        .subcommand(import())
        .subcommand(remove)
}

fn contacts() -> Command {
    let contact = |value| Arg::new("contact").value_name(value).required(true);
    let value = |id: &'static str, name| Arg::new(id).value_name(name).required(true);
    Command::new("contacts")
        .subcommand_required(true)
        .subcommand(Command::new("list").arg(flag("json")))
        .subcommand(Command::new("add").arg(contact("NAME")).arg(value("address", "ADDRESS")))
        .subcommand(Command::new("remove").arg(contact("NAME")))
        .subcommand(Command::new("rename").arg(contact("OLD")).arg(value("new-name", "NEW")))
}

fn key() -> Command {
    let parts = ["export", "import", "passphrase"].map(Command::new);
    Command::new("key").arg(flag("qr")).subcommands(parts)
}

fn history() -> Command {
    let conversation = Arg::new("conversation").value_name("CONTACT|ADDRESS");
    Command::new("history")
        .subcommand_required(true)
        .subcommand(Command::new("list").arg(flag("json")))
        .subcommand(search("words"))
        .subcommand(Command::new("export").arg(conversation).arg(transcript()).arg(output()))
        .subcommand(import())
}

fn doctor() -> Command {
    Command::new("doctor").arg(Arg::new("examined").value_name("CONTACT|ADDRESS")).arg(flag("json"))
}

fn completions() -> Command {
    Command::new("completions").arg(Arg::new("shell").value_name("SHELL").required(true))
}

fn manual() -> Command {
    Command::new("man").arg(Arg::new("page").value_name("COMMAND").num_args(0..))
}

/// An option or argument with its texts.
fn worded(arg: Arg, lang: &Lang) -> Arg {
    let text = lang.text(&format!("cli-arg-{}", arg.get_id()));
    let name = arg.get_value_names().and_then(|names| names.first()).cloned();
    let name = name.map(|name| lang.with("argument-line", &[("line", name.as_str())]));
    match name {
        Some(name) => arg.help(text).value_name(name),
        None => arg.help(text),
    }
}

/// Gives commands their texts.
struct Translator<'a> {
    lang: &'a Lang,
    width: usize,
    /// What can be typed with every command.
    general: Vec<Arg>,
}

impl Translator<'_> {
    /// A command and all below it with their texts. `key` names the command in the texts, `path` as it is typed.
    fn translated(&self, command: Command, path: &str, key: &str) -> Command {
        let below = |inner: Command| {
            let name = inner.get_name().to_owned();
            let key = if key == "udpqq" { name.clone() } else { format!("{key}-{name}") };
            self.translated(inner, &format!("{path} {name}"), &key)
        };
        let about = self.lang.text(&format!("cli-about-{key}"));
        let command = command.about(about).mut_args(|arg| worded(arg, self.lang)).mut_subcommands(below);
        let usage = usage(&command, path, self.lang);
        let below = path.split_once(' ').map(|(_program, command)| command);
        let applies = |arg: &&Arg| below.is_some_and(|command| takes(command, arg.get_id().as_str()));
        let own = |arg: &Arg| self.general_of(key, arg);
        let general: Vec<Arg> = self.general.iter().filter(applies).map(own).collect();
        let page = CommandPage::new(self.lang, self.width).of(&command, &usage, &general, key);
        command.override_usage(usage).override_help(page)
    }

    /// A general option as this command explains it, where it means more to it than to others.
    fn general_of(&self, command: &str, arg: &Arg) -> Arg {
        let key = format!("cli-arg-{}-of-{command}", arg.get_id());
        let arg = arg.clone();
        if self.lang.has(&key) { arg.help(self.lang.text(&key)) } else { arg }
    }
}

/// How a command is typed; the root has two ways.
fn usage(command: &Command, path: &str, lang: &Lang) -> String {
    let options = lang.text("cli-word-options");
    let mut line = format!("{path} [{options}]");
    for arg in command.get_positionals() {
        line = format!("{line} {}", positional(arg));
    }
    let inner = lang.text("cli-word-command");
    if command.is_subcommand_required_set() {
        line = format!("{line} {inner}");
    } else if command.has_subcommands() {
        // Under the first way, behind the heading, which is seven cells wide in every language.
        line = format!("{line}\n       {path} [{options}] {inner}");
    }
    line
}
