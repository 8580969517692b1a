//! A contract that is verified.

use std::path::{Path, PathBuf};

use weft_api::problem::ProblemCode;
use weft_odcs::DataContract;

use crate::{escape, failure::Result, project::contract_files};

/// A contract, and where it was read.
#[derive(Debug, Clone)]
pub(crate) struct ContractFile {
    /// The path of the file.
    pub(crate) path: PathBuf,
    /// The contract in the file.
    pub(crate) contract: DataContract,
}

impl ContractFile {
    /// Reads a contract.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = contract_files::read(path)?;
        let contract = contract_files::parse(&text, &escape::path(path), ProblemCode::ContractUnreadable)?;
        Ok(Self { path: path.to_owned(), contract })
    }
}
