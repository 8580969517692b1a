//! Test changed.

use crate::{
    api::{Evidence, Severity},
    check::diff::Diff,
    check::quality,
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "quality_rule_changed",
    title: "Test changed",
    why: "The data is held to something else than readers count on.",
    example: "`relationships` on column `status` asks something else",
    remedy: "See with readers whether what they count on still holds.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    producer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| {
        let told = quality::changes(kept).into_iter().filter_map(|change| {
            let place =
                change.column.map_or_else(|| format!("`{}`", kept.old.name), |column| format!("column `{column}`"));
            let [old, new] = change.both().filter(|_| !change.is_told_elsewhere())?;
            let (was, is) = (quality::text(old), quality::text(new));
            let found = RULE
                .on(kept.unique_id, format!("`{}` on {place} asks something else", new.test))
                .evidence(Evidence::Declared)
                .change(Some(&was), Some(&is));
            Some(if let Some(column) = change.column { found.column(column) } else { found })
        });
        told.collect()
    })
}
