//! The full-screen front.

pub mod composer;
pub mod text;
