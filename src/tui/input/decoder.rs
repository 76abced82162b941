//! Bytes and the moment they came in; events and a deadline out.
//!
//! What is incomplete waits: a lone ESC for tens of milliseconds, since it may be a key or the beginning of one;
//! everything else for about a second, and Ctrl-C ends it at once. What was given up may still have its end coming:
//! should the next bytes complete it to a sequence that there is, they are its rest and nothing that was typed.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use super::burst::Burst;
use super::paste::{BracketedPaste, is_ctrl_c};
use super::scan::scan;
use super::token::{ESC, InputToken, Scan, Wait};
use super::{InputEvent, key_of_char};

/// How long a lone ESC waits for what may be the rest of a sequence: it comes in one piece unless a network cut it.
pub(super) const KEY_PATIENCE: Duration = Duration::from_millis(50);
/// How long anything else waits for its end.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);
/// How long the rest of what was given up may take.
const LATE: Duration = Duration::from_secs(2);
/// Bytes of one sequence. Of a longer one only its end matters: the answers that may be long are not read.
const MAX_SEQUENCE: usize = 256;

/// What was given up, and until when its rest is awaited.
#[derive(Clone, Debug, PartialEq, Eq)]
struct GivenUp {
    bytes: Vec<u8>,
    until: Instant,
}

#[derive(Clone, Debug, Default)]
pub(in crate::tui) struct Decoder {
    /// The beginning of a sequence or of a character.
    pending: Vec<u8>,
    due: Option<Instant>,
    /// Something was left out of `pending`.
    cut: bool,
    given_up: Option<GivenUp>,
    paste: Option<BracketedPaste>,
    burst: Burst,
    out: VecDeque<InputEvent>,
}

impl Decoder {
    /// Takes what was read at once.
    pub(in crate::tui) fn feed(&mut self, now: Instant, bytes: &[u8]) {
        self.burst.begin(now);
        if self.paste.is_some() && is_ctrl_c(bytes) {
            self.give_paste_up(now);
            return;
        }
        let mut all = self.begun(now, bytes);
        all.extend_from_slice(bytes);
        self.due = None;
        let mut rest = all.as_slice();
        while !rest.is_empty() {
            let taken = match &mut self.paste {
                Some(paste) => {
                    let (taken, ended) = paste.take(rest);
                    if ended {
                        self.end_paste();
                    }
                    taken
                }
                None => match scan(rest) {
                    Scan::Done(length, token) => {
                        self.take(now, token);
                        length
                    }
                    Scan::More(wait) => {
                        self.keep(now, rest, wait);
                        break;
                    }
                },
            };
            rest = rest.get(taken..).unwrap_or_default();
        }
        if self.paste.is_some() {
            self.due = Some(now + PATIENCE);
        }
        self.burst.settle(now, &mut self.out);
    }

    /// When time alone makes something of what has come.
    pub(in crate::tui) fn deadline(&self) -> Option<Instant> {
        [self.due, self.burst.deadline()].into_iter().flatten().min()
    }

    /// No more bytes have come until `now`.
    pub(in crate::tui) fn expire(&mut self, now: Instant) {
        if self.burst.deadline().is_some_and(|due| due <= now) {
            self.burst.flush(now, &mut self.out);
        }
        if self.due.is_none_or(|due| due > now) {
            return;
        }
        self.due = None;
        if self.paste.is_some() {
            self.give_paste_up(now);
        } else {
            self.give_up(now);
        }
    }

    pub(in crate::tui) fn pop(&mut self) -> Option<InputEvent> {
        self.out.pop_front()
    }

    /// An event that comes again before all others.
    pub(in crate::tui) fn put_back(&mut self, event: InputEvent) {
        self.out.push_front(event);
    }

    /// What the bytes go on from.
    fn begun(&mut self, now: Instant, bytes: &[u8]) -> Vec<u8> {
        let given_up = self.given_up.take().filter(|old| old.until > now && completes(&old.bytes, bytes));
        match given_up {
            Some(old) if self.pending.is_empty() && self.paste.is_none() => old.bytes,
            _ => std::mem::take(&mut self.pending),
        }
    }

    fn keep(&mut self, now: Instant, rest: &[u8], wait: Wait) {
        self.pending = rest.to_vec();
        if rest.len() > MAX_SEQUENCE {
            // The introducer, and the ESC that ST may begin with.
            self.pending.drain(3..rest.len().saturating_sub(1));
            self.cut = true;
        }
        let patience = match wait {
            Wait::Key => KEY_PATIENCE,
            Wait::Sequence => PATIENCE,
        };
        self.due = Some(now + patience);
    }

    fn take(&mut self, now: Instant, token: InputToken) {
        let token = if std::mem::take(&mut self.cut) { InputToken::Unknown } else { token };
        let event = match token {
            InputToken::Char(c) => {
                self.burst.push(c);
                return;
            }
            InputToken::Reply | InputToken::Unknown => return,

            // Its beginning was lost, or was too long ago: what came before it is the rest of a paste.
            InputToken::PasteEnd => {
                self.burst.flush_paste(now, &mut self.out);
                return;
            }
            InputToken::PasteStart => {
                self.burst.flush(now, &mut self.out);
                self.paste = Some(BracketedPaste::default());
                return;
            }
            InputToken::Key(key) => InputEvent::key(key),
            InputToken::Background(background) => InputEvent::Background(background),
            InputToken::Graphics(reply) => InputEvent::Graphics(reply),
            InputToken::Text(text) => InputEvent::Text(text),
            InputToken::Mouse(mouse) => InputEvent::Terminal(Event::Mouse(mouse)),
            InputToken::FocusGained => InputEvent::Terminal(Event::FocusGained),
            InputToken::FocusLost => InputEvent::Terminal(Event::FocusLost),
        };
        self.burst.flush(now, &mut self.out);
        self.out.push_back(event);
    }

    fn end_paste(&mut self) {
        self.out.extend(self.paste.take().and_then(BracketedPaste::finish));
    }

    fn give_paste_up(&mut self, now: Instant) {
        self.due = None;
        let tail = self.paste.as_ref().map(BracketedPaste::tail).unwrap_or_default();
        self.given_up = (!tail.is_empty()).then(|| GivenUp { bytes: tail.to_vec(), until: now + LATE });
        self.end_paste();
        self.burst.linger(now);
    }

    /// Nothing completes what has begun: what can be a key by itself is one, the rest is nothing.
    fn give_up(&mut self, now: Instant) {
        let bytes = std::mem::take(&mut self.pending);
        if std::mem::take(&mut self.cut) {
            return;
        }
        let mut rest = bytes.as_slice();
        while let [ESC, ESC, ..] = rest {
            self.press(now, KeyCode::Esc.into());
            rest = rest.get(1..).unwrap_or_default();
        }
        match rest {
            [ESC] => self.press(now, KeyCode::Esc.into()),
            [ESC, introducer @ (b'[' | b'O' | b']' | b'P' | b'_')] => {
                let mut key = key_of_char(char::from(*introducer));
                key.modifiers |= KeyModifiers::ALT;
                self.press(now, key);
            }
            _ => {}
        }
        if rest.first() == Some(&ESC) {
            self.given_up = Some(GivenUp { bytes: rest.to_vec(), until: now + LATE });
        }
    }

    fn press(&mut self, now: Instant, key: KeyEvent) {
        self.burst.flush(now, &mut self.out);
        self.out.push_back(InputEvent::key(key));
    }
}

/// Whether `bytes` are the rest of `begun`.
///
/// Behind a lone ESC, which was taken for a key, a single byte is another key, and so is what goes on as text does:
/// `[INFO] …` is no focus report. Only a whole sequence that came at once is one.
fn completes(begun: &[u8], bytes: &[u8]) -> bool {
    let whole = [begun, bytes].concat();
    let is_lone = begun == [ESC];
    if is_lone && !matches!(bytes, [b'[' | b']' | b'P' | b'_', _, ..] | [b'O', _]) {
        return false;
    }
    match scan(&whole) {
        Scan::Done(_, InputToken::Unknown | InputToken::Char(_)) => false,
        Scan::Done(_, InputToken::PasteStart) => true,
        Scan::Done(length, _) if is_lone => length > 2 && whole.get(length).is_none_or(|next| *next == ESC),
        Scan::Done(length, _) => length > begun.len(),
        Scan::More(_) => bytes.len() > 1,
    }
}
