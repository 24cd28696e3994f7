//! The command line: clap, terminal, exit codes; the only module that prints, exits, reads the clock or the
//! environment.
use crate::read::child;
use std::process::ExitCode;

/// Parses the command line, runs the command and answers with its exit code.
pub fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|a| a == child::ARGUMENT) {
        return child::serve().map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS);
    }
    ExitCode::SUCCESS
}
