//! The framework after all checks: a tree in index order, every reference a number.

use super::agreements::AgreementsSection;
use super::charts::ChartsSection;
use super::evidence::{EvidenceSection, EvidenceTable};
use super::improve::{PeersSection, StepsSection};
use super::indicators::UnitKind;
use super::indicators::{AbsencePolicy, Direction, Goalposts, IndicatorKind};
use super::inputs::{Input, Population};
use super::levels::{Gate, Level};
use super::mean::Mean;
use super::measure::Measure;
use super::normalisation::Normalising;
use super::providers::ProvidersSection;
use super::spend::SpendSection;
use super::standards::StandardsSection;
use super::steps::{Availability, DenominatorColumn, DividedBy, Imputation, Screening, Treatment, Weighting};
use super::uncertainty::Uncertainty;
use super::units::Units;
use super::value::ValueSection;
use super::written::{Ranking, Weight};

/// A checked framework. Node 0 is the index; a parent always stands before its children.
#[derive(Clone, Debug)]
pub struct Framework {
    pub id: String,
    pub title: String,
    pub edition: String,
    /// Whose method this is; repeated on every output.
    pub method: String,
    pub ranking: Ranking,
    pub inputs: Vec<Input>,
    pub units: Option<Units>,
    pub population: Option<Population>,
    pub spend: Option<SpendSection>,
    pub value: Option<ValueSection>,
    pub peers: Option<PeersSection>,
    pub next_steps: Option<StepsSection>,
    pub charts: Option<ChartsSection>,
    pub agreements: Option<AgreementsSection>,
    pub standards: Option<StandardsSection>,
    pub providers: Option<ProvidersSection>,
    pub uncertainty: Option<Uncertainty>,
    /// From the lowest.
    pub levels: Vec<Level>,
    pub denominators: Vec<DenominatorColumn>,
    pub screening: Option<Screening>,
    pub availability: Option<Availability>,
    pub weighting: Option<Weighting>,
    pub evidence: Option<EvidenceSection>,
    pub nodes: Vec<Node>,
    /// In the order of the file.
    pub indicators: Vec<Indicator>,
}

/// The index or a dimension.
#[derive(Clone, Debug)]
pub struct Node {
    pub id: String,
    pub name: String,
    pub parent: Option<usize>,
    pub mean: Mean,
    /// Why the top has this mean; the reason of a dimension stands with its weight.
    pub weight: Weight,
    /// In the order of the file, dimensions first.
    pub children: Vec<Child>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Child {
    Node(usize),
    Indicator(usize),
}

#[derive(Clone, Debug)]
pub struct Indicator {
    pub id: String,
    pub edition: String,
    pub wording: String,
    pub kind: IndicatorKind,
    pub tier: String,
    pub unit: UnitKind,
    pub measure: Option<Measure>,
    pub goalposts: Option<Goalposts>,
    pub steps: Steps,
    pub direction: Direction,
    pub absence: AbsencePolicy,
    pub weight: Weight,
    pub gates: Vec<Gate>,
    pub evidence: Option<EvidenceTable>,
    /// Index into [`Framework::nodes`].
    pub parent: usize,
}

/// What happens to the values of one indicator; its own tables, or those of the framework.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    pub denominator: Option<DividedBy>,
    pub imputation: Option<Imputation>,
    pub treatment: Option<Treatment>,
    /// `None`: by its goalposts, or its key of points.
    pub normalisation: Option<Normalising>,
}

impl Framework {
    /// The share of the whole that each indicator carries: the product of its shares among siblings down the tree.
    /// They sum to 1 over all indicators.
    pub fn effective_weights(&self) -> Vec<f64> {
        let share = self.node_weights();
        let of = |x: &Indicator| share[x.parent] * x.weight.value / self.total(x.parent);
        self.indicators.iter().map(of).collect()
    }

    /// The same of every node; 1 for the index.
    pub fn node_weights(&self) -> Vec<f64> {
        let mut share = vec![1.0; self.nodes.len()];
        for (i, node) in self.nodes.iter().enumerate() {
            if let Some(p) = node.parent {
                share[i] = share[p] * node.weight.value / self.total(p);
            }
        }
        share
    }

    /// Gives all siblings the same weight; those of weight zero stay out.
    pub(super) fn equal_weights(&mut self) {
        let weights = self.nodes.iter_mut().map(|n| &mut n.weight);
        for w in weights.chain(self.indicators.iter_mut().map(|x| &mut x.weight)).filter(|w| w.value > 0.0) {
            w.value = 1.0;
        }
    }

    /// Weight of all children of a node.
    fn total(&self, node: usize) -> f64 {
        self.nodes[node].children.iter().map(|c| self.weight_of(*c)).sum()
    }

    /// The dimension or indicator of this id.
    pub fn child(&self, id: &str) -> Option<Child> {
        let node = self.nodes.iter().skip(1).position(|n| n.id == id).map(|n| Child::Node(n + 1));
        node.or_else(|| self.indicators.iter().position(|x| x.id == id).map(Child::Indicator))
    }

    /// The weight of a child among its siblings.
    pub fn weight_of(&self, child: Child) -> f64 {
        match child {
            Child::Node(n) => self.nodes[n].weight.value,
            Child::Indicator(i) => self.indicators[i].weight.value,
        }
    }

    /// The input table of a dataset.
    pub fn input(&self, dataset: &str) -> Option<&Input> {
        self.inputs.iter().find(|i| i.dataset == dataset)
    }
}
