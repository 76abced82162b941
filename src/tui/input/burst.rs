//! Typing, or a paste from a terminal that puts no brackets around it.
//!
//! # The rule
//! Text that is read at once is a paste where a line end in it has more text behind it, and where it is either
//! [`MIN_PASTE_CHARS`] long or has [`MIN_PASTE_LINES`] such line ends. Everything else was typed: a single key, what
//! an input method commits, `hello` and Enter in one piece, two short lines on a slow line.
//!
//! A terminal's buffer (4 KiB on Linux) or a network cuts a paste anywhere, also right behind a line end. So a line
//! end that came at once with text waits [`HOLD`] for more, a paste goes on until [`QUIET`], and for
//! [`LINGER`] after it what comes in pieces of several characters with a line end still belongs to it.
//!
//! Neither sends a paste nor asks about it: it becomes the same event as one in brackets.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::paste::{MAX_PASTE, pasted};
use super::{InputEvent, key_of_char};

/// At ten keys a second a person takes three seconds for these, and no line stands still for so long unnoticed.
pub(super) const MIN_PASTE_CHARS: usize = 32;
/// Of lines that short nobody types so many before the first of them is read.
pub(super) const MIN_PASTE_LINES: usize = 3;
/// Longer than the next piece takes from a buffer, too short to be felt.
pub(super) const HOLD: Duration = Duration::from_millis(20);
/// Longer than between two pieces from a network nearby, too short to type in.
pub(super) const QUIET: Duration = Duration::from_millis(50);
/// A retransmission takes about a second.
pub(super) const LINGER: Duration = Duration::from_secs(2);

/// Text that was read, and not yet said to be one thing or the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Burst {
    text: String,
    total: usize,
    chars: usize,
    /// Line ends since the first character; CR LF is one.
    ends: usize,
    /// Of those, how many have text behind them.
    inner: usize,
    /// Characters that the present read brought.
    fresh: usize,
    due: Option<Instant>,
    /// A paste ended lately, perhaps too early.
    lingers: Option<Instant>,
}

impl Burst {
    /// A read begins.
    pub(super) fn begin(&mut self, now: Instant) {
        self.fresh = 0;
        self.lingers.take_if(|until| *until <= now);
    }

    pub(super) fn push(&mut self, c: char) {
        let line_feed = c == '\n' && self.text.ends_with('\r');
        if !matches!(c, '\r' | '\n') {
            self.chars = self.chars.saturating_add(1);
            self.fresh = self.fresh.saturating_add(1);
            self.inner = self.ends;
        } else if self.chars > 0 && !line_feed {
            self.ends = self.ends.saturating_add(1);
        }
        self.total = self.total.saturating_add(c.len_utf8());
        if self.text.len() < MAX_PASTE {
            self.text.push(c);
        }
    }

    fn is_paste(&self) -> bool {
        let whole = self.inner > 0 && (self.chars >= MIN_PASTE_CHARS || self.inner >= MIN_PASTE_LINES);
        // One character and Enter may be two keys.
        let rest = self.lingers.is_some() && self.ends > 0 && self.chars > 1;
        whole || rest
    }

    /// The read is over: what was typed goes out, unless more of a paste may come.
    pub(super) fn settle(&mut self, now: Instant, out: &mut VecDeque<InputEvent>) {
        if self.text.is_empty() {
            return;
        }
        if self.is_paste() {
            self.due = Some(now + QUIET);
        } else if self.fresh > 0 && self.ends > 0 {
            self.due = Some(now + HOLD);
        } else {
            self.flush(now, out);
        }
    }

    /// Nothing else belongs to it.
    pub(super) fn flush(&mut self, now: Instant, out: &mut VecDeque<InputEvent>) {
        if self.is_paste() {
            self.flush_paste(now, out);
            return;
        }
        typed(&self.text, out);
        self.clear();
    }

    /// It was a paste, whatever it looks like.
    pub(super) fn flush_paste(&mut self, now: Instant, out: &mut VecDeque<InputEvent>) {
        if !self.text.is_empty() {
            out.push_back(pasted(&self.text, self.total));
        }
        self.clear();
        self.linger(now);
    }

    /// More of a paste that was given up may come.
    pub(super) fn linger(&mut self, now: Instant) {
        self.lingers = Some(now + LINGER);
    }

    pub(super) const fn deadline(&self) -> Option<Instant> {
        self.due
    }

    fn clear(&mut self) {
        *self = Self { text: std::mem::take(&mut self.text), lingers: self.lingers, ..Self::default() };
        self.text.clear();
        self.text.shrink_to(MIN_PASTE_CHARS);
    }
}

/// Keys, and what came between them at once.
fn typed(text: &str, out: &mut VecDeque<InputEvent>) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = rest.find(char::is_control).unwrap_or(rest.len());
        let run = rest.get(..length).filter(|run| run.len() > c.len_utf8());
        let taken = if let Some(run) = run {
            out.push_back(InputEvent::Text(run.to_owned()));
            length
        } else {
            out.push_back(InputEvent::key(key_of_char(c)));
            // A script's line end is one key.
            if rest.starts_with("\r\n") { 2 } else { c.len_utf8() }
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
}
