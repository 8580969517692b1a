//! Type no longer declared.

use crate::{
    api::Severity,
    check::diff::Diff,
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "type_undeclared",
    title: "Type no longer declared",
    why: "Nothing says any more what the column holds, so a later change of its type goes unseen.",
    example: "column `order_id` no longer says its type, which was `integer`",
    remedy: "Keep the data_type.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| {
        let Some(evidence) = kept.columns.evidence.filter(|_| kept.columns.is_alike) else { return Vec::new() };
        let lost = kept.columns.kept.iter().filter(|pair| pair.new.data_type.is_none());
        let lost = lost.filter_map(|pair| {
            let old = pair.old.data_type.as_deref()?;
            let message = format!("column `{}` no longer says its type, which was `{old}`", pair.old.name);
            Some(RULE.on(kept.unique_id, message).column(&pair.old.name).evidence(evidence).change(Some(old), None))
        });
        lost.collect()
    })
}
