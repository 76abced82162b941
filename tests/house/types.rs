//! What types are called, how large they are, and over how many files they are spread.

use std::collections::{BTreeMap, BTreeSet};

use crate::Measured;
use crate::scan::{Kind, Token};
use crate::source::{House, begins, bracket};

/// Types with `impl` blocks in three files or more of one folder.
pub(crate) fn spread(house: &House<'_>) -> Measured {
    let mut files: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for file in &house.files {
        for (at, _) in file.tokens.iter().enumerate().filter(|(_, token)| token.is("impl")) {
            if let Some(name) = implemented(&file.tokens, at) {
                files.entry((file.folder(), name)).or_default().insert(file.path);
            }
        }
    }
    let wide = files.into_iter().filter(|(_, files)| files.len() >= 3);
    let told = wide.map(|((folder, name), files)| format!("{folder} {name}: {} files", files.len()));
    Measured::count(told.collect())
}

/// The type that an `impl` block is for; `impl Trait` as a type is no block.
fn implemented<'a>(tokens: &[Token<'a>], at: usize) -> Option<&'a str> {
    let item = match at.checked_sub(1).map(|before| tokens[before]) {
        None => true,
        Some(before) => before.is("}") || before.is(";") || before.is("]") || before.is("unsafe"),
    };
    let mut rest = tokens.get(at + 1..).filter(|_| item)?;
    if begins(rest, &["<"]) {
        rest = &rest[generics(rest)..];
    }
    let mut name = None;
    while let [first, more @ ..] = rest {
        if first.is("{") || first.is("where") {
            return name;
        }
        rest = if first.is("<") { &rest[generics(rest)..] } else { more };
        if first.kind == Kind::Word
            && !first.text.starts_with('\'')
            && !matches!(first.text, "mut" | "dyn" | "for")
        {
            name = Some(first.text);
        }
    }
    None
}

/// The number of tokens between `<` and its `>`, both included; `->` is a token of its own.
fn generics(tokens: &[Token<'_>]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            "<" => depth += 1,
            ">" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// Every type and trait that the code defines: its name and its file.
fn defined<'a>(house: &'a House<'_>) -> Vec<(&'a str, &'a str)> {
    let mut all = Vec::new();
    for file in &house.files {
        for two in file.tokens.windows(2) {
            let kinds = ["struct", "enum", "trait", "union"];
            if kinds.iter().any(|kind| two[0].is(kind)) && two[1].kind == Kind::Word {
                all.push((two[1].text, file.path));
            }
        }
    }
    all
}

/// Per cent of the types whose name stands for another one as well.
pub(crate) fn sharing_a_name(house: &House<'_>) -> Measured {
    let all = defined(house);
    let mut places: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, path) in &all {
        places.entry(name).or_default().push(path);
    }
    places.retain(|_, paths| paths.len() > 1);
    let sharing: usize = places.values().map(Vec::len).sum();
    let told = places.into_iter().map(|(name, paths)| format!("{name}: {}", paths.join(" ")));
    Measured { figure: 100 * sharing / all.len().max(1), because: told.collect() }
}

pub(crate) fn most_fields(house: &House<'_>) -> Measured {
    let mut all = Vec::new();
    for file in &house.files {
        for (at, _) in file.tokens.iter().enumerate().filter(|(_, token)| token.is("struct")) {
            let (Some(name), count) = (file.tokens.get(at + 1), fields(&file.tokens[at..])) else { continue };
            all.push((count, format!("{count} fields: {} {}", file.path, name.text)));
        }
    }
    all.sort();
    let figure = all.last().map_or(0, |(count, _)| *count);
    Measured { figure, because: all.into_iter().rev().take(12).map(|(_, told)| told).collect() }
}

/// Named fields of the struct that begins here.
fn fields(tokens: &[Token<'_>]) -> usize {
    let Some(open) = tokens.iter().position(|token| token.is("{") || token.is(";") || token.is("(")) else {
        return 0;
    };
    let body = &tokens[open..];
    if !body[0].is("{") {
        return 0;
    }
    let (mut count, mut at, end) = (0, 1, bracket(body) - 1);
    while at < end {
        count += usize::from(body[at].is(":"));
        at += if ["(", "[", "{"].iter().any(|mark| body[at].is(mark)) { bracket(&body[at..]) } else { 1 };
    }
    count
}
