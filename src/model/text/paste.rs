//! What a paste leaves in the composer: the text, without anything a terminal would have obeyed.
//!
//! Bidi controls and other odd characters stay as they were copied; the escaper shows them.

const ESC: char = '\u{1b}';
const BELL: char = '\u{7}';
const STRING_TERMINATOR: char = '\u{9c}';

/// What a paste puts into the composer: line ends become `\n`, escape sequences and control characters go,
/// tabs stay.
pub fn clean_paste(text: &str) -> String {
    let mut paste = Paste { rest: text, may_end_at_bell: true, may_end_at_st: true };
    let mut clean = String::with_capacity(text.len());
    while let Some(c) = paste.next() {
        match c {
            '\r' => {
                paste.skip_if(|next| next == '\n');
                clean.push('\n');
            }
            ESC => paste.skip_escape(),
            '\u{9b}' => paste.skip_control_sequence(),
            '\u{9d}' => paste.skip_string(true),
            '\u{90}' | '\u{98}' | '\u{9e}' | '\u{9f}' => paste.skip_string(false),
            '\n' | '\t' => clean.push(c),
            _ if c.is_control() => {}
            _ => clean.push(c),
        }
    }
    clean
}

struct Paste<'a> {
    rest: &'a str,
    /// False once a control string was found to have no end: no later one has, so nobody looks again, which
    /// keeps a flood of introducers linear.
    may_end_at_bell: bool,
    may_end_at_st: bool,
}

impl Paste<'_> {
    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next();
        self.rest = chars.as_str();
        c
    }

    fn skip_if(&mut self, is_wanted: impl Fn(char) -> bool) -> bool {
        let mut chars = self.rest.chars();
        let found = chars.next().is_some_and(is_wanted);
        if found {
            self.rest = chars.as_str();
        }
        found
    }

    /// What follows ESC (ECMA-48 5.3 and 8.3): an introducer, or intermediates and a final byte.
    fn skip_escape(&mut self) {
        if self.skip_if(|c| c == '[') {
            self.skip_control_sequence();
        } else if self.skip_if(|c| c == ']') {
            self.skip_string(true);
        } else if self.skip_if(|c| matches!(c, 'P' | 'X' | '^' | '_')) {
            self.skip_string(false);
        } else {
            while self.skip_if(|c| matches!(c, ' '..='/')) {}
            self.skip_if(|c| matches!(c, '0'..='~'));
        }
    }

    fn skip_control_sequence(&mut self) {
        while self.skip_if(|c| matches!(c, '0'..='?')) {}
        while self.skip_if(|c| matches!(c, ' '..='/')) {}
        self.skip_if(|c| matches!(c, '@'..='~'));
    }

    /// Up to ST, or BEL for an operating system command; another escape sequence, CAN or SUB breaks it off.
    /// A string without end is only a stray introducer: its text stays.
    fn skip_string(&mut self, ends_at_bell: bool) {
        let may_end = if ends_at_bell { &mut self.may_end_at_bell } else { &mut self.may_end_at_st };
        if !*may_end {
            return;
        }
        let is_end =
            |c| matches!(c, ESC | STRING_TERMINATOR | '\u{18}' | '\u{1a}') || (c == BELL && ends_at_bell);
        let Some(end) = self.rest.find(is_end) else {
            *may_end = false;
            return;
        };
        self.rest = self.rest.get(end..).unwrap_or_default();
        if let Some(after) = self.rest.strip_prefix("\u{1b}\\") {
            self.rest = after;
        } else if !self.rest.starts_with(ESC) {
            self.next();
        }
    }
}
