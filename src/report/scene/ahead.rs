//! Peers, first actions and next steps of the quarter on show, by CCG and practice.

use crate::disclose::Disclosed;
use crate::report::about::About;
use crate::report::frame::Frame;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A computed peer of a CCG.
#[derive(Clone, Debug)]
pub struct Peer {
    pub code: String,
    pub distance: Option<f64>,
    pub stability: Option<f64>,
}

/// A CCG's floor beside its computed peers.
#[derive(Clone, Debug)]
pub struct Beside {
    pub peers: i64,
    pub mean: f64,
    pub mean_limits: (f64, f64),
    pub expected: (f64, f64),
    /// `above`, `below` or `cannot tell`.
    pub called: String,
}

/// A peer that took a step and kept it.
#[derive(Clone, Debug)]
pub struct DoneBy {
    pub ccg: String,
    pub units: i64,
    pub by: Option<Date>,
}

/// A first action of a CCG.
#[derive(Clone, Debug)]
pub struct Action {
    pub indicator: String,
    /// Practices named, of those with a gap; `None` where the CCG itself answers.
    pub practices: Option<(i64, i64)>,
    pub codes: Vec<String>,
    pub patients: Option<i64>,
    pub gain: Option<f64>,
    pub risen: i64,
    pub called: Option<String>,
    pub done_by: Vec<DoneBy>,
}

/// The smallest set of steps of a practice.
#[derive(Clone, Debug)]
pub struct Step {
    pub items: Vec<String>,
    pub level_then: Option<i64>,
    pub gain: Option<f64>,
    /// Practices that did it: code, and the quarter by which.
    pub done_by: Vec<(String, Option<Date>)>,
}

/// What is ahead, where the pipeline says how to find it.
#[derive(Clone, Debug, Default)]
pub struct Ahead {
    pub peers: BTreeMap<String, Vec<Peer>>,
    pub beside: BTreeMap<String, Beside>,
    pub actions: BTreeMap<String, Vec<Action>>,
    pub steps: BTreeMap<String, Step>,
}

const NEAREST: &str = "nearest";

fn codes(cell: Option<&String>) -> Vec<String> {
    cell.map_or_else(Vec::new, |c| c.split_whitespace().map(str::to_owned).collect())
}

impl Ahead {
    pub(super) fn read(release: &Disclosed<About>, day: Date) -> Ahead {
        let of_day = |name: &str| Frame::new(release.tables.get(name)).of_period(day);
        let mut out = Ahead::default();
        let peers = of_day("peers");
        out.read_peers(Frame::new(peers.as_ref()));
        let compared = of_day("peer_comparison");
        out.read_comparison(Frame::new(compared.as_ref()));
        let actions = of_day("ccg_actions");
        out.read_actions(Frame::new(actions.as_ref()));
        let (steps, exemplars) = (of_day("next_steps"), of_day("exemplars"));
        out.read_steps(Frame::new(steps.as_ref()), Frame::new(exemplars.as_ref()));
        out
    }

    fn read_peers(&mut self, t: Frame) {
        let (ccg, way, peer) = (t.text("ccg_code"), t.text("way"), t.text("peer_code"));
        let (distance, stability) = (t.float("distance"), t.float("stability"));
        for i in (0..t.rows()).filter(|i| way[*i].as_deref() == Some(NEAREST)) {
            if let (Some(ccg), Some(peer)) = (&ccg[i], &peer[i]) {
                let own = Peer { code: peer.clone(), distance: distance[i], stability: stability[i] };
                self.peers.entry(ccg.clone()).or_default().push(own);
            }
        }
    }

    fn read_comparison(&mut self, t: Frame) {
        let (ccg, way, measure) = (t.text("ccg_code"), t.text("way"), t.text("measure"));
        let (mean, mean_low, mean_high) = (t.float("mean"), t.float("mean_low"), t.float("mean_high"));
        let (low, high) = (t.float("low"), t.float("high"));
        let (called, peers) = (t.text("called"), t.int("peers"));
        let score =
            |i: &usize| way[*i].as_deref() == Some(NEAREST) && measure[*i].as_deref() == Some("score");
        for i in (0..t.rows()).filter(score) {
            let beside = || {
                Some(Beside {
                    peers: peers[i]?,
                    mean: mean[i]?,
                    mean_limits: (mean_low[i]?, mean_high[i]?),
                    expected: (low[i]?, high[i]?),
                    called: called[i].clone()?,
                })
            };
            if let (Some(ccg), Some(beside)) = (&ccg[i], beside()) {
                self.beside.insert(ccg.clone(), beside);
            }
        }
    }

    fn read_actions(&mut self, t: Frame) {
        let (ccg, indicator, called) = (t.text("ccg_code"), t.text("indicator_id"), t.text("called"));
        let (named, short, listed) = (t.int("practices"), t.int("practices_short"), t.text("practice_codes"));
        let (patients, gain, risen) = (t.int("patients"), t.float("gain"), t.int("practices_risen"));
        let done = ["exemplar_1", "exemplar_2"].map(|name| {
            let column = |what: &str| format!("{name}_{what}");
            (t.text(name), t.int(&column("units")), t.date(&column("by")))
        });
        for i in 0..t.rows() {
            let (Some(ccg), Some(indicator)) = (&ccg[i], &indicator[i]) else { continue };
            let one = |(code, units, by): &(Vec<Option<String>>, Vec<Option<i64>>, Vec<_>)| {
                Some(DoneBy { ccg: code[i].clone()?, units: units[i].unwrap_or(1), by: by[i] })
            };
            self.actions.entry(ccg.clone()).or_default().push(Action {
                indicator: indicator.clone(),
                practices: named[i].zip(short[i]),
                codes: codes(listed[i].as_ref()),
                patients: patients[i],
                gain: gain[i],
                risen: risen[i].unwrap_or(0),
                called: called[i].clone(),
                done_by: done.iter().filter_map(one).collect(),
            });
        }
    }

    fn read_steps(&mut self, t: Frame, exemplars: Frame) {
        let (code, set) = (t.text("practice_code"), t.text("smallest_set"));
        let (level, gain) = (t.int("level_then"), t.float("gain"));
        for i in 0..t.rows() {
            if let Some(code) = &code[i] {
                let items = codes(set[i].as_ref());
                let step = Step { items, level_then: level[i], gain: gain[i], done_by: Vec::new() };
                self.steps.insert(code.clone(), step);
            }
        }
        let (code, other, by) =
            (exemplars.text("practice_code"), exemplars.text("exemplar_code"), exemplars.date("moved_by"));
        for ((code, other), by) in code.into_iter().zip(other).zip(by) {
            if let (Some(step), Some(other)) = (code.and_then(|c| self.steps.get_mut(&c)), other) {
                step.done_by.push((other, by));
            }
        }
    }
}
