//! How answers become points: goalposts, keys of points, and what a missing answer means.

use crate::define::framework::{AbsencePolicy, Direction, Framework, Indicator, Measure, Scale};
use crate::report::grid::{Cell, Grid};
use crate::report::section::Section;
use crate::report::words;

pub(super) fn section(f: &Framework) -> Section {
    let columns = ["Indicator", "Which way is good", "No points, all points", "Why", "A missing answer"];
    let mut grid = Grid::new("goalposts-by-indicator", "From answers to points", &columns);
    for i in &f.indicators {
        let (ends, why) = ends(i);
        grid.rows.push(vec![
            Cell::name(&i.wording).small(words::clean(&i.id).0),
            Cell::words(match i.direction {
                Direction::HigherIsBetter => "more is better",
                Direction::LowerIsBetter => "less is better",
            }),
            Cell::long(&ends),
            Cell::long(&why),
            Cell::words(match i.absence {
                AbsencePolicy::NotMet => "not met in floor and estimate, met in the ceiling",
                AbsencePolicy::Bounded => {
                    "not met in the floor, met in the ceiling, left out of the estimate"
                }
                AbsencePolicy::NotApplicable => "not met in the floor, left out of estimate and ceiling",
            }),
        ]);
    }
    Section::new("goalposts", "Goalposts: from answers to points")
        .says(
            "Between the two ends points rise in a straight line unless it says otherwise; beyond them they stay at 0 and 100. \
             The ends are fixed by us and never by the data. An answer in words has a key of points. Own method.",
        )
        .grid(grid)
}

fn ends(i: &Indicator) -> (String, String) {
    if let Some(g) = &i.goalposts {
        let (none, all) = match i.direction {
            Direction::HigherIsBetter => (g.low, g.high),
            Direction::LowerIsBetter => (g.high, g.low),
        };
        let scale = if g.scale == Scale::Log { ", by logarithms" } else { "" };
        return (format!("{none} earns 0, {all} earns 100{scale}"), g.reason.clone());
    }
    match &i.measure {
        Some(Measure::State { points, unknown, .. }) => {
            let mut key: Vec<_> = points.iter().collect();
            key.sort_by(|a, b| b.1.total_cmp(a.1).then(a.0.cmp(b.0)));
            let key: Vec<String> = key.into_iter().map(|(answer, p)| format!("{answer}: {p}")).collect();
            let mut text = key.join("; ");
            if !unknown.is_empty() {
                text = format!("{text}; counts as missing: {}", unknown.join(", "));
            }
            (text, "An answer in words: each has points of its own".to_owned())
        }
        Some(Measure::Presence { .. }) => {
            ("in the list: 100".to_owned(), "Whoever is not in the list is missing, not zero".to_owned())
        }
        _ => ("as the values come".to_owned(), "The framework states no fixed ends for it".to_owned()),
    }
}
