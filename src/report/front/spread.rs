//! How far spend per head lies apart between areas, and how that changed.

use crate::model::{Grain, Period};
use crate::report::frame::Frame;
use crate::report::grid::{Cell, Grid};
use crate::report::scene::Scene;
use crate::report::words;

/// The last year of `spend_spread` with a figure; `None` where there is none.
pub(super) fn spread(scene: &Scene) -> Option<Grid> {
    let frame = Frame::new(scene.release.tables.get("spend_spread"));
    let (days, scopes, by) = (frame.date("period"), frame.text("scope"), frame.text("denominator"));
    let (ccgs, left_out) = (frame.int("ccgs"), frame.int("left_out"));
    let (mean, p10, p90) = (frame.float("mean_per_head"), frame.float("p10"), frame.float("p90"));
    let (gini, change, ratio) = (frame.float("gini"), frame.float("gini_change"), frame.float("p90_p10"));
    let (theil, between) = (frame.float("theil"), frame.float("theil_between"));
    let last = (0..frame.rows()).filter(|i| gini[*i].is_some()).filter_map(|i| days[i]).max()?;
    let columns = [
        "Which payments, divided by",
        "#Compared",
        "#Left out",
        "#£ per head",
        "#P10",
        "#P90",
        "#P90 / P10",
        "#Gini",
        "#Change of Gini",
        "#Theil",
        "#of it between regions",
    ];
    let year = Period::containing(Grain::FinancialYear, last).label();
    let mut grid = Grid::new("spend-spread", format!("How far spend per head lies apart, {year}"), &columns);
    for i in (0..frame.rows()).filter(|i| days[*i] == Some(last) && gini[*i].is_some()) {
        let label = |id: &str| {
            let found = scene.spend.iter().find(|s| s.id == id);
            found.map_or_else(|| words::clean(id).0, |s| s.label.clone())
        };
        let pounds = |x: Option<f64>| Cell::figure(x.map(|p| words::pounds(p / 100.0)), false);
        let decimals = |x: Option<f64>| Cell::figure(x.map(|x| format!("{x:.3}")), false);
        let share = between[i].zip(theil[i]).filter(|(_, t)| *t > 0.0).map(|(b, t)| words::percent(b / t));
        let scope = scopes[i].as_deref().map_or_else(String::new, label);
        grid.rows.push(vec![
            Cell::words(scope).small(format!("{} heads", by[i].as_deref().unwrap_or_default())),
            Cell::count(ccgs[i]),
            Cell::count(left_out[i]),
            pounds(mean[i]),
            pounds(p10[i]),
            pounds(p90[i]),
            Cell::figure(ratio[i].map(|x| format!("{x:.2}")), false),
            decimals(gini[i]),
            Cell::figure(change[i].map(|x| format!("{x:+.3}").replace('-', "−")), false),
            decimals(theil[i]),
            Cell::figure(share, false),
        ]);
    }
    Some(grid)
}
