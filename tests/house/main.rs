//! The ratchet: how the code is built inside of its layers, in figures that may fall and must not rise.
//!
//! [`TABLE`] holds for each figure what it may be at most today and what it is to become. Whoever makes one better
//! writes the new figure there. `cargo test --test house -- --ignored --nocapture figures` prints them all.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a source that cannot be read is the failure of the test"
)]

#[path = "../scan/mod.rs"]
mod scan;

mod dialects;
mod functions;
mod modules;
mod planted;
mod source;
mod types;
mod words;

use std::env;
use std::io::{self, Write};

use source::House;

/// One thing that is measured, and what it may be.
struct Figure {
    name: &'static str,
    /// The test fails above it.
    at_most: usize,
    /// Where it is to be brought.
    goal: usize,
    measure: fn(&House<'_>) -> Measured,
}

/// A figure, and what makes it what it is, for whoever has to find it.
struct Measured {
    figure: usize,
    because: Vec<String>,
}

impl Measured {
    fn count(because: Vec<String>) -> Self {
        Self { figure: because.len(), because }
    }
}

/// A new dialect adds its own lines to those of all; every other figure holds for it as well.
const TABLE: &[Figure] = &[
    figure("modules in rings with sibling modules", 0, 8, modules::in_rings),
    figure("modules in the largest ring", 0, 2, modules::largest_ring),
    figure("types with impl blocks in three files or more", 0, 0, types::spread),
    figure("per cent of types that share their name", 1, 10, types::sharing_a_name),
    figure("fields of the largest struct", 15, 15, types::most_fields),
    figure("functions with a destructured tuple as parameter", 0, 0, functions::tuples),
    figure("`&mut Vec` parameters", 2, 20, functions::out_parameters),
    figure("lines that 99 of 100 functions do not exceed", 35, 35, functions::long),
    figure("lines of the longest function", 58, 60, functions::longest),
    figure("names of kernel errors outside of model/error_code.rs", 0, 0, functions::errno_names),
    figure("lines of code in dialects", 23_236, 11_100, dialects::lines),
    figure("lines of code in dialects/plain_udp", 52, 300, dialects::plain_lines),
    figure("lines of code in net", 12_335, 4_300, dialects::net_lines),
    figure("runs of six lines of one shape in two dialects", 0, 0, dialects::shared_runs),
];

const fn figure(
    name: &'static str,
    at_most: usize,
    goal: usize,
    measure: fn(&House<'_>) -> Measured,
) -> Figure {
    Figure { name, at_most, goal, measure }
}

#[test]
fn no_figure_is_worse_than_its_table() {
    let sources = source::all();
    let house = House::of(&sources);
    let mut worse = Vec::new();
    for Figure { name, at_most, goal, measure } in TABLE {
        let Measured { figure, because } = measure(&house);
        if figure > *at_most {
            worse.push(format!("{name}: {figure}, at most {at_most}\n    {}", because.join("\n    ")));
        } else if figure < *at_most {
            // Past the capture of the test: whoever has made something better is to read it.
            let hint =
                format!("{name}: now {figure}, in the table {at_most} (goal {goal}); write it there\n");
            let _unheard = io::stderr().lock().write_all(hint.as_bytes());
        }
    }
    assert!(worse.is_empty(), "\n{}\n", worse.join("\n"));
}

/// Else a measure would be content with a folder that has another name by now.
#[test]
fn all_that_the_measures_name_is_there() {
    let sources = source::all();
    let named = [functions::ERRNO_FILE, "dialects/plain_udp/mod.rs", "dialects/mod.rs", "net/mod.rs"];
    for path in named {
        assert!(sources.contains_key(path), "{path} is not there");
    }
}

/// With `UDPQQ_BECAUSE=WORDS` also what makes the figures whose names hold the words.
#[test]
#[ignore = "prints the table, checks nothing: cargo test --test house -- --ignored --nocapture figures"]
fn figures() {
    let wanted = env::var("UDPQQ_BECAUSE").ok();
    let sources = source::all();
    let house = House::of(&sources);
    for Figure { name, at_most, goal, measure } in TABLE {
        let Measured { figure, because } = measure(&house);
        println!("{figure:>6}, at most {at_most:>6}, goal {goal:>6}: {name}");
        if wanted.as_ref().is_some_and(|words| name.contains(words)) {
            println!("    {}", because.join("\n    "));
        }
    }
}
