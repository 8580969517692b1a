//! How strict a dbt test is: how many of the rows that it finds let a build pass.
//!
//! dbt counts what the test finds (`fail_calc` of at most `limit` rows) and holds the count to `error_if` and `warn_if`.

use weft_model::exact::ExactNumber;
use weft_odcs::{
    Operator,
    accepted::{Accepted, Numbers},
};

use crate::Quality;

/// A test that passes this many rows promises nothing.
const NO_PROMISE: ExactNumber = ExactNumber::Whole(1_000_000);

/// What a test counts.
#[derive(Debug, Clone, PartialEq)]
pub enum Measure {
    /// The rows that the test finds, of which at most so many are looked at.
    Rows(Option<u64>),
    /// Always the same number.
    Constant(ExactNumber),
    /// Something else, in SQL, of at most so many rows.
    Sql(String, Option<u64>),
}

/// What passes of what a test finds.
#[derive(Debug, PartialEq)]
pub struct Passing {
    /// The counts that cause no error.
    pub without_error: Accepted,
    /// Without a warning either.
    pub in_silence: Accepted,
}

/// Whether a test can detect bad data at all; a test whose conditions are not understood counts as one that can.
pub fn can_tell(quality: &Quality) -> bool {
    let all = || Accepted::all(Numbers::Counts);
    if quality.filter.as_deref().is_some_and(is_never) || quality.limit == Some(0) && quality.fail_calc.is_none() {
        return passing(quality).is_some_and(|passing| !passing.in_silence.has(ExactNumber::Whole(0)));
    }
    match (measure(quality), passing(quality)) {
        (Measure::Constant(_), Some(passing)) => passing.in_silence != all(),
        (Measure::Rows(_), Some(passing)) => !passing.in_silence.has(NO_PROMISE),
        (Measure::Sql(..), Some(passing)) => passing.in_silence != Accepted::all(Numbers::Any),
        (_, None) => true,
    }
}

/// Whether every row that a test finds fails the build.
pub fn is_strict(quality: &Quality) -> bool {
    let is_plain = quality.filter.is_none() && quality.severity == "error";
    is_plain && has_own_counts(quality).is_none_or(|of_rows| of_rows.without_error == only_none())
}

/// What passes, where the test counts otherwise than dbt does by itself; `None` where it does not.
fn has_own_counts(quality: &Quality) -> Option<Passing> {
    let Quality { warn_if, error_if, fail_calc, limit, .. } = quality;
    let is_own = warn_if.is_some() || error_if.is_some() || fail_calc.is_some() || limit.is_some();
    is_own.then(|| {
        let of_rows = passing(quality).filter(|_| !matches!(measure(quality), Measure::Sql(..)));
        let all = || Accepted::all(Numbers::Counts);
        of_rows.unwrap_or_else(|| Passing { without_error: all(), in_silence: all() })
    })
}

/// No row at all.
fn only_none() -> Accepted {
    Accepted::held(Operator::Be, [ExactNumber::Whole(0); 2], Numbers::Counts)
}

/// What passes of what the test finds; `None` where a condition is not understood.
pub fn passing(quality: &Quality) -> Option<Passing> {
    let measure = measure(quality);
    let numbers = if matches!(measure, Measure::Sql(..)) { Numbers::Any } else { Numbers::Counts };
    let passes = |condition: &Option<String>| match condition {
        None => Some(Accepted::held(Operator::Be, [ExactNumber::Whole(0); 2], numbers)),
        Some(condition) => passes(condition, numbers),
    };
    let (warn, error) = (passes(&quality.warn_if)?, passes(&quality.error_if)?);
    let silence = if quality.severity == "error" { warn.and(&error) } else { warn };
    let seen = |passes: Accepted| match &measure {
        Measure::Rows(Some(limit)) => passes.up_to(ExactNumber::from(*limit)),
        Measure::Constant(number) if passes.has(*number) => Accepted::all(Numbers::Counts),
        Measure::Constant(_) => Accepted::none(Numbers::Counts),
        Measure::Rows(None) | Measure::Sql(..) => passes,
    };
    Some(Passing { without_error: seen(error), in_silence: seen(silence) })
}

/// What the test counts: rows, unless it says otherwise.
pub fn measure(quality: &Quality) -> Measure {
    let Some(said) = &quality.fail_calc else { return Measure::Rows(quality.limit) };
    let plain = plain(said);
    if matches!(&*plain, "count(*)" | "count(1)") {
        return Measure::Rows(quality.limit);
    }
    constant(&plain).map_or(Measure::Sql(plain, quality.limit), Measure::Constant)
}

/// The constant that an expression is, independent of the rows; a null is not a number that a condition looks for.
fn constant(plain: &str) -> Option<ExactNumber> {
    let inner = plain.strip_prefix("cast(").and_then(|rest| rest.split_once(" as ")).map_or(plain, |(inner, _)| inner);
    let inner = inner.split_once("::").map_or(inner, |(inner, _)| inner).trim_matches(|c| matches!(c, '(' | ')' | ' '));
    ExactNumber::parse(inner)
}

/// What does not meet a condition such as `> 10` or `between 1 and 5`; `None` where that is not understood.
fn passes(condition: &str, numbers: Numbers) -> Option<Accepted> {
    let plain = plain(condition);
    let two = |rest: &str| {
        let (from, to) = rest.split_once(" and ")?;
        Some([ExactNumber::parse(from.trim())?, ExactNumber::parse(to.trim())?])
    };
    if let Some(rest) = plain.strip_prefix("not between ") {
        return Some(Accepted::held(Operator::Between, two(rest)?, numbers));
    }
    if let Some(rest) = plain.strip_prefix("between ") {
        return Some(Accepted::held(Operator::NotBetween, two(rest)?, numbers));
    }
    // What passes is what the condition does not ask for.
    let operators = [
        ("!=", Operator::Be),
        ("<>", Operator::Be),
        (">=", Operator::LessThan),
        ("<=", Operator::GreaterThan),
        ("==", Operator::NotBe),
        ("=", Operator::NotBe),
        (">", Operator::LessOrEqualTo),
        ("<", Operator::GreaterOrEqualTo),
    ];
    let (operator, number) =
        operators.into_iter().find_map(|(word, passes)| Some((passes, plain.strip_prefix(word)?)))?;
    Some(Accepted::held(operator, [ExactNumber::parse(number.trim())?; 2], numbers))
}

/// Whether a filter leaves no row.
fn is_never(filter: &str) -> bool {
    let plain = plain(filter);
    let plain = plain.trim_matches(|c| matches!(c, '(' | ')' | ' '));
    let sides =
        plain.split_once('=').map(|(one, other)| (ExactNumber::parse(one.trim()), ExactNumber::parse(other.trim())));
    plain == "false" || matches!(sides, Some((Some(one), Some(other))) if one != other)
}

/// A text in lower case, with one space where it had any white space.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn test(settings: &Value) -> Quality {
        let mut quality = json!({"test": "accepted_values", "severity": "error"});
        quality.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        serde_json::from_value(quality).unwrap()
    }

    #[test]
    fn a_test_that_cannot_fail_tells_nothing() {
        for settings in [
            json!({"error_if": "> 1000000", "warn_if": "> 1000000"}),
            json!({"error_if": "<0", "warn_if": "< 0"}),
            json!({"fail_calc": "0"}),
            json!({"fail_calc": "cast(0 as int)"}),
            json!({"limit": 0}),
            json!({"limit": 5, "warn_if": "> 10", "error_if": "> 20"}),
            json!({"where": "1 = 0"}),
            json!({"where": " FALSE "}),
            json!({"severity": "warn", "warn_if": "> 9999999"}),
        ] {
            assert!(!can_tell(&test(&settings)), "{settings}");
            assert!(!is_strict(&test(&settings)), "{settings}");
        }
        for settings in [
            json!({}),
            json!({"limit": 1}),
            json!({"limit": 500, "error_if": "> 10", "warn_if": ">0"}),
            json!({"severity": "warn"}),
            json!({"where": "a = 1"}),
            json!({"where": "1 = 1"}),
            json!({"fail_calc": "sum(n)"}),
            json!({"fail_calc": "1"}),
            json!({"error_if": "is null or so"}),
            json!({"error_if": "> 1000000"}),
        ] {
            assert!(can_tell(&test(&settings)), "{settings}");
        }
        assert!(is_strict(&test(&json!({"limit": 10, "warn_if": "> 5", "error_if": ">= 1"}))));
        assert!(!is_strict(&test(&json!({"fail_calc": "sum(n)"}))));
    }
}
