//! Resolution and the `loom` binding, over HTTP.

use serde_json::{Value, json};

use crate::{
    client::Registry,
    database::{Database, on_both_stores},
    mesh::Sample,
};

fn chosen(resolved: &Value) -> Vec<String> {
    let packages = resolved["packages"].as_array().unwrap_or_else(|| panic!("{resolved}"));
    packages.iter().map(|one| format!("{} {}", one["package_name"], one["version"]).replace('"', "")).collect()
}

/// inventory 1.0.0 and 1.4.0, sales 1.0.0 on `^1`.
async fn mesh(registry: &Registry) {
    for version in ["1.0.0", "1.4.0"] {
        assert_eq!(registry.publish(&Sample { version, ..Sample::default() }).await.status, 201);
    }
    let requires = json!({"inventory": "^1"});
    let sales = Sample { package_name: "sales", requires, reads: &["inventory"], ..Sample::default() };
    assert_eq!(registry.publish(&sales).await.status, 201);
}

on_both_stores! {
    async fn what_is_deployed_is_chosen_with_what_it_requires(database: &Database) {
        let registry = Registry::open(database).await;
        mesh(&registry).await;
        let resolved = registry.post("/v1/resolve", &json!({"requires": {"sales": "*"}})).await.json();
        assert_eq!(chosen(&resolved), ["inventory 1.4.0", "sales 1.0.0"]);
        let environment = registry.get("/v1/projects/inventory/environments/prod").await.json();
        assert_eq!(resolved["packages"][0]["relations_digest"], environment["relations_digest"]);
        registry.put("/v1/projects/inventory/environments/prod", &json!({"version": "1.0.0"})).await;
        let resolved = registry.post("/v1/resolve", &json!({"requires": {"sales": "*"}})).await.json();
        assert_eq!(chosen(&resolved), ["inventory 1.0.0", "sales 1.0.0"]);
        let latest = registry.post("/v1/resolve", &json!({"requires": {"sales": "*"}, "latest": true})).await.json();
        assert_eq!(chosen(&latest), ["inventory 1.4.0", "sales 1.0.0"]);
    }

    async fn a_conflict_names_both_paths_and_what_is_deployed(database: &Database) {
        let registry = Registry::open(database).await;
        mesh(&registry).await;
        let asked = json!({"package_name": "finance", "requires": {"inventory": "^2", "sales": "*"}});
        let refused = registry.post("/v1/resolve", &asked).await;
        assert_eq!((refused.status.as_u16(), refused.problem().as_str()), (409, "resolution_conflict"));
        let problem = refused.json();
        let conflict = &problem["conflicts"][0];
        assert_eq!(conflict["deployed"], "1.4.0");
        assert_eq!(conflict["published"], json!(["1.4.0", "1.0.0"]), "the explanation knows every version");
        let paths: Vec<String> = conflict["required_by"].as_array().unwrap().iter().map(|by| {
            by["path"].as_array().unwrap().iter().map(|step| step["package_name"].as_str().unwrap()).collect::<Vec<_>>().join(" → ")
        }).collect();
        assert_eq!(paths, ["finance", "finance → sales"]);
        assert!(problem["detail"].as_str().unwrap().contains("1.4.0"), "{problem}");
    }

    async fn what_is_not_there_is_a_conflict_too(database: &Database) {
        let registry = Registry::open(database).await;
        mesh(&registry).await;
        let asked = json!({"requires": {"nobody": "*", "inventory": "*"}, "environment": "staging"});
        let problem = registry.post("/v1/resolve", &asked).await.json();
        let kinds: Vec<_> = problem["conflicts"].as_array().unwrap().iter().map(|conflict| conflict["kind"].clone()).collect();
        assert_eq!(kinds, ["not_deployed", "not_published"]);
        let asked = json!({"requires": {"inventory": "*"}, "environment": "staging", "fallback": {"staging": "prod"}});
        assert_eq!(chosen(&registry.post("/v1/resolve", &asked).await.json()), ["inventory 1.4.0"]);
    }

    async fn a_yanked_version_is_passed_by_unless_it_is_deployed(database: &Database) {
        let registry = Registry::open(database).await;
        mesh(&registry).await;
        registry.post("/v1/projects/inventory/publications/1.4.0/yank", &json!({"yanked": true})).await;
        let latest = registry.post("/v1/resolve", &json!({"requires": {"inventory": "^1"}, "latest": true})).await.json();
        assert_eq!(chosen(&latest), ["inventory 1.0.0"]);
        let deployed = registry.post("/v1/resolve", &json!({"requires": {"inventory": "^1"}})).await.json();
        assert_eq!(chosen(&deployed), ["inventory 1.4.0"]);
        assert_eq!(deployed["packages"][0]["yanked"], true);
    }

    async fn dbt_loom_is_given_the_deployed_interface(database: &Database) {
        let registry = Registry::open(database).await;
        mesh(&registry).await;
        let path = "/v1/projects/inventory/manifest.json";
        let answer = registry.get(&format!("{path}?environment=prod&requirement=^1.2")).await;
        let manifest = answer.json();
        assert_eq!(manifest["metadata"]["project_name"], "inventory");
        assert_eq!(manifest["nodes"]["model.inventory.public"]["relation_name"], "\"mesh\".\"main\".\"inventory\"");
        let known = registry.get_with(path, &[("if-none-match", answer.header("etag"))]).await;
        assert_eq!(known.status, 304);
        let unmet = registry.get(&format!("{path}?requirement=^2")).await;
        assert_eq!(unmet.problem(), "resolution_conflict");
        assert_eq!(unmet.json()["conflicts"][0]["deployed"], "1.4.0");
        registry.put("/v1/projects/inventory/environments/prod", &json!({"version": "1.0.0"})).await;
        assert_eq!(registry.get_with(path, &[("if-none-match", answer.header("etag"))]).await.status, 200);
        for (query, code) in [
            ("requirement=latest", "invalid_requirement"),
            ("environment=Prod", "invalid_name"),
            ("environment=staging", "deployment_not_found"),
            ("env=staging", "invalid_request"),
        ] {
            assert_eq!(registry.get(&format!("{path}?{query}")).await.problem(), code, "{query}");
        }
    }
}
