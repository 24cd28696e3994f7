//! A league table of 7,000 rows and 40 columns as a workbook, on one thread. `cargo bench --bench main -- workbook`.
//!
//! The yardsticks for the same table: XlsxWriter 2.1 CPU-seconds, odfpy 20.

use criterion::{Criterion, SamplingMode};
use dpcmi::render::workbook::{ods, xlsx};
use dpcmi::report::{CellFormat, Line, LineStyle, Sheet, SheetCell, SheetColumn, SheetTable, Workbook};
use std::hint::black_box;
use std::time::Duration;

const ROWS: usize = 7_000;
const COLUMNS: usize = 40;

/// A code, a name, and figures of which one in 50 is absent.
fn column(at: usize) -> SheetColumn {
    let cell = |row: usize| match at {
        0 => SheetCell::Text(format!("Z{row:05}")),
        1 => SheetCell::Text(format!("SYNTHETIC SURGERY {row:05}")),
        _ if (row + at).is_multiple_of(50) => SheetCell::Absent("[x]"),
        _ => SheetCell::Number((row * 7_919 % 10_007) as f64 / 100.07),
    };
    let format = if at < 2 { CellFormat::Text } else { CellFormat::Number(1) };
    SheetColumn { heading: format!("Column {at}"), format, width: 14, cells: (0..ROWS).map(cell).collect() }
}

fn book() -> Workbook {
    let columns = (0..COLUMNS).map(column).collect();
    let table = SheetTable { name: "table_League".to_owned(), columns, rows: ROWS };
    let lines = vec![Line::new(LineStyle::Title, "League table")];
    Workbook {
        path: "workbook/league".to_owned(),
        title: "League table".to_owned(),
        subject: "Synthetic".to_owned(),
        organisation: "dpcmi".to_owned(),
        keywords: Vec::new(),
        day: "2018-09-30".parse().expect("a day"),
        sheets: vec![Sheet { name: "League".to_owned(), lines, table: Some(table) }],
    }
}

pub fn workbook(c: &mut Criterion) {
    let book = book();
    let mut group = c.benchmark_group("workbook");
    group.sampling_mode(SamplingMode::Flat).sample_size(10).measurement_time(Duration::from_secs(10));
    group.bench_function("XLSX, 7,000 x 40", |b| b.iter(|| black_box(xlsx(&book).expect("a workbook"))));
    group.bench_function("ODS, 7,000 x 40", |b| b.iter(|| black_box(ods(&book).expect("a workbook"))));
    group.finish();
}
