//! The files of data contracts: where they are, and what they say.

use std::{
    fs,
    path::{Path, PathBuf},
};

use contracts::{
    odcs::{self, DataContract},
    problem::{Problem, ProblemCode},
};

use crate::{
    config::Config,
    dbt::Project,
    failure::{FileError, Result, problem_with_hint},
    git::checkout::Commit,
    output::escape::{self, escape},
};

/// The endings of a contract's file, after which no more has to be said.
const ENDINGS: [&str; 3] = [".odcs.yaml", ".odcs.yml", ".odcs.json"];

/// The endings of files that may be contracts where a folder of contracts is named.
const OTHER_ENDINGS: [&str; 3] = [".yaml", ".yml", ".json"];

/// Folders that hold what programs made, and no contracts of the project's own.
const PASSED_OVER: [&str; 4] = ["target", "dbt_packages", "logs", "node_modules"];

/// How many files and folders are looked at for contracts.
const LOOKED_AT: usize = 100_000;

/// The contracts of a project: those that `contracts:` of weft.yml names, else its `*.odcs.yaml` (`.yml`, `.json`).
pub(crate) fn of_project(config: &Config, project: &Project) -> Result<Vec<DataContract>> {
    let files = match config.contracts.as_slice() {
        [] => found(&project.dir, &ENDINGS)?,
        named => {
            let each = named.iter().map(|path| files(&project.dir.join(path)));
            each.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect()
        }
    };
    files.iter().map(|file| read(file)).collect()
}

/// The contracts of a file, or of all files of a folder.
pub(crate) fn below(path: &Path) -> Result<Vec<DataContract>> {
    files(path)?.iter().map(|file| read(file)).collect()
}

/// The contracts of a project as they were at a commit; by the same rules as those of its folder.
pub(crate) fn at_commit(config: &Config, commit: &Commit) -> Result<Vec<DataContract>> {
    let is_wanted = |path: &Path| {
        let passed_over = |part: &str| part.starts_with('.') || PASSED_OVER.contains(&part);
        let is_own = !path.parent().is_some_and(|folder| folder.iter().any(|it| it.to_str().is_none_or(passed_over)));
        match config.contracts.as_slice() {
            [] => is_own && ends_in(path, &ENDINGS),
            named => named.iter().any(|it| {
                let it = it.strip_prefix(".").unwrap_or(it);
                path == it || (path.starts_with(it) && ends_in(path, &OTHER_ENDINGS))
            }),
        }
    };
    let texts = commit.texts(is_wanted)?;
    texts.iter().map(|(path, text)| parse(text, &escape::path(path))).collect()
}

/// A file itself, or the contracts below a folder: those with an ending of contracts, else all YAML and JSON.
pub(crate) fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let surely = found(path, &ENDINGS)?;
    let files = if surely.is_empty() { found(path, &OTHER_ENDINGS)? } else { surely };
    if files.is_empty() {
        return Err(problem_with_hint(
            ProblemCode::FileUnreadable,
            format!("there is no data contract below `{}`", escape::path(path)),
            "name a contract's file, or a folder with some: `*.odcs.yaml`",
        ));
    }
    Ok(files)
}

/// The files below a folder with an ending, in order. Links are not followed, hidden folders not entered.
fn found(folder: &Path, endings: &[&str]) -> Result<Vec<PathBuf>> {
    let (mut found, mut folders, mut seen) = (Vec::new(), vec![folder.to_owned()], 0);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(FileError::on(&folder, "read"))? {
            let entry = entry.map_err(FileError::on(&folder, "read"))?;
            let (path, name) = (entry.path(), entry.file_name());
            let name = name.to_string_lossy();
            seen += 1;
            if seen > LOOKED_AT || name.starts_with('.') {
                continue;
            }
            let kind = entry.file_type().map_err(FileError::on(&path, "read"))?;
            if kind.is_dir() && !PASSED_OVER.contains(&&*name) {
                folders.push(path);
            } else if kind.is_file() && ends_in(&path, endings) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn ends_in(path: &Path, endings: &[&str]) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    endings.iter().any(|ending| name.ends_with(ending))
}

fn read(path: &Path) -> Result<DataContract> {
    let shown = escape::path(path);
    let bytes = fs::read(path).map_err(FileError::on(path, "read"))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.split(|byte| *byte == b'\n').count();
        let detail = format!("`{shown}` is not UTF-8 in line {line}");
        problem_with_hint(ProblemCode::InvalidContract, detail, "save the file as UTF-8")
    })?;
    parse(&text, &shown)
}

fn parse(text: &str, shown: &str) -> Result<DataContract> {
    match odcs::read(text) {
        Ok(read) => Ok(read.contract),
        Err(fault) => {
            let line = fault.line.map(|line| format!(":{line}")).unwrap_or_default();
            let detail = format!("`{shown}{line}`: {}", escape(&fault.to_string()));
            let problem: Box<Problem> = problem_with_hint(ProblemCode::InvalidContract, detail, fault.kind.remedy());
            Err(problem)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTRACT: &str = "apiVersion: v3.1.0\nkind: DataContract\nid: x\nversion: 1.0.0\n";

    #[test]
    fn a_projects_contracts_are_those_of_the_ending_and_of_no_package() {
        let folder = tempfile::TempDir::new().unwrap();
        for name in ["models/a.odcs.yaml", "b.ODCS.json", "dbt_packages/p/c.odcs.yml", ".x/d.odcs.yml", "models/e.yml"]
        {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, CONTRACT).unwrap();
        }
        let names = |endings: &[&str]| {
            let files = found(folder.path(), endings).unwrap();
            files.iter().map(|it| it.file_name().unwrap().to_string_lossy().into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(&ENDINGS), ["b.ODCS.json", "a.odcs.yaml"]);
        assert_eq!(names(&OTHER_ENDINGS), ["b.ODCS.json", "a.odcs.yaml", "e.yml"]);
    }

    #[test]
    fn a_fault_names_the_file_and_the_line_and_what_to_do() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("x.odcs.yaml");
        fs::write(&file, format!("{CONTRACT}schema: 7\n")).unwrap();
        let problem = below(&file).unwrap_err();
        assert_eq!(problem.code, ProblemCode::InvalidContract);
        assert!(problem.detail.contains("x.odcs.yaml:5") && problem.hint.is_some(), "{problem:?}");
        fs::write(&file, b"id: \xff").unwrap();
        assert!(below(&file).unwrap_err().detail.contains("is not UTF-8 in line 1"));
        fs::remove_file(&file).unwrap();
        assert!(below(folder.path()).unwrap_err().detail.contains("there is no data contract below"));
    }
}
