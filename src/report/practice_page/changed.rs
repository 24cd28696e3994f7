//! What is another answer than in the quarter before.

use super::history::Histories;
use crate::report::about::IndicatorInfo;
use crate::report::scene::{Answer, Scene};
use crate::report::words;
use std::collections::BTreeMap;

/// Answers that are not the same as in the quarter before, that went and that came; what was not asked in one of the two is no
/// change.
pub(super) fn changed(
    scene: &Scene,
    histories: &Histories,
    code: &str,
    indicators: &[&IndicatorInfo],
    own: &BTreeMap<String, Answer>,
) -> Vec<String> {
    // questions that a line about answers that came or went names
    const NAMED: usize = 3;
    let Some(before) = histories.answers.get(code) else { return Vec::new() };
    let (mut out, mut went, mut came) = (Vec::new(), Vec::new(), Vec::new());
    let mut others: Option<(f64, f64)> = None;
    for i in indicators {
        let (Some(then), Some(now)) = (before.get(&i.id), own.get(&i.id)) else { continue };
        // each year has its own standard: what it asked before is another question
        let standards = [&histories.before, &scene.period].map(|q| scene.standard_of(q.as_ref()?.0, &i.id));
        let wording = words::clean(&i.wording).0;
        match (then.value, now.value) {
            (Some(_), Some(_)) if i.people && other_people(then, now).is_some() => {
                others = other_people(then, now)
            }
            (Some(x), Some(y)) => {
                let (was, is) = (scene.answer_cell(Some(then), i).text, scene.answer_cell(Some(now), i).text);
                if (x - y).abs() > 1e-9 && was != is && standards[0] == standards[1] {
                    out.push(format!("{wording}: {was} before, {is} now"));
                }
            }
            (Some(_), None) if now.silent() => went.push(wording),
            (None, Some(_)) if then.silent() => came.push(wording),
            _ => {}
        }
    }
    if let Some((was, is)) = others {
        out.push(format!(
            "Counted over {} people before and {} now, as after a merger or a split: its shares and rates of the two are of other \
             people and are not compared",
            words::whole(was),
            words::whole(is)
        ));
    }
    let line = |lead: &str, of: &[String]| {
        let more = if of.len() > NAMED { format!("; and {} more", of.len() - NAMED) } else { String::new() };
        format!("{lead}: {}{more}", of[..of.len().min(NAMED)].join("; "))
    };
    let lines = [("Answered before, no answer now", &went), ("No answer before, answered now", &came)];
    out.extend(lines.into_iter().filter(|(_, of)| !of.is_empty()).map(|(lead, of)| line(lead, of)));
    out
}

/// The people of two answers, where they are so many more or fewer that they are others: a practice that others joined answers for
/// them too. A third is an own choice.
fn other_people(then: &Answer, now: &Answer) -> Option<(f64, f64)> {
    const APART: f64 = 1.0 / 3.0;
    let (was, is) = then.counted_over().zip(now.counted_over())?;
    ((was - is).abs() > APART * was.max(is)).then_some((was, is))
}
