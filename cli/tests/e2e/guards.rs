//! A stub represents a different project's table. No configuration of the downstream project changes that table.

use crate::harness::Mesh;

/// The rows of inventory's table and that it is a table.
fn upstream(mesh: &Mesh) -> Vec<String> {
    let mut rows = mesh.rows("select * from inventory.stock_levels_v2 order by all");
    assert!(!rows.is_empty());
    rows.extend(mesh.rows(
        "select table_schema, table_name, table_type from information_schema.tables \
         where table_schema in ('inventory', 'sales') order by all",
    ));
    rows
}

/// finance with a line more in its `dbt_project.yml`, everything else as resolved.
fn finance_with(models: &str) -> Mesh {
    let mesh = Mesh::built();
    mesh.resolve("finance");
    let project = mesh.read("finance", "dbt_project.yml");
    assert!(project.contains("\nmodels:\n"), "{project}");
    mesh.write("finance", "dbt_project.yml", &project.replace("\nmodels:\n", &format!("\nmodels:\n{models}")));
    mesh
}

fn a_materialization_for_everything_is_refused(materialized: &str) {
    let mesh = finance_with(&format!("  +materialized: {materialized}\n"));
    let before = upstream(&mesh);
    mesh.dbt("finance", &["build"]).fails_with("weft_interface");
    mesh.dbt("finance", &["run", "--full-refresh"]).fails_with("weft_interface");
    assert_eq!(upstream(&mesh), before);
}

#[test]
#[ignore = "set WEFT_DBT"]
fn the_root_projects_table_materialization_never_reaches_an_upstream_table() {
    a_materialization_for_everything_is_refused("table");
}

#[test]
#[ignore = "set WEFT_DBT"]
fn the_root_projects_view_materialization_never_reaches_an_upstream_table() {
    a_materialization_for_everything_is_refused("view");
}

#[test]
#[ignore = "set WEFT_DBT"]
fn the_root_projects_incremental_materialization_never_reaches_an_upstream_table() {
    a_materialization_for_everything_is_refused("incremental");
}

#[test]
#[ignore = "set WEFT_DBT"]
fn the_way_out_that_the_refusal_names_works() {
    let keep = "    +materialized: weft_interface\n";
    let mesh = finance_with(&format!("  +materialized: table\n  inventory:\n{keep}  sales:\n{keep}"));
    let before = upstream(&mesh);
    mesh.dbt("finance", &["build"]).ok();
    assert_eq!(upstream(&mesh), before);
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_schema_and_an_alias_of_the_root_project_do_not_move_an_upstream_relation() {
    let mesh = finance_with("  +schema: elsewhere\n");
    mesh.dbt("finance", &["parse", "--no-partial-parse"]).ok();
    let manifest = mesh.read_json("finance", "target/manifest.json");
    let stub = &manifest["nodes"]["model.sales.orders"];
    assert_eq!(stub["schema"], "sales", "{stub}");
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_clone_with_full_refresh_never_reaches_an_upstream_table() {
    let mesh = finance_with("");
    let before = upstream(&mesh);
    let state = mesh.root().join("state");
    std::fs::create_dir_all(&state).unwrap();
    // A state in which the upstream stands elsewhere: what a clone would copy over the upstream's table.
    let manifest = mesh.read("finance", "target/manifest.json").replace(r#"\"inventory\""#, r#"\"elsewhere\""#);
    std::fs::write(state.join("manifest.json"), manifest).unwrap();
    let state = state.display().to_string();
    mesh.dbt("finance", &["clone", "--full-refresh", "--state", &state]).fails_with("reads it and never builds it");
    assert_eq!(upstream(&mesh), before);
}
