//! The command line: what was asked for, as plain data that `main` acts on. It does nothing itself and prints nothing: help,
//! version and wrong usage come back as an [`EarlyExit`].

mod args;
mod commands;
mod contact_names;
mod early_exit;
mod help;
mod pages;
mod relay;
mod relay_archive;
mod relay_history;
mod values;

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::ArgMatches;

use crate::lang::Lang;
use crate::model::{ListenSettings, OperatorChange, Registry, nearest};

pub use commands::COMMANDS;
pub use early_exit::EarlyExit;
pub use relay::{PermissionFlags, RelayFlags};
pub use relay_archive::ArchiveFlags;
pub use relay_history::{RemovedArg, RoomHistoryArgs};

/// Everything the command line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cli {
    pub global: Global,
    pub command: CliCommand,
}

/// Options that every command takes. `None` means: as the profile says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Global {
    pub profile: Option<PathBuf>,
    pub interface: Option<String>,
    pub listen: ListenSettings,
    pub name: Option<String>,
    pub language: Option<String>,
    pub theme: Option<String>,
    pub verbose: bool,
    /// Skip the form of the first start and stay invisible.
    pub defaults: bool,
    /// The file whose lines are passphrases, so that nobody is asked.
    pub passphrase_fd: Option<u32>,
    /// Panic once the screen is up: proves that the terminal is restored.
    pub test_panic: bool,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CliCommand {
    /// The messenger; `open` is a contact's name or an address.
    Messenger {
        open: Option<String>,
    },
    /// One conversation in plain lines.
    Chat {
        target: String,
        /// Messages of the history to begin with.
        history: usize,
    },
    Send {
        target: String,
        text: TextArg,
        form: TextForm,
        /// How long answers are printed after sending.
        wait: Option<Duration>,
    },
    Listen {
        json: bool,
        count: Option<u64>,
        timeout: Option<Duration>,
    },
    Echo {
        upper: bool,
    },
    Wire(WireFlags),
    Relay(Box<RelayFlags>),
    /// What a relay that runs is to do, in words.
    RelayOrder(Vec<String>),
    /// Whether a relay with these settings can do its work.
    RelayDoctor {
        relay: Box<RelayFlags>,
        json: bool,
    },
    /// What a relay needs at the servers of a cluster.
    RelayPermissions(PermissionFlags),
    RelayArchive(Box<ArchiveFlags>),
    /// Who is in charge among the members of a relay, in that file.
    RelayOperator(OperatorChange, Option<PathBuf>),
    RoomHistory(RoomHistoryArgs),
    Doctor {
        target: Option<String>,
        json: bool,
    },
    Contacts(ContactsArgs),
    Key(KeyArgs),
    History(HistoryArgs),
}

/// Where the text to send comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextArg {
    Given(String),
    /// `-`: standard input, even if that is a terminal.
    Stdin,
    /// Nothing was said: standard input if something is piped in, otherwise wrong usage.
    PipedStdin,
}

/// What is to be seen of what passes our sockets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireFlags {
    /// A contact's name or an address; `None`: everything.
    pub target: Option<String>,
    /// The file that packets go into; `-`: standard output.
    pub pcap: Option<String>,
    pub hex: bool,
    pub count: Option<u64>,
    pub timeout: Option<Duration>,
}

/// What the given text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextForm {
    /// A text, which is sent in the encoding of the peer.
    #[default]
    Text,
    /// Bytes, two digits each.
    Hex,
    /// The bytes themselves, as standard input has them.
    Raw,
}

/// What to do with the contact list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactsArgs {
    /// The names alone, for completion in shells.
    Names,
    List {
        json: bool,
    },
    Add {
        name: String,
        address: String,
    },
    Remove {
        name: String,
    },
    Rename {
        old: String,
        new: String,
    },
}

/// What to do with our own key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyArgs {
    Show { qr: bool },
    Export,
    Import,
    Passphrase,
}

/// What to do with the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryArgs {
    List {
        json: bool,
    },
    Search {
        /// As it would be typed in the messenger.
        words: String,
        json: bool,
        /// `None`: all.
        limit: Option<usize>,
    },
    Export {
        /// A contact's name or an address; `None`: everything.
        target: Option<String>,
        /// For people to read.
        transcript: bool,
        /// `None`: standard output.
        output: Option<PathBuf>,
    },
    Import {
        /// `None`: standard input.
        file: Option<PathBuf>,
    },
}

impl Cli {
    /// Reads the arguments, the program's name first. Help and errors are in the language that
    /// `--language` or the locale says: the profile is not open yet.
    /// `width` says how wide help may be.
    pub fn read(
        args: impl IntoIterator<Item = OsString>,
        registry: Registry,
        width: fn() -> usize,
    ) -> Result<Self, EarlyExit> {
        let args: Vec<OsString> = args.into_iter().collect();
        Self::read_in(&Lang::choose(wanted_language(&args).as_deref(), registry), &args, width)
    }

    /// `read` in a given language, with the dialects that its texts know.
    pub fn read_in(lang: &Lang, args: &[OsString], width: fn() -> usize) -> Result<Self, EarlyExit> {
        // Texts take time, and hardly anybody asks for help.
        let matches = match commands::silent_tree().try_get_matches_from(args) {
            Ok(matches) => matches,
            Err(_) => commands::tree(lang, width()).try_get_matches_from(args).map_err(|error| {
                let words = commands::words(args);
                let near = words.first().filter(|word| !COMMANDS.contains(word));
                let near = near.and_then(|word| nearest(word, COMMANDS));
                EarlyExit::from_clap(lang, &error, near).about(lang, &commands::path_of(&words))
            })?,
        };
        match matches.subcommand() {
            Some(("completions", inner)) => {
                return Err(pages::completions(lang, width(), &required(inner, "shell")));
            }
            Some(("man", inner)) => {
                let words: Vec<String> = inner.get_many("page").into_iter().flatten().cloned().collect();
                return Err(pages::manual(lang, commands::tree(lang, width()), &words));
            }
            Some(_) | None => {}
        }
        let read = || Ok(Self { global: global(lang, &matches)?, command: command(lang, &matches)? });
        read().map_err(|refused: EarlyExit| refused.about(lang, &commands::path_of(&commands::words(args))))
    }
}

/// The value of `--language` before anything is parsed.
fn wanted_language(args: &[OsString]) -> Option<String> {
    let mut args = args.iter().skip(1).map_while(|arg| arg.to_str().filter(|arg| *arg != "--"));
    while let Some(arg) = args.next() {
        if arg == "--language" {
            return args.next().map(str::to_owned);
        }
        if let Some(tag) = arg.strip_prefix("--language=") {
            return Some(tag.to_owned());
        }
    }
    None
}

fn global(lang: &Lang, matches: &ArgMatches) -> Result<Global, EarlyExit> {
    let text = |id| optional(matches, id);
    let mut listen = ListenSettings::default();
    for value in matches.get_many::<String>("listen").into_iter().flatten() {
        let (kind, setting) = values::listen(lang, value)?;
        listen.set(&kind, setting);
    }
    Ok(Global {
        profile: matches.get_one::<PathBuf>("profile").cloned(),
        interface: text("interface"),
        listen,
        name: text("name"),
        language: text("language"),
        theme: text("theme"),
        verbose: matches.get_count("verbose") > 0,
        defaults: matches.get_flag("defaults"),
        passphrase_fd: values::descriptor(lang, "--passphrase-fd", text("passphrase-fd"))?,
        test_panic: matches.get_flag("test-panic"),
    })
}

fn command(lang: &Lang, matches: &ArgMatches) -> Result<CliCommand, EarlyExit> {
    let open = optional(matches, "open");
    let Some((name, inner)) = matches.subcommand() else {
        return Ok(CliCommand::Messenger { open });
    };
    if let Some(open) = open {
        return Err(EarlyExit::usage(lang, "cli-error-unexpected", &[("arg", &open)]));
    }
    Ok(match name {
        "chat" => CliCommand::Chat {
            target: required(inner, "target"),
            history: values::whole(lang, "--history", &required(inner, "history"))?,
        },
        "send" => CliCommand::Send {
            target: required(inner, "target"),
            text: source(optional(inner, "text")),
            form: form(lang, inner)?,
            wait: values::seconds(lang, "--wait", optional(inner, "wait"))?,
        },
        "listen" => CliCommand::Listen {
            json: inner.get_flag("json"),
            count: values::count(lang, "--count", optional(inner, "count"))?,
            timeout: values::seconds(lang, "--timeout", optional(inner, "timeout"))?,
        },
        "echo" => CliCommand::Echo { upper: inner.get_flag("upper") },
        "wire" => CliCommand::Wire(WireFlags {
            target: optional(inner, "wire-target"),
            pcap: optional(inner, "pcap"),
            hex: inner.get_flag("hex"),
            count: values::count(lang, "--count", optional(inner, "wire-count"))?,
            timeout: values::seconds(lang, "--timeout", optional(inner, "timeout"))?,
        }),
        "relay" => relay::read(lang, inner)?,
        "doctor" => CliCommand::Doctor { target: optional(inner, "examined"), json: inner.get_flag("json") },
        "key" => CliCommand::Key(key(lang, inner)?),
        "history" => CliCommand::History(history(lang, inner)?),
        _ => CliCommand::Contacts(contacts(inner)),
    })
}

fn contacts(matches: &ArgMatches) -> ContactsArgs {
    match matches.subcommand() {
        Some(("add", inner)) => {
            ContactsArgs::Add { name: required(inner, "contact"), address: required(inner, "address") }
        }
        Some(("remove", inner)) => ContactsArgs::Remove { name: required(inner, "contact") },
        Some(("rename", inner)) => {
            ContactsArgs::Rename { old: required(inner, "contact"), new: required(inner, "new-name") }
        }
        Some(("names", _)) => ContactsArgs::Names,
        Some((_, inner)) => ContactsArgs::List { json: inner.get_flag("json") },
        None => ContactsArgs::List { json: false },
    }
}

fn key(lang: &Lang, matches: &ArgMatches) -> Result<KeyArgs, EarlyExit> {
    match (matches.subcommand_name(), matches.get_flag("qr")) {
        (None, qr) => Ok(KeyArgs::Show { qr }),
        (Some(_), true) => Err(EarlyExit::usage(lang, "cli-error-unexpected", &[("arg", "--qr")])),
        (Some("export"), false) => Ok(KeyArgs::Export),
        (Some("passphrase"), false) => Ok(KeyArgs::Passphrase),
        (Some(_), false) => Ok(KeyArgs::Import),
    }
}

fn history(lang: &Lang, matches: &ArgMatches) -> Result<HistoryArgs, EarlyExit> {
    Ok(match matches.subcommand() {
        Some(("search", inner)) => HistoryArgs::Search {
            words: inner.get_many::<String>("words").map(joined).unwrap_or_default(),
            json: inner.get_flag("json"),
            limit: values::limit(lang, "--limit", &required(inner, "limit"))?,
        },
        Some(("export", inner)) => HistoryArgs::Export {
            target: optional(inner, "conversation"),
            transcript: inner.get_flag("transcript"),
            output: file(inner, "output"),
        },
        Some(("import", inner)) => HistoryArgs::Import { file: file(inner, "file") },
        Some((_, inner)) => HistoryArgs::List { json: inner.get_flag("json") },
        None => HistoryArgs::List { json: false },
    })
}

fn joined<'a>(words: impl Iterator<Item = &'a String>) -> String {
    words.map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// `-` is standard input or output.
fn file(matches: &ArgMatches, id: &str) -> Option<PathBuf> {
    matches.get_one::<PathBuf>(id).filter(|path| path.as_os_str() != "-").cloned()
}

fn form(lang: &Lang, matches: &ArgMatches) -> Result<TextForm, EarlyExit> {
    let has_text = optional(matches, "text").is_some_and(|text| text != "-");
    match (matches.get_flag("send-hex"), matches.get_flag("raw")) {
        (true, true) => {
            Err(EarlyExit::usage(lang, "cli-error-not-both", &[("arg", "--hex"), ("other", "--raw")]))
        }
        // A text of the command line is UTF-8 anyway.
        (false, true) if has_text => {
            let text = lang.with("argument-line", &[("line", "TEXT")]);
            Err(EarlyExit::usage(lang, "cli-error-not-both", &[("arg", "--raw"), ("other", &text)]))
        }
        (false, true) => Ok(TextForm::Raw),
        (true, false) => Ok(TextForm::Hex),
        (false, false) => Ok(TextForm::Text),
    }
}

fn source(text: Option<String>) -> TextArg {
    match text {
        Some(dash) if dash == "-" => TextArg::Stdin,
        Some(text) => TextArg::Given(text),
        None => TextArg::PipedStdin,
    }
}

fn optional(matches: &ArgMatches, id: &str) -> Option<String> {
    matches.get_one::<String>(id).cloned()
}

/// clap has refused the command line if it is missing.
fn required(matches: &ArgMatches, id: &str) -> String {
    optional(matches, id).unwrap_or_default()
}
