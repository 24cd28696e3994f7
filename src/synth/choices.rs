//! NHS Choices directories of practices and of CCGs: delimiter byte 0xAC, windows-1252, no quoting at all.
//!
//! Branches repeat the practice code with three more digits; longitudes near Greenwich come in scientific notation.

use super::draw::Kind;
use super::practice::{address, postcode, telephone};
use super::text::{Quote, Table, year_month};
use super::truth::Total;
use super::world::World;
use super::{Job, MARK, Part};
use encoding_rs::WINDOWS_1252;

pub const GP: [&str; 22] = [
    "OrganisationID",
    "OrganisationCode",
    "OrganisationType",
    "SubType",
    "OrganisationStatus",
    "IsPimsManaged",
    "isEPSEnabled",
    "OrganisationName",
    "Address1",
    "Address2",
    "Address3",
    "City",
    "County",
    "Postcode",
    "Latitude",
    "Longitude",
    "ParentODSCode",
    "ParentName",
    "Phone",
    "Email",
    "Website",
    "Fax",
];

/// The CCG directory has neither the EPS flag nor the parent.
pub fn ccg_header() -> Vec<&'static str> {
    GP.into_iter().filter(|n| !matches!(*n, "isEPSEnabled" | "ParentODSCode" | "ParentName")).collect()
}

pub fn jobs(world: &World) -> Vec<Job<'_>> {
    vec![Box::new(move || Ok(gp(world))), Box::new(move || Ok(ccg(world)))]
}

/// The files hold no date: their names carry the first month of the set.
fn path(world: &World, name: &str) -> String {
    format!("nhs-choices/{name}_{}.csv", year_month(world.months[0]))
}

fn table(header: &[&str]) -> Table {
    let mut t = Table::new(0xAC, Quote::Never, "\n");
    t.texts(header.iter().copied()).end();
    t
}

/// windows-1252 bytes; the text holds nothing that the code page lacks.
fn latin(text: &str) -> Vec<u8> {
    WINDOWS_1252.encode(text).0.into_owned()
}

/// `SYNTHETIC Medical Centre 00002`: the directory writes names in title case; the mark stays as it is.
fn title_case(name: &str) -> String {
    let word = |w: &str| {
        if w.contains(MARK) {
            return w.to_owned();
        }
        let lower = w.to_ascii_lowercase();
        let mut letters = lower.chars();
        letters.next().map_or(String::new(), |c| format!("{}{}", c.to_ascii_uppercase(), letters.as_str()))
    };
    name.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// A degree as .NET prints it: scientific below a tenth.
fn degree(x: f64) -> String {
    if x.abs() < 0.1 { format!("{x:E}") } else { format!("{x:.15}") }
}

fn gp(world: &World) -> Part {
    let mut part = Part::new(path(world, "GP"), Vec::new());
    let mut t = table(&GP);
    let period = world.months[0].last_of_month().to_string();
    let mut eps = Total::new("choices_gp", &period, "eps_enabled_rows");
    let mut id = 2_900;
    for p in world.open(0) {
        let mut d = world.draw(Kind::Choices, p.index, 0);
        let ccg = world.ccg(p);
        let (lat, long) = (50.5 + 4.5 * d.unit(), -3.0 + 4.0 * d.unit());
        for site in 0..=p.branches {
            id += 1 + d.below(3);
            let code = if site == 0 { p.code.clone() } else { format!("{}{site:03}", p.code) };
            if site > 0 {
                part.wart("branch_code", &period, &code, "OrganisationCode", &p.code);
            }
            let mut name = title_case(&p.name);
            if site > 0 {
                name.push_str(&format!(" \u{2013} Branch {site}"));
                part.wart("non_ascii_name", &period, &code, "OrganisationName", &name);
            } else if p.index % 40 == 2 {
                name = name.replace('\'', "\u{2019}");
                part.wart("non_ascii_name", &period, &code, "OrganisationName", &name);
            }
            let enabled = p.eps && !(site > 0 && d.chance(0.02));
            let [street, town, county] = address(p.index + site, p.ccg);
            t.int(id as i64).texts([&code, "GP", "UNKNOWN", "Visible"]);
            t.text(if d.chance(0.99) { "True" } else { "False" });
            t.text(if enabled { "True" } else { "False" });
            t.raw(&latin(&name)).texts([&street, "", "", &town, &county, &postcode(p.index)]);
            t.text(&degree(lat + 0.01 * site as f64)).text(&degree(long));
            t.texts([&ccg.code, &ccg.name, &telephone(p.index), "", "", ""]).end();
            eps.add(i64::from(enabled));
        }
    }
    part.totals.push(eps);
    part.file.bytes = t.out;
    part
}

fn ccg(world: &World) -> Part {
    let mut t = table(&ccg_header());
    for (i, ccg) in world.ccgs.iter().enumerate() {
        let [street, town, county] = address(i, i);
        t.int(460_000 + i as i64).texts([
            &ccg.code,
            "Clinical Commissioning Group",
            "UNKNOWN",
            "Visible",
            "True",
        ]);
        t.texts([&ccg.name, &street, "", "", &town, &county, &postcode(i), "52.25", "-1.5", &telephone(i)]);
        t.texts(["", "", ""]).end();
    }
    Part::new(path(world, "CCG"), t.out)
}
