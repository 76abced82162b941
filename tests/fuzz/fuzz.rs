//! The decoders under fire: `cargo fuzz` runs every target of `udpqq::fuzzing` for a minute each, `cargo fuzz NAME SECONDS`
//! one of them.
//!
//! One program has all targets; which one is fuzzed, a variable of the environment says. Without it the program starts itself
//! once for each. What libFuzzer finds worth keeping goes to `target/fuzz`; `tests/fuzz/corpus` has the least of it that
//! reaches as far, and is what a unit test runs. `cargo fuzz NAME 0` merges the one into the other.
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
mod engines;
#[cfg(fuzzing)]
mod runner;
#[cfg(fuzzing)]
#[path = "../sim/mod.rs"]
#[allow(dead_code, unused_imports, reason = "what only the laws of the battery need")]
mod sim;

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(init: runner::run_all(), |bytes: &[u8]| runner::run_one(bytes));

#[cfg(not(fuzzing))]
fn main() {}
