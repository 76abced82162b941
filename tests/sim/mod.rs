//! A simulated network: hosts, programs on them, a virtual clock, and chance that comes from a seed alone.
//!
//! `network` carries everything and is the only caller of the engines, `stage` puts some of a kind on it, `laws` says
//! what must hold for every dialect, `samples` are small dialects that keep the laws or break one of them. Knows no
//! dialect of the program: what a law needs of one stands in its `Dialect`.

pub(crate) mod chance;
mod clerk;
mod courier;
pub(crate) mod datagrams;
mod disks;
pub(crate) mod history;
pub(crate) mod keys;
pub(crate) mod laws;
pub(crate) mod network;
pub(crate) mod program;
pub(crate) mod samples;
pub(crate) mod stage;
mod streams;
mod transfers;
pub(crate) mod weather;

/// Whether a law held, or what broke it.
pub(crate) type Verdict<T = ()> = Result<T, String>;

/// Ends a law with a sentence unless something holds.
macro_rules! ensure {
    ($holds:expr, $($sentence:tt)+) => {
        if !$holds {
            return Err(format!($($sentence)+));
        }
    };
}
pub(crate) use ensure;
