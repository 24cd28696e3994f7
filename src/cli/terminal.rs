//! What a person sees: progress and messages on standard error, the summary on standard output.

use super::args::{Common, Format};
use crate::diag::{Diagnostic, Severity, fold, render};
use crate::pipeline::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;
use std::io::{IsTerminal, Write, stderr, stdout};
use std::sync::Mutex;

/// Where messages and summaries go.
pub struct Terminal {
    format: Format,
    quiet: bool,
    verbose: u8,
    colour: bool,
    bar: Mutex<Option<ProgressBar>>,
}

impl Terminal {
    pub fn new(common: &Common) -> Terminal {
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        Terminal {
            format: common.format,
            quiet: common.quiet,
            verbose: common.verbose,
            colour: stderr().is_terminal() && !no_colour,
            bar: Mutex::new(None),
        }
    }

    /// A line on standard error. A closed pipe is not an error of ours.
    pub fn say(&self, line: &str) {
        if !self.quiet {
            self.finish();
            let _ = writeln!(stderr(), "{line}");
        }
    }

    /// An error on standard error, also when quiet.
    pub fn fail(&self, line: &str) {
        self.finish();
        let _ = writeln!(stderr(), "error: {line}");
    }

    /// The summary on standard output: lines for people, or one JSON document.
    pub fn summary(&self, text: &str, json: &Value) {
        self.finish();
        let _ = match self.format {
            Format::Json => writeln!(stdout(), "{json:#}"),
            Format::Text if self.quiet => Ok(()),
            Format::Text => writeln!(stdout(), "{text}"),
        };
    }

    /// Text that is the whole answer of a command (a schema, completions).
    pub fn answer(&self, text: &str) {
        let _ = writeln!(stdout(), "{text}");
    }

    /// Faults as snippets, the worst first, folded by kind; notes only when asked for.
    pub fn diagnostics(&self, all: &[Diagnostic]) {
        self.finish();
        let least = if self.verbose > 0 { Severity::Note } else { Severity::Warning };
        let keep = 1 + usize::from(self.verbose) * 4;
        let shown: Vec<Diagnostic> = all.iter().filter(|d| d.severity >= least).cloned().collect();
        let groups = fold(&shown, keep);
        let limit = if self.verbose > 0 { usize::MAX } else { 25 };
        for group in groups.iter().take(limit) {
            for (i, d) in group.shown.iter().enumerate() {
                let told: u64 = group.shown.iter().map(|d| d.count).sum();
                let more = if i + 1 == group.shown.len() { group.total.saturating_sub(told) } else { 0 };
                let _ = writeln!(stderr(), "{}\n", render(d, more, self.colour));
            }
        }
        if groups.len() > limit {
            self.say(&format!(
                "... and {} more kinds of fault: -v shows them, quality/issues holds those of the data",
                groups.len() - limit
            ));
        }
    }

    fn finish(&self) {
        if let Ok(mut bar) = self.bar.lock()
            && let Some(bar) = bar.take()
        {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Terminal {
    fn stage(&self, name: &'static str, steps: usize) {
        self.finish();
        if self.quiet || !stderr().is_terminal() {
            return;
        }
        let bar = if steps == 0 { ProgressBar::new_spinner() } else { ProgressBar::new(steps as u64) };
        bar.set_draw_target(ProgressDrawTarget::stderr());
        let template = if steps == 0 { "{spinner} {msg}" } else { "{msg:>16} [{bar:32}] {pos}/{len}" };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(name);
        bar.tick();
        if let Ok(mut held) = self.bar.lock() {
            *held = Some(bar);
        }
    }

    fn step(&self) {
        if let Ok(bar) = self.bar.lock()
            && let Some(bar) = bar.as_ref()
        {
            bar.inc(1);
        }
    }
}
