//! One area beside its nearest peers and their mean, from the tables `peers` and `peer_comparison`.

use super::chart;
use crate::report::chart::{Chart, Group, PeerKind, PeerRow, Peers, Plot};
use crate::report::league::Area;
use crate::report::scene::Scene;
use crate::report::words;

/// `None` for an area without a score or without peers that have one.
pub(super) fn peers(scene: &Scene, area: &Area) -> Option<Chart> {
    let row = |a: &Area, kind| PeerRow { kind, value: a.interval.low, interval: a.spread };
    let find = |code: &str| scene.ccgs.iter().find(|a| a.code == code && a.interval.low.is_some());
    let nearest = scene.ahead.nearest(&area.code)?;
    let peers: Vec<&Area> = nearest.peers.iter().filter_map(|p| find(&p.code)).collect();
    let score = area.interval.low?;
    if peers.is_empty() {
        return None;
    }
    let (one, many) = scene.area_words();
    let mut first = vec![(area.name.clone(), row(area, PeerKind::Own))];
    let everyone = scene.all_others(nearest);
    let beside = if everyone {
        format!("all the other {many}, since there are so few")
    } else {
        format!("its {}", words::of(words::size(peers.len()), "nearest peer", "nearest peers"))
    };
    let mut parts = vec![format!(
        "The floor of {} ({}) beside {beside}, the nearest first, each with its 95% interval where one was simulated.",
        area.name,
        words::score(score),
    )];
    let mut title = format!("{}: {} beside its nearest peers", area.name, words::score(score));
    if let Some(b) = &nearest.beside {
        let of = |kind, value, interval| PeerRow { kind, value, interval: Some(interval) };
        first.push(("Mean of its peers".to_owned(), of(PeerKind::Mean, Some(b.mean), b.mean_limits)));
        first.push(("Expected of one like them".to_owned(), of(PeerKind::Expected, None, b.expected)));
        title = format!("{}: {}, its peers' mean {}", area.name, words::score(score), words::score(b.mean));
        parts.push(format!(
            "An open bar, {} to {}, is what is expected of a {one} like its peers: only outside it is anything called. \
             Here: {}.",
            words::score(b.expected.0),
            words::score(b.expected.1),
            b.called
        ));
    }
    parts.push(
        "Peers are computed from what the pipeline states, this project's own method; they need not be mutual, and more \
         points are more maturity."
            .to_owned(),
    );
    let subtitle = format!("Floor of the maturity score, points out of 100, {}", scene.period_label());
    let label = if everyone { format!("All other {many}") } else { format!("Its nearest {many}") };
    let groups = vec![
        Group { label: Some("Here".to_owned()), rows: first },
        Group {
            label: Some(label),
            rows: peers.into_iter().map(|p| (p.name.clone(), row(p, PeerKind::Peer))).collect(),
        },
    ];
    let plot = Plot::Peers(Peers { groups });
    let mut chart = chart(scene, &format!("ccg-{}-peers", area.code), title, subtitle, parts.join(" "), plot);
    chart.own_page = true;
    chart.table = "peers".to_owned();
    Some(chart)
}
