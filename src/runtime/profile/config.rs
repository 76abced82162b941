//! `config.toml`: what it may hold, and how one key is changed.
//!
//! The file is the person's. An unknown key is named and left alone.

use std::path::Path;

use toml_edit::{Array, Item, Key, Value};

use super::alerts::{NotifyBy, NotifyCommand};
use super::announce::{Announce, split};
use super::document::{TomlFile, last_value_end};
use super::name::check_own_name;
use super::privacy::PrivacySettings;
use super::relay_settings::{RELAY, RelaySettings};
use super::scalars::{encoding, flag, folder};
use super::{ConfigError, EditError, Loaded, PictureSetting, Problem, TerminalSettings, ValueKind, file};
use crate::model::traffic::Audience;
use crate::model::{DEFAULT_THEME, ListForm, ListenSetting, ListenSettings, Phrase, Registry};

/// The file of a first start, up to the lines of `[listen]`.
const TEMPLATE: &str = include_str!("../../../assets/config.toml");

/// Every key of the file.
pub(super) const KEYS: [(&str, ValueKind); 20] = [
    (NAME, ValueKind::Text),
    (GROUP, ValueKind::Text),
    (LANGUAGE, ValueKind::Language),
    (VISIBLE, ValueKind::Audience),
    (THEME, ValueKind::Theme),
    (LIST, ValueKind::List),
    (PICTURES, ValueKind::Pictures),
    ("mouse", ValueKind::Flag),
    ("bell", ValueKind::Flag),
    ("hyperlinks", ValueKind::Flag),
    ("title", ValueKind::Flag),
    (NOTIFY, ValueKind::Notify),
    ("notify-content", ValueKind::Flag),
    (NOTIFY_COMMAND, ValueKind::Command),
    ("typing", ValueKind::Flag),
    ("reads", ValueKind::Flag),
    (GREETING, ValueKind::Text),
    (ANNOUNCE, ValueKind::Places),
    (DOWNLOADS, ValueKind::Folder),
    (LEGACY_ENCODING, ValueKind::Encoding),
];

const NAME: &str = "name";
const VISIBLE: &str = "visible";
/// The value of it that is neither yes nor no.
const TO_CONTACTS: &str = "contacts";
const GROUP: &str = "group";
const LANGUAGE: &str = "language";
const THEME: &str = "theme";
const LIST: &str = "list";
const PICTURES: &str = "pictures";
const ANNOUNCE: &str = "announce";
const DOWNLOADS: &str = "downloads";
const LEGACY_ENCODING: &str = "legacy-encoding";
const GREETING: &str = "greeting";
/// What the tutorial's room says, and every program that was made after it.
const USUAL_GREETING: &str = "***加入了聊天室";
const LISTEN: &str = "listen";
const NOTIFY: &str = "notify";
const NOTIFY_COMMAND: &str = "notify-command";

/// The settings of one profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// What others see; `None` when it is not set.
    pub name: Option<String>,
    /// The group of people that we belong to; empty: none.
    pub group: String,
    /// A language tag; `None` means the locale.
    pub language: Option<String>,
    /// Whom we announce ourselves to on the network.
    pub visible: Audience,
    pub theme: String,
    pub terminal: TerminalSettings,
    /// Rows of a conversation in the contact list.
    pub list: ListForm,
    pub privacy: PrivacySettings,
    /// What a broadcast room is told on joining; empty: nothing.
    pub greeting: String,
    /// Where else we are announced.
    pub announce: Vec<Announce>,
    /// Where files that come are put, as it was written; `None`: the profile's own folder.
    pub downloads: Option<String>,
    /// The encoding of those who do not say theirs; empty: what Chinese Windows writes.
    pub legacy_encoding: String,
    pub listen: ListenSettings,
    pub relay: RelaySettings,
    /// There is a file; without one this is the first start.
    pub exists: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            name: None,
            group: String::new(),
            language: None,
            // Until a person has said yes, nothing is announced.
            visible: Audience::Nobody,
            theme: DEFAULT_THEME.to_owned(),
            terminal: TerminalSettings::default(),
            list: ListForm::Auto,
            privacy: PrivacySettings::default(),
            greeting: USUAL_GREETING.to_owned(),
            announce: Vec::new(),
            downloads: None,
            legacy_encoding: String::new(),
            listen: ListenSettings::default(),
            relay: RelaySettings::default(),
            exists: false,
        }
    }
}

impl Config {
    /// The encoding of those who write neither UTF-8 nor say what they write: what Chinese Windows writes, and all that
    /// came before it, where nothing is set.
    pub fn legacy_encoding(&self) -> &str {
        if self.legacy_encoding.is_empty() { "gb18030" } else { &self.legacy_encoding }
    }
}

/// The file of a first start: each dialect that listens has a line with what holds when nobody says otherwise.
fn template(registry: &Registry) -> String {
    let line = |(kind, usual)| format!("{kind} = {}\n", listen_literal(usual));
    let lines: String = registry.listen_kinds().map(line).collect();
    [TEMPLATE, &lines].concat()
}

pub(super) fn load(path: &Path, registry: &Registry) -> Result<Loaded<Config>, ConfigError> {
    match file::read(path)? {
        Some(text) => parse(path, &text, registry),
        None => Ok(Loaded { value: Config::default(), warnings: Vec::new() }),
    }
}

pub(super) fn parse(path: &Path, text: &str, registry: &Registry) -> Result<Loaded<Config>, ConfigError> {
    let source = TomlFile::parse(path, text)?;
    let mut config = Config { exists: true, ..Config::default() };
    let mut warnings = Vec::new();
    for (key, item) in source.root() {
        if key == LISTEN {
            warnings.extend(take_listen(&mut config, &source, item, registry)?);
        } else if key == RELAY {
            warnings.extend(config.relay.take(&source, item)?);
        } else if KEYS.iter().any(|(known, _)| *known == key) {
            warnings.extend(take(&mut config, &source, key, item)?);
        } else {
            let span = source.root().key(key).and_then(Key::span);
            warnings.push(source.unknown_key(key, source.line(span)));
        }
    }
    Ok(Loaded { value: config, warnings })
}

/// A value that has no effect, named with its line and with those that have. The default takes its place.
fn unknown_value(source: &TomlFile, item: &Item, key: &str, kind: ValueKind) -> Phrase {
    let phrase =
        Phrase::new("file-unknown-value").text("path", source.path.to_string_lossy()).text("key", key);
    let phrase = phrase.text("value", item.as_str().unwrap_or_default().trim());
    phrase.text("known", kind.choices().join(", ")).number("line", source.line(item.span()))
}

/// Takes one value into the config; what a person should know of it.
fn take(
    config: &mut Config,
    source: &TomlFile,
    key: &str,
    item: &Item,
) -> Result<Option<Phrase>, ConfigError> {
    let mut warning = None;
    let bad = |kind| source.wants(item, key, kind);
    let text = || item.as_str().map(str::trim).ok_or_else(|| bad(ValueKind::Text));
    let flag = || item.as_bool().ok_or_else(|| bad(ValueKind::Flag));
    // Empty is how the template writes "not set".
    let set = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let mut chosen = |kind: ValueKind| {
        let value = text()?;
        let known = kind.has_choice(value);
        warning = (!known).then(|| unknown_value(source, item, key, kind));
        Ok(set(value).filter(|_| known))
    };
    match key {
        NAME => config.name = set(own_name(source, item, text()?)?),
        GROUP => own_name(source, item, text()?)?.clone_into(&mut config.group),
        LANGUAGE => config.language = chosen(ValueKind::Language)?,
        THEME => config.theme = chosen(ValueKind::Theme)?.unwrap_or_else(|| DEFAULT_THEME.to_owned()),
        LIST => config.list = ListForm::named(chosen(ValueKind::List)?.as_deref()),
        PICTURES => {
            let value = chosen(ValueKind::Pictures)?;
            config.terminal.pictures =
                value.and_then(|name| PictureSetting::named(&name)).unwrap_or_default();
        }
        VISIBLE => config.visible = audience(item).ok_or_else(|| bad(ValueKind::Audience))?,
        "mouse" => config.terminal.mouse = flag()?,
        "bell" => config.terminal.alerts.bell = flag()?,
        "title" => config.terminal.alerts.title = flag()?,
        "notify-content" => config.terminal.alerts.content = flag()?,
        NOTIFY => {
            config.terminal.alerts.notify = NotifyBy::of(&chosen(ValueKind::Notify)?.unwrap_or_default());
        }
        NOTIFY_COMMAND => {
            config.terminal.alerts.command = NotifyCommand::of(item).map_err(|()| bad(ValueKind::Command))?;
        }
        "hyperlinks" => config.terminal.hyperlinks = flag()?,
        "typing" => config.privacy.typing = flag()?,
        "reads" => config.privacy.reads = flag()?,
        GREETING => text()?.clone_into(&mut config.greeting),
        ANNOUNCE => config.announce = announce(source, item)?,
        DOWNLOADS => {
            config.downloads = set(item.as_str().and_then(folder).ok_or_else(|| bad(ValueKind::Folder))?);
        }
        LEGACY_ENCODING => {
            let label = item.as_str().and_then(encoding).ok_or_else(|| bad(ValueKind::Encoding))?;
            label.clone_into(&mut config.legacy_encoding);
        }
        _ => {}
    }
    Ok(warning)
}

/// Each on its own is wrong or right, so that a person sees which.
fn announce(source: &TomlFile, item: &Item) -> Result<Vec<Announce>, ConfigError> {
    let bad = |span| source.error(span, Problem::Wants { key: ANNOUNCE.to_owned(), kind: ValueKind::Places });
    let list = item.as_array().ok_or_else(|| bad(item.span()))?;
    let mut written = Vec::new();
    for value in list {
        let span = || value.span().or_else(|| item.span());
        let place = value.as_str().ok_or_else(|| bad(span()))?;
        Announce::parse(place).map_err(|error| source.error(span(), Problem::Place(error)))?;
        written.push(place);
    }
    Announce::parse_all(written).map_err(|error| source.error(item.span(), Problem::Place(error)))
}

fn own_name<'a>(source: &TomlFile, item: &Item, name: &'a str) -> Result<&'a str, ConfigError> {
    if name.is_empty() {
        return Ok(name);
    }
    check_own_name(name).map_err(|error| source.error(item.span(), Problem::Name(error)))
}

fn take_listen(
    config: &mut Config,
    source: &TomlFile,
    item: &Item,
    registry: &Registry,
) -> Result<Vec<Phrase>, ConfigError> {
    let (known, mut warnings) = (registry.listen_keys(), Vec::new());
    let table = item.as_table_like().ok_or_else(|| source.wants(item, LISTEN, ValueKind::Table))?;
    for (key, value) in table.iter() {
        let full = format!("{LISTEN}.{key}");
        if known.contains(&key) {
            let setting =
                listen_setting(value).ok_or_else(|| source.wants(value, &full, ValueKind::Listen))?;
            config.listen.set(key, setting);
        } else {
            let span = table.get_key_value(key).and_then(|(key, _)| key.span());
            warnings.push(source.unknown_key(&full, source.line(span)));
        }
    }
    Ok(warnings)
}

fn listen_setting(item: &Item) -> Option<ListenSetting> {
    match item.as_integer() {
        Some(port) => u16::try_from(port).ok().map(ListenSetting::Port),
        None => item.as_str()?.parse().ok(),
    }
}

fn listen_literal(setting: ListenSetting) -> Value {
    match setting {
        ListenSetting::Port(port) => Value::from(i64::from(port)),
        ListenSetting::Off | ListenSetting::At(_) => Value::from(setting.to_string()),
    }
}

/// Changes keys, all or none. Without a file it starts from the template.
pub(super) fn set(path: &Path, changes: &[(&str, &str)], registry: &Registry) -> Result<(), EditError> {
    let mut text = file::read(path)?.unwrap_or_else(|| template(registry));
    parse(path, &text, registry)?;
    for (key, value) in changes {
        let literal = literal(key, value, registry)?;
        text = changed(&TomlFile::parse(path, &text)?, key, &literal)?;
        // The edited text must parse again, whatever shape the file has.
        parse(path, &text, registry)?;
    }
    file::replace(path, &text)
}

/// The value as TOML writes it, after checking that the key takes it.
fn literal(key: &str, value: &str, registry: &Registry) -> Result<String, EditError> {
    let value = value.trim();
    let kind = match KEYS.iter().find(|(known, _)| *known == key) {
        Some((_, kind)) => *kind,
        None if listen_key(key).is_some_and(|rest| registry.listen_keys().contains(&rest)) => {
            ValueKind::Listen
        }
        None => return Err(EditError::UnknownKey(key.to_owned())),
    };
    let bad = || EditError::BadValue { key: key.to_owned(), value: value.to_owned(), kind };
    let parsed = match kind {
        ValueKind::Audience if value.eq_ignore_ascii_case(TO_CONTACTS) => Value::from(TO_CONTACTS),
        ValueKind::Flag | ValueKind::Audience => Value::from(flag(value).ok_or_else(bad)?),
        ValueKind::Listen => listen_literal(value.parse().map_err(|_not_a_setting| bad())?),
        ValueKind::Places => {
            let places: Vec<&str> = split(value).collect();
            Announce::parse_all(places.iter().copied())?;
            Value::from(Array::from_iter(places))
        }
        ValueKind::Folder => Value::from(folder(value).ok_or_else(bad)?),
        ValueKind::Encoding => Value::from(encoding(value).ok_or_else(bad)?),
        ValueKind::Theme | ValueKind::Language | ValueKind::List | ValueKind::Pictures | ValueKind::Notify
            if !kind.has_choice(value) =>
        {
            return Err(bad());
        }
        ValueKind::Text if [NAME, GROUP].contains(&key) && !value.is_empty() => {
            Value::from(check_own_name(value)?)
        }
        // Only contacts have sizes.
        ValueKind::Text
        | ValueKind::Table
        | ValueKind::Theme
        | ValueKind::Language
        | ValueKind::List
        | ValueKind::Pictures
        | ValueKind::Notify
        // A line for the shell; a list of words is written into the file.
        | ValueKind::Command
        | ValueKind::Size
        | ValueKind::NotifyLevel
        | ValueKind::Period
        | ValueKind::KeepAge
        | ValueKind::KeepMessages
        | ValueKind::KeepBytes
        | ValueKind::Servers
        | ValueKind::Hosts
        | ValueKind::Count => Value::from(value),
    };
    Ok(parsed.to_string())
}

fn audience(item: &Item) -> Option<Audience> {
    let to_contacts = || item.as_str().filter(|value| value.trim() == TO_CONTACTS);
    item.as_bool().map(Audience::from).or_else(|| to_contacts().map(|_| Audience::Contacts))
}

fn listen_key(key: &str) -> Option<&str> {
    key.strip_prefix(LISTEN)?.strip_prefix('.')
}

fn changed(source: &TomlFile, key: &str, literal: &str) -> Result<String, EditError> {
    let root = source.root();
    let Some(inner) = listen_key(key) else {
        return match root.get(key) {
            Some(item) => over(source, item, literal),
            None => Ok(match last_value_end(root) {
                Some(end) => source.with_lines_after(end, &[format!("{key} = {literal}")]),
                None => source.with_line_on_top(format!("{key} = {literal}")),
            }),
        };
    };
    let Some(listen) = root.get(LISTEN) else {
        let blank = if source.text().trim().is_empty() { Vec::new() } else { vec![String::new()] };
        let lines = [blank, vec![format!("[{LISTEN}]"), format!("{inner} = {literal}")]].concat();
        return Ok(source.with_lines_at_end(&lines));
    };
    if let Some(item) = listen.as_table_like().and_then(|table| table.get(inner)) {
        return over(source, item, literal);
    }
    let table = listen.as_table().filter(|table| !table.is_implicit() || table.is_dotted());
    let Some(table) = table else { return Err(source.unusual(listen.span())) };
    let end = last_value_end(table).or_else(|| table.span().map(|span| span.end));
    let line = if table.is_dotted() { format!("{key} = {literal}") } else { format!("{inner} = {literal}") };
    Ok(source.with_lines_after(end.ok_or_else(|| source.unusual(None))?, &[line]))
}

/// The old value's bytes alone are replaced, so the comment behind it stays.
fn over(source: &TomlFile, item: &Item, literal: &str) -> Result<String, EditError> {
    match item.as_value().and_then(Value::span) {
        Some(span) => Ok(source.spliced(&span, literal)),
        None => Err(source.unusual(item.span())),
    }
}
