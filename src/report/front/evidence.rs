//! How answers are known: grades of the self-reported ones, the evidenced score, and blocks that stand still.

use crate::report::frame::Frame;
use crate::report::grid::{Cell, Fact, Grid};
use crate::report::scene::Scene;
use crate::report::words;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Serialize)]
pub struct Evidence {
    pub facts: Vec<Fact>,
    pub grades: Grid,
    pub indicators: Grid,
    /// What the counts of unchanged blocks mean; `None` where no return opens with earlier answers.
    pub carried: Option<String>,
}

/// Letters of grades with their meaning.
pub const GRADES: [(&str, &str); 4] = [
    ("A", "Evidenced: an independent trace shows the very thing"),
    ("B", "Consistent: a trace fits with it, or a counted share lies near the line"),
    ("C", "Self-report only: no trace speaks of it, or traces disagree"),
    ("D", "Contradicted: an independent trace shows otherwise"),
];

/// Of the quarter on show; `None` where nothing was graded.
pub fn evidence(scene: &Scene) -> Option<Evidence> {
    let day = scene.period.as_ref()?.0;
    let tables = &scene.release.tables;
    let table = Frame::new(tables.get("evidence")).of_period(day);
    let rows = Frame::new(table.as_ref());
    if rows.rows() == 0 {
        return None;
    }
    let (id, grade) = (rows.text("indicator_id"), rows.text("grade"));
    let mut counts: BTreeMap<&str, [i64; 4]> = BTreeMap::new();
    for (id, grade) in id.iter().zip(&grade) {
        let (Some(id), Some(grade)) = (id, grade) else { continue };
        if let Some(k) = GRADES.iter().position(|g| g.0 == grade) {
            counts.entry(id).or_default()[k] += 1;
        }
    }
    let total = |k: usize| counts.values().map(|c| c[k]).sum::<i64>();
    let all: i64 = (0..4).map(total).sum();
    let share = |n: i64| words::percent(n as f64 / all.max(1) as f64);
    let mut grades =
        Grid::new("grades", "Self-reported answers by grade", &["Grade", "Meaning", "#Answers", "#Share"]);
    for (k, (letter, means)) in GRADES.iter().enumerate() {
        let n = total(k);
        let share = Cell::figure(Some(share(n)), false);
        grades.rows.push(vec![Cell::words(*letter), Cell::words(*means), Cell::count(Some(n)), share]);
    }
    let columns = ["Indicator", "#A", "#B", "#C", "#D"];
    let mut indicators = Grid::new("grades-by-indicator", "The same by indicator", &columns);
    for i in &scene.about.framework.indicators {
        let Some(c) = counts.get(i.id.as_str()) else { continue };
        let mut row = vec![Cell::name(&i.wording).small(words::clean(&i.id).0)];
        row.extend(c.map(|n| Cell::count(Some(n))));
        indicators.rows.push(row);
    }
    Some(Evidence {
        facts: facts(scene, day, all, total(3)),
        grades,
        indicators,
        carried: carried_words(scene, day),
    })
}

fn facts(scene: &Scene, day: jiff::civil::Date, all: i64, contradicted: i64) -> Vec<Fact> {
    let areas = Frame::new(scene.release.tables.get("area_scores")).of_period(day);
    let england = Frame::new(areas.as_ref()).rows_with("unit_type", "england");
    let england = Frame::new(england.as_ref());
    let first = |column: &str| england.float(column).first().copied().flatten();
    let mut out = vec![Fact::new("Self-reported answers graded", words::count(all), "by practices and CCGs")];
    if let (Some(claimed), Some(evidenced)) = (first("score"), first("score_evidenced")) {
        out.push(Fact::new(
            "England, floor as claimed",
            words::score(claimed),
            "every answer as it was given",
        ));
        out.push(Fact::new(
            "England, floor as evidenced",
            words::score(evidenced),
            "contradicted answers as not met, and those whose trace is missing",
        ));
    }
    out.push(Fact::new("Answers contradicted", words::count(contradicted), "kept, and graded D"));
    out
}

/// The unchanged blocks of the quarter in a sentence.
pub fn carried_words(scene: &Scene, day: jiff::civil::Date) -> Option<String> {
    let table = Frame::new(scene.release.tables.get("carried_forward")).of_period(day);
    let status = Frame::new(table.as_ref()).text("status");
    if status.is_empty() {
        return None;
    }
    let of = |word: &str| words::size(status.iter().filter(|s| s.as_deref() == Some(word)).count());
    Some(format!(
        "Some returns open with the answers given last time. {} of answers stand as they stood in the return before: \
         {} were confirmed, {} are of a kind that seldom changes, and {} stayed the same where most others changed. Of \
         these nobody can tell whether they are right; a confirmation by the practice settles it.",
        words::of(words::size(status.len()), "block", "blocks"),
        words::count(of("confirmed")),
        words::count(of("unchanged")),
        words::count(of("suspect")),
    ))
}
