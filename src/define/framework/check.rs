//! From the file as written to the checked framework, or to every fault of the file.

mod alternatives;
mod bodies;
mod charts;
mod choices;
mod grow;
mod means;
mod measures;
mod sources;
mod steps;
mod tree;

use super::document::{Document, Step, meant};
use super::evidence::EvidenceSection;
use super::indicators::IndicatorTable;
use super::inputs::{Input, Population};
use super::levels::Level;
use super::resolved::Framework;
use super::spend::SpendSection;
use super::steps::WeightBy;
use super::uncertainty::Uncertainty;
use super::units::Units;
use super::value::ValueSection;
use super::written::{DimensionTable, IndexTable, RankBy, RankTies, Ranking};
use crate::define::Source;
use crate::diag::{Diagnostic, Place, Severity};
use serde::de::DeserializeOwned;

/// Reads and checks a framework or pipeline file.
///
/// # Errors
/// Every fault of the file, in the order of its lines: D001 to D009.
pub fn load(source: &Source) -> Result<Framework, Vec<Diagnostic>> {
    let doc = Document::parse(source)?;
    let schema = super::schema();
    let mut faults = doc.hazards();
    faults.extend(doc.against(&schema));
    let mut check = Check { doc: &doc, clean_form: faults.is_empty(), faults };
    let framework = check.run();
    let mut faults = check.faults;
    faults.sort_by_key(|d| match &d.place {
        Place::Definition { line, column, .. } => (*line, *column),
        _ => (0, 0),
    });
    faults.dedup();
    match framework {
        Some(f) if faults.iter().all(|d| d.severity < Severity::Error) => Ok(f),
        _ => Err(faults),
    }
}

struct Check<'d> {
    doc: &'d Document<'d>,
    /// Whether the form had no fault: only then is a table that cannot be read news.
    clean_form: bool,
    faults: Vec<Diagnostic>,
}

/// Path of a field of the `i`th table of an array.
fn field<'a>(array: &'a str, i: usize, key: &'a str) -> [Step<'a>; 3] {
    [Step::Key(array), Step::At(i), Step::Key(key)]
}

impl Check<'_> {
    fn fault(&mut self, code: &str, path: &[Step<'_>], message: impl Into<String>) -> &mut Diagnostic {
        self.faults.push(Diagnostic::new(code, self.doc.place(path), message));
        self.faults.last_mut().expect("just pushed")
    }

    /// The tables of an array that can be read; the others have been reported by the schema.
    fn tables<T: DeserializeOwned>(&mut self, key: &str) -> Vec<(usize, T)> {
        let mut out = Vec::new();
        for (i, json) in self.doc.tables(key).into_iter().enumerate() {
            match serde_json::from_value(json) {
                Ok(t) => out.push((i, t)),
                Err(e) if self.clean_form => {
                    self.fault("CONFIG_VALUE", &[Step::Key(key), Step::At(i)], e.to_string());
                }
                Err(_) => {}
            }
        }
        out
    }

    fn table<T: DeserializeOwned>(&mut self, key: &str) -> Option<T> {
        match serde_json::from_value(self.doc.json(key)?) {
            Ok(t) => Some(t),
            Err(e) => {
                if self.clean_form {
                    self.fault("CONFIG_VALUE", &[Step::Key(key)], e.to_string());
                }
                None
            }
        }
    }

    fn run(&mut self) -> Option<Framework> {
        self.unique(&["dimension", "indicator"], "id");
        self.unique(&["input"], "dataset");
        let dimensions: Vec<(usize, DimensionTable)> = self.tables("dimension");
        let indicators: Vec<(usize, IndicatorTable)> = self.tables("indicator");
        let inputs: Vec<(usize, Input)> = self.tables("input");
        let index: Option<IndexTable> = self.table("index");
        let ranking: Option<Ranking> = self.table("ranking");
        let units: Option<Units> = self.table("units");
        let population: Option<Population> = self.table("population");
        let spend: Option<SpendSection> = self.table("spend");
        let value: Option<ValueSection> = self.table("value");
        self.value(value.as_ref(), spend.as_ref());
        let charts = self.charts(&indicators);
        let bodies = self.bodies(&inputs);
        let ahead = self.ahead(&inputs);
        let uncertainty: Option<Uncertainty> = self.table("uncertainty");
        let levels: Vec<(usize, Level)> = self.tables("level");
        let given = self.written_steps();
        let evidence: Option<EvidenceSection> = self.table("evidence");

        let astray = self.references(&dimensions, &indicators) | self.cycles(&dimensions);
        for (i, d) in &dimensions {
            self.id(&field("dimension", *i, "id"), &d.id);
            self.weight(&field("dimension", *i, "weight"), &d.weight);
        }
        for (i, x) in &indicators {
            self.id(&field("indicator", *i, "id"), &x.id);
            self.weight(&field("indicator", *i, "weight"), &x.weight);
            self.measure(*i, x, &inputs, given.normalisation.is_some());
            self.traces(*i, x, &inputs);
        }
        self.evidence(evidence.as_ref(), &inputs);
        self.sources(units.as_ref(), population.as_ref(), spend.as_ref(), &inputs);
        self.shares(ranking.as_ref(), population.as_ref());
        self.levels(&levels, &indicators);
        self.groups(&dimensions, &indicators, astray);
        let steps = self.steps(&given, &indicators, ranking.as_ref());
        self.uncertainty(uncertainty.as_ref(), index.as_ref(), &dimensions, (&indicators, &steps));
        self.weighting(given.weighting.as_ref(), &dimensions, &indicators);
        self.means(index.as_ref(), &dimensions, &indicators, &steps);
        if !self.faults.is_empty() {
            return None;
        }
        let text = |key: &str| self.doc.json(key).and_then(|v| v.as_str().map(str::to_owned));
        let mut framework = Framework {
            id: text("id")?,
            title: text("title")?,
            edition: text("edition")?,
            method: text("method")?,
            ranking: ranking.unwrap_or_else(|| Ranking {
                minimum_weight_asked: 0.0,
                minimum_coverage: 0.0,
                by: RankBy::default(),
                ties: RankTies::default(),
                reason: "none stated: everything is ranked".to_owned(),
            }),
            inputs: inputs.into_iter().map(|(_, i)| i).collect(),
            units,
            population,
            spend,
            value,
            peers: ahead.0,
            next_steps: ahead.1,
            charts,
            agreements: bodies.agreements,
            standards: bodies.standards,
            providers: bodies.providers,
            uncertainty,
            levels: levels.into_iter().map(|(_, l)| l).collect(),
            denominators: given.denominators,
            screening: given.screening,
            availability: given.availability,
            weighting: given.weighting,
            evidence,
            nodes: Vec::new(),
            indicators: Vec::new(),
        };
        grow::grow(&mut framework, &index?, dimensions, indicators, steps);
        if framework.weighting.as_ref().is_some_and(|w| w.by == WeightBy::Equal) {
            framework.equal_weights();
        }
        Some(framework)
    }

    fn unknown<'a>(
        &mut self,
        path: &[Step<'_>],
        name: &str,
        what: &str,
        known: impl Iterator<Item = &'a str>,
    ) {
        let hint = meant(name, known);
        self.fault("CONFIG_REFERENCE", path, format!("there is no {what} `{name}`")).hint = hint;
    }
}
