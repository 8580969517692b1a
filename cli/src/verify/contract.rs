//! A contract that is verified.

use std::path::{Path, PathBuf};

use contracts::{
    odcs::{self, DataContract},
    problem::ProblemCode,
};

use crate::{
    contract_files,
    failure::{Result, problem_with_hint},
    output::escape::{self, escape},
};

/// A contract, and where it was read.
#[derive(Debug, Clone)]
pub(crate) struct ContractFile {
    /// The file.
    pub(crate) path: PathBuf,
    /// What it says.
    pub(crate) contract: DataContract,
}

impl ContractFile {
    /// Reads one.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = contract_files::read(path)?;
        let fault = match odcs::read(&text) {
            Ok(read) => return Ok(Self { path: path.to_owned(), contract: read.contract }),
            Err(fault) => fault,
        };
        let line = fault.line.map(|line| format!(":{line}")).unwrap_or_default();
        let detail = format!("`{}`{line}: {}", escape::path(path), escape(&fault.to_string()));
        Err(problem_with_hint(ProblemCode::ContractUnreadable, detail, fault.kind.remedy()))
    }
}
