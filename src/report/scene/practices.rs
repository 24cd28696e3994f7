//! Practices of the quarter on show with their answers.

use super::{First, Scene};
use crate::define::framework::Strength;
use crate::disclose::is_withheld;
use crate::report::frame::Frame;
use crate::report::grid::Cell;
use crate::report::league::Interval;
use crate::report::words;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A practice in the period on show.
#[derive(Clone, Debug)]
pub struct Practice {
    pub code: String,
    pub name: String,
    pub ccg: String,
    pub list_size: Option<i64>,
    /// The day that the list is of.
    pub list_day: Option<Date>,
    pub supplier: Option<String>,
    pub interval: Interval,
    pub coverage: Option<f64>,
    pub level: Option<i64>,
    pub level_high: Option<i64>,
    /// Ids of what keeps it from the next level.
    pub blocking: Vec<String>,
    /// Sub-scores have, use, benefit.
    pub kinds: [Option<f64>; 3],
    pub withheld: bool,
    pub small_list: bool,
    /// Open on the quarter's last day and expected to answer.
    pub expected: bool,
}

pub(super) fn practices(scene: &Scene, day: Date) -> Vec<Practice> {
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
    let (level, level_high, blocking) =
        (scores.int("level"), scores.int("level_high"), scores.text("blocking"));
    let row_of: BTreeMap<&str, usize> =
        code.iter().enumerate().filter_map(|(i, c)| Some((c.as_deref()?, i))).collect();
    let (known_code, name) = (known.text("practice_code"), known.text("practice_name"));
    let (size, supplier, known_ccg) =
        (known.int("list_size"), known.text("system_supplier"), known.text("ccg_code"));
    let (expected, source) = (known.text("expected"), known.text("list_source"));
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
            // `payments 2019-03-31`
            list_day: at.and_then(|at| source[at].as_ref()?.rsplit(' ').next()?.parse().ok()),
            supplier: at.and_then(|at| supplier[at].clone()),
            interval: Interval { low: pick(&low), estimate: pick(&estimate), high: pick(&high) },
            coverage: pick(&coverage),
            level: i.and_then(|i| level[i]),
            level_high: i.and_then(|i| level_high[i]),
            blocking: i
                .and_then(|i| blocking[i].as_deref())
                .map_or_else(Vec::new, |b| b.split(' ').map(str::to_owned).collect()),
            kinds: [pick(&have), pick(&using), pick(&benefit)],
            withheld: i.is_some_and(|i| is_withheld(reason[i].as_deref())),
            expected: at.is_some_and(|at| expected[at].as_deref() != Some("false")),
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

/// The words that stand for a practice's name with its marks.
pub fn practice_cell(practice: &Practice) -> Cell {
    let (text, _) = words::clean(&practice.name);
    let shown = if text.chars().any(char::is_lowercase) {
        practice.name.clone()
    } else {
        words::mixed_case(&practice.name)
    };
    let small =
        if practice.small_list { format!("{}, small list", practice.code) } else { practice.code.clone() };
    Cell::name(&shown).small(small)
}

impl Scene<'_> {
    /// A practice of the quarter on show.
    pub fn practice(&self, code: &str) -> Option<&Practice> {
        let at = self.practices.binary_search_by(|p| p.code.as_str().cmp(code)).ok()?;
        self.practices.get(at)
    }

    /// Ids of what stands before the next level: the smallest set of steps where it was looked for, else all that is missing.
    pub fn before_next<'s>(&'s self, p: &'s Practice) -> &'s [String] {
        self.ahead.steps.get(&p.code).map_or(&p.blocking, |step| &step.items)
    }

    /// The same in words; what nobody answered has to be answered first, and what a trace shows has to be checked.
    pub fn steps_words(&self, p: &Practice) -> Vec<String> {
        let step = self.ahead.steps.get(&p.code);
        let word = |id: &String| {
            let wording = self.wording(id);
            match step.and_then(|s| s.answers.get(id)) {
                Some(First::Answer) => format!("First it answers, since nothing was returned: {wording}"),
                Some(First::Confirm) => {
                    format!("First it checks its answer, since {}: {wording}", self.trace_shows(id))
                }
                None => match step.and_then(|s| s.targets.get(id)) {
                    Some(t) => {
                        let now = t.now.map_or_else(|| "few".to_owned(), words::count);
                        let (needed, of) = (words::count(t.needed), words::count(t.of));
                        format!("{wording}: from {now} to {needed} of {of}")
                    }
                    None => wording,
                },
            }
        };
        self.before_next(p).iter().map(word).collect()
    }

    /// `an independent trace shows it`, with what can show the thing itself.
    pub fn trace_shows(&self, indicator: &str) -> String {
        let rules = self.about.rules.as_ref().map(|r| &r.framework.indicators);
        let x = rules.and_then(|all| all.iter().find(|x| x.id == indicator));
        let traces = x.and_then(|x| x.evidence.as_ref()).map_or(&[][..], |e| &e.trace);
        let direct = traces.iter().filter(|t| t.strength == Strength::Direct);
        let named: Vec<String> = direct.map(|t| format!("\u{201c}{}\u{201d}", t.what)).collect();
        let named = if named.is_empty() { String::new() } else { format!(" ({})", named.join(" or ")) };
        format!("an independent trace shows it{named}")
    }
}

/// The level of a practice, as a range where answers are missing.
pub fn level_words(p: &Practice) -> Option<String> {
    level_range(p.level, p.level_high)
}

/// A level in words, as a range where it is open.
pub fn level_range(level: Option<i64>, most: Option<i64>) -> Option<String> {
    level.map(|low| match most {
        Some(high) if high > low => format!("{low} to {high}"),
        _ => low.to_string(),
    })
}
