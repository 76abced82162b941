//! A small picture as a terminal takes it. Only pixels that were decoded here go out, in our own encoding.

use std::io::Cursor;
use std::sync::Arc;

use data_encoding::BASE64;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ExtendedColorType, ImageEncoder, RgbaImage};
use ratatui::layout::{Rect, Size};
use ratatui::style::Color;

use super::decode::Unshowable;
use super::fit::Fit;
use super::graphics::{GraphicsProtocol, PictureStyle};
use super::sixel;
use crate::tui::tmux;

/// Base64 in one part of what kitty is sent, at most (its "Graphics protocol", "Remote client").
const PART: usize = 4096;

/// A picture, drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui) enum DrawnPicture {
    /// The colours of the cells, row by row.
    Blocks(Arc<[BlockCell]>),
    /// What a terminal is sent.
    Encoded(Arc<EncodedPicture>),
}

/// The upper and the lower half of a cell; `None`: nothing is drawn there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) struct BlockCell {
    pub upper: Option<Color>,
    pub lower: Option<Color>,
}

/// The bytes of a picture, by a number that is its own as long as the program runs.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::tui) struct EncodedPicture {
    pub number: u32,
    pub cells: Size,
    pub bytes: Vec<u8>,
    /// The terminal keeps it, and shows it wherever placeholders stand; else it is drawn anew each time.
    pub is_kept: bool,
    /// tmux has to hand on what concerns it.
    pub is_handed_on: bool,
}

/// An encoded picture, and where on the screen it stands, all of it or not.
#[derive(Clone, Debug)]
pub(in crate::tui) struct PicturePlacement {
    pub picture: Arc<EncodedPicture>,
    pub area: Rect,
}

impl DrawnPicture {
    /// The bytes it takes in memory.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Blocks(cells) => cells.len().saturating_mul(size_of::<BlockCell>()),
            Self::Encoded(picture) => picture.bytes.len(),
        }
    }
}

/// Draws a picture of `fit.pixels`.
pub(super) fn drawn(
    picture: &RgbaImage,
    fit: Fit,
    style: PictureStyle,
    number: u32,
) -> Result<DrawnPicture, Unshowable> {
    let is_handed_on = style.is_handed_on;
    let encoded = |bytes, is_kept| {
        let picture = EncodedPicture { number, cells: fit.cells, bytes, is_kept, is_handed_on };
        DrawnPicture::Encoded(Arc::new(picture))
    };
    Ok(match style.protocol {
        GraphicsProtocol::Blocks => DrawnPicture::Blocks(blocks(picture, fit.cells, style.is_indexed)),
        GraphicsProtocol::Kitty => {
            let parts = kitty(&png(picture)?, fit.cells, number);
            let parts = parts.map(|part| if is_handed_on { tmux::handed_on(&part) } else { part });
            encoded(parts.collect::<Vec<_>>().concat(), true)
        }
        GraphicsProtocol::ITerm2 => encoded(iterm2(&png(picture)?, fit.cells), false),
        GraphicsProtocol::Sixel => encoded(sixel::encoded(picture), false),
    })
}

fn blocks(picture: &RgbaImage, cells: Size, is_indexed: bool) -> Arc<[BlockCell]> {
    let colour = |x: u32, y: u32| {
        let [red, green, blue, _] = picture.get_pixel_checked(x, y)?.0;
        let rgb = [red, green, blue];
        Some(if is_indexed { Color::Indexed(indexed(rgb)) } else { Color::Rgb(red, green, blue) })
    };
    let rows = (0..u32::from(cells.height)).map(|row| row.saturating_mul(2));
    let cell = |x: u32, y: u32| BlockCell { upper: colour(x, y), lower: colour(x, y.saturating_add(1)) };
    rows.flat_map(|y| (0..u32::from(cells.width)).map(move |x| (x, y))).map(|(x, y)| cell(x, y)).collect()
}

/// The nearest of 16…255: of the cube of six levels or of the 24 greys (xterm, `256colres.pl`).
fn indexed(colour: [u8; 3]) -> u8 {
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let nearest = |part: u8| {
        let levels = (0_u8..).zip(LEVELS).min_by_key(|(_, level)| level.abs_diff(part));
        levels.unwrap_or_default()
    };
    let cube = colour.map(nearest);
    let sum: u16 = colour.iter().map(|part| u16::from(*part)).sum();
    let step = (sum / 3).saturating_sub(3) / 10;
    let step = u8::try_from(step.min(23)).unwrap_or_default();
    let grey = 8 + 10 * step;
    let off = |shown: [u8; 3]| {
        let parts = shown.iter().zip(colour).map(|(shown, part)| u32::from(shown.abs_diff(part)).pow(2));
        parts.sum::<u32>()
    };
    if off([grey; 3]) < off(cube.map(|(_, level)| level)) {
        232 + step
    } else {
        let [red, green, blue] = cube.map(|(at, _)| at);
        16 + 36 * red + 6 * green + blue
    }
}

fn png(picture: &RgbaImage) -> Result<Vec<u8>, Unshowable> {
    let rgb = DynamicImage::from(picture.clone()).into_rgb8();
    let mut bytes = Vec::new();
    let encoder =
        PngEncoder::new_with_quality(Cursor::new(&mut bytes), CompressionType::Fast, FilterType::Adaptive);
    encoder.write_image(rgb.as_raw(), rgb.width(), rgb.height(), ExtendedColorType::Rgb8)?;
    Ok(bytes)
}

/// Sent once, in parts, and placed by placeholders ("Unicode placeholders"); `q=2`: the terminal answers nothing.
fn kitty(png: &[u8], cells: Size, number: u32) -> impl Iterator<Item = Vec<u8>> + use<> {
    let text = BASE64.encode(png).into_bytes();
    let count = text.len().div_ceil(PART);
    (0..count).map(move |at| {
        let start = at.saturating_mul(PART);
        let end = start.saturating_add(PART).min(text.len());
        let part = text.get(start..end).unwrap_or_default();
        let more = u8::from(end < text.len());
        let Size { width, height } = cells;
        let head = match at {
            0 => format!("\x1b_Gq=2,a=T,U=1,f=100,t=d,i={number},c={width},r={height},m={more};"),
            _ => format!("\x1b_Gq=2,m={more};"),
        };
        [head.as_bytes(), part, b"\x1b\\"].concat()
    })
}

/// An inline file (iTerm2, "Images"), which leaves the cursor where it is in terminals that know how.
fn iterm2(png: &[u8], cells: Size) -> Vec<u8> {
    let (Size { width, height }, size) = (cells, png.len());
    let head = format!(
        "\x1b]1337;File=inline=1;size={size};width={width};height={height};preserveAspectRatio=1;doNotMoveCursor=1:"
    );
    [head.as_bytes(), BASE64.encode(png).as_bytes(), b"\x07"].concat()
}
