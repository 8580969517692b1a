//! Changed, and its columns were not known before.

use crate::{
    api::{Evidence, Readers, Severity},
    check::diff::{Code, Diff},
    rules::{Find, Found, Rule, some},
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
    let unknown = diff.kept().filter(|kept| {
        let may_have_changed = kept.code == Code::Changed || !kept.columns.undeclared.is_empty();
        may_have_changed && kept.columns.are_complete == [false, true]
    });
    unknown
        .map(|kept| {
            let undeclared: Vec<_> = kept.columns.undeclared.iter().map(|column| column.name.as_str()).collect();
            let went = if undeclared.is_empty() {
                "what went is not told".to_owned()
            } else {
                format!("the YAML declared {} and no longer does, and it gives no such column now", some(&undeclared))
            };
            let name = &kept.old.name;
            let message = format!(
                "what `{name}` is built from changed, and the columns that it gave before are not known: {went}"
            );
            let given = kept.new.columns.iter().map(|column| column.name.as_str());
            let found =
                RULE.on(kept.unique_id, message).evidence(Evidence::Declared).readers(Readers::All).given(given);
            if undeclared.is_empty() { found } else { found.severity(Severity::Warning, RequiredUpdate::Major) }
        })
        .collect()
}
