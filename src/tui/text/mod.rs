//! Measuring and wrapping text for cells.
//!
//! Everything counts as ratatui draws: by grapheme clusters, each as wide as `CellWidth` says. Nothing here
//! cleans text; what came from outside goes through `model::text::escape` first.

mod links;
pub mod width;
pub mod wrap;

pub use links::{find_links, is_misleading, plain_host};
pub use width::{clip, clip_with_ellipsis, clip_words, width};
pub(super) use width::{cluster_width, is_printable_ascii};
pub use wrap::{wrap, wrap_whole};

#[cfg(test)]
mod tests;
