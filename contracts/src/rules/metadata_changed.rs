//! Documentation or metadata changed.

use crate::{
    api::{Evidence, Severity},
    check::diff::Diff,
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
        let changed = (!parts.is_empty()).then(|| {
            let message = format!("of `{}` changed: {}", kept.old.name, parts.join(", "));
            RULE.on(kept.unique_id, message).evidence(Evidence::Declared)
        });
        changed.into_iter().collect()
    })
}
