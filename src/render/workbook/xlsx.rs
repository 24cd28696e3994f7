//! A workbook as XLSX, by `rust_xlsxwriter`: every table is a table of Excel's, without filter buttons or fills.

use super::{BODY, FONT, PAGE_WIDTH, header_row, size};
use crate::report::{CellFormat, LineStyle, MOST_DECIMALS, Sheet, SheetCell, SheetTable, Workbook};
use jiff::civil::Date;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatUnderline, Table, TableColumn, TableStyle, Url,
    Workbook as Book, Worksheet, XlsxError,
};
use std::collections::BTreeMap;

pub(super) fn write(book: &Workbook) -> Result<Vec<u8>, XlsxError> {
    let mut out = Book::new();
    out.set_properties(
        &DocProperties::new()
            .set_title(&book.title)
            .set_subject(&book.subject)
            .set_author(&book.organisation)
            .set_company(&book.organisation)
            .set_keywords(book.keywords.join(", "))
            // The core properties of the writer have no language; readers of custom ones find it here.
            .set_custom_property("Language", "en-GB")
            .set_creation_datetime(&day(book.day)?),
    );
    let formats = Formats::new();
    for sheet in &book.sheets {
        let page = out.add_worksheet();
        page.set_name(&sheet.name)?;
        lines(page, sheet, &formats)?;
        match &sheet.table {
            Some(table) => write_table(page, table, header_row(sheet), &formats)?,
            None => _ = page.set_column_width(0, f64::from(PAGE_WIDTH))?,
        }
    }
    out.save_to_buffer()
}

/// Every format once: the writer would otherwise compare a new one for each cell.
struct Formats {
    lines: BTreeMap<u8, Format>,
    wrapped: Format,
    link: Format,
    header: [Format; 2],
    cells: BTreeMap<CellFormat, Format>,
    absent: Format,
}

impl Formats {
    fn new() -> Formats {
        let plain = |points: u8| Format::new().set_font_name(FONT).set_font_size(points);
        let body = || plain(BODY).set_align(FormatAlign::Top);
        let header = body().set_bold().set_text_wrap();
        let link = body().set_font_color("#0563C1").set_underline(FormatUnderline::Single);
        let styles = [LineStyle::Title, LineStyle::Heading];
        let bold = styles.map(|s| (size(s), plain(size(s)).set_bold()));
        let number = |decimals: u8| {
            let zeros = "0".repeat(decimals.into());
            let code = if decimals == 0 { "#,##0".to_owned() } else { format!("#,##0.{zeros}") };
            body().set_num_format(code).set_align(FormatAlign::Right)
        };
        let mut cells: BTreeMap<CellFormat, Format> =
            (0..=MOST_DECIMALS).map(|d| (CellFormat::Number(d), number(d))).collect();
        cells.insert(CellFormat::Text, body().set_text_wrap());
        cells.insert(CellFormat::Date, body().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Right));
        Formats {
            lines: bold.into_iter().chain([(BODY, body())]).collect(),
            wrapped: body().set_text_wrap(),
            link,
            header: [header.clone(), header.set_align(FormatAlign::Right)],
            cells,
            absent: body().set_align(FormatAlign::Right),
        }
    }

    fn cell(&self, format: CellFormat) -> &Format {
        self.cells.get(&format).unwrap_or(&self.absent)
    }
}

fn day(day: Date) -> Result<ExcelDateTime, XlsxError> {
    // A month and a day are never negative; a year before 1900 is no date of the format and comes back as an error.
    ExcelDateTime::from_ymd(day.year().unsigned_abs(), day.month().unsigned_abs(), day.day().unsigned_abs())
}

fn link(sheet: &str, text: &str) -> Url {
    Url::new(format!("internal:{sheet}!A1")).set_text(text)
}

fn lines(page: &mut Worksheet, sheet: &Sheet, formats: &Formats) -> Result<(), XlsxError> {
    for (row, line) in (0u32..).zip(&sheet.lines) {
        match &line.to {
            Some(to) => page.write_url_with_format(row, 0, link(to, &line.text), &formats.link)?,
            None => {
                // Above a table a line runs over the empty cells to its right; a page of words wraps.
                let wrap = sheet.table.is_none() && line.style == LineStyle::Body;
                let format = if wrap { &formats.wrapped } else { &formats.lines[&size(line.style)] };
                page.write_string_with_format(row, 0, &line.text, format)?
            }
        };
    }
    Ok(())
}

fn write_table(
    page: &mut Worksheet,
    table: &SheetTable,
    header: usize,
    formats: &Formats,
) -> Result<(), XlsxError> {
    // More rows or columns than the format has come back as an error of the writer.
    let header = u32::try_from(header).unwrap_or(u32::MAX);
    let mut columns = Vec::with_capacity(table.columns.len());
    for (at, column) in (0u16..).zip(&table.columns) {
        let right = usize::from(column.format != CellFormat::Text);
        let heading = TableColumn::new().set_header(&column.heading);
        columns.push(heading.set_header_format(&formats.header[right]));
        page.set_column_width(at, f64::from(column.width))?;
        let format = formats.cell(column.format);
        let absent = if right == 1 { &formats.absent } else { format };
        for (row, cell) in (header + 1..).zip(&column.cells) {
            match cell {
                SheetCell::Text(text) => page.write_string_with_format(row, at, text, format)?,
                SheetCell::Number(x) => page.write_number_with_format(row, at, *x, format)?,
                SheetCell::Date(d) => page.write_datetime_with_format(row, at, day(*d)?, format)?,
                SheetCell::Absent(mark) => page.write_string_with_format(row, at, *mark, absent)?,
                SheetCell::Link { text, sheet } => {
                    page.write_url_with_format(row, at, link(sheet, text), &formats.link)?
                }
            };
        }
    }
    let last_row = header + u32::try_from(table.rows).unwrap_or(u32::MAX - header);
    let last_column = u16::try_from(columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    let marked = Table::new()
        .set_name(&table.name)
        .set_columns(&columns)
        .set_style(TableStyle::None)
        .set_banded_rows(false)
        .set_autofilter(false);
    page.add_table(header, 0, last_row, last_column, &marked)?;
    Ok(())
}
