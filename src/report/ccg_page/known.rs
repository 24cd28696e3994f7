//! How the answers of each practice of the CCG are known, and what it carried forward.

use crate::report::grid::{Cell, Grid};
use crate::report::scene::{Known, Practice, Scene, practice_cell};
use crate::report::words;

/// A row for each practice with a self-reported answer; `None` where nothing was graded or carried forward.
pub(super) fn known(scene: &Scene, label: &str, practices: &[&Practice]) -> Option<Grid> {
    let rows: Vec<(&&Practice, &Known)> =
        practices.iter().filter_map(|p| Some((p, scene.known.get(&p.code)?))).collect();
    let carried = rows.iter().any(|(_, k)| !k.carried.is_empty());
    let columns =
        ["Practice", "#A · B · C · D", "#Floor as claimed", "#Floor as evidenced", "Traces show otherwise"];
    let caption = format!("How the answers of each practice are known, {label}");
    let mut grid = Grid::new("known", caption, &columns);
    if carried {
        grid.column("Carried forward", false);
    }
    for (p, k) in rows {
        let grades = k.grades.map(|n| n.to_string()).join(" · ");
        let mut row = vec![
            practice_cell(p),
            Cell::figure((k.grades != [0; 4]).then_some(grades), p.withheld),
            Cell::score(p.interval.low, p.withheld),
            Cell::score(k.evidenced, p.withheld),
            Cell::words(otherwise(scene, k)),
        ];
        if carried {
            row.push(Cell::words(blocks(k)));
        }
        grid.rows.push(row);
    }
    (!grid.rows.is_empty()).then_some(grid)
}

/// The claims that a trace contradicts, and the answers `no` where a trace shows more.
fn otherwise(scene: &Scene, known: &Known) -> String {
    let wordings = |ids: &[String]| ids.iter().map(|id| scene.wording(id)).collect::<Vec<_>>().join("; ");
    let mut parts = Vec::new();
    if !known.contradicted.is_empty() {
        parts.push(format!("Claimed: {}", wordings(&known.contradicted)));
    }
    if !known.understated.is_empty() {
        parts.push(format!("Understated: {}", wordings(&known.understated)));
    }
    if parts.is_empty() { "None".to_owned() } else { parts.join(". ") }
}

/// Blocks by status, those that nobody can vouch for first.
fn blocks(known: &Known) -> String {
    let parts = ["suspect", "unchanged", "confirmed"].into_iter().filter_map(|status| {
        let of: Vec<&str> = known.carried.iter().filter(|c| c.1 == status).map(|c| c.0.as_str()).collect();
        (!of.is_empty()).then(|| format!("{} {}", words::capital(status), of.join(", ")))
    });
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { "None".to_owned() } else { parts.join("; ") }
}
