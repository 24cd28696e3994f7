//! Words of a chart: the embedded font, how wide a text is, and how it is cut or wrapped to a room. Whatever places text asks
//! here, so that no two texts meet.

use super::canvas::FINE;
use super::palette::Colour;
use plotters::prelude::{Color, FontDesc, FontFamily, FontStyle, FontTransform};
use plotters::style::{FontError, register_font};
use plotters_backend::{BackendColor, BackendCoord, BackendTextStyle, text_anchor::Pos};
use std::sync::OnceLock;

/// plotters divides the size of a font by this before it writes it.
const PLOTTERS_EM: f64 = 1.24;
/// plotters measures text about a tenth too narrow with this font.
const MEASURED_SHORT: f64 = 1.1;

/// Smallest text: 12 points.
pub const TEXT: f64 = 16.0;

/// Gives plotters the embedded faces, once. Whatever measures or writes text asks for it first: text that is measured
/// before that has no width, and a chart would depend on which thread drew another one before it.
pub fn register() -> Result<(), String> {
    static DONE: OnceLock<bool> = OnceLock::new();
    let done = DONE.get_or_init(|| {
        let fonts = [(FontStyle::Normal, ttf_noto_sans::REGULAR), (FontStyle::Bold, ttf_noto_sans::BOLD)];
        fonts.into_iter().all(|(style, bytes)| register_font("sans-serif", style, bytes).is_ok())
    });
    if *done { Ok(()) } else { Err("the embedded font cannot be read".to_owned()) }
}

fn font(size: f64, bold: bool) -> FontDesc<'static> {
    FontDesc::new(FontFamily::SansSerif, size * FINE * PLOTTERS_EM, style(bold))
}

fn style(bold: bool) -> FontStyle {
    if bold { FontStyle::Bold } else { FontStyle::Normal }
}

/// How a text is written; the SVG names the font and needs none of its outlines.
pub struct Face {
    pub size: f64,
    pub bold: bool,
    pub colour: Colour,
    pub anchor: Pos,
}

impl BackendTextStyle for Face {
    type FontError = FontError;

    fn color(&self) -> BackendColor {
        self.colour.to_backend_color()
    }

    fn size(&self) -> f64 {
        self.size * FINE * PLOTTERS_EM
    }

    fn transform(&self) -> FontTransform {
        FontTransform::None
    }

    fn style(&self) -> FontStyle {
        style(self.bold)
    }

    fn anchor(&self) -> Pos {
        self.anchor
    }

    fn family(&self) -> FontFamily<'_> {
        FontFamily::SansSerif
    }

    fn layout_box(&self, text: &str) -> Result<((i32, i32), (i32, i32)), FontError> {
        font(self.size, self.bold).layout_box(text)
    }

    fn draw<E, F: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        text: &str,
        pos: BackendCoord,
        mut draw: F,
    ) -> Result<Result<(), E>, FontError> {
        let rgb = self.colour.to_backend_color().rgb;
        let pixel = |x, y, alpha| draw(x, y, BackendColor { alpha: f64::from(alpha), rgb });
        font(self.size, self.bold).draw(text, pos, pixel)
    }
}

/// Width of a text in units: the sum of its characters' advances, without kerning, so never too narrow; nothing only where
/// the embedded font cannot be read, and then drawing fails.
pub fn width(text: &str, size: f64, bold: bool) -> f64 {
    let advances = advances(bold);
    let of = |c: char| match advances.get(c as usize) {
        Some(advance) => advance * size,
        None => measured(&c.to_string(), size, bold),
    };
    text.chars().map(of).sum()
}

/// Advances of the characters of Latin-1 at size 1, measured once: a chart asks for some thousand widths.
fn advances(bold: bool) -> &'static [f64] {
    const TIMES: usize = 16;
    static FACES: [OnceLock<Vec<f64>>; 2] = [OnceLock::new(), OnceLock::new()];
    FACES[usize::from(bold)].get_or_init(|| {
        let advance = |c: u8| measured(&char::from(c).to_string().repeat(TIMES), 100.0, bold);
        (0..=u8::MAX).map(|c| advance(c) / (100.0 * TIMES as f64)).collect()
    })
}

/// As plotters measures it.
fn measured(text: &str, size: f64, bold: bool) -> f64 {
    if register().is_err() {
        return 0.0;
    }
    font(size, bold).box_size(text).map_or(0.0, |(w, _)| f64::from(w)) * MEASURED_SHORT / FINE
}

/// The text cut to a width, with an ellipsis.
pub fn fit(text: &str, size: f64, room: f64) -> String {
    if width(text, size, false) <= room {
        return text.to_owned();
    }
    let mut cut: Vec<char> = text.chars().collect();
    while cut.pop().is_some() {
        let short = format!("{}…", cut.iter().collect::<String>().trim_end());
        if width(&short, size, false) <= room {
            return short;
        }
    }
    String::new()
}

/// Words that a letter stands for on every map.
const SHORT: [(&str, &str); 10] = [
    ("and", "&"),
    ("North", "N"),
    ("Northern", "N"),
    ("East", "E"),
    ("Eastern", "E"),
    ("South", "S"),
    ("Southern", "S"),
    ("West", "W"),
    ("Western", "W"),
    ("Saint", "St"),
];

/// A name shortened word by word until it fits, first by known letters, then the longest word first: areas of one county
/// differ at the end of their names, so that no end may be lost. Cut only where even short words are too wide.
pub fn fit_name(name: &str, size: f64, room: f64) -> String {
    /// Letters that a shortened word keeps at least.
    const LEAST: usize = 3;
    if width(name, size, false) <= room {
        return name.to_owned();
    }
    let letter = |word: &str| {
        let bare = word.trim_end_matches(',');
        let known = SHORT.iter().find(|(long, _)| *long == bare);
        known.map_or_else(|| word.to_owned(), |(_, short)| word.replacen(bare, short, 1))
    };
    let mut parts: Vec<String> = name.split(' ').map(letter).collect();
    let letters = |part: &String| part.trim_end_matches(['.', ',', ')']).chars().count();
    // widths add up, character by character
    let mut wide = width(&parts.join(" "), size, false);
    while wide > room {
        // the last of the longest
        let longest = parts.iter_mut().max_by_key(|part| letters(part));
        let Some(part) = longest.filter(|part| letters(part) > LEAST) else {
            return fit(&parts.join(" "), size, room);
        };
        let kept: String = part.chars().take(letters(part) - 1).collect();
        let ends: String = part.chars().skip(letters(part)).filter(|c| matches!(c, ',' | ')')).collect();
        let short = format!("{}.{ends}", kept.trim_end_matches(['-', '\'']));
        wide += width(&short, size, false) - width(part, size, false);
        *part = short;
    }
    parts.join(" ")
}

/// Lines that fit into a room; a word alone may be wider.
pub fn wrap(text: &str, size: f64, bold: bool, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), size, bold) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_as_wide_as_its_characters_within_the_kerning() {
        for text in ["AVATAR Typography £3.21", "Kingsmoor and Rural Wykeham", "100% of 7,000…", ""] {
            for bold in [false, true] {
                let (sum, whole) = (width(text, TEXT, bold), measured(text, TEXT, bold));
                assert!(sum >= whole - 0.5 && sum <= whole * 1.06 + 0.5, "{text}: {sum} {whole}");
            }
        }
    }

    #[test]
    fn names_that_differ_at_either_end_still_differ_when_they_are_shortened() {
        register().unwrap();
        let names = [
            "Cambridgeshire and Peterborough North",
            "Cambridgeshire and Peterborough South",
            "Bedfordshire and Peterborough South",
            "Windsor, Ascot and Maidenhead (East)",
        ];
        let short = names.map(|n| fit_name(n, TEXT, 180.0));
        assert!(short.iter().all(|n| !n.contains('…') && width(n, TEXT, false) <= 180.0), "{short:?}");
        assert!(short[0] != short[1] && short[1] != short[2], "{short:?}");
        assert!(short[0].starts_with("Camb") && short[0].ends_with(" N"), "{short:?}");
        assert_eq!(fit_name("Northern, Eastern and Western Devon", TEXT, 200.0), "N, E & W Devon");
        assert_eq!(fit_name("Barnet", TEXT, 180.0), "Barnet");
        assert!(fit_name("A B C D E F G H I J K L M", TEXT, 60.0).ends_with('…'));
    }
}
