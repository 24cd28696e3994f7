//! Which stored tables, and so which files, stand behind each indicator in each quarter.

use super::Result;
use super::places::Held;
use crate::define::framework::Time;
use crate::model::Period;
use crate::store::Version;
use polars::prelude::*;

/// `indicator_sources`: key period, indicator_id, dataset, source_period, file. A monthly dataset serves the quarter
/// with its months; a snapshot with the one nearest to the quarter's end inside its window.
pub fn indicator_sources(held: &Held<'_>, version: &Version, quarters: &[Period]) -> Result<DataFrame> {
    let mut rows: Vec<[String; 7]> = Vec::new();
    for quarter in quarters {
        for indicator in &held.framework.indicators {
            let Some(measure) = &indicator.measure else { continue };
            let mut datasets = measure.datasets();
            datasets.sort_unstable();
            datasets.dedup();
            for dataset in datasets {
                let Some(input) = held.framework.input(dataset) else { continue };
                let periods: Vec<Period> = match input.time {
                    Time::Month => {
                        held.of(dataset).map(|s| s.period).filter(|p| quarter.contains(p.end())).collect()
                    }
                    Time::Snapshot => {
                        let near = held.near(dataset, quarter.end(), input.window_months);
                        near.first().map(|s| s.period).into_iter().collect()
                    }
                };
                let tables = &version.manifest().tables;
                for t in
                    tables.iter().filter(|t| t.latest && t.dataset == dataset && periods.contains(&t.period))
                {
                    rows.extend(t.origins().map(|origin| {
                        [
                            quarter.to_string(),
                            quarter.label(),
                            indicator.id.clone(),
                            dataset.to_owned(),
                            t.period.to_string(),
                            origin.source,
                            t.path.clone(),
                        ]
                    }));
                }
            }
        }
    }
    rows.sort();
    rows.dedup();
    let names = ["period", "period_label", "indicator_id", "dataset", "source_period", "file", "stored_as"];
    let columns = names
        .iter()
        .enumerate()
        .map(|(i, name)| {
            let cells: StringChunked = rows.iter().map(|r| Some(r[i].as_str())).collect();
            let column = cells.with_name((*name).into()).into_series().into_column();
            if name.ends_with("period") { dates(column) } else { Ok(column) }
        })
        .collect::<PolarsResult<Vec<_>>>()?;
    Ok(DataFrame::new(rows.len(), columns)?)
}

/// ISO texts as dates.
fn dates(column: Column) -> PolarsResult<Column> {
    let day = |t: Option<&str>| t?.parse().ok().map(crate::contract::cells::day_number);
    let days: Int32Chunked = column.str()?.iter().map(day).collect();
    days.with_name(column.name().clone()).into_series().into_column().cast(&DataType::Date)
}
