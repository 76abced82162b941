//! Where the passphrase of `identity.key` comes from: a person at a terminal, or a file descriptor that a script was given.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::sync::Mutex;

use zeroize::Zeroizing;

/// Longer than any sentence.
pub const MAX_PASSPHRASE: usize = 1_024;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassphraseQuestion {
    /// The one that opens the key; how many were wrong before.
    Unlock { wrong: u32 },
    /// The one it is to have from now on; empty: none.
    New,
    /// That again, so that no slip of the finger locks a person out.
    Repeat,
    /// That of a room of a relay; empty: none.
    Room,
    /// That of somebody in charge of a relay.
    Operator,
}

/// Why there is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseError {
    #[error("wrong")]
    Wrong,
    /// Two were typed that had to be the same.
    #[error("not the same")]
    Differs,
    /// The person has thought better of it.
    #[error("stopped")]
    Stopped,
    /// There is nobody to ask.
    #[error("nobody to ask")]
    Nobody,
    #[error("unreadable: {0}")]
    Unreadable(String),
}

/// Asks for a passphrase. Blocks until it is there.
pub trait AskPassphrase: fmt::Debug + Send + Sync {
    fn ask(&self, question: PassphraseQuestion) -> Result<Zeroizing<String>, PassphraseError>;
}

/// A file that is open already, by its number; its lines: the passphrase that opens the key, then a new one where one is to
/// be set.
#[derive(Debug)]
pub struct PassphraseFile {
    number: u32,
    open: Mutex<Option<File>>,
}

impl PassphraseFile {
    pub const fn new(number: u32) -> Self {
        Self { number, open: Mutex::new(None) }
    }

    fn line(&self) -> io::Result<Zeroizing<String>> {
        let mut open = self.open.lock().map_err(|_poisoned| io::ErrorKind::Other)?;
        let file = match &mut *open {
            Some(file) => file,
            None => open.insert(File::open(format!("/dev/fd/{}", self.number))?),
        };
        line(file)
    }
}

impl AskPassphrase for PassphraseFile {
    fn ask(&self, question: PassphraseQuestion) -> Result<Zeroizing<String>, PassphraseError> {
        match question {
            PassphraseQuestion::Unlock { wrong: 0 }
            | PassphraseQuestion::New
            | PassphraseQuestion::Room
            | PassphraseQuestion::Operator => {
                self.line().map_err(|error| PassphraseError::Unreadable(error.to_string()))
            }
            PassphraseQuestion::Unlock { .. } => Err(PassphraseError::Wrong),
            // Whoever wrote it into a file has seen it.
            PassphraseQuestion::Repeat => Err(PassphraseError::Nobody),
        }
    }
}

/// Byte by byte: nothing more may be taken, and a copy in a buffer would stay.
fn line(from: &mut impl Read) -> io::Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_PASSPHRASE));
    let mut byte = [0];
    while from.read(&mut byte)? == 1 && byte != *b"\n" {
        if bytes.len() == MAX_PASSPHRASE {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        bytes.push(byte[0]);
    }
    let text = std::str::from_utf8(&bytes).map_err(|_garbled| io::Error::from(io::ErrorKind::InvalidData))?;
    Ok(Zeroizing::new(text.strip_suffix('\r').unwrap_or(text).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_is_a_line() {
        let mut from = b"old words\r\n\xe6\x96\xb0\n\nrest".as_slice();
        let mut next = || line(&mut from).map(|text| text.to_string()).ok();
        assert_eq!(next().as_deref(), Some("old words"));
        assert_eq!(next().as_deref(), Some("新"));
        assert_eq!(next().as_deref(), Some(""));
        assert_eq!(next().as_deref(), Some("rest"));
        assert_eq!(next().as_deref(), Some(""), "nothing more is as nothing");
        assert!(line(&mut b"\xff\n".as_slice()).is_err());
        assert!(line(&mut io::repeat(b'x')).is_err());
    }
}
