//! Test added.

use crate::{
    api::{Evidence, Severity},
    check::diff::Diff,
    check::quality,
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "quality_rule_added",
    title: "Test added",
    why: "The data is held to more than before.",
    example: "column `status` is tested by `dbt_utils.not_empty_string` now",
    remedy: "Nothing to do for readers.",
    required_update: RequiredUpdate::Patch,
    consumer: Severity::Info,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| {
        let told = quality::changes(kept).into_iter().filter_map(|change| {
            let place =
                change.column.map_or_else(|| format!("`{}`", kept.old.name), |column| format!("column `{column}`"));
            let new = change.new.filter(|_| change.old.is_none())?;
            let found = RULE
                .on(kept.unique_id, format!("{place} is tested by `{}` now", new.test))
                .evidence(Evidence::Declared)
                .change(None, Some(&new.test));
            Some(if let Some(column) = change.column { found.column(column) } else { found })
        });
        told.collect()
    })
}
