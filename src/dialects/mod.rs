//! The dialects: one folder each, and one line each in the list below.
#![deny(clippy::arithmetic_side_effects, clippy::as_conversions)]

pub mod plain_udp;
