//! Growth of values over the periods of a table, and where there is none to state.

use crate::index_composites::{Leaf, flat, table};
use crate::index_england::{numbers, wholes, words};
use crate::score_support::{framework, near, scored};
use dpcmi::index::{ScoredUnits, Values};

fn panel(rows: &[[&str; 3]]) -> ScoredUnits {
    let posts = "goalposts = { low = 0, high = 100, reason = \"r\" }\n";
    let imputed = "imputation = { by = \"latest\", reason = \"r\" }\n";
    let leaf = Leaf("x", 1.0, format!("{posts}{imputed}"));
    let cells: Vec<Vec<String>> = rows.iter().map(|r| r.map(str::to_owned).to_vec()).collect();
    let values: Values = table(&["unit", "period", "x"], cells);
    scored(&framework(&flat("", "\"arithmetic\"", &[leaf])), &values)
}

#[test]
fn growth_runs_from_the_first_to_the_last_observation_and_the_trend_through_all() {
    let s = panel(&[
        ["grows", "2019", "14"],
        ["grows", "2015", "10"],
        ["grows", "2016", "11"],
        ["one", "2015", "3"],
        ["one", "2016", ""],
        ["zero", "2015", "0"],
        ["zero", "2019", "8"],
    ]);
    let t = &s.trends;
    assert_eq!(
        words(t, "unit"),
        ["grows", "zero"],
        "one observation, and one that was imputed, are no trend"
    );
    assert_eq!(wholes(t, "periods"), [Some(3), Some(2)]);
    assert_eq!((&words(t, "period_from")[0][..], &words(t, "period_to")[0][..]), ("2015", "2019"));
    let growth = numbers(t, "growth_a_year");
    assert!(near(growth[0].expect("growth"), 1.4f64.powf(0.25) - 1.0, 1e-13));
    assert_eq!(growth[1], None, "nothing grows from zero, and infinity is no number");
    let trend = numbers(t, "trend_percent_a_year");
    assert!(near(trend[0].expect("trend"), 10.0, 1e-12));
    assert_eq!(trend[1], None);
}

#[test]
fn dates_count_in_years_and_periods_with_no_time_have_no_trend() {
    let dated = panel(&[["u", "2016-01-01", "10"], ["u", "2020-01-01", "20"]]);
    let years = 1461.0 / 365.2425;
    let own = numbers(&dated.trends, "growth_a_year")[0].expect("growth");
    assert!(near(own, 2f64.powf(1.0 / years) - 1.0, 1e-12), "{own}");
    assert_eq!(panel(&[["u", "before", "10"], ["u", "after", "20"]]).trends.height(), 0);
    assert_eq!(panel(&[["u", "2016", "10"], ["v", "2016", "20"]]).trends.height(), 0);
}
