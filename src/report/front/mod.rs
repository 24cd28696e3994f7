//! The front page of a release: headline, league table, charts, spend, method, quality, sources, files.

use super::chart::{Chart, Plot};
use super::charts::band_words;
use super::frame::Frame;
use super::grid::{Cell, Fact, Grid};
use super::league::Area;
use super::scene::Scene;
use super::spend::Scope;
use super::table::Table;
use super::words;
use crate::model::is_ccg_code;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Serialize)]
pub struct IndexPage {
    pub title: String,
    /// The release in a sentence.
    pub lede: String,
    pub synthetic: bool,
    pub period: String,
    pub facts: Vec<Fact>,
    /// What the reader must know before reading a figure.
    pub cautions: Vec<String>,
    pub league: Option<Grid>,
    pub regions: Option<Grid>,
    pub quarters: Option<Grid>,
    pub figures: Vec<Figure>,
    pub spend: Vec<Figure>,
    /// Why there is no spend section.
    pub no_spend: Option<String>,
    pub score: Score,
    pub quality: Quality,
    pub sources: Vec<Source>,
    pub disclosure: String,
    pub basis: String,
    pub seed: Option<String>,
    pub pipeline: String,
    pub downloads: Vec<Download>,
    pub notes: Vec<String>,
}

/// A chart with its numbers.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    pub id: String,
    pub title: String,
    pub description: String,
    pub synthetic: bool,
    /// Path of the published table with its numbers.
    pub table: String,
    pub numbers: Option<Grid>,
}

/// How the score is made.
#[derive(Clone, Debug, Serialize)]
pub struct Score {
    pub framework: String,
    pub description: String,
    pub indicators: Grid,
    pub indicator_count: usize,
}

#[derive(Clone, Debug, Serialize)]
pub struct Quality {
    /// Whether the accounting of files is part of the release.
    pub known: bool,
    pub facts: Vec<Fact>,
    pub files: Option<Grid>,
    pub issues: Option<Grid>,
    pub withheld: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Source {
    pub title: String,
    pub publisher: String,
    pub licence: String,
    pub periods: String,
    pub files: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Download {
    /// Path without extension.
    pub path: String,
    pub title: String,
    pub about: String,
    pub rows: String,
    /// Charts have pictures, tables have files of data.
    pub chart: bool,
}

/// How many of the worst issues the page shows; all are in `quality/issues`.
const ISSUES_SHOWN: usize = 15;

pub fn index(scene: &Scene, charts: &[Chart], tables: &[Table]) -> IndexPage {
    let about = scene.about;
    let (spend, figures): (Vec<_>, Vec<_>) = charts.iter().partition(|c| matches!(c.plot, Plot::Spend(_)));
    IndexPage {
        title: words::clean(&about.title).0,
        lede: lede(scene),
        synthetic: about.synthetic(),
        period: scene.period_label().to_owned(),
        facts: facts(scene),
        cautions: cautions(scene),
        league: (!scene.ccgs.is_empty()).then(|| league(scene)),
        regions: (!scene.regions.is_empty()).then(|| areas(scene, &scene.regions)),
        quarters: (!scene.england.is_empty()).then(|| quarters(scene)),
        figures: figures.into_iter().map(|c| figure(c, None)).collect(),
        no_spend: spend.is_empty().then(|| {
            "No spend figures came with this batch, so there is no section on £ per head.".to_owned()
        }),
        spend: spend
            .into_iter()
            .map(|c| {
                let scope = scene.spend.iter().find(|s| c.id.ends_with(&format!("-{}", s.slug)));
                figure(c, scope.map(spend_grid))
            })
            .collect(),
        score: score(scene),
        quality: quality(scene),
        sources: sources(scene),
        disclosure: scene.release.policy.statement.clone(),
        basis: about.basis_words(),
        seed: about.seed.map(|s| s.to_string()),
        pipeline: words::clean(&about.pipeline).0,
        downloads: downloads(charts, tables),
        notes: about.notes.iter().map(|n| words::clean_long(n)).collect(),
    }
}

fn lede(scene: &Scene) -> String {
    let Some((_, label)) = &scene.period else {
        return "No quarter of this batch could be scored.".to_owned();
    };
    match scene.england_now() {
        Some(england) => {
            let i = england.interval;
            let bounds = match (i.low, i.high) {
                (Some(low), Some(high)) => {
                    format!("between {} and {} out of 100", words::score(low), words::score(high))
                }
                _ => "within bounds that cannot be given".to_owned(),
            };
            let estimate =
                i.estimate.map(|e| format!("; the best estimate is {}", words::score(e))).unwrap_or_default();
            let asked = if england.asked < 1.0 {
                format!(
                    " {} of the framework, by weight, was collected in the quarter.",
                    words::percent(england.asked)
                )
            } else {
                String::new()
            };
            let coverage = england
                .coverage
                .map(|c| format!(" Answers cover {} of what was asked.", words::percent(c)))
                .unwrap_or_default();
            format!(
                "In {label} the digital maturity of general practice in England lies {bounds}{estimate}.{asked}{coverage}"
            )
        }
        None => format!("Scores of {} CCGs in {label}.", scene.ccgs.len()),
    }
}

fn fact(label: &str, value: String, note: impl Into<String>) -> Fact {
    Fact { label: label.to_owned(), value, note: note.into() }
}

fn size(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn facts(scene: &Scene) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let (Some(first), Some(last)) = (scene.periods.first(), scene.periods.last()) {
        let span = if first == last { first.1.clone() } else { format!("{} to {}", first.1, last.1) };
        facts.push(fact("Quarters scored", words::count(size(scene.periods.len())), span));
    }
    if !scene.practices.is_empty() {
        let scored = scene.practices.iter().filter(|p| p.interval.low.is_some()).count();
        let note = format!("of {} in the quarter", words::count(size(scene.practices.len())));
        facts.push(fact("Practices scored", words::count(size(scored)), note));
        let patients: i64 = scene.practices.iter().filter_map(|p| p.list_size).sum();
        facts.push(fact("Registered patients", words::count(patients), "at these practices"));
    }
    if !scene.ccgs.is_empty() {
        let scored = scene.ccgs.iter().filter(|a| a.interval.low.is_some()).count();
        let note = format!("of {} in the quarter", words::count(size(scene.ccgs.len())));
        facts.push(fact("CCGs scored", words::count(size(scored)), note));
    }
    facts
}

fn cautions(scene: &Scene) -> Vec<String> {
    let mut out = vec![
        "No official Digital Primary Care Maturity score was ever published. This score is this project's own \
         method; every weight and its reason is on this page."
            .to_owned(),
        "It compares groups of practices for planning. It says nothing about the quality of care, and it is no help \
         in choosing a practice."
            .to_owned(),
    ];
    let later = scene.later();
    if !later.is_empty() {
        let are = if later.len() == 1 { "holds" } else { "hold" };
        out.push(format!(
            "Later quarters ({}) {are} answers for less than half of the framework and are not put in front; they \
             are in the tables.",
            later.join(", ")
        ));
    }
    out
}

fn league(scene: &Scene) -> Grid {
    let ranked = scene.ccgs.iter().any(|a| a.rank_range.is_some());
    let tiered = scene.ccgs.iter().any(|a| a.tier.is_some());
    let caption = format!("CCGs in order of the floor of their score, {}", scene.period_label());
    let mut grid = Grid::new(
        "league",
        caption,
        &["CCG", "#Floor", "#Estimate", "#Ceiling", "#Coverage", "#Practices scored", "#Registered patients"],
    );
    if ranked {
        grid.column("Rank range", true);
    }
    if tiered {
        grid.column("Tier", false);
    }
    let of = scene.ccgs.iter().filter(|a| a.interval.low.is_some()).count();
    for area in &scene.ccgs {
        let mut row =
            area_cells(area, is_ccg_code(&area.code).then(|| format!("site/ccg/{}.html", area.code)));
        if ranked {
            let text = area.rank_range.map(|(best, worst)| format!("{best} to {worst} of {of}"));
            row.push(Cell::figure(text, false));
        }
        if tiered {
            row.push(Cell::words(area.tier.clone().unwrap_or_else(|| words::NO_DATA.to_owned())));
        }
        grid.rows.push(row);
    }
    grid
}

/// Name, floor, estimate, ceiling, coverage, practices, patients.
fn area_cells(area: &Area, href: Option<String>) -> Vec<Cell> {
    let name = Cell::name(&area.name).small(words::clean(&area.code).0).link(href);
    let mut floor = Cell::score(area.interval.low, area.withheld);
    if area.tied {
        floor = floor.small("tied");
    }
    let mut coverage = Cell::percent(area.coverage, area.withheld);
    if area.thin {
        coverage = coverage.small("thin");
    }
    let practices = match (area.practices_scored, area.practices) {
        (Some(scored), Some(all)) => Some(format!("{} of {}", words::count(scored), words::count(all))),
        (one, other) => one.or(other).map(words::count),
    };
    vec![
        name,
        floor,
        Cell::score(area.interval.estimate, area.withheld),
        Cell::score(area.interval.high, area.withheld),
        coverage,
        Cell::figure(practices, false),
        Cell::count(area.list_size),
    ]
}

fn areas(scene: &Scene, rows: &[Area]) -> Grid {
    let caption = format!("NHS regions in order of the floor of their score, {}", scene.period_label());
    let mut grid = Grid::new(
        "regions",
        caption,
        &[
            "Region",
            "#Floor",
            "#Estimate",
            "#Ceiling",
            "#Coverage",
            "#Practices scored",
            "#Registered patients",
        ],
    );
    grid.rows = rows.iter().map(|a| area_cells(a, None)).collect();
    grid
}

fn quarters(scene: &Scene) -> Grid {
    let columns = [
        "Quarter",
        "#Floor",
        "#Estimate",
        "#Ceiling",
        "#Asked, of the framework",
        "#Coverage, of what was asked",
    ];
    let mut grid = Grid::new("quarters", "England by quarter", &columns);
    for england in &scene.england {
        grid.rows.push(vec![
            Cell::words(england.label.clone()).small(format!("to {}", words::day(england.day))),
            Cell::score(england.interval.low, false),
            Cell::score(england.interval.estimate, false),
            Cell::score(england.interval.high, false),
            Cell::percent(Some(england.asked), false),
            Cell::percent(england.coverage, false),
        ]);
    }
    grid
}

fn figure(chart: &Chart, numbers: Option<Grid>) -> Figure {
    Figure {
        id: chart.id.clone(),
        title: chart.title.clone(),
        description: chart.description.clone(),
        synthetic: chart.synthetic,
        table: format!("tables/{}.csv", chart.table),
        numbers: numbers.or_else(|| numbers_of(chart)),
    }
}

fn numbers_of(chart: &Chart) -> Option<Grid> {
    let id = format!("{}-numbers", chart.id);
    let mut grid = match &chart.plot {
        Plot::Caterpillar(plot) => {
            let mut grid = Grid::new(&id, &chart.subtitle, &["CCG", "#Floor", "#Estimate", "#Ceiling"]);
            for (name, i) in &plot.rows {
                let mut row = vec![Cell::name(name)];
                row.extend([i.low, i.estimate, i.high].map(|x| Cell::score(x, false)));
                grid.rows.push(row);
            }
            grid
        }
        Plot::Distribution(plot) => {
            let mut grid = Grid::new(&id, &chart.subtitle, &["Floor of the score", "#Practices"]);
            for (from, n) in &plot.bins {
                let last = from + plot.width >= 100.0;
                let text = if last {
                    format!("{from} to 100")
                } else {
                    format!("{from} to under {}", from + plot.width)
                };
                grid.rows.push(vec![Cell::words(text), Cell::count(Some(i64::from(*n)))]);
            }
            grid
        }
        Plot::ListSize(plot) => {
            let columns =
                ["Registered patients", "#Practices", "#Lower quartile", "#Median", "#Upper quartile"];
            let mut grid = Grid::new(&id, &chart.subtitle, &columns);
            for band in &plot.bands {
                let quartile = |k: usize| Cell::score(band.quartiles.map(|q| q[k]), false);
                let mut row = vec![Cell::words(band_words(band)), Cell::count(Some(size(band.practices)))];
                row.extend((0..3).map(quartile));
                grid.rows.push(row);
            }
            grid
        }
        // The table of quarters stands beside the chart; £ per head brings its own.
        Plot::Trend(_) | Plot::Spend(_) => return None,
    };
    if chart.synthetic {
        grid.caption.push_str(" (synthetic data)");
    }
    Some(grid)
}

fn spend_grid(scope: &Scope) -> Grid {
    let columns = [
        "CCG",
        "#£ per registered patient",
        "#£ per weighted patient",
        "#Spend",
        "#Registered",
        "#Weighted",
        "Remarks",
    ];
    let caption = format!("GP IT spend per head, {}, {}", scope.label.to_lowercase(), scope.year);
    let mut grid = Grid::new(&format!("spend-{}", scope.slug), caption, &columns);
    for line in &scope.rows {
        #[allow(clippy::cast_precision_loss)]
        let spend = line.spend_pence.map(|p| words::pounds(p as f64 / 100.0));
        let people = |n: Option<f64>| Cell::figure(n.map(words::whole), false);
        let remarks: Vec<&str> =
            [line.bar.caveat.as_deref(), line.question.as_deref()].into_iter().flatten().collect();
        let mut remark = Cell::name(&remarks.join(". "));
        if remarks.is_empty() {
            remark = Cell::words("Comparable");
        }
        grid.rows.push(vec![
            Cell::name(&line.bar.name).small(words::clean(&line.bar.code).0),
            Cell::figure(line.bar.registered.map(words::pounds), false),
            Cell::figure(line.bar.weighted.map(words::pounds), false),
            Cell::figure(spend, false),
            people(line.registered),
            people(line.weighted),
            remark,
        ]);
    }
    grid
}

fn score(scene: &Scene) -> Score {
    let framework = &scene.about.framework;
    let columns =
        ["Indicator", "Dimension", "Kind", "#Weight", "#Share of the score", "Why this weight", "Owner"];
    let caption = format!("Indicators and weights of {} {}", framework.name, framework.version);
    let mut grid = Grid::new("framework", caption, &columns);
    for i in &framework.indicators {
        grid.rows.push(vec![
            Cell::name(&i.wording).small(words::clean(&i.id).0),
            Cell::name(&i.dimension),
            Cell::words(i.kind.as_str()),
            Cell::figure(Some(format!("{}", i.weight)), false),
            Cell::figure(Some(format!("{:.1}%", i.effective_share * 100.0)), false),
            Cell { text: words::clean_long(&i.reason), name: true, ..Cell::default() },
            Cell::name(&i.owner),
        ]);
    }
    Score {
        framework: words::clean(&format!("{} {}", framework.name, framework.version)).0,
        description: words::clean_long(&framework.description),
        indicator_count: framework.indicators.len(),
        indicators: grid,
    }
}

fn quality(scene: &Scene) -> Quality {
    let tables = &scene.release.tables;
    let files = Frame::new(tables.get("quality/reconciliation"));
    let issues = Frame::new(tables.get("quality/issues"));
    let withheld = scene
        .release
        .withheld
        .iter()
        .map(|w| {
            format!("{}: {} of {} withheld", w.table, words::of(size(w.cells), "cell", "cells"), w.column)
        })
        .collect();
    let mut quality =
        Quality { known: files.rows() > 0, facts: Vec::new(), files: None, issues: None, withheld };
    if quality.known {
        let (dataset, file) = (files.text("dataset"), files.text("file"));
        let columns =
            ["rows_read", "rows_accepted", "rows_quarantined", "rows_skipped"].map(|c| files.int(c));
        let bytes = [files.int("bytes_read"), files.int("bytes_accounted")];
        let sum = |c: &[Option<i64>]| c.iter().flatten().sum::<i64>();
        let [read, accepted, quarantined, skipped] = columns.each_ref().map(|c| sum(c));
        let lost = read - accepted - quarantined - skipped;
        let lost_bytes = sum(&bytes[0]) - sum(&bytes[1]);
        quality.facts = vec![
            fact("Files", words::count(size(files.rows())), "read and accounted for"),
            fact("Rows read", words::count(read), format!("{} accepted", words::count(accepted))),
            fact("Rows set aside", words::count(quarantined), "quarantined, with their raw text"),
            fact("Rows skipped", words::count(skipped), "declared: titles, totals, footnotes"),
            fact("Rows unaccounted for", words::count(lost), format!("{} bytes", words::count(lost_bytes))),
        ];
        let mut by_dataset: BTreeMap<String, [i64; 5]> = BTreeMap::new();
        for i in 0..files.rows() {
            let label = dataset[i].clone().or(file[i].clone()).unwrap_or_default();
            let row = by_dataset.entry(label).or_default();
            row[0] += 1;
            for (k, column) in columns.iter().enumerate() {
                row[k + 1] += column[i].unwrap_or_default();
            }
        }
        let heads = ["Dataset", "#Files", "#Rows read", "#Accepted", "#Set aside", "#Skipped"];
        let mut grid = Grid::new(
            "files-by-dataset",
            "Files by dataset: rows read = accepted + set aside + skipped",
            &heads,
        );
        for (label, sums) in by_dataset {
            let mut row = vec![Cell::name(&label)];
            row.extend(sums.map(|n| Cell::count(Some(n))));
            grid.rows.push(row);
        }
        quality.files = Some(grid);
    }
    if issues.rows() > 0 {
        quality.issues = Some(worst_issues(issues));
    }
    quality
}

/// Issues by code, the severe and frequent first.
fn worst_issues(issues: Frame) -> Grid {
    let (code, severity, message) = (issues.text("code"), issues.text("severity"), issues.text("message"));
    let (count, place, file) = (issues.int("count"), issues.text("place"), issues.text("file"));
    let weight = |s: &str| ["fatal", "error", "warning", "note"].iter().position(|w| *w == s).unwrap_or(4);
    let mut kinds: BTreeMap<(usize, String), (i64, String, String, String)> = BTreeMap::new();
    for i in 0..issues.rows() {
        let severity = severity[i].clone().unwrap_or_default();
        let key = (weight(&severity), code[i].clone().unwrap_or_default());
        let example = [&file[i], &place[i]].into_iter().flatten().find(|t| !t.is_empty()).cloned();
        let kind = kinds.entry(key).or_insert_with(|| {
            (0, severity, message[i].clone().unwrap_or_default(), example.unwrap_or_default())
        });
        kind.0 += count[i].unwrap_or(1);
    }
    let mut order: Vec<_> = kinds.into_iter().collect();
    order.sort_by(|a, b| (a.0.0, -a.1.0, &a.0.1).cmp(&(b.0.0, -b.1.0, &b.0.1)));
    let all = order.len();
    let shown = all.min(ISSUES_SHOWN);
    let caption = if all > shown {
        format!("The {shown} worst of {all} kinds of issue; all are in quality/issues.csv")
    } else {
        "Issues found, worst first".to_owned()
    };
    let mut grid = Grid::new("issues", caption, &["Code", "Severity", "#Cases", "What", "First seen in"]);
    for ((_, code), (n, severity, message, example)) in order.into_iter().take(shown) {
        grid.rows.push(vec![
            Cell::name(&code),
            Cell::words(words::clean(&severity).0),
            Cell::count(Some(n)),
            Cell::name(&message),
            Cell::name(&example),
        ]);
    }
    grid
}

fn sources(scene: &Scene) -> Vec<Source> {
    let clean = |s: &str| words::clean(s).0;
    scene
        .about
        .sources
        .iter()
        .map(|s| Source {
            title: clean(&s.title),
            publisher: clean(&s.publisher),
            licence: clean(&s.licence),
            periods: s.periods.iter().map(|p| clean(p)).collect::<Vec<_>>().join(" to "),
            files: s.files.iter().map(|f| clean(f)).collect(),
        })
        .collect()
}

fn downloads(charts: &[Chart], tables: &[Table]) -> Vec<Download> {
    let tables = tables.iter().map(|t| Download {
        path: t.path(),
        title: t.title.clone(),
        about: t.about.clone(),
        rows: words::of(size(t.rows), "row", "rows"),
        chart: false,
    });
    let charts = charts.iter().map(|c| Download {
        path: format!("charts/{}", c.id),
        title: c.subtitle.clone(),
        about: String::new(),
        rows: String::new(),
        chart: true,
    });
    tables.chain(charts).collect()
}
