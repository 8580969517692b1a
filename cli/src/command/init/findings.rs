//! What a dbt project says of its upstream projects.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::Deserialize;
use weft_model::name::PackageName;

use crate::{
    failure::Result,
    project::{dbt::Project, yaml::read_yaml},
};

/// The configuration file of dbt-loom.
const LOOM: &str = "dbt_loom.config.yml";

/// What `weft init` found in the project.
#[derive(Debug, Clone)]
pub(super) struct Findings {
    /// The project's name.
    pub(super) name: Option<String>,
    /// Upstream projects, and where each was found.
    pub(super) upstreams: BTreeMap<PackageName, BTreeSet<UpstreamEvidence>>,
    /// Whether the project uses dbt-loom.
    pub(super) loom: bool,
}

/// Where an upstream project was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum UpstreamEvidence {
    /// From `projects:` of dependencies.yml.
    Dependencies,
    /// `manifests:` of dbt-loom's configuration.
    Loom,
    /// A ref with two arguments.
    Ref,
}

impl fmt::Display for UpstreamEvidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dependencies => "dependencies.yml",
            Self::Loom => LOOM,
            Self::Ref => "two-argument refs",
        })
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct LoomFile {
    manifests: Option<Vec<LoomManifest>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct LoomManifest {
    name: Option<String>,
}

impl Findings {
    /// Looks through a project.
    pub(super) fn from_project(project: &Project) -> Result<Self> {
        let loom = read_yaml::<LoomFile>(&project.dir.join(LOOM))?;
        let mut upstreams: BTreeMap<PackageName, BTreeSet<UpstreamEvidence>> = BTreeMap::new();
        let mut add = |name: PackageName, evidence| upstreams.entry(name).or_default().insert(evidence);
        for name in project.dependencies()? {
            add(name, UpstreamEvidence::Dependencies);
        }
        let manifests = loom.iter().flat_map(|file| file.manifests.iter().flatten());
        for name in manifests.filter_map(|manifest| manifest.name.as_ref()?.parse().ok()) {
            add(name, UpstreamEvidence::Loom);
        }
        for text in project.texts()? {
            for name in referred(&text).filter_map(|name| name.parse::<PackageName>().ok()) {
                if !is_installed(project, &name) {
                    add(name, UpstreamEvidence::Ref);
                }
            }
        }
        upstreams.retain(|name, _| Some(name.as_str()) != project.name.as_deref());
        Ok(Self { name: project.name.clone(), upstreams, loom: loom.is_some() })
    }
}

/// A package of source code is installed as a folder; weft's are links, made from local paths.
fn is_installed(project: &Project, name: &PackageName) -> bool {
    let path = project.dir.join(&project.packages_install_path).join(name.as_str());
    path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir())
}

/// The first argument of every ref that has two: `ref('inventory', 'products')`.
fn referred(text: &str) -> impl Iterator<Item = &str> {
    let starts = text
        .match_indices("ref(")
        .filter(|(at, _)| !text[..*at].ends_with(|before: char| before.is_alphanumeric() || before == '_'));
    starts.filter_map(|(at, _)| {
        let (package, rest) = quoted(&text[at + "ref(".len()..])?;
        let (_, rest) = quoted(rest.trim_start().strip_prefix(',')?)?;
        rest.trim_start().starts_with([',', ')']).then_some(package)
    })
}

/// A quoted text at the start, and what follows it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let quote = text.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    text[1..].split_once(quote)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_refs_with_two_names_tell_of_a_project() {
        let text = r#"
            select * from {{ ref('inventory', 'products') }} join {{ ref ('no') }} {{ ref("sales" , "orders", v=2) }}
            {{ ref('model') }} {{ ref('model', v=1) }} {{ ref('model', version='1') }} {{ xref('a','b') }} {{ dbt.ref('c','d')}}
            {{ ref('unclosed }} ref('é', 'é'
        "#;
        assert_eq!(referred(text).collect::<Vec<_>>(), ["inventory", "sales", "c"]);
    }

    #[test]
    fn every_place_that_tells_of_an_upstream_is_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("dbt_project.yml", "name: finance");
        write("dependencies.yml", "projects:\n  - name: sales\n");
        write("dbt_loom.config.yml", "manifests:\n  - name: sales\n    type: file\n  - name: inventory\n");
        write("models/a.sql", "{{ ref('inventory','x') }} {{ ref('finance','own') }} {{ ref('dbt_utils','y') }}");
        write("dbt_packages/dbt_utils/dbt_project.yml", "name: dbt_utils");
        let findings = Findings::from_project(&Project::read(folder.path()).unwrap()).unwrap();
        assert_eq!(findings.name.as_deref(), Some("finance"));
        assert!(findings.loom);
        let found: Vec<_> = findings
            .upstreams
            .iter()
            .map(|(name, evidence)| (name.as_str(), evidence.iter().copied().collect::<Vec<_>>()))
            .collect();
        assert_eq!(
            found,
            [
                ("inventory", vec![UpstreamEvidence::Loom, UpstreamEvidence::Ref]),
                ("sales", vec![UpstreamEvidence::Dependencies, UpstreamEvidence::Loom])
            ]
        );
    }
}
