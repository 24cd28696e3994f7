//! `dpcmi feed` and `dpcmi preview`: what patients are told, and what practices see of it before.

use super::args::{FeedArgs, PreviewArgs};
use super::commands::Run;
use super::exit;
use crate::diag::grouped;
use crate::pipeline::feed::{Wanted, feed};
use crate::pipeline::preview::{self, preview};
use crate::pipeline::{Definitions, Result, definitions, folders};
use serde_json::json;

impl Run<'_> {
    pub fn feed(&self, a: &FeedArgs) -> Result<u8> {
        for other in [Some(&a.release), a.previous.as_ref()].into_iter().flatten() {
            folders::apart(other, &a.out)?;
        }
        let wanted = Wanted {
            release: &a.release,
            previous: a.previous.as_deref(),
            base: a.base.as_deref(),
            successors: a.successors.as_deref(),
            out: &a.out,
        };
        let fed = feed(&definitions::reports(self.definitions)?, &wanted)?;
        let since = match &a.previous {
            Some(previous) => format!(
                ", {} of them changed since {} and {} no longer listed",
                grouped(fed.changed as u64),
                previous.display(),
                grouped(fed.removed as u64)
            ),
            None => String::new(),
        };
        let text = format!(
            "Feeds of {} practices{since}; {} files in {}",
            grouped(fed.practices as u64),
            fed.files,
            a.out.join("feeds").display()
        );
        self.terminal.diagnostics(&fed.diagnostics);
        let code = exit::of_diagnostics(&fed.diagnostics);
        let json = json!({ "command": "feed", "exit_code": code, "id": fed.id, "practices": fed.practices,
                           "changed": fed.changed, "removed": fed.removed, "files": fed.files, "out": a.out });
        self.terminal.summary(&text, &json);
        Ok(code)
    }

    pub fn preview(&self, a: &PreviewArgs) -> Result<u8> {
        let definitions = Definitions::load(self.definitions, &a.pipeline)?;
        let wanted = preview::Wanted {
            store: &a.store,
            basis: a.basis,
            reply_by: a.reply_by,
            ccg: a.ccg.as_deref(),
            out: &a.out,
        };
        let made = preview(&definitions, &wanted)?;
        let text = format!(
            "Wrote what would be told of {} practices in {}, a file each, to {}",
            grouped(made.practices as u64),
            made.period.label(),
            a.out.display()
        );
        let json = json!({ "command": "preview", "exit_code": exit::CLEAN, "practices": made.practices,
                           "period": made.period.to_string(), "facts": made.facts, "out": a.out });
        self.terminal.summary(&text, &json);
        Ok(exit::CLEAN)
    }
}
