//! What dbt did not build is not deployed.

use serde_json::{Value, json};

use crate::stories::world::{World, fixture};

/// The results of a run of dbt with one node.
fn results(command: &str, status: &str, unique_id: &str) -> String {
    let results = json!({
        "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json", "dbt_version": "1.11.16",
            "generated_at": "2026-11-20T10:47:18.974472Z", "invocation_id": "x", "env": {}},
        "results": [{"status": status, "unique_id": unique_id, "timing": [], "thread_id": "Thread-1",
            "execution_time": 0.1, "adapter_response": {}, "message": null, "failures": null}],
        "elapsed_time": 0.1, "args": {"which": command},
    });
    results.to_string()
}

fn with_results(status: &str, unique_id: &str) -> World {
    let world = World::with(&fixture("mesh"));
    std::fs::write(world.path(RESULTS), results("build", status, unique_id)).unwrap();
    world
}

const MANIFEST: &str = "inventory/target/manifest.json";
const RESULTS: &str = "inventory/target/run_results.json";

#[test]
fn a_node_that_dbt_failed_to_build_is_not_deployed_unless_that_is_said() {
    for status in ["error", "skipped"] {
        let world = with_results(status, "model.inventory.products");
        let refused = world.run("inventory", "publish --allow-dirty");
        assert_eq!(refused.code, 1, "{}", refused.stderr);
        assert!(refused.stderr.contains("error[build_failed]"), "{}", refused.stderr);
        assert!(refused.stderr.contains(&format!("`model.inventory.products` ({status})")), "{}", refused.stderr);
        assert_eq!(world.run("inventory", "publish --allow-dirty --dry-run").code, 1);
        assert_eq!(world.run("inventory", "publish --allow-dirty --no-deploy").code, 0);
        assert_eq!(world.run("inventory", "publish --allow-dirty --force known").code, 0);
    }
}

#[test]
fn nodes_that_failed_and_are_not_part_of_the_change_are_counted() {
    let world = World::with(&fixture("mesh"));
    let mut manifest: Value = serde_json::from_slice(&std::fs::read(world.path(MANIFEST)).unwrap()).unwrap();
    for description in ["as it was", "as it is"] {
        assert_eq!(world.run("inventory", "publish --allow-dirty").code, 0);
        manifest["nodes"]["model.inventory.products"]["description"] = json!(description);
        std::fs::write(world.path(MANIFEST), manifest.to_string()).unwrap();
    }
    let failed = |ids: &[&str]| {
        let mut all: Value = serde_json::from_str(&results("build", "error", ids[0])).unwrap();
        let first = all["results"][0].clone();
        for id in &ids[1..] {
            let mut more = first.clone();
            more["unique_id"] = json!(id);
            all["results"].as_array_mut().unwrap().push(more);
        }
        std::fs::write(world.path(RESULTS), all.to_string()).unwrap();
        let refused = world.run("inventory", "publish --allow-dirty --stale");
        assert_eq!(refused.code, 1, "{}", refused.stderr);
        refused.stderr
    };
    let said = failed(&["model.inventory.products", "test.inventory.not_null"]);
    assert!(!said.contains("more node"), "{said}");
    let said = failed(&["model.inventory.products", "model.inventory.hidden", "seed.inventory.hidden_too"]);
    assert!(said.contains("2 more nodes failed, not in the interface"), "{said}");
    let said = failed(&["model.inventory.products", "model.inventory.stock_levels.v1", "model.inventory.hidden"]);
    assert!(said.contains("1 more node failed that did not change, and 1 not in the interface"), "{said}");
}

#[test]
fn results_of_another_project_or_of_what_did_not_change_refuse_nothing() {
    let world = with_results("error", "model.elsewhere.products");
    assert_eq!(world.run("inventory", "publish --allow-dirty").code, 0);
    let world = with_results("success", "model.inventory.products");
    assert_eq!(world.run("inventory", "publish --allow-dirty").code, 0);
    let results = world.path(RESULTS);
    let failed = std::fs::read_to_string(&results).unwrap().replace("success", "error");
    std::fs::write(&results, failed).unwrap();
    let again = world.run("inventory", "publish --allow-dirty");
    assert_eq!(again.code, 0, "the same is deployed already: {}", again.stderr);
}

/// A world in which the inventory is deployed, and where a column of one of its models was added since.
fn with_a_new_column() -> World {
    let world = World::with(&fixture("mesh"));
    assert_eq!(world.run("inventory", "publish --allow-dirty").code, 0);
    let path = world.path("inventory/target/manifest.json");
    let mut manifest: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let columns = &mut manifest["nodes"]["model.inventory.products"]["columns"];
    columns["origin_country"] = json!({"name": "origin_country", "data_type": "varchar"});
    manifest["metadata"]["invocation_id"] = json!("y");
    std::fs::write(&path, manifest.to_string()).unwrap();
    let _ = std::fs::remove_file(world.path("inventory/target/catalog.json"));
    world
}

#[test]
fn a_publisher_reads_why_it_is_unknown_whether_a_new_column_was_built() {
    let world = with_a_new_column();
    let told = |file: Option<String>| {
        let path = world.path(RESULTS);
        match file {
            Some(file) => std::fs::write(path, file).unwrap(),
            None => drop(std::fs::remove_file(path)),
        }
        let run = world.run("inventory", "publish --allow-dirty --stale --dry-run");
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stderr
    };
    let products = "model.inventory.products";
    for (file, why) in [
        (None, "there is no `run_results.json` beside the manifest"),
        (Some(results("compile", "success", products)), "the last run was `dbt compile`, which builds nothing"),
        (Some(results("build", "success", products)), "come from different runs of dbt"),
    ] {
        let stderr = told(file);
        assert!(
            stderr.contains("unknown whether the warehouse has the new columns of `model.inventory.products`"),
            "{stderr}"
        );
        assert!(stderr.contains(why), "{stderr}");
    }
    let of_this_run = |unique_id| results("build", "success", unique_id).replace(r#""x""#, r#""y""#);
    assert!(told(Some(of_this_run("model.inventory.other"))).contains("the last run did not build them"));
    assert!(!told(Some(of_this_run(products))).contains("unknown whether"));
}

#[test]
fn results_that_cannot_be_read_deploy_nothing_unless_that_is_said() {
    let world = with_a_new_column();
    let whole = results("build", "error", "model.inventory.products");
    for file in [&whole[..whole.len() / 2], "", "[]", "{\"metadata\": {}}"] {
        std::fs::write(world.path(RESULTS), file).unwrap();
        let refused = world.run("inventory", "publish --allow-dirty --stale");
        assert_eq!(refused.code, 2, "{file}: {}", refused.stderr);
        assert!(refused.stderr.contains("run_results.json"), "{}", refused.stderr);
        assert_eq!(world.run("inventory", "publish --allow-dirty --stale --no-deploy --dry-run").code, 0);
        assert_eq!(world.run("inventory", "publish --allow-dirty --stale --force known --dry-run").code, 0);
    }
}

#[test]
fn a_column_that_dbt_failed_to_build_is_published_as_one_that_the_table_lacks() {
    let world = with_a_new_column();
    std::fs::write(world.path(RESULTS), results("build", "error", "model.inventory.products")).unwrap();
    let published = world.run("inventory", "publish --allow-dirty --stale --no-deploy --dry-run --format json");
    assert_eq!(published.code, 0, "{}", published.stderr);
    let answer: Value = serde_json::from_str(&published.stdout).unwrap();
    let node = &answer["data"]["request"]["publication"]["interface"]["model.inventory.products"];
    let columns = node["columns"].as_array().unwrap();
    let marked: Vec<_> = columns.iter().filter(|column| column["only_in"] == "sql").map(|it| &it["name"]).collect();
    assert_eq!(marked, ["origin_country"]);
}
