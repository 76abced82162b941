//! The files of a profile, for the fuzzer.

use std::path::Path;

use super::{config, contacts};
use crate::net;
use crate::runtime::registry;

pub(in crate::runtime) fn config(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let _config = config::parse(Path::new("config.toml"), text, &registry());
}

pub(in crate::runtime) fn contacts(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let parse = |address: &str| net::parse_address(address);
    let Ok(loaded) = contacts::load(Path::new("contacts.toml"), text, &parse) else { return };
    assert!(loaded.value.len() <= contacts::MAX_CONTACTS);
}
