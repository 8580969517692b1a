//! From a manifest to a publication.

mod checks;
mod choose;
mod columns;
mod constraints;
mod contracts;
mod earlier;
mod failed;
mod fingerprint;
mod growth;
mod interface;
mod keeping;
mod lacking;
mod lineage;
mod object;
pub(crate) mod project;
pub(crate) mod quality;
mod reading;
mod relations;
mod shape;
mod sql;
mod table;
mod unit_input;

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;
use serde_json::{Map, Value};
use weft_model::{
    column_name::Folding,
    name::{PackageName, UniqueId},
    requirement::Requirement,
    text::text_of,
};
use weft_publication::{Git, InterfaceNode, Origin, Owner, Publication, Source, relation::Relations};

pub use crate::derive::{
    contracts::{ContractsError, OfContracts, attach, of_contracts},
    earlier::may_carry_over,
    failed::mark_failed_columns,
    keeping::may_lag,
    reading::{NodeReading, Readings},
    sql::{Seeds, readings},
    table::{TableKnowledge, apply_tables},
};
pub use crate::seed::SqlColumn;
use crate::{
    catalog::Catalog,
    derive::{
        columns::NodeKnowledge, earlier::Earlier, fingerprint::Fingerprints, lineage::ProjectGraph,
        project::ManifestProject, reading::PublishedReadings, shape::Shapes,
    },
    manifest::{Manifest, ProjectNameError},
    select::Selection,
};

/// What a publication takes from elsewhere than dbt's files.
#[derive(Debug, Clone)]
pub struct DeriveSettings {
    /// Publishes under this name instead of the manifest's (`--as`).
    pub package_name: Option<PackageName>,
    /// The version to give it.
    pub version: Version,
    /// The nodes to publish.
    pub selection: Selection,
    /// What the project asks of others.
    pub requires: BTreeMap<PackageName, Requirement>,
    /// The state of the git work tree, if there is one.
    pub git: Option<Git>,
    /// What the nodes' SQL reads, as far as that is known.
    pub readings: Readings,
}

/// A publication, the relations of its nodes, and what the publisher should know about it.
#[derive(Debug, Clone)]
pub struct Derived {
    /// The publication to send.
    pub publication: Publication,
    /// To be sent with it.
    pub relations: Relations,
    /// What was passed over, in the order of the nodes.
    pub notes: Vec<DeriveNote>,
}

/// Something that was passed over, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeriveNote {
    /// The node it is about.
    pub unique_id: Option<UniqueId>,
    /// The remark, in one sentence.
    pub message: String,
}

impl DeriveNote {
    fn on(unique_id: &UniqueId, message: impl Into<String>) -> Self {
        Self { unique_id: Some(unique_id.clone()), message: message.into() }
    }

    fn general(message: impl Into<String>) -> Self {
        Self { unique_id: None, message: message.into() }
    }
}

/// Derives the publication of a project from what dbt wrote.
///
/// The result does not depend on the order of the manifest's nodes, nor on whether `dbt parse` or `dbt build` wrote it.
///
/// # Errors
/// The manifest does not say which project it is of, and the settings give no name.
pub fn derive(
    manifest: &Manifest,
    catalog: Option<&Catalog>,
    settings: &DeriveSettings,
) -> Result<Derived, ProjectNameError> {
    derive_after(&[], manifest, catalog, settings)
}

/// As [`derive()`]; what this run of dbt does not tell of a node's columns and readings is carried over from the `earlier`
/// publications of the project in which the node was built from the same code.
///
/// # Errors
/// As of [`derive()`].
pub fn derive_after(
    earlier: &[&Publication],
    manifest: &Manifest,
    catalog: Option<&Catalog>,
    settings: &DeriveSettings,
) -> Result<Derived, ProjectNameError> {
    let project_name = match (manifest.project_name(), &settings.package_name) {
        (Ok(name), _) => name,
        (Err(_), Some(name)) => name.clone(),
        (Err(error), None) => return Err(error),
    };
    let project = ManifestProject::new(manifest, &project_name);
    let mut notes = Vec::new();
    let chosen = choose::choose(&project, &settings.selection, &mut notes);
    let mut qualities = quality::by_node(&project);
    let fingerprints = Fingerprints::new(&project, &settings.readings);
    let earlier = Earlier::new(earlier, &fingerprints);
    let mut carried_over = BTreeSet::new();
    let catalog_is_older = catalog.is_some_and(|catalog| catalog.is_older_than(manifest));
    let mut rest_on_it = 0;
    let mut interface = BTreeMap::new();
    for (unique_id, node) in chosen {
        let tests = qualities.remove(unique_id).unwrap_or_default();
        let reading = settings.readings.nodes.get(unique_id);
        let known = NodeKnowledge::new(unique_id, (catalog, catalog_is_older), reading, earlier);
        let (node, is_carried_over) = interface::node(&project, unique_id, node, &known, tests, &mut notes);
        carried_over.extend(is_carried_over.then(|| unique_id.clone()));
        let rests_on_catalog = !is_carried_over && node.columns.iter().any(|column| column.origin == Origin::Catalog);
        let in_sql = reading.and_then(|reading| reading.columns.as_deref()).unwrap_or_default();
        let is_certain = !in_sql.is_empty() && in_sql.iter().all(|column| column.data_type.is_some());
        rest_on_it += usize::from(catalog_is_older && rests_on_catalog && !is_certain);
        interface.insert(unique_id.clone(), node);
    }
    if rest_on_it > 0 {
        let plural = if rest_on_it == 1 { "" } else { "s" };
        let message = format!(
            "the catalog is older than the manifest, and columns or types of {rest_on_it} node{plural} are known only from it; run `dbt docs generate` to write both again"
        );
        notes.push(DeriveNote::general(message));
    }
    let graph = ProjectGraph::new(&project, &settings.readings, &fingerprints, earlier);
    let mut lineage = graph.lineage(&PublishedReadings::new(&graph), &mut carried_over);
    let tables = graph.carry_tables(&mut lineage);
    let shapes = Shapes { project: &project, readings: &settings.readings, catalog, catalog_is_older, earlier };
    shapes.add(&interface, &mut lineage);
    checks::add(&graph, earlier, &mut lineage);
    let mut relations = relations::relations(&project, &interface, &lineage, settings, &mut notes);
    relations.extend(tables);
    let publication = Publication {
        package_name: settings.package_name.as_ref().unwrap_or(&project_name).clone(),
        version: settings.version.clone(),
        source: Source { carried_over, ..source(manifest, settings) },
        groups: groups(&project, &interface),
        interface,
        lineage,
        uses: graph.uses(&mut notes),
        exposures: graph.exposures(),
        requires: settings.requires.clone(),
        roles: BTreeSet::new(),
        contracts: BTreeMap::new(),
    };
    notes.sort_by(|a, b| (&a.unique_id, &a.message).cmp(&(&b.unique_id, &b.message)));
    Ok(Derived { publication, relations, notes })
}

fn source(manifest: &Manifest, settings: &DeriveSettings) -> Source {
    let metadata = &manifest.metadata;
    Source {
        dbt_version: metadata.dbt_version.clone(),
        adapter_type: metadata.adapter_type.clone(),
        manifest_version: Some(metadata.version),
        generated_at: metadata.generated_at.clone(),
        git: settings.git.clone(),
        carried_over: BTreeSet::new(),
        folder: None,
        tells_quotes: Folding::from_adapter(metadata.adapter_type.as_deref()).is_some(),
        stale: false,
    }
}

/// The owners of the groups that interface nodes belong to; a group that the manifest does not describe has none.
fn groups(project: &ManifestProject<'_>, interface: &BTreeMap<UniqueId, InterfaceNode>) -> BTreeMap<String, Owner> {
    let mut groups = BTreeMap::new();
    for (unique_id, node) in interface {
        let Some(group) = &node.group else { continue };
        let package = project.manifest.nodes.get(unique_id).map_or("", |node| &node.package_name);
        let described = project
            .manifest
            .groups
            .get(&(package.into(), group.as_str().into()))
            .or_else(|| project.manifest.groups.get(&(project.name.as_str().into(), group.as_str().into())));
        groups.entry(group.clone()).or_insert_with(|| described.map_or_else(Owner::default, owner));
    }
    groups
}

/// An owner as the file has it, without what is null.
fn owner(said: &Map<String, Value>) -> Owner {
    let mut other: Map<String, Value> =
        said.iter().filter(|(_, value)| !value.is_null()).map(|(key, value)| (key.clone(), value.clone())).collect();
    let name = other.remove("name").map(|name| text_of(&name));
    let email = other.remove("email");
    Owner { name, email, other }
}

#[cfg(test)]
mod tests;
