//! Frameworks and pipelines (`pipelines/*.toml`): the index as a definition.
//!
//! A framework is a tree index > dimension > indicator with weights, goalposts and sources; a pipeline is the same
//! file with inputs, expected practices and list sizes. [`load`] gives the checked tree or every fault of the file
//! in one pass. Not here: reading the file from disk (the caller's) and computing anything (`index`).

mod agreements;
mod charts;
mod check;
mod document;
mod evidence;
mod improve;
mod indicators;
mod inputs;
mod levels;
mod mean;
mod measure;
mod normalisation;
mod providers;
mod resolved;
mod spend;
mod standards;
mod steps;
#[cfg(test)]
mod tests;
mod uncertainty;
mod units;
mod value;
mod written;

pub use agreements::{AgreementEdition, AgreementsSection, AtRisk, LeadSource};
pub use charts::{ChartsSection, FunnelChoice};
pub use check::load;
pub use evidence::{
    Block, Bunching, EvidenceSection, EvidenceTable, KnownBy, Prefilled, Silence, Strength, SupplierSteps,
    Trace, TraceTest,
};
pub use improve::{PeerGroup, PeerList, PeerMeasure, PeerScale, PeerVariable, PeersSection, StepsSection};
pub use indicators::{AbsencePolicy, Direction, Goalposts, IndicatorKind, Scale, UnitKind};
pub use inputs::{Combine, Filter, Input, Population, PopulationSource, Repeats, Rows, Time, Word, Words};
pub use levels::{Gate as LevelGate, Level};
pub use mean::{Mean, Penalty, Spread};
pub use measure::{At, Columns, Count, Denominator, Gate, ListSize, Measure};
pub use normalisation::{Ends, Normalisation, Normalising, Ties};
pub use providers::{ProviderKind, ProviderSource, ProvidersSection, StepRule, Within, provider_column};
pub use resolved::{Child, Framework, Indicator, Node, Steps};
pub use spend::{PatientsSource, ResidentsSource, Scope, SpendRules, SpendSection, WeightedSource};
pub use standards::{StandardsSection, ToolkitRegister, ToolkitStandard};
pub use steps::{
    Availability, DenominatorColumn, DividedBy, Imputation, ImputeBy, Over, Present, Screening, Transform,
    Treatment, WeightBy, Weighting,
};
pub use uncertainty::{Missing, Uncertainty};
pub use units::{MembershipRules, OdsDatasets, StatusCodes, SystemColumn, Units};
pub use value::ValueSection;
pub use written::{RankBy, RankTies, Ranking, Weight};

/// The JSON Schema of a framework file, for editors; the same one guides [`load`].
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(written::FrameworkFile).to_value()
}
