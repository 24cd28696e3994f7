//! One area beside its nearest peers and their mean, from the tables `peers` and `peer_comparison`.

use super::{as_i64, chart};
use crate::report::chart::{Chart, Group, PeerKind, PeerRow, Peers, Plot};
use crate::report::frame::Frame;
use crate::report::league::Area;
use crate::report::scene::Scene;
use crate::report::words;
use std::collections::BTreeMap;

/// What a CCG is held against: the mean of its peers and what is expected of one like them.
struct Against {
    mean: PeerRow,
    expected: PeerRow,
    called: String,
}

/// Nearest peers of all areas, read once.
pub struct Neighbours {
    /// Peers by area, the nearest first.
    peers: BTreeMap<String, Vec<String>>,
    against: BTreeMap<String, Against>,
}

impl Neighbours {
    pub fn read(scene: &Scene) -> Neighbours {
        let (mut placed, mut against) = (BTreeMap::<String, Vec<(i64, String)>>::new(), BTreeMap::new());
        let of = |name: &str| {
            let table = Frame::new(scene.release.tables.get(name)).of_period(scene.period.as_ref()?.0)?;
            Frame::new(Some(&table)).rows_with("way", "nearest")
        };
        let table = of("peers");
        let table = Frame::new(table.as_ref());
        let (codes, places, peers) = (table.text("ccg_code"), table.int("place"), table.text("peer_code"));
        for ((code, place), peer) in codes.into_iter().zip(places).zip(peers) {
            if let (Some(code), Some(place), Some(peer)) = (code, place, peer) {
                placed.entry(code).or_default().push((place, peer));
            }
        }
        let table = of("peer_comparison");
        let scores = Frame::new(table.as_ref()).rows_with("measure", "score");
        let scores = Frame::new(scores.as_ref());
        let codes = scores.text("ccg_code");
        let [mean, mean_low, mean_high, low, high] =
            ["mean", "mean_low", "mean_high", "low", "high"].map(|n| scores.float(n));
        let called = scores.text("called");
        for (i, code) in codes.into_iter().enumerate() {
            let (Some(code), Some(called)) = (code, called[i].clone()) else { continue };
            let row = |kind, value, low: Option<f64>, high| PeerRow { kind, value, interval: low.zip(high) };
            let mean = row(PeerKind::Mean, mean[i], mean_low[i], mean_high[i]);
            let expected = row(PeerKind::Expected, None, low[i], high[i]);
            against.insert(code, Against { mean, expected, called });
        }
        let nearest = |mut all: Vec<(i64, String)>| {
            all.sort();
            all.into_iter().map(|p| p.1).collect()
        };
        Neighbours { peers: placed.into_iter().map(|(code, all)| (code, nearest(all))).collect(), against }
    }

    /// `None` for an area without a score or without peers that have one.
    pub fn of(&self, scene: &Scene, area: &Area) -> Option<Chart> {
        let row = |a: &Area, kind| PeerRow { kind, value: a.interval.low, interval: a.spread };
        let find = |code: &String| scene.ccgs.iter().find(|a| a.code == *code && a.interval.low.is_some());
        let peers: Vec<&Area> = self.peers.get(&area.code)?.iter().filter_map(find).collect();
        let score = area.interval.low?;
        if peers.is_empty() {
            return None;
        }
        let against = self.against.get(&area.code);
        let (one, many) = scene.area_words();
        let mut first = vec![(area.name.clone(), row(area, PeerKind::Own))];
        let mut parts = vec![format!(
            "The floor of {} ({}) beside its {}, the nearest first, each with its 95% interval where one was simulated.",
            area.name,
            words::score(score),
            words::of(as_i64(peers.len()), "nearest peer", "nearest peers"),
        )];
        let mut title = format!("{}: {} beside its nearest peers", area.name, words::score(score));
        if let Some(Against { mean, expected, called }) = against {
            first.push(("Mean of its peers".to_owned(), *mean));
            first.push(("Expected of one like them".to_owned(), *expected));
            if let (Some(mean), Some((low, high))) = (mean.value, expected.interval) {
                title =
                    format!("{}: {}, its peers' mean {}", area.name, words::score(score), words::score(mean));
                parts.push(format!(
                    "An open bar, {} to {}, is what is expected of a {one} like its peers: only outside it is anything called. \
                     Here: {called}.",
                    words::score(low),
                    words::score(high)
                ));
            }
        }
        parts.push(
            "Peers are computed from what the pipeline states, this project's own method; they need not be mutual, and more \
             points are more maturity."
                .to_owned(),
        );
        let subtitle = format!("Floor of the maturity score, points out of 100, {}", scene.period_label());
        let label = format!("Its nearest {many}");
        let groups = vec![
            Group { label: Some("Here".to_owned()), rows: first },
            Group {
                label: Some(label),
                rows: peers.into_iter().map(|p| (p.name.clone(), row(p, PeerKind::Peer))).collect(),
            },
        ];
        let plot = Plot::Peers(Peers { groups });
        let mut chart =
            chart(scene, &format!("ccg-{}-peers", area.code), title, subtitle, parts.join(" "), plot);
        chart.own_page = true;
        chart.table = "peers".to_owned();
        Some(chart)
    }
}
