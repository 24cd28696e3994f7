//! Forms to fill in or to look up: `template`, `schema`, `completions`, `man`.

use super::args::{Cli, SchemaArgs, TemplateArgs};
use super::commands::Run;
use super::exit;
use crate::define::schema::{KINDS, schema};
use crate::diag::grouped;
use crate::pipeline::{PipelineError, Result, definitions, templates};
use clap::CommandFactory;
use serde_json::json;

impl Run<'_> {
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
        clap_complete::generate(shell, &mut Cli::command(), "dpcmi", &mut bytes);
        self.terminal.answer(String::from_utf8_lossy(&bytes).trim_end());
        Ok(exit::CLEAN)
    }

    pub fn man(&self) -> Result<u8> {
        let mut bytes = Vec::new();
        let page = clap_mangen::Man::new(Cli::command());
        // writing to memory cannot fail
        let _ = page.render(&mut bytes);
        self.terminal.answer(String::from_utf8_lossy(&bytes).trim_end());
        Ok(exit::CLEAN)
    }
}
