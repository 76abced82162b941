//! The full-screen front.
//!
//! `update/` changes the front's own state, `view/` draws it, `front` is the loop around both.

mod action;
mod commands;
pub mod composer;
mod editor;
mod front;
mod keymap;
mod layout;
mod popup;
pub mod scrollback;
mod signals;
mod terminal;
pub mod text;
pub mod theme;
mod ui;
mod update;
mod view;

pub use front::{Ended, Wanted, run};
