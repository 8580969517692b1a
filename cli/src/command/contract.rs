//! `weft contract`: ODCS contracts.

mod export;
mod lint;

use clap::{Args, Subcommand};

use crate::{command::boxed, failure::Result, options::Shared, output::Output};

/// Work with data contracts of the Open Data Contract Standard (ODCS).
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Lint(lint::Arguments),
    Export(export::Arguments),
}

impl Arguments {
    /// Whether the answer is a report of findings.
    pub(super) fn gives_report(&self) -> bool {
        matches!(self.command, Command::Lint(_))
    }
}

pub(super) async fn run(arguments: &Arguments, shared: &Shared) -> Result<Option<Box<dyn Output>>> {
    match &arguments.command {
        Command::Lint(arguments) => boxed(lint::run(arguments, shared)),
        Command::Export(arguments) => boxed(export::run(arguments, shared).await),
    }
}
