use serde_json::{Value, json};

use super::*;

fn file(version: &str, results: &Value) -> Value {
    json!({
        "metadata": {
            "dbt_schema_version": format!("https://schemas.getdbt.com/dbt/sources/{version}.json"),
            "dbt_version": "1.11.16", "generated_at": "2026-11-20T10:47:18Z"
        },
        "results": results
    })
}

fn read(value: &Value) -> Result<Freshness, ArtifactError> {
    Freshness::read(value.to_string().as_bytes())
}

#[test]
fn ages_and_failures_to_look_are_read() {
    let results = json!([
        {"unique_id": "source.shop.raw.orders", "status": "error", "max_loaded_at_time_ago_in_s": 259_200.75,
            "max_loaded_at": "2026-11-17T10:47:18Z", "criteria": {"error_after": {"count": 1, "period": "day"}}},
        {"unique_id": "source.shop.raw.people", "status": "runtime error", "error": "Database Error\n  no such table"},
        {"unique_id": "source.shop.raw.ahead", "status": "pass", "max_loaded_at_time_ago_in_s": -4.0},
        null
    ]);
    let read = read(&file("v3", &results)).unwrap();
    let age = |name: &str| read.results[&*format!("source.shop.raw.{name}")].age;
    assert_eq!((age("orders"), age("people"), age("ahead")), (Some(259_200), None, None));
    assert_eq!(&*read.results["source.shop.raw.people"].status, "runtime error");
    assert_eq!(read.results.len(), 3);
}

#[test]
fn another_version_and_another_file_are_told_as_such() {
    let error = read(&file("v2", &json!([]))).unwrap_err();
    assert_eq!(error.to_string(), "the source freshness has version v2; this weft supports v3 (dbt 1.0)");
    let tests = json!({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json"}});
    let error = read(&tests).unwrap_err();
    assert_eq!(error.to_string(), "expected a dbt sources.json, but this file is dbt's run_results.json");
}
