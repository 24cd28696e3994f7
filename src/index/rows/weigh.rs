//! Weights that the data decide: so that the listed parts correlate alike with the index, or as much as they can
//! together (Becker et al., Ecol. Indic. 80 (2017) 12; COINr's "balance" and "infomax"). Own method in two ways: no
//! weight falls to zero or below it, and the search is a compass search on the logarithms of the weights.

use super::column::Column;
use super::of_column;
use crate::define::framework::{Child, Framework, WeightBy};
use crate::diag::Diagnostic;
use crate::index::cells::{Cells, Points};
use crate::index::score::{Method, nodes};
use crate::stats::correlation::pearson;
use crate::stats::minimise::compass_search;

/// A weight becomes at most this many times larger or smaller than the stated one.
const FARTHEST: f64 = 20.0;

/// The framework with the weights found over all rows; `None` where the weights are as written.
pub(super) fn weighed(
    framework: &Framework,
    file: &str,
    rows: usize,
    columns: &[Option<Column>],
) -> Result<Option<Framework>, Diagnostic> {
    let Some(by) = framework.weighting.as_ref().filter(|w| w.by.looks_at_data()) else { return Ok(None) };
    let cells: Vec<Option<Cells>> = columns
        .iter()
        .zip(&framework.indicators)
        .map(|(c, x)| c.as_ref()?.cells(0..rows, x.absence))
        .collect();
    let leaves: Vec<Option<&Points>> = cells.iter().map(|c| c.as_ref().map(|c| &c.points)).collect();
    let parts: Vec<Child> = by.of.iter().filter_map(|id| framework.child(id)).collect();
    let stated = Method::stated(framework);
    let objective = |z: &[f64]| -> Option<f64> {
        if z.iter().any(|z| z.abs() > FARTHEST.ln()) {
            return None;
        }
        let tree = nodes(framework, &moved(&stated, &parts, z), &leaves, rows);
        let index = known(&tree[0].as_ref()?.estimate);
        let of = |part: &Child| match *part {
            Child::Node(n) => pearson(&known(&tree[n].as_ref()?.estimate), &index),
            Child::Indicator(i) => pearson(&known(&leaves[i]?.estimate), &index),
        };
        let r: Vec<f64> = parts.iter().map(of).collect::<Option<_>>()?;
        let mean = r.iter().sum::<f64>() / r.len() as f64;
        Some(match by.by {
            WeightBy::EqualImportance => r.iter().map(|r| (r - mean).powi(2)).sum(),
            _ => -mean,
        })
    };
    let Some((z, _)) = compass_search(&vec![0.0; parts.len()], 0.25, 1e-7, objective) else {
        let why = "a part of `of` has no correlation with the index: one value in every unit, or none";
        return Err(of_column(file, "weighting", why));
    };
    let found = moved(&stated, &parts, &z);
    let mut framework = framework.clone();
    framework.nodes.iter_mut().zip(&found.nodes).for_each(|(n, w)| n.weight.value = *w);
    framework.indicators.iter_mut().zip(&found.indicators).for_each(|(x, w)| x.weight.value = *w);
    Ok(Some(framework))
}

fn moved(stated: &Method, parts: &[Child], z: &[f64]) -> Method {
    let mut method = stated.clone();
    for (part, z) in parts.iter().zip(z) {
        match *part {
            Child::Node(n) => method.nodes[n] *= z.exp(),
            Child::Indicator(i) => method.indicators[i] *= z.exp(),
        }
    }
    method
}

fn known(x: &[f64]) -> Vec<Option<f64>> {
    x.iter().map(|x| x.is_finite().then_some(*x)).collect()
}
