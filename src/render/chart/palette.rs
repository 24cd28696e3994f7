//! Colours: the Analysis Function palette for marks, the NHS.UK palette for everything else. Never the only cue.
//!
//! Contrast to white as measured (publishing.md 9.1): navy 10.3, blue 4.95, plum 9.8, orange 3.0; light 2.4, so that it is outlined.

use plotters::style::RGBColor;

pub type Colour = RGBColor;

pub const NAVY: Colour = RGBColor(0x12, 0x43, 0x6d);
pub const BLUE: Colour = RGBColor(0x20, 0x73, 0xbc);
pub const LIGHT: Colour = RGBColor(0x6b, 0xac, 0xe6);
pub const PLUM: Colour = RGBColor(0x80, 0x16, 0x50);
pub const ORANGE: Colour = RGBColor(0xf4, 0x6a, 0x25);

pub const BLACK: Colour = RGBColor(0x21, 0x2b, 0x32);
pub const GREY: Colour = RGBColor(0x4c, 0x62, 0x72);
pub const GRID: Colour = RGBColor(0xd8, 0xdd, 0xe0);
pub const PALE: Colour = RGBColor(0xf0, 0xf4, 0xf5);
pub const YELLOW: Colour = RGBColor(0xff, 0xb8, 0x1c);
pub const WHITE: Colour = RGBColor(0xff, 0xff, 0xff);

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast ratio of WCAG 2.2.
    fn contrast(a: Colour, b: Colour) -> f64 {
        let part = |x: u8| {
            let x = f64::from(x) / 255.0;
            if x <= 0.04045 { x / 12.92 } else { ((x + 0.055) / 1.055).powf(2.4) }
        };
        let light = |c: Colour| 0.2126 * part(c.0) + 0.7152 * part(c.1) + 0.0722 * part(c.2);
        let (a, b) = (light(a), light(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn marks_are_seen_and_words_are_read_on_every_ground_they_stand_on() {
        for mark in [NAVY, BLUE, PLUM, ORANGE, BLACK, GREY] {
            assert!(contrast(mark, WHITE) >= 3.0, "{mark:?}");
        }
        // LIGHT and GRID are only filled inside an outline of GREY
        assert!(contrast(GREY, WHITE) >= 3.0 && contrast(LIGHT, WHITE) < 3.0);
        for (ink, ground) in [
            (BLACK, WHITE),
            (BLACK, PALE),
            (BLACK, GRID),
            (BLACK, LIGHT),
            (BLACK, YELLOW),
            (GREY, WHITE),
            (GREY, PALE),
            (BLUE, WHITE),
            (NAVY, WHITE),
            (PLUM, WHITE),
            (PLUM, PALE),
            (WHITE, BLUE),
            (WHITE, NAVY),
            (WHITE, PLUM),
        ] {
            assert!(contrast(ink, ground) >= 4.5, "{ink:?} on {ground:?}: {}", contrast(ink, ground));
        }
    }
}
