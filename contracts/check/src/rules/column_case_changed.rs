//! Case of a column name changed.

use weft_api::{Evidence, Severity};
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{Diff, Kept, columns::Pair},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "column_case_changed",
    title: "Case of a column name changed",
    why: "Most warehouses ignore the case of names, but SQL that quotes the name and programs that read it do not.",
    example: "column `order_id` is now written `Order_ID`",
    remedy: "Keep the name as it was.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let Some(evidence) = kept.columns.real() else { return Vec::new() };
        kept.columns.kept.iter().filter_map(|pair| of_column(kept, *pair, evidence)).collect()
    })
}

fn of_column<'a>(kept: &Kept<'a>, pair: Pair<'a>, evidence: Evidence) -> Option<RuleFinding> {
    let (columns, old, new) = (&kept.columns, &pair.old.name, &pair.new.name);
    let found = |message: String| RULE.on(kept.unique_id, message).column(old).evidence(evidence);
    if let Some([was, is]) = columns.renamed_in_database(pair) {
        let message =
            format!("column `{was}` is now named `{is}` in the database: SQL that does not quote it like this fails");
        return Some(found(message).change(Some(&was), Some(&is)).severity(Severity::Error, RequiredUpdate::Major));
    }
    if columns.is_newly_quoted(pair) {
        let message = format!(
            "column `{new}` is now quoted; the baseline, from an earlier weft, does not record whether it was quoted before"
        );
        return Some(found(message).change(Some(old), Some(new)));
    }
    let is_same = old == new || columns.called(pair).is_some() || !columns.is_alike;
    (!is_same).then(|| found(format!("column `{old}` is now written `{new}`")).change(Some(old), Some(new)))
}
