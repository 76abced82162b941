//! Edits of `contacts.toml`: each changes the bytes of one entry, or adds one line.
//!
//! A shape of TOML that has no one place to change is refused, never rewritten.

use std::ops::Range;
use std::path::Path;

use toml_edit::{Item, Key, Table, TableLike, Value};

use super::contacts::{ADDRESS, CONTACTS, MAX_CONTACTS, table};
use super::document::{TomlFile, last_value_end};
use super::{EditError, check_name, file};

/// The whole file as it is to be.
type EditedText = Result<String, EditError>;

/// Reads the file, makes one edit, checks the result and writes it. Without a file it starts empty.
pub(super) fn edit(
    path: &Path,
    change: impl FnOnce(&TomlFile) -> Result<String, EditError>,
) -> Result<(), EditError> {
    let text = file::read(path)?.unwrap_or_default();
    let source = TomlFile::parse(path, &text)?;
    let new = change(&source)?;
    // The edited text must parse again, whatever shape the file has.
    table(&TomlFile::parse(path, &new)?)?;
    file::replace(path, &new)
}

pub(super) fn add(source: &TomlFile, name: &str, address: &str) -> Result<String, EditError> {
    let name = free_name(source, name)?;
    if table(source)?.is_some_and(|table| table.len() >= MAX_CONTACTS) {
        return Err(EditError::TooMany { limit: MAX_CONTACTS });
    }
    let entry = format!("{} = {}", Key::new(name).display_repr(), Value::from(address.trim()));
    let item = source.root().get(CONTACTS);
    let plain = |table: &&Table| !table.is_implicit() && !table.is_dotted();
    match item {
        Some(Item::Table(table)) if plain(&table) => {
            let end = last_value_end(table).or_else(|| table.span().map(|span| span.end));
            Ok(source.with_lines_after(end.ok_or_else(|| source.unusual(None))?, &[entry]))
        }
        Some(item) if !item.as_table().is_some_and(|table| table.is_implicit() && !table.is_dotted()) => {
            Err(source.unusual(item.span()))
        }
        // No table yet, or only `[contacts.name]` ones, beside which `[contacts]` may still stand.
        Some(_) | None => {
            let blank = if source.text().trim().is_empty() { Vec::new() } else { vec![String::new()] };
            Ok(source.with_lines_at_end(&[blank, vec![format!("[{CONTACTS}]"), entry]].concat()))
        }
    }
}

/// Comments above the entry stay: they may speak of its neighbours too.
pub(super) fn remove(source: &TomlFile, name: &str) -> Result<String, EditError> {
    let (key, item) = find(source, name)?;
    let written_apart = !source.root().get(CONTACTS).is_some_and(Item::is_inline_table);
    let range = match (span_of(source, key)?, item) {
        (key, Item::Value(value)) if written_apart => {
            let end = value.span().map(|span| span.end);
            key.start..end.ok_or_else(|| source.unusual(Some(key)))?
        }
        (key, Item::Table(table)) if !table.is_dotted() && !table.is_implicit() && is_flat(table) => {
            let header = table.span().ok_or_else(|| source.unusual(Some(key)))?;
            header.start..last_value_end(table).unwrap_or(header.end)
        }
        (key, _) => return Err(source.unusual(Some(key))),
    };
    Ok(source.spliced(&source.lines_of(&range), ""))
}

pub(super) fn rename(source: &TomlFile, old: &str, new: &str) -> Result<String, EditError> {
    let (key, item) = find(source, old)?;
    let name = check_name(new)?;
    if key.get().trim() == name {
        return Ok(source.text().to_owned());
    }
    free_name(source, name)?;
    let span = span_of(source, key)?;
    // Dotted keys and split tables write the name several times.
    let once = match item {
        Item::Value(_) => true,
        Item::Table(table) => !table.is_dotted() && !table.is_implicit() && is_flat(table),
        Item::None | Item::ArrayOfTables(_) => false,
    };
    if once {
        Ok(source.spliced(&span, &Key::new(name).display_repr()))
    } else {
        Err(source.unusual(Some(span)))
    }
}

pub(super) fn set_address(source: &TomlFile, name: &str, address: &str) -> Result<String, EditError> {
    let (key, item) = find(source, name)?;
    let old = item.as_table_like().map_or(Some(item), |table| table.get(ADDRESS));
    match old.and_then(Item::as_value).and_then(Value::span) {
        Some(span) => Ok(source.spliced(&span, &Value::from(address.trim()).to_string())),
        None => Err(source.unusual(key.span())),
    }
}

/// What a contact has besides its address. `value`: as it is to stand there; `None`: nothing is said of it any more.
pub(super) fn set_option(source: &TomlFile, name: &str, option: &str, value: Option<Value>) -> EditedText {
    let (key, item) = find(source, name)?;
    let unusual = || source.unusual(key.span());
    let said = value.map(|value| format!("{option} = {value}"));
    let (table, is_inline) = match item {
        // Only the address stands there.
        Item::Value(address) if address.is_str() => {
            let Some(said) = said else { return Ok(source.text().to_owned()) };
            let span = address.span().ok_or_else(unusual)?;
            let address = source.text().get(span.clone()).unwrap_or_default();
            return Ok(source.spliced(&span, &format!("{{ {ADDRESS} = {address}, {said} }}")));
        }
        Item::Table(table) if !table.is_dotted() && !table.is_implicit() => (table as &dyn TableLike, false),
        Item::Value(_) | Item::None | Item::Table(_) | Item::ArrayOfTables(_) => {
            (item.as_inline_table().ok_or_else(unusual)? as &dyn TableLike, true)
        }
    };
    let ends = |key: &str| table.get(key).and_then(Item::as_value).and_then(Value::span).map(|span| span.end);
    let there = table.get_key_value(option).and_then(|(key, _)| key.span()).zip(ends(option));
    let there = there.map(|(key, end)| key.start..end);
    let last = || table.iter().filter_map(|(key, _)| ends(key)).max().ok_or_else(unusual);
    Ok(match (there, said) {
        (None, None) => source.text().to_owned(),
        (Some(there), Some(said)) => source.spliced(&there, &said),
        (Some(there), None) if is_inline => {
            source.spliced(&with_comma(source, &there).ok_or_else(unusual)?, "")
        }
        (Some(there), None) => source.spliced(&source.lines_of(&there), ""),
        (None, Some(said)) if is_inline => source.spliced(&(last()?..last()?), &format!(", {said}")),
        (None, Some(said)) => source.with_lines_after(last()?, &[said]),
    })
}

/// A part of an inline table, with the comma that parts it from its neighbour.
fn with_comma(source: &TomlFile, part: &Range<usize>) -> Option<Range<usize>> {
    let before = source.text().get(..part.start)?.trim_end();
    if before.ends_with(',') {
        return Some(before.len().checked_sub(1)?..part.end);
    }
    let behind = source.text().get(part.end..)?;
    let rest = behind.trim_start().strip_prefix(',')?.trim_start_matches([' ', '\t']);
    Some(part.start..part.end.checked_add(behind.len().checked_sub(rest.len())?)?)
}

fn find<'a>(source: &'a TomlFile, name: &str) -> Result<(&'a Key, &'a Item), EditError> {
    let unknown = || EditError::NoSuchContact(name.trim().to_owned());
    let table: &dyn TableLike = table(source)?.ok_or_else(unknown)?;
    let written = table.iter().map(|(key, _)| key).find(|key| key.trim() == name.trim());
    written.and_then(|key| table.get_key_value(key)).ok_or_else(unknown)
}

fn free_name<'a>(source: &TomlFile, name: &'a str) -> Result<&'a str, EditError> {
    let name = check_name(name)?;
    match find(source, name) {
        Ok(_) => Err(EditError::NameTaken(name.to_owned())),
        Err(EditError::NoSuchContact(_)) => Ok(name),
        Err(other) => Err(other),
    }
}

fn span_of(source: &TomlFile, key: &Key) -> Result<Range<usize>, EditError> {
    key.span().ok_or_else(|| source.unusual(None))
}

fn is_flat(table: &Table) -> bool {
    table.iter().all(|(_, item)| item.is_value())
}
