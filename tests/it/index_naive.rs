//! A second opinion on the index: the same definitions worked out row by row with BTreeMaps, indicator by indicator,
//! for the framework of [`crate::index_england`].

use crate::index_england::{England, ccg_code, dates, framework, numbers, practice_code, wholes, words};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What an indicator says of a practice: floor, estimate, ceiling and answered share; or that it does not concern it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Opinion {
    Away,
    /// `None`: left out of the estimate, of the ceiling.
    Points {
        low: f64,
        estimate: Option<f64>,
        high: Option<f64>,
        answered: f64,
    },
}

use Opinion::{Away, Points};

const UNKNOWN: Opinion = Points { low: 0.0, estimate: None, high: Some(100.0), answered: 0.0 };

fn sure(points: f64) -> Opinion {
    Points { low: points, estimate: Some(points), high: Some(points), answered: 1.0 }
}

struct Naive<'e> {
    england: &'e England,
    survey: BTreeMap<(usize, Date, &'static str), Option<i64>>,
    calls: BTreeMap<(usize, Date), (Option<i64>, Option<i64>)>,
}

impl<'e> Naive<'e> {
    fn new(england: &'e England) -> Naive<'e> {
        let survey = england.survey.iter().map(|a| ((a.practice, a.month, a.field), a.value)).collect();
        let calls = england.calls.iter().map(|c| ((c.practice, c.month), (c.answered, c.missed))).collect();
        Naive { england, survey, calls }
    }

    fn cell(&self, p: usize, month: Date, field: &'static str) -> Option<i64> {
        self.survey.get(&(p, month, field)).copied().flatten()
    }

    /// Enabled or used patients: nothing where the service is off, unknown where that is unknown.
    fn behind_the_gate(&self, p: usize, month: Date, field: &'static str) -> Option<i64> {
        self.survey.get(&(p, month, field))?;
        match self.cell(p, month, "Sys")? {
            2 => self.cell(p, month, field),
            _ => Some(0),
        }
    }

    fn opinions(&self, p: usize, quarter: Date) -> BTreeMap<&'static str, Opinion> {
        let months: Vec<Date> = [2i32, 1, 0]
            .iter()
            .map(|back| (quarter.first_of_month() - jiff::Span::new().months(*back)).last_of_month())
            .collect();
        let last = months[2];
        let mut all = BTreeMap::new();

        all.insert(
            "on",
            match self.cell(p, last, "Sys") {
                Some(2) => sure(100.0),
                Some(1) => sure(0.0),
                _ => UNKNOWN,
            },
        );
        all.insert(
            "enabled",
            match (self.behind_the_gate(p, last, "Enabled"), self.cell(p, last, "List")) {
                (Some(n), Some(d)) => sure((n as f64 / d as f64).min(1.0).min(0.8) / 0.8 * 100.0),
                _ => UNKNOWN,
            },
        );

        let scale = |n: i64, d: i64, full: f64| (n as f64 / d as f64 * 1000.0 / full * 100.0).min(100.0);
        let used: Vec<Option<i64>> = months.iter().map(|m| self.behind_the_gate(p, *m, "Use")).collect();
        let lists: Vec<Option<i64>> = months.iter().map(|m| self.cell(p, *m, "List")).collect();
        all.insert("used", flow(&used, &lists, |n, d| scale(n, d, 60.0), false));

        let branches = || self.england.directory.iter().filter(|(q, eps)| *q == p && eps.is_some());
        // A mandatory answer: whoever is not in the directory is taken not to have it, and may have it all the same.
        all.insert(
            "eps",
            match (branches().count(), branches().any(|(_, eps)| *eps == Some(true))) {
                (0, _) => Points { low: 0.0, estimate: Some(0.0), high: Some(100.0), answered: 0.0 },
                (_, true) => sure(100.0),
                (_, false) => sure(0.0),
            },
        );

        let call = |m: &Date| self.calls.get(&(p, *m));
        all.insert("reports", if call(&last).is_some() { sure(100.0) } else { UNKNOWN });
        let missed: Vec<Option<i64>> = months.iter().map(|m| call(m)?.1).collect();
        let both: Vec<Option<i64>> = months.iter().map(|m| Some(call(m)?.0? + call(m)?.1?)).collect();
        let fewer = |n: i64, d: i64| (100.0 * (0.5 - n as f64 / d as f64) / 0.4).clamp(0.0, 100.0);
        let opinion = match flow(&missed, &both, fewer, true) {
            // Its policy: what is missing leaves the ceiling.
            Points { low, estimate, answered, .. } if answered < 1.0 => {
                Points { low, estimate, high: estimate, answered }
            }
            other => other,
        };
        all.insert("missed", opinion);
        let answered: Vec<Option<i64>> = months.iter().map(|m| call(m)?.0).collect();
        let list = vec![self.england.lists[p]; 3];
        all.insert("per-list", flow(&answered, &list, |n, d| scale(n, d, 400.0), false));
        all
    }
}

/// A flow over the months: what is known over what is known; below, nothing for the missing months.
fn flow(
    top: &[Option<i64>],
    below: &[Option<i64>],
    points: impl Fn(i64, i64) -> f64,
    less_is_better: bool,
) -> Opinion {
    let known: Vec<(i64, i64)> = top.iter().zip(below).filter_map(|(n, d)| Some(((*n)?, (*d)?))).collect();
    let (n, d) = known.iter().fold((0, 0), |s, k| (s.0 + k.0, s.1 + k.1));
    let whole = known.len() == top.len();
    match (whole, d) {
        (true, 0) => Away,
        (true, _) => sure(points(n, d)),
        (false, 0) => UNKNOWN,
        (false, _) => {
            let all: Option<i64> = below.iter().copied().sum();
            let low = match all {
                Some(all) if !less_is_better => points(top.iter().flatten().sum(), all),
                _ => 0.0,
            };
            let answered = known.len() as f64 / top.len() as f64;
            Points { low, estimate: Some(points(n, d)), high: Some(100.0), answered }
        }
    }
}

#[derive(Clone, Copy)]
enum Which {
    Low,
    Estimate,
    High,
    Answered,
}

fn pick(o: &Opinion, which: Which) -> Option<f64> {
    match (*o, which) {
        (Away, _) => None,
        (Points { low, .. }, Which::Low) => Some(low),
        (Points { estimate, .. }, Which::Estimate) => estimate,
        (Points { high, .. }, Which::High) => high,
        (Points { answered, .. }, Which::Answered) => Some(answered),
    }
}

/// The weighted mean of those that are there, as the name of the mean says.
fn mean(name: &str, parts: &[(f64, Option<f64>)]) -> Option<f64> {
    let there: Vec<(f64, f64)> = parts.iter().filter_map(|(w, x)| Some((*w, (*x)?))).collect();
    let weight: f64 = there.iter().map(|p| p.0).sum();
    (!there.is_empty()).then(|| match name {
        "arithmetic" => there.iter().map(|(w, x)| w * x).sum::<f64>() / weight,
        "geometric" => there.iter().map(|(w, x)| x.powf(w / weight)).product(),
        _ if there.iter().any(|(_, x)| *x == 0.0) => 0.0,
        _ => weight / there.iter().map(|(w, x)| w / x).sum::<f64>(),
    })
}

const ONLINE: [(&str, f64); 4] = [("on", 1.0), ("enabled", 2.0), ("used", 3.0), ("eps", 1.0)];
const PHONE: [(&str, f64); 3] = [("reports", 1.0), ("missed", 2.0), ("per-list", 1.0)];

/// `phone` is the weight of that dimension: 1, or the four fifths of it that practices are asked.
fn score(name: &str, all: &BTreeMap<&'static str, Opinion>, which: Which, phone: f64) -> Option<f64> {
    let dimension = |of: &[(&str, f64)]| {
        let parts: Vec<_> = of.iter().map(|(id, w)| (*w, pick(&all[id], which))).collect();
        mean("arithmetic", &parts)
    };
    let name = if matches!(which, Which::Answered) { "arithmetic" } else { name };
    mean(name, &[(2.0, dimension(&ONLINE)), (phone, dimension(&PHONE))])
}

#[test]
fn a_second_implementation_row_by_row_agrees() {
    for (name, seed) in [("arithmetic", 101), ("geometric", 102), ("harmonic", 103)] {
        let england = England::generate(50, 6, 18, seed);
        let s = england.score(&framework(name));
        let naive = Naive::new(&england);
        let mut expected: BTreeMap<(String, String), [Option<f64>; 4]> = BTreeMap::new();
        let mut parts: BTreeMap<(String, String), [Option<f64>; 2]> = BTreeMap::new();
        for quarter in &england.quarters {
            for p in 0..england.practices {
                let all = naive.opinions(p, *quarter);
                let four = [Which::Low, Which::High, Which::Estimate, Which::Answered]
                    .map(|w| score(name, &all, w, 1.0));
                expected.insert((quarter.to_string(), practice_code(p)), four);
                let two = [Which::Low, Which::High].map(|w| score(name, &all, w, 0.8));
                parts.insert((quarter.to_string(), practice_code(p)), two);
            }
        }
        let t = &s.practice_scores;
        let keys: Vec<_> = dates(t, "period").into_iter().zip(words(t, "practice_code")).collect();
        assert_eq!(keys.len(), expected.len());
        let mut partial = 0;
        for (at, column) in ["score", "score_high", "estimate", "coverage"].into_iter().enumerate() {
            for (key, got) in keys.iter().zip(numbers(t, column)) {
                let want = expected[key][at];
                let near = match (got, want) {
                    (Some(a), Some(b)) => (a - b).abs() <= 1e-12 * b.abs().max(1.0) * 10.0,
                    (None, None) => true,
                    _ => false,
                };
                assert!(near, "{name} {column} of {key:?}: {got:?} and {want:?}");
                partial += usize::from(column == "coverage" && want.is_some_and(|c| c > 0.0 && c < 1.0));
            }
        }
        assert!(partial > 20, "the generated England has too few gaps to tell: {partial}");
        areas(&england, &s, &parts);
        if name == "arithmetic" {
            adds_up(&s);
        }
    }
}

/// CCGs: four fifths of the phone dimension and all of the other from practices, a fifth of phone from the CCG.
fn areas(england: &England, s: &dpcmi::index::Scored, parts: &BTreeMap<(String, String), [Option<f64>; 2]>) {
    let t = &s.ccg_scores;
    let keys: Vec<_> = dates(t, "period").into_iter().zip(words(t, "ccg_code")).collect();
    let (low, high) = (numbers(t, "score"), numbers(t, "score_high"));
    let list = wholes(t, "list_size");
    let share = 1.0 / 3.0 / 5.0;
    for (row, (period, code)) in keys.iter().enumerate() {
        let ccg = (0..england.ccgs).find(|c| ccg_code(*c) == *code).expect("ccg");
        let members: Vec<usize> = (0..england.practices).filter(|p| england.ccg_of(*p) == ccg).collect();
        let weight = |p: &usize| england.lists[*p].expect("list") as f64;
        let plan =
            england.plans.iter().find(|(m, c, _)| m.to_string() == *period && *c == ccg).expect("plan").2;
        let (plan_low, plan_high) = match plan {
            Some("yes") => (100.0, 100.0),
            Some(_) => (0.0, 0.0),
            None => (0.0, 100.0),
        };
        for (at, plan, got) in [(0, plan_low, low[row]), (1, plan_high, high[row])] {
            let total: f64 = members.iter().map(weight).sum();
            let of = |p: &usize| parts[&(period.clone(), practice_code(*p))][at].expect("score");
            let practices = members.iter().map(|p| weight(p) * of(p)).sum::<f64>() / total;
            let want = (1.0 - share) * practices + share * plan;
            assert!((got.expect("score") - want).abs() < 1e-10, "{period} {code}: {got:?} and {want}");
            assert_eq!(list[row], Some(total as i64));
        }
    }
}

/// A CCG's score is made of the dimensions that are printed beside it, at the weights that are stated.
fn adds_up(s: &dpcmi::index::Scored) {
    let column = |name: &str| numbers(&s.ccg_scores, name);
    let (score, online, phone) = (column("score"), column("dimension_online"), column("dimension_phone"));
    for ((score, online), phone) in score.into_iter().zip(online).zip(phone) {
        let want = (2.0 * online.expect("online") + phone.expect("phone")) / 3.0;
        assert!((score.expect("score") - want).abs() < 1e-10, "{score:?} and {want}");
    }
}
