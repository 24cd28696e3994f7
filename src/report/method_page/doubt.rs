//! What a missing answer does, and what the simulation draws.

use crate::define::framework::{Framework, Missing, RankBy, Uncertainty};
use crate::report::grid::{Cell, Grid};
use crate::report::scene::Scene;
use crate::report::section::Section;
use crate::report::words;

/// The words for what is missing, on this page and in the tables.
const TERMS: [(&str, &str); 8] = [
    (
        "Floor",
        "The score if every missing answer counts as not met. Tables are ordered by it, so that silence never pays.",
    ),
    (
        "Estimate",
        "The score over the answers that are there. Where the framework makes an answer mandatory (each indicator says below what \
         absence means for it), a missing one counts as not met in the estimate too.",
    ),
    (
        "Part of a quarter",
        "A count over the months of a quarter of which some are missing. It is shown as it is for the months that are there, and \
         enters the estimate; since the other months could hold anything, the floor takes the least they could make of it and the \
         ceiling the most, and only its months count as answered.",
    ),
    (
        "Ceiling",
        "The score if every missing answer counts as met. The truth lies between floor and ceiling, if the answers that are \
         there are true.",
    ),
    (
        "Coverage",
        "The share of what was asked, by weight, for which there is an answer. An indicator for which nothing was collected in a \
         quarter is asked of nobody; collected says how much of the framework is left. Thin marks an area under the coverage that \
         the framework wants for a comparison.",
    ),
    ("[x] No data", "Not returned, or not asked in that quarter. Absent is never counted as zero."),
    ("[z] Not applicable", "The question does not apply to the unit. It counts neither way."),
    (
        "[c] Withheld",
        "There is a figure, and disclosure control, or a fault of one supplier's data, holds it back.",
    ),
];

pub(super) fn absence(scene: &Scene) -> Section {
    let mut grid = Grid::new("terms", "Words for what is missing", &["Word", "What it means"]);
    grid.rows = TERMS.iter().map(|(word, means)| vec![Cell::words(*word), Cell::words(*means)]).collect();
    let section = Section::new("absence", "What is missing, and what that does").grid(grid);
    if scene.practices.is_empty() { section } else { section.says(scene.counted().words()) }
}

pub(super) fn section(f: &Framework) -> Section {
    let ranking = &f.ranking;
    let order = match ranking.by {
        RankBy::Floor => "floor: no unit gains a place by staying silent",
        RankBy::Estimate => "estimate over what is there",
    };
    let section = Section::new("uncertainty", "Uncertainty: what is drawn").says(format!(
        "Tables are ordered by the {order}. A quarter in which less than {} of the framework's weight was collected is not ranked, \
         and an area with answers for less than {} of what was asked is marked thin. A place is only ever shown as a range, and \
         not at all where less than half of the differences between units is more than noise. Why: {}.",
        words::percent(ranking.minimum_weight_asked),
        words::percent(ranking.minimum_coverage),
        words::clean_long(&ranking.reason).trim_end_matches('.')
    ));
    let Some(u) = &f.uncertainty else {
        return section.says(
            "This framework states nothing as uncertain, so nothing is simulated and there are no intervals.",
        );
    };
    section
        .says(format!(
            "{} replicates draw all of the following at once; an interval holds 95 of 100 of them. Areas closer than {} points \
             to the first of a tier stand in one tier. Why these: {}. Answers for them: {}. Own method.",
            words::count(i64::from(u.replicates)),
            u.tier_margin,
            words::clean_long(&u.reason).trim_end_matches('.'),
            words::clean(&u.owner).0
        ))
        .grid(drawn(f, u))
}

fn drawn(f: &Framework, u: &Uncertainty) -> Grid {
    let mut grid = Grid::new("drawn", "What each replicate draws", &["What", "How far"]);
    let mut row = |what: &str, how: String| grid.rows.push(vec![Cell::words(what), Cell::words(how)]);
    row(
        "Weights",
        format!("each evenly from {0} below to {0} above what is stated", words::percent(u.weights)),
    );
    row(
        "Scales",
        format!(
            "the width between goalposts: narrower by {0}, as stated, wider by {0}",
            words::percent(u.goalposts)
        ),
    );
    let stated = f.nodes.first().map_or("", |top| top.mean.name());
    let powers = u.powers.iter().map(|p| match p {
        0.0 => "geometric".to_owned(),
        p => format!("the power mean with exponent {p}"),
    });
    let means: Vec<String> = std::iter::once(format!("{stated} as stated"))
        .chain(powers)
        .chain(u.means.iter().map(|m| m.name().replace('_', " ")))
        .collect();
    row("The mean that joins the dimensions", means.join(", or "));
    let readings: Vec<&str> = u
        .missing
        .iter()
        .map(|m| match m {
            Missing::Bounds => "anything between not met and met",
            Missing::Estimate => "as the unit's other answers",
            Missing::NotMet => "not met",
        })
        .collect();
    row("What a missing answer stands for", readings.join(", or "));
    row(
        "The missing answers themselves, and sampling error of counted shares",
        "as far as the reading of missing answers and the number of people leave open".to_owned(),
    );
    grid
}
