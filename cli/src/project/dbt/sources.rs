//! The texts of a dbt project in which it may name upstream nodes.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    failure::{FileError, Result},
    project::dbt::Project,
};

/// Folders that hold no text of the project's own, wherever they are.
const FOREIGN: [&str; 6] = [".git", ".weft", "dbt_packages", "logs", "node_modules", "target"];
/// The endings of files that may name nodes.
const ENDINGS: [&str; 5] = ["md", "py", "sql", "yaml", "yml"];
/// The largest file that is read, in bytes; what is larger was not written by hand.
const LARGEST: u64 = 16 * 1024 * 1024;

impl Project {
    /// Every text of the project that may name nodes: SQL, YAML, Python and Markdown, outside of what dbt and others
    /// write. Bytes that are not UTF-8 are replaced.
    pub(crate) fn texts(&self) -> Result<Vec<String>> {
        let mut texts = Vec::new();
        for path in self.text_files()? {
            let bytes = fs::read(&path).map_err(FileError::on(&path, "read"))?;
            texts.push(String::from_utf8_lossy(&bytes).into_owned());
        }
        Ok(texts)
    }

    fn text_files(&self) -> Result<Vec<PathBuf>> {
        let generated = [self.dir.join(&self.target), self.dir.join(&self.packages_install_path)];
        let mut files = Vec::new();
        let mut folders = vec![self.dir.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).map_err(FileError::on(&folder, "read"))? {
                let entry = entry.map_err(FileError::on(&folder, "read"))?;
                let (path, name) = (entry.path(), entry.file_name());
                // A link is not followed: it may lead in a circle, or out of the project.
                let Ok(kind) = entry.file_type() else { continue };
                if kind.is_dir() && !is_foreign(&name) && !generated.contains(&path) {
                    folders.push(path);
                } else if kind.is_file()
                    && may_name_nodes(&path)
                    && entry.metadata().is_ok_and(|it| it.len() <= LARGEST)
                {
                    files.push(path);
                }
            }
        }
        files.sort();
        Ok(files)
    }
}

/// Whether a folder's name says that others write what is in it.
pub(super) fn is_foreign(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    FOREIGN.contains(&&*name) || name.starts_with(".venv")
}

fn may_name_nodes(path: &Path) -> bool {
    path.extension()
        .and_then(OsStr::to_str)
        .is_some_and(|ending| ENDINGS.contains(&ending.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_project_wrote_itself_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        };
        let own = ["analyses/a.sql", "models/deep/a.SQL", "models/a.yml", "models/b.py", "seeds/readme.md"];
        let others = [
            "build/compiled/a.sql",
            "dbt_packages/p/a.sql",
            ".weft/packages/i/a.sql",
            ".git/a.yml",
            ".venv-2/a.py",
            "node_modules/a.md",
            "seeds/a.csv",
            "logs/a.md",
            "deps/p/a.sql",
        ];
        own.iter().chain(&others).for_each(|path| write(path));
        fs::write(folder.path().join("dbt_project.yml"), "name: x\ntarget-path: build\npackages-install-path: deps\n")
            .unwrap();
        let project = Project::read(folder.path()).unwrap();
        let found = project.text_files().unwrap();
        let found: Vec<_> =
            found.iter().map(|path| path.strip_prefix(folder.path()).unwrap().to_str().unwrap()).collect();
        assert_eq!(
            found,
            [
                "analyses/a.sql",
                "dbt_project.yml",
                "models/a.yml",
                "models/b.py",
                "models/deep/a.SQL",
                "seeds/readme.md"
            ]
        );
    }
}
