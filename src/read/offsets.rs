//! Positions in decoded text -> bytes of the file, for the places of diagnostics and for the account of bytes.
//!
//! A file may have millions of faults, so the way back must not be walked from its start each time: one known pair
//! of positions is kept for each stretch of text.

use std::str::Utf8Chunk;

/// Bytes of text between two known pairs.
const STRETCH: usize = 64 << 10;

/// How bytes of the text relate to bytes of the file.
#[derive(Debug)]
pub(super) enum Units {
    Same,
    /// One byte a character.
    SingleByte,
    /// Two bytes a character, four for one outside the basic plane.
    Utf16,
    /// UTF-8 in which each run of bad bytes became one U+FFFD; the bytes after the mark are needed to tell how many.
    Lossy(Vec<u8>),
}

#[derive(Debug)]
pub(super) struct Offsets {
    units: Units,
    /// Bytes of a byte order mark, which precede the text in the file.
    mark: usize,
    /// Bytes of the file.
    file: usize,
    /// Position in the text and in the bytes after the mark.
    known: Vec<(usize, usize)>,
}

impl Offsets {
    pub(super) fn new(text: &[u8], units: Units, mark: usize, file: usize) -> Offsets {
        let mut known = vec![(0, 0)];
        match &units {
            Units::Same => {}
            Units::Lossy(bytes) => {
                let mut at = (0, 0);
                for chunk in bytes.utf8_chunks() {
                    for (i, _) in chunk.valid().char_indices() {
                        if at.0 + i >= known.last().map_or(0, |k| k.0) + STRETCH {
                            known.push((at.0 + i, at.1 + i));
                        }
                    }
                    at = after(at, &chunk);
                }
            }
            Units::SingleByte | Units::Utf16 => {
                let (mut at, mut bytes) = (0, 0);
                while at + STRETCH < text.len() {
                    let mut next = at + STRETCH;
                    while !starts_character(text[next]) {
                        next -= 1;
                    }
                    bytes += size(&units, &text[at..next]);
                    at = next;
                    known.push((at, bytes));
                }
            }
        }
        Offsets { units, mark, file, known }
    }

    pub(super) fn of(&self, text: &[u8], position: usize) -> usize {
        if position >= text.len() {
            return self.file;
        }
        let after = self.known.partition_point(|k| k.0 <= position);
        let (at, bytes) = self.known[after.saturating_sub(1)];
        let more = match &self.units {
            Units::Lossy(original) => lossy(&original[bytes..], position - at),
            units => size(units, &text[at..position]),
        };
        self.mark + bytes + more
    }
}

fn starts_character(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

/// Bytes that the text has in the file.
fn size(units: &Units, text: &[u8]) -> usize {
    let characters = || text.iter().filter(|b| starts_character(**b)).count();
    match units {
        Units::Same | Units::Lossy(_) => text.len(),
        Units::SingleByte => characters(),
        Units::Utf16 => 2 * (characters() + text.iter().filter(|b| **b >= 0xF0).count()),
    }
}

fn after((text, bytes): (usize, usize), chunk: &Utf8Chunk<'_>) -> (usize, usize) {
    let lost = chunk.invalid().len();
    let mark = if lost > 0 { '\u{FFFD}'.len_utf8() } else { 0 };
    (text + chunk.valid().len() + mark, bytes + chunk.valid().len() + lost)
}

/// Bytes of `original` that make the first `wanted` bytes of text.
fn lossy(original: &[u8], wanted: usize) -> usize {
    let mut at = (0, 0);
    // bad bytes are never more than the mark that stands for them
    let enough = &original[..original.len().min(wanted + 4)];
    for chunk in enough.utf8_chunks() {
        if at.0 + chunk.valid().len() >= wanted {
            return at.1 + (wanted - at.0);
        }
        at = after(at, &chunk);
        if at.0 >= wanted {
            break;
        }
    }
    at.1
}
