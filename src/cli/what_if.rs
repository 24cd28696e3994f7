//! `dpcmi what-if`: what moved, the largest first.

use super::args::WhatIfArgs;
use super::commands::Run;
use super::exit;
use crate::diag::grouped;
use crate::pipeline::what_if::{Moved, Tried, what_if};
use crate::pipeline::{Result, folders};
use serde_json::json;

/// Lines of each kind of unit that a terminal shows.
const SHOWN: usize = 12;

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
                json!({ "unit_type": m.unit_type, "unit_code": m.code, "period": m.period, "measure": m.measure,
                        "before": m.before, "after": m.after })
            })
            .collect();
        let json = json!({ "command": "what-if", "exit_code": exit::CLEAN, "changes": tried.changes,
                           "release": tried.published.id, "out": a.out, "moved": moved });
        self.terminal.summary(&text, &json);
        Ok(exit::CLEAN)
    }
}

fn said(tried: &Tried) -> String {
    if tried.changes == 0 {
        return "No change: the bytes of the release.".to_owned();
    }
    let mut text = format!(
        "{} change(s), {} figures of practices and CCGs are others",
        tried.changes,
        grouped(tried.moved.len() as u64)
    );
    for unit in ["practice", "ccg"] {
        let mut own: Vec<&Moved> =
            tried.moved.iter().filter(|m| m.unit_type == unit && !m.measure.starts_with("rank_")).collect();
        let by = |m: &Moved| m.after.zip(m.before).map_or(f64::INFINITY, |(a, b)| (a - b).abs());
        own.sort_by(|x, y| {
            by(y).total_cmp(&by(x)).then_with(|| (&x.code, &x.measure).cmp(&(&y.code, &y.measure)))
        });
        for m in own.iter().take(SHOWN) {
            let number = |x: Option<f64>| x.map_or_else(|| "nothing".to_owned(), |x| format!("{x:.2}"));
            text.push_str(&format!(
                "\n  {unit:8} {:7} {:24} {:20} {:>12} -> {:>12}",
                m.code,
                m.period,
                m.measure,
                number(m.before),
                number(m.after)
            ));
        }
        if own.len() > SHOWN {
            text.push_str(&format!("\n  ... and {} more (tables/what_if.csv)", own.len() - SHOWN));
        }
    }
    text
}
