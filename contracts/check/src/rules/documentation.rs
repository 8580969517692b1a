//! Declared columns changed, the SQL did not.

use weft_api::{Evidence, Severity};
use weft_model::{text::quoted, version::RequiredUpdate};
use weft_publication::Column;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "documentation",
    title: "Declared columns changed, the SQL did not",
    why: "The YAML caught up with the SQL, or moved away from it; the relation itself did not change.",
    example: "the declared columns of `orders` changed, but its SQL did not: removed `extra`, `user_gdpr_degree`; added `note`, `user_gdpr_agree`",
    remedy: "Nothing to do for readers.",
    required_update: RequiredUpdate::Patch,
    consumer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let columns = &kept.columns;
        let names = |columns: &[&Column]| columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
        let spelled = columns.kept.iter().filter(|pair| columns.is_alike && pair.old.name != pair.new.name);
        let (mut gone, mut new) = (names(&columns.removed), names(&columns.added));
        for pair in columns.renamed.iter().chain(spelled) {
            gone.push(pair.old.name.clone());
            new.push(pair.new.name.clone());
        }
        let other: Vec<_> = columns.types.iter().map(|(pair, _)| pair.old.name.clone()).collect();
        let parts = [("removed", &gone), ("added", &new), ("type changed:", &other)];
        let parts = parts.iter().filter(|(_, names)| !names.is_empty());
        let parts: Vec<_> = parts.map(|(what, names)| format!("{what} {}", quoted(*names, ", "))).collect();
        if !columns.is_documentation || parts.is_empty() {
            return Vec::new();
        }
        let message =
            format!("the declared columns of `{}` changed, but its SQL did not: {}", kept.old.name, parts.join("; "));
        let text = |names: &[String]| (!names.is_empty()).then(|| names.join(", "));
        let found = RULE.on(kept.unique_id, message).evidence(Evidence::Declared);
        vec![found.change(text(&gone).as_deref(), text(&new).as_deref())]
    })
}
