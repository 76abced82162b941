//! The product code of the crate: every source below `src` whose path does not hold `test`, its test modules left out.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::scan::{Kind, Token, tokens};

impl Token<'_> {
    /// This word or mark; what is quoted is neither.
    pub(crate) fn is(&self, text: &str) -> bool {
        self.text == text && matches!(self.kind, Kind::Word | Kind::Mark)
    }
}

/// One source, as code.
pub(crate) struct File<'a> {
    /// From `src` on.
    pub(crate) path: &'a str,
    pub(crate) tokens: Vec<Token<'a>>,
}

/// All sources.
pub(crate) struct House<'a> {
    pub(crate) files: Vec<File<'a>>,
}

impl<'a> House<'a> {
    pub(crate) fn of(sources: &'a BTreeMap<String, String>) -> Self {
        let product = sources.iter().filter(|(path, _)| !path.contains("test"));
        let file =
            |(path, source): (&'a String, &'a String)| File { path, tokens: without_tests(&tokens(source)) };
        Self { files: product.map(file).collect() }
    }
}

impl File<'_> {
    /// The folder that it lies in; nothing at the top.
    pub(crate) fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Lines that bear code.
    pub(crate) fn lines(&self) -> usize {
        let mut lines: Vec<usize> = self.tokens.iter().map(|token| token.line).collect();
        lines.dedup();
        lines.len()
    }
}

/// The text of every source below `src`, tests too, by its path from there.
pub(crate) fn all() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeMap::new();
    below(&root, &root, &mut found);
    found
}

/// The text of every test: those below `tests` but these here, and what stands below `src` in test modules.
pub(crate) fn tests() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut found = BTreeMap::new();
    below(&root, &root, &mut found);
    found.retain(|path, _| !path.starts_with("house/"));
    let inside = all().into_iter().filter_map(|(path, source)| {
        let begins = if path.contains("test") { Some(0) } else { source.find("#[cfg(test)]") };
        begins.and_then(|at| source.get(at..)).map(str::to_owned)
    });
    found.into_values().chain(inside).collect()
}

fn below(root: &Path, folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            below(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root).expect("inside").to_string_lossy().replace('\\', "/");
            found.insert(name, fs::read_to_string(&path).expect("a source"));
        }
    }
}

/// Whether these tokens begin with those words and marks.
pub(crate) fn begins(tokens: &[Token<'_>], with: &[&str]) -> bool {
    tokens.len() >= with.len() && tokens.iter().zip(with).all(|(token, text)| token.is(text))
}

/// The number of tokens up to the end of the bracket that opens at the first one.
pub(crate) fn bracket(tokens: &[Token<'_>]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        if token.kind == Kind::Mark {
            match token.text {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// Without the modules that stand under `#[cfg(test)]`.
fn without_tests<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let mut kept = Vec::with_capacity(tokens.len());
    let mut rest = tokens;
    while let [first, more @ ..] = rest {
        match test_module(rest) {
            0 => {
                kept.push(*first);
                rest = more;
            }
            length => rest = &rest[length..],
        }
    }
    kept
}

/// The number of tokens of the test module that begins here, 0 if none does.
fn test_module(tokens: &[Token<'_>]) -> usize {
    const GATE: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    if !begins(tokens, &GATE) {
        return 0;
    }
    let mut at = GATE.len();
    while begins(&tokens[at..], &["#", "["]) {
        at += 1 + bracket(&tokens[at + 1..]);
    }
    if begins(&tokens[at..], &["pub"]) {
        at += 1;
        if begins(&tokens[at..], &["("]) {
            at += bracket(&tokens[at..]);
        }
    }
    if !begins(&tokens[at..], &["mod"]) {
        return 0;
    }
    at += 2;
    at + bracket(&tokens[at..])
}
