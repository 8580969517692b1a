//! The data contracts of a project, or of a producer without dbt.

use std::path::{Path, PathBuf};

use weft_api::problem::ProblemCode;
use weft_odcs::DataContract;

use crate::{
    escape::{self, escape},
    failure::{Result, problem_with_hint},
    git::checkout::Commit,
    project::{
        config::Config,
        contract_files::{self, ContractPath, Contracts},
        dbt::Project,
    },
};

/// The contracts of a project: those that `contracts:` of weft.yml names, else those found below its folder.
pub(crate) fn of_project(config: &Config, project: &Project) -> Result<Vec<DataContract>> {
    if config.contracts.is_empty() {
        return each(&Contracts::below(&project.dir)?);
    }
    let named: Vec<_> = config.contracts.iter().map(|path| project.dir.join(path)).collect();
    each(&some_of(&named)?)
}

/// The contracts of a file, or of all files of a folder.
pub(crate) fn below(path: &Path) -> Result<Vec<DataContract>> {
    each(&some_of(&[path.to_owned()])?)
}

/// The contracts of a project as they were at a commit; by the same rules as those of its folder.
pub(crate) fn at_commit(config: &Config, commit: &Commit) -> Result<Vec<DataContract>> {
    let is_wanted = |path: &Path| match config.contracts.as_slice() {
        [] => contract_files::is_contract_at(path),
        named => named.iter().any(|it| {
            let it = it.strip_prefix(".").unwrap_or(it);
            path == it || path.strip_prefix(it).is_ok_and(contract_files::is_document)
        }),
    };
    let texts = commit.texts(is_wanted)?;
    texts.iter().map(|(path, text)| parse(text, &escape::path(path))).collect()
}

/// The contracts in the given files and folders, of which there must be some. A folder without files named as contracts
/// is a folder of contracts, with any file names.
fn some_of(paths: &[PathBuf]) -> Result<Contracts> {
    let found = Contracts::named(paths)?;
    let found = if found.files.is_empty() { Contracts::every(paths)? } else { found };
    if found.files.is_empty() {
        let shown: Vec<_> = paths.iter().map(|path| format!("`{}`", escape::path(path))).collect();
        return Err(problem_with_hint(
            ProblemCode::FileUnreadable,
            format!("there is no data contract in {}", shown.join(", ")),
            "name a contract, or a folder with contracts: `*.odcs.yaml`",
        ));
    }
    Ok(found)
}

fn each(contracts: &Contracts) -> Result<Vec<DataContract>> {
    let read = |place: &ContractPath| parse(&contract_files::read(&place.path)?, &escape(&place.shown));
    contracts.files.iter().map(read).collect()
}

fn parse(text: &str, shown: &str) -> Result<DataContract> {
    contract_files::parse(text, shown, ProblemCode::InvalidContract)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const CONTRACT: &str = "apiVersion: v3.1.0\nkind: DataContract\nid: x\nversion: 1.0.0\n";

    #[test]
    fn a_fault_names_the_file_and_the_line_and_what_to_do() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("x.odcs.yaml");
        fs::write(&file, format!("{CONTRACT}schema: 7\n")).unwrap();
        let problem = below(&file).unwrap_err();
        assert_eq!(problem.code, ProblemCode::InvalidContract);
        assert!(problem.detail.contains("x.odcs.yaml:5") && problem.hint.is_some(), "{problem:?}");
        fs::write(&file, b"id: \xff").unwrap();
        assert!(below(&file).unwrap_err().detail.contains("is not UTF-8"));
        fs::remove_file(&file).unwrap();
        assert!(below(folder.path()).unwrap_err().detail.contains("there is no data contract in"));
    }
}
