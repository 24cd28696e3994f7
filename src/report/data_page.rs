//! The page of open data: workbooks, feeds, tables, charts, and the dictionary of every column.

use super::chart::Chart;
use super::feeds::Feed;
use super::grid::{Cell, Grid};
use super::scene::Scene;
use super::section::{Article, Section};
use super::table::Table;
use super::words;
use super::workbook::Workbook;

/// `books`: England's first, then each CCG's.
pub fn page(
    scene: &Scene,
    charts: &[Chart],
    tables: &[Table],
    books: &[Workbook],
    feed: Option<&Feed>,
) -> Article {
    let lede = "Everything that is printed on these pages, and more, as files for programs and spreadsheets.";
    let mut sections = vec![workbooks(books), feeds(feed), listed(tables), pictures(charts)];
    sections.extend(tables.iter().map(columns));
    Article::new(scene, "Open data", lede, sections)
}

/// A cell that leads to a file of the release; this page lies one folder down.
fn file(words: &str, path: &str) -> Cell {
    Cell::words(words).link(Some(format!("../{path}")))
}

fn workbooks(books: &[Workbook]) -> Section {
    let section = Section::new("workbooks", "Workbooks");
    let mut grid = Grid::new(
        "workbook-list",
        "Workbooks, the main tables on one sheet each",
        &["Workbook", "ODS", "XLSX"],
    );
    for book in books {
        grid.rows.push(vec![
            Cell::name(&book.title),
            file("ODS", &format!("{}.ods", book.path)),
            file("XLSX", &format!("{}.xlsx", book.path)),
        ]);
    }
    section.grid(grid)
}

fn feeds(feed: Option<&Feed>) -> Section {
    let section = Section::new("feeds", "What patients are told");
    let Some(feed) = feed else {
        return section.says("This release holds no facts for patients, so there are no feeds.");
    };
    let mut grid = Grid::new("feed-list", "Feeds", &["File", "What it is"]);
    for f in feed.listed() {
        grid.rows.push(vec![file(f.title, &f.path), Cell::words(f.about)]);
    }
    section
        .says(
            "Facts from an allow-list, for publishers of practice summaries: yes, no, not known, not asked, each with its day and how \
             it is known. No score, no place, no spend.",
        )
        .grid(grid)
}

/// Where a table's columns are explained.
fn anchor(table: &Table) -> String {
    format!("columns-{}", table.name.replace(['/', '_'], "-"))
}

fn listed(tables: &[Table]) -> Section {
    let heads = ["Table", "What it holds", "#Rows", "CSV", "Parquet", "Description for programs"];
    let mut grid = Grid::new("table-list", "Tables", &heads);
    for t in tables {
        let path = t.path();
        grid.rows.push(vec![
            Cell::name(&t.title).small(t.name.clone()).link(Some(format!("#{}", anchor(t)))),
            Cell::long(&t.about),
            Cell::count(i64::try_from(t.rows).ok()),
            file("CSV", &format!("{path}.csv")),
            file("Parquet", &format!("{path}.parquet")),
            file("JSON", &format!("{path}.csv-metadata.json")),
        ]);
    }
    Section::new("tables", "Tables")
        .says(
            "CSV (UTF-8) with its description beside it (CSV on the Web), and Parquet. Money is in whole pence, shares run from 0 to 1, \
             dates are ISO 8601. A cell without a value holds [x] no data, [z] not applicable or [c] withheld. A text cell that a \
             spreadsheet could run as a formula begins with an apostrophe that is not part of it.",
        )
        .grid(grid)
}

fn pictures(charts: &[Chart]) -> Section {
    let mut grid = Grid::new("chart-list", "Charts of England", &["Chart", "SVG", "PNG"]);
    for chart in charts {
        let path = chart.path();
        let cells = [
            Cell::name(&chart.subtitle),
            file("SVG", &format!("{path}.svg")),
            file("PNG", &format!("{path}.png")),
        ];
        grid.rows.push(cells.to_vec());
    }
    Section::new("charts", "Charts").grid(grid)
}

/// The dictionary of one table.
fn columns(table: &Table) -> Section {
    let id = anchor(table);
    let heads = ["Column", "Title", "Unit", "What it means", "An empty cell"];
    let caption = format!("Columns of {}; a row is named by {}", table.name, table.key.join(", "));
    let mut grid = Grid::new(&format!("{id}-table"), caption, &heads);
    for c in &table.columns {
        let reason =
            if c.absence.is_some() { "says why".to_owned() } else { c.empty.as_str().replace('_', " ") };
        grid.rows.push(vec![
            Cell::words(c.name.clone()),
            Cell::words(c.title.clone()),
            Cell::words(c.unit.clone().unwrap_or_else(|| "none".to_owned())),
            Cell::long(&c.about),
            Cell::words(reason),
        ]);
    }
    let heading = format!("Columns: {}", words::lower_first(&table.title));
    Section { minor: true, ..Section::new(&id, &heading).grid(grid) }
}
