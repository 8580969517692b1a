//! What a schema cannot say of a publication: that its texts parse, and that it agrees with itself.

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;
use serde_json::{Map, Value};
use weft_model::{field_error::FieldError, name::UniqueId, requirement::Requirement, text::shown};

use crate::{
    Publication, Reading,
    document::{faults::Faults, grammar},
};

/// The texts of a document that follow a grammar which the schema only sketches: versions, requirements, unique ids.
pub(super) fn of_texts(document: &Value) -> Vec<FieldError> {
    let mut faults = Faults::default();
    if let Some(Err(error)) = document.get("version").and_then(Value::as_str).map(str::parse::<Version>) {
        faults.add(&["version"], format!("it is not a semver version: {}", shown(&error.to_string())));
    }
    for (name, requirement) in members(document, "requires") {
        if let Some(Err(error)) = requirement.as_str().map(str::parse::<Requirement>) {
            faults.add(&["requires", name], shown(&error.to_string()));
        }
    }
    for section in ["interface", "lineage", "exposures"] {
        for (id, entry) in members(document, section) {
            check_id(id, &[section, id], &mut faults);
            let reads = entry.get("depends_on").and_then(Value::as_array);
            for (index, read) in reads.into_iter().flatten().enumerate() {
                check_id(
                    read.as_str().unwrap_or_default(),
                    &[section, id, "depends_on", &index.to_string()],
                    &mut faults,
                );
            }
        }
    }
    for (id, entry) in members(document, "lineage") {
        for reader in members(entry, "checks").map(|(reader, _)| reader) {
            check_id(reader, &["lineage", id, "checks", reader], &mut faults);
        }
    }
    for (index, usage) in document.get("uses").and_then(Value::as_array).into_iter().flatten().enumerate() {
        for key in ["reader", "unique_id"] {
            check_id(
                usage.get(key).and_then(Value::as_str).unwrap_or_default(),
                &["uses", &index.to_string(), key],
                &mut faults,
            );
        }
    }
    faults.0
}

fn members<'d>(document: &'d Value, section: &str) -> impl Iterator<Item = (&'d String, &'d Value)> {
    document.get(section).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

/// The schema counts characters, and a unique id is limited in bytes.
fn check_id(id: &str, at: &[&str], faults: &mut Faults) {
    match id.parse::<UniqueId>() {
        Err(error) => faults.add(at, shown(&error.to_string())),
        // Else a node could take the place of a registered consumer, or of a project's own findings and waivers.
        Ok(id) if id.is_reserved() => {
            faults.add(at, format!("`{}` is not the id of a node: dbt has no nodes of this type", shown(id.as_str())));
        }
        Ok(_) => {}
    }
}

/// Whether the parts of a publication agree with each other.
pub(super) fn of_publication(publication: &Publication) -> Vec<FieldError> {
    let mut faults = Faults::default();
    grammar::of_publication(publication, &mut faults);
    of_interface(publication, &mut faults);
    of_lineage(publication, &mut faults);
    of_contracts(publication, &mut faults);
    let own = &publication.package_name;
    for (index, usage) in publication.uses.iter().enumerate() {
        if usage.upstream == *own {
            faults.add(&["uses", &index.to_string(), "upstream"], "a project does not use itself");
        }
    }
    for (unique_id, exposure) in &publication.exposures {
        if exposure.depends_on.contains(unique_id) {
            faults.add(&["exposures", unique_id.as_str(), "depends_on"], "an exposure does not read itself");
        }
    }
    if publication.requires.contains_key(own.as_str()) {
        faults.add(&["requires", own.as_str()], "a project does not require itself");
    }
    faults.0
}

fn of_interface(publication: &Publication, faults: &mut Faults) {
    for (unique_id, node) in &publication.interface {
        let id = unique_id.as_str();
        if let Some(group) = node.group.as_ref().filter(|group| !publication.groups.contains_key(*group)) {
            faults.add(&["interface", id, "group"], format!("`groups` has no `{}`", shown(group)));
        }
        let mut names = BTreeSet::new();
        for (index, column) in node.columns.iter().enumerate() {
            if !names.insert(&column.name) {
                let message = format!("a column `{}` comes before it", shown(&column.name));
                faults.add(&["interface", id, "columns", &index.to_string(), "name"], message);
            }
        }
    }
}

fn of_lineage(publication: &Publication, faults: &mut Faults) {
    let used: BTreeSet<&UniqueId> = publication.uses.iter().map(|usage| &usage.unique_id).collect();
    for (unique_id, node) in &publication.lineage {
        for read in node.reading.iter().flat_map(Reading::nodes) {
            if !publication.lineage.contains_key(read) && !used.contains(read) {
                let message = format!("neither `lineage` nor `uses` has a `{}`", shown(read.as_str()));
                faults.add(&["lineage", unique_id.as_str(), "reading"], message);
            }
        }
        if node.shape.is_some() && node.shape_columns().is_none() {
            let at = ["lineage", unique_id.as_str(), "shape"];
            faults.add(&at, "it does not match the columns of `reading`, or its own");
        }
        for read in &node.depends_on {
            let at = ["lineage", unique_id.as_str(), "depends_on"];
            if read == unique_id {
                faults.add(&at, "a node does not read itself");
            } else if !publication.lineage.contains_key(read) {
                faults.add(&at, format!("`lineage` has no `{}`", shown(read.as_str())));
            }
        }
    }
}

fn of_contracts(publication: &Publication, faults: &mut Faults) {
    let mut spoken_of: BTreeMap<&UniqueId, &String> = BTreeMap::new();
    for (id, contract) in &publication.contracts {
        if contract.document.id != *id {
            faults.add(&["contracts", id, "document", "id"], "it differs from the key");
        }
        for (object, unique_id) in &contract.nodes {
            let at = ["contracts", id, "nodes", object];
            if !contract.document.schema.iter().any(|known| known.name == *object) {
                faults.add(&at, "the contract's schema has no such object");
            }
            if !publication.interface.contains_key(unique_id) {
                faults.add(&at, format!("`interface` has no `{}`", shown(unique_id.as_str())));
            }
            if let Some(other) = spoken_of.insert(unique_id, id) {
                faults.add(&at, format!("`{}` describes the node too", shown(other)));
            }
        }
    }
}
