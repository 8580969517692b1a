//! Compares the nodes that are not in the interface of both sides: a reader that knows the relation may read the node
//! there, and breaks like any other reader.
//!
//! Only the columns and the relation of such a node are published, and only they are compared.

use std::collections::{BTreeMap, BTreeSet};

use time::Date;
use weft_model::name::UniqueId;
use weft_publication::{
    Access, Column, Contract, InterfaceNode, LineageNode, Publication, ResourceType, relation::Relation,
    shape::text_digest,
};

use crate::{
    Side,
    diff::{Diff, found::RuleFinding},
    rules::{Find, of_every_rule},
};

/// The rule that says of a node that it is gone.
const GONE: &str = "model_removed";

/// The findings about nodes that are not in the interface of both sides.
pub(super) fn found(sides: [Side<'_>; 2], today: Date) -> Vec<RuleFinding> {
    let ids = changed(sides);
    if ids.is_empty() {
        return Vec::new();
    }
    let [was, is] = sides.map(|side| as_if_public(side, &ids));
    let beside = [(&was, sides[0]), (&is, sides[1])].map(|(publication, side)| {
        let beside = Side::new(publication);
        side.relations.map_or(beside, |relations| beside.with_relations(relations))
    });
    let diff = Diff::between(beside[0], beside[1], today);
    let found = of_every_rule(|find| if let Find::Change(find) = find { find(&diff) } else { Vec::new() });
    let current = sides[1].publication;
    let told = found.into_iter().filter(|found| !is_reported_elsewhere(sides, found)).map(|found| {
        let is_here = current.lineage.contains_key(&found.unique_id);
        let found = if found.rule == GONE && is_here { found.without_relation() } else { found };
        found.of_hidden()
    });
    told.collect()
}

/// Whether the comparison of the interfaces reports it: everything about a node in both, and for a node that left the
/// interface, that it is gone.
fn is_reported_elsewhere(sides: [Side<'_>; 2], found: &RuleFinding) -> bool {
    let is_public = sides.map(|side| side.publication.interface.contains_key(&found.unique_id));
    is_public == [true; 2] || is_public[0] && found.rule == GONE
}

/// The nodes with a relation on both sides that are not in both interfaces, or lost the relation.
fn changed(sides: [Side<'_>; 2]) -> BTreeSet<&UniqueId> {
    let [was, is] = sides.map(|side| &side.publication.lineage);
    let may_read = |side: Side<'_>, unique_id: &UniqueId| {
        side.publication.interface.contains_key(unique_id)
            || side.relations.is_none_or(|relations| relations.contains_key(unique_id))
    };
    let public = |side: Side<'_>, unique_id: &UniqueId| side.publication.interface.contains_key(unique_id);
    let stood = was.iter().filter(|(unique_id, node)| node.is_built() && may_read(sides[0], unique_id));
    let mut ids: BTreeSet<&UniqueId> = stood
        .filter(|(unique_id, node)| match [public(sides[0], unique_id), public(sides[1], unique_id)] {
            [true, true] => false,
            // That one is gone, or made private, the interface tells.
            [true, false] => is.contains_key(*unique_id),
            [false, true] => true,
            [false, false] => is.get(*unique_id).is_none_or(|now| is_another(sides, unique_id, node, now)),
        })
        .map(|(unique_id, _)| unique_id)
        .collect();
    if ids.iter().any(|unique_id| has_moved(sides, unique_id)) {
        // Those that stayed tell whether the project moved it, or the target of the run is another.
        ids.extend(was.keys().filter(|unique_id| is.contains_key(*unique_id) && stays(sides, unique_id)));
    }
    if ids.iter().any(|unique_id| !is.contains_key(*unique_id)) {
        // One of the new ones may stand in the place of one that is gone.
        let came = is.iter().filter(|(unique_id, node)| node.is_built() && !was.contains_key(*unique_id));
        ids.extend(came.map(|(unique_id, _)| unique_id).filter(|unique_id| may_read(sides[1], unique_id)));
    }
    ids
}

/// The relations of a node on the two sides, if both are known.
fn places<'a>(sides: [Side<'a>; 2], unique_id: &UniqueId) -> Option<[&'a Relation; 2]> {
    let [was, is] = sides.map(|side| side.relations.and_then(|relations| relations.get(unique_id)));
    Some([was?, is?])
}

fn has_moved(sides: [Side<'_>; 2], unique_id: &UniqueId) -> bool {
    places(sides, unique_id).is_some_and(|[was, is]| was != is)
}

fn stays(sides: [Side<'_>; 2], unique_id: &UniqueId) -> bool {
    let is_built = |side: Side<'_>| side.publication.lineage.get(unique_id).is_some_and(LineageNode::is_built);
    places(sides, unique_id).is_some_and(|[was, is]| was == is) && sides.into_iter().all(is_built)
}

/// Whether a node may have different columns or a different relation now.
fn is_another(sides: [Side<'_>; 2], unique_id: &UniqueId, was: &LineageNode, is: &LineageNode) -> bool {
    let is_same = |was: &Option<String>, is: &Option<String>| was.is_some() && was == is;
    let is_same_code = is_same(&was.fingerprint, &is.fingerprint) || is_same(&was.text, &is.text);
    let is_same_shape = was.shape == is.shape && was.shape_columns() == is.shape_columns();
    let relations = sides.map(|side| side.relations.map(|relations| relations.get(unique_id)));
    let stands_there = relations[0].is_none() || relations[1].is_none() || relations[0] == relations[1];
    !(is_same_code && is_same_shape && stands_there)
}

/// The publication of these nodes alone, as if all of them were in the interface; of each no more than its columns.
fn as_if_public(side: Side<'_>, ids: &BTreeSet<&UniqueId>) -> Publication {
    let of = side.publication;
    let mut beside = Publication::empty(of.package_name.clone(), of.version.clone(), of.source.clone());
    for unique_id in ids {
        let Some(node) = of.lineage.get(*unique_id) else { continue };
        let stands = side.relations.is_none_or(|relations| relations.contains_key(*unique_id));
        let public = of.interface.get(*unique_id);
        if !stands && public.is_none() {
            continue;
        }
        let columns = match public {
            Some(node) => node.columns.iter().map(bare).collect(),
            None => node.shape_columns().unwrap_or_default(),
        };
        let name = public.map_or_else(|| name(of, unique_id, node), |node| node.name.clone());
        let checksum = public.and_then(|node| node.checksum.as_deref()).map(text_digest).or_else(|| node.text.clone());
        let known = InterfaceNode { checksum, ..only_columns(name, node, columns) };
        beside.interface.insert((*unique_id).clone(), known);
        let lineage = LineageNode {
            unknown: node.unknown.clone(),
            fingerprint: node.fingerprint.clone(),
            ..LineageNode::new(node.resource_type.clone())
        };
        beside.lineage.insert((*unique_id).clone(), lineage);
    }
    beside
}

fn bare(column: &Column) -> Column {
    let Column { name, quoted, data_type, origin, type_origin, .. } = column;
    // A node that is not public keeps no types that only its YAML tells, where something surer tells of its columns.
    let data_type = data_type.clone().filter(|_| type_origin.is_none());
    Column::bare(name.clone(), *quoted, data_type, *origin)
}

fn only_columns(name: String, node: &LineageNode, columns: Vec<Column>) -> InterfaceNode {
    InterfaceNode {
        name,
        resource_type: match &*node.resource_type {
            "seed" => ResourceType::Seed,
            "snapshot" => ResourceType::Snapshot,
            _ => ResourceType::Model,
        },
        access: Access::Public,
        group: None,
        version: None,
        latest_version: None,
        deprecation_date: None,
        description: String::new(),
        meta: serde_json::Map::new(),
        tags: BTreeSet::new(),
        materialization: None,
        contract: Contract::default(),
        columns,
        declared: None,
        constraints: Vec::new(),
        quality: Vec::new(),
        grants: BTreeMap::new(),
        history: None,
        checksum: None,
    }
}

/// What dbt calls a node that is not in the interface; its id, where it comes from an installed package.
fn name(of: &Publication, unique_id: &UniqueId, node: &LineageNode) -> String {
    let start = format!("{}.{}.", node.resource_type, of.package_name);
    unique_id.as_str().strip_prefix(&start).unwrap_or(unique_id.as_str()).to_owned()
}
