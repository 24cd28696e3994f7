//! Peers of CCGs, three ways: computed, from a list that somebody made, and own groups.

use super::groups::{Group, latest, unknown};
use super::panel::Panel;
use crate::define::framework::{PeerMeasure, PeersSection};
use crate::diag::Diagnostic;
use crate::frames::{Columns, Grown, days_of};
use crate::index::Source;
use crate::stats::neighbours::{Neighbour, Space, Variable};
use polars::prelude::*;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// One way to be peers, with the peers of each CCG of the panel, nearest first where a distance is known.
pub(super) struct Way {
    /// `nearest`, `fixed`, or `own:` with the id of the group.
    pub name: String,
    pub peers: Vec<Vec<Peer>>,
}

pub(super) struct Peer {
    /// Index into the CCGs of the panel.
    pub ccg: usize,
    /// `None` where the two share too little.
    pub distance: Option<Neighbour>,
    /// Share of the draws of the weights in which it stays a peer; of computed peers.
    pub stability: Option<f64>,
}

/// All ways that the section and what was sent in allow. `practices` is that table, cut to the day.
pub(super) fn ways(
    section: &PeersSection,
    panel: &Panel<'_>,
    practices: &DataFrame,
    (sources, groups): (&[Source], &[Group]),
    seed: u64,
    diagnostics: &mut Vec<Diagnostic>,
) -> PolarsResult<Vec<Way>> {
    let space = space(section, panel, practices)?;
    let mut out = Vec::new();
    if let Some(space) = &space {
        out.push(Way { name: "nearest".to_owned(), peers: nearest(section, panel, space, seed) });
    }
    let place = |code: &str| panel.ccgs.binary_search(&code).ok();
    let mut listed = |name: String, of: Vec<BTreeSet<usize>>| {
        let each = of.into_iter().enumerate();
        let peers: Vec<Vec<Peer>> = each.map(|(c, peers)| named(c, &peers, space.as_ref())).collect();
        if peers.iter().any(|peers| !peers.is_empty()) {
            out.push(Way { name, peers });
        }
    };
    if let Some((list, source)) =
        section.fixed.as_ref().and_then(|f| Some((f, latest(sources, &f.dataset, panel)?)))
    {
        let t = Columns(&source.frame);
        let mut of = vec![BTreeSet::new(); panel.ccgs.len()];
        let (ccgs, peers) = (t.texts(&list.ccg)?, t.texts(&list.peer)?);
        let both = ccgs.iter().chain(&peers).flatten().copied();
        diagnostics.extend(unknown(panel, &list.dataset, both));
        for (ccg, peer) in ccgs.into_iter().zip(peers) {
            if let (Some(c), Some(p)) = (ccg.and_then(place), peer.and_then(place)) {
                of[c].insert(p);
            }
        }
        listed("fixed".to_owned(), of);
    }
    let mut own: BTreeMap<&str, Vec<BTreeSet<usize>>> = BTreeMap::new();
    for group in groups {
        let members: BTreeSet<usize> = group.units.iter().filter_map(|u| place(u)).collect();
        let of = own.entry(&group.way).or_insert_with(|| vec![BTreeSet::new(); panel.ccgs.len()]);
        members.iter().for_each(|c| of[*c].extend(&members));
    }
    own.into_iter().for_each(|(way, of)| listed(way.to_owned(), of));
    Ok(out)
}

/// `None` without variables.
fn space(section: &PeersSection, panel: &Panel<'_>, practices: &DataFrame) -> PolarsResult<Option<Space>> {
    let t = Columns(practices);
    let ccg: Vec<Option<usize>> =
        t.texts("ccg_code")?.into_iter().map(|c| panel.ccgs.binary_search(&c?).ok()).collect();
    let numbers = |name: &str| -> PolarsResult<Vec<Option<f64>>> {
        let cells = practices.column(name)?.cast(&DataType::Float64)?;
        Ok(cells.f64()?.iter().collect())
    };
    let lists = numbers("list_size")?;
    // sums over the practices of each CCG of what `of` gives for a practice: above and below a line
    let ratio = |of: &dyn Fn(usize) -> Option<(f64, f64)>| -> Vec<Option<f64>> {
        let mut sums = vec![(0.0, 0.0); panel.ccgs.len()];
        for (u, c) in ccg.iter().enumerate() {
            if let (Some(c), Some((top, bottom))) = (c, of(u)) {
                sums[*c] = (sums[*c].0 + top, sums[*c].1 + bottom);
            }
        }
        sums.into_iter().map(|(top, bottom)| (bottom > 0.0).then(|| top / bottom)).collect()
    };
    let mut variables = Vec::with_capacity(section.variable.len());
    for v in &section.variable {
        let values = match &v.of {
            PeerMeasure::Sum { column } => {
                let cells = numbers(column)?;
                let mut sums: Vec<Option<f64>> = vec![None; panel.ccgs.len()];
                for (c, x) in ccg.iter().zip(cells) {
                    if let (Some(c), Some(x)) = (c, x) {
                        sums[*c] = Some(sums[*c].unwrap_or(0.0) + x);
                    }
                }
                sums
            }
            PeerMeasure::Mean { column } => {
                let cells = numbers(column)?;
                ratio(&|u| Some((cells[u]?, 1.0)))
            }
            PeerMeasure::Ratio { numerator, denominator } => {
                let (top, bottom) = (numbers(numerator)?, numbers(denominator)?);
                ratio(&|u| Some((top[u]?, bottom[u]?)))
            }
            PeerMeasure::Share { column, is } => {
                let words = t.texts_if_any(column)?;
                ratio(&|u| {
                    let list = lists[u]?;
                    Some((if words[u]? == is { list } else { 0.0 }, list))
                })
            }
        };
        variables.push(Variable { values, weight: v.weight.value, transform: v.scale.into() });
    }
    Ok(Space::new(&variables))
}

fn nearest(section: &PeersSection, panel: &Panel<'_>, space: &Space, seed: u64) -> Vec<Vec<Peer>> {
    let one = |c: usize| {
        // the seed is of the CCG, so that another CCG more or less moves nobody's draws
        let own = panel.ccgs[c].bytes().fold(seed, |s, b| s.wrapping_mul(1_099_511_628_211) ^ u64::from(b));
        let stays = space.stability(c, section.number, section.draws, own, |_| true);
        let found = space.nearest(c, section.number, |_| true);
        let peer = |n: Neighbour| Peer {
            ccg: n.area,
            stability: stays
                .iter()
                .find(|(area, _)| *area == n.area)
                .map(|(_, times)| *times as f64 / section.draws as f64),
            distance: Some(n),
        };
        found.into_iter().map(peer).collect()
    };
    (0..panel.ccgs.len()).into_par_iter().map(one).collect()
}

/// Peers that somebody named: the CCG itself left out, nearest first, those without a distance last by code.
fn named(ccg: usize, peers: &BTreeSet<usize>, space: Option<&Space>) -> Vec<Peer> {
    let mut out: Vec<Peer> = peers
        .iter()
        .filter(|p| **p != ccg)
        .map(|p| {
            let distance = space.and_then(|s| s.nearest(ccg, 1, |j| j == *p).pop());
            Peer { ccg: *p, distance, stability: None }
        })
        .collect();
    let far = |p: &Peer| p.distance.as_ref().map_or(f64::INFINITY, |d| d.distance);
    out.sort_by(|a, b| far(a).total_cmp(&far(b)).then(a.ccg.cmp(&b.ccg)));
    out
}

/// The table `peers`, sorted by CCG and way, nearest first.
pub(super) fn table(section: &PeersSection, panel: &Panel<'_>, ways: &[Way]) -> PolarsResult<DataFrame> {
    let rows: Vec<(usize, &Way, usize, &Peer)> = (0..panel.ccgs.len())
        .flat_map(|c| ways.iter().map(move |w| (c, w)))
        .flat_map(|(c, w)| w.peers[c].iter().enumerate().map(move |(k, p)| (c, w, k, p)))
        .collect();
    let mut t = Grown::default();
    let distance = |p: &Peer| p.distance.as_ref().map(|d| d.distance);
    t.days("period", rows.iter().map(|_| days_of(panel.day)));
    t.owned("ccg_code", rows.iter().map(|r| Some(panel.ccgs[r.0].to_owned())));
    t.owned("way", rows.iter().map(|r| Some(r.1.name.clone())));
    t.wholes("place", rows.iter().map(|r| i64::try_from(r.2 + 1).ok()));
    t.owned("peer_code", rows.iter().map(|r| Some(panel.ccgs[r.3.ccg].to_owned())));
    t.numbers("distance", rows.iter().map(|r| distance(r.3)));
    for (k, v) in section.variable.iter().enumerate() {
        let share = |p: &Peer| p.distance.as_ref().map(|d| d.shares[k]);
        t.numbers(&format!("distance_share_{}", v.id), rows.iter().map(|r| share(r.3)));
    }
    t.numbers("stability", rows.iter().map(|r| r.3.stability));
    t.texts("provenance", rows.iter().map(|_| Some(panel.provenance.as_str())));
    t.finish()
}
