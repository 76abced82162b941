//! Measuring and wrapping text for cells.

pub mod wrap;

pub use wrap::wrap;
