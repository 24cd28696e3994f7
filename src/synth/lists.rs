//! Patients registered at a GP practice: the tall file of totals, one per month, in the styles of 2018 and of 2025.
//!
//! The layout has no names, so the publication column says SYNTHETIC.

use super::practice::{Practice, postcode};
use super::text::{Table, dmony, month_title, month_upper};
use super::truth::Total;
use super::world::World;
use super::{Job, Part};
use jiff::civil::Date;

pub const HEADER: &str = "PUBLICATION,EXTRACT_DATE,TYPE,CCG_CODE,ONS_CCG_CODE,CODE,POSTCODE,SEX,AGE,\
                          NUMBER_OF_PATIENTS";
pub const HEADER_2025: &str = "PUBLICATION,EXTRACT_DATE,TYPE,SUB_ICB_LOCATION_CODE,ONS_SUB_ICB_LOCATION_CODE,CODE,\
                               POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS";

pub fn jobs(world: &World) -> Vec<Job<'_>> {
    (0..world.months.len())
        .map(|m| {
            Box::new(move || {
                let day = world.months[m];
                let name = format!("{}{}", month_upper(day).to_ascii_lowercase(), day.year());
                let path = format!("list-sizes/gp-reg-pat-prac-all-{name}.csv");
                let (style, rows) = ((HEADER, "\r\n", dmony(day)), world.open(m));
                Ok(tall(world, path, style, day, rows.map(|p| (p, p.list_in(m)))))
            }) as Job<'_>
        })
        .collect()
}

pub fn jobs_2025(world: &World) -> Vec<Job<'_>> {
    (0..world.months_2025.len())
        .map(|m| {
            Box::new(move || {
                let day = world.months_2025[m];
                let path = format!("list-sizes/PracPop{}{}.csv", month_title(day), day.year());
                let (style, rows) = ((HEADER_2025, "\n", day.to_string()), world.open_2025());
                Ok(tall(world, path, style, day, rows.map(|p| (p, p.list_in_2025(m)))))
            }) as Job<'_>
        })
        .collect()
}

fn tall<'w>(
    world: &World,
    path: String,
    (header, line_end, stamp): (&str, &'static str, String),
    day: Date,
    rows: impl Iterator<Item = (&'w Practice, i64)>,
) -> Part {
    let period = day.last_of_month().to_string();
    let mut part = Part::new(path, Vec::new());
    let mut total = Total::new("list_sizes", &period, "patients");
    let mut t = Table::csv(line_end);
    t.raw(header.as_bytes()).end();
    for (p, patients) in rows {
        let ons = format!("E38{:06}", 900_000 + p.ccg);
        t.texts([
            "SYNTHETIC_GP_PRAC_PAT_LIST",
            &stamp,
            "GP",
            &world.ccg(p).code,
            &ons,
            &p.code,
            &postcode(p.index),
        ]);
        t.texts(["ALL", "ALL"]).int(patients).end();
        total.add(patients);
        if patients < 750 {
            part.wart("list_under_750", &period, &p.code, "NUMBER_OF_PATIENTS", &patients.to_string());
        }
    }
    part.totals.push(total);
    part.file.bytes = t.out;
    part
}
