//! Pictures in the scrollback: what came or was sent, as far as it can be shown.
//!
//! `gallery` knows which pictures are visible and what is drawn of them, `worker` is the thread that reads and decodes,
//! `decode` keeps to limits, `encode` makes what a terminal takes, `graphics` says which way that is, and `placeholder` is
//! how a picture stands in the cells of a frame. Files are read on the thread only. What the terminal is sent is
//! written by `tui/terminal`.

mod allowed;
mod decode;
mod encode;
mod fit;
mod gallery;
mod graphics;
mod placeholder;
mod sixel;
mod worker;

#[cfg(test)]
mod tests;

pub(super) use allowed::{is_hidden, is_shown, openable, source};
pub(super) use decode::{PictureSource, Unshowable};
pub(super) use encode::{BlockCell, DrawnPicture, EncodedPicture, PicturePlacement};
pub(super) use fit::PixelSize;
pub use gallery::{Gallery, PictureBox};
pub(super) use gallery::{GalleryStyle, PictureView};
pub(super) use graphics::{TerminalGraphics, TerminalKind, TerminalReply};
pub(super) use placeholder::{is_inline, is_kept, number_colour, placeholder};
pub(super) use worker::{PictureDone, PictureWorker, THREAD};
