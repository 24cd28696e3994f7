//! Sections that name datasets: each is one that the pipeline reads, and each share is one.

use super::super::document::Step;
use super::super::inputs::{Input, Population, Time};
use super::super::spend::SpendSection;
use super::super::units::Units;
use super::super::value::ValueSection;
use super::super::written::Ranking;
use super::{Check, field};

impl Check<'_> {
    pub(super) fn value(&mut self, section: Option<&ValueSection>, spend: Option<&SpendSection>) {
        let scopes: Vec<&str> = spend.iter().flat_map(|s| &s.rules.scopes).map(|s| s.id.as_str()).collect();
        for (key, what) in section.iter().flat_map(|v| v.faults(&scopes)) {
            self.fault("CONFIG_VALUE", &[Step::Key("value"), Step::Key(key)], what);
        }
    }

    /// Registers and list sizes name datasets that the pipeline reads; a snapshot says how far it reaches.
    pub(super) fn sources(
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
        for (i, x) in inputs {
            if x.time == Time::Snapshot && x.window_months.is_none() {
                let path = field("input", *i, "time");
                let what =
                    "a snapshot needs `window_months`: how far from a quarter it may still speak for it";
                self.fault("CONFIG_VALUE", &path, what);
            }
        }
        for (table, dataset) in named {
            if !inputs.iter().any(|(_, i)| i.dataset == dataset) {
                let known = inputs.iter().map(|(_, i)| i.dataset.as_str());
                self.unknown(&[Step::Key(table)], dataset, "[[input]] for the dataset", known);
            }
        }
    }

    pub(super) fn shares(&mut self, ranking: Option<&Ranking>, population: Option<&Population>) {
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
