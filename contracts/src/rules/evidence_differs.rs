//! Columns known in two ways, and not compared in full.

use crate::{
    api::Severity,
    check::diff::{Diff, Kept},
    publication::{InterfaceNode, Origin},
    rules::{Find, Found, Rule, some},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "evidence_differs",
    title: "Columns known in two ways, and not compared in full",
    why: "Where the two sides know the columns in different ways, another type may be no more than another word for it: it is not told as a change, and a real change goes unseen.",
    example: "told by an enforced contract now, and by the catalog before; not compared: the types of `value`",
    remedy: "Compare like with like: a catalog (`dbt docs generate`) on both sides, or an enforced contract on both.",
    required_update: RequiredUpdate::None,
    consumer: Severity::Info,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    let unlike = diff.kept().filter(|kept| !kept.columns.is_alike);
    unlike
        .filter_map(|kept| {
            let evidence = kept.columns.real()?;
            let unknown = kept.columns.kept.iter().filter(|pair| kept.columns.is_type_unknown(**pair));
            let unknown: Vec<_> = unknown.map(|pair| pair.old.name.as_str()).collect();
            let types = (!unknown.is_empty()).then(|| format!("the types of {}", some(&unknown)));
            let has_moved = kept.columns.are_vouched() && kept.first_moved().is_some();
            let parts: Vec<_> = types.into_iter().chain(has_moved.then(|| "the order".to_owned())).collect();
            let [was, is] = sources(diff, kept);
            let message = format!("told by {is} now, and by {was} before; not compared: {}", parts.join(", "));
            let found = RULE.on(kept.unique_id, message).evidence(evidence);
            (!parts.is_empty()).then(|| found.change(Some(&was), Some(&is)))
        })
        .collect()
}

/// What tells of the columns on each side.
fn sources(diff: &Diff<'_>, kept: &Kept<'_>) -> [String; 2] {
    if kept.columns.dialects.are_one() {
        return [kept.old, kept.new].map(|node| source(node).to_owned());
    }
    [diff.baseline, diff.current].map(|side| match side.publication.source.adapter_type.as_deref() {
        Some(adapter) => format!("`{adapter}`"),
        None => "an adapter that is not named".to_owned(),
    })
}

fn source(node: &InterfaceNode) -> &'static str {
    match node.columns.iter().map(|column| column.origin).min() {
        Some(Origin::Contract) => "an enforced contract",
        Some(Origin::Catalog) => "the catalog",
        Some(Origin::Sql) => "its SQL",
        Some(Origin::Declared) | None => "the YAML",
    }
}
