//! The `loom` binding: an unmodified dbt-loom reads the registry over HTTP.

use crate::harness::{Mesh, Server, dbt};

/// finance without weft's packages, reading its upstreams through dbt-loom.
fn finance_through_loom(mesh: &Mesh, url: &str) -> String {
    for path in ["packages.yml", "weft.lock"] {
        let _ = std::fs::remove_file(mesh.project("finance").join(path));
    }
    for path in [".weft", "dbt_packages", "target"] {
        let _ = std::fs::remove_dir_all(mesh.project("finance").join(path));
    }
    let manifest = |name: &str| {
        format!("  - name: {name}\n    type: file\n    config: {{path: '{url}/v1/projects/{name}/manifest.json'}}\n")
    };
    let config = format!("manifests:\n{}{}", manifest("inventory"), manifest("sales"));
    mesh.write("finance", "dbt_loom.config.yml", &config);
    mesh.project("finance").join("dbt_loom.config.yml").display().to_string()
}

#[test]
#[ignore = "set WEFT_DBT"]
fn dbt_loom_builds_finance_from_the_registry_over_http() {
    let mesh = Mesh::built();
    let server = Server::start(&mesh.registry().display().to_string());
    let config = finance_through_loom(&mesh, &server.url);
    let loom = [("DBT_LOOM_CONFIG", config.as_str())];
    // dbt's own unit tests cannot mock a model that dbt-loom injected; with weft's packages they can.
    let build = ["build", "--exclude-resource-type", "unit_test"];
    mesh.engine(&dbt(), "finance", &build, &loom).ok();
    assert_eq!(mesh.rows("select sum(profit) from finance.order_profit_and_loss"), ["339.00"]);

    let manifest = mesh.read_json("finance", "target/manifest.json");
    let nodes = manifest["nodes"].as_object().unwrap();
    assert!(nodes.contains_key("model.inventory.stock_levels.v2"));
    assert!(!nodes.keys().any(|id| id.contains(".stg_")), "nothing that is private reaches finance");

    let published = mesh.weft_at("finance", &server.url, &["publish", "--format", "json"]).ok().json();
    // dbt-loom tells no types of what it injects: those that flow into nodes that are not public are not known then.
    let response = &published["data"]["response"];
    let is_told_alike = response["outcome"] == "unchanged" || response["check"]["findings_total"] == 0;
    assert!(is_told_alike, "injected by dbt-loom or by weft is the same for its readers: {published}");
    let [by_weft, by_loom] = ["1.0.0", response["version"].as_str().unwrap()].map(|version| {
        let shown = mesh.weft_at("finance", &server.url, &["show", "finance", version, "--format", "json"]).ok().json();
        shown["data"]["publication"]["interface"].clone()
    });
    assert_eq!(by_weft, by_loom);
}

#[test]
#[ignore = "set WEFT_DBT"]
fn dbt_loom_reads_the_files_that_resolve_writes() {
    let mesh = Mesh::built();
    finance_through_loom(&mesh, "http://127.0.0.1:9");
    mesh.weft("finance", &["resolve", "--binding", "loom"]).ok();
    let config = mesh.project("finance").join(".weft/dbt_loom.config.yml").display().to_string();
    mesh.engine(&dbt(), "finance", &["parse"], &[("DBT_LOOM_CONFIG", config.as_str())]).ok();
    let manifest = mesh.read_json("finance", "target/manifest.json");
    assert!(manifest["nodes"]["model.sales.orders"].is_object());
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_project_moves_to_dbt_loom_and_back_and_nothing_is_left_behind() {
    let mesh = Mesh::built();
    mesh.resolve("finance");
    let before = mesh.read("finance", "packages.yml");
    let exists = |path: &str| mesh.project("finance").join(path).exists();
    mesh.weft("finance", &["resolve", "--binding", "loom", "--write"]).ok();
    assert!(!exists("packages.yml") && !exists("dbt_packages/inventory"), "{before}");
    // No variable is set: the project's own configuration is read.
    mesh.dbt("finance", &["build", "--exclude-resource-type", "unit_test"]).ok();
    assert_eq!(mesh.rows("select sum(profit) from finance.order_profit_and_loss"), ["339.00"]);
    let manifest = mesh.read_json("finance", "target/manifest.json");
    let reads = &manifest["nodes"]["model.sales.order_products"]["depends_on"]["nodes"];
    assert!(reads.as_array().unwrap().contains(&"model.inventory.products".into()), "across projects: {reads}");

    mesh.resolve("finance");
    assert_eq!(mesh.read("finance", "packages.yml"), before);
    assert!(!exists("dbt_loom.config.yml"));
    mesh.dbt("finance", &["build"]).ok();

    mesh.write("finance", "weft.yml", "requires: {}\n");
    mesh.weft("finance", &["resolve", "--write"]).ok();
    assert!(!exists("packages.yml") && !exists("dbt_packages/inventory") && !exists(".weft/packages/inventory"));
    mesh.dbt("finance", &["build"]).fails_with("which was not found");
}
