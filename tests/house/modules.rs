//! Which modules name one another in a ring.

use std::collections::{BTreeMap, BTreeSet};

use crate::Measured;
use crate::scan::{Kind, Token};
use crate::source::{House, begins, bracket};

type Module<'a> = Vec<&'a str>;
type Edges<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// Modules that are in a ring with others of the same folder.
pub(crate) fn in_rings(house: &House<'_>) -> Measured {
    let rings = sibling_rings(house);
    Measured { figure: rings.iter().map(|(_, ring)| ring.len()).sum(), because: told(&rings) }
}

pub(crate) fn largest_ring(house: &House<'_>) -> Measured {
    let rings = sibling_rings(house);
    let figure = rings.iter().map(|(_, ring)| ring.len()).max().unwrap_or(0);
    Measured { figure, because: told(&rings) }
}

fn told(rings: &[(String, Vec<&str>)]) -> Vec<String> {
    rings.iter().map(|(folder, ring)| format!("{folder}: {}", ring.join(" "))).collect()
}

/// Every ring: the folder, and the modules of it that reach one another. What stands deeper counts for the module of
/// the folder that holds it.
fn sibling_rings<'a>(house: &'a House<'_>) -> Vec<(String, Vec<&'a str>)> {
    let modules: BTreeSet<Module<'a>> = house.files.iter().map(|file| module(file.path)).collect();
    let mut folders: BTreeMap<Module<'a>, Edges<'a>> = BTreeMap::new();
    for file in &house.files {
        let from = module(file.path);
        for to in named(&from, &file.tokens, &modules) {
            let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
            if let (Some(a), Some(b)) = (from.get(common), to.get(common)) {
                let edges = folders.entry(from[..common].to_vec()).or_default();
                edges.entry(a).or_default().insert(b);
            }
        }
    }
    let rings = |(folder, edges): (Module<'a>, Edges<'a>)| {
        let name = if folder.is_empty() { "the crate".to_owned() } else { folder.join("/") };
        rings(&edges).into_iter().map(move |ring| (name.clone(), ring))
    };
    folders.into_iter().flat_map(rings).collect()
}

/// `a/b/c.rs` is the module `a::b::c`, `a/b/mod.rs` is `a::b`, and `lib.rs` is the crate itself.
fn module(path: &str) -> Module<'_> {
    let mut parts: Module<'_> = path.trim_end_matches(".rs").split('/').collect();
    if matches!(parts.as_slice(), [.., "mod"] | ["lib"]) {
        parts.pop();
    }
    parts
}

/// The other modules that the code of one names. What it only passes on (`pub use`) does not count.
fn named<'a>(
    from: &Module<'a>,
    tokens: &[Token<'a>],
    modules: &BTreeSet<Module<'a>>,
) -> BTreeSet<Module<'a>> {
    let mut paths = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at].is("use") {
            let length = tokens[at..].iter().take_while(|token| !token.is(";")).count();
            if !passed_on(&tokens[..at]) {
                tree(&tokens[at + 1..at + length], &[], &mut paths);
            }
            at += length;
        } else if begins_path(&tokens[at..]) && (at == 0 || !tokens[at - 1].is("::")) {
            at += tree(&tokens[at..], &[], &mut paths);
        }
        at += 1;
    }
    paths.iter().filter_map(|path| resolved(from, path, modules)).filter(|to| to != from).collect()
}

/// Whether `pub` or `pub(…)` stands last.
fn passed_on(before: &[Token<'_>]) -> bool {
    let open =
        before.iter().rposition(|token| token.is("(")).filter(|_| before.last().is_some_and(|it| it.is(")")));
    let before = open.map_or(before, |open| &before[..open]);
    before.last().is_some_and(|token| token.is("pub"))
}

fn begins_path(tokens: &[Token<'_>]) -> bool {
    ["crate", "super", "self"].iter().any(|first| begins(tokens, &[first, "::"]))
}

/// Reads a path, in a `use` with its brackets, and says how many tokens it took.
fn tree<'a>(tokens: &[Token<'a>], stem: &[&'a str], found: &mut Vec<Module<'a>>) -> usize {
    let Some(first) = tokens.first() else { return 0 };
    if first.is("{") {
        let end = bracket(tokens);
        let mut at = 1;
        while at + 1 < end {
            at += tree(&tokens[at..end - 1], stem, found).max(1);
            // `as name` and the comma.
            at += tokens[at..end - 1].iter().take_while(|token| !token.is(",")).count() + 1;
        }
        return end;
    }
    let mut path = stem.to_vec();
    path.extend((first.kind == Kind::Word || first.is("*")).then_some(first.text));
    if begins(&tokens[1..], &["::"])
        && tokens.get(2).is_some_and(|it| it.kind == Kind::Word || it.is("{") || it.is("*"))
    {
        return 2 + tree(&tokens[2..], &path, found);
    }
    found.push(path);
    1
}

/// The module that a path ends in, the last parts of it being what it takes from there.
fn resolved<'a>(from: &[&'a str], path: &[&'a str], modules: &BTreeSet<Module<'a>>) -> Option<Module<'a>> {
    let ups = path.iter().take_while(|part| **part == "super").count();
    let (mut full, rest) = match path.first()? {
        &"crate" => (Vec::new(), &path[1..]),
        &"self" => (from.to_vec(), &path[1..]),
        &"super" => (from[..from.len().checked_sub(ups)?].to_vec(), &path[ups..]),
        first if modules.contains(&[from, &[first]].concat()) => (from.to_vec(), path),
        _ => return None,
    };
    full.extend(rest);
    while !modules.contains(&full) {
        full.pop()?;
    }
    Some(full)
}

/// The sets of more than one that reach one another (Tarjan).
fn rings<'a>(edges: &Edges<'a>) -> Vec<Vec<&'a str>> {
    let mut found = Vec::new();
    let mut placed = BTreeSet::new();
    for node in edges.keys() {
        if placed.contains(node) {
            continue;
        }
        let ahead = reached(edges, node);
        let ring: Vec<&str> =
            ahead.iter().copied().filter(|other| reached(edges, other).contains(node)).collect();
        placed.extend(ring.iter().copied());
        if ring.len() > 1 {
            found.push(ring);
        }
    }
    found
}

/// All that can be reached from one.
fn reached<'a>(edges: &Edges<'a>, from: &str) -> BTreeSet<&'a str> {
    let mut all = BTreeSet::new();
    let mut ahead: Vec<&str> = vec![from];
    while let Some(node) = ahead.pop() {
        for next in edges.get(node).into_iter().flatten() {
            if all.insert(*next) {
                ahead.push(next);
            }
        }
    }
    all
}
