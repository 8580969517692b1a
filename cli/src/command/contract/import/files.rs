//! The properties files of a project, as they are and as they become.

use std::{
    collections::BTreeMap,
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use weft_api::problem::ProblemCode;
use weft_dbt::{
    manifest::{Manifest, Node},
    properties::edit::Editable,
};

use crate::{
    escape::escape,
    failure::{FileError, Result, problem},
    output::places::is_below,
    system::files,
};

/// A properties file that does not exist yet.
const EMPTY: &str = "version: 2\n";

/// The files that were opened, by their names below the project's folder.
pub(super) struct PropertiesFiles {
    folder: PathBuf,
    opened: BTreeMap<String, OpenedFile>,
}

struct OpenedFile {
    path: PathBuf,
    /// `None` where there is no such file.
    before: Option<String>,
    now: Option<Editable>,
}

/// A file that changes.
pub(super) struct FileChange {
    /// Below the project's folder, `/` between the parts.
    pub(super) file: String,
    pub(super) before: Option<String>,
    pub(super) after: String,
}

impl PropertiesFiles {
    pub(super) fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), opened: BTreeMap::new() }
    }

    /// A file, to be edited; `None` where it cannot be.
    pub(super) fn open(&mut self, name: &str) -> Result<Option<&mut Editable>> {
        if !self.opened.contains_key(name) {
            let path = self.path(name)?;
            let before = match fs::read_to_string(&path) {
                Ok(text) => Some(text),
                Err(error) if error.kind() == ErrorKind::NotFound => None,
                Err(error) => return Err(FileError::on(&path, "read")(error).into()),
            };
            let now = Editable::read(before.as_deref().filter(|it| !it.trim().is_empty()).unwrap_or(EMPTY));
            self.opened.insert(name.to_owned(), OpenedFile { path, before, now });
        }
        Ok(self.opened.get_mut(name).and_then(|it| it.now.as_mut()))
    }

    /// The path of a file below the folder, with links resolved.
    fn path(&self, name: &str) -> Result<PathBuf> {
        let path = self.folder.join(name);
        let root = self.folder.canonicalize().map_err(FileError::on(&self.folder, "read"))?;
        let real = path.canonicalize().or_else(|_| path.parent().unwrap_or(&path).canonicalize());
        if is_below(name) && real.is_ok_and(|real| real.starts_with(&root)) {
            return Ok(path);
        }
        let detail = format!("`{}`, where dbt's manifest has a node, is outside of the project", escape(name));
        Err(problem(ProblemCode::FileUnreadable, detail))
    }

    /// The files that change, written if requested.
    pub(super) fn changes(self, write: bool) -> Result<Vec<FileChange>> {
        let mut changes = Vec::new();
        for (file, OpenedFile { path, before, now }) in self.opened {
            let Some(after) = now.map(|it| it.text().to_owned()) else { continue };
            let is_same = before.as_ref().map_or(after == EMPTY, |before| *before == after || after == EMPTY);
            if is_same {
                continue;
            }
            if write {
                files::write(&path, &after)?;
            }
            changes.push(FileChange { file, before, after });
        }
        Ok(changes)
    }
}

/// The properties file of a node: the one that has it; else the one with the most nodes of its folder, among those in
/// that folder; else a new one beside it, with its name. `None` if its folder is unknown.
pub(super) fn of_node(node: &Node, manifest: &Manifest) -> Option<String> {
    if let Some(patch) = &node.patch_path {
        return Some(patch.to_string());
    }
    let folder = folder(&node.original_file_path)?;
    let mut used: BTreeMap<&str, usize> = BTreeMap::new();
    for other in manifest.nodes.values().filter(|it| it.package_name == node.package_name) {
        let patch = other.patch_path.as_deref().filter(|it| self::folder(it) == Some(folder));
        if let Some(patch) = patch.filter(|_| self::folder(&other.original_file_path) == Some(folder)) {
            *used.entry(patch).or_default() += 1;
        }
    }
    let most = used.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
    Some(most.map_or_else(|| format!("{folder}/{}.yml", node.name), |(patch, _)| (*patch).to_owned()))
}

fn folder(file: &str) -> Option<&str> {
    file.rsplit_once('/').map(|(folder, _)| folder)
}
