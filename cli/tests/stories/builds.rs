//! What dbt did not build is not deployed.

use serde_json::json;

use crate::stories::world::{World, fixture};

fn with_results(status: &str, unique_id: &str) -> World {
    let world = World::with(&fixture("mesh"));
    let results = json!({
        "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json", "dbt_version": "1.11.16",
            "generated_at": "2026-11-20T10:47:18.974472Z", "invocation_id": "x", "env": {}},
        "results": [{"status": status, "unique_id": unique_id, "timing": [], "thread_id": "Thread-1",
            "execution_time": 0.1, "adapter_response": {}, "message": null, "failures": null}],
        "elapsed_time": 0.1, "args": {"which": "build"},
    });
    std::fs::write(world.path("inventory/target/run_results.json"), results.to_string()).unwrap();
    world
}

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
fn results_of_another_project_or_of_what_did_not_change_refuse_nothing() {
    let world = with_results("error", "model.elsewhere.products");
    assert_eq!(world.run("inventory", "publish --allow-dirty").code, 0);
    let world = with_results("success", "model.inventory.products");
    assert_eq!(world.run("inventory", "publish --allow-dirty").code, 0);
    let results = world.path("inventory/target/run_results.json");
    let failed = std::fs::read_to_string(&results).unwrap().replace("success", "error");
    std::fs::write(&results, failed).unwrap();
    let again = world.run("inventory", "publish --allow-dirty");
    assert_eq!(again.code, 0, "the same is deployed already: {}", again.stderr);
}
