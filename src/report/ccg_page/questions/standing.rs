//! Where a CCG stands, how sure that is, and how it moved.

use crate::report::ccg_page::past::{Past, Quarter};
use crate::report::frame::Frame;
use crate::report::league::Area;
use crate::report::scene::Scene;
use crate::report::words;
use jiff::ToSpan;
use jiff::civil::Date;

/// A change of the share answered that is told.
const ANSWERS_MATTER: f64 = 0.01;

/// Floor, ceiling, interval, range of places, and who answered.
pub(super) fn place(scene: &Scene, area: &Area) -> String {
    let (one, _) = scene.area_words();
    let label = scene.period_label();
    let (Some(low), Some(high)) = (area.interval.low, area.interval.high) else {
        return if area.withheld {
            format!("The score of {label} is withheld (disclosure control).")
        } else if area.practices.is_some_and(|n| n > 0) {
            format!("Nothing can be told: no practice of this {one} has an answer in {label}.")
        } else {
            format!(
                "Nothing can be told: no practice is counted under this {one} in {label}, so there is no score, no level and no place."
            )
        };
    };
    let (least, most) = (words::score(low), words::score(high));
    let mut text = if least == most {
        format!(
            "In {label} {least} of 100 points, more being better: nothing that is missing would change that."
        )
    } else {
        format!(
            "In {label} at least {least} and at most {most} of 100 points, more being better: what is missing leaves that open."
        )
    };
    if let (Some(scored), Some(all)) = (area.practices_scored, area.practices) {
        text.push_str(&format!(
            " {} of {} gave answers",
            words::count(scored),
            words::of(all, "practice", "practices")
        ));
        match area.coverage {
            Some(c) => text.push_str(&format!(", {} of what was asked by weight.", words::percent(c))),
            None => text.push('.'),
        }
    }
    match area.spread {
        Some((from, to)) => text.push_str(&format!(
            " With everything that is uncertain drawn at once, 95 of 100 draws lie between {} and {}",
            words::score(from),
            words::score(to)
        )),
        None => text.push_str(&format!(" {}", scene.no_interval().unwrap_or_default())),
    }
    let of = scene.ccgs.iter().filter(|a| a.interval.low.is_some()).count();
    let stop = if area.spread.is_some() { "." } else { "" };
    match (area.rank_range.filter(|_| scene.ranked()), scene.no_rank()) {
        (Some((first, last)), _) => {
            let lead = if area.spread.is_some() { ", and the place" } else { " The place lies" };
            let many = scene.areas(of);
            text.push_str(&format!("{lead} between {first} and {last} of {many}."));
        }
        (None, Some(why)) => text.push_str(&format!("{stop} {why}")),
        (None, None) => text.push_str(stop),
    }
    text.trim_end().to_owned()
}

/// The floor in the quarter on show and in the one before it in which this CCG has one, beside England's.
pub(super) fn moved(scene: &Scene, past: &Past, area: &Area) -> String {
    let (one, _) = scene.area_words();
    let floors: Vec<(Date, &str, f64)> =
        past.of(&area.code).iter().filter_map(|q| Some((q.day, q.label.as_str(), q.interval.low?))).collect();
    let Some((day, label)) = &scene.period else { return "No quarter could be scored.".to_owned() };
    let Some(now) = area.interval.low else {
        return match floors.last() {
            Some((_, last, floor)) => format!(
                "There is no score of {label} to compare with; the last quarter in which this {one} has one is {last}, with a floor of {}.",
                words::score(*floor)
            ),
            None => format!("Nothing can be told: this {one} has a score in no quarter."),
        };
    };
    let Some((then_day, then_label, then)) = floors.iter().rev().find(|(d, _, _)| d < day) else {
        return format!("Nothing can be told yet: {label} is the first quarter with a score.");
    };
    let england = |d| scene.england.iter().find(|e| e.day == d);
    let (before, after) = (england(*then_day), england(*day));
    let same = scene.asked_the_same(*then_day, *day).unwrap_or(false);
    let mut text = format!("The floor {}", step((then_label, *then), (label, now), same));
    if let (Some(a), Some(b)) = (before.and_then(|e| e.interval.low), after.and_then(|e| e.interval.low)) {
        text.push_str(&format!("; England's {}", step((then_label, a), (label, b), same)));
    }
    text.push_str(if same {
        ". Both quarters asked the same."
    } else {
        ". The two did not ask the same, so this is no growth or loss."
    });
    let of = |d: &Date| past.of(&area.code).iter().find(|q| q.day == *d);
    if let (true, Some(before), Some(after)) = (same, of(then_day), of(day)) {
        text.push_str(&answers_moved(before, after));
    }
    text.push_str(&a_year_before(scene, past, area, (*then_day, *day)));
    text.push_str(&noise(scene, &area.code));
    text
}

/// What answers that came or went have to do with it. An answer that comes lifts the floor and never the ceiling, so the two
/// together say whether there is more to it.
fn answers_moved(before: &Quarter, after: &Quarter) -> String {
    let (Some(was), Some(is)) = (before.coverage, after.coverage) else { return String::new() };
    if (was - is).abs() < ANSWERS_MATTER {
        return String::new();
    }
    let came = if is > was { "came" } else { "went missing" };
    let answered = format!("({} of what was asked before, {} now)", words::percent(was), words::percent(is));
    let ceilings = before.interval.high.zip(after.interval.high);
    let (Some((then, now)), Some(floors)) = (ceilings, before.interval.low.zip(after.interval.low)) else {
        return format!(" Answers {came} {answered}.");
    };
    let (a, b) = (words::score(then), words::score(now));
    // as printed: a step that nobody sees goes neither way
    let way = |(x, y): (f64, f64)| if words::score(x) == words::score(y) { 0.0 } else { (y - x).signum() };
    let said = match (way(floors), way((then, now))) {
        (floor, ceiling) if floor * ceiling > 0.0 => {
            "both ends moved the same way, so it is not the answers alone"
        }
        _ => "that much can come of the answers alone, without anything being other than before",
    };
    format!(
        " Answers {came} {answered}; with every missing answer as met the score went from {a} to {b}: {said}."
    )
}

/// The same quarter of the year before, where it asked the same: a step of one quarter may hide a longer way.
fn a_year_before(scene: &Scene, past: &Past, area: &Area, (then, day): (Date, Date)) -> String {
    let Some(year) = past.of(&area.code).iter().find(|q| q.day == day.saturating_sub(1.year())) else {
        return String::new();
    };
    let (Some(floor), true) = (year.interval.low, year.day != then) else { return String::new() };
    if scene.asked_the_same(year.day, day) != Some(true) {
        return String::new();
    }
    let answered = match (year.coverage, area.coverage) {
        (Some(was), Some(is)) if (was - is).abs() >= ANSWERS_MATTER => {
            format!(", with {} of what was asked answered ({} now)", words::percent(was), words::percent(is))
        }
        _ => String::new(),
    };
    format!(" A year before, in {}, it was {}{answered}.", year.label, words::score(floor))
}

/// From one quarter to another, as it is printed; a way only where both asked the same.
fn step((then_label, then): (&str, f64), (label, now): (&str, f64), same: bool) -> String {
    let (a, b) = (words::score(then), words::score(now));
    if !same {
        return if a == b {
            format!("is {b} in {then_label} and in {label}")
        } else {
            format!("is {a} in {then_label} and {b} in {label}")
        };
    }
    if a == b {
        return format!("stayed at {b} from {then_label} to {label}");
    }
    let way = if now > then { "rose" } else { "fell" };
    format!("{way} from {a} in {then_label} to {b} in {label}")
}

/// What the process limits say of the quarter on show; nothing where there are too few quarters.
fn noise(scene: &Scene, code: &str) -> String {
    let table = scene
        .period
        .as_ref()
        .and_then(|p| Frame::new(scene.release.tables.get("control_charts")).of_period(p.0));
    let own = Frame::new(table.as_ref()).rows_with("unit_code", code);
    let t = Frame::new(own.as_ref());
    let limits =
        t.float("limit_low").first().copied().flatten().zip(t.float("limit_high").first().copied().flatten());
    let signal = t.text("signal").first().cloned().flatten();
    match (limits, signal) {
        (None, _) => " There are too few quarters to tell a change from noise.".to_owned(),
        (Some((low, high)), None) => {
            format!(" It lies within its usual noise, {} to {}.", words::score(low), words::score(high))
        }
        (Some((low, high)), Some(signal)) => format!(
            " That is more than its usual noise, {} to {}: {}.",
            words::score(low),
            words::score(high),
            words::clean(&signal.replace('_', " ")).0
        ),
    }
}
