//! How a check is written, for people and in JUnit XML alike.

use weft_api::{CheckOutcome, SampleKey, VerifiedCheck};

use crate::escape::{escape, excerpt};

/// The longest expectation that is shown on a line, in characters.
const LONGEST: usize = 100;

/// What was promised, of what.
pub(super) fn promise(check: &VerifiedCheck) -> String {
    let expectation = excerpt(&check.expectation, LONGEST);
    let of = check.properties.iter().map(|name| escape(name)).collect::<Vec<_>>().join(", ");
    let of = if of.is_empty() { String::new() } else { format!("{of} ") };
    let rule = check.rule.as_ref().map(|rule| format!("[{}] ", excerpt(rule, LONGEST))).unwrap_or_default();
    format!("{of}{rule}{expectation}")
}

/// What was found, or why nothing was.
pub(super) fn found(check: &VerifiedCheck) -> String {
    let share = check.percent.filter(|_| check.found.as_ref().is_some_and(|found| !found.ends_with("percent")));
    let share = share.map(|percent| format!(" ({percent:.2} %)")).unwrap_or_default();
    let was_made = matches!(check.outcome, CheckOutcome::Passed | CheckOutcome::Failed);
    match (&check.found, check.reason.as_ref().filter(|_| !was_made)) {
        (Some(found), None) => format!("{}{share}", excerpt(found, LONGEST)),
        (_, Some(reason)) => excerpt(reason, 2 * LONGEST),
        (None, None) => "not there".to_owned(),
    }
}

/// `id 17, line 2`.
pub(super) fn key(SampleKey(parts): &SampleKey) -> String {
    let part = |part: &weft_api::KeyPart| {
        let value = part.value.as_ref().map_or_else(|| "null".to_owned(), |value| escape(value));
        format!("{} {value}", escape(&part.column))
    };
    parts.iter().map(part).collect::<Vec<_>>().join(", ")
}
