//! Workbooks: a thin layer over rust_xlsxwriter that counts rows and columns from zero and keeps the bytes fixed.
//!
//! A cell that cannot be written (beyond the sheet's million rows) fails the book when its bytes are asked for, so
//! that the layouts read as layouts.

use super::SynthError;
use jiff::civil::Date;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// A workbook under construction; every one says on its first sheets that it is synthetic.
pub struct Book {
    book: Workbook,
    formats: Formats,
    failed: Option<XlsxError>,
}

#[derive(Clone)]
struct Formats {
    month: Format,
    day: Format,
    count: Format,
    percent: Format,
    plain: Format,
}

/// One sheet of it.
pub struct Sheet<'b> {
    sheet: &'b mut Worksheet,
    formats: Formats,
    failed: &'b mut Option<XlsxError>,
}

fn excel(day: Date) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::from_ymd(day.year().unsigned_abs(), day.month() as u8, day.day() as u8)
}

/// Remembers the first failure.
fn keep<T>(failed: &mut Option<XlsxError>, result: Result<T, XlsxError>) {
    if let Err(error) = result {
        failed.get_or_insert(error);
    }
}

impl Book {
    pub fn new(title: &str) -> Book {
        let mut book = Workbook::new();
        let mut failed = None;
        let properties = DocProperties::new()
            .set_title(title)
            .set_author("dpcmi synth")
            .set_comment("SYNTHETIC data: describes no real organisation");
        // A fixed date: the writer would otherwise put in the clock's.
        let dated = excel(jiff::civil::date(2000, 1, 1)).map(|day| {
            book.set_properties(&properties.set_creation_datetime(&day));
        });
        keep(&mut failed, dated);
        let number = |code: &str| Format::new().set_num_format(code);
        let formats = Formats {
            month: number("mmm-yy"),
            day: number("d-mmm-yy"),
            count: number("#,##0"),
            percent: number("0.0%"),
            plain: Format::new(),
        };
        Book { book, formats, failed }
    }

    pub fn sheet(&mut self, name: &str) -> Sheet<'_> {
        let sheet = self.book.add_worksheet();
        keep(&mut self.failed, sheet.set_name(name).map(|_| ()));
        Sheet { sheet, formats: self.formats.clone(), failed: &mut self.failed }
    }

    /// Title and data-quality sheets, one paragraph a row from row 8 on.
    pub fn prose(&mut self, name: &str, paragraphs: &[&str]) {
        let mut sheet = self.sheet(name);
        sheet.text(6, 0, "_");
        for (i, text) in paragraphs.iter().enumerate() {
            sheet.text(7 + i, 0, text);
        }
    }

    pub fn bytes(mut self) -> Result<Vec<u8>, SynthError> {
        if let Some(error) = self.failed {
            return Err(error.into());
        }
        Ok(self.book.save_to_buffer()?)
    }
}

impl Sheet<'_> {
    pub fn text(&mut self, row: usize, col: usize, text: &str) -> &mut Self {
        keep(self.failed, self.sheet.write_string(row as u32, col as u16, text));
        self
    }

    /// Cells side by side; an empty text leaves its cell out.
    pub fn texts<'a>(&mut self, row: usize, cells: impl IntoIterator<Item = &'a str>) -> &mut Self {
        for (col, text) in cells.into_iter().enumerate().filter(|(_, t)| !t.is_empty()) {
            self.text(row, col, text);
        }
        self
    }

    pub fn int(&mut self, row: usize, col: usize, value: i64) -> &mut Self {
        let count = &self.formats.count;
        let written = self.sheet.write_number_with_format(row as u32, col as u16, value as f64, count);
        keep(self.failed, written);
        self
    }

    pub fn number(&mut self, row: usize, col: usize, value: f64) -> &mut Self {
        keep(self.failed, self.sheet.write_number(row as u32, col as u16, value));
        self
    }

    /// A share to three decimals, shown in percent; nothing where the whole is zero.
    pub fn share(&mut self, row: usize, col: usize, part: i64, whole: i64) -> &mut Self {
        if whole > 0 {
            let share = (part as f64 / whole as f64 * 1e3).round() / 1e3;
            let percent = &self.formats.percent;
            keep(self.failed, self.sheet.write_number_with_format(row as u32, col as u16, share, percent));
        }
        self
    }

    /// The first of a month, shown as `Oct-25`.
    pub fn month(&mut self, row: usize, col: usize, day: Date) -> &mut Self {
        let format = self.formats.month.clone();
        self.date(row, col, day, &format)
    }

    pub fn day(&mut self, row: usize, col: usize, day: Date) -> &mut Self {
        let format = self.formats.day.clone();
        self.date(row, col, day, &format)
    }

    fn date(&mut self, row: usize, col: usize, day: Date, format: &Format) -> &mut Self {
        let written = excel(day).and_then(|at| {
            self.sheet.write_datetime_with_format(row as u32, col as u16, at, format).map(|_| ())
        });
        keep(self.failed, written);
        self
    }

    /// A header over several columns.
    pub fn merged(&mut self, row: usize, from: usize, to: usize, text: &str) -> &mut Self {
        let (row, plain) = (row as u32, &self.formats.plain);
        keep(self.failed, self.sheet.merge_range(row, from as u16, row, to as u16, text, plain));
        self
    }
}
