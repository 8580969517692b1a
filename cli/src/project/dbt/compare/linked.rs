//! The packages that `dbt deps` installed as links: local ones, of which dbt reads each change at once.

use std::{fs, path::Path};

use weft_dbt::manifest::files::opens_blocks;

use crate::project::dbt::{
    Project,
    compare::{
        ComparedProject,
        files::{FileKind, ProjectFiles},
        read,
    },
};

impl ComparedProject<'_> {
    /// Their files that the manifest does not name, and those whose content it does not hold.
    ///
    /// A package that was copied is passed over: `dbt deps` gives its files new times.
    pub(super) fn linked_packages(&mut self) {
        let root = self.project.dir.join(&self.project.packages_install_path);
        let Ok(entries) = fs::read_dir(root) else { return };
        for entry in entries.flatten() {
            let (Ok(kind), Some(name)) = (entry.file_type(), entry.file_name().to_str().map(str::to_owned)) else {
                continue;
            };
            if kind.is_symlink() && entry.path().is_dir() && !self.project.writes_package(&name) {
                self.linked(&name, &entry.path());
            }
        }
    }

    fn linked(&mut self, name: &str, folder: &Path) {
        let below = self.project.packages_install_path.join(name);
        let named = |path: &str| below.join(path).to_string_lossy().replace('\\', "/");
        let package = Project::read(folder).and_then(|package| Ok((ProjectFiles::read(&package)?, package)));
        let Ok((found, package)) = package else {
            return self.is_doubtful(&named("dbt_project.yml"), "cannot be read");
        };
        let (name, manifest) = (package.name.as_deref().unwrap_or(name), self.manifest);
        let files = manifest.package_files.get(name);
        // Engines differ in where a package's paths begin: only where one is found is another one new.
        let mut held =
            files.into_iter().flat_map(|files| files.paths().filter(|path| files.has_content(path))).peekable();
        let are_found = held.peek().is_none() || held.any(|path| folder.join(path).exists());
        for (path, kind) in found.iter() {
            let place = folder.join(path);
            if *kind == FileKind::Properties {
                self.by_time(&named(path), &place, Some(name));
            } else if are_found && !files.is_some_and(|files| files.knows(path)) && self.is_newer(&place) {
                let opens = || opens_blocks(&String::from_utf8_lossy(&read(&place).ok().flatten().unwrap_or_default()));
                if *kind == FileKind::Node || opens() {
                    self.differs(&named(path), "is new");
                }
            }
        }
    }
}
