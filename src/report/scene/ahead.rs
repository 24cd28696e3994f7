//! Peers, first actions and next steps of the quarter on show, by CCG and practice.

use super::Scene;
use crate::disclose::Disclosed;
use crate::report::about::About;
use crate::report::frame::Frame;
use crate::report::words;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A computed peer of a CCG.
#[derive(Clone, Debug)]
pub struct Peer {
    pub code: String,
    pub distance: Option<f64>,
    pub stability: Option<f64>,
}

/// The peers of a CCG by one way of choosing them, with its floor beside theirs where they are enough.
#[derive(Clone, Debug, Default)]
pub struct Peers {
    /// As in the tables: [`NEAREST`], `fixed`, or `own:` and the kind of group.
    pub way: String,
    pub peers: Vec<Peer>,
    pub beside: Option<Beside>,
}

/// A practice's floor beside the others of its own group.
#[derive(Clone, Debug)]
pub struct GroupStand {
    pub way: String,
    pub group: String,
    pub beside: Beside,
}

/// A floor beside those of peers.
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
    /// Of those named: without an answer, which counts as not met.
    pub unanswered: i64,
    /// Of those named: a trace shows what they did not answer, or answered no.
    pub to_confirm: i64,
    pub gain: Option<f64>,
    pub risen: i64,
    pub called: Option<String>,
    pub done_by: Vec<DoneBy>,
}

/// What a step is before it is a deed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// Nothing was returned.
    Answer,
    /// Nothing was returned, or no, and a trace shows it.
    Confirm,
}

/// How far a count has to go.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// `None` where they are few.
    pub now: Option<i64>,
    pub needed: i64,
    pub of: i64,
}

/// The smallest set of steps of a practice.
#[derive(Clone, Debug)]
pub struct Step {
    pub items: Vec<String>,
    /// Those of them that are answers first.
    pub answers: BTreeMap<String, First>,
    /// By item that is a count: how many there are, how many are needed, of how many.
    pub targets: BTreeMap<String, Target>,
    pub level_then: Option<i64>,
    pub gain: Option<f64>,
    /// Practices that did it: code, and the quarter by which.
    pub done_by: Vec<(String, Option<Date>)>,
}

impl Step {
    /// Whether any of it is more than an answer: an answer is no deed that somebody could have done before.
    pub fn has_deeds(&self) -> bool {
        self.items.iter().any(|id| !self.answers.contains_key(id))
    }
}

/// What is ahead, where the pipeline says how to find it.
#[derive(Clone, Debug, Default)]
pub struct Ahead {
    /// By CCG, the computed peers first.
    pub peers: BTreeMap<String, Vec<Peers>>,
    /// By practice, where own groups were sent in.
    pub groups: BTreeMap<String, Vec<GroupStand>>,
    pub actions: BTreeMap<String, Vec<Action>>,
    pub steps: BTreeMap<String, Step>,
}

/// The way in which peers are computed.
pub const NEAREST: &str = "nearest";

/// A way of choosing peers in words.
pub fn way_words(way: &str) -> String {
    match way.split_once(':') {
        Some((_, kind)) => format!("Own group: {}", words::clean(kind).0),
        None if way == NEAREST => "Computed: the most similar".to_owned(),
        None => format!("{} list, made by others", words::capital(&words::clean(way).0)),
    }
}

impl Scene<'_> {
    /// Whether peers are simply all the other areas of the quarter: where these are few, nobody is chosen.
    pub fn all_others(&self, peers: &Peers) -> bool {
        peers.peers.len() + 1 >= self.ccgs.len()
    }
}

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
        let groups = of_day("group_comparison");
        out.read_groups(Frame::new(groups.as_ref()));
        let actions = of_day("ccg_actions");
        out.read_actions(Frame::new(actions.as_ref()));
        let (steps, items, exemplars) = (of_day("next_steps"), of_day("step_items"), of_day("exemplars"));
        let [steps, items, exemplars] = [&steps, &items, &exemplars].map(|t| Frame::new(t.as_ref()));
        out.read_steps(steps, items, exemplars);
        out
    }

    fn read_peers(&mut self, t: Frame) {
        let (ccg, way, peer) = (t.text("ccg_code"), t.text("way"), t.text("peer_code"));
        let (distance, stability, place) = (t.float("distance"), t.float("stability"), t.int("place"));
        let mut nearest_first: Vec<usize> = (0..t.rows()).collect();
        nearest_first.sort_by_key(|i| place[*i]);
        for i in nearest_first {
            if let (Some(ccg), Some(way), Some(peer)) = (&ccg[i], &way[i], &peer[i]) {
                let own = Peer { code: peer.clone(), distance: distance[i], stability: stability[i] };
                self.of(ccg, way).peers.push(own);
            }
        }
        for ways in self.peers.values_mut() {
            ways.sort_by_key(|w| (w.way != NEAREST, w.way.contains(':'), w.way.clone()));
        }
    }

    /// The peers of a CCG by one way.
    fn of(&mut self, ccg: &str, way: &str) -> &mut Peers {
        let ways = self.peers.entry(ccg.to_owned()).or_default();
        let at = ways.iter().position(|w| w.way == way).unwrap_or_else(|| {
            ways.push(Peers { way: way.to_owned(), ..Peers::default() });
            ways.len() - 1
        });
        &mut ways[at]
    }

    /// The computed peers of a CCG.
    pub fn nearest(&self, ccg: &str) -> Option<&Peers> {
        self.peers.get(ccg)?.iter().find(|w| w.way == NEAREST)
    }

    fn read_comparison(&mut self, t: Frame) {
        let (ccg, way, measure) = (t.text("ccg_code"), t.text("way"), t.text("measure"));
        let stands = stands(t);
        for (i, beside) in
            stands.into_iter().enumerate().filter(|(i, _)| measure[*i].as_deref() == Some("score"))
        {
            if let (Some(ccg), Some(way), Some(beside)) = (&ccg[i], &way[i], beside) {
                self.of(ccg, way).beside = Some(beside);
            }
        }
    }

    fn read_groups(&mut self, t: Frame) {
        let (code, way, group) = (t.text("practice_code"), t.text("way"), t.text("group_name"));
        for (i, beside) in stands(t).into_iter().enumerate() {
            if let (Some(code), Some(way), Some(group), Some(beside)) = (&code[i], &way[i], &group[i], beside)
            {
                let stand = GroupStand { way: way.clone(), group: group.clone(), beside };
                self.groups.entry(code.clone()).or_default().push(stand);
            }
        }
    }

    fn read_actions(&mut self, t: Frame) {
        let (ccg, indicator, called) = (t.text("ccg_code"), t.text("indicator_id"), t.text("called"));
        let (named, short, listed) = (t.int("practices"), t.int("practices_short"), t.text("practice_codes"));
        let (patients, gain, risen) = (t.int("patients"), t.float("gain"), t.int("practices_risen"));
        let (unanswered, to_confirm) = (t.int("unanswered"), t.int("to_confirm"));
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
                unanswered: unanswered[i].unwrap_or(0),
                to_confirm: to_confirm[i].unwrap_or(0),
                gain: gain[i],
                risen: risen[i].unwrap_or(0),
                called: called[i].clone(),
                done_by: done.iter().filter_map(one).collect(),
            });
        }
    }

    fn read_steps(&mut self, t: Frame, items: Frame, exemplars: Frame) {
        let (code, set) = (t.text("practice_code"), t.text("smallest_set"));
        let (level, gain) = (t.int("level_then"), t.float("gain"));
        for i in 0..t.rows() {
            if let Some(code) = &code[i] {
                let items = codes(set[i].as_ref());
                let (answers, targets, done_by) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
                let step = Step { items, answers, targets, level_then: level[i], gain: gain[i], done_by };
                self.steps.insert(code.clone(), step);
            }
        }
        let (code, id, work) = (items.text("practice_code"), items.text("indicator_id"), items.text("work"));
        let (now, then, of) = (items.int("numerator"), items.int("numerator_then"), items.int("denominator"));
        for (i, ((code, id), work)) in code.into_iter().zip(id).zip(work).enumerate() {
            let (Some(step), Some(id)) = (code.and_then(|c| self.steps.get_mut(&c)), id) else { continue };
            if let Some((needed, of)) = then[i].zip(of[i]) {
                step.targets.insert(id.clone(), Target { now: now[i], needed, of });
            }
            match work.as_deref() {
                Some("answer") => _ = step.answers.insert(id, First::Answer),
                Some("confirm") => _ = step.answers.insert(id, First::Confirm),
                _ => {}
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

/// The floors beside others' of a table, row by row.
fn stands(t: Frame) -> Vec<Option<Beside>> {
    let (mean, mean_low, mean_high) = (t.float("mean"), t.float("mean_low"), t.float("mean_high"));
    let (low, high) = (t.float("low"), t.float("high"));
    let (called, peers) = (t.text("called"), t.int("peers"));
    let row = |i: usize| {
        Some(Beside {
            peers: peers[i]?,
            mean: mean[i]?,
            mean_limits: (mean_low[i]?, mean_high[i]?),
            expected: (low[i]?, high[i]?),
            called: called[i].clone()?,
        })
    };
    (0..t.rows()).map(row).collect()
}
