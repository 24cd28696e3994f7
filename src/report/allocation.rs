//! Scenarios of an allocation as a page: ledgers, published figures, and a chart of who has more and who has less.

use super::chart::{Chart, Gains, Group, Plot};
use super::front::Figure;
use super::grid::{Cell, Grid};
use super::words;
use crate::allocate::{Gain, Line, METHOD, Reconciled};
use crate::model::Provenance;
use serde::Serialize;

/// One scenario in words and figures.
#[derive(Clone, Debug)]
pub struct ScenarioView<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub about: &'a str,
    pub denominator: &'a str,
    pub lines: &'a [Line],
    pub reconciled: &'a [Reconciled],
    pub provenance: Provenance,
    /// CCGs that have ended since their running costs were known.
    pub moved: Option<String>,
    /// The score that goes with the money.
    pub score: Option<&'a str>,
}

/// A scenario against another one, or against running costs.
#[derive(Clone, Copy, Debug)]
pub struct Against<'a> {
    /// Id and title.
    pub scenario: (&'a str, &'a str),
    /// Id and title of the other scenario; `None` is running costs.
    pub with: Option<(&'a str, &'a str)>,
    /// The last year of the scenario, whose figures these are.
    pub year: &'a str,
    /// Where and when the patients were counted.
    pub counted: &'a str,
    pub gains: &'a [Gain],
    pub synthetic: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct AllocationPage {
    pub synthetic: bool,
    pub method: String,
    pub scenarios: Vec<Section>,
    pub charts: Vec<Figure>,
    pub tables: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Section {
    pub id: String,
    pub title: String,
    pub about: String,
    pub ledger: Grid,
    pub published: Option<Grid>,
    pub notes: Vec<String>,
}

/// The page and its charts.
pub fn allocation(
    scenarios: &[ScenarioView<'_>],
    against: &[Against<'_>],
    tables: &[String],
) -> (AllocationPage, Vec<Chart>) {
    let charts: Vec<Chart> = against.iter().filter_map(chart).collect();
    let page = AllocationPage {
        synthetic: scenarios.iter().any(|s| s.provenance == Provenance::Synthetic),
        method: METHOD.to_owned(),
        scenarios: scenarios.iter().map(section).collect(),
        charts: charts.iter().zip(against).map(|(c, a)| figure(c, a)).collect(),
        tables: tables.to_vec(),
    };
    (page, charts)
}

fn money(pence: i64) -> Cell {
    Cell::figure(Some(crate::model::pounds(pence)), false)
}

fn each(pence: Option<f64>) -> Cell {
    Cell::figure(pence.map(|p| words::pounds(p / 100.0)), false)
}

fn section(s: &ScenarioView<'_>) -> Section {
    let mut ledger = Grid::new(
        &format!("ledger-{}", s.id),
        format!("{}: where the money goes", s.title),
        &["Year", "Line", "#Amount", &format!("#A head, {}", s.denominator), "Source"],
    );
    for line in s.lines {
        let inner = line.parent.is_some_and(|p| p != "pot");
        let title =
            if inner { format!("of which: {}", words::lower_first(&line.title)) } else { line.title.clone() };
        ledger.rows.push(vec![
            Cell::name(&line.year),
            Cell::name(&title),
            money(line.pence),
            each(line.per_head),
            Cell::name(line.source.as_deref().unwrap_or_default()),
        ]);
    }
    let published = (!s.reconciled.is_empty()).then(|| {
        let mut grid = Grid::new(
            &format!("published-{}", s.id),
            "Published figures, and what comes out of the scenario",
            &[
                "What",
                "#Published",
                "#Here",
                "#A head, published",
                "#People that implies",
                "#People held",
                "#A head on those",
                "Source",
            ],
        );
        let heads = |x: Option<f64>| Cell::figure(x.map(words::whole), false);
        for r in s.reconciled {
            grid.rows.push(vec![
                Cell::name(&r.what),
                Cell::figure(r.published.map(crate::model::pounds), false),
                Cell::figure(r.found.map(crate::model::pounds), false),
                each(r.published_per_head),
                heads(r.implied_heads),
                heads(r.held_heads).small(r.denominator_source.clone()),
                each(r.per_head_on_held),
                Cell::name(&r.source),
            ]);
        }
        grid
    });
    Section {
        id: s.id.to_owned(),
        title: s.title.to_owned(),
        about: s.about.trim().to_owned(),
        ledger,
        published,
        notes: s.moved.iter().map(String::as_str).chain(s.score).map(|n| format!("{n}.")).collect(),
    }
}

/// CCGs by what they gain a head, in figures as they are printed: who moves by less than a penny has the same. Nothing where
/// nobody gains or loses a penny a head.
fn chart(a: &Against<'_>) -> Option<Chart> {
    let mut rows: Vec<(&Gain, f64)> =
        a.gains.iter().filter_map(|g| Some((g, words::printed_pounds(g.per_head()? / 100.0)))).collect();
    rows.sort_by(|x, y| y.1.total_cmp(&x.1).then_with(|| x.0.code.cmp(&y.0.code)));
    let name = |g: &Gain| match &g.name {
        Some(name) => format!("{} {}", words::area_name(name), g.code),
        None => g.code.clone(),
    };
    let group = |label: &str, keep: &dyn Fn(f64) -> bool| {
        let own: Vec<(String, f64)> =
            rows.iter().filter(|r| keep(r.1)).map(|(g, each)| (name(g), *each)).collect();
        let n = words::size(own.len());
        Group { label: Some(format!("{label}: {}", words::of(n, "CCG", "CCGs"))), rows: own }
    };
    let groups: Vec<Group<f64>> =
        [group("More", &|x| x > 0.0), group("The same", &|x| x == 0.0), group("Less", &|x| x < 0.0)]
            .into_iter()
            .filter(|g| !g.rows.is_empty())
            .collect();
    let (first, last) = (rows.first()?, rows.last()?);
    if first.1 == 0.0 && last.1 == 0.0 {
        return None;
    }
    let title = words::clean(a.scenario.1).0;
    let (id, with) = match a.with {
        Some((id, title)) => (id, format!("\"{}\"", words::clean(title).0)),
        None => ("running-cost", "their running costs".to_owned()),
    };
    let more = rows.iter().filter(|r| r.1 > 0.0).count();
    Some(Chart {
        id: format!("gains-{}-{id}", a.scenario.0),
        title: format!("{more} of {} CCGs have more in \"{title}\" than in {with}", rows.len()),
        subtitle: format!(
            "£ per registered patient more or less, {}, the last year of the scenario; patients: {}",
            a.year,
            words::clean(a.counted).0
        ),
        description: format!(
            "One bar for each CCG, from nought: to the right what it has more for each registered patient in \"{title}\" \
             than in {with}, to the left what it has less. From {} ({}) to {} ({}). Who moves by less than a penny in print \
             has the same. Spend has no good direction: more is neither better nor worse.",
            words::pounds(first.1),
            name(first.0),
            words::pounds(last.1),
            name(last.0),
        ),
        footer: vec![METHOD.to_owned()],
        synthetic: a.synthetic,
        table: "comparison".to_owned(),
        own_page: false,
        plot: Plot::Gains(Gains { groups }),
    })
}

fn figure(chart: &Chart, a: &Against<'_>) -> Figure {
    let mut numbers = Grid::new(
        &format!("{}-numbers", chart.id),
        &chart.subtitle,
        &["CCG", "#Before", "#After", "#More or less", "#A head"],
    );
    let mut gains: Vec<&Gain> = a.gains.iter().collect();
    gains.sort_by(|x, y| x.code.cmp(&y.code));
    for gain in gains {
        numbers.rows.push(vec![
            Cell::name(gain.name.as_deref().unwrap_or(&gain.code)).small(gain.code.clone()),
            money(gain.before),
            money(gain.after),
            money(gain.pence()),
            each(gain.per_head()),
        ]);
    }
    Figure {
        id: chart.id.clone(),
        title: chart.title.clone(),
        description: chart.description.clone(),
        synthetic: chart.synthetic,
        mark: None,
        picture: chart.path(),
        png: !chart.own_page,
        table: format!("tables/{}.csv", chart.table),
        numbers: Some(numbers),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_moves_by_less_than_a_penny_has_the_same_and_scenarios_have_their_titles() {
        let gain = |code: &str, pence: i64| Gain {
            code: code.to_owned(),
            name: None,
            registered: Some(1_000.0),
            before: 0,
            after: pence,
        };
        let gains = [gain("01A", 9_000), gain("02B", 400), gain("03C", -300), gain("04D", -600)];
        let against = |gains| Against {
            scenario: ("weighted", "By weighted patients"),
            with: Some(("plain", "As announced")),
            year: "2014/15",
            counted: "Payments, 2013/14",
            gains,
            synthetic: false,
        };
        let chart = chart(&against(&gains)).expect("pennies moved");
        let Plot::Gains(plot) = &chart.plot else { panic!("another plot") };
        let told: Vec<_> = plot.groups.iter().map(|g| (g.label.as_deref().unwrap(), g.rows.len())).collect();
        assert_eq!(told, [("More: 1 CCG", 1), ("The same: 2 CCGs", 2), ("Less: 1 CCG", 1)]);
        assert_eq!(chart.title, "1 of 4 CCGs have more in \"By weighted patients\" than in \"As announced\"");
        assert!(
            chart.subtitle.ends_with("2014/15, the last year of the scenario; patients: Payments, 2013/14")
        );
        assert!(super::chart(&against(&gains[1..3])).is_none(), "nobody moves in print");
    }
}
