//! The check in a pull request: a branch of a real git repository, parsed by real dbt on both sides.

use serde_json::Value;

use crate::{
    harness::{Mesh, engine, skipped},
    pull_request::PullRequest,
};

/// The findings about a change of inventory on a branch, against where the branch left `main`; with the exit code and
/// the branch.
fn pull_request(change: impl Fn(&Mesh)) -> (i32, Value, PullRequest) {
    let branch = PullRequest::new(change);
    let said = branch.check(&["--format", "json"]);
    (said.code, said.json()["data"].clone(), branch)
}

/// Asserts that a finding is at a line of a file.
#[track_caller]
fn is_at(finding: &Value, file: &str, line: usize) {
    assert_eq!(finding["location"], serde_json::json!({ "file": file, "line": line }), "{finding:#}");
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
    let (code, report, branch) = pull_request(|mesh| {
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
    is_at(found, YAML, branch.line(YAML, "models:", "- name: products"));
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_renamed_column_is_one_finding_with_the_shim_to_write() {
    let (code, report, branch) = pull_request(|mesh| {
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
    is_at(found, YAML, branch.line(YAML, "- name: products", "- name: unit_price"));
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_narrowed_type_is_seen_though_dbt_says_nothing() {
    let (_, report, branch) = pull_request(|mesh| {
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
    is_at(found, YAML, branch.line(YAML, "- name: stock_levels", "- name: acquisition_cost"));
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_model_that_is_no_longer_public_is_gone_for_its_readers() {
    let (code, report, branch) = pull_request(|mesh| {
        edit(mesh, YAML, "      group: merchandising\n", "      group: merchandising\n      access: protected\n");
    });
    let gone = report["findings"].as_array().unwrap();
    let gone = gone.iter().find(|it| it["unique_id"] == "model.inventory.products" && it["level"] == "error");
    is_at(gone.unwrap(), YAML, branch.line(YAML, "models:", "- name: products"));
    assert_eq!((code, &report["required_update"]), (1, &Value::from("major")), "{report:#}");
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_model_version_removed_before_its_date_is_an_error() {
    let (code, report, branch) = pull_request(|mesh| {
        std::fs::remove_file(mesh.project("inventory").join("models/marts/stock_levels_v1.sql")).unwrap();
        let text = mesh.read("inventory", YAML);
        let (head, rest) = text.split_once("      - v: 1\n").unwrap();
        let (_, tail) = rest.split_once("      - v: 2\n").unwrap();
        mesh.write("inventory", YAML, &format!("{head}      - v: 2\n{tail}"));
    });
    let found = finding(&report, "version_removed_early");
    assert_eq!((code, &found["unique_id"]), (1, &"model.inventory.stock_levels.v1".into()), "{report:#}");
    is_at(found, YAML, branch.line(YAML, "models:", "- name: stock_levels"));
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_waiver_holds_against_a_revision_too() {
    let branch = PullRequest::new(|mesh| {
        mesh.dbt("inventory", &["parse"]).ok();
        mesh.weft("inventory", &["publish", "--allow-dirty", "--no-deploy"]).ok();
        edit(mesh, YAML, "      group: merchandising\n", "      group: merchandising\n      access: protected\n");
    });
    let registry = branch.mesh.registry().display().to_string();
    let check = ["--format", "json", "--registry", &registry];
    let seen = branch.check(&check);
    assert_eq!(seen.code, 1, "{}", seen.stdout);
    branch.mesh.write("inventory", "target/seen.json", &seen.stdout);
    let file = branch.mesh.project("inventory").join("target/seen.json").display().to_string();
    let waive = ["waive", "access_reduced", "products", "--report", &file];
    let approval = ["--reason", "agreed", "--until", "9999-12-31", "--author", "ana"];
    branch.mesh.weft("inventory", &[&waive[..], &approval[..]].concat()).ok();
    let said = branch.check(&check);
    let report = said.json()["data"].clone();
    let found = finding(&report, "access_reduced");
    assert_eq!((&found["level"], &found["waiver"]["author"]), (&"error".into(), &"ana".into()), "{report:#}");
    assert_eq!((said.code, &report["required_update"]), (0, &"major".into()), "{report:#}");
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_change_that_no_reader_can_feel_passes() {
    let (code, report, _) = pull_request(|mesh| {
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

#[test]
#[ignore = "set WEFT_DBT"]
fn every_engine_says_where_a_column_is() {
    let branch = PullRequest::new(|mesh| edit(mesh, PRODUCTS, "as price\n", "as price -- in euros\n"));
    let inventory = branch.mesh.project("inventory");
    let baseline = branch.mesh.read("inventory", "target/manifest.json").replace("decimal(10,2)", "decimal(38,2)");
    branch.mesh.write("inventory", "before.json", &baseline);
    let line = branch.line(YAML, "- name: products", "- name: price");
    for variable in ["WEFT_DBT", "WEFT_DBT_CORE112", "WEFT_DBT_CORE2", "WEFT_DBT_FUSION"] {
        let Some(dbt) = engine(variable) else {
            skipped("every_engine_says_where_a_column_is", &format!("{variable} is not set"));
            continue;
        };
        branch.mesh.engine(&dbt, "inventory", &["parse"], &[]).ok();
        let before = format!("file:{}", inventory.join("before.json").display());
        let said = branch.mesh.weft("inventory", &["check", "--against", &before, "--format", "json"]);
        is_at(finding(&said.json()["data"], "type_narrowed"), YAML, line);
    }
}
