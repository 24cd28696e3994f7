//! Rules on agreements, standards and providers.

use crate::define::framework::{AtRisk, Framework, Within};
use crate::report::grid::{Cell, Grid};
use crate::report::section::Section;
use crate::report::words;

pub(super) fn sections(f: &Framework) -> [Section; 3] {
    [agreements(f), standards(f), providers(f)]
}

fn agreements(f: &Framework) -> Section {
    let section = Section::new("agreement-rules", "Agreements");
    let Some(a) = &f.agreements else { return section };
    let columns = ["Edition", "From", "Deadline", "#Months to a review", "What is at risk", "Source"];
    let mut grid = Grid::new("agreement-editions", "Editions of the agreement", &columns);
    let day = |text: &str| text.parse().map_or_else(|_| text.to_owned(), words::day);
    for e in &a.edition {
        let risk = match &e.at_risk {
            AtRisk::PerPatient { pence, basis } => {
                format!("{} a registered patient: {basis}", words::pounds(f64::from(*pence) / 100.0))
            }
            AtRisk::NoBasis { reason } => format!("no figure: {reason}"),
        };
        grid.rows.push(vec![
            Cell::name(&e.name),
            Cell::words(day(&e.from)),
            Cell::words(e.deadline.as_deref().map_or_else(|| "none stated".to_owned(), day)),
            Cell::figure(Some(e.review_months.to_string()), false),
            Cell::long(&risk),
            Cell::long(&e.source),
        ]);
    }
    section
        .says(format!(
            "Three states: signed, escalated, neither; what nobody returned is unknown and not neither. A signature or an escalation \
             counts only if it is dated in time. Work left: {} days a practice. Why: {}. A review counts as coming up {} days ahead.",
            a.days_a_practice,
            words::clean_long(&a.days_source).trim_end_matches('.'),
            a.review_ahead_days
        ))
        .grid(grid)
}

fn standards(f: &Framework) -> Section {
    let section = Section::new("standard-rules", "Standards");
    let Some(s) = &f.standards else { return section };
    let mut grid =
        Grid::new("toolkit-standards", "Standards of the security toolkit", &["Standard", "From", "Source"]);
    for t in s.toolkit.iter().flat_map(|t| &t.standard) {
        let from = t.from.parse().map_or_else(|_| t.from.clone(), words::day);
        grid.rows.push(vec![Cell::name(&t.name), Cell::words(from), Cell::long(&t.source)]);
    }
    section.says(words::clean_long(&s.reason).trim_end_matches('.')).grid(grid)
}

fn providers(f: &Framework) -> Section {
    let section = Section::new("provider-rules", "Suppliers and delivery partners");
    let Some(p) = &f.providers else { return section };
    let kinds: Vec<String> = p
        .kind
        .iter()
        .map(|k| {
            let within = match k.within {
                Within::Ccg => "the same CCG",
                Within::Region => "the same region",
            };
            format!("{} with others in {within}", words::lower_first(&words::clean(&k.name).0))
        })
        .collect();
    section.says(format!(
        "Practices are compared by {}, with bands of list size allowed for. A provider with under {} practices is not named; a difference \
         that rests on fewer than {} CCGs, or for which less than {} of its practices have a figure, is not given. Why: {}.",
        kinds.join(", by "),
        p.minimum_practices,
        p.minimum_ccgs,
        words::percent(p.minimum_coverage),
        words::clean_long(&p.reason).trim_end_matches('.')
    ))
}
