//! The judge of a terminal stream: names everything in it that the program itself would never write.
//!
//! Judges bytes, not screens, so that nothing a peer sent can hide behind an emulator's own tolerance.
//! Rules: an allow-list of sequences; no C0 but CR and LF, no DEL, no C1; no bidi control, no invisible
//! character; at most 32 bytes to a cluster; a terminal is asked few things, and each of them once.

use std::collections::{BTreeMap, BTreeSet};

use unicode_segmentation::UnicodeSegmentation as _;

/// Longest cluster a cell may receive, in bytes: enough for the longest family and flag.
const MAX_CLUSTER: usize = 32;
/// What the terminal is asked at the start, to know how pictures are shown, and never later: what it is, its name, the size
/// of a cell, how large a sixel picture may be, and whether it knows the pictures of kitty (one pixel that it is not to show).
const QUERIES: [&[u8]; 5] =
    [b"\x1b[c", b"\x1b[>0q", b"\x1b[16t", b"\x1b[?1;1;0S", b"\x1b_Gi=1,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"];
/// Longest sequence looked at; the longest the program writes are two 24-bit colours.
const MAX_SEQUENCE: usize = 64;

/// What a stream may hold beyond the common rules.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Allowed {
    /// OSC 52, while something is being copied to the clipboard.
    pub(crate) clipboard: bool,
    /// OSC 0 and 2, the window's title.
    pub(crate) title: bool,
}

/// Every kind of violation with how often it occurs and where first. Empty: the stream is clean.
pub(crate) fn judge(raw: &[u8], allowed: Allowed) -> BTreeMap<String, (usize, usize)> {
    let mut judge = Judge {
        raw,
        at: 0,
        allowed,
        asked: BTreeSet::new(),
        cluster: 0,
        overlong: false,
        found: BTreeMap::new(),
    };
    while judge.at < raw.len() {
        judge.step();
    }
    judge.found
}

/// Panics with the violations, and with what stands around the first of each.
pub(crate) fn assert_clean(raw: &[u8], allowed: Allowed, what: &str) {
    let found = judge(raw, allowed);
    let around = |at: usize| {
        let near = &raw[at.saturating_sub(40)..raw.len().min(at + 40)];
        near.escape_ascii().to_string()
    };
    let report: Vec<String> =
        found.iter().map(|(kind, (count, at))| format!("{count} x {kind}, first: {}", around(*at))).collect();
    assert!(report.is_empty(), "{what}: the stream is not clean\n{}", report.join("\n"));
}

struct Judge<'a> {
    raw: &'a [u8],
    at: usize,
    allowed: Allowed,
    asked: BTreeSet<&'static [u8]>,
    /// Bytes written to the cluster under way.
    cluster: usize,
    /// The cluster under way has been reported.
    overlong: bool,
    found: BTreeMap<String, (usize, usize)>,
}

impl Judge<'_> {
    fn step(&mut self) {
        let byte = self.raw[self.at];
        match byte {
            0x1b => self.escape(),
            b'\n' | b'\r' => self.advance(1, 0),
            0x00..0x20 | 0x7f => {
                self.report(format!("control byte {byte:02X}"));
                self.advance(1, 0);
            }
            0x20..0x7f => self.advance(1, 1),
            0x80.. => self.wide(byte),
        }
    }

    fn escape(&mut self) {
        let rest = &self.raw[self.at..self.raw.len().min(self.at + MAX_SEQUENCE)];
        if let Some(query) = QUERIES.into_iter().find(|query| rest.starts_with(query)) {
            if !self.asked.insert(query) {
                self.report("terminal query repeated".to_owned());
            }
            return self.advance(query.len(), 0);
        }
        if let Some(length) = allowed_csi(rest) {
            return self.advance(length, 0);
        }
        if let Some(length) = allowed_osc(&self.raw[self.at..], self.allowed) {
            return self.advance(length, 0);
        }
        let shown = rest[..rest.len().min(8)].escape_ascii().to_string();
        self.report(format!("escape not on the allow-list: {shown}"));
        self.advance(1, 0);
    }

    fn wide(&mut self, first: u8) {
        let length = match first {
            0xc0..0xe0 => 2,
            0xe0..0xf0 => 3,
            0xf0..0xf8 => 4,
            _ => 0,
        };
        let bytes = self.raw.get(self.at..self.at + length).unwrap_or_default();
        let Some(c) = std::str::from_utf8(bytes).ok().and_then(|text| text.chars().next()) else {
            self.report(format!("invalid UTF-8 byte {first:02X}"));
            return self.advance(1, 0);
        };
        let code = u32::from(c);
        if matches!(code, 0x80..0xa0) {
            self.report(format!("UTF-8 C1 U+{code:04X}"));
        } else if is_bidi_control(code) {
            self.report(format!("bidi control U+{code:04X}"));
        } else if is_invisible(code) {
            self.report(format!("invisible U+{code:04X}"));
        }
        let cluster = if extends(c) { self.cluster + length } else { length };
        if !extends(c) {
            self.overlong = false;
        }
        if cluster > MAX_CLUSTER && !self.overlong {
            self.report(format!("grapheme cluster over {MAX_CLUSTER} bytes"));
            self.overlong = true;
        }
        self.at += length;
        self.cluster = cluster;
    }

    fn advance(&mut self, bytes: usize, cluster: usize) {
        self.at += bytes;
        self.cluster = cluster;
        self.overlong = false;
    }

    fn report(&mut self, kind: String) {
        self.found.entry(kind).or_insert((0, self.at)).0 += 1;
    }
}

/// The length of the control sequence at the start of `rest`, if it is on the list.
fn allowed_csi(rest: &[u8]) -> Option<usize> {
    let body = rest.strip_prefix(b"\x1b[")?;
    let prefix = body.first().copied().filter(|byte| b"?<>=".contains(byte));
    let after = &body[usize::from(prefix.is_some())..];
    let count = after.iter().take_while(|byte| byte.is_ascii_digit() || b";:".contains(byte)).count();
    let (parameters, end) = after.split_at(count);
    let space = end.first() == Some(&b' ');
    let last = *end.get(usize::from(space))?;
    let length = 2 + usize::from(prefix.is_some()) + count + usize::from(space) + 1;
    is_listed(prefix, parameters, space, last).then_some(length)
}

fn is_listed(prefix: Option<u8>, parameters: &[u8], space: bool, last: u8) -> bool {
    const MODES: [&[u8]; 14] = [
        b"25", b"7", b"12", b"1049", b"47", b"1004", b"2004", b"2026", b"2031", b"1000", b"1002", b"1003",
        b"1006", b"1036",
    ];
    /// Old coordinate modes that crossterm also switches.
    const OLD_MOUSE: [&[u8]; 2] = [b"1005", b"1015"];
    let digits = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
    let one_of =
        |low: u8, high: u8| parameters.is_empty() || matches!(parameters, [d] if (low..=high).contains(d));
    let parts: Vec<&[u8]> = parameters.split(|&byte| byte == b';').collect();
    if space {
        return prefix.is_none() && last == b'q' && one_of(b'0', b'6');
    }
    match (prefix, last) {
        (None, b'H' | b'r') => parts.len() <= 2 && parts.iter().all(|part| digits(part)),
        (None, b'A'..=b'G' | b'd' | b'X' | b'S' | b'T' | b'L' | b'M' | b'P' | b'@')
        | (Some(b'<' | b'>'), b'u') => digits(parameters),
        (None, b'm') => true,
        // The title is put aside, and taken back.
        (None, b't') => [&b"22;0"[..], b"23;0"].contains(&parameters),
        (None, b'J' | b'K') => one_of(b'0', b'3'),
        // What Alt sends is put aside, and taken back.
        (Some(b'?'), b's' | b'r') => parameters == b"1036",
        (Some(b'?'), b'h' | b'l') => MODES.contains(&parameters) || OLD_MOUSE.contains(&parameters),
        (Some(b'='), b'u') => parts.len() == 2 && parts.iter().all(|part| !part.is_empty() && digits(part)),
        _ => false,
    }
}

/// The length of an operating-system command that is allowed here.
fn allowed_osc(rest: &[u8], allowed: Allowed) -> Option<usize> {
    let body = rest.strip_prefix(b"\x1b]")?;
    let end = body.iter().position(|&byte| byte == 0x07 || byte == 0x1b)?;
    let terminator = if body[end] == 0x07 { 1 } else { 2 };
    if terminator == 2 && body.get(end + 1) != Some(&b'\\') {
        return None;
    }
    let text = &body[..end];
    let title = |text: &[u8]| {
        let shown = text.strip_prefix(b"0;").or_else(|| text.strip_prefix(b"2;"));
        shown.is_some_and(|text| text.len() <= 256 && text.iter().all(|&b| b >= 0x20 && b != 0x7f))
    };
    let clipboard = |text: &[u8]| {
        let data = text.strip_prefix(b"52;").and_then(|text| text.splitn(2, |&b| b == b';').nth(1));
        data.is_some_and(|data| data.iter().all(|&b| b.is_ascii_alphanumeric() || b"+/=".contains(&b)))
    };
    let good = (allowed.title && title(text))
        || (allowed.clipboard && clipboard(text))
        || is_own_title(text)
        || is_hyperlink(text);
    good.then_some(2 + end + terminator)
}

/// The title with the number of what is unread, and the empty one that gives the title back.
fn is_own_title(text: &[u8]) -> bool {
    let Some(title) = text.strip_prefix(b"2;") else { return false };
    let unread = title.strip_prefix(b"(").and_then(|rest| rest.strip_suffix(b") udpqq"));
    title.is_empty()
        || title == b"udpqq"
        || unread.is_some_and(|digits| digits.iter().all(u8::is_ascii_digit))
}

/// A link that begins, with a number, or the end of one. Whatever of its address came from others is plain ASCII.
fn is_hyperlink(text: &[u8]) -> bool {
    let Some((id, address)) = text.strip_prefix(b"8;").and_then(|rest| {
        let at = rest.iter().position(|&byte| byte == b';')?;
        Some((&rest[..at], &rest[at + 1..]))
    }) else {
        return false;
    };
    let numbered = id.strip_prefix(b"id=").is_some_and(|number| number.iter().all(u8::is_ascii_digit));
    let schemes: [&[u8]; 4] = [b"http://", b"https://", b"ftp://", b"mailto:"];
    let opens = schemes.iter().any(|scheme| address.to_ascii_lowercase().starts_with(scheme));
    let harmless = address.iter().all(|byte| byte.is_ascii_graphic() && !b"\\\"<>^`{|}".contains(byte));
    (id.is_empty() && address.is_empty()) || (numbered && opens && harmless)
}

const fn is_bidi_control(code: u32) -> bool {
    matches!(code, 0x61c | 0x200e | 0x200f | 0x202a..=0x202e | 0x2066..=0x2069)
}

const fn is_invisible(code: u32) -> bool {
    matches!(
        code,
        0x200b | 0x2060 | 0xfeff | 0xad | 0x34f | 0x180e | 0x3164 | 0xffa0 | 0x115f | 0x1160 | 0x2028 | 0x2029
            | 0x2061..=0x2065 | 0x206a..=0x206f | 0xfff9..=0xfffb | 0xe0000..=0xe007f
    )
}

/// Whether `c` joins what stands before it: marks, joiners, variation selectors, skin tones.
fn extends(c: char) -> bool {
    /// Spacing marks that UAX #29 lets stand alone; they still pile up on a cell.
    const ALONE: [u32; 14] = [
        0x102b, 0x102c, 0x1038, 0x1062, 0x1063, 0x1064, 0x1083, 0x108f, 0x1a61, 0x1a63, 0x1a64, 0xaa7b,
        0xaa7d, 0x11720,
    ];
    let code = u32::from(c);
    // Joined by UAX #29, but letters to a terminal: each has a cell of its own. Tags are reported as invisible.
    let lettered = matches!(code, 0xe33 | 0xeb3 | 0xff9e | 0xff9f | 0xe0000..=0xe007f);
    let more = matches!(code, 0x1067..=0x106d | 0x1087..=0x108c | 0x109a..=0x109c | 0x11721);
    // The joiner alone makes no cluster of a letter and what follows, but is itself joined.
    matches!(code, 0x200c | 0x200d) || more || ALONE.contains(&code) || {
        let pair: String = ['a', c].iter().collect();
        !lettered && !matches!(code, 0x80..0xa0) && pair.graphemes(true).count() == 1
    }
}

#[cfg(test)]
#[path = "oracle_tests.rs"]
mod tests;
