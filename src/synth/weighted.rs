//! Weighted populations per practice from the allocations, in the layout of 2025/26: 30 columns, a byte order mark,
//! and ten columns that are there and always empty.

use super::draw::Kind;
use super::places::REGIONS;
use super::practice::postcode;
use super::text::Table;
use super::truth::Total;
use super::world::World;
use super::{Job, Part};
use crate::model::{Grain, Period};

pub const HEADER: &str = "Practice_Code,GP_Practice_Name,Practice_Postcode,Latitude,Longitude,CCG,Former CCG,PCN_Code,\
                          PCN_Name,LOC,LOCname,ICB,ICBname,Rcode,Region,LAD,LTLA,LA,UTLA,Patients,Population,G&A WP,\
                          CS WP,MH WP,Mat WP,Health Ineq WP,Prescr WP,Final WP,Primary Medical Care WP,Final PMC WP";
/// Spread (sd of logs) of the needs of G&A, CS, MH, Mat, Health Ineq, Prescr; the last three follow the practice's own.
const SPREADS: [f64; 6] = [0.12, 0.25, 0.25, 0.30, 0.35, 0.12];

pub fn jobs(world: &World) -> Vec<Job<'_>> {
    vec![Box::new(move || Ok(file(world)))]
}

fn file(world: &World) -> Part {
    let year = Period::containing(Grain::FinancialYear, world.months_2025[0]);
    let path = format!("allocations/{}_{}.csv", year.start().year(), year.end().year());
    let mut part = Part::new(path, Vec::new());
    let mut t = Table::csv("\n");
    t.out.extend_from_slice(b"\xEF\xBB\xBF");
    t.raw(HEADER.as_bytes()).end();
    let period = year.to_string();
    let fields = ["registered_millionths", "weighted_primary_medical_care_millionths"];
    let mut totals = fields.map(|f| Total::new("weighted_populations", &period, f));
    for p in world.open_2025() {
        let mut d = world.draw(Kind::Weighted, p.index, 0);
        let ccg = world.ccg(p);
        let icb = &world.icbs[ccg.icb];
        let region = &REGIONS[ccg.region];
        // The allocation takes the mean of a year before the file, hence a fraction.
        let registered = p.list_2025 * 0.995 * d.factor(0.004);
        let region_name = format!("NHS {}", region.name);
        let icb_name = icb.name.replace("INTEGRATED CARE BOARD", "ICB");
        t.text(&p.code).text(&p.name).text(&postcode(p.index));
        t.text(&format!("{:.6}", 50.5 + 4.5 * d.unit())).text(&format!("{:.6}", -3.0 + 4.0 * d.unit()));
        t.texts(["", "", "", "", "", "", &icb.code, &icb_name, region.code_2025, &region_name]);
        t.text(&format!("E99{:06}", p.ccg))
            .text(&format!("Synthetic District {:03}", p.ccg))
            .texts(["", "", ""]);
        let mut needs = SPREADS.map(|sd| registered * d.factor(sd));
        needs[5] = registered * p.need.powf(1.2) * d.factor(0.06);
        let last = [1.0, 0.95, 1.0].map(|power: f64| registered * p.need.powf(power) * d.factor(0.02));
        for x in std::iter::once(registered).chain(needs).chain(last) {
            t.text(&format!("{x:.6}"));
        }
        t.end();
        let millionths = |x: f64| (x * 1e6).round() as i64;
        totals[0].add(millionths(registered));
        totals[1].add(millionths(last[2]));
    }
    part.totals.extend(totals);
    part.file.bytes = t.without_last_line_end();
    part
}
