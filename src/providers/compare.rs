//! The table `provider_comparison`: each provider of each kind against all others, measure by measure.

use super::CONFIDENCE;
use super::measure::Measure;
use crate::define::framework::{ProviderKind, ProvidersSection, Within, provider_column};
use crate::frames::{Columns, Grown, days_of};
use crate::model::{Grain, Period, Provenance};
use crate::stats::clustered::{Adjusted, Level, Unit, adjusted_differences};
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
            let field = Field::of(kind, quarter);
            let by_measure: Vec<Vec<Option<Row<'_>>>> =
                measures.par_iter().map(|m| compared(rules, kind, quarter, &field, m)).collect();
            let of = |i: usize| by_measure.iter().filter_map(move |rows| rows[i].as_ref());
            let rows: Vec<&Row<'_>> = (0..field.names.len()).flat_map(of).collect();
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

/// The providers of one kind in one quarter, and what is allowed for when they are compared.
struct Field<'a> {
    names: Vec<&'a str>,
    /// Of each practice its provider, as a place in `names`.
    provider: Vec<Option<usize>>,
    /// Of each practice the band of list size, the region where CCGs are compared, and the providers of the kinds that
    /// are allowed for.
    adjusters: Vec<Vec<f64>>,
}

impl<'a> Field<'a> {
    fn of(kind: &ProviderKind, quarter: &Quarter<'a>) -> Self {
        let numbered = |kind: &str| {
            let of = &quarter.providers[kind];
            let names: Vec<&'a str> =
                of.iter().flatten().copied().collect::<BTreeSet<_>>().into_iter().collect();
            let at: Vec<Option<usize>> = of.iter().map(|p| names.binary_search(&(*p)?).ok()).collect();
            (names, at)
        };
        let mut adjusters = quarter.bands.clone();
        if kind.within == Within::Region {
            adjusters.iter_mut().zip(&quarter.regions).for_each(|(a, r)| a.extend(r));
        }
        for other in &kind.adjust_for {
            let (names, at) = numbered(other);
            for (row, at) in adjusters.iter_mut().zip(at) {
                row.extend((0..names.len()).map(|n| f64::from(u8::from(at == Some(n)))));
            }
        }
        let (names, provider) = numbered(&kind.id);
        Self { names, provider, adjusters }
    }
}

/// Every provider on one measure; `None` where none of its practices has a figure.
fn compared<'a>(
    rules: &ProvidersSection,
    kind: &ProviderKind,
    quarter: &Quarter<'_>,
    field: &Field<'a>,
    measure: &'a Measure,
) -> Vec<Option<Row<'a>>> {
    let groups = field.names.len();
    let mut units = Vec::new();
    let (mut ccgs, mut patients) = (vec![BTreeSet::new(); groups], vec![0; groups]);
    let (mut weighted, mut served) = (vec![Vec::new(); groups], vec![0_usize; groups]);
    for (i, &at) in quarter.rows.iter().enumerate() {
        let Some(group) = field.provider[i] else { continue };
        served[group] += 1;
        let Some(outcome) = measure.values[at] else { continue };
        weighted[group].push((measure.weights[at].unwrap_or(0.0), outcome));
        patients[group] += quarter.patients[i].unwrap_or(0);
        ccgs[group].extend(quarter.cluster[i]);
        if let (Some(cluster), Some(_)) = (quarter.cluster[i], quarter.patients[i]) {
            units.push(Unit { outcome, group, adjusters: &field.adjusters[i], cluster });
        }
    }
    let level = match kind.within {
        Within::Ccg => Level::WithinClusters,
        Within::Region => Level::Common,
    };
    let adjusted = adjusted_differences(&units, groups, level);
    let all: usize = weighted.iter().map(Vec::len).sum();
    let plain = |of: &[(f64, f64)]| of.iter().map(|(_, x)| (1.0, *x)).collect::<Vec<_>>();
    let overall = weighted_mean(weighted.iter().flat_map(|of| plain(of)));
    let one = |group: usize| {
        let practices = weighted[group].len();
        if practices == 0 {
            return None;
        }
        let rest: Vec<(f64, f64)> =
            (0..groups).filter(|g| *g != group).flat_map(|g| weighted[g].iter().copied()).collect();
        let sides = [&weighted[group], &rest];
        let few = (rules.minimum_practices as usize) > practices.min(rest.len());
        let coverage = practices as f64 / served[group] as f64;
        let silent = coverage < rules.minimum_coverage;
        let found = if few || silent { None } else { adjusted[group] };
        let kept = found.filter(|a| a.clusters.min(ccgs[group].len() as f64) >= rules.minimum_ccgs);
        let status = match kept {
            Some(_) => "compared",
            None if few => "too_few_practices",
            None if silent => "too_few_answers",
            None => "too_few_ccgs",
        };
        Some(Row {
            provider: field.names[group],
            measure: &measure.id,
            practices,
            coverage,
            patients: patients[group],
            ccgs: ccgs[group].len(),
            raw: sides.map(|of| weighted_mean(of.iter().copied())),
            means: sides.map(|of| weighted_mean(plain(of))),
            overall,
            share_others: rest.len() as f64 / all as f64,
            adjusted: kept,
            status,
        })
    };
    (0..groups).map(one).collect()
}

fn push(
    t: &mut Grown<'_>,
    rules: &ProvidersSection,
    kind: &ProviderKind,
    day: Date,
    rows: &[&Row<'_>],
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
    let difference = |r: &&Row<'_>| Some(r.means[0]? - r.means[1]?);
    t.numbers("difference", rows.iter().map(difference));
    t.numbers("adjusted_difference", rows.iter().map(|r| r.adjusted.map(|a| a.difference)));
    t.numbers("adjusted_difference_low", rows.iter().map(|r| interval(r).map(|i| i.low)));
    t.numbers("adjusted_difference_high", rows.iter().map(|r| interval(r).map(|i| i.high)));
    // as it would be if the provider had the practices of all: the mean of all and the difference that is left
    let adjusted = |r: &&Row<'_>| Some(r.overall? + r.share_others * r.adjusted?.difference);
    t.numbers("adjusted_mean", rows.iter().map(adjusted));
    t.numbers("ccgs_effective", rows.iter().map(|r| r.adjusted.map(|a| a.clusters)));
    t.numbers("p_value", rows.iter().map(|r| r.adjusted.map(|a| a.p_value())));
    t.numbers("q_value", q.iter().copied());
    t.wholes("called", q.iter().map(|q| q.map(|q| i64::from(q <= CALLED))));
    let named = |r: &&Row<'_>| Some(i64::from(r.practices >= rules.minimum_practices as usize));
    t.wholes("named", rows.iter().map(named));
    t.owned("status", rows.iter().map(|r| Some(r.status.to_owned())));
    t.owned("provenance", rows.iter().map(|_| Some(provenance.as_str().to_owned())));
}
