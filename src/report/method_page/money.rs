//! Money: which lines count, which people they are divided by, and when a figure is asked about instead of compared.

use crate::define::framework::{Framework, Scope, SpendSection};
use crate::define::spend::{Gate, ScopeMap, SpendDefinitions};
use crate::model::financial_year;
use crate::report::grid::{Cell, Grid};
use crate::report::section::Section;
use crate::report::words;
use crate::stats::interval::CONFIDENCE;
use std::collections::BTreeMap;

pub(super) fn section(f: &Framework, definitions: &SpendDefinitions) -> Section {
    let mut section = Section::new("money", "Money: scope, three denominators, plausibility");
    let Some(spend) = &f.spend else {
        return section.says("This pipeline divides no spend.");
    };
    section = section
        .says(
            "Pounds per head are a ratio of sums. Spend has no good direction: more is neither better nor worse, and a place over \
             the denominators is no rank. A CCG's own return is counted; where there is none, the lines that were published, which \
             are those over £25,000 only. A line that no category fits is counted as unmapped. Own method.",
        )
        .grid(scopes(spend))
        .grid(denominators(spend));
    if let Some(map) = &definitions.scope_map {
        section = section.says(words::clean_long(&map.about)).grid(editions(map)).grid(categories(map));
    }
    if let Some(gate) = &definitions.gate {
        section = section.says(words::clean_long(&gate.about)).grid(tests(gate)).grid(suspects(gate));
    }
    if let Some(value) = &f.value {
        section = section.says(format!(
            "Spend against score: figures of the scope {}, of CCGs that can be compared. The frontier is the expected highest score of {} \
             CCGs that spend no more; with under {} of them nothing is told. Intervals hold {} of {} bootstrap samples. Why: {}. \
             Own method.",
            value.scope.replace('_', " "),
            value.order,
            value.least,
            words::percent(CONFIDENCE),
            words::count(i64::from(value.draws)),
            words::clean_long(&value.reason).trim_end_matches('.')
        ));
    }
    section
}

fn scopes(spend: &SpendSection) -> Grid {
    let columns = ["Scope", "Which lines", "Payments to other CCGs", "Bought for other CCGs"];
    let mut grid = Grid::new("scopes", "Scopes, each worked out on its own", &columns);
    let counted = |yes: bool| Cell::words(if yes { "counted" } else { "left out" });
    for scope in &spend.rules.scopes {
        grid.rows.push(vec![
            Cell::name(&words::capital(&scope.id.replace('_', " "))),
            Cell::long(&lines(spend, scope)),
            counted(scope.recharges),
            counted(scope.for_others),
        ]);
    }
    grid
}

fn lines(spend: &SpendSection, scope: &Scope) -> String {
    match &scope.categories {
        Some(all) => {
            let names: Vec<String> = all.iter().map(|c| c.as_str().replace('_', " ")).collect();
            format!(
                "only {}; compared from {} of the money in a category",
                names.join(", "),
                words::percent(spend.rules.least_mapped_share)
            )
        }
        None => format!("every line of {}", spend.rules.areas.join(", ")),
    }
}

fn denominators(spend: &SpendSection) -> Grid {
    let columns = ["Denominator", "From", "How far from the end of the year", "What else"];
    let mut grid = Grid::new("denominators", "Three denominators, side by side", &columns);
    let mut row = |name: &str, from: String, months: Option<u32>, note: String| {
        let far = months.map_or_else(|| words::NO_DATA.to_owned(), |m| format!("at most {m} months"));
        grid.rows.push(vec![Cell::words(name), Cell::long(&from), Cell::words(far), Cell::words(note)]);
    };
    let p = &spend.patients;
    row("Registered patients", p.dataset.clone(), Some(p.window_months), "as people are on lists".to_owned());
    match &spend.weighted {
        Some(w) => row(
            "Weighted patients",
            w.dataset.clone(),
            Some(w.window_months),
            format!(
                "registered x weighted / registered of the same practices, where they hold {} of the patients",
                words::percent(spend.rules.least_linked_share)
            ),
        ),
        None => row("Weighted patients", "not held".to_owned(), None, String::new()),
    }
    match &spend.residents {
        Some(r) => {
            row(
                "Residents",
                r.dataset.clone(),
                Some(r.window_months),
                "people who live in the area".to_owned(),
            );
        }
        None => row("Residents", "not held: no figure per resident".to_owned(), None, String::new()),
    }
    grid
}

fn editions(map: &ScopeMap) -> Grid {
    let mut grid = Grid::new(
        "editions",
        format!("{}: editions", words::clean(&map.title).0),
        &["Edition", "From", "Source"],
    );
    for e in &map.edition {
        grid.rows.push(vec![
            Cell::name(&e.title),
            Cell::words(financial_year(e.first_year)),
            Cell::long(&e.source),
        ]);
    }
    grid
}

/// Rules by category, with their reasons.
fn categories(map: &ScopeMap) -> Grid {
    let mut by: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for rule in &map.rule {
        let reasons = by.entry(rule.category).or_default();
        if !reasons.contains(&rule.reason.as_str()) {
            reasons.push(&rule.reason);
        }
    }
    let mut grid =
        Grid::new("categories", "Categories of lines", &["Category", "What is put there, and why"]);
    for (category, reasons) in by {
        let name = words::capital(&category.as_str().replace('_', " "));
        grid.rows.push(vec![Cell::words(name), Cell::long(&reasons.join("; "))]);
    }
    grid
}

fn tests(gate: &Gate) -> Grid {
    let caption = format!("{}: a figure outside is asked about, not compared", words::clean(&gate.title).0);
    let mut grid = Grid::new("plausibility", caption, &["Test", "Passes", "Why"]);
    let times = |low: f64, high: f64, of: &str| format!("from {low} to {high} times {of}");
    let all = [
        (
            "Size",
            times(gate.size.low, gate.size.high, "the median of all CCGs of the year"),
            &gate.size.reason,
        ),
        (
            "History",
            times(gate.history.low, gate.history.high, "its own figure of the year before"),
            &gate.history.reason,
        ),
        (
            "Peers",
            format!(
                "a modified z score of at most {} against the {} CCGs nearest in registered patients",
                gate.peers.z, gate.nearest
            ),
            &gate.peers.reason,
        ),
        (
            "Price",
            format!(
                "lines {} times dearer or cheaper a head than the same thing elsewhere make under {} of the figure",
                gate.price.factor,
                words::percent(gate.price.share)
            ),
            &gate.price.reason,
        ),
        ("Months", format!("at least {} months", gate.least_months), &gate.least_months_reason),
        (
            "Hosts",
            format!("payments of other CCGs under {} of its own figure", words::percent(gate.host_share)),
            &gate.host_share_reason,
        ),
    ];
    for (test, passes, why) in all {
        grid.rows.push(vec![Cell::words(test), Cell::words(passes), Cell::long(why)]);
    }
    for r in &gate.reference {
        let year = financial_year(r.year);
        grid.rows.push(vec![
            Cell::words(format!("Centre of {year}, where under {} whole figures are held", gate.least_peers)),
            Cell::words(format!("{} a head", words::pounds(r.per_head_pence / 100.0))),
            Cell::long(&r.source),
        ]);
    }
    grid
}

fn suspects(gate: &Gate) -> Grid {
    let columns = ["#Times what was expected", "Question to the CCG"];
    let mut grid = Grid::new("suspects", "What a ratio is typical of", &columns);
    for s in &gate.suspect {
        let ratio = s.upto.map_or_else(|| s.factor.to_string(), |upto| format!("{} to {upto}", s.factor));
        grid.rows.push(vec![Cell { number: true, ..Cell::words(ratio) }, Cell::long(&s.question)]);
    }
    grid
}
