//! Words of a chart: the embedded font, how wide a text is, and how it is cut or wrapped to a room. Whatever places text asks
//! here, so that no two texts meet.

use super::canvas::FINE;
use super::palette::Colour;
use plotters::prelude::{Color, FontDesc, FontFamily, FontStyle, FontTransform};
use plotters::style::{FontError, register_font};
use plotters_backend::{BackendColor, BackendCoord, BackendTextStyle, text_anchor::Pos};
use std::borrow::Cow;
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

/// A name of an area shortened to fit, by rules that keep its words readable: known letters for points of the compass and
/// `and`; then whole words less at its end, with an ellipsis; only a first word that is too wide alone is cut inside. A short
/// last word, a number or a word in brackets stays behind the ellipsis: areas of one county differ by it.
pub fn fit_name(name: &str, size: f64, room: f64) -> Cow<'_, str> {
    let fits = |text: &str| width(text, size, false) <= room;
    if fits(name) {
        return Cow::Borrowed(name);
    }
    let letter = |word: &str| {
        let bare = word.trim_end_matches(',');
        let known = SHORT.iter().find(|(long, _)| *long == bare);
        known.map_or_else(|| word.to_owned(), |(_, short)| word.replacen(bare, short, 1))
    };
    let parts: Vec<String> = name.split(' ').map(letter).collect();
    let short = parts.join(" ");
    if fits(&short) {
        return Cow::Owned(short);
    }
    let (words, end) = match parts.split_last() {
        Some((last, words)) if !words.is_empty() && tells(last) => (words, format!(" {last}")),
        _ => (&parts[..], String::new()),
    };
    let less = |n: usize| format!("{}…{end}", words[..n].join(" ").trim_end_matches([' ', ',', '&']));
    let shorter = (1..=words.len()).rev().map(less).find(|text| fits(text));
    Cow::Owned(shorter.unwrap_or_else(|| fit(&words[0], size, room - width(&end, size, false)) + &end))
}

/// Whether a last word is what tells an area from its neighbours: a number, a letter, a word in brackets.
fn tells(last: &str) -> bool {
    last.chars().count() <= 3 || last.chars().all(|c| c.is_ascii_digit()) || last.starts_with('(')
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
    fn a_shortened_name_keeps_whole_words_and_what_tells_it_from_its_neighbours() {
        register().unwrap();
        let short = |name: &str, room: f64| {
            let text = fit_name(name, TEXT, room).into_owned();
            assert!(width(&text, TEXT, false) <= room, "{text}");
            text
        };
        for (name, expected) in [
            ("Northern, Eastern and Western Devon", "N, E & W Devon"),
            ("Cambridgeshire and Peterborough North", "Cambridgeshire… N"),
            ("Cambridgeshire and Peterborough South", "Cambridgeshire… S"),
            ("Windsor, Ascot and Maidenhead (East)", "Windsor, Ascot… (East)"),
            ("Synthetic Wealden, Downs and Towers 130", "Synthetic Wealden… 130"),
            ("Barnet", "Barnet"),
        ] {
            assert_eq!(short(name, 200.0), expected);
        }
        let durham = "Durham Dales, Easington and Sedgefield";
        assert_eq!(
            [200.0, 230.0].map(|room| short(durham, room)),
            ["Durham Dales…", "Durham Dales, Easington…"]
        );
        assert_eq!(short("Llanfairpwllgwyngyll and Town", 100.0).chars().last(), Some('…'), "one word alone");
    }
}
