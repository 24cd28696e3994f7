//! What the views show, read once from the published tables: the period on show, its areas, practices and answers.

use super::about::About;
use super::frame::Frame;
use super::league::{self, Area, Interval};
use super::spend::{self, Scope, Wording};
use super::words;
use crate::disclose::{Disclosed, is_withheld};
use crate::model::{Grain, Period};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

pub struct Scene<'a> {
    pub release: &'a Disclosed<About>,
    pub about: &'a About,
    /// Every quarter scored, oldest first, with its label.
    pub periods: Vec<(Date, String)>,
    /// The quarter on show; `None` where nothing was scored.
    pub period: Option<(Date, String)>,
    pub ccgs: Vec<Area>,
    pub regions: Vec<Area>,
    /// England period by period.
    pub england: Vec<England>,
    pub practices: Vec<Practice>,
    /// Answers of the period by practice and indicator.
    pub answers: BTreeMap<String, BTreeMap<String, Answer>>,
    /// Indicators that practices were asked.
    pub asked: BTreeSet<String>,
    pub spend: Vec<Scope>,
}

/// England in one period.
#[derive(Clone, Debug)]
pub struct England {
    pub label: String,
    pub day: Date,
    pub interval: Interval,
    pub coverage: Option<f64>,
    /// Share of the framework's weight that was collected from anyone; whole where nothing says otherwise.
    pub asked: f64,
}

/// A practice in the period on show.
#[derive(Clone, Debug)]
pub struct Practice {
    pub code: String,
    pub name: String,
    pub ccg: String,
    pub list_size: Option<i64>,
    pub supplier: Option<String>,
    pub interval: Interval,
    pub coverage: Option<f64>,
    /// Sub-scores have, use, benefit.
    pub kinds: [Option<f64>; 3],
    pub withheld: bool,
    pub small_list: bool,
}

/// A practice's answer to one indicator.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub value: Option<f64>,
    pub numerator: Option<f64>,
    pub denominator: Option<f64>,
    pub absence: Option<String>,
}

/// A quarter in which the median CCG has answers for less of the framework than this, by weight, is not put in front.
const COVERAGE_TO_SHOW: f64 = 0.5;

impl<'a> Scene<'a> {
    pub fn read(release: &'a Disclosed<About>, wording: &Wording) -> Scene<'a> {
        let table = |name: &str| Frame::new(release.tables.get(name));
        let ccg_scores = table("ccg_scores");
        let periods = periods(ccg_scores);
        let period = on_show(ccg_scores, &periods);
        let names = names(table("practices"), period.as_ref().map(|p| p.0));
        let mut scene = Scene {
            about: &release.about,
            periods,
            period: period.clone(),
            ccgs: Vec::new(),
            regions: Vec::new(),
            england: england(table("area_scores")),
            practices: Vec::new(),
            answers: BTreeMap::new(),
            asked: BTreeSet::new(),
            spend: spend::scopes(table("spend_per_head"), &names, wording),
            release,
        };
        if let Some((day, _)) = period {
            scene.ccgs = league::areas(ccg_scores, day, "ccg_code", &names);
            let areas = table("area_scores").of_period(day);
            let regions = Frame::new(areas.as_ref());
            let kind = regions.text("unit_type");
            let codes: BTreeSet<String> = kind
                .iter()
                .zip(regions.text("unit_code"))
                .filter(|(kind, _)| kind.as_deref() == Some("region"))
                .filter_map(|(_, code)| code)
                .collect();
            let mut region_names = region_names(regions, table("practices"));
            region_names.retain(|code, _| codes.contains(code));
            scene.regions = league::areas(regions, day, "unit_code", &region_names);
            scene.regions.retain(|r| codes.contains(&r.code));
            scene.practices = practices(&scene, day);
            scene.answers = answers(table("indicator_values"), day);
            scene.asked = scene.answers.values().flat_map(|a| a.keys().cloned()).collect();
        }
        scene
    }

    pub fn england_now(&self) -> Option<&England> {
        let (day, _) = self.period.as_ref()?;
        self.england.iter().find(|e| e.day == *day)
    }

    pub fn period_label(&self) -> &str {
        self.period.as_ref().map_or("", |p| p.1.as_str())
    }

    /// Quarters after the one on show.
    pub fn later(&self) -> Vec<&str> {
        let Some((day, _)) = &self.period else { return Vec::new() };
        self.periods.iter().filter(|p| p.0 > *day).map(|p| p.1.as_str()).collect()
    }

    /// Under every figure: where from, when, on which basis, by whose method.
    pub fn footer(&self, period: &str, sources: &str) -> Vec<String> {
        let framework = &self.about.framework;
        let synthetic =
            if self.about.synthetic() { "Synthetic data: no real organisation is described. " } else { "" };
        vec![
            format!("{synthetic}Source: {sources}. Period: {period}. Basis: {}.", self.about.basis_words()),
            format!(
                "Method: framework {} {}, this project's own method, not an official score.",
                framework.name, framework.version
            ),
        ]
    }

    pub fn sources(&self) -> String {
        if self.about.synthetic() {
            return "synthetic files in the published layouts".to_owned();
        }
        let mut publishers: Vec<&str> = Vec::new();
        for source in &self.about.sources {
            if !publishers.contains(&source.publisher.as_str()) {
                publishers.push(&source.publisher);
            }
        }
        match publishers.len() {
            0 => "not stated".to_owned(),
            1..=3 => format!("{} (datasets listed in index.html)", publishers.join(", ")),
            n => format!("{} publishers (listed in index.html)", n),
        }
    }
}

fn label_of(day: Date, written: Option<&String>) -> String {
    written.cloned().unwrap_or_else(|| Period::containing(Grain::Quarter, day).label())
}

/// Periods in which some CCG has a score.
fn periods(ccg_scores: Frame) -> Vec<(Date, String)> {
    let (day, label, score) =
        (ccg_scores.date("period"), ccg_scores.text("period_label"), ccg_scores.float("score"));
    let mut seen = BTreeMap::new();
    for i in 0..ccg_scores.rows() {
        if let (Some(day), Some(_)) = (day[i], score[i]) {
            seen.entry(day).or_insert_with(|| label_of(day, label[i].as_ref()));
        }
    }
    seen.into_iter().collect()
}

/// The latest quarter in which the median CCG has answers for half the framework; if there is none, the latest.
fn on_show(ccg_scores: Frame, periods: &[(Date, String)]) -> Option<(Date, String)> {
    let (day, coverage, asked) =
        (ccg_scores.date("period"), ccg_scores.float("coverage"), ccg_scores.float("weight_asked"));
    let mut by_day: BTreeMap<Date, Vec<f64>> = BTreeMap::new();
    for ((day, coverage), asked) in day.into_iter().zip(coverage).zip(asked) {
        if let (Some(day), Some(coverage)) = (day, coverage) {
            by_day.entry(day).or_default().push(coverage * asked.unwrap_or(1.0));
        }
    }
    let mut enough = |day: &Date| {
        by_day.get_mut(day).is_some_and(|c| {
            c.sort_by(f64::total_cmp);
            c[c.len() / 2] >= COVERAGE_TO_SHOW
        })
    };
    periods.iter().rev().find(|p| enough(&p.0)).or(periods.last()).cloned()
}

/// Names of CCGs: those of the period on show, else the latest.
fn names(practices: Frame, period: Option<Date>) -> BTreeMap<String, String> {
    let (day, code, name) =
        (practices.date("period"), practices.text("ccg_code"), practices.text("ccg_name"));
    let mut best: BTreeMap<String, ((bool, Option<Date>), String)> = BTreeMap::new();
    for i in 0..practices.rows() {
        if let (Some(code), Some(name)) = (&code[i], &name[i]) {
            let rank = (day[i] == period, day[i]);
            match best.get(code) {
                Some((held, _)) if *held >= rank => {}
                _ => _ = best.insert(code.clone(), (rank, name.clone())),
            }
        }
    }
    best.into_iter().map(|(code, (_, name))| (code, name)).collect()
}

fn region_names(areas: Frame, practices: Frame) -> BTreeMap<String, String> {
    let pairs = |codes: Vec<Option<String>>, names: Vec<Option<String>>| {
        codes.into_iter().zip(names).filter_map(|(c, n)| Some((c?, n?))).collect::<BTreeMap<_, _>>()
    };
    let mut names = pairs(practices.text("region_code"), practices.text("region_name"));
    names.extend(pairs(areas.text("unit_code"), areas.text("unit_name")));
    names
}

fn england(areas: Frame) -> Vec<England> {
    let (day, label, kind) = (areas.date("period"), areas.text("period_label"), areas.text("unit_type"));
    let (low, estimate, high) = (areas.float("score"), areas.float("estimate"), areas.float("score_high"));
    let (coverage, asked) = (areas.float("coverage"), areas.float("weight_asked"));
    let mut rows: Vec<England> = (0..areas.rows())
        .filter(|i| kind[*i].as_deref() == Some("england"))
        .filter_map(|i| {
            let day = day[i]?;
            Some(England {
                label: label_of(day, label[i].as_ref()),
                day,
                interval: Interval { low: low[i], estimate: estimate[i], high: high[i] },
                coverage: coverage[i],
                asked: asked[i].unwrap_or(1.0),
            })
        })
        .collect();
    rows.sort_by_key(|e| e.day);
    rows
}

fn practices(scene: &Scene, day: Date) -> Vec<Practice> {
    let tables = &scene.release.tables;
    let known = Frame::new(tables.get("practices")).of_period(day);
    let known = Frame::new(known.as_ref());
    let scores = Frame::new(tables.get("practice_scores")).of_period(day);
    let scores = Frame::new(scores.as_ref());
    let (code, ccg, reason) =
        (scores.text("practice_code"), scores.text("ccg_code"), scores.text("score_absence"));
    let (low, estimate, high) = (scores.float("score"), scores.float("estimate"), scores.float("score_high"));
    let (coverage, have, using, benefit) =
        (scores.float("coverage"), scores.float("have"), scores.float("use"), scores.float("benefit"));
    let row_of: BTreeMap<&str, usize> =
        code.iter().enumerate().filter_map(|(i, c)| Some((c.as_deref()?, i))).collect();
    let (known_code, name) = (known.text("practice_code"), known.text("practice_name"));
    let (size, supplier, known_ccg) =
        (known.int("list_size"), known.text("system_supplier"), known.text("ccg_code"));
    let mut rows = Vec::with_capacity(known.rows());
    let mut listed = BTreeSet::new();
    let mut add = |code: &str, at: Option<usize>, i: Option<usize>| {
        let pick = |column: &[Option<f64>]| i.and_then(|i| column[i]);
        let list_size = at.and_then(|at| size[at]);
        rows.push(Practice {
            code: code.to_owned(),
            name: at.and_then(|at| name[at].clone()).unwrap_or_else(|| code.to_owned()),
            ccg: i
                .and_then(|i| ccg[i].clone())
                .or(at.and_then(|at| known_ccg[at].clone()))
                .unwrap_or_default(),
            list_size,
            supplier: at.and_then(|at| supplier[at].clone()),
            interval: Interval { low: pick(&low), estimate: pick(&estimate), high: pick(&high) },
            coverage: pick(&coverage),
            kinds: [pick(&have), pick(&using), pick(&benefit)],
            withheld: i.is_some_and(|i| is_withheld(reason[i].as_deref())),
            small_list: list_size.is_some_and(|n| n < scene.release.policy.small_list.flag_below),
        });
    };
    for (at, code) in known_code.iter().enumerate() {
        if let Some(code) = code {
            listed.insert(code.as_str());
            add(code, Some(at), row_of.get(code.as_str()).copied());
        }
    }
    for (code, i) in row_of {
        if !listed.contains(code) {
            add(code, None, Some(i));
        }
    }
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    rows
}

fn answers(values: Frame, day: Date) -> BTreeMap<String, BTreeMap<String, Answer>> {
    let now = values.of_period(day);
    let now = Frame::new(now.as_ref());
    let (kind, unit, id) = (now.text("unit_type"), now.text("unit_code"), now.text("indicator_id"));
    let (value, numerator, denominator) =
        (now.float("value"), now.float("numerator"), now.float("denominator"));
    let absence = now.text("absence");
    let mut answers: BTreeMap<String, BTreeMap<String, Answer>> = BTreeMap::new();
    for i in 0..now.rows() {
        if kind[i].as_deref() != Some("practice") {
            continue;
        }
        if let (Some(unit), Some(id)) = (&unit[i], &id[i]) {
            let answer = Answer {
                value: value[i],
                numerator: numerator[i],
                denominator: denominator[i],
                absence: absence[i].clone(),
            };
            answers.entry(unit.clone()).or_default().insert(id.clone(), answer);
        }
    }
    answers
}

/// The words that stand for a practice's name with its marks.
pub fn practice_cell(practice: &Practice) -> super::grid::Cell {
    let (text, _) = words::clean(&practice.name);
    let shown = if text.chars().any(char::is_lowercase) {
        practice.name.clone()
    } else {
        words::mixed_case(&practice.name)
    };
    let small =
        if practice.small_list { format!("{}, small list", practice.code) } else { practice.code.clone() };
    super::grid::Cell::name(&shown).small(small)
}
