//! The pass over the text that keeps what may be drawn and spells out the rest.
//!
//! Linear: every character is looked at a bounded number of times. Nothing is ever dropped, so the result can be
//! turned back into the input.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::Escaped;
use super::classify::{is_conditional, is_forbidden, is_loose_mark, is_plain};
use super::cluster::{Tail, stands_alone};

/// Four cells, so that a tab still looks like one.
pub(super) const TAB_TOKEN: &str = "→   ";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineFeed {
    Stays,
    IsToken,
}

#[derive(Debug)]
pub(super) struct Escaper<'a> {
    rest: &'a str,
    line_feed: LineFeed,
    text: String,
    tokens: Vec<Range<usize>>,
    /// `None` at the start, after a line feed and after a token: nothing a mark may combine with.
    tail: Option<Tail>,
}

impl<'a> Escaper<'a> {
    pub(super) fn new(text: &'a str, line_feed: LineFeed) -> Self {
        Self {
            rest: text,
            line_feed,
            text: String::with_capacity(text.len()),
            tokens: Vec::new(),
            tail: None,
        }
    }

    pub(super) fn run(mut self) -> Escaped {
        loop {
            self.copy_plain_run();
            let Some(c) = self.rest.chars().next() else { break };
            if c == '\n' && self.line_feed == LineFeed::Stays {
                self.advance(c);
                self.text.push(c);
                self.tail = None;
            } else if is_forbidden(c) {
                self.advance(c);
                self.spell(c);
            } else {
                self.place_cluster();
            }
        }
        Escaped { text: self.text, tokens: self.tokens }
    }

    fn copy_plain_run(&mut self) {
        let (run, rest) = self.rest.split_at_checked(plain_run(self.rest)).unwrap_or(("", self.rest));
        if let Some(last) = run.chars().next_back() {
            self.text.push_str(run);
            self.tail = Some(Tail::new(last));
            self.rest = rest;
        }
    }

    fn place_cluster(&mut self) {
        let cluster = self.rest.graphemes(true).next().map_or(0, str::len);
        let left_after = self.rest.len().saturating_sub(cluster);
        let mut joins = false;
        while self.rest.len() > left_after {
            let Some(c) = self.rest.chars().next() else { break };
            self.advance(c);
            let next = self.rest.chars().next().filter(|_| self.rest.len() > left_after);
            if self.stays(c, next, joins) {
                self.keep(c, joins);
            } else {
                self.spell(c);
            }
            joins = true;
        }
    }

    /// `next` is the next character of the cluster; `joins` tells that `c` is not the cluster's first.
    fn stays(&self, c: char, next: Option<char>, joins: bool) -> bool {
        if is_forbidden(c) {
            return false;
        }
        let tail = self.tail.as_ref();
        if is_conditional(c) {
            return joins && tail.is_some_and(|tail| tail.takes(c, next, self.rest.chars().next()));
        }
        match tail {
            Some(tail) if joins || is_loose_mark(c) => tail.has_room_for(c),
            tail => stands_alone(c, next, tail.is_none()),
        }
    }

    fn keep(&mut self, c: char, joins: bool) {
        self.text.push(c);
        match &mut self.tail {
            Some(tail) if joins || is_loose_mark(c) => tail.attach(c),
            tail => *tail = Some(Tail::new(c)),
        }
    }

    /// Writes the token of `c`. Tokens begin and end in ASCII or an arrow, so they never join a kept character.
    fn spell(&mut self, c: char) {
        let start = self.text.len();
        match c {
            '\t' => self.text.push_str(TAB_TOKEN),
            '\0'..='\u{1f}' | '\u{7f}' => {
                self.text.push('^');
                self.text.extend(u8::try_from(c).map(|control| char::from(control ^ 0x40)));
            }
            _ => {
                self.text.push_str("<U+");
                push_hex(&mut self.text, u32::from(c));
                self.text.push('>');
            }
        }
        self.tokens.push(start..self.text.len());
        self.tail = None;
    }

    fn advance(&mut self, c: char) {
        self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
    }
}

/// Bytes that can be copied at once. The last plain character stays back if something that might combine with
/// it follows; a token or a control character cannot.
fn plain_run(text: &str) -> usize {
    let mut last = 0;
    for (at, c) in text.char_indices() {
        if !is_plain(c) {
            return if c.is_ascii() || is_forbidden(c) { at } else { last };
        }
        last = at;
    }
    text.len()
}

/// Four to six capital digits. By hand: `write!` costs ten times as much, and floods are made of these.
fn push_hex(text: &mut String, code: u32) {
    let digits = if code > 0xf_ffff {
        6
    } else if code > 0xffff {
        5
    } else {
        4
    };
    text.extend(
        (0..digits)
            .rev()
            .filter_map(|place| char::from_digit(code >> (4 * place) & 0xf, 16))
            .map(|digit| digit.to_ascii_uppercase()),
    );
}
