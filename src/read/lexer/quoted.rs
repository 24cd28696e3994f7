//! Records with quotation marks: fields that hold line breaks, and marks that were not meant.

use super::{Chunk, Quote, Reader, Span, count, find};
use memchr::memchr;

impl Reader<'_> {
    /// A record with quotation marks; pushes its fields. Answers its end, the start of the next, its lines.
    pub(super) fn quoted(&self, start: usize, c: &mut Chunk) -> Result<(usize, usize, u32), Quote> {
        let text = self.text;
        let mut buffer = [0_u8; 4];
        let mark = self.dialect.delimiter.encode_utf8(&mut buffer).as_bytes();
        let mut at = start;
        let mut n = 0;
        let mut lines = 1;
        loop {
            let (span, stop) = if text.get(at) == Some(&b'"') {
                let (span, close) = self.quoted_field(at, c)?;
                let inside = &text[at + 1..close];
                let breaks = memchr::memchr_iter(self.eol, inside).count();
                if breaks > 0 {
                    self.check_spanning(at, close, mark)?;
                    lines += breaks as u32;
                }
                (span, close + 1)
            } else {
                let rest = &text[at..];
                let line_end = memchr(self.eol, rest).map_or(text.len(), |i| at + i);
                let stop =
                    find(mark, &text[at..line_end]).map_or_else(|| self.trim_cr(at, line_end), |i| at + i);
                if memchr(b'"', &text[at..stop]).is_some() {
                    return Err(Quote::Malformed(
                        "CSV_STRAY_QUOTE",
                        "a quotation mark inside an unquoted cell".into(),
                    ));
                }
                (Span::text(at, stop), stop)
            };
            if n < self.columns {
                c.columns[n].push(span);
            }
            n += 1;
            if text[stop..].starts_with(mark) {
                at = stop + mark.len();
                continue;
            }
            let end = stop;
            let next = match &text[stop..] {
                [] => stop,
                [b'\r', b'\n', ..] => stop + 2,
                [b, ..] if *b == self.eol => stop + 1,
                [b'\r'] => stop + 1,
                _ => {
                    return Err(Quote::Malformed(
                        "CSV_STRAY_QUOTE",
                        "text after a closing quotation mark".into(),
                    ));
                }
            };
            if n != self.columns {
                return Err(Quote::Malformed("CSV_FIELD_COUNT", self.count_message(n)));
            }
            return Ok((end, next, lines));
        }
    }

    /// From the opening mark at `open` to its closing one; `""` inside stands for one mark.
    fn quoted_field(&self, open: usize, c: &mut Chunk) -> Result<(Span, usize), Quote> {
        let text = self.text;
        let mut at = open + 1;
        let mut doubled = false;
        loop {
            let Some(i) = memchr(b'"', &text[at..]) else { return Err(Quote::Open(open)) };
            let mark = at + i;
            if text.get(mark + 1) == Some(&b'"') {
                doubled = true;
                at = mark + 2;
                continue;
            }
            if !doubled {
                return Ok((Span::text(open + 1, mark), mark));
            }
            let from = c.side.len();
            let mut rest = &self.whole[open + 1..mark];
            while let Some(i) = rest.find('"') {
                c.side.push_str(&rest[..=i]);
                rest = &rest[i + 2..];
            }
            c.side.push_str(rest);
            return Ok((Span::side(from, c.side.len()), mark));
        }
    }

    /// A line inside a quoted field that is a whole record by itself was swallowed by a stray mark.
    fn check_spanning(&self, open: usize, close: usize, mark: &[u8]) -> Result<(), Quote> {
        if self.columns < 2 {
            return Ok(());
        }
        let inside = &self.text[open + 1..close];
        let swallowed = inside
            .split(|b| *b == self.eol)
            .skip(1)
            .filter(|line| 1 + count(mark, line) == self.columns)
            .count();
        if swallowed == 0 {
            return Ok(());
        }
        Err(Quote::Malformed(
            "CSV_QUOTE_SPANS_RECORDS",
            format!("a quotation mark opens here and would swallow {swallowed} whole records"),
        ))
    }
}
