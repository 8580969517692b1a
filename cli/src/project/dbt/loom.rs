//! The project's own `dbt_loom.config.yml`: what dbt-loom reads where `DBT_LOOM_CONFIG` names no other file.

use std::{collections::BTreeSet, path::PathBuf};

use serde::Deserialize;
use serde_json::Value;
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
};

/// Where weft's slim manifests are, below the project's folder.
const FOLDER: &str = ".weft/loom";
/// What follows a project's name in the path of its slim manifest.
const END: &str = ".manifest.json";
/// dbt-loom's own name for its configuration.
const FILE: &str = "dbt_loom.config.yml";

#[derive(Deserialize, Default)]
#[serde(default)]
struct LoomFile {
    manifests: Option<Vec<Entry>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Entry {
    name: Option<String>,
    config: Value,
}

impl Project {
    /// Compares the manifests of the project's own configuration with those that weft writes for dbt-loom, and with the
    /// projects that it brings in any way.
    pub(crate) fn listed_manifests(
        &self,
        written: &BTreeSet<PackageName>,
        brought: &BTreeSet<PackageName>,
    ) -> Result<ListedEntries> {
        let path = self.dir.join(FILE);
        let entries = read_yaml::<LoomFile>(&path)?.unwrap_or_default().manifests.unwrap_or_default();
        let held = entries.iter().enumerate().filter_map(|(at, entry)| {
            match entry.config.get("path").and_then(Value::as_str).and_then(ours) {
                Some(name) => Some(HeldEntry { at, name, is_ours: true }),
                None => Some(HeldEntry { at, name: entry.name.clone()?, is_ours: false }),
            }
        });
        Ok(ListedEntries::new(List { path, key: "manifests", line }, &held.collect::<Vec<_>>(), written, brought))
    }

    /// Whether the project has such a file.
    pub(crate) fn own_loom_config(&self) -> Option<PathBuf> {
        Some(self.dir.join(FILE)).filter(|path| path.exists())
    }
}

/// The project's name, where a path is that of one of weft's manifests.
fn ours(path: &str) -> Option<String> {
    let below = path.trim_start_matches("./").strip_prefix(FOLDER)?.strip_prefix('/')?;
    below.strip_suffix(END).map(str::to_owned)
}

/// An entry of dbt-loom's configuration, on one line; the path is relative to where dbt runs, the project's folder.
pub(crate) fn line(package_name: &PackageName) -> String {
    format!("{{name: {package_name}, type: file, config: {{path: {FOLDER}/{package_name}{END}}}}}")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn names(names: &[&str]) -> BTreeSet<PackageName> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    #[test]
    fn a_configuration_of_ones_own_moves_to_weft_and_back() {
        let folder = tempfile::tempdir().unwrap();
        let own = "# ours\nmanifests:\n  - name: inventory\n    type: s3\n    config:\n      bucket_name: x\n      object_name: y\n  - name: other\n    type: file\n    config: {path: other.json}\n";
        fs::write(folder.path().join(FILE), own).unwrap();
        let project = Project::read(folder.path()).unwrap();
        let brought = names(&["inventory"]);
        let listed = project.listed_manifests(&brought, &brought).unwrap();
        assert_eq!((listed.missing.len(), &*listed.doubled, listed.stale.len()), (1, &["inventory".to_owned()][..], 0));
        listed.write(&listed.put_right().unwrap().unwrap()).unwrap();
        let moved = "# ours\nmanifests:\n  - {name: inventory, type: file, config: {path: .weft/loom/inventory.manifest.json}}\n  - name: other\n    type: file\n    config: {path: other.json}\n";
        assert_eq!(fs::read_to_string(&listed.path).unwrap(), moved);
        assert!(project.listed_manifests(&brought, &brought).unwrap().is_right());
        let back = project.listed_manifests(&BTreeSet::new(), &brought).unwrap();
        assert_eq!(back.stale, ["inventory"]);
        back.write(&back.put_right().unwrap().unwrap()).unwrap();
        let rest = "# ours\nmanifests:\n  - name: other\n    type: file\n    config: {path: other.json}\n";
        assert_eq!(fs::read_to_string(&listed.path).unwrap(), rest);
    }
}
