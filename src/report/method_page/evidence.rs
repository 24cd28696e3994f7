//! Grades of evidence: the traces that self-reports are held against, and the rules around them.

use crate::define::framework::{Framework, KnownBy, Silence, Strength};
use crate::report::front::GRADES;
use crate::report::grid::{Cell, Grid};
use crate::report::section::Section;
use crate::report::words;

pub(super) fn section(f: &Framework) -> Section {
    let mut section = Section::new("evidence", "Grades of evidence");
    if f.evidence.is_none() && f.indicators.iter().all(|i| i.evidence.is_none()) {
        return section
            .says("This framework holds self-reports against no independent trace: no answer is graded.");
    }
    section = section.says(
        "A grade says how an answer is known, not why it was given; no answer and no point is changed by it. The evidenced score \
         stands beside the claimed one and counts contradicted answers as not met. Own method.",
    );
    let mut grades = Grid::new("grade-meanings", "Grades", &["Grade", "Meaning"]);
    grades.rows = GRADES.iter().map(|(g, means)| vec![Cell::words(*g), Cell::words(*means)]).collect();
    section.grid(grades).grid(traces(f)).grid(rules(f))
}

fn traces(f: &Framework) -> Grid {
    let columns = ["Indicator", "Held against", "Strength", "Silence of the trace", "Why"];
    let mut grid = Grid::new("traces", "Traces", &columns);
    for i in &f.indicators {
        let Some(evidence) = &i.evidence else { continue };
        let name = || Cell::name(&i.wording).small(words::clean(&i.id).0);
        if evidence.trace.is_empty() {
            let (what, grade) = match evidence.known_by {
                KnownBy::Measured => ("counted by a system or a register", "grade A"),
                KnownBy::SelfReport => ("nothing: only the one who is measured says it", "grade C"),
            };
            let none = || Cell { absent: true, ..Cell::words("Not applicable") };
            grid.rows.push(vec![name(), Cell::words(what), Cell::words(grade), none(), none()]);
        }
        for trace in &evidence.trace {
            grid.rows.push(vec![
                name(),
                Cell::long(&trace.what),
                Cell::words(match trace.strength {
                    Strength::Direct => "shows the very thing: A",
                    Strength::Indirect => "fits with it: B",
                }),
                Cell::words(match trace.silence {
                    Silence::CountsAgainst => "the evidenced floor does not count the claim",
                    Silence::SaysNothing => "says nothing",
                }),
                Cell::long(&trace.reason),
            ]);
        }
    }
    grid
}

fn rules(f: &Framework) -> Grid {
    let mut grid = Grid::new("evidence-rules", "Further rules", &["What", "Rule", "Why"]);
    let Some(section) = &f.evidence else { return grid };
    for p in &section.prefilled {
        let blocks: Vec<&str> = p.block.iter().map(|b| b.name.as_str()).collect();
        grid.rows.push(vec![
            Cell::words("Answers carried forward"),
            Cell::long(&format!(
                "A block that stands as in the return before is suspect where fewer than {} of others would have stayed \
                 unchanged, counted over at least {} others, and nobody confirmed it. Blocks: {}",
                words::percent(p.unlikely),
                p.minimum_others,
                blocks.join(", ")
            )),
            Cell::long(&p.reason),
        ]);
    }
    if let Some(s) = &section.supplier_steps {
        grid.rows.push(vec![
            Cell::words("A trace that turns at one supplier"),
            Cell::words(format!(
                "Held, and says nothing in that quarter, where the share against the practices rises by {} at one supplier with at \
                 least {} practices and by {} at most elsewhere",
                words::percent(s.step),
                s.minimum_practices,
                words::percent(s.elsewhere)
            )),
            Cell::long(&s.reason),
        ]);
    }
    if let Some(b) = &section.bunching {
        grid.rows.push(vec![
            Cell::words("Units just above a line"),
            Cell::words(format!(
                "Told where the bin at the line stands out by {} standard deviations, bins {} wide, at least {} units near the line",
                b.z, b.width, b.minimum_near
            )),
            Cell::long(&b.reason),
        ]);
    }
    grid
}
