//! `identity.key`: our own key, in one line.
//!
//! ```text
//! udpqq-identity-1 SEED     SEED: 56 letters, see `KeyPair::letters`
//! ```
//! The number names the form: 1 is the plain one, 2 the one under a passphrase (`sealed_key`). A file in another form, and whatever else stands under this name, is
//! left as it is: it may be the only copy of who somebody is. A new one is whole before it has its name, so that neither a
//! crash nor another program that starts at the same moment leaves half a key.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::file::create_beside;
use super::passphrase::{AskPassphrase, PassphraseError, PassphraseQuestion};
use super::permissions::{is_link, name_new, open_itself, sync_folder};
use super::sealed_key::{self, SealedKey};
use crate::model::Phrase;
use crate::model::key::{KEY_LETTERS, KeyError};
use crate::net::KeyPair;

const FORM: &str = "udpqq-identity-1";
/// What every form begins with.
const FORMS: &str = "udpqq-identity-";
/// One line, and what an editor may have put around it.
const MAX_BYTES: usize = 256;
/// A person may slip so often.
const MAX_WRONG: u32 = 3;

/// What a file holds.
enum IdentityFile {
    Plain(KeyPair),
    Sealed(SealedKey),
}

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
    #[error("passphrase: {0}")]
    Passphrase(#[from] PassphraseError),
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
            Self::Passphrase(PassphraseError::Wrong) => Phrase::new("passphrase-wrong"),
            Self::Passphrase(PassphraseError::Differs) => Phrase::new("passphrase-differs"),
            Self::Passphrase(PassphraseError::Stopped) => Phrase::new("passphrase-stopped"),
            Self::Passphrase(PassphraseError::Nobody) => Phrase::new("passphrase-nobody"),
            Self::Passphrase(PassphraseError::Unreadable(reason)) => {
                Phrase::new("passphrase-unreadable").text("reason", reason)
            }
            Self::Undecided(why) => why.clone(),
        }
    }
}

/// The key of the file; a new one, where there is no file yet.
pub(super) fn read_or_make(path: &Path, asker: Option<&dyn AskPassphrase>) -> Result<KeyPair, IdentityError> {
    if let Some(file) = read(path)? {
        return unlocked(file, asker);
    }
    match place(path, &plain_line(&new_pair()?), name_new) {
        // What counts is what is there: somebody else may have been faster, or the disk lie.
        Ok(()) => read_back(path, asker),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => read_back(path, asker),
        Err(error) => Err(not_made(path, &error)),
    }
}

/// Puts the key under another passphrase, or, where that is empty, under none; `true`: under one. Until the new file is
/// whole on the disk, and opens, the old one is there.
pub(super) fn reseal(path: &Path, asker: Option<&dyn AskPassphrase>) -> Result<bool, IdentityError> {
    let pair = read_or_make(path, asker)?;
    let asker = asker.ok_or(PassphraseError::Nobody)?;
    let passphrase = asker.ask(PassphraseQuestion::New)?;
    match asker.ask(PassphraseQuestion::Repeat) {
        Ok(again) if again == passphrase => {}
        Ok(_) => return Err(PassphraseError::Differs.into()),
        // Nobody is there to have slipped.
        Err(PassphraseError::Nobody) => {}
        Err(error) => return Err(error.into()),
    }
    let line = if passphrase.is_empty() { plain_line(&pair) } else { sealed_line(&pair, &passphrase)? };
    place(path, &line, |temporary, path| {
        let opens = read(temporary).ok().flatten().and_then(|file| file.open(&passphrase));
        let same = opens.is_some_and(|opened| opened.public() == pair.public());
        if same { fs::rename(temporary, path) } else { Err(io::ErrorKind::InvalidData.into()) }
    })
    .map_err(|error| not_made(path, &error))?;
    Ok(!passphrase.is_empty())
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
    match place(path, &plain_line(&pair), name_new) {
        Ok(()) => Ok(pair),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(IdentityError::Exists(path.to_owned()))
        }
        Err(error) => Err(not_made(path, &error)),
    }
}

/// `None`: there is no file.
fn read(path: &Path) -> Result<Option<IdentityFile>, IdentityError> {
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
        let known = [FORM, sealed_key::FORM].iter().any(|known| known.as_bytes() == form);
        let newer = form.starts_with(FORMS.as_bytes()) && !known;
        if newer { IdentityError::Newer(path.to_owned()) } else { IdentityError::Malformed(path.to_owned()) }
    })
}

/// What is wrong in the letters is not told: nobody should look for it there, but restore the file.
fn parse(text: &[u8]) -> Option<IdentityFile> {
    let line = std::str::from_utf8(text).ok()?.trim();
    let (form, letters) = line.split_once(' ')?;
    if form == sealed_key::FORM {
        return SealedKey::parse(line).map(IdentityFile::Sealed);
    }
    (form == FORM).then(|| KeyPair::from_letters(letters).ok()).flatten().map(IdentityFile::Plain)
}

impl IdentityFile {
    /// `None`: by another passphrase.
    fn open(self, passphrase: &str) -> Option<KeyPair> {
        match self {
            Self::Plain(pair) => Some(pair),
            Self::Sealed(sealed) => sealed.open(passphrase),
        }
    }
}

fn unlocked(file: IdentityFile, asker: Option<&dyn AskPassphrase>) -> Result<KeyPair, IdentityError> {
    let sealed = match file {
        IdentityFile::Plain(pair) => return Ok(pair),
        IdentityFile::Sealed(sealed) => sealed,
    };
    let asker = asker.ok_or(PassphraseError::Nobody)?;
    for wrong in 0..MAX_WRONG {
        let passphrase = asker.ask(PassphraseQuestion::Unlock { wrong })?;
        if let Some(pair) = sealed.open(&passphrase) {
            return Ok(pair);
        }
    }
    Err(PassphraseError::Wrong.into())
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

fn plain_line(pair: &KeyPair) -> Zeroizing<String> {
    let letters = pair.letters();
    // With room for all of it: a text that grows leaves copies behind.
    let mut line = Zeroizing::new(String::with_capacity(MAX_BYTES));
    for part in [FORM, " ", &*letters, "\n"] {
        line.push_str(part);
    }
    line
}

fn sealed_line(pair: &KeyPair, passphrase: &str) -> Result<Zeroizing<String>, IdentityError> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| IdentityError::Chance(error.to_string()))?;
    let line = sealed_key::seal(pair, passphrase, salt);
    line.map(|line| Zeroizing::new(line + "\n")).ok_or_else(|| IdentityError::Chance("argon2".to_owned()))
}

/// Writes a file, which `name` gives its name. Once that is there all of it is, on the disk too.
fn place(path: &Path, line: &str, name: impl FnOnce(&Path, &Path) -> io::Result<()>) -> io::Result<()> {
    let (temporary, mut file) = create_beside(path)?;
    let written =
        file.write_all(line.as_bytes()).and_then(|()| file.sync_all()).and_then(|()| name(&temporary, path));
    if written.is_err() {
        // The first error is the one to tell.
        let _left_over = fs::remove_file(&temporary);
    }
    written?;
    path.parent().map_or(Ok(()), sync_folder)
}

fn read_back(path: &Path, asker: Option<&dyn AskPassphrase>) -> Result<KeyPair, IdentityError> {
    let file = read(path)?.ok_or_else(|| not_made(path, &io::Error::from(io::ErrorKind::NotFound)))?;
    unlocked(file, asker)
}

fn not_made(path: &Path, error: &io::Error) -> IdentityError {
    IdentityError::NotMade { path: path.to_owned(), reason: error.to_string() }
}
