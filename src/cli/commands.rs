//! One method a command: arguments in, pipeline called, summary out. What is computed is computed elsewhere.

use super::args::{
    ChoiceArgs, DemoArgs, DetectionArgs, ExplainArgs, IngestArgs, InputArgs, PlanArgs, RunArgs, SchemaArgs,
    ScoreArgs, StatusArgs, SynthArgs, TemplateArgs, VerifyArgs,
};
use super::exit;
use super::summary::{ingest_json, release_json, released, said, words_of_periods};
use super::terminal::Terminal;
use crate::define::framework;
use crate::define::schema::{KINDS, schema};
use crate::diag::{Severity, codes, grouped};
use crate::pipeline::ingest::ingest;
use crate::pipeline::publish::{Choices, publish};
use crate::pipeline::{
    Definitions, PipelineError, Result, definitions, detection, explain, folders, plan, scoring, status,
    synthetic, templates,
};
use crate::read::{Limits, child};
use crate::store::{self, Store};
use crate::synth::{Era, Spec};
use clap::CommandFactory;
use serde_json::json;
use std::path::Path;

/// A command at work.
pub struct Run<'a> {
    pub terminal: &'a Terminal,
    pub definitions: Option<&'a Path>,
}

fn choices(a: &ChoiceArgs) -> Choices {
    Choices { basis: a.basis, seed: a.seed }
}

/// Workbooks are read by this very program in a child; a program that cannot find itself reads them here.
pub(super) fn reader() -> child::Reader {
    child::Reader { program: std::env::current_exe().ok() }
}

impl Run<'_> {
    pub fn run(&self, a: &RunArgs) -> Result<u8> {
        let definitions = Definitions::load(self.definitions, &a.ingest.input.pipeline)?;
        self.line(&definitions, &a.ingest.input.inputs, &a.ingest.store, &a.out, choices(&a.choices))
    }

    /// Inputs to release, and what is said about it.
    fn line(&self, d: &Definitions, inputs: &Path, store: &Path, out: &Path, c: Choices) -> Result<u8> {
        folders::check(inputs, store, Some(out))?;
        let store = Store::open(store)?;
        let ingested = ingest(d, inputs, &store, &Limits::default(), &reader(), self.terminal)?;
        let published = publish(d, &store, out, c, self.terminal)?;
        let mut all = ingested.diagnostics.clone();
        all.extend(published.diagnostics.iter().cloned());
        self.terminal.diagnostics(&all);
        // as `check` of the same inputs says; a release was made all the same, of what was not refused
        let code = exit::of_diagnostics(&all);
        let page = out.join("index.html");
        let text = if ingested.unchanged && published.unchanged {
            format!(
                "Nothing changed: {} files are as before and the release stands.\nOpen {}",
                ingested.as_before,
                page.display()
            )
        } else {
            format!(
                "{}\n{}\n{}.\nOpen {}",
                said(&ingested),
                released(&published, out),
                d.framework.method,
                page.display()
            )
        };
        let json = json!({
            "command": "run", "exit_code": code, "page": page, "method": d.framework.method,
            "ingest": ingest_json(&ingested), "release": release_json(&published),
        });
        self.terminal.summary(&text, &json);
        Ok(code)
    }

    pub fn ingest(&self, a: &IngestArgs) -> Result<u8> {
        let definitions = Definitions::load(self.definitions, &a.input.pipeline)?;
        folders::check(&a.input.inputs, &a.store, None)?;
        let store = Store::open(&a.store)?;
        let done =
            ingest(&definitions, &a.input.inputs, &store, &Limits::default(), &reader(), self.terminal)?;
        self.terminal.diagnostics(&done.diagnostics);
        let code = exit::of_diagnostics(&done.diagnostics);
        let json = json!({ "command": "ingest", "exit_code": code, "ingest": ingest_json(&done) });
        self.terminal.summary(&said(&done), &json);
        Ok(code)
    }

    pub fn check(&self, a: &InputArgs) -> Result<u8> {
        let definitions = Definitions::load(self.definitions, &a.pipeline)?;
        let checked = crate::pipeline::ingest::check(
            &definitions,
            &a.inputs,
            &Limits::default(),
            &reader(),
            self.terminal,
        )?;
        self.terminal.diagnostics(&checked.diagnostics);
        let code = exit::of_diagnostics(&checked.diagnostics);
        let json = json!({ "command": "check", "exit_code": code, "ingest": ingest_json(&checked) });
        self.terminal.summary(&said(&checked), &json);
        Ok(code)
    }

    pub fn plan(&self, a: &PlanArgs) -> Result<u8> {
        let definitions = Definitions::load(self.definitions, &a.ingest.input.pipeline)?;
        let store = Store::open(&a.ingest.store)?;
        let limits = Limits::default();
        let inputs = &a.ingest.input.inputs;
        let steps = plan::plan(&definitions, inputs, &store, a.out.as_deref(), choices(&a.choices), &limits)?;
        let mut text = String::new();
        for s in &steps {
            let mark = if s.runs { "run " } else { "skip" };
            text.push_str(&format!("{mark}  {:8} {}: {}\n", s.stage, s.what, s.why));
        }
        let runs = steps.iter().filter(|s| s.runs).count();
        text.push_str(&format!("{runs} of {} steps would run", steps.len()));
        let json: Vec<_> = steps
            .iter()
            .map(|s| json!({ "stage": s.stage, "what": s.what, "why": s.why, "runs": s.runs }))
            .collect();
        self.terminal.summary(&text, &json!({ "command": "plan", "steps": json }));
        Ok(exit::CLEAN)
    }

    pub fn score(&self, a: &ScoreArgs) -> Result<u8> {
        let library = definitions::library(self.definitions)?;
        let source = definitions::pipeline_source(&library, &a.framework)?;
        let framework = framework::load(&source).map_err(PipelineError::Definitions)?;
        let draws = (a.seed, a.replicates);
        let done = scoring::score(&framework, &a.values, &a.out, draws, a.design.as_deref())?;
        let text = format!(
            "Scored {} units in {} by {}: {}\n{}.",
            grouped(done.units as u64),
            words_of_periods(done.periods),
            framework.id,
            a.out.display(),
            framework.method
        );
        let shares = &done.effective_weights;
        let listed: Vec<String> = shares.iter().map(|(id, share)| format!("{id} {share:.4}")).collect();
        let text = format!("{text}\nEffective weights: {}", listed.join(", "));
        let coverage =
            format!("\nCoverage: {:.1} % of the framework's weight has values", 100.0 * done.coverage);
        let without = match done.left_out.as_slice() {
            [] => String::new(),
            ids => format!("; without any: {}", ids.join(", ")),
        };
        let text = format!("{text}{coverage}{without}");
        let sure = done.simulated.first().map(|(replicates, _)| {
            let each =
                done.simulated.iter().map(|(_, rho)| rho.map_or("-".to_owned(), |r| format!("{r:.2}")));
            let each: Vec<String> = each.collect();
            format!("\n{} replicates; rankability {}", grouped(*replicates as u64), each.join(", "))
        });
        let text = format!("{text}{}", sure.unwrap_or_default());
        let code = exit::of_diagnostics(&done.notes);
        self.terminal.diagnostics(&done.notes);
        let json = json!({
            "command": "score", "exit_code": code, "units": done.units, "periods": done.periods, "out": a.out,
            "method": framework.method, "seed": a.seed,
            "replicates": done.simulated.first().map(|s| s.0),
            "rankability": done.simulated.iter().map(|s| s.1).collect::<Vec<_>>(),
            "coverage": done.coverage, "left_out": done.left_out,
            "effective_weights": shares.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
        });
        self.terminal.summary(&text, &json);
        Ok(code)
    }

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

    pub fn synth(&self, a: &SynthArgs) -> Result<u8> {
        let era = Era::parse(&a.era).ok_or_else(|| PipelineError::Unknown {
            what: format!("`{}` is not an era: write 2018, 2025, both or dpcma", a.era),
        })?;
        let spec = Spec {
            seed: a.seed,
            practices: a.practices,
            quarters: a.quarters,
            start: a.start,
            era,
            ..Spec::default()
        };
        let (files, bytes) = synthetic::write(&spec, &a.out)?;
        let text = format!("Wrote {files} synthetic files, {} bytes, to {}", grouped(bytes), a.out.display());
        self.terminal
            .summary(&text, &json!({ "command": "synth", "files": files, "bytes": bytes, "out": a.out }));
        Ok(exit::CLEAN)
    }

    pub fn detection(&self, a: &DetectionArgs) -> Result<u8> {
        let definitions = Definitions::load(self.definitions, &a.pipeline)?;
        let d = detection::measure(&definitions.framework, &a.inputs, &a.release)?;
        let rates = [
            ("false_claims_denied", "found, of the false claims that a trace denies", d.claims.of_denied()),
            ("false_claims_planted", "found, of all false claims that were planted", d.claims.of_planted()),
            ("true_answers", "true answers that a trace speaks of: contradicted", d.honest),
            ("copied_returns", "returns carried forward unread: suspect", d.copies),
            ("confirmed_returns", "returns unchanged and confirmed: suspect", d.confirmed),
            ("other_returns", "other returns with an unchanged block: suspect", d.others),
            ("spend_errors", "planted errors of spend: refused", d.spend.errors),
            (
                "spend_errors_named",
                "planted errors of spend: refused, with the right cause named",
                d.spend.named,
            ),
            ("spend_sound", "sound returns of spend: refused", d.spend.sound),
        ];
        let line = |(_, what, r): &(&str, &str, detection::Rate)| {
            format!("{:>9} of {:>9}  {:5.1} %  {what}", grouped(r.found), grouped(r.of), 100.0 * r.share())
        };
        let c = d.claims;
        let places = [
            ("found", "a trace denies it: found, graded D", c.found),
            ("missed", "a trace denies it: not found", c.missed),
            ("fits", "a trace exists and does not deny it: it fits, or traces disagree", c.fits),
            ("near_the_line", "a trace exists and does not deny it: too near the line", c.near_the_line),
            ("no_reading", "no trace gave a reading", c.no_reading),
            ("not_scored", "not scored in the release: practice closed, or not asked", c.not_scored),
        ];
        let mut text = "What became of each planted false claim:\n".to_owned();
        for (_, what, n) in places.iter().chain(&[("planted", "planted in all", c.planted())]) {
            text.push_str(&format!("{:>9}  {what}\n", grouped(*n)));
        }
        text.push_str("Shares:\n");
        text.push_str(&rates.iter().map(line).collect::<Vec<_>>().join("\n"));
        text.push_str(
            "\nMeasured on planted faults: says how the rules work, not how common such answers are.",
        );
        let json: serde_json::Map<String, serde_json::Value> = rates
            .iter()
            .map(|(id, _, r)| ((*id).to_owned(), json!({ "found": r.found, "of": r.of, "share": r.share() })))
            .collect();
        let places: serde_json::Map<String, serde_json::Value> =
            places.iter().map(|(id, _, n)| ((*id).to_owned(), json!(n))).collect();
        let json =
            json!({ "command": "detection", "rates": json, "false_claims": places, "planted": c.planted() });
        self.terminal.summary(&text, &json);
        Ok(exit::CLEAN)
    }

    pub fn template(&self, a: &TemplateArgs) -> Result<u8> {
        let wanted = templates::Wanted {
            datasets: &a.datasets,
            ccg: a.ccg.as_deref(),
            as_at: a.as_at,
            release: a.release.as_deref(),
        };
        let (files, rows) = templates::write(self.definitions, &wanted, &a.out)?;
        let text = format!(
            "Wrote {} with {} rows made out to {}",
            files.join(", "),
            grouped(rows as u64),
            a.out.display()
        );
        let json = json!({ "command": "template", "files": files, "rows": rows, "out": a.out });
        self.terminal.summary(&text, &json);
        Ok(exit::CLEAN)
    }

    /// Three folders below `out`: the synthetic inputs, their store, the release.
    pub fn demo(&self, a: &DemoArgs) -> Result<u8> {
        let spec = Spec {
            seed: a.seed,
            practices: a.practices,
            quarters: a.quarters,
            era: synthetic::DEMO_ERA,
            ..Spec::default()
        };
        let definitions = Definitions::load(self.definitions, synthetic::DEMO_PIPELINE)?;
        self.terminal.say(&format!(
            "A synthetic England of {} practices (seed {})",
            grouped(a.practices as u64),
            a.seed
        ));
        let inputs = a.out.join("inputs");
        synthetic::write(&spec, &inputs)?;
        let choices = Choices { basis: crate::model::MembershipBasis::AsReturned, seed: a.seed };
        let code = self.line(&definitions, &inputs, &a.out.join("store"), &a.out.join("release"), choices)?;
        // the planted faults of the demonstration are warnings by design
        Ok(if code == exit::WARNINGS { exit::CLEAN } else { code })
    }

    pub fn schema(&self, a: &SchemaArgs) -> Result<u8> {
        if a.list {
            let library = definitions::library(self.definitions)?;
            let datasets: Vec<&str> = library.datasets.iter().map(|s| s.name.as_str()).collect();
            let text = format!("{}\n{}", library.pipeline_names().join("\n"), datasets.join("\n"));
            let json = json!({ "pipelines": library.pipeline_names(), "datasets": datasets });
            self.terminal.summary(&text, &json);
            return Ok(exit::CLEAN);
        }
        let kind = a.kind.as_deref().unwrap_or(KINDS[0]);
        let Some(schema) = schema(kind) else {
            let what = format!("there is no schema `{kind}`: write one of {}", KINDS.join(", "));
            return Err(PipelineError::Unknown { what });
        };
        self.terminal.answer(&format!("{schema:#}"));
        Ok(exit::CLEAN)
    }

    pub fn completions(&self, shell: clap_complete::Shell) -> Result<u8> {
        let mut bytes = Vec::new();
        clap_complete::generate(shell, &mut super::args::Cli::command(), "dpcmi", &mut bytes);
        self.terminal.answer(String::from_utf8_lossy(&bytes).trim_end());
        Ok(exit::CLEAN)
    }

    pub fn man(&self) -> Result<u8> {
        let mut bytes = Vec::new();
        let page = clap_mangen::Man::new(super::args::Cli::command());
        // writing to memory cannot fail
        let _ = page.render(&mut bytes);
        self.terminal.answer(String::from_utf8_lossy(&bytes).trim_end());
        Ok(exit::CLEAN)
    }
}
