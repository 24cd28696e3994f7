//! How many planted errors of spend the plausibility gate refused, and how many sound returns with them.

use super::Result;
use super::detection::{Rate, texts};
use polars::prelude::DataFrame;
use std::collections::BTreeMap;

/// The kinds of planted errors begin so; what follows is the cause as the gate names it.
const PLANTED: &str = "spend_";

/// Returns of all years, each counted once, by its figure as reported.
#[derive(Clone, Debug, Default)]
pub struct SpendRates {
    /// With a planted error: refused.
    pub errors: Rate,
    /// With a planted error: refused, and the cause is among those named.
    pub named: Rate,
    /// Without one: refused.
    pub sound: Rate,
    /// Planted errors by kind: refused.
    pub by_kind: BTreeMap<String, Rate>,
}

/// `warts` is the truth file, `table` is `spend_per_head`.
///
/// # Errors
/// A table without its columns.
pub fn rates(warts: &[u8], table: &DataFrame) -> Result<SpendRates> {
    let mut planted: BTreeMap<(String, String), String> = BTreeMap::new();
    // kind, file, period, key, field, detail
    for record in csv::Reader::from_reader(warts).records().flatten() {
        let cell = |i: usize| record.get(i).unwrap_or_default().to_owned();
        if let Some(kind) = cell(0).strip_prefix(PLANTED) {
            planted.insert((cell(2), cell(3)), kind.to_owned());
        }
    }
    let mut out = SpendRates::default();
    let rows = texts(table, &["period", "ccg_code", "scope", "source", "gate", "suspects"])?;
    for r in rows.iter().filter(|r| r[2] == "as_reported" && r[3] == "return") {
        let refused = r[4] == "refused";
        match planted.get(&(r[0].clone(), r[1].clone())) {
            None => out.sound.add(refused),
            Some(kind) => {
                out.errors.add(refused);
                out.named.add(refused && r[5].split(' ').any(|s| s == kind));
                out.by_kind.entry(kind.clone()).or_default().add(refused);
            }
        }
    }
    Ok(out)
}
