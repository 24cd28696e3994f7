//! Lines that are many times dearer or cheaper per head than the same thing at other CCGs.

use super::aside::Aside;
use super::line::{Line, Origin};
use super::population::{Population, ratio};
use crate::define::spend::Gate;
use crate::stats::quantile;
use std::collections::BTreeMap;

/// Marks them. The price of a description at a CCG is the sum of its lines per registered patient; only descriptions of
/// enough CCGs have a median, and only returns have descriptions; what was bought for another CCG has another's patients.
///
/// Of a CCG that had lines set aside (`cut`) a price is a lower bound: it is in no median, and only too dear is odd.
pub(super) fn mark(
    lines: &mut [Line],
    gate: &Gate,
    people: &BTreeMap<String, Population>,
    cut: &BTreeMap<String, Aside>,
) {
    let mut sums: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
    for line in lines.iter().filter(|l| l.counts()) {
        if let Some(what) = described(line) {
            *sums.entry(what).or_default().entry(line.ccg.clone()).or_default() += line.pence;
        }
    }
    let price = |ccg: &str, pence: i64| {
        let registered = people.get(ccg).map(|p| p.registered).filter(|r| *r > 0 && pence > 0)?;
        Some(ratio(pence, registered))
    };
    let mut odd: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (what, by_ccg) in &sums {
        let prices: Vec<(&String, f64)> =
            by_ccg.iter().filter_map(|(ccg, pence)| Some((ccg, price(ccg, *pence)?))).collect();
        let mut sorted: Vec<f64> =
            prices.iter().filter(|(ccg, _)| !cut.contains_key(*ccg)).map(|(_, p)| *p).collect();
        if sorted.len() < gate.least_peers {
            continue;
        }
        sorted.sort_by(f64::total_cmp);
        let Some(median) = quantile(&sorted, 0.5) else { continue };
        let dear = |p: f64| p > median * gate.price.factor;
        let cheap = |p: f64| p < median / gate.price.factor;
        let far = |(ccg, p): &&(&String, f64)| dear(*p) || (cheap(*p) && !cut.contains_key(*ccg));
        let found = prices.iter().filter(far).map(|(ccg, _)| (*ccg).clone());
        odd.insert(what.clone(), found.collect());
    }
    for line in lines.iter_mut().filter(|l| l.counts()) {
        let at = described(line).and_then(|what| odd.get(&what));
        line.odd_price = at.is_some_and(|ccgs| ccgs.contains(&line.ccg));
    }
}

/// The description without the case of its letters and without outer and double blanks.
fn described(line: &Line) -> Option<String> {
    let own = line.origin == Origin::Return && line.for_other.is_none();
    let text = line.description.as_deref().filter(|_| own)?;
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    (!plain.is_empty()).then_some(plain)
}
