//! The directory as written: found from the end of the file and followed line by line, nothing believed yet.

/// A line of the directory as written.
pub(super) struct Line<'a> {
    pub(super) raw_name: &'a [u8],
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) crc: u32,
    pub(super) stored: u64,
    pub(super) size: u64,
    pub(super) offset: u64,
    pub(super) attributes: u32,
}

/// The directory as written: no check but that it can be followed.
pub(super) struct Directory<'a> {
    pub(super) lines: Vec<Line<'a>>,
    /// Bytes before the archive: added to every offset in it.
    pub(super) prefix: usize,
    pub(super) start: usize,
}

pub(super) enum Broken {
    TooMany(u64),
    At(usize, &'static str),
}

/// Finds the end record, then the directory, and takes it apart.
pub(super) fn follow(bytes: &[u8], most: usize) -> Result<Directory<'_>, Broken> {
    let end = find_end(bytes).ok_or(Broken::At(bytes.len(), "the end of the archive is missing"))?;
    let bad = |what| Broken::At(end, what);
    let read16 = |at| u64::from(u16_at(bytes, end + at).unwrap_or(0));
    let read32 = |at| u64::from(u32_at(bytes, end + at).unwrap_or(0));
    if read16(4) != 0 || read16(6) != 0 || read16(8) != read16(10) {
        return Err(bad("an archive in several volumes"));
    }
    let (mut count, mut size, mut offset, mut stop) = (read16(10), read32(12), read32(16), end);
    if count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
        // Zip64: a locator of 20 bytes before the end record, and a record of 56 bytes before that.
        let wide = end.checked_sub(76).filter(|&at| u32_at(bytes, at) == Some(0x0606_4b50));
        if let Some(at) = wide {
            let read = |p: usize| u64_at(bytes, at + p).ok_or(bad("the zip64 end record is cut off"));
            (count, size, offset, stop) = (read(32)?, read(40)?, read(48)?, at);
        }
    }
    if count > most as u64 {
        return Err(Broken::TooMany(count));
    }
    let size = usize::try_from(size).map_err(|_| bad("the directory is larger than the file"))?;
    let offset = usize::try_from(offset).map_err(|_| bad("the directory lies outside the file"))?;
    let start = stop.checked_sub(size).ok_or(bad("the directory is larger than the file"))?;
    let prefix = start.checked_sub(offset).ok_or(bad("the directory lies outside the file"))?;
    let mut lines = Vec::new();
    let mut at = start;
    while at < stop {
        let (line, next) = line(bytes, at).ok_or(Broken::At(at, "a damaged line of the directory"))?;
        lines.push(line);
        if lines.len() > most {
            return Err(Broken::TooMany(lines.len() as u64));
        }
        at = next;
    }
    if at != stop || lines.len() as u64 != count {
        return Err(bad("the directory does not hold as many entries as it says"));
    }
    Ok(Directory { lines, prefix, start })
}

/// The end record is the last thing in the file but for its own comment.
pub(super) fn find_end(bytes: &[u8]) -> Option<usize> {
    let last = bytes.len().checked_sub(22)?;
    let first = last.saturating_sub(0xFFFF);
    (first..=last).rev().find(|&at| {
        u32_at(bytes, at) == Some(0x0605_4b50)
            && u16_at(bytes, at + 20).is_some_and(|comment| at + 22 + usize::from(comment) == bytes.len())
    })
}

/// One line of the directory and where the next begins.
pub(super) fn line(bytes: &[u8], at: usize) -> Option<(Line<'_>, usize)> {
    if u32_at(bytes, at)? != 0x0201_4b50 {
        return None;
    }
    let [name, extra, comment] = [28, 30, 32].map(|p| u16_at(bytes, at + p).map(usize::from));
    let (name_at, name, extra, comment) = (at + 46, name?, extra?, comment?);
    let extra_at = name_at + name;
    let next = extra_at + extra + comment;
    let mut line = Line {
        raw_name: bytes.get(name_at..extra_at)?,
        flags: u16_at(bytes, at + 8)?,
        method: u16_at(bytes, at + 10)?,
        crc: u32_at(bytes, at + 16)?,
        stored: u64::from(u32_at(bytes, at + 20)?),
        size: u64::from(u32_at(bytes, at + 24)?),
        offset: u64::from(u32_at(bytes, at + 42)?),
        attributes: u32_at(bytes, at + 38)?,
    };
    bytes.get(at..next)?;
    widen(&mut line, bytes.get(extra_at..extra_at + extra)?);
    Some((line, next))
}

/// Zip64: sizes that do not fit 32 bits stand in extra field 1, in this order and only those.
pub(super) fn widen(line: &mut Line<'_>, extra: &[u8]) {
    let mut at = 0;
    while let (Some(id), Some(length)) = (u16_at(extra, at), u16_at(extra, at + 2)) {
        let body = at + 4;
        at = body + usize::from(length);
        if id != 1 {
            continue;
        }
        let mut from = body;
        for value in [&mut line.size, &mut line.stored, &mut line.offset] {
            if *value == 0xFFFF_FFFF
                && let Some(wide) = u64_at(extra, from).filter(|_| from + 8 <= at)
            {
                *value = wide;
                from += 8;
            }
        }
    }
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}
