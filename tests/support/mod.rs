//! What whole-program tests stand on: a real pty, Python peers, profiles that vanish, and the judge of the stream.
//!
//! Shared by `e2e`, `picture` and the benches through `#[path]`; holds no test cases of the program itself.

pub(crate) mod answers;
pub(crate) mod chance;
pub(crate) mod command;
pub(crate) mod corpus;
pub(crate) mod faults;
pub(crate) mod film;
pub(crate) mod history;
pub(crate) mod ipmsg;
pub(crate) mod keys;
pub(crate) mod lines;
pub(crate) mod oracle;
pub(crate) mod ports;
pub(crate) mod profile;
pub(crate) mod pty;
pub(crate) mod python;
pub(crate) mod replacement;
pub(crate) mod sanity;
pub(crate) mod screen;
pub(crate) mod socket;
pub(crate) mod updates;
pub(crate) mod writer;

/// How long a test waits for what must come. Generous, because it only ever passes when a test fails.
pub(crate) const PATIENCE: std::time::Duration = std::time::Duration::from_secs(15);
