//! `weir` itself, built with the tests so that they never meet an old one.

use std::process::ExitCode;

fn main() -> ExitCode {
    weir::cli::main()
}
