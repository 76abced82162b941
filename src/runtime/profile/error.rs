//! What can be wrong with the files of a profile, each with the sentence that tells a person.

use std::path::{Path, PathBuf};

use super::alerts::NotifyBy;
use super::announce::AnnounceError;
use super::name::NameError;
use super::terminal_settings::PICTURES;
use crate::lang::{TAGS, is_known};
use crate::model::{LIST_FORMS, Phrase, THEMES};

/// The folders cannot be used; the program cannot start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    #[error("no home directory")]
    NoHome,
    #[error("{path}: {reason}")]
    Folder { path: PathBuf, reason: String },
    /// A folder that belongs to everybody, such as `/tmp`.
    #[error("{0} is shared")]
    Shared(PathBuf),
    /// There is none where it is looked for.
    #[error("{0} is missing")]
    Missing(PathBuf),
}

impl ProfileError {
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::NoHome => Phrase::new("profile-no-home"),
            Self::Folder { path, reason } => {
                Phrase::new("profile-folder").text("path", shown(path)).text("reason", reason)
            }
            Self::Shared(path) => Phrase::new("profile-shared").text("path", shown(path)),
            Self::Missing(path) => Phrase::new("profile-missing").text("path", shown(path)),
        }
    }
}

/// What a key wants its value to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    Text,
    Flag,
    /// A flag, or `"contacts"`.
    Audience,
    /// A flag, or `"mention"`.
    NotifyLevel,
    Listen,
    Table,
    /// A list of hosts.
    Places,
    Folder,
    Encoding,
    /// A number of bytes with a unit, as text.
    Size,
    /// A time with a unit, as text.
    Period,
    /// The same, or `"all"`.
    KeepAge,
    /// A whole number from 1, or `"all"`.
    KeepMessages,
    /// A size, or `"all"`.
    KeepBytes,
    /// The name of a theme.
    Theme,
    /// The tag of a language there are texts for.
    Language,
    /// How many rows the list has for a conversation.
    List,
    /// How pictures are shown.
    Pictures,
    /// How the terminal shows notices.
    Notify,
    /// A list of servers.
    Servers,
    /// A list of hosts, with ports.
    Hosts,
    /// A whole number from 1.
    Count,
    /// A line for the shell, or a list of words.
    Command,
}

impl ValueKind {
    /// The variant of the texts that names this kind.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Flag => "flag",
            Self::Audience => "audience",
            Self::NotifyLevel => "notify-level",
            Self::Listen => "listen",
            Self::Table => "table",
            Self::Places => "places",
            Self::Folder => "folder",
            Self::Encoding => "encoding",
            Self::Size => "size",
            Self::Period => "period",
            Self::KeepAge => "keep-age",
            Self::KeepMessages => "keep-messages",
            Self::KeepBytes => "keep-bytes",
            Self::Theme | Self::Language | Self::List | Self::Pictures | Self::Notify => "choice",
            Self::Servers => "servers",
            Self::Hosts => "hosts",
            Self::Count => "count",
            Self::Command => "command",
        }
    }

    /// The values there are to choose from; empty where there is no list of them.
    pub const fn choices(self) -> &'static [&'static str] {
        match self {
            Self::Theme => &THEMES,
            Self::Language => &TAGS,
            Self::List => &LIST_FORMS,
            Self::Pictures => &PICTURES,
            Self::Notify => &NotifyBy::NAMES,
            Self::Text
            | Self::Flag
            | Self::Audience
            | Self::NotifyLevel
            | Self::Listen
            | Self::Table
            | Self::Places
            | Self::Folder
            | Self::Encoding
            | Self::Size
            | Self::Command
            | Self::Period
            | Self::KeepAge
            | Self::KeepMessages
            | Self::KeepBytes
            | Self::Servers
            | Self::Hosts
            | Self::Count => &[],
        }
    }

    /// What is offered to whoever sets one.
    pub(super) fn offered(self) -> &'static [&'static str] {
        if self == Self::Flag {
            &["true", "false"]
        } else if self == Self::Audience {
            &["true", "contacts", "false"]
        } else {
            self.choices()
        }
    }

    /// Whether a key that is chosen from a list takes `value`. Empty is "not set".
    pub(super) fn has_choice(self, value: &str) -> bool {
        value.is_empty() || self.choices().contains(&value) || (self == Self::Language && is_known(value))
    }
}

/// A file that could not be taken in. Lines and columns count from 1; both 0 when it is about the whole file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}:{line}:{column}: {what:?}")]
pub struct ConfigError {
    pub path: PathBuf,
    pub line: usize,
    pub column: usize,
    pub what: Problem,
}

/// What is wrong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    Unreadable(String),
    TooBig {
        limit: u64,
    },
    NotUtf8,
    /// Not TOML; what the parser says.
    Syntax(String),
    Wants {
        key: String,
        kind: ValueKind,
    },
    Name(NameError),
    /// Of the list of those we are announced to.
    Place(AnnounceError),
}

impl ConfigError {
    pub fn phrase(&self) -> Phrase {
        let placed = |key: &'static str| {
            let phrase = Phrase::new(key).text("path", shown(&self.path));
            phrase.number("line", self.line).number("column", self.column)
        };
        match &self.what {
            Problem::Unreadable(reason) => placed("file-unreadable").text("reason", reason),
            Problem::TooBig { limit } => placed("file-too-big").number("limit", *limit),
            Problem::NotUtf8 => placed("file-not-utf8"),
            Problem::Syntax(detail) => placed("file-syntax").text("detail", detail),
            Problem::Wants { key, kind } => placed("file-wants").text("key", key).text("kind", kind.name()),
            Problem::Name(error) => placed("file-bad-name").text("reason", error.key()),
            Problem::Place(error) => error.argued(placed("file-bad-place")),
        }
    }
}

/// Why an edit was not made. The file is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The file on disk does not parse, so it is not ours to write.
    #[error(transparent)]
    Unparsed(#[from] ConfigError),
    #[error("{path}: {reason}")]
    Write { path: PathBuf, reason: String },
    #[error("unknown key {0:?}")]
    UnknownKey(String),
    #[error("{key}: {value:?}")]
    BadValue { key: String, value: String, kind: ValueKind },
    #[error("name: {0}")]
    Name(#[from] NameError),
    #[error(transparent)]
    Place(#[from] AnnounceError),
    #[error("{0:?} exists")]
    NameTaken(String),
    #[error("no contact {0:?}")]
    NoSuchContact(String),
    #[error("{limit} contacts")]
    TooMany { limit: usize },
    /// Valid TOML in a shape that has no one place to change, such as dotted keys.
    #[error("{path}:{line}: unusual form")]
    Unusual { path: PathBuf, line: usize },
}

impl EditError {
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Unparsed(error) => error.phrase(),
            Self::Write { path, reason } => {
                Phrase::new("file-unwritable").text("path", shown(path)).text("reason", reason)
            }
            Self::UnknownKey(key) => Phrase::new("set-unknown-key").text("key", key),
            Self::BadValue { key, value, kind } => {
                let phrase = Phrase::new("set-bad-value").text("key", key).text("value", value);
                phrase.text("kind", kind.name()).text("known", kind.choices().join(", "))
            }
            Self::Name(error) => Phrase::new(error.key()),
            Self::Place(error) => error.phrase(),
            Self::NameTaken(name) => Phrase::new("contact-name-taken").text("name", name),
            Self::NoSuchContact(name) => Phrase::new("contact-unknown").text("name", name),
            Self::TooMany { limit } => Phrase::new("contact-too-many").number("limit", *limit),
            Self::Unusual { path, line } => {
                Phrase::new("file-unusual").text("path", shown(path)).number("line", *line)
            }
        }
    }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
