//! Nulls, and lists of values.

use serde_json::Value;
use weft_api::CheckKind;
use weft_model::text::text_of;
use weft_odcs::SchemaProperty;

use crate::{Engine, Subject, check::Check, live::Live, value};

/// That a property which is required has no null; of the primary key, the key's own checks say it.
pub(super) fn required<'c>(subject: &Subject<'c>, property: &'c SchemaProperty) -> Option<Check<'c>> {
    if property.required != Some(true) || property.primary_key == Some(true) {
        return None;
    }
    let condition = format!("{} is null", subject.live(property).sql);
    Some(subject.counting(Check::for_rows(CheckKind::Required, &property.name, "not null".to_owned(), condition)))
}

/// That every value is one of the property's own list.
pub(super) fn allowed<'c>(subject: &Subject<'c>, property: &'c SchemaProperty) -> Option<Check<'c>> {
    if property.r#enum.is_empty() {
        return None;
    }
    let values: Vec<&Value> = property.r#enum.iter().map(|it| &it.value).collect();
    let condition = outside(&values, &subject.live(property), subject.engine);
    Some(subject.counting(Check::for_rows(CheckKind::Enum, &property.name, one_of(&values), condition)))
}

/// `one of open, paid and 3 more`.
fn one_of(values: &[&Value]) -> String {
    const SHOWN: usize = 6;
    let shown: Vec<_> = values.iter().take(SHOWN).map(|value| text_of(value)).collect();
    let more = if values.len() > SHOWN { format!(" and {} more", values.len() - SHOWN) } else { String::new() };
    format!("one of {}{more}", shown.join(", "))
}

/// The condition for a value that is not in a list. A null is not a value.
pub(super) fn outside(values: &[&Value], live: &Live, engine: &dyn Engine) -> String {
    let is_there = format!("{} is not null", live.sql);
    match value::among(values, live, engine) {
        Some(among) => format!("{is_there} and not ({among})"),
        None => is_there,
    }
}
