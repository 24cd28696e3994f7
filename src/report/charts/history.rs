//! Areas over time: tenths of all quarter by quarter with one line over them, and a score between its process limits.

use super::{chart, room_words};
use crate::report::chart::{Chart, DecileQuarter, Deciles, Plot, Process, ProcessPoint, Signal};
use crate::report::frame::Frame;
use crate::report::scene::Scene;
use crate::report::words;
use crate::stats::control_chart::FEWEST_PERIODS;
use crate::stats::quantile;
use std::collections::BTreeMap;

/// Fewest areas for tenths.
const FEWEST: usize = 10;

/// What the charts of every area share, read once.
pub struct History {
    quarters: Vec<DecileQuarter>,
    /// Floors by quarter and area.
    floors: Vec<BTreeMap<String, f64>>,
    /// Points of `control_charts` by kind and code, in the order of time.
    processes: BTreeMap<(String, String), Vec<ProcessPoint>>,
}

impl History {
    pub fn read(scene: &Scene) -> History {
        let table = Frame::new(scene.release.tables.get("ccg_scores"));
        let (days, codes, scores) = (table.date("period"), table.text("ccg_code"), table.float("score"));
        let mut floors = vec![BTreeMap::new(); scene.periods.len()];
        for ((day, code), score) in days.into_iter().zip(codes).zip(scores) {
            let at = scene.periods.iter().position(|p| Some(p.0) == day);
            if let (Some(at), Some(code), Some(score)) = (at, code, score) {
                floors[at].insert(code, score);
            }
        }
        let england = |day| scene.england.iter().find(|e| e.day == day);
        let quarters = scene.periods.iter().enumerate().map(|(i, (day, label))| {
            let mut sorted: Vec<f64> = floors[i].values().copied().collect();
            sorted.sort_by(f64::total_cmp);
            let before = i.checked_sub(1).and_then(|i| england(scene.periods[i].0));
            DecileQuarter {
                day: *day,
                label: label.clone(),
                tenths: tenths(&sorted),
                areas: sorted.len(),
                value: england(*day).and_then(|e| e.interval.low),
                joined: before.zip(england(*day)).is_some_and(|(a, b)| b.comparable(a)),
            }
        });
        History { quarters: quarters.collect(), processes: processes(scene), floors }
    }

    /// Tenths of all areas with England's mean; `None` for fewer than two quarters or ten areas.
    pub fn england(&self, scene: &Scene) -> Option<Chart> {
        let quarters = self.quarters.clone();
        let last = in_front(scene, &quarters, |q| q.tenths.is_some())?;
        let [low, .., high] = last.tenths?;
        let (one, many) = scene.area_words();
        let title = format!(
            "{}: eight in ten {many} lie between {} and {}",
            last.label,
            words::score(low),
            words::score(high)
        );
        let mut chart = self.deciles(scene, "ccg-deciles", "England's mean", quarters)?;
        chart.title = title;
        chart.description =
            format!("{} England's mean weighs each {one} by its registered patients.", chart.description);
        Some(chart)
    }

    /// One area's line over the tenths of all.
    pub fn area(&self, scene: &Scene, code: &str, name: &str) -> Option<Chart> {
        let own = |(q, floors): (&DecileQuarter, &BTreeMap<String, f64>)| DecileQuarter {
            value: floors.get(code).copied(),
            ..q.clone()
        };
        let quarters: Vec<_> = self.quarters.iter().zip(&self.floors).map(own).collect();
        let last = in_front(scene, &quarters, |q| q.tenths.is_some() && q.value.is_some())?;
        let (value, tenths) = (last.value?, last.tenths?);
        let title = format!("{name}: {} {}", last.label, among(value, &tenths));
        let mut chart = self.deciles(scene, &format!("ccg-{code}-deciles"), name, quarters)?;
        chart.title = title;
        chart.own_page = true;
        Some(chart)
    }

    fn deciles(&self, scene: &Scene, id: &str, name: &str, quarters: Vec<DecileQuarter>) -> Option<Chart> {
        if quarters.iter().filter(|q| q.tenths.is_some()).count() < 2 {
            return None;
        }
        let (first, last) = (quarters.first()?, quarters.last()?);
        let many = scene.area_words().1;
        let subtitle = format!(
            "Floor of the maturity score, tenths of all {many} by quarter, points out of 100, {} to {}",
            first.label, last.label
        );
        let mut description = format!(
            "Lines mark the 10th to 90th percentile of all {many} in each quarter, each area once, with the median thick; a \
             thick line with rings is {name}. More points are more maturity."
        );
        if quarters.iter().skip(1).any(|q| !q.joined) {
            description.push_str(
                " The lines break where other indicators were collected: what lies on either side is not to be compared.",
            );
        }
        description.push_str(&room_words(quarters.iter().map(|q| q.day)));
        let footer = format!("{} to {}", first.label, last.label);
        let plot = Plot::Deciles(Deciles { quarters, name: name.to_owned() });
        let mut chart = chart(scene, id, String::new(), subtitle, description, plot);
        chart.footer = scene.footer(&footer, &scene.sources());
        chart.table = "ccg_scores".to_owned();
        Some(chart)
    }

    /// The score of an area (code and name), or of England, between its process limits; `None` where no stretch has limits.
    pub fn process(&self, scene: &Scene, area: Option<(&str, &str)>) -> Option<Chart> {
        let mut england = self.processes.iter().filter(|(unit, _)| unit.0 == "england");
        let points = match area {
            Some((code, _)) => self.processes.get(&("ccg".to_owned(), code.to_owned()))?.clone(),
            None => england.next()?.1.clone(),
        };
        let name = area.map_or("England", |a| a.1);
        let with_limits = points.iter().filter(|p| p.limits.is_some()).count();
        let (first, last) = (points.first()?, points.last()?);
        if with_limits == 0 {
            return None;
        }
        let signals = points.iter().filter(|p| p.signal.is_some()).count();
        let judged = words::of(words::size(with_limits), "quarter", "quarters");
        let title = match signals {
            0 => format!("{name}: no signal in the {judged} that can be judged"),
            n => format!("{name}: {n} of the {judged} that can be judged differ from the usual noise"),
        };
        let run = points.iter().rev().skip_while(|p| p.limits.is_none());
        let newest = 1 + run.clone().take_while(|p| p.joined).count();
        let subtitle = format!(
            "Floor of the maturity score by quarter with process limits (XmR), points out of 100, {} to {}",
            first.label, last.label
        );
        let told: Vec<String> =
            points.iter().filter_map(|p| Some(format!("{}: {}", p.label, p.signal.as_ref()?.rule))).collect();
        let mut description = format!(
            "Each point is a quarter's floor. Limits are the mean plus and minus 2.66 mean moving ranges, moving ranges above \
             3.267 of their mean left out; each stretch of like quarters has its own. Signals, in this order: beyond a limit, \
             seven that each rise or fall, two of three near a limit, seven on one side. {}. A signal says that \
             something changed, not that it is good.",
            if told.is_empty() { "There is none".to_owned() } else { told.join("; ") }
        );
        description.push_str(&room_words(points.iter().map(|p| p.day)));
        if newest < FEWEST_PERIODS {
            description.push_str(&trial(newest));
        }
        let footer = format!("{} to {}", first.label, last.label);
        let id = area.map_or("england-process".to_owned(), |(code, _)| format!("ccg-{code}-process"));
        let plot = Plot::Process(Process { points, name: name.to_owned() });
        let mut chart = chart(scene, &id, title, subtitle, description, plot);
        chart.footer = scene.footer(&footer, &scene.sources());
        if newest < FEWEST_PERIODS {
            chart.footer.push(trial(newest).trim_start().to_owned());
        }
        chart.own_page = area.is_some();
        chart.table = "control_charts".to_owned();
        Some(chart)
    }
}

/// The quarter on show, which later ones with few answers do not displace; else the last that can be told of.
fn in_front<'q>(
    scene: &Scene,
    quarters: &'q [DecileQuarter],
    told: impl Fn(&DecileQuarter) -> bool,
) -> Option<&'q DecileQuarter> {
    let on_show = quarters.iter().find(|q| q.label == scene.period_label() && told(q));
    on_show.or_else(|| quarters.iter().rev().find(|q| told(q)))
}

/// What is said under limits of few quarters.
fn trial(periods: usize) -> String {
    format!(" Trial limits: they rest on {periods} quarters, and {FEWEST_PERIODS} or more make them firm.")
}

fn tenths(sorted: &[f64]) -> Option<[f64; 9]> {
    if sorted.len() < FEWEST {
        return None;
    }
    let mut out = [0.0; 9];
    for (tenth, k) in out.iter_mut().zip(1_u8..) {
        *tenth = quantile(sorted, f64::from(k) / 10.0)?;
    }
    Some(out)
}

/// Between which tenths a figure lies, in words.
fn among(value: f64, tenths: &[f64; 9]) -> String {
    match tenths.iter().filter(|t| value >= **t).count() {
        0 => format!("below the 10th percentile of all ({})", words::score(tenths[0])),
        9 => format!("at or above the 90th percentile of all ({})", words::score(tenths[8])),
        k => format!("between the {}0th and {}0th percentile of all", k, k + 1),
    }
}

fn processes(scene: &Scene) -> BTreeMap<(String, String), Vec<ProcessPoint>> {
    let table = Frame::new(scene.release.tables.get("control_charts"));
    let (kinds, codes, labels) =
        (table.text("unit_type"), table.text("unit_code"), table.text("period_label"));
    let days = table.date("period");
    let (stretches, values) = (table.int("stretch"), table.float("value"));
    let limits = ["mean", "limit_low", "limit_high"].map(|name| table.float(name));
    let (directions, signals) = (table.text("direction"), table.text("signal"));
    let mut out: BTreeMap<(String, String), Vec<ProcessPoint>> = BTreeMap::new();
    let mut last = None;
    for i in 0..table.rows() {
        let (Some(day), Some(kind), Some(code), Some(value)) = (days[i], &kinds[i], &codes[i], values[i])
        else {
            continue;
        };
        let at = (kind.clone(), code.clone(), stretches[i]);
        let rule = signals[i].clone();
        let signal = rule.map(|rule| Signal { up: directions[i].as_deref() == Some("up"), rule });
        let point = ProcessPoint {
            day,
            label: labels[i].clone().unwrap_or_default(),
            value,
            limits: limits[0][i].zip(limits[1][i]).zip(limits[2][i]).map(|((m, l), h)| [m, l, h]),
            signal,
            joined: last.as_ref() == Some(&at),
        };
        out.entry((kind.clone(), code.clone())).or_default().push(point);
        last = Some(at);
    }
    out
}
