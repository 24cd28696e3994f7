//! Bytes of delimited files: quoting, whole numbers, decimals and dates in the publishers' styles.
//!
//! Own writer and not the `csv` crate, because each published file has its own habit (all fields quoted, none
//! quoted, no final line end) and the innermost loop writes half a million rows.

use jiff::civil::Date;

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const MONTHS_TITLE: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// How a file quotes its fields.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Quote {
    Needed,
    Always,
    Never,
}

/// A delimited file under construction.
pub struct Table {
    pub out: Vec<u8>,
    delimiter: u8,
    quote: Quote,
    line_end: &'static [u8],
    fresh: bool,
}

impl Table {
    pub fn new(delimiter: u8, quote: Quote, line_end: &'static str) -> Table {
        Table { out: Vec::new(), delimiter, quote, line_end: line_end.as_bytes(), fresh: true }
    }

    /// Comma separated, quoted where needed.
    pub fn csv(line_end: &'static str) -> Table {
        Table::new(b',', Quote::Needed, line_end)
    }

    fn separate(&mut self) {
        if !self.fresh {
            self.out.push(self.delimiter);
        }
        self.fresh = false;
    }

    pub fn text(&mut self, text: &str) -> &mut Self {
        self.separate();
        match self.quote {
            Quote::Always => push_quoted(&mut self.out, text),
            Quote::Needed => push_text(&mut self.out, text),
            Quote::Never => self.out.extend_from_slice(text.as_bytes()),
        }
        self
    }

    /// Several cells at once.
    pub fn texts<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> &mut Self {
        for cell in cells {
            self.text(cell);
        }
        self
    }

    /// Bytes as they are (another encoding, or a cell whose quoting is a fault of the publisher).
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.separate();
        self.out.extend_from_slice(bytes);
        self
    }

    pub fn int(&mut self, value: i64) -> &mut Self {
        self.separate();
        push_int(&mut self.out, value);
        self
    }

    pub fn end(&mut self) {
        self.out.extend_from_slice(self.line_end);
        self.fresh = true;
    }

    /// The bytes without the last line end, as some publishers leave them.
    pub fn without_last_line_end(mut self) -> Vec<u8> {
        if self.out.ends_with(self.line_end) {
            self.out.truncate(self.out.len() - self.line_end.len());
        }
        self.out
    }
}

/// Appends a cell, quoted if it holds a comma, a quote or a line break.
pub fn push_text(out: &mut Vec<u8>, text: &str) {
    if text.bytes().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r')) {
        push_quoted(out, text);
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

fn push_quoted(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    for b in text.bytes() {
        if b == b'"' {
            out.push(b'"');
        }
        out.push(b);
    }
    out.push(b'"');
}

pub fn push_int(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    let mut left = value.unsigned_abs();
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// At most two decimals, none that are zero: `0`, `12.5`, `-3.07`, as the payments files write them.
pub fn hundredths(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let (whole, part) = (value.unsigned_abs() / 100, value.unsigned_abs() % 100);
    match part {
        0 => format!("{sign}{whole}"),
        p if p % 10 == 0 => format!("{sign}{whole}.{}", p / 10),
        p => format!("{sign}{whole}.{p:02}"),
    }
}

/// `APR`.
pub fn month_upper(day: Date) -> &'static str {
    MONTHS[day.month() as usize - 1]
}

/// `Apr`.
pub fn month_title(day: Date) -> &'static str {
    MONTHS_TITLE[day.month() as usize - 1]
}

/// `30APR2018`.
pub fn dmony(day: Date) -> String {
    format!("{:02}{}{}", day.day(), month_upper(day), day.year())
}

/// `20180430`.
pub fn compact(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

/// `2018-04`, for the names of files that hold no date.
pub fn year_month(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// `30/04/2018`.
pub fn slashed(day: Date) -> String {
    format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn cells_are_quoted_only_where_a_reader_would_stumble() {
        let mut t = Table::csv("\r\n");
        t.text("plain").text("a, b").text("the \"old\" bank").int(-120).int(0).int(i64::MIN).end();
        assert_eq!(
            String::from_utf8(t.out).unwrap(),
            "plain,\"a, b\",\"the \"\"old\"\" bank\",-120,0,-9223372036854775808\r\n"
        );
    }

    #[test]
    fn decimals_carry_no_zeros_that_the_publisher_would_not_write() {
        for (v, s) in [(0, "0"), (409_525, "4095.25"), (-305, "-3.05"), (120, "1.2"), (-50, "-0.5")] {
            assert_eq!(hundredths(v), s);
        }
    }

    #[test]
    fn dates_take_the_style_of_their_file() {
        let day = date(2018, 4, 30);
        assert_eq!((dmony(day), compact(day)), ("30APR2018".into(), "20180430".into()));
        assert_eq!((slashed(day), month_title(day)), ("30/04/2018".into(), "Apr"));
    }
}
