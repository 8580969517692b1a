//! Readers that are not models: what dbt checks of a source, or is given instead of it, fails with the column that it
//! names.

use std::fs;

use crate::harness::{Mesh, Said};

const PROFILE: &str = "profile: weft_samples\nversion: 1.0.0\nflags: {send_anonymous_usage_stats: false}\n";

const SOURCES: &str = "
sources:
  - name: up
    schema: up
    tables:
      - name: m
        config:
          loaded_at_field: \"cast(loaded as timestamp)\"
          freshness: {warn_after: {count: 900, period: day}}
        columns:
          - name: held
            data_tests: [not_null]
          - name: kind
            data_tests: [{accepted_values: {arguments: {values: ['x']}}}]
          - name: single
            data_tests: [unique]
          - name: child
            data_tests: [{relationships: {arguments: {to: ref('r'), field: id}}}]
          - name: least
            data_tests: [{in_range: {arguments: {least: 0}, config: {where: filtered > 0}}}]
models:
  - name: r
    columns:
      - name: id
        data_tests: [{relationships: {arguments: {to: \"source('up', 'm')\", field: parent}}}]
unit_tests:
  - name: as_rows
    model: r
    given: [{input: \"source('up', 'm')\", rows: [{id: 1, given: 2}]}]
    expect: {rows: [{id: 1}]}
  - name: as_csv
    model: r
    given:
      - input: source('up', 'm')
        format: csv
        rows: |
          id,separated
          1,2
    expect: {rows: [{id: 1}]}
  - name: as_sql
    model: r
    given: [{input: \"source('up', 'm')\", format: sql, rows: select 1 as id}]
    expect: {rows: [{id: 1}]}
";

/// The columns of the upstream's table; each but the last is named by one thing beside the model.
const COLUMNS: [(&str, &str); 13] = [
    ("id", "1"),
    ("held", "1"),
    ("kind", "'x'"),
    ("single", "1"),
    ("child", "1"),
    ("parent", "1"),
    ("least", "1"),
    ("filtered", "1"),
    ("loaded", "current_timestamp"),
    ("given", "1"),
    ("separated", "1"),
    ("written", "1"),
    ("free", "1"),
];

/// What names each column, and by which command of dbt it is asked.
const NAMED: [(&str, &str, &str); 12] = [
    ("id", "model.down.r", "build"),
    ("held", "test.down.source_not_null_up_m_held.", "build"),
    ("kind", "test.down.source_accepted_values_up_m_kind__x.", "build"),
    ("single", "test.down.source_unique_up_m_single.", "build"),
    ("child", "test.down.source_relationships_up_m_child__id__ref_r_.", "build"),
    ("parent", "model.down.r", "build"),
    ("least", "test.down.source_in_range_up_m_least__0.", "build"),
    ("filtered", "test.down.source_in_range_up_m_least__0.", "build"),
    ("loaded", "source.down.up.m", "freshness"),
    ("given", "unit_test.down.r.as_rows", "build"),
    ("separated", "unit_test.down.r.as_csv", "build"),
    ("written", "test.down.by_its_text", "build"),
];

/// The upstream's table without a column.
fn upstream(mesh: &Mesh, without: &str) {
    let columns = COLUMNS.iter().filter(|(name, _)| *name != without).map(|(name, value)| format!("{value} as {name}"));
    mesh.write("up", "models/m.sql", &format!("select {}", columns.collect::<Vec<_>>().join(", ")));
    mesh.dbt("up", &["build"]).ok();
}

fn downstream(mesh: &Mesh, command: &str) -> Said {
    match command {
        "freshness" => mesh.dbt("down", &["source", "freshness"]),
        other => mesh.dbt("down", &[other]),
    }
}

/// Two projects, the second with a source over the table of the first.
fn mesh() -> Mesh {
    let mesh = Mesh::new();
    for (name, more) in [("up", "models: {+materialized: table, +schema: up}\n"), ("down", "models: {+schema: down}\n")]
    {
        let folder = mesh.project(name);
        fs::create_dir_all(folder.join("models")).unwrap();
        fs::create_dir_all(folder.join("macros")).unwrap();
        fs::create_dir_all(folder.join("tests/generic")).unwrap();
        mesh.write(name, "dbt_project.yml", &format!("name: {name}\n{PROFILE}{more}"));
        mesh.write(name, "weft.yml", "{}\n");
        let schema = "{% macro generate_schema_name(custom, node) %}{{ custom or target.schema }}{% endmacro %}\n";
        mesh.write(name, "macros/schema.sql", schema);
    }
    mesh.write("up", "models/m.yml", "models: [{name: m, access: public}]\n");
    mesh.write("down", "models/r.sql", "select id from {{ source('up', 'm') }}\n");
    mesh.write("down", "models/sources.yml", SOURCES);
    let test = "{% test in_range(model, column_name, least) %}\nselect * from {{ model }} where {{ column_name }} < \
                {{ least }}\n{% endtest %}\n";
    mesh.write("down", "tests/generic/in_range.sql", test);
    mesh.write("down", "tests/by_its_text.sql", "select written from up.m where written < 0\n");
    upstream(&mesh, "");
    mesh.weft("up", &["publish"]).ok();
    downstream(&mesh, "freshness").ok();
    downstream(&mesh, "build").ok();
    mesh.weft("down", &["publish"]).ok();
    mesh
}

#[test]
#[ignore = "set WEFT_DBT"]
fn what_dbt_checks_of_a_source_is_a_reader_of_the_columns_that_it_names() {
    let mesh = mesh();
    for (column, reader, command) in NAMED {
        upstream(&mesh, column);
        let failed = downstream(&mesh, command);
        assert_ne!(failed.code, 0, "{column}: {failed}");
        assert!(failed.all().contains(column), "{column}: {failed}");
        let checked = mesh.weft("up", &["check"]);
        let told = format!("read by down 1.0.0: {reader}");
        let of_column =
            checked.stdout.split("error[").find(|found| found.contains(&format!("column `{column}` is gone")));
        assert_eq!(checked.code, 1, "{column}: {checked}");
        assert!(of_column.is_some_and(|found| found.contains(&told)), "{column}: no {told:?} in {checked}");
        let asked = mesh.weft("up", &["consumers", &format!("m.{column}")]).ok();
        assert!(asked.stdout.contains(reader), "{column}: {asked}");
        mesh.weft("up", &["publish"]).fails_with("deployment_refused");
    }
    // What nobody names goes: the other rows of unit tests that are SQL ask nothing of the table.
    upstream(&mesh, "free");
    downstream(&mesh, "build").ok();
    downstream(&mesh, "freshness").ok();
    let checked = mesh.weft("up", &["check"]);
    assert!(!checked.stdout.contains("read by"), "{checked}");
    mesh.weft("up", &["publish"]).ok();
}
