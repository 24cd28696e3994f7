//! Which stored tables serve a quarter: what is in a window, nearest first.

use crate::define::framework::{Framework, PopulationSource, Time};
use crate::harmonise::{DatedFrame, Directory, Figure, OdsFrames, Practices, QuarterInputs, practices};
use crate::index::Source;
use crate::model::{MembershipBasis, Period, Provenance};
use crate::pipeline::Result;
use jiff::ToSpan;
use jiff::civil::Date;
use polars::prelude::*;

/// The stored tables that a pipeline reads, one release of each dataset and period.
pub struct Held<'a> {
    pub framework: &'a Framework,
    pub sources: &'a [Source],
}

impl<'a> Held<'a> {
    pub fn of(&self, dataset: &str) -> impl Iterator<Item = &'a Source> {
        self.sources.iter().filter(move |s| s.dataset == dataset)
    }

    /// Tables of the dataset whose period ends at most so many months from the day, nearest first; at equal
    /// distance the earlier one.
    pub fn near(&self, dataset: &str, day: Date, months: Option<u32>) -> Vec<&'a Source> {
        let span = i64::from(months.unwrap_or(1_200)).months();
        let (from, to) = (day.saturating_sub(span), day.saturating_add(span).last_of_month());
        let away = |s: &Source| (s.period.end() - day).get_days().abs();
        let mut found: Vec<&Source> =
            self.of(dataset).filter(|s| from <= s.period.end() && s.period.end() <= to).collect();
        found.sort_by_key(|s| (away(s), s.period.end()));
        found
    }

    fn dated(source: &'a Source) -> DatedFrame<'a> {
        DatedFrame { dataset: &source.dataset, date: source.period.end(), frame: &source.frame }
    }

    /// The directory of organisations that the pipeline names.
    pub fn directory(&self) -> Result<Option<(Directory, Vec<crate::diag::Diagnostic>)>> {
        let Some(units) = &self.framework.units else { return Ok(None) };
        let all = |dataset: Option<&String>| -> Vec<DatedFrame<'a>> {
            dataset.into_iter().flat_map(|d| self.of(d)).map(Self::dated).collect()
        };
        let ods = units.ods.as_ref();
        let frames = OdsFrames {
            practices: all(ods.map(|o| &o.practices)),
            ccgs: all(ods.and_then(|o| o.ccgs.as_ref())),
            membership: all(ods.and_then(|o| o.membership.as_ref())),
        };
        Ok(Some(Directory::read(&frames, &units.membership)?))
    }

    /// The practices of a quarter on a basis.
    pub fn practices(
        &self,
        directory: &Directory,
        quarter: Period,
        basis: MembershipBasis,
    ) -> Result<Practices> {
        let Some(units) = &self.framework.units else {
            return Err(crate::pipeline::PipelineError::Unknown {
                what: "the pipeline has no [units]: it cannot say which practices are expected".to_owned(),
            });
        };
        let day = quarter.end();
        let mut returned = Vec::new();
        for dataset in &units.returned {
            let monthly = self.framework.input(dataset).is_some_and(|i| i.time == Time::Month);
            if monthly {
                // the latest month of the quarter names the practice as it is at the end
                let mut months: Vec<&Source> =
                    self.of(dataset).filter(|s| quarter.contains(s.period.end())).collect();
                months.sort_by_key(|s| std::cmp::Reverse(s.period.end()));
                returned.extend(months.into_iter().map(Self::dated));
            }
        }
        let window = |dataset: &str| self.framework.input(dataset).and_then(|i| i.window_months);
        let mut suppliers = Vec::new();
        for system in &units.systems {
            for source in self.near(&system.dataset, day, window(&system.dataset).or(Some(3))) {
                suppliers.push((Self::dated(source), system.column.as_str()));
            }
        }
        let population = self.framework.population.as_ref();
        let lists = population.map_or(&[][..], |p| &p.source);
        let weighted = population.map_or(&[][..], |p| &p.weighted);
        let filtered_lists = self.figures(lists, day)?;
        let filtered_weighted = self.figures(weighted, day)?;
        let filtered_compared = self.figures(population.map_or(&[][..], |p| &p.compared), day)?;
        let provenance = self.sources.iter().map(|s| s.provenance).max().unwrap_or(Provenance::Published);
        let inputs = QuarterInputs {
            returned,
            lists: filtered_lists.iter().map(Kept::figure).collect(),
            weighted: filtered_weighted.iter().map(Kept::figure).collect(),
            compared: filtered_compared.iter().map(Kept::figure).collect(),
            apart: population.and_then(|p| p.apart),
            suppliers,
            provenance,
        };
        Ok(practices(directory, quarter, basis, &inputs)?)
    }

    fn figures<'p>(&self, sources: &'p [PopulationSource], day: Date) -> Result<Vec<Kept<'p>>> {
        let mut out = Vec::new();
        for wanted in sources {
            for source in self.near(&wanted.dataset, day, wanted.window_months) {
                let mut frame = source.frame.clone();
                for (column, words) in &wanted.filter {
                    let words = words.list();
                    let cells = frame.column(column)?.cast(&DataType::String)?;
                    let mask: BooleanChunked = cells
                        .str()?
                        .iter()
                        .map(|c| c.is_some_and(|c| words.iter().any(|w| w == c)))
                        .collect();
                    frame = frame.filter(&mask)?;
                }
                out.push(Kept { wanted, date: source.period.end(), frame });
            }
        }
        Ok(out)
    }
}

/// The rows of a source that count towards a figure.
struct Kept<'p> {
    wanted: &'p PopulationSource,
    date: Date,
    frame: DataFrame,
}

impl Kept<'_> {
    fn figure(&self) -> Figure<'_> {
        Figure {
            from: DatedFrame { dataset: &self.wanted.dataset, date: self.date, frame: &self.frame },
            column: &self.wanted.column,
            repeats: self.wanted.repeats,
        }
    }
}
