//! What may leave, where the figures come from, and what is known to be limited.

use crate::define::framework::Time;
use crate::report::grid::{Cell, Grid};
use crate::report::scene::Scene;
use crate::report::section::Section;
use crate::report::words;

pub(super) fn disclosure(scene: &Scene) -> Section {
    let policy = &scene.release.policy;
    let small = &policy.small_list;
    let mut section = Section::new("disclosure", "Disclosure rule")
        .says(words::clean_long(&policy.statement))
        .says(format!(
            "A practice with under {} registered patients is marked small list. Why: {}.",
            words::count(small.flag_below),
            words::clean_long(&small.reason).trim_end_matches('.')
        ));
    if small.withhold_below > 0 {
        section = section.says(format!(
            "Rates and scores of practices with under {} registered patients are withheld, and as many others as it takes that none \
             can be worked out from totals.",
            words::count(small.withhold_below)
        ));
    }
    if let Some(people) = &policy.people {
        section = section.says(format!(
            "Counts of people: 0 is shown, 1 to {} are withheld, others are rounded to {}, before anything is computed of them. Few \
             people count as {} in points and totals, whichever number it is: few is no silence (own method). Why: {}.",
            people.suppress_up_to,
            people.round_to,
            people.counted(1),
            words::clean_long(&people.reason).trim_end_matches('.')
        ));
    }
    section
}

pub(super) fn section(scene: &Scene) -> Section {
    let columns = ["Source", "Publisher", "Periods held", "Read for", "How near to a quarter", "Licence"];
    let mut grid = Grid::new("source-list", "Sources", &columns);
    let inputs = scene.about.rules.as_ref().map_or(&[][..], |r| &r.framework.inputs);
    for s in &scene.about.sources {
        let input = inputs.iter().find(|i| i.dataset == s.dataset);
        let near = match input.map(|i| (i.time, i.window_months)) {
            Some((Time::Month, _)) => "the months of the quarter".to_owned(),
            Some((Time::Snapshot, Some(months))) => format!("at most {months} months away"),
            Some((Time::Snapshot, None)) => "any distance".to_owned(),
            None => words::NO_DATA.to_owned(),
        };
        grid.rows.push(vec![
            Cell::name(&s.title).small(words::clean(&s.dataset).0),
            Cell::name(&s.publisher),
            Cell::name(&s.periods.join(" to ")),
            Cell::long(input.map_or(words::NO_DATA, |i| i.purpose.as_str())),
            Cell::words(near),
            Cell::name(&s.licence),
        ]);
    }
    let mut section =
        Section::new("sources", "Sources").says(format!("Basis: {}.", scene.about.basis_words())).grid(grid);
    if scene.about.sources.is_empty() {
        section = section.says("No source was named for this batch.");
    }
    section.list = scene.about.notes.iter().map(|n| words::clean_long(n)).collect();
    section.with_tables_of(scene, &["indicator_sources"])
}
