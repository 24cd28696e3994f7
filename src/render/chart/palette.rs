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
