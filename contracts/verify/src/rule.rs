//! What a measured number means for a rule of quality.

use serde_json::Value;
use weft_api::{CheckKind, CheckOutcome};
use weft_model::text::text_of;
use weft_odcs::{Operator, Quality, Threshold};

use crate::verdict::CheckVerdict;

/// No row may be counted.
pub(super) fn no_row(answer: Option<&str>, rows: Option<u64>) -> CheckVerdict {
    match answer.and_then(|text| text.parse().ok()) {
        Some(count) => CheckVerdict {
            outcome: outcome(count == 0),
            found: counted(count),
            count: Some(count),
            percent: share(count, rows),
            reason: None,
        },
        None => unreadable(answer),
    }
}

/// A rule of quality, whose number is one of rows, or what a query answers.
pub(super) fn verdict(quality: &Quality, kind: CheckKind, answer: Option<&str>, rows: Option<u64>) -> CheckVerdict {
    let Some(text) = answer else {
        let reason = Some("the query answered nothing".to_owned());
        return CheckVerdict { reason, ..unreadable(None) };
    };
    let count = text.parse::<u64>().ok().filter(|_| kind != CheckKind::Sql);
    let percent = count.filter(|_| kind != CheckKind::RowCount).and_then(|count| share(count, rows));
    let is_percent = quality.is_percent() && kind != CheckKind::Sql && kind != CheckKind::RowCount;
    if is_percent && rows.is_none() {
        let reason = Some("the rows of the table could not be counted".to_owned());
        return CheckVerdict { reason, ..unreadable(answer) };
    }
    let measured = match percent.filter(|_| is_percent) {
        Some(percent) => MeasuredValue::Number(percent),
        None => MeasuredValue::parse(text),
    };
    let found = match (count, percent) {
        (Some(_), Some(percent)) if is_percent => format!("{} percent", rounded(percent)),
        (Some(count), _) => counted(count),
        _ => text.to_owned(),
    };
    let thresholds = quality.thresholds();
    let holds: Option<Vec<bool>> = thresholds.iter().map(|threshold| measured.holds(threshold)).collect();
    match holds {
        Some(holds) => {
            CheckVerdict { outcome: outcome(holds.into_iter().all(|it| it)), found, count, percent, reason: None }
        }
        None => CheckVerdict {
            outcome: CheckOutcome::Error,
            found,
            count,
            percent,
            reason: Some("the result cannot be compared with what the rule requires".to_owned()),
        },
    }
}

/// The rule's own words: `must be less than 5 percent`.
pub(super) fn words(quality: &Quality) -> String {
    let words = |threshold: &Threshold<'_>| match threshold {
        Threshold::Value(operator, value) => format!("{} {}", verb(*operator), text_of(value)),
        Threshold::Number(operator, number) => format!("{} {number}", verb(*operator)),
        Threshold::Range(operator, [low, high]) => format!("{} {low} and {high}", verb(*operator)),
    };
    let all: Vec<_> = quality.thresholds().iter().map(words).collect();
    let unit = if quality.is_percent() && !all.is_empty() { " percent" } else { "" };
    format!("{}{unit}", all.join(", "))
}

fn verb(operator: Operator) -> &'static str {
    match operator {
        Operator::Be => "must be",
        Operator::NotBe => "must not be",
        Operator::GreaterThan => "must be greater than",
        Operator::GreaterOrEqualTo => "must be at least",
        Operator::LessThan => "must be less than",
        Operator::LessOrEqualTo => "must be at most",
        Operator::Between => "must be between",
        Operator::NotBetween => "must not be between",
    }
}

/// What was measured, as far as it can be compared.
enum MeasuredValue<'t> {
    Number(f64),
    Truth(bool),
    Text(&'t str),
}

impl<'t> MeasuredValue<'t> {
    fn parse(text: &'t str) -> Self {
        match (text.trim().parse::<f64>(), text.trim().to_ascii_lowercase().as_str()) {
            (Ok(number), _) => Self::Number(number),
            (_, "true" | "t") => Self::Truth(true),
            (_, "false" | "f") => Self::Truth(false),
            _ => Self::Text(text),
        }
    }

    /// Whether a threshold holds; `None` where the two are of different kinds.
    fn holds(&self, threshold: &Threshold<'_>) -> Option<bool> {
        if let Threshold::Value(operator, value) = threshold {
            return self.is(value).map(|is| is == (*operator == Operator::Be));
        }
        let Self::Number(measured) = self else { return None };
        match (threshold.operator(), threshold.numbers().as_slice()) {
            (Operator::GreaterThan, [limit]) => Some(measured > limit),
            (Operator::GreaterOrEqualTo, [limit]) => Some(measured >= limit),
            (Operator::LessThan, [limit]) => Some(measured < limit),
            (Operator::LessOrEqualTo, [limit]) => Some(measured <= limit),
            (Operator::Between, [low, high]) => Some(low <= measured && measured <= high),
            (Operator::NotBetween, [low, high]) => Some(measured < low || high < measured),
            _ => None,
        }
    }

    /// Whether it is exactly this value. Numbers are distinguished to fifteen digits.
    fn is(&self, value: &Value) -> Option<bool> {
        let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
        match (self, value) {
            (Self::Number(measured), _) => {
                number.map(|it| (measured - it).abs() <= measured.abs().max(it.abs()) * 1e-15)
            }
            (Self::Truth(measured), Value::Bool(it)) => Some(measured == it),
            (Self::Truth(measured), Value::String(it)) => {
                it.trim().to_ascii_lowercase().parse().ok().map(|it: bool| it == *measured)
            }
            (Self::Text(measured), Value::String(it)) => Some(measured == it),
            _ => None,
        }
    }
}

pub(super) fn outcome(holds: bool) -> CheckOutcome {
    if holds { CheckOutcome::Passed } else { CheckOutcome::Failed }
}

fn counted(count: u64) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}

/// A share of all rows in percent; of an empty table none is broken.
fn share(count: u64, rows: Option<u64>) -> Option<f64> {
    // Counts are far below 2^53.
    #[allow(clippy::cast_precision_loss)]
    rows.map(|rows| if rows == 0 { 0.0 } else { count as f64 * 100.0 / rows as f64 })
}

/// At most four digits after the point.
fn rounded(percent: f64) -> String {
    let text = format!("{percent:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

pub(super) fn unreadable(answer: Option<&str>) -> CheckVerdict {
    CheckVerdict {
        outcome: CheckOutcome::Error,
        found: answer.unwrap_or("nothing").to_owned(),
        count: None,
        percent: None,
        reason: Some("the database's answer is not a number".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn rule(value: Value) -> Quality {
        serde_json::from_value(value).unwrap()
    }

    #[track_caller]
    fn comes_to(quality: &Value, kind: CheckKind, answer: &str, rows: u64, expected: CheckOutcome) {
        let verdict = verdict(&rule(quality.clone()), kind, Some(answer), Some(rows));
        assert_eq!(verdict.outcome, expected, "{quality} {answer} of {rows}");
    }

    #[test]
    fn every_operator_says_yes_and_no() {
        use CheckOutcome::{Failed, Passed};
        let cases = [
            (json!({"mustBe": 3}), "3", "4"),
            (json!({"mustNotBe": 3}), "4", "3"),
            (json!({"mustBeGreaterThan": 3}), "4", "3"),
            (json!({"mustBeGreaterOrEqualTo": 3}), "3", "2"),
            (json!({"mustBeLessThan": 3}), "2", "3"),
            (json!({"mustBeLessOrEqualTo": 3}), "3", "4"),
            (json!({"mustBeBetween": [2, 3]}), "3", "4"),
            (json!({"mustNotBeBetween": [2, 3]}), "4", "3"),
            (json!({"mustBeGreaterThan": 1, "mustBeLessThan": 5}), "3", "5"),
        ];
        for (quality, good, bad) in cases {
            comes_to(&quality, CheckKind::NullValues, good, 10, Passed);
            comes_to(&quality, CheckKind::NullValues, bad, 10, Failed);
        }
    }

    #[test]
    fn a_share_is_of_all_rows_and_none_of_an_empty_table() {
        use CheckOutcome::{Failed, Passed};
        let quality = || json!({"mustBeLessThan": 1, "unit": "percent"});
        comes_to(&quality(), CheckKind::NullValues, "9", 1_000, Passed);
        comes_to(&quality(), CheckKind::NullValues, "10", 1_000, Failed);
        comes_to(&quality(), CheckKind::NullValues, "0", 0, Passed);
        let unknown = verdict(&rule(quality()), CheckKind::NullValues, Some("9"), None);
        assert_eq!(unknown.outcome, CheckOutcome::Error);
    }

    #[test]
    fn what_a_query_answers_is_a_number_a_truth_or_a_text() {
        use CheckOutcome::{Error, Failed, Passed};
        comes_to(&json!({"mustBe": true}), CheckKind::Sql, "true", 0, Passed);
        comes_to(&json!({"mustBe": true}), CheckKind::Sql, "f", 0, Failed);
        comes_to(&json!({"mustBe": 0.3}), CheckKind::Sql, "0.30", 0, Passed);
        comes_to(&json!({"mustBe": "open"}), CheckKind::Sql, "open", 0, Passed);
        comes_to(&json!({"mustBeLessThan": 3}), CheckKind::Sql, "soon", 0, Error);
        assert_eq!(verdict(&rule(json!({"mustBe": 0})), CheckKind::Sql, None, None).outcome, Error);
    }

    proptest! {
        #[test]
        fn exactly_one_of_two_opposite_operators_holds(measured in 0_u64..1_000, limit in 0_u64..1_000) {
            let pairs = [
                ("mustBe", "mustNotBe"),
                ("mustBeGreaterThan", "mustBeLessOrEqualTo"),
                ("mustBeLessThan", "mustBeGreaterOrEqualTo"),
            ];
            for (one, other) in pairs {
                let answer = measured.to_string();
                let holds = |key: &str| {
                    let quality = rule(json!({key: limit}));
                    verdict(&quality, CheckKind::RowCount, Some(&answer), None).outcome == CheckOutcome::Passed
                };
                prop_assert_ne!(holds(one), holds(other));
            }
        }
    }
}
