//! The statements of a whole object in each dialect, and that nothing of a contract gets out of its quotes.

use proptest::prelude::*;
use serde_json::json;
use weft_api::CheckOutcome;
use weft_odcs::DataContract;

use super::*;
use crate::query::is_one_token;

const ENGINES: [&dyn Engine; 2] = [POSTGRES, DUCKDB];
/// 2026-01-01.
const NOW: i64 = 1_767_225_600;

fn contract(value: serde_json::Value) -> DataContract {
    serde_json::from_value(value).unwrap()
}

fn orders() -> DataContract {
    contract(json!({
        "apiVersion": "v3.1.0", "id": "c", "version": "1.0.0",
        "schema": [
            {
                "name": "orders",
                "quality": [
                    {"metric": "rowCount", "mustBeGreaterThan": 0},
                    {"metric": "duplicateValues", "mustBe": 0, "arguments": {"properties": ["customer_id", "created_at"]}},
                    {"type": "sql", "query": "select sum({property}) from {object}", "mustBe": 0},
                    {"type": "sql", "query": "select count(*) from {object};", "mustBe": 0},
                    {"type": "text", "description": "In words."},
                    {"metric": "nullValues", "mustBe": 0},
                    {"metric": "rowCount"},
                ],
                "relationships": [{"from": ["orders.customer_id"], "to": ["customers.id"]}],
                "properties": [
                    {"name": "id", "primaryKey": true, "physicalType": "bigint"},
                    {"name": "line", "primaryKey": true, "primaryKeyPosition": 1, "logicalType": "integer"},
                    {"name": "customer_id", "required": true, "logicalType": "string"},
                    {
                        "name": "status", "unique": true, "enum": [{"value": "it's"}, {"value": null}, {"value": 1}],
                        "quality": [
                            {"metric": "missingValues", "arguments": {"missingValues": ["", null, "n/a"]}, "mustBe": 0},
                            {"metric": "invalidValues", "arguments": {"pattern": "^\\d+'$"}, "mustBe": 0, "unit": "percent"},
                            {"type": "sql", "query": "select max(length({property})) from \"{object}\"", "mustBe": 3},
                        ],
                    },
                    {
                        "name": "amount",
                        "enum": [{"value": 1}, {"value": "2.50"}, {"value": "x"}],
                        "logicalTypeOptions": {
                            "minimum": 0, "exclusiveMaximum": 1e3, "multipleOf": 0.01, "format": "f64",
                        },
                    },
                    {
                        "name": "created_at",
                        "logicalTypeOptions": {"minimum": "2020-01-01", "exclusiveMinimum": true, "maximum": "2030-01-01"},
                    },
                    {"name": "note", "logicalTypeOptions": {"pattern": "^[^\\s']+$", "minLength": 1, "maxLength": 20}},
                    {"name": "gone", "required": true, "logicalType": "date"},
                ],
            },
            {"name": "customers", "properties": [{"name": "id"}]},
        ],
        "slaProperties": [
            {"property": "freshness", "value": 1, "unit": "d", "element": "orders.created_at"},
            {"property": "retention", "value": "P1Y", "element": "orders.created_at"},
            {"property": "frequency", "value": 1, "unit": "d", "element": "orders.created_at"},
            {"property": "latency", "value": 1, "unit": "d", "element": "orders.note"},
            {"property": "availability", "value": 99.9},
        ],
    }))
}

fn table(name: &str, columns: &[(&str, &str)]) -> CatalogTable {
    let column =
        |(name, data_type): &(&str, &str)| CatalogColumn { name: (*name).into(), data_type: (*data_type).into() };
    CatalogTable {
        schema: "s".into(),
        name: name.into(),
        is_view: false,
        columns: columns.iter().map(column).collect(),
    }
}

fn live() -> CatalogTable {
    table(
        "orders",
        &[
            ("id", "bigint"),
            ("line", "integer"),
            ("customer_id", "integer"),
            ("status", "varchar"),
            ("amount", "numeric(10,2)"),
            ("created_at", "timestamp with time zone"),
            ("note", "varchar"),
        ],
    )
}

/// Every check with its work, and the statements that are asked.
fn told(subject: &Subject<'_>) -> String {
    use std::fmt::Write as _;
    let mut checks = plan(subject);
    let customers = table("customers", &[("id", "integer")]);
    for link in links(subject) {
        let side = |columns| RelationshipSide { engine: subject.engine, table: &customers, columns };
        let from =
            RelationshipSide { engine: subject.engine, table: subject.table.unwrap(), columns: vec!["customer_id"] };
        checks.push(here(subject, &link, &side(vec!["id"])));
        checks.push(elsewhere(subject, &link, &from, &side(vec!["id"])));
    }
    let mut text = String::new();
    for check in &checks {
        let _ = writeln!(text, "-- {:?} {} {}", check.kind, check.properties.join(", "), check.expectation);
        let _ = match &check.work {
            Work::Known { outcome, found, reason } => writeln!(text, "-- {outcome:?} {found:?} {reason:?}"),
            Work::Aggregate(aggregate) => writeln!(text, "{aggregate}"),
            Work::Own(sql) => writeln!(text, "{sql}"),
            Work::Elsewhere { from, to } => writeln!(text, "{from}\n{to}"),
        };
        if let Some(samples) = samples(subject, check, 5) {
            let _ = writeln!(text, "-- samples\n{}", samples.sql);
        }
        text.push('\n');
    }
    for statement in aggregates(subject, &checks) {
        let _ = writeln!(text, "-- all aggregates\n{}\n", statement.sql);
    }
    text
}

#[test]
fn each_engine_has_its_statements() {
    let (contract, live) = (orders(), live());
    for engine in ENGINES {
        let subject =
            Subject { contract: &contract, object: &contract.schema[0], table: Some(&live), engine, now: NOW };
        let name = TableName { schema: Some("it's".into()), table: "orders".into() };
        let text = format!("{}-- catalogue\n{}\n", told(&subject), engine.catalogue(&name));
        insta::assert_snapshot!(format!("statements_of_{}", engine.name().to_lowercase()), text);
    }
}

#[test]
fn all_aggregates_of_a_table_are_one_statement() {
    let (contract, live) = (orders(), live());
    let subject =
        Subject { contract: &contract, object: &contract.schema[0], table: Some(&live), engine: POSTGRES, now: NOW };
    let checks = plan(&subject);
    let statements = aggregates(&subject, &checks);
    assert_eq!(statements.len(), 1);
    let counted = checks.iter().filter(|check| matches!(check.work, Work::Aggregate(_))).count();
    assert_eq!(statements[0].checks.len(), counted);
    assert!(counted > 15, "{counted}");
}

#[test]
fn very_many_aggregates_are_several_statements_that_hold_each_once() {
    let properties: Vec<_> = (0..2_500).map(|at| json!({"name": format!("c{at}"), "required": true})).collect();
    let contract = contract(json!({
        "apiVersion": "v3.1.0", "id": "c", "version": "1", "schema": [{"name": "wide", "properties": properties}],
    }));
    let names: Vec<String> = (0..2_500).map(|at| format!("c{at}")).collect();
    let columns: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "integer")).collect();
    let live = table("wide", &columns);
    let subject =
        Subject { contract: &contract, object: &contract.schema[0], table: Some(&live), engine: POSTGRES, now: NOW };
    let checks = plan(&subject);
    let statements = aggregates(&subject, &checks);
    assert_eq!(statements.len(), 3);
    let places: Vec<usize> = statements.iter().flat_map(|statement| statement.checks.clone()).collect();
    let all: Vec<usize> = (0..checks.len()).filter(|at| matches!(checks[*at].work, Work::Aggregate(_))).collect();
    assert_eq!(places, all);
}

#[test]
fn nothing_of_a_missing_table_counts_as_passed() {
    let contract = orders();
    let subject = Subject { contract: &contract, object: &contract.schema[0], table: None, engine: POSTGRES, now: NOW };
    let outcomes: Vec<_> = plan(&subject).iter().filter_map(Check::known_result).map(|check| check.outcome).collect();
    assert_eq!(outcomes[0], CheckOutcome::Failed);
    assert!(outcomes[1..].iter().all(|it| *it == CheckOutcome::NotChecked), "{outcomes:?}");
    assert!(aggregates(&subject, &plan(&subject)).is_empty());
}

proptest! {
    #[test]
    fn no_text_gets_out_of_its_quotes(text in "[ -~é🦀'\"\\\\$;\n]{0,20}") {
        for engine in ENGINES {
            prop_assert!(is_one_token(&engine.literal(&text)), "{}", engine.literal(&text));
            prop_assert!(is_one_token(&engine.identifier(&text)), "{}", engine.identifier(&text));
        }
    }

    /// What a statement is without its quoted parts does not depend on what is written in a contract.
    #[test]
    fn names_and_values_change_only_what_is_quoted(
        name in "[a-z'\"\\\\;. é🦀]{1,12}",
        value in "[a-z'\"\\\\;$ -]{0,12}",
    ) {
        let of = |name: &str, value: &str| {
            let contract = contract(json!({
                "apiVersion": "v3.1.0", "id": "c", "version": "1",
                "schema": [{"name": name, "properties": [{
                    "name": name, "required": true, "unique": true, "enum": [{"value": value}],
                    "logicalTypeOptions": {"pattern": regex::escape(value)},
                }]}],
            }));
            let live = table(name, &[(name, "text")]);
            let mut text = Vec::new();
            for engine in ENGINES {
                let object = &contract.schema[0];
                let subject = Subject { contract: &contract, object, table: Some(&live), engine, now: NOW };
                let checks = plan(&subject);
                text.extend(aggregates(&subject, &checks).into_iter().map(|it| it.sql));
                for check in &checks {
                    if let Work::Own(sql) = &check.work {
                        text.push(sql.clone());
                    }
                    text.extend(samples(&subject, check, 5).map(|it| it.sql));
                }
                text.push(engine.catalogue(&names_of(name, Some(name))[0]));
            }
            text.iter().map(|sql| query::outside_quotes(sql)).collect::<Vec<_>>()
        };
        prop_assert_eq!(of(&name, &value), of("plain", "value"));
    }
}
