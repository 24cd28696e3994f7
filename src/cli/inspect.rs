//! What is held and what it means: `explain`, `verify`, `status`.

use super::args::{ExplainArgs, StatusArgs, VerifyArgs};
use super::commands::Run;
use super::exit;
use crate::diag::{Severity, codes, grouped};
use crate::pipeline::{PipelineError, Result, explain, status};
use crate::store::{self, Store};
use serde_json::json;

impl Run<'_> {
    pub fn explain(&self, a: &ExplainArgs) -> Result<u8> {
        if let Some(release) = &a.release {
            let asked = explain::Asked { code: &a.code, measure: &a.measure, period: a.period.as_deref() };
            let found = explain::number(release, a.store.as_deref(), asked)?;
            self.terminal.summary(&found.text, &found.json);
            return Ok(exit::CLEAN);
        }
        let Some(code) = codes::find(&a.code) else {
            let names: Vec<&str> = codes::TABLE.iter().flat_map(|c| [c.id, c.name]).collect();
            let near = crate::define::did_you_mean(&a.code, &names);
            let hint = near.map_or_else(String::new, |n| format!(" Did you mean {n}?"));
            let what = format!(
                "`{}` is not a diagnostic code.{hint} For a practice or CCG add --release DIR.",
                a.code
            );
            return Err(PipelineError::Unknown { what });
        };
        let scope = format!("{:?}", code.scope).to_lowercase();
        let text = format!(
            "{} {} ({}; sets aside: {scope})\n\n{}\n\nWhat to do: {}",
            code.id,
            code.name,
            code.severity.as_str(),
            code.means,
            code.remedy
        );
        let json = json!({
            "id": code.id, "name": code.name, "severity": code.severity.as_str(), "scope": scope,
            "means": code.means, "remedy": code.remedy,
        });
        self.terminal.summary(&text, &json);
        Ok(exit::CLEAN)
    }

    pub fn verify(&self, a: &VerifyArgs) -> Result<u8> {
        let is_release = a.dir.join("manifest.json").is_file();
        if !is_release && !a.dir.join("CURRENT").is_file() {
            let what = format!(
                "{} is neither a store (no CURRENT) nor a release (no manifest.json)",
                a.dir.display()
            );
            return Err(PipelineError::Unknown { what });
        }
        let report = if is_release { store::release::verify(&a.dir) } else { store::verify::store(&a.dir) }?;
        self.terminal.diagnostics(&report.faults);
        let kind = if is_release { "release" } else { "store" };
        let verdict = if report.is_whole() { "whole" } else { "DAMAGED" };
        let damage = report.faults.iter().filter(|d| d.severity > Severity::Warning).count();
        let left = report.faults.len() - damage;
        let mut text = format!(
            "The {kind} {} is {verdict}: {} files, {} bytes, {} rows of tables checked, {} damaged",
            a.dir.display(),
            grouped(report.files),
            grouped(report.bytes),
            grouped(report.rows),
            damage
        );
        if left > 0 {
            text.push_str(&format!(
                "\n{left} files beside it belong to nothing: a run was stopped there, and the next one removes them"
            ));
        }
        let json = json!({
            "command": "verify", "kind": kind, "whole": report.is_whole(), "files": report.files,
            "bytes": report.bytes, "rows": report.rows, "faults": damage, "left_over": left,
        });
        self.terminal.summary(&text, &json);
        Ok(if report.is_whole() { exit::CLEAN } else { exit::FILES })
    }

    pub fn status(&self, a: &StatusArgs) -> Result<u8> {
        let (version, holdings) = status::status(&Store::open(&a.store)?)?;
        let mut table = comfy_table::Table::new();
        table.load_preset(comfy_table::presets::UTF8_BORDERS_ONLY);
        table.set_header([
            "dataset",
            "periods",
            "first",
            "last",
            "missing",
            "restated",
            "rows",
            "provenance",
        ]);
        for h in &holdings {
            let ends = |p: Option<&crate::model::Period>| p.map_or_else(String::new, |p| p.label());
            table.add_row([
                h.dataset.clone(),
                h.periods.len().to_string(),
                ends(h.periods.first()),
                ends(h.periods.last()),
                h.missing.iter().map(|p| p.label()).collect::<Vec<_>>().join(", "),
                h.restated.to_string(),
                grouped(h.rows),
                h.provenance.clone(),
            ]);
        }
        let json: Vec<_> = holdings
            .iter()
            .map(|h| {
                let periods: Vec<String> = h.periods.iter().map(ToString::to_string).collect();
                let missing: Vec<String> = h.missing.iter().map(ToString::to_string).collect();
                json!({ "dataset": h.dataset, "periods": periods, "missing": missing,
                        "restated": h.restated, "rows": h.rows, "provenance": h.provenance })
            })
            .collect();
        let json = json!({ "command": "status", "version": version, "datasets": json });
        self.terminal.summary(&format!("{table}\nversion {version}"), &json);
        Ok(exit::CLEAN)
    }
}
