//! What one value of a file says: a folder, an encoding, yes or no.

use std::path::Path;

use crate::net::is_encoding;

/// A folder that is the same wherever the program is started; empty is "not set".
pub(super) fn folder(text: &str) -> Option<&str> {
    let text = text.trim();
    let home = text == "~" || text.starts_with("~/");
    (text.is_empty() || home || Path::new(text).is_absolute()).then_some(text)
}

pub(super) fn encoding(text: &str) -> Option<&str> {
    let text = text.trim();
    (text.is_empty() || is_encoding(text)).then_some(text)
}

/// Whether this says yes or no.
pub(super) fn flag(value: &str) -> Option<bool> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "on" | "yes" => Some(true),
        "false" | "off" | "no" => Some(false),
        _ => None,
    }
}
