//! The directory of a zip file, read by ourselves and believed only where the bytes agree with it.
//!
//! The `zip` crate keeps the last of two entries with one name and collapses records that share a local entry
//! (measured with 9.8.1), so counts, names and ranges are compared here, before anything is inflated. Layout:
//! PKWARE APPNOTE 6.3.10, sections 4.3 and 4.4.

mod written;

use written::{Broken, Directory, Line, follow, u16_at, u32_at};

use crate::diag::{Diagnostic, Place};
use crate::read::Limits;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

/// One file inside the archive; folders are not listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// A label only: nothing is ever written under this name.
    pub name: String,
    /// 0 (stored) or 8 (deflate).
    pub method: u16,
    pub crc: u32,
    /// Declared size of the content; compared with the counted one by `inflate`.
    pub size: usize,
    /// Where the entry's own header starts in the file.
    pub header: usize,
    /// Where its stored bytes lie in the file.
    pub data: Range<usize>,
}

/// Names of the entries, unchecked: only to tell what kind of package it is.
pub fn names(bytes: &[u8]) -> Option<Vec<Cow<'_, str>>> {
    let directory = follow(bytes, usize::MAX).ok()?;
    Some(directory.lines.iter().map(|l| name(l.raw_name)).collect())
}

/// The files of the archive, checked against each other and against their own headers.
///
/// # Errors
/// The faults, when one of them refuses the archive. Otherwise they are warnings beside the records.
pub fn read(
    label: &str,
    bytes: &[u8],
    limits: &Limits,
) -> Result<(Vec<Record>, Vec<Diagnostic>), Vec<Diagnostic>> {
    let place = || Place::file(label);
    let directory = match follow(bytes, limits.entries) {
        Ok(directory) => directory,
        Err(Broken::TooMany(n)) => {
            let message = format!("the archive declares {n} entries, the limit is {}", limits.entries);
            return Err(vec![Diagnostic::new("LIMIT_ENTRIES", place(), message)]);
        }
        Err(Broken::At(offset, what)) => {
            return Err(vec![Diagnostic::new("ZIP_TRUNCATED", place(), format!("{what} at byte {offset}"))]);
        }
    };
    let mut faults = Faults { label, found: Vec::new() };
    let mut records = Vec::with_capacity(directory.lines.len());
    let mut seen: BTreeMap<String, ()> = BTreeMap::new();
    let mut declared = 0u64;
    let mut taken: Vec<(Range<usize>, Cow<'_, str>)> = Vec::with_capacity(directory.lines.len());
    for line in &directory.lines {
        let name = name(line.raw_name);
        let at = directory.prefix as u64 + line.offset;
        if let Some(why) = unsafe_name(&name) {
            faults.add("ZIP_UNSAFE_PATH", &name, at, why);
        }
        if line.attributes >> 16 & 0xF000 == 0xA000 {
            faults.add("ZIP_SYMLINK", &name, at, "the entry is a symbolic link");
        }
        if line.flags & 0x2041 != 0 || line.method == 99 {
            faults.add("ZIP_ENCRYPTED", &name, at, "the entry is encrypted");
        } else if !matches!(line.method, 0 | 8) {
            faults.add("ZIP_METHOD", &name, at, &format!("the entry is packed by method {}", line.method));
        }
        if seen.insert(comparable(&name), ()).is_some() {
            faults.add("ZIP_DUPLICATE_NAME", &name, at, "another entry has the same name");
        }
        declared = declared.saturating_add(line.size);
        if line.size > 1 << 20 && line.size > line.stored.saturating_mul(limits.ratio) {
            let why = format!(
                "{} bytes would inflate to {}: more than {} to 1",
                line.stored, line.size, limits.ratio
            );
            faults.add("ZIP_RATIO", &name, at, &why);
        }
        match own_header(bytes, line, &directory) {
            Ok((header, data)) => {
                taken.push((header..data.end, name.clone()));
                if name.ends_with('/') {
                    if line.size > 0 || line.stored > 0 {
                        faults.add("ZIP_UNSAFE_PATH", &name, at, "a folder that holds bytes");
                    }
                    continue;
                }
                records.push(Record {
                    name: name.into_owned(),
                    method: line.method,
                    crc: line.crc,
                    size: usize::try_from(line.size).unwrap_or(usize::MAX),
                    header,
                    data,
                });
            }
            Err((code, why)) => faults.add(code, &name, at, why),
        }
    }
    if declared > limits.inflated {
        let message = format!("the entries declare {declared} bytes, the limit is {}", limits.inflated);
        faults.found.push(Diagnostic::new("LIMIT_UNCOMPRESSED", place(), message));
    }
    taken.sort_by_key(|(range, _)| range.start);
    for ((a, first), (b, second)) in taken.iter().zip(taken.iter().skip(1)) {
        if a.end > b.start {
            let why = format!("its bytes are also those of {:?}", crate::diag::excerpt(first));
            faults.add("ZIP_OVERLAP", second, b.start as u64, &why);
        }
    }
    let before = taken.first().map_or(directory.prefix, |(range, _)| range.start);
    if before > 0 {
        let message = format!("{before} bytes stand before the archive");
        faults.found.push(Diagnostic::new("ZIP_PREFIX_DATA", place(), message));
    }
    if faults.found.iter().any(|d| d.severity == crate::diag::Severity::Fatal) {
        return Err(faults.found);
    }
    Ok((records, faults.found))
}

struct Faults<'a> {
    label: &'a str,
    found: Vec<Diagnostic>,
}

impl Faults<'_> {
    /// One fault of an entry. Twenty are enough to refuse an archive.
    fn add(&mut self, code: &str, entry: &str, offset: u64, why: &str) {
        if self.found.len() < 20 {
            self.found.push(fault(self.label, code, entry, offset, why));
        }
    }
}

/// A fault of one entry of an archive.
pub fn fault(label: &str, code: &str, entry: &str, offset: u64, why: &str) -> Diagnostic {
    let entry = crate::diag::excerpt(entry);
    Diagnostic::new(code, Place::file(label), format!("entry {entry:?} at byte {offset}: {why}"))
        .found(&entry)
}

/// Start of the entry's own header and range of its bytes, when that header tells the same story.
fn own_header(
    bytes: &[u8],
    line: &Line<'_>,
    directory: &Directory<'_>,
) -> Result<(usize, Range<usize>), (&'static str, &'static str)> {
    const OUTSIDE: (&str, &str) = ("ZIP_TRUNCATED", "the entry lies outside the file");
    const OTHER: (&str, &str) = ("ZIP_TRUNCATED", "the entry's own header differs from the directory");
    let header = usize::try_from(line.offset).ok().and_then(|o| o.checked_add(directory.prefix));
    let header = header.filter(|&h| h < directory.start).ok_or(OUTSIDE)?;
    if u32_at(bytes, header) != Some(0x0403_4b50) {
        return Err(("ZIP_TRUNCATED", "the entry does not begin with a header"));
    }
    let short = |p: usize| u16_at(bytes, header + p).ok_or(OUTSIDE);
    let long = |p: usize| u32_at(bytes, header + p).ok_or(OUTSIDE);
    let (flags, method) = (short(6)?, short(8)?);
    let (name, extra) = (usize::from(short(26)?), usize::from(short(28)?));
    let start = header + 30 + name + extra;
    let end = usize::try_from(line.stored).ok().and_then(|n| start.checked_add(n));
    let end = end.filter(|&e| e <= directory.start).ok_or(OUTSIDE)?;
    if bytes.get(header + 30..header + 30 + name) != Some(line.raw_name) || method != line.method {
        return Err(OTHER);
    }
    if flags & 1 != line.flags & 1 {
        return Err(("ZIP_ENCRYPTED", "the entry's own header says that it is encrypted"));
    }
    if flags & 8 == 0 {
        // Without bit 3 the header itself carries the sizes; zip64 keeps them in its extra field.
        let differs = |own: u32, said: u64| own != 0xFFFF_FFFF && u64::from(own) != said;
        if long(14)? != line.crc {
            return Err(("ZIP_CRC", "the entry has two different checksums"));
        }
        if differs(long(18)?, line.stored) || differs(long(22)?, line.size) {
            return Err(("ZIP_SIZE_MISMATCH", "the entry has two different sizes"));
        }
    }
    Ok((header, start..end))
}

/// Names are labels: UTF-8 where they are, else byte by byte, so that two names never become one.
fn name(raw: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(raw) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(raw.iter().map(|&b| char::from(b)).collect()),
    }
}

/// Why a name must not be trusted, or `None`.
fn unsafe_name(name: &str) -> Option<&'static str> {
    let drive = name.as_bytes().get(1) == Some(&b':');
    if name.is_empty() {
        Some("the name is empty")
    } else if name.starts_with('/') || drive {
        Some("the name is absolute")
    } else if name.contains('\\') {
        Some("the name holds a backslash")
    } else if name.split('/').any(|part| part == "..") {
        Some("the name climbs out of its folder")
    } else if name.chars().any(char::is_control) {
        Some("the name holds control characters")
    } else {
        None
    }
}

/// Names are compared as a Windows or Mac folder would compare them.
fn comparable(name: &str) -> String {
    let parts: Vec<&str> = name.split('/').filter(|p| !p.is_empty() && *p != ".").collect();
    parts.join("/").trim_end_matches([' ', '.']).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_leave_their_folder_are_told_from_plain_ones() {
        for bad in ["", "/etc/x", "C:x.csv", "a\\b", "../x", "a/../../x", "a\0b", "a\nb"] {
            assert!(unsafe_name(bad).is_some(), "{bad:?}");
        }
        for good in ["a.csv", "folder/a.csv", "a..b.csv", "2015 Q1/É.csv", "folder/"] {
            assert!(unsafe_name(good).is_none(), "{good:?}");
        }
    }

    #[test]
    fn names_are_compared_as_a_windows_folder_would() {
        assert_eq!(comparable("A.CSV"), comparable("./a.csv"));
        assert_eq!(comparable("x//y.csv. "), comparable("X/Y.csv"));
        assert_ne!(comparable("a.csv"), comparable("b/a.csv"));
    }
}
