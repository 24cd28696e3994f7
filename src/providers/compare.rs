//! The table `provider_comparison`: each provider of each kind against all others, measure by measure.

use super::CONFIDENCE;
use super::measure::Measure;
use crate::define::framework::{ProviderKind, ProvidersSection, Within, provider_column};
use crate::frames::{Columns, Grown, days_of};
use crate::model::{Grain, Period, Provenance};
use crate::stats::clustered::{Adjusted, Level, Unit, adjusted_difference};
use crate::stats::dispersion::q_values;
use crate::stats::weighted_mean;
use jiff::civil::Date;
use polars::prelude::*;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Largest q value that is called a difference.
const CALLED: f64 = 1.0 - CONFIDENCE;

/// The practices of one quarter, as the comparison needs them.
struct Quarter<'a> {
    day: Date,
    /// Rows of `practices` and of the measures.
    rows: Vec<usize>,
    cluster: Vec<Option<usize>>,
    /// Bands of list size, and regions for [`Within::Region`], as 1 and 0.
    bands: Vec<Vec<f64>>,
    regions: Vec<Vec<f64>>,
    providers: BTreeMap<&'a str, Vec<Option<&'a str>>>,
    patients: Vec<Option<i64>>,
}

/// One provider on one measure.
struct Row<'a> {
    provider: &'a str,
    measure: &'a str,
    practices: usize,
    coverage: f64,
    patients: i64,
    ccgs: usize,
    raw: [Option<f64>; 2],
    means: [Option<f64>; 2],
    overall: Option<f64>,
    /// Of all practices compared, those of other providers.
    share_others: f64,
    adjusted: Option<Adjusted>,
    status: &'static str,
}

/// Compares every provider in every quarter.
///
/// # Errors
/// `practices` lacks a column, among them those of [`super::assign`].
pub fn provider_comparison(
    rules: &ProvidersSection,
    practices: &DataFrame,
    measures: &[Measure],
    provenance: Provenance,
) -> PolarsResult<DataFrame> {
    let mut t = Grown::default();
    for quarter in &quarters(rules, practices)? {
        for kind in &rules.kind {
            let names: BTreeSet<&str> =
                quarter.providers[kind.id.as_str()].iter().flatten().copied().collect();
            let pairs: Vec<(&str, &Measure)> =
                names.iter().flat_map(|n| measures.iter().map(|m| (*n, m))).collect();
            let rows: Vec<Row<'_>> =
                pairs.par_iter().filter_map(|(name, m)| row(rules, kind, quarter, name, m)).collect();
            push(&mut t, rules, kind, quarter.day, &rows, provenance);
        }
    }
    t.finish()
}

fn quarters<'a>(rules: &'a ProvidersSection, practices: &'a DataFrame) -> PolarsResult<Vec<Quarter<'a>>> {
    let table = Columns(practices);
    let (period, ccg) = (table.dates("period")?, table.texts("ccg_code")?);
    let (region, list) = (table.texts("region_code")?, table.wholes("list_size")?);
    let mut named = BTreeMap::new();
    for kind in &rules.kind {
        named.insert(kind.id.as_str(), table.texts(&provider_column(&kind.id))?);
    }
    let days: BTreeSet<Date> = period.iter().flatten().copied().collect();
    let number =
        |codes: &BTreeSet<&str>, code: Option<&str>| code.and_then(|c| codes.iter().position(|x| *x == c));
    let codes = |of: &[Option<&'a str>]| of.iter().flatten().copied().collect::<BTreeSet<&str>>();
    let (ccgs, regions) = (codes(&ccg), codes(&region));
    let places: BTreeMap<&str, usize> = ccgs.iter().enumerate().map(|(i, c)| (*c, i)).collect();
    let dummies = |n: usize, at: Option<usize>| {
        (1..n).map(|i| f64::from(u8::from(at == Some(i)))).collect::<Vec<f64>>()
    };
    let band = |n: Option<i64>| n.map(|n| rules.size_bands.iter().filter(|b| n >= **b).count());
    let quarter = |day: Date| {
        let rows: Vec<usize> = (0..period.len()).filter(|r| period[*r] == Some(day)).collect();
        Quarter {
            day,
            cluster: rows.iter().map(|r| ccg[*r].and_then(|c| places.get(c)).copied()).collect(),
            bands: rows.iter().map(|r| dummies(rules.size_bands.len() + 1, band(list[*r]))).collect(),
            regions: rows.iter().map(|r| dummies(regions.len(), number(&regions, region[*r]))).collect(),
            providers: named
                .iter()
                .map(|(kind, of)| (*kind, rows.iter().map(|r| of[*r]).collect()))
                .collect(),
            patients: rows.iter().map(|r| list[*r]).collect(),
            rows,
        }
    };
    Ok(days.into_iter().map(quarter).collect())
}

/// One provider on one measure; `None` where none of its practices has a figure.
fn row<'a>(
    rules: &ProvidersSection,
    kind: &ProviderKind,
    quarter: &Quarter<'_>,
    name: &'a str,
    measure: &'a Measure,
) -> Option<Row<'a>> {
    let own = &quarter.providers[kind.id.as_str()];
    let (mut units, mut ccgs) = (Vec::new(), BTreeSet::new());
    let (mut practices, mut patients) = (0, 0);
    let (mut raw, mut plain) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    for (i, &at) in quarter.rows.iter().enumerate() {
        let (Some(provider), Some(outcome)) = (own[i], measure.values[at]) else { continue };
        let member = provider == name;
        let side = usize::from(!member);
        raw[side].push((measure.weights[at].unwrap_or(0.0), outcome));
        plain[side].push((1.0, outcome));
        if member {
            practices += 1;
            patients += quarter.patients[i].unwrap_or(0);
            ccgs.extend(quarter.cluster[i]);
        }
        if let (Some(cluster), Some(_)) = (quarter.cluster[i], quarter.patients[i]) {
            let adjusters = adjusters(kind, quarter, i);
            units.push(Unit { outcome, member, adjusters, cluster });
        }
    }
    if practices == 0 {
        return None;
    }
    let level = match kind.within {
        Within::Ccg => Level::WithinClusters,
        Within::Region => Level::Common,
    };
    let few = (rules.minimum_practices as usize) > practices.min(plain[1].len());
    let coverage = practices as f64 / own.iter().filter(|p| **p == Some(name)).count() as f64;
    let silent = coverage < rules.minimum_coverage;
    let found = if few || silent { None } else { adjusted_difference(&units, level) };
    let kept = found.filter(|a| a.clusters.min(ccgs.len() as f64) >= rules.minimum_ccgs);
    let status = match kept {
        Some(_) => "compared",
        None if few => "too_few_practices",
        None if silent => "too_few_answers",
        None => "too_few_ccgs",
    };
    let mean = |of: &Vec<(f64, f64)>| weighted_mean(of.iter().copied());
    Some(Row {
        provider: name,
        measure: &measure.id,
        practices,
        coverage,
        patients,
        ccgs: ccgs.len(),
        raw: [mean(&raw[0]), mean(&raw[1])],
        means: [mean(&plain[0]), mean(&plain[1])],
        overall: weighted_mean(plain.iter().flatten().copied()),
        share_others: plain[1].len() as f64 / (practices + plain[1].len()) as f64,
        adjusted: kept,
        status,
    })
}

/// Band of list size, region where CCGs are compared, and the providers of the kinds that are allowed for.
fn adjusters(kind: &ProviderKind, quarter: &Quarter<'_>, i: usize) -> Vec<f64> {
    let mut out = quarter.bands[i].clone();
    if kind.within == Within::Region {
        out.extend(&quarter.regions[i]);
    }
    for other in &kind.adjust_for {
        let of = &quarter.providers[other.as_str()];
        let names: BTreeSet<&str> = of.iter().flatten().copied().collect();
        out.extend(names.iter().map(|n| f64::from(u8::from(of[i] == Some(n)))));
    }
    out
}

fn push(
    t: &mut Grown<'_>,
    rules: &ProvidersSection,
    kind: &ProviderKind,
    day: Date,
    rows: &[Row<'_>],
    provenance: Provenance,
) {
    let tested: Vec<usize> = (0..rows.len()).filter(|i| rows[*i].adjusted.is_some()).collect();
    let p: Vec<f64> = tested.iter().filter_map(|i| rows[*i].adjusted.map(|a| a.p_value())).collect();
    let mut q = vec![None; rows.len()];
    for (i, value) in tested.iter().zip(q_values(&p)) {
        q[*i] = Some(value);
    }
    let n = rows.len();
    let interval = |r: &Row<'_>| r.adjusted.and_then(|a| a.interval(CONFIDENCE));
    let whole = |n: usize| i64::try_from(n).ok();
    t.days("period", std::iter::repeat_n(days_of(day), n));
    let label = Period::containing(Grain::Quarter, day).label();
    t.owned("period_label", rows.iter().map(|_| Some(label.clone())));
    t.owned("kind", rows.iter().map(|_| Some(kind.id.clone())));
    t.owned("provider", rows.iter().map(|r| Some(r.provider.to_owned())));
    t.owned("measure", rows.iter().map(|r| Some(r.measure.to_owned())));
    t.wholes("practices", rows.iter().map(|r| whole(r.practices)));
    t.numbers("coverage", rows.iter().map(|r| Some(r.coverage)));
    t.wholes("patients", rows.iter().map(|r| Some(r.patients)));
    t.wholes("ccgs", rows.iter().map(|r| whole(r.ccgs)));
    t.numbers("raw", rows.iter().map(|r| r.raw[0]));
    t.numbers("raw_others", rows.iter().map(|r| r.raw[1]));
    t.numbers("mean", rows.iter().map(|r| r.means[0]));
    t.numbers("mean_others", rows.iter().map(|r| r.means[1]));
    let difference = |r: &Row<'_>| Some(r.means[0]? - r.means[1]?);
    t.numbers("difference", rows.iter().map(difference));
    t.numbers("adjusted_difference", rows.iter().map(|r| r.adjusted.map(|a| a.difference)));
    t.numbers("adjusted_difference_low", rows.iter().map(|r| interval(r).map(|i| i.low)));
    t.numbers("adjusted_difference_high", rows.iter().map(|r| interval(r).map(|i| i.high)));
    // as it would be if the provider had the practices of all: the mean of all and the difference that is left
    let adjusted = |r: &Row<'_>| Some(r.overall? + r.share_others * r.adjusted?.difference);
    t.numbers("adjusted_mean", rows.iter().map(adjusted));
    t.numbers("ccgs_effective", rows.iter().map(|r| r.adjusted.map(|a| a.clusters)));
    t.numbers("p_value", rows.iter().map(|r| r.adjusted.map(|a| a.p_value())));
    t.numbers("q_value", q.iter().copied());
    t.wholes("called", q.iter().map(|q| q.map(|q| i64::from(q <= CALLED))));
    let named = |r: &Row<'_>| Some(i64::from(r.practices >= rules.minimum_practices as usize));
    t.wholes("named", rows.iter().map(named));
    t.owned("status", rows.iter().map(|r| Some(r.status.to_owned())));
    t.owned("provenance", rows.iter().map(|_| Some(provenance.as_str().to_owned())));
}
