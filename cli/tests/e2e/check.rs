//! The check in a pull request: a branch of a real git repository, parsed by real dbt on both sides.

use std::process::Command;

use serde_json::Value;

use crate::harness::{Mesh, dbt, run, weft};

/// The findings about a change of inventory on a branch, against where the branch left `main`; with the exit code.
fn pull_request(change: impl Fn(&Mesh)) -> (i32, Value) {
    let mesh = Mesh::new();
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"];
        run(Command::new("git").args(identity).args(arguments).current_dir(mesh.root().join("projects"))).ok();
    };
    git(&["init", "--quiet"]);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message", "before"]);
    git(&["checkout", "--quiet", "-b", "change"]);
    change(&mesh);
    git(&["commit", "--quiet", "--all", "--message", "after"]);
    mesh.dbt("inventory", &["parse"]).ok();
    let path = format!("{}:{}", dbt().parent().unwrap().display(), std::env::var("PATH").unwrap());
    let said = run(weft()
        .args(["check", "--against", "git:main", "--format", "json"])
        .current_dir(mesh.project("inventory"))
        .env("PATH", path)
        .env("DBT_PROFILES_DIR", mesh.root().join("projects"))
        .env("WEFT_SAMPLES_DUCKDB", mesh.duckdb()));
    assert!(!mesh.project("inventory").join(".weft/checkout").exists(), "nothing is left behind");
    (said.code, said.json()["data"].clone())
}

/// Replaces a text that is there in a file of inventory.
fn edit(mesh: &Mesh, path: &str, from: &str, to: &str) {
    let text = mesh.read("inventory", path);
    assert!(text.contains(from), "no {from:?} in {path}");
    mesh.write("inventory", path, &text.replacen(from, to, 1));
}

const YAML: &str = "models/marts/marts.yml";
const PRODUCTS: &str = "models/marts/products.sql";
const STOCK: &str = "models/marts/stock_levels_v2.sql";

/// The finding of a rule, which must be there.
#[track_caller]
fn finding<'a>(report: &'a Value, rule: &str) -> &'a Value {
    let found = report["findings"].as_array().unwrap().iter().find(|finding| finding["rule"] == rule);
    found.unwrap_or_else(|| panic!("no {rule} in {report:#}"))
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_dropped_column_is_an_error_and_asks_for_a_major_version() {
    let (code, report) = pull_request(|mesh| {
        edit(mesh, PRODUCTS, "    cast(category as varchar) as category,\n", "");
        edit(
            mesh,
            YAML,
            "      - name: category\n        data_type: varchar\n        description: Shelf the product belongs to.\n        \
             constraints:\n          - type: not_null\n        data_tests:\n          - accepted_values:\n              \
             arguments:\n                values: [Plush, Wooden toys, Games, Vehicles]\n",
            "",
        );
    });
    let found = finding(&report, "column_removed");
    assert_eq!((code, &report["required_update"]), (1, &Value::from("major")), "{report:#}");
    assert_eq!((&found["unique_id"], &found["column"]), (&"model.inventory.products".into(), &"category".into()));
    assert_eq!((&found["level"], &found["evidence"]), (&"error".into(), &"contract".into()));
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_renamed_column_is_one_finding_with_the_shim_to_write() {
    let (code, report) = pull_request(|mesh| {
        edit(mesh, PRODUCTS, "as price\n", "as unit_price\n");
        edit(mesh, YAML, "- name: price\n", "- name: unit_price\n");
        edit(mesh, YAML, "expression: price > 0", "expression: unit_price > 0");
    });
    let found = finding(&report, "column_renamed");
    assert_eq!((code, &found["level"], &found["column"]), (1, &"error".into(), &"price".into()), "{report:#}");
    let remedy = found["remedy"].as_str().unwrap();
    assert!(remedy.contains("unit_price as price"), "{remedy}");
    let removed = report["findings"].as_array().unwrap().iter().any(|finding| finding["rule"] == "column_removed");
    assert!(!removed, "a rename is not told twice: {report:#}");
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_narrowed_type_is_seen_though_dbt_says_nothing() {
    let (_, report) = pull_request(|mesh| {
        edit(mesh, STOCK, "as decimal(12,2)) as acquisition_cost", "as decimal(10,2)) as acquisition_cost");
        edit(
            mesh,
            YAML,
            "- name: acquisition_cost\n        data_type: decimal(12,2)",
            "- name: acquisition_cost\n        data_type: decimal(10,2)",
        );
    });
    let found = finding(&report, "type_narrowed");
    assert_eq!(
        (&found["unique_id"], &found["column"]),
        (&"model.inventory.stock_levels.v2".into(), &"acquisition_cost".into())
    );
    assert_eq!(report["required_update"], "major", "{report:#}");
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_model_that_is_no_longer_public_is_gone_for_its_readers() {
    let (code, report) = pull_request(|mesh| {
        edit(mesh, YAML, "      group: merchandising\n", "      group: merchandising\n      access: protected\n");
    });
    let gone = report["findings"].as_array().unwrap();
    let gone = gone.iter().any(|it| it["unique_id"] == "model.inventory.products" && it["level"] == "error");
    assert!(gone, "{report:#}");
    assert_eq!((code, &report["required_update"]), (1, &Value::from("major")), "{report:#}");
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_model_version_removed_before_its_date_is_an_error() {
    let (code, report) = pull_request(|mesh| {
        std::fs::remove_file(mesh.project("inventory").join("models/marts/stock_levels_v1.sql")).unwrap();
        let text = mesh.read("inventory", YAML);
        let (head, rest) = text.split_once("      - v: 1\n").unwrap();
        let (_, tail) = rest.split_once("      - v: 2\n").unwrap();
        mesh.write("inventory", YAML, &format!("{head}      - v: 2\n{tail}"));
    });
    let found = finding(&report, "version_removed_early");
    assert_eq!((code, &found["unique_id"]), (1, &"model.inventory.stock_levels.v1".into()), "{report:#}");
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_change_that_no_reader_can_feel_passes() {
    let (code, report) = pull_request(|mesh| {
        edit(
            mesh,
            YAML,
            "data_type: integer\n        description: Number of the product.",
            "data_type: int\n        description: Number of the product.",
        );
    });
    assert_eq!(code, 0, "{report:#}");
    let types =
        report["findings"].as_array().unwrap().iter().filter(|it| it["rule"].as_str().unwrap().starts_with("type_"));
    assert_eq!(types.count(), 0, "integer and int are one type: {report:#}");
}
