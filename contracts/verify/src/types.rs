//! Whether a column is of the type that the contract gives it.

use weft_api::CheckKind;
use weft_odcs::{
    SchemaProperty,
    fits::{is_logical, is_physical},
};

use crate::{Subject, check::Check, rule::outcome};

/// The check of a column's type: the physical type where it is given and understood, else what the logical type allows.
/// None where the contract gives no type.
pub(super) fn check<'c>(subject: &Subject<'c>, property: &'c SchemaProperty, live: &str) -> Option<Check<'c>> {
    let dialect = subject.engine.dialect();
    let physical = property.physical_type.as_deref().filter(|text| !text.trim().is_empty());
    let logical = property.logical_type.as_deref().filter(|text| !text.is_empty());
    let is_old = subject.contract.is_before_3_1();
    let name = property.name.as_str();
    let is = |said: &str, holds: Option<bool>| {
        let expectation = format!("of type {said}");
        let Some(holds) = holds else {
            let reason = format!("it is unknown whether {live} matches");
            return Check::skipped(CheckKind::Type, &[name], expectation, &reason).finding(live);
        };
        Check::known(CheckKind::Type, &[name], expectation, outcome(holds)).finding(live)
    };
    let by_physical = physical.and_then(|text| Some(is(text, Some(is_physical(text, live, dialect)?))));
    let by_logical = || {
        let text = logical?;
        Some(is(text, is_logical(text, live, dialect, is_old)))
    };
    by_physical.or_else(by_logical).or_else(|| physical.map(|text| is(text, None)))
}
