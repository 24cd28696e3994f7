//! The plausibility gate: size, history, peers, price, months and hosts.
//!
//! Own method; thresholds, their reasons and their owner are data (`pipelines/spend/plausibility.toml`). What is tested
//! is the figure as reported, less what a return sets apart for other CCGs, per registered patient. A figure that fails any test is refused: shown, asked about, and
//! given no place. A figure of some months is a lower bound: only "too high" can refuse it. So is one that this project
//! itself took lines out of: its months, prices and neighbours' payments say nothing, it is no peer, and it never passes.
//!
//! The centre is the median of the figures of whole years; with fewer than `least_peers` of them a published figure of
//! the year stands in, and without one nothing is tested. Peers are the CCGs nearest in registered patients; the test is
//! the modified z score of the logarithm, `(ln x - median)/(1.4826 MAD)` (Iglewicz and Hoaglin, How to Detect and Handle
//! Outliers, 1993).

use crate::define::spend::Gate;
use crate::model::pounds;
use crate::stats::quantile;
use std::collections::BTreeMap;

/// MAD of a normal distribution to its standard deviation.
const MAD_TO_SD: f64 = 1.4826;

/// What is known of one CCG's figure.
#[derive(Clone, Debug, Default)]
pub(super) struct Candidate {
    /// Pence per registered patient.
    pub per_head: Option<f64>,
    pub registered: Option<i64>,
    /// Months that a return covers; `None` for published lines.
    pub months: Option<i32>,
    /// A whole year.
    pub whole: bool,
    /// Lines of it were set aside at intake.
    pub cut: bool,
    /// The figure of the year before, if it was of a whole year and not refused.
    pub before: Option<f64>,
    /// Payments of other CCGs that the return does not set apart, as a share of its figure.
    pub unset_share: Option<f64>,
    /// Share of the figure in lines of an odd price.
    pub odd_price_share: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Test {
    Months,
    Host,
    Size,
    History,
    Peers,
    Price,
}

impl Test {
    pub fn as_str(self) -> &'static str {
        match self {
            Test::Months => "months",
            Test::Host => "host",
            Test::Size => "size",
            Test::History => "history",
            Test::Peers => "peers",
            Test::Price => "price",
        }
    }
}

/// One test of one figure: a row of `spend_checks`.
#[derive(Clone, Debug)]
pub(super) struct Check {
    pub test: Test,
    /// `None`: nothing to hold it against.
    pub passed: Option<bool>,
    pub value: Option<f64>,
    pub expected: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// What it is held against, in words.
    pub against: String,
}

/// What the gate says of one CCG.
#[derive(Clone, Debug, Default)]
pub(super) struct Verdict {
    pub checks: Vec<Check>,
    /// Causes that it looks like, the likeliest first.
    pub suspects: Vec<String>,
    pub question: Option<String>,
    /// Of a figure that lines were set aside of.
    cut: bool,
}

impl Verdict {
    pub fn refused(&self) -> bool {
        self.checks.iter().any(|c| c.passed == Some(false))
    }

    /// `refused`, `passed`, or `not_tested` where nothing could be held against it.
    pub fn as_str(&self) -> &'static str {
        let sized = |c: &Check| matches!(c.test, Test::Size | Test::History) && c.passed.is_some();
        match (self.refused(), !self.cut && self.checks.iter().any(sized)) {
            (true, _) => "refused",
            (false, true) => "passed",
            (false, false) => "not_tested",
        }
    }

    /// The failed tests with what it looks like.
    pub fn words(&self) -> String {
        let failed: Vec<&str> =
            self.checks.iter().filter(|c| c.passed == Some(false)).map(|c| c.test.as_str()).collect();
        let looks = if self.suspects.is_empty() {
            String::new()
        } else {
            format!("; looks like {}", self.suspects.join(" or "))
        };
        format!("{}{looks}", failed.join(", "))
    }
}

/// The verdicts of one year, by CCG.
pub(super) fn verdicts(
    gate: &Gate,
    first_year: i16,
    candidates: &BTreeMap<String, Candidate>,
) -> BTreeMap<String, Verdict> {
    let peers = Peers::new(gate, candidates);
    let centre = match (peers.centre(), gate.reference(first_year)) {
        (Some(median), _) => Some((median, format!("median of {} CCGs", peers.log_heads.len()))),
        (None, Some(r)) => Some((r.per_head_pence, r.source.clone())),
        (None, None) => None,
    };
    let of = |(ccg, c): (&String, &Candidate)| (ccg.clone(), verdict(gate, c, ccg, centre.as_ref(), &peers));
    candidates.iter().map(of).collect()
}

fn verdict(
    gate: &Gate,
    c: &Candidate,
    ccg: &str,
    centre: Option<&(f64, String)>,
    peers: &Peers<'_>,
) -> Verdict {
    let mut checks = Vec::new();
    let bounded = |test, value: Option<f64>, expected: Option<f64>, low: f64, high: f64, against: String| {
        let ratio = value.zip(expected).filter(|(_, e)| *e > 0.0).map(|(v, e)| v / e);
        // Of some months: a lower bound.
        let low = c.whole.then_some(low);
        let passed = ratio.map(|r| low.is_none_or(|l| r >= l) && r <= high);
        Check { test, passed, value, expected, low, high: Some(high), against }
    };
    let whole_lines = |passed: bool| (!c.cut).then_some(passed);
    let unless_cut = |against: &str| {
        if c.cut { "nothing: lines of it were set aside at intake" } else { against }.to_owned()
    };
    if let Some(months) = c.months {
        checks.push(Check {
            test: Test::Months,
            passed: whole_lines(months >= i32::from(gate.least_months)),
            value: Some(f64::from(months)),
            expected: Some(f64::from(gate.least_months)),
            low: Some(1.0),
            high: None,
            against: unless_cut("months of the financial year"),
        });
    }
    if let Some(share) = c.unset_share {
        checks.push(Check {
            test: Test::Host,
            passed: whole_lines(share < gate.host_share),
            value: Some(share),
            expected: None,
            low: None,
            high: Some(gate.host_share),
            against: unless_cut(
                "payments of other CCGs that the return does not set apart, share of its figure",
            ),
        });
    }
    let (expected, against) =
        centre.map_or((None, "nothing: too few whole years".to_owned()), |(e, a)| (Some(*e), a.clone()));
    checks.push(bounded(Test::Size, c.per_head, expected, gate.size.low, gate.size.high, against));
    if c.whole {
        let against =
            c.before.map_or("nothing: no figure of the year before", |_| "the year before").to_owned();
        let (low, high) = (gate.history.low, gate.history.high);
        checks.push(bounded(Test::History, c.per_head, c.before, low, high, against));
        checks.push(peers.check(gate, c, ccg));
    }
    checks.push(Check {
        test: Test::Price,
        passed: whole_lines(c.odd_price_share < gate.price.share),
        value: Some(c.odd_price_share),
        expected: None,
        low: None,
        high: Some(gate.price.share),
        against: unless_cut("share of the figure in lines of an odd price"),
    });
    let mut verdict = Verdict { checks, cut: c.cut, ..Verdict::default() };
    if verdict.refused() {
        explain(gate, c, expected, &mut verdict);
    }
    verdict
}

/// What the figure looks like, and the question: its own past says more than others do.
fn explain(gate: &Gate, c: &Candidate, centre: Option<f64>, verdict: &mut Verdict) {
    let failed = |test| verdict.checks.iter().any(|k| k.test == test && k.passed == Some(false));
    let (by_months, by_host) = (failed(Test::Months), failed(Test::Host));
    let by_figure = [Test::Size, Test::History, Test::Peers, Test::Price].into_iter().any(failed);
    let mut ask = Vec::new();
    if by_months {
        verdict.suspects.push("half_year".to_owned());
        ask.push(format!(
            "The return covers {} months: what was spent in the others?",
            c.months.unwrap_or_default()
        ));
    }
    if by_host {
        verdict.suspects.push("host_recharge".to_owned());
        ask.push(
            "Other CCGs paid you for what stands in your figure: which lines were bought for them?"
                .to_owned(),
        );
    }
    if by_figure && !by_months && !by_host {
        let expected = c.before.or(centre);
        let ratio = c.per_head.zip(expected).filter(|(_, e)| *e > 0.0).map(|(v, e)| v / e);
        for suspect in ratio.map(|r| gate.suspects(r)).unwrap_or_default() {
            verdict.suspects.push(suspect.id.clone());
            ask.push(suspect.question.clone());
        }
    }
    verdict.suspects.dedup();
    let figure = c.per_head.map(money);
    let beside: Vec<String> =
        [(c.before, "your return of the year before"), (centre, "the middle of all CCGs")]
            .into_iter()
            .filter_map(|(x, what)| Some(format!("{what} {}", money(x?))))
            .collect();
    let lead = match (figure, beside.is_empty()) {
        (Some(figure), false) => format!("You report {figure} a head; {}.", beside.join(", ")),
        (Some(figure), true) => format!("You report {figure} a head."),
        (None, _) => "The figure cannot be believed as it stands.".to_owned(),
    };
    let ask = if ask.is_empty() { "What is in it?".to_owned() } else { ask.join(" ") };
    verdict.question = Some(format!("{lead} {ask}"));
}

/// Pence a head in pounds.
fn money(pence: f64) -> String {
    pounds(super::per_head::whole_pence(pence))
}

/// The figures of whole years, by size of the CCG.
struct Peers<'a> {
    /// Logarithms of patients and of pence a head, with the CCG.
    log_heads: Vec<(f64, f64, &'a str)>,
    least: usize,
}

impl<'a> Peers<'a> {
    fn new(gate: &Gate, candidates: &'a BTreeMap<String, Candidate>) -> Peers<'a> {
        let log = |(ccg, c): (&'a String, &Candidate)| {
            let covered = c.months.is_none_or(|m| m >= i32::from(gate.least_months));
            let head = c.per_head.filter(|h| *h > 0.0 && c.whole && covered)?;
            #[expect(clippy::cast_precision_loss, reason = "patients of a CCG are far below 2^53")]
            let people = c.registered.filter(|r| *r > 0)? as f64;
            Some((people.ln(), head.ln(), ccg.as_str()))
        };
        Peers { log_heads: candidates.iter().filter_map(log).collect(), least: gate.least_peers }
    }

    fn centre(&self) -> Option<f64> {
        if self.log_heads.len() < self.least {
            return None;
        }
        median(self.log_heads.iter().map(|(_, head, _)| *head).collect()).map(f64::exp)
    }

    fn check(&self, gate: &Gate, c: &Candidate, ccg: &str) -> Check {
        let mut near: Vec<(f64, f64)> = Vec::new();
        if let Some(registered) = c.registered.filter(|r| *r > 0) {
            #[expect(clippy::cast_precision_loss, reason = "patients of a CCG are far below 2^53")]
            let own = (registered as f64).ln();
            let others = self.log_heads.iter().filter(|(_, _, other)| *other != ccg);
            near = others.map(|(people, head, _)| ((people - own).abs(), *head)).collect();
            near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
            near.truncate(gate.nearest);
        }
        let head = c.per_head.filter(|h| *h > 0.0);
        let enough = near.len() >= self.least && head.is_some();
        let logs: Vec<f64> = near.iter().map(|(_, head)| *head).collect();
        let middle = median(logs.clone()).filter(|_| enough);
        let spread = middle.and_then(|m| median(logs.iter().map(|x| (x - m).abs()).collect()));
        let scale = spread.map(|s| (MAD_TO_SD * s).max(gate.peers.least_scale));
        let z = head.zip(middle).zip(scale).map(|((h, m), s)| (h.ln() - m) / s);
        let bound = |sign: f64| scale.map(|s| (sign * gate.peers.z * s).exp());
        Check {
            test: Test::Peers,
            passed: z.map(|z| z.abs() <= gate.peers.z),
            value: c.per_head,
            expected: middle.map(f64::exp),
            low: bound(-1.0),
            high: bound(1.0),
            against: if enough {
                format!("{} CCGs nearest in registered patients", near.len())
            } else {
                "nothing: too few whole years".to_owned()
            },
        }
    }
}

fn median(mut x: Vec<f64>) -> Option<f64> {
    x.sort_by(f64::total_cmp);
    quantile(&x, 0.5)
}
