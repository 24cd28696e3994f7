//! What an indicator is measured by: points, goalposts, counts, and the traces that speak about it.

use super::super::document::Step;
use super::super::evidence::EvidenceSection;
use super::super::indicators::{Goalposts, IndicatorTable, Scale, UnitKind};
use super::super::inputs::{Input, Time};
use super::super::measure::{At, Denominator, Measure};
use super::{Check, field};

impl Check<'_> {
    /// `common`: whether the framework says how values are normalised.
    pub(super) fn measure(&mut self, i: usize, x: &IndicatorTable, inputs: &[(usize, Input)], common: bool) {
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
    pub(super) fn traces(&mut self, i: usize, x: &IndicatorTable, inputs: &[(usize, Input)]) {
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

    pub(super) fn evidence(&mut self, section: Option<&EvidenceSection>, inputs: &[(usize, Input)]) {
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
}
