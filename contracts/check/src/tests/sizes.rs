//! Types by what their engines enforce, and sizes that are unknown.

use super::*;

/// The rules about a column's type, with their messages.
fn of_types(adapter: &str, was: (&str, &str), is: (&str, &str)) -> Vec<(String, Level, String)> {
    let side = |(data_type, origin), checksum| {
        with_adapter(&json!({"m": node(&json!([column("a", data_type, origin)]), checksum)}), adapter)
    };
    let (old, new) = (side(was, "a1"), side(is, "b2"));
    let report = check(Side::new(&old), Side::new(&new), day(2026), &Levels::default());
    let is_of_types = |rule: &str| rule.starts_with("type_") || rule == "evidence_differs";
    let findings = report.findings.into_iter().filter(|it| is_of_types(it.rule.as_str()));
    findings.map(|it| (it.rule.to_string(), it.level, it.message)).collect()
}

#[test]
fn what_an_engine_cannot_cast_is_no_widening() {
    for (adapter, was, is, rule) in [
        ("duckdb", "timestamp", "timestamp_ns", "type_changed"),
        ("duckdb", "timestamp_s", "timestamp_ns", "type_changed"),
        ("postgres", "bpchar", "char(1)", "type_narrowed"),
        ("postgres", "bpchar", "varchar(3)", "type_narrowed"),
        ("postgres", "char(5)", "varchar(3)", "type_narrowed"),
    ] {
        let found = of_types(adapter, (was, "contract"), (is, "contract"));
        assert_eq!(found.len(), 1, "{was} -> {is}: {found:?}");
        assert_eq!((found[0].0.as_str(), found[0].1), (rule, Level::Error), "{was} -> {is}");
    }
    for (adapter, was, is) in [
        ("postgres", "interval(0)", "interval"),
        ("postgres", "bit(3)", "bit varying"),
        ("postgres", "char(5)", "bpchar"),
        ("duckdb", "timestamp_s", "timestamp"),
    ] {
        let found = of_types(adapter, (was, "contract"), (is, "contract"));
        assert_eq!(found.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(), ["type_widened"], "{was} -> {is}");
    }
}

#[test]
fn a_size_that_a_catalog_leaves_out_is_told_as_not_compared() {
    let told = |adapter, catalog, contract| of_types(adapter, (catalog, "catalog"), (contract, "contract"));
    for (adapter, catalog, contract) in [
        ("snowflake", "NUMBER", "number(10,5)"),
        ("snowflake", "TEXT", "varchar(5)"),
        ("snowflake", "TIMESTAMP_NTZ", "timestamp_ntz(3)"),
        ("snowflake", "BINARY", "binary(4)"),
        ("bigquery", "STRING", "string(10)"),
        ("bigquery", "NUMERIC", "numeric(10, 2)"),
    ] {
        let found = told(adapter, catalog, contract);
        let expected = "the columns come from an enforced contract now, and from the catalog before; not compared: the size of `a`";
        assert_eq!(found, [("evidence_differs".to_owned(), Level::Info, expected.to_owned())], "{catalog} {contract}");
    }
    // DuckDB holds no text to a length.
    assert_eq!(told("duckdb", "VARCHAR", "varchar(50)"), []);
    assert_eq!(told("snowflake", "BOOLEAN", "boolean"), []);
}

#[test]
fn a_literal_of_another_kind_is_another_type_and_another_number_is_not() {
    let of = |column: Value, code: &str| {
        let mut column = column;
        column["name"] = json!("x");
        column["origin"] = json!("sql");
        node(&json!([column]), code)
    };
    let told = |was: Value, is: Value| -> Vec<String> {
        let found = report(&of(was, "a1"), &of(is, "a2")).findings.into_iter();
        let found = found.filter(|finding| finding.rule.to_string().starts_with("type_"));
        found.map(|finding| format!("{} {:?} {}", finding.rule, finding.evidence, finding.message)).collect()
    };
    let [number, text, boolean] = ["number", "text", "boolean"].map(|kind| json!({ "literal": kind }));
    let changed = |step: &str| vec![format!("type_changed Sql column `x` {step}")];
    assert_eq!(told(number.clone(), text.clone()), changed("was a number in the SQL and is a text now"));
    assert_eq!(told(text.clone(), boolean.clone()), changed("was a text in the SQL and is a boolean now"));
    assert_eq!(
        told(number.clone(), json!({ "data_type": "varchar" })),
        changed("was a number in the SQL and is a text now")
    );
    assert_eq!(told(json!({ "data_type": "date" }), text.clone()), changed("was a date in the SQL and is a text now"));
    assert_eq!(told(number.clone(), number.clone()), [""; 0]);
    // A type in YAML does not prove the type that the SQL gives.
    let by_yaml = |kind: &str| json!({ "literal": kind, "data_type": "integer", "type_origin": "declared" });
    assert_eq!(told(by_yaml("number"), by_yaml("text")), changed("was a number in the SQL and is a text now"));
    assert_eq!(told(boolean, json!({ "data_type": "integer" })).len(), 1, "a boolean is a number in some engines");
}
