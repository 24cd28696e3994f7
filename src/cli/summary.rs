//! What a run says at its end: in words for the terminal, and as JSON.

use crate::diag::{Diagnostic, fold, grouped};
use crate::pipeline::ingest::Ingested;
use crate::pipeline::publish::Published;
use serde_json::json;
use std::path::Path;

pub fn words_of_periods(n: usize) -> String {
    if n == 1 { "1 period".to_owned() } else { format!("{n} periods") }
}

pub fn said(i: &Ingested) -> String {
    if i.unchanged {
        return format!("Nothing changed: {} files are as before.", i.as_before);
    }
    let as_before = if i.as_before > 0 { format!(", {} as before", i.as_before) } else { String::new() };
    let mut text = format!(
        "Read {} files{as_before}: {} rows = {} accepted + {} quarantined + {} skipped + {} refused, 0 unaccounted for; {} tables",
        i.read,
        grouped(i.rows_read),
        grouped(i.rows_accepted),
        grouped(i.rows_quarantined),
        grouped(i.rows_skipped),
        grouped(i.rows_refused),
        i.tables.len()
    );
    if i.refused > 0 {
        text.push_str(&format!("; {} files or sheets refused, whole or in part", i.refused));
    }
    if !i.unclaimed.is_empty() {
        text.push_str(&format!("\n{} files that no contract claims:", i.unclaimed.len()));
        for label in i.unclaimed.iter().take(5) {
            text.push_str(&format!("\n  {label}"));
        }
        if i.unclaimed.len() > 5 {
            text.push_str(&format!("\n  ... and {} more (quality/issues names all)", i.unclaimed.len() - 5));
        }
    }
    text
}

pub fn released(p: &Published, out: &Path) -> String {
    if p.unchanged {
        return format!("The release in {} stands: nothing that it rests on changed.", out.display());
    }
    let quarters: Vec<String> = p.quarters.iter().map(|q| q.label()).collect();
    let mut text = format!(
        "Released {}: quarters {}; {} files, {} input",
        &p.id[..p.id.len().min(12)],
        quarters.join(", "),
        grouped(p.files as u64),
        p.provenance
    );
    if let Some(front) = &p.front {
        text.push_str(&format!(
            "\nIn front: {}, {} of {} practices scored, {} CCGs",
            front.label,
            grouped(front.practices_scored as u64),
            grouped(front.practices as u64),
            front.ccgs
        ));
    }
    for thin in p.diagnostics.iter().filter(|d| d.code.name == "POPULATION_THIN") {
        text.push_str(&format!("\nWARNING, too few patients: {}", thin.message));
    }
    for cut in p.diagnostics.iter().filter(|d| is_cut(d)) {
        text.push_str(&format!("\nWARNING, spend not compared: {}", cut.message));
    }
    text
}

/// Spend of a CCG that lacks what was set aside or refused.
pub fn is_cut(d: &Diagnostic) -> bool {
    matches!(d.code.name, "LINES_SET_ASIDE" | "RETURN_REFUSED")
}

pub fn ingest_json(i: &Ingested) -> serde_json::Value {
    let issues: Vec<_> = fold(&i.diagnostics, 1)
        .into_iter()
        .map(|g| {
            let d = g.shown[0];
            json!({ "code": d.code.id, "name": d.code.name, "severity": d.severity.as_str(), "count": g.total,
                    "place": d.place.to_string(), "found": d.found, "message": d.message, "remedy": d.remedy() })
        })
        .collect();
    let tables: Vec<_> = i
        .tables
        .iter()
        .map(|t| {
            json!({ "dataset": t.dataset, "period": t.period.to_string(), "release": t.release, "rows": t.rows,
                    "new": t.new })
        })
        .collect();
    json!({
        "unchanged": i.unchanged, "version": i.version, "files_read": i.read, "files_as_before": i.as_before,
        "files_refused": i.refused, "unclaimed": i.unclaimed, "rows_read": i.rows_read,
        "rows_accepted": i.rows_accepted, "rows_quarantined": i.rows_quarantined,
        "rows_skipped": i.rows_skipped, "rows_refused": i.rows_refused, "tables": tables, "issues": issues,
    })
}

pub fn release_json(p: &Published) -> serde_json::Value {
    let quarters: Vec<String> = p.quarters.iter().map(ToString::to_string).collect();
    json!({ "unchanged": p.unchanged, "id": p.id, "files": p.files, "quarters": quarters,
            "quarter_in_front": p.front.as_ref().map(|f| json!({ "label": f.label, "practices": f.practices,
                "practices_scored": f.practices_scored, "ccgs": f.ccgs })),
            "warnings": p.diagnostics.iter()
                .filter(|d| d.code.name == "POPULATION_THIN" || is_cut(d))
                .map(|d| d.message.as_str()).collect::<Vec<_>>(),
            "provenance": p.provenance.as_str() })
}
