//! Promises that are withdrawn silently, and names that are different in the database, for people who check and
//! publish.

use serde_json::{Value, json};

use crate::stories::one_model::{Mesh, Model, column};

#[test]
fn a_column_that_comes_into_quotes_breaks_whoever_reads_it_without_them() {
    for (adapter, name, was) in [("postgres", "Price", "price"), ("snowflake", "price", "PRICE")] {
        let mesh = Mesh::empty();
        let model = |quoted: bool| {
            let alias = if quoted { format!("\"{name}\"") } else { name.to_owned() };
            Model::new(adapter, &format!("select 1 as {alias}, 2 as id"), column(name, quoted))
        };
        mesh.write("up", &model(false), &json!({}));
        mesh.done("up", "publish --allow-dirty");
        let reader = Model::new(adapter, &format!("select {name} from {{up}}"), json!({})).reading("model.up.m");
        mesh.write("down", &reader, &json!({}));
        mesh.done("down", "publish --allow-dirty");
        mesh.write("up", &model(true), &json!({}));
        let checked = mesh.run("up", "check");
        assert_eq!(checked.code, 1, "{checked:?}");
        let told = format!("column `{was}` is now named `{name}` in the database");
        assert!(checked.stdout.contains("error[column_case_changed] model.up.m"), "{checked:?}");
        assert!(checked.stdout.contains(&told) && checked.stdout.contains("read by down"), "{checked:?}");
        let refused = mesh.run("up", "publish --allow-dirty");
        assert_eq!(refused.code, 1, "{refused:?}");
        assert!(refused.stderr.contains("down"), "{refused:?}");
        // Back to what it was: nothing.
        mesh.write("up", &model(false), &json!({}));
        assert!(mesh.done("up", "check").contains("nothing found"), "{adapter}");
    }
}

#[test]
fn an_enforced_contract_says_by_its_quotes_what_a_column_is_called() {
    let mesh = Mesh::empty();
    let model = |quoted: bool| {
        let mut columns = column("Price", quoted);
        columns["Price"]["data_type"] = "integer".into();
        let mut model = Model::new("postgres", "select 1 as \"Price\"", columns);
        model.more = json!({ "contract": { "enforced": true } });
        model
    };
    mesh.write("up", &model(false), &json!({}));
    mesh.done("up", "publish --allow-dirty");
    mesh.write("up", &model(true), &json!({}));
    let checked = mesh.run("up", "check");
    assert!(checked.stdout.contains("column `price` is now named `Price` in the database"), "{checked:?}");
}

/// An `accepted_values` test of the model's column `kind`, with these settings and values.
fn test(settings: &Value, values: &[&str]) -> Value {
    json!({ "test.up.kind": {
        "unique_id": "test.up.kind", "name": "kind", "resource_type": "test", "package_name": "up",
        "test_metadata": { "name": "accepted_values", "kwargs": { "column_name": "kind", "values": values } },
        "column_name": "kind", "attached_node": "model.up.m", "config": settings,
        "depends_on": { "nodes": ["model.up.m"], "macros": [] } } })
}

/// What dbt writes for a test without settings.
fn settings(more: &Value) -> Value {
    let mut all =
        json!({ "severity": "ERROR", "warn_if": "!= 0", "error_if": "!= 0", "fail_calc": "count(*)", "limit": null });
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    all
}

fn tested(mesh: &Mesh, more: &Value, values: &[&str]) {
    let model = Model::new("duckdb", "select 'x' as kind", json!({}));
    mesh.write("up", &model, &test(&settings(more), values));
}

#[test]
fn a_test_that_can_no_longer_fail_is_a_promise_taken_back() {
    let mesh = Mesh::empty();
    tested(&mesh, &json!({}), &["x", "y"]);
    mesh.done("up", "publish --allow-dirty");
    for (more, is) in [
        (json!({ "error_if": "> 1000000", "warn_if": "> 1000000" }), "error_if > 1000000, warn_if > 1000000"),
        (json!({ "fail_calc": "0" }), "fail_calc 0"),
        (json!({ "limit": 0 }), "limit 0"),
    ] {
        tested(&mesh, &more, &["x", "y"]);
        let checked = mesh.run("up", "check");
        assert!(checked.stdout.contains("warning[quality_rule_loosened] model.up.m"), "{checked:?}");
        assert!(checked.stdout.contains(&format!("now accepts more: {is} (was no row)")), "{checked:?}");
        assert!(checked.stdout.contains("required update: minor"), "{checked:?}");
        std::fs::write(mesh.0.path("up/weft.yml"), "rules: {quality_missing: error}\n").unwrap();
        let checked = mesh.run("up", "check");
        assert!(checked.code == 1 && checked.stdout.contains("error[quality_missing]"), "{checked:?}");
    }
    tested(&mesh, &json!({}), &["x", "y"]);
    std::fs::write(mesh.0.path("up/weft.yml"), "rules: {quality_missing: error}\n").unwrap();
    assert!(mesh.done("up", "check").contains("nothing found"));
}

#[test]
fn fewer_values_do_not_hide_a_lower_severity() {
    let mesh = Mesh::empty();
    tested(&mesh, &json!({}), &["x", "y"]);
    mesh.done("up", "publish --allow-dirty");
    tested(&mesh, &json!({ "severity": "WARN" }), &["x"]);
    let checked = mesh.run("up", "check");
    assert!(checked.stdout.contains("warning[quality_severity_changed] model.up.m"), "{checked:?}");
    assert!(checked.stdout.contains("[enum_narrowed] model.up.m"), "{checked:?}");
}
