//! Asks a person for the passphrase of our key, in one line of the terminal as it is before and after the program.

use std::io::{self, Write as _};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use zeroize::Zeroizing;

use crate::lang::Lang;
use crate::model::Phrase;
use crate::runtime::profile::{AskPassphrase, MAX_PASSPHRASE, PassphraseError, PassphraseQuestion};

/// What is typed is not shown.
#[derive(Debug)]
pub struct PassphrasePrompt {
    lang: Lang,
}

/// Keys come one by one and unseen, until this is dropped.
struct RawMode;

impl PassphrasePrompt {
    pub const fn new(lang: Lang) -> Self {
        Self { lang }
    }
}

impl AskPassphrase for PassphrasePrompt {
    fn ask(&self, question: PassphraseQuestion) -> Result<Zeroizing<String>, PassphraseError> {
        let phrase = Phrase::new(match question {
            PassphraseQuestion::Unlock { wrong: 0 } => "passphrase-unlock",
            PassphraseQuestion::Unlock { .. } => "passphrase-unlock-again",
            PassphraseQuestion::New => "passphrase-new",
            PassphraseQuestion::Repeat => "passphrase-repeat",
            PassphraseQuestion::Room => "passphrase-room",
            PassphraseQuestion::Operator => "passphrase-operator",
        });
        enable_raw_mode().map_err(|_no_terminal| PassphraseError::Nobody)?;
        let _raw = RawMode;
        show(&format!("{} ", self.lang.phrase(&phrase)));
        let answer = answer();
        show("\r\n");
        answer
    }
}

/// Beside what a script may take from standard output. Where it cannot be shown, keys still come.
fn show(text: &str) {
    let mut to = io::stderr();
    let _unseen = to.write_all(text.as_bytes()).and_then(|()| to.flush());
}

fn answer() -> Result<Zeroizing<String>, PassphraseError> {
    // As long from the beginning as it may get: a text that grows leaves copies behind.
    let mut typed = Zeroizing::new(String::with_capacity(MAX_PASSPHRASE));
    loop {
        let event = read().map_err(|error| PassphraseError::Unreadable(error.to_string()))?;
        let Event::Key(KeyEvent {
            code, modifiers, kind: KeyEventKind::Press | KeyEventKind::Repeat, ..
        }) = event
        else {
            continue;
        };
        let control = modifiers.contains(KeyModifiers::CONTROL);
        match code {
            KeyCode::Enter => return Ok(typed),
            KeyCode::Esc => return Err(PassphraseError::Stopped),
            KeyCode::Char('c' | 'd') if control => return Err(PassphraseError::Stopped),
            KeyCode::Char('u') if control => typed.clear(),
            KeyCode::Backspace => drop(typed.pop()),
            KeyCode::Char(letter) if !control && typed.len() + letter.len_utf8() <= MAX_PASSPHRASE => {
                typed.push(letter);
            }
            _ => {}
        }
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        // The program that comes next sets the terminal as it wants.
        let _cannot = disable_raw_mode();
    }
}
