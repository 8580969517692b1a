//! The files that dbt would read of a project.

use std::{collections::BTreeMap, ffi::OsStr, fs};

use crate::{
    failure::{FileError, Result},
    git::ignored::Ignored,
    project::dbt::{Project, sources::is_foreign},
};

/// What dbt makes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    /// A node, with any content.
    Node,
    /// A file with blocks: macros, snapshots, generic tests, docs.
    Blocks,
    /// A file with properties and configuration.
    Properties,
}

/// The files by path below the project's folder, `/` between the parts.
pub(super) struct ProjectFiles(BTreeMap<String, FileKind>);

/// The files at the root that dbt reads.
const AT_ROOT: [&str; 3] = ["dbt_project.yml", "packages.yml", "dependencies.yml"];

impl ProjectFiles {
    /// Looks through the folders that `dbt_project.yml` names, as dbt does: `.dbtignore` counts, and so that names which
    /// begin with a dot are left out. Links are not followed, for engines differ in that.
    pub(super) fn read(project: &Project) -> Result<Self> {
        let at_root = AT_ROOT.iter().filter(|name| project.dir.join(name).is_file());
        let mut found = Self(at_root.map(|name| ((*name).to_owned(), FileKind::Properties)).collect());
        let ignored = Ignored::by(&project.dir.join(".dbtignore"))?;
        let folders = &project.folders;
        let kinds: [(&[String], KindOf); 7] = [
            (&folders.models, of_model),
            (&folders.seeds, of_seed),
            (&folders.snapshots, of_blocks),
            (&folders.tests, of_test),
            (&folders.macros, of_blocks),
            (&folders.analyses, of_analysis),
            (&folders.functions, of_properties_alone),
        ];
        for (paths, kind_of) in kinds {
            for path in paths {
                let path = path.trim_start_matches("./").trim_end_matches('/');
                found.walk(project, if path == "." { "" } else { path }, &ignored, kind_of)?;
            }
        }
        Ok(found)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &FileKind)> {
        self.0.iter().map(|(path, kind)| (&**path, kind))
    }

    fn walk(&mut self, project: &Project, path: &str, ignored: &Ignored, kind_of: KindOf) -> Result<()> {
        let root = project.dir.join(path);
        if !root.is_dir() {
            return Ok(());
        }
        let generated = [project.dir.join(&project.target), project.dir.join(&project.packages_install_path)];
        let mut folders = vec![(root, path.to_owned())];
        while let Some((folder, below)) = folders.pop() {
            for entry in fs::read_dir(&folder).map_err(FileError::on(&folder, "read"))? {
                let entry = entry.map_err(FileError::on(&folder, "read"))?;
                let (Ok(kind), Some(name)) = (entry.file_type(), entry.file_name().to_str().map(str::to_owned)) else {
                    continue;
                };
                let place = entry.path();
                let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
                if name.starts_with('.') || ignored.holds(&path) {
                    continue;
                }
                if kind.is_dir() && !is_foreign(OsStr::new(&name)) && !generated.contains(&place) {
                    folders.push((place, path));
                } else if kind.is_file()
                    && let Some(kind) = kind_of(&path)
                {
                    // The surer of two kinds stands, where one folder is within another.
                    let standing = self.0.entry(path).or_insert(kind);
                    if kind == FileKind::Node {
                        *standing = kind;
                    }
                }
            }
        }
        Ok(())
    }
}

/// What dbt makes of a path in a folder of some kind.
type KindOf = fn(&str) -> Option<FileKind>;

fn ending(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// In every folder there may be properties and docs.
fn anywhere(path: &str) -> Option<FileKind> {
    match ending(path) {
        "yml" | "yaml" => Some(FileKind::Properties),
        "md" => Some(FileKind::Blocks),
        _ => None,
    }
}

fn of_model(path: &str) -> Option<FileKind> {
    match ending(path) {
        "py" if path.ends_with("__init__.py") => None,
        "sql" | "py" => Some(FileKind::Node),
        _ => anywhere(path),
    }
}

fn of_seed(path: &str) -> Option<FileKind> {
    if ending(path) == "csv" { Some(FileKind::Node) } else { anywhere(path) }
}

fn of_analysis(path: &str) -> Option<FileKind> {
    if ending(path) == "sql" { Some(FileKind::Node) } else { anywhere(path) }
}

fn of_blocks(path: &str) -> Option<FileKind> {
    if ending(path) == "sql" { Some(FileKind::Blocks) } else { anywhere(path) }
}

/// Generic tests are macros, and fixtures belong to unit tests.
fn of_test(path: &str) -> Option<FileKind> {
    let is_below = |folder: &str| path.split('/').any(|part| part == folder);
    match ending(path) {
        "sql" if is_below("fixtures") => None,
        "sql" if is_below("generic") => Some(FileKind::Blocks),
        "sql" => Some(FileKind::Node),
        _ => anywhere(path),
    }
}

fn of_properties_alone(path: &str) -> Option<FileKind> {
    anywhere(path)
}
