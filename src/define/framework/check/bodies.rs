//! Faults of the sections on agreements, standards and providers, on peers and on steps.

use super::super::agreements::AgreementsSection;
use super::super::document::Step;
use super::super::improve::{PeersSection, StepsSection};
use super::super::inputs::Input;
use super::super::providers::ProvidersSection;
use super::super::standards::StandardsSection;
use super::Check;

/// The three sections on the bodies that commission and deliver GP IT.
pub(super) struct Bodies {
    pub agreements: Option<AgreementsSection>,
    pub standards: Option<StandardsSection>,
    pub providers: Option<ProvidersSection>,
}

impl Check<'_> {
    /// Reads the sections: their limits can hold, and they name datasets that the pipeline reads.
    pub(super) fn bodies(&mut self, inputs: &[(usize, Input)]) -> Bodies {
        let agreements: Option<AgreementsSection> = self.table("agreements");
        let standards: Option<StandardsSection> = self.table("standards");
        let providers: Option<ProvidersSection> = self.table("providers");
        let mut named: Vec<(&str, &str)> = Vec::new();
        let mut faults = Vec::new();
        if let Some(a) = &agreements {
            named.push(("agreements", a.list.as_str()));
            named.extend(a.it_lead.iter().map(|l| ("agreements", l.dataset.as_str())));
            faults.extend(a.faults().into_iter().map(|(key, what)| ("agreements", key, what)));
        }
        if let Some(s) = &standards {
            let toolkit = s.toolkit.iter().map(|t| &t.dataset);
            named.extend(s.datasets.iter().chain(toolkit).map(|d| ("standards", d.as_str())));
            faults.extend(s.faults().into_iter().map(|(key, what)| ("standards", key, what)));
        }
        if let Some(p) = &providers {
            let sources = p.kind.iter().flat_map(|k| &k.source);
            named.extend(sources.map(|s| ("providers", s.dataset.as_str())));
            faults.extend(p.faults().into_iter().map(|(key, what)| ("providers", key, what)));
        }
        self.sections(&named, faults, inputs);
        Bodies { agreements, standards, providers }
    }

    /// The same of the sections on peers and on steps.
    pub(super) fn ahead(
        &mut self,
        inputs: &[(usize, Input)],
    ) -> (Option<PeersSection>, Option<StepsSection>) {
        let peers: Option<PeersSection> = self.table("peers");
        let steps: Option<StepsSection> = self.table("steps");
        let named: Vec<(&str, &str)> =
            peers.iter().flat_map(|p| p.datasets()).map(|d| ("peers", d.as_str())).collect();
        let of_peers = peers.iter().flat_map(PeersSection::faults).map(|(key, what)| ("peers", key, what));
        let of_steps = steps.iter().flat_map(StepsSection::faults).map(|(key, what)| ("steps", key, what));
        self.sections(&named, of_peers.chain(of_steps).collect(), inputs);
        (peers, steps)
    }

    /// `named`: by section, the datasets that must be inputs.
    fn sections(
        &mut self,
        named: &[(&str, &str)],
        faults: Vec<(&str, &str, String)>,
        inputs: &[(usize, Input)],
    ) {
        for (table, dataset) in named {
            if !inputs.iter().any(|(_, i)| i.dataset == *dataset) {
                let known = inputs.iter().map(|(_, i)| i.dataset.as_str());
                self.unknown(&[Step::Key(table)], dataset, "[[input]] for the dataset", known);
            }
        }
        for (table, key, what) in faults {
            self.fault("CONFIG_VALUE", &[Step::Key(table), Step::Key(key)], what);
        }
    }
}
