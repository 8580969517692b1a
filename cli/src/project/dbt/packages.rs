//! The entries of `packages.yml` that point at weft's packages.

use std::{collections::BTreeSet, path::Path};

use serde::Deserialize;
use weft_model::name::PackageName;

use crate::{
    failure::Result,
    project::{
        dbt::{
            Project,
            listed::{HeldEntry, List, ListedEntries},
        },
        yaml::read_yaml,
    },
    system::files,
};

/// Where weft's packages are, below the project's folder.
const FOLDER: &str = ".weft/packages";
/// A file that weft's packages have and no other has.
const MARK: &str = "macros/weft_interface.sql";

#[derive(Deserialize, Default)]
#[serde(default)]
struct PackagesFile {
    packages: Option<Vec<Entry>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Entry {
    local: Option<String>,
}

impl Project {
    /// Compares what `packages.yml` (or `dependencies.yml`, where that one lists the packages) says with the packages that
    /// weft writes.
    pub(crate) fn listed_packages(&self, written: &BTreeSet<PackageName>) -> Result<ListedEntries> {
        let (packages, dependencies) = (self.dir.join("packages.yml"), self.dir.join("dependencies.yml"));
        let in_dependencies = read_yaml::<PackagesFile>(&dependencies)?.unwrap_or_default().packages;
        let (path, entries) = match in_dependencies {
            Some(entries) if !packages.exists() => (dependencies, entries),
            _ => {
                let entries = read_yaml::<PackagesFile>(&packages)?.unwrap_or_default().packages;
                (packages, entries.unwrap_or_default())
            }
        };
        let held = entries
            .iter()
            .enumerate()
            .filter_map(|(at, entry)| Some(HeldEntry { at, name: ours(entry.local.as_deref()?)?, is_ours: true }));
        Ok(ListedEntries::new(
            List { path, key: "packages", line },
            &held.collect::<Vec<_>>(),
            written,
            &BTreeSet::new(),
        ))
    }

    /// Whether an installed package is one that weft writes, whose files follow the lock and not the manifest.
    pub(super) fn writes_package(&self, name: &str) -> bool {
        self.dir.join(&self.packages_install_path).join(name).join(MARK).is_file()
    }

    /// Removes what `dbt deps` installed of one of weft's packages: dbt would go on loading it. Any other package of the name
    /// stays.
    pub(crate) fn remove_installed(&self, name: &str) -> Result<()> {
        let Ok(name) = name.parse::<PackageName>() else { return Ok(()) };
        let installed = self.dir.join(&self.packages_install_path).join(name.as_str());
        match installed.read_link() {
            Ok(target) if target.ends_with(Path::new(FOLDER).join(name.as_str())) => files::remove_file(&installed),
            Err(_) if installed.join(MARK).is_file() => files::remove_tree(&installed),
            _ => Ok(()),
        }
    }
}

/// The package's name, where an entry points at one of weft's.
fn ours(local: &str) -> Option<String> {
    let local = local.trim_start_matches("./").trim_end_matches('/');
    local.strip_prefix(FOLDER)?.strip_prefix('/').map(str::to_owned)
}

fn line(package_name: &PackageName) -> String {
    format!("local: {FOLDER}/{package_name}")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::project::dbt::list::Changed;

    fn names(names: &[&str]) -> BTreeSet<PackageName> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    #[test]
    fn what_is_listed_is_known_however_it_is_written_and_is_put_right() {
        let folder = tempfile::tempdir().unwrap();
        let text = "packages:\n  - local: ./.weft/packages/a/\n  - local: .weft/packages/gone\n  - local: ../a\n";
        fs::write(folder.path().join("packages.yml"), text).unwrap();
        let project = Project::read(folder.path()).unwrap();
        let listed = project.listed_packages(&names(&["a", "b"])).unwrap();
        assert_eq!(
            (listed.missing_lines(), &*listed.stale),
            (vec!["- local: .weft/packages/b".to_owned()], &["gone".to_owned()][..])
        );
        listed.write(&listed.put_right().unwrap().unwrap()).unwrap();
        let text = "packages:\n  - local: .weft/packages/b\n  - local: ./.weft/packages/a/\n  - local: ../a\n";
        assert_eq!(fs::read_to_string(&listed.path).unwrap(), text);
        assert!(project.listed_packages(&names(&["a", "b"])).unwrap().is_right());
    }

    #[test]
    fn packages_in_dependencies_yml_stay_there() {
        let folder = tempfile::tempdir().unwrap();
        let text = "projects: []\npackages:\n- package: x/y\n  version: 1.0.0\n";
        fs::write(folder.path().join("dependencies.yml"), text).unwrap();
        let project = Project::read(folder.path()).unwrap();
        let listed = project.listed_packages(&names(&["a"])).unwrap();
        listed.write(&listed.put_right().unwrap().unwrap()).unwrap();
        assert!(!folder.path().join("packages.yml").exists());
        let written = fs::read_to_string(folder.path().join("dependencies.yml")).unwrap();
        assert_eq!(written, text.replace("packages:\n", "packages:\n- local: .weft/packages/a\n"));
    }

    #[test]
    fn a_file_that_held_weft_s_packages_alone_goes_with_them() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("packages.yml"), "packages:\n  - local: .weft/packages/a\n").unwrap();
        let listed = Project::read(folder.path()).unwrap().listed_packages(&BTreeSet::new()).unwrap();
        assert_eq!(listed.put_right().unwrap(), Some(Changed::Emptied));
        listed.write(&Changed::Emptied).unwrap();
        assert!(!listed.path.exists());
    }
}
