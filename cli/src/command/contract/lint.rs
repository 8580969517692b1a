//! `weft contract lint`.

mod outcome;

use std::path::PathBuf;

use clap::Args;
use contracts::problem::ProblemCode;

use crate::{
    ci,
    command::contract::lint::outcome::Linted,
    contract_files::{self, Contracts, Place},
    failure::{Result, problem_with_hint},
    options::{Shared, outputs::Outputs},
    output::report::Form,
};

/// Tell what is wrong with data contracts (ODCS 3.0, 3.1, 3.2), or questionable.
///
/// Each is held to its version of the standard, and to sense: references that lead nowhere, rules without a threshold,
/// patterns that cannot be used. Exits with 1 where a finding is an error, with 2 where a file cannot be read as a
/// contract; the others are linted all the same.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft contract lint\n  weft contract lint orders.odcs.yaml contracts/\n  \
                        weft contract lint --format github -o junit=contracts.xml\n\n\
                        `weft explain RULE` tells more of a rule.")]
pub(super) struct Arguments {
    /// Contracts, and folders of them, where `*.odcs.yaml`, `.yml` and `.json` count, and all YAML and JSON in a folder
    /// called `contracts`; the dbt project's folder unless told
    #[arg(value_name = "FILE|FOLDER")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    outputs: Outputs,
}

pub(super) fn run(arguments: &Arguments, shared: &Shared) -> Result<Linted> {
    let contracts = match &arguments.paths[..] {
        [] => Contracts::below(&shared.project_dir)?,
        paths => Contracts::named(paths)?,
    };
    if contracts.files.is_empty() {
        let hint = "name the files, or call them `orders.odcs.yaml`, or put them into a folder `contracts`";
        return Err(problem_with_hint(ProblemCode::FileUnreadable, "there is no contract here", hint));
    }
    let mut linted = Linted::new(contracts.folder, contracts.files.len());
    for Place { path, shown } in &contracts.files {
        linted.add(shown, contract_files::read(path));
    }
    linted.messages =
        ci::tell(&linted.report, &linted.subject, arguments.outputs.hold(Form::Gitlab), |name| std::env::var_os(name))?;
    arguments.outputs.write(&linted)?;
    Ok(linted)
}
