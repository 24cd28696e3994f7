//! The quarters of a CCG so far, beside England's.

use crate::disclose::is_withheld;
use crate::report::frame::Frame;
use crate::report::grid::{Cell, Grid};
use crate::report::league::Interval;
use crate::report::scene::{Scene, missing_words};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A CCG in one quarter.
#[derive(Clone, Debug)]
pub(super) struct Quarter {
    pub day: Date,
    pub label: String,
    pub interval: Interval,
    pub coverage: Option<f64>,
    pub withheld: bool,
}

/// Quarters with a score of any CCG, oldest first, by CCG.
#[derive(Default)]
pub(super) struct Past(BTreeMap<String, Vec<Quarter>>);

impl Past {
    pub fn read(scene: &Scene) -> Past {
        let t = Frame::new(scene.release.tables.get("ccg_scores"));
        let (code, day, reason) = (t.text("ccg_code"), t.date("period"), t.text("score_absence"));
        let (low, estimate, high) = (t.float("score"), t.float("estimate"), t.float("score_high"));
        let coverage = t.float("coverage");
        let mut out: BTreeMap<String, Vec<Quarter>> = BTreeMap::new();
        for i in 0..t.rows() {
            let (Some(code), Some(day)) = (&code[i], day[i]) else { continue };
            let Some((_, label)) = scene.periods.iter().find(|p| p.0 == day) else { continue };
            out.entry(code.clone()).or_default().push(Quarter {
                day,
                label: label.clone(),
                interval: Interval { low: low[i], estimate: estimate[i], high: high[i] },
                coverage: coverage[i],
                withheld: is_withheld(reason[i].as_deref()),
            });
        }
        out.values_mut().for_each(|all| all.sort_by_key(|q| q.day));
        Past(out)
    }

    pub fn of(&self, code: &str) -> &[Quarter] {
        self.0.get(code).map_or(&[], Vec::as_slice)
    }

    /// `None` for fewer than two quarters.
    pub fn grid(&self, scene: &Scene, code: &str) -> Option<Grid> {
        let quarters = self.of(code);
        let columns = [
            "Quarter",
            "#Floor",
            "#Estimate",
            "#Ceiling",
            "#Coverage",
            "#England's floor",
            "Asked the same as before",
        ];
        let mut grid =
            Grid::new("quarters", "Quarter by quarter, points out of 100; more points are better", &columns);
        let england = |day: Date| scene.england.iter().find(|e| e.day == day);
        for (k, q) in quarters.iter().enumerate() {
            let before = k.checked_sub(1).map(|k| quarters[k].day);
            grid.rows.push(vec![
                Cell::words(q.label.clone()),
                Cell::score(q.interval.low, q.withheld),
                Cell::score(q.interval.estimate, q.withheld),
                Cell::score(q.interval.high, q.withheld),
                Cell::percent(q.coverage, q.withheld),
                Cell::score(england(q.day).and_then(|e| e.interval.low), false),
                same_cell(scene, before, q.day),
            ]);
        }
        (grid.rows.len() > 1).then_some(grid)
    }

    /// The quarters that are missing between those of an area.
    pub fn missing(&self, code: &str) -> Option<String> {
        missing_words(self.of(code).iter().map(|q| q.day))
    }
}

/// Whether a quarter asked the same as the one before it.
pub fn same_cell(scene: &Scene, before: Option<Date>, day: Date) -> Cell {
    match before.and_then(|before| scene.asked_the_same(before, day)) {
        Some(true) => Cell::words("yes"),
        Some(false) => Cell::words("no: not to be compared"),
        None => Cell { absent: true, ..Cell::words("Not applicable") },
    }
}
