//! The client: alone against made-up frames, and with others around a real relay.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::wildcard_enum_match_arm,
    reason = "an overflow fails the test, and so does whatever it does not name"
)]

mod alone;
mod bench;
mod crowds;
mod earlier;
mod frames;
mod history;
mod hosts;
mod many_rooms;
mod moving;
mod network;
mod operators;
mod passwords;
mod persons;
mod resuming;
mod returning;
mod seen;
mod turns;
mod weather;
mod world;
