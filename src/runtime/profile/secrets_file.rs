//! `rooms.key`: what proves that passwords of rooms are known, a line for each room. Keys that passwords stretch to, never a
//! password.
//!
//! ```text
//! udpqq-rooms-1
//! HEX ADDRESS        HEX: what the engine of the address wants back
//! ```
//! A file in another form is left as it is. Lines about addresses that this version does not know stay.

use std::fs::File;
use std::io;
use std::path::Path;

use zeroize::Zeroizing;

use super::file::replace;
use super::identity_key::read_secret;
use super::permissions::open_itself;
use crate::model::hex_digits::bytes_of;
use crate::model::{Address, AddressError, PeerSecret, Phrase};

const FORM: &str = "udpqq-rooms-1";
/// Of a person who is in every room that there can be.
const MAX_BYTES: usize = 1 << 20;

type Parse<'a> = &'a dyn Fn(&str) -> Result<Address, AddressError>;

/// What is kept of the room at this address. Nothing where the file cannot be read.
pub(super) fn find(path: &Path, address: &Address, parse: Parse<'_>) -> Option<PeerSecret> {
    let text = read(path).ok()??;
    let line = text.lines().skip(1).find(|line| is_about(line, address, parse))?;
    let bytes = bytes_of(line.split_once(' ')?.0).ok()?;
    (bytes.len() <= PeerSecret::MAX).then(|| PeerSecret::new(bytes))
}

/// Keeps that from now on of the room at this address, in the place of what was kept; an empty one: nothing.
///
/// # Errors
/// A sentence: why it is not kept.
pub(super) fn put(
    path: &Path,
    address: &Address,
    secret: &PeerSecret,
    parse: Parse<'_>,
) -> Result<(), Phrase> {
    let failed = |reason: String| {
        Phrase::new("room-password-not-kept").text("path", path.to_string_lossy()).text("reason", reason)
    };
    let text = read(path).map_err(|error| failed(error.to_string()))?;
    let before = text.as_deref().map(String::as_str).unwrap_or_default();
    let others = || before.lines().skip(1).filter(|line| !is_about(line, address, parse));
    if secret.is_empty() && others().count() == before.lines().skip(1).count() {
        return Ok(());
    }
    // As long from the beginning as it may get: a text that grows leaves copies behind.
    let mut after = Zeroizing::new(String::with_capacity(before.len() + 4 * PeerSecret::MAX));
    after.push_str(FORM);
    for line in others() {
        after.push('\n');
        after.push_str(line);
    }
    push_line(&mut after, address, secret);
    replace(path, &after).map_err(|error| failed(error.to_string()))
}

fn push_line(text: &mut String, address: &Address, secret: &PeerSecret) {
    text.push('\n');
    if secret.is_empty() {
        return;
    }
    for byte in secret.bytes() {
        for digit in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(digit.into(), 16));
        }
    }
    text.push(' ');
    text.push_str(&address.to_string());
    text.push('\n');
}

/// `None`: there is no file.
fn read(path: &Path) -> io::Result<Option<Zeroizing<String>>> {
    let file: File = match open_itself(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let no_file = || io::Error::from(io::ErrorKind::InvalidData);
    if !file.metadata()?.is_file() {
        return Err(no_file());
    }
    let bytes = read_secret(file, MAX_BYTES)?;
    let text = str::from_utf8(&bytes).map_err(|_no_text| no_file())?;
    let is_ours = bytes.len() < MAX_BYTES && (text.lines().next() == Some(FORM) || text.trim().is_empty());
    is_ours.then(|| Some(Zeroizing::new(text.to_owned()))).ok_or_else(no_file)
}

fn is_about(line: &str, address: &Address, parse: Parse<'_>) -> bool {
    let said = line.split_once(' ').and_then(|(_, said)| parse(said).ok());
    said.is_some_and(|said| said.is_same_place(address))
}
