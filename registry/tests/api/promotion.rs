//! A version that was published in one environment and is deployed to another, without relations.

use serde_json::{Value, json};

use crate::{
    client::Registry,
    database::{Database, on_both_stores},
    lineage::{COLUMNS, PRODUCTS, model, put, relation, sales, web},
};

const PROD: &str = "/v1/projects/inventory/environments/prod";
const CAN_DEPLOY: &str = "/v1/projects/inventory/can-deploy?version=1.1.0";
const NEW: &str = "model.inventory.new";

/// inventory from the target of a schema; 1.1.0 has a node more.
fn inventory(version: &str, schema: &str) -> Value {
    let mut request = crate::lineage::inventory(version, COLUMNS);
    let place = |identifier: &str| {
        let mut place = relation(schema, identifier);
        place["relation_name"] = json!(format!("\"mesh\".\"{schema}\".\"{identifier}\""));
        place
    };
    request["relations"] = json!({PRODUCTS: place("products")});
    if version != "1.0.0" {
        request["publication"]["interface"][NEW] = model("new", COLUMNS);
        request["publication"]["lineage"][NEW] = json!({"resource_type": "model"});
        request["relations"][NEW] = place("new");
    }
    request
}

/// Where the nodes of a deployment are.
async fn tables(registry: &Registry, deployment: &Value) -> Vec<String> {
    let digest = deployment["relations_digest"].as_str().unwrap();
    let relations = registry.get(&format!("/v1/projects/inventory/relations/{digest}")).await.json();
    relations.as_object().unwrap().values().map(|it| it["relation_name"].as_str().unwrap().replace('"', "")).collect()
}

/// inventory 1.0.0 in prod, which sales reads by a ref and web by a source, and 1.1.0 in dev.
async fn mesh(database: &Database) -> Registry {
    let registry = Registry::open(database).await;
    for request in [inventory("1.0.0", "inventory"), sales("1.0.0"), web()] {
        assert_eq!(put(&registry, request, "prod").await.status, 201);
    }
    assert_eq!(put(&registry, inventory("1.1.0", "inventory_dev"), "dev").await.status, 201);
    registry
}

on_both_stores! {
    async fn a_version_from_dev_uses_the_tables_of_prod_and_its_readers_stay(database: &Database) {
        let registry = mesh(database).await;
        let answer = registry.get(CAN_DEPLOY).await.json();
        let told = (&answer["deployable"], &answer["unmet"], answer.get("tables_elsewhere"));
        assert_eq!(told, (&json!(true), &json!([]), None), "{answer}");
        let deployment = registry.put(PROD, &json!({"version": "1.1.0"})).await.json();
        assert_eq!((&deployment["revision"], deployment.get("tables_elsewhere")), (&json!(2), None));
        let mut found = tables(&registry, &deployment).await;
        found.sort();
        assert_eq!(found, ["mesh.inventory.new", "mesh.inventory.products"]);
        let readers = registry.get("/v1/projects/inventory/consumers").await.json();
        assert_eq!(readers["total"], 2, "by a ref and by a source: {readers}");
        let again = registry.put(PROD, &json!({"version": "1.1.0"})).await.json();
        assert_eq!(again["revision"], 2, "the same again changes nothing");
    }

    async fn several_projects_in_one_step_use_the_tables_of_prod_too(database: &Database) {
        let registry = mesh(database).await;
        let step = json!({"deployments": [{"package_name": "inventory", "version": "1.1.0"}]});
        let done = registry.post("/v1/environments/prod/deployments", &step).await.json();
        let found = tables(&registry, &done["deployments"][0]).await;
        assert!(found.iter().all(|table| table.starts_with("mesh.inventory.")), "{found:?}");
    }

    async fn a_break_from_dev_is_refused_for_what_it_breaks(database: &Database) {
        let registry = mesh(database).await;
        let mut request = inventory("2.0.0", "inventory_dev");
        request["publication"]["interface"][PRODUCTS] = model("products", &[("id", "integer"), ("colour", "varchar")]);
        assert_eq!(put(&registry, request, "dev").await.status, 201);
        let answer = registry.get("/v1/projects/inventory/can-deploy?version=2.0.0").await.json();
        let kinds: Vec<_> = answer["unmet"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
        assert!(kinds.contains(&"column") && !kinds.contains(&"relation"), "{answer}");
        assert_eq!(registry.put(PROD, &json!({"version": "2.0.0"})).await.problem(), "deployment_refused");
    }

    async fn a_reader_elsewhere_by_a_source_is_one_of_the_environment_whose_table_it_names(database: &Database) {
        let registry = Registry::open(database).await;
        for (schema, environment) in [("inventory", "prod"), ("inventory_dev", "dev")] {
            assert!(put(&registry, inventory("1.0.0", schema), environment).await.status.is_success());
        }
        let mut reader = web();
        reader["relations"]["source.web.shop.products"] = relation("inventory_dev", "products");
        assert_eq!(put(&registry, reader, "ci").await.status, 201);
        let touched = |environment: &str| json!({"environment": environment, "touched": [{"unique_id": PRODUCTS}]});
        let found = async |environment: &str| {
            let consumers = format!("/v1/projects/inventory/consumers?environment={environment}");
            let consumers = registry.get(&consumers).await.json();
            let impact = registry.post("/v1/projects/inventory/impact", &touched(environment)).await.json();
            let places: Vec<_> = consumers["items"].as_array().unwrap().iter().map(|it| it["environment"].clone()).collect();
            (places, impact["totals"][0].clone())
        };
        assert_eq!(found("dev").await, (vec![json!("ci")], json!(1)));
        assert_eq!(found("prod").await, (vec![], json!(0)));
        let mut fewer = inventory("2.0.0", "inventory_dev");
        fewer["publication"]["interface"][PRODUCTS] = model("products", &[("id", "integer"), ("colour", "varchar")]);
        let refused = put(&registry, fewer.clone(), "dev").await;
        assert_eq!(refused.problem(), "deployment_refused");
        assert_eq!(refused.json()["unmet"][0]["consumer_environment"], "ci", "{refused:?}");
        fewer["force"] = json!({"reason": "agreed with ci"});
        assert_eq!(put(&registry, fewer, "dev").await.status, 201);
        let answer = registry.get("/v1/projects/inventory/can-deploy?version=2.0.0").await.json();
        assert_eq!((&answer["deployable"], &answer["unmet"]), (&json!(true), &json!([])), "{answer}");
    }

    async fn a_reader_elsewhere_by_a_ref_is_one_of_prod_where_a_project_is_in_several(database: &Database) {
        let registry = Registry::open(database).await;
        for (schema, environment) in [("inventory", "prod"), ("inventory_dev", "dev")] {
            assert!(put(&registry, inventory("1.0.0", schema), environment).await.status.is_success());
        }
        let mut reader = sales("1.0.0");
        reader["force"] = json!({"reason": "ci reads inventory from prod"});
        assert_eq!(put(&registry, reader, "ci").await.status, 201);
        for (environment, total) in [("prod", 1), ("dev", 0)] {
            let consumers = format!("/v1/projects/inventory/consumers?environment={environment}");
            assert_eq!(registry.get(&consumers).await.json()["total"], total, "{environment}");
        }
        let mut fewer = inventory("2.0.0", "inventory_dev");
        fewer["publication"]["interface"][PRODUCTS] = model("products", &[("id", "integer")]);
        assert_eq!(put(&registry, fewer, "dev").await.status, 201, "neither its requirement nor its column counts");
    }

    async fn a_reader_elsewhere_by_its_table_counts_although_the_project_is_deployed_there_too(database: &Database) {
        let registry = Registry::open(database).await;
        for (schema, environment) in [("inventory", "prod"), ("inventory_stg", "staging")] {
            assert!(put(&registry, inventory("1.0.0", schema), environment).await.status.is_success());
        }
        let mut reader = web();
        reader["relations"]["source.web.shop.products"] = relation("inventory", "products");
        assert_eq!(put(&registry, reader, "staging").await.status, 201);
        let fewer = |schema: &str| {
            let mut fewer = inventory("2.0.0", schema);
            fewer["publication"]["interface"][PRODUCTS] = model("products", &[("id", "integer")]);
            fewer
        };
        assert_eq!(put(&registry, fewer("inventory_stg"), "staging").await.status, 201, "it reads the table of prod");
        for (environment, total) in [("prod", 1), ("staging", 0)] {
            let consumers = format!("/v1/projects/inventory/consumers?environment={environment}");
            assert_eq!(registry.get(&consumers).await.json()["total"], total, "{environment}");
        }
        let refused = put(&registry, fewer("inventory"), "prod").await;
        assert_eq!(refused.problem(), "deployment_refused");
        assert_eq!(refused.json()["unmet"][0]["consumer_environment"], "staging", "{refused:?}");
    }

    async fn a_reader_by_ref_counts_where_both_environments_have_one_table(database: &Database) {
        let registry = Registry::open(database).await;
        for environment in ["prod", "staging"] {
            assert!(put(&registry, inventory("1.0.0", "inventory"), environment).await.status.is_success());
        }
        assert_eq!(put(&registry, sales("1.0.0"), "staging").await.status, 201);
        let mut fewer = inventory("2.0.0", "inventory");
        fewer["publication"]["interface"][PRODUCTS] = model("products", &[("id", "integer")]);
        let refused = put(&registry, fewer, "prod").await;
        assert_eq!(refused.problem(), "deployment_refused");
        assert_eq!(refused.json()["unmet"][0]["consumer_environment"], "staging", "{refused:?}");
    }

    async fn a_reader_by_ref_does_not_count_where_its_environment_has_tables_of_its_own(database: &Database) {
        let registry = Registry::open(database).await;
        for (schema, environment) in [("inventory", "prod"), ("inventory_stg", "staging")] {
            assert!(put(&registry, inventory("1.0.0", schema), environment).await.status.is_success());
        }
        assert_eq!(put(&registry, sales("1.0.0"), "staging").await.status, 201);
        let mut fewer = inventory("2.0.0", "inventory");
        fewer["publication"]["interface"][PRODUCTS] = model("products", &[("id", "integer")]);
        assert_eq!(put(&registry, fewer, "prod").await.status, 201);
    }

    async fn where_nothing_was_deployed_before_the_tables_of_the_other_environment_are_named(database: &Database) {
        let registry = Registry::open(database).await;
        assert_eq!(put(&registry, inventory("1.1.0", "inventory_dev"), "dev").await.status, 201);
        let told = json!({"package_name": "inventory", "environment": "dev", "total": 2, "nodes": [
            {"unique_id": NEW, "relation": "\"mesh\".\"inventory_dev\".\"new\""},
            {"unique_id": PRODUCTS, "relation": "\"mesh\".\"inventory_dev\".\"products\""},
        ]});
        let answer = registry.get(CAN_DEPLOY).await.json();
        assert_eq!((&answer["deployable"], &answer["tables_elsewhere"]), (&json!(true), &json!([told])), "{answer}");
        let deployment = registry.put(PROD, &json!({"version": "1.1.0"})).await.json();
        assert_eq!(deployment["tables_elsewhere"], told);
        assert_eq!(registry.get(PROD).await.json().get("tables_elsewhere"), None);
    }

    async fn a_version_that_was_deployed_nowhere_names_no_other_environment(database: &Database) {
        let registry = Registry::open(database).await;
        let path = "/v1/projects/inventory/publications/1.1.0";
        assert_eq!(registry.put(path, &inventory("1.1.0", "inventory")).await.status, 201);
        assert_eq!(registry.put(PROD, &json!({"version": "1.1.0"})).await.json().get("tables_elsewhere"), None);
    }
}
