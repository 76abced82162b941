//! How much code dialects and the network take, and what two dialects have in common.

use std::collections::{BTreeMap, BTreeSet};

use crate::Measured;
use crate::functions::functions;
use crate::scan::{Kind, Token};
use crate::source::{File, House};

/// Lines that make a run.
const RUN: usize = 6;
/// Tokens that a run has at least: closing brackets are alike everywhere.
const RUN_TOKENS: usize = 40;

const KEYWORDS: &[&str] = &[
    "as", "async", "await", "break", "const", "continue", "dyn", "else", "enum", "false", "fn", "for", "if",
    "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self", "Self",
    "static", "struct", "super", "trait", "true", "type", "use", "where", "while", "None", "Some", "Ok",
    "Err",
];

pub(crate) fn lines(house: &House<'_>) -> Measured {
    lines_below(house, "dialects/")
}

pub(crate) fn plain_lines(house: &House<'_>) -> Measured {
    lines_below(house, "dialects/plain_udp/")
}

pub(crate) fn net_lines(house: &House<'_>) -> Measured {
    lines_below(house, "net/")
}

fn lines_below(house: &House<'_>, folder: &str) -> Measured {
    let files = house.files.iter().filter(|file| file.path.starts_with(folder));
    let mut all: Vec<(usize, &str)> = files.map(|file| (file.lines(), file.path)).collect();
    all.sort_unstable_by(|one, other| other.cmp(one));
    let because = all.iter().take(5).map(|(lines, path)| format!("{lines} lines: {path}")).collect();
    Measured { figure: all.iter().map(|(lines, _)| lines).sum(), because }
}

/// One line of code: where it stands, its shape, and how many tokens it has.
struct Line<'a> {
    path: &'a str,
    number: usize,
    shape: String,
    tokens: usize,
}

/// Runs of [`RUN`] lines in one dialect that stand in another one as well, but for names and values. A longer run
/// counts once for each pair of places.
pub(crate) fn shared_runs(house: &House<'_>) -> Measured {
    let files: Vec<(&str, Vec<Line<'_>>)> =
        house.files.iter().filter_map(|file| Some((dialect(file)?, shapes(file)))).collect();
    let mut places: BTreeMap<Vec<&str>, Vec<(usize, usize)>> = BTreeMap::new();
    for (index, (_, lines)) in files.iter().enumerate() {
        for (at, run) in lines.windows(RUN).enumerate() {
            if run.iter().map(|line| line.tokens).sum::<usize>() >= RUN_TOKENS {
                let shape = run.iter().map(|line| line.shape.as_str()).collect();
                places.entry(shape).or_default().push((index, at));
            }
        }
    }
    let mut pairs = BTreeSet::new();
    for places in places.values() {
        for (nth, one) in places.iter().enumerate() {
            let others = places[nth + 1..].iter().filter(|other| files[one.0].0 != files[other.0].0);
            pairs.extend(others.map(|other| (*one, *other)));
        }
    }
    let continued = |&((a, at), (b, bt)): &((usize, usize), (usize, usize))| {
        at > 0 && bt > 0 && pairs.contains(&((a, at - 1), (b, bt - 1)))
    };
    let told = |&((a, at), (b, bt)): &((usize, usize), (usize, usize))| {
        let (one, other) = (&files[a].1[at], &files[b].1[bt]);
        format!("{}:{} and {}:{}", one.path, one.number, other.path, other.number)
    };
    Measured::count(pairs.iter().filter(|pair| !continued(pair)).map(told).collect())
}

/// The folder below `dialects` that a file lies in.
fn dialect<'a>(file: &File<'a>) -> Option<&'a str> {
    let (folder, _) = file.path.strip_prefix("dialects/")?.split_once('/')?;
    Some(folder)
}

/// The lines of all functions of a file. What stands outside of them is lists of fields, constants and imports, which
/// are alike without doing the same.
fn shapes<'a>(file: &File<'a>) -> Vec<Line<'a>> {
    let mut lines: Vec<Line<'a>> = Vec::new();
    for token in functions(file).iter().flat_map(|function| function.tokens) {
        match lines.last_mut() {
            Some(line) if line.number == token.line => {
                line.shape.push(' ');
                line.shape.push_str(shape(token));
                line.tokens += 1;
            }
            // A function inside of another one has been read with it.
            Some(line) if line.number > token.line => {}
            _ => lines.push(Line {
                path: file.path,
                number: token.line,
                shape: shape(token).to_owned(),
                tokens: 1,
            }),
        }
    }
    lines
}

/// What is left of a token when names and values are taken away.
fn shape<'a>(token: &Token<'a>) -> &'a str {
    match token.kind {
        Kind::Mark => token.text,
        Kind::Word if KEYWORDS.contains(&token.text) => token.text,
        Kind::Word if token.text.starts_with(char::is_numeric) => "0",
        Kind::Word => "name",
        Kind::Text | Kind::Character => "value",
    }
}
