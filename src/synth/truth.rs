//! The truth: what the files were made from, and which faults were planted where.
//!
//! | file | one row per |
//! |---|---|
//! | `truth/practices.csv` | practice: latent adoption, true shares, fate |
//! | `truth/totals.csv` | dataset, period, field: sums over the country |
//! | `truth/warts.csv` | planted fault, with its key |
//! | `truth/summary.json` | set: counts of the above |
//!
//! In `totals.csv`, `published` is the plain sum of every number in the column of the file's rows for organisations,
//! `valid` leaves out negative values and counts a practice that is reported from two systems once, and `truth` is
//! what the files would have held had every open practice returned cleanly. Units are those of the file, except
//! where the field name says `_hundredths`.

use super::text::Table;
use super::world::World;
use super::{MARKER, Part, SynthFile, TRUTH};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A planted fault.
#[derive(Clone, Debug)]
pub struct Wart {
    pub kind: &'static str,
    pub file: String,
    /// Last day of the period, ISO; empty where the file has none.
    pub period: String,
    /// Code of the organisation.
    pub key: String,
    pub field: String,
    pub detail: String,
}

/// A national total.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Total {
    pub dataset: &'static str,
    pub period: String,
    pub field: String,
    pub rows: u64,
    pub blank: u64,
    pub negative: u64,
    pub published: i64,
    pub valid: i64,
    pub truth: i64,
}

impl Total {
    pub fn new(dataset: &'static str, period: &str, field: &str) -> Total {
        Total { dataset, period: period.to_owned(), field: field.to_owned(), ..Total::default() }
    }

    /// One clean value of one row.
    pub fn add(&mut self, value: i64) {
        self.rows += 1;
        self.published += value;
        self.valid += value;
        self.truth += value;
    }

    pub fn join(&mut self, other: &Total) {
        self.rows += other.rows;
        self.blank += other.blank;
        self.negative += other.negative;
        self.published += other.published;
        self.valid += other.valid;
        self.truth += other.truth;
    }
}

impl Part {
    pub fn new(path: impl Into<String>, bytes: Vec<u8>) -> Part {
        let file = SynthFile { path: path.into(), bytes };
        Part { file, warts: Vec::new(), totals: Vec::new() }
    }

    pub fn wart(&mut self, kind: &'static str, period: &str, key: &str, field: &str, detail: &str) {
        let wart = |s: &str| s.to_owned();
        self.warts.push(Wart {
            kind,
            file: self.file.path.clone(),
            period: wart(period),
            key: wart(key),
            field: wart(field),
            detail: wart(detail),
        });
    }
}

/// Adds the truth files and the marker to the parts, which come sorted by path.
pub fn close(world: &World, parts: Vec<Part>) -> Vec<SynthFile> {
    let mut warts: Vec<Wart> = parts.iter().flat_map(|p| p.warts.clone()).collect();
    warts.extend(name_warts(world));
    let mut totals: Vec<Total> = parts.iter().flat_map(|p| p.totals.clone()).collect();
    totals.sort_by(|a, b| (a.dataset, &a.period, &a.field).cmp(&(b.dataset, &b.period, &b.field)));
    let mut files: Vec<SynthFile> = parts.into_iter().map(|p| p.file).collect();
    for (name, bytes) in [
        ("practices.csv", practices(world)),
        ("summary.json", summary(world, &warts, &totals)),
        ("totals.csv", totals_csv(&totals)),
        ("warts.csv", warts_csv(&warts)),
    ] {
        files.push(SynthFile { path: format!("{TRUTH}/{name}"), bytes });
    }
    let marker = marker(world, &files);
    files.push(SynthFile { path: MARKER.to_owned(), bytes: marker });
    files
}

/// Names that need quoting occur in every file that holds the practice; they are listed once, without a file.
fn name_warts(world: &World) -> Vec<Wart> {
    let mut found = Vec::new();
    let mut look = |key: &str, name: &str| {
        for (kind, sign) in [("name_with_comma", ','), ("name_with_quote", '"')] {
            if name.contains(sign) {
                found.push(Wart {
                    kind,
                    file: String::new(),
                    period: String::new(),
                    key: key.to_owned(),
                    field: "name".to_owned(),
                    detail: name.to_owned(),
                });
            }
        }
    };
    world.ccgs.iter().for_each(|c| look(&c.code, &c.name));
    world.practices.iter().for_each(|p| look(&p.code, &p.name));
    found
}

fn practices(world: &World) -> Vec<u8> {
    let mut t = Table::csv("\n");
    t.texts([
        "practice_code",
        "ccg_code",
        "name",
        "supplier_first",
        "supplier_last",
        "list_first",
        "list_2025",
        "latent_general",
        "latent_records",
        "latent_modern",
        "share_appointments",
        "share_prescriptions",
        "share_records",
        "slope",
        "eps_enabled",
        "opened",
        "closed",
    ])
    .end();
    let last = world.months.len().saturating_sub(1);
    let far = world.months_2025.last().or(world.months.last()).copied();
    for p in &world.practices {
        let l = &p.latent;
        t.text(&p.code).text(&world.ccg(p).code).text(&p.name);
        t.text(p.supplier.pomi()).text(p.supplier_in(last).pomi()).int(p.list_in(0)).int(p.list_in_2025(0));
        for x in [l.general, l.records, l.modern].into_iter().chain(p.shares(0)).chain([l.slope]) {
            t.text(&format!("{x:.6}"));
        }
        let closed = far.and_then(|day| world.closed(p, day));
        t.text(if p.eps { "true" } else { "false" });
        t.text(&world.opened(p).to_string()).text(&closed.map_or(String::new(), |d| d.to_string())).end();
    }
    t.out
}

fn totals_csv(totals: &[Total]) -> Vec<u8> {
    let mut t = Table::csv("\n");
    t.texts(["dataset", "period", "field", "rows", "blank", "negative", "published", "valid", "truth"]).end();
    for x in totals {
        t.text(x.dataset).text(&x.period).text(&x.field);
        t.int(x.rows as i64).int(x.blank as i64).int(x.negative as i64);
        t.int(x.published).int(x.valid).int(x.truth).end();
    }
    t.out
}

fn warts_csv(warts: &[Wart]) -> Vec<u8> {
    let mut t = Table::csv("\n");
    t.texts(["kind", "file", "period", "key", "field", "detail"]).end();
    for w in warts {
        t.texts([w.kind, &w.file, &w.period, &w.key, &w.field, &w.detail]).end();
    }
    t.out
}

fn summary(world: &World, warts: &[Wart], totals: &[Total]) -> Vec<u8> {
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for w in warts {
        *kinds.entry(w.kind).or_default() += 1;
    }
    let months = |list: &[jiff::civil::Date]| -> Vec<Value> {
        list.iter().map(|d| json!(d.last_of_month().to_string())).collect()
    };
    pretty(&json!({
        "synthetic": true,
        "spec": spec(world),
        "practices": world.practices.len(),
        "practices_closed_before": world.closed_before.len(),
        "practices_2025": if world.has_2025() { world.open_2025().count() } else { 0 },
        "ccgs": world.ccgs.len(),
        "months": months(&world.months),
        "months_2025": months(&world.months_2025),
        // The published layout has a month but no year; the files of 2019 are the only ones known.
        "gp2gp": { "year": 2019, "months": ["05", "06", "07", "08"], "covered_by_spec": gp2gp_covered(world) },
        "totals": totals.len(),
        "warts": kinds,
    }))
}

fn gp2gp_covered(world: &World) -> bool {
    (5..=8).all(|m| world.months.contains(&jiff::civil::date(2019, m, 1)))
}

fn spec(world: &World) -> Value {
    let s = &world.spec;
    json!({
        "seed": s.seed,
        "practices": s.practices,
        "quarters": s.quarters,
        "start": s.start.to_string(),
        "start_2025": s.start_2025.to_string(),
        "era": s.era.as_str(),
    })
}

fn marker(world: &World, files: &[SynthFile]) -> Vec<u8> {
    let files: Vec<Value> = files
        .iter()
        .map(|f| {
            let hash = blake3::hash(&f.bytes).to_hex().to_string();
            json!({ "path": f.path, "bytes": f.bytes.len(), "blake3": hash })
        })
        .collect();
    pretty(&json!({
        "synthetic": true,
        "statement": "Generated by dpcmi synth. No figure or name here describes a real organisation; a code may \
                      coincide with a real one.",
        "generator": concat!("dpcmi ", env!("CARGO_PKG_VERSION")),
        "spec": spec(world),
        "files": files,
    }))
}

fn pretty(value: &Value) -> Vec<u8> {
    let mut text = format!("{value:#}");
    text.push('\n');
    text.into_bytes()
}
