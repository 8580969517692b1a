//! Which files are contracts, and their content.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read as _},
    path::{Component, Path, PathBuf},
};

use weft_api::problem::ProblemCode;
use weft_odcs::{self as odcs, DataContract};

use crate::{
    escape::escape,
    failure::{FileError, Result, problem_with_hint},
    git,
};

/// Folders that hold what others wrote.
const NOT_OURS: [&str; 4] = ["target", "dbt_packages", "dbt_modules", "node_modules"];

/// The folder in which every document is a contract.
const FOLDER: &str = "contracts";

/// How deep folders are searched.
const DEEPEST: usize = 32;

/// Contracts that were found.
pub(crate) struct Contracts {
    /// In order, each once.
    pub(crate) files: Vec<ContractPath>,
    /// Where the paths that are shown begin, from the root of the repository.
    pub(crate) folder: String,
}

/// A file, and how it is shown: `/` between the parts.
pub(crate) struct ContractPath {
    pub(crate) path: PathBuf,
    pub(crate) shown: String,
}

impl Contracts {
    /// All below a project's folder.
    pub(crate) fn below(project_dir: &Path) -> Result<Self> {
        let mut found = BTreeSet::new();
        search(project_dir, DEEPEST, &mut found).map_err(FileError::on(project_dir, "read"))?;
        let place = |path: PathBuf| {
            let shown = slashed(path.strip_prefix(project_dir).unwrap_or(&path));
            ContractPath { path, shown }
        };
        Ok(Self { files: found.into_iter().map(place).collect(), folder: git::folder(project_dir) })
    }

    /// All YAML and JSON below folders that are named; in a dbt project what is named as a contract alone.
    pub(crate) fn every(folders: &[PathBuf]) -> Result<Self> {
        let mut found = BTreeSet::new();
        for folder in folders {
            search_in(folder, true, DEEPEST, &mut found).map_err(FileError::on(folder, "read"))?;
        }
        Ok(Self::shown(found))
    }

    /// Those that are named, and those in folders that are named.
    pub(crate) fn named(paths: &[PathBuf]) -> Result<Self> {
        let mut found = BTreeSet::new();
        for path in paths {
            if path.is_dir() {
                search(path, DEEPEST, &mut found).map_err(FileError::on(path, "read"))?;
            } else {
                found.insert(path.clone());
            }
        }
        Ok(Self::shown(found))
    }

    /// As they are shown from here.
    fn shown(found: BTreeSet<PathBuf>) -> Self {
        let here = std::env::current_dir().unwrap_or_default();
        let place = |path: PathBuf| {
            let shown = slashed(path.strip_prefix(&here).unwrap_or(&path));
            ContractPath { path, shown }
        };
        Self { files: found.into_iter().map(place).collect(), folder: git::folder(Path::new(".")) }
    }
}

fn slashed(path: &Path) -> String {
    let parts = path.components().filter(|part| *part != Component::CurDir);
    let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
    let joined = parts.join("/");
    // The root is a part of its own.
    joined.strip_prefix("//").map_or(joined.clone(), |rest| format!("/{rest}"))
}

/// The contracts in a folder and those below it. Links to folders are not followed; a folder below that cannot be read
/// holds none.
fn search(folder: &Path, deepest: usize, found: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    let every = folder.canonicalize().is_ok_and(|it| it.file_name().is_some_and(|name| name == FOLDER));
    search_in(folder, every, deepest, found)
}

fn search_in(folder: &Path, every: bool, deepest: usize, found: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    // The YAML of a dbt project is dbt's, and its contracts are where they are found in any project.
    let every = every && !folder.join("dbt_project.yml").is_file();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let kind = entry.file_type()?;
        if kind.is_dir() {
            let is_ours = !name.starts_with('.') && !NOT_OURS.contains(&&*name);
            if is_ours && deepest > 0 {
                let _ = search_in(&path, every || name == FOLDER, deepest - 1, found);
            }
        } else if is_contract(&name, every) && path.is_file() {
            found.insert(path);
        }
    }
    Ok(())
}

/// Whether a file may hold a contract, by its ending.
pub(crate) fn is_document(path: &Path) -> bool {
    is_contract(&path.to_string_lossy(), true)
}

/// Whether a file of that name is a contract; of a folder of contracts, where `every` document is one.
fn is_contract(name: &str, every: bool) -> bool {
    let name = name.to_lowercase();
    let mut parts = name.rsplit('.');
    let is_document = matches!(parts.next(), Some("yaml" | "yml" | "json"));
    is_document && (every || parts.next() == Some("odcs") && parts.next().is_some())
}

/// Whether a file is a contract, by its path below a project's folder: the rule by which folders are searched.
pub(crate) fn is_contract_at(path: &Path) -> bool {
    let (Some(name), Some(folder)) = (path.file_name().and_then(|it| it.to_str()), path.parent()) else { return false };
    let folders: Vec<_> = folder.iter().map(|it| it.to_string_lossy()).collect();
    let are_ours = folders.iter().all(|it| !it.starts_with('.') && !NOT_OURS.contains(&&**it));
    are_ours && is_contract(name, folders.iter().any(|it| it == FOLDER))
}

/// What a text says as a contract; `shown` is its file, escaped.
///
/// # Errors
/// Of the code that is given: the fault, with its line, and what to do about it.
pub(crate) fn parse(text: &str, shown: &str, code: ProblemCode) -> Result<DataContract> {
    odcs::read(text).map(|read| read.contract).map_err(|fault| {
        let line = fault.line.map(|line| format!(":{line}")).unwrap_or_default();
        let detail = format!("`{shown}{line}`: {}", escape(&fault.to_string()));
        problem_with_hint(code, detail, fault.kind.remedy())
    })
}

/// Reads a file, up to one byte more than a contract may have.
pub(crate) fn read(path: &Path) -> std::result::Result<String, FileError> {
    let mut bytes = Vec::new();
    let most = u64::try_from(odcs::LARGEST).unwrap_or(u64::MAX).saturating_add(1);
    let read = File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes));
    let text = read.and_then(|_| {
        // What is cut off may end within a letter; it is too long in any case.
        let is_whole = bytes.len() <= odcs::LARGEST;
        let text =
            if is_whole { String::from_utf8(bytes).ok() } else { Some(String::from_utf8_lossy(&bytes).into_owned()) };
        text.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
    });
    text.map_err(FileError::on(path, "read"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(folder: &Path, file: &str) {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "a").unwrap();
    }

    #[test]
    fn contracts_are_known_by_their_names_and_by_their_folder() {
        let folder = tempfile::tempdir().unwrap();
        for file in [
            "a.odcs.yaml",
            "models/b.odcs.yml",
            "models/c.odcs.json",
            "models/schema.yml",
            "contracts/d.yaml",
            "contracts/deep/e.json",
            "contracts/readme.md",
            "target/f.odcs.yaml",
            ".git/g.odcs.yaml",
            ".odcs.yaml",
            "dbt_packages/x/h.odcs.yaml",
            "odcs.yaml",
        ] {
            touch(folder.path(), file);
        }
        let found = Contracts::below(folder.path()).unwrap();
        let shown: Vec<_> = found.files.iter().map(|it| it.shown.as_str()).collect();
        let expected = [
            ".odcs.yaml",
            "a.odcs.yaml",
            "contracts/d.yaml",
            "contracts/deep/e.json",
            "models/b.odcs.yml",
            "models/c.odcs.json",
        ];
        assert_eq!(shown, expected);
        let named = Contracts::named(&[folder.path().join("contracts"), folder.path().join("odcs.yaml")]).unwrap();
        assert_eq!(named.files.len(), 3, "what is named is taken, whatever its name");
        assert!(Contracts::below(&folder.path().join("nowhere")).is_err());
    }

    #[test]
    fn a_file_is_read_as_far_as_a_contract_may_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large");
        File::create(&path).unwrap().set_len(50 * 1024 * 1024).unwrap();
        assert_eq!(read(&path).unwrap().len(), odcs::LARGEST + 1);
        fs::write(&path, [b'a', 0xff]).unwrap();
        assert!(read(&path).unwrap_err().to_string().ends_with("it is not UTF-8"));
    }
}
