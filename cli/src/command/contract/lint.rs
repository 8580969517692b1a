//! `weft contract lint`.

mod outcome;

use std::path::PathBuf;

use clap::Args;
use weft_api::problem::ProblemCode;

use crate::{
    command::contract::lint::outcome::LintOutput,
    failure::{Result, problem_with_hint},
    options::{Shared, outputs::OutputFiles},
    output::{ci, report::ReportFormat},
    project::contract_files::{self, ContractPath, Contracts},
};

/// Report errors and questionable values in data contracts (ODCS 3.0, 3.1, 3.2).
///
/// Each contract is checked against its version of the standard, and for plausibility: broken references, rules without
/// a threshold, invalid patterns. Exits with 1 if a finding is an error, and with 2 if a file cannot be read as a
/// contract; the other files are linted anyway.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft contract lint\n  weft contract lint orders.odcs.yaml contracts/\n  \
                        weft contract lint --format github -o junit=contracts.xml\n\n\
                        `weft explain RULE` explains a rule.")]
pub(super) struct Arguments {
    /// Contracts, or folders of them; in a folder weft reads `*.odcs.yaml`, `.yml` and `.json`, and all YAML and JSON in a
    /// folder called `contracts`. Default: the dbt project's folder
    #[arg(value_name = "FILE|FOLDER")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    outputs: OutputFiles,
}

pub(super) fn run(arguments: &Arguments, shared: &Shared) -> Result<LintOutput> {
    let contracts = match &arguments.paths[..] {
        [] => Contracts::below(&shared.project_dir)?,
        paths => Contracts::named(paths)?,
    };
    if contracts.files.is_empty() {
        let hint = "name the files, rename them like `orders.odcs.yaml`, or put them into a folder `contracts`";
        return Err(problem_with_hint(ProblemCode::FileUnreadable, "no contract found here", hint));
    }
    let mut linted = LintOutput::new(contracts.folder, contracts.files.len());
    for ContractPath { path, shown } in &contracts.files {
        linted.add(shown, contract_files::read(path));
    }
    linted.messages =
        ci::tell(&linted.report, &linted.subject, arguments.outputs.hold(ReportFormat::Gitlab), |name| {
            std::env::var_os(name)
        })?;
    arguments.outputs.write(&linted)?;
    Ok(linted)
}
