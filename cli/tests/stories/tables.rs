//! Tables that dbt adds to from run to run: a column of the SQL is there when something shows it.

use std::{fs, path::Path, process::Command};

use serde_json::json;

use crate::stories::one_model::{Mesh, Model};

/// The project `up` with one incremental model, as dbt itself builds it in DuckDB.
struct Up<'m>(&'m Mesh);

impl Up<'_> {
    fn new(mesh: &Mesh) -> Up<'_> {
        let folder = mesh.0.path("up");
        fs::create_dir_all(folder.join("models")).unwrap();
        let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
        write("weft.yml", "{}\n");
        write("dbt_project.yml", "name: up\nversion: 1.0.0\nprofile: up\n");
        write("profiles.yml", "up: {target: dev, outputs: {dev: {type: duckdb, path: up.duckdb}}}\n");
        write("models/m.yml", "models: [{name: m, config: {access: public}}]\n");
        Up(mesh)
    }

    fn dbt(&self, sql: &str, arguments: &str) {
        let folder = self.0.0.path("up");
        let text = format!("{{{{ config(materialized='incremental') }}}}\n{sql}\n");
        fs::write(folder.join("models/m.sql"), text).unwrap();
        let dbt = std::env::var_os("WEFT_DBT").expect("WEFT_DBT names dbt; `make test` sets it");
        let mut command = Command::new(Path::new(&dbt));
        command.current_dir(&folder).args(arguments.split(' ')).args(["--profiles-dir", "."]);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

fn read(mesh: &Mesh, sql: &str) {
    let down = Model::new("duckdb", sql, json!({})).reading("model.up.m");
    mesh.write("down", &down, &json!({}));
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_column_that_an_incremental_model_gained_is_not_vouched_for_until_a_full_refresh_shows_it() {
    let mesh = Mesh::empty();
    let up = Up::new(&mesh);
    up.dbt("select 1 as a, 2 as b", "build");
    mesh.done("up", "publish --allow-dirty");
    up.dbt("select 1 as a, 2 as b, 3 as c", "build");
    let checked = mesh.done("up", "check");
    assert!(checked.contains("warning[column_unbuilt] model.up.m"), "{checked}");
    assert!(checked.contains("column `c` is in the SQL of `m`, but is not known to be in its table"), "{checked}");
    assert!(!checked.contains("column `c` is new\n"), "{checked}");
    let published = mesh.run("up", "publish --allow-dirty");
    assert_eq!(published.code, 0, "{published:?}");
    assert!(published.stderr.contains("dbt build --full-refresh --select m"), "{published:?}");
    let shown = mesh.done("up", "show up 1.1.0");
    assert!(shown.contains("in the SQL, not known in the table"), "{shown}");

    read(&mesh, "select a from {up}");
    mesh.done("down", "publish --allow-dirty");
    read(&mesh, "with m as (select * from {up}) select a, c from m");
    let checked = mesh.run("down", "check");
    assert_eq!(checked.code, 1, "{checked:?}");
    assert!(checked.stdout.contains("error[column_unbuilt] model.down.m"), "{checked:?}");
    assert!(checked.stdout.contains("dbt build --full-refresh --select m"), "{checked:?}");
    let refused = mesh.run("down", "publish --allow-dirty");
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.stderr.contains("error[deployment_refused]"), "{refused:?}");
    assert!(refused.stderr.contains("is not known to have in its table"), "{refused:?}");

    up.dbt("select 1 as a, 2 as b, 3 as c", "build --full-refresh");
    let checked = mesh.done("up", "check");
    assert!(checked.contains("column `c` is new") && !checked.contains("column_unbuilt"), "{checked}");
    mesh.done("up", "publish --allow-dirty");
    mesh.done("down", "check");
    mesh.done("down", "publish --allow-dirty");
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_catalog_shows_a_column_that_is_there_and_one_that_is_not_is_not_told_as_gone() {
    let mesh = Mesh::empty();
    let up = Up::new(&mesh);
    up.dbt("select 1 as a", "build");
    mesh.done("up", "publish --allow-dirty");
    up.dbt("select 1 as a, 3 as c", "build");
    mesh.done("up", "publish --allow-dirty");
    up.dbt("select 1 as a, 3 as c", "docs generate");
    let checked = mesh.done("up", "check");
    assert!(checked.contains("warning[column_unbuilt]") && !checked.contains("column_removed"), "{checked}");
    up.dbt("select 1 as a, 3 as c", "build --full-refresh");
    up.dbt("select 1 as a, 3 as c", "docs generate");
    let checked = mesh.done("up", "check");
    assert!(checked.contains("column `c` is new"), "{checked}");
    let published = mesh.run("up", "publish --allow-dirty");
    assert_eq!(published.code, 0, "{published:?}");
    assert!(!published.stderr.contains("not known to be in the table"), "{published:?}");
}
