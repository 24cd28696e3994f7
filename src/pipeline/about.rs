//! What a release says of itself: framework, indicators, sources.

use super::Definitions;
use super::publish::Choices;
use crate::define::contract::PeopleRows;
use crate::define::framework::{Direction, Framework, Indicator, IndicatorKind, Measure, UnitKind};
use crate::frames::Grown;
use crate::model::Provenance;
use crate::report::{About, FrameworkInfo, IndicatorInfo, Kind, Rules, SourceInfo, words};
use crate::store::Version;
use polars::prelude::{DataFrame, PolarsResult};
use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) fn about(
    definitions: &Definitions,
    version: &Version,
    choices: Choices,
    provenance: Provenance,
) -> About {
    let f = &definitions.framework;
    let shares = f.effective_weights();
    let indicators = f
        .indicators
        .iter()
        .zip(shares)
        .map(|(x, effective_share)| IndicatorInfo {
            id: x.id.clone(),
            wording: x.wording.clone(),
            dimension: f.nodes[x.parent].name.clone(),
            kind: kind(x),
            more_is_better: x.direction == Direction::HigherIsBetter,
            goalposts: x.goalposts.as_ref().map(|g| (g.low, g.high, g.reason.clone())),
            per: match &x.measure {
                Some(Measure::Ratio { per, .. }) => *per,
                _ => 1.0,
            },
            people: counts_people(definitions, x),
            weight: x.weight.value,
            effective_share,
            reason: x.weight.reason.clone(),
            owner: x.weight.owner.clone(),
        })
        .collect();
    About {
        pipeline: f.id.clone(),
        title: f.title.clone(),
        framework: FrameworkInfo {
            name: f.id.clone(),
            version: f.edition.clone(),
            description: f.method.clone(),
            indicators,
        },
        rules: Some(Arc::new(Rules { framework: f.clone(), spend: definitions.spend.clone() })),
        basis: choices.basis,
        seed: None,
        provenance,
        sources: source_infos(definitions, version),
        notes: Vec::new(),
    }
}

/// The table `indicators`: what the codes in all other tables ask, of whom and in which unit, in the order of the codes.
pub(super) fn indicators(framework: &Framework) -> PolarsResult<DataFrame> {
    let mut all: Vec<&Indicator> = framework.indicators.iter().collect();
    all.sort_by(|a, b| a.id.cmp(&b.id));
    let each = |f: fn(&Indicator) -> Option<String>| all.iter().map(|x| f(x)).collect::<Vec<_>>();
    let mut t = Grown::default();
    t.owned("indicator_id", each(|x| Some(x.id.clone())));
    t.owned("wording", each(|x| Some(x.wording.clone())));
    t.owned("edition", each(|x| Some(x.edition.clone()).filter(|e| !e.is_empty())));
    t.owned("dimension", all.iter().map(|x| Some(framework.nodes[x.parent].name.clone())));
    t.owned("kind", each(|x| Some(kind(x).as_str().to_owned())));
    t.owned("asked_of", each(|x| Some(if x.unit == UnitKind::Ccg { "ccg" } else { "practice" }.to_owned())));
    t.owned("unit", each(|x| Some(unit(x))));
    t.owned(
        "population",
        each(|x| match &x.measure {
            Some(Measure::Ratio { population, .. }) => Some(population.clone()),
            _ => None,
        }),
    );
    let more = |x: &Indicator| x.direction == Direction::HigherIsBetter;
    t.texts("direction", all.iter().map(|x| Some(if more(x) { "more is better" } else { "less is better" })));
    t.finish()
}

/// Unit of the values of an indicator, as it stands behind a heading.
fn unit(x: &Indicator) -> String {
    match &x.measure {
        Some(Measure::Ratio { per, .. }) if *per != 1.0 => format!("per {}", words::count(*per as i64)),
        Some(Measure::Ratio { .. }) => "proportion, 0 to 1".to_owned(),
        _ => "1 is full, 0 is none".to_owned(),
    }
}

fn kind(x: &Indicator) -> Kind {
    match x.kind {
        IndicatorKind::Have => Kind::Have,
        IndicatorKind::Use => Kind::Use,
        IndicatorKind::Benefit => Kind::Benefit,
    }
}

/// Whether the number above the line is of people, by the contract of its dataset.
pub(super) fn counts_people(definitions: &Definitions, x: &Indicator) -> bool {
    let Some(Measure::Ratio { numerator, .. }) = &x.measure else { return false };
    let contract = definitions.contracts.iter().find(|c| c.id == numerator.dataset);
    contract.iter().flat_map(|c| &c.people).any(|people| {
        let of = |rows: &PeopleRows| {
            numerator
                .filter
                .get(&rows.column)
                .is_none_or(|w| w.list().iter().any(|w| rows.values.contains(w)))
        };
        numerator.column.list().contains(&people.column) && people.rows.as_ref().is_none_or(of)
    })
}

fn source_infos(definitions: &Definitions, version: &Version) -> Vec<SourceInfo> {
    let mut out = Vec::new();
    for input in &definitions.framework.inputs {
        let Some(contract) = definitions.contracts.iter().find(|c| c.id == input.dataset) else { continue };
        let mut tables: Vec<_> =
            version.manifest().tables.iter().filter(|t| t.latest && t.dataset == input.dataset).collect();
        tables.sort_by_key(|t| t.period);
        let (Some(first), Some(last)) = (tables.first(), tables.last()) else { continue };
        let mut periods = vec![first.period.label(), last.period.label()];
        periods.dedup();
        let files: BTreeSet<String> = tables.iter().flat_map(|t| t.origins().map(|o| o.source)).collect();
        out.push(SourceInfo {
            dataset: contract.id.clone(),
            title: contract.title.clone(),
            publisher: contract.publisher.clone(),
            licence: contract.licence.clone(),
            grain: last.period.grain(),
            periods,
            files: files.into_iter().collect(),
        });
    }
    out
}
