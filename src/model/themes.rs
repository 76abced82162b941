//! The names of the themes, which the config, the command line and the screen share.
//!
//! Knows no colour: those are in `assets/themes`, a file for each name but `auto`, which is one of two others.

/// In the order they are offered.
pub const THEMES: [&str; 5] = ["auto", "dark", "light", "classic", "mono"];

/// The theme the program starts with: dark or light, as the terminal is.
pub const DEFAULT_THEME: &str = "auto";
