//! Where in the project's files a finding is.

mod tree;

use std::{collections::BTreeMap, path::Path};

use weft_api::{Evidence, Finding, Location, Report};
use weft_dbt::{
    manifest::{Manifest, Node},
    properties::NamedNode,
};
use weft_model::{
    column_name::is_same,
    name::{PackageName, UniqueId},
};
use weft_publication::Publication;

use crate::output::places::tree::PropertiesTree;
pub(crate) use crate::output::places::tree::is_below;

/// dbt's file for the project as a whole.
pub(crate) const PROJECT_FILE: &str = "dbt_project.yml";

/// One side of a check: what was derived, and from what, where that is known. What is published holds no paths.
pub(crate) type Derivation<'a> = (&'a Publication, Option<&'a Manifest>);

/// The files of a project's work tree, beside what dbt says of them.
struct FindingPlaces<'a> {
    tree: PropertiesTree,
    publication: &'a Publication,
    current: Option<OwnFiles<'a>>,
    before: &'a Publication,
    baseline: Option<OwnFiles<'a>>,
}

/// The nodes that a project defines itself, of all that its manifest holds. Where the files of others are, only their
/// packages know.
struct OwnFiles<'a> {
    manifest: &'a Manifest,
    package_name: PackageName,
    /// Versions of one model share a name.
    by_name: BTreeMap<&'a str, Vec<&'a Node>>,
}

/// Gives every finding its place in the project of a folder, where there is one.
pub(crate) fn locate(report: &mut Report, folder: &Path, baseline: Derivation<'_>, current: Derivation<'_>) {
    let mut places = FindingPlaces {
        tree: PropertiesTree::new(folder),
        publication: current.0,
        current: OwnFiles::of(current.1),
        before: baseline.0,
        baseline: OwnFiles::of(baseline.1),
    };
    for finding in &mut report.findings {
        finding.location = places.of(finding);
    }
}

impl<'a> FindingPlaces<'a> {
    /// Where the cause of a finding is: in the SQL for what the SQL gives, else in the properties file, at the column or at
    /// the node.
    fn of(&mut self, finding: &Finding) -> Option<Location> {
        if finding.unique_id == UniqueId::for_project(&self.publication.package_name) {
            return self.tree.holds(PROJECT_FILE).then(|| at(PROJECT_FILE, Some(1))).flatten();
        }
        let node = match self.successor(finding) {
            Some(successor) => successor,
            None if !self.current.as_ref()?.manifest.nodes.contains_key(&finding.unique_id) => {
                return self.of_removed(&finding.unique_id);
            }
            None => self.current.as_ref()?.get(&finding.unique_id)?,
        };
        if let Some(line) = self.line_in_sql(finding, node) {
            return at(&node.original_file_path, Some(line));
        }
        let Some(file) = properties_file(node) else { return at(&node.original_file_path, Some(1)) };
        let column = self.column(finding);
        let line = self.tree.properties(file).and_then(|properties| {
            let of_column = column.and_then(|column| properties.line_of_column(named(node), column));
            of_column.or_else(|| properties.line_of(named(node)))
        });
        at(file, line)
    }

    /// The node that one that was renamed is now.
    fn successor(&self, finding: &Finding) -> Option<&'a Node> {
        let name = finding.current.as_deref().filter(|_| finding.rule == "model_renamed")?;
        let new = self
            .publication
            .interface
            .iter()
            .find(|(unique_id, node)| node.name == name && !self.before.interface.contains_key(*unique_id));
        self.current.as_ref()?.get(new?.0)
    }

    /// The line of the node's own file that a finding is about, where that is SQL and the cause.
    fn line_in_sql(&self, finding: &Finding, node: &Node) -> Option<u32> {
        let file = &*node.original_file_path;
        if !Path::new(file).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("sql")) {
            return None;
        }
        match finding.rule.as_str() {
            "materialization_changed" | "materialization_lost_constraints" => {
                self.tree.line_of_setting(file, &["materialized"])
            }
            "relation_moved" => self.tree.line_of_setting(file, &["alias", "schema", "database"]),
            "shape_unknown" => self.tree.line_in_sql(file, None),
            _ if matches!(finding.evidence, Evidence::Sql | Evidence::Catalog) => {
                self.tree.line_in_sql(file, self.column(finding))
            }
            _ => None,
        }
    }

    /// The name under which the column of a finding is there now.
    fn column<'f>(&self, finding: &'f Finding) -> Option<&'f str> {
        let name = match finding.rule.as_str() {
            "column_renamed" => finding.current.as_deref()?,
            _ => finding.column.as_deref()?,
        };
        let node = self.publication.interface.get(&finding.unique_id)?;
        let dialect = self.publication.dialect();
        node.columns.iter().any(|column| is_same(&column.name, name, dialect)).then_some(name)
    }

    /// What is left of a node that is gone: an entry in a properties file, of its other versions perhaps, or a file
    /// that it had.
    fn of_removed(&mut self, unique_id: &UniqueId) -> Option<Location> {
        let gone = self.before.interface.get(unique_id)?;
        let old = self.baseline.as_ref().and_then(|own| own.get(unique_id));
        let siblings = self.current.as_ref().map_or(&[][..], |own| own.named(&gone.name)).iter().copied();
        let siblings = siblings.filter(|node| node.resource_type == gone.resource_type);
        let files: Vec<&str> = siblings.chain(old).filter_map(properties_file).collect();
        let wanted = NamedNode { resource_type: gone.resource_type, name: &gone.name, version: gone.version.as_ref() };
        for file in &files {
            if let Some(line) = self.tree.properties(file).and_then(|properties| properties.line_of(wanted)) {
                return at(file, Some(line));
            }
        }
        let source = old.map(|node| &*node.original_file_path).filter(|file| self.tree.holds(file));
        match source {
            Some(source) => at(source, Some(1)),
            None => files.into_iter().find(|file| self.tree.holds(file)).and_then(|file| at(file, None)),
        }
    }
}

impl<'a> OwnFiles<'a> {
    fn of(manifest: Option<&'a Manifest>) -> Option<Self> {
        let manifest = manifest?;
        let package_name = manifest.project_name().ok()?;
        let mut by_name: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for node in manifest.nodes.values().filter(|node| is_of(node, &package_name)) {
            by_name.entry(&*node.name).or_default().push(node);
        }
        Some(Self { manifest, package_name, by_name })
    }

    fn named(&self, name: &str) -> &[&'a Node] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    fn get(&self, unique_id: &UniqueId) -> Option<&'a Node> {
        self.manifest.nodes.get(unique_id).filter(|node| is_of(node, &self.package_name))
    }
}

fn is_of(node: &Node, package_name: &PackageName) -> bool {
    *node.package_name == *package_name.as_str()
}

/// The YAML file that describes a node; a node that is defined in YAML describes itself.
fn properties_file(node: &Node) -> Option<&str> {
    let is_yaml = |file: &&str| Path::new(file).extension().is_some_and(|ending| ending == "yml" || ending == "yaml");
    node.patch_path.as_deref().or_else(|| Some(&*node.original_file_path).filter(is_yaml))
}

fn named(node: &Node) -> NamedNode<'_> {
    NamedNode { resource_type: node.resource_type, name: &node.name, version: node.version.as_ref() }
}

/// A place in a file below the project's root, as far as its name shows.
fn at(file: &str, line: Option<u32>) -> Option<Location> {
    tree::is_below(file).then(|| Location { file: file.to_owned(), line })
}

#[cfg(test)]
mod tests;
