//! Bytes -> UTF-8. Which encoding a file has is found out, never assumed, and always said.
//!
//! `encoding_rs` decodes windows-1252 without ever failing (the WHATWG table maps all 256 bytes), so the five
//! bytes that windows-1252 leaves undefined come out as U+0081 and the like: rows that hold one are refused later.

use crate::diag::{Diagnostic, Place};
use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

/// A text file as UTF-8 with what is needed to get back to the original bytes.
#[derive(Debug)]
pub struct Decoded {
    pub text: Vec<u8>,
    /// Bytes of a byte order mark, which precede the text in the file.
    pub mark: usize,
    pub encoding: &'static str,
    /// U+FFFD stands for bytes that were not UTF-8: rows that hold one are refused.
    pub mixed: bool,
    /// What the byte 0xAC alone means in this file: the not sign that NHS Choices uses as delimiter.
    single_byte: bool,
}

impl Decoded {
    /// Offset in the file of a position in the text.
    pub fn original_offset(&self, position: usize) -> u64 {
        let before = &self.text[..position.min(self.text.len())];
        let units = if self.single_byte {
            // one byte a character: count the bytes that start a character
            before.iter().filter(|b| (**b as i8) >= -0x40).count()
        } else {
            before.len()
        };
        (units + self.mark) as u64
    }
}

/// Decodes, or says why not.
pub fn decode(label: &str, bytes: Vec<u8>) -> (Option<Decoded>, Vec<Diagnostic>) {
    let mut notes = Vec::new();
    let place = || Place::file(label);
    if bytes.is_empty() || bytes == [0xEF, 0xBB, 0xBF] {
        notes.push(Diagnostic::new("EMPTY_FILE", place(), "the file is empty"));
        return (None, notes);
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        let encoding = if bytes[0] == 0xFF { UTF_16LE } else { UTF_16BE };
        let (text, lost) = encoding.decode_without_bom_handling(&bytes[2..]);
        notes.push(Diagnostic::new("ENCODING", place(), format!("read as {}", encoding.name())));
        let text = text.into_owned().into_bytes();
        return (
            Some(Decoded { text, mark: 2, encoding: encoding.name(), mixed: lost, single_byte: false }),
            notes,
        );
    }
    if looks_like_utf16(&bytes) {
        notes.push(Diagnostic::new(
            "ENC_UNDECLARED_UTF16",
            place(),
            "the text is UTF-16 and does not say so",
        ));
        return (None, notes);
    }
    let (mark, body) = if bytes.starts_with(&[0xEF, 0xBB, 0xBF]) {
        notes.push(Diagnostic::new("BOM_REMOVED", place(), "a byte order mark was removed"));
        (3, bytes[3..].to_vec())
    } else {
        (0, bytes)
    };
    match String::from_utf8(body) {
        Ok(text) => {
            let text = text.into_bytes();
            suspect(&text, label, &mut notes);
            (Some(Decoded { text, mark, encoding: "UTF-8", mixed: false, single_byte: false }), notes)
        }
        Err(e) => {
            let body = e.into_bytes();
            if mark > 0 || is_mostly_utf8(&body) {
                let text = String::from_utf8_lossy(&body).into_owned().into_bytes();
                (Some(Decoded { text, mark, encoding: "UTF-8", mixed: true, single_byte: false }), notes)
            } else {
                let (text, _) = WINDOWS_1252.decode_without_bom_handling(&body);
                let text = text.into_owned().into_bytes();
                notes.push(Diagnostic::new("ENCODING", place(), "read as windows-1252"));
                (
                    Some(Decoded { text, mark, encoding: "windows-1252", mixed: false, single_byte: true }),
                    notes,
                )
            }
        }
    }
}

/// NUL in nearly every second byte of the first kilobyte.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1024)];
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let half = head.len() / 2;
    half > 0 && (zeros(0) * 10 > half * 9 || zeros(1) * 10 > half * 9)
}

/// True when the file means to be UTF-8: it holds whole multi-byte sequences, or sequences that have the form of
/// UTF-8 but are forbidden (overlong forms, surrogates), which no windows-1252 text has by chance.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let mut good = 0_usize;
    let mut bad = 0_usize;
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| c.len_utf8() > 1).count();
        let invalid = chunk.invalid();
        if !invalid.is_empty() {
            bad += 1;
        }
    }
    let forbidden = bytes.windows(2).any(|w| {
        matches!(
            (w[0], w[1]),
            (0xC0 | 0xC1, 0x80..=0xBF) | (0xED, 0xA0..=0xBF) | (0xE0, 0x80..=0x9F) | (0xF0, 0x80..=0x8F)
        )
    });
    forbidden || good > bad
}

fn suspect(text: &[u8], label: &str, notes: &mut Vec<Diagnostic>) {
    if text.is_ascii() {
        return;
    }
    let text = String::from_utf8_lossy(text);
    if text.contains('\u{FFFD}') {
        notes.push(Diagnostic::new(
            "REPLACEMENT_CHAR",
            Place::file(label),
            "characters were lost before the file came here",
        ));
    }
    // UTF-8 read as windows-1252 and written as UTF-8 again leaves "Ã" or "Â" before a C1 or Latin-1 sign
    let twice = text.chars().zip(text.chars().skip(1)).any(|(a, b)| {
        matches!(a, 'Ã' | 'Â') && matches!(b, '\u{80}'..='\u{BF}' | '‰' | '€' | '™' | 'œ' | 'š' | 'ž' | 'Š')
    });
    if twice {
        notes.push(Diagnostic::new(
            "ENC_MOJIBAKE_SUSPECT",
            Place::file(label),
            "text that looks decoded twice",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(bytes: &[u8]) -> (Option<String>, Vec<&'static str>) {
        let (d, notes) = decode("f.csv", bytes.to_vec());
        (d.map(|d| String::from_utf8(d.text).unwrap()), notes.iter().map(|n| n.code.name).collect())
    }

    #[test]
    fn the_not_sign_of_nhs_choices_survives_and_offsets_point_at_the_original_byte() {
        let (d, notes) = decode("GP.csv", b"a\xACb\xACc\n".to_vec());
        let d = d.unwrap();
        assert_eq!(d.text, "a¬b¬c\n".as_bytes());
        assert_eq!(notes[0].code.name, "ENCODING");
        let c = d.text.iter().position(|b| *b == b'c').unwrap();
        assert_eq!((c, d.original_offset(c)), (6, 4));
    }

    #[test]
    fn what_cannot_be_decoded_is_refused_or_marked() {
        assert_eq!(names(b"").1, ["EMPTY_FILE"]);
        assert_eq!(names(b"\xEF\xBB\xBF").1, ["EMPTY_FILE"]);
        assert_eq!(names(b"\0a\0,\0b\0\n").1, ["ENC_UNDECLARED_UTF16"]);
        assert_eq!(names("\u{FEFF}a".as_bytes()), (Some("a".into()), vec!["BOM_REMOVED"]));
        let (d, _) = decode("x", b"caf\xC3\xA9 \xC0\xAF".to_vec());
        assert!(d.unwrap().mixed);
    }
}
