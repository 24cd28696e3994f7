//! Names of areas, which stand beside the codes of practices.

use crate::disclose::Disclosed;
use crate::model::is_ccg_code;
use crate::report::about::About;
use crate::report::frame::Frame;
use crate::report::league::Area;
use crate::report::words;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Names of CCGs: those of the period on show, else the latest.
pub(super) fn ccgs(practices: Frame, period: Option<Date>) -> BTreeMap<String, String> {
    let (day, code, name) =
        (practices.date("period"), practices.text("ccg_code"), practices.text("ccg_name"));
    let mut best: BTreeMap<String, ((bool, Option<Date>), String)> = BTreeMap::new();
    for i in 0..practices.rows() {
        if let (Some(code), Some(name)) = (&code[i], &name[i]) {
            let rank = (day[i] == period, day[i]);
            match best.get(code) {
                Some((held, _)) if *held >= rank => {}
                _ => _ = best.insert(code.clone(), (rank, name.clone())),
            }
        }
    }
    best.into_iter().map(|(code, (_, name))| (code, name)).collect()
}

pub(super) fn regions(areas: Frame, practices: Frame) -> BTreeMap<String, String> {
    let pairs = |codes: Vec<Option<String>>, names: Vec<Option<String>>| {
        codes.into_iter().zip(names).filter_map(|(c, n)| Some((c?, n?))).collect::<BTreeMap<_, _>>()
    };
    let mut names = pairs(practices.text("region_code"), practices.text("region_name"));
    names.extend(pairs(areas.text("unit_code"), areas.text("unit_name")));
    names
}

/// Name of the region that each area lies in, by the area's code.
pub(super) fn region_of(ccg_scores: Frame, names: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let regions = ccg_scores.text("region_code").into_iter();
    let pairs = ccg_scores.text("ccg_code").into_iter().zip(regions);
    pairs.filter_map(|(ccg, region)| Some((ccg?, words::area_name(names.get(&region?)?)))).collect()
}

/// Tables that name CCGs, with the column that does.
const NAMING: [(&str, &str); 6] = [
    ("ccg_scores", "ccg_code"),
    ("spend_per_head", "ccg_code"),
    ("agreements", "ccg_code"),
    ("agreement_summary", "unit_code"),
    ("standards", "ccg_code"),
    ("peers", "ccg_code"),
];

/// CCGs that some table names and that have no practice in the quarter on show, sorted by code: of them something is known,
/// though nothing is scored. `ccgs`: the areas of the quarter.
pub(super) fn unscored(
    release: &Disclosed<About>,
    ccgs: &[Area],
    names: &BTreeMap<String, String>,
) -> Vec<Area> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for (table, column) in NAMING {
        let t = Frame::new(release.tables.get(table));
        for (code, own) in t.text(column).into_iter().zip(t.text("ccg_name")) {
            let Some(code) = code.filter(|c| is_ccg_code(c) && !ccgs.iter().any(|a| a.code == *c)) else {
                continue;
            };
            if let Some(name) = own.or_else(|| names.get(&code).cloned()) {
                found.insert(code, words::area_name(&name));
            } else {
                found.entry(code.clone()).or_insert(code);
            }
        }
    }
    found.into_iter().map(|(code, name)| Area { code, name, ..Area::default() }).collect()
}
