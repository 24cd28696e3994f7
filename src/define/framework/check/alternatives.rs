//! What the simulation may vary in a framework of rows: every combination that it can draw has a meaning, so none is
//! dropped on the way.

use super::super::document::Step;
use super::super::mean::Mean;
use super::super::normalisation::Normalisation;
use super::super::resolved::Steps;
use super::super::uncertainty::Uncertainty;
use super::super::written::{DimensionTable, IndexTable, IndicatorTable};
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
}
