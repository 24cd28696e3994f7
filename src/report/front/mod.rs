//! The front page of a release: headline, league table, charts, spend, how sure that is, what was left out.

mod areas;
mod compared;
mod evidence;
mod figures;
mod spread;
mod sure;

pub use evidence::{Evidence, GRADES, carried_words};
pub use figures::{Figure, figure};
pub use sure::Sure;

use super::bodies;
use super::chart::Chart;
use super::frame::Frame;
use super::grid::{Fact, Grid};
use super::quality_page::account;
use super::scene::{BreakNote, Scene};
use super::section::Section;
use super::words;
use super::workbook;
use crate::diag::codes;
use serde::Serialize;

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
    /// What the areas are called: several.
    pub areas: &'static str,
    pub league_note: String,
    pub league: Option<Grid>,
    pub regions: Option<Grid>,
    pub quarters: Option<Grid>,
    /// Where the questions changed.
    pub breaks: Vec<BreakNote>,
    pub figures: Vec<Figure>,
    pub spend: Vec<Figure>,
    pub spread: Option<Grid>,
    /// Why there is no spend section.
    pub no_spend: Option<String>,
    pub sure: Option<Sure>,
    pub score: ScoreSummary,
    /// How self-reported answers are known, where they were graded.
    pub evidence: Option<Evidence>,
    /// Agreements, standards, providers.
    pub bodies: Vec<Section>,
    /// What arrived and what was left out, in figures.
    pub account: Option<Vec<Fact>>,
    pub basis: String,
    pub seed: Option<String>,
    pub pipeline: String,
    /// Path of the workbook of England, without extension.
    pub workbook: Option<String>,
    pub feeds: bool,
}

/// How the score is made, as far as the front page says it.
#[derive(Clone, Debug, Serialize)]
pub struct ScoreSummary {
    pub framework: String,
    pub description: String,
    pub indicators: usize,
}

/// `feeds`: whether the release tells patients anything.
pub fn index(scene: &Scene, charts: &[Chart], feeds: bool) -> IndexPage {
    let about = scene.about;
    let (spend, figures): (Vec<_>, Vec<_>) = charts.iter().partition(|c| c.about_spend());
    IndexPage {
        title: words::clean(&about.title).0,
        lede: lede(scene),
        synthetic: about.synthetic(),
        period: scene.period_words(),
        areas: scene.area_words().1,
        league_note: areas::league_note(scene),
        facts: facts(scene),
        cautions: cautions(scene),
        league: (!scene.ccgs.is_empty()).then(|| areas::league(scene)),
        regions: (!scene.regions.is_empty()).then(|| areas::regions(scene)),
        quarters: (!scene.england.is_empty()).then(|| areas::quarters(scene)),
        breaks: scene.breaks().iter().map(|b| b.note(scene)).collect(),
        figures: figures.into_iter().map(|c| figure(scene, c)).collect(),
        no_spend: spend.is_empty().then(|| {
            "No spend figures came with this batch, so there is no section on £ per head.".to_owned()
        }),
        spend: spend.into_iter().map(|c| figure(scene, c)).collect(),
        spread: spread::spread(scene),
        sure: sure::sure(scene),
        score: ScoreSummary {
            framework: words::clean(&format!("{} {}", about.framework.name, about.framework.version)).0,
            description: words::clean_long(&about.framework.description),
            indicators: about.framework.indicators.len(),
        },
        evidence: evidence::evidence(scene),
        bodies: bodies::england(scene),
        account: account(scene),
        basis: about.basis_words(),
        seed: about.seed.map(|s| s.to_string()),
        pipeline: words::clean(&about.pipeline).0,
        workbook: workbook::england_path(scene),
        feeds,
    }
}

/// The release in a few sentences: England within its bounds, the spread of areas, and how much is known.
fn lede(scene: &Scene) -> String {
    let Some((_, label)) = &scene.period else {
        return "No quarter of this batch could be scored.".to_owned();
    };
    let floors: Vec<f64> = scene.ccgs.iter().filter_map(|a| a.interval.low).collect();
    let Some(england) = scene.england_now() else {
        return format!("Scores of {} in {label}.", scene.areas(scene.ccgs.len()));
    };
    let i = england.interval;
    let mut text = match (i.low, i.high) {
        (Some(low), Some(high)) => format!(
            "In {label} general practice in England scores at least {} and at most {} out of 100 on this project's own \
             index of digital maturity: what is missing leaves that open.",
            words::score(low),
            words::score(high)
        ),
        _ => format!("In {label} there is no score for England."),
    };
    if let (Some(least), Some(most)) =
        (floors.iter().copied().min_by(f64::total_cmp), floors.iter().copied().max_by(f64::total_cmp))
    {
        text.push_str(&format!(
            " The floors of {} run from {} to {}.",
            scene.areas(floors.len()),
            words::score(least),
            words::score(most)
        ));
    }
    match england.coverage.map(words::percent) {
        Some(covered) if england.asked < 1.0 => text.push_str(&format!(
            " {} of the index, by weight, was collected in the quarter, and answers cover {covered} of that.",
            words::capital(&words::percent(england.asked))
        )),
        Some(covered) => text.push_str(&format!(" Answers cover {covered} of the index, by weight.")),
        None => {}
    }
    text
}

fn facts(scene: &Scene) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let (Some(first), Some(last)) = (scene.periods.first(), scene.periods.last()) {
        let span = if scene.periods.len() <= 4 {
            scene.periods.iter().map(|p| p.1.as_str()).collect::<Vec<_>>().join(", ")
        } else {
            format!("{} to {}", first.1, last.1)
        };
        facts.push(Fact::new("Quarters scored", words::count(words::size(scene.periods.len())), span));
    }
    if !scene.practices.is_empty() {
        let counted = scene.counted();
        let answering = words::count(words::size(counted.answering));
        facts.push(Fact::new("Practices with an answer", answering, counted.of_all()));
        facts.push(Fact::new("Registered patients", words::count(counted.patients), counted.lists()));
    }
    if !scene.ccgs.is_empty() {
        let scored = scene.ccgs.iter().filter(|a| a.interval.low.is_some()).count();
        let note = format!("of {} with a practice in the quarter", scene.areas(scene.ccgs.len()));
        let label = format!("{} with a score", words::capital(scene.area_words().1));
        facts.push(Fact::new(&label, words::count(words::size(scored)), note));
    }
    facts
}

fn cautions(scene: &Scene) -> Vec<String> {
    let mut out: Vec<String> = scene.about.notes.iter().map(|n| words::clean_long(n)).collect();
    out.extend([
        "No official Digital Primary Care Maturity score was ever published. This score is this project's own \
         method; every weight and its reason is on the page on method."
            .to_owned(),
        "It compares groups of practices for planning. It says nothing about the quality of care, and it is no help \
         in choosing a practice."
            .to_owned(),
    ]);
    if scene.area_words().1 != "CCGs" {
        out.push(
            "CCGs ended on 1 July 2022. The areas here are the sub-ICB locations that carry on their codes; columns and \
             files keep the name CCG."
                .to_owned(),
        );
    }
    let issues = Frame::new(scene.release.tables.get("quality/issues"));
    for (code, message) in issues.text("code").into_iter().zip(issues.text("message")) {
        if code.as_deref() == Some(codes::by_name("POPULATION_THIN").id) {
            let message = words::clean_long(&message.unwrap_or_default());
            out.push(format!("Too few patients. {message}. No figure of that quarter is one of England."));
        }
    }
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
