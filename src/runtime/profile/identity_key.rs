//! `identity.key`: our own key, in one line.
//!
//! ```text
//! udpqq-identity-1 SEED     SEED: 56 letters, see `KeyPair::letters`
//! ```
//! The number names the form: 1 is the plain one. A file in another form, and whatever else stands under this name, is
//! left as it is: it may be the only copy of who somebody is. A new one is whole before it has its name, so that neither a
//! crash nor another program that starts at the same moment leaves half a key.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::file::create_beside;
use super::permissions::{is_link, name_new, open_itself, sync_folder};
use crate::model::Phrase;
use crate::model::key::{KEY_LETTERS, KeyError};
use crate::net::KeyPair;

const FORM: &str = "udpqq-identity-1";
/// What every form begins with.
const FORMS: &str = "udpqq-identity-";
/// One line, and what an editor may have put around it.
const MAX_BYTES: usize = 256;

/// Why there is no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    #[error("{path}: {reason}")]
    Unreadable { path: PathBuf, reason: String },
    /// A link, a folder, a pipe.
    #[error("{0} is no file")]
    NoFile(PathBuf),
    #[error("{0} is no key")]
    Malformed(PathBuf),
    /// A form that this version does not know.
    #[error("{0} is of a newer version")]
    Newer(PathBuf),
    #[error("{path} cannot be made: {reason}")]
    NotMade { path: PathBuf, reason: String },
    /// There is one, so no other can be taken over.
    #[error("{0} is there")]
    Exists(PathBuf),
    /// What was to be taken over are no letters of a key.
    #[error("letters: {0}")]
    Letters(KeyError),
    #[error("random numbers: {0}")]
    Chance(String),
    /// What a person has decided about the keys of others cannot be read, and this is why: so none is trusted.
    #[error("decisions: {}", .0.key)]
    Undecided(Phrase),
}

impl IdentityError {
    pub fn phrase(&self) -> Phrase {
        let at = |key, path: &Path| Phrase::new(key).text("path", path.to_string_lossy());
        match self {
            Self::Unreadable { path, reason } => at("identity-unreadable", path).text("reason", reason),
            Self::NoFile(path) => at("identity-no-file", path),
            Self::Malformed(path) => at("identity-malformed", path),
            Self::Newer(path) => at("identity-newer", path),
            Self::NotMade { path, reason } => at("identity-not-made", path).text("reason", reason),
            Self::Exists(path) => at("identity-exists", path),
            Self::Letters(KeyError::Length) => {
                Phrase::new("identity-letters-length").number("count", KEY_LETTERS)
            }
            Self::Letters(KeyError::Letter) => Phrase::new("identity-letters-letter"),
            Self::Letters(KeyError::Check | KeyError::Version | KeyError::Weak) => {
                Phrase::new("identity-letters-check")
            }
            Self::Chance(code) => Phrase::new("start-chance").text("code", code),
            Self::Undecided(why) => why.clone(),
        }
    }
}

/// The key of the file; a new one, where there is no file yet.
pub(super) fn read_or_make(path: &Path) -> Result<KeyPair, IdentityError> {
    if let Some(pair) = read(path)? {
        return Ok(pair);
    }
    match place(path, &new_pair()?) {
        // What counts is what is there: somebody else may have been faster, or the disk lie.
        Ok(()) => read_back(path),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => read_back(path),
        Err(error) => Err(not_made(path, &error)),
    }
}

/// Makes the file of these letters. What is there stays, whatever it is.
pub(super) fn import(path: &Path, letters: &str) -> Result<KeyPair, IdentityError> {
    // Looked at first, so that a person with a key need not type another.
    if fs::symlink_metadata(path).is_ok() {
        return Err(IdentityError::Exists(path.to_owned()));
    }
    // Somebody may have the whole line.
    let letters = letters.trim();
    let letters = letters.strip_prefix(FORM).unwrap_or(letters);
    let pair = KeyPair::from_letters(letters).map_err(IdentityError::Letters)?;
    match place(path, &pair) {
        Ok(()) => read_back(path),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(IdentityError::Exists(path.to_owned()))
        }
        Err(error) => Err(not_made(path, &error)),
    }
}

/// `None`: there is no file.
fn read(path: &Path) -> Result<Option<KeyPair>, IdentityError> {
    let unreadable =
        |error: io::Error| IdentityError::Unreadable { path: path.to_owned(), reason: error.to_string() };
    let file = match open_itself(path) {
        Ok(file) => file,
        Err(_) if is_link(path) => return Err(IdentityError::NoFile(path.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    if !file.metadata().map_err(unreadable)?.is_file() {
        return Err(IdentityError::NoFile(path.to_owned()));
    }
    let text = read_secret(file, MAX_BYTES).map_err(unreadable)?;
    parse(&text).map(Some).ok_or_else(|| {
        let form = text.split(u8::is_ascii_whitespace).next().unwrap_or_default();
        let newer = form.starts_with(FORMS.as_bytes()) && form != FORM.as_bytes();
        if newer { IdentityError::Newer(path.to_owned()) } else { IdentityError::Malformed(path.to_owned()) }
    })
}

/// What is wrong in the letters is not told: nobody should look for it there, but restore the file.
fn parse(text: &[u8]) -> Option<KeyPair> {
    let line = std::str::from_utf8(text).ok()?.trim();
    let (form, letters) = line.split_once(' ')?;
    (form == FORM).then(|| KeyPair::from_letters(letters).ok()).flatten()
}

/// All of it, where it is no longer than that; cut off after it. No copy is left in memory once it is dropped.
pub fn read_secret(mut from: impl Read, most: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    // As long from the beginning as it may get: a buffer that grows leaves copies behind.
    let mut bytes = Zeroizing::new(vec![0; most]);
    let mut length = 0;
    while let Some(room) = bytes.get_mut(length..).filter(|room| !room.is_empty()) {
        match from.read(room) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(length);
    Ok(bytes)
}

fn new_pair() -> Result<KeyPair, IdentityError> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *seed).map_err(|error| IdentityError::Chance(error.to_string()))?;
    KeyPair::from_seed(seed).map_err(|error| IdentityError::Chance(error.to_string()))
}

/// Writes a new file, over nothing. Once its name is there all of it is, on the disk too.
fn place(path: &Path, pair: &KeyPair) -> io::Result<()> {
    let (temporary, mut file) = create_beside(path)?;
    let letters = pair.letters();
    let written = [FORM, " ", &*letters, "\n"]
        .into_iter()
        .try_for_each(|part| file.write_all(part.as_bytes()))
        .and_then(|()| file.sync_all())
        .and_then(|()| name_new(&temporary, path));
    if written.is_err() {
        // The first error is the one to tell.
        let _left_over = fs::remove_file(&temporary);
    }
    written?;
    path.parent().map_or(Ok(()), sync_folder)
}

fn read_back(path: &Path) -> Result<KeyPair, IdentityError> {
    read(path)?.ok_or_else(|| not_made(path, &io::Error::from(io::ErrorKind::NotFound)))
}

fn not_made(path: &Path, error: &io::Error) -> IdentityError {
    IdentityError::NotMade { path: path.to_owned(), reason: error.to_string() }
}
