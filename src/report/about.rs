//! What a release says about itself: the input of the report stage beside the tables.

use crate::define::framework::Framework;
use crate::define::spend::SpendDefinitions;
use crate::model::{Grain, MembershipBasis, Provenance};
use polars::prelude::DataFrame;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything that a release is made of. Tables by the names of `release.md` (`practice_scores`,
/// `quality/reconciliation` ...); one that is absent leaves its section out, with a sentence why.
#[derive(Clone, Debug)]
pub struct ReleaseInput {
    pub about: About,
    pub tables: BTreeMap<String, DataFrame>,
}

#[derive(Clone, Debug)]
pub struct About {
    /// Id of the pipeline, such as `open-2018-19`.
    pub pipeline: String,
    pub title: String,
    pub framework: FrameworkInfo,
    /// Every rule, for the page on method.
    pub rules: Option<Arc<Rules>>,
    pub basis: MembershipBasis,
    /// Seed of whatever was drawn; `None` where nothing was.
    pub seed: Option<u64>,
    pub provenance: Provenance,
    pub sources: Vec<SourceInfo>,
    /// Known limits and further remarks, one sentence or more each.
    pub notes: Vec<String>,
}

/// The definitions behind a release.
#[derive(Clone, Debug)]
pub struct Rules {
    pub framework: Framework,
    pub spend: SpendDefinitions,
}

#[derive(Clone, Debug)]
pub struct FrameworkInfo {
    /// Id as in `practice_scores.framework`.
    pub name: String,
    pub version: String,
    pub description: String,
    pub indicators: Vec<IndicatorInfo>,
}

#[derive(Clone, Debug)]
pub struct IndicatorInfo {
    pub id: String,
    pub wording: String,
    pub dimension: String,
    pub kind: Kind,
    /// Whether more of it earns more points.
    pub more_is_better: bool,
    /// From where to where it earns none to all points, and why; `None` where an answer has points of its own.
    pub goalposts: Option<(f64, f64, String)>,
    /// Units of the denominator in one unit of the value: 1 of a share or an answer, 1,000 of a rate per 1,000.
    pub per: f64,
    /// Whether it counts people, by rounded counts: few of them are withheld.
    pub people: bool,
    /// As written in the framework.
    pub weight: f64,
    /// Share of the whole score, 0 to 1, that the weights of indicator and dimension give.
    pub effective_share: f64,
    pub reason: String,
    pub owner: String,
}

/// Whether an indicator says what is in place, how much it is used, or what it brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Have,
    Use,
    Benefit,
}

impl Kind {
    pub fn parse(word: &str) -> Option<Kind> {
        Some(match word {
            "have" => Kind::Have,
            "use" => Kind::Use,
            "benefit" => Kind::Benefit,
            _ => return None,
        })
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Have => "have",
            Kind::Use => "use",
            Kind::Benefit => "benefit",
        }
    }
}

/// A publication that figures of the release rest on.
#[derive(Clone, Debug)]
pub struct SourceInfo {
    /// Id of the data contract.
    pub dataset: String,
    pub title: String,
    pub publisher: String,
    pub licence: String,
    /// How often it is published.
    pub grain: Grain,
    /// First and last period held, in words; one word where they are the same.
    pub periods: Vec<String>,
    /// Labels of the files.
    pub files: Vec<String>,
}

impl About {
    pub fn synthetic(&self) -> bool {
        self.provenance == Provenance::Synthetic
    }

    /// Which CCG a practice counts under, in words.
    pub fn basis_words(&self) -> String {
        match self.basis {
            MembershipBasis::AsReturned => "each practice under the CCG that the source row names".to_owned(),
            MembershipBasis::Current => {
                "each practice under its CCG as at the latest date that the ODS files hold".to_owned()
            }
            MembershipBasis::AsAt(day) => {
                format!("each practice under its CCG as at {}", super::words::day(day))
            }
        }
    }
}
