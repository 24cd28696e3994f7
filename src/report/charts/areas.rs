//! Charts of areas: scores with what is sure about them, shares of levels, and have, use and benefit side by side.
//!
//! Ranked areas stand in the order of their floors; tiered ones by tier and in it by code; others by code alone.

use super::{chart, england_floor};
use crate::report::chart::{Caterpillar, Chart, Dots, Group, Levels, Plot, Standing, Unit};
use crate::report::frame::Frame;
use crate::report::league::{self, Area};
use crate::report::scene::Scene;
use crate::report::words;
use std::collections::BTreeMap;

/// The areas with a score in the order of the charts.
pub fn ordered<'a>(scene: &'a Scene) -> Vec<&'a Area> {
    let mut scored: Vec<Area> = scene.ccgs.iter().filter(|a| a.interval.low.is_some()).cloned().collect();
    if scene.ranked() {
        league::by_floor(&mut scored);
    }
    let mut order: Vec<&Area> =
        scored.iter().filter_map(|a| scene.ccgs.iter().find(|b| b.code == a.code)).collect();
    order.sort_by_key(|a| tier(a));
    order
}

fn tier(area: &Area) -> usize {
    area.tier.as_deref().and_then(|t| t.parse().ok()).unwrap_or(usize::MAX)
}

/// The areas in tiers, each with what `figures` takes of it; without tiers, all in one group.
fn groups<T>(scene: &Scene, figures: impl Fn(&Area) -> Option<T>) -> Vec<Group<T>> {
    let mut out: Vec<Group<T>> = Vec::new();
    let mut last = None;
    for area in ordered(scene) {
        let Some(row) = figures(area) else { continue };
        if out.is_empty() || last != Some(&area.tier) {
            out.push(Group { label: area.tier.clone(), rows: Vec::new() });
        }
        last = Some(&area.tier);
        if let Some(group) = out.last_mut() {
            group.rows.push((area.name.clone(), row));
        }
    }
    let tiered = scene.tiered();
    for group in &mut out {
        let areas = scene.areas(group.rows.len());
        let of = group.label.take();
        group.label = tiered.then(|| match of {
            Some(tier) if group.rows.len() > 1 => {
                format!("Tier {tier}: {areas} whose floors are close together")
            }
            Some(tier) => format!("Tier {tier}: {areas}"),
            None => format!("Without a tier: {areas}"),
        });
    }
    out
}

pub fn standing(area: &Area) -> Standing {
    Standing { bounds: area.interval, spread: area.spread, rank_range: area.rank_range }
}

/// In which order the rows stand, as the end of a subtitle.
fn order_words(scene: &Scene) -> &'static str {
    match (scene.ranked(), scene.tiered()) {
        (true, _) => "in order of the floor",
        (false, true) => "by tier, inside a tier in the order of their codes",
        (false, false) => "in the order of their codes",
    }
}

pub fn caterpillar(scene: &Scene) -> Option<Chart> {
    let scored = ordered(scene);
    let floor = |a: &&&Area| a.interval.low.unwrap_or_default();
    let last = scored.iter().min_by(|a, b| floor(a).total_cmp(&floor(b)))?;
    let first = scored.iter().rev().max_by(|a, b| floor(a).total_cmp(&floor(b)))?;
    let (low, high) = (floor(&last), floor(&first));
    let groups = groups(scene, |a| Some(standing(a)));
    let (one, many) = scene.area_words();
    let mut parts = vec![format!(
        "One line for each of {}: the score is the floor (missing answers count as not met), an open bar runs from it to \
         the ceiling (as met), a diamond marks the estimate. The highest floor is {} ({}), the lowest {} ({}).",
        scene.areas(scored.len()),
        words::score(high),
        first.name,
        words::score(low),
        last.name,
    )];
    let spreads: Vec<f64> = scored.iter().filter_map(|a| a.spread.map(|(from, to)| to - from)).collect();
    let widest = spreads.iter().copied().fold(0.0, f64::max);
    parts.push(scene.no_interval().unwrap_or_else(|| {
        format!(
            "A line with ends is the 95% interval of the joint simulation; the widest spans {} points. {} whose intervals \
             overlap are not told apart by their scores.",
            words::score(widest),
            words::capital(many)
        )
    }));
    parts.push(scene.no_rank().unwrap_or_else(|| {
        "The range of ranks stands at the end of each line: 95 of 100 draws give a place inside it."
            .to_owned()
    }));
    if scene.tiered() {
        parts.push(format!("Bands divide {}.{}", tiers(groups.len()), of_tiers(scene)));
    }
    let without = scene.ccgs.len() - scored.len();
    if without > 0 {
        let verb = if without == 1 { "is" } else { "are" };
        parts.push(format!("{without} without a score {verb} not drawn."));
    }
    let spans = scored.iter().filter_map(|a| Some(a.interval.high? - a.interval.low?)).fold(0.0, f64::max);
    let sure = if spreads.is_empty() {
        format!("missing answers leave up to {} points open", words::score(spans))
    } else {
        format!("intervals are up to {} points wide", words::score(widest))
    };
    let title = format!("Scores of {many} run from {} to {}; {sure}", words::score(low), words::score(high));
    let subtitle = format!(
        "Maturity score by {one}, points out of 100, {}, {}",
        scene.period_label(),
        order_words(scene)
    );
    let plot = Plot::Caterpillar(Caterpillar { groups, england: england_floor(scene) });
    Some(of_areas(chart(scene, "ccg-scores", title, subtitle, parts.join(" "), plot)))
}

/// What the bands of tiers mean, after a blank; empty where there are none.
fn of_tiers(scene: &Scene) -> String {
    if scene.tiered() { format!(" {}", scene.tier_words()) } else { String::new() }
}

fn tiers(n: usize) -> String {
    words::of(words::size(n), "tier", "tiers")
}

/// The numbers stand in the league table.
fn of_areas(mut chart: Chart) -> Chart {
    chart.table = "league_table".to_owned();
    chart
}

/// Shares of patients by level; `None` where the quarter tells no level.
pub fn levels(scene: &Scene) -> Option<Chart> {
    let groups = groups(scene, |a| (!a.levels.is_empty()).then(|| a.levels.clone()));
    let highest = groups.iter().flat_map(|g| &g.rows).map(|r| r.1.len() - 1).max()?;
    let england = england_levels(scene, highest);
    let (one, many) = scene.area_words();
    let below = |shares: &Vec<f64>| shares.first().copied().unwrap_or_default();
    let all = || groups.iter().flat_map(|g| &g.rows);
    let most = all().max_by(|a, b| below(&a.1).total_cmp(&below(&b.1)))?;
    let description = format!(
        "A stacked bar for each {one} shows the share of its registered patients whose practice stands at each level, 0 to \
         {highest} from left to right, missing answers as not met. The largest share at level 0 is {} ({}).{} A share is \
         written where it fits; all stand in the table.{}",
        words::percent(below(&most.1)),
        most.0,
        england.first().map_or_else(String::new, |s| format!(" In England it is {}.", words::percent(*s))),
        of_tiers(scene),
    );
    let title = match england.first() {
        Some(share) => format!(
            "{} of patients in England are with a practice at level 0; by {one} up to {}",
            words::percent(*share),
            words::percent(below(&most.1))
        ),
        None => format!(
            "Up to {} of the patients of {many} are with a practice at level 0",
            words::percent(below(&most.1))
        ),
    };
    let subtitle = format!(
        "Per cent of registered patients by level of their practice, {}, {many} {}",
        scene.period_label(),
        order_words(scene)
    );
    let plot = Plot::Levels(Levels { groups, england });
    Some(of_areas(chart(scene, "ccg-levels", title, subtitle, description, plot)))
}

fn england_levels(scene: &Scene, highest: usize) -> Vec<f64> {
    let Some((day, _)) = &scene.period else { return Vec::new() };
    let areas = Frame::new(scene.release.tables.get("area_scores")).of_period(*day);
    let england = Frame::new(areas.as_ref()).rows_with("unit_type", "england");
    let england = Frame::new(england.as_ref());
    let share = |k: usize| england.float(&format!("share_level_{k}")).first().copied().flatten();
    (0..=highest).map_while(share).collect()
}

/// Sub-scores of what is in place, used and brought; `None` where fewer than two were scored.
pub fn kinds(scene: &Scene) -> Option<Chart> {
    let day = scene.period.as_ref()?.0;
    let scores = Frame::new(scene.release.tables.get("ccg_scores")).of_period(day);
    let scores = Frame::new(scores.as_ref());
    let columns = ["have", "use", "benefit"].map(|kind| (kind, scores.float(kind)));
    let told: Vec<_> = columns.into_iter().filter(|(_, c)| c.iter().any(Option::is_some)).collect();
    if told.len() < 2 {
        return None;
    }
    let codes = scores.text("ccg_code");
    let row_of: BTreeMap<&str, usize> =
        codes.iter().enumerate().filter_map(|(i, c)| Some((c.as_deref()?, i))).collect();
    let groups = groups(scene, |a| {
        let i = *row_of.get(a.code.as_str())?;
        Some(told.iter().map(|(_, column)| column[i]).collect::<Vec<_>>())
    });
    let (one, many) = scene.area_words();
    // of the figures as the table prints them, so that a reader who subtracts finds the same
    let gap = |r: &[Option<f64>]| Some(words::printed(r[0]?) - words::printed(r[1]?));
    let gaps = groups.iter().flat_map(|g| &g.rows).filter_map(|r| Some((&r.0, gap(&r.1)?)));
    let (widest, gap) = gaps.max_by(|a, b| a.1.total_cmp(&b.1))?;
    let [first, second] = [told[0].0, told[1].0];
    let meaning = |kind: &str| match kind {
        "have" => "have: the IT that is in place",
        "use" => "use: how much it is used",
        _ => "benefit: what it brings",
    };
    let description = format!(
        "One line for each of {} joins its sub-scores: {}. Each is a floor, missing answers count as not met. The widest \
         gap from {first} to {second} is {} points ({widest}).{}",
        scene.areas(groups.iter().map(|g| g.rows.len()).sum()),
        told.iter().map(|(kind, _)| meaning(kind)).collect::<Vec<_>>().join("; "),
        words::score(gap),
        of_tiers(scene),
    );
    let title = format!("From {first} to {second} {many} lose up to {} points", words::score(gap));
    let subtitle =
        format!("Sub-scores by {one}, points out of 100, {}, {}", scene.period_label(), order_words(scene));
    let marks = told.iter().map(|(kind, _)| meaning(kind).to_owned()).collect();
    let plot = Plot::Dots(Dots { groups, marks, unit: Unit::Points });
    let mut chart = chart(scene, "ccg-have-use", title, subtitle, description, plot);
    chart.table = "ccg_scores".to_owned();
    Some(chart)
}
