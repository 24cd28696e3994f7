//! Of which day answers are. A source that speaks of another day than the quarter on show stands in for it: whoever reads an
//! answer has to see that beside it.

use super::Scene;
use crate::disclose::Disclosed;
use crate::model::{Grain, Period};
use crate::report::about::About;
use crate::report::frame::Frame;
use crate::report::words;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The latest day that the sources of an indicator speak of, by quarter and indicator.
#[derive(Default)]
pub struct Days(BTreeMap<(Date, String), Date>);

impl Days {
    /// From `indicator_sources`. A day inside the quarter goes before one outside: with two sources the other is the
    /// denominator's.
    pub(super) fn read(release: &Disclosed<About>) -> Days {
        let t = Frame::new(release.tables.get("indicator_sources"));
        let (quarter, id, day) = (t.date("period"), t.text("indicator_id"), t.date("source_period"));
        let mut out: BTreeMap<(Date, String), Date> = BTreeMap::new();
        for ((quarter, id), day) in quarter.into_iter().zip(id).zip(day) {
            let (Some(quarter), Some(id), Some(day)) = (quarter, id, day) else { continue };
            let rank = |day: Date| (within(quarter, day), day);
            let latest = out.entry((quarter, id)).or_insert(day);
            if rank(day) > rank(*latest) {
                *latest = day;
            }
        }
        Days(out)
    }

    /// The day of the answers to an indicator in a quarter; `None` where no source is told.
    pub fn of(&self, quarter: Date, id: &str) -> Option<Date> {
        self.0.get(&(quarter, id.to_owned())).copied()
    }
}

fn within(quarter: Date, day: Date) -> bool {
    Period::containing(Grain::Quarter, quarter).contains(day)
}

/// `as at 30 June 2019` of another quarter's day, `up to 31 August 2019` where the quarter's last month is missing; `None` on
/// the quarter's last day, which the page names on top.
fn apart(quarter: Date, day: Date) -> Option<String> {
    match day {
        _ if day == quarter => None,
        _ if within(quarter, day) => Some(format!("up to {}", words::day(day))),
        _ => Some(format!("as at {}", words::day(day))),
    }
}

impl Scene<'_> {
    /// The day of an indicator's answers on show, in words, where it is not the quarter's last.
    pub fn day_apart(&self, id: &str) -> Option<String> {
        let quarter = self.period.as_ref()?.0;
        apart(quarter, self.days.of(quarter, id)?)
    }

    /// `as at 30 September 2018: check that it still holds`, of an indicator whose answers on show are of another quarter: before
    /// anybody acts on them.
    pub fn check_first(&self, id: &str) -> Option<String> {
        let quarter = self.period.as_ref()?.0;
        let day = self.days.of(quarter, id).filter(|day| !within(quarter, *day))?;
        Some(format!("{}: check that it still holds", apart(quarter, day)?))
    }

    /// The standard that an indicator was measured by in a quarter, where each year has its own.
    pub fn standard_of(&self, quarter: Date, id: &str) -> Option<String> {
        let framework = &self.about.rules.as_ref()?.framework;
        let toolkit = framework.standards.as_ref()?.toolkit.as_ref()?;
        let measure = framework.indicators.iter().find(|i| i.id == id)?.measure.as_ref()?;
        let measured = measure.datasets().contains(&toolkit.dataset.as_str());
        measured.then(|| toolkit.edition_on(self.days.of(quarter, id)?)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_is_told_only_where_the_page_does_not_name_it() {
        let quarter = date(2018, 9, 30);
        assert_eq!(apart(quarter, quarter), None);
        assert_eq!(apart(quarter, date(2018, 8, 31)).as_deref(), Some("up to 31 August 2018"));
        assert_eq!(apart(quarter, date(2019, 6, 30)).as_deref(), Some("as at 30 June 2019"));
    }
}
