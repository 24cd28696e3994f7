//! How an answer is known, as written: which independent traces speak about a self-reported answer, which returns
//! open with the previous answers, and when a step of one supplier is held as a data fault.
//!
//! Rules are data, the algorithm is `index::evidence`. Evidence never changes an answer: it gives it a grade.

use super::indicators::UnitKind;
use super::inputs::Filter;
use super::measure::{At, Count};
use schemars::JsonSchema;
use serde::Deserialize;

/// What holds for the evidence of the whole framework.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceSection {
    /// When a step of one supplier is a fault of the data and not of its practices.
    pub supplier_steps: Option<SupplierSteps>,
    /// When units bunch above a line that counts.
    pub bunching: Option<Bunching>,
    /// Returns that open with the previous answers.
    #[serde(default)]
    pub prefilled: Vec<Prefilled>,
}

/// A trace that turns against the practices of one supplier at once, and of no other, is held: it says nothing about
/// any of them in that quarter.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SupplierSteps {
    /// A supplier with fewer practices in the trace is not looked at.
    pub minimum_practices: u32,
    /// Rise of the share of contradicted or silent practices from the quarter before, in the one supplier.
    pub step: f64,
    /// Largest such rise among the practices of all others taken together.
    pub elsewhere: f64,
    /// Why these three.
    pub reason: String,
}

/// More units just above the line of a counted share than a smooth country would have.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bunching {
    /// Width of a bin, in units of the share.
    pub width: f64,
    /// Fewest units in the two bins at the line.
    pub minimum_near: u32,
    /// Standard deviations from which it is reported.
    pub z: f64,
    pub reason: String,
}

/// A return that opens with the answers given last time.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Prefilled {
    pub dataset: String,
    /// Date column: when somebody confirmed that the answers are right. A confirmed block is never suspect.
    pub confirmed: String,
    /// A block is suspect when so few others stayed unchanged over the same returns (share, multiplied up).
    pub unlikely: f64,
    /// Fewest other practices from which a share is taken.
    pub minimum_others: u32,
    pub reason: String,
    pub block: Vec<Block>,
}

/// Questions that are answered together.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Block {
    pub id: String,
    pub name: String,
    pub columns: Vec<String>,
}

/// How the answers to one indicator are known.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceTable {
    pub known_by: KnownBy,
    #[serde(default)]
    pub trace: Vec<Trace>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KnownBy {
    /// Counted by a system or a register, not said by the one who is measured.
    Measured,
    /// Said by the one who is measured.
    SelfReport,
}

/// An independent trace of what a self-report claims.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Trace {
    pub id: String,
    /// What it shows, for people.
    pub what: String,
    /// Whose trace it is: a practice may be traced in what its CCG returns.
    #[serde(default = "practice")]
    pub unit: UnitKind,
    pub strength: Strength,
    pub silence: Silence,
    /// Why this strength, and why its silence means this.
    pub reason: String,
    pub test: TraceTest,
}

fn practice() -> UnitKind {
    UnitKind::Practice
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Shows the very thing: grade A.
    Direct,
    /// Fits with it: grade B.
    Indirect,
}

/// What it means that a unit is not in a trace which was collected from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Silence {
    /// The unit, or its CCG, can withhold it: the claim stays grade C and the evidenced floor does not count it, or
    /// leaving out a return would pay.
    CountsAgainst,
    /// Others keep it, or few are in it: nothing follows.
    SaysNothing,
}

/// When a trace supports a claim and when it contradicts it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum TraceTest {
    /// A word at the last month of the quarter, or in the nearest snapshot.
    State {
        dataset: String,
        #[serde(default, rename = "where")]
        filter: Filter,
        column: String,
        supports: Vec<String>,
        #[serde(default)]
        contradicts: Vec<String>,
    },
    /// A whole number.
    Count {
        count: Count,
        at: At,
        supports_from: i64,
        /// This and less contradicts; nothing does when absent.
        contradicts_to: Option<i64>,
    },
    /// A part of a whole at the last month; between the two limits it is near the line and consistent.
    Share { numerator: Count, denominator: Count, supports_from: f64, contradicts_below: f64 },
    /// Any row at all supports; none says nothing.
    Presence {
        dataset: String,
        #[serde(default, rename = "where")]
        filter: Filter,
    },
}

impl TraceTest {
    /// The datasets that it reads.
    pub fn datasets(&self) -> Vec<&str> {
        match self {
            TraceTest::State { dataset, .. } | TraceTest::Presence { dataset, .. } => vec![dataset],
            TraceTest::Count { count, .. } => vec![&count.dataset],
            TraceTest::Share { numerator, denominator, .. } => {
                vec![&numerator.dataset, &denominator.dataset]
            }
        }
    }

    /// What is wrong with its limits.
    pub(super) fn fault(&self) -> Option<&'static str> {
        match self {
            TraceTest::State { supports, contradicts, .. } => {
                let both = supports.iter().any(|w| contradicts.contains(w));
                (supports.is_empty() || both)
                    .then_some("a trace needs words that support, and none of them may contradict too")
            }
            TraceTest::Count { supports_from, contradicts_to, .. } => contradicts_to
                .is_some_and(|c| c >= *supports_from)
                .then_some("`contradicts_to` is below `supports_from`"),
            TraceTest::Share { supports_from, contradicts_below, .. } => {
                let ordered = 0.0 <= *contradicts_below && contradicts_below <= supports_from;
                (!ordered || *supports_from > 1.0)
                    .then_some("0 <= `contradicts_below` <= `supports_from` <= 1 must hold")
            }
            TraceTest::Presence { .. } => None,
        }
    }
}

impl EvidenceSection {
    /// What is wrong with it, by the key of its table.
    pub(super) fn faults(&self) -> Vec<(&'static str, String)> {
        let mut out = Vec::new();
        let share = |x: f64| (0.0..=1.0).contains(&x);
        if let Some(s) = &self.supplier_steps
            && (!share(s.step) || !share(s.elsewhere) || s.elsewhere >= s.step)
        {
            out.push(("supplier_steps", "0 <= `elsewhere` < `step` <= 1 must hold".to_owned()));
        }
        if self.bunching.as_ref().is_some_and(|b| b.width <= 0.0 || b.z <= 0.0) {
            out.push(("bunching", "`width` and `z` are above zero".to_owned()));
        }
        for p in &self.prefilled {
            if !share(p.unlikely) || p.block.is_empty() || p.block.iter().any(|b| b.columns.is_empty()) {
                let what =
                    format!("`{}` needs `unlikely` between 0 and 1 and blocks with columns", p.dataset);
                out.push(("prefilled", what));
            }
        }
        out
    }
}
