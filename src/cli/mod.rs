//! The command line: clap, terminal, exit codes; the only module that prints, exits, reads the clock or the
//! environment.

mod allocate;
mod args;
mod commands;
mod exit;
mod feed;
mod forms;
mod inspect;
mod score;
mod summary;
mod synthetic;
mod terminal;
mod what_if;

use crate::pipeline::PipelineError;
use crate::read::child;
use args::{Cli, Command};
use clap::Parser;
use std::process::ExitCode;
use terminal::Terminal;

/// Parses the command line, runs the command and answers with its exit code.
pub fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|a| a == child::ARGUMENT) {
        return child::serve().map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS);
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            let _ = e.print();
            return ExitCode::from(if e.use_stderr() { exit::USAGE } else { exit::CLEAN });
        }
    };
    let terminal = Terminal::new(&cli.common);
    let definitions = cli.common.definitions.as_deref();
    let run = commands::Run { terminal: &terminal, definitions };
    let done = match &cli.command {
        Command::Demo(a) => run.demo(a),
        Command::Run(a) => run.run(a),
        Command::Check(a) => run.check(a),
        Command::Ingest(a) => run.ingest(a),
        Command::Plan(a) => run.plan(a),
        Command::Score(a) => run.score(a),
        Command::Allocate(a) => run.allocate(a),
        Command::WhatIf(a) => run.what_if(a),
        Command::Feed(a) => run.feed(a),
        Command::Preview(a) => run.preview(a),
        Command::Explain(a) => run.explain(a),
        Command::Verify(a) => run.verify(a),
        Command::Status(a) => run.status(a),
        Command::Synth(a) => run.synth(a),
        Command::Detection(a) => run.detection(a),
        Command::Template(a) => run.template(a),
        Command::Schema(a) => run.schema(a),
        Command::Completions { shell } => run.completions(*shell),
        Command::Man => run.man(),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            if let PipelineError::Definitions(faults)
            | PipelineError::Values(faults)
            | PipelineError::Refused { diagnostics: faults, .. } = &error
            {
                terminal.diagnostics(faults);
            }
            terminal.fail(&error.to_string());
            ExitCode::from(exit::code(&error))
        }
    }
}
