//! Composites that compare units with each other: Copeland's net wins and Hellwig's distance to the ideal. Floor and
//! ceiling of a unit say what its own missing values leave open, not those of the others.

use super::aggregate::{state, stretched};
use super::cells::Points;
use crate::define::framework::Mean;
use crate::stats;
use crate::stats::outranking::net_wins;

/// Fills the estimates of a node from the children of all its units, and floor and ceiling where nothing is missing.
pub(super) fn fill(mean: Mean, children: &[(f64, &Points)], minimum: f64, out: &mut Points) {
    let units: Vec<usize> = (0..out.applies.len())
        .filter(|u| {
            let s = state(children, *u);
            s.present > 0.0 && s.present >= minimum * s.applicable * (1.0 - 1e-12)
        })
        .collect();
    let weights: Vec<f64> = children.iter().map(|(w, _)| *w).collect();
    let of = |u: usize| {
        children
            .iter()
            .map(move |(_, p)| if p.applies[u] { p.estimate[u] } else { f64::NAN })
            .collect::<Vec<_>>()
    };
    let rows: Vec<Vec<f64>> = units.iter().map(|u| of(*u)).collect();
    let values = match mean {
        Mean::Copeland => net_wins(&weights, &rows).into_iter().map(|w| w as f64).collect(),
        _ => hellwig(&weights, &rows),
    };
    for (u, x) in units.iter().zip(&values) {
        out.estimate[*u] = *x;
        if state(children, *u).complete {
            (out.low[*u], out.high[*u]) = (*x, *x);
        }
    }
    out.ends = stretched((f64::NAN, f64::NAN), &values);
}

/// 1 - d / (mean of d + 2 sd of d), d the weighted Euclidean distance to the best value of every child, sd over
/// n - 1 (Hellwig, Przeglad Statystyczny 15 (1968) 307-327). Missing children leave the distance, and the weight of
/// the rest stands for them.
fn hellwig(weights: &[f64], rows: &[Vec<f64>]) -> Vec<f64> {
    let best: Vec<f64> =
        (0..weights.len()).map(|k| rows.iter().map(|r| r[k]).fold(f64::NAN, f64::max)).collect();
    let distance = |row: &Vec<f64>| {
        let gaps = weights.iter().zip(row).zip(&best).filter(|((_, x), _)| !x.is_nan());
        stats::weighted_mean(gaps.map(|((w, x), b)| (*w, (b - x) * (b - x)))).unwrap_or(f64::NAN).sqrt()
    };
    let d: Vec<f64> = rows.iter().map(distance).collect();
    let n = d.len() as f64;
    let mean = d.iter().copied().collect::<stats::Sum>().value() / n;
    let squares = d.iter().map(|x| (x - mean) * (x - mean)).collect::<stats::Sum>().value();
    let scale = mean + 2.0 * (squares / (n - 1.0).max(1.0)).sqrt();
    d.into_iter().map(|x| if scale > 0.0 { 1.0 - x / scale } else { 1.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ideal_unit_is_at_no_distance() {
        let h = hellwig(&[1.0, 1.0], &[vec![1.0, 1.0], vec![0.0, 0.5], vec![0.2, 0.1]]);
        assert!((h[0] - 1.0).abs() < 1e-15 && h[1] < 1.0 && h[2] < 1.0, "{h:?}");
    }
}
