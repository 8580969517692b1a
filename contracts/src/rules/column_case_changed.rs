//! Column name in other case.

use crate::{
    api::{Evidence, Severity},
    check::diff::Diff,
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "column_case_changed",
    title: "Column name in other case",
    why: "Most warehouses do not tell the case of names apart; whoever quotes the name, or reads it in a program, does.",
    example: "column `order_id` is written `Order_ID` now",
    remedy: "Keep the name as it was.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    producer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    Rule::on_each(diff, |kept| {
        let columns = &kept.columns;
        let Some(evidence) = columns.real().filter(|_| columns.is_alike) else { return Vec::new() };
        // Where the warehouse folds what is not quoted, another case in it is another name.
        let another = evidence == Evidence::Catalog && columns.dialects.folds_names();
        let changed = columns.kept.iter().filter(|pair| pair.old.name != pair.new.name).map(|pair| {
            let (old, new) = (&pair.old.name, &pair.new.name);
            let found = RULE
                .on(kept.unique_id, format!("column `{old}` is written `{new}` now"))
                .column(old)
                .evidence(evidence)
                .change(Some(old), Some(new));
            if another { found.severity(Severity::Error, RequiredUpdate::Major) } else { found }
        });
        changed.collect()
    })
}
