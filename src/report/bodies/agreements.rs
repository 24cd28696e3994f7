//! Agreements on pages: how many stand, what is at risk, who is to be chased.

use crate::report::frame::Frame;
use crate::report::grid::{Cell, Grid};
use crate::report::scene::Scene;
use crate::report::section::Section;
use crate::report::words;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// One row of `agreement_summary` of its newest quarter.
struct Summary {
    unit: String,
    day: Option<Date>,
    practices: i64,
    signed: [i64; 2],
    escalated: [i64; 2],
    neither: i64,
    unknown: i64,
    leads: [i64; 2],
    reviews: [i64; 2],
    pence: Option<i64>,
    basis: String,
    days: [f64; 2],
}

fn summaries(scene: &Scene) -> Vec<Summary> {
    let all = Frame::new(scene.release.tables.get("agreement_summary"));
    let Some(newest) = all.date("period").into_iter().flatten().max() else { return Vec::new() };
    let table = all.of_period(newest);
    let t = Frame::new(table.as_ref());
    let whole = |name: &str| t.int(name).into_iter().map(|n| n.unwrap_or(0)).collect::<Vec<i64>>();
    let (unit, day, basis) = (t.text("unit_code"), t.date("day"), t.text("at_risk_basis"));
    let (signed, in_time) = (whole("signed"), whole("signed_on_time"));
    let (escalated, escalated_in_time) = (whole("escalated"), whole("escalated_on_time"));
    let (practices, neither, unknown) = (whole("practices"), whole("neither"), whole("unknown"));
    let (named, answered) = (whole("it_lead_named"), whole("it_lead_answered"));
    let (overdue, coming) = (whole("reviews_overdue"), whole("reviews_coming"));
    let (pence, low, high) = (t.int("at_risk_pence"), t.float("person_days"), t.float("person_days_high"));
    (0..t.rows())
        .map(|i| Summary {
            unit: unit[i].clone().unwrap_or_default(),
            day: day[i],
            practices: practices[i],
            signed: [signed[i], in_time[i]],
            escalated: [escalated[i], escalated_in_time[i]],
            neither: neither[i],
            unknown: unknown[i],
            leads: [named[i], answered[i]],
            reviews: [overdue[i], coming[i]],
            pence: pence[i],
            basis: basis[i].clone().unwrap_or_default(),
            days: [low[i].unwrap_or(0.0), high[i].unwrap_or(0.0)],
        })
        .collect()
}

impl Summary {
    fn paragraphs(&self) -> Vec<String> {
        let on = self.day.map_or_else(|| "On the day".to_owned(), |d| format!("On {}", words::day(d)));
        let of = |n: i64| words::of(n, "practice", "practices");
        let states = format!(
            "{on}, of {} {} had signed ({} in time) and {} had escalated ({} in time); {} had done neither, and of {} \
             nobody has told. Unknown is not neither. A signature or an escalation counts only if it is dated in time.",
            of(self.practices),
            words::count(self.signed[0]),
            words::count(self.signed[1]),
            words::count(self.escalated[0]),
            words::count(self.escalated[1]),
            words::count(self.neither),
            words::count(self.unknown),
        );
        let risk = match self.pence {
            Some(pence) => format!(
                "Known to be at risk: {}, at {}. What is unknown comes in addition.",
                words::whole_pounds(pence),
                self.basis
            ),
            None => format!("Funding at risk: {}.", self.basis),
        };
        let work = format!(
            "Work left: {} person-days, {} if all that is unknown is missing. {} of {} that answered say that they have \
             named a lead for IT. Reviews: {} overdue, {} coming up.",
            words::whole(self.days[0]),
            words::whole(self.days[1]),
            words::count(self.leads[0]),
            words::count(self.leads[1]),
            words::count(self.reviews[0]),
            words::count(self.reviews[1]),
        );
        vec![states, words::clean_long(&risk), work]
    }
}

const TABLES: [&str; 4] = ["agreements", "agreement_summary", "chase_list", "review_calendar"];

const NAMED: (&str, &str) = ("agreements", "Agreements between CCGs and practices");

pub(super) fn england(scene: &Scene) -> Option<Section> {
    let all = summaries(scene);
    let england = all.iter().find(|s| s.unit == "england")?;
    let columns = [
        "CCG",
        "#Practices",
        "#Signed in time",
        "#Escalated in time",
        "#Late or undated",
        "#Neither",
        "#Unknown",
        "#At risk",
        "#Person-days",
    ];
    let mut grid = Grid::new("agreements-by-ccg", "Agreements by CCG", &columns);
    let names: BTreeMap<&str, &str> = scene.with_page().map(|a| (a.code.as_str(), a.name.as_str())).collect();
    for s in all.iter().filter(|s| s.unit != "england") {
        let late = s.signed[0] - s.signed[1] + s.escalated[0] - s.escalated[1];
        let known = names.get(s.unit.as_str()).copied();
        let page = known.map(|_| format!("site/ccg/{}.html", s.unit));
        let mut row = vec![Cell::name(known.unwrap_or(&s.unit)).small(s.unit.clone()).link(page)];
        let counts = [s.practices, s.signed[1], s.escalated[1], late, s.neither, s.unknown];
        row.extend(counts.map(|n| Cell::count(Some(n))));
        row.push(Cell::figure(s.pence.map(words::whole_pounds), false));
        row.push(Cell::figure(Some(words::whole(s.days[0])), false));
        grid.rows.push(row);
    }
    Some(super::section(scene, NAMED, england.paragraphs(), vec![grid], &TABLES))
}

pub(super) fn by_ccg(scene: &Scene) -> Vec<(String, Section)> {
    let mut chased = chase_lists(scene);
    let own = summaries(scene).into_iter().filter(|s| s.unit != "england");
    own.map(|s| {
        let grids = chased.remove(&s.unit).into_iter().collect();
        (s.unit.clone(), super::section(scene, NAMED, s.paragraphs(), grids, &TABLES))
    })
    .collect()
}

/// What is to be done for which practice, by CCG.
fn chase_lists(scene: &Scene) -> BTreeMap<String, Grid> {
    let t = Frame::new(scene.release.tables.get("chase_list"));
    let (ccg, code, name) = (t.text("ccg_code"), t.text("practice_code"), t.text("practice_name"));
    let (action, deadline, left) = (t.text("action"), t.date("deadline"), t.int("days_left"));
    let pence = t.int("at_risk_pence");
    let mut out: BTreeMap<String, Grid> = BTreeMap::new();
    for i in 0..t.rows() {
        let (Some(ccg), Some(code)) = (&ccg[i], &code[i]) else { continue };
        let columns = ["Practice", "To do", "Deadline", "#Days left", "#Funding at risk"];
        let grid = out.entry(ccg.clone()).or_insert_with(|| {
            Grid::new("chase-list", "Practices to chase, in the order of codes", &columns)
        });
        let shown = words::mixed_case(name[i].as_deref().unwrap_or(code));
        let todo = match action[i].as_deref() {
            Some("sign_or_escalate") => "Sign or escalate",
            Some("sign") => "Sign: escalated too late to count",
            Some("date") => "Say when it was signed or escalated",
            _ => "Find out: nothing returned",
        };
        let days =
            left[i].map(|n| if n < 0 { format!("{} (passed)", words::count(n)) } else { words::count(n) });
        let none = || Cell { absent: true, ..Cell::words("None stated") };
        grid.rows.push(vec![
            Cell::name(&shown).small(code.clone()),
            Cell::words(todo),
            deadline[i].map_or_else(none, Cell::day),
            Cell::figure(days, false),
            Cell::figure(pence[i].map(words::whole_pounds), false),
        ]);
    }
    out
}
