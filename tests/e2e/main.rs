//! Whole-program scenarios: the real binary in a real terminal, against peers that know nothing of it.
//!
//! One file for each theme; assertions are on what a user can rely on, never on how a screen is built.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test ends by panicking; the harness belongs to the tests"
)]

#[path = "../support/mod.rs"]
mod support;
