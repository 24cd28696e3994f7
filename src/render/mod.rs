//! Published views as the bytes of a release: CSV with its metadata, workbooks, charts as SVG and PNG, pages.
//!
//! Leaves only: no polars, no file is touched. Takes nothing but [`Published`] views; Parquet is written by `store`.
//! The stage after `report`, the last before the release is committed.

pub mod chart;
pub mod csv;
mod csvw;
pub mod feeds;
mod html;
mod png;
pub mod workbook;
mod xml;

use crate::disclose::Published;
use crate::report::{AllocationPage, CcgPage, Chart, PracticePage, Views};
use rayon::prelude::*;

/// Path inside the release, with `/`, and content.
pub type File = (String, Vec<u8>);

/// Whether charts come as pictures of pixels too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pictures {
    Svg,
    /// SVG and PNG with so many pixels for each unit of the chart.
    SvgAndPng(f32),
}

impl Default for Pictures {
    fn default() -> Pictures {
        Pictures::SvgAndPng(1.5)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    #[error("render: chart `{id}`: {why}")]
    Chart { id: String, why: String },
    /// Of a text of the definition that was not checked when it was loaded: names of practices never stop a release.
    #[error("render: row {row}, column {column} of the indicator file cannot hold its text: {why}")]
    Character { row: String, column: &'static str, why: String },
    #[error("render: workbook `{path}`: {why}")]
    Workbook { path: String, why: String },
    #[error("render: page `{page}`: {source}")]
    Page { page: String, source: minijinja::Error },
}

/// All files of a release but Parquet and the manifest, sorted by path; drawn and written in parallel.
pub fn files(views: &Published<Views>, pictures: Pictures) -> Result<Vec<File>, RenderError> {
    let views = views.get();
    let pages = html::Pages::new(crate::report::words::clean(&views.about.title).0)?;
    let ((tables, charts), site) = rayon::join(
        || {
            rayon::join(
                || -> Vec<File> {
                    let of = |t| table_files(t, &views.about);
                    views.tables.par_iter().flat_map_iter(of).collect()
                },
                || -> Result<Vec<Vec<File>>, RenderError> {
                    views.charts.par_iter().map(|c| chart_files(c, pictures)).collect()
                },
            )
        },
        || site(views, &pages, pictures),
    );
    let mut files = tables;
    files.extend(charts?.into_iter().flatten());
    files.extend(site?);
    let books: Result<Vec<[File; 2]>, RenderError> = views.books.par_iter().map(workbook::files).collect();
    files.extend(books?.into_iter().flatten());
    if let Some(feed) = &views.feed {
        files.extend(feeds::files(feed)?);
    }
    files.sort();
    Ok(files)
}

/// Every page, with the charts that stand beside the pages of areas.
fn site(views: &Views, pages: &html::Pages, pictures: Pictures) -> Result<Vec<File>, RenderError> {
    let of_ccg = |ccg: &CcgPage| -> Result<Vec<File>, RenderError> {
        let charts = ccg.charts.iter().map(|c| chart_files(c, pictures));
        let mut files = charts.collect::<Result<Vec<_>, _>>()?.concat();
        files.push(pages.file(format!("site/ccg/{}.html", ccg.code), "ccg.html", ccg)?);
        Ok(files)
    };
    let ccgs: Result<Vec<Vec<File>>, RenderError> = views.ccgs.par_iter().map(of_ccg).collect();
    let mut files = ccgs?.concat();
    let practice =
        |p: &PracticePage| pages.file(format!("site/practice/{}.html", p.code), "practice.html", p);
    files.extend(views.practices.par_iter().map(practice).collect::<Result<Vec<File>, RenderError>>()?);
    for i in &views.indicators {
        files.push(pages.file(format!("site/indicator/{}.html", i.slug), "indicator.html", i)?);
    }
    files.push(pages.file("index.html", "index.html", &views.index)?);
    files.push(pages.file("site/find.html", "find.html", &views.find)?);
    files.push(pages.file("site/method.html", "article.html", &views.method)?);
    files.push(pages.file("site/data-quality.html", "article.html", &views.quality)?);
    files.push(pages.file("site/open-data.html", "article.html", &views.data)?);
    files.push(pages.file("site/self-audit.html", "audit.html", &views.audit)?);
    files.extend(assets());
    Ok(files)
}

/// What all pages share.
fn assets() -> [File; 2] {
    [("site/style.css", html::STYLE), ("site/site.js", html::SCRIPT)]
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
}

/// The page of an allocation with its charts and the style sheet.
pub fn allocation(page: &AllocationPage, charts: &[Chart]) -> Result<Vec<File>, RenderError> {
    let drawn = charts.par_iter().map(|c| chart_files(c, Pictures::default()));
    let mut files = drawn.collect::<Result<Vec<_>, _>>()?.concat();
    files.push(html::Pages::new(String::new())?.file("index.html", "allocation.html", page)?);
    files.extend(assets());
    files.sort();
    Ok(files)
}

fn table_files(table: &crate::report::Table, about: &crate::report::About) -> [File; 2] {
    let path = table.path();
    [
        (format!("{path}.csv"), csv::write(table)),
        (format!("{path}.csv-metadata.json"), csvw::write(table, about)),
    ]
}

fn chart_files(chart: &Chart, pictures: Pictures) -> Result<Vec<File>, RenderError> {
    let svg = chart::draw(chart)?;
    let mut files = Vec::with_capacity(2);
    let path = chart.path();
    if let Pictures::SvgAndPng(scale) = pictures
        && !chart.own_page
    {
        files.push((format!("{path}.png"), png::draw(&chart.id, &svg, scale)?));
    }
    files.push((format!("{path}.svg"), svg.into_bytes()));
    Ok(files)
}
