//! The tree of dimensions and indicators: names that are one, parents that exist, no cycle, weights that can be averaged.

use super::super::document::Step;
use super::super::indicators::IndicatorTable;
use super::super::written::{DimensionTable, Weight};
use super::{Check, field};
use std::collections::{BTreeMap, BTreeSet};

impl Check<'_> {
    /// Ids are names of rows, columns and pages.
    pub(super) fn id(&mut self, path: &[Step<'_>], id: &str) {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if id.is_empty() || id.len() > 60 || !id.chars().all(plain) {
            let rule = "an id has 1 to 60 letters, digits, `-`, `_` or `.`";
            self.fault("CONFIG_VALUE", path, rule).found = Some(crate::diag::excerpt(id));
        }
    }

    pub(super) fn unique(&mut self, arrays: &[&str], key: &str) {
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

    /// Whether anything stands under a dimension that does not exist.
    pub(super) fn references(
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
    pub(super) fn cycles(&mut self, dimensions: &[(usize, DimensionTable)]) -> bool {
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

    pub(super) fn weight(&mut self, path: &[Step<'_>], weight: &Weight) {
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
    pub(super) fn groups(
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
}
