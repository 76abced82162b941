//! Each measure finds what it is for: small crates with one thing in them, and others where it only seems to be.

use std::collections::BTreeMap;

use crate::source::House;
use crate::{Measured, dialects, functions, modules, types};

fn measured(measure: fn(&House<'_>) -> Measured, files: &[(&str, &str)]) -> usize {
    let own = |(path, code): &(&str, &str)| ((*path).to_owned(), (*code).to_owned());
    let sources: BTreeMap<String, String> = files.iter().map(own).collect();
    measure(&House::of(&sources)).figure
}

/// The figure of one file.
fn alone(measure: fn(&House<'_>) -> Measured, code: &str) -> usize {
    measured(measure, &[("app/chat.rs", code)])
}

#[test]
fn modules_that_name_one_another_are_a_ring_however_they_do_it() {
    for (one, other) in [
        ("use super::roster::Roster;", "use super::chat;"),
        ("use super::{draft::{Draft, Line}, roster};", "fn f() { super::chat::open(); }"),
        ("fn f(to: &crate::app::roster::Roster) {}", "use crate::{app::{self, chat as talk}, model::Now};"),
        ("use super::state::A;", "use super::chat::deep::B;"),
    ] {
        let files = [
            ("app/chat.rs", one),
            ("app/chat/deep.rs", ""),
            ("app/roster.rs", other),
            ("app/state.rs", "use super::roster::Roster;"),
            ("app/mod.rs", "mod chat; pub use chat::Chat; pub(crate) use roster::Roster; use state::State;"),
        ];
        let large = usize::from(one.contains("state"));
        assert_eq!(measured(modules::in_rings, &files), 2 + large, "{one} {other}");
        assert_eq!(measured(modules::largest_ring, &files), 2 + large, "{one} {other}");
    }
}

#[test]
fn modules_that_name_one_another_one_way_are_no_ring() {
    let files = [
        ("app/chat.rs", "use super::roster::Roster; // use super::state\nconst A: &str = \"super::state\";"),
        ("app/roster.rs", "use super::App; #[cfg(test)]\nmod tests { use super::super::chat::Chat; }"),
        ("app/state.rs", "use super::chat::Chat;"),
        ("app/tests/roster.rs", "use super::chat; use crate::app::chat::Chat;"),
        ("app/mod.rs", "pub use roster::Roster; use state::State;"),
    ];
    assert_eq!(measured(modules::in_rings, &files), 0);
    assert_eq!(measured(modules::largest_ring, &files), 0);
}

#[test]
fn a_type_is_spread_over_three_files_by_any_impl_of_it() {
    let third = |code| {
        let two = "struct Room; impl Room { fn f(&self) -> impl Iterator<Item = u8> {} }";
        measured(types::spread, &[("a/mod.rs", two), ("a/b.rs", "impl super::Room {}"), ("a/c.rs", code)])
    };
    for code in [
        "impl Room {}",
        "impl<T: Into<u8>> fmt::Display for Room<T> where T: Copy {}",
        "impl<'a> Room<'a> {}",
    ] {
        assert_eq!(third(code), 1, "{code}");
    }
    for code in ["impl From<Room> for Place {}", "fn f(room: impl Fn(Room) -> u8) {}", "// impl Room {}"] {
        assert_eq!(third(code), 0, "{code}");
    }
    assert_eq!(measured(types::spread, &[("a/b.rs", "impl A {}"), ("a/c.rs", "impl A {} impl A {}")]), 0);
}

#[test]
fn names_of_types_are_counted_by_their_places() {
    let files = [
        ("a.rs", "struct Way; enum Place {}"),
        ("b.rs", "pub(crate) trait Way { type A; }"),
        ("c.rs", "struct B;"),
    ];
    assert_eq!(measured(types::sharing_a_name, &files), 50);
    assert_eq!(alone(types::sharing_a_name, "struct A; enum B {} fn f() { a.union(b); }"), 0);
}

#[test]
fn fields_are_those_with_a_name() {
    let code = "pub struct A<T: Copy> { /// a: b\n pub(crate) a: BTreeMap<u8, (u8, T)>, b: fn(x: u8), c: std::io::Error }";
    assert_eq!(alone(types::most_fields, code), 3);
    assert_eq!(alone(types::most_fields, "struct A(u8, u8); struct B; impl B { fn f(a: u8, b: u8) {} }"), 0);
}

#[test]
fn a_tuple_is_found_where_a_parameter_takes_it_apart() {
    for code in [
        "fn f((a, b): (u8, u8)) {}",
        "fn f<T>(&self, x: [u8; 4], (mut a, _): &(u8, Vec<T>), y: u8) -> (u8, u8) {}",
        "impl A { fn f((a, (b, c)): (u8, (u8, u8))) {} }",
    ] {
        assert_eq!(alone(functions::tuples, code), 1, "{code}");
    }
    let fine = "fn f(a: (u8, u8), Pair(b, c): Pair) -> u8 { let (a, b): (u8, u8) = a; |(a, b): (u8, u8)| a }";
    assert_eq!(alone(functions::tuples, fine), 0);
}

#[test]
fn out_parameters_are_found() {
    assert_eq!(
        alone(functions::out_parameters, "fn f(a: &mut Vec<u8>, b: &[u8], c:\n&mut Vec<Effect>) {}"),
        2
    );
    assert_eq!(
        alone(functions::out_parameters, "fn f(a: &Vec<u8>) { g(&mut Vec::new()) } // a: &mut Vec<u8>"),
        0
    );
}

#[test]
fn functions_are_measured_from_their_name_to_their_last_bracket() {
    let code = "trait A { fn none(&self); }\nfn f(\n    a: [u8; 4],\n) {\n    if a { \"}\" } else { '{' }\n}\nfn g() {}\n";
    assert_eq!(alone(functions::longest, code), 5);
    let short = "fn f() {}\n".repeat(99);
    assert_eq!(alone(functions::long, &format!("{short}fn g() {{\n}}\n")), 2);
    assert_eq!(alone(functions::long, &format!("{short}{short}fn g() {{\n}}\n")), 1);
}

#[test]
fn names_of_kernel_errors_are_found_in_strings() {
    let code =
        "const A: &str = \"disk ENOSPC\"; fn f() { g(\"EPIPE\", \"EDITOR\", Errno::EPIPE) } // \"EPIPE\"";
    assert_eq!(alone(functions::errno_names, code), 2);
    assert_eq!(measured(functions::errno_names, &[(functions::ERRNO_FILE, code)]), 0);
}

#[test]
fn lines_are_counted_where_they_bear_code() {
    let code =
        "//! A header.\n\nfn f() {\n    // why\n    g()\n}\n#[cfg(test)]\nmod tests {\n    fn t() {}\n}\n";
    let files = [("dialects/plain_udp/a.rs", code), ("dialects/room/a.rs", code), ("net/a.rs", code)];
    assert_eq!(measured(dialects::lines, &files), 6);
    assert_eq!(measured(dialects::plain_lines, &files), 3);
    assert_eq!(measured(dialects::net_lines, &files), 3);
}

/// A function of six lines and more; `word` stands where two dialects have names of their own.
fn walk(word: &str) -> String {
    format!(
        "fn {word}(&mut self, {word}: Instant) -> Option<{word}> {{
            // What {word} is.
            let {word} = self.{word}.get_mut(&{word})?;
            if {word}.since({word}) < \"{word}\".len() {{
                self.{word} = Some({word}.saturating_add(1));
                return None;
            }}
            self.{word}.remove(&{word}).map(|{word}| {word}.done({word}))
        }}"
    )
}

#[test]
fn runs_of_one_shape_in_two_dialects_count_once() {
    let (one, other) = (walk("letter"), walk("parcel"));
    let both = format!("const A: u8 = 1;\n\n{other}\nfn g() {{}}");
    assert_eq!(measured(dialects::shared_runs, &[("dialects/a/x.rs", &one), ("dialects/b/y.rs", &both)]), 1);
    assert_eq!(measured(dialects::shared_runs, &[("dialects/a/x.rs", &one), ("dialects/a/y.rs", &other)]), 0);
    assert_eq!(measured(dialects::shared_runs, &[("dialects/a/x.rs", &one), ("wire/y.rs", &other)]), 0);
    let changed = other.replace("return None;", "return Some(1);");
    assert_eq!(
        measured(dialects::shared_runs, &[("dialects/a/x.rs", &one), ("dialects/b/y.rs", &changed)]),
        0
    );
}
