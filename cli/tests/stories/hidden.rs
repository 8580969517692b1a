//! Nodes that are not public, but are read by the names of their tables.

use serde_json::{Value, json};

use crate::stories::one_model::{Mesh, Model};

/// A model that is there in the project, with this access.
fn model(sql: &str, access: &str, columns: Value) -> Model {
    let mut model = Model::new("duckdb", sql, columns);
    model.more = json!({ "access": access, "config": { "access": access, "materialized": "table" } });
    model
}

/// A project that reads the model by a source over its table.
fn reading(mesh: &Mesh, sql: &str) {
    let mut reader = Model::new("duckdb", sql, json!({}));
    reader.reads.clear();
    mesh.write("down", &reader, &json!({}));
    let path = mesh.0.path("down/target/manifest.json");
    let mut manifest: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    manifest["sources"]["source.down.up.m"] = json!({ "unique_id": "source.down.up.m", "name": "m",
        "resource_type": "source", "package_name": "down", "source_name": "up", "database": "shop", "schema": "up",
        "identifier": "model", "relation_name": "\"shop\".\"up\".\"model\"" });
    manifest["nodes"]["model.down.m"]["depends_on"]["nodes"] = json!(["source.down.up.m"]);
    std::fs::write(path, manifest.to_string()).unwrap();
    mesh.done("down", "publish --allow-dirty");
}

/// The upstream's model as it was, and its reader.
fn standing(access: &str) -> Mesh {
    let mesh = Mesh::empty();
    mesh.write("up", &model("select 1 as id, cast(2 as integer) as a, 3 as z", access, json!({})), &json!({}));
    mesh.done("up", "publish --allow-dirty");
    reading(&mesh, "select id, a from {up}");
    mesh
}

const READER: &str = "read by down 1.0.0: model.down.m";

#[test]
fn a_node_made_protected_as_it_loses_a_column_is_told_of_both_and_not_deployed() {
    for column in ["a", "z"] {
        let mesh = standing("public");
        let sql = if column == "a" { "select 1 as id, 3 as z" } else { "select 1 as id, cast(2 as integer) as a" };
        mesh.write("up", &model(sql, "protected", json!({})), &json!({}));
        let checked = mesh.run("up", "check");
        assert_eq!(checked.code, 1, "{checked:?}");
        assert!(checked.stdout.contains("error[access_reduced] model.up.m"), "{checked:?}");
        let told = format!("column `{column}` is gone");
        // A column that the reader does not read is none of its matter, and of nobody else's.
        assert_eq!(checked.stdout.contains(&told), column == "a", "{checked:?}");
        assert!(checked.stdout.contains(READER), "{checked:?}");
        let refused = mesh.run("up", "publish --allow-dirty");
        assert_eq!(refused.code, 1, "{refused:?}");
        assert!(refused.stderr.contains("deployment_refused"), "{refused:?}");
        assert_eq!(refused.stderr.contains("column `a`"), column == "a", "{refused:?}");
    }
}

#[test]
fn a_column_of_a_node_that_was_never_public_is_told_with_its_reader_at_every_gate() {
    for (sql, rule, says) in [
        ("select 1 as id, 3 as z", "column_removed", "column `a` is gone"),
        ("select 1 as id, cast(2 as integer) as aa, 3 as z", "column_renamed", "column `a` was renamed to `aa`"),
        ("select 1 as id, cast('x' as varchar) as a, 3 as z", "type_changed", "column `a`"),
    ] {
        let mesh = standing("protected");
        mesh.write("up", &model(sql, "protected", json!({})), &json!({}));
        let checked = mesh.run("up", "check");
        assert_eq!(checked.code, 1, "{checked:?}");
        assert!(checked.stdout.contains(&format!("error[{rule}] model.up.m")), "{rule}: {checked:?}");
        assert!(checked.stdout.contains(says) && checked.stdout.contains(READER), "{rule}: {checked:?}");
        // It is not in the interface, so its change needs no larger version.
        assert!(checked.stdout.contains("required update: patch"), "{rule}: {checked:?}");
        assert_eq!(mesh.run("up", "publish --allow-dirty").code, 1, "{rule}");
        mesh.done("up", "publish --allow-dirty --no-deploy");
        for asked in ["can-deploy --version 1.0.1", "deploy 1.0.1"] {
            let refused = mesh.run("up", asked);
            assert_eq!(refused.code, 1, "{rule}: {refused:?}");
            assert!(format!("{refused:?}").contains("model.down.m"), "{rule}: {refused:?}");
        }
        mesh.done("up", "deploy 1.0.1 --force moved");
    }
}

#[test]
fn what_nobody_reads_of_a_node_that_is_not_public_is_nobodys_matter() {
    let mesh = standing("protected");
    for sql in ["select 1 as id, cast(2 as integer) as a", "select 1 as id, cast(2 as integer) as a, 4 as b, 3 as z"] {
        mesh.write("up", &model(sql, "protected", json!({})), &json!({}));
        let checked = mesh.done("up", "check");
        assert!(!checked.contains("model.up.m"), "{checked}");
        mesh.done("up", "publish --allow-dirty");
    }
}

#[test]
fn a_node_that_was_never_public_and_is_gone_is_told_with_its_reader() {
    let mesh = standing("protected");
    let mut gone = model("select 1 as other", "protected", json!({})).manifest("up", &json!({}));
    let mut other = gone["nodes"]["model.up.m"].take();
    gone["nodes"] = json!({});
    for (name, identifier, code) in [("n", "elsewhere", 1), ("n", "model", 1)] {
        other["unique_id"] = format!("model.up.{name}").into();
        other["name"] = name.into();
        other["alias"] = identifier.into();
        other["relation_name"] = format!("\"shop\".\"up\".\"{identifier}\"").into();
        gone["nodes"] = json!({ format!("model.up.{name}"): other });
        std::fs::write(mesh.0.path("up/target/manifest.json"), gone.to_string()).unwrap();
        let checked = mesh.run("up", "check");
        assert_eq!(checked.code, code, "{identifier}: {checked:?}");
        // Another model in its place is held to what the reader reads of it.
        let told = if identifier == "model" { "column `a` is gone" } else { "`m` is gone" };
        assert!(checked.stdout.contains(told) && checked.stdout.contains(READER), "{identifier}: {checked:?}");
        assert_eq!(mesh.run("up", "publish --allow-dirty").code, 1, "{identifier}");
    }
}

#[test]
fn a_node_that_was_never_public_and_is_not_compiled_now_cannot_be_told() {
    let mesh = standing("protected");
    let mut parsed = model("select 1 as id", "protected", json!({})).manifest("up", &json!({}));
    parsed["nodes"]["model.up.m"].as_object_mut().unwrap().remove("compiled_code");
    std::fs::write(mesh.0.path("up/target/manifest.json"), parsed.to_string()).unwrap();
    let checked = mesh.run("up", "check");
    assert_eq!(checked.code, 1, "{checked:?}");
    assert!(checked.stdout.contains("error[columns_unknown] model.up.m"), "{checked:?}");
    assert!(
        checked.stdout.contains("run `dbt compile`") || checked.stdout.contains("Run `dbt compile`"),
        "{checked:?}"
    );
    // The same code is known from before.
    let mut parsed = model("select 1 as id, cast(2 as integer) as a, 3 as z", "protected", json!({}));
    parsed.more["compiled_code"] = Value::Null;
    mesh.write("up", &parsed, &json!({}));
    assert!(!mesh.done("up", "check").contains("model.up.m"));
}
