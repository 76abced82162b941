//! How large a picture is drawn. Knows no terminal and no file.

use ratatui::layout::Size;

/// Width and height in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::tui) struct PixelSize {
    pub width: u32,
    pub height: u32,
}

impl PixelSize {
    pub(in crate::tui) const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    pub(super) fn area(self) -> u64 {
        u64::from(self.width).saturating_mul(u64::from(self.height))
    }

    /// The same, turned by a quarter.
    pub(super) const fn turned(self) -> Self {
        Self { width: self.height, height: self.width }
    }
}

/// What a picture takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) struct Fit {
    /// Cells of the box around it.
    pub cells: Size,
    /// Pixels that are drawn.
    pub pixels: PixelSize,
}

/// The largest size of the same shape that fits, and never more pixels than the picture has. `cell`: the pixels of one.
pub(super) fn fit(picture: PixelSize, room: Size, cell: PixelSize) -> Fit {
    let (width, height) = (u64::from(picture.width.max(1)), u64::from(picture.height.max(1)));
    let across = u64::from(room.width).saturating_mul(u64::from(cell.width)).max(1);
    let down = u64::from(room.height).saturating_mul(u64::from(cell.height)).max(1);
    let (width, height) = if width.saturating_mul(down) > height.saturating_mul(across) {
        let narrowed = width.min(across);
        (narrowed, (height.saturating_mul(narrowed) / width).max(1))
    } else {
        let lowered = height.min(down);
        ((width.saturating_mul(lowered) / height).max(1), lowered)
    };
    let pixels = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    let cells =
        |count: u64, cell: u32| u16::try_from(count.div_ceil(u64::from(cell.max(1)))).unwrap_or(u16::MAX);
    Fit {
        cells: Size::new(cells(width, cell.width), cells(height, cell.height)),
        pixels: PixelSize::new(pixels(width), pixels(height)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_shape_and_is_never_made_larger() {
        let (room, cell) = (Size::new(40, 12), PixelSize::new(10, 20));
        for (picture, cells, pixels) in [
            ((1280, 720), (40, 12), (400, 225)),
            ((720, 1280), (14, 12), (135, 240)),
            ((16, 16), (2, 1), (16, 16)),
            ((65_535, 1), (40, 1), (400, 1)),
            ((1, 65_535), (1, 12), (1, 240)),
            ((u32::MAX, u32::MAX), (24, 12), (240, 240)),
            ((0, 0), (1, 1), (1, 1)),
        ] {
            let fit = fit(PixelSize::new(picture.0, picture.1), room, cell);
            assert_eq!((fit.cells.width, fit.cells.height), cells, "{picture:?}");
            assert_eq!((fit.pixels.width, fit.pixels.height), pixels, "{picture:?}");
        }
    }
}
