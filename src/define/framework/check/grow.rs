//! From checked tables to the tree that the index walks.

use super::super::indicators::IndicatorTable;
use super::super::resolved::{Child, Framework, Indicator, Node, Steps};
use super::super::written::{DimensionTable, IndexTable, Weight};
use std::collections::BTreeMap;

/// Parents before children, siblings in the order of the file.
pub(super) fn grow(
    framework: &mut Framework,
    index: &IndexTable,
    dimensions: Vec<(usize, DimensionTable)>,
    indicators: Vec<(usize, IndicatorTable)>,
    steps: Vec<Steps>,
) {
    let top = Weight { value: 1.0, reason: index.reason.clone(), owner: String::new() };
    framework.nodes.push(Node {
        id: framework.id.clone(),
        name: framework.title.clone(),
        parent: None,
        mean: index.mean,
        weight: top,
        children: Vec::new(),
    });
    let mut number: BTreeMap<Option<String>, usize> = BTreeMap::from([(None, 0)]);
    let mut waiting: Vec<DimensionTable> = dimensions.into_iter().map(|(_, d)| d).collect();
    // No cycle and no unknown parent is left, so every round places at least one.
    while !waiting.is_empty() {
        let (ready, later): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|d| number.contains_key(&d.parent));
        for d in ready {
            let (here, parent) = (framework.nodes.len(), number[&d.parent]);
            framework.nodes[parent].children.push(Child::Node(here));
            number.insert(Some(d.id.clone()), here);
            framework.nodes.push(Node {
                id: d.id,
                name: d.name,
                parent: Some(parent),
                mean: d.mean,
                weight: d.weight,
                children: Vec::new(),
            });
        }
        waiting = later;
    }
    for (i, ((_, x), steps)) in indicators.into_iter().zip(steps).enumerate() {
        let parent = number[&x.dimension];
        framework.nodes[parent].children.push(Child::Indicator(i));
        framework.indicators.push(Indicator {
            id: x.id,
            edition: x.edition,
            wording: x.wording,
            kind: x.kind,
            tier: x.tier,
            unit: x.unit,
            measure: x.value,
            goalposts: x.goalposts,
            steps,
            direction: x.direction,
            absence: x.absence,
            weight: x.weight,
            gates: x.gates,
            evidence: x.evidence,
            parent,
        });
    }
}
