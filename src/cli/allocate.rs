//! `dpcmi allocate`: the ledger of every scenario on the terminal.

use super::args::AllocateArgs;
use super::commands::{Run, reader};
use super::exit;
use crate::allocate::{Line, METHOD, Reconciled};
use crate::diag::grouped;
use crate::model::pounds;
use crate::pipeline::Result;
use crate::pipeline::allocating::{Done, From, run};
use serde_json::{Value, json};

impl Run<'_> {
    pub fn allocate(&self, a: &AllocateArgs) -> Result<u8> {
        let from = From { inputs: a.inputs.as_deref(), release: a.release.as_deref() };
        let done = run(self.definitions, &a.scenarios, from, &a.out, &reader(), self.terminal)?;
        let mut text: Vec<String> = done.iter().map(scenario).collect();
        text.push(format!("{METHOD}.\nTables in {}", a.out.join("tables").display()));
        let json = json!({
            "command": "allocate", "exit_code": exit::CLEAN, "method": METHOD, "out": a.out,
            "scenarios": done.iter().map(scenario_json).collect::<Vec<_>>(),
        });
        self.terminal.summary(&text.join("\n\n"), &json);
        Ok(exit::CLEAN)
    }
}

/// Pence a head as pounds with pence.
fn each(pence: Option<f64>) -> String {
    pence.map_or(String::new(), |p| format!("{:>10}", format!("£{:.2}", p / 100.0)))
}

fn scenario(done: &Done) -> String {
    let denominator = done.scenario.split.denominator.as_str();
    let mut out = format!(
        "{} ({}): {} CCGs, input {}",
        done.scenario.title, done.scenario.id, done.tables.ccgs, done.provenance
    );
    let mut year = "";
    for line in &done.tables.lines {
        if line.year != year {
            year = &line.year;
            out.push_str(&format!("\n  {year:38} {:>18} {:>10}", "", format!("a head,")));
            out.push_str(&format!(" {denominator}"));
        }
        let depth = if line.parent.is_none_or(|p| p == "pot") { 4 } else { 6 };
        let title = format!("{:depth$}{}", "", line.title);
        out.push_str(&format!("\n{title:40} {:>18}{}", pounds(line.pence), each(line.per_head)));
    }
    if let Some(score) = &done.score {
        out.push_str(&format!("\n  {score}."));
    }
    if !done.tables.reconciled.is_empty() {
        out.push_str("\n  Published, and what comes out");
        done.tables.reconciled.iter().for_each(|r| out.push_str(&format!("\n    {}", published(r))));
    }
    out
}

fn published(r: &Reconciled) -> String {
    let mut parts = Vec::new();
    if let (Some(stated), Some(found)) = (r.published, r.found) {
        let same =
            if stated == found { "the same here".to_owned() } else { format!("{} here", pounds(found)) };
        parts.push(format!("{}, {same}", pounds(stated)));
    }
    if let (Some(each), Some(heads)) = (r.published_per_head, r.implied_heads) {
        let implied = grouped(heads.round() as u64);
        parts.push(format!("£{:.2} a head implies {implied} people", each / 100.0));
    }
    if let (Some(heads), Some(each)) = (r.held_heads, r.per_head_on_held) {
        let held = grouped(heads.round() as u64);
        parts.push(format!("£{:.2} on the {held} of {}", each / 100.0, r.denominator_source));
    }
    format!("{}: {}", r.what, parts.join("; "))
}

fn scenario_json(done: &Done) -> Value {
    let line = |l: &Line| {
        json!({ "year": l.year, "line": l.line, "parent": l.parent, "title": l.title, "pence": l.pence,
                "pence_per_head": l.per_head, "source": l.source })
    };
    let stated = |r: &Reconciled| {
        json!({ "year": r.year, "what": r.what, "ccg_code": r.code, "published_pence": r.published,
                "scenario_pence": r.found, "published_per_head": r.published_per_head,
                "implied_heads": r.implied_heads, "held_heads": r.held_heads,
                "per_head_on_held": r.per_head_on_held, "source": r.source })
    };
    json!({
        "id": done.scenario.id, "title": done.scenario.title, "ccgs": done.tables.ccgs,
        "provenance": done.provenance.as_str(), "score": done.score,
        "ledger": done.tables.lines.iter().map(line).collect::<Vec<_>>(),
        "published": done.tables.reconciled.iter().map(stated).collect::<Vec<_>>(),
    })
}
