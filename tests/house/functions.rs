//! How long functions are, and how they hand things over.

use crate::Measured;
use crate::scan::{Kind, Token};
use crate::source::{File, House, begins, bracket};

/// The one file that may know the kernel's names of errors.
pub(crate) const ERRNO_FILE: &str = "model/error_code.rs";

/// Names of errors as the kernel and its manual write them.
const ERRNO: &[&str] = &[
    "EACCES",
    "EADDRINUSE",
    "EADDRNOTAVAIL",
    "EAGAIN",
    "EALREADY",
    "EBADF",
    "EBUSY",
    "ECANCELED",
    "ECONNABORTED",
    "ECONNREFUSED",
    "ECONNRESET",
    "EDQUOT",
    "EEXIST",
    "EFBIG",
    "EHOSTUNREACH",
    "EINTR",
    "EINVAL",
    "EIO",
    "EISCONN",
    "EISDIR",
    "ELOOP",
    "EMFILE",
    "EMSGSIZE",
    "ENAMETOOLONG",
    "ENETDOWN",
    "ENETUNREACH",
    "ENFILE",
    "ENOBUFS",
    "ENODEV",
    "ENOENT",
    "ENOMEM",
    "ENOSPC",
    "ENOTCONN",
    "ENOTDIR",
    "ENOTEMPTY",
    "ENOTSUP",
    "ENXIO",
    "EPERM",
    "EPIPE",
    "EPROTO",
    "EROFS",
    "ESTALE",
    "ETIMEDOUT",
    "EWOULDBLOCK",
    "EXDEV",
];

/// A function that has a body.
pub(crate) struct Function<'a> {
    name: &'a str,
    /// From `fn` to the end of the body.
    pub(crate) tokens: &'a [Token<'a>],
    /// How many of them stand before the body.
    signature: usize,
}

impl Function<'_> {
    fn lines(&self) -> usize {
        self.tokens.last().map_or(0, |last| last.line - self.tokens[0].line + 1)
    }
}

pub(crate) fn functions<'a>(file: &'a File<'_>) -> Vec<Function<'a>> {
    let starts = file.tokens.iter().enumerate().filter(|(_, token)| token.is("fn"));
    starts.filter_map(|(at, _)| function(&file.tokens[at..])).collect()
}

/// The function whose `fn` is the first token. A type `fn(…)` has no name, a method of a trait may have no body.
fn function<'a>(tokens: &'a [Token<'_>]) -> Option<Function<'a>> {
    let name = tokens.get(1).filter(|token| token.kind == Kind::Word)?;
    let mut end = 2;
    while !tokens.get(end)?.is("{") {
        let token = tokens[end];
        if token.is(";") {
            return None;
        }
        end += if token.is("(") || token.is("[") { bracket(&tokens[end..]) } else { 1 };
    }
    let body = &tokens[end..];
    Some(Function { name: name.text, tokens: &tokens[..end + bracket(body)], signature: end })
}

fn by_length(house: &House<'_>) -> Vec<(usize, String)> {
    let mut all = Vec::new();
    for file in &house.files {
        let told =
            |it: Function<'_>| (it.lines(), format!("{} lines: {} {}", it.lines(), file.path, it.name));
        all.extend(functions(file).into_iter().map(told));
    }
    all.sort();
    all
}

/// The length that 99 of 100 functions do not exceed.
pub(crate) fn long(house: &House<'_>) -> Measured {
    let all = by_length(house);
    let at = (all.len() * 99 / 100).min(all.len().saturating_sub(1));
    let figure = all.get(at).map_or(0, |(lines, _)| *lines);
    Measured { figure, because: all.into_iter().skip(at).map(|(_, told)| told).collect() }
}

pub(crate) fn longest(house: &House<'_>) -> Measured {
    let all = by_length(house);
    let figure = all.last().map_or(0, |(lines, _)| *lines);
    Measured { figure, because: all.into_iter().rev().take(5).map(|(_, told)| told).collect() }
}

/// Parameters such as `(a, b): (A, B)`.
pub(crate) fn tuples(house: &House<'_>) -> Measured {
    let mut found = Vec::new();
    for file in &house.files {
        let taken = functions(file).into_iter().filter(|it| takes_tuple(&it.tokens[..it.signature]));
        found.extend(taken.map(|it| format!("{} {}", file.path, it.name)));
    }
    Measured::count(found)
}

fn takes_tuple(signature: &[Token<'_>]) -> bool {
    (0..signature.len()).any(|at| {
        let rest = &signature[at..];
        let tuple = bracket(rest);
        // After the bracket of the parameters themselves no `:` can follow.
        rest[0].is("(")
            && rest[..tuple].iter().any(|token| token.is(","))
            && begins(&rest[tuple..], &[":"])
            && rest[tuple..]
                .iter()
                .find(|token| !token.is(":") && !token.is("&"))
                .is_some_and(|it| it.is("("))
    })
}

/// `&mut Vec<…>` that is given a name: a result that comes back through a parameter.
pub(crate) fn out_parameters(house: &House<'_>) -> Measured {
    let mut found = Vec::new();
    for file in &house.files {
        let named = file.tokens.windows(5).filter(|five| begins(five, &[":", "&", "mut", "Vec", "<"]));
        found.extend(named.map(|five| format!("{}:{}", file.path, five[0].line)));
    }
    Measured::count(found)
}

/// Strings that name an error of the kernel. A fuzz target names those that it has a disk fail with.
pub(crate) fn errno_names(house: &House<'_>) -> Measured {
    let mut found = Vec::new();
    let is_meant = |path: &str| path != ERRNO_FILE && !path.ends_with("fuzzing.rs");
    for file in house.files.iter().filter(|file| is_meant(file.path)) {
        let strings = file.tokens.iter().filter(|token| token.kind == Kind::Text);
        let named = strings.filter(|token| token.text.split(' ').any(|word| ERRNO.contains(&word)));
        found.extend(named.map(|token| format!("{}:{} {}", file.path, token.line, token.text)));
    }
    Measured::count(found)
}
