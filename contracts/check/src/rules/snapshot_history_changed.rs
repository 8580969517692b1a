//! History of a snapshot written differently.

use std::collections::BTreeMap;

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{Diff, Kept},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "snapshot_history_changed",
    title: "History of a snapshot written differently",
    why: "The configuration of a snapshot decides which rows and values dbt writes. With `dbt_valid_to_current`, the column `dbt_valid_to` of current rows is not null, so a reader that selects `where dbt_valid_to is null` finds none. With `hard_deletes`, or with another `unique_key`, a snapshot has rows that it did not have. With another `strategy`, `check_cols` or `updated_at`, dbt writes a new row for different changes.",
    example: "`dbt_valid_to_current` of `orders` is set now: `dbt_valid_to` has other values in current rows",
    remedy: "Keep the configuration, or add a new snapshot beside this one.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

/// The options, and what follows if they change.
const OPTIONS: [(&str, &str); 5] = [
    ("hard_deletes", "deleted rows are written differently"),
    ("unique_key", "its rows have another key"),
    ("strategy", "dbt writes a new row for different changes"),
    ("check_cols", "dbt writes a new row for different changes"),
    ("updated_at", "dbt writes a new row for different changes"),
];

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, of_node)
}

fn of_node(kept: &Kept<'_>) -> Vec<RuleFinding> {
    let (Some(was), Some(is)) = (&kept.old.history, &kept.new.history) else { return Vec::new() };
    let options = OPTIONS.iter().filter_map(|(option, effect)| {
        let (was, is) = (default(was, option), default(is, option));
        let message = format!("`{option}` of `{}` {}: {effect}", kept.new.name, step(was, is));
        let found = RULE.on(kept.unique_id, message).change(plain(was), plain(is));
        let is_of_rows = matches!(*option, "hard_deletes" | "unique_key");
        let found = if is_of_rows { found } else { found.severity(Severity::Warning, RequiredUpdate::Minor) };
        (was != is).then_some(found)
    });
    valid_to(kept, was, is).into_iter().chain(options).collect()
}

/// Of the value that current rows have in the column for the end of a row's time.
fn valid_to(kept: &Kept<'_>, was: &BTreeMap<String, String>, is: &BTreeMap<String, String>) -> Option<RuleFinding> {
    const OPTION: &str = "dbt_valid_to_current";
    let column = was.get("dbt_valid_to").map_or("dbt_valid_to", String::as_str);
    let (was, is) = (was.get(OPTION).map(String::as_str), is.get(OPTION).map(String::as_str));
    let message =
        format!("`{OPTION}` of `{}` {}: `{column}` has other values in current rows", kept.new.name, step(was, is));
    (was != is).then(|| RULE.on(kept.unique_id, message).column(column).change(plain(was), plain(is)))
}

/// The value of an option; dbt's default where it has one.
fn default<'h>(history: &'h BTreeMap<String, String>, option: &str) -> Option<&'h str> {
    let is_of_deletes = option == "hard_deletes";
    history.get(option).map(String::as_str).or_else(|| is_of_deletes.then_some("ignore"))
}

/// A value that is not a digest.
fn plain(value: Option<&str>) -> Option<&str> {
    value.filter(|value| !value.starts_with("sha256:"))
}

/// `is set now`, ``is now `a` (was `b`)``
fn step(was: Option<&str>, is: Option<&str>) -> String {
    match (was, is) {
        (None, _) => "is set now".to_owned(),
        (_, None) => "is no longer set".to_owned(),
        _ => match (plain(was), plain(is)) {
            (Some(was), Some(is)) => format!("is now `{is}` (was `{was}`)"),
            _ => "has another value".to_owned(),
        },
    }
}
