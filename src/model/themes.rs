//! The names of the themes, which the config, the command line and the screen share.
//!
//! Knows no colour: those are in `assets/themes`, a file for each name.

/// In the order they are offered.
pub const THEMES: [&str; 4] = ["classic", "dark", "light", "mono"];

/// The theme the program starts with.
pub const DEFAULT_THEME: &str = "classic";
