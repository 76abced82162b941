//! Cuts a Rust source into words, marks and literals, each with its line. Comments are left out.
//!
//! Knows of Rust no more than where a comment, a string or a character ends. Shared by `layering` and `house`.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A keyword, a name, a lifetime or a number.
    Word,
    /// A string of any form; `text` is what stands between the quotes.
    Text,
    /// A character or byte in single quotes.
    Character,
    /// A bracket or an operator; `::`, `->` and `=>` are one.
    Mark,
}

/// One token of a source. Lines count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub kind: Kind,
    pub text: &'a str,
    pub line: usize,
}

/// The tokens of a source, in order.
pub(crate) fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let (mut rest, mut line) = (source, 1);
    while let Some(first) = rest.chars().next() {
        let (taken, kind) = piece(rest, first);
        let (whole, after) = rest.split_at(taken);
        if let Some(kind) = kind {
            let text = if kind == Kind::Text { inside(whole) } else { whole };
            found.push(Token { kind, text, line });
        }
        line += whole.bytes().filter(|byte| *byte == b'\n').count();
        rest = after;
    }
    found
}

/// The length of what begins here, and what it is; a gap is nothing.
fn piece(rest: &str, first: char) -> (usize, Option<Kind>) {
    if first.is_whitespace() {
        let length = rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len());
        return (length, None);
    }
    if let Some(length) = comment(rest) {
        return (length, None);
    }
    if let Some(length) = string(rest) {
        return (length, Some(Kind::Text));
    }
    if let Some(length) = character(rest) {
        return (length, Some(Kind::Character));
    }
    if first.is_alphanumeric() || matches!(first, '_' | '\'') {
        return (word(rest), Some(Kind::Word));
    }
    let double = ["::", "->", "=>"].iter().any(|mark| rest.starts_with(mark));
    (if double { 2 } else { first.len_utf8() }, Some(Kind::Mark))
}

/// The length of the comment that starts here; those in `/*` stand in one another.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if !text.starts_with("/*") {
        return None;
    }
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(rest) = text.get(at..) {
        let Some(mark) = rest.find(['/', '*']) else { break };
        at += mark;
        match text.get(at..at + 2) {
            Some("/*") => depth += 1,
            Some("*/") => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return Some(at);
        }
    }
    Some(text.len())
}

/// The length of the string that starts here, with its prefix and quotes.
fn string(text: &str) -> Option<usize> {
    let prefix = text.find(|c| !matches!(c, 'b' | 'c' | 'r')).filter(|length| *length <= 2)?;
    let (before, after) = text.split_at(prefix);
    if before.ends_with('r') {
        let hashes = after.len() - after.trim_start_matches('#').len();
        let inside = after.get(hashes..)?.strip_prefix('"')?;
        let close = format!("\"{}", "#".repeat(hashes));
        let end = inside.find(&close).map_or(inside.len(), |end| end + close.len());
        return Some(prefix + hashes + 1 + end);
    }
    let inside = after.strip_prefix('"')?;
    let mut escaped = false;
    for (at, byte) in inside.bytes().enumerate() {
        if byte == b'"' && !escaped {
            return Some(prefix + 1 + at + 1);
        }
        escaped = byte == b'\\' && !escaped;
    }
    Some(text.len())
}

/// What stands between the quotes of a whole string.
fn inside(string: &str) -> &str {
    string.trim_start_matches(['b', 'c', 'r']).trim_matches('#').trim_matches('"')
}

/// The length of the character that starts here; a quote that is none begins a lifetime.
fn character(text: &str) -> Option<usize> {
    let quoted = text.strip_prefix('b').unwrap_or(text);
    let inside = quoted.strip_prefix('\'')?;
    let first = inside.chars().next()?;
    let length = if first == '\\' {
        let more = inside.get(2..)?;
        2 + more.find('\'')?
    } else {
        first.len_utf8()
    };
    inside.get(length..)?.starts_with('\'').then_some(text.len() - inside.len() + length + 1)
}

/// The length of the word that starts here; `r#type` is one.
fn word(text: &str) -> usize {
    let start = if text.starts_with("r#") { 2 } else { 1 };
    let more = text.get(start..).unwrap_or_default();
    start + more.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(more.len())
}

#[test]
fn a_source_is_cut_where_rust_cuts_it() {
    let source = "fn f<'a>(x: &'a str) -> u8 { // not \"this\"\n  /* nor /* that */ */ g(\"a \\\" b\", r#\"c \" d\"#) \
                  + b'\\'' as u8 + '\"'.len() + '\\u{1F600}'.r#type::<b\"x\">()\n}";
    let texts: Vec<&str> = tokens(source).iter().map(|token| token.text).collect();
    let code = "fn f < 'a > ( x : & 'a str ) -> u8 { g ( a_\\\"_b , c_\"_d ) + b'\\'' as u8 + '\"' . len ( ) + \
                '\\u{1F600}' . r#type :: < x > ( ) }";
    let expected: Vec<String> = code.split(' ').map(|word| word.replace('_', " ")).collect();
    assert_eq!(texts, expected);
    let lines: Vec<usize> = tokens("a /*\n\n*/ b \"\n\" c").iter().map(|token| token.line).collect();
    assert_eq!(lines, [1, 3, 3, 4]);
}
