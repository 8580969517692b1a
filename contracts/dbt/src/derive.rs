//! From a manifest to a publication.

mod checks;
mod choose;
mod columns;
mod constraints;
mod contracts;
mod derived;
mod earlier;
mod failed;
mod fingerprint;
mod groups;
mod growth;
mod interface;
mod keeping;
mod lacking;
mod lineage;
mod node_reading;
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

use weft_model::column_name::Folding;
use weft_publication::{Origin, Publication, Source};

pub use crate::derive::{
    contracts::{ContractsError, OfContracts, attach, of_contracts},
    derived::{DeriveNote, DeriveSettings, Derived},
    earlier::may_carry_over,
    failed::mark_failed_columns,
    keeping::may_lag,
    node_reading::{NodeReading, Readings},
    sql::{Seeds, readings},
    table::{TableKnowledge, apply_tables},
};
pub use crate::seed::SqlColumn;
use crate::{
    catalog::Catalog,
    derive::{
        columns::NodeKnowledge, earlier::Earlier, fingerprint::Fingerprints, groups::groups, lineage::ProjectGraph,
        project::ManifestProject, reading::PublishedReadings, shape::Shapes,
    },
    manifest::{Manifest, ProjectNameError},
};

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

#[cfg(test)]
mod tests;
