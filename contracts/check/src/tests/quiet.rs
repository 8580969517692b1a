//! What means the same in a different form is not reported, and what is reported says what it is.

use super::*;

fn messages(baseline: &Value, current: &Value) -> Vec<(String, String)> {
    report(baseline, current).findings.into_iter().map(|finding| (finding.rule.to_string(), finding.message)).collect()
}

/// A seed with a test of one column, which is written on the node where nothing else knows the column.
fn seed(test: &Value, is_known: bool) -> Value {
    let mut test = test.clone();
    let columns = if is_known {
        let test = test.clone();
        json!([{"name": "type", "origin": "declared", "quality": [test]}])
    } else {
        test["arguments"]["column_name"] = json!("\"type\"");
        json!([])
    };
    let quality = if is_known { json!([]) } else { json!([test]) };
    json!({"name": "runs", "resource_type": "seed", "access": "public", "columns": columns, "quality": quality})
}

#[test]
fn a_test_is_on_its_column_wherever_it_is_written() {
    for test in [
        json!({"test": "accepted_values", "arguments": {"values": ["card", "comp"]}, "severity": "error"}),
        json!({"test": "unique", "arguments": {}, "severity": "error"}),
        json!({"test": "not_null", "arguments": {}, "severity": "error"}),
        json!({"test": "own.check", "arguments": {"a": 1}, "severity": "warn", "where": "x > 1"}),
    ] {
        for (was, is) in [(false, true), (true, false)] {
            assert_eq!(messages(&seed(&test, was), &seed(&test, is)), [], "{test}");
        }
    }
    let values =
        |values: &[&str]| json!({"test": "accepted_values", "arguments": {"values": values}, "severity": "error"});
    let told = messages(&seed(&values(&["a", "b"]), false), &seed(&values(&["a"]), true));
    assert_eq!(told, [("enum_narrowed".to_owned(), "column `type` no longer allows: `b`".to_owned())]);
}

#[test]
fn a_test_that_is_gone_is_told_where_its_column_is_not() {
    let tested = json!([{"name": "a", "origin": "catalog", "quality": [{"test": "own", "severity": "error"}]}]);
    let of = |columns: &Value| node(columns, "a1");
    let rules =
        |old: &Value, new: &Value| messages(&of(old), &of(new)).into_iter().map(|(rule, _)| rule).collect::<Vec<_>>();
    let other = json!([{"name": "zzz", "data_type": "date", "origin": "catalog"}]);
    assert_eq!(rules(&tested, &json!([{"name": "a", "origin": "catalog"}])), ["quality_rule_removed"]);
    assert!(!rules(&tested, &other).contains(&"quality_rule_removed".to_owned()));
    // The YAML names the column no longer, and nothing says that it is gone.
    let declared = json!([{"name": "a", "origin": "declared", "quality": [{"test": "own", "severity": "error"}]}]);
    assert!(rules(&declared, &json!([])).contains(&"quality_rule_removed".to_owned()));
}

#[test]
fn a_test_that_asks_something_else_says_what() {
    let tested = |test: &Value| {
        let mut test = test.clone();
        test["severity"] = json!("error");
        json!({"name": "a", "resource_type": "model", "access": "public", "quality": [test]})
    };
    let told = |was: Value, is: Value| {
        let (rule, message) = messages(&tested(&was), &tested(&is)).remove(0);
        assert_eq!(rule, "quality_rule_changed");
        message
    };
    let expression = |more: &Value| json!({"test": "own", "arguments": more});
    assert_eq!(
        told(expression(&json!({"group_by_columns": ["a", "b"]})), expression(&json!({"group_by_columns": ["a"]}))),
        "`own` on `a` changed: its grain, `group_by_columns` is now `a` (was `a, b`)"
    );
    assert_eq!(
        told(json!({"test": "own", "where": "x > 1"}), expression(&json!({"n": 2}))),
        "`own` on `a` changed: `n` is now `2` (was not set); `where` is now not set (was `x > 1`)"
    );
    let long = told(expression(&json!({"sql": "x".repeat(500)})), expression(&json!({"sql": "y"})));
    assert!(long.len() < 200, "{long}");
}

#[test]
fn a_test_that_is_stricter_in_two_ways_is_told_twice() {
    let tested = |values: &[&str], severity: &str| {
        let test = json!({"test": "accepted_values", "arguments": {"values": values}, "severity": severity});
        node(&json!([{"name": "a", "origin": "declared", "quality": [test]}]), "a1")
    };
    let told = messages(&tested(&["a", "b"], "error"), &tested(&["a"], "warn"));
    let rules: Vec<_> = told.into_iter().map(|(rule, _)| rule).collect();
    assert_eq!(rules, ["quality_severity_changed", "enum_narrowed"]);
}

#[test]
fn digits_on_both_sides_of_the_point_are_a_widening() {
    let typed = |data_type: &str| json!({"m": node(&json!([column("a", data_type, "contract")]), "a1")});
    let rules = |old: &str, new: &str| {
        let (old, new) = (with_adapter(&typed(old), "bigquery"), with_adapter(&typed(new), "bigquery"));
        let report = check(Side::new(&old), Side::new(&new), day(2026), &Levels::default());
        report.findings.into_iter().map(|finding| finding.rule.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(rules("NUMERIC", "BIGNUMERIC"), ["type_widened"]);
    assert_eq!(rules("NUMERIC(10,2)", "NUMERIC(12,4)"), ["type_widened"]);
    assert_eq!(rules("NUMERIC(10,2)", "NUMERIC(11,4)"), ["type_scale_changed"]);
    assert_eq!(rules("STRUCT<a INT64, b STRING>", "STRUCT<b STRING, a INT64>"), ["column_reordered"]);
    assert_eq!(rules("ARRAY<STRUCT<a INT64, b STRING>>", "ARRAY<STRUCT<b STRING, a INT64>>"), ["column_reordered"]);
}
