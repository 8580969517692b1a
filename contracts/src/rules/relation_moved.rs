//! Relation moved.

use std::collections::BTreeMap;

use crate::{
    api::Severity,
    check::diff::{Diff, Kept},
    name::UniqueId,
    relation::Relation,
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "relation_moved",
    title: "Relation moved",
    why: "Whoever reads the table by its name, without ref, fails or goes on reading the old one.",
    example: "the relation is `core.orders` now, and was `marts.orders`",
    remedy: "Keep the alias and the schema, or leave a view at the old place.",
    required_update: RequiredUpdate::None,
    consumer: Severity::Error,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    let relations = diff.relations();
    let schema = |relation: &Relation| (relation.database.clone(), relation.schema.clone());
    // Where no node stayed in its schema, the two runs had different targets, and their schemas tell nothing.
    let one_target = relations.values().any(|[old, new]| schema(old) == schema(new));
    let moved = relations
        .into_iter()
        .filter(|(_, [old, new])| old.identifier != new.identifier || (one_target && schema(old) != schema(new)));
    let moved: BTreeMap<_, _> = moved.map(|(unique_id, relations)| (unique_id, relations.map(full_name))).collect();
    let told = |(unique_id, [was, is]): (&UniqueId, [String; 2])| {
        RULE.on(unique_id, format!("the relation is `{is}` now, and was `{was}`")).change(Some(&was), Some(&is))
    };
    let renamed = diff.kept().filter(|kept| !moved.contains_key(kept.unique_id)).filter_map(renamed);
    let renamed: Vec<_> = renamed.collect();
    moved.into_iter().chain(renamed).map(told).collect()
}

/// The physical names that a data contract gives a node, where another stands for it now.
fn renamed<'a>(kept: &Kept<'a>) -> Option<(&'a UniqueId, [String; 2])> {
    let [old, new] = kept.terms;
    let names = [old?, new?].map(|terms| terms.object.stored_name().to_owned());
    (names[0] != names[1]).then_some((kept.unique_id, names))
}

fn full_name(relation: &Relation) -> String {
    let Relation { database, schema, identifier, .. } = relation;
    database.iter().chain([schema, identifier]).map(String::as_str).collect::<Vec<_>>().join(".")
}
