//! The full-screen front.

pub mod text;
pub mod theme;
