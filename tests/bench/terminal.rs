//! `cargo bench`: drives the release binary in a pty and compares what a person feels with the goals.
//!
//! Prints one table and never fails by time: a slow or busy machine is named, not punished. `cargo bench -- WORD`
//! measures only the themes whose name contains WORD.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench reads the clock, paces itself by it, prints a table, and stops at what cannot be measured"
)]

#[expect(
    dead_code,
    unused_imports,
    reason = "the scenarios need parts, and their own tests, that no bench does"
)]
#[path = "../support/mod.rs"]
mod support;

#[expect(
    dead_code,
    clippy::wildcard_enum_match_arm,
    reason = "a quiet session needs little of what an end can do"
)]
mod end;

mod burst;
mod delivery;
mod figure;
mod generated;
mod history;
mod idle;
mod noise;
mod previews;
mod sessions;
mod startup;
mod typing;

use std::panic::catch_unwind;

use figure::Figure;

type Measure = fn() -> Vec<Figure>;

/// What is measured, in the order of the table.
const THEMES: [(&str, Measure); 12] = [
    ("startup", startup::measure),
    ("memory", startup::measure_memory),
    ("idle", idle::measure),
    ("sessions", sessions::measure),
    ("typing", typing::measure),
    ("previews", previews::measure),
    ("delivery", delivery::measure),
    ("burst", burst::measure),
    ("history-search", history::measure_search),
    ("history-start", history::measure_start),
    ("history-paging", history::measure_paging),
    ("history-keeping", history::measure_keeping),
];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if !words.iter().any(|word| word == "--bench") {
        println!("skipped: this is a bench, run it by `cargo bench`");
        return;
    }
    let wanted = words.iter().find(|word| !word.starts_with('-'));
    let before = noise::measure();
    println!("{:<58} {:>12} {:>12}", "figure", "measured", "goal");
    for (name, measure) in THEMES {
        if wanted.is_some_and(|wanted| !name.contains(wanted.as_str())) {
            continue;
        }
        match catch_unwind(measure) {
            Ok(figures) => figures.iter().for_each(|figure| println!("{figure}")),
            Err(_) => println!("{name:<58} could not be measured"),
        }
    }
    println!("{}", noise::verdict(&before, &noise::measure()));
}
