//! GP Systems of Choice: principal clinical system per practice, as CSV and as the workbook it comes from.

use super::book::Book;
use super::draw::Kind;
use super::places::REGIONS;
use super::practice::{Practice, address, postcode};
use super::text::{Table, month_title};
use super::world::World;
use super::{Job, Part, SynthError};

/// The seventh name ends in a space.
pub const HEADER: [&str; 14] = [
    "ODS",
    "ODS name",
    "National Group",
    "National Group Name",
    "Area",
    "Area team name",
    "Address 1 ",
    "Address 2",
    "Address 3",
    "Post Code",
    "CCG",
    "CCG name",
    "Principal Supplier",
    "Principal System",
];

pub fn jobs(world: &World) -> Vec<Job<'_>> {
    vec![Box::new(move || Ok(csv(world))), Box::new(move || workbook(world))]
}

fn path(world: &World, extension: &str) -> String {
    let day = world.months[0];
    format!("gpsoc/GPSoC Marketshare - {} {}.{extension}", month_title(day), day.year())
}

/// Three cells of about one practice in 500 are lost look-ups (`#N/A`), as in the file of January 2018.
fn lookup_lost(p: &Practice) -> bool {
    p.index % 500 == 17
}

fn cells(world: &World, p: &Practice) -> [String; 14] {
    let ccg = world.ccg(p);
    let region = &REGIONS[ccg.region];
    let [street, town, county] = address(p.index, p.ccg);
    let (supplier, system) = p.supplier.gpsoc();
    let lan = supplier == "Vision" && world.draw(Kind::Practice, p.index, 2).chance(0.14);
    let system = if lan { "Vision 3 LAN" } else { system };
    let name = |text: &str| if lookup_lost(p) { "#N/A".to_owned() } else { text.to_owned() };
    let own = |text: &str| text.to_owned();
    [
        p.code.clone(),
        p.name.clone(),
        own(region.code),
        name(region.name),
        own(region.area),
        name(region.area_name),
        street,
        town,
        county,
        postcode(p.index),
        ccg.code.clone(),
        name(&ccg.name),
        own(supplier),
        own(system),
    ]
}

fn csv(world: &World) -> Part {
    let mut part = Part::new(path(world, "csv"), Vec::new());
    let mut t = Table::csv("\n");
    t.texts(HEADER).end();
    let period = world.months[0].last_of_month().to_string();
    for p in world.open(0) {
        let cells = cells(world, p);
        for (name, cell) in HEADER.iter().zip(&cells) {
            t.text(cell);
            if cell == "#N/A" {
                part.wart("lookup_lost", &period, &p.code, name, cell);
            }
        }
        t.end();
    }
    part.file.bytes = t.without_last_line_end();
    part
}

fn workbook(world: &World) -> Result<Part, SynthError> {
    let mut book = Book::new("Synthetic GPSoC market share");
    let mut sheet = book.sheet("Data");
    for (col, name) in HEADER.iter().enumerate() {
        sheet.text(0, col, name);
    }
    let mut shares: std::collections::BTreeMap<String, i64> = std::collections::BTreeMap::new();
    for (row, p) in world.open(0).enumerate() {
        let cells = cells(world, p);
        for (col, cell) in cells.iter().enumerate() {
            sheet.text(row + 1, col, cell);
        }
        *shares.entry(cells[13].clone()).or_default() += 1;
    }
    let mut totals = book.sheet("Totals");
    totals.text(0, 0, "SYNTHETIC market share totals by system");
    totals.text(1, 0, "Product");
    totals.month(1, 1, world.months[0]);
    for (row, (system, count)) in shares.iter().enumerate() {
        totals.text(row + 2, 0, system).int(row + 2, 1, *count);
    }
    Ok(Part::new(path(world, "xlsx"), book.bytes()?))
}
