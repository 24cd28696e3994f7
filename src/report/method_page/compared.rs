//! Peers, and what is worth doing first.

use crate::define::framework::{Framework, PeerMeasure, PeerScale};
use crate::report::grid::{Cell, Grid};
use crate::report::section::Section;
use crate::report::words;
use crate::stats::interval::CONFIDENCE;

pub(super) fn peers(f: &Framework) -> Section {
    let mut section = Section::new("peers", "Peers, three ways");
    let Some(p) = &f.peers else {
        return section.says("This pipeline states no peers.");
    };
    section = section.says(format!(
        "Computed: the {} CCGs nearest by the variables below, each made alike in spread, by their weights; how often one stays a \
         peer is counted over {} draws of the weights. A CCG is called above or below only outside the {} interval of what is \
         expected of one like its peers, and with {} peers at least. Being peers need not be mutual. Why: {}. Own method.",
        p.number,
        words::count(i64::try_from(p.draws).unwrap_or(i64::MAX)),
        words::percent(CONFIDENCE),
        p.least,
        words::clean_long(&p.reason).trim_end_matches('.')
    ));
    section = section.says(match &p.fixed {
        Some(list) => format!(
            "Fixed list: who is like whom by a list that somebody else made, where one is sent in ({}). It stands beside the computed \
             peers, never in their place.",
            words::clean(&list.dataset).0
        ),
        None => "No fixed list is read.".to_owned(),
    });
    let groups: Vec<String> = p
        .group
        .iter()
        .map(|g| match (&g.dataset, &g.column) {
            (Some(dataset), _) => format!("groups sent in as {}", words::clean(dataset).0),
            (None, column) => {
                format!("CCGs with one {}", column.as_deref().unwrap_or(&g.id).replace('_', " "))
            }
        })
        .collect();
    if !groups.is_empty() {
        section = section.says(format!("Own groups: {}.", groups.join("; ")));
    }
    let columns = ["Variable", "What is computed", "Compared", "#Weight", "Why", "Who answers for it"];
    let mut grid = Grid::new("peer-variables", "By what CCGs are alike", &columns);
    for v in &p.variable {
        grid.rows.push(vec![
            Cell::name(&v.name),
            Cell::long(&measure(&v.of)),
            Cell::words(if v.scale == PeerScale::Log { "as ratios" } else { "as differences" }),
            Cell::figure(Some(v.weight.value.to_string()), false),
            Cell::long(&v.weight.reason),
            Cell::name(&v.weight.owner),
        ]);
    }
    section.grid(grid)
}

fn measure(m: &PeerMeasure) -> String {
    let plain = |column: &str| column.replace('_', " ");
    match m {
        PeerMeasure::Sum { column } => format!("sum of {} over the practices", plain(column)),
        PeerMeasure::Mean { column } => format!("mean of {} over the practices", plain(column)),
        PeerMeasure::Ratio { numerator, denominator } => {
            format!("{} over {}", plain(numerator), plain(denominator))
        }
        PeerMeasure::Share { column, is } => {
            format!("share of patients at practices with {} {is}", plain(column))
        }
    }
}

pub(super) fn steps(f: &Framework) -> Section {
    let section = Section::new("steps", "What to do first");
    let Some(s) = &f.next_steps else {
        return section.says("This pipeline looks for no steps.");
    };
    section
        .says(format!(
            "For each practice the smallest set of steps to its next level, by exact search. For each CCG {} actions: the fewest \
             practices that make {} of the gap; where no level asks for more, a counted share is asked for the points that {} of \
             practices stay under. The gain is no estimate: the answers are scored again.",
            s.actions,
            words::percent(s.share_of_gap),
            words::percent(s.reach)
        ))
        .says(format!(
            "Who has done it: practices of the same {} with a list at most {} times as large or as small that made the very move and \
             kept it for {} readings more (what speaks for several quarters is one). At most {} are named. Why: {}. Answers for it: {}. Own method.",
            s.supplier.replace('_', " "),
            s.similar_list,
            s.stay,
            s.exemplars,
            words::clean_long(&s.reason).trim_end_matches('.'),
            words::clean(&s.owner).0
        ))
}
