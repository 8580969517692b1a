//! Columns known from two sources and not fully compared.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;
use weft_publication::{InterfaceNode, Origin};

use crate::{
    diff::{Diff, Kept, columns::Pair},
    rules::{Find, Rule, RuleFinding, some},
};

pub(super) const RULE: Rule = Rule {
    id: "evidence_differs",
    title: "Columns known from two sources and not fully compared",
    why: "The two sides know the columns from different sources. A different type name may be only a different spelling, so it is not reported; a real change could be missed. The catalogs of some engines leave out the sizes of types.",
    example: "the columns come from an enforced contract now, and from the catalog before; not compared: the types of `value`",
    remedy: "Compare the same kind of source: a catalog (`dbt docs generate`) on both sides, or an enforced contract on both.",
    required_update: RequiredUpdate::None,
    consumer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    // Of a side that does not tell of every column other rules speak.
    let vouched = diff.kept().filter(|kept| kept.columns.are_vouched());
    vouched
        .filter_map(|kept| {
            let evidence = kept.columns.evidence?;
            let those = |is_so: &dyn Fn(&Pair<'_>) -> bool| {
                kept.columns.kept.iter().filter(|pair| is_so(pair)).copied().collect::<Vec<_>>()
            };
            let unknown = those(&|pair| kept.columns.is_type_unknown(*pair));
            let sizes = those(&|pair| kept.columns.is_size_unknown(*pair));
            let named = |what: &str, pairs: &[Pair<'_>]| {
                let names: Vec<_> = pairs.iter().map(|pair| pair.old.name.as_str()).collect();
                (!names.is_empty()).then(|| format!("the {what} of {}", some(&names)))
            };
            let has_moved = !kept.columns.is_alike && kept.first_moved().is_some();
            let told = [named("types", &unknown), named(if sizes.len() == 1 { "size" } else { "sizes" }, &sizes)];
            let parts: Vec<_> = told.into_iter().flatten().chain(has_moved.then(|| "the order".to_owned())).collect();
            let of_types = unknown
                .first()
                .or(sizes.first())
                .and_then(|pair| pair.old.origin_of_type().zip(pair.new.origin_of_type()));
            let [was, is] = sources(diff, kept, of_types.filter(|_| kept.columns.is_alike));
            let message =
                format!("the columns come from {is} now, and from {was} before; not compared: {}", parts.join(", "));
            let found = RULE.on(kept.unique_id, message).evidence(evidence);
            (!parts.is_empty()).then(|| found.change(Some(&was), Some(&is)))
        })
        .collect()
}

/// The evidence for the columns on each side, or for the types if that is what differs.
fn sources(diff: &Diff<'_>, kept: &Kept<'_>, of_types: Option<(Origin, Origin)>) -> [String; 2] {
    if kept.columns.dialects.are_one() {
        let [was, is] = [kept.old, kept.new].map(InterfaceNode::origin);
        let (was, is) = of_types.map_or((was, is), |(was, is)| (Some(was), Some(is)));
        return [was, is].map(|origin| source(origin).to_owned());
    }
    [diff.baseline, diff.current].map(|side| match side.publication.source.adapter_type.as_deref() {
        Some(adapter) => format!("`{adapter}`"),
        None => "an unnamed adapter".to_owned(),
    })
}

fn source(origin: Option<Origin>) -> &'static str {
    match origin {
        Some(Origin::Contract) => "an enforced contract",
        Some(Origin::Catalog) => "the catalog",
        Some(Origin::Sql) => "its SQL",
        Some(Origin::Declared) | None => "the YAML",
    }
}
