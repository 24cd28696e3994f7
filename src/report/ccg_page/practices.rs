//! The practices of a CCG: scores, levels with the fewest steps to the next, and what each has and uses.

use crate::report::about::{IndicatorInfo, Kind};
use crate::report::grid::{Cell, Grid};
use crate::report::practice_page::has_page;
use crate::report::scene::{Answer, Practice, Scene, level_words, practice_cell};
use crate::report::words;

/// An estimate from less than this share of the answers says little about the rest: the page does not print it, the
/// tables hold it.
const COVERAGE_FOR_ESTIMATE: f64 = 0.5;

/// The level, as a range where answers are missing.
fn level_cell(p: &Practice) -> Cell {
    Cell::figure(level_words(p), p.withheld)
}

fn step_cell(scene: &Scene, p: &Practice) -> Cell {
    let items = scene.steps_words(p);
    if p.level.is_some() && items.is_empty() {
        return Cell::words("Highest level");
    }
    let cell = Cell::words(items.join("; "));
    if items.len() == 1 { cell.small("one step short") } else { cell }
}

/// Each practice's level and what it lacks for the next; `None` where the quarter tells no level.
pub(super) fn levels(scene: &Scene, label: &str, practices: &[&Practice]) -> Option<Grid> {
    let steps = practices.iter().any(|p| scene.ahead.steps.contains_key(&p.code));
    let columns: &[&str] = if steps {
        &[
            "Practice",
            "#Level",
            "Fewest steps to the next",
            "#Level then",
            "#Points gained",
            "Who has done it",
        ]
    } else {
        &["Practice", "#Level", "Missing for the next level"]
    };
    let what = if steps { "the fewest steps to the next" } else { "what is missing for the next" };
    let caption = format!("Level of each practice, and {what}, {label}");
    let mut grid = Grid::new("levels", caption, columns);
    for p in practices.iter().filter(|p| p.level.is_some()) {
        let mut row = vec![practice_cell(p), level_cell(p), step_cell(scene, p)];
        if steps {
            let step = scene.ahead.steps.get(&p.code);
            let done = step.iter().filter(|s| s.has_deeds()).flat_map(|s| &s.done_by);
            let done: Vec<String> = done
                .map(|(code, by)| match by {
                    Some(day) => format!("{code}, by {}", day.strftime("%b %Y")),
                    None => code.clone(),
                })
                .collect();
            let figure = |text: Option<String>| match step {
                Some(_) => Cell::figure(text, p.withheld),
                None => Cell { number: true, ..Cell::default() },
            };
            row.push(figure(step.and_then(|s| s.level_then).map(|l| l.to_string())));
            row.push(figure(step.and_then(|s| s.gain).map(words::gain)));
            row.push(Cell::words(done.join("; ")));
        }
        grid.rows.push(row);
    }
    (!grid.rows.is_empty()).then_some(grid)
}

pub(super) fn scores(label: &str, practices: &[&Practice]) -> Grid {
    let kinds = [Kind::Have, Kind::Use, Kind::Benefit];
    let with: Vec<usize> = (0..3).filter(|k| practices.iter().any(|p| p.kinds[*k].is_some())).collect();
    let columns = ["Practice", "#Registered patients", "#Floor", "#Estimate", "#Ceiling", "#Coverage"];
    let caption = format!("Practices in the order of their codes, {label}");
    let mut grid = Grid::new("practices", caption, &columns);
    for k in &with {
        let mut name = kinds[*k].as_str().to_owned();
        name[..1].make_ascii_uppercase();
        grid.column(&name, true);
    }
    if practices.iter().any(|p| p.supplier.is_some()) {
        grid.column("System supplier", false);
    }
    let supplied = practices.iter().any(|p| p.supplier.is_some());
    for p in practices {
        let mut row = vec![practice_cell(p).link(page_of(p)), Cell::count(p.list_size)];
        row.push(Cell::score(p.interval.low, p.withheld));
        row.push(if p.coverage.is_some_and(|c| c < COVERAGE_FOR_ESTIMATE) {
            Cell { text: "Too few answers".to_owned(), number: true, absent: true, ..Cell::default() }
        } else {
            Cell::score(p.interval.estimate, p.withheld)
        });
        row.push(Cell::score(p.interval.high, p.withheld));
        row.push(Cell::percent(p.coverage, p.withheld));
        row.extend(with.iter().map(|k| Cell::score(p.kinds[*k], p.withheld)));
        if supplied {
            row.push(match &p.supplier {
                Some(name) => Cell::name(name),
                None => Cell { absent: true, ..Cell::words(words::NO_DATA) },
            });
        }
        grid.rows.push(row);
    }
    grid
}

/// The practice's own page.
fn page_of(p: &Practice) -> Option<String> {
    has_page(&p.code).then(|| format!("../practice/{}.html", p.code))
}

pub(super) fn answers(scene: &Scene, label: &str, practices: &[&Practice]) -> Grid {
    let caption = format!("What each practice has and uses, {label}");
    let mut grid = Grid::new("answers", caption, &["Practice"]);
    // Only what practices are asked; what CCGs answer themselves has no column here.
    let indicators: Vec<_> =
        scene.about.framework.indicators.iter().filter(|i| scene.asked.contains(&i.id)).collect();
    for i in &indicators {
        let day = scene.day_apart(&i.id).map_or_else(String::new, |day| format!(", {day}"));
        grid.column(&format!("{} ({}){day}", words::clean(&i.wording).0, i.kind.as_str()), true);
    }
    for p in practices {
        let own = scene.answers.get(&p.code);
        let mut row = vec![practice_cell(p)];
        row.extend(indicators.iter().map(|i| with_worth(scene, own.and_then(|o| o.get(&i.id)), i)));
        grid.rows.push(row);
    }
    grid
}

/// An answer, and beside words of its own what they are worth.
fn with_worth(scene: &Scene, answer: Option<&Answer>, i: &IndicatorInfo) -> Cell {
    let cell = scene.answer_cell(answer, i);
    match answer.and_then(|a| a.points).filter(|_| scene.options.worded(&i.id) && !cell.absent) {
        Some(points) => cell.small(format!("{points} of 100 points")),
        None => cell,
    }
}
