//! Faults of the section on charts.

use super::super::charts::ChartsSection;
use super::super::document::Step;
use super::super::indicators::IndicatorTable;
use super::super::measure::Measure;
use super::Check;

impl Check<'_> {
    /// Reads the section: its shares can hold, and what it draws is a ratio.
    pub(super) fn charts(&mut self, indicators: &[(usize, IndicatorTable)]) -> Option<ChartsSection> {
        let section: Option<ChartsSection> = self.table("charts");
        let ratios = indicators.iter().filter(|(_, x)| matches!(x.value, Some(Measure::Ratio { .. })));
        let ratios: Vec<&str> = ratios.map(|(_, x)| x.id.as_str()).collect();
        for (key, what) in section.iter().flat_map(|c| c.faults(&ratios)) {
            let path = [Step::Key("charts"), Step::Key("funnel"), Step::Key(key)];
            self.fault("CONFIG_VALUE", &path, what);
        }
        section
    }
}
