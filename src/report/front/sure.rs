//! How sure the scores are: how well each table can be ranked, what moves the ranks, what each indicator does.

use crate::report::frame::Frame;
use crate::report::grid::{Cell, Grid};
use crate::report::scene::Scene;
use crate::report::words;
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub struct Sure {
    pub sentence: String,
    pub tables: Grid,
    pub causes: Option<Grid>,
    pub indicators: Option<Grid>,
}

/// `None` where nothing was simulated for the quarter on show.
pub fn sure(scene: &Scene) -> Option<Sure> {
    let (day, _) = scene.period.as_ref()?;
    let tables = &scene.release.tables;
    let of = |name: &str| Frame::new(tables.get(name)).of_period(*day);
    let (uncertainty, sensitivity, importance) = (of("uncertainty")?, of("sensitivity"), of("importance"));
    let known = Frame::new(Some(&uncertainty));
    if known.rows() == 0 {
        return None;
    }
    let replicates = known.int("replicates").first().copied().flatten().unwrap_or_default();
    let seed = known.int("seed").first().copied().flatten().unwrap_or_default();
    let sentence = format!(
        "{} replicates (seed {seed}) drew weights, scales, the mean of the dimensions, the reading of missing answers, \
         the missing answers themselves and sampling error, all at once. An interval holds 95 of 100 replicates. A rank is \
         shown as a range only, and not at all where less than half of the differences between units is more than noise.",
        words::count(replicates)
    );
    let causes = sensitivity.as_ref().map(|t| causes(Frame::new(Some(t)))).filter(|g| !g.rows.is_empty());
    let indicators =
        importance.as_ref().map(|t| indicators(scene, Frame::new(Some(t)))).filter(|g| !g.rows.is_empty());
    Some(Sure { sentence, tables: shown(scene, known), causes, indicators })
}

fn shown(scene: &Scene, known: Frame) -> Grid {
    let heads = [
        "Table",
        "#Units",
        "#More than noise",
        "#Standard error",
        "Shown as",
        "#Margin of a tier",
        "#Margin by simulation",
    ];
    let mut grid = Grid::new("rankability", "How well each table can be ranked", &heads);
    let (unit, units, rho) = (known.text("unit_type"), known.int("units"), known.float("rankability"));
    let (error, shown) = (known.float("standard_error"), known.text("shown_as"));
    let (margin, simulated) = (known.float("tier_margin"), known.float("tier_margin_simulated"));
    for i in 0..known.rows() {
        let name = if unit[i].as_deref() == Some("ccg") {
            words::capital(scene.area_words().1)
        } else {
            "Practices, those without an answer too".to_owned()
        };
        let points =
            |x: Option<f64>| Cell::words(x.map_or_else(not_applicable, |x| format!("{x:.1} points")));
        grid.rows.push(vec![
            Cell::words(name),
            Cell::count(units[i]),
            Cell::percent(rho[i], false),
            points(error[i]),
            Cell::words(shown[i].clone().unwrap_or_default()),
            points(margin[i]),
            points(simulated[i]),
        ]);
    }
    grid
}

fn not_applicable() -> String {
    "Not applicable".to_owned()
}

fn causes(t: Frame) -> Grid {
    let heads = ["What was drawn", "#By itself", "#95% limits", "#With all its company", "#95% limits"];
    let caption = "What moves the ranks of areas: shares of the variance of their mean shift of rank (first order and total)";
    let mut grid = Grid::new("causes", caption, &heads);
    let cause = t.text("cause");
    let [first, first_low, first_high, total, total_low, total_high] =
        ["first_order", "first_order_low", "first_order_high", "total", "total_low", "total_high"]
            .map(|c| t.float(c));
    let share = |x: Option<f64>| Cell::figure(x.map(|x| format!("{x:.2}")), false);
    let limits = |a: Option<f64>, b: Option<f64>| {
        Cell::figure(a.zip(b).map(|(a, b)| format!("{a:.2} to {b:.2}")), false)
    };
    for i in 0..t.rows() {
        grid.rows.push(vec![
            Cell::words(cause[i].clone().unwrap_or_default()),
            share(first[i]),
            limits(first_low[i], first_high[i]),
            share(total[i]),
            limits(total_low[i], total_high[i]),
        ]);
    }
    grid
}

fn indicators(scene: &Scene, t: Frame) -> Grid {
    let heads = [
        "Indicator",
        "#Weight",
        "#Importance",
        "#Correlation with the score",
        "#More than sampling error",
        "#Areas move without it",
    ];
    let caption = "What each indicator does for the index: its share of the weight beside its share of the squared correlations";
    let mut grid = Grid::new("importance-of-indicators", caption, &heads);
    let id = t.text("indicator_id");
    let [weight, importance, r, reliable, shift] =
        ["weight_share", "importance_share", "correlation", "reliability", "ccg_rank_shift_without"]
            .map(|c| t.float(c));
    for i in 0..t.rows() {
        let code = id[i].clone().unwrap_or_default();
        let wording = scene
            .about
            .framework
            .indicators
            .iter()
            .find(|x| x.id == code)
            .map_or(code.clone(), |x| x.wording.clone());
        let against = r[i].is_some_and(|r| r < 0.0);
        let mut correlation = Cell::figure(r[i].map(|r| format!("{r:.2}")), false);
        if against {
            correlation = correlation.small("against the score: look at its direction");
        }
        grid.rows.push(vec![
            Cell::name(&wording).small(words::clean(&code).0),
            Cell::percent(weight[i], false),
            Cell::percent(importance[i], false),
            correlation,
            // a switch or an answer is no count of people: nothing was sampled
            Cell::words(reliable[i].map_or_else(not_applicable, words::percent)),
            Cell::figure(shift[i].map(|s| format!("{s:.1} places")), false),
        ]);
    }
    grid
}
