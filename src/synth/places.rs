//! Regions, CCGs (later sub-ICB locations), ICBs and PCNs: codes and invented names.
//!
//! Code schemes: a CCG is two digits and one of `Z U S O I B`, letters that end no CCG code of the ODS lists of
//! February 2016 and of 2025; after 600 of them the five-character form of DCB0090 with `Z` at both ends. An ICB is
//! `Q`, one of the same letters, and a digit or letter. Names say SYNTHETIC.

use super::draw::{Draw, Kind};

/// A commissioning region with the codes of both eras.
pub struct Region {
    /// 2018 code and area (sub-region) code, as in POMI.
    pub code: &'static str,
    pub area: &'static str,
    /// 2025 code.
    pub code_2025: &'static str,
    pub name: &'static str,
    pub area_name: &'static str,
    /// Share of the CCGs.
    weight: f64,
}

pub const REGIONS: [Region; 5] = [
    region("Y54", "Q72", "Y63", "SYNTHETIC NORTH REGION", "SYNTHETIC NORTH AREA", 0.32),
    region("Y55", "Q76", "Y60", "SYNTHETIC MIDDLE REGION", "SYNTHETIC MIDDLE AREA", 0.30),
    region("Y56", "Q71", "Y56", "SYNTHETIC CAPITAL REGION", "SYNTHETIC CAPITAL AREA", 0.17),
    region("Y58", "Q85", "Y58", "SYNTHETIC WEST REGION", "SYNTHETIC WEST AREA", 0.05),
    region("Y59", "Q87", "Y59", "SYNTHETIC SOUTH REGION", "SYNTHETIC SOUTH AREA", 0.16),
];

const fn region(
    code: &'static str,
    area: &'static str,
    code_2025: &'static str,
    name: &'static str,
    area_name: &'static str,
    weight: f64,
) -> Region {
    Region { code, area, code_2025, name, area_name, weight }
}

const LANDSCAPES: [&str; 12] =
    ["VALE", "MOOR", "FEN", "DOWNS", "WOLDS", "HEATH", "MARSH", "DALE", "FOREST", "COAST", "WEALD", "BROADS"];
const FREE_LETTERS: &[u8] = b"ZUSOIB";
const SUFFIXES: &[u8] = b"123456789ABCDEFGHJKLMNPQRTVWXY";

/// A CCG; from July 2022 the sub-ICB location of the same code.
pub struct Ccg {
    pub code: String,
    /// `NHS SYNTHETIC VALE 07 CCG`; every ninth name holds a comma.
    pub name: String,
    pub region: usize,
    pub icb: usize,
    /// How many practices are open here at the start.
    pub practices: usize,
    /// Effects shared by the practices of the CCG, standard normal: adoption, record access, list size.
    pub adoption: f64,
    pub records: f64,
    pub size: f64,
    /// Share of practices on EMIS; local procurement makes most CCGs all or nothing.
    pub emis: f64,
    /// Old codes and names, where this CCG was made by a merger.
    pub merged_from: Vec<(String, String)>,
}

pub struct Icb {
    pub code: String,
    pub name: String,
}

/// 195 CCGs for 7,000 practices, as in 2018, and never fewer than three.
pub fn ccg_count(practices: usize) -> usize {
    ((practices * 195 + 3_500) / 7_000).max(3)
}

/// 42 ICBs above 195 CCGs; at most as many as there are codes.
fn icb_count(ccgs: usize) -> usize {
    (ccgs * 42 / 195).clamp(1, FREE_LETTERS.len() * SUFFIXES.len())
}

fn ccg_code(i: usize) -> String {
    let number = i % 100;
    match FREE_LETTERS.get(i / 100) {
        Some(&letter) => format!("{number:02}{}", letter as char),
        None => format!("Z{}{}{}Z", number / 10, (b'A' + ((i / 100) % 26) as u8) as char, number % 10),
    }
}

fn ccg_name(i: usize) -> String {
    let place = LANDSCAPES[i % LANDSCAPES.len()];
    if i % 9 == 4 {
        let second = LANDSCAPES[(i + 5) % LANDSCAPES.len()];
        format!("NHS SYNTHETIC {place}, {second} AND TOWN {i:02} CCG")
    } else {
        format!("NHS SYNTHETIC {place} {i:02} CCG")
    }
}

/// Draws the CCGs of a country with this many practices. CCG 1 was made by a merger on the first day.
pub fn ccgs(seed: u64, practices: usize) -> Vec<Ccg> {
    let n = ccg_count(practices);
    let mut country = Draw::new(seed, Kind::Country, 0, 0);
    let weights: Vec<f64> = REGIONS.iter().map(|r| r.weight).collect();
    let ranks = country.order(n);
    let mut list: Vec<Ccg> = (0..n)
        .map(|i| {
            let mut d = Draw::new(seed, Kind::Ccg, i, 0);
            // Regions are runs of neighbouring numbers, as they are of neighbouring codes.
            let at = (i as f64 + 0.5) / n as f64 * weights.iter().sum::<f64>();
            let mut upto = 0.0;
            let region = weights.iter().position(|w| {
                upto += w;
                at < upto
            });
            Ccg {
                code: ccg_code(i),
                name: ccg_name(i),
                region: region.unwrap_or(REGIONS.len() - 1),
                icb: i * icb_count(n) / n,
                practices: 0,
                adoption: d.normal(),
                records: d.normal(),
                size: d.normal(),
                emis: emis_share((ranks[i] as f64 + 0.5) / n as f64),
                merged_from: Vec::new(),
            }
        })
        .collect();
    share_out(seed, practices, &mut list);
    list[1].merged_from = [n, n + 1].map(|i| (ccg_code(i), ccg_name(i))).to_vec();
    list
}

/// Quantiles of the EMIS share over CCGs in the POMI of September 2018: a quarter of the CCGs at 1, the lowest tenth
/// at 0.02, the median at 0.55. Drawn by rank, so that the national share does not wander with the seed.
fn emis_share(u: f64) -> f64 {
    match u {
        u if u > 0.70 => 0.985,
        u if u > 0.25 => 0.20 + (u - 0.25) / 0.45 * 0.75,
        u => 0.02 + 0.72 * u,
    }
}

/// Sizes of CCGs are lognormal (0.58); whole practices by largest remainder, at least four each.
fn share_out(seed: u64, practices: usize, list: &mut [Ccg]) {
    let weights: Vec<f64> = (0..list.len()).map(|i| Draw::new(seed, Kind::Ccg, i, 1).factor(0.58)).collect();
    let total: f64 = weights.iter().sum();
    let spare = practices - 4 * list.len();
    let exact: Vec<f64> = weights.iter().map(|w| w / total * spare as f64).collect();
    let mut left = spare;
    for (ccg, x) in list.iter_mut().zip(&exact) {
        ccg.practices = 4 + x.floor() as usize;
        left -= x.floor() as usize;
    }
    let mut by_remainder: Vec<usize> = (0..list.len()).collect();
    by_remainder.sort_by(|&a, &b| exact[b].fract().total_cmp(&exact[a].fract()).then(a.cmp(&b)));
    for &i in by_remainder.iter().take(left) {
        list[i].practices += 1;
    }
}

/// The ICBs above the CCGs.
pub fn icbs(ccgs: &[Ccg]) -> Vec<Icb> {
    let n = ccgs.iter().map(|c| c.icb).max().unwrap_or(0) + 1;
    (0..n)
        .map(|i| {
            let letter = FREE_LETTERS[i / SUFFIXES.len()] as char;
            let suffix = SUFFIXES[i % SUFFIXES.len()] as char;
            Icb {
                code: format!("Q{letter}{suffix}"),
                name: format!("NHS SYNTHETIC COUNTY {i:02} INTEGRATED CARE BOARD"),
            }
        })
        .collect()
}

impl Icb {
    /// `NHS SYNTHETIC COUNTY 03 ICB - 07Z`, the name of a sub-ICB location.
    pub fn location_name(&self, code: &str) -> String {
        format!("{} - {code}", self.name.replace("INTEGRATED CARE BOARD", "ICB"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::is_ccg_code;
    use std::collections::BTreeSet;

    #[test]
    fn ccg_codes_are_valid_and_unique_however_many_there_are() {
        let codes: BTreeSet<String> = (0..2_600).map(ccg_code).collect();
        assert_eq!(codes.len(), 2_600);
        assert!(codes.iter().all(|c| is_ccg_code(c)));
    }

    #[test]
    fn england_of_2018_has_195_ccgs_and_every_practice_has_one() {
        assert_eq!((ccg_count(7_000), ccg_count(40)), (195, 3));
        for n in [40, 500, 7_000] {
            let list = ccgs(5, n);
            assert_eq!(list.iter().map(|c| c.practices).sum::<usize>(), n);
            assert!(list.iter().all(|c| c.practices >= 4 && c.name.contains("SYNTHETIC")));
        }
    }
}
