//! Evidence: how each answer is known, and the score that counts a contradicted answer as not met.
//!
//! In: the answers of a quarter as [`Seen`], the traces that the framework names, and the returns that open with the
//! previous answers. Out: a [`Graded`] per quarter (grades, reasons, the answers as evidence leaves them) and the
//! tables `evidence` and `carried_forward`. Not here: the score itself (`score`), words for pages (`report`).
//!
//! **Grades** (own method). A direct trace that supports: A. An indirect one, or a share near the line: B. Nothing: C,
//! the lowest that a claim can have without being contradicted. A trace that contradicts, and none that supports: D.
//! Where traces disagree nobody is called wrong: C. What a system counted is A. Only claims can gain points, so only
//! a claim can lose them: of an answer `no` a trace that shows more is D as well, and changes no score.
//! Where there is no answer there is no grade; that a direct trace shows the thing is told, and changes no score.
//!
//! **Evidence never changes an answer in silence.** Answers, points and the claimed score stay. Beside them stands the
//! evidenced score: D counts as not met in floor, estimate and ceiling.
//!
//! **Silence never pays here either.** Where a trace that the unit or its CCG could leave out was collected from others
//! and not from this unit, its claim stays C; the evidenced floor does not count it and the evidenced ceiling does. So
//! no return that contradicts can be dropped to advantage. Where a trace was collected from nobody, the evidenced
//! score equals the self-report.
//!
//! **Who believes no word alone** finds a third score: its floor counts only what is graded A or B.

mod bunching;
mod carried;
mod grade;
mod steps;
mod tables;
mod trace;

pub(super) use tables::EvidenceTables;

use super::grid::Reader;
use super::observe::Seen;
use super::units::Units;
use super::{IndexError, Source};
use crate::define::framework::{Framework, KnownBy, TraceTest, UnitKind};
use crate::diag::{Diagnostic, Place};
use crate::model::{EvidenceGrade, Period};
use polars::prelude::DataFrame;
use steps::Before;
use trace::{Grids, Verdict};

/// The grade of one answer, why, and which traces decided (bits in the order of the framework).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub grade: EvidenceGrade,
    pub reason: Reason,
    pub traces: u32,
}

/// Why an answer has its grade: a word of the table `evidence`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    Measured,
    Supported,
    Consistent,
    NearTheLine,
    NoTrace,
    TraceMissing,
    TracesDisagree,
    Contradicted,
    Understated,
    /// There is no answer, and a trace shows the thing: no grade, since nothing was claimed.
    Unanswered,
}

impl Reason {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Reason::Measured => "measured",
            Reason::Supported => "trace_supports",
            Reason::Consistent => "trace_fits",
            Reason::NearTheLine => "near_the_line",
            Reason::NoTrace => "no_trace",
            Reason::TraceMissing => "trace_missing",
            Reason::TracesDisagree => "traces_disagree",
            Reason::Contradicted => "trace_contradicts",
            Reason::Understated => "trace_shows_more",
            Reason::Unanswered => "trace_shows_unanswered",
        }
    }
}

/// One quarter with its grades.
pub(super) struct Graded {
    /// Per indicator, per unit; `None` for an indicator without evidence rules or not collected, and for an answer
    /// that is absent.
    pub marks: Vec<Option<Vec<Option<Mark>>>>,
    /// Per indicator, per unit: the traces that show what nobody answered; empty for an indicator without marks.
    pub shown: Vec<Vec<u32>>,
    /// The answers as evidence leaves them.
    pub seen: Seen,
}

impl Graded {
    /// The grade of one answer, as a letter.
    pub(super) fn letter(&self, indicator: usize, unit: usize) -> Option<&'static str> {
        self.marks[indicator].as_ref()?[unit].map(|m| m.grade.as_str())
    }

    /// The answers of a reader who believes no self-report on its word alone: the floor counts A and B.
    pub(super) fn proven(&self) -> Seen {
        let mut seen = self.seen.clone();
        for (cells, marks) in seen.iter_mut().zip(&self.marks) {
            let (Some(cells), Some(marks)) = (cells, marks) else { continue };
            let unproven = |m: &Option<Mark>| m.is_some_and(|m| m.grade == EvidenceGrade::C);
            for (u, _) in marks.iter().enumerate().filter(|(_, m)| unproven(m)) {
                cells.points.low[u] = 0.0;
            }
        }
        seen
    }

    /// One note of how many claims a trace contradicts in the quarter.
    pub(super) fn contradictions(&self, period: Period) -> Option<Diagnostic> {
        let all = self.marks.iter().flatten().flatten().flatten();
        let count = all.filter(|m| m.reason == Reason::Contradicted).count() as u64;
        let place = Place::Key { dataset: "evidence".to_owned(), key: period.to_string() };
        let message = format!(
            "answers that an independent trace contradicts in {}: kept, and graded D",
            period.label()
        );
        (count > 0).then(|| Diagnostic::new("CONTRADICTED", place, message).times(count))
    }
}

/// One line of a counted share in one quarter.
pub(super) struct Bunched<'a> {
    indicator: &'a str,
    trace: &'a str,
    threshold: f64,
    line: bunching::AtLine,
    found: bool,
}

/// The traces of a framework, read once.
pub(super) struct Evidence<'a> {
    framework: &'a Framework,
    units: &'a Units,
    /// Per indicator and trace.
    grids: Vec<Vec<Option<Grids>>>,
    /// System of each practice, by quarter.
    systems: Vec<steps::Systems>,
    /// Per indicator and trace: the verdicts of the quarter before, held ones left as they were.
    before: Vec<Vec<Before>>,
}

impl<'a> Evidence<'a> {
    /// Reads the traces; `None` for a framework without evidence.
    pub(super) fn read(
        framework: &'a Framework,
        sources: &'a [Source],
        units: &'a Units,
        practices: &DataFrame,
    ) -> Result<Option<Evidence<'a>>, IndexError> {
        if framework.indicators.iter().all(|x| x.evidence.is_none()) {
            return Ok(None);
        }
        let reader = trace::reader(framework, sources, units)?;
        let of = |reader: &Reader<'_>| {
            let traces = framework.indicators.iter().map(|x| x.evidence.iter().flat_map(|e| &e.trace));
            traces.map(|ts| ts.map(|t| trace::grids(t, reader)).collect()).collect::<Vec<Vec<_>>>()
        };
        let grids = of(&reader);
        let before = grids.iter().map(|g| vec![Before::new(); g.len()]).collect();
        let systems = units.words(practices, "system_supplier");
        Ok(Some(Evidence { framework, units, grids, systems, before }))
    }

    /// Grades the `at`th quarter. Quarters come in order of time.
    pub(super) fn grade(&mut self, at: usize, seen: &Seen, diagnostics: &mut Vec<Diagnostic>) -> Graded {
        let mut graded = Graded {
            marks: Vec::with_capacity(seen.len()),
            shown: vec![Vec::new(); seen.len()],
            seen: seen.clone(),
        };
        for (i, x) in self.framework.indicators.iter().enumerate() {
            let (Some(rules), Some(cells)) = (&x.evidence, &mut graded.seen[i]) else {
                graded.marks.push(None);
                continue;
            };
            let said: Vec<Option<Vec<Verdict>>> =
                (0..rules.trace.len()).map(|t| self.verdicts(at, i, t, x.unit, diagnostics)).collect();
            let n = cells.value.len();
            let marks = (0..n).map(|u| {
                if cells.absence[u].is_some() || !cells.points.applies[u] {
                    return None;
                }
                let mark = match rules.known_by {
                    KnownBy::Measured => {
                        Mark { grade: EvidenceGrade::A, reason: Reason::Measured, traces: 0 }
                    }
                    KnownBy::SelfReport => grade::mark(cells.points.estimate[u] > 0.0, rules, &said, u),
                };
                grade::settle(&mut cells.points, u, mark);
                Some(mark)
            });
            let marks: Vec<Option<Mark>> = marks.collect();
            let silent = |u: usize| cells.absence[u].is_some() && cells.points.applies[u];
            graded.shown[i] =
                (0..n).map(|u| if silent(u) { grade::shown(rules, &said, u) } else { 0 }).collect();
            graded.marks.push(Some(marks));
        }
        graded
    }

    /// What these traces (bits in the order of the framework) hold of a unit.
    pub(super) fn values(&self, at: usize, i: usize, unit: usize, traces: u32) -> Option<String> {
        let x = &self.framework.indicators[i];
        let rules = x.evidence.as_ref()?.trace.iter().zip(&self.grids[i]).enumerate();
        let named = rules.filter(|(t, _)| traces >> t & 1 == 1);
        let quarter = &self.units.quarters[at];
        let values: Vec<String> = named
            .map(|(_, (rule, grids))| {
                let value = grids.as_ref().and_then(|g| trace::value(rule, g, x.unit, quarter, unit));
                value.unwrap_or_else(|| "nothing".to_owned())
            })
            .collect();
        (!values.is_empty()).then(|| values.join("; "))
    }

    /// Where units bunch above the line of a counted share.
    pub(super) fn bunching(&self, at: usize) -> Vec<Bunched<'a>> {
        let Some(rule) = self.framework.evidence.as_ref().and_then(|e| e.bunching.as_ref()) else {
            return Vec::new();
        };
        let mut out = Vec::new();
        for (x, grids) in self.framework.indicators.iter().zip(&self.grids) {
            for (t, grids) in x.evidence.iter().flat_map(|e| &e.trace).zip(grids) {
                let (TraceTest::Share { supports_from, .. }, Some(grids)) = (&t.test, grids) else {
                    continue;
                };
                let values = trace::shares(grids, &self.units.quarters[at]);
                if values.is_empty() {
                    continue; // counted of nobody in this quarter
                }
                let line = bunching::at_line(rule, *supports_from, values.into_iter());
                let found = line.z.is_some_and(|z| z > rule.z);
                out.push(Bunched { indicator: &x.id, trace: &t.id, threshold: *supports_from, line, found });
            }
        }
        out.sort_by(|a, b| (a.indicator, a.trace).cmp(&(b.indicator, b.trace)));
        out
    }

    /// What one trace says in a quarter, with a supplier's step held.
    fn verdicts(
        &mut self,
        at: usize,
        i: usize,
        t: usize,
        unit: UnitKind,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Vec<Verdict>> {
        let quarter = &self.units.quarters[at];
        let rule = &self.framework.indicators[i].evidence.as_ref()?.trace[t];
        let grids = self.grids[i][t].as_ref()?;
        let mut now = trace::verdicts(rule, grids, unit, quarter, self.units.ccgs.len())?;
        let section = self.framework.evidence.as_ref().and_then(|e| e.supplier_steps.as_ref());
        let Some(steps) = section.filter(|_| unit == UnitKind::Practice) else { return Some(now) };
        let systems = &self.systems[at];
        let before = &mut self.before[i][t];
        let held = steps::held(steps, quarter, systems, before, &now);
        for h in &held {
            let message = format!(
                "the trace `{}` of `{}` turned against {:.0} % of the practices on {} ({:.0} % the quarter before) \
                 and no others: held, it counts for and against nobody",
                rule.id,
                self.framework.indicators[i].id,
                100.0 * h.now,
                h.supplier,
                100.0 * h.before,
            );
            let key = format!("{} {}", quarter.period, h.supplier);
            let dataset = rule.test.datasets().first().map_or(String::new(), |d| (*d).to_owned());
            let place = Place::Key { dataset, key };
            diagnostics.push(Diagnostic::new("SUPPLIER_STEP", place, message).times(h.practices));
        }
        for (row, &u) in quarter.unit.iter().enumerate() {
            let is_held = |h: &steps::Held| systems[row].as_deref() == Some(h.supplier.as_str());
            if held.iter().any(is_held) {
                // the quarter before stays the measure until the step is taken back
                now[row] = Verdict::Nothing;
            } else {
                before.insert(u, now[row]);
            }
        }
        Some(now)
    }
}

/// The blocks of prefilled returns that stayed as they were.
pub(super) fn carried_forward(
    framework: &Framework,
    sources: &[Source],
) -> Result<Option<DataFrame>, IndexError> {
    let rules = framework.evidence.iter().flat_map(|e| &e.prefilled);
    carried::table(&rules.collect::<Vec<_>>(), sources)
}
