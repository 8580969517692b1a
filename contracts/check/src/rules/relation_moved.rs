//! Relation moved.

use std::collections::BTreeMap;

use weft_api::{Readers, Severity};
use weft_model::{name::UniqueId, version::RequiredUpdate};
use weft_publication::relation::{Configured, Relation};

use crate::{
    diff::{Diff, Kept},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "relation_moved",
    title: "Relation moved",
    why: "A reader that uses the name of the table, without ref, fails or keeps reading the old one.",
    example: "the relation moved from `marts.orders` to `core.orders`",
    remedy: "Keep the alias and the schema, or leave a view under the old name.",
    required_update: RequiredUpdate::None,
    consumer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    let relations = diff.relations();
    let adapters = [diff.baseline, diff.current].map(|side| side.publication.source.adapter_type.as_deref());
    let is_one = |[old, new]: &[&Relation; 2]| {
        let [was, is] = [old.name(adapters[0]), new.name(adapters[1])];
        place(old) == place(new) || (was.is_some() && was == is)
    };
    let target = RunTargets::from_relations(&relations, is_one);
    let moved = relations.into_iter().filter(|(_, pair)| !is_one(pair) && target.has_moved(pair));
    let moved: BTreeMap<_, _> = moved.map(|(unique_id, pair)| (unique_id, (pair.map(full_name), why(pair)))).collect();
    let told = |(unique_id, ([was, is], why)): (&UniqueId, ([String; 2], String))| {
        let found = RULE.on(unique_id, format!("the relation moved from `{was}` to `{is}`{why}"));
        // A ref finds the new place.
        found.change(Some(&was), Some(&is)).readers(Readers::ByPlace).breaks_readers()
    };
    let renamed = diff.kept().filter(|kept| !moved.contains_key(kept.unique_id)).filter_map(renamed);
    let renamed: Vec<_> = renamed.map(|(unique_id, names)| (unique_id, (names, String::new()))).collect();
    moved.into_iter().chain(renamed).map(told).collect()
}

fn place(relation: &Relation) -> (Option<&str>, &str, &str) {
    (relation.database.as_deref(), &relation.schema, &relation.identifier)
}

/// What the nodes that did not move show about the targets of the two runs.
struct RunTargets<'a> {
    /// Whether the two targets are the same, so that the project moved everything that moved.
    is_one: bool,
    /// The configured places of nodes that stayed: dbt takes no other node with the same elsewhere.
    stayed: Vec<&'a Configured>,
}

impl<'a> RunTargets<'a> {
    fn from_relations(
        relations: &BTreeMap<&UniqueId, [&'a Relation; 2]>,
        is_one: impl Fn(&[&Relation; 2]) -> bool,
    ) -> Self {
        let schema = |relation: &Relation| (relation.database.clone(), relation.schema.clone());
        let mut target = Self { is_one: false, stayed: Vec::new() };
        for pair in relations.values() {
            let [old, new] = pair;
            if !is_one(pair) && schema(old) != schema(new) {
                continue;
            }
            match (&old.configured, &new.configured) {
                // Only the target says where it stands.
                (Some(was), Some(is)) if was == is && was.database.is_none() && was.schema.is_none() => {
                    target.is_one = true;
                }
                (Some(was), Some(is)) if was == is && !target.stayed.contains(&is) => target.stayed.push(is),
                (Some(_), Some(_)) => {}
                _ => target.is_one = true,
            }
        }
        target
    }

    /// Whether the project, and not the target, moved a node with a different relation.
    fn has_moved(&self, [old, new]: &[&Relation; 2]) -> bool {
        match (&old.configured, &new.configured) {
            (Some(was), Some(is)) => was != is || self.is_one || self.stayed.contains(&is),
            _ => self.is_one || old.identifier != new.identifier,
        }
    }
}

/// What differs in the configured place, if it is known.
fn why([old, new]: [&Relation; 2]) -> String {
    let (Some(was), Some(is)) = (&old.configured, &new.configured) else { return String::new() };
    let parts = [
        ("database", was.database != is.database),
        ("schema", was.schema != is.schema),
        ("alias", was.alias != is.alias),
    ];
    let parts: Vec<_> = parts.into_iter().filter(|(_, differs)| *differs).map(|(part, _)| part).collect();
    if parts.is_empty() { String::new() } else { format!(": its configured {} changed", parts.join(" and ")) }
}

/// The physical names that a data contract gives to a node, if the new one differs.
fn renamed<'a>(kept: &Kept<'a>) -> Option<(&'a UniqueId, [String; 2])> {
    let [old, new] = kept.terms;
    let names = [old?, new?].map(|terms| terms.object.stored_name().to_owned());
    (names[0] != names[1]).then_some((kept.unique_id, names))
}

fn full_name(relation: &Relation) -> String {
    let Relation { database, schema, identifier, .. } = relation;
    database.iter().chain([schema, identifier]).map(String::as_str).collect::<Vec<_>>().join(".")
}
