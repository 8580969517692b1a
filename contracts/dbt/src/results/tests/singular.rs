use serde_json::{Value, json};
use weft_sql::Polyglot;

use crate::{manifest::Manifest, results::singular::read_by_sql, run_results::RunResults};

fn node(kind: &str, name: &str, schema: &str, more: &Value) -> Value {
    let mut node = json!({
        "unique_id": format!("{kind}.shop.{name}"), "resource_type": kind, "package_name": "shop", "name": name,
        "path": "x.sql", "original_file_path": "models/x.sql", "database": "db", "schema": schema, "alias": name,
        "identifier": name, "relation_name": format!("\"db\".\"{schema}\".\"{name}\""),
    });
    node.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    node
}

/// What a test of this SQL reads of a project with two models `twice` and a source.
fn reads(sql: Option<&str>, ran: Option<&str>) -> Vec<String> {
    reads_of(&json!({"compiled_code": sql}), ran)
}

fn reads_of(code: &Value, ran: Option<&str>) -> Vec<String> {
    let mut test = json!({"unique_id": "test.shop.t", "resource_type": "test", "package_name": "shop"});
    test.as_object_mut().unwrap().extend(code.as_object().unwrap().clone());
    let nodes = [
        node("model", "orders", "main", &json!({"compiled_code": "select 1 as id"})),
        node("seed", "rates", "main", &json!({})),
        node("model", "twice", "main", &json!({})),
        node("snapshot", "twice", "other", &json!({})),
        test,
    ];
    let nodes: serde_json::Map<_, _> =
        nodes.into_iter().map(|node| (node["unique_id"].as_str().unwrap().to_owned(), node)).collect();
    let schema = |kind: &str| {
        json!({"dbt_schema_version": format!("https://schemas.getdbt.com/dbt/{kind}.json"),
        "project_name": "shop", "adapter_type": "duckdb", "generated_at": "2026-11-20T13:00:00Z"})
    };
    let source = node("source", "people", "raw", &json!({}));
    let manifest =
        json!({"metadata": schema("manifest/v12"), "nodes": nodes, "sources": {"source.shop.people": source}});
    let manifest = Manifest::read(manifest.to_string().as_bytes()).unwrap();
    let results = json!({"metadata": schema("run-results/v6"), "args": {"which": "test"},
        "results": [{"unique_id": "test.shop.t", "status": "fail", "compiled_code": ran}]});
    let results = RunResults::read(results.to_string().as_bytes()).unwrap();
    let read = read_by_sql(&manifest, Some(&results), &Polyglot::default());
    read.get("test.shop.t").into_iter().flatten().map(ToString::to_string).collect()
}

#[test]
fn a_singular_test_reads_what_its_sql_names_in_whatever_way() {
    for (sql, read) in [
        ("select * from main.orders where id is null", &["model.shop.orders"][..]),
        (
            "select * from \"db\".\"main\".\"rates\" r join RAW.People p on r.x = p.x",
            &["seed.shop.rates", "source.shop.people"],
        ),
        ("with o as (select * from orders) select count(*) from o having count(*) > 0", &["model.shop.orders"]),
        ("select 1 where exists (select 1 from main.orders)", &["model.shop.orders"]),
        ("select * from main.twice", &["model.shop.twice"]),
        ("select * from twice", &[]),
        ("select * from elsewhere.orders", &[]),
        ("not sql at all (", &[]),
    ] {
        assert_eq!(reads(Some(sql), None), read, "{sql}");
    }
}

#[test]
fn a_test_that_dbt_did_not_compile_reads_what_its_text_names() {
    for (raw, read) in [
        ("select * from main.orders where id is null", &["model.shop.orders"][..]),
        (
            "select * from {{ target.schema }}.ORDERS {% if var('x') %}join raw.people{% endif %}",
            &["model.shop.orders", "source.shop.people"],
        ),
        ("select 1 from {{ var('somewhere') }}", &[]),
        ("select 1 from reorders", &[]),
    ] {
        assert_eq!(reads_of(&json!({"raw_code": raw}), None), read, "{raw}");
    }
    let both = json!({"raw_code": "select 1 from main.rates", "compiled_code": "select 1 from main.orders"});
    assert_eq!(reads_of(&both, None), ["model.shop.orders"]);
}

#[test]
fn the_sql_that_ran_counts_before_that_of_the_manifest() {
    assert_eq!(reads(Some("select 1 from main.rates"), Some("select 1 from main.orders")), ["model.shop.orders"]);
    assert_eq!(reads(None, Some("select 1 from main.orders")), ["model.shop.orders"]);
    assert_eq!(reads(None, None), [] as [&str; 0]);
}
