//! Contracts out of a dbt project and into one, with real dbt.

use std::fs;

use serde_json::Value;

use crate::harness::Mesh;

/// The objects of a contract, without what dbt has by other names then: the ids of versions.
fn objects(mesh: &Mesh) -> Vec<Value> {
    let said = mesh.weft("inventory", &["contract", "export", "--format", "json"]).ok().json();
    let mut objects = said["data"]["contracts"][0]["contract"]["schema"].as_array().unwrap().clone();
    for object in &mut objects {
        object.as_object_mut().unwrap().remove("customProperties");
    }
    objects
}

#[test]
#[ignore = "set WEFT_DBT"]
fn what_is_exported_is_imported_into_a_project_with_bare_yaml_and_dbt_holds_it() {
    let mesh = Mesh::new();
    mesh.dbt("inventory", &["parse"]).ok();
    let exported = objects(&mesh);
    let file = mesh.root().join("inventory.odcs.yaml").display().to_string();
    mesh.weft("inventory", &["contract", "export", "-o", &file]).ok();
    mesh.weft("inventory", &["contract", "lint", &file]).ok();
    let same = mesh.weft("inventory", &["contract", "import", &file]).ok();
    assert_eq!(same.stdout, "nothing to add\n", "{same}");

    // Groups and versions no contract tells.
    let bare = "models:\n  - name: products\n    config:\n      group: merchandising\n  - name: stock_levels\n    config:\n      \
                group: procurement\n    versions:\n      - v: 1\n      - v: 2\n";
    mesh.write("inventory", "models/marts/marts.yml", bare);
    mesh.dbt("inventory", &["parse"]).ok();
    mesh.weft("inventory", &["contract", "import", &file, "--write"]).ok();
    mesh.dbt("inventory", &["build"]).ok();
    let again = mesh.weft("inventory", &["contract", "import", &file]).ok();
    assert_eq!(again.stdout, "nothing to add\n", "{again}");
    assert_eq!(objects(&mesh), exported);

    // One contract speaks of a node.
    fs::remove_dir_all(mesh.project("inventory").join("contracts")).unwrap();
    fs::copy(&file, mesh.project("inventory").join("all.odcs.yaml")).unwrap();
    mesh.weft("inventory", &["publish"]).ok();
    let published = mesh.weft("inventory", &["publish", "--dry-run", "--format", "json"]).ok();
    assert!(published.stdout.contains("urn:weft:inventory"), "{published}");
}
