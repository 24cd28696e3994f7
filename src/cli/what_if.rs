//! `dpcmi what-if`: what moved, the largest first.

use super::args::WhatIfArgs;
use super::commands::Run;
use super::exit;
use crate::diag::grouped;
use crate::pipeline::what_if::{Moved, Tried, Value, what_if};
use crate::pipeline::{Result, folders};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Lines of each headline that a terminal shows.
const SHOWN: usize = 8;

impl Run<'_> {
    pub fn what_if(&self, a: &WhatIfArgs) -> Result<u8> {
        folders::apart(&a.release, &a.out)?;
        let tried = what_if(self.definitions, &a.changes, &a.release, &a.store, &a.out, self.terminal)?;
        let mut text = said(&tried);
        text.push_str(&format!("\nOpen {}", a.out.join("index.html").display()));
        let moved: Vec<_> = tried
            .moved
            .iter()
            .map(|m| {
                json!({ "table": m.table, "unit_type": m.unit_type, "unit_code": m.code, "period": m.period,
                        "row": m.row, "measure": m.measure, "before": plain(&m.before), "after": plain(&m.after) })
            })
            .collect();
        let json = json!({ "command": "what-if", "exit_code": exit::CLEAN, "changes": tried.changes,
                           "release": tried.published.id, "out": a.out, "moved": moved });
        self.terminal.summary(&text, &json);
        Ok(exit::CLEAN)
    }
}

fn plain(value: &Value) -> serde_json::Value {
    match value {
        Value::Nothing => serde_json::Value::Null,
        Value::Number(x) => json!(x),
        Value::Text(t) => json!(t),
    }
}

/// What a reader looks for first, in this order; the rest is counted by table.
const HEADLINES: [(&str, &str); 7] = [
    ("practice_scores", "score"),
    ("practice_scores", "level"),
    ("ccg_scores", "score"),
    ("spend_per_head", "per_head_registered"),
    ("spend_per_head", "per_head_weighted"),
    ("spend_per_head", "per_head_resident"),
    ("spend_per_head", "status"),
];

fn said(tried: &Tried) -> String {
    if tried.changes == 0 {
        return "No change: the bytes of the release.".to_owned();
    }
    let cells = grouped(tried.moved.len() as u64);
    let mut text = format!("{} change(s), {cells} cells of the release are others", tried.changes);
    let mut tables: BTreeMap<&str, (u64, BTreeSet<&str>)> = BTreeMap::new();
    for m in &tried.moved {
        let (cells, columns) = tables.entry(&m.table).or_default();
        *cells += 1;
        columns.insert(&m.measure);
    }
    for (table, (cells, columns)) in &tables {
        text.push_str(&format!("\n  {table:22} {:>10} in {} column(s)", grouped(*cells), columns.len()));
    }
    for (table, measure) in HEADLINES {
        let mut own: Vec<&Moved> =
            tried.moved.iter().filter(|m| m.table == table && m.measure == measure).collect();
        if own.is_empty() {
            continue;
        }
        own.sort_by(|x, y| far(y).total_cmp(&far(x)).then_with(|| (&x.code, &x.row).cmp(&(&y.code, &y.row))));
        text.push_str(&format!("\n{measure} ({table}), the largest moves first"));
        for m in own.iter().take(SHOWN) {
            let name = [&m.code, &m.period, &m.row].map(|x| x.as_deref().unwrap_or_default());
            let (before, after) = (shown(&m.before), shown(&m.after));
            text.push_str(&format!(
                "\n  {:7} {:12} {:28} {before:>12} -> {after:>12}",
                name[0], name[1], name[2]
            ));
        }
        if own.len() > SHOWN {
            text.push_str(&format!("\n  ... and {} more", grouped((own.len() - SHOWN) as u64)));
        }
    }
    text.push_str("\nEvery one of them is in tables/what_if.csv");
    text
}

/// How far a figure moved; one that came or went moved farthest.
fn far(m: &Moved) -> f64 {
    m.after.number().zip(m.before.number()).map_or(f64::INFINITY, |(a, b)| (a - b).abs())
}

fn shown(value: &Value) -> String {
    match value {
        Value::Nothing => "nothing".to_owned(),
        Value::Number(x) => format!("{x:.2}"),
        Value::Text(t) => t.clone(),
    }
}
