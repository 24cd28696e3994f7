//! The league table: order, ties, and what may be said about rank.
//!
//! Ordered by the floor, so that silence never pays. Ties follow the competition rule (1, 2, 2, 4) and stand in the
//! order of their codes. No bare rank is printed: a rank appears only as a range, and only where a range was computed.

use super::frame::Frame;
use super::words;
use std::collections::BTreeMap;

/// One area in one period.
#[derive(Clone, Debug, Default, PartialEq)]
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
    /// 95 of 100 replicates of the joint simulation lie here.
    pub spread: Option<(f64, f64)>,
    /// Share of registered patients at each level from 0, missing answers as not met.
    pub levels: Vec<f64>,
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

/// The rows of a table of one period, in its order.
pub fn areas(frame: Frame, unit: &str, names: &BTreeMap<String, String>) -> Vec<Area> {
    let code = frame.text(unit);
    let (low, high, estimate) = (frame.float("score"), frame.float("score_high"), frame.float("estimate"));
    let (coverage, list_size) = (frame.float("coverage"), frame.int("list_size"));
    let (practices, scored) = (frame.int("practices"), frame.int("practices_scored"));
    let (rank_low, rank_high) = (frame.int("rank_low"), frame.int("rank_high"));
    let (spread_low, spread_high) = (frame.float("interval_low"), frame.float("interval_high"));
    let levels: Vec<Vec<Option<f64>>> = (0..10)
        .map(|k| frame.float(&format!("share_level_{k}")))
        .take_while(|l| l.iter().any(Option::is_some))
        .collect();
    let (thin, limits) = (frame.int("thin"), frame.text("limits"));
    let (tier, reason) = (frame.text("tier"), frame.text("score_absence"));
    let mut rows: Vec<Area> = (0..frame.rows())
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
                spread: spread_low[i].zip(spread_high[i]),
                levels: levels.iter().map_while(|l| l[i]).collect(),
                tier: tier[i].clone(),
                tied: false,
                withheld: crate::disclose::is_withheld(reason[i].as_deref()),
                code,
                name,
            })
        })
        .collect();
    mark_ties(&mut rows);
    rows
}

/// Highest floor first, ties by code, areas without a score last: the order of a ranked quarter of `league_table`.
pub fn by_floor(rows: &mut [Area]) {
    let floor = |a: &Area| a.interval.low.unwrap_or(f64::NEG_INFINITY);
    rows.sort_by(|a, b| floor(b).total_cmp(&floor(a)).then_with(|| a.code.cmp(&b.code)));
    mark_ties(rows);
}

/// Equal floors side by side.
fn mark_ties(rows: &mut [Area]) {
    for i in 1..rows.len() {
        if rows[i].interval.low.is_some() && rows[i].interval.low == rows[i - 1].interval.low {
            (rows[i - 1].tied, rows[i].tied) = (true, true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::df;

    #[test]
    fn areas_keep_the_order_of_the_published_table_and_ties_are_marked() {
        let frame = df!(
            "ccg_code" => ["04D", "01A", "02B", "03C"],
            "score" => [Some(61.0), Some(50.0), Some(50.0), None],
            "rank_low" => [1i64, 2, 2, 4],
            "rank_high" => [1i64, 3, 3, 4],
        )
        .unwrap();
        let rows = areas(Frame::new(Some(&frame)), "ccg_code", &BTreeMap::new());
        let order: Vec<_> = rows.iter().map(|a| (a.code.as_str(), a.tied, a.rank_range)).collect();
        let expected = [
            ("04D", false, Some((1, 1))),
            ("01A", true, Some((2, 3))),
            ("02B", true, Some((2, 3))),
            ("03C", false, Some((4, 4))),
        ];
        assert_eq!(order, expected);
    }

    #[test]
    fn by_floor_puts_the_highest_first_ties_by_code_and_the_unscored_last() {
        let frame = df!(
            "unit_code" => ["02B", "01A", "03C", "04D"],
            "score" => [Some(50.0), Some(50.0), None, Some(61.0)],
        )
        .unwrap();
        let mut rows = areas(Frame::new(Some(&frame)), "unit_code", &BTreeMap::new());
        by_floor(&mut rows);
        let order: Vec<_> = rows.iter().map(|a| (a.code.as_str(), a.tied)).collect();
        assert_eq!(order, [("04D", false), ("01A", true), ("02B", true), ("03C", false)]);
        assert!(rows.iter().all(|a| a.rank_range.is_none()), "no range was computed, so no rank is said");
    }
}
