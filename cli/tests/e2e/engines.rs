//! dbt Core 1.12, 2.0 and Fusion read the same packages; Fusion also reads the `fusion` binding.

use std::path::Path;

use crate::{
    harness::{Mesh, Server, engine, skipped},
    hub,
};

const CORE112: &str = "WEFT_DBT_CORE112";
const CORE2: &str = "WEFT_DBT_CORE2";
const FUSION: &str = "WEFT_DBT_FUSION";

fn parses_and_compiles(mesh: &Mesh, dbt: &Path) {
    for command in ["parse", "compile"] {
        mesh.engine(dbt, "finance", &[command], &[]).ok();
    }
}

/// Local path, hub and tarball, one after another, on one engine.
fn finance_installs_parses_and_compiles(variable: &str) {
    let Some(dbt) = engine(variable) else {
        return skipped("finance_installs_parses_and_compiles", &format!("{variable} is not set"));
    };
    let mesh = Mesh::built();
    let server = Server::start(&mesh.registry().display().to_string());
    mesh.weft("finance", &["resolve", "--write"]).ok();
    mesh.engine(&dbt, "finance", &["deps"], &[]).ok();
    parses_and_compiles(&mesh, &dbt);

    hub::install_from_hub(&mesh, &dbt, &server);
    parses_and_compiles(&mesh, &dbt);

    hub::bare_finance(&mesh, &hub::tarballs(&server));
    mesh.engine(&dbt, "finance", &["deps"], &[]).ok();
    parses_and_compiles(&mesh, &dbt);
}

/// What this engine writes about finance is what dbt 1.11 wrote.
fn finance_publishes_the_same(variable: &str) {
    let Some(dbt) = engine(variable) else {
        return skipped("finance_publishes_the_same", &format!("{variable} is not set"));
    };
    let mesh = Mesh::built();
    mesh.weft("finance", &["resolve", "--write"]).ok();
    mesh.engine(&dbt, "finance", &["deps"], &[]).ok();
    mesh.engine(&dbt, "finance", &["parse"], &[]).ok();
    let request = |mesh: &Mesh| {
        let said = mesh.weft("finance", &["publish", "--dry-run", "--format", "json"]).ok();
        let mut publication = said.json()["data"]["request"]["publication"].clone();
        // Each engine takes its own checksum of a file.
        for node in publication["interface"].as_object_mut().unwrap().values_mut() {
            node.as_object_mut().unwrap().remove("checksum");
        }
        // What is parsed has no SQL; dbt 1.11's stands for what it compiled before, which says more.
        for node in publication["lineage"].as_object_mut().unwrap().values_mut() {
            node.as_object_mut()
                .unwrap()
                .retain(|part, _| !matches!(part.as_str(), "reading" | "unknown" | "shape" | "text"));
        }
        for usage in publication["uses"].as_array_mut().unwrap() {
            usage.as_object_mut().unwrap().retain(|part, _| !matches!(part.as_str(), "columns" | "star"));
        }
        publication
    };
    let here = request(&mesh);
    mesh.dbt("finance", &["deps"]).ok();
    mesh.dbt("finance", &["parse", "--no-partial-parse"]).ok();
    let there = request(&mesh);
    for part in ["interface", "uses", "exposures", "lineage", "groups"] {
        assert_eq!(here[part], there[part], "{part}");
    }
}

fn the_guards_hold(variable: &str) {
    let Some(dbt) = engine(variable) else {
        return skipped("the_guards_hold", &format!("{variable} is not set"));
    };
    let mesh = Mesh::built();
    mesh.weft("finance", &["resolve", "--write"]).ok();
    let project = mesh.read("finance", "dbt_project.yml");
    for materialized in ["table", "view", "incremental"] {
        let models = format!("\nmodels:\n  +materialized: {materialized}\n");
        mesh.write("finance", "dbt_project.yml", &project.replace("\nmodels:\n", &models));
        mesh.engine(&dbt, "finance", &["deps"], &[]).ok();
        mesh.engine(&dbt, "finance", &["compile"], &[]).fails_with("weft_interface");
    }
}

#[test]
#[ignore = "set WEFT_DBT"]
fn dbt_core_2_installs_parses_and_compiles_finance() {
    finance_installs_parses_and_compiles(CORE2);
}

#[test]
#[ignore = "set WEFT_DBT"]
fn fusion_installs_parses_and_compiles_finance() {
    finance_installs_parses_and_compiles(FUSION);
}

#[test]
#[ignore = "set WEFT_DBT"]
fn dbt_core_1_12_installs_parses_and_compiles_finance() {
    finance_installs_parses_and_compiles(CORE112);
}

#[test]
#[ignore = "set WEFT_DBT"]
fn the_guards_hold_on_dbt_core_1_12() {
    the_guards_hold(CORE112);
}

#[test]
#[ignore = "set WEFT_DBT"]
fn dbt_core_1_12_and_1_11_publish_the_same_of_finance() {
    finance_publishes_the_same(CORE112);
}

#[test]
#[ignore = "set WEFT_DBT"]
fn the_guards_hold_on_dbt_core_2() {
    the_guards_hold(CORE2);
}

#[test]
#[ignore = "set WEFT_DBT"]
fn the_guards_hold_on_fusion() {
    the_guards_hold(FUSION);
}

#[test]
#[ignore = "set WEFT_DBT"]
fn dbt_core_2_and_dbt_1_publish_the_same_of_finance() {
    finance_publishes_the_same(CORE2);
}

#[test]
#[ignore = "set WEFT_DBT"]
fn fusion_and_dbt_1_publish_the_same_of_finance() {
    finance_publishes_the_same(FUSION);
}

#[test]
#[ignore = "set WEFT_DBT"]
fn fusion_compiles_finance_from_the_publication_files() {
    let Some(dbt) = engine(FUSION) else {
        return skipped("fusion_compiles_finance_from_the_publication_files", "WEFT_DBT_FUSION is not set");
    };
    let mesh = Mesh::built();
    mesh.weft("finance", &["resolve", "--binding", "fusion"]).ok();
    std::fs::remove_file(mesh.project("finance").join("packages.yml")).unwrap();
    let _ = std::fs::remove_dir_all(mesh.project("finance").join("dbt_packages"));
    mesh.write("finance", "dependencies.yml", "projects:\n  - name: inventory\n  - name: sales\n");
    let publications = mesh.project("finance").join(".weft/publications").display().to_string();
    let env = [("DBT_CLOUD_PUBLICATIONS_DIR", publications.as_str())];
    for command in ["parse", "compile"] {
        mesh.engine(&dbt, "finance", &[command], &env).ok();
    }
    let compiled = mesh.read("finance", "target/compiled/finance/models/intermediate/order_line_costs.sql");
    assert!(compiled.contains("stock_levels_v2"), "{compiled}");
}
