//! CCGs' own returns of GP IT spend, two years, and residents.
//!
//! Sound returns come with what makes an honest return look odd: amounts in thousands or pence, a reversed line, an equal
//! line twice, practice telephony beside core lines, hosts that set apart what they bought for their neighbours. In the
//! later year errors are planted and written to the truth file (`spend_...`): whole IT budgets, ten times, twelve times,
//! thousands as pounds, half years (every other one states its days), hosts that set nothing apart. The spread between
//! sound CCGs (a fifth to a quarter) and their change in a year (6 %) are assumptions of this generator.

use super::super::draw::{Draw, Kind};
use super::super::text::{Table, hundredths};
use super::super::world::World;
use super::super::{Job, Part};
use crate::model::{Grain, Period};
use jiff::ToSpan;
use jiff::civil::Date;

const HEADER: [&str; 17] = [
    "financial_year_end",
    "ccg_code",
    "ccg_name",
    "line",
    "description",
    "category",
    "supplier",
    "amount",
    "unit",
    "covers_from",
    "covers_to",
    "paid_to_ccg",
    "on_behalf_of",
    "bill",
    "share",
    "denominator",
    "population",
];

/// What is bought, as it is stated, with its share of the spend.
const SERVICES: [(&str, &str, f64); 9] = [
    ("Service desk and desktop support", "Core and mandated", 0.31),
    ("HSCN network lines", "Core and mandated", 0.18),
    ("Desktop and laptop refresh", "Core and mandated", 0.14),
    ("Licences for clinical add-ons", "Core and mandated", 0.12),
    ("Text messaging to patients", "Core and mandated", 0.08),
    ("Training in clinical systems", "Core and mandated", 0.06),
    ("Cyber security and information governance", "Core and mandated", 0.05),
    ("Data quality service", "Core and mandated", 0.03),
    ("Online consultation pilot", "Enhanced", 0.03),
];
const SUPPLIER: &str = "SYNTHETIC IT SERVICES LTD";
/// Pounds a head in the earlier year.
const PER_HEAD: f64 = 2.40;
/// CCGs that share a team.
const GROUP: usize = 5;

#[derive(Clone, Copy, PartialEq)]
enum Error {
    WholeBudget,
    TimesTen,
    TimesTwelve,
    Thousands,
    HalfYear { stated: bool },
}

struct Line {
    description: &'static str,
    category: &'static str,
    pounds: f64,
    paid_to: Option<usize>,
    on_behalf_of: Option<usize>,
}

pub fn jobs(world: &World) -> Vec<Job<'_>> {
    let year = Period::containing(Grain::FinancialYear, world.months[0]);
    let before = Period::containing(Grain::FinancialYear, year.start().saturating_sub(1.days()));
    vec![
        Box::new(move || Ok(returns(world, before, 0))),
        Box::new(move || Ok(returns(world, year, 1))),
        Box::new(move || Ok(residents(world, year))),
    ]
}

/// Every fourth group shares a team whose host sets its neighbours' part apart, every eighth one whose host does not.
fn host(world: &World, i: usize) -> Option<(usize, bool)> {
    let group = i / GROUP;
    let whole = group * GROUP + GROUP <= world.ccgs.len();
    match group % 8 {
        1 | 5 if whole => Some((group * GROUP, true)),
        3 if whole => Some((group * GROUP, false)),
        _ => None,
    }
}

/// Errors by CCG: about one in eight, never where recharges run, since one error must not make another.
fn errors(world: &World) -> Vec<Option<Error>> {
    let n = world.ccgs.len();
    let kinds = [
        Error::TimesTen,
        Error::WholeBudget,
        Error::HalfYear { stated: true },
        Error::Thousands,
        Error::TimesTwelve,
        Error::HalfYear { stated: false },
    ];
    let mut out = vec![None; n];
    let free = world.draw(Kind::SpendReturn, 0, 2).order(n).into_iter().filter(|i| host(world, *i).is_none());
    for (k, i) in free.take(n / 8).enumerate() {
        out[i] = Some(kinds[(k + world.spec.seed as usize % kinds.len()) % kinds.len()]);
    }
    out
}

fn returns(world: &World, year: Period, number: usize) -> Part {
    let mut part = Part::new(format!("returns/ccg_gpit_spend_return_{}.csv", year.end()), Vec::new());
    let mut t = Table::csv("\r\n");
    t.texts(HEADER).end();
    for (i, planted) in errors(world).into_iter().enumerate() {
        let mut d = world.draw(Kind::SpendReturn, i, 3 + number);
        let error = planted.filter(|_| number == 1);
        // A few CCGs do not return; those with an error do, so that there is something to find.
        if d.chance(if number == 0 { 0.1 } else { 0.02 }) && planted.is_none() && host(world, i).is_none() {
            part.wart("no_spend_return", &year.to_string(), &world.ccgs[i].code, "", "");
            continue;
        }
        let mut lines = lines(world, i, number, &mut d);
        let mut covers = (year.start(), year.end());
        let mut plant = |kind, detail: &str| {
            part.wart(kind, &year.to_string(), &world.ccgs[i].code, "amount", detail);
        };
        match error {
            None => {}
            Some(Error::WholeBudget) => {
                let factor = 2.3 + 2.7 * d.unit();
                let all: f64 = lines.iter().map(|l| l.pounds).sum();
                let pounds = (factor - 1.0) * all;
                lines.push(line("Information technology services", "Core and mandated", pounds));
                plant("spend_whole_budget", &format!("{factor:.3}"));
            }
            Some(Error::TimesTen) => scale(&mut lines, 10.0, || plant("spend_times_ten", "10")),
            Some(Error::TimesTwelve) => scale(&mut lines, 12.0, || plant("spend_times_twelve", "12")),
            Some(Error::Thousands) => scale(&mut lines, 0.001, || plant("spend_thousands", "0.001")),
            Some(Error::HalfYear { stated }) => {
                scale(&mut lines, 0.5, || {
                    plant("spend_half_year", if stated { "stated" } else { "not stated" })
                });
                if stated {
                    covers.1 = year.start().saturating_add(5.months()).last_of_month();
                }
            }
        }
        let unset = host(world, i).is_some_and(|(host, apart)| host == i && !apart);
        if unset && number == 1 {
            plant("spend_host_recharge", "bought for neighbours, not set apart");
        }
        write(&mut t, world, i, (year, covers), &lines, error.is_none() && !unset, &mut d);
    }
    part.file.bytes = t.out;
    part
}

fn line(description: &'static str, category: &'static str, pounds: f64) -> Line {
    Line { description, category, pounds, paid_to: None, on_behalf_of: None }
}

fn scale(lines: &mut [Line], by: f64, plant: impl FnOnce()) {
    lines.iter_mut().for_each(|l| l.pounds *= by);
    plant();
}

/// What a CCG truly spends on its own patients, and what passes between it and its host.
fn lines(world: &World, i: usize, number: usize, d: &mut Draw) -> Vec<Line> {
    let own = spend(world, i, number);
    let shares: Vec<f64> = SERVICES.iter().map(|s| s.2 * d.factor(0.12)).collect();
    let all: f64 = shares.iter().sum();
    let mut out: Vec<Line> =
        SERVICES.iter().zip(shares).map(|((what, stated, _), s)| line(what, stated, own * s / all)).collect();
    if let Some((host, apart)) = host(world, i) {
        // A fifth of what each neighbour spends goes through the host.
        if i != host {
            let through = 0.2 * own;
            out.iter_mut().for_each(|l| l.pounds *= 0.8);
            out.push(Line { paid_to: Some(host), ..line("Shared IT team", "Core and mandated", through) });
        } else {
            for j in (host..host + GROUP).filter(|j| *j != host) {
                let bought = 0.2 * spend(world, j, number);
                let on_behalf_of = (apart || number == 0).then_some(j);
                out.push(Line { on_behalf_of, ..line("Shared IT team", "Core and mandated", bought) });
            }
        }
    }
    if d.chance(0.3) {
        out.push(line("Practice telephony", "Practice business requirement", 0.02 * own));
    }
    out
}

/// A CCG's level, and its year on it.
fn spend(world: &World, i: usize, number: usize) -> f64 {
    let mut level = world.draw(Kind::SpendReturn, i, 0);
    let patients: i64 = world.practices.iter().filter(|p| p.ccg == i).map(|p| p.list_in(0)).sum();
    let first = patients as f64 * PER_HEAD * level.factor(0.2);
    if number == 0 { first } else { first * 1.02 * level.factor(0.06) }
}

fn write(
    t: &mut Table,
    world: &World,
    i: usize,
    (year, covers): (Period, (Date, Date)),
    lines: &[Line],
    sound: bool,
    d: &mut Draw,
) {
    let (unit, per_pound) = match d.below(8) {
        0 if sound => ("thousands", 0.001),
        1 if sound => ("pence", 100.0),
        _ => ("pounds", 1.0),
    };
    let again = d.below(12);
    let code = |j: Option<usize>| j.map_or("", |j| world.ccgs[j].code.as_str());
    let mut number = 0;
    let mut put = |l: &Line, pounds: f64| {
        number += 1;
        let pounds = if unit == "thousands" { (pounds / 10.0).round() * 10.0 } else { pounds };
        let decimals = if unit == "pence" { 1.0 } else { 100.0 };
        let amount = ((pounds * per_pound * decimals).round() * (100.0 / decimals)) as i64;
        t.text(&year.end().to_string()).text(&world.ccgs[i].code).text(&world.ccgs[i].name).int(number);
        t.texts([l.description, l.category, SUPPLIER]).text(&hundredths(amount)).text(unit);
        t.text(&covers.0.to_string()).text(&covers.1.to_string());
        t.texts([code(l.paid_to), code(l.on_behalf_of), "", "", "registered"]);
        t.int(world.practices.iter().filter(|p| p.ccg == i).map(|p| p.list_in(0)).sum()).end();
    };
    for (k, l) in lines.iter().enumerate() {
        put(l, l.pounds);
        // Booked twice and put right, or two equal orders.
        if k == 2 && again == 0 {
            put(l, l.pounds);
            put(l, -l.pounds);
        }
        if k == 5 && again == 1 {
            put(l, l.pounds);
        }
    }
}

/// Registered lists hold about 3 to 8 % more people than live there; student cities a fifth more.
fn residents(world: &World, year: Period) -> Part {
    let mut part = Part::new(format!("returns/ccg_residents_{}.csv", year.end()), Vec::new());
    let mut t = Table::csv("\r\n");
    t.texts(["as_at", "ccg_code", "residents", "resident_source"]).end();
    for (i, ccg) in world.ccgs.iter().enumerate() {
        let mut d = world.draw(Kind::Residents, i, 0);
        let patients: i64 = world.practices.iter().filter(|p| p.ccg == i).map(|p| p.list_in(0)).sum();
        let excess = if d.chance(0.06) { 1.2 } else { 1.03 + 0.05 * d.unit() };
        let people = (patients as f64 / excess).round() as i64;
        t.text(&year.end().to_string()).text(&ccg.code).int(people);
        t.text("SYNTHETIC mid-year estimate").end();
    }
    part.file.bytes = t.out;
    part
}
