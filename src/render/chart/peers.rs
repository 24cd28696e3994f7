//! One area beside its peers: dots with intervals, the mean of the peers as a diamond, what is expected of one like them as an
//! open bar.

use super::canvas::{Canvas, Painted, compose};
use super::caterpillar::{open, whisker};
use super::key::Key;
use super::palette::{NAVY, PLUM};
use super::rows::{Names, Rows};
use super::scale::{Axis, extent, whole_tens};
use crate::report::{Chart, PeerKind, PeerRow, Peers, words};

/// Radius of the mark of the area on show.
const RING: f64 = 7.0;

pub fn draw(chart: &Chart, plot: &Peers) -> Result<String, String> {
    let all = plot.groups.iter().flat_map(|g| &g.rows);
    let figures =
        all.flat_map(|(_, r)| r.value.into_iter().chain(r.interval.into_iter().flat_map(|i| [i.0, i.1])));
    let (low, high) = extent(figures).unwrap_or_default();
    let rows = Rows {
        groups: &plot.groups,
        range: whole_tens(low, high),
        tick: |x| format!("{x:.0}"),
        line: None,
        beside: Some(("Score", figure)),
        names: Names::Short,
    };
    let key = key(plot);
    compose(chart, key.height() + rows.height(), |canvas, top| {
        key.draw(canvas, top)?;
        rows.draw(canvas, top + key.height(), mark)
    })
}

/// The figure, and its interval.
fn figure(row: &PeerRow) -> String {
    let between = row.interval.map(|(low, high)| format!("{} to {}", words::score(low), words::score(high)));
    match (row.value, between) {
        (Some(value), Some(between)) => format!("{} ({between})", words::score(value)),
        (Some(value), None) => words::score(value),
        (None, between) => between.unwrap_or_else(|| words::NO_DATA.to_owned()),
    }
}

fn key(plot: &Peers) -> Key<'static> {
    let has = |kind| plot.groups.iter().flat_map(|g| &g.rows).any(|(_, r)| r.kind == kind);
    let mut key = Key::default();
    key.add(16.0, "here", |c, (from, to), y| c.ring(((from + to) / 2.0, y), RING, PLUM));
    key.add(12.0, "a peer", |c, (from, to), y| c.dot(((from + to) / 2.0, y), 5.0, NAVY));
    if has(PeerKind::Mean) {
        key.add(14.0, "mean of the peers", |c, (from, to), y| c.diamond(((from + to) / 2.0, y), 6.0, NAVY));
    }
    key.add(60.0, "95% interval", whisker);
    if has(PeerKind::Expected) {
        key.add(60.0, "expected of one like them", open);
    }
    key
}

fn mark(canvas: &Canvas, axis: &Axis, y: f64, row: &PeerRow) -> Painted {
    if let Some((low, high)) = row.interval {
        let ends = (axis.at(low), axis.at(high));
        if row.kind == PeerKind::Expected { open(canvas, ends, y)? } else { whisker(canvas, ends, y)? }
    }
    let Some(value) = row.value else { return Ok(()) };
    let p = (axis.at(value), y);
    match row.kind {
        PeerKind::Own => canvas.ring(p, RING, PLUM),
        PeerKind::Mean => canvas.diamond(p, 6.0, NAVY),
        PeerKind::Peer | PeerKind::Expected => canvas.dot(p, 5.0, NAVY),
    }
}
