//! Changed, and its columns were not known before.

use crate::{
    api::{Evidence, Readers, Severity},
    check::diff::{Code, Diff},
    rules::{Find, Found, Rule},
    version::RequiredUpdate,
};

pub(super) const RULE: Rule = Rule {
    id: "shape_unknown",
    title: "Changed, and its columns were not known before",
    why: "What the node is built from has changed, and the baseline does not tell which columns it gave: it cannot be told which of them went. An error where a known reader reads a column that the node does not give now.",
    example: "what `orders` is built from changed, and the columns that it gave before are not known: what went is not told",
    remedy: "Compare with a baseline that dbt compiled: one published after `dbt compile` or `dbt build`.",
    required_update: RequiredUpdate::Patch,
    consumer: Severity::Info,
    producer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<Found> {
    let unknown = diff.kept().filter(|kept| kept.code == Code::Changed && kept.columns.are_complete == [false, true]);
    unknown
        .map(|kept| {
            let message = format!(
                "what `{}` is built from changed, and the columns that it gave before are not known: what went is not told",
                kept.old.name
            );
            let given = kept.new.columns.iter().map(|column| column.name.as_str());
            RULE.on(kept.unique_id, message).evidence(Evidence::Declared).readers(Readers::All).given(given)
        })
        .collect()
}
