//! `dpcmi score`: any framework on a table of values.

use super::args::ScoreArgs;
use super::commands::Run;
use super::exit;
use super::summary::words_of_periods;
use crate::define::framework;
use crate::diag::grouped;
use crate::pipeline::{PipelineError, Result, definitions, scoring};
use serde_json::json;

impl Run<'_> {
    pub fn score(&self, a: &ScoreArgs) -> Result<u8> {
        let library = definitions::library(self.definitions)?;
        let source = definitions::pipeline_source(&library, &a.framework)?;
        let framework = framework::load(&source).map_err(PipelineError::Definitions)?;
        let draws = (a.seed, a.replicates);
        let reports = definitions::reports(self.definitions)?;
        let done = scoring::score(&reports, &framework, &a.values, &a.out, draws, a.design.as_deref())?;
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
}
