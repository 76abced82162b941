//! `contacts.toml`: reads the list of contacts.
//!
//! One bad contact never hides the others: it is left out and named in a warning.

use std::path::Path;

use toml_edit::{Item, Key, Table, TableLike};

use super::document::TomlFile;
use super::{ConfigError, Loaded, Problem, ValueKind, check_name, file};
use crate::model::contact::parse_size;
use crate::model::phrase::Value;
use crate::model::{Address, AddressError, Contact, KeepPeriod, NotifyLevel, Phrase};

pub(super) const CONTACTS: &str = "contacts";
pub(super) const ADDRESS: &str = "address";
pub(super) const NOTIFY: &str = "notify";
pub(super) const PINNED: &str = "pinned";
pub(super) const ACCEPT: &str = "accept";
pub(super) const KEEP: &str = "keep";

/// As many as the table of peers holds; more would push out each other's presence.
pub(super) const MAX_CONTACTS: usize = 4096;

type Parse<'a> = &'a dyn Fn(&str) -> Result<Address, AddressError>;

pub(super) fn read(path: &Path, parse: Parse<'_>) -> Result<Loaded<Vec<Contact>>, ConfigError> {
    match file::read(path)? {
        Some(text) => load(path, &text, parse),
        None => Ok(Loaded { value: Vec::new(), warnings: Vec::new() }),
    }
}

pub(super) fn load(path: &Path, text: &str, parse: Parse<'_>) -> Result<Loaded<Vec<Contact>>, ConfigError> {
    let source = TomlFile::parse(path, text)?;
    let mut loading = Loading { source: &source, parse, contacts: Vec::new(), warnings: Vec::new() };
    let empty = Table::new();
    let table = table(&source)?.unwrap_or(&empty);
    for (key, _) in source.root().iter().filter(|(key, _)| *key != CONTACTS) {
        let line = source.line(source.root().key(key).and_then(Key::span));
        loading.warnings.push(source.unknown_key(key, line));
    }
    for (name, item) in table.iter() {
        let line = source.line(table.get_key_value(name).and_then(|(key, _)| key.span()));
        loading.take(name, item, line);
    }
    Ok(Loaded { value: loading.contacts, warnings: loading.warnings })
}

/// The `[contacts]` table in whatever form it is written.
pub(super) fn table(source: &TomlFile) -> Result<Option<&dyn TableLike>, ConfigError> {
    let Some(item) = source.root().get(CONTACTS) else { return Ok(None) };
    let what = Problem::Wants { key: CONTACTS.to_owned(), kind: ValueKind::Table };
    item.as_table_like().map(Some).ok_or_else(|| source.error(item.span(), what))
}

struct Loading<'a> {
    source: &'a TomlFile,
    parse: Parse<'a>,
    contacts: Vec<Contact>,
    warnings: Vec<Phrase>,
}

impl Loading<'_> {
    fn take(&mut self, written: &str, item: &Item, line: usize) {
        let name = match check_name(written) {
            Ok(name) => name,
            Err(error) => return self.skip(written, line, error.key(), Vec::new()),
        };
        if self.contacts.iter().any(|contact| contact.name == name) {
            return self.skip(name, line, "contact-name-twice", Vec::new());
        }
        if self.contacts.len() >= MAX_CONTACTS {
            return self.skip(name, line, "contact-too-many", Vec::new());
        }
        let table = item.as_table_like();
        let address = table.map_or_else(|| item.as_str(), |table| table.get(ADDRESS).and_then(Item::as_str));
        if let Some(table) = table {
            self.name_unknown(table, name, line);
        }
        let notify = table.and_then(|table| self.notify(table, name)).unwrap_or_default();
        let pinned = table.is_some_and(|table| self.flag(table, name, PINNED).unwrap_or(false));
        let accept = table.and_then(|table| self.accept(table, name));
        let keep = table.and_then(|table| self.keep(table, name));
        let Some(address) = address else {
            return self.skip(name, line, "contact-no-address", Vec::new());
        };
        match (self.parse)(address) {
            Ok(address) => {
                let name = name.to_owned();
                self.contacts.push(Contact { name, address, notify, pinned, accept, keep });
            }
            Err(error) => {
                let phrase = error.phrase();
                self.skip(name, line, phrase.key, phrase.args);
            }
        }
    }

    /// The keys of the entry that have no effect.
    fn name_unknown(&mut self, table: &dyn TableLike, name: &str, line: usize) {
        let known = [ADDRESS, NOTIFY, PINNED, ACCEPT, KEEP];
        for (key, _) in table.iter().filter(|(key, _)| !known.contains(key)) {
            self.warnings.push(self.source.unknown_key(&format!("{name}.{key}"), line));
        }
    }

    /// Yes or no; what is neither says nothing.
    fn flag(&mut self, table: &dyn TableLike, name: &str, key: &str) -> Option<bool> {
        let item = table.get(key)?;
        let flag = item.as_bool();
        if flag.is_none() {
            let what = Problem::Wants { key: format!("{name}.{key}"), kind: ValueKind::Flag };
            self.warnings.push(self.source.error(item.span(), what).phrase());
        }
        flag
    }

    /// Yes, no, or only what speaks to us by name; what is none of these says nothing.
    fn notify(&mut self, table: &dyn TableLike, name: &str) -> Option<NotifyLevel> {
        let item = table.get(NOTIFY)?;
        let level = match (item.as_bool(), item.as_str()) {
            (Some(true), _) => Some(NotifyLevel::All),
            (Some(false), _) => Some(NotifyLevel::None),
            (None, word) => word.and_then(NotifyLevel::parse),
        };
        if level.is_none() {
            let what = Problem::Wants { key: format!("{name}.{NOTIFY}"), kind: ValueKind::NotifyLevel };
            self.warnings.push(self.source.error(item.span(), what).phrase());
        }
        level
    }

    /// A size that cannot be read accepts nothing.
    fn accept(&mut self, table: &dyn TableLike, name: &str) -> Option<u64> {
        let item = table.get(ACCEPT)?;
        let size = item.as_str().and_then(parse_size);
        if size.is_none() {
            let what = Problem::Wants { key: format!("{name}.{ACCEPT}"), kind: ValueKind::Size };
            self.warnings.push(self.source.error(item.span(), what).phrase());
        }
        size
    }

    /// A time that cannot be read removes nothing.
    fn keep(&mut self, table: &dyn TableLike, name: &str) -> Option<KeepPeriod> {
        let item = table.get(KEEP)?;
        let period = item.as_str().and_then(KeepPeriod::parse);
        if period.is_none() {
            let what = Problem::Wants { key: format!("{name}.{KEEP}"), kind: ValueKind::Period };
            self.warnings.push(self.source.error(item.span(), what).phrase());
        }
        period
    }

    fn skip(&mut self, name: &str, line: usize, reason: &'static str, args: Vec<(&'static str, Value)>) {
        let phrase = Phrase::new("contact-left-out").text("name", name).number("line", line);
        let mut phrase = phrase.text("reason", reason).number("limit", MAX_CONTACTS);
        phrase.args.extend(args);
        self.warnings.push(phrase);
    }
}
