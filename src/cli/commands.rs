//! One method a command: arguments in, pipeline called, summary out. What is computed is computed elsewhere.

use super::args::{ChoiceArgs, DemoArgs, IngestArgs, InputArgs, PlanArgs, RunArgs};
use super::exit;
use super::summary::{ingest_json, release_json, released, said};
use super::terminal::Terminal;
use crate::diag::{Diagnostic, grouped};
use crate::pipeline::ingest::ingest;
use crate::pipeline::publish::{Choices, publish};
use crate::pipeline::{Definitions, Result, folders, plan, synthetic};
use crate::read::{Limits, child};
use crate::store::Store;
use crate::synth::Spec;
use serde_json::json;
use std::path::Path;

/// A command at work.
pub struct Run<'a> {
    pub terminal: &'a Terminal,
    pub definitions: Option<&'a Path>,
}

fn choices(a: &ChoiceArgs) -> Choices {
    Choices { basis: a.basis, seed: a.seed, reply_by: a.reply_by }
}

/// Workbooks are read by this very program in a child; a program that cannot find itself reads them here.
pub(super) fn reader() -> child::Reader {
    child::Reader { program: std::env::current_exe().ok() }
}

impl Run<'_> {
    pub fn run(&self, a: &RunArgs) -> Result<u8> {
        let definitions = Definitions::load(self.definitions, &a.ingest.input.pipeline)?;
        let places = (a.ingest.store.as_path(), a.out.as_path());
        let inputs = &a.ingest.input.inputs;
        self.line(&definitions, inputs, places, choices(&a.choices), exit::of_diagnostics)
    }

    /// Inputs to release, and what is said about it.
    fn line(
        &self,
        d: &Definitions,
        inputs: &Path,
        (store, out): (&Path, &Path),
        c: Choices,
        code_of: fn(&[Diagnostic]) -> u8,
    ) -> Result<u8> {
        folders::check(inputs, store, Some(out))?;
        let store = Store::open(store)?;
        let ingested = ingest(d, inputs, &store, &Limits::default(), &reader(), self.terminal)?;
        let published = publish(d, &store, out, c, self.terminal)?;
        let mut all = ingested.diagnostics.clone();
        all.extend(published.diagnostics.iter().cloned());
        self.terminal.diagnostics(&all);
        // as `check` of the same inputs says; a release was made all the same, of what was not refused
        let code = code_of(&all);
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
        let basis = crate::model::MembershipBasis::AsReturned;
        let choices = Choices { basis, seed: a.seed, reply_by: None };
        let (store, out) = (a.out.join("store"), a.out.join("release"));
        self.line(&definitions, &inputs, (&store, &out), choices, exit::of_planted)
    }
}
