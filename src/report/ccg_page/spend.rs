//! What the CCG spends on GP IT: as reported beside like for like, by three denominators, with the question to it.

use super::months::Months;
use crate::report::grid::{Cell, Grid};
use crate::report::scene::Scene;
use crate::report::spend::{Line, Scope};
use crate::report::words;
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub struct SpendPart {
    pub grid: Grid,
    /// Months with a line and without a file.
    pub months: Option<String>,
    /// What to ask the CCG.
    pub question: Option<String>,
    pub denominators: Option<String>,
    /// Registered patients beside residents, in words.
    pub excess: String,
    /// Spend against the score, in words.
    pub worth: Option<String>,
}

/// `None` where no figure of the CCG is held.
pub(super) fn spend(scene: &Scene, months: &Months, code: &str) -> Option<SpendPart> {
    let rows: Vec<(&Scope, &Line)> =
        scene.spend.iter().filter_map(|s| Some((s, s.rows.iter().find(|l| l.bar.code == code)?))).collect();
    let (scope, first) = rows.first()?;
    let year = &scope.year;
    let columns = [
        "Which payments",
        "#Spend",
        "#£ per registered patient",
        "#£ per weighted patient",
        "#£ per resident",
        "#Place over these",
        "Whether it can be compared",
    ];
    let mut grid = Grid::new("spend", format!("GP IT spend per head, {year}"), &columns);
    for (scope, line) in &rows {
        let place = line.places.map(|(low, high, among)| {
            if low == high { format!("{low} of {among}") } else { format!("{low} to {high} of {among}") }
        });
        grid.rows.push(vec![
            Cell::words(scope.label.clone()),
            Cell::figure(line.spend_pence.map(words::whole_pounds), false),
            Cell::figure(line.bar.registered.map(words::pounds), false),
            Cell::figure(line.bar.weighted.map(words::pounds), false),
            Cell::figure(line.per_resident.map(words::pounds), false),
            Cell::figure(place, false),
            Cell::long(&words::capital(
                line.comparison.as_deref().or(line.bar.caveat.as_deref()).unwrap_or("Not stated"),
            )),
        ]);
    }
    let excess = match (line_people(first.registered), line_people(first.resident), first.list_excess) {
        (Some(registered), Some(residents), Some(excess)) => format!(
            "{registered} patients are registered and {residents} people live here: {} {} registered.",
            words::percent(excess.abs()),
            if excess < 0.0 { "fewer" } else { "more" }
        ),
        _ => "No resident population of this area is held, so there is no figure per resident.".to_owned(),
    };
    Some(SpendPart {
        grid,
        months: first.months.and_then(|held| months.words(code, scope.day, held)),
        question: first.question.as_ref().map(|q| words::clean_long(q)),
        denominators: first.denominators.clone(),
        excess,
        worth: scene.worth.get(code).cloned(),
    })
}

fn line_people(people: Option<f64>) -> Option<String> {
    people.map(words::whole)
}
