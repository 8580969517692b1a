//! Data classified as more sensitive.

use crate::{
    api::{Evidence, Level},
    check::diff::Diff,
    check::sensitivity::places,
    rules::{Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "classification_raised",
    title: "Data classified as more sensitive",
    why: "Readers may have to lose access, or to protect what they derive from it.",
    remedy: "See with readers who may still read it.",
    required_update: RequiredUpdate::Minor,
    consumer: Level::Warning,
    producer: Level::Info,
    find,
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| {
        let told = places(kept).into_iter().filter_map(|(column, old, new)| {
            let [was, is] = [old, new].map(|found| found.map(|(_, word)| word));
            let place = column.map_or_else(|| format!("`{}`", kept.old.name), |column| format!("column `{column}`"));
            let message =
                format!("{place} is {} now, and was {}", is.unwrap_or("unclassified"), was.unwrap_or("unclassified"));
            let found = RULE.on(kept.unique_id, message).evidence(Evidence::Declared).change(was, is);
            let found = if let Some(column) = column { found.column(column) } else { found };
            (new.map(|it| it.0) > old.map(|it| it.0)).then_some(found)
        });
        told.collect()
    })
}
