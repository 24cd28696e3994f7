//! Whom to ring, and what to do first.

use crate::report::ccg_page::ahead::name;
use crate::report::league::Area;
use crate::report::scene::{Action, DoneBy, Peers, Scene};
use crate::report::words;

/// Peers named for having done it, and peers named for a higher floor.
const NAMED: usize = 2;

pub(super) fn ring(scene: &Scene, area: &Area) -> String {
    let (one, many) = scene.area_words();
    let Some(nearest) = scene.ahead.nearest(&area.code) else {
        let others = scene.ahead.peers.get(&area.code).and_then(|w| w.first());
        return match others {
            Some(w) => {
                let names: Vec<String> = w.peers.iter().take(NAMED).map(|p| name(scene, &p.code)).collect();
                format!("No peers were computed; by another choice of peers: {}.", names.join(", "))
            }
            None if scene.ahead.peers.is_empty() => {
                "Nobody is named: this release looks for no peers.".to_owned()
            }
            None => {
                format!("Nobody is named: nothing is known by which {many} like this {one} could be found.")
            }
        };
    };
    let actions = scene.ahead.actions.get(&area.code).map_or(&[][..], Vec::as_slice);
    let done: Vec<Done> = actions
        .iter()
        .enumerate()
        .filter_map(|(place, action)| Some(Done { place, action, by: action.done_by.first()? }))
        .take(NAMED)
        .collect();
    let floor = |code: &str| scene.ccgs.iter().find(|a| a.code == code).and_then(|a| a.interval.low);
    let higher: Vec<(String, f64)> = nearest
        .peers
        .iter()
        .filter_map(|p| Some((name(scene, &p.code), floor(&p.code)?)))
        .filter(|(_, f)| area.interval.low.is_some_and(|own| *f > own))
        .collect();
    let listed: Vec<String> =
        higher.iter().take(NAMED).map(|(n, f)| format!("{n} ({})", words::score(*f))).collect();
    let all = words::count(words::size(nearest.peers.len()));
    let others = match nearest.peers.len() {
        1 if scene.all_others(nearest) => format!("the only other {one}"),
        _ if scene.all_others(nearest) => format!("the {all} other {many} (so few that all are its peers)"),
        _ => format!("the {all} {many} most like this one"),
    };
    let mut text = ring_about(scene, actions, &done);
    if done.first().is_none_or(|d| d.place > 0)
        && let Some(a) = actions.first()
    {
        text.push_str(&furthest(scene, area, nearest, a));
    }
    text.push_str(&match (listed.is_empty(), nearest.peers.first()) {
        (false, _) => format!(
            " Among {others}, {} {}.",
            match higher.len() {
                1 => "1 has a higher floor:".to_owned(),
                n if n == listed.len() => format!("{n} have a higher floor:"),
                n => format!("{n} have a higher floor; the nearest of them are"),
            },
            listed.join(" and ")
        ),
        (true, Some(first)) => format!(
            " None of {others} has a higher floor; the nearest is {}{}.",
            name(scene, &first.code),
            floor(&first.code).map_or_else(String::new, |f| format!(" ({})", words::score(f)))
        ),
        (true, None) => String::new(),
    });
    text
}

/// A peer that took one of the first actions and kept it.
struct Done<'s> {
    /// Of the action among all, from 0.
    place: usize,
    action: &'s Action,
    by: &'s DoneBy,
}

/// Places of the actions after the first.
const PLACES: [&str; 4] = ["second", "third", "fourth", "fifth"];

/// Whom to ring about what, each CCG once; and where nobody is known for the first action, that first.
fn ring_about(scene: &Scene, actions: &[Action], done: &[Done]) -> String {
    let quoted = |a: &Action| format!("\u{201c}{}\u{201d}", scene.wording(&a.indicator));
    let Some(nearest) = done.first() else {
        return match actions.len() {
            0 | 1 => "No peer is known to have done what is to be done first and kept it.".to_owned(),
            _ => {
                "No peer is known to have done the first action, nor any other below, and kept it.".to_owned()
            }
        };
    };
    let mut text = if nearest.place == 0 {
        "Ring".to_owned()
    } else {
        let first = quoted(&actions[0]);
        format!(
            "No peer is known to have done the first action, {first}, and kept it. For other actions ring"
        )
    };
    for (k, d) in done.iter().enumerate() {
        if k > 0 {
            text.push_str(" and");
        }
        if k == 0 || done[k - 1].by.ccg != d.by.ccg {
            text.push_str(&format!(" {}", name(scene, &d.by.ccg)));
        }
        let by = d.by.by.map_or_else(String::new, |day| format!(" by {}", day.strftime("%B %Y")));
        let who = match d.action.practices {
            Some(_) => words::of(d.by.units, "practice", "practices"),
            None => "it".to_owned(),
        };
        let place = match d.place.checked_sub(1) {
            None => "the first action".to_owned(),
            Some(k) => PLACES.get(k).map_or_else(|| "a later action".to_owned(), |p| format!("the {p}")),
        };
        text.push_str(&format!(" about {}, {place} ({who} did it{by} and kept it)", quoted(d.action)));
    }
    text.push('.');
    text
}

/// The peers that are furthest in what nobody is known to have done and kept: they have it now, whenever they took it.
fn furthest(scene: &Scene, area: &Area, nearest: &Peers, action: &Action) -> String {
    let worth = |code: &str| scene.ccg_answers.get(code)?.get(&action.indicator)?.bounds.0;
    let Some(own) = worth(&area.code) else { return String::new() };
    let ahead = nearest.peers.iter().filter_map(|p| Some((p.code.as_str(), worth(&p.code)?)));
    let mut ahead: Vec<(&str, f64)> = ahead.filter(|(_, w)| *w > own + 1e-9).collect();
    // a stable sort: peers stand nearest first
    ahead.sort_by(|a, b| b.1.total_cmp(&a.1));
    let named: Vec<String> = ahead
        .iter()
        .take(NAMED)
        .map(|(code, w)| format!("{} ({})", name(scene, code), words::score(*w)))
        .collect();
    if named.is_empty() {
        return " No peer has more of it now either.".to_owned();
    }
    format!(
        " Furthest in it now, whenever they took it: {}, in points of 100, where this one has {}.",
        named.join(" and "),
        words::score(own)
    )
}

pub(super) fn first(scene: &Scene, area: &Area) -> String {
    let (one, _) = scene.area_words();
    let Some(actions) = scene.ahead.actions.get(&area.code) else {
        return if scene.ahead.actions.is_empty() {
            "Nothing is named: this release looks for no steps.".to_owned()
        } else if area.interval.low.is_none() {
            "Nothing is named: without answers no step can be worked out. The first thing is to find out which practices belong here, and to have them answer.".to_owned()
        } else {
            "Nothing is left to do on what was asked: no indicator has a gap.".to_owned()
        };
    };
    let Some(a) = actions.first() else { return "Nothing is left to do on what was asked.".to_owned() };
    let who = match a.practices {
        Some((named, short)) => format!(
            "{} of {} with a gap take it and so make half of the gap",
            words::of(named, "practice", "practices"),
            words::count(short)
        ),
        None if a.unanswered > 0 => {
            format!(
                "the {one} sent no answer, which counts as not met; first it answers, and if that is yes it is done"
            )
        }
        None if a.to_confirm > 0 => format!(
            "the {one} did not answer yes though {}; first it checks its answer",
            scene.trace_shows(&a.indicator)
        ),
        None => format!("the {one} itself takes it"),
    };
    let mut text = format!("\u{201c}{}\u{201d}: {who}", scene.wording(&a.indicator));
    if let (Some(gain), Some(low)) = (a.gain, area.interval.low) {
        text.push_str(&format!(
            ", which takes the floor from {} to {}",
            words::score(low),
            words::score(low + gain)
        ));
    }
    if a.risen > 0 {
        text.push_str(&format!(
            ", and {} a level",
            match a.risen {
                1 => "1 practice rises".to_owned(),
                n => format!("{} practices rise", words::count(n)),
            }
        ));
    }
    text.push('.');
    if let Some((named, _)) = a.practices {
        let of = format!("Of the {}", words::of(named, "practice", "practices"));
        if a.unanswered > 0 {
            let silent = words::count(a.unanswered);
            text.push_str(&format!(" {of}, {silent} sent no answer: the first thing is to have it."));
        }
        if a.to_confirm > 0 {
            let shown = words::count(a.to_confirm);
            text.push_str(&format!(
                " {of}, {shown} did not answer yes though {}: the first thing is to check the answer.",
                scene.trace_shows(&a.indicator)
            ));
        }
    }
    let own = actions.iter().filter(|a| a.practices.is_none() && a.unanswered > 0).count();
    if own > 1 {
        text.push_str(&format!(
            " {} of the {} actions below are answers of the {one} itself that did not come: one return settles them all.",
            words::capital(&words::count(words::size(own))),
            actions.len()
        ));
    }
    if let Some(day) = scene.check_first(&a.indicator) {
        text.push_str(&format!(" What was answered is {day}."));
    }
    if actions.len() > 1 {
        text.push_str(&format!(" It is the first of {} named below.", actions.len()));
    }
    text
}
