//! Text -> records and fields, in parallel, with the place of each.
//!
//! An own scanner because the stock one is silent about an unclosed quotation mark: 2,000 records become one
//! field and no error is raised. Rules: RFC 4180, and
//! - a quotation mark opens a field only as its first byte; one inside an unquoted field, or text after a closing
//!   one, makes the record malformed;
//! - a quoted field may hold line breaks, but when a line inside it has the header's number of fields by itself,
//!   the mark was not meant: the first line is set aside and reading goes on with the next;
//! - line ends are LF, CRLF or (when the file has no LF at all) CR.
//!
//! The text is cut into chunks at line ends and all chunks are read at once, each as if it began a record. A chunk
//! that turns out to begin inside a quoted field (its predecessor ended elsewhere) is read again from the right
//! place, so the result is that of one reader.

mod quoted;

use super::Limits;
use memchr::memchr;
use rayon::prelude::*;

/// How fields are separated and quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// One or two bytes of UTF-8 (`,` or `¬`).
    pub delimiter: char,
    pub quoted: bool,
}

/// A piece of the text; `side` means that it lies in the chunk's own buffer (a field that held `""`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    start: u32,
    len: u32,
}

const SIDE: u32 = 1 << 31;

impl Span {
    fn text(from: usize, to: usize) -> Span {
        Span { start: from as u32, len: (to - from) as u32 }
    }

    pub(super) fn side(from: usize, to: usize) -> Span {
        Span { start: from as u32, len: (to - from) as u32 | SIDE }
    }
}

/// Where a record stands: its first line (from 1), and its bytes in the text without the line end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowPlace {
    pub line: u32,
    pub start: u32,
    pub end: u32,
}

/// A record that could not be split into the header's fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    pub place: RowPlace,
    pub code: &'static str,
    pub message: String,
}

/// Some hundreds of kilobytes of records, column by column.
#[derive(Debug, Default)]
pub struct Chunk {
    pub columns: Vec<Vec<Span>>,
    pub places: Vec<RowPlace>,
    pub bad: Vec<BadRow>,
    /// Blank lines: place only.
    pub blank: Vec<RowPlace>,
    pub side: String,
    lines: u32,
    end: usize,
    /// Line within the chunk and byte of the text.
    open_quote: Option<(u32, usize)>,
}

impl Chunk {
    /// No rows of this many columns.
    pub fn of_width(columns: usize) -> Chunk {
        Chunk { columns: vec![Vec::new(); columns], ..Chunk::default() }
    }

    pub fn field<'a>(&'a self, text: &'a str, span: Span) -> &'a str {
        let (from, len) = (span.start as usize, (span.len & !SIDE) as usize);
        let of = if span.len & SIDE == 0 { text } else { &self.side };
        of.get(from..from + len).unwrap_or("")
    }
}

/// A quotation mark that never closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenQuote {
    /// Line on which it stands, from 1.
    pub line: u32,
    /// Its byte in the text.
    pub at: usize,
}

/// Bytes of text that one thread takes at a time.
pub const CHUNK: usize = 512 << 10;

/// The text from byte `from`, which is line `first_line`, as chunks in order. `chunk` is how many bytes are taken
/// at a time: it changes the speed and never the result.
///
/// # Errors
/// A quotation mark that never closes: nothing after it can be told apart.
pub fn lex(
    text: &str,
    (from, first_line): (usize, u32),
    columns: usize,
    dialect: Dialect,
    limits: &Limits,
    chunk: usize,
) -> Result<Vec<Chunk>, OpenQuote> {
    let eol = end_of_line(text.as_bytes());
    let whole = text;
    let text = text.as_bytes();
    let mut starts = vec![from];
    loop {
        let last = *starts.last().unwrap_or(&from);
        let Some(at) = text.get(last + chunk..).and_then(|rest| memchr(eol, rest)) else { break };
        let next = last + chunk + at + 1;
        if next >= text.len() {
            break;
        }
        starts.push(next);
    }
    let reader = Reader { whole, text, columns, dialect, limits, eol };
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([text.len()]).collect();
    let mut chunks: Vec<Chunk> =
        starts.par_iter().zip(&ends).map(|(start, end)| reader.chunk(*start, *end)).collect();
    // a chunk is right only if the one before it ended where it begins
    let mut at = from;
    let mut line = first_line;
    for (i, chunk) in chunks.iter_mut().enumerate() {
        if starts[i] != at {
            *chunk = reader.chunk(at, ends[i].max(at));
        }
        if let Some(open) = chunk.open_quote {
            return Err(OpenQuote { line: line + open.0, at: open.1 });
        }
        let shift = line;
        for p in chunk.places.iter_mut().chain(chunk.blank.iter_mut()) {
            p.line += shift;
        }
        for b in &mut chunk.bad {
            b.place.line += shift;
        }
        line += chunk.lines;
        at = chunk.end;
    }
    Ok(chunks)
}

/// The byte that ends a line: CR only in a file without any LF.
pub fn end_of_line(text: &[u8]) -> u8 {
    if memchr(b'\n', text).is_none() && memchr(b'\r', text).is_some() { b'\r' } else { b'\n' }
}

struct Reader<'a> {
    whole: &'a str,
    text: &'a [u8],
    columns: usize,
    dialect: Dialect,
    limits: &'a Limits,
    eol: u8,
}

impl Reader<'_> {
    fn chunk(&self, start: usize, end: usize) -> Chunk {
        let rows = (end - start) / (self.columns * 8 + 1);
        let mut c = Chunk {
            columns: (0..self.columns).map(|_| Vec::with_capacity(rows)).collect(),
            ..Chunk::default()
        };
        let mut at = start;
        while at < end {
            at = self.record(at, &mut c);
        }
        c.end = at;
        c
    }

    /// Reads one record from `start`; answers where the next begins. Lines are relative to the chunk.
    fn record(&self, start: usize, c: &mut Chunk) -> usize {
        let line_end = memchr(self.eol, &self.text[start..]).map_or(self.text.len(), |i| start + i);
        let trimmed = self.trim_cr(start, line_end);
        let line = c.lines;
        let place = RowPlace { line, start: start as u32, end: trimmed as u32 };
        if trimmed == start {
            c.blank.push(place);
            c.lines += 1;
            return line_end + 1;
        }
        if !self.dialect.quoted || memchr(b'"', &self.text[start..trimmed]).is_none() {
            self.plain(start, trimmed, place, c);
            c.lines += 1;
            return line_end + 1;
        }
        match self.quoted(start, c) {
            Ok((end, next, lines)) => {
                let place = RowPlace { line, start: start as u32, end: end as u32 };
                self.close(place, c);
                c.lines += lines;
                next
            }
            Err(Quote::Open(at)) => {
                c.open_quote = Some((line + self.lines_between(start, at), at));
                self.text.len()
            }
            Err(Quote::Malformed(code, message)) => {
                self.undo(c);
                c.bad.push(BadRow { place, code, message });
                c.lines += 1;
                line_end + 1
            }
        }
    }

    fn lines_between(&self, from: usize, to: usize) -> u32 {
        memchr::memchr_iter(self.eol, &self.text[from..to]).count() as u32
    }

    fn trim_cr(&self, start: usize, end: usize) -> usize {
        if self.eol == b'\n' && end > start && self.text[end - 1] == b'\r' { end - 1 } else { end }
    }

    /// A line without quotation marks.
    fn plain(&self, start: usize, end: usize, place: RowPlace, c: &mut Chunk) {
        let text = self.text;
        let mut buffer = [0_u8; 4];
        let mark = self.dialect.delimiter.encode_utf8(&mut buffer).as_bytes();
        let mut at = start;
        let mut n = 0;
        loop {
            let stop = find(mark, &text[at..end]).map_or(end, |i| at + i);
            if n < self.columns {
                c.columns[n].push(Span::text(at, stop));
            }
            n += 1;
            if stop == end {
                break;
            }
            at = stop + mark.len();
        }
        self.counted(n, place, c);
    }

    fn count_message(&self, n: usize) -> String {
        format!("{n} fields where the header has {}", self.columns)
    }

    fn counted(&self, n: usize, place: RowPlace, c: &mut Chunk) {
        if n == self.columns {
            self.close(place, c);
        } else {
            self.undo(c);
            c.bad.push(BadRow { place, code: "CSV_FIELD_COUNT", message: self.count_message(n) });
        }
    }

    /// The record has all its fields: keep it, unless it is over a limit.
    fn close(&self, place: RowPlace, c: &mut Chunk) {
        let over = c
            .columns
            .iter()
            .any(|col| col.last().is_some_and(|s| (s.len & !SIDE) as usize > self.limits.field));
        let size = (place.end - place.start) as usize;
        if over || size > self.limits.record {
            self.undo(c);
            let (code, message) = if over {
                ("LIMIT_FIELD_BYTES", format!("a cell of more than {} bytes", self.limits.field))
            } else {
                ("LIMIT_ROW_BYTES", format!("a record of {size} bytes"))
            };
            c.bad.push(BadRow { place, code, message });
        } else {
            c.places.push(place);
        }
    }

    /// Drops the fields of a record that was not kept.
    fn undo(&self, c: &mut Chunk) {
        let rows = c.places.len();
        for column in &mut c.columns {
            column.truncate(rows);
        }
    }
}

enum Quote {
    /// Never closed; where it opened.
    Open(usize),
    Malformed(&'static str, String),
}

/// First place of a delimiter of one or two bytes.
fn find(mark: &[u8], text: &[u8]) -> Option<usize> {
    match mark {
        [one] => memchr(*one, text),
        _ => memchr::memmem::find(text, mark),
    }
}

fn count(mark: &[u8], text: &[u8]) -> usize {
    match mark {
        [one] => memchr::memchr_iter(*one, text).count(),
        _ => memchr::memmem::find_iter(text, mark).count(),
    }
}

/// CRLF and LF side by side.
pub fn mixed_ends(text: &[u8]) -> bool {
    let mut crlf = 0_usize;
    let mut lf = 0_usize;
    for at in memchr::memchr_iter(b'\n', text).take(20_000) {
        if at > 0 && text[at - 1] == b'\r' { crlf += 1 } else { lf += 1 }
    }
    crlf > 0 && lf > 0
}
