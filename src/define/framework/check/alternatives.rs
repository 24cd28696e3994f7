//! What the data may decide and the simulation may vary in a framework of rows: every combination that can be drawn
//! has a meaning, so none is dropped on the way.

use super::super::document::Step;
use super::super::indicators::{IndicatorTable, UnitKind};
use super::super::mean::Mean;
use super::super::normalisation::Normalisation;
use super::super::resolved::Steps;
use super::super::steps::Weighting;
use super::super::uncertainty::Uncertainty;
use super::super::written::{DimensionTable, IndexTable};
use super::Check;

impl Check<'_> {
    pub(super) fn alternatives(
        &mut self,
        u: &Uncertainty,
        index: Option<&IndexTable>,
        dimensions: &[(usize, DimensionTable)],
        indicators: &[(usize, IndicatorTable)],
        steps: &[Steps],
    ) {
        let path = |key: &'static str| [Step::Key("uncertainty"), Step::Key(key)];
        let scaled = |s: &&Steps| s.normalisation.is_some();
        if !u.normalisations.is_empty() && !steps.iter().any(|s| scaled(&s)) {
            let message = "no indicator is normalised by the data: there is nothing to normalise otherwise";
            self.clash(&path("normalisations"), message, "`goalposts` varies the width of fixed scales");
        }
        if u.normalisations.contains(&Normalisation::Goalposts {}) {
            let message = "fixed goalposts are no other way to normalise: an indicator has them or not";
            self.fault("CONFIG_VALUE", &path("normalisations"), message);
        }
        for by in &u.normalisations {
            for ((_, x), _) in indicators.iter().zip(steps).filter(|(_, s)| scaled(s)) {
                self.scale(&path("normalisations"), x, by);
            }
        }
        if !u.imputations.is_empty() && !steps.iter().any(|s| s.imputation.is_some()) {
            let message = "no indicator is imputed: there is nothing to impute otherwise";
            let hint = "imputation = { by = \"none\", reason = \"...\" } is one that imputes nothing";
            self.clash(&path("imputations"), message, hint);
        }
        self.signs(u, index, dimensions, steps);
    }

    /// No mean that needs positive children may meet one that can be negative.
    fn signs(
        &mut self,
        u: &Uncertainty,
        index: Option<&IndexTable>,
        dimensions: &[(usize, DimensionTable)],
        steps: &[Steps],
    ) {
        let path = |key: &'static str| [Step::Key("uncertainty"), Step::Key(key)];
        let powers = u.powers.iter().map(|p| Mean::Power { p: *p });
        let drawn: Vec<Mean> = u.means.iter().copied().chain(powers).filter(|m| m.needs_positive()).collect();
        let stated = index.map(|i| i.mean).into_iter().chain(dimensions.iter().map(|(_, d)| d.mean));
        let positive = drawn.first().copied().or_else(|| stated.into_iter().find(|m| m.needs_positive()));
        let other = u.normalisations.iter().find(|n| n.may_be_negative());
        if let (Some(mean), Some(by)) = (positive, other) {
            let message = format!("{} can be negative, which a {} mean cannot take", by.name(), mean.name());
            self.clash(&path("normalisations"), message, "leave one of the two out");
        }
        let own = steps.iter().filter_map(|s| s.normalisation.as_ref()).find(|n| n.by.may_be_negative());
        let compared = dimensions.iter().find(|(_, d)| d.mean.compares_units());
        let below = own.map(|n| n.by.name()).or(compared.map(|(_, d)| d.mean.name()));
        if let (Some(mean), Some(below)) = (drawn.first(), below) {
            let message = format!("a {} mean cannot take {below}, which can be negative", mean.name());
            self.clash(&path("means"), message, "leave the mean out, or take a normalisation above zero");
        }
    }

    /// Weights that the data decide belong to parts that exist, more than one, and with a weight to begin from.
    pub(super) fn weighting(
        &mut self,
        w: Option<&Weighting>,
        dimensions: &[(usize, DimensionTable)],
        indicators: &[(usize, IndicatorTable)],
    ) {
        let Some(w) = w else { return };
        let path = |key: &'static str| [Step::Key("weighting"), Step::Key(key)];
        if !w.by.looks_at_data() {
            if !w.of.is_empty() {
                self.clash(
                    &path("of"),
                    "`of` belongs to weights that the data decide",
                    "by = \"equal_importance\"",
                );
            }
            return;
        }
        if indicators.iter().any(|(_, x)| x.unit != UnitKind::Row) {
            let message = "weights that the data decide are for rows: a practice's score would move with its neighbours'";
            self.clash(&path("by"), message, "by = \"given\"");
        }
        if w.of.len() < 2 {
            self.fault("CONFIG_VALUE", &path("of"), "name two or more dimensions or indicators");
        }
        let weight = |id: &str| {
            let of = dimensions.iter().find(|(_, d)| d.id == id).map(|(_, d)| d.weight.value);
            of.or_else(|| indicators.iter().find(|(_, x)| x.id == id).map(|(_, x)| x.weight.value))
        };
        for id in &w.of {
            match weight(id) {
                None => {
                    let message = format!("there is no dimension or indicator `{id}`");
                    self.fault("CONFIG_REFERENCE", &path("of"), message);
                }
                Some(x) if x <= 0.0 => {
                    self.fault("CONFIG_VALUE", &path("of"), format!("`{id}` has no weight to begin from"));
                }
                Some(_) => {}
            }
        }
    }
}
