//! Documentation or metadata changed.

use crate::{
    api::{Evidence, Severity},
    check::diff::{Diff, Kept},
    rules::{Find, Found, Rule, quoted},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "metadata_changed",
    title: "Documentation or metadata changed",
    why: "What is said of the node has changed, not what it holds.",
    example: "of `orders` changed: description, tags, what is said of `order_id`",
    remedy: "Nothing to do.",
    required_update: RequiredUpdate::Patch,
    consumer: Severity::Info,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| {
        let of_node = [
            ("description", kept.old.description != kept.new.description),
            ("meta", kept.old.meta != kept.new.meta),
            ("tags", kept.old.tags != kept.new.tags),
        ];
        let mut parts: Vec<String> =
            of_node.iter().filter(|(_, changed)| *changed).map(|(part, _)| (*part).to_owned()).collect();
        let columns = kept.columns.kept.iter().filter(|pair| {
            let (old, new) = (pair.old, pair.new);
            old.description != new.description || old.meta != new.meta || old.tags != new.tags
        });
        let columns: Vec<_> = columns.map(|pair| pair.old.name.as_str()).collect();
        if !columns.is_empty() {
            parts.push(format!("what is said of {}", quoted(columns)));
        }
        let of_contract = of_contract(kept);
        let costs_other = of_contract.contains(&"price");
        parts.extend(of_contract.into_iter().map(|part| format!("{part} of its data contract")));
        let changed = (!parts.is_empty()).then(|| {
            let message = format!("of `{}` changed: {}", kept.old.name, parts.join(", "));
            let found = RULE.on(kept.unique_id, message).evidence(Evidence::Declared);
            if costs_other { found.severity(Severity::Warning, RequiredUpdate::Patch) } else { found }
        });
        changed.into_iter().collect()
    })
}

/// What its data contract says otherwise now, beside what it promises.
fn of_contract(kept: &Kept<'_>) -> Vec<&'static str> {
    let [Some(old), Some(new)] = kept.terms else { return Vec::new() };
    let (was, is) = (old.contract, new.contract);
    let parts = [
        ("description", was.description != is.description || old.object.description != new.object.description),
        ("tags", was.tags != is.tags || old.object.tags != new.object.tags),
        ("support", was.support != is.support),
        ("price", was.price != is.price),
    ];
    parts.into_iter().filter(|(_, changed)| *changed).map(|(part, _)| part).collect()
}
