//! Which steps go together. Each refusal names the two that do not.

use super::super::document::{Step, meant};
use super::super::indicators::{AbsencePolicy, Direction, IndicatorTable, UnitKind};
use super::super::measure::Measure;
use super::super::normalisation::{Normalisation, Normalising};
use super::super::resolved::Steps;
use super::super::steps::{
    Availability, DenominatorColumn, Imputation, ImputeBy, Present, Screening, Transform, Treatment,
    Weighting,
};
use super::super::written::{RankBy, Ranking};
use super::{Check, field};

/// The steps as the framework writes them for all its indicators.
pub(super) struct Written {
    pub denominators: Vec<DenominatorColumn>,
    pub screening: Option<Screening>,
    pub imputation: Option<Imputation>,
    pub treatment: Option<Treatment>,
    pub normalisation: Option<Normalising>,
    pub availability: Option<Availability>,
    pub weighting: Option<Weighting>,
}

/// Columns of a table of values with a meaning of their own.
const RESERVED: [&str; 5] = ["unit", "unit_name", "period", "group", "weight"];

impl Check<'_> {
    pub(super) fn written_steps(&mut self) -> Written {
        let denominators: Vec<(usize, DenominatorColumn)> = self.tables("denominator");
        self.unique(&["denominator", "indicator"], "id");
        for (i, d) in &denominators {
            self.id(&field("denominator", *i, "id"), &d.id);
        }
        Written {
            denominators: denominators.into_iter().map(|(_, d)| d).collect(),
            screening: self.table("screening"),
            imputation: self.table("imputation"),
            treatment: self.table("treatment"),
            normalisation: self.table("normalisation"),
            availability: self.table("availability"),
            weighting: self.table("weighting"),
        }
    }

    /// The steps of each indicator, checked.
    pub(super) fn steps(
        &mut self,
        given: &Written,
        indicators: &[(usize, IndicatorTable)],
        ranking: Option<&Ranking>,
    ) -> Vec<Steps> {
        let rows = indicators.iter().all(|(_, x)| x.unit == UnitKind::Row);
        self.for_rows_only(given, indicators, ranking, rows);
        self.thresholds(given);
        self.reserved(indicators, given);
        let mut out = Vec::with_capacity(indicators.len());
        for (i, x) in indicators {
            let keyed = matches!(x.value, Some(Measure::State { .. } | Measure::Presence { .. }));
            let own = x.normalisation.as_ref().or(given.normalisation.as_ref().filter(|_| !keyed));
            let steps = Steps {
                denominator: x.denominator.clone(),
                imputation: x.imputation.clone().or_else(|| given.imputation.clone()),
                treatment: x.treatment.clone().or_else(|| given.treatment.clone()),
                normalisation: own.filter(|n| n.by != Normalisation::Goalposts {}).cloned(),
            };
            self.denominator(*i, x, given, indicators);
            self.normalisation(*i, x, own);
            if let Some(t) = &x.treatment {
                self.treatment(&field("indicator", *i, "treatment"), t);
            }
            let imputed = steps.imputation.as_ref().is_some_and(|m| m.by != ImputeBy::None);
            if imputed && x.absence != AbsencePolicy::Bounded {
                let message = format!("`{}` is imputed, but its absence already has a meaning", x.id);
                self.clash(
                    &field("indicator", *i, "absence"),
                    message,
                    "absence = \"bounded\", or no imputation",
                );
            }
            out.push(steps);
        }
        if let Some(t) = &given.treatment {
            self.treatment(&[Step::Key("treatment")], t);
        }
        self.one_scale(indicators, &out);
        out
    }

    pub(super) fn clash(&mut self, path: &[Step<'_>], message: impl Into<String>, hint: &str) {
        self.fault("CONFIG_METHOD", path, message).hint = Some(hint.to_owned());
    }

    /// What looks at the other units of a table would make a practice's score move with its neighbours'.
    fn for_rows_only(
        &mut self,
        given: &Written,
        indicators: &[(usize, IndicatorTable)],
        ranking: Option<&Ranking>,
        rows: bool,
    ) {
        if rows {
            return;
        }
        let tables = [
            ("screening", given.screening.is_some()),
            ("imputation", given.imputation.is_some()),
            ("treatment", given.treatment.is_some()),
            ("normalisation", given.normalisation.is_some()),
            ("availability", given.availability.is_some()),
            ("denominator", !given.denominators.is_empty()),
        ];
        const HINT: &str = "fixed goalposts, and a measure with its own denominator";
        for (key, _) in tables.iter().filter(|(_, there)| *there) {
            let message =
                format!("`{key}` is for rows: scores of practices and CCGs do not depend on other units");
            self.clash(&[Step::Key(key)], message, HINT);
        }
        if ranking.is_some_and(|r| r.by != RankBy::Floor) {
            let path = [Step::Key("ranking"), Step::Key("by")];
            self.clash(
                &path,
                "practices and CCGs are ordered by the floor: silence never pays",
                "by = \"floor\"",
            );
        }
        for (i, x) in indicators {
            let own = [
                ("denominator", x.denominator.is_some()),
                ("imputation", x.imputation.is_some()),
                ("treatment", x.treatment.is_some()),
                ("normalisation", x.normalisation.is_some()),
            ];
            for (key, _) in own.iter().filter(|(_, there)| *there) {
                let message = format!("`{key}` is for rows (`unit = \"row\"`), and `{}` is none", x.id);
                self.clash(&field("indicator", *i, key), message, HINT);
            }
        }
    }

    fn thresholds(&mut self, given: &Written) {
        let mut shares = Vec::new();
        if let Some(s) = &given.screening {
            shares.push(("screening", "minimum_present", s.minimum_present));
            shares.push(("screening", "minimum_non_zero", s.minimum_non_zero));
            let imputes = given.imputation.as_ref().is_some_and(|m| m.by != ImputeBy::None);
            if s.present == Present::Imputed && !imputes {
                let path = [Step::Key("screening"), Step::Key("present")];
                self.clash(&path, "nothing is imputed that could count as present", "present = \"answered\"");
            }
        }
        if let Some(a) = &given.availability {
            shares.push(("availability", "minimum_weight", a.minimum_weight));
        }
        for (table, key, x) in shares {
            if !(0.0..=1.0).contains(&x) {
                let path = [Step::Key(table), Step::Key(key)];
                self.fault("CONFIG_VALUE", &path, "a share lies between 0 and 1");
            }
        }
    }

    fn reserved(&mut self, indicators: &[(usize, IndicatorTable)], given: &Written) {
        for (i, x) in indicators.iter().filter(|(_, x)| RESERVED.contains(&x.id.as_str())) {
            let message = format!("`{}` is a column of its own in a table of values", x.id);
            self.fault("CONFIG_VALUE", &field("indicator", *i, "id"), message);
        }
        for (i, d) in given.denominators.iter().enumerate().filter(|(_, d)| RESERVED.contains(&d.id.as_str()))
        {
            let message = format!("`{}` is a column of its own in a table of values", d.id);
            self.fault("CONFIG_VALUE", &field("denominator", i, "id"), message);
        }
    }

    fn denominator(
        &mut self,
        i: usize,
        x: &IndicatorTable,
        given: &Written,
        indicators: &[(usize, IndicatorTable)],
    ) {
        let Some(by) = &x.denominator else { return };
        let path = [Step::Key("indicator"), Step::At(i), Step::Key("denominator")];
        let known = || {
            let others = indicators.iter().map(|(_, x)| x.id.as_str());
            given.denominators.iter().map(|d| d.id.as_str()).chain(others)
        };
        if !known().any(|id| id == by.column) {
            let hint = meant(&by.column, known());
            let message = format!("there is no denominator `{}`", by.column);
            self.fault("CONFIG_REFERENCE", &path, message).hint = hint;
        } else if by.column == x.id {
            self.fault("CONFIG_CYCLE", &path, format!("`{}` is divided by itself", x.id));
        }
        if by.per <= 0.0 {
            self.fault("CONFIG_VALUE", &path, "`per` is above zero");
        }
    }

    fn normalisation(&mut self, i: usize, x: &IndicatorTable, common: Option<&Normalising>) {
        let path = field("indicator", i, if x.normalisation.is_some() { "normalisation" } else { "id" });
        let Some(n) = common else { return };
        if n.reason.trim().is_empty() {
            self.fault("CONFIG_VALUE", &path, "the normalisation has no reason");
        }
        if n.by == (Normalisation::Goalposts {}) {
            if x.goalposts.is_none() {
                self.fault("CONFIG_VALUE", &path, format!("`{}` has no goalposts", x.id));
            }
            return;
        }
        if x.goalposts.is_some() {
            let message = format!("`{}` has goalposts, and is normalised by {}", x.id, n.by.name());
            let path = field("indicator", i, "goalposts");
            self.clash(
                &path,
                message,
                "take the goalposts out, or normalisation = { by = { type = \"goalposts\" } }",
            );
        }
        self.scale(&path, x, &n.by);
    }

    /// A scale has a width, and what cannot be turned round is not asked to be.
    pub(super) fn scale(&mut self, path: &[Step<'_>], x: &IndicatorTable, by: &Normalisation) {
        let range = match *by {
            Normalisation::MinMax { low, high } | Normalisation::ReferenceRange { low, high, .. } => {
                low < high
            }
            Normalisation::Scaled { from, to } => from.low < from.high && to.low < to.high,
            Normalisation::ZScore { sd, .. } => sd > 0.0,
            Normalisation::Exponential { s, .. } => s > 0.0,
            _ => true,
        };
        if !range {
            let message = format!("{}: the low end is not below the high one: zero range", by.name());
            self.fault("CONFIG_VALUE", path, message);
        }
        let unturned = matches!(by, Normalisation::FractionOfMaximum {} | Normalisation::None {});
        if unturned && x.direction == Direction::LowerIsBetter {
            let message = format!("{} has no meaning for `{}`, where lower is better", by.name(), x.id);
            self.clash(path, message, "min_max turns a value round");
        }
    }

    fn treatment(&mut self, path: &[Step<'_>], t: &Treatment) {
        if t.maximum_skewness <= 0.0 {
            self.fault("CONFIG_VALUE", path, "`maximum_skewness` is above zero");
        }
        match (t.transform, t.lambda) {
            (Transform::BoxCox, None) => {
                self.clash(path, "box_cox needs its exponent", "lambda = 0.5");
            }
            (Transform::BoxCox, Some(_)) | (_, None) => {}
            (other, Some(_)) => {
                let message = format!("`lambda` belongs to box_cox, not to {}", other.name());
                self.clash(path, message, "transform = \"box_cox\"");
            }
        }
        if t.reason.trim().is_empty() {
            self.fault("CONFIG_VALUE", path, "the treatment has no reason");
        }
    }
}
