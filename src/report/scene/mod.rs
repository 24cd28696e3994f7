//! What the views show, read once from the published tables: the quarter on show, its areas, practices and answers.

mod ahead;
mod answers;
mod counted;
mod days;
mod known;
mod names;
mod options;
mod practices;
mod quarters;
mod replies;
mod standing;
mod worth;

pub use ahead::{Action, Ahead, Beside, DoneBy, First, GroupStand, NEAREST, Peers, Step, way_words};
pub use answers::{Answer, answers_of};
pub use days::Days;
pub use known::Known;
pub use options::Options;
pub use practices::{Practice, level_range, level_words, practice_cell};
pub use quarters::{BreakNote, England, missing_words};
pub use replies::Reply;

use super::about::About;
use super::frame::Frame;
use super::league::{self, Area};
use super::spend::{self, Scope, Wording};
use super::words;
use crate::disclose::Disclosed;
use crate::model::is_ccg_code;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The quarter on show.
pub fn front_quarter(ccg_scores: Frame) -> Option<(Date, String)> {
    quarters::on_show(ccg_scores, &quarters::scored(ccg_scores))
}

pub struct Scene<'a> {
    pub release: &'a Disclosed<About>,
    pub about: &'a About,
    /// Of which day the answers are.
    pub days: Days,
    /// The words of answers that have some.
    pub options: Options,
    /// Every quarter scored, oldest first, with its label.
    pub periods: Vec<(Date, String)>,
    /// The quarter on show; `None` where nothing was scored.
    pub period: Option<(Date, String)>,
    /// The rows of `league_table` in its order.
    pub ccgs: Vec<Area>,
    /// CCGs that tables name and that have no practice in the quarter.
    pub unscored: Vec<Area>,
    pub regions: Vec<Area>,
    /// Name of the region of each area, by code.
    pub region_of: BTreeMap<String, String>,
    /// England period by period.
    pub england: Vec<England>,
    pub practices: Vec<Practice>,
    /// Answers of the period by practice and indicator.
    pub answers: BTreeMap<String, BTreeMap<String, Answer>>,
    /// The same of CCGs.
    pub ccg_answers: BTreeMap<String, BTreeMap<String, Answer>>,
    /// How self-reported answers are known, by practice; empty where nothing was graded.
    pub known: BTreeMap<String, Known>,
    /// Peers, first actions, next steps.
    pub ahead: Ahead,
    /// Indicators that practices were asked.
    pub asked: BTreeSet<String>,
    pub spend: Vec<Scope>,
    /// Replies of practices to what patients are told.
    pub replies: BTreeMap<String, Reply>,
    /// Spend against score in words, by CCG.
    pub worth: BTreeMap<String, String>,
}

impl<'a> Scene<'a> {
    pub fn read(release: &'a Disclosed<About>, wording: &Wording) -> Scene<'a> {
        let table = |name: &str| Frame::new(release.tables.get(name));
        let ccg_scores = table("ccg_scores");
        let periods = quarters::scored(ccg_scores);
        let period = quarters::on_show(ccg_scores, &periods);
        let names = names::ccgs(table("practices"), period.as_ref().map(|p| p.0));
        let titles = release.about.sources.iter().map(|s| (s.dataset.as_str(), s.title.as_str())).collect();
        let mut scene = Scene {
            about: &release.about,
            days: Days::read(release),
            options: Options::read(release.about.rules.as_ref().map(|r| &r.framework)),
            periods,
            period: period.clone(),
            ccgs: Vec::new(),
            unscored: Vec::new(),
            regions: Vec::new(),
            region_of: BTreeMap::new(),
            england: quarters::england(table("area_scores"), release.tables.get("indicator_values")),
            practices: Vec::new(),
            answers: BTreeMap::new(),
            ccg_answers: BTreeMap::new(),
            known: BTreeMap::new(),
            ahead: Ahead::default(),
            asked: BTreeSet::new(),
            spend: spend::scopes(table("spend_per_head"), &names, wording, &titles),
            replies: replies::replies(release),
            worth: worth::sentences(table("value")),
            release,
        };
        if let Some((day, _)) = period {
            let league = table("league_table").of_period(day);
            scene.ccgs = league::areas(Frame::new(league.as_ref()), "ccg_code", &names);
            let areas = table("area_scores").of_period(day);
            let regions = Frame::new(areas.as_ref()).rows_with("unit_type", "region");
            let regions = Frame::new(regions.as_ref());
            let region_names = names::regions(regions, table("practices"));
            scene.regions = league::areas(regions, "unit_code", &region_names);
            league::by_floor(&mut scene.regions);
            let scores = ccg_scores.of_period(day);
            scene.region_of = names::region_of(Frame::new(scores.as_ref()), &region_names);
            scene.practices = practices::practices(&scene, day);
            scene.answers = answers_of(table("indicator_values"), "practice", day);
            // areas alone first: a national table is nearly all of practices
            let areas = table("indicator_values").rows_with("unit_type", "ccg");
            scene.ccg_answers = answers_of(Frame::new(areas.as_ref()), "ccg", day);
            scene.known = known::practices(release, day);
            scene.ahead = Ahead::read(release, day);
            scene.unscored = names::unscored(release, &scene.ccgs, &names);
            scene.asked = scene.answers.values().flat_map(|a| a.keys().cloned()).collect();
        }
        scene
    }

    /// What the areas are called in the quarter on show: one, and several.
    pub fn area_words(&self) -> (&'static str, &'static str) {
        words::area_kind(self.period.as_ref().map_or(Date::MIN, |p| p.0))
    }

    /// Every area with a page of its own: those of the quarter on show in the order of its table, then those without a
    /// practice in it.
    pub fn with_page(&self) -> impl Iterator<Item = &Area> {
        self.ccgs.iter().filter(|a| is_ccg_code(&a.code)).chain(&self.unscored)
    }

    /// Those of the tables that the release holds: only to these a page may lead.
    pub fn held(&self, tables: &[&'static str]) -> Vec<&'static str> {
        tables.iter().copied().filter(|t| self.release.tables.contains_key(*t)).collect()
    }

    /// The wording of an indicator, else its id.
    pub fn wording(&self, id: &str) -> String {
        let found = self.about.framework.indicators.iter().find(|i| i.id == id);
        words::clean(found.map_or(id, |i| i.wording.as_str())).0
    }

    /// `195 CCGs`.
    pub fn areas(&self, n: usize) -> String {
        let (one, many) = self.area_words();
        words::of(words::size(n), one, many)
    }

    /// Whether the quarter on show is ranked.
    pub fn ranked(&self) -> bool {
        self.ccgs.iter().any(|a| a.rank_range.is_some())
    }

    /// The quarter on show with its last day.
    pub fn period_words(&self) -> String {
        self.period
            .as_ref()
            .map_or_else(String::new, |(day, label)| format!("{label}, to {}", words::day(*day)))
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
        // A publisher's programmes stand after a comma or in brackets; under a chart its name is enough.
        let mut publishers: Vec<&str> = Vec::new();
        for source in &self.about.sources {
            let name = source.publisher.split([',', '(']).next().unwrap_or_default().trim();
            if !name.is_empty() && !publishers.contains(&name) {
                publishers.push(name);
            }
        }
        if publishers.is_empty() {
            return "not stated".to_owned();
        }
        let others = if publishers.len() > 3 { " and others" } else { "" };
        publishers.truncate(3);
        format!("{}{others} (every file is named in index.html)", words::clean(&publishers.join(", ")).0)
    }
}
