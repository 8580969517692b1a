//! SQL changed, columns not known for sure.

use crate::{
    api::{Evidence, Severity},
    check::diff::Diff,
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "shape_unknown",
    title: "SQL changed, columns not known for sure",
    why: "The SQL is another, and neither an enforced contract nor the warehouse vouches for the columns on both sides: it cannot be told what a reader will meet.",
    example: "the SQL of `orders` changed, and nothing vouches for its columns on both sides",
    remedy: "Enforce a contract, or run `dbt docs generate` so that there is a catalog, on both sides.",
    required_update: RequiredUpdate::Patch,
    consumer: Severity::Info,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    let unknown = diff.kept().filter(|kept| {
        let sql_changed = kept.old.checksum.is_some() && kept.new.checksum.is_some() && !kept.has_same_sql();
        sql_changed && !kept.columns.are_vouched()
    });
    unknown
        .map(|kept| {
            let message =
                format!("the SQL of `{}` changed, and nothing vouches for its columns on both sides", kept.old.name);
            RULE.on(kept.unique_id, message).evidence(Evidence::Declared)
        })
        .collect()
}
