//! Who may select from a node, for people who check and publish.

use serde_json::{Value, json};

use crate::stories::one_model::{Mesh, Model};

fn granted(grants: &Value) -> Model {
    let mut model = Model::new("postgres", "select 1 as a", json!({ "a": { "name": "a" } }));
    model.more = json!({ "config": { "access": "public", "materialized": "table", "grants": grants } });
    model
}

fn roles(mesh: &Mesh, said: &str) {
    std::fs::write(mesh.0.path("down/weft.yml"), said).unwrap();
}

#[test]
fn a_lost_grant_is_an_error_for_readers_that_say_they_use_the_role_and_a_warning_for_those_that_say_nothing() {
    for (said, level) in [("roles: [Reporter]\n", "error"), ("{}\n", "warning"), ("roles: [loader]\n", "warning")] {
        let mesh = Mesh::empty();
        mesh.write("up", &granted(&json!({ "select": ["reporter", "loader"] })), &json!({}));
        mesh.done("up", "publish --allow-dirty");
        let down = Model::new("postgres", "select a from {up}", json!({})).reading("model.up.m");
        mesh.write("down", &down, &json!({}));
        roles(&mesh, said);
        mesh.done("down", "publish --allow-dirty");
        mesh.done("up", "consumers add board --kind dashboard --owner BI --role loader --reads m.a");
        mesh.write("up", &granted(&json!({ "select": ["loader", "auditor"] })), &json!({}));
        let checked = mesh.run("up", "check");
        assert_eq!(checked.code, i32::from(level == "error"), "{said}: {checked:?}");
        assert!(checked.stdout.contains(&format!("{level}[grant_removed] model.up.m")), "{said}: {checked:?}");
        assert!(checked.stdout.contains("`reporter` is no longer granted `select` on `m`"), "{said}: {checked:?}");
        assert!(checked.stdout.contains("note[grant_added]"), "{said}: {checked:?}");
        assert_eq!(checked.stdout.contains("model.down.m"), !said.contains("loader"), "{said}: {checked:?}");
        assert_eq!(
            checked.stdout.contains("the roles of some of these readers are unknown"),
            said == "{}\n",
            "{said}: {checked:?}"
        );
        assert!(!checked.stdout.contains("board"), "it reads with another role: {checked:?}");
        let published = mesh.run("up", "publish --allow-dirty");
        assert_eq!(published.code, i32::from(level == "error"), "{said}: {published:?}");
        assert_eq!(published.stderr.contains("error[deployment_refused]"), level == "error", "{said}: {published:?}");
    }
}

#[test]
fn a_registered_consumer_that_uses_the_role_stops_the_deployment() {
    let mesh = Mesh::empty();
    mesh.write("up", &granted(&json!({ "select": ["reporter"] })), &json!({}));
    mesh.done("up", "publish --allow-dirty");
    mesh.done("up", "consumers add board --kind dashboard --owner BI --role reporter --reads m.a");
    mesh.write("up", &granted(&json!({ "select": [] })), &json!({}));
    let refused = mesh.run("up", "publish --allow-dirty");
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.stderr.contains("grant_removed") && refused.stderr.contains("board"), "{refused:?}");
}
