//! The command line: clap, terminal, exit codes; the only module that prints, exits, reads the clock or the
//! environment.
use std::process::ExitCode;

/// Parses the command line, runs the command and answers with its exit code.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
