//! The `dpcmi` binary: hands the command line to [`dpcmi::cli`] and turns its answer into an exit code.

use std::process::ExitCode;

#[global_allocator]
static GLOBAL: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    dpcmi::cli::main()
}
