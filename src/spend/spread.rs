//! How unequal spend per head is between CCGs, and how that changed: `spend_spread`.
//!
//! Over the figures that can be compared, weighted by their people: Gini, Theil's T with its parts within and between
//! regions, and the ratio of the 90th to the 10th percentile of CCGs (each CCG once, quantiles of type 7). Formulas
//! and their sources are in `stats::inequality` and `stats::quantile`.

use super::column::{SpendError, Table};
use crate::frames::{Columns, Grown, days_of};
use crate::stats::inequality::Distribution;
use crate::stats::quantile;
use jiff::ToSpan;
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::BTreeMap;

/// Fewer figures than this have no spread.
const LEAST: usize = 3;

const BY: [&str; 3] = ["registered", "weighted", "resident"];

/// Last day of the year, scope, number of the denominator.
type Key<'a> = (Date, &'a str, usize);

/// One year, scope and denominator.
#[derive(Clone, Debug, Default)]
struct Spread {
    ccgs: i64,
    left_out: i64,
    people: Option<f64>,
    mean: Option<f64>,
    gini: Option<f64>,
    theil: Option<f64>,
    within: Option<f64>,
    between: Option<f64>,
    p10: Option<f64>,
    p90: Option<f64>,
}

impl Spread {
    fn ratio(&self) -> Option<f64> {
        self.p90.zip(self.p10).filter(|(_, low)| *low > 0.0).map(|(high, low)| high / low)
    }
}

/// Sorted by year, scope and denominator: `period scope denominator ccgs left_out people mean_per_head gini theil
/// theil_within theil_between p10 p90 p90_p10`, and the change of the measures since the year before, where it is held
/// (`gini_change theil_change p90_p10_change`), `provenance`. `table` is `spend_per_head`; `regions` of CCGs.
///
/// # Errors
/// A table without its columns.
pub fn spend_spread(table: &DataFrame, regions: &BTreeMap<String, String>) -> Result<DataFrame, SpendError> {
    let held = Table { dataset: "spend_per_head", frame: table };
    let (days, scopes, codes) = (held.days("period")?, held.texts("scope")?, held.texts("ccg_code")?);
    let (statuses, provenance) = (held.texts("status")?, held.texts("provenance")?);
    let mut groups: BTreeMap<Key<'_>, Vec<(usize, Option<f64>, Option<f64>)>> = BTreeMap::new();
    for (k, by) in BY.iter().enumerate() {
        let (people, heads) = (held.decimals(by)?, Columns(table).numbers(&format!("per_head_{by}"))?);
        for i in 0..table.height() {
            if let (Some(day), Some(scope)) = (days[i], scopes[i]) {
                groups.entry((day, scope, k)).or_default().push((i, people[i], heads[i]));
            }
        }
    }
    let numbers: BTreeMap<&str, usize> = regions.values().map(String::as_str).zip(0..).collect();
    let region = |i: usize| {
        let name = codes[i].and_then(|c| regions.get(c));
        // CCGs of no known region are one group of their own.
        name.and_then(|n| numbers.get(n.as_str()).copied()).unwrap_or(regions.len())
    };
    let rows: BTreeMap<Key<'_>, Spread> = groups
        .iter()
        .map(|(key, cells)| {
            let fair: Vec<(usize, f64, f64)> = cells
                .iter()
                .filter(|(i, ..)| statuses[*i] == Some("complete"))
                .filter_map(|(i, people, head)| Some((*i, (*people)?, (*head)?)))
                .collect();
            (*key, spread(&fair, cells.len(), region))
        })
        .collect();
    let change = |of: &dyn Fn(&Spread) -> Option<f64>| -> Vec<Option<f64>> {
        let since = |key: &Key<'_>| of(rows.get(&(key.0.saturating_sub(1.years()), key.1, key.2))?);
        rows.iter().map(|(k, s)| Some(of(s)? - since(k)?)).collect()
    };
    let mut out = Grown::default();
    out.days("period", rows.keys().map(|k| days_of(k.0)));
    out.texts("scope", rows.keys().map(|k| Some(k.1)));
    out.texts("denominator", rows.keys().map(|k| Some(BY[k.2])));
    out.wholes("ccgs", rows.values().map(|s| Some(s.ccgs)));
    out.wholes("left_out", rows.values().map(|s| Some(s.left_out)));
    out.numbers("people", rows.values().map(|s| s.people));
    out.numbers("mean_per_head", rows.values().map(|s| s.mean));
    out.numbers("gini", rows.values().map(|s| s.gini));
    out.numbers("theil", rows.values().map(|s| s.theil));
    out.numbers("theil_within", rows.values().map(|s| s.within));
    out.numbers("theil_between", rows.values().map(|s| s.between));
    out.numbers("p10", rows.values().map(|s| s.p10));
    out.numbers("p90", rows.values().map(|s| s.p90));
    out.numbers("p90_p10", rows.values().map(Spread::ratio));
    out.numbers("gini_change", change(&|s| s.gini));
    out.numbers("theil_change", change(&|s| s.theil));
    out.numbers("p90_p10_change", change(&Spread::ratio));
    let provenance = provenance.first().copied().flatten();
    out.texts("provenance", rows.keys().map(|_| provenance));
    Ok(out.finish()?)
}

fn spread(fair: &[(usize, f64, f64)], all: usize, region: impl Fn(usize) -> usize) -> Spread {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let mut out = Spread { ccgs: count(fair.len()), left_out: count(all - fair.len()), ..Spread::default() };
    let units: Vec<(f64, f64)> = fair.iter().map(|(_, people, head)| (*people, *head)).collect();
    let Some(whole) = Distribution::new(&units).filter(|_| fair.len() >= LEAST) else { return out };
    let groups: Vec<usize> = fair.iter().map(|(i, ..)| region(*i)).collect();
    let mut heads: Vec<f64> = fair.iter().map(|(_, _, head)| *head).collect();
    heads.sort_by(f64::total_cmp);
    out.people = Some(units.iter().map(|(people, _)| people).sum());
    out.mean = Some(whole.mean());
    out.gini = Some(whole.gini());
    out.theil = Some(whole.theil());
    if let Some(parts) = Distribution::theil_by_group(&units, &groups) {
        out.within = Some(parts.iter().map(|(_, p)| p.within).sum());
        out.between = Some(parts.iter().map(|(_, p)| p.between).sum());
    }
    (out.p10, out.p90) = (quantile(&heads, 0.1), quantile(&heads, 0.9));
    out
}
