//! Severity of a test changed.

use crate::{
    api::{Evidence, Severity},
    check::diff::Diff,
    check::quality,
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "quality_severity_changed",
    title: "Severity of a test changed",
    why: "A test that only warns no longer keeps bad data from readers.",
    example: "`accepted_values` on column `status` has severity warn now, and had error",
    remedy: "Keep `severity: error`.",
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
            let [was, is] = change.severities()?;
            let found = RULE
                .on(kept.unique_id, format!("`{}` on {place} has severity {is} now, and had {was}", change.test()))
                .evidence(Evidence::Declared)
                .change(Some(was), Some(is));
            let found = if is == "error" { found.severity(Severity::Info, RequiredUpdate::Patch) } else { found };
            Some(if let Some(column) = change.column { found.column(column) } else { found })
        });
        told.collect()
    })
}
