//! Test removed.

use crate::{
    api::{Evidence, Severity},
    check::diff::Diff,
    check::quality,
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "quality_rule_removed",
    title: "Test removed",
    why: "What the test promised of the data is promised no longer.",
    example: "column `status` is no longer tested by `dbt_utils.not_empty_string`",
    remedy: "Keep the test, or tell readers.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| {
        let told = quality::changes(kept).into_iter().filter_map(|change| {
            let place =
                change.column.map_or_else(|| format!("`{}`", kept.old.name), |column| format!("column `{column}`"));
            let old = change.old.filter(|_| change.new.is_none())?;
            let found = RULE
                .on(kept.unique_id, format!("{place} is no longer tested by `{}`", old.test))
                .evidence(Evidence::Declared)
                .change(Some(&old.test), None);
            Some(if let Some(column) = change.column { found.column(column) } else { found })
        });
        told.collect()
    })
}
