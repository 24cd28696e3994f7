//! Which means go with which scales, down the whole tree.

use super::super::document::Step;
use super::super::indicators::{IndicatorTable, UnitKind};
use super::super::mean::Mean;
use super::super::normalisation::Normalisation;
use super::super::resolved::Steps;
use super::super::written::{DimensionTable, IndexTable};
use super::{Check, field};
use std::collections::BTreeMap;

impl Check<'_> {
    /// Points of two scales in one mean would be weights in disguise.
    pub(super) fn one_scale(&mut self, indicators: &[(usize, IndicatorTable)], steps: &[Steps]) {
        let scale = |s: &Steps| -> Option<String> {
            let Some(n) = &s.normalisation else { return Some("0 to 100".to_owned()) };
            match (&n.by, n.by.fixed_ends()) {
                (Normalisation::None {} | Normalisation::Scaled { .. }, _) => None,
                (_, Some((low, high))) => Some(format!("{low} to {high}")),
                (Normalisation::ZScore { mean, sd }, _) => Some(format!("mean {mean}, sd {sd}")),
                (Normalisation::ReferenceRange { low, high, .. }, _) => {
                    Some(format!("about {low} to {high}"))
                }
                (Normalisation::Rank { .. } | Normalisation::Borda { .. }, _) => Some("ranks".to_owned()),
                _ => Some("0 to 1".to_owned()),
            }
        };
        let mut first: Option<(String, &str)> = None;
        for ((i, x), s) in indicators.iter().zip(steps) {
            let Some(own) = scale(s) else { continue };
            match &first {
                None => first = Some((own, &x.id)),
                Some((other, id)) if *other != own => {
                    let message = format!("`{}` is on the scale {own}, and `{id}` on {other}", x.id);
                    let path = field(
                        "indicator",
                        *i,
                        if x.normalisation.is_some() { "normalisation" } else { "id" },
                    );
                    self.clash(&path, message, "one scale for all indicators of an index");
                    return;
                }
                Some(_) => {}
            }
        }
    }

    /// A mean that multiplies or divides has no meaning for negative children, wherever in the tree they come from.
    pub(super) fn means(
        &mut self,
        index: Option<&IndexTable>,
        dimensions: &[(usize, DimensionTable)],
        indicators: &[(usize, IndicatorTable)],
        steps: &[Steps],
    ) {
        let rows = indicators.iter().all(|(_, x)| x.unit == UnitKind::Row);
        let top = index.map(|t| (None, t.mean, [Step::Key("index"), Step::Key("mean"), Step::Key("")], 2));
        let nodes =
            dimensions.iter().map(|(i, d)| (Some(d.id.as_str()), d.mean, field("dimension", *i, "mean"), 3));
        // Node to the first thing under it that may be negative.
        let mut negative: BTreeMap<Option<&str>, String> = BTreeMap::new();
        for ((_, x), s) in indicators.iter().zip(steps) {
            if let Some(n) = s.normalisation.as_ref().filter(|n| n.by.may_be_negative()) {
                let what = format!("`{}` by {}", x.id, n.by.name());
                negative.entry(x.dimension.as_deref()).or_insert(what);
            }
        }
        // As many rounds as there can be floors; a cycle was reported and does no harm.
        for _ in dimensions {
            for (_, d) in dimensions {
                let own = d.mean.compares_units().then(|| format!("`{}` by {}", d.id, d.mean.name()));
                if let Some(what) = own.or_else(|| negative.get(&Some(d.id.as_str())).cloned()) {
                    negative.entry(d.parent.as_deref()).or_insert(what);
                }
            }
        }
        for (id, mean, path, steps) in top.into_iter().chain(nodes) {
            let path = &path[..steps];
            match mean {
                Mean::Best { of: 0 } | Mean::Worst { of: 0 } => {
                    self.fault("CONFIG_VALUE", path, "the mean of no child");
                }
                Mean::MeanMinimum { alpha, beta } if !(0.0..=1.0).contains(&alpha) || beta < 0.0 => {
                    self.fault("CONFIG_VALUE", path, "alpha lies between 0 and 1, beta is not negative");
                }
                _ => {}
            }
            if !rows && !mean.is_monotone() {
                let message = format!("{} is for rows: a better answer could lower a score", mean.name());
                self.clash(path, message, "a mean that never falls when a child rises");
            }
            if let Some(what) = negative.get(&id).filter(|_| mean.needs_positive()).cloned() {
                let message = format!("{what} can be negative, which a {} mean cannot take", mean.name());
                self.clash(path, message, "mean = \"arithmetic\", or a normalisation that is not below zero");
            }
        }
    }
}
