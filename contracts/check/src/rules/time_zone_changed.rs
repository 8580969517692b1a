//! Time zone of a column changed.

use std::collections::BTreeMap;

use weft_api::Severity;
use weft_model::version::RequiredUpdate;
use weft_odcs::{LogicalTypeOptions, SchemaProperty, paths};

use crate::{
    diff::{Diff, Kept},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "time_zone_changed",
    title: "Time zone of a column changed",
    why: "The values are written as before, but each now means a different time.",
    example: "the default time zone of column `ordered_at` changed from `Etc/UTC` to `Europe/Berlin`",
    remedy: "Keep the zone, or add a new column.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

/// The zone of times that say none, unless the contract names another.
const DEFAULT: &str = "Etc/UTC";

/// Further names of UTC.
const UTC: [&str; 8] = ["utc", "etc/utc", "z", "zulu", "etc/zulu", "uct", "etc/uct", "etc/universal"];

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, of_node)
}

fn of_node(kept: &Kept<'_>) -> Vec<RuleFinding> {
    let [Some(old), Some(new)] = kept.terms else { return Vec::new() };
    if old.object == new.object {
        return Vec::new();
    }
    let now: BTreeMap<_, _> = paths::properties(new.object).into_iter().collect();
    let mut found = Vec::new();
    for (path, was) in paths::properties(old.object) {
        let Some(is) = now.get(&path).copied() else { continue };
        let told = said(was, is).into_iter().chain(default(was, is));
        found.extend(told.map(|ZoneChange { message, sides: [was, is], is_new }| {
            let message = message.replace("{}", &format!("column `{path}`"));
            let found = RULE.by_contract(kept.unique_id, message).column(&path).change(was.as_deref(), is.as_deref());
            if is_new { found.severity(Severity::Warning, RequiredUpdate::Minor) } else { found }
        }));
    }
    found
}

/// A change of a zone, in words, with `{}` for the column.
struct ZoneChange {
    message: String,
    sides: [Option<String>; 2],
    /// Whether only one side says it.
    is_new: bool,
}

/// Whether values say their zone.
fn said(was: &SchemaProperty, is: &SchemaProperty) -> Option<ZoneChange> {
    let [before, after] = [was, is].map(|it| options(it).and_then(|options| options.timezone));
    let words = |says: Option<bool>| match says {
        Some(true) => ["include their zone", "included it"],
        Some(false) => ["have no zone", "had none"],
        None => ["may omit their zone", "could omit it"],
    };
    (before != after).then(|| ZoneChange {
        message: format!("times in {{}} now {}; before, they {}", words(after)[0], words(before)[1]),
        sides: [before, after].map(|it| it.map(|says| says.to_string())),
        is_new: before.is_none() || after.is_none(),
    })
}

/// The zone of values that do not say it.
fn default(was: &SchemaProperty, is: &SchemaProperty) -> Option<ZoneChange> {
    let [before, after] = [was, is].map(|it| options(it).and_then(|options| options.default_timezone.as_deref()));
    let [zone_before, zone_after] = [before, after].map(|zone| zone.unwrap_or(DEFAULT));
    (!is_one(zone_before, zone_after)).then(|| ZoneChange {
        message: format!("the default time zone of {{}} changed from `{zone_before}` to `{zone_after}`"),
        sides: [before, after].map(|it| it.map(str::to_owned)),
        is_new: false,
    })
}

fn options(property: &SchemaProperty) -> Option<&LogicalTypeOptions> {
    property.logical_type_options.as_ref()
}

/// Whether two names are one zone's.
fn is_one(one: &str, other: &str) -> bool {
    let is_utc = |zone: &str| UTC.contains(&&*zone.to_ascii_lowercase());
    one.eq_ignore_ascii_case(other) || is_utc(one) && is_utc(other)
}
