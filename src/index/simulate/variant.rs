//! Every choice made otherwise, one at a time: what would change if the reader were right.

use super::draw::Choice;
use super::plan::{Part, Plan, STATED};
use super::run::{Outcome, World};
use crate::define::framework::{Framework, Missing, UnitKind};
use rayon::prelude::*;

/// Scores and ranks under one other choice, missing answers as not met unless it says otherwise.
pub(crate) struct Variant {
    pub name: String,
    /// The indicator left out, where one is.
    pub without: Option<usize>,
    pub practices: Vec<f32>,
    pub practice_ranks: Vec<u16>,
    pub areas: Vec<f32>,
    pub area_ranks: Vec<u16>,
}

/// As stated.
pub(super) fn stated(plan: &Plan) -> Choice {
    Choice {
        weights: plan.nodes.iter().map(|n| n.children.iter().map(|c| c.weight).collect()).collect(),
        widths: vec![STATED; plan.leaves.len()],
        power: None,
        missing: Missing::NotMet,
    }
}

pub(super) fn variant(world: &World<'_>, choose: &(dyn Fn(&Plan) -> Choice + Sync)) -> Variant {
    let (n, k) = (world.practices.units(), world.areas.len());
    let mut out = Variant {
        name: "as stated".to_owned(),
        without: None,
        practices: vec![0.0; n],
        practice_ranks: vec![0; n],
        areas: vec![0.0; k],
        area_ranks: vec![0; k],
    };
    let mut outcome = Outcome {
        practices: &mut out.practices,
        practice_ranks: &mut out.practice_ranks,
        areas: &mut out.areas,
        area_ranks: &mut out.area_ranks,
    };
    world.chosen(choose, &mut world.buffers(), &mut outcome);
    out
}

type Chosen<'c> = (String, Option<usize>, Box<dyn Fn(&Plan) -> Choice + Sync + 'c>);

/// The stated choices, then the others.
pub(super) fn variants(world: &World<'_>, framework: &Framework, stated_one: Variant) -> Vec<Variant> {
    let equal = |plan: &Plan| Choice {
        weights: plan.nodes.iter().map(|n| vec![1.0; n.children.len()]).collect(),
        ..stated(plan)
    };
    let mut others: Vec<Chosen<'_>> = vec![
        ("equal weights".to_owned(), None, Box::new(equal)),
        (
            "missing answers as the others".to_owned(),
            None,
            Box::new(|plan| Choice { missing: Missing::Estimate, ..stated(plan) }),
        ),
    ];
    for &p in &world.uncertainty.powers {
        let name = format!("mean of dimensions with exponent {p}");
        others.push((name, None, Box::new(move |plan| Choice { power: Some(p as f32), ..stated(plan) })));
    }
    for (width, name) in [(0, "narrower scales"), (2, "wider scales")] {
        let choose = move |plan: &Plan| Choice { widths: vec![width; plan.leaves.len()], ..stated(plan) };
        others.push((name.to_owned(), None, Box::new(choose)));
    }
    let asked = |i: usize| framework.indicators[i].unit == UnitKind::Ccg || world.practices.has(i);
    for (i, x) in framework.indicators.iter().enumerate().filter(|(i, _)| asked(*i)) {
        others.push((format!("without {}", x.id), Some(i), Box::new(move |plan| without(plan, i))));
    }
    let rest: Vec<Variant> = others
        .par_iter()
        .map(|(name, left_out, choose)| Variant {
            name: name.clone(),
            without: *left_out,
            ..variant(world, &**choose)
        })
        .collect();
    std::iter::once(stated_one).chain(rest).collect()
}

fn without(plan: &Plan, indicator: usize) -> Choice {
    let mut choice = stated(plan);
    for (node, weights) in plan.nodes.iter().zip(&mut choice.weights) {
        for (stem, w) in node.children.iter().zip(weights) {
            if matches!(stem.of, Part::Leaf(l) if plan.leaves[l].indicator == indicator) {
                *w = 0.0;
            }
        }
    }
    choice
}

impl Plan {
    fn has(&self, indicator: usize) -> bool {
        self.leaves.iter().any(|l| l.indicator == indicator)
    }
}
