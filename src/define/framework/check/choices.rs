//! Faults of levels and of what the simulation may vary.

use super::super::document::Step;
use super::super::indicators::{IndicatorTable, UnitKind};
use super::super::levels::Level;
use super::super::resolved::Steps;
use super::super::uncertainty::Uncertainty;
use super::super::written::{DimensionTable, IndexTable};
use super::{Check, field};

impl Check<'_> {
    /// Levels count from 1 without gaps, each has an item, and items stand at levels that exist.
    pub(super) fn levels(&mut self, levels: &[(usize, Level)], indicators: &[(usize, IndicatorTable)]) {
        for (n, (i, level)) in levels.iter().enumerate() {
            if usize::from(level.number) != n + 1 {
                let path = field("level", *i, "number");
                self.fault(
                    "CONFIG_VALUE",
                    &path,
                    format!("levels count from 1 without gaps: this is level {}", n + 1),
                );
            }
            if !(level.share > 0.0 && level.share <= 1.0) {
                self.fault("CONFIG_VALUE", &field("level", *i, "share"), "a share lies above 0 and up to 1");
            }
            if level.reason.trim().is_empty() || level.owner.trim().is_empty() {
                self.fault(
                    "CONFIG_WEIGHTS",
                    &field("level", *i, "reason"),
                    "a level has a reason and an owner",
                );
            }
            let items = indicators.iter().flat_map(|(_, x)| &x.gates);
            if !items.into_iter().any(|g| g.level == level.number) {
                let message = format!("no indicator stands at the gate of level {}", level.number);
                self.fault("CONFIG_VALUE", &field("level", *i, "number"), message);
            }
        }
        for (i, x) in indicators {
            let path = field("indicator", *i, "gates");
            for gate in &x.gates {
                if !levels.iter().any(|(_, l)| l.number == gate.level) {
                    self.fault("CONFIG_REFERENCE", &path, format!("there is no level {}", gate.level));
                }
                if !(gate.met_from > 0.0 && gate.met_from <= 100.0) {
                    self.fault("CONFIG_VALUE", &path, "`met_from` lies above 0 and up to 100 points");
                }
                if gate.reason.trim().is_empty() {
                    self.fault("CONFIG_WEIGHTS", &path, "a gate has a reason");
                }
            }
            if !x.gates.is_empty() && x.unit == UnitKind::Ccg {
                self.fault(
                    "CONFIG_VALUE",
                    &path,
                    "levels are of practices: what a CCG answers is no item of theirs",
                );
            }
        }
    }

    pub(super) fn uncertainty(
        &mut self,
        u: Option<&Uncertainty>,
        index: Option<&IndexTable>,
        dimensions: &[(usize, DimensionTable)],
        (indicators, steps): (&[(usize, IndicatorTable)], &[Steps]),
    ) {
        let Some(u) = u else { return };
        if indicators.iter().all(|(_, x)| x.unit == UnitKind::Row) {
            self.alternatives(u, index, dimensions, indicators, steps);
        } else {
            self.of_practices(u, index, dimensions);
        }
        let path = |key: &'static str| [Step::Key("uncertainty"), Step::Key(key)];
        for (key, x) in [("weights", u.weights), ("goalposts", u.goalposts)] {
            if !(0.0..1.0).contains(&x) {
                self.fault("CONFIG_VALUE", &path(key), "a share lies from 0 to under 1");
            }
        }
        if u.powers.iter().any(|p| !(0.0..=1.0).contains(p)) {
            self.fault(
                "CONFIG_VALUE",
                &path("powers"),
                "an exponent lies between 0 (geometric) and 1 (arithmetic)",
            );
        }
        if u.missing.is_empty() {
            self.fault("CONFIG_VALUE", &path("missing"), "say what a missing answer may stand for");
        }
        if !(100..=100_000).contains(&u.replicates) {
            self.fault("CONFIG_VALUE", &path("replicates"), "between 100 and 100000 replicates");
        }
        if u.reason.trim().is_empty() || u.owner.trim().is_empty() {
            self.fault("CONFIG_WEIGHTS", &path("reason"), "the choices have a reason and an owner");
        }
    }

    /// What the fast simulation of practices and areas can vary.
    fn of_practices(
        &mut self,
        u: &Uncertainty,
        index: Option<&IndexTable>,
        dimensions: &[(usize, DimensionTable)],
    ) {
        let what = "the simulation knows power means only (arithmetic, geometric, harmonic, power)";
        if index.is_some_and(|i| i.mean.exponent().is_none()) {
            self.fault("CONFIG_VALUE", &[Step::Key("index"), Step::Key("mean")], what);
        }
        for (i, _) in dimensions.iter().filter(|(_, d)| d.mean.exponent().is_none()) {
            self.fault("CONFIG_VALUE", &field("dimension", *i, "mean"), what);
        }
        let path = |key: &'static str| [Step::Key("uncertainty"), Step::Key(key)];
        let given = [
            ("means", u.means.is_empty()),
            ("normalisations", u.normalisations.is_empty()),
            ("imputations", u.imputations.is_empty()),
        ];
        for (key, _) in given.into_iter().filter(|(_, empty)| !empty) {
            self.fault("CONFIG_VALUE", &path(key), format!("`{key}` is for rows (unit = \"row\")"));
        }
        if !(u.tier_margin > 0.0 && u.tier_margin <= 50.0) {
            self.fault("CONFIG_VALUE", &path("tier_margin"), "a margin lies above 0 and up to 50 points");
        }
    }
}
