//! From the file as written to the checked framework, or to every fault of the file.

mod alternatives;
mod bodies;
mod charts;
mod choices;
mod means;
mod steps;

use super::document::{Document, Step, meant};
use super::evidence::EvidenceSection;
use super::levels::Level;
use super::resolved::{Child, Framework, Indicator, Node, Steps};
use super::spend::SpendSection;
use super::steps::WeightBy;
use super::uncertainty::Uncertainty;
use super::value::ValueSection;
use super::written::Filter;
use super::written::{
    At, Denominator, DimensionTable, Goalposts, IndexTable, IndicatorTable, Input, Measure, Population,
    RankBy, RankTies, Ranking, Scale, Time, UnitKind, Units, Weight,
};
use crate::define::Source;
use crate::diag::{Diagnostic, Place, Severity};
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};

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
        for (i, x) in &inputs {
            if x.time == Time::Snapshot && x.window_months.is_none() {
                let path = field("input", *i, "time");
                let what =
                    "a snapshot needs `window_months`: how far from a quarter it may still speak for it";
                self.fault("CONFIG_VALUE", &path, what);
            }
        }
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
        grow(&mut framework, &index?, dimensions, indicators, steps);
        if framework.weighting.as_ref().is_some_and(|w| w.by == WeightBy::Equal) {
            framework.equal_weights();
        }
        Some(framework)
    }

    /// Ids are names of rows, columns and pages.
    fn id(&mut self, path: &[Step<'_>], id: &str) {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if id.is_empty() || id.len() > 60 || !id.chars().all(plain) {
            let rule = "an id has 1 to 60 letters, digits, `-`, `_` or `.`";
            self.fault("CONFIG_VALUE", path, rule).found = Some(crate::diag::excerpt(id));
        }
    }

    fn unique(&mut self, arrays: &[&str], key: &str) {
        let mut seen = BTreeSet::new();
        for array in arrays {
            for (i, table) in self.doc.tables(array).iter().enumerate() {
                let Some(id) = table.get(key).and_then(|v| v.as_str()) else { continue };
                // `IND8.1` and `ind8.1` would be one name on many a disk
                if !seen.insert(id.to_ascii_lowercase()) {
                    let message = format!("`{id}` is the {key} of two tables");
                    self.fault("CONFIG_DUPLICATE_ID", &field(array, i, key), message);
                }
            }
        }
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

    /// Whether anything stands under a dimension that does not exist.
    fn references(
        &mut self,
        dimensions: &[(usize, DimensionTable)],
        indicators: &[(usize, IndicatorTable)],
    ) -> bool {
        // Names come from the raw file, so that a fault elsewhere in a dimension does not orphan its children.
        let tables = self.doc.tables("dimension");
        let names: BTreeSet<&str> = tables.iter().filter_map(|t| t.get("id")?.as_str()).collect();
        let wanted = dimensions.iter().map(|(i, d)| ("dimension", *i, "parent", &d.parent));
        let wanted =
            wanted.chain(indicators.iter().map(|(i, x)| ("indicator", *i, "dimension", &x.dimension)));
        let mut astray = false;
        for (array, i, key, name) in wanted {
            if let Some(name) = name.as_ref().filter(|n| !names.contains(n.as_str())) {
                astray = true;
                self.unknown(&field(array, i, key), name, "dimension", names.iter().copied());
            }
        }
        astray
    }

    /// Each cycle once, at the first of its dimensions. Whether there is one.
    fn cycles(&mut self, dimensions: &[(usize, DimensionTable)]) -> bool {
        let parent: BTreeMap<&str, &str> =
            dimensions.iter().filter_map(|(_, d)| Some((d.id.as_str(), d.parent.as_deref()?))).collect();
        let mut told: BTreeSet<&str> = BTreeSet::new();
        for (i, d) in dimensions {
            let mut above = Vec::new();
            let mut at = d.id.as_str();
            while let Some(p) = parent.get(at).filter(|_| above.len() <= parent.len()) {
                above.push(*p);
                if *p == d.id {
                    break;
                }
                at = p;
            }
            if above.last() == Some(&d.id.as_str()) && !told.contains(d.id.as_str()) {
                let chain: Vec<String> = above.iter().map(|p| format!("under `{p}`")).collect();
                let message = format!("`{}` stands {}", d.id, chain.join(", which stands "));
                self.fault("CONFIG_CYCLE", &field("dimension", *i, "parent"), message);
                told.extend(above);
            }
        }
        !told.is_empty()
    }

    fn weight(&mut self, path: &[Step<'_>], weight: &Weight) {
        if weight.value < 0.0 {
            self.fault("CONFIG_WEIGHTS", path, "a weight cannot be negative");
        }
        for (what, text) in [("reason", &weight.reason), ("owner", &weight.owner)] {
            if text.trim().is_empty() {
                self.fault("CONFIG_WEIGHTS", path, format!("the weight has no {what}"));
            }
        }
    }

    /// Siblings whose weights sum to zero cannot be averaged, and a dimension without children has no score. What only
    /// follows from a negative weight, or from parts that went `astray`, was told with its cause.
    fn groups(
        &mut self,
        dimensions: &[(usize, DimensionTable)],
        indicators: &[(usize, IndicatorTable)],
        astray: bool,
    ) {
        let all_read = dimensions.len() == self.doc.tables("dimension").len()
            && indicators.len() == self.doc.tables("indicator").len();
        if !all_read {
            return;
        }
        let mut sum: BTreeMap<Option<&str>, f64> = BTreeMap::new();
        let weights = dimensions.iter().map(|(_, d)| (d.parent.as_deref(), d.weight.value));
        for (parent, w) in
            weights.chain(indicators.iter().map(|(_, x)| (x.dimension.as_deref(), x.weight.value)))
        {
            // a negative weight leaves no sum to judge
            *sum.entry(parent).or_default() += if w < 0.0 { f64::NAN } else { w };
        }
        let weightless = |key: Option<&str>| sum.get(&key).map_or(!astray, |w| *w <= 0.0);
        if weightless(None) {
            self.fault(
                "CONFIG_WEIGHTS",
                &[Step::Key("index")],
                "nothing with a weight stands under the index",
            );
        }
        for (i, d) in dimensions {
            if weightless(Some(&d.id)) {
                let message = format!("nothing with a weight stands under `{}`", d.id);
                self.fault("CONFIG_WEIGHTS", &field("dimension", *i, "id"), message);
            }
        }
    }

    /// `common`: whether the framework says how values are normalised.
    fn measure(&mut self, i: usize, x: &IndicatorTable, inputs: &[(usize, Input)], common: bool) {
        let value = field("indicator", i, "value");
        let posts = field("indicator", i, "goalposts");
        let keyed = matches!(x.value, Some(Measure::State { .. } | Measure::Presence { .. }));
        match (&x.goalposts, keyed) {
            (None, false) if common || x.normalisation.is_some() => {}
            (None, false) => {
                let message =
                    format!("`{}` has neither goalposts nor points nor another normalisation", x.id);
                self.fault("CONFIG_VALUE", &field("indicator", i, "id"), message);
            }
            (Some(_), true) => {
                self.fault("CONFIG_VALUE", &posts, "an answer with points needs no goalposts");
            }
            (Some(g), false) => self.goalposts(&posts, g),
            (None, true) => {}
        }
        let Some(measure) = &x.value else { return };
        if x.unit == UnitKind::Row {
            let message = "what is read from datasets is measured on practices or CCGs";
            self.fault("CONFIG_VALUE", &field("indicator", i, "unit"), message);
        }
        for dataset in measure.datasets() {
            if !inputs.iter().any(|(_, input)| input.dataset == dataset) {
                let known = inputs.iter().map(|(_, input)| input.dataset.as_str());
                self.unknown(&value, dataset, "[[input]] for the dataset", known);
            }
        }
        match measure {
            Measure::State { points, .. } => {
                if points.is_empty() || points.values().any(|p| !(0.0..=100.0).contains(p)) {
                    self.fault(
                        "CONFIG_VALUE",
                        &value,
                        "points are between 0 and 100, for at least one answer",
                    );
                }
            }
            Measure::Presence { .. } => {}
            Measure::Ratio { numerator, denominator, at, per, cap, .. } => {
                if *per <= 0.0 || cap.is_some_and(|c| c <= 0.0) {
                    self.fault("CONFIG_VALUE", &value, "`per` and `cap` are above zero");
                }
                let snapshot = |dataset: &str| {
                    inputs.iter().any(|(_, n)| n.dataset == dataset && n.time == Time::Snapshot)
                };
                let mut counts = vec![numerator];
                if let Denominator::Count(c) = denominator {
                    counts.push(c);
                }
                if *at == At::Sum && counts.iter().any(|c| snapshot(&c.dataset)) {
                    self.fault("CONFIG_VALUE", &value, "a snapshot cannot be summed over months");
                }
                if counts.iter().any(|c| c.column.list().is_empty()) {
                    self.fault("CONFIG_VALUE", &value, "a count needs a column");
                }
            }
        }
    }

    fn goalposts(&mut self, path: &[Step<'_>], g: &Goalposts) {
        if g.low >= g.high {
            self.fault("CONFIG_VALUE", path, "the low goalpost is not below the high one");
        }
        if g.scale == Scale::Log && g.low <= 0.0 {
            self.fault("CONFIG_VALUE", path, "goalposts on a log scale are above zero");
        }
        if g.reason.trim().is_empty() {
            self.fault("CONFIG_VALUE", path, "the goalposts have no reason");
        }
    }

    /// Traces name datasets that the pipeline reads, and limits that can hold.
    fn traces(&mut self, i: usize, x: &IndicatorTable, inputs: &[(usize, Input)]) {
        let path = field("indicator", i, "evidence");
        for trace in x.evidence.iter().flat_map(|e| &e.trace) {
            for dataset in trace.test.datasets() {
                if !inputs.iter().any(|(_, n)| n.dataset == dataset) {
                    let known = inputs.iter().map(|(_, n)| n.dataset.as_str());
                    self.unknown(&path, dataset, "[[input]] for the dataset", known);
                }
            }
            if trace.reason.trim().is_empty() {
                self.fault("CONFIG_VALUE", &path, format!("the trace `{}` has no reason", trace.id));
            }
            if let Some(what) = trace.test.fault() {
                self.fault("CONFIG_VALUE", &path, format!("`{}`: {what}", trace.id));
            }
        }
    }

    fn evidence(&mut self, section: Option<&EvidenceSection>, inputs: &[(usize, Input)]) {
        let Some(section) = section else { return };
        for (key, what) in section.faults() {
            self.fault("CONFIG_VALUE", &[Step::Key("evidence"), Step::Key(key)], what);
        }
        for p in &section.prefilled {
            if !inputs.iter().any(|(_, n)| n.dataset == p.dataset) {
                let known = inputs.iter().map(|(_, n)| n.dataset.as_str());
                let path = [Step::Key("evidence"), Step::Key("prefilled")];
                self.unknown(&path, &p.dataset, "[[input]] for the dataset", known);
            }
        }
    }

    fn value(&mut self, section: Option<&ValueSection>, spend: Option<&SpendSection>) {
        let scopes: Vec<&str> = spend.iter().flat_map(|s| &s.rules.scopes).map(|s| s.id.as_str()).collect();
        for (key, what) in section.iter().flat_map(|v| v.faults(&scopes)) {
            self.fault("CONFIG_VALUE", &[Step::Key("value"), Step::Key(key)], what);
        }
    }

    /// Registers and list sizes name datasets that the pipeline reads.
    fn sources(
        &mut self,
        units: Option<&Units>,
        population: Option<&Population>,
        spend: Option<&SpendSection>,
        inputs: &[(usize, Input)],
    ) {
        let mut named: Vec<(&str, &str)> = Vec::new();
        if let Some(u) = units {
            let ods = u.ods.iter().flat_map(|o| [Some(&o.practices), o.ccgs.as_ref(), o.membership.as_ref()]);
            let systems = u.systems.iter().map(|s| &s.dataset);
            named.extend(ods.flatten().chain(&u.returned).chain(systems).map(|d| ("units", d.as_str())));
        }
        if let Some(p) = population {
            named.extend(
                p.source
                    .iter()
                    .chain(&p.weighted)
                    .chain(&p.compared)
                    .map(|s| ("population", s.dataset.as_str())),
            );
        }
        if let Some(s) = spend {
            let people = [s.weighted.as_ref().map(|w| &w.dataset), s.residents.as_ref().map(|r| &r.dataset)];
            let more = [s.returns.as_ref(), s.months.as_ref(), s.ccgs.as_ref()].into_iter().chain(people);
            let all = [&s.lines, &s.patients.dataset].into_iter().chain(more.flatten());
            named.extend(all.map(|d| ("spend", d.as_str())));
        }
        for (table, dataset) in named {
            if !inputs.iter().any(|(_, i)| i.dataset == dataset) {
                let known = inputs.iter().map(|(_, i)| i.dataset.as_str());
                self.unknown(&[Step::Key(table)], dataset, "[[input]] for the dataset", known);
            }
        }
    }

    fn shares(&mut self, ranking: Option<&Ranking>, population: Option<&Population>) {
        let ranked = ranking.map(|r| {
            [("minimum_weight_asked", r.minimum_weight_asked), ("minimum_coverage", r.minimum_coverage)]
        });
        let ranked = ranked.into_iter().flatten().map(|(key, x)| ("ranking", key, x));
        let apart = population.and_then(|p| p.apart).map(|x| ("population", "apart", x));
        for (table, key, x) in ranked.chain(apart) {
            if !(0.0..=1.0).contains(&x) {
                self.fault(
                    "CONFIG_VALUE",
                    &[Step::Key(table), Step::Key(key)],
                    "a share lies between 0 and 1",
                );
            }
        }
    }
}

impl Measure {
    /// The datasets that it answers from, with the rows that it keeps of each.
    pub fn filters(&self) -> Vec<(&str, &Filter)> {
        match self {
            Measure::State { dataset, filter, .. } | Measure::Presence { dataset, filter } => {
                vec![(dataset, filter)]
            }
            Measure::Ratio { numerator, .. } => vec![(&numerator.dataset, &numerator.filter)],
        }
    }

    /// The datasets that it reads.
    pub fn datasets(&self) -> Vec<&str> {
        match self {
            Measure::State { dataset, .. } | Measure::Presence { dataset, .. } => vec![dataset],
            Measure::Ratio { numerator, denominator, .. } => {
                let mut out = vec![numerator.dataset.as_str()];
                if let Denominator::Count(c) = denominator {
                    out.push(&c.dataset);
                }
                out
            }
        }
    }
}

/// Parents before children, siblings in the order of the file.
fn grow(
    framework: &mut Framework,
    index: &IndexTable,
    dimensions: Vec<(usize, DimensionTable)>,
    indicators: Vec<(usize, IndicatorTable)>,
    steps: Vec<Steps>,
) {
    let top = Weight { value: 1.0, reason: index.reason.clone(), owner: String::new() };
    framework.nodes.push(Node {
        id: framework.id.clone(),
        name: framework.title.clone(),
        parent: None,
        mean: index.mean,
        weight: top,
        children: Vec::new(),
    });
    let mut number: BTreeMap<Option<String>, usize> = BTreeMap::from([(None, 0)]);
    let mut waiting: Vec<DimensionTable> = dimensions.into_iter().map(|(_, d)| d).collect();
    // No cycle and no unknown parent is left, so every round places at least one.
    while !waiting.is_empty() {
        let (ready, later): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|d| number.contains_key(&d.parent));
        for d in ready {
            let (here, parent) = (framework.nodes.len(), number[&d.parent]);
            framework.nodes[parent].children.push(Child::Node(here));
            number.insert(Some(d.id.clone()), here);
            framework.nodes.push(Node {
                id: d.id,
                name: d.name,
                parent: Some(parent),
                mean: d.mean,
                weight: d.weight,
                children: Vec::new(),
            });
        }
        waiting = later;
    }
    for (i, ((_, x), steps)) in indicators.into_iter().zip(steps).enumerate() {
        let parent = number[&x.dimension];
        framework.nodes[parent].children.push(Child::Indicator(i));
        framework.indicators.push(Indicator {
            id: x.id,
            edition: x.edition,
            wording: x.wording,
            kind: x.kind,
            tier: x.tier,
            unit: x.unit,
            measure: x.value,
            goalposts: x.goalposts,
            steps,
            direction: x.direction,
            absence: x.absence,
            weight: x.weight,
            gates: x.gates,
            evidence: x.evidence,
            parent,
        });
    }
}
