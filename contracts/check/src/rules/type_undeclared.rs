//! Type no longer declared.

use weft_api::{Evidence, Severity};
use weft_model::version::RequiredUpdate;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "type_undeclared",
    title: "Type no longer declared",
    why: "The type of the column is no longer declared, so a later change of the type is not detected.",
    example: "column `order_id` no longer declares its type, which was `integer`",
    remedy: "Keep the data_type.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let lost = kept.columns.types_undeclared().into_iter().map(|(pair, was)| {
            let message = format!("column `{}` no longer declares its type, which was `{was}`", pair.old.name);
            // Only an enforced contract holds the project to what its YAML says.
            let evidence = Evidence::from(pair.old.origin);
            let evidence = if evidence == Evidence::Contract { evidence } else { Evidence::Declared };
            RULE.on(kept.unique_id, message).column(&pair.old.name).evidence(evidence).change(Some(was), None)
        });
        lost.collect()
    })
}
