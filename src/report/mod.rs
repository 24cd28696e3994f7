//! Computed tables laid out as plain view models: tables with their dictionary, charts as numbers and words, pages.
//!
//! The last place where polars is seen. Comes after `disclose`, whose [`Published`] tables are its only input, and
//! before `render`, which turns the views into bytes. It decides what is said and in which words; it computes no
//! figure that is not a count, an order or a quantile of published ones.

mod about;
mod allocation;
mod audit;
mod bodies;
mod ccg_page;
mod chart;
mod charts;
mod data_page;
mod definitions;
mod dictionary;
pub mod feeds;
mod find_page;
mod frame;
mod front;
mod grid;
mod indicator_page;
mod league;
mod method_page;
mod practice_page;
mod quality_page;
mod scene;
mod section;
mod spend;
mod table;
pub mod words;
mod workbook;

pub use about::{About, FrameworkInfo, IndicatorInfo, Kind, ReleaseInput, Rules, SourceInfo};
pub use allocation::{Against, AllocationPage, ScenarioView, allocation};
pub use audit::AuditPage;
pub use ccg_page::CcgPage;
pub use chart::*;
pub use definitions::Definitions;
pub use find_page::FindPage;
pub use front::{Figure, IndexPage};
pub use grid::{Cell as GridCell, Fact, Grid, Head};
pub use indicator_page::IndicatorPage;
pub use league::{Area, Interval};
pub use practice_page::PracticePage;
pub use section::{Article, Section};
pub use table::{Table, TableColumn, Texts, Values};
pub use workbook::{
    CellFormat, Line, LineStyle, MOST_DECIMALS, Sheet, SheetCell, SheetColumn, SheetTable, Workbook,
};

use crate::define::feeds::Feeds;
use crate::disclose::{self, DiscloseError, Disclosed, Policy, Published};
use polars::prelude::PolarsError;

/// Everything that `render` writes.
#[derive(Clone, Debug)]
pub struct Views {
    pub about: About,
    pub tables: Vec<Table>,
    pub charts: Vec<Chart>,
    pub index: IndexPage,
    pub audit: AuditPage,
    pub method: Article,
    pub quality: Article,
    pub data: Article,
    pub ccgs: Vec<CcgPage>,
    pub practices: Vec<PracticePage>,
    pub indicators: Vec<IndicatorPage>,
    pub find: FindPage,
    /// What patients are told; nothing where the release holds no facts for them.
    pub feed: Option<feeds::Feed>,
    /// England's first, then each CCG's.
    pub books: Vec<Workbook>,
}

#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error("report: table `{table}`, column `{column}`: {source}")]
    Table { table: String, column: String, source: PolarsError },
    #[error(
        "FEED_NOT_ALLOWED: the feeds for patients would hold {what}, which reports/feeds.toml does not allow"
    )]
    NotAllowed { what: String },
    #[error(
        "report: table `{table}`, column `{column}` has the type {found}, which no published file can hold"
    )]
    Type { table: String, column: String, found: String },
}

/// A table of figures that are nobody's but the caller's own, such as the scores of `dpcmi score`: no disclosure
/// control applies to what the user has just handed in.
pub fn own_table(
    definitions: &Definitions,
    name: &str,
    frame: &polars::prelude::DataFrame,
) -> Result<Table, ReportError> {
    Table::new(name, frame, &definitions.dictionary)
}

/// The quarter of a release that the page puts in front, with its label.
pub fn front_quarter(ccg_scores: &polars::prelude::DataFrame) -> Option<(jiff::civil::Date, String)> {
    scene::front_quarter(frame::Frame::new(Some(ccg_scores)))
}

/// The disclosure gate for a release.
pub fn publish(input: ReleaseInput, policy: &Policy) -> Result<Published<Disclosed<About>>, DiscloseError> {
    let about = input.about;
    let counting = about.framework.indicators.iter().filter(|i| i.people).map(|i| i.id.clone()).collect();
    disclose::release(policy, &counting, input.tables, about)
}

/// All views of what was published.
pub fn lay_out(
    published: &Published<Disclosed<About>>,
    definitions: &Definitions,
) -> Result<Published<Views>, ReportError> {
    published.try_view(views, definitions)
}

fn views(release: &Disclosed<About>, definitions: &Definitions) -> Result<Views, ReportError> {
    let mut tables = Vec::with_capacity(release.tables.len());
    for (name, frame) in &release.tables {
        tables.push(Table::new(name, frame, &definitions.dictionary)?);
    }
    let scene = scene::Scene::read(release, &definitions.wording);
    let own = charts::Own::read(&scene);
    let charts = charts::charts(&scene, &own);
    let feed = feed(release, &definitions.feeds)?;
    let index = front::index(&scene, &charts, feed.is_some());
    let audit = audit::page(&scene);
    let books = workbook::books(&scene, &tables, &definitions.sheets);
    let ccgs = ccg_page::pages(&scene, &own, &books);
    let data = data_page::page(&scene, &charts, &tables, &books, feed.as_ref());
    Ok(Views {
        about: release.about.clone(),
        tables,
        charts,
        index,
        audit,
        method: method_page::page(&scene),
        quality: quality_page::page(&scene),
        data,
        ccgs,
        practices: practice_page::pages(&scene),
        indicators: indicator_page::pages(&scene),
        find: find_page::page(&scene),
        feed,
        books,
    })
}

/// What patients are told. Without a rule for counts of people they are told nothing.
pub fn feed<C>(release: &Disclosed<C>, definition: &Feeds) -> Result<Option<feeds::Feed>, ReportError> {
    let facts = release.tables.get("patient_facts").and_then(|f| Some((f, feeds::quarter(f)?)));
    let (Some((facts, day)), Some(rule)) = (facts, &release.policy.people) else { return Ok(None) };
    feeds::Feed::of(definition, rule, facts, day).map(Some)
}
