//! Environments that take what they lack from another one.

use serde_json::{Value, json};

use crate::{
    client::{Answer, Registry},
    database::{Database, on_both_stores},
    mesh::Sample,
};

/// A version of the upstream project with these columns.
fn inventory(version: &'static str, columns: &'static [&'static str]) -> Sample {
    Sample { version, columns, ..Sample::default() }
}

/// A reader of `inventory`.
fn sales() -> Sample {
    Sample { package_name: "sales", requires: json!({"inventory": "^1"}), reads: &["inventory"], ..Sample::default() }
}

/// Publishes to an environment, or to none.
async fn publish(registry: &Registry, sample: &Sample, environment: Option<&str>, fallback: Value) -> Answer {
    let mut request = sample.request();
    request["relations"] = sample.relations(environment.unwrap_or("main"));
    request["fallback"] = fallback;
    match environment {
        Some(environment) => request["deploy_to"] = environment.into(),
        None => drop(request.as_object_mut().unwrap().remove("deploy_to")),
    }
    registry.put(&sample.path(), &request).await
}

async fn deploy(registry: &Registry, project: &str, environment: &str, body: &Value) -> Answer {
    registry.put(&format!("/v1/projects/{project}/environments/{environment}"), body).await
}

on_both_stores! {
    async fn a_project_is_deployed_where_its_upstream_is_reached_by_a_fallback(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&inventory("1.0.0", &["id"])).await;
        assert_eq!(publish(&registry, &sales(), Some("staging"), json!({})).await.problem(), "deployment_refused");
        let can = "/v1/projects/sales/can-deploy?environment=staging";
        publish(&registry, &sales(), None, json!({})).await;
        assert_eq!(registry.get(can).await.json()["deployable"], false);
        let with = registry.get(&format!("{can}&fallback=staging=prod")).await.json();
        assert_eq!((&with["deployable"], &with["fallback"]), (&json!(true), &json!(["prod"])), "{with:#}");
        let to_prod = json!({"staging": "prod"});
        let deployed = deploy(&registry, "sales", "staging", &json!({"version": "1.0.0", "fallback": to_prod})).await;
        assert_eq!((deployed.status.as_u16(), &deployed.json()["fallback"]), (200, &json!(["prod"])));
        // Recorded: the next deployment knows it.
        let next = Sample { version: "1.1.0", description: "other", ..sales() };
        let published = publish(&registry, &next, Some("staging"), json!({})).await;
        assert_eq!((published.status.as_u16(), &published.json()["deployment"]["fallback"]), (201, &json!(["prod"])));
        assert_eq!(registry.get(can).await.json()["deployable"], true);
    }

    async fn later_gates_know_by_which_fallback_a_need_is_met(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&inventory("1.0.0", &["id"])).await;
        let to_prod = json!({"staging": "prod"});
        assert_eq!(publish(&registry, &sales(), Some("staging"), to_prod).await.status, 201);
        // In staging it would take the place of what sales reads from prod.
        let breaking = inventory("2.0.0", &["other"]);
        assert_eq!(publish(&registry, &breaking, None, json!({})).await.status, 201);
        for environment in ["staging", "prod"] {
            let body = json!({"version": "2.0.0", "relations": breaking.relations(environment)});
            let refused = deploy(&registry, "inventory", environment, &body).await;
            assert_eq!(refused.problem(), "deployment_refused", "{environment}");
            assert!(refused.json()["detail"].as_str().unwrap().contains("sales"), "{environment}");
        }
        let undeploy = |environment: &str| format!("/v1/projects/inventory/environments/{environment}/undeploy");
        assert_eq!(registry.post(&undeploy("prod"), &json!({})).await.problem(), "deployment_refused");
        // What is removed here is taken from there.
        let body = json!({"version": "1.0.0", "relations": breaking.relations("staging")});
        assert_eq!(deploy(&registry, "inventory", "staging", &body).await.status, 200);
        assert_eq!(registry.post(&undeploy("staging"), &json!({})).await.status, 200);
    }

    async fn an_environment_may_fall_back_to_another_one_than_prod(database: &Database) {
        let registry = Registry::open(database).await;
        registry.publish(&inventory("1.0.0", &["id"])).await;
        let in_qa = json!({"version": "1.0.0", "relations": inventory("1.0.0", &[]).relations("qa")});
        assert_eq!(deploy(&registry, "inventory", "qa", &in_qa).await.status, 200);
        let to_qa = json!({"staging": "qa", "qa": "prod"});
        assert_eq!(publish(&registry, &sales(), Some("staging"), to_qa).await.status, 201);
        let breaking = inventory("2.0.0", &["other"]);
        publish(&registry, &breaking, None, json!({})).await;
        let of = |environment: &str| json!({"version": "2.0.0", "relations": breaking.relations(environment)});
        assert_eq!(deploy(&registry, "inventory", "qa", &of("qa")).await.problem(), "deployment_refused");
        assert_eq!(deploy(&registry, "inventory", "prod", &of("prod")).await.status, 200, "staging reads from qa");
        // Another fallback would give its readers what they cannot read.
        let moved = json!({"version": "1.0.0", "fallback": {"staging": "prod"}});
        assert_eq!(deploy(&registry, "sales", "staging", &moved).await.problem(), "deployment_refused");
        let finance = Sample { package_name: "finance", ..Sample::default() };
        let refused = publish(&registry, &finance, Some("staging"), json!({"staging": "prod"})).await;
        assert_eq!(refused.problem(), "deployment_refused", "that of sales");
        assert_eq!(publish(&registry, &finance, Some("staging"), json!({})).await.status, 201);
    }
}
