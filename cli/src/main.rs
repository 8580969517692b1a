//! `weft`: data contracts for a mesh of dbt projects.
//!
//! Inside: usage → command → { states, verify } → options → client → project → { git, system }. Everything is shown by
//! output and fails by failure; named and escape are below all. ARCHITECTURE.md says what each room does.

mod client;
mod command;
mod escape;
mod failure;
mod git;
mod named;
mod options;
mod output;
mod project;
mod pull_request;
mod states;
mod system;
mod usage;
mod verify;

use std::process::ExitCode;

use weft_api::problem::ProblemCode;

use crate::{
    command::Cli,
    failure::{Result, problem},
    output::{Format, Output},
};

/// Manifests and publications are hundreds of thousands of small texts, most of the work in taking and giving back memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match usage::parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    let format = cli.format();
    let code = match answer(cli) {
        Ok(Some(answer)) => output::show(&*answer, format),
        Ok(None) => 0,
        Err(problem) => output::show_problem(&problem, format),
    };
    ExitCode::from(code)
}

/// None where all that there is to show was shown while it ran.
fn answer(cli: Cli) -> Result<Option<Box<dyn Output>>> {
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| problem(ProblemCode::Internal, format!("threads cannot be started: {error}")))?;
    // The one place that chooses a provider; a second `install` could only fail for being second.
    let _ = rustls::crypto::ring::default_provider().install_default();
    runtime.block_on(cli.run())
}

fn refuse(error: &clap::Error) -> ExitCode {
    let Some(problem) = usage::problem_of(error) else {
        output::show_usage(error);
        return ExitCode::SUCCESS;
    };
    let json = usage::wants_json(std::env::args_os());
    if problem.code == ProblemCode::Usage && !json {
        output::show_usage(error);
        return ExitCode::from(ProblemCode::Usage.facts().exit_code);
    }
    ExitCode::from(output::show_problem(&problem, if json { Format::Json } else { Format::Text }))
}
