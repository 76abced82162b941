//! Sixels: six rows of pixels at a time, colour by colour (DEC STD 070, "VT330/VT340 Programmer Reference", chapter 14).
//!
//! ```text
//! ESC P 0;1;0 q "1;1;WIDTH;HEIGHT  #N;2;R;G;B …  bands  ESC \
//! band    for each colour in it: #N, one character a column, $ (back to its start); - (next band)
//! column  '?' + a bit for each of six pixels, the topmost least;  !N C: N times C
//! ```

use color_quant::NeuQuant;
use image::RgbaImage;

/// Colours of one picture: registers that terminals have, 0 left alone.
const COLOURS: usize = 255;
/// Of every so many pixels one is looked at for the palette: `NeuQuant`'s own measure between 1 and 30.
const SAMPLE: i32 = 6;
/// Rows of a band.
const BAND: usize = 6;

/// The picture as a control string.
pub(super) fn encoded(picture: &RgbaImage) -> Vec<u8> {
    let palette = NeuQuant::new(SAMPLE, COLOURS, picture.as_raw());
    let mut out = format!("\x1bP0;1;0q\"1;1;{};{}", picture.width(), picture.height()).into_bytes();
    let percent = |part: u8| (u32::from(part) * 100 + 127) / 255;
    for (at, colour) in palette.color_map_rgb().chunks_exact(3).enumerate() {
        let [red, green, blue] = [0, 1, 2].map(|part| percent(colour.get(part).copied().unwrap_or_default()));
        out.extend(format!("#{};2;{red};{green};{blue}", at.saturating_add(1)).bytes());
    }
    let pixels: Vec<usize> = picture.pixels().map(|pixel| palette.index_of(&pixel.0)).collect();
    let width = usize::try_from(picture.width()).unwrap_or_default().max(1);
    for band in pixels.chunks(width.saturating_mul(BAND)) {
        push_band(&mut Pen { out: &mut out }, band, width);
    }
    out.extend(b"\x1b\\");
    out
}

fn push_band(pen: &mut Pen<'_>, band: &[usize], width: usize) {
    let mut columns = vec![Vec::new(); COLOURS.saturating_add(1)];
    for (row, pixels) in band.chunks(width).enumerate() {
        for (x, colour) in pixels.iter().enumerate() {
            let Some(column) = columns.get_mut(*colour) else { continue };
            if column.is_empty() {
                column.resize(width, 0_u8);
            }
            if let Some(bits) = column.get_mut(x) {
                *bits |= 1 << row;
            }
        }
    }
    for (colour, bits) in columns.iter().enumerate().filter(|(_, bits)| !bits.is_empty()) {
        pen.colour(colour.saturating_add(1));
        for run in bits.chunk_by(|one, other| one == other) {
            pen.run(run.first().copied().unwrap_or_default(), run.len());
        }
        pen.out.push(b'$');
    }
    pen.out.push(b'-');
}

/// Writes the parts of a band.
struct Pen<'a> {
    out: &'a mut Vec<u8>,
}

impl Pen<'_> {
    fn colour(&mut self, register: usize) {
        self.out.extend(format!("#{register}").bytes());
    }

    fn run(&mut self, bits: u8, length: usize) {
        let column = b'?'.saturating_add(bits);
        if length > 3 {
            self.out.extend(format!("!{length}").bytes());
            self.out.push(column);
        } else {
            self.out.extend(std::iter::repeat_n(column, length));
        }
    }
}
