//! The 256 colours that terminals share: which of them stands for a colour, and text that can still be read there.
//!
//! Only 16…255 are used: the first sixteen are whatever a person has made of them. Near is what looks near: the distance is
//! that of `OKLab` (Björn Ottosson, "A perceptual color space for image processing", 2020).

use ratatui::style::{Color, Style};

/// Red, green and blue.
pub(super) type Rgb = [u8; 3];

/// The levels of the cube in 16…231 (xterm, `256colres.pl`).
const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
const FIRST: u8 = 16;
const FIRST_GREY: u8 = 232;

/// Text has at least this contrast to its ground (WCAG 2.1, 1.4.3).
pub(super) const MIN_CONTRAST: f64 = 4.5;
/// Steps in which text goes to white, or to black, until it has.
const STEPS: u8 = 20;

/// What a terminal shows for a number; `None`: nobody knows, since people choose the first sixteen.
pub(super) fn rgb(index: u8) -> Option<Rgb> {
    if let Some(grey) = index.checked_sub(FIRST_GREY) {
        return Some([8 + 10 * grey; 3]);
    }
    let place = usize::from(index.checked_sub(FIRST)?);
    let level = |place: usize| LEVELS.get(place % LEVELS.len()).copied();
    Some([level(place / 36)?, level(place / 6)?, level(place)?])
}

/// A colour and its text as the 256 have them: each the nearest one, and the text moved along its hue until it can be read.
/// `base`: the ground where the style has none.
pub(super) fn quantized(style: Style, base: Option<Color>) -> Style {
    let ground = style.bg.map(nearest_to);
    let behind = ground.or_else(|| base.map(nearest_to));
    let text = style.fg.map(|text| match (text, behind) {
        (Color::Rgb(red, green, blue), Some(Color::Indexed(behind))) => readable([red, green, blue], behind),
        (text, _) => nearest_to(text),
    });
    Style { fg: text, bg: ground, ..style }
}

/// A colour that has a number of its own already is left as it is.
fn nearest_to(colour: Color) -> Color {
    match colour {
        Color::Rgb(red, green, blue) => Color::Indexed(nearest(oklab([red, green, blue]))),
        other => other,
    }
}

fn readable(text: Rgb, ground: u8) -> Color {
    let Some(behind) = rgb(ground) else { return nearest_to(Color::Rgb(text[0], text[1], text[2])) };
    let [lightness, green_red, blue_yellow] = oklab(text);
    let end = if luminance(behind) < 0.18 { 1.0 } else { 0.0 };
    let moved = (0..=STEPS).map(|step| {
        let part = f64::from(step) / f64::from(STEPS);
        nearest([lightness + (end - lightness) * part, green_red * (1.0 - part), blue_yellow * (1.0 - part)])
    });
    let stands_out = |index: &u8| rgb(*index).is_some_and(|text| contrast(text, behind) >= MIN_CONTRAST);
    let found = moved.clone().find(stands_out).or_else(|| moved.clone().next_back());
    Color::Indexed(found.unwrap_or(u8::MAX))
}

fn nearest(wanted: [f64; 3]) -> u8 {
    let distance = |index: u8| {
        let found = rgb(index).map_or([f64::INFINITY; 3], oklab);
        found.iter().zip(wanted).map(|(found, wanted)| (found - wanted).powi(2)).sum::<f64>()
    };
    let all = (FIRST..=u8::MAX).map(|index| (index, distance(index)));
    all.min_by(|(_, one), (_, other)| one.total_cmp(other)).map_or(u8::MAX, |(index, _)| index)
}

/// Lightness, green to red, blue to yellow.
fn oklab(colour: Rgb) -> [f64; 3] {
    const CONES: [[f64; 3]; 3] = [
        [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
        [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
        [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
    ];
    const LAB: [[f64; 3]; 3] = [
        [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
        [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
        [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
    ];
    multiplied(LAB, multiplied(CONES, colour.map(linear)).map(f64::cbrt))
}

fn multiplied(matrix: [[f64; 3]; 3], vector: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row.iter().zip(vector).map(|(one, other)| one * other).sum())
}

/// One part of a colour of sRGB as light (WCAG 2.1, "relative luminance").
fn linear(part: u8) -> f64 {
    let part = f64::from(part) / 255.0;
    if part <= 0.039_28 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
}

pub(super) fn luminance(colour: Rgb) -> f64 {
    multiplied([[0.2126, 0.7152, 0.0722], [0.0; 3], [0.0; 3]], colour.map(linear)).iter().sum()
}

/// From 1, for equal ones, to 21, for black and white.
pub(super) fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_256_are_those_of_xterm() {
        for (index, colour) in [
            (15, None),
            (16, Some([0, 0, 0])),
            (21, Some([0, 0, 255])),
            (60, Some([95, 95, 135])),
            (231, Some([255, 255, 255])),
            (232, Some([8, 8, 8])),
            (255, Some([238, 238, 238])),
        ] {
            assert_eq!(rgb(index), colour, "{index}");
        }
    }

    #[test]
    fn a_colour_of_the_256_is_its_own_nearest() {
        for index in FIRST..=u8::MAX {
            let colour = rgb(index).expect("a colour");
            assert_eq!(rgb(nearest(oklab(colour))), Some(colour), "{index}");
        }
    }

    #[test]
    fn text_moves_until_it_can_be_read_and_no_further() {
        let style = |text, ground| Style::new().fg(text).bg(ground);
        let grey = Color::Rgb(0x76, 0x76, 0x76);
        for ground in
            [Color::Rgb(0x1b, 0x1f, 0x28), Color::Rgb(0xfb, 0xfa, 0xf7), Color::Rgb(0x60, 0x60, 0x60)]
        {
            let quantized = quantized(style(grey, ground), None);
            let (Some(Color::Indexed(text)), Some(Color::Indexed(ground))) = (quantized.fg, quantized.bg)
            else {
                panic!("{quantized:?}");
            };
            let (text, ground) = (rgb(text).expect("text"), rgb(ground).expect("ground"));
            let ratio = contrast(text, ground);
            assert!(ratio >= MIN_CONTRAST, "{text:?} on {ground:?}: {ratio:.2}");
        }
        let clear = quantized(style(Color::Rgb(255, 255, 255), Color::Rgb(0, 0, 0)), None);
        assert_eq!(clear, style(Color::Indexed(231), Color::Indexed(16)));
    }
}
