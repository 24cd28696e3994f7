//! What the method came to, as frames: weights and normalisations, the treatment of outliers, the screening.

use super::column::{Column, Row};
use super::screen::Screened;
use super::treat::Tested;
use crate::define::framework::{Child, Direction, Framework};
use crate::frames::Grown;

/// Every node and indicator, down the tree: the weight given, what it comes to, and how the thing is computed.
pub(super) fn weights<'a>(
    framework: &'a Framework,
    rows: &'a [Row<'a>],
    columns: &[Option<Column>],
) -> Grown<'a> {
    let leaf = framework.effective_weights();
    let node = framework.node_weights();
    let (mut line, mut stack) = (Vec::new(), vec![(Child::Node(0), 0i64)]);
    while let Some((at, depth)) = stack.pop() {
        line.push((at, depth));
        if let Child::Node(n) = at {
            stack.extend(framework.nodes[n].children.iter().rev().map(|c| (*c, depth + 1)));
        }
    }
    let each = || line.iter().copied();
    let parent = |c: Child| match c {
        Child::Node(n) => framework.nodes[n].parent,
        Child::Indicator(i) => Some(framework.indicators[i].parent),
    };
    let indicator = |c: Child| match c {
        Child::Node(_) => None,
        Child::Indicator(i) => Some((i, &framework.indicators[i])),
    };
    let mut t = Grown::default();
    t.texts(
        "id",
        each().map(|(c, _)| {
            Some(match c {
                Child::Node(n) => framework.nodes[n].id.as_str(),
                Child::Indicator(i) => framework.indicators[i].id.as_str(),
            })
        }),
    );
    t.texts("parent", each().map(|(c, _)| parent(c).map(|n| framework.nodes[n].id.as_str())));
    t.wholes("depth", each().map(|(_, depth)| Some(depth)));
    t.numbers("weight", each().map(|(c, _)| Some(framework.weight_of(c))));
    t.numbers(
        "effective_weight",
        each().map(|(c, _)| match c {
            Child::Node(n) => Some(node[n]),
            Child::Indicator(i) => Some(leaf[i]),
        }),
    );
    let took_part = |i: usize| columns[i].as_ref().is_some_and(|c| c.points.iter().any(|p| !p.is_nan()));
    t.wholes("took_part", each().map(|(c, _)| indicator(c).map(|(i, _)| i64::from(took_part(i)))));
    t.texts(
        "mean",
        each().map(|(c, _)| match c {
            Child::Node(n) => Some(framework.nodes[n].mean.name()),
            Child::Indicator(_) => None,
        }),
    );
    t.texts(
        "direction",
        each().map(|(c, _)| {
            indicator(c).map(|(_, x)| match x.direction {
                Direction::HigherIsBetter => "higher_is_better",
                Direction::LowerIsBetter => "lower_is_better",
            })
        }),
    );
    t.owned(
        "normalisation",
        each().map(|(c, _)| {
            let (_, x) = indicator(c)?;
            let fixed = || if x.goalposts.is_some() { "goalposts" } else { "points" }.to_owned();
            Some(x.steps.normalisation.as_ref().map_or_else(fixed, |n| n.written()))
        }),
    );
    // Who has the best and the worst value shows at a glance whether a direction is the wrong way round.
    let extreme = |c: Child, best: bool| {
        let column = columns[indicator(c)?.0].as_ref()?;
        let there = (0..column.points.len()).filter(|u| !column.points[*u].is_nan());
        let pick = |a: &usize, b: &usize| column.points[*a].total_cmp(&column.points[*b]);
        let u = if best { there.rev().max_by(pick) } else { there.min_by(pick) }?;
        Some((rows[u].unit, column.value[u]))
    };
    for (name, best) in [("worst", false), ("best", true)] {
        t.texts(&format!("{name}_unit"), each().map(|(c, _)| Some(extreme(c, best)?.0)));
        t.numbers(&format!("{name}_value"), each().map(|(c, _)| Some(extreme(c, best)?.1)));
    }
    t
}

pub(super) fn treatment<'a>(framework: &'a Framework, treated: &'a [Tested]) -> Grown<'a> {
    let mut order: Vec<&Tested> = treated.iter().collect();
    let id = |t: &Tested| framework.indicators[t.indicator].id.as_str();
    order.sort_by(|a, b| (&a.period, id(a)).cmp(&(&b.period, id(b))));
    let each = || order.iter().copied();
    let mut t = Grown::default();
    t.texts("period", each().map(|x| x.period.as_deref()));
    t.texts("indicator_id", each().map(|x| Some(framework.indicators[x.indicator].id.as_str())));
    t.numbers("skewness", each().map(|x| Some(x.before?.0)));
    t.numbers("kurtosis", each().map(|x| Some(x.before?.1)));
    t.wholes("passed", each().map(|x| Some(i64::from(x.passed))));
    t.wholes("winsorised", each().map(|x| Some(x.winsorised as i64)));
    t.numbers("skewness_winsorised", each().map(|x| Some(x.after_winsorising?.0)));
    t.numbers("kurtosis_winsorised", each().map(|x| Some(x.after_winsorising?.1)));
    t.texts("transform", each().map(|x| Some(x.transform.name())));
    t.numbers("skewness_transformed", each().map(|x| Some(x.after?.0)));
    t.numbers("kurtosis_transformed", each().map(|x| Some(x.after?.1)));
    t
}

pub(super) fn screening(s: &Screened) -> Grown<'_> {
    let mut t = Grown::default();
    t.texts("period", s.keys.iter().map(|k| Some(k.0.as_str())));
    t.texts("unit", s.keys.iter().map(|k| Some(k.1.as_str())));
    t.numbers("present", s.present.iter().map(|x| Some(*x)));
    t.numbers("non_zero", s.non_zero.iter().copied());
    t.wholes("included", s.included.iter().map(|x| Some(i64::from(*x))));
    t.texts("why", s.why.iter().map(|w| Some(*w)));
    t
}
