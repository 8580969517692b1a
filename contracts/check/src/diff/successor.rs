//! What became of a node that is gone: the one new node that took its place, under another name or in another package.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use weft_model::{column_name::ColumnKey, name::UniqueId};
use weft_publication::{InterfaceNode, ModelVersion, Origin};

use crate::Side;

/// A node with its id.
type IdentifiedNode<'a> = (&'a UniqueId, &'a InterfaceNode);

/// The new node that took the place of each that is gone, where exactly one did.
pub(super) type Successors<'a> = BTreeMap<&'a UniqueId, IdentifiedNode<'a>>;

/// The minimum number of columns that identify a node.
const TELLING: usize = 3;

/// What identifies a node; empty if it has nothing of the kind.
type Mark = Vec<String>;

/// How the mark of a node is found.
type MarkFinder = fn(Side<'_>, IdentifiedNode<'_>) -> Mark;

/// The kinds of marks, surest first.
const MARKS: [MarkFinder; 4] = [by_name, by_sql, by_relation, by_columns];

/// Finds what became of nodes by, in this order: what the new one says that it was called, its package, its SQL, its
/// relation, its columns.
pub(super) fn successors<'a>(
    [baseline, current]: [Side<'a>; 2],
    mut gone: Vec<IdentifiedNode<'a>>,
    mut came: Vec<IdentifiedNode<'a>>,
) -> Successors<'a> {
    let mut successors = Successors::new();
    let said = by_renamed_from(&gone, &came);
    take(&mut successors, said, &mut gone, &mut came);
    for mark in MARKS {
        let [old, new] = [(baseline, &gone), (current, &came)].map(|(side, nodes)| only(side, nodes, mark));
        let pairs = old.into_iter().filter_map(|(key, old)| Some((old, *new.get(&key)?)));
        let pairs = pairs.filter(|(old, new)| is_alike(old.1, new.1)).collect();
        take(&mut successors, pairs, &mut gone, &mut came);
    }
    successors
}

fn take<'a>(
    successors: &mut Successors<'a>,
    pairs: Vec<(IdentifiedNode<'a>, IdentifiedNode<'a>)>,
    gone: &mut Vec<IdentifiedNode<'a>>,
    came: &mut Vec<IdentifiedNode<'a>>,
) {
    let (old, new): (BTreeSet<_>, BTreeSet<_>) = pairs.iter().map(|(old, new)| (old.0, new.0)).unzip();
    gone.retain(|it| !old.contains(it.0));
    came.retain(|it| !new.contains(it.0));
    successors.extend(pairs.into_iter().map(|(old, new)| (old.0, new)));
}

/// Whether one can be the other under another name.
fn is_alike(old: &InterfaceNode, new: &InterfaceNode) -> bool {
    old.resource_type == new.resource_type && same_version(old.version.as_ref(), new.version.as_ref())
}

/// By `renamed_from` in the new node's meta: a name or a unique id, or several.
fn by_renamed_from<'a>(
    gone: &[IdentifiedNode<'a>],
    came: &[IdentifiedNode<'a>],
) -> Vec<(IdentifiedNode<'a>, IdentifiedNode<'a>)> {
    let mut taken = BTreeSet::new();
    let said = came.iter().filter_map(|new| {
        let names: Vec<&str> = match new.1.meta.get("renamed_from")? {
            Value::String(name) => vec![name],
            Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
            _ => return None,
        };
        let is_it = |old: &&IdentifiedNode<'a>| {
            names.iter().any(|name| *name == old.1.name || *name == old.0.as_str()) && is_alike(old.1, new.1)
        };
        let old = gone.iter().find(is_it).filter(|old| taken.insert(old.0))?;
        Some((*old, *new))
    });
    said.collect()
}

/// The nodes by their mark, where no other node of the list has it.
fn only<'a>(side: Side<'a>, nodes: &[IdentifiedNode<'a>], find: MarkFinder) -> BTreeMap<Mark, IdentifiedNode<'a>> {
    let mut found: BTreeMap<Mark, Option<IdentifiedNode<'a>>> = BTreeMap::new();
    for node in nodes {
        found.entry(find(side, *node)).and_modify(|it| *it = None).or_insert(Some(*node));
    }
    let only = found.into_iter().filter(|(mark, _)| !mark.is_empty());
    only.filter_map(|(mark, node)| Some((mark, node?))).collect()
}

/// By its own name: it moved to another package.
fn by_name(_: Side<'_>, (_, node): IdentifiedNode<'_>) -> Mark {
    vec![node.name.clone(), node.version.as_ref().map(ToString::to_string).unwrap_or_default()]
}

fn by_sql(_: Side<'_>, (_, node): IdentifiedNode<'_>) -> Mark {
    node.checksum.iter().cloned().collect()
}

fn by_relation(side: Side<'_>, (unique_id, _): IdentifiedNode<'_>) -> Mark {
    let relation = side.relations.and_then(|relations| relations.get(unique_id));
    let name = relation.and_then(|it| it.name(side.publication.source.adapter_type.as_deref()));
    name.iter().map(ToString::to_string).collect()
}

/// By columns that something vouches for, all of them, in their order.
fn by_columns(side: Side<'_>, (_, node): IdentifiedNode<'_>) -> Mark {
    let are_vouched = node.columns.len() >= TELLING && node.columns.iter().all(|it| it.origin > Origin::Declared);
    let dialect = side.publication.dialect();
    let columns = node.columns.iter().filter(|_| are_vouched);
    columns.map(|column| ColumnKey::new(&column.name, dialect).as_str().to_owned()).collect()
}

/// Whether two versions are one: YAML's `1` and `"1"` are.
pub(crate) fn same_version(a: Option<&ModelVersion>, b: Option<&ModelVersion>) -> bool {
    a.map(ToString::to_string) == b.map(ToString::to_string)
}
