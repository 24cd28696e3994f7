//! The score that goes with another level of spend, off the release's own `value_curve`.

use crate::frames::{Columns, Grown};
use polars::prelude::{DataFrame, PolarsResult};

/// Money of one CCG, to be set against the curve.
#[derive(Clone, Debug)]
pub struct Asked {
    pub scenario: String,
    pub ccg_code: String,
    pub ccg_name: Option<String>,
    /// Pence per registered patient.
    pub per_head: Option<f64>,
}

/// One point of the curve: pence a head, the score, and the limits within which a CCG at that spend lies.
type Point = (f64, [f64; 3]);

/// `scenario ccg_code ccg_name per_head score_scope expected expected_low expected_high why provenance`, a row for each
/// asked. The curve is a line over the logarithm of spend: between its points `expected` is exact and the limits are
/// interpolated. Beyond the spend of the CCGs that it rests on nothing is told, and `why` says so. What goes together is
/// no promise of what money would do.
///
/// # Errors
/// `curve` is no `value_curve`.
pub fn expected_scores(curve: &DataFrame, asked: &[Asked]) -> PolarsResult<DataFrame> {
    let t = Columns(curve);
    let (periods, spend) = (t.dates("period")?, t.numbers("at_per_head")?);
    let columns = [t.numbers("expected")?, t.numbers("prediction_low")?, t.numbers("prediction_high")?];
    let (scopes, provenance) = (t.texts("scope")?, t.texts("provenance")?);
    let last = periods.iter().flatten().max().copied();
    let rows: Vec<usize> =
        (0..curve.height()).filter(|r| periods[*r].is_some() && periods[*r] == last).collect();
    let point = |r: &usize| Some((spend[*r]?, [columns[0][*r]?, columns[1][*r]?, columns[2][*r]?]));
    let mut points: Vec<Point> = rows.iter().filter_map(point).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let told: Vec<Result<[f64; 3], String>> = asked.iter().map(|a| at(&points, a.per_head)).collect();
    let of = |i: usize| told.iter().map(move |x| x.as_ref().ok().map(|x| x[i]));
    let first = rows.first().copied();
    let mut out = Grown::default();
    out.owned("scenario", asked.iter().map(|a| Some(a.scenario.clone())));
    out.owned("ccg_code", asked.iter().map(|a| Some(a.ccg_code.clone())));
    out.owned("ccg_name", asked.iter().map(|a| a.ccg_name.clone()));
    out.numbers("per_head", asked.iter().map(|a| a.per_head));
    out.texts("score_scope", asked.iter().map(|_| first.and_then(|r| scopes[r])));
    out.numbers("expected", of(0));
    out.numbers("expected_low", of(1));
    out.numbers("expected_high", of(2));
    out.owned("why", told.iter().map(|x| x.as_ref().err().cloned()));
    out.texts("provenance", asked.iter().map(|_| first.and_then(|r| provenance[r])));
    out.finish()
}

/// What the rows of one scenario say, for people: the CCG in the middle, and how many are not told.
pub fn in_words(expected: &DataFrame, scenario: &str) -> PolarsResult<Option<String>> {
    let t = Columns(expected);
    let (ids, spend) = (t.texts("scenario")?, t.numbers("per_head")?);
    let columns = [t.numbers("expected")?, t.numbers("expected_low")?, t.numbers("expected_high")?];
    let own: Vec<usize> = (0..ids.len()).filter(|r| ids[*r] == Some(scenario)).collect();
    let told = |r: &usize| Some((spend[*r]?, [columns[0][*r]?, columns[1][*r]?, columns[2][*r]?]));
    let mut rows: Vec<Point> = own.iter().filter_map(told).collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let outside = own.len() - rows.len();
    let beyond = format!(
        "{outside} of {} CCGs would have another amount than any CCG of the release spends: of them nothing is told",
        own.len()
    );
    let Some((per_head, [score, low, high])) = rows.get(rows.len() / 2) else {
        return Ok((outside > 0).then_some(beyond));
    };
    let mut words = format!(
        "CCGs that spend £{:.2} a head (the middle of this scenario) score {score:.1}, one of them between {low:.1} and \
         {high:.1} as a rule. This says what goes together now; it is no promise of what the money would do",
        per_head / 100.0
    );
    if outside > 0 {
        words.push_str(&format!(". {beyond}"));
    }
    Ok(Some(words))
}

fn at(points: &[Point], per_head: Option<f64>) -> Result<[f64; 3], String> {
    let (Some((low, _)), Some((high, _))) = (points.first(), points.last()) else {
        return Err("the release holds no curve of spend and score".to_owned());
    };
    let Some(spend) = per_head.filter(|x| *x > 0.0) else {
        return Err("nothing a head".to_owned());
    };
    if !(*low..=*high).contains(&spend) {
        let pounds = |pence: f64| format!("£{:.2}", pence / 100.0);
        return Err(format!(
            "{} lies outside {} to {}, what the CCGs of the curve spend",
            pounds(spend),
            pounds(*low),
            pounds(*high)
        ));
    }
    let after = points.partition_point(|p| p.0 < spend).max(1).min(points.len() - 1);
    let (Some(a), Some(b)) = (points.get(after - 1), points.get(after)) else { return Ok(points[0].1) };
    let way = if b.0 > a.0 { (spend.ln() - a.0.ln()) / (b.0.ln() - a.0.ln()) } else { 0.0 };
    Ok([0, 1, 2].map(|i| a.1[i] + way * (b.1[i] - a.1[i])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_points_it_is_a_line_over_the_logarithm_and_beyond_them_nothing() {
        let points: Vec<Point> = vec![(100.0, [50.0, 40.0, 60.0]), (400.0, [54.0, 45.0, 63.0])];
        let half = at(&points, Some(200.0)).expect("within");
        assert!((half[0] - 52.0).abs() < 1e-12 && (half[1] - 42.5).abs() < 1e-12, "{half:?}");
        assert_eq!(at(&points, Some(100.0)), Ok(points[0].1));
        assert_eq!(at(&points, Some(400.0)), Ok(points[1].1));
        assert!(at(&points, Some(99.0)).expect_err("beyond").contains("£0.99 lies outside £1.00 to £4.00"));
        assert!(at(&[], Some(99.0)).is_err() && at(&points, None).is_err());
    }
}
