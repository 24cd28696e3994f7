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

use crate::disclose::Published;
use crate::report::{AllocationPage, Chart, Views};
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
    #[error(
        "FEED_CHARACTER: row {row}, column {column} of the indicator file: {why}; correct it at its source"
    )]
    Character { row: String, column: &'static str, why: String },
    #[error("render: workbook `{path}`: {why}")]
    Workbook { path: String, why: String },
    #[error("render: page `{page}`: {source}")]
    Page { page: String, source: minijinja::Error },
}

/// All files of a release but Parquet and the manifest, sorted by path; drawn and written in parallel.
pub fn files(views: &Published<Views>, pictures: Pictures) -> Result<Vec<File>, RenderError> {
    let views = views.get();
    let page = |page: &str| {
        let page = page.to_owned();
        move |source| RenderError::Page { page, source }
    };
    let templates = html::Pages::new().map_err(page("templates"))?;
    let ((tables, charts), pages) = rayon::join(
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
        || -> Result<Vec<File>, RenderError> {
            let of = |ccg: &crate::report::CcgPage| -> Result<Vec<File>, RenderError> {
                let path = format!("site/ccg/{}.html", ccg.code);
                let bytes = templates.ccg(ccg, &views.about).map_err(page(&path))?;
                let mut files = ccg
                    .charts
                    .iter()
                    .map(|c| chart_files(c, pictures))
                    .collect::<Result<Vec<_>, _>>()?
                    .concat();
                files.push((path, bytes));
                Ok(files)
            };
            let ccgs: Result<Vec<Vec<File>>, RenderError> = views.ccgs.par_iter().map(of).collect();
            let mut files = ccgs?.concat();
            let practice = |p: &crate::report::PracticePage| {
                let path = format!("site/practice/{}.html", p.code);
                let bytes = templates.practice(p, &views.about).map_err(page(&path))?;
                Ok((path, bytes))
            };
            let practices: Result<Vec<File>, RenderError> =
                views.practices.par_iter().map(practice).collect();
            files.extend(practices?);
            for indicator in &views.indicators {
                let path = format!("site/indicator/{}.html", indicator.slug);
                files.push((path.clone(), templates.indicator(indicator).map_err(page(&path))?));
            }
            Ok(files)
        },
    );
    let mut files = tables;
    files.extend(charts?.into_iter().flatten());
    files.extend(pages?);
    let books: Result<Vec<[File; 2]>, RenderError> = views.books.par_iter().map(workbook::files).collect();
    files.extend(books?.into_iter().flatten());
    files.push(("index.html".to_owned(), templates.index(&views.index).map_err(page("index.html"))?));
    let audit = templates.audit(&views.audit, &views.about).map_err(page("site/self-audit.html"))?;
    files.push(("site/self-audit.html".to_owned(), audit));
    let find = templates.find(&views.find, &views.about).map_err(page("site/find.html"))?;
    files.push(("site/find.html".to_owned(), find));
    files.push(("site/style.css".to_owned(), html::STYLE.as_bytes().to_vec()));
    files.push(("site/site.js".to_owned(), html::SCRIPT.as_bytes().to_vec()));
    if let Some(feed) = &views.feed {
        files.extend(feeds::files(feed)?);
    }
    files.sort();
    Ok(files)
}

/// The page of an allocation with its charts and the style sheet.
pub fn allocation(page: &AllocationPage, charts: &[Chart]) -> Result<Vec<File>, RenderError> {
    let at = |source| RenderError::Page { page: "index.html".to_owned(), source };
    let html = html::Pages::new().and_then(|t| t.allocation(page)).map_err(at)?;
    let drawn = charts.par_iter().map(|c| chart_files(c, Pictures::default()));
    let mut files = drawn.collect::<Result<Vec<_>, _>>()?.concat();
    files.push(("index.html".to_owned(), html));
    files.push(("site/style.css".to_owned(), html::STYLE.as_bytes().to_vec()));
    files.push(("site/site.js".to_owned(), html::SCRIPT.as_bytes().to_vec()));
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
