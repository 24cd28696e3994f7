//! The self-audit: what critics of composite indicators ask, answered from the tables of this very release.
//!
//! The questions follow the problems that Barclay, Dixon-Woods and Lyratzopoulos found in published composites (BMJ Qual.
//! Saf. 28 (2019) 338), in this project's words. An answer is computed and names its file; where the figures are not in
//! the release the answer is "no".

use super::frame::Frame;
use super::grid::{Cell, Grid};
use super::scene::Scene;
use super::words;
use crate::define::framework::Measure;
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub struct AuditPage {
    pub period: String,
    pub synthetic: bool,
    pub sentence: String,
    pub answers: Grid,
}

/// Whether the release answers, how, and where that stands.
struct Answer {
    holds: bool,
    text: String,
    file: &'static str,
}

pub fn page(scene: &Scene) -> AuditPage {
    let mut grid = Grid::new(
        "audit",
        "Eight questions to a composite indicator",
        &["Question", "Answered", "By what", "Where"],
    );
    let answers = [
        ("Is it said what is measured, and why these items?", items(scene)),
        ("Are missing answers shown and bounded, and does silence never pay?", absence(scene)),
        ("Are measures brought to one scale by fixed ends, so that periods compare?", scale(scene)),
        (
            "Has every weight a reason and somebody who answers for it, and is weight told from importance?",
            weights(scene),
        ),
        (
            "Are thresholds kept apart from the score, so that a cliff decides nothing but a label?",
            thresholds(scene),
        ),
        ("Can a good item hide one that is not met?", hiding(scene)),
        ("Is it said how sure scores and ranks are, and is noise left unranked?", sure(scene)),
        ("Is it said what other choices would have given, for each unit?", choices(scene)),
    ];
    let holds = answers.iter().filter(|(_, a)| a.holds).count();
    let all = answers.len();
    for (question, a) in answers {
        // a table that did not come with the release has no file to lead to
        let name = a.file.trim_start_matches("tables/").trim_end_matches(".csv");
        let there = scene.release.tables.contains_key(name);
        grid.rows.push(vec![
            Cell::words(question),
            Cell::words(if a.holds { "Yes" } else { "No" }),
            Cell::words(a.text),
            Cell::words(a.file).link(there.then(|| format!("../{}", a.file))),
        ]);
    }
    AuditPage {
        period: scene.period_words(),
        synthetic: scene.about.synthetic(),
        sentence: format!("{holds} of {all} questions have an answer that this release computed."),
        answers: grid,
    }
}

fn table<'a>(scene: &'a Scene, name: &str) -> Frame<'a> {
    Frame::new(scene.release.tables.get(name))
}

fn items(scene: &Scene) -> Answer {
    let indicators = &scene.about.framework.indicators;
    let collected = scene.england_now().map_or(0.0, |e| e.asked);
    Answer {
        holds: !indicators.is_empty()
            && indicators.iter().all(|i| !i.wording.is_empty() && !i.reason.trim().is_empty()),
        text: format!(
            "{} with wording and reason; {} of the framework, by weight, was collected in the quarter",
            words::of(indicators.len() as i64, "indicator", "indicators"),
            words::percent(collected)
        ),
        file: "tables/indicator_values.csv",
    }
}

fn absence(scene: &Scene) -> Answer {
    let scored: Vec<_> = scene.practices.iter().filter(|p| p.interval.low.is_some()).collect();
    let open = scored.iter().filter(|p| p.interval.high > p.interval.low).count();
    // the areas stand in the order of their table
    let floors: Vec<f64> = scene.ccgs.iter().filter_map(|a| a.interval.low).collect();
    let by_floor = floors.windows(2).all(|pair| pair[0] >= pair[1]);
    let bounded = !scored.is_empty() && scored.iter().all(|p| p.interval.high >= p.interval.low);
    Answer {
        holds: bounded && by_floor,
        text: format!(
            "floor and ceiling for {} practices, those without an answer too, {} of them apart; {}",
            words::count(scored.len() as i64),
            words::count(open as i64),
            if by_floor {
                "places go by the floor, in which only an answer counts"
            } else {
                "places do not go by the floor"
            }
        ),
        file: "tables/practice_scores.csv",
    }
}

fn scale(scene: &Scene) -> Answer {
    let values = table(scene, "indicator_values");
    let points: Vec<f64> = values.float("points").into_iter().flatten().collect();
    let inside = points.iter().all(|p| (0.0..=100.0).contains(p));
    let rules = scene.about.rules.as_ref().map_or(&[][..], |r| &r.framework.indicators);
    let by_data =
        rules.iter().filter(|x| x.goalposts.is_none() && x.measure.as_ref().is_some_and(Measure::is_count));
    let by_data = by_data.count();
    Answer {
        holds: !points.is_empty() && inside && by_data == 0,
        text: format!(
            "{} points between 0 and 100 by goalposts and keys of the framework file; indicators scaled by the data: {by_data}",
            words::count(points.len() as i64)
        ),
        file: "tables/indicator_values.csv",
    }
}

fn weights(scene: &Scene) -> Answer {
    let owned = scene
        .about
        .framework
        .indicators
        .iter()
        .all(|i| !i.reason.trim().is_empty() && !i.owner.trim().is_empty());
    let importance = table(scene, "importance");
    let gap = importance
        .float("weight_share")
        .into_iter()
        .zip(importance.float("importance_share"))
        .filter_map(|(w, i)| Some((w? - i?).abs()))
        .fold(None, |most: Option<f64>, gap| Some(most.map_or(gap, |m| m.max(gap))));
    Answer {
        holds: owned && gap.is_some(),
        text: match gap {
            Some(gap) => format!(
                "reason and owner beside each; weight and importance differ by up to {}",
                words::percent(gap)
            ),
            None => "importance was not computed".to_owned(),
        },
        file: "tables/importance.csv",
    }
}

fn thresholds(scene: &Scene) -> Answer {
    let levels: Vec<i64> = scene.practices.iter().filter_map(|p| p.level).collect();
    // as the pages say it: a level that wants some of its items is one step away though several are unmet
    let short = scene.practices.iter().filter(|p| scene.before_next(p).len() == 1).count();
    Answer {
        holds: !levels.is_empty(),
        text: if levels.is_empty() {
            "the framework has no levels that this quarter can tell".to_owned()
        } else {
            format!(
                "levels stand beside the score and never in it; {} practices are one step short of their next level and say which",
                words::count(words::size(short))
            )
        },
        file: "tables/practice_scores.csv",
    }
}

fn hiding(scene: &Scene) -> Answer {
    let mut scores: Vec<f64> = scene.practices.iter().filter_map(|p| p.interval.low).collect();
    scores.sort_by(f64::total_cmp);
    let median = scores.get(scores.len() / 2).copied();
    let levels = scene.practices.iter().any(|p| p.level.is_some());
    let hidden = scene.practices.iter().filter(|p| p.level == Some(0) && p.interval.low > median).count();
    Answer {
        holds: levels && median.is_some(),
        text: format!(
            "yes in the score, no in the level: {} practices above the middle of the scores lack an item of the first level and stand at level 0",
            words::count(hidden as i64)
        ),
        file: "tables/practice_scores.csv",
    }
}

fn sure(scene: &Scene) -> Answer {
    let known = table(scene, "uncertainty");
    let rho: Vec<f64> = known.float("rankability").into_iter().flatten().collect();
    let bare = scene.ccgs.iter().any(|a| a.rank_range.is_some()) && known.rows() == 0;
    let least = rho.iter().copied().fold(f64::INFINITY, f64::min);
    Answer {
        holds: !rho.is_empty() && !bare,
        text: if rho.is_empty() {
            "nothing was simulated".to_owned()
        } else {
            format!(
                "intervals from {} replicates; in each table at least {} of the differences is more than noise",
                words::count(known.int("replicates").into_iter().flatten().max().unwrap_or_default()),
                words::percent(least)
            )
        },
        file: "tables/uncertainty.csv",
    }
}

fn choices(scene: &Scene) -> Answer {
    let others = table(scene, "alternatives");
    let names: std::collections::BTreeSet<String> =
        others.text("alternative").into_iter().flatten().collect();
    Answer {
        holds: names.len() > 1 && table(scene, "sensitivity").rows() > 0,
        text: match names.len() {
            0 => "no other choice was computed".to_owned(),
            n => format!(
                "score and rank of every unit under {} choices, one at a time",
                words::count(n as i64)
            ),
        },
        file: "tables/alternatives.csv",
    }
}
