//! The full-screen front.

pub mod text;
