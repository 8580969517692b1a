//! The checks of quality rules.

use weft_api::CheckKind;
use weft_odcs::{Quality, QualityKind, SchemaProperty};

use crate::{
    Subject,
    check::{Check, Work},
    plan::library,
    query, rule,
};

/// The rules of the object.
pub(super) fn of_object<'c>(subject: &Subject<'c>) -> Vec<Check<'c>> {
    subject.object.quality.iter().map(|quality| check(subject, None, quality)).collect()
}

/// The rules of a property.
pub(super) fn of_property<'c>(subject: &Subject<'c>, property: &'c SchemaProperty) -> Vec<Check<'c>> {
    property.quality.iter().map(|quality| check(subject, Some(property), quality)).collect()
}

fn check<'c>(subject: &Subject<'c>, property: Option<&'c SchemaProperty>, quality: &'c Quality) -> Check<'c> {
    let names: Vec<&str> = property.map(|property| property.name.as_str()).into_iter().collect();
    let unread = |what: &str, reason: &str| {
        let said = quality.description.as_deref().and_then(|text| text.lines().next()).unwrap_or(what);
        Check::skipped(CheckKind::Custom, &names, said.to_owned(), reason).of_rule(quality)
    };
    match quality.kind() {
        Some(QualityKind::Library) => library::check(subject, property, quality),
        Some(QualityKind::Sql) => sql(subject, property, quality),
        Some(QualityKind::Custom) => {
            let engine = quality.engine.as_deref().unwrap_or("another engine");
            unread("custom rule", &format!("{engine} checks it"))
        }
        Some(QualityKind::Text) => unread("rule in prose", "a person has to check it"),
        None => unread("rule", "weft does not know rules of this type"),
    }
}

fn sql<'c>(subject: &Subject<'c>, property: Option<&'c SchemaProperty>, quality: &'c Quality) -> Check<'c> {
    let first_line = |text: &'c String| text.lines().next();
    let what = quality.description.as_ref().filter(|_| quality.name.is_none()).and_then(first_line);
    let words = rule::words(quality);
    let expectation = what.map_or_else(|| format!("query {words}"), |what| format!("{what} ({words})"));
    let name = property.map(|property| property.name.as_str()).unwrap_or_default();
    let mut check = Check::for_rows(CheckKind::Sql, name, expectation, String::new()).of_rule(quality);
    check.offenders = None;
    check.properties.retain(|name| !name.is_empty());
    if quality.thresholds().is_empty() {
        check.skip("the rule has no operator, so it requires nothing");
        return check;
    }
    let column = property.map(|property| {
        let live = subject.live(property).sql;
        live.strip_prefix("t.").unwrap_or(&live).to_owned()
    });
    let query = quality.query.as_deref().unwrap_or_default();
    match query::statement(query, &subject.relation(), column.as_deref(), subject.engine) {
        Ok(statement) => check.work = Work::Own(statement),
        Err(refused) => check.refuse(&refused.to_string()),
    }
    check
}
