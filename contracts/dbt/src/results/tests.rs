mod fresh;
mod singular;

use proptest::prelude::*;
use semver::Version;
use serde_json::{Value, json};
use weft_api::{CheckResult, ContractRule, Outcome, health::faults};
use weft_odcs::DataContract;

use crate::{
    derive::{DeriveSettings, Readings, attach, derive},
    freshness::Freshness,
    manifest::Manifest,
    results::{ObservedRun, ResultsReader, UnseenResult, singular::ReadBySql},
    run_results::RunResults,
    select::Selection,
};

fn contract() -> DataContract {
    let states = |name: &str, values: Value| json!({"name": name, "metric": "invalidValues", "mustBe": 0, "arguments": {"validValues": values}});
    let properties = json!([
        {"name": "id", "required": true, "unique": true},
        {"name": "status", "enum": [{"value": "placed"}, {"value": "returned"}], "quality": [
            states("known states", json!(["returned", "placed"])),
            states("some states", json!(["placed"])),
            {"metric": "nullValues", "mustBeLessThan": 5, "unit": "percent"},
            {"type": "custom", "engine": "dbt", "implementation": {"not_null": {"config": {"where": "id > 7"}}}},
        ]},
        {"name": "customer", "physicalName": "customer_id", "relationships": [{"to": "customers.odcs.yaml#customers.id"}]},
    ]);
    let quality = json!([
        {"metric": "duplicateValues", "mustBe": 0, "arguments": {"properties": ["id"]}},
        {"name": "No_Orphans", "type": "sql", "query": "select 1", "mustBe": 0},
    ]);
    let orders = json!({"name": "orders", "properties": properties, "quality": quality});
    let contract = json!({"apiVersion": "v3.2.0", "id": "orders-contract", "version": "1.0.0", "schema": [orders]});
    serde_json::from_value(contract).unwrap()
}

fn manifest() -> Value {
    let model = |name: &str, access: &str| {
        json!({
            "unique_id": format!("model.shop.{name}"), "resource_type": "model", "package_name": "shop", "name": name,
            "path": "x.sql", "original_file_path": "models/x.sql", "database": "db", "schema": "main", "alias": name,
            "access": access, "config": {"materialized": "table"}
        })
    };
    let generic = |id: &str, test: &str, column: &str, more: Value| {
        let mut node = json!({
            "unique_id": format!("test.shop.{id}.0123456789"), "resource_type": "test", "package_name": "shop",
            "test_metadata": {"name": test, "kwargs": {"model": "m"}}, "column_name": column, "config": {"severity": "ERROR"},
            "attached_node": "model.shop.orders", "depends_on": {"nodes": ["model.shop.orders"]}
        });
        node.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        node
    };
    let with = |test: &str, kwargs: Value| json!({"test_metadata": {"name": test, "kwargs": kwargs}});
    let nodes = [
        model("orders", "public"),
        model("staged", "private"),
        generic(
            "states",
            "accepted_values",
            "status",
            with("accepted_values", json!({"values": ["placed", "returned"]})),
        ),
        generic("id_null", "not_null", "\"ID\"", json!({})),
        generic("id_null_some", "not_null", "id", json!({"config": {"where": "id > 0"}})),
        generic("status_null", "not_null", "status", json!({})),
        generic("status_null_some", "not_null", "status", json!({"config": {"where": "id > 7"}})),
        generic("id_unique", "unique", "id", json!({})),
        generic(
            "customer",
            "relationships",
            "customer_id",
            with("relationships", json!({"to": "ref('shop', 'customers')", "field": "id"})),
        ),
        generic("staged_null", "not_null", "id", json!({"attached_node": "model.shop.staged"})),
        generic(
            "raw_null",
            "not_null",
            "id",
            json!({"attached_node": null, "file_key_name": "sources.raw",
            "depends_on": {"nodes": ["source.shop.raw.people", "model.shop.orders"]}}),
        ),
        json!({"unique_id": "test.shop.no_orphans", "resource_type": "test", "package_name": "shop",
            "depends_on": {"nodes": ["model.shop.orders", "model.shop.staged"]}}),
        json!({"unique_id": "test.shop.by_name", "resource_type": "test", "package_name": "shop"}),
        json!({"unique_id": "test.shop.of_staged", "resource_type": "test", "package_name": "shop"}),
        json!({"unique_id": "test.shop.of_nothing", "resource_type": "test", "package_name": "shop"}),
    ];
    let nodes: serde_json::Map<_, _> =
        nodes.into_iter().map(|node| (node["unique_id"].as_str().unwrap().to_owned(), node)).collect();
    let source = |name: &str, count: Value| {
        json!({
            "unique_id": format!("source.shop.raw.{name}"), "resource_type": "source", "package_name": "shop", "name": name,
            "database": "db", "schema": "raw", "identifier": name, "freshness": {"warn_after": {"count": count, "period": "day"}}
        })
    };
    json!({
        "metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "project_name": "shop",
            "dbt_version": "1.11.16", "adapter_type": "duckdb", "generated_at": "2026-11-20T12:00:00Z"
        },
        "nodes": nodes,
        "sources": {
            "source.shop.raw.people": source("people", json!(1)),
            "source.shop.raw.omitted": source("omitted", json!(2)),
            "source.shop.raw.whenever": source("whenever", Value::Null)
        }
    })
}

/// What the teller makes of the project.
fn with_teller<T>(make: impl FnOnce(&ResultsReader<'_>) -> T) -> T {
    let manifest = Manifest::read(manifest().to_string().as_bytes()).unwrap();
    let settings = DeriveSettings {
        package_name: None,
        version: Version::new(1, 0, 0),
        selection: Selection::default(),
        requires: std::collections::BTreeMap::new(),
        git: None,
        readings: Readings::default(),
    };
    let mut derived = derive(&manifest, None, &settings).unwrap();
    attach(&mut derived, vec![contract()]).unwrap();
    let name = "shop".parse().unwrap();
    make(&ResultsReader::new(&manifest, &derived.publication, &name, &read_by_sql()))
}

/// What the SQL of the singular test that refers to nothing reads.
fn read_by_sql() -> ReadBySql {
    let ids = |ids: &[&str]| ids.iter().map(|id| id.parse().unwrap()).collect();
    [
        ("test.shop.by_name".parse().unwrap(), ids(&["model.shop.orders", "source.shop.raw.people"])),
        ("test.shop.of_staged".parse().unwrap(), ids(&["model.shop.staged"])),
    ]
    .into()
}

fn metadata(kind: &str) -> Value {
    json!({
        "dbt_schema_version": format!("https://schemas.getdbt.com/dbt/{kind}.json"), "dbt_version": "1.11.16",
        "generated_at": "2026-11-20T13:00:00Z"
    })
}

fn results(results: &Value) -> RunResults {
    let file = json!({"metadata": metadata("run-results/v6"), "args": {"which": "build"}, "results": results});
    RunResults::read(file.to_string().as_bytes()).unwrap()
}

fn found(of: &Value) -> ObservedRun {
    with_teller(|teller| teller.run(&results(of))).unwrap()
}

fn only(found: &ObservedRun, node: &str) -> CheckResult {
    let checks = &found.run.nodes[node];
    assert_eq!(checks.results.len(), 1, "{checks:?}");
    checks.results[0].clone()
}

fn rules_of(test: &str, status: &str, failures: u64) -> Vec<String> {
    let result = json!([{"unique_id": format!("test.shop.{test}"), "status": status, "failures": failures}]);
    let rules = only(&found(&result), "model.shop.orders").rules;
    rules.into_iter().map(|ContractRule { contract, rule }| format!("{contract} {rule}")).collect()
}

#[test]
fn a_test_stands_for_the_promises_that_ask_the_same() {
    for (test, rules) in [
        ("states.0123456789", vec!["enum", "known states"]),
        ("id_null.0123456789", vec!["required"]),
        ("id_unique.0123456789", vec!["duplicateValues", "unique"]),
        ("customer.0123456789", vec!["relationships"]),
        ("no_orphans", vec!["No_Orphans"]),
        ("status_null_some.0123456789", vec!["not_null"]),
        // It looks at some rows only, and the other promise allows for some nulls.
        ("id_null_some.0123456789", vec![]),
        ("status_null.0123456789", vec![]),
    ] {
        let rules: Vec<_> = rules.into_iter().map(|rule| format!("orders-contract {rule}")).collect();
        assert_eq!(rules_of(test, "fail", 3), rules, "{test}");
    }
}

#[test]
fn a_test_that_passes_although_rows_break_it_is_no_proof() {
    assert_eq!(rules_of("id_null.0123456789", "pass", 0).len(), 1);
    assert_eq!(rules_of("id_null.0123456789", "pass", 2), [] as [&str; 0]);
}

#[test]
fn each_status_of_dbt_is_told_for_what_it_is() {
    for (id, status, outcome) in [
        ("test.shop.no_orphans", "pass", Outcome::Passed),
        ("test.shop.no_orphans", "fail", Outcome::Failed),
        ("test.shop.no_orphans", "warn", Outcome::Warned),
        ("test.shop.no_orphans", "error", Outcome::Error),
        ("test.shop.no_orphans", "skipped", Outcome::NotChecked),
        // dbt only compiled it.
        ("test.shop.no_orphans", "success", Outcome::NotChecked),
        ("test.shop.no_orphans", "a word to come", Outcome::NotChecked),
        ("model.shop.orders", "success", Outcome::Passed),
        ("model.shop.orders", "error", Outcome::Error),
        ("model.shop.orders", "partial success", Outcome::Error),
        ("model.shop.orders", "skipped", Outcome::NotChecked),
        ("model.shop.orders", "reused", Outcome::NotChecked),
    ] {
        let found = found(&json!([{"unique_id": id, "status": status}]));
        assert_eq!(only(&found, "model.shop.orders").outcome, outcome, "{id} {status}");
    }
}

#[test]
fn private_nodes_unit_tests_and_what_is_not_known_are_left_out_and_counted() {
    let found = found(&json!([
        {"unique_id": "model.shop.orders", "status": "success"},
        {"unique_id": "model.shop.staged", "status": "success"},
        {"unique_id": "test.shop.staged_null.0123456789", "status": "fail", "failures": 1},
        {"unique_id": "test.shop.no_orphans", "status": "pass", "failures": 0},
        {"unique_id": "unit_test.shop.orders.works", "status": "fail"},
        {"unique_id": "test.shop.gone.0123456789", "status": "fail"},
    ]));
    let nodes: Vec<_> = found.run.nodes.keys().map(ToString::to_string).collect();
    assert_eq!(nodes, ["model.shop.orders"]);
    let left_out = &found.left_out;
    assert_eq!((left_out.private, left_out.unit_tests, left_out.unknown), (2, 1, 1));
    assert_eq!(left_out.unknown_ids, ["test.shop.gone.0123456789".into()]);
    assert!(!found.is_older_than_manifest);
}

#[test]
fn a_node_names_the_checks_that_were_not_of_the_run() {
    let found = found(&json!([{"unique_id": "test.shop.id_null.0123456789", "status": "pass"}]));
    let checks = &found.run.nodes["model.shop.orders"];
    assert!(checks.others.contains("build") && checks.others.contains("test.shop.no_orphans"));
    assert!(
        !checks.others.contains("test.shop.id_null.0123456789")
            && !checks.others.contains("test.shop.staged_null.0123456789")
    );
    assert!(checks.others.contains("test.shop.by_name"));
    assert_eq!(checks.others.len(), 9);
}

#[test]
fn a_singular_test_is_of_the_nodes_that_its_sql_names() {
    let found = found(&json!([{"unique_id": "test.shop.by_name", "status": "fail", "failures": 2}]));
    for node in ["model.shop.orders", "source.shop.raw.people"] {
        let result = only(&found, node);
        assert_eq!((result.outcome, result.failures, &*result.kind), (Outcome::Failed, Some(2), "singular"));
    }
    assert_eq!(found.elsewhere, []);
}

#[test]
fn what_fails_and_is_of_no_public_node_is_listed_by_its_name() {
    let found = found(&json!([
        {"unique_id": "test.shop.of_nothing", "status": "fail", "failures": 7},
        {"unique_id": "test.shop.of_staged", "status": "error", "message": "Database Error in test"},
        {"unique_id": "model.shop.staged", "status": "skipped"},
        {"unique_id": "test.shop.staged_null.0123456789", "status": "pass"},
    ]));
    assert!(found.run.nodes.is_empty());
    let told = found.elsewhere.iter().map(|UnseenResult { unique_id, outcome, failures, nodes, .. }| {
        (&**unique_id, *outcome, *failures, nodes.iter().map(ToString::to_string).collect::<Vec<_>>())
    });
    let staged = || vec!["model.shop.staged".to_owned()];
    let expected = [
        ("model.shop.staged", Outcome::NotChecked, None, staged()),
        ("test.shop.of_nothing", Outcome::Failed, Some(7), vec![]),
        ("test.shop.of_staged", Outcome::Error, None, staged()),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
    assert_eq!(found.left_out.private, 4);
}

#[test]
fn a_test_of_a_source_is_told_of_the_source() {
    let found = found(&json!([{"unique_id": "test.shop.raw_null.0123456789", "status": "pass"}]));
    assert_eq!(only(&found, "source.shop.raw.people").kind, "not_null");
    assert!(!found.run.nodes["source.shop.raw.people"].others.contains("build"));
}

#[test]
fn dbts_words_of_errors_stay_at_home() {
    let message = "Database Error in test no_orphans (tests/no_orphans.sql)\n  could not convert 'ana@example.com'";
    let found = found(&json!([
        {"unique_id": "test.shop.no_orphans", "status": "error", "message": message},
        {"unique_id": "test.shop.id_null.0123456789", "status": "error", "message": "ana@example.com is no number"},
    ]));
    let sent = serde_json::to_string(&found.run).unwrap();
    assert!(
        sent.contains("Database Error") && sent.contains("dbt could not do it") && !sent.contains("ana@"),
        "{sent}"
    );
    assert_eq!(found.words.len(), 2);
}

#[test]
fn results_of_another_project_are_refused() {
    let other = results(
        &json!([{"unique_id": "test.mart.a", "status": "pass"}, {"unique_id": "test.mart.b", "status": "pass"}]),
    );
    let error = with_teller(|teller| teller.run(&other)).unwrap_err();
    assert_eq!((&*error.first, error.results), ("test.mart.a", 2));
    assert_eq!(error.to_string(), "the manifest has none of the nodes in the results: `test.mart.a` and 1 more");
    assert!(found(&json!([])).run.nodes.is_empty());
}

proptest! {
    #[test]
    fn whatever_the_file_holds_the_run_may_be_sent(
        picks in proptest::collection::vec((0_usize..6, ".{0,40}", ".{0,600}", any::<Option<u64>>()), 0..12)
    ) {
        let ids = ["model.shop.orders", "test.shop.no_orphans", "test.shop.id_null.0123456789", "source.shop.raw.people",
            "unit_test.shop.x", "\u{1b}[2J"];
        let entries: Vec<_> = picks.iter().map(|(id, status, message, failures)| {
            json!({"unique_id": ids[*id], "status": status, "message": message, "failures": failures})
        }).collect();
        let entries = json!(entries);
        if let Ok(found) = with_teller(|teller| teller.run(&results(&entries))) {
            prop_assert_eq!(faults(&found.run), []);
        }
    }
}
