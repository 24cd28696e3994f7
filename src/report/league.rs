//! The league table: order, ties, and what may be said about rank.
//!
//! Ordered by the floor, so that silence never pays. Ties follow the competition rule (1, 2, 2, 4) and stand in the
//! order of their codes. No bare rank is printed: a rank appears only as a range, and only where a range was computed.

use super::frame::Frame;
use super::words;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// One area in one period.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    pub code: String,
    pub name: String,
    pub interval: Interval,
    pub coverage: Option<f64>,
    /// Coverage is under what the framework asks for a comparison.
    pub thin: bool,
    /// Ids of the indicators that cost the floor most.
    pub limits: Vec<String>,
    pub practices: Option<i64>,
    pub practices_scored: Option<i64>,
    pub list_size: Option<i64>,
    pub rank_range: Option<(i64, i64)>,
    pub tier: Option<String>,
    /// Another area of the table has the same floor.
    pub tied: bool,
    /// The figure was withheld, not missing.
    pub withheld: bool,
}

/// Floor, estimate and ceiling of a score.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Interval {
    pub low: Option<f64>,
    pub estimate: Option<f64>,
    pub high: Option<f64>,
}

/// Competition rank by value, highest first: one more than the number of higher values. Absent values have none.
pub fn competition_ranks(values: &[Option<f64>]) -> Vec<Option<usize>> {
    let mut sorted: Vec<f64> = values.iter().flatten().copied().collect();
    sorted.sort_by(|a, b| b.total_cmp(a));
    values.iter().map(|v| v.map(|x| 1 + sorted.partition_point(|y| y.total_cmp(&x).is_gt()))).collect()
}

/// The rows of one period, highest floor first, ties by code, areas without a score last.
pub fn areas(frame: Frame, period: Date, unit: &str, names: &BTreeMap<String, String>) -> Vec<Area> {
    let (when, code) = (frame.date("period"), frame.text(unit));
    let (low, high, estimate) = (frame.float("score"), frame.float("score_high"), frame.float("estimate"));
    let (coverage, list_size) = (frame.float("coverage"), frame.int("list_size"));
    let (practices, scored) = (frame.int("practices"), frame.int("practices_scored"));
    let (rank_low, rank_high) = (frame.int("rank_low"), frame.int("rank_high"));
    let (thin, limits) = (frame.int("thin"), frame.text("limits"));
    let (tier, reason) = (frame.text("tier"), frame.text("score_absence"));
    let mut rows: Vec<Area> = (0..frame.rows())
        .filter(|i| when[*i] == Some(period))
        .filter_map(|i| {
            let code = code[i].clone()?;
            let name = names.get(&code).map_or_else(|| code.clone(), |n| words::area_name(n));
            Some(Area {
                interval: Interval { low: low[i], estimate: estimate[i], high: high[i] },
                coverage: coverage[i],
                thin: thin[i] == Some(1),
                limits: limits[i].iter().flat_map(|l| l.split(' ')).map(str::to_owned).collect(),
                practices: practices[i],
                practices_scored: scored[i],
                list_size: list_size[i],
                rank_range: rank_low[i].zip(rank_high[i]),
                tier: tier[i].clone(),
                tied: false,
                withheld: crate::disclose::is_withheld(reason[i].as_deref()),
                code,
                name,
            })
        })
        .collect();
    let floor = |a: &Area| a.interval.low.unwrap_or(f64::NEG_INFINITY);
    rows.sort_by(|a, b| floor(b).total_cmp(&floor(a)).then_with(|| a.code.cmp(&b.code)));
    let ranks = competition_ranks(&rows.iter().map(|a| a.interval.low).collect::<Vec<_>>());
    for i in 0..rows.len() {
        let same =
            |j: Option<usize>| j.and_then(|j| ranks.get(j)).is_some_and(|r| r.is_some() && *r == ranks[i]);
        rows[i].tied = same(i.checked_sub(1)) || same(Some(i + 1));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use polars::prelude::df;

    #[test]
    fn ties_share_the_better_rank_and_the_next_rank_is_skipped() {
        let check =
            |values: &[Option<f64>], ranks: &[Option<usize>]| assert_eq!(competition_ranks(values), ranks);
        check(&[Some(3.0), Some(5.0), Some(5.0), Some(1.0)], &[Some(3), Some(1), Some(1), Some(4)]);
        check(&[None, Some(0.0)], &[None, Some(1)]);
        check(&[], &[]);
    }

    #[test]
    fn competition_rank_agrees_with_counting_the_better_ones() {
        let values: Vec<Option<f64>> =
            (0..200u32).map(|i| (i % 7 != 0).then(|| f64::from(i * 37 % 41) / 4.0)).collect();
        let naive: Vec<Option<usize>> = values
            .iter()
            .map(|v| v.map(|x| 1 + values.iter().flatten().filter(|y| **y > x).count()))
            .collect();
        assert_eq!(competition_ranks(&values), naive);
    }

    #[test]
    fn the_table_orders_by_floor_then_code_and_marks_ties() {
        let frame = df!(
            "period" => ["2018-09-30", "2018-09-30", "2018-09-30", "2018-09-30", "2018-06-30"],
            "ccg_code" => ["02B", "01A", "03C", "04D", "01A"],
            "score" => [Some(50.0), Some(50.0), None, Some(61.0), Some(99.0)],
        )
        .unwrap();
        let rows = areas(Frame::new(Some(&frame)), date(2018, 9, 30), "ccg_code", &BTreeMap::new());
        let order: Vec<_> = rows.iter().map(|a| (a.code.as_str(), a.tied)).collect();
        assert_eq!(order, [("04D", false), ("01A", true), ("02B", true), ("03C", false)]);
        assert!(rows.iter().all(|a| a.rank_range.is_none()), "no range was computed, so no rank is said");
    }
}
