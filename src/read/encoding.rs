//! Bytes -> UTF-8. Which encoding a file has is found out, never assumed, and always said.
//!
//! `encoding_rs` decodes windows-1252 without ever failing (the WHATWG table maps all 256 bytes), so the five
//! bytes that windows-1252 leaves undefined come out as U+0081 and the like: rows that hold one are refused later.

use super::offsets::{Offsets, Units};
use crate::diag::{Diagnostic, Place};
use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

/// A text file as UTF-8 with what is needed to get back to the original bytes.
#[derive(Debug)]
pub struct Decoded {
    pub text: String,
    pub encoding: &'static str,
    /// U+FFFD stands for bytes that were not text in the encoding: rows that hold one are refused.
    pub mixed: bool,
    offsets: Offsets,
}

impl Decoded {
    fn new(
        text: String,
        encoding: &'static str,
        mixed: bool,
        units: Units,
        mark: usize,
        file: usize,
    ) -> Decoded {
        let offsets = Offsets::new(text.as_bytes(), units, mark, file);
        Decoded { text, encoding, mixed, offsets }
    }

    /// Offset in the file of a position in the text; the end of the text is the end of the file.
    pub fn original_offset(&self, position: usize) -> u64 {
        self.offsets.of(self.text.as_bytes(), position) as u64
    }
}

/// Decodes, or says why not.
pub fn decode(label: &str, bytes: Vec<u8>) -> (Option<Decoded>, Vec<Diagnostic>) {
    let mut notes = Vec::new();
    let place = || Place::file(label);
    let file = bytes.len();
    if bytes.is_empty() || bytes == [0xEF, 0xBB, 0xBF] {
        notes.push(Diagnostic::new("EMPTY_FILE", place(), "the file is empty"));
        return (None, notes);
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        let encoding = if bytes[0] == 0xFF { UTF_16LE } else { UTF_16BE };
        let (text, lost) = encoding.decode_without_bom_handling(&bytes[2..]);
        notes.push(Diagnostic::new("ENCODING", place(), format!("read as {}", encoding.name())));
        let text = text.into_owned();
        return (Some(Decoded::new(text, encoding.name(), lost, Units::Utf16, 2, file)), notes);
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
    let decoded = match String::from_utf8(body) {
        Ok(text) => {
            suspect(&text, label, &mut notes);
            Decoded::new(text, "UTF-8", false, Units::Same, mark, file)
        }
        Err(e) => {
            let body = e.into_bytes();
            if mark > 0 || is_mostly_utf8(&body) {
                let text = String::from_utf8_lossy(&body).into_owned();
                Decoded::new(text, "UTF-8", true, Units::Lossy(body), mark, file)
            } else {
                let (text, _) = WINDOWS_1252.decode_without_bom_handling(&body);
                let text = text.into_owned();
                notes.push(Diagnostic::new("ENCODING", place(), "read as windows-1252"));
                Decoded::new(text, "windows-1252", false, Units::SingleByte, mark, file)
            }
        }
    };
    (Some(decoded), notes)
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
    forbidden || (good > 0 && good >= bad)
}

fn suspect(text: &str, label: &str, notes: &mut Vec<Diagnostic>) {
    if text.is_ascii() {
        return;
    }
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
        (d.map(|d| d.text), notes.iter().map(|n| n.code.name).collect())
    }

    #[test]
    fn the_not_sign_of_nhs_choices_survives_and_offsets_point_at_the_original_byte() {
        let (d, notes) = decode("GP.csv", b"a\xACb\xACc\n".to_vec());
        let d = d.unwrap();
        assert_eq!(d.text, "a¬b¬c\n");
        assert_eq!(notes[0].code.name, "ENCODING");
        let c = d.text.find('c').unwrap();
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

    #[test]
    fn offsets_lead_back_to_the_file_in_every_encoding() {
        let lines = |n: usize| (0..n).map(|i| format!("row {i},é €,x\n")).collect::<String>();
        let text = lines(20_000);
        let utf16: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let (single, _, _) = WINDOWS_1252.encode(&text);
        let mut mixed = text.clone().into_bytes();
        for at in [30, 70_000, 200_001] {
            let at = mixed.iter().skip(at).position(|b| *b == b'x').unwrap() + at;
            mixed[at] = 0xFF;
        }
        for (bytes, needle) in [
            (utf16, "r\0o\0w\0 \x001\x009\x009\x009\x008\0".as_bytes()),
            (single.into_owned(), b"row 19998".as_slice()),
            (mixed, b"row 19998".as_slice()),
        ] {
            let d = decode("f.csv", bytes.clone()).0.unwrap();
            let at = d.text.find("row 19998").unwrap();
            let there = memchr::memmem::find(&bytes, needle).unwrap();
            assert_eq!(d.original_offset(at), there as u64, "{}", d.encoding);
            assert_eq!(d.original_offset(d.text.len()), bytes.len() as u64);
        }
    }
}
