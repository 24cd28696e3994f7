//! Where a CCG stands, how sure that is, and how it moved.

use crate::report::ccg_page::past::{Past, Quarter};
use crate::report::frame::Frame;
use crate::report::league::Area;
use crate::report::scene::Scene;
use crate::report::words;

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
    let floors: Vec<(jiff::civil::Date, &str, f64)> =
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
    let of = |d: &jiff::civil::Date| past.of(&area.code).iter().find(|q| q.day == *d);
    if let (true, Some(before), Some(after)) = (same, of(then_day), of(day)) {
        text.push_str(&answers_moved(before, after));
    }
    text.push_str(&noise(scene, &area.code));
    text
}

/// What answers that came or went have to do with it: a floor rises and falls with them.
fn answers_moved(before: &Quarter, after: &Quarter) -> String {
    let (Some(was), Some(is)) = (before.coverage, after.coverage) else { return String::new() };
    if (was - is).abs() < ANSWERS_MATTER {
        return String::new();
    }
    let (came, way) = if is > was { ("came", "higher") } else { ("went missing", "lower") };
    let (was, is) = (words::percent(was), words::percent(is));
    let mut text = format!(
        " Answers {came} ({was} of what was asked before, {is} now), and the floor is {way} by that alone"
    );
    if let (Some(a), Some(b)) = (before.interval.estimate, after.interval.estimate) {
        text.push_str(&format!(
            ": the estimate, from what is answered, went from {} to {}",
            words::score(a),
            words::score(b)
        ));
    }
    text + "."
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
