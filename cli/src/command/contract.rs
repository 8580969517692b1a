//! `weft contract`: ODCS contracts.

mod export;
mod import;
mod lint;
mod verify;

use clap::{Args, Subcommand};

use crate::{
    failure::Result,
    options::Shared,
    output::{Output, boxed, progress::Progress},
};

/// Work with data contracts of the Open Data Contract Standard (ODCS).
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: ContractCommand,
}

#[derive(Debug, Subcommand)]
enum ContractCommand {
    Lint(lint::Arguments),
    Export(export::Arguments),
    Import(import::Arguments),
    Verify(verify::Arguments),
}

impl Arguments {
    /// Whether the answer may be a report; a verification says itself which form it has none of.
    pub(super) fn gives_report(&self) -> bool {
        matches!(self.command, ContractCommand::Lint(_) | ContractCommand::Verify(_))
    }
}

pub(super) async fn run(
    arguments: &Arguments,
    shared: &Shared,
    progress: &Progress,
) -> Result<Option<Box<dyn Output>>> {
    match &arguments.command {
        ContractCommand::Lint(arguments) => boxed(lint::run(arguments, shared)),
        ContractCommand::Import(arguments) => boxed(import::run(arguments, shared)),
        ContractCommand::Export(arguments) => boxed(export::run(arguments, shared).await),
        ContractCommand::Verify(arguments) => boxed(verify::run(arguments, shared, progress).await),
    }
}
