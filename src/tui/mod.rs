//! The full-screen front.
//!
//! `ui/` is the front's own state, `update/` changes it, `view/` draws it, and `front/` is the loop around them.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "each layer of the front picks its few out of all actions and keys; the rest is not its business"
)]

mod action;
mod amounts;
mod appearance;
mod background;
mod browser;
mod candidates;
pub mod chat;
mod chooser;
mod clipboard;
mod clipboard_picture;
mod commands;
pub mod composer;
mod contact_list;
mod details;
mod doctor_page;
mod dropped;
mod editor;
mod everybody;
mod finder;
mod front;
mod go_to;
mod hex_preview;
mod hyperlinks;
mod input;
mod key_pages;
mod keymap;
mod layout;
mod legacy;
mod list_words;
mod lock;
mod lock_notice;
mod long_note;
mod mode;
mod naming;
mod notifier;
pub mod offers;
mod own_files;
mod passphrase;
pub mod pictures;
mod popup;
mod process_group;
mod query;
mod question;
mod reaction_picker;
mod receivers;
pub mod relay;
mod request;
pub mod scrollback;
mod senders;
mod sight;
mod signals;
mod terminal;
pub mod text;
pub mod theme;
mod tmux;
mod told;
mod ui;
mod update;
mod view;
mod viewer;
mod wire_page;
mod words;

#[cfg(test)]
mod tests;

#[cfg(any(test, fuzzing))]
pub use input::fuzzing;

pub use front::{FrontExit, FrontOptions, run};
pub use passphrase::PassphrasePrompt;
